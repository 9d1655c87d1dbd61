"""Which stories linked articles belong to: the engine between what is read and what is staged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time
from functools import partial
from textwrap import shorten
from typing import TYPE_CHECKING

from warehouse.links import Changes, Fresh, Rows, find_linked, turn
from warehouse.stories import (
    CHANGES,
    LABELS,
    MEMBERS,
    SKETCHES,
    VECTORS,
    Member,
    Recent,
    find_moment,
    find_taken,
    list_members,
    list_replaced_times,
    read_recent,
    read_titles,
    read_vectors,
)

if TYPE_CHECKING:
    from tasks.digests import Digests
    from tasks.stories.senses import Model, Vector
    from tasks.stories.sketches import Sketch, Terms
    from tasks.stories.stories import Assignments
    from warehouse.connect import Connection

# The letters of a body that are read for a label where its article has no headline, and those of
# that label at most.
OPENING, LABEL = 200, 120
# The articles next to the middle of a story whose headlines are looked at.
CANDIDATES = 5
_NOON = time(12, tzinfo=UTC)


def find_stories(connection: Connection, changes: Changes, digests: Digests) -> Mapping[str, Rows]:
    """The rows of all tables of stories that linking these articles adds, changes and removes."""
    from tasks.stories.senses import find_model
    from tasks.stories.stories import Stories

    model = find_model()
    vectors = embed(model, changes.fresh) if model is not None else {}
    stories = Stories(taken=partial(find_taken, connection))
    sketches = [
        sketch(article, terms, vectors.get(article.number))
        for article, terms in zip(changes.fresh, digests.sketches, strict=True)
    ]
    times = [one.when for one in sketches] + list_replaced_times(connection, changes.replaced)
    known = read_recent(connection, times, stories.window.span)
    numbers = [member.number for member in known.members]
    senses = read_vectors(connection, model.id, numbers) if model is not None else {}
    stories.restore(restore(known, senses))
    gone = set(changes.removed)
    removed = [member.article_id for member in known.members if member.number in gone]
    assigned = stories.group(sketches, removed)
    before = {member.article_id: member for member in known.members}
    fresh = {one.article_id: enter(one, stories.story_of) for one in changes.fresh}
    moved = list_moved(connection, changes, assigned, before, fresh)
    changed = list_changed(changes, before, fresh, moved)
    people = before | fresh
    orders = {story: [people[key] for key in assigned.orders[story]]
              for story in sorted(changed & assigned.orders.keys())}  # fmt: skip
    labels = label_stories(connection, changes, orders)
    return {
        "story_sketches": print_sketches(changes, sketches),
        "story_vectors": turn(
            VECTORS, [(n, model.id, v.tolist()) for n, v in vectors.items()] if model else []
        ),
        **print_rows(connection, changes, assigned, [*fresh.values(), *moved]),
        "story_labels": turn(LABELS, labels),
    }


def embed(model: Model, articles: Sequence[Fresh]) -> dict[int, Vector]:
    """What the user's model says of articles to be linked, by number."""
    from tasks.stories.senses import MOST_LETTERS

    texts = [f"{one.title or ''}\n{one.body}"[:MOST_LETTERS] for one in articles]
    if not texts:
        return {}
    return dict(zip([one.number for one in articles], model.embed(texts), strict=True))


def sketch(article: Fresh, terms: Terms, vector: Vector | None = None) -> Sketch:
    """The sketch of an article to be linked."""
    from tasks.stories.sketches import Sketch

    return Sketch(article.article_id, date(article), terms, article.language, vector)


def date(article: Fresh) -> datetime:
    """The time an article counts from: published, at noon where only the day is known (never
    after it was fetched on that day), else fetched."""
    if article.published_at is not None:
        return article.published_at
    if article.published_on is not None:
        noon = datetime.combine(article.published_on, _NOON)
        seen = article.first_seen_at
        return min(noon, seen) if seen.astimezone(UTC).date() == article.published_on else noon
    return article.first_seen_at


def restore(known: Recent, senses: Mapping[int, Vector]) -> Iterator[tuple[Sketch, str]]:
    """Known articles as the engine takes them in: sketch and story; `senses` by number."""
    from tasks.stories.sketches import Sketch

    for member, terms in zip(known.members, known.terms, strict=True):
        sense = senses.get(member.number)
        known_as = Sketch(member.article_id, member.dated_at, terms, member.language, sense)
        yield known_as, member.story_id


def enter(article: Fresh, story_of: Mapping[str, str]) -> Member:
    """An article to be linked as a member of its story."""
    return Member(
        article.number,
        article.article_id,
        story_of[article.article_id],
        date(article),
        article.outlet or article.site,
        article.language,
    )


def list_moved(
    connection: Connection,
    changes: Changes,
    assigned: Assignments,
    before: Mapping[str, Member],
    fresh: Mapping[str, Member],
) -> list[Member]:
    """The earlier articles that are in another story now. Of a story that went into another, the
    articles before the window follow."""
    moved = {
        key: before[key]._replace(story_id=story)
        for key, story in assigned.stories.items()
        if key not in fresh
    }
    into = {merge.story: merge.into for merge in assigned.merges}
    replaced = set(changes.replaced)
    for member in list_members(connection, into):
        if member.article_id not in before and member.number not in replaced:
            moved[member.article_id] = member._replace(story_id=into[member.story_id])
    return sorted(moved.values())


def list_changed(
    changes: Changes,
    before: Mapping[str, Member],
    fresh: Mapping[str, Member],
    moved: Sequence[Member],
) -> set[str]:
    """The stories that gained or lost an article, or have one in a new version."""
    replaced = set(changes.replaced)
    came = {member.story_id for member in (*fresh.values(), *moved)}
    left = {member.story_id for member in before.values() if member.number in replaced}
    left |= {before[one.article_id].story_id for one in moved if one.article_id in before}
    return came | left


def label_stories(
    connection: Connection, changes: Changes, orders: Mapping[str, Sequence[Member]]
) -> list[tuple[str, str]]:
    """The label of each story, given with its articles, the nearest to its middle first."""
    shown = {story: choose_shown(members) for story, members in orders.items()}
    headlines = {one.article_id: headline(one.title, one.body[:OPENING]) for one in changes.fresh}
    asked = {member.number for members in shown.values() for member in members
             if member.article_id not in headlines}  # fmt: skip
    titles = read_titles(connection, dict(find_linked(connection, asked).values()), OPENING)
    headlines |= {article: headline(*texts) for article, texts in titles.items()}
    return [(story, choose_label([headlines.get(member.article_id, "") for member in members]))
            for story, members in shown.items()]  # fmt: skip


def choose_shown(members: Sequence[Member]) -> list[Member]:
    """The articles whose headlines may label a story, the best first."""
    languages = Counter(member.language or "" for member in members)
    most = min(languages, key=lambda language: (-languages[language], language))
    return [member for member in members if (member.language or "") == most][:CANDIDATES]


def headline(title: str | None, opening: str) -> str:
    """The headline of an article; for want of one, how its text begins."""
    return " ".join(title.split()) if title else cut_line(opening.partition("\n")[0])


def cut_line(line: str) -> str:
    """The line, cut after a word where it is long; without spaces, after a letter."""
    text = " ".join(line.split())
    if len(text) <= LABEL:
        return text
    words = shorten(text, LABEL, placeholder=" …")
    return words if len(words) > LABEL // 2 else text[: LABEL - 2] + " …"


def choose_label(headlines: Sequence[str]) -> str:
    """The first that is not empty."""
    return next((text for text in headlines if text), "")


def print_sketches(changes: Changes, sketches: Sequence[Sketch]) -> Rows:
    """The rows of `story_sketches`."""
    numbers = [article.number for article in changes.fresh]
    terms = [one.terms.tolist() for one in sketches]
    return turn(SKETCHES, list(zip(numbers, terms, strict=True)))


def print_rows(
    connection: Connection, changes: Changes, assigned: Assignments, members: Sequence[Member]
) -> Mapping[str, Rows]:
    """The rows of `story_articles` and `story_changes`."""
    now = find_moment(connection, changes.through)
    linked = find_linked(connection, {member.number for member in members})
    loads = {number: load for number, (_, load) in linked.items()}
    loads |= {article.number: article.load_number for article in changes.fresh}
    rows = [
        (one.story_id, one.article_id, one.dated_at, now, one.outlet, one.language, one.number,
         loads[one.number])
        for one in members
    ]  # fmt: skip
    ended = [(merge.story, "merged", merge.into, now) for merge in assigned.merges]
    begun = [(split.story, "split", split.of, now) for split in assigned.splits]
    return {
        "story_articles": turn(MEMBERS, rows),
        "story_changes": turn(CHANGES, [*ended, *begun]),
    }
