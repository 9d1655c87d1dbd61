"""Which articles are to be linked, and what linking them leaves."""

from datetime import UTC, datetime

from tests.warehouse.builders import edit, fail, make_batch, many
from warehouse.links import stage_links
from warehouse.stage import stage_batch


def load(writer, batch_id, *edited, **changes):
    return writer.load(stage_batch(writer.layout, make_batch(batch_id, *edited, **changes)))


def link_all(writer, most=2_000):
    """Link everything; the changes, chunk by chunk."""
    chunks = []
    while changes := writer.changes(most):
        writer.load(stage_links(writer.layout, changes, {}))
        chunks.append(changes)
    return chunks


def numbers(writer):
    rows = writer.open().execute("select article_id, number from linked_articles").fetchall()
    return dict(rows)


def test_new_articles_get_numbers_and_are_linked_once(writer):
    load(writer, "b1", *many("a", 3))
    [changes] = link_all(writer)
    assert [one.number for one in changes.fresh] == [1, 2, 3]
    assert not any(one.again for one in changes.fresh)
    first = changes.fresh[0]
    assert (first.outlet, first.agency, first.authors) == (
        "The Example",
        "NTB",
        ("Ann Lee", "Newsroom"),
    )
    assert writer.changes() is None
    assert not writer.has_changes()
    load(writer, "b2", edit("b"))
    [changes] = link_all(writer)
    assert [one.number for one in changes.fresh] == [4]


def test_chunks_end_between_loads(writer):
    for number in range(4):
        load(writer, f"b{number}", *many(f"n{number}", 3))
    assert [len(changes.fresh) for changes in link_all(writer, most=7)] == [6, 6]
    assert sorted(numbers(writer).values()) == list(range(1, 13))


def test_a_new_version_keeps_its_number(writer):
    load(writer, "b1", edit("a"), edit("b"))
    link_all(writer)
    before = numbers(writer)
    load(writer, "b2", edit("a", "More is known.", hours=2))
    [changes] = link_all(writer)
    assert [(one.again, one.number) for one in changes.fresh] == [(True, changes.replaced[0])]
    assert "More is known." in changes.fresh[0].body
    assert numbers(writer) == before


def test_articles_that_are_gone_leave_and_their_numbers_are_not_given_again(writer):
    first, second = edit("a"), edit("b")
    load(writer, "b1", first, second)
    link_all(writer)
    gone = numbers(writer)[second.outcome.id]
    lost = fail("b")
    load(writer, "r1", lost, kind="reprocess", replaced_articles=(second.outcome.id,))
    started = datetime.now(UTC)
    [changes] = link_all(writer)
    assert (changes.fresh, changes.removed) == ((), (gone,))
    ledger = "select max_by(loaded_at, load_number) from batches where kind = 'links'"
    assert writer.open().execute(ledger).fetchall()[0][0] >= started
    load(writer, "b3", edit("c"))
    link_all(writer)
    assert sorted(numbers(writer).values()) == sorted({1, 2, 3} - {gone})


def test_both_copies_hold_the_same_numbers(writer):
    for number in range(3):
        load(writer, f"b{number}", *many(f"n{number}", 2))
        link_all(writer)
        writer.publish()
    found = numbers(writer)
    writer.publish()
    assert numbers(writer) == found
    assert len(found) == 6
