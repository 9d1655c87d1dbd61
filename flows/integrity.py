"""`copydesk doctor --deep`: every row, every record of the archive and both copies, held against
each other. Nothing that anybody reads is changed; what was found says what to do.

The spare copy is brought up to the published one before, as the next run would do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from flows.doctor import Check, Verdict
from tasks.errors import DiskFull, WarehouseBusy, WarehouseCorrupt
from tasks.sources.archive_audit import FileAudit, Kept, Stored, audit_file, has_bytes
from warehouse import audit, inspection
from warehouse.connect import Connection
from warehouse.copies import Copy, find_published
from warehouse.layout import Layout, locate
from warehouse.lock import hold_lock
from warehouse.migrate import fingerprint
from warehouse.read import open_published
from warehouse.writer import open_writer

# What is looked at, how much of it, and of how much.
Progress = Callable[[str, int, int], None]

LEFT_ALONE = "The next run removes it."
RESTORE = "Restore the file from a backup: what is loaded stays, but cannot be edited again."


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it must be: how often, an example's id, and what to do."""

    code: str
    verdict: Verdict
    count: int
    example: str
    detail: str
    advice: str


@dataclass(frozen=True, slots=True)
class Stock:
    """What lay there while nobody wrote: the files of the archive, which are looked into after
    others may write again. `alone` is False where somebody wrote: then there is none."""

    files: tuple[str, ...] = ()
    halves: tuple[str, ...] = ()
    behind: bool = False
    alone: bool = True


def examine_deep(
    warehouse: Path, sample: int | None, progress: Progress, wait_seconds: float = 10.0
) -> Iterator[Check | Finding]:
    """Every finding, and a check for each part that is well. With `sample`, so many documents and
    articles are read instead of all, and the records of the archive are not listed."""
    layout = locate(warehouse)
    published = find_published(layout)
    if published is None:
        return
    if published.record is not None and published.record.schema != fingerprint():
        advice = "Any run brings it up to this version: copydesk maintain."
        yield Check("rows", Verdict.WARN, "published by another version of Copydesk", advice)
        return
    with ExitStack() as stack:
        connection, stock, found = take_stock(
            stack, warehouse, layout, published, sample, wait_seconds
        )
        yield from found
        if connection is None:
            return
        yield from examine_rows(connection, progress)
        yield from examine_archive(connection, layout, stock, sample, progress)
        yield from examine_articles(connection, sample, progress)


def take_stock(
    stack: ExitStack,
    warehouse: Path,
    layout: Layout,
    published: Copy,
    sample: int | None,
    wait_seconds: float,
) -> tuple[Connection | None, Stock, list[Check | Finding]]:
    """A view of the published rows that stays as it is (None where they cannot be read), with the
    names that were in the archive at the same moment, and how the copies compare. Runs wait for no
    longer than that takes."""
    try:
        with hold_lock(layout, "doctor", wait_seconds):
            files, halves = inspection.list_archive_files(layout)
            behind = inspection.is_behind(layout, published)
            found = [*list_leftovers(layout, halves), *compare_copies(layout, published, sample)]
            stock = Stock(tuple(files), tuple(halves), behind)
            if any(is_about(one, published) for one in found):
                return None, stock, found
            connection = stack.enter_context(open_published(warehouse, sealed=False))
            return connection, stock, found
    except WarehouseBusy as busy:
        advice = "Run it again when nobody writes, for the copies and for what nobody names."
        note = Check("copies", Verdict.WARN, f"not compared: {busy.message}", advice)
        connection = stack.enter_context(open_published(warehouse, sealed=False))
        return connection, Stock(alone=False), [note]


def list_leftovers(layout: Layout, halves: Sequence[str]) -> Iterator[Finding]:
    """What killed runs left: nothing is wrong with it, but for the room it takes."""
    staged = inspection.list_staged(layout)
    entries = inspection.list_left_entries(layout)
    for code, names, detail in (
        ("staging-left", staged, "folders or files of killed runs lie in staging"),
        ("journal-left", entries, "loads lie in the journal that every copy has"),
    ):
        if names:
            yield Finding(code, Verdict.WARN, len(names), names[0], detail, LEFT_ALONE)
    if halves:
        detail = "archive files were left half written"
        yield Finding("archive-half", Verdict.WARN, len(halves), halves[0], detail, audit.BY_REPAIR)


def compare_copies(
    layout: Layout, published: Copy, sample: int | None
) -> Iterator[Check | Finding]:
    """Whether the copies that hold the same loads hold the same rows: by digest, or where a sample
    is asked for by count; and the same ledger, however far each is."""
    try:
        spare = find_rival(layout, published, quickly=sample is not None)
        if spare is None:
            return
        different = list_differences(layout, published, spare, quickly=sample is not None)
    except WarehouseCorrupt:
        yield from (tell_damaged(copy) for copy in list_damaged(layout, published))
        return
    if not different:
        yield Check("copies", Verdict.OK, f"both hold the same, {spare.applied:,} loads and more")
        return
    yield Finding(
        "copies-differ",
        Verdict.FAIL,
        len(different),
        different[0],
        "tables are not the same in both copies",
        "copydesk doctor --deep --repair keeps the better copy.",
    )


def find_rival(layout: Layout, published: Copy, quickly: bool) -> Copy | None:
    """The spare copy, to be compared with the published one; None where either was touched. Unless
    it goes quickly or there is no room, it is brought up to the published one before. Raises
    WarehouseCorrupt where that one or the spare cannot be read through."""
    spare = inspection.find_spare(layout, published)
    if spare is None or not (spare.is_intact and published.is_intact):
        return None
    if quickly or spare.applied >= published.applied:
        return spare
    if damaged := list_damaged(layout, published):
        raise WarehouseCorrupt(f"{damaged[0].path} cannot be read through.")
    with suppress(DiskFull), open_writer(layout):
        pass
    return inspection.find_spare(layout, published)


def list_damaged(layout: Layout, published: Copy) -> list[Copy]:
    """The copies, of this one and the spare, that cannot be read through."""
    spare = inspection.find_spare(layout, published)
    copies = [published] if spare is None else [published, spare]
    return [copy for copy in copies if not inspection.is_readable(layout, copy)]


def tell_damaged(copy: Copy) -> Finding:
    """A copy that cannot be read through."""
    return Finding(
        "copy-damaged",
        Verdict.FAIL,
        1,
        copy.path.name,
        "copies cannot be read through",
        "copydesk doctor --deep --repair makes it anew from the other.",
    )


def is_about(one: Check | Finding, copy: Copy) -> bool:
    """Whether it says that this copy cannot be read through."""
    return isinstance(one, Finding) and one.code == "copy-damaged" and one.example == copy.path.name


def list_differences(layout: Layout, one: Copy, other: Copy, quickly: bool) -> list[str]:
    """The tables that differ; the ledger alone where one copy is behind."""
    with (
        inspection.open_copy(layout, one) as first,
        inspection.open_copy(layout, other) as second,
    ):
        through = min(inspection.read_applied(first), inspection.read_applied(second))
        ledgers = [inspection.digest_ledger(copy, through) for copy in (first, second)]
        if one.applied != other.applied:
            return ["batches"] if ledgers[0] != ledgers[1] else []
        counts = [inspection.count_rows(copy) for copy in (first, second)]
        tables = sorted({*counts[0], *counts[1]})
        different = [t for t in tables if counts[0].get(t) != counts[1].get(t)]
        if different or quickly:
            return different
        digest = inspection.digest_rows
        return [table for table in tables if digest(first, table) != digest(second, table)]


def examine_rows(connection: Connection, progress: Progress) -> Iterator[Check | Finding]:
    """The rules between rows."""
    progress("rows", 0, len(audit.RULES))
    broken = []
    for number, rule in enumerate(audit.RULES, 1):
        if found := audit.check(connection, rule):
            broken.append(found)
        progress("rows", number, len(audit.RULES))
    if not broken:
        rows = sum(inspection.count_rows(connection).values())
        yield Check("rows", Verdict.OK, f"{rows:,} rows keep {len(audit.RULES)} rules")
    for one in broken:
        rule = one.rule
        verdict = Verdict.FAIL if rule.is_grave else Verdict.WARN
        yield Finding(rule.code, verdict, one.count, one.example, rule.detail, rule.advice)


def examine_archive(
    connection: Connection, layout: Layout, stock: Stock, sample: int | None, progress: Progress
) -> Iterator[Check | Finding]:
    """Every document's bytes where its row says they are, and records that no row names."""
    if sample is not None:
        lost = list_lost_of_sample(connection, layout, sample, progress)
        yield from tell_lost(lost, f"{sample:,} documents at most, a sample,")
        return
    found = find_strangers(connection, layout, stock.files, progress)
    yield from tell_lost([kept for one in found for kept in one.lost], f"{len(found):,} files")
    yield from tell_faults(found)
    if stock.alone and not stock.behind:
        yield from tell_strangers(connection, found)
        yield from tell_unused(connection, stock.files)


def find_strangers(
    connection: Connection, layout: Layout, files: Iterable[str], progress: Progress
) -> list[FileAudit]:
    """What `audit_archive` finds; of the records only those that no document is of."""
    known = inspection.list_known(connection)
    found: list[FileAudit] = []
    for one in audit_archive(connection, layout, files, progress):
        strangers = tuple(record for record in one.stored if record.document_id not in known)
        found.append(FileAudit(one.file, strangers, one.lost, one.fault))
    return found


def audit_archive(
    connection: Connection, layout: Layout, files: Iterable[str], progress: Progress
) -> Iterator[FileAudit]:
    """Every file that documents name, then those of `files` that none names."""
    named: set[str] = set()
    total = inspection.count_claims(connection)
    done = 0
    for file, claims in inspection.list_claims(connection):
        named.add(file)
        kept = [Kept(c.document_id, c.sha256, c.size, c.place) for c in claims]
        yield audit_file(layout.archive, file, kept)
        done += len(claims)
        progress("archive", done, total)
    for file in files:
        if file not in named:
            yield audit_file(layout.archive, file, ())


def list_lost_of_sample(
    connection: Connection, layout: Layout, sample: int, progress: Progress
) -> list[Kept]:
    """The documents of a sample whose bytes are not where they are said to be."""
    lost: list[Kept] = []
    done = 0
    for _, claims in inspection.list_claims(connection, sample):
        kept = [Kept(c.document_id, c.sha256, c.size, c.place) for c in claims]
        lost += [one for one in kept if not has_bytes(layout.archive, one)]
        done += len(claims)
        progress("archive", done, sample)
    return lost


def tell_lost(lost: Sequence[Kept], looked_at: str) -> Iterator[Check | Finding]:
    """Documents without their bytes."""
    if not lost:
        yield Check("archive records", Verdict.OK, f"{looked_at} hold what they are said to hold")
        return
    files = sorted({kept.place.file for kept in lost})
    yield Finding(
        "archive-damaged",
        Verdict.FAIL,
        len(lost),
        lost[0].document_id,
        f"documents do not have their bytes where they are said to be, in {name_some(files)}",
        "copydesk doctor --deep --repair looks for them elsewhere in the archive. " + RESTORE,
    )


def tell_faults(found: Sequence[FileAudit]) -> Iterator[Finding]:
    """Files that cannot be read to their end, though the documents in them may be whole."""
    faulty = [one for one in found if one.fault is not None]
    if faulty:
        yield Finding(
            "archive-unreadable",
            Verdict.FAIL,
            len(faulty),
            faulty[0].file,
            f"archive files cannot be read through: {faulty[0].fault}",
            RESTORE,
        )


def tell_strangers(connection: Connection, found: Sequence[FileAudit]) -> Iterator[Finding]:
    """Records of documents that the warehouse does not know."""
    strangers = [record for one in found for record in one.stored]
    fresh = list_fresh(connection, strangers)
    older = set(strangers).difference(fresh)
    if fresh:
        yield Finding(
            "archive-unknown",
            Verdict.FAIL,
            len(fresh),
            fresh[0].document_id,
            "records of the archive are of documents that the warehouse does not know",
            "copydesk doctor --deep --repair takes them in again.",
        )
    if older:
        yield Finding(
            "archive-superseded",
            Verdict.WARN,
            len(older),
            next(s.document_id for s in strangers if s in older),
            "records of the archive are unknown, and their addresses have newer documents",
            "Nothing need be done; they were fetched before what is there now.",
        )


def list_fresh(connection: Connection, strangers: Iterable[Stored]) -> list[Stored]:
    """Those that can be taken in again: taken in late, an older page would pass for the newest."""
    return [
        one
        for one in strangers
        if not inspection.is_superseded(connection, one.uri, one.sha256, one.fetched_at)
    ]


def tell_unused(connection: Connection, files: Sequence[str]) -> Iterator[Finding]:
    """Files that no document names."""
    unused = inspection.list_unused(connection, files)
    if unused:
        yield Finding(
            "archive-unused",
            Verdict.WARN,
            len(unused),
            unused[0],
            "archive files are named by no document",
            "Nothing need be done; they take up room, and no more.",
        )


def examine_articles(
    connection: Connection, sample: int | None, progress: Progress
) -> Iterator[Check | Finding]:
    """Whether the content hash of articles is that of what is stored."""
    total = min(inspection.count_articles(connection), sample or 2**62)
    altered = list(list_altered(connection, sample, lambda done: progress("articles", done, total)))
    if not altered:
        yield Check(
            "articles", Verdict.OK, f"up to {total:,} articles have the text they came with"
        )
        return
    yield Finding(
        "article-altered",
        Verdict.FAIL,
        len(altered),
        altered[0],
        "articles are not what they were when they were edited (content_hash)",
        audit.EDIT_AGAIN,
    )


def list_altered(
    connection: Connection, sample: int | None, tell: Callable[[int], None]
) -> Iterator[str]:
    """Articles whose text, names, day or captions give another content hash than theirs."""
    from tasks.fields.registry import hash_article

    for number, article in enumerate(inspection.list_articles(connection, sample), 1):
        values = {
            "title": article.title,
            "standfirst": article.standfirst,
            "authors": article.authors,
            "published": article.published,
        }
        if hash_article(values, article.body, article.captions) != article.content_hash:
            yield article.id
        tell(number)


def name_some(names: Sequence[str]) -> str:
    """The first three, and how many more."""
    more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
