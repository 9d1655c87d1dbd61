"""The columns that make a row of a table the only one of its kind.

DuckDB is not asked to keep them (see `schema/001_start.sql`): the loads do, and tests check it. An
export sorts by them, and the dbt sources test those that are one column.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "absences": ("article_id", "gone_at"),
        "article_authors": ("article_id", "position"),
        "article_versions": ("article_id", "version"),
        "articles": ("article_id",),
        "authors": ("author_id",),
        "batches": ("batch_id",),
        "captions": ("article_id", "position"),
        "documents": ("document_id",),
        "dropped_files": ("archive_file",),
        "evidence": ("article_id", "position"),
        "fetch_state": ("url",),
        "fetches": ("fetch_id",),
        "headings": ("article_id", "position"),
        "hosts": ("host",),
        "links": ("article_id", "position"),
        "mentions": ("article_id", "position"),
        "outlet_zones": ("site",),
        "problems": ("document_id",),
        "quotes": ("article_id", "position"),
        "removed_lines": ("article_id", "line_number"),
        "reprint_groups": ("article_id",),
        "reprints": ("article_id", "other_id"),
        "run_stages": ("run_id", "position"),
        "runs": ("run_id",),
        "site_lines": ("site", "line_hash"),
        "sources": ("name",),
        "stories": ("story_id",),
        "story_articles": ("article_id",),
        "story_changes": ("story_id", "change", "other_id", "changed_at"),
        "story_timeline": ("story_id", "day"),
        "superseded_versions": ("article_id", "version"),
        "tags": ("article_id", "position"),
        "upkeep": ("done_at", "kind", "what"),
        "version_changes": ("article_id", "version"),
        "version_fields": ("article_id", "version", "field"),
        "version_paragraphs": ("article_id", "version", "place"),
    }
)

# Tables that serve loads and look-ups, and tell people nothing: exports of all leave them out.
INTERNAL = frozenset(
    {
        "lean_mentions",
        "link_versions",
        "linked_articles",
        "linking",
        "loose_evidence",
        "loose_removed_lines",
        "packed_evidence",
        "packed_removed_lines",
        "reprint_keys",
        "reprint_signatures",
        "schema_migrations",
        "search_articles",
        "search_fresh",
        "search_fresh_words",
        "search_postings",
        "search_recent",
        "search_recent_words",
        "search_removed",
        "search_words",
        "site_pages",
        "story_sketches",
        "story_vectors",
        "uncompared_versions",
        "unlinked_articles",
    }
)

# Tables in all but name: views of rows that are stored in less room.
PACKED = frozenset({"evidence", "mentions", "removed_lines"})
