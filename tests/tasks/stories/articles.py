"""Invented articles: two elections of one kind, ten years apart, and smaller events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tasks.stories.sketches import Sketch, make_sketch

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)

_SHARED = (
    "Voters in Morvenia went to the polls to choose the 90 members of parliament, and observers in "
    "the capital Tessary said that polling stations in Upper Lorne and Harrowgate opened on time. "
    "The electoral commission of Morvenia counts the ballots through the night"
)
_ENDS = (
    "before lunch, under grey skies",
    "while trams stood still",
    "as shopkeepers watched from their doors",
    "after weeks of posters and songs",
    "to the sound of church bells",
    "with long queues at schools",
)
_FIRST = "President Orla Venn asked for a second term against the farmer Dag Tuvesson."
_SECOND = "Prime minister Kesta Bromley defends her majority against the banker Ruud Ansel."


def sketch(
    key: str, body: str, title: str | None = None, language: str = "en", *, hours: float = 0
) -> Sketch:
    return make_sketch(key, NOON + timedelta(hours=hours), title, body, language)


def list_election(prefix: str, people: str, *, count: int = 6) -> list[Sketch]:
    return [
        sketch(f"{prefix}{at}", f"{_SHARED} {_ENDS[at]}. {people}", "Morvenia votes")
        for at in range(count)
    ]


def list_elections() -> list[Sketch]:
    return list_election("first", _FIRST) + list_election("second", _SECOND)


def list_fires() -> list[Sketch]:
    text = (
        "A fire destroyed the Pellworth cannery in Dunmarrow on Friday night. Fire chief Ines "
        "Calloway said 14 workers were led out of the Pellworth building unhurt"
    )
    return [sketch(f"fire{at}", f"{text} {end}.", "Cannery burns") for at, end in enumerate(_ENDS)]


def list_storms() -> list[Sketch]:
    text = (
        "Storm Brunhilde tore the roofs off 30 houses in Saltmere on Tuesday. Ferries to Gull Rock "
        "were cancelled, the harbour master Tom Ridley said"
    )
    return [sketch(f"storm{at}", f"{text} {end}.", "Roofs torn") for at, end in enumerate(_ENDS)]


def group_by_story(story_of: dict[str, str]) -> set[frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for key, story in story_of.items():
        groups.setdefault(story, set()).add(key)
    return {frozenset(group) for group in groups.values()}
