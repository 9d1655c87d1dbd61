"""Whether a page is an article at all. Precision first: a refused article is lost, while a front
page that slips through is one row more. So a page is refused only for what it says of itself or
for a shape that no article has."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

from tasks.lexicon.lines import is_unspaced, load_rows, normalise
from tasks.model import KEPT, Fault, Label, Line, Media, Page, Stage
from tasks.text.shape import count_words, read_shape

# Rules that give a line its label because it is a link to another page.
LINK_RULES = frozenset(
    {"html.links", "html.link-list", "html.linked-paragraph", "html.linked-heading"}
)
PROSE_WORDS = 10
# An error page or a log-in wall holds less prose than this, whatever its headline.
WALL_WORDS = 80
# A list page: so many separate stretches of prose, none longer than a teaser, among such links.
LIST_RUNS = 4
LIST_LINKS = 8
TEASER_WORDS = 70
# A kept line this long is text, whatever marks its script ends a sentence with.
TEXT_WORDS = 20
# A home page has links like these and no stretch of prose this long.
HOME_LINKS = 12
HOME_WORDS = 120
SEARCH_KEYS = frozenset({"q", "s", "query", "search", "searchword", "suche", "keyword", "keywords"})
HOME_PATHS = frozenset({"", "/", "/index.html", "/index.htm", "/index.php", "/home", "/home/"})


def judge(page: Page) -> Fault | None:
    """None for an article, else a fault: 'no-text' (no line is body text) or 'not-an-article'."""
    if not any(line.label in KEPT for line in page.lines):
        return Fault(Stage.EDIT, "no-text", "no line of the page is body text")
    reason = find_reason(page)
    if reason is None:
        return None
    return Fault(Stage.EDIT, "not-an-article", f"the page is {reason}, not an article")


def find_reason(page: Page) -> str | None:
    """What the page is instead of an article, or None."""
    kind = read_headline(page)
    if kind is not None and count_prose(page.lines) < WALL_WORDS:
        return {"error": "an error page", "login": "a log-in page", "search": "a search page"}[kind]
    if page.media is Media.TEXT:
        return None
    runs = measure_runs(page.lines)
    links = sum(line.rule in LINK_RULES for line in page.lines)
    longest = max(runs, default=0)
    if is_search(page.url) and longest < WALL_WORDS:
        return "a search page"
    if claims_article(page):
        return None
    if is_home(page.url) and links >= HOME_LINKS and longest < HOME_WORDS:
        return "a front page"
    if len(runs) >= LIST_RUNS and links >= LIST_LINKS and longest < TEASER_WORDS:
        return "a list of other pages"
    if links >= HOME_LINKS and not has_text(page):
        return "a list of links"
    return None


def count_prose(lines: Sequence[Line]) -> int:
    """Words of the lines that could be paragraphs."""
    return sum(count_words(line.text) for line in lines if is_prose(line))


def is_prose(line: Line) -> bool:
    """A kept line that could be a paragraph."""
    if line.label not in KEPT or line.label is Label.HEADING:
        return False
    shape = read_shape(line.text)
    return shape.ends and shape.words >= PROSE_WORDS


def has_text(page: Page) -> bool:
    """Whether any kept line is as long as a sentence, or ends like one and is no heading."""
    return any(
        shape.words >= TEXT_WORDS or (shape.ends and label is not Label.HEADING)
        for label, shape in (
            (line.label, read_shape(line.text)) for line in page.lines if line.label in KEPT
        )
    )


def measure_runs(lines: Sequence[Line]) -> list[int]:
    """Words of text in each stretch between links to other pages."""
    runs, words = [], 0
    for line in lines:
        if line.rule in LINK_RULES:
            if words:
                runs.append(words)
            words = 0
        elif line.label in KEPT and line.label is not Label.HEADING:
            words += count_words(line.text)
    return [*runs, words] if words else runs


def claims_article(page: Page) -> bool:
    """Whether the page tells machines that it is an article (JSON-LD, Open Graph)."""
    meta = page.structured.meta or {}
    return (
        page.structured.article is not None
        or "article" in meta.get("og:type", ())
        or "article:published_time" in meta
    )


@lru_cache(maxsize=1)
def _headlines() -> tuple[tuple[str, str], ...]:
    return tuple((normalise(phrase), kind) for kind, phrase in load_rows("lines_not_articles.tsv"))


def read_headline(page: Page) -> str | None:
    """The kind of page that its title or only h1 names: "error", "login" or "search"."""
    first = next((line.text for line in page.lines if line.label is not Label.BLANK), "")
    titles = [page.structured.title_tag, *page.structured.h1[:1]]
    if page.media is Media.TEXT:
        titles.append(first)
    return next((kind for kind in map(kind_of_title, filter(None, titles)) if kind), None)


def kind_of_title(title: str) -> str | None:
    """What a page with this title is, when it is no article."""
    normal = normalise(title[:300])
    for phrase, kind in _headlines():
        if normal.startswith(phrase) and ends_there(normal, phrase, kind):
            return kind
    return None


def ends_there(normal: str, phrase: str, kind: str) -> bool:
    """Whether the phrase stands alone: "Search results for …" may go on, "Login" may not."""
    rest = normal[len(phrase) :]
    if not rest or is_unspaced(phrase[-1]):
        return True
    if rest[0].isalnum():
        return False
    return kind == "search" or rest.lstrip()[:1] in "|-–—:·•!.,(" or rest.lstrip()[:1].isdigit()


def is_home(url: str | None) -> bool:
    """Whether the address is a site's root."""
    if url is None:
        return False
    parts = _split(url)
    return parts is not None and parts[0].lower() in HOME_PATHS and not parts[1]


def is_search(url: str | None) -> bool:
    """Whether the address asks a site's search."""
    parts = _split(url) if url is not None else None
    if parts is None:
        return False
    words = parts[0].lower().strip("/").split("/")
    return bool(SEARCH_KEYS & parse_qs(parts[1]).keys()) and (
        words[-1] in ("", "search", "suche", "buscar", "busca", "recherche", "ara", "zoeken")
        or "search" in words[-1]
    )


def _split(url: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.path, parts.query
