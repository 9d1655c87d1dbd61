"""Stories in the warehouse: any order and batching, new versions, what goes, and both copies."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.linking import digest
from flows.stories import LABEL, cut_line, find_stories, list_moved
from tasks.model import Precision, Stamp, ZoneFrom
from tasks.stories.naming import Merge
from tasks.stories.stories import Assignments
from tests.tasks.stories.articles import NOON, group_by_story
from tests.warehouse.builders import edit, fail, make_batch, make_empty
from warehouse.links import stage_links
from warehouse.stage import stage_batch
from warehouse.stories import list_stretches, read_recent
from warehouse.writer import open_writer

ENDS = ("before lunch", "under grey skies", "while trams stood still", "as bells rang",
        "after weeks of posters", "with long queues at schools")  # fmt: skip
ELECTION = (
    "Voters in Morvenia went to the polls to choose the 90 members of parliament, and observers in "
    "the capital Tessary said that polling stations in Upper Lorne and Harrowgate opened on time. "
    "The electoral commission of Morvenia counts the ballots through the night {end}. {people}"
)
TEXTS = {
    "fire": "A fire destroyed the Pellworth cannery in Dunmarrow on Friday night. Fire chief Ines "
    "Calloway said 14 workers were led out of the Pellworth building unhurt {end}.",
    "storm": "Storm Brunhilde tore the roofs off 30 houses in Saltmere on Tuesday. Ferries to Gull "
    "Rock were cancelled, the harbour master Tom Ridley said {end}.",
    "first": ELECTION.replace("{people}", "President Orla Venn faces the farmer Dag Tuvesson."),
    "second": ELECTION.replace("{people}", "Kesta Bromley faces the banker Ruud Ansel."),
}


def tell(event: str, at: int = 0, text: str | None = None, *, when: datetime | None = NOON, **more):
    """An article of an event, published at noon of one day or when said."""
    body = text or TEXTS[event].replace("{end}", ENDS[at])
    stamp = Stamp(when, Precision.SECOND, when, 0, ZoneFrom.OFFSET) if when else None
    told = {"title": f"{event} {at}", "body": body, "published": stamp} | more
    return edit(f"{event}-{at}", body, **told)


def rewrite(event: str, at: int, text: str):
    """A new version of an article."""
    return tell(event, at, text, content_hash="changed")


SIZES = {"fire": 3, "storm": 3, "first": 6, "second": 6}
EVERYTHING = [tell(event, at) for event, size in SIZES.items() for at in range(size)]


def load(writer, number, *edited, **changes):
    return writer.load(stage_batch(writer.layout, make_batch(f"b{number}", *edited, **changes)))


def link(writer, most=2_000):
    while changes := writer.changes(most):
        found = find_stories(writer.open(), changes, digest(changes.fresh))
        writer.load(stage_links(writer.layout, changes, found))


def feed(writer, edited, size, most=2_000, first=1):
    for at in range(0, len(edited), size):
        load(writer, first + at, *edited[at : at + size])
        link(writer, most)


def ask(writer, query, *values):
    return writer.open().execute(query, list(values)).fetchall()


def stories(writer):
    return dict(ask(writer, "select article_id, story_id from articles"))


def group(writer):
    """The stories as the names of the articles in them."""
    names = {one.outcome.id: one.outcome.title for one in EVERYTHING}
    found = {names.get(key, key): story for key, story in stories(writer).items()}
    return group_by_story(found)


TRUTH = {frozenset(f"{event} {at}" for at in range(size)) for event, size in SIZES.items()}


def check(writer):
    """What the tables say of each other holds."""
    assert ask(writer, "select * from articles anti join story_articles using (article_id)") == []
    assert ask(
        writer,
        "select article_id from articles join story_articles using (article_id) "
        "where articles.story_id is distinct from story_articles.story_id "
        "union all select article_id from story_articles "
        "where article_id not in (select article_id from articles) "
        "or number not in (select number from story_sketches) "
        "or number not in (select number from linked_articles)",
    ) == []  # fmt: skip
    counted = ask(
        writer,
        "select story_id, min(dated_at), max(dated_at), count(*), count(distinct outlet) "
        "from story_articles group by story_id order by story_id",
    )
    kept = ask(
        writer,
        "select story_id, first_seen_at, last_seen_at, articles, outlets from stories "
        "order by story_id",
    )
    assert kept == counted
    (sketches,) = ask(writer, "select count(*), count(distinct number) from story_sketches")
    (articles,) = ask(writer, "select count(*) from articles")
    assert sketches == (*articles, *articles)


@pytest.mark.slow
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.permutations(range(len(EVERYTHING))), st.integers(3, 18), st.sampled_from([1, 2_000]))
def test_order_and_batches_change_no_story(tmp_path_factory, order, size, most):
    with open_writer(make_empty(tmp_path_factory.mktemp("order"))) as writer:
        feed(writer, [EVERYTHING[at] for at in order], size, most)
        assert group(writer) == TRUTH
        check(writer)


def test_a_story_keeps_its_id_as_it_grows(writer):
    load(writer, 1, tell("fire", 0, outlet="The Post"), tell("storm"))
    link(writer)
    [(first,)] = ask(writer, "select story_id from stories where label = 'fire 0'")
    later = NOON + timedelta(days=3)
    load(writer, 2, tell("fire", 1, when=later, outlet="Echo", language="de"), tell("fire", 2))
    link(writer)
    assert ask(
        writer,
        "select articles, outlets, languages, first_seen_at, last_seen_at from stories "
        "where story_id = ?",
        first,
    ) == [(3, 3, ["de", "en"], NOON, later)]
    timeline = "select day, articles, articles_so_far from story_timeline where story_id = ?"
    days = [(date(2026, 3, 4), 2, 2), (date(2026, 3, 7), 1, 3)]
    assert sorted(ask(writer, timeline, first)) == days
    check(writer)


def test_a_label_is_a_headline_in_the_language_of_most(writer):
    texts = [tell("fire", at, language="fr", title=f"Feu {at}") for at in range(2)]
    load(writer, 1, *texts, tell("fire", 3), tell("storm", title=None))
    link(writer)
    labels = [label for (label,) in ask(writer, "select label from stories order by articles")]
    assert labels[0].startswith("Storm Brunhilde tore the roofs") and len(labels[0]) <= 120
    assert labels[1].startswith("Feu")


def test_a_split_is_recorded(writer):
    feed(writer, [tell("first", at) for at in range(6)] + [tell("second", 0)], 7)
    [(story,)] = ask(writer, "select story_id from stories")
    feed(writer, [tell("second", at) for at in range(1, 6)], 5, first=9)
    ((began,),) = ask(writer, "select story_id from stories where story_id <> ?", story)
    changes = ask(writer, "select story_id, change, other_id, changed_at from story_changes")
    loaded = ask(writer, "select loaded_at from batches where batch_id = 'b9'")[0][0]
    assert changes == [(began, "split", story, loaded)]
    check(writer)


LEFT = "Ferrymen of Lake Ossory struck over wages at Kilbride quay"
RIGHT = "Divers raised the wreck Marigold beside Dunoon lighthouse"


def test_a_story_that_merges_takes_its_earlier_articles_along(writer):
    """The part of the lesser story that is before the window goes with the rest."""
    early = tell("r", 0, f"{RIGHT} 200.", when=NOON - timedelta(days=9))
    others = [tell("r", at, f"{RIGHT} {at + 200}.") for at in (1, 2)]
    ones = [tell("l", at, f"{LEFT} {at + 100}.") for at in range(4)]
    load(writer, 1, early, *others, *ones)
    link(writer)
    lesser, greater = (stories(writer)[one.outcome.id] for one in (early, ones[0]))
    assert lesser != greater
    late = NOON + timedelta(days=5)
    both = [tell("b", at, f"{LEFT}. {RIGHT} {at + 300}.", when=late) for at in range(3)]
    load(writer, 2, *both)
    link(writer)
    assert set(stories(writer).values()) == {greater}
    changes = ask(writer, "select story_id, change, other_id from story_changes")
    assert changes == [(lesser, "merged", greater)]
    check(writer)


def test_a_new_version_moves_its_article(writer):
    feed(writer, [tell("fire", at) for at in range(3)] + [tell("storm", at) for at in range(3)], 6)
    moved = tell("fire", 0).outcome.id
    storm = stories(writer)[tell("storm").outcome.id]
    load(writer, 9, rewrite("fire", 0, TEXTS["storm"].replace("{end}", ENDS[3])))
    link(writer)
    assert stories(writer)[moved] == storm
    assert sorted(ask(writer, "select articles from stories")) == [(2,), (4,)]
    check(writer)


def test_what_is_gone_leaves_its_story(writer):
    feed(writer, [tell("fire", 0), tell("fire", 1), tell("storm", 0)], 3)
    gone = [tell(event, 0).outcome.id for event in ("fire", "storm")]
    lost = [fail("fire-0"), fail("storm-0")]
    load(writer, 9, *lost, kind="reprocess", replaced_articles=tuple(gone))
    link(writer)
    assert ask(writer, "select articles, label from stories") == [(1, "fire 1")]
    check(writer)


@pytest.mark.parametrize("goes", ["away", "elsewhere"])
def test_a_story_is_not_called_after_what_left_it(writer, goes):
    feed(writer, [tell("fire", 0), tell("fire", 1), tell("storm", 0), tell("storm", 1)], 4)
    [(label,)] = ask(writer, "select label from stories where starts_with(label, 'fire')")
    leaver, stayer = (0, 1) if label == "fire 0" else (1, 0)
    if goes == "away":
        gone = (tell("fire", leaver).outcome.id,)
        load(writer, 9, fail(f"fire-{leaver}"), kind="reprocess", replaced_articles=gone)
    else:
        load(writer, 9, rewrite("fire", leaver, TEXTS["storm"].replace("{end}", ENDS[3])))
    link(writer)
    story = stories(writer)[tell("fire", stayer).outcome.id]
    found = ask(writer, "select articles, label from stories where story_id = ?", story)
    assert found == [(1, f"fire {stayer}")]
    check(writer)


def test_a_new_version_leaves_the_time_an_article_came_into_its_story(writer):
    load(writer, 1, tell("fire", 0), tell("fire", 1))
    link(writer)
    joined = "select article_id, joined_at from story_articles order by article_id"
    before = ask(writer, joined)
    load(writer, 2, rewrite("fire", 0, TEXTS["fire"].replace("{end}", ENDS[3])))
    load(writer, 3, tell("fire", 2))
    link(writer)
    after = ask(writer, joined)
    assert len(after) == 3 and set(before) < set(after)
    check(writer)


def test_what_was_replaced_does_not_follow_its_story(writer):
    """Also where it is not among those that are compared, because there are too many."""
    feed(writer, [tell("fire", 0), tell("fire", 1), tell("fire", 2)], 3)
    story = stories(writer)[tell("fire").outcome.id]
    gone = (tell("fire", 1).outcome.id,)
    load(writer, 8, fail("fire-1"), kind="reprocess", replaced_articles=gone)
    load(writer, 9, rewrite("fire", 0, TEXTS["fire"].replace("{end}", ENDS[3])))
    changes = writer.changes()
    assigned = Assignments({}, (Merge(story, "another"),))
    moved = list_moved(writer.open(), changes, assigned, {}, {})
    assert [member.article_id for member in moved] == [tell("fire", 2).outcome.id]


def test_a_story_falls_apart_when_what_connected_it_is_gone(writer):
    ends = [tell("l", 0, f"{LEFT}."), tell("r", 0, f"{RIGHT}.")]
    between = tell("m", 0, f"{LEFT}. {RIGHT}.")
    feed(writer, [*ends, between], 3)
    [(story,)] = ask(writer, "select story_id from stories")
    gone = (between.outcome.id,)
    load(writer, 9, fail("m-0"), kind="reprocess", replaced_articles=gone)
    link(writer)
    assert sorted(ask(writer, "select articles from stories")) == [(1,), (1,)]
    assert ask(writer, "select change, other_id from story_changes") == [("split", story)]
    check(writer)


def test_everything_edited_again_keeps_its_stories(writer):
    feed(writer, EVERYTHING, 9)
    before = stories(writer)
    replaced = tuple(sorted(before))
    load(writer, 90, *EVERYTHING, kind="reprocess", replaced_articles=replaced)
    link(writer)
    assert stories(writer) == before
    check(writer)


def test_what_is_far_apart_in_time_is_two_stories(writer):
    late = NOON + timedelta(days=30)
    load(writer, 1, tell("fire", 0), tell("fire", 1), tell("fire", 2, when=late))
    link(writer)
    assert sorted(ask(writer, "select articles from stories")) == [(1,), (2,)]


@pytest.mark.parametrize(
    ("stamp", "dated"),
    [
        (None, datetime(2026, 3, 1, 10, tzinfo=UTC)),
        (Stamp(date(2026, 2, 20), Precision.DAY), datetime(2026, 2, 20, 12, tzinfo=UTC)),
        (Stamp(date(2026, 3, 1), Precision.DAY), datetime(2026, 3, 1, 10, tzinfo=UTC)),
    ],
)
def test_the_time_an_article_counts_from(writer, stamp, dated):
    load(writer, 1, edit("a", hours=2, published=stamp))
    link(writer)
    assert ask(writer, "select dated_at from story_articles") == [(dated,)]


def test_both_copies_hold_the_same_stories(writer):
    tables = ("stories", "story_articles", "story_changes", "story_sketches")
    found = []
    for turn in range(4):
        feed(writer, EVERYTHING[turn::4], 5, first=turn * 10)
        writer.publish()
        found.append([sorted(ask(writer, f"from {table}")) for table in tables])
    writer.publish()
    assert found[-1] == [sorted(ask(writer, f"from {table}")) for table in tables]
    assert group(writer) == TRUTH


def test_of_too_many_articles_the_last_linked_are_compared(writer):
    feed(writer, EVERYTHING, 18)
    found = read_recent(writer.open(), [NOON], timedelta(days=1), most=5)
    assert [member.number for member in found.members] == [14, 15, 16, 17, 18]
    assert read_recent(writer.open(), [], timedelta(days=1)).members == []
    assert read_recent(writer.open(), [NOON - timedelta(days=2)], timedelta(days=1)).members == []


def test_stretches_of_time_are_joined_where_they_meet():
    day = timedelta(days=1)
    times = [NOON, NOON + day, NOON + 9 * day]
    assert list_stretches(times, day) == [
        (NOON - day, NOON + 2 * day),
        (NOON + 8 * day, NOON + 10 * day),
    ]
    assert list_stretches([], day) == []
    first, last = (moment.replace(tzinfo=UTC) for moment in (datetime.min, datetime.max))
    assert list_stretches([last, first], day) == [(first, first + day), (last - day, last)]
    scattered = [NOON + 9 * day * at for at in range(100)]
    assert list_stretches(scattered, day) == [(NOON - day, NOON + 892 * day)]


def test_an_opening_is_cut_after_a_word_where_words_are_apart():
    words = cut_line("harbour " * 30)
    assert words == "harbour " * 14 + "…" and len(words) <= LABEL
    for text in ("港" * 200, "港 " + "口" * 200):
        assert len(cut_line(text)) == LABEL and cut_line(text).startswith(text[:100])
    assert cut_line(" a  b ") == "a b"
