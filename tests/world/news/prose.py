"""Invented prose by a seed: titles, names and paragraphs that no other page has."""

from __future__ import annotations

import random

PLACES = (
    "Aldvik", "Sandholm", "Carrow", "Tveitnes", "Monte Arbo", "Lower Penn", "Quillan Bay",
    "Ostmark", "Brevik", "Halden Moor", "Santa Ruda", "Velmouth", "Kirrin", "Eastwold",
    "Port Ansel", "Dorrow",
)  # fmt: skip
WHO = (
    "The harbour office", "The county council", "A group of farmers", "The railway company",
    "The regional hospital", "A volunteer fire brigade", "Two local schools", "The tenants' union",
    "The public library", "A team of marine biologists", "The water board", "The chamber of trade",
    "The museum's trustees", "A court of appeal", "The bus drivers", "The owners of the old mill",
)  # fmt: skip
DID = (
    "approved", "rejected", "delayed", "presented", "questioned", "welcomed", "revised", "funded",
    "suspended", "defended", "published", "reopened", "postponed", "examined", "signed", "halved",
)  # fmt: skip
WHAT = (
    "the plan to rebuild the stone bridge", "the budget for the coming year",
    "a study of the river's water", "new rules for night buses", "the sale of the former barracks",
    "a proposal to plant nine thousand trees", "longer opening hours for the market hall",
    "a report about falling rents", "the contract for the northern ferry line",
    "the closing of the smallest clinic", "a tax on empty shops", "the map of flooded streets",
    "an exhibition of fishing boats", "the timetable of the valley railway",
    "a loan for the new gymnasium", "the search for a second well",
)  # fmt: skip
WHY = (
    "after a meeting that lasted until midnight", "despite objections from several members",
    "because costs had risen faster than expected", "following weeks of closed talks",
    "in the presence of sixty guests", "although the figures were disputed",
    "as the autumn storms set in", "when the last of the experts had spoken",
    "while residents waited outside", "without a vote against",
)  # fmt: skip
SAID = (
    "“We have waited {years} years for this, and nobody should have to wait longer,” said {name}, "
    "who speaks for the residents of {place}.",
    "“It is the right step, but {money} crowns will not be enough,” said {name} on {day}.",
    "“My parents crossed here every morning,” said {name}, {age}, a teacher from {place}.",
)
TOLD = (
    "{who} {did} {what} {why}.",
    "In {place}, {who_low} {did} {what}, and {count} people signed a petition within {days} days.",
    "The work will cost about {money} crowns, of which {place} pays a third.",
    "According to the minutes of {day}, {count} families live within sight of the building site.",
    "A first draft from {year} had been put aside {why}.",
    "Engineers measured the ground at {count} points and found clay at a depth of {days} metres.",
    "The next session in {place} is planned for {day}, {days} days later than first announced.",
    "Since {year} the number of passengers has grown from {count} to more than {money} a year.",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FIRST = (
    "Mara", "Jon", "Elif", "Pedro", "Ingrid", "Tomas", "Aiko", "Lena", "Hugo", "Nadia", "Owen",
    "Ruth",
)  # fmt: skip
LAST = (
    "Castell", "Brandt", "Yildiz", "Moreno", "Halvorsen", "Novak", "Tanaka", "Whitfield", "Okafor",
    "Lindqvist", "Barbour", "Sorrel",
)  # fmt: skip


# What fills a blank: words, or a number between two bounds.
WORDS = {"who": WHO, "did": DID, "what": WHAT, "why": WHY, "place": PLACES, "day": DAYS}
NUMBERS = {
    "year": (1950, 2020),
    "years": (2, 32),
    "age": (25, 85),
    "count": (40, 9_040),
    "days": (2, 62),
    "money": (10_000, 990_000),
}


def make_name(rng: random.Random) -> str:
    """One of 144 names."""
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def make_title(rng: random.Random, number: int) -> str:
    """A headline that no other number of the site has."""
    title = f"{rng.choice(WHO)} {rng.choice(DID)} {rng.choice(WHAT)} in {rng.choice(PLACES)}"
    return f"{title}, part {number}"


class Drawing(dict[str, str]):
    """What a sentence's blanks are filled with, drawn when they are asked for."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__()
        self._draw = rng.random

    def __missing__(self, blank: str) -> str:
        if blank in NUMBERS:
            least, most = NUMBERS[blank]
            return str(int(least + (most - least) * self._draw()))
        if blank == "name":
            return f"{self._pick(FIRST)} {self._pick(LAST)}"
        if blank == "who_low":
            who = self._pick(WHO)
            return who[0].lower() + who[1:]
        return self._pick(WORDS[blank])

    def _pick(self, words: tuple[str, ...]) -> str:
        return words[int(len(words) * self._draw())]


def make_sentence(rng: random.Random) -> str:
    """One sentence; seven of eight tell, one is somebody's words."""
    forms = SAID if rng.random() < 0.12 else TOLD
    return forms[int(len(forms) * rng.random())].format_map(Drawing(rng))


def make_paragraphs(rng: random.Random) -> list[str]:
    """Five to eight paragraphs of three to five sentences."""
    return [
        " ".join(make_sentence(rng) for _ in range(rng.randint(3, 5)))
        for _ in range(rng.randint(5, 8))
    ]
