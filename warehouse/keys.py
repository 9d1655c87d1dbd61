"""The columns that make a row of a table the only one of its kind.

DuckDB is not asked to keep them (see `schema/001_start.sql`): the loads do, and tests check it. An
export sorts by them, and the dbt sources test those that are one column.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "article_authors": ("article_id", "position"),
        "article_versions": ("article_id", "version"),
        "articles": ("article_id",),
        "authors": ("author_id",),
        "batches": ("batch_id",),
        "captions": ("article_id", "position"),
        "documents": ("document_id",),
        "evidence": ("article_id", "position"),
        "fetch_state": ("url",),
        "fetches": ("fetch_id",),
        "headings": ("article_id", "position"),
        "hosts": ("host",),
        "linked_articles": ("article_id",),
        "linking": ("through",),
        "links": ("article_id", "position"),
        "mentions": ("article_id", "position"),
        "outlet_zones": ("site",),
        "problems": ("document_id",),
        "quotes": ("article_id", "position"),
        "removed_lines": ("article_id", "line_number"),
        "run_stages": ("run_id", "position"),
        "runs": ("run_id",),
        "schema_migrations": ("name",),
        "site_lines": ("site", "line_hash"),
        "site_pages": ("article_id",),
        "sources": ("name",),
        "superseded_versions": ("article_id", "version"),
        "tags": ("article_id", "position"),
    }
)
