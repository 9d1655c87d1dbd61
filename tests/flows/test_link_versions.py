"""What is stored of texts is the same as ever, or the number of its version is another."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256

from flows.linking import VERSIONS
from tasks.reprints.signatures import make_signature
from tasks.search.counts import Terms, Text
from tasks.stories.sketches import make_sketch

TEXTS = {
    "en": "The harbour master's boat, the O'Hara, was towed to Pier 12 at 4.30 p.m. on Tuesday. "
    "\u201cWe had been rowing for hours and nobody answered,\u201d said Ines "
    "Calloway of Dunmarrow.",
    "de": "Die Fähre „Möwe“ lief am Dienstag vor Großenbrook auf Grund; 14 Fahrgäste "
    "wurden gerettet.",
    "ar": "غادرت العبّارة ميناء الوادي مساء الثلاثاء وعلى متنها ١٤ راكبًا.",
    "ja": "カモメ丸は火曜日の夜、霧浜港の沖で座礁した。乗客14人は全員救助された。",
    "tr": "Ilgaz'ın feribotu İskele'de Salı günü karaya oturdu.",
}
# Where this differs on purpose, the number of the engine goes up by one, and the digest goes here.
PINNED = {
    "reprints": (1, "7ab00c95acce"),
    "stories": (1, "a3df1c8f0966"),
    "search": (1, "858c50019daa"),
}


def digest(*parts: object) -> str:
    return sha256(repr(parts).encode()).hexdigest()[:12]


def name(counted: tuple[Counter[int], int], terms: Terms) -> object:
    """How often which stem: numbers depend on what came before."""
    stems = list(terms.stems)
    return sorted((stems[term], often) for term, often in counted[0].items()), counted[1]


def test_what_is_stored_of_a_text_changes_with_the_version_alone():
    now = datetime(2026, 3, 1, tzinfo=UTC)
    signatures = [make_signature(text) for text in TEXTS.values()]
    sketches = [make_sketch("a", now, None, text, code) for code, text in TEXTS.items()]
    terms = Terms()
    counts = [terms.count(Text(None, None, t, ("Ann Lee",), code)) for code, t in TEXTS.items()]
    made = {
        "reprints": digest(*((one.keys.tolist(), one.size) for one in signatures)),
        "stories": digest(*(one.terms.tolist() for one in sketches)),
        "search": digest(sorted(terms.forms), *(name(count, terms) for count in counts)),
    }
    assert {engine: (VERSIONS[engine], made[engine]) for engine in VERSIONS} == PINNED
