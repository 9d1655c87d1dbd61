"""Pages for the tests of the command line; everything in them is made up."""

from pathlib import Path

PARAGRAPHS = (
    "The northern ferry line between Aldvik and Sandholm will run again from Thursday, the harbour "
    "office said on Monday, three weeks after a storm had torn away the western pier.",
    "Engineers drove forty new piles into the sea bed and laid a deck of oak planks across them. "
    "The work cost the two towns about two million crowns, half of it paid by the county.",
    "“We worked at every low tide, by day and by night,” said the harbour master, Inga Dahl, who "
    "thanked the crews of three towns for their help.",
    "Two sailings a day are planned at first. From June there will be four, and a night boat on "
    "Fridays, as there was before the storm.",
)
CAPTION = "The new pier at Aldvik on Monday."
CREDIT = "Photo: Per Lind"


def make_page(title: str = "Ferry to Sandholm sails again", url: str = "") -> str:
    """A news page with a head, a menu, a picture and four paragraphs."""
    body = "\n".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    canonical = f'<link rel="canonical" href="{url}">' if url else ""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title} | Aldvik Post</title>{canonical}
<meta property="og:title" content="{title}"><meta property="og:site_name" content="Aldvik Post">
<meta name="author" content="Maja Holm">
<meta property="article:published_time" content="2026-03-09T10:15:00+01:00">
</head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<article><h1>{title}</h1><p class="byline">By Maja Holm</p>
<figure><img src="https://post.example/pier.jpg" alt="A pier">
<figcaption>{CAPTION} {CREDIT}</figcaption></figure>
{body}
</article>
<footer><p>© 2026 Aldvik Post. All rights reserved.</p></footer>
</body></html>
"""


TEXT = f"""Home
Sport

Ferry to Sandholm sails again

By Maja Holm

March 9, 2026 10:15 AM

{PARAGRAPHS[0]}

{PARAGRAPHS[1]}

{PARAGRAPHS[2]}

{PARAGRAPHS[3]}

© 2026 Aldvik Post. All rights reserved.
"""


def write_page(folder: Path, name: str = "ferry.html", **keywords: str) -> Path:
    """The page as a file."""
    path = folder / name
    path.write_text(make_page(**keywords), encoding="utf-8")
    return path
