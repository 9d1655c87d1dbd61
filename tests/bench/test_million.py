"""The invented million: the same for the same seed, in the shapes of real news."""

import statistics
from collections import Counter
from itertools import pairwise

import pytest

from bench.readers import Reading, Sighting
from bench.warehouse.articles import BEHIND, Maker, Role, when_fetched
from bench.warehouse.events import ARTICLES_A_DAY
from bench.warehouse.fill import _split
from bench.warehouse.rounds import Round
from bench.warehouse.sizes import measure_tables
from bench.warehouse.table import find_staleness, list_costs, list_readings, list_sizes
from tasks.stories.sketches import compare, make_sketch

FIRST = 20_000


@pytest.fixture(scope="module")
def articles():
    maker = Maker(1)
    return {number: maker.make_edited(number).outcome for number in range(FIRST, FIRST + 300)}


def test_a_document_depends_on_seed_and_number_alone():
    first, other = Maker(7), Maker(8)
    alone = first.make_edited(4_111)
    list(map(first.make_edited, range(4_100, 4_110)))
    assert first.make_edited(4_111) == alone
    assert Maker(7).make_edited(4_111) == alone
    assert other.make_edited(4_111).outcome.body != alone.outcome.body


def test_lengths_are_those_of_real_news(articles):
    sizes = [len(article.body.encode()) for article in articles.values()]
    assert 3_000 < statistics.median(sizes) < 4_000
    assert 4_000 < statistics.mean(sizes) < 5_200
    assert max(sizes) > 15_000
    assert 80 < statistics.mean(len(article.lines) for article in articles.values()) < 140
    assert len({article.language for article in articles.values()}) == 6


def test_copies_and_updates_follow_an_original_of_the_last_days():
    maker = Maker(1)
    roles = Counter()
    for number in range(FIRST, FIRST + 500):
        role, source = maker.derive(number)
        roles[role] += 1
        assert maker.derive(source) == (Role.ORIGINAL, source)
        assert number - BEHIND - 100 <= source <= number
        if role is not Role.ORIGINAL:
            assert source < number
    assert roles == {Role.ORIGINAL: 440, Role.COPY: 40, Role.UPDATE: 15, Role.AGAIN: 5}


def test_updates_change_an_article_and_copies_are_others():
    maker = Maker(1)
    for number in range(FIRST, FIRST + 12):
        role, source = maker.derive(number)
        one, of = maker.make_edited(number).outcome, maker.make_edited(source).outcome
        assert (one.id == of.id) == (role is not Role.COPY)
        assert (one.content_hash == of.content_hash) == (role is Role.AGAIN)


def test_articles_of_one_event_are_alike_and_others_are_not():
    maker = Maker(1)
    by_event = {}
    for number in range(FIRST, FIRST + 200):
        if maker.derive(number)[0] is Role.ORIGINAL:
            article = maker.make_edited(number).outcome
            when, text = when_fetched(number), (article.title, article.body, article.language)
            key = (maker.write(number).event.key, article.language)
            by_event.setdefault(key, []).append(make_sketch(article.id, when, *text))
    same = [compare(a, b) for told in by_event.values() for a, b in pairwise(told)]
    others = [compare(a[0], b[0]) for a, b in pairwise(by_event.values())]
    assert len(same) > 5
    assert statistics.median(same) > 0.24
    assert statistics.quantiles(others, n=20)[-1] < 0.24


def test_a_thousand_articles_are_a_day():
    assert (when_fetched(ARTICLES_A_DAY * 10) - when_fetched(0)).days == 10
    assert (when_fetched(1_000_000) - when_fetched(0)).days == 1_000


def test_quotes_and_names_are_where_they_are_said_to_be(articles):
    for article in articles.values():
        assert all(article.body[q.start : q.end] == q.text for q in article.quotes)
        for mention in article.mentions:
            assert all(article.body.startswith(mention.name, at) for at in mention.offsets)


def test_a_fill_goes_on_at_the_next_batch():
    assert _split(range(4_200, 9_000), 2_000) == [
        range(4_200, 6_000),
        range(6_000, 8_000),
        range(8_000, 9_000),
    ]
    assert _split(range(2_000), 2_000) == [range(2_000)]
    assert _split(range(9, 9), 2_000) == []


def make_round(documents, seconds, began=0.0, published=1.0):
    return Round(documents, seconds, began, published, 0.5, False)


def test_a_cost_that_grew_too_much_misses_its_bar():
    small = [make_round(1, {"link: stories": 1.0, "publish": 2.0})] * 3
    large = [make_round(1, {"link: stories": 1.6, "publish": 2.0})] * 3
    rows = {row.measure: row for row in list_costs(small, large)}
    compared = rows["reprints and stories of 1,000 new articles, with the digests of their texts"]
    assert (compared.met, compared.ratio) == (False, "1.60")
    assert rows["link: stories"].met is None
    assert rows["publishing, with what the next run spends on the second copy"].met is True
    assert rows["the whole run"].met is None


def test_sizes_are_told_for_a_hundred_thousand_articles():
    total, *tables = list_sizes({"articles": 40_000_000, "tags": 6_000_000}, 10_000)
    assert (total.large, total.met) == ("460 MB", False)
    assert [row.large for row in tables] == ["400.0 MB", "60.0 MB"]


@pytest.mark.parametrize(
    ("opened_at", "seen", "stale"),
    [(0.5, 0, 1), (1.5, 1_000, 0), (1.5, 0, 2), (2.5, 1_000, 1), (2.5, 0, 3)],
)
def test_staleness_counts_runs_that_began_and_are_not_seen(opened_at, seen, stale):
    rounds = [make_round(1_000, {}, 0.0, 1.0), make_round(2_000, {}, 2.0, 3.0)]
    reading = Reading((0.1,), (Sighting(opened_at, seen),), 2, ())
    assert list(find_staleness([reading], rounds)) == [stale]


def test_a_failed_query_misses_the_bar():
    reading = Reading((0.1,), (), 1, ("IO Error",))
    failures, *_ = list_readings([reading], [make_round(1, {"publish": 1.0})])
    assert failures.met is False


def test_bytes_of_tables_add_up_to_the_file(tmp_path):
    import duckdb

    path = tmp_path / "some.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table large as select random() as a from range(300000)")
        connection.execute("create table small as select 'x' || i as a from range(9) r(i)")
    sizes = measure_tables(path)
    assert sum(sizes.values()) == path.stat().st_size
    assert 2_000_000 < sizes["large"] < 3_500_000
    assert sizes["small"] <= 262_144


@pytest.mark.slow
def test_the_table_is_measured(tmp_path, capsys, monkeypatch):
    from bench.warehouse import __main__, rounds
    from bench.warehouse.__main__ import main

    for module in (__main__, rounds):
        monkeypatch.setattr(module, "NEW", 100)  # a thousand, several times, would take minutes
    arguments = ["--articles", "400", "--minutes", "0.05", "--rounds", "1", "--makers", "2"]
    assert main([*arguments, "--keep", str(tmp_path)]) == 0
    table = capsys.readouterr().out
    assert "| linking 1,000 new articles, all |" in table
    assert "| failures of 4 readers" in table
    assert "in 0.0 minutes" not in table
    assert "| 0 of " in table
    assert "– articles" in table
    documents = main([*arguments, "--keep", str(tmp_path)])
    assert documents == 0, "the second call goes on from the first"
