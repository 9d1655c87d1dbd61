"""Reprints in the warehouse: the same rows whatever the order of loading, and true ones."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.linking import digest
from flows.reprints import find_reprints
from tests.warehouse.builders import START, fail, make_batch, make_empty
from tests.warehouse.reprint_texts import make_press, print_text, stamp, stamp_day, write_text
from warehouse.links import stage_links
from warehouse.stage import stage_batch
from warehouse.writer import open_writer

# What does not depend on the order of loading: all but the numbers.
TABLES = {
    "reprints": "* exclude (number, other_number)",
    "reprint_groups": "* exclude (number, first_number)",
    "articles": "article_id, reprint_of",
    "wire_share": "*",
}


def link_all(writer, most=2_000):
    while changes := writer.changes(most):
        with writer.reading() as connection:
            found = find_reprints(connection, changes, digest(changes.fresh))
        writer.load(stage_links(writer.layout, changes, found))


def load(writer, batch_id, *edited, **changes):
    writer.load(stage_batch(writer.layout, make_batch(batch_id, *edited, **changes)))


def read(writer, query):
    return writer.open().execute(query).fetchall()


def read_tables(writer, **columns):
    chosen = TABLES | columns
    return {
        name: read(writer, f"select {c} from {name} order by all") for name, c in chosen.items()
    }


def feed(edited, sizes, most=2_000, link_each=True):
    """The tables after loading the documents in batches of these sizes, by turns."""
    with TemporaryDirectory() as folder, open_writer(make_empty(Path(folder))) as writer:
        left, number = list(edited), 0
        while left:
            size = sizes[number % len(sizes)]
            load(writer, f"b{number}", *left[:size])
            left, number = left[size:], number + 1
            if link_each:
                link_all(writer, most)
        link_all(writer, most)
        return read_tables(writer)


@pytest.fixture(scope="module")
def press():
    return make_press()


@pytest.fixture(scope="module")
def at_once(press):
    return feed(press, [len(press)])


def test_copies_are_known_as_one(press, at_once):
    groups = {}
    for article_id, reprint_of in at_once["articles"]:
        groups.setdefault(reprint_of or article_id, []).append(article_id)
    sizes = sorted(len(group) for group in groups.values())
    assert sizes == [1] * 10 + [2, 2, 3, 3, 3, 4, 5, 40]
    names = {one.outcome.id: one.document.uri.rsplit("/")[-1].split("-")[0] for one in press}
    assert all(len({names[member] for member in group}) == 1 for group in groups.values())


ORDERS = given(
    seed=st.integers(0, 2**32),
    sizes=st.lists(st.integers(5, 60), min_size=1, max_size=4),
    most=st.sampled_from([7, 40, 2_000]),
    link_each=st.booleans(),
)


def check_order(press, at_once, seed, sizes, most, link_each):
    shuffled = list(press)
    random.Random(seed).shuffle(shuffled)
    assert feed(shuffled, sizes, most, link_each) == at_once


@pytest.mark.parametrize(("sizes", "most"), [([40, 21], 2_000), ([70], 10)])
def test_another_order_in_batches_gives_the_same_rows(press, at_once, sizes, most):
    check_order(press, at_once, 5, sizes, most, link_each=True)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@ORDERS
def test_any_order_and_any_batches_give_the_same_rows(press, at_once, seed, sizes, most, link_each):
    check_order(press, at_once, seed, sizes, most, link_each)


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_whatever_is_changed_and_removed_the_last_texts_count(seed):
    check_changes(seed)


def test_new_versions_and_removals_leave_what_the_last_texts_give():
    check_changes(1)


def check_changes(seed):
    """Articles are loaded with other texts first; some are removed again."""
    rng = random.Random(seed)
    press = make_press(18)
    texts = [one.outcome.body.split("\n\n") for one in press]
    doomed = rng.sample(range(len(press)), 12)
    changed = rng.sample(range(len(press)), 25)
    names = [one.document.uri.rsplit("/")[-1].removesuffix(".html") for one in press]

    def show(place, text):
        site = str(press[place].outcome.site).removesuffix(".example")
        return print_text(names[place], text, site, published=stamp(place))

    before = {n: show(n, texts[rng.randrange(len(texts))]) for n in changed}
    after = {n: show(n, texts[n]) for n in range(len(press))}
    first = [before.get(n, after[n]) for n in rng.sample(range(len(press)), len(press))]
    with TemporaryDirectory() as folder, open_writer(make_empty(Path(folder))) as writer:
        for number, start in enumerate(range(0, len(first), 20)):
            load(writer, f"b{number}", *first[start : start + 20])
            link_all(writer, 30)
        load(writer, "b90", *[after[n] for n in changed if before[n] != after[n]])
        lost = [after[n] for n in doomed]
        gone = tuple(one.outcome.id for one in lost)
        failed = [fail(names[n]) for n in doomed]
        load(writer, "r91", *failed, kind="reprocess", replaced_articles=gone)
        link_all(writer, 30)
        left = read_tables(writer, reprint_groups="article_id, first_id, alias_of, placed_at")
    stay = [after[n] for n in range(len(press)) if n not in doomed]
    with TemporaryDirectory() as folder, open_writer(make_empty(Path(folder))) as writer:
        load(writer, "b1", *stay)
        link_all(writer)
        anew = read_tables(writer, reprint_groups="article_id, first_id, alias_of, placed_at")
    assert left == anew
    assert len(anew["reprints"]) > 30


def test_who_was_first_is_told_by_instants_days_and_fetches(writer):
    text = write_text("bridge")
    load(
        writer,
        "b1",
        print_text("undated", text, "c", 30),
        print_text("exact", text, "a", 50, published=stamp(5)),
        print_text("later", text, "b", 40, published=stamp(6)),
        print_text("by-day", text, "d", 2, published=stamp_day(START + timedelta(days=4))),
    )
    link_all(writer)
    rows = read(
        writer,
        "select first_outlet, outlet, delay_minutes, first_by, share from who_was_first",
    )
    assert rows == [
        ("The A", "The B", 60, "published_at", 1.0),
        ("The A", "The C", 25 * 60, "first_seen_at", 1.0),
        ("The A", "The D", (4 * 24 - 8 - 14 - 5) * 60, "published_on", 1.0),
    ]


def test_a_pair_says_how_much_of_each_text_is_shared(writer):
    text = write_text("harbour", 200)
    load(
        writer,
        "b1",
        print_text("cut", text[:2], "b", published=stamp(2)),
        print_text("whole", text, "a", published=stamp(1)),
    )
    link_all(writer)
    [(share, other, words, kinship, same)] = read(
        writer, "select share, other_share, words, kinship, same_outlet from reprints"
    )
    assert (share, other, words) == (pytest.approx(0.4), 1.0, 80)
    assert (kinship, same) == ("reprint", False)


def test_an_agency_is_that_of_either_and_its_own_name_counts(writer):
    for name, outlet, agency in (
        ("named", "The B", "AFP"),
        ("own", "Reuters", None),
        ("none", "The C", None),
    ):
        text = write_text(name)
        first = print_text(f"{name}-1", text, "x", published=stamp(1), outlet=outlet)
        first_agency = print_text(
            f"{name}-1", text, "x", published=stamp(1), outlet=outlet, agency=agency
        )
        other = print_text(f"{name}-2", text, "y", published=stamp(2))
        load(writer, f"b{len(name)}{len(outlet)}", first_agency if agency else first, other)
    link_all(writer)
    found = read(
        writer,
        "select regexp_extract(articles.url, '[a-z]+-1'), reprints.agency from reprints "
        "join articles using (article_id) order by all",
    )
    assert found == [("named-1", "AFP"), ("none-1", None), ("own-1", "Reuters")]
    assert read(writer, "select outlet, articles, reprints, wire, share from wire_share") == [
        ("Reuters", 1, 0, 0, 0.0),
        ("The B", 1, 0, 1, 1.0),
        ("The C", 1, 0, 0, 0.0),
        ("The Y", 3, 3, 2, 1.0),
    ]


def test_several_addresses_of_an_outlet_are_one_article(writer):
    text = write_text("weather")
    load(
        writer,
        "b1",
        print_text("b", text, "daily", published=stamp(3)),
        print_text("a", text, "daily", published=stamp(1)),
        print_text("c", text, "daily", published=stamp(200)),
        print_text("d", text, "else", published=stamp(4)),
    )
    link_all(writer)
    aliases = read(writer, "select url, alias_url from article_aliases")
    assert aliases == [("https://www.example.org/a", "https://www.example.org/b")]
    # A week later it is no other address: the outlet prints it again.
    assert read(writer, "select articles from wire_share order by outlet") == [(2,), (1,)]
    assert len(read(writer, "from who_was_first")) == 2


def test_an_older_capture_that_comes_late_was_first(writer):
    text = write_text("ferry")
    load(writer, "b1", print_text("a", text, "a", 9), print_text("b", text, "b", 8))
    link_all(writer)
    load(writer, "b2", print_text("c", text, "c", 1, published=stamp(-1)))
    link_all(writer)
    [first] = {of for (of,) in read(writer, "select reprint_of from articles") if of}
    assert read(writer, f"select outlet from articles where article_id = '{first}'") == [("The C",)]
    pairs = read(writer, "select count(*) from reprints group by article_id order by all")
    assert pairs == [(1,), (2,)]


def test_an_older_capture_of_the_same_text_moves_nothing(writer):
    text = write_text("canal")
    load(writer, "b1", print_text("a", text, "a", 10), print_text("b", text, "b", 9))
    link_all(writer)
    load(writer, "b2", print_text("a", text, "a", 1))
    link_all(writer)
    load(writer, "b3", print_text("c", text, "c", 20))
    link_all(writer)
    assert read(writer, "select first_outlet, outlet, share from who_was_first order by all") == [
        ("The B", "The A", 1.0),
        ("The B", "The C", 1.0),
    ]
    assert read(writer, "select count(*) from reprints") == [(3,)]


def test_bodies_of_a_published_warehouse_are_found(writer):
    text = write_text("tin")
    load(writer, "b1", print_text("a", text, "a", published=stamp(1)))
    link_all(writer)
    writer.publish()
    load(writer, "b2", print_text("b", text, "b", published=stamp(2)))
    link_all(writer)
    writer.publish()
    assert read(writer, "select outlet, first_outlet from who_was_first") == [("The B", "The A")]
    assert (
        datetime(2026, 3, 1, 9, tzinfo=UTC) in read(writer, "select first_at from who_was_first")[0]
    )


def test_more_copies_than_a_key_leads_to_are_one_group_and_the_index_stays_small(writer):
    text = write_text("wire")
    copies = [print_text(f"w{n}", text, f"w{n}", published=stamp(n % 7)) for n in range(130)]
    load(writer, "b1", *copies[:100])
    link_all(writer)
    load(writer, "b2", *copies[100:])
    link_all(writer)
    [(groups, members)] = read(
        writer, "select count(distinct first_id), count(*) from reprint_groups"
    )
    assert (groups, members) == (1, 130)
    counted = "select count(*) as holders from reprint_keys group by key"
    assert read(writer, f"select min(holders), max(holders) from ({counted})") == [(96, 96)]
    assert read(
        writer, "select max(n) from (select count(*) n from reprints group by other_id)"
    ) == [(12,)]
