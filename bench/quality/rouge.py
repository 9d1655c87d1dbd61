"""Body against body by ROUGE-LSum (Lin 2004), the measure of fundus' evaluation.

For every sentence of the truth the longest common subsequences (LCS) with all sentences found are
united; the words on them are hits, each as often as both texts have it. Words are runs of a–z and
0–9, so the measure is for English.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, combinations

Sentence = tuple[str, ...]

_WORD = re.compile(r"[a-z0-9]+")
# After a full stop, with quotes and brackets closed, and before a capital, a digit or no Latin.
_BREAK = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[^\Wa-z_])")
_LAST_WORD = re.compile(r"(\w+)\.\Z")
# After these a full stop ends no sentence, nor after a single letter.
# fmt: off
_ABBREVIATED = frozenset((
    "Mr", "Mrs", "Ms", "Dr", "Prof", "Rep", "Sen", "Gov", "Gen", "Lt", "Col", "Sgt", "Capt", "Rev",
    "Hon", "St", "Jr", "Sr", "vs", "No", "Inc", "Corp", "Co", "Ltd",
    "Jan", "Feb", "Mar", "Apr", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec",
))
# fmt: on
# With more optional paragraphs than this, either all or none of them count.
_MOST_OPTIONAL = 4


def score_rouge(truths: Iterable[str], found: str) -> float:
    """F1 between 0 and 1 against the truth that fits best."""
    sentences = list(split_sentences(found))
    known: dict[Sentence, Counter[str]] = {}
    return max(_score(list(split_sentences(truth)), sentences, known) for truth in truths)


def list_truths(paragraphs: Sequence[str], optional: Sequence[int]) -> Iterator[str]:
    """The body with any choice of its optional paragraphs (given by number, from 0) left out."""
    sizes = range(len(optional) + 1)
    if len(optional) > _MOST_OPTIONAL:
        sizes = range(0, len(optional) + 1, len(optional))
    for dropped in chain.from_iterable(combinations(optional, size) for size in sizes):
        yield "\n\n".join(p for number, p in enumerate(paragraphs) if number not in dropped)


def split_sentences(text: str) -> Iterator[Sentence]:
    """The words of each sentence, in lower case; sentences without any are left out."""
    start = 0
    for gap in _BREAK.finditer(text):
        if not _ends_abbreviated(text[start : gap.start()]):
            yield from _list_words(text[start : gap.start()])
            start = gap.end()
    yield from _list_words(text[start:])


def _list_words(sentence: str) -> Iterator[Sentence]:
    if words := tuple(_WORD.findall(sentence.lower())):
        yield words


def _ends_abbreviated(text: str) -> bool:
    last = _LAST_WORD.search(text)
    if last is None:
        return False
    word = last[1]
    return word in _ABBREVIATED or (len(word) == 1 and word.isascii() and word.isalpha())


def _score(
    truth: list[Sentence], found: list[Sentence], known: dict[Sentence, Counter[str]]
) -> float:
    wanted = Counter(chain.from_iterable(truth))
    got = Counter(chain.from_iterable(found))
    if not wanted or not got:
        return 0.0
    united: Counter[str] = Counter()
    for sentence in truth:
        if sentence not in known:
            known[sentence] = _unite(sentence, found)
        united.update(known[sentence])
    # 2PR/(P+R), with P and R the hits over the words of either side.
    return 2 * (united & got).total() / (wanted.total() + got.total())


def _unite(sentence: Sentence, found: Iterable[Sentence]) -> Counter[str]:
    """The words of a sentence that lie on its LCS with any sentence found."""
    places: set[int] = set()
    words = frozenset(sentence)
    for other in found:
        if len(places) == len(sentence):
            break
        if not words.isdisjoint(other):
            places |= find_common(sentence, other)
    return Counter(sentence[place] for place in places)


def find_common(sentence: Sentence, other: Sentence) -> set[int]:
    """The places in `sentence` of its LCS with `other`. Where there are several, the one that is
    found from the end backwards, giving up a word of `sentence` rather than one of `other`.

    A row of the table is one number whose set bits mark where the length grows (Allison and Dix
    1986, "A bit-string longest-common-subsequence algorithm").
    """
    if sentence == other:
        return set(range(len(sentence)))
    rows = _fill_rows(sentence, other)
    places: set[int] = set()
    here, there = len(sentence), len(other)
    while here and there:
        if sentence[here - 1] == other[there - 1]:
            here, there = here - 1, there - 1
            places.add(here)
        elif _measure(rows[here], there) > _measure(rows[here - 1], there):
            there -= 1
        else:
            here -= 1
    return places


def _measure(row: int, there: int) -> int:
    return (row & ((1 << there) - 1)).bit_count()


def _fill_rows(sentence: Sentence, other: Sentence) -> list[int]:
    places: dict[str, int] = {}
    for number, word in enumerate(other):
        places[word] = places.get(word, 0) | 1 << number
    rows = [0]
    for word in sentence:
        candidates = rows[-1] | places.get(word, 0)
        shifted = rows[-1] << 1 | 1
        rows.append(candidates & (candidates ^ (candidates - shifted)))
    return rows
