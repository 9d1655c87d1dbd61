"""Search: the macros and the index, against words and scores worked out in Python."""

import hashlib
import math
import random
import sys
import unicodedata
from collections import Counter
from dataclasses import replace
from datetime import date

import duckdb
import pytest

from flows.indexing import index_articles
from flows.linking import digest
from tasks.model import Author, AuthorKind, Precision, Stamp
from tasks.search import words as analysis
from tasks.search.counts import Terms, Text
from tests.warehouse.builders import edit, fail, make_batch, make_empty
from warehouse import search_index
from warehouse.links import stage_links
from warehouse.migrate import migrate
from warehouse.search import Question, search_articles, search_published
from warehouse.stage import stage_batch
from warehouse.writer import open_writer


def write(name, body, title="", language="en", hours=0, authors=(), day=None, **changes):
    made = edit(name, hours=hours)
    article = replace(
        made.outcome,
        body=body,
        title=title or None,
        language=language,
        byline=" and ".join(authors) or None,
        authors=tuple(Author(one, AuthorKind.PERSON, one) for one in authors),
        content_hash=hashlib.sha256(f"{title}|{body}".encode()).hexdigest()[:16],
        **({"published": Stamp(day, Precision.DAY)} if day else {}),
        **changes,
    )
    return replace(made, outcome=article)


def load(writer, batch_id, *edited, **changes):
    writer.load(stage_batch(writer.layout, make_batch(batch_id, *edited, **changes)))


def link(writer, most=2_000):
    while changes := writer.changes(most):
        with writer.reading() as connection:
            found = index_articles(connection, changes, digest(changes.fresh))
        writer.load(stage_links(writer.layout, changes, found))


def fill(writer, *edited):
    [(loads,)] = writer.open().execute("select count(*) from batches").fetchall()
    load(writer, f"b{loads}", *edited)
    link(writer)


def search(writer, asked, **options):
    named = "".join(f", {name} := ${name}" for name in options)
    query = f"select title, score, url, complete, matched from search($asked{named})"
    return writer.open().execute(query, {"asked": asked, **options}).fetchall()


def names(writer, asked, **options):
    return [row[2].rpartition("/")[2] for row in search(writer, asked, **options)]


@pytest.fixture(scope="module")
def macros():
    with duckdb.connect(":memory:") as connection:
        migrate(connection)
        yield connection


@pytest.mark.slow
def test_folding_is_the_same_in_python_and_sql(macros):
    letters = [
        chr(code)
        for code in range(sys.maxunicode)
        if unicodedata.category(chr(code))[0] in "LN" and not 0xD800 <= code <= 0xDFFF
    ]
    rows = macros.execute(
        "select letter, search_fold(search_clean(letter)) from unnest(?) as t(letter)", [letters]
    ).fetchall()
    different = [
        (letter, folded, analysis.fold(analysis.clean(letter)))
        for letter, folded in rows
        if folded != analysis.fold(analysis.clean(letter))
    ]
    # The two know other versions of Unicode.
    assert len(different) < 120, different[:20]
    common = [one for one in different if ord(one[0]) < 0x0600]
    assert not common


TEXTS = [
    "L'homme d’État, Erdoğan's O'Brien: rock'n'roll, Ankara’dan",
    "l’homme d’Arc O’Brien – 90’s 5’4 ½ rock’n’roll wasn’t",
    "NHKニュースを見た。 中国経済 2026年 x² 한국어 สวัสดี",
    "İSTANBUL IŞIK Größe STRAẞE łódź ΟΔΟΣ ἀρχῆς ёлка Йод",
    "أحمد إلى المدينة کتاب ١٢٣ कुल की हिन्दी",
    "cafe\u0301 co\u00adoperate e-mail a_b 1,000.50 C++ don't",
    "l'homme d'Arc O'Brien 90's 5'4 rock'n'roll wasn't",
]


@pytest.mark.parametrize("text", TEXTS)
def test_splitting_is_the_same_in_python_and_sql(macros, text):
    [(split,)] = macros.execute("select search_split(?)", [text]).fetchall()
    ours = [analysis.fold(word) for word in analysis.split(analysis.clean(text))]
    # The index has the last character of a run by itself, too.
    ends = {at for at in range(1, len(ours)) if is_end(ours[at - 1], ours[at])}
    assert [word for at, word in enumerate(ours) if at not in ends] == split


@pytest.mark.parametrize("text", [*TEXTS, "".join(TEXTS), "漢字漢字語 漢字 語 d'une d'une une"])
def test_words_are_counted_as_they_are_split(text):
    clean = analysis.clean(text)
    assert analysis.count_words(clean) == Counter(analysis.split(clean))


@pytest.mark.slow
def test_plain_letters_are_those_that_all_patterns_know(macros):
    letters = [chr(code) for code in range(32, 195_000) if not 0xD800 <= code <= 0xDFFF]
    wrong = macros.execute(
        """
        select letter from (select unnest(?) as letter)
        where search_is_plain(letter)
          and (regexp_full_match(letter, '[' || search_letters() || ']')
                   != regexp_full_match(letter, '\\pL')
               or regexp_full_match(letter, '[0-9' || search_letters() || ']')
                   != regexp_full_match(letter, '[\\pL\\pM\\pN]'))
        """,
        [letters],
    ).fetchall()
    assert wrong == []


def is_end(before, word):
    return analysis.is_unspaced(word) and len(word) == 1 and len(before) == 2 and before[1] == word


def test_a_question_is_read(macros):
    asked = '“press  freedom” elect* -sport -"own goal" -covid-19 京 d\'accord'
    rows = macros.execute("from search_asked(?) order by all", [asked]).fetchall()
    assert rows == [
        (" covid 19 ", "phrase", True),
        (" own goal ", "phrase", True),
        (" press freedom ", "phrase", False),
        ("accord", "word", False),
        ("elect", "prefix", False),
        ("freedom", "word", False),
        ("press", "word", False),
        ("sport", "word", True),
        ("京", "prefix", False),
    ]


def test_a_word_is_found_in_all_its_forms(writer):
    fill(writer, write("a", "Elections were held."), write("b", "The harbour is closed."))
    assert names(writer, "elections") == names(writer, "HELD") == ["a"]
    assert names(writer, "elect") == ["a"]
    # Nobody wrote this one: it stands for a known beginning of it.
    assert names(writer, "harbours") == ["b"]
    assert names(writer, "parliament") == []


@pytest.mark.parametrize(
    ("language", "body", "asked"),
    [
        ("de", "Die Wähler in den Häusern warten.", ["Wahler", "WÄHLER", "Haus"]),
        ("tr", "IŞIK Ankara'da yandı, İstanbul'un kapısı.", ["isik", "ışık", "ankara", "istanbul"]),
        ("ru", "Парламент принял законы о выборах.", ["закон", "ВЫБОРЫ", "парламента"]),
        ("ar", "وافق البرلمان على القانون الجديد", ["البرلمان", "برلمان", "قانون"]),
        ("zh", "中国经济增长放缓，北京。", ["经济", "京", "北京", "中国经济"]),
        ("ja", "地震のニュースをNHKで見た。", ["地震", "ニュース", "nhk"]),
        ("fr", "L'élection présidentielle d’avril", ["election", "élections", "avril"]),
        (None, "Unë flas shqip.", ["une", "shqip"]),
    ],
)
def test_languages(writer, language, body, asked):
    fill(writer, write("a", body, language=language), write("b", "Nothing of it.", "Else"))
    assert {word: names(writer, word) for word in asked} == {word: ["a"] for word in asked}


def test_all_words_must_occur_or_it_says_so(writer):
    fill(writer, write("a", "Wind and rain."), write("b", "Wind and snow."), write("c", "Hail."))
    assert names(writer, "wind rain") == ["a"]
    partly = search(writer, "rain hail")
    assert {row[2][-1] for row in partly} == {"a", "c"}
    assert [(row[3], row[4]) for row in partly] == [(False, 2), (False, 2)]
    assert search(writer, "wind")[0][3:] == (True, 2)


def test_phrases_prefixes_and_words_that_must_not_occur(writer):
    fill(
        writer,
        write("a", "The free press is free.", "Parliament votes"),
        write("b", "Press it: the lid is free.", "Parliamentary sport"),
    )
    assert names(writer, '"free press"') == ["a"]
    assert names(writer, '"votes the"') == []  # the headline and the body are apart
    assert sorted(names(writer, "parl*")) == ["a", "b"]
    assert names(writer, "press -sport") == ["a"]
    assert names(writer, 'press -"free press"') == ["b"]
    assert names(writer, "-press") == names(writer, "") == names(writer, '"') == []


def test_a_question_may_have_more_words_than_there_are_bits(writer):
    fill(writer, write("a", " ".join(f"word{n}" for n in range(140))), write("b", "word1 word2"))
    assert names(writer, " ".join(f"word{n}" for n in range(140))) == ["a"]


def test_a_long_word_is_found_by_the_letters_that_are_kept(writer):
    law = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
    fill(writer, write("a", f"Das {law} gilt.", language="de"), write("b", "Das Gesetz."))
    assert names(writer, law) == names(writer, f'"{law} gilt"') == ["a"]
    assert names(writer, f"{law}*") == ["a"]


def test_a_headline_weighs_more(writer):
    fill(
        writer,
        write("a", "A quarry in the hills and more of it.", "Roads"),
        write("b", "A road in the hills and more of it.", "Quarry"),
    )
    assert names(writer, "quarry") == ["b", "a"]


def test_filters(writer):
    fill(
        writer,
        write("a", "Rain.", outlet="The North", site="north.example", day=date(2026, 5, 1)),
        write("b", "Rain.", authors=("Ann Lee",), day=date(2026, 6, 1)),
        write("c", "Rain.", language="de", day=date(2026, 7, 1)),
    )
    assert names(writer, "rain") == ["c", "b", "a"]
    assert names(writer, "rain", outlet="the north") == ["a"]
    assert names(writer, "rain", outlet="north.example") == ["a"]
    assert names(writer, "rain", since=date(2026, 6, 1)) == ["c", "b"]
    assert names(writer, "rain", until=date(2026, 6, 1)) == ["b", "a"]
    assert names(writer, "rain", language="de") == ["c"]
    assert names(writer, "rain", author="ann lee") == ["b"]
    assert names(writer, "lee") == ["b"]
    assert names(writer, "rain", most=2) == ["c", "b"]


def test_a_new_version_takes_the_place_of_the_old(writer):
    fill(writer, write("a", "Rain in the hills."), write("b", "Rain at sea."))
    before = search(writer, "rain")
    fill(writer, write("a", "Snow in the hills.", hours=2))
    assert names(writer, "rain") == ["b"]
    assert names(writer, "snow") == ["a"]
    fill(writer, write("a", "Rain in the hills.", hours=3))
    assert search(writer, "rain") == before


def test_what_is_gone_is_not_found(writer):
    fill(writer, write("a", "Rain in the hills."), write("b", "Rain at sea."))
    [(gone,)] = (
        writer.open().execute("select article_id from articles where url like '%/a'").fetchall()
    )
    load(writer, "r1", fail("a"), kind="reprocess", replaced_articles=(gone,))
    link(writer)
    assert names(writer, "rain") == ["b"]
    [(score,)] = [row[1:2] for row in search(writer, "rain")]
    assert score == pytest.approx(math.log(1 + 0.5 / 1.5), abs=0.2)


WORDS = "wind rain snow storm road bridge tax vote train strike port ship harbour market"


def invent(count, seed):
    rng, words = random.Random(seed), WORDS.split()
    return [
        write(
            f"n{number}",
            " ".join(rng.choices(words, [1 / (at + 1) for at in range(14)], k=rng.randint(3, 40))),
            " ".join(rng.sample(words, 3)),
            day=date(2026, 1, 1 + number % 28),
        )
        for number in range(count)
    ]


def score_naively(articles, asked):
    """BM25 by the book: the names of the best first, and their scores."""
    terms = Terms()
    texts = [one.outcome for one in articles]
    counted = [
        terms.count(
            Text(a.title, a.standfirst, a.body, tuple(n.name for n in a.authors), a.language)
        )
        for a in texts
    ]
    mean = sum(length for _, length in counted) / len(counted)
    wanted = [terms.stems[word] for word in asked]
    holders = Counter(term for counts, _ in counted for term in counts)
    scores = {}
    for article, (counts, length) in zip(texts, counted, strict=True):
        if all(term in counts for term in wanted):
            norm = 1.2 * (1 - 0.75 + 0.75 * length / mean)
            scores[article.url.rpartition("/")[2]] = sum(
                math.log(1 + (len(texts) - holders[term] + 0.5) / (holders[term] + 0.5))
                * counts[term] * 2.2 / (counts[term] + norm)
                for term in wanted
            )  # fmt: skip
    return scores


def outdate(one):
    """An earlier version of an article."""
    name = f"{one.document.id}-old"
    return replace(
        one,
        document=replace(one.document, id=name, uri=f"{one.document.uri}?old"),
        outcome=replace(one.outcome, body="storm rain harbour tax", content_hash="old"),
    )


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_scores_are_those_of_bm25_in_any_order_batching_and_merging(tmp_path, monkeypatch, seed):
    rng = random.Random(seed)
    articles = invent(40, seed)
    questions = [["storm", "rain"], ["harbour"], ["tax", "vote", "wind"]]
    outcomes = []
    for attempt in range(2):
        monkeypatch.setattr(search_index, "BLOCK_ROWS", rng.choice([1, 150, 400, 10**9]))
        monkeypatch.setattr(search_index, "RECENT_ROWS", rng.choice([1, 500, 900, 10**9]))
        monkeypatch.setattr(search_index, "FRESH_WORDS", rng.choice([1, 7, 20, 10**9]))
        monkeypatch.setattr(search_index, "RECENT_WORDS", rng.choice([1, 15, 40, 10**9]))
        with open_writer(make_empty(tmp_path / str(attempt))) as writer:
            waiting = rng.sample(articles, len(articles))
            stale = [outdate(one) for one in rng.sample(articles, 10)]
            fill(writer, *stale)
            while waiting:
                size = rng.randint(1, 25)
                fill(writer, *waiting[:size])
                waiting = waiting[size:]
            outcomes.append([search(writer, " ".join(asked), most=100) for asked in questions])
    assert outcomes[0] == outcomes[1]
    for asked, rows in zip(questions, outcomes[0], strict=True):
        expected = score_naively(articles, asked)
        assert {row[2].rpartition("/")[2]: row[1] for row in rows} == pytest.approx(
            expected, abs=1e-5
        )
        assert [row[1] for row in rows] == sorted((row[1] for row in rows), reverse=True)


def test_blocks_are_in_order_of_term_and_forget_what_is_gone(writer, monkeypatch):
    fill(writer, write("a", "Rain in the hills."), write("b", "Rain at sea."))
    fill(writer, write("a", "Snow in the hills.", hours=2))
    monkeypatch.setattr(search_index, "BLOCK_ROWS", 1)
    monkeypatch.setattr(search_index, "RECENT_ROWS", 1)
    fill(writer, write("c", "Rain on the road."))
    connection = writer.open()
    assert connection.execute("select count(*) from search_fresh").fetchall() == [(0,)]
    assert connection.execute("select count(*) from search_removed").fetchall() == [(0,)]
    rows = connection.execute("select term, place from search_postings").fetchall()
    assert rows == sorted(rows) and {place for _, place in rows} == {2, 3, 4}
    [(comment,)] = connection.execute(
        "select comment from duckdb_columns() "
        "where table_name = 'search_fresh' and column_name = 'term'"
    ).fetchall()
    assert comment == "As in search_postings"


def test_blocks_become_a_run_that_forgets_what_is_gone(writer, monkeypatch):
    monkeypatch.setattr(search_index, "BLOCK_ROWS", 1)
    monkeypatch.setattr(search_index, "RECENT_ROWS", 12)
    connection = writer.open()
    held = []
    for name, text, hour in (("a", "Rain in hills.", 0), ("b", "Rain at sea.", 0),
                             ("a", "Snow in hills.", 2), ("c", "Rain on roads.", 0)):  # fmt: skip
        fill(writer, write(name, text, hours=hour))
        tables = ("search_postings", "search_recent", "search_fresh", "search_removed")
        counts = [connection.execute(f"select count(*) from {one}").fetchall() for one in tables]
        held.append([rows for [(rows,)] in counts])
    per = held[0][1]
    assert held == [[0, per, 0, 0], [0, 2 * per, 0, 0], [0, 3 * per, 0, 1], [3 * per, 0, 0, 0]]
    rows = connection.execute("select term, frequency, place from search_postings").fetchall()
    assert rows == sorted(rows) and {place for *_, place in rows} == {2, 3, 4}
    assert names(writer, "rain") == ["c", "b"] and names(writer, "snow") == ["a"]


def test_words_are_merged_in_order_of_their_letters(writer, monkeypatch):
    monkeypatch.setattr(search_index, "FRESH_WORDS", 6)
    monkeypatch.setattr(search_index, "RECENT_WORDS", 8)
    connection = writer.open()
    tables = ("search_words", "search_recent_words", "search_fresh_words")
    texts = {
        "a": "Rain in the hills.",
        "b": "Hail at sea, and snow above.",
        "c": "Ice on roads here.",
        "d": "Fog, mist.",
    }
    held = []
    for name, text in texts.items():
        fill(writer, write(name, text))
        rows = [connection.execute(f"select form from {one}").fetchall() for one in tables]
        assert rows[:2] == [sorted(forms) for forms in rows[:2]]
        held.append([len(forms) for forms in rows])
    # Five wait; seven more are merged, all twelve again; five wait; two more are merged once.
    assert held == [[0, 0, 5], [12, 0, 0], [12, 0, 5], [12, 7, 0]]
    for form in ("rain", "hail", "ice", "mist", "road*", "rai*"):
        assert len(search(writer, form)) == 1
    comments = "select count(*), count(comment) from duckdb_columns() where table_name = $table"
    for table in tables:
        assert connection.execute(comments, {"table": table}).fetchall() == [(3, 3)]


def test_blocks_are_written_anew_when_most_of_them_is_gone(writer, monkeypatch):
    monkeypatch.setattr(search_index, "BLOCK_ROWS", 1)
    monkeypatch.setattr(search_index, "RECENT_ROWS", 1)
    fill(writer, write("a", "Rain in the hills."), write("b", "Rain at sea."))
    connection = writer.open()
    left = []
    for hour in range(1, 7):
        fill(writer, write("a", f"Snow number {hour} in the hills.", hours=hour))
        places = "select (select count(distinct place) from search_postings), count(*) from {}"
        left += connection.execute(places.format("search_removed")).fetchall()
    # Two are there; the third that is gone is one too many.
    assert left == [(3, 1), (4, 2), (2, 0), (3, 1), (4, 2), (2, 0)]
    rows = connection.execute("select place, term from search_postings").fetchall()
    assert rows == sorted(rows, key=lambda row: (row[0] != 2, row[1]))  # blocks as they were
    assert names(writer, "snow") == ["a"] and names(writer, "rain") == ["b"]
    comments = "select count(*), count(comment) from duckdb_columns() where table_name = $table"
    assert connection.execute(comments, {"table": "search_postings"}).fetchall() == [(3, 3)]
    writer.publish()
    assert search_published(writer.layout.published, Question("snow")).matched == 1


def test_what_is_gone_and_not_in_a_block_writes_none_anew(writer):
    for hour in range(4):
        fill(writer, write("a", f"Snow number {hour}.", hours=hour))
    connection = writer.open()
    assert connection.execute("select count(*) from search_removed").fetchall() == [(3,)]
    assert names(writer, "snow") == ["a"] and names(writer, "1") == []


def test_both_copies_answer_alike(writer, monkeypatch):
    monkeypatch.setattr(search_index, "BLOCK_ROWS", 30)
    for number in range(4):
        load(writer, f"b{number}", *invent(20, number)[number * 5 : number * 5 + 5])
        link(writer)
        writer.publish()
        mine = search_articles(writer.open(), Question("storm rain"))
        published = search_published(writer.layout.published, Question("storm rain"))
        assert [(h.article_id, h.score) for h in mine.hits] == [
            (h.article_id, h.score) for h in published.hits
        ]
        assert published.matched > 0
