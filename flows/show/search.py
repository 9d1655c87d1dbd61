"""What a search found: headlines, where and when, and the passage that has the words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from flows.show.console import complain, name_command, open_stdout, show_controls
from tasks.search.snippets import Piece, Wanted, cut_snippet, mark_matches
from warehouse.search import Found, Hit

# How matches are marked where there is no bold.
_MARKS = "**"


def show_found(found: Found, warehouse: Path, filtered: bool) -> None:
    """The hits, then how many articles matched and how long that took."""
    if not found.hits:
        _advise(found, warehouse, filtered)
        return
    console = open_stdout()
    wanted = Wanted(found.words, found.prefixes)
    for number, hit in enumerate(found.hits, 1):
        for line in _describe(number, hit, wanted, console.is_terminal):
            console.print(line, soft_wrap=True)
    console.print(Text(_count(found), style="dim"), soft_wrap=True)


def _count(found: Found) -> str:
    shown = len(found.hits)
    what = "1 article matches" if found.matched == 1 else f"{found.matched:,} articles match"
    partly = "" if found.complete else " some of the words, and none all of them"
    best = f"; the best {shown:,} are shown" if shown < found.matched else ""
    return f"{what}{partly}{best} ({found.seconds:.2f} s)."


def _describe(number: int, hit: Hit, wanted: Wanted, terminal: bool) -> list[Text]:
    """Headline, facts, address and snippet of a hit, a line each, and an empty one."""
    matcher = wanted.in_language(hit.language)
    about = (hit.outlet or "unknown outlet", hit.published_on.isoformat(), hit.article_id)
    lines = [
        Text.assemble(
            f"{number}. ", _mark(mark_matches(hit.title or "(no title)", matcher), terminal)
        ),
        Text("   " + show_controls(" · ".join(about)), style="dim"),
    ]
    if hit.url:
        lines.append(Text("   " + show_controls(hit.url), style="dim"))
    snippet = _mark(cut_snippet(hit.body or hit.standfirst or "", matcher), terminal)
    return [*lines, Text.assemble("   ", snippet), Text("")]


def _mark(pieces: Sequence[Piece], terminal: bool) -> Text:
    text = Text()
    for piece in pieces:
        shown = show_controls(piece.text)
        if piece.marked and not terminal:
            shown = f"{_MARKS}{shown}{_MARKS}"
        text.append(shown, "bold" if piece.marked and terminal else "")
    return text


def _advise(found: Found, warehouse: Path, filtered: bool) -> None:
    """What to do where nothing was found."""
    words = " ".join((*found.words, *(f"{prefix}*" for prefix in found.prefixes)))
    if filtered:
        hint = "Ask again without --outlet, --since, --until, --author and --language."
    else:
        status = name_command("status", warehouse)
        hint = f"Try a beginning, as in parl*, or fewer words; `{status}` tells what is there."
    complain(f"No article matches {words}.", hint)
