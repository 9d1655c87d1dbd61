"""One article, one address: the normal form of an address, and the form by which two are the same.

The normal form still opens (RFC 3986, section 6): lower-case host in ASCII, no default port, no
fragment but "#!…", no tracking parameters (`tracking.tsv`) nor session ids, percent-encoding in
capitals and only where it is needed; addresses inside AMP caches and redirectors taken out. The
identity also drops what only says by which door one came: the scheme, "www.", mobile and AMP hosts,
print and AMP endings, "index.html", the order of the query.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit, urlunsplit

from tasks.lexicon.lines import load_rows

_TWIN_HOST = re.compile(r"(?:^|(?<=\.))(?:amp|m|mobile|mobil|touch|wap)\.(?=[^.]+\.[^.]+)")
_WWW = re.compile(r"^www\d?\.")
_AMP_PATH = re.compile(r"(?<=.)/amp/?$|\.amp(?=\.html?$|$)")
_AMP_FIRST = re.compile(r"^/(?:amp|m)(?=/.*(?:\d{4}|-[^/]*-))")
_PRINT_PATH = re.compile(
    r"/(?:print|printable|drucken|druckversion|imprimer|imprimir|stampa|version-imprimible)/?$|"
    r"[.,_-]print(?=\.html?$)"
)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp|shtml)$", re.IGNORECASE)
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.IGNORECASE)
_CACHE_HOST = re.compile(r"^[\w-]+\.cdn\.ampproject\.org$")
_CACHE_PATH = re.compile(r"^/[cvi]/(?:s/)?")
_GOOGLE = re.compile(r"^(?:www\.)?google\.[a-z.]{2,6}$")
_GOOGLE_AMP = re.compile(r"^/amp/(s/)?(?=[^/]+\.[^/]+)")
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SAFE = "%/:@!$&'()*+,;=-._~[]|"
_YES = frozenset({"", "1", "0", "true", "yes", "y", "on"})
# Parameters that make a twin of a page where they say so: name → its values.
_TWIN_FLAGS = frozenset({"amp", "isamp", "is_amp", "print", "printable", "mobile", "m", "nomobile"})
_TWIN_FORMS = frozenset(
    {"outputtype", "output", "view", "format", "mode", "type", "render", "layout"}
)
_TWIN_VALUES = frozenset({"amp", "mobile", "print", "printable", "amphtml"})
# Where another address is the value of a parameter: (host, path) → its name.
_REDIRECTORS = {
    ("l.facebook.com", "/l.php"): "u",
    ("lm.facebook.com", "/l.php"): "u",
    ("www.google.com", "/url"): "q",
    ("google.com", "/url"): "q",
    ("out.reddit.com", "/"): "url",
}
_MOST_UNWRAPPED = 3


@lru_cache(maxsize=1)
def _tracking() -> tuple[frozenset[str], tuple[str, ...]]:
    whole: set[str] = set()
    start: set[str] = set()
    for how, *names in load_rows("tracking.tsv"):
        (whole if how == "whole" else start).update(n.lower() for n in names)
    return frozenset(whole), tuple(sorted(start))


def is_tracking(name: str) -> bool:
    """Whether a query parameter only says how the reader came."""
    whole, start = _tracking()
    low = name.lower()
    return low in whole or low.startswith(start)


def normalise_url(url: str, base: str | None = None) -> str | None:
    """The address in its normal form, with its scheme; None for what is no http(s) address."""
    if len(url) <= _SHORT and len(base or "") <= _SHORT:
        return _normalise_short(url, base)
    return _normalise(url, base, _MOST_UNWRAPPED)


# A page gives its address in several places.
_SHORT = 1_000


@lru_cache(maxsize=64)
def _normalise_short(url: str, base: str | None) -> str | None:
    return _normalise(url, base, _MOST_UNWRAPPED)


def _normalise(url: str, base: str | None, depth: int) -> str | None:
    try:
        parts = urlsplit(urljoin(base or "", url.strip()))
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host:
        return None
    inner = _unwrap(host, parts.path, parts.query)
    if inner is not None and depth:
        return _normalise(inner, None, depth - 1)
    host = _encode_host(host)
    host = f"[{host}]" if ":" in host else host
    if port and port not in (80, 443):
        host = f"{host}:{port}"
    path = _cut_amp(_SESSION.sub("", re.sub(r"/{2,}", "/", _escape(parts.path))))
    fragment = _escape(parts.fragment) if parts.fragment.startswith("!") else ""
    url = urlunsplit((parts.scheme.lower(), host, path, _clean_query(parts.query), fragment))
    return url if _names_host(url) else None


def _names_host(url: str) -> bool:
    """Whether a host can be read from an address: brackets and ports may stand in odd places."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _encode_host(host: str) -> str:
    """The host in lower case, and in ASCII (RFC 3490) where that can be."""
    if host.isascii():
        return host.lower()
    try:
        return host.lower().encode("idna").decode("ascii").lower()
    except UnicodeError:
        return host.lower()


def _unwrap(host: str, path: str, query: str) -> str | None:
    """The address inside an AMP cache's or a redirector's."""
    host = host.lower()
    if _CACHE_HOST.match(host) and "/" in path[1:]:
        return f"https://{_CACHE_PATH.sub('', path)}" + (f"?{query}" if query else "")
    if _GOOGLE.match(host) and (amp := _GOOGLE_AMP.match(path)):
        scheme = "https" if amp[1] else "http"
        return f"{scheme}://{path[amp.end() :]}" + (f"?{query}" if query else "")
    name = _REDIRECTORS.get((host, path))
    if name is None:
        return None
    values = [v for k, v in parse_qsl(query) if k == name and v.startswith(("http://", "https://"))]
    return values[0] if values else None


def _escape(text: str) -> str:
    """Percent-encoding in capitals, none for letters that need none, for all others where it
    lacks."""
    if "%" in text:
        text = _ESCAPE.sub(_read_escape, text)
    return quote(text.strip(), safe=_SAFE, errors="surrogatepass")


def _read_escape(match: re.Match[str]) -> str:
    char = chr(int(match[1], 16))
    return char if char in _UNRESERVED else match[0].upper()


def _cut_amp(path: str) -> str:
    """The path without any ending that only says AMP."""
    while (shorter := _AMP_PATH.sub("", path)) != path:
        path = shorter
    return path or "/"


def _clean_query(query: str) -> str:
    """The query without what is no part of what is read, in its order."""
    pairs = (pair for pair in query.split("&") if pair.strip())
    return "&".join(_escape(pair) for pair in pairs if not _is_aside(pair))


def _is_aside(pair: str) -> bool:
    """Whether a parameter says how the reader came, or asks for a twin of the page."""
    name, _, value = (unquote(part).strip().lower() for part in pair.partition("="))
    if is_tracking(name):
        return True
    if name in _TWIN_FLAGS:
        return value in _YES or value in _TWIN_VALUES
    return name in _TWIN_FORMS and value in _TWIN_VALUES


def identify_url(url: str) -> str:
    """The form by which two addresses are the same article; no address to open."""
    parts = urlsplit(normalise_url(url) or url)
    host = _WWW.sub("", _TWIN_HOST.sub("", _WWW.sub("", parts.netloc)))
    query = "&".join(sorted(_read_plus(p) for p in parts.query.split("&"))) if parts.query else ""
    path = unquote(_cut_twin(parts.path), errors="surrogateescape").rstrip("/")
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{host}{path}" + (f"?{query}" if query else "") + fragment


def _read_plus(pair: str) -> str:
    return unquote(pair.replace("+", "%20"), errors="surrogateescape")


def _cut_twin(path: str) -> str:
    """The path without what makes it a twin: an AMP or mobile folder in front of an article's name,
    a print ending, the name of a folder's own page."""
    path = _AMP_FIRST.sub("", path)
    path = _PRINT_PATH.sub("", path)
    return _INDEX.sub("", path)


def root_host(url: str) -> str:
    """The last two labels of the host (three under a short second level such as co.uk)."""
    try:
        labels = (urlsplit(url).hostname or "").lower().split(".")
    except ValueError:
        return ""
    if len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3:
        return ".".join(labels[-3:])
    return ".".join(labels[-2:])
