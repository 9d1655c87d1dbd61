"""Invented articles of two small outlets, each about something else, to put furniture between."""

from __future__ import annotations

import random

# Title and first paragraph; no two of them share a word that matters.
STORIES = (
    ("Ferry to Sandholm sails again",
     "The northern boat line opened on Thursday after engineers drove forty piles into the sound."),
    ("Bakers raise the price of rye loaves",
     "Flour mills asked for a fifth more in autumn, and ovens burn dearer gas than a year ago."),
    ("Choir wins a medal in Tallinn",
     "Sixty singers from the valley convinced the jury with psalms by a forgotten cantor."),
    ("School roof leaks over the gymnasium",
     "Buckets stand between parallel bars since the storm, and lessons moved to a tent outside."),
    ("Museum shows whalers' diaries",
     "Eleven notebooks, salvaged from an attic, tell of winters spent among ice and hunger."),
    ("Wolves return to the Aldvik forest",
     "Rangers photographed a pair with four cubs near a lake that hikers seldom reach."),
    ("Nurses sign a contract with the clinic",
     "Night shifts will be shorter and better paid, both sides announced at the hospital gates."),
    ("Chess prodigy draws against a grandmaster",
     "Nine-year-old Ebba Roth held a queen ending for ninety moves in a crowded pavilion."),
    ("Tram drivers test silent brakes",
     "Rails through the old quarter squealed for decades; rubber discs should end complaints."),
    ("Orchard owners fear late frost",
     "Blossoms opened three weeks early, and candles stand ready between cherry trees."),
    ("Astronomers name a comet after a janitor",
     "He noticed a smear on plates that were meant for the bin, an institute admitted."),
    ("Bank closes its last village branch",
     "Pensioners must drive thirty kilometres for cash unless a grocer takes over the counter."),
    ("Goalkeeper scores from her own box",
     "Wind carried the kick over everybody, and the cup match ended with cheers for the visitors."),
    ("Potters revive a blue glaze",
     "Cobalt from an abandoned mine gives bowls a shade that collectors had thought lost."),
    ("Judge halts the quarry's expansion",
     "Limestone blasting would endanger a spring, the ruling says, and permits lacked maps."),
    ("Cinema reopens with silent films",
     "A pianist accompanies comedies from 1921 while volunteers sell tickets and popcorn."),
    ("Beekeepers count their heaviest harvest",
     "Linden flowered twice, and every hive along the canal gave forty kilos of honey."),
    ("Divers find an anchor older than the port",
     "Mud had kept the oak stock intact; carbon dating points to a century before the charter."),
    ("Council bans leaf blowers at dawn",
     "Machines may start at nine from October, and parks will be raked by hand on Sundays."),
    ("Marathon route avoids the castle hill",
     "Runners turn at the brewery instead, since cobblestones broke two ankles last spring."),
    ("Students build a bridge of paper",
     "Folded sheets carried a cyclist across the pond before rain softened the arches."),
    ("Vaccine trial looks for volunteers",
     "Researchers need two hundred adults who have never had measles and dislike needles less."),
    ("Poet laureate leaves sonnets to the library",
     "Manuscripts full of coffee stains will be shelved beside her typewriter and spectacles."),
    ("Tunnel digging starts beneath the bay",
     "A drill as long as two football pitches was lowered into the shaft by six cranes."),
)  # fmt: skip

# No rule knows these by themselves.
PROMPT = "Every morning at six our editors put the whole day on one page for you."
APP = "Our app rings when it matters"
BACKGROUND = (
    "The dispute over fishing rights between Norland and Estmark began when a trawler was seized "
    "in disputed waters."
)


SYLLABLES = ("bra", "lom", "ten", "sku", "vir", "gal", "ond", "mep", "rua", "fid", "hol", "zan")


def list_paragraphs(number: int) -> list[str]:
    """The first paragraph of a story, and four of words that no other one has."""
    rng = random.Random(number)

    def invent() -> str:
        return "".join(rng.choices(SYLLABLES, k=4))

    return [
        STORIES[number % len(STORIES)][1],
        *(
            f"The {invent()} of {invent()} had been on its way to the {invent()} when it was seen "
            f"by {invent()}, who said on Monday that {invent()} would not be had for that."
            for _ in range(4)
        ),
    ]


def make_page(site: str, number: int, *, prompt: bool = False, extra: str = "") -> bytes:
    """The page of a story, with the prompt as its last paragraph but one, and `extra` below."""
    title = STORIES[number % len(STORIES)][0]
    paragraphs = list_paragraphs(number)
    if prompt:
        paragraphs.insert(-1, PROMPT)
    if extra:
        paragraphs.append(extra)
    body = "\n".join(f"<p>{text}</p>" for text in paragraphs)
    url = f"https://www.{site}/news/{number}.html"
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<link rel="canonical" href="{url}"><meta property="og:title" content="{title}">
<meta property="og:type" content="article"></head><body>
<main><article><h1>{title}</h1>
{body}
</article></main></body></html>
""".encode()
