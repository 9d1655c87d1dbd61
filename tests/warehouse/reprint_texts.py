"""Articles of several outlets that share texts, made to measure."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

from tasks.model import Edited, Precision, Stamp, ZoneFrom
from tests.warehouse.builders import START, edit

WORDS = 400


def write_text(seed: object, length: int = 220) -> list[str]:
    """Paragraphs that no other seed shares."""
    rng = random.Random(str(seed))
    words = ["".join(rng.choice("aeioubdfgklmnprst") for _ in range(6)) for _ in range(WORDS)]
    drawn = [rng.choice(words) for _ in range(length)]
    return [" ".join(drawn[at : at + 40]) for at in range(0, length, 40)]


def stamp(hours: float) -> Stamp:
    """An instant, counted from the start."""
    moment = START + timedelta(hours=hours)
    local = moment.replace(tzinfo=None)
    return Stamp(local, Precision.MINUTE, moment, 0, ZoneFrom.OFFSET)


def stamp_day(day: datetime) -> Stamp:
    """A day without a time."""
    return Stamp(day.date(), Precision.DAY)


def print_text(
    name: str, paragraphs: list[str], site: str = "a", seen: int = 0, **changes: object
) -> Edited:
    """The text as an outlet prints it; two of one site are of one outlet."""
    about = {
        "body": "\n\n".join(paragraphs),
        "site": f"{site}.example",
        "outlet": f"The {site.title()}",
        "agency": None,
        "published": None,
        **changes,
    }
    made = edit(name, str(about["body"]), seen, **about)
    return replace(made, document=replace(made.document, uri=f"file:///in/{name}.html"))


def vary(paragraphs: list[str], seed: object) -> list[str]:
    """The text cut, under a local lead, or as it is."""
    rng = random.Random(str(seed))
    way = rng.choice(["cut", "lead", "same", "both"])
    text = list(paragraphs)
    if way in ("cut", "both"):
        text = text[: len(text) - rng.randrange(1, len(text) // 2)]
    if way in ("lead", "both"):
        text = [*write_text(("lead", seed), 25), *text]
    return text


def make_press(copies: int = 40) -> list[Edited]:
    """Texts that nobody prints again, families of two to five, one with many copies, aliases."""
    made = [print_text(f"own-{n}", write_text(("own", n)), f"s{n}") for n in range(10)]
    for family in range(6):
        made += print_family(f"family{family}", 2 + family % 4)
    made += print_family("wire", copies)
    alias = write_text("alias")
    for number in range(3):
        made.append(print_text(f"alias-{number}", alias, "daily", number, published=stamp(number)))
    return made


def print_family(family: str, count: int) -> list[Edited]:
    """A text as several outlets print it, dated as pages are: exactly, by the day, not at all."""
    rng = random.Random(family)
    text = write_text(family)
    made = []
    for number in range(count):
        dated = [None, stamp(rng.randrange(60)), stamp(rng.randrange(60)), stamp_day(START)]
        made.append(
            print_text(
                f"{family}-{number}",
                text if number == 0 else vary(text, (family, number)),
                f"{family}{number}",
                rng.randrange(90),
                published=rng.choice(dated),
                agency={1: "AFP", 3: "dpa"}.get(number % 7),
            )
        )
    return made
