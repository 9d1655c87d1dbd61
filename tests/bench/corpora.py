"""A tiny corpus with truth; everything in it is made up."""

import json
from pathlib import Path

from tests.flows.pages import PARAGRAPHS, TEXT, make_page

BODY = "\n\n".join(PARAGRAPHS)
# The halves that these publishers are in follow from the SHA-256 of their names.
TUNE, HELD = "https://post.example/a", "https://www.aldvik-post.example/b"


def write_corpus(folder: Path) -> Path:
    """One set: two pages as HTML, one of them as plain text, too. The truth of the second page has
    another title than the page and wants one paragraph only."""
    place = folder / "corpus" / "tiny"
    place.mkdir(parents=True)
    facts = {"lang": "en", "authors": ["Maja Holm"], "published": "2026-03-09T09:15:00Z"}
    title = "Ferry to Sandholm sails again"
    truth = [
        {"id": "one", "url": TUNE, "title": title, "body": BODY, **facts},
        {"id": "two", "url": HELD, "title": "Another title", "body": PARAGRAPHS[0], **facts},
    ]
    pages = [{"id": row["id"], "url": row["url"], "file": f"{row['id']}.html"} for row in truth]
    for page in pages:
        (place / page["file"]).write_text(make_page(url=page["url"]), encoding="utf-8")
    write_rows(place / "truth.jsonl", truth)
    write_rows(place / "pages.jsonl", pages)
    write_rows(place / "text.jsonl", [{"id": "one", "url": TUNE, "text": TEXT}])
    return place.parent


def write_rows(path: Path, rows: list[dict]) -> None:
    """JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
