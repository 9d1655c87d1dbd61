"""THE table of robots.txt files (RFC 9309): what each says, and which paths it forbids to us."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.world.news.state import Site

EVERYTHING = r"/"
NOTHING = r"$^"


@dataclass(frozen=True, slots=True)
class Robots:
    """`text` is what the file says; or else `behaviour` (of table.py) is what asking for it meets.
    `forbids` matches the paths that an agent called copydesk must not fetch."""

    does: str
    forbids: str
    text: Callable[[Site], str] | None = None
    behaviour: str | None = None
    content_type: str = "text/plain"


def _say(text: str) -> Callable[[Site], str]:
    return lambda site: text


def _say_delay(site: Site) -> str:
    return f"User-agent: *\nCrawl-delay: {site.crawl_delay:g}\nDisallow:\n"


HUGE = "User-agent: *\nDisallow: /letters/\n" + "# words, words\n" * 60_000 + "Disallow: /\n"
ROBOTS: dict[str, Robots] = {
    "allow": Robots("allows all, names the sitemaps", NOTHING,
        lambda s: f"User-agent: *\nDisallow:\nSitemap: {s.root}/sitemap.xml\n"),
    "empty": Robots("has no bytes", NOTHING, _say("")),
    "part": Robots("forbids /letters/", "/letters/", _say("User-agent: *\nDisallow: /letters/\n")),
    "all": Robots("forbids all", EVERYTHING, _say("User-agent: *\nDisallow: /\n")),
    "longest": Robots("forbids /sport/, allows a longer path in it", r"/sport/(?!\d{4}/)",
        _say("User-agent: *\nDisallow: /sport/\nAllow: /sport/20\n")),
    "wildcards": Robots("forbids /culture/*.html at the end, and all queries",
        r"/culture/.*\.html$|.*\?",
        _say("User-agent: *\nDisallow: /culture/*.html$\nDisallow: /*?\n")),
    "by-name": Robots("forbids all to all, /sport/ to copydesk", "/sport/",
        _say("User-agent: *\nDisallow: /\n\nUser-agent: Copydesk\nDisallow: /sport/\n")),
    "against-us": Robots("forbids all to copydesk alone", EVERYTHING,
        _say("User-agent: *\nDisallow:\n\nUser-agent: copydesk\nDisallow: /\n")),
    "delay": Robots("asks for a crawl-delay", NOTHING, _say_delay),
    "absurd-delay": Robots("asks for a crawl-delay of a day", NOTHING,
        _say("User-agent: *\nCrawl-delay: 86400\n")),
    "garbage": Robots("is no robots.txt", NOTHING, _say("\x00\xff<html>Disallow</html>\n::\n")),
    "html": Robots("is the home page", NOTHING, _say("<html><p>Welcome!</p></html>"),
        content_type="text/html"),
    "bom": Robots("begins with a byte order mark", "/letters/",
        _say("\ufeffUser-agent: *\r\nDisallow: /letters/\r\n")),
    "huge": Robots("is 900 KB; what counts is in the first 500 KiB", "/letters/", _say(HUGE)),
    "missing": Robots("404: all is allowed", NOTHING, behaviour="404"),
    "forbidden": Robots("403: all is allowed", NOTHING, behaviour="403"),
    "gone": Robots("410: all is allowed", NOTHING, behaviour="410"),
    "moved": Robots("is redirected, and forbids /letters/ there", "/letters/",
        _say("User-agent: *\nDisallow: /letters/\n"), behaviour="301"),
    "far": Robots("is redirected 30 times: all is allowed, as for 404", NOTHING,
        behaviour="redirect-30"),
    "broken": Robots("500: all is forbidden", EVERYTHING, behaviour="500"),
    "busy": Robots("503: all is forbidden", EVERYTHING, behaviour="503"),
    "reset": Robots("cannot be had: all is forbidden", EVERYTHING, behaviour="reset"),
    "closed": Robots("closed without an answer: all is forbidden", EVERYTHING, behaviour="closed"),
    "silent": Robots("never answers: all is forbidden", EVERYTHING, behaviour="never"),
}  # fmt: skip


def is_forbidden(mode: str, path: str) -> bool:
    """Whether the site's robots.txt forbids the path to copydesk."""
    return bool(re.match(ROBOTS[mode].forbids, path))
