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

from tasks.fields.speech.attributions import (
    Attribution,
    find_topic,
    read_anaphor,
    read_lead,
    read_tail,
)
from tasks.fields.speech.dashes import has_dash, list_dashed
from tasks.fields.speech.marks import Span, has_mark, list_spans
from tasks.fields.speech.phrases import Kind, find_last, list_words
from tasks.fields.speech.sayings import Sayings, load_sayings
from tasks.fields.speech.scripts import LANGUAGES as UNCASED
from tasks.fields.speech.scripts import PRONOUNS, find_earlier_subject, read_attribution
from tasks.fields.speech.speakers import Cast
from tasks.fields.speech.speech import FINAL, Setting, judge, may_speak, starts_low
from tasks.model import Quote

_CLOSING = ' \t\xa0"”’»)]'
_MOST = 2_000
# Where an attribution may begin inside the marks.
_INNER = re.compile(r"[,!?.…][\s\xa0]+|\s[–—-]\s")


def find_quotes(body: str, language: str | None, names: Sequence[str] = ()) -> tuple[Quote, ...]:
    """The direct speech of a body in order, none inside another. `language` is ISO 639-1; `names`
    are people known from elsewhere, whose surnames are recognised."""
    if not has_mark(body) and not has_dash(body):
        return ()
    sayings = load_sayings(language)
    spans = _merge(list(list_dashed(body, sayings)), list(list_spans(body)))
    spans = [span for span in spans if may_speak(body, span, sayings)][:_MOST]
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
        same = self.before_span is not None and self.before_span.first >= span.first
        return Setting(span, text, lead, tail, led, same, self._follows(span), self._goes_on(span))

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
        sure = judge(setting, found, said, self.sayings.language)
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
            goes_on=setting.goes_on,
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
        inner = self._read_inner(setting) or self._read_behind(setting)
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
            return starts_low(tail)
        return True

    def _read_behind(self, setting: Setting) -> Attribution | None:
        """The attribution in the sentence behind a complete one."""
        if setting.text[-1] not in FINAL and setting.tail[:2].strip(_CLOSING)[:1] not in FINAL:
            return None
        return read_anaphor(setting.tail, self.sayings)

    def _read_inner(self, setting: Setting) -> Attribution | None:
        """An attribution inside the marks, as French and Italian print it: « Oui, dit Marlen. »"""
        if setting.span.mark not in "«“" or self.sayings.language not in ("fr", "it"):
            return None
        for match in _INNER.finditer(setting.text[:400]):
            words = list_words(setting.text[match.end() : match.end() + 60])
            if words and not words[0].cap and words[0].low.split("-")[0] in self.sayings.say:
                found = read_tail(setting.text[match.end() :], self.sayings)
                if found is not None and found.phrase is not None:
                    return found
        return None

    def _goes_on(self, span: Span) -> bool:
        """Whether the sentence of the quote before is continued: only its attribution stands
        between them, and no full stop."""
        before = self.before_span
        if before is None or self.before is None:
            return False
        if span.carried:
            return True
        if before.first != span.first and before.last != span.last:
            return False
        between = self.body[before.outer_end : span.outer_start].strip()
        if len(between) > 160 or not between or self.before.verb is None:
            return False
        broken = between[-1] in ",—–-" and "." not in between[:-1]
        return broken and (
            self.before.text[-1] not in FINAL or starts_low(self.body[span.start : span.end])
        )

    def _follows(self, span: Span) -> bool:
        """Whether a quote with a speaker stands before in the same or the next paragraph."""
        before = self.before_span
        if before is None:
            return False
        return before.first >= span.first or not self.body[before.last : span.first].strip()

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
        if found is not None and found.phrase is not None and not self._is_doubtful(found):
            speaker, share = self.cast.resolve(found.phrase, at, found.verb)
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

    def _is_doubtful(self, found: Attribution) -> bool:
        """Whether a single capital that begins the sentence away from its verb is no name that the
        text gives in full."""
        phrase = found.phrase
        if phrase is None or found.confidence >= 0.8 or phrase.kind is not Kind.NAME:
            return False
        if self.sayings.language in UNCASED:
            return False
        return phrase.first == phrase.last == 0 and " " not in self.cast.forms.find(phrase.name)

    def _inherit(
        self, how: str, sure: float
    ) -> tuple[str | None, str | None, str | None, str, float]:
        before = self.before
        speaker = before.speaker if before is not None else None
        return speaker, None, None, f"quote.{how}", sure if speaker else 0.0

    def _find_nearby(self, setting: Setting) -> tuple[str, str, float] | None:
        """The speaker of a quote with no attribution of its own."""
        before = self.before
        earlier = self._read_earlier(setting)
        person = self._read_sentence(earlier, setting) if earlier.strip() else None
        if person is not None:
            return person, "quote.sentence", 0.8
        if before is not None and before.speaker is not None:
            if setting.same:
                return before.speaker, "quote.same", 0.85
            if setting.follows:
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
        if start == 0 and setting.same:
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
        speaker, _ = self.cast.resolve(phrase, setting.span.outer_start - len(sentence) - 1)
        if found is not None and self._is_doubtful(found):
            return None
        bare = phrase.kind is Kind.NAME and phrase.raw == phrase.name and " " not in (speaker or "")
        if bare and not (found and found.verb):
            return None
        return speaker
