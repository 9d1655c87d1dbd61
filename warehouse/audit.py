"""The audit of one copy: what must hold between its rows, asked in SQL, and where it does not.

Every `Rule` lists the ids of what breaks its rule. Nothing is changed here; what a `cure` names is
done by `flows/repair.py`. What retention dropped is marked as such, and is no damage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from warehouse.connect import Connection
from warehouse.link_rules import LINK_RULES
from warehouse.rows import CHILDREN

# How a finding is cured: by statements of `apply_upkeep`, by editing articles or documents again
# from the archive, by taking archive records in again, by linking again, or by hand.
Cure = Literal["rows", "article", "lost-article", "document", "ingest", "ledger", "links", "none"]

EDIT_AGAIN = "copydesk doctor --deep --repair edits it again from the archive."
BY_REPAIR = "copydesk doctor --deep --repair mends it."
LINK_AGAIN = "copydesk doctor --deep --repair links them again."


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: `query` selects the ids, as `example`, of what breaks it."""

    code: str
    query: str
    detail: str
    cure: Cure
    advice: str = BY_REPAIR
    is_grave: bool = True


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that does not hold: how often, and an example's id."""

    rule: Rule
    count: int
    example: str


def name_orphans(table: str) -> str:
    """The code of the rule below; journals keep it: a table that became lean has it as before."""
    return f"orphan-{table.removeprefix('lean_').replace('_', '-')}"


def forbid_orphans(table: str, key: str = "article_id, load_number") -> Rule:
    """Rows of a child table belong to the current version of an article, as its load wrote them;
    those of others (`key`) to an article."""
    return Rule(
        name_orphans(table),
        f"select article_id as example from {table} anti join articles using ({key})",
        f"rows of {table} have no article",
        "rows",
    )


# A uri that had to be mended to be stored has the key of what it was.
URI_KEY = (
    "case when contains(uri, chr(65533)) then uri_key "
    "else ('0x' || left(sha256(uri), 16))::ubigint end"
)
SHA256_KEY = "('0x' || left(sha256, 16))::ubigint"
WRONG_KEYS = f"sha256_key <> {SHA256_KEY} or uri_key <> {URI_KEY}"

# What changed between versions: of articles, whatever load wrote them.
DIFFERENCES = ("version_changes", "version_fields", "version_paragraphs", "uncompared_versions")

# Documents without a place in the archive, though retention did not drop it.
PLACELESS = """
archive_file is null and archive_dropped_at is null and coalesce(duplicate_of, '') not in
    (select document_id from documents where archive_dropped_at is not null)
"""

MISSING_ROWS = """
select batches.load_number, batches.new_articles + batches.updated_articles + batches.problems
       - coalesce(found.documents, 0) - coalesce(mended.documents, 0) as missing
from batches
left join (
    select load_number, count(*) as documents from documents group by load_number
) as found using (load_number)
left join (
    select what, sum(items) as documents from upkeep where kind = 'repair' group by what
) as mended on mended.what = 'load-' || batches.load_number
where batches.kind = 'batch' and missing > 0
"""

RULES = (
    *(forbid_orphans(table) for child in CHILDREN for table in child.stored),
    *(forbid_orphans(table, "article_id") for table in DIFFERENCES),
    Rule(
        "orphan-versions",
        "select article_id as example from superseded_versions anti join articles "
        "using (article_id)",
        "superseded versions have no current one",
        "article",
        EDIT_AGAIN,
    ),
    Rule(
        "author-missing",
        "select article_id as example from article_authors anti join authors using (author_id)",
        "signatures name authors who are not in authors",
        "article",
        EDIT_AGAIN,
    ),
    Rule(
        "article-missing",
        "select distinct article_id as example from documents anti join articles "
        "using (article_id) where documents.article_id is not null",
        "articles that documents name are not there",
        "lost-article",
        EDIT_AGAIN,
    ),
    Rule(
        "article-twice",
        "select article_id as example from articles group by article_id having count(*) > 1",
        "articles are there more than once",
        "article",
        EDIT_AGAIN,
    ),
    Rule(
        "article-without-document",
        "select article_id as example from articles anti join documents using (document_id)",
        "articles name a document that is not there",
        "ingest",
        "copydesk doctor --deep --repair takes the document in again from the archive.",
    ),
    Rule(
        "version-gap",
        "select article_id as example from articles left join ("
        "select article_id, count(distinct version) as versions, max(version) as newest "
        "from superseded_versions group by article_id) as older using (article_id) "
        "where articles.version - 1 <> coalesce(versions, 0) "
        "or coalesce(newest, 0) >= articles.version",
        "articles lack an earlier version, or have one too many",
        "article",
        EDIT_AGAIN,
    ),
    Rule(
        "body-missing",
        "select article_id as example from articles "
        "where word_count > 0 and body_dropped_at is null and body = ''",
        "articles lost their body",
        "article",
        EDIT_AGAIN,
    ),
    Rule(
        "outcome-missing",
        "select document_id as example from documents "
        "where article_id is null and document_id not in "
        "(select document_id from problems where resolved_at is null)",
        "documents ended neither as an article nor as a problem",
        "document",
        EDIT_AGAIN,
    ),
    Rule(
        "problem-settled",
        "select document_id as example from documents "
        "where article_id is not null and document_id in "
        "(select document_id from problems where resolved_at is null)",
        "open problems belong to documents that made an article",
        "document",
        EDIT_AGAIN,
    ),
    Rule(
        "problem-orphan",
        "select document_id as example from problems anti join documents using (document_id)",
        "problems have no document",
        "rows",
    ),
    Rule(
        "document-twice",
        "select document_id as example from documents group by document_id having count(*) > 1",
        "documents are there more than once",
        "rows",
    ),
    Rule(
        "document-key",
        f"select document_id as example from documents where {WRONG_KEYS}",
        "documents have keys that are not those of their uri or bytes",
        "rows",
    ),
    Rule(
        "document-placeless",
        f"select document_id as example from documents where {PLACELESS}",
        "documents have no place in the archive, and retention did not drop it",
        "rows",
        "copydesk doctor --deep --repair looks for their bytes in the archive.",
    ),
    Rule(
        "load-unknown",
        "select 'load ' || load_number as example from ("
        "select load_number from documents union select load_number from articles) "
        "anti join batches using (load_number)",
        "loads wrote rows, and are not in the ledger",
        "none",
        "Restore news.copydesk from a backup, or make the warehouse anew from its archive.",
    ),
    Rule(
        "ledger-gap",
        "select 'load ' || load_number as example from ("
        "select unnest(range(1, max(load_number) + 1)) as load_number from batches) "
        "anti join batches using (load_number)",
        "loads are missing from the ledger",
        "none",
        "Restore news.copydesk from a backup, or make the warehouse anew from its archive.",
    ),
    Rule(
        "ledger-sum",
        "select batch_id as example from batches "
        "where documents <> new_articles + updated_articles + unchanged + problems",
        "loads in the ledger do not add up: read = new + updated + unchanged + problems",
        "none",
        "Report it; the articles themselves are checked apart from it.",
    ),
    Rule(
        "run-sum",
        "select run_id as example from runs "
        "where documents_read <> new_articles + updated_articles + unchanged + problems",
        "runs do not add up: read = new + updated + unchanged + problems",
        "none",
        "Report it; the articles themselves are checked apart from it.",
    ),
    Rule(
        "ledger-rows",
        f"select 'load ' || load_number as example from ({MISSING_ROWS})",
        "loads have fewer documents than the ledger says",
        "ledger",
        "copydesk doctor --deep --repair takes them in again from the archive.",
    ),
    *(Rule(rule.code, rule.query, rule.detail, "links", LINK_AGAIN) for rule in LINK_RULES),
)


def check(connection: Connection, rule: Rule) -> Broken | None:
    """How a rule is broken in this copy; None where it holds."""
    row = connection.execute(f"select count(*), min(example) from ({rule.query})").fetchone()
    return Broken(rule, int(row[0]), str(row[1])) if row and row[0] else None


def list_broken(connection: Connection, cure: Cure) -> list[str]:
    """The ids of all that breaks a rule with this cure, in order."""
    queries = [rule.query for rule in RULES if rule.cure == cure]
    union = " union ".join(f"select example from ({query})" for query in queries)
    return [str(row[0]) for row in connection.execute(f"{union} order by 1").fetchall()]
