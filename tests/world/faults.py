"""Inputs that go wrong, or only look as if they should, each with the end it must come to."""

from __future__ import annotations

import gzip
import io
import json
import os
import socket
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from tasks.edit import edit_content
from tasks.model import Document, Edited, Limits

TITLE = "The old bridge is closed again"
PROSE = [
    " ".join(
        f"The council of the town met on day {day} of its session and talked about the bridge, "
        f"which {day + 40} families cross every morning on their way to work."
        for day in range(first, first + 3)
    )
    for first in (1, 4, 7)
]
BODY = "".join(f"<p>{text}</p>" for text in PROSE)
LINKS = "".join(f'<li><a href="/news/{n}">Read about case {n}</a></li>' for n in range(60))
ARTICLE = "article"


def make_page(head: str = "", body: str = "", title: str = TITLE) -> str:
    """A sound article with something more in its head, or after its text."""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}'
        f"</head><body><article><h1>{title}</h1>{BODY}{body}</article></body></html>"
    )


def make_jsonld(fields: dict[str, object] | str) -> str:
    """A JSON-LD script; a string is taken as it is."""
    kind = {"@type": "NewsArticle", "headline": TITLE}
    text = fields if isinstance(fields, str) else json.dumps(kind | fields)
    return f'<script type="application/ld+json">{text}</script>'


def make_zip() -> bytes:
    """What an office document is."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w:p>Hello</w:p>")
    return buffer.getvalue()


def make_record(url: str, page: str) -> bytes:
    """One WARC response record in a gzip member of its own."""
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
    header = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\n"
        "WARC-Date: 2025-10-01T08:00:00Z\r\nWARC-Record-ID: <urn:uuid:0>\r\n"
        f"Content-Type: application/http;msgtype=response\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return gzip.compress(header.encode() + body + b"\r\n\r\n", mtime=0)


def make_crawl(count: int) -> bytes:
    """A WARC of `count` pages whose last record is cut in half."""
    records = [
        make_record(f"https://post.example/crawl/{n}", make_page(title=f"{TITLE}, part {n}"))
        for n in range(count)
    ]
    return b"".join(records)[: -len(records[-1]) // 2]


HALF = "\\ud83d"  # half of a surrogate pair, as JSON writes it
NUL = "\\u0000"


def spoil_fields(mark: str) -> str:
    """A page with a mark in every field that its JSON-LD gives."""
    fields: dict[str, object] = {
        "headline": f"The {mark}old bridge is{mark} closed",
        "author": {"@type": "Person", "name": f"Ann {mark}Lee"},
        "description": f"{mark}Families {mark} must go round",
        "keywords": [f"{mark}bridge", f"town{mark}"],
        "articleSection": f"Town{mark}",
        "datePublished": f"2025-10-01T08:00:00Z{mark}",
        "publisher": {"@type": "Organization", "name": f"The {mark}Post"},
        "image": {"url": f"https://post.example/{mark}.jpg", "caption": f"The {mark} bridge"},
        "url": f"https://post.example/a{mark}",
        "inLanguage": f"en{mark}",
    }
    return make_page(make_jsonld(fields).replace("\\\\u", "\\u"))


def _date(printed: str) -> str:
    meta = f'<meta property="article:published_time" content="{printed}">'
    return make_page(
        meta + make_jsonld({"datePublished": printed, "dateModified": printed}),
        f'<time datetime="{printed}">{printed}</time><p>Published: {printed}</p>',
    )


def _address(printed: str) -> str:
    metas = "".join(
        f'<meta property="{name}" content="{printed}">' for name in ("og:url", "og:image")
    )
    return make_page(
        f'<link rel="canonical" href="{printed}"><base href="{printed}">{metas}'
        + make_jsonld({"url": printed, "image": printed, "mainEntityOfPage": printed}),
        f'<p>Read <a href="{printed}">the minutes</a> of the council.</p>'
        f'<figure><img src="{printed}" srcset="{printed} 2x"><figcaption>It.</figcaption></figure>',
    )


DATES = (
    "0000-01-01", "9999-12-31T23:59:59Z", "99999-01-01", "-2024-05-12", "1715500000000",
    "2024-05-12T10:00:00+99:99", "2024-05-12T10:00:00+14:59", "2024-05-12T25:61:61",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2024-02-30", "31.12.0000",
    "1404-12-30", "12 May 9999", "²⁰²⁴-05-12", "2024-" * 2_000, "1" * 10_000,
)  # fmt: skip
ADDRESSES = (
    "http://[", "http://[::1", "https://a.b:99999/x", "https://a.b:x/", "http://&#10;/x",
    "https://a.b/&#7;&#27;[31m", "https://a.b/%00%ff", "javascript:alert(1)", "//", "http:///x",
    "https://a.b/?" + "a=b&amp;" * 2_000, "https://a.b/" + "../" * 2_000, "http://℀/",
    "https://x.cdn.ampproject.org/c/" * 1_500 + "a.b/c", "file:///etc/passwd", "https://a．b/",
)  # fmt: skip

# Name of a file, what is in it, and how it must end: as an article, or with a problem's code.
FILES: dict[str, tuple[str | bytes, str]] = {
    "empty.html": (b"", "empty-file"),
    "empty.txt": (b"", "empty-file"),
    "blank.html": (b" \r\n\t" * 50, "empty-file"),
    "nuls.html": (bytes(5_000), "empty-file"),
    "picture.html": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "binary"),
    "paper.html": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj <</Type/Catalog>> endobj", "binary"),
    "office.html": (make_zip(), "binary"),
    "rubbish.txt": (bytes(range(256)) * 40, "binary"),
    "empty.html.gz": (gzip.compress(b"", mtime=0), "empty-file"),
    "truncated.html.gz": (
        gzip.compress(os.urandom(9_000) + make_page().encode(), mtime=0)[:-500],
        "truncated-gzip",
    ),
    "corrupt.html.gz": (
        gzip.compress(make_page().encode(), mtime=0)[:60] + b"\xff" * 300,
        "corrupt-gzip",
    ),
    "bomb.html.gz": (gzip.compress(b"<p>" + bytes(9_000_000), mtime=0), "decompression-bomb"),
    "truncated.html.zst": (b"\x28\xb5\x2f\xfd\x04\x58", "truncated-zstd"),
    "large.html": (make_page(body="<p>And on it went.</p>" * 300_000), "too-large"),
    "deep.html": (make_page(body="<div>" * 50_000), "nesting-too-deep"),
    "deep-span.html": (make_page(body="<span>" * 50_000), "nesting-too-deep"),
    "no-text.html": ("<html><body><nav><a href=/>Home</a></nav></body></html>", "no-text"),
    "only-script.html": ("<html><body><script>var a = 1;</script></body></html>", "no-text"),
    "no-text.txt": ("Share\n\nMenu\n\nSign in\n", "no-text"),
    "links.html": (f"<html><title>The Post</title><body><ul>{LINKS}</ul></body></html>", "*"),
    "search.html": (
        "<html><head><title>Search results for bridge | The Post</title></head><body>"
        f"<h1>Search results</h1><p>60 hits</p><ul>{LINKS}</ul></body></html>",
        "*",
    ),
    "login.html": (
        "<html><head><title>Log in | The Post</title></head><body><h1>Log in</h1><form>"
        "<label>Your name<input></label></form><p>You need an account to read on, please enter "
        "your name and your password below.</p></body></html>",
        "not-an-article",
    ),
    "gone.html": (
        "<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1>"
        "<p>The page you were looking for is not here any more, sorry.</p></body></html>",
        "not-an-article",
    ),
    "json.html": (json.dumps({"title": TITLE, "body": PROSE}), "not-html"),
    "feed.html": (
        '<?xml version="1.0"?><rss version="2.0"><channel><item><title>x</title></item></channel>'
        "</rss>",
        "not-html",
    ),
    # What only looks bad is an article like any other.
    "nul-inside.html": (make_page(body="<p>The br\0idge is s\0hut, they said.</p>"), ARTICLE),
    "nul-in-tag.html": (make_page(body="<p\0>The br\0idge</\0p><di\0v>"), ARTICLE),
    "wrong-charset.html": (
        make_page(body="<p>Dès l’été, le café près du pont fermera à midi.</p>")
        .replace("utf-8", "iso-8859-1")
        .encode(),
        ARTICLE,
    ),
    "no-such-charset.html": (make_page().replace("utf-8", "x-nonsense-9"), ARTICLE),
    "half-utf8.html": (make_page().encode() + b"<p>caf\xe9 \xff\xfe\xc3</p>", ARTICLE),
    "half-pairs.html": (spoil_fields(HALF), ARTICLE),
    "nul-fields.html": (spoil_fields(NUL), ARTICLE),
    "escapes.html": (spoil_fields("\\u001b[31m\\u0007\\u202e\\u2028"), ARTICLE),
    "escapes-in-text.html": (
        make_page(title=f"{TITLE}\x1b[31m&#27;[1m", body="<p>\x07A \x1b]0;bell&#x7;\x7f.</p>"),
        ARTICLE,
    ),
    "marks.html": (
        make_page(body="<p>\u202eThe\u202c \u2066bridge\u2069 \U0001f469\u200d\U0001f467.</p>"),
        ARTICLE,
    ),
    "long-title.html": (make_page(title="The bridge " * 90_000), ARTICLE),
    "long-names.html": (
        make_page(
            f'<meta property="og:site_name" content="{"B" * 200_000}">'
            f'<meta property="article:section" content="{"C" * 200_000}">'
            f'<meta name="keywords" content="{"D," * 100_000}">'
            f'<meta name="author" content="{"E" * 200_000}">'
            f'<html lang="{"f" * 100_000}">'
        ),
        ARTICLE,
    ),
    "many-authors.html": (
        make_page(
            make_jsonld(
                {"author": [{"@type": "Person", "name": f"Ann Lee {n:x}"} for n in range(10_000)]}
            )
        ),
        ARTICLE,
    ),
    "many-tags.html": (
        make_page("".join(f'<meta property="article:tag" content="t{n}">' for n in range(9_000))),
        ARTICLE,
    ),
    "wrong-types.html": (
        make_page(
            make_jsonld(
                {
                    "headline": {"@value": 5}, "author": 5, "datePublished": ["2024"],
                    "dateModified": {"a": 1}, "image": [[["x"]]], "publisher": [1, None],
                    "keywords": {"a": 1}, "articleSection": 7, "mainEntityOfPage": 3, "url": [1],
                    "description": False, "inLanguage": {"name": 1}, "@id": {}, "isPartOf": 0,
                }
            )
            + make_jsonld({"author": {"name": {"a": [1]}}, "keywords": [{"name": 1}, None, 1.5]})
            + make_jsonld('{"@type": {"a": 1}}')
            + make_jsonld("[1e999, NaN, -Infinity, " + "9" * 6_000 + "]")
        ),
        ARTICLE,
    ),
    "deep-json.html": (
        make_page(make_jsonld('{"@graph":' * 9_000 + "1" + "}" * 9_000)), ARTICLE
    ),
    "deep-authors.html": (
        make_page(make_jsonld({"author": json.loads("[" * 400 + '"Ann Lee"' + "]" * 400)})),
        ARTICLE,
    ),
    "base64.html": (
        make_page(body=f'<figure><img src="data:image/png;base64,{"iVBORw0KGgo" * 50_000}" alt="x">'
        "<figcaption>The bridge in May.</figcaption></figure>"),
        ARTICLE,
    ),
    "nested-code.html": (make_page(body="<code>" * 1_500 + "x" + "</code>" * 1_500), ARTICLE),
    **{f"date-{n}.html": (_date(printed), ARTICLE) for n, printed in enumerate(DATES)},
    **{f"address-{n}.html": (_address(printed), ARTICLE) for n, printed in enumerate(ADDRESSES)},
    "ünï côde 文 😀 #1?&%.html": (make_page(), ARTICLE),
    "new\nline\ttab.html": (make_page(), ARTICLE),
    "rtl-\u202emth.html": (make_page(), ARTICLE),
}  # fmt: skip

# Rows of a manifest, and how they must end.
ROWS: tuple[tuple[str, str], ...] = (
    (json.dumps({"id": "line\nbreak\u0000\u001b[31m", "html": make_page()}), ARTICLE),
    ('{"id": "half \\ud83d", "html": ' + json.dumps(make_page()) + "}", ARTICLE),
    (json.dumps({"id": "u1", "url": "http://[", "html": make_page()}), ARTICLE),
    (json.dumps({"id": "u2", "url": "https://\u0000/\n", "html": make_page()}), ARTICLE),
    (json.dumps({"id": "u3", "url": "no", "source": "\ud83d\n", "html": make_page()}), ARTICLE),
    (json.dumps({"id": "t1", "fetched_at": "yesterday", "html": make_page()}), "manifest-row"),
    (json.dumps({"id": "t2", "fetched_at": "9999-12-31T23:59:59-14:00", "text": "x"}), "*"),
    (json.dumps({"id": "f1", "file": "none.html"}), "manifest-row"),
    (json.dumps({"id": "f2", "file": "\u0000"}), "manifest-row"),
    (json.dumps({"id": "n1"}), "manifest-row"),
    (json.dumps({"id": "n2", "html": 5}), "manifest-row"),
    (json.dumps({"id": "n3", "html": "a", "text": "b"}), "manifest-row"),
    (json.dumps({"id": "n4", "html": ""}), "empty-file"),
    ("{broken", "manifest-row"),
    ("[1]", "manifest-row"),
    ("[" * 50_000, "manifest-row"),
)  # fmt: skip

# One line of a megabyte each, the food of regular expressions.
RUNS: dict[str, str] = {
    "spaces": " ", "tabs": "\t", "hard-spaces": "\u00a0", "line-ends": "\n", "letters-lines": "a\n",
    "letters": "a", "letter-space": "a ", "dots": ".", "dots-spaces": ". ", "dashes": "-",
    "dashes-spaces": " - ", "long-dashes": " — ", "bars": "|", "bars-spaces": " | ", "open": "(",
    "close": ")", "square": "[", "brackets": "()", "less": "<", "less-letter": "<a",
    "end-tags": "</",
    "ampersands": "&", "entities": "&#", "quotes": '"', "quoted": '"a" ', "opening-quotes": "“",
    "guillemets": "«", "apostrophes": "'", "digits": "1", "digit-space": "1 ", "digit-dot": "1.",
    "digit-colon": "1:", "digit-slash": "1/", "digit-dash": "1-", "days": "12 May 2024 ",
    "iso-days": "2024-05-12T", "clocks": "10:00 AM ", "zones": "+01:00 ", "months": "May ",
    "names": "Abcde ", "capitals": "ABCDE ", "initials": "A. ", "hyphens": "Ab-", "o-names": "O'",
    "name-and": "Ann Lee and ", "by": "By ", "by-comma": "By Ann Lee, ", "commas": ",",
    "commas-spaces": ", ", "ands": "and ", "ats": "@", "letter-ats": "a@", "mails": "a.b@c.de ",
    "handles": "@abc ", "urls": "http://a.b/c ", "schemes": "http:", "slashes": "/", "www": "www.",
    "colons": ":", "semicolons": "; ", "photos": "Photo: ", "credits": "(Photo: ",
    "copyrights": "© ", "agency": "(Reuters) - ", "datelines": "LONDON (AP) — ", "hashes": "#a ",
    "stars": "* ", "backslashes": "\\", "underscores": "_", "ideographs": "中", "full-stops": "。",
    "arabic": "ا", "emoji": "😀", "joiners": "\u200d", "combining": "a\u0301\u0301",
    "sentences": "This is a sentence with words. ", "said": '"This is it," said Ann Lee. ',
    "more": "Read more: ", "updated": "Last updated at ", "ages": "5 hours ago ", "list": "- a\n",
    "titles": "A - B ",
}  # fmt: skip


def make_run(name: str, size: int) -> str:
    """A run of `size` characters."""
    return (RUNS[name] * (size // len(RUNS[name]) + 1))[:size]


def escape(text: str) -> str:
    """The text as an HTML attribute or an element holds it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def place_in_text(run: str) -> str:
    """The run as one paragraph of plain text."""
    return "\n\n".join([TITLE, "By Ann Lee", *PROSE, run, *PROSE])


def place_in_paragraph(run: str) -> str:
    """The run as it is, markup and all, in a paragraph."""
    return make_page(body=f"<p>{run}</p>")


def place_in_head(run: str) -> str:
    """The run as what the page declares: in two meta elements and as JSON-LD."""
    told = escape(run)
    fields = ("headline", "author", "datePublished", "description", "keywords")
    return make_page(
        f'<meta name="author" content="{told}"><meta property="og:title" content="{told}">'
        + make_jsonld(dict.fromkeys(fields, run[: len(run) // 5])).replace("</", "<\\/", 4)
    )


def place_in_parts(run: str) -> str:
    """The run as byline, time, alternative text, caption and heading."""
    told = escape(run[: len(run) // 5])
    return make_page(
        body=f'<p class="byline author">{told}</p><time datetime="{told}">{told}</time>'
        f'<figure><img src="a.jpg" alt="{told}"><figcaption>{told}</figcaption></figure>'
        f"<h2>{told}</h2><blockquote>{told}</blockquote>"
    )


PLACES: tuple[Callable[[str], str], ...] = (
    place_in_text,
    place_in_paragraph,
    place_in_head,
    place_in_parts,
)

MANY = 100_000
NESTED = (
    "div", "span", "table", "blockquote", "font", "p", "b", "a", "ul", "li", "section", "em",
    "form", "h1", "code", "details", "svg", "iframe", "noscript", "template", "table><tr><td",
)  # fmt: skip
HEAVY: dict[str, Callable[[], str]] = {
    **{f"nested-{tag}": lambda tag=tag: make_page(body=f"<{tag}>" * MANY) for tag in NESTED},
    **{f"words-{tag}": lambda tag=tag: make_page(body=f"<{tag}>x " * MANY) for tag in ("p", "b")},
    "attributes": lambda: make_page(body="<p " + " ".join(f"a{n}" for n in range(10 * MANY)) + ">"),
    "links": lambda: make_page(body='<a href="/a">Read this</a> ' * (2 * MANY)),
    "linked-paragraph": lambda: make_page(body="<p>" + 'and <a href="/a">this</a> ' * (2 * MANY)),
    "one-line": lambda: make_page(body=f"<p>{' '.join(PROSE) * 5_000}</p>"[:5_000_000]),
    "pictures": lambda: make_page(
        body=f'<figure><img src="data:image/png;base64,{"iVBORw0KGgo" * MANY}"></figure>' * 6
    ),
    "kickers": lambda: make_page(body="<h1>" + "<small>Traffic</small> is back " * MANY + "</h1>"),
    "hyphens": lambda: make_page(
        body="<figure><img src=/a.jpg><figcaption>The quay. (Ann Lee for " + "A-" * 60 + "!)"
    ),
    "breaks": lambda: make_page(body="x<br>" * MANY),
    "comments": lambda: make_page(body="<!-- x -->" * MANY),
    "metas": lambda: make_page('<meta name="author" content="Ann Lee">' * MANY),
    "json-text": lambda: make_page(make_jsonld({"articleBody": "The council met. " * 600_000})),
    "json-objects": lambda: make_page(
        make_jsonld({"@graph": [{"@type": "NewsArticle", "name": f"x{n}"} for n in range(MANY)]})
    ),
    "json-headlines": lambda: make_page(
        make_jsonld(
            {"@type": "NewsArticle", "headline": [f"{TITLE} on day {n}" for n in range(MANY)]}
        )
    ),
    "json-signers": lambda: make_page(
        make_jsonld(
            {
                "@graph": [
                    {"@type": "NewsArticle", "author": [{"@id": f"#{n}-{m}"} for m in range(100)]}
                    for n in range(2_000)
                ]
            }
        )
    ),
    "json-deep": lambda: make_page(make_jsonld('{"@type":"NewsArticle","a":' + "[" * 10_000)),
    "json-blanks": lambda: make_page(make_jsonld('{"a":' + " " * 1_000_000)),
    "json-lines": lambda: make_page(make_jsonld('{"a":"b"' + "\n" * 1_000_000 + "x")),
    "json-marks": lambda: make_page(make_jsonld("<!--" * MANY + "{}" + "-->" * MANY)),
}


def write_faults(folder: Path) -> dict[str, str]:
    """Write FILES, and what no bytes can show; the wanted end by address, without those of the
    WARC and the manifest, which lie in `crawl.warc.gz` and `rows.jsonl`."""
    folder.mkdir(parents=True)
    wanted = {}
    for name, (content, end) in FILES.items():
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else encode(content))
        os.utime(path, (1_760_000_000, 1_760_000_000))
        wanted[path.as_uri()] = end
    (folder / "crawl.warc.gz").write_bytes(make_crawl(4))
    (folder / "round").symlink_to(folder)
    os.mkfifo(folder / "pipe.html")
    (folder / "dangling.html").symlink_to("none.html")
    (folder / "self.html").symlink_to("self.html")
    (folder / "zero.html").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listener:
        at = os.getcwd()  # noqa: PTH109 - the address of a socket must be short
        os.chdir(folder)
        try:
            listener.bind("socket.html")
        finally:
            os.chdir(at)
    odd = folder / os.fsdecode(b"caf\xe9-\xff.html")
    odd.write_bytes(make_page().encode())
    for name in ("pipe", "dangling", "self", "zero", "socket"):
        wanted[(folder / f"{name}.html").as_uri()] = "unreadable"
    return wanted | {odd.as_uri(): ARTICLE}


def write_rows(path: Path) -> dict[int, str]:
    """Write ROWS as JSON lines; the wanted end by number of the row."""
    path.write_text("".join(f"{row}\n" for row, _ in ROWS), encoding="utf-8")
    return {number: end for number, (_, end) in enumerate(ROWS)}


def encode(text: str) -> bytes:
    """UTF-8, halves of pairs included."""
    return text.encode("utf-8", "surrogatepass")


def edit_timed(document: Document, content: bytes, limits: Limits) -> tuple[Edited, float]:
    """The outcome, and the seconds of CPU that it took; for a worker process."""
    started = time.process_time()
    edited = edit_content(document, content, limits)
    return edited, time.process_time() - started
