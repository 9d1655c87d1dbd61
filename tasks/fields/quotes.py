"""Direct speech in a body, and who says it.

First the marks (`marks`, `dashes`), then for each stretch between them who is named around it
(`attributions`, `scripts`), then whether it is speech at all: titles, names, single words and other
things between marks are not. It is speech when it is attributed by a verb of saying and long enough
to say something, or when it is a sentence that stands by itself. The last step finds the speaker's
full name, and carries the speaker on to what is said next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tasks.fields.attributions import Attribution, find_topic, is_say, read_lead, read_tail
from tasks.fields.dashes import ANY_DASH, list_dashed
from tasks.fields.marks import ANY_MARK, Span, list_spans
from tasks.fields.phrases import Kind, find_last, list_words
from tasks.fields.sayings import Sayings, load_sayings
from tasks.fields.scripts import LANGUAGES as UNCASED
from tasks.fields.scripts import PRONOUNS, find_earlier_subject, read_attribution
from tasks.fields.speakers import Cast
from tasks.model import Quote

_WORDS = re.compile(r"[^\W_]+(?:['’‑-][^\W_]+)*")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_FINAL = frozenset(".!?…。！？؟")
_CLOSING = ' \t\xa0"”’»)]'
# The least number of words of a sentence, and of a part of one, that counts as speech.
_SENTENCE, _PART = 3, 5
_MOST = 2_000


class Setting(NamedTuple):
    """A stretch between marks with what stands around it in its paragraph: `lead` since the
    stretch before, `tail` to the next one. `led` says that `lead` was taken from the paragraph
    before, which ends with a colon."""

    span: Span
    text: str
    lead: str
    tail: str
    led: bool
    place: int


def find_quotes(body: str, language: str | None, names: Sequence[str] = ()) -> tuple[Quote, ...]:
    """The direct speech of a body in order, none inside another. `language` is ISO 639-1; `names`
    are people known from elsewhere, whose surnames are recognised."""
    if not ANY_MARK.search(body) and not ANY_DASH.search(body):
        return ()
    sayings = load_sayings(language)
    spans = _merge(list(list_dashed(body, sayings)), list(list_spans(body)))
    spans = [span for span in spans if _may_speak(body, span, sayings)][:_MOST]
    if not spans:
        return ()
    cast = Cast(mask(body, spans), sayings, names)
    return tuple(_Reader(body, sayings, cast).read(spans))


def _merge(dashed: list[Span], marked: list[Span]) -> list[Span]:
    """All stretches in order; marks within speech that a dash begins belong to it."""
    if not dashed:
        return marked
    merged = list(dashed)
    index = 0
    for span in marked:
        while index < len(dashed) and dashed[index].outer_end <= span.outer_start:
            index += 1
        if index == len(dashed) or span.outer_end <= dashed[index].outer_start:
            merged.append(span)
    return sorted(merged)


def mask(body: str, spans: Sequence[Span]) -> str:
    """The body with blanks for what stands between marks, so that offsets stay."""
    parts, at = [], 0
    for span in spans:
        parts.append(body[at : span.start])
        parts.append(" " * (span.end - span.start))
        at = span.end
    return "".join([*parts, body[at:]])


def count_words(text: str, most: int = 12) -> int:
    """How many words a stretch has, no further than `most`; two characters of Chinese or Japanese
    are a word."""
    if _CJK.search(text[:20]):
        return min(most, len(text) // 2)
    count = 0
    for _ in _WORDS.finditer(text):
        count += 1
        if count == most:
            break
    return count


def _may_speak(body: str, span: Span, sayings: Sayings) -> bool:
    """Whether a stretch can be speech by its own look: not a word or two in lower case, no empty
    one. What cannot be is read as narration."""
    if span.mark == "—" or span.carried:
        return span.end > span.start
    text = body[span.start : span.end]
    words = count_words(text)
    if words == 0 or span.mark in "『":
        return False
    if sayings.language in UNCASED:
        return words >= 3 or (words == 2 and len(text) > 5 and sayings.language == "ko")
    if span.open_ended:
        return words >= _PART
    first = _first_letter(text)
    if first.islower():
        return (
            words >= _PART or (words >= 2 and text[-1] in ",!?") or (words >= 3 and text[-1] == ".")
        )
    if words >= _SENTENCE or text[-1] in ",.!?…":
        return True
    return _breaks_off(body[span.outer_end : span.outer_end + 3])


def _first_letter(text: str) -> str:
    """The first letter, or the first digit; "" where there is none."""
    return next((char for char in text[:40] if char.isalnum()), "")


class _Reader:
    """Reads the stretches of one body in order."""

    def __init__(self, body: str, sayings: Sayings, cast: Cast) -> None:
        self.body = body
        self.sayings = sayings
        self.cast = cast
        self.before: Quote | None = None
        self.before_span: Span | None = None

    def read(self, spans: list[Span]) -> Iterator[Quote]:
        """The quotes among the stretches."""
        for index, span in enumerate(spans):
            setting = self._set(spans, index, span)
            quote = self._read_one(setting)
            if quote is not None:
                yield quote
                self.before, self.before_span = quote, span
                if quote.speaker is not None:
                    self.cast.remember(quote.speaker, span.outer_end)

    def _set(self, spans: list[Span], index: int, span: Span) -> Setting:
        """What stands around a stretch."""
        start, end = span.first, span.last
        if self.before_span is not None and self.before_span.outer_end > start:
            start = self.before_span.outer_end
        if index + 1 < len(spans) and spans[index + 1].outer_start < end:
            end = spans[index + 1].outer_start
        lead, led = self.body[max(start, span.outer_start - 600) : span.outer_start], False
        if start == span.first and not lead.strip():
            lead = self._read_led(span)
            led = bool(lead)
        text, tail = self.body[span.start : span.end], self.body[span.outer_end : end][:400]
        return Setting(span, text, lead, tail, led, index)

    def _read_led(self, span: Span) -> str:
        """The end of the paragraph before, where it ends with a colon."""
        stop = span.first
        while stop > 0 and self.body[stop - 1].isspace():
            stop -= 1
        if stop == 0 or self.body[stop - 1] not in ":：":
            return ""
        start = max(self.body.rfind("\n", 0, stop) + 1, stop - 500)
        return self.body[start:stop]

    def _read_one(self, setting: Setting) -> Quote | None:
        """One stretch as a quote, or None where it is no speech."""
        found, said = self._attribute(setting)
        sure = self._judge(setting, found, said)
        if sure is None:
            return None
        speaker, raw, verb, rule, share = self._find_speaker(setting, found)
        return Quote(
            text=setting.text,
            start=setting.span.start,
            end=setting.span.end,
            speaker=speaker,
            speaker_raw=raw,
            verb=verb,
            goes_on=self._goes_on(setting),
            rule=rule,
            confidence=round(sure * (share if speaker else 0.9), 3),
        )

    def _attribute(self, setting: Setting) -> tuple[Attribution | None, bool]:
        """Who is named around a stretch, and whether that alone makes it speech."""
        if self.sayings.language in UNCASED:
            earlier = self._read_earlier(setting)
            found, said = read_attribution(setting.lead, setting.tail, earlier, self.sayings)
            if found is not None and found.phrase is not None and found.phrase.name in PRONOUNS:
                return self._name_pronoun(setting, found), said
            return found, said
        tail = read_tail(setting.tail, self.sayings) if self._leads_on(setting) else None
        if tail is not None and tail.phrase is not None:
            return tail, True
        lead = read_lead(setting.lead, self.sayings) if setting.lead.strip() else None
        if lead is not None and (lead.phrase is not None or tail is None):
            return lead, lead.verb is not None
        inner = self._read_inner(setting)
        return inner or tail, bool(inner or tail)

    def _name_pronoun(self, setting: Setting, found: Attribution) -> Attribution:
        """The attribution with somebody named before in place of 他, 彼 or 그."""
        text = self.cast.narration[
            max(0, setting.span.outer_start - 800) : setting.span.outer_start
        ]
        named = find_earlier_subject(text, self.sayings) or self.cast.last
        if found.phrase is None or named is None:
            return found._replace(phrase=None)
        return found._replace(phrase=found.phrase._replace(name=named), confidence=0.7)

    def _leads_on(self, setting: Setting) -> bool:
        """Whether the sentence goes on behind a stretch: no full stop inside it, none behind it."""
        if setting.span.mark == "—":
            return bool(setting.tail.strip())
        tail = setting.tail.lstrip(_CLOSING)
        if not tail or tail[0] in ".:;!?…" or setting.span.open_ended:
            return False
        dash = tail[0] in "—–-"
        if setting.text[-1] in ".…" and not dash and tail[0] != ",":
            return _starts_low(tail)
        return True

    def _read_inner(self, setting: Setting) -> Attribution | None:
        """An attribution inside the marks, as French and Italian print it: « Oui, dit Marlen. »"""
        if setting.span.mark not in "«“" or self.sayings.language not in ("fr", "it"):
            return None
        for match in _INNER.finditer(setting.text[:400]):
            words = list_words(setting.text[match.end() : match.end() + 60])
            if words and not words[0].cap and is_say_inner(words, self.sayings):
                found = read_tail(setting.text[match.end() :], self.sayings)
                if found is not None and found.phrase is not None:
                    return found
        return None

    def _judge(self, setting: Setting, found: Attribution | None, said: bool) -> float | None:
        """How sure it is that a stretch is speech; None where it is none."""
        span, text = setting.span, setting.text
        if span.mark == "—":
            return 0.95 if found else 0.8
        if span.carried and self._follows(setting):
            return 0.95
        words = count_words(text)
        if self.sayings.language in UNCASED:
            return self._judge_uncased(setting, words, said)
        first = _first_letter(text)
        if first.islower() and not self._continues(setting):
            return self._judge_part(setting, words, found, said)
        if words < _SENTENCE:
            return self._judge_short(setting, found)
        if is_title(text, self.sayings.language) and not (
            found and found.rule in ("after", "before") and words > 4
        ):
            return None
        if found is not None and found.rule in ("after", "credit"):
            return 0.97 if found.phrase else 0.85
        return self._judge_sentence(setting, words, found)

    def _judge_uncased(self, setting: Setting, words: int, said: bool) -> float | None:
        """Speech in a script without capitals."""
        final = setting.text[-1] in _FINAL
        alone = not setting.lead.strip() and not setting.tail.strip()
        least = {"ar": 6, "ko": 2}.get(self.sayings.language, 3)
        if said and words >= least:
            return 0.9
        if alone and words >= 5:
            return 0.75
        if final and words >= 5 and setting.lead.rstrip()[-1:] in ("", "。", ":", "："):
            return 0.7
        return None

    def _judge_part(
        self, setting: Setting, words: int, found: Attribution | None, said: bool
    ) -> float | None:
        """Speech that begins within a sentence: attributed, and of five words or more."""
        if setting.lead.rstrip().endswith((":", "：")) and words >= _PART and found:
            return 0.85
        if found is None or words < _PART or not said:
            return None
        if found.rule == "after" and found.confidence < 0.8:
            return None
        return 0.85

    def _judge_short(self, setting: Setting, found: Attribution | None) -> float | None:
        """One or two words are speech where a verb of saying stands right beside them."""
        ends = setting.text[-1] in ",.!?…" or _breaks_off(setting.tail)
        if not ends or not _stands(setting.lead):
            return None
        if found is not None and found.verb is not None and found.rule != "credit":
            return 0.75 if found.phrase or found.rule == "after" else None
        same = self.before_span is not None and self.before_span.first == setting.span.first
        return 0.7 if same and setting.text[-1] in _FINAL else None

    def _judge_sentence(
        self, setting: Setting, words: int, found: Attribution | None
    ) -> float | None:
        """Speech that begins with a capital and has no attribution behind it."""
        lead = setting.lead.rstrip()
        final = setting.text[-1] in _FINAL or setting.text[-1] == ","
        if lead.endswith((":", "：")):
            return 0.9 if found and found.verb else 0.85 if words >= 4 or final else None
        if setting.span.open_ended:
            return 0.65 if found or not lead or lead[-1] in ".!?…" else None
        if found is not None and found.verb is not None:
            if lead.endswith(",") or final or words >= 6:
                return 0.9
            return None
        if not _stands(lead):
            return None
        behind = setting.tail.lstrip()[:1]
        if final or behind in (".", ",") or (behind == "" and final):
            return 0.8 if self._follows(setting) else 0.7 if words >= 5 else None
        return None

    def _continues(self, setting: Setting) -> bool:
        """Whether a stretch takes up the sentence of the one before."""
        return setting.place > 0 and self._goes_on(setting)

    def _goes_on(self, setting: Setting) -> bool:
        """Whether the sentence of the quote before is continued: only its attribution stands
        between them, and no full stop."""
        before = self.before_span
        if before is None or self.before is None:
            return False
        if setting.span.carried:
            return True
        if before.first != setting.span.first and before.last != setting.span.last:
            return False
        between = self.body[before.outer_end : setting.span.outer_start].strip()
        if len(between) > 160 or not between or self.before.verb is None:
            return False
        broken = between[-1] in ",—–-" and "." not in between[:-1]
        return broken and (self.before.text[-1] not in _FINAL or _starts_low(setting.text))

    def _follows(self, setting: Setting) -> bool:
        """Whether a quote with a speaker stands before in the same or the next paragraph."""
        before = self.before_span
        if before is None:
            return False
        return (
            before.first >= setting.span.first
            or not self.body[before.last : setting.span.first].strip()
        )

    def _find_speaker(
        self, setting: Setting, found: Attribution | None
    ) -> tuple[str | None, str | None, str | None, str, float]:
        """Speaker, speaker as printed, verb, rule, and how sure the speaker is."""
        at = setting.span.outer_start
        if (
            setting.span.carried
            and self.before is not None
            and (found is None or found.rule != "after")
        ):
            return self._inherit("carried", 0.95)
        if found is not None and found.phrase is not None:
            speaker, share = self.cast.resolve(found.phrase, at)
            if speaker is not None:
                sure = found.confidence * share
                return speaker, found.phrase.raw, found.verb, f"quote.{found.rule}", sure
            return None, found.phrase.raw, found.verb, f"quote.{found.rule}", 0.0
        verb = found.verb if found else None
        nearby = self._find_nearby(setting)
        if nearby is None and verb is not None and (name := self.cast.find_anybody(at)):
            nearby = (name, "quote.said", 0.75)
        if nearby is None and not setting.lead.strip() and (name := self.cast.find_topic(at)):
            nearby = (name, "quote.topic", 0.55)
        if nearby is not None:
            return nearby[0], None, verb, nearby[1], nearby[2]
        return None, None, verb, "quote.alone", 0.0

    def _inherit(
        self, how: str, sure: float
    ) -> tuple[str | None, str | None, str | None, str, float]:
        before = self.before
        speaker = before.speaker if before is not None else None
        return speaker, None, None, f"quote.{how}", sure if speaker else 0.0

    def _find_nearby(self, setting: Setting) -> tuple[str, str, float] | None:
        """The speaker of a quote with no attribution of its own."""
        before, span = self.before, setting.span
        earlier = self._read_earlier(setting)
        person = self._read_sentence(earlier, setting) if earlier.strip() else None
        same = self.before_span is not None and self.before_span.first >= span.first
        if person is not None:
            return person, "quote.sentence", 0.8
        if before is not None and before.speaker is not None:
            if same:
                return before.speaker, "quote.same", 0.85
            if self._follows(setting):
                return before.speaker, "quote.next", 0.7
        return None

    def _read_earlier(self, setting: Setting) -> str:
        """The last complete sentence before a stretch, in its paragraph and since the stretch
        before; with a quote before it, the sentence must not be that one's attribution."""
        text = setting.lead.rstrip()
        if not text or setting.led:
            return text
        last = find_last(text + " X")
        head = text[:last].rstrip() if text[last:].strip() == "" else text
        start = find_last(head)
        if (
            start == 0
            and self.before_span is not None
            and self.before_span.first >= setting.span.first
        ):
            return ""
        return head[start:]

    def _read_sentence(self, sentence: str, setting: Setting) -> str | None:
        """Whom a sentence before a quote names as its subject."""
        words = list_words(sentence[:300])
        found = read_lead(sentence.rstrip(" .!?…"), self.sayings)
        phrase = found.phrase if found is not None and found.verb else None
        if phrase is None:
            phrase = find_topic(sentence, words, self.sayings)
        if phrase is None:
            return None
        speaker, _ = self.cast.resolve(phrase, setting.span.outer_start - len(setting.lead))
        bare = phrase.kind is Kind.NAME and phrase.raw == phrase.name and " " not in (speaker or "")
        if bare and not (found and found.verb):
            return None
        return speaker


_INNER = re.compile(r"[,!?.…][\s\xa0]+|\s[–—-]\s")


def is_say_inner(words: Sequence[object], sayings: Sayings) -> bool:
    """Whether words inside the marks begin an attribution."""
    first = words[0]
    return is_say(first, sayings) or first.low.split("-")[0] in sayings.say  # type: ignore[attr-defined,arg-type]


def is_title(text: str, language: str) -> bool:
    """Whether a stretch looks like the title of a work: every longer word has a capital."""
    if text[-1] in _FINAL or text[-1] == ",":
        return False
    words = [word for word in _WORDS.findall(text[:200]) if len(word) > 3]
    if language == "de":
        return False
    return len(words) >= 2 and all(word[0].isupper() or word[0].isdigit() for word in words)


def _stands(lead: str) -> bool:
    """Whether a new sentence begins behind a text."""
    bare = lead.rstrip()
    return not bare or bare[-1] in _FINAL or bare[-1] in ':："”»)]—–'


def _breaks_off(tail: str) -> bool:
    """Whether a sentence goes on behind a stretch with a comma or a dash."""
    return tail.lstrip()[:1] in (",", "–", "—", "-") and bool(tail.strip())


def _starts_low(text: str) -> bool:
    """Whether a text begins with a small letter, marks aside."""
    return _first_letter(text.lstrip(' ,—–-"“”«»[(')).islower()
