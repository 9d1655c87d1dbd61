"""Attributions in scripts without capitals: Chinese, Japanese, Korean and Arabic.

Each has its own order: the speaker and は before 「…」と話した, the speaker before 表示：“…”, the
speaker with 은 or 는 before "…"라고 말했다, the verb and then the speaker in Arabic.
"""

from __future__ import annotations

import re

from tasks.fields.bylines.name_words import load_name_words
from tasks.fields.speech.attributions import Attribution
from tasks.fields.speech.phrases import Kind, Phrase
from tasks.fields.speech.sayings import Sayings

PRONOUNS = frozenset(["他", "她", "彼", "彼女", "同氏", "그", "그녀", "其", "自己"])
# Who asks, and is not meant by "she".
_REPORTERS = frozenset(["记者", "記者", "本报记者", "本報記者", "기자"])
LANGUAGES = frozenset({"zh", "ja", "ko", "ar"})
_CLAUSE = re.compile(r"[。！？!?\n；;」』”]")
_JA_TOPIC = re.compile(
    r"([^、。，．「」『』（）()\s]{1,24}?)(?:（[^（）]{1,20}）)?(?:は|が|も|らは)(?=[^、。「」]{0,60}(?:[、。]|$)|「|[^「」]*$)"
)
_JA_SAID = re.compile(r"^\s*(?:など)?と(?:いう|の|も)?")
_ZH_SAY_END = re.compile(r"[：:，,]?\s*$")
_ZH_SPLIT = re.compile(r"[，,。；;：:、！？!?\s（）()《》]")
_ZH_BEHIND = re.compile(r"\s*([^，。：“”「」！？\s]{3,24})")
_KO_SUBJECT = re.compile(
    r"(?:^|[\s,])((?:[^\s,()\"“”‘’]+\s+){0,3}[^\s,()\"“”‘’]*?)(?:\([^)]*\))?(?:은|는|이|가|도)\s"
)
# Who does something, at the beginning of a Chinese sentence.
_ZH_SUBJECT = re.compile(
    r"([\u3400-\u9fff·]{2,8}?)(?:在|于|於|日前|昨|今|对|對|接受|受|也|则|則|\d|，)"
)
_ZH_IS = re.compile(r"([\u3400-\u9fff·]{2,8}?)(?:是|在|于|於|日前|昨|今)")
_KO_SAID = re.compile(
    r"^\s*(?:이?라고|이?라며|이?라면서|이?라는|이?라거나|며|고|면서|다고|다며|냐고|냐며|자고|자며|는|란|등|이라|\s*같은\s*(?:글|말))"
)
_AR_TOPIC = re.compile(r"\s*(?:أما|وأما)\s+([^،:]{3,60})،")
_AR_WORD = re.compile(r"[^\s،,؛:؟.()\[\]\"“”«»]+")


def read_attribution(
    lead: str, tail: str, earlier: str, sayings: Sayings
) -> tuple[Attribution | None, bool]:
    """Who speaks in a script without capitals, and whether the words around say that it is speech.
    `earlier` is the sentence before, for a paragraph that names its subject once."""
    if sayings.language == "ja":
        return _read_japanese(lead, tail, earlier, sayings)
    if sayings.language == "zh":
        return _read_chinese(lead, tail, sayings)
    if sayings.language == "ko":
        return _read_korean(lead, tail, earlier, sayings)
    return _read_arabic(lead, sayings)


def _named(name: str, verb: str | None, rule: str, sure: float) -> Attribution | None:
    name = name.strip(" \u3000,，、:：")
    if not name:
        return None
    return Attribution(Phrase(Kind.NAME, name, name, 0, 0), verb, rule, sure)


def _last_clause(text: str) -> str:
    """What stands behind the last full stop or closing mark."""
    at = 0
    for match in _CLAUSE.finditer(text):
        at = match.end()
    return text[at:]


def _read_japanese(
    lead: str, tail: str, earlier: str, sayings: Sayings
) -> tuple[Attribution | None, bool]:
    said = _JA_SAID.match(tail)
    verb = None
    if said:
        window = tail[said.end() : said.end() + 30].split("。")[0]
        verb = _find_verb(window[:16], sayings)
        said = said if verb or window.startswith(("し", "、", "う")) else None
    clause = _last_clause(lead[-160:]) or earlier[-160:]
    subject = _find_japanese_subject(clause, sayings)
    return _named(subject, verb, "before", 0.85 if verb else 0.6) if subject else None, bool(said)


def _find_japanese_subject(clause: str, sayings: Sayings) -> str:
    """The topic of a clause: what は or が marks, the first one, without what describes it."""
    for match in _JA_TOPIC.finditer(clause):
        name = match[1]
        if not name.endswith(("で", "に", "へ", "と", "で", "から", "まで")):
            bare = strip_title(name, sayings)
            return _cut_japanese(bare, titled=bare != name)
    return ""


def _cut_japanese(name: str, titled: bool) -> str:
    """The person behind a description and its の, where a title or a family name tells one."""
    person = name.rpartition("の")[2]
    if person == name or not 2 <= len(person) <= 6:
        return name
    return person if titled or load_name_words().bears_out(person) else name


def strip_title(name: str, sayings: Sayings) -> str:
    """A CJK name without the address or office behind it."""
    for role in sayings.longest_roles:
        if name.endswith(role) and 2 <= len(name) - len(role) <= 12:
            return name[: -len(role)].strip()
    return name


def _read_chinese(lead: str, tail: str, sayings: Sayings) -> tuple[Attribution | None, bool]:
    behind = None if tail.rstrip().endswith(("：", ":")) else _ZH_BEHIND.match(tail)
    if behind and (verb := _find_verb(behind[1], sayings)) and behind[1].find(verb):
        name = behind[1][: behind[1].find(verb)]
        return _named(_trim_chinese(name, sayings), verb, "after", 0.85), True
    text = _last_clause(lead[-160:])
    bare = _ZH_SAY_END.sub("", text)
    colon = text.rstrip().endswith(("：", ":"))
    for piece in reversed([p for p in _ZH_SPLIT.split(bare) if p]):
        verb = _find_verb(piece, sayings)
        if verb is not None:
            name = _trim_chinese(piece[: piece.find(verb)], sayings)
            if not name and (head := _ZH_SUBJECT.match(bare.strip())):
                name = _trim_chinese(head[1], sayings)
            return _named(name, verb, "before", 0.85), True
    return None, colon


def _find_verb(piece: str, sayings: Sayings) -> str | None:
    found = [(piece.find(verb), -len(verb), verb) for verb in sayings.say if verb in piece]
    return min(found)[2] if found else None


def _trim_chinese(name: str, sayings: Sayings) -> str:
    """The person in what stands before a verb: the office before the name, time and place behind
    it are taken off."""
    name = re.sub(
        r"(?:\d+日?|[今昨]天|日前|近日|当天|當天|晚间|晚間|也|还|還|则|則|并|並|进一步|同时|同時|接受|受访|受訪|随后|隨後|在|于|於|对|對|向).*$",
        "",
        name,
    )
    for role in sayings.longest_roles:
        at = name.rfind(role)
        if at >= 0 and at + len(role) < len(name) and len(name) - at - len(role) >= 2:
            return name[at + len(role) :]
    return name


def _read_korean(
    lead: str, tail: str, earlier: str, sayings: Sayings
) -> tuple[Attribution | None, bool]:
    said = _KO_SAID.match(tail)
    text = lead[-160:].rsplit(". ", 1)[-1]
    match = _KO_SUBJECT.search(f"{text} ")
    if match is None and not text.strip():
        match = _KO_SUBJECT.search(earlier[-160:])
    if match is None:
        return None, bool(said)
    name = _trim_korean(match[1], sayings)
    return _named(name, said[0] if said else None, "before", 0.8), bool(said)


def _trim_korean(text: str, sayings: Sayings) -> str:
    """The person in a Korean subject: the word before an office, else the last word."""
    words = text.split()
    for at in range(len(words) - 1, -1, -1):
        if words[at] in sayings.roles and at:
            return words[at - 1]
        for role in sayings.longest_roles:
            if words[at].endswith(role) and 2 <= len(words[at]) - len(role) <= 4 and len(role) > 1:
                return words[at][: -len(role)]
    return words[-1] if words else ""


def find_earlier_subject(text: str, sayings: Sayings) -> str | None:
    """The last subject named before, for 他, 彼 and 그; the text is what stands before."""
    for sentence in reversed(re.split(r"[。！？!?\n]|\.\s", text)):
        name = _find_subject(sentence, sayings)
        if name and name not in PRONOUNS and name not in _REPORTERS:
            return name
    return None


def _find_subject(sentence: str, sayings: Sayings) -> str:
    if sayings.language == "ja":
        return _find_japanese_subject(sentence, sayings)
    if sayings.language == "ko":
        match = _KO_SUBJECT.search(sentence)
        return _trim_korean(match[1], sayings) if match else ""
    for piece in _ZH_SPLIT.split(sentence):
        verb = _find_verb(piece, sayings)
        if verb is not None and piece.find(verb) > 0:
            return _trim_chinese(piece[: piece.find(verb)], sayings)
    head = _ZH_IS.match(sentence.strip())
    return head[1] if head else ""


def _read_arabic(lead: str, sayings: Sayings) -> tuple[Attribution | None, bool]:
    text = re.split(r"[.؟!]\s", lead[-300:])[-1]
    words = list(_AR_WORD.finditer(text))
    verbs = [i for i, word in enumerate(words) if word[0] in sayings.say]
    if not verbs:
        return None, text.rstrip().endswith(":")
    topic = _AR_TOPIC.match(text)
    if topic:
        return _named(topic[1], words[verbs[0]][0], "before", 0.75), True
    named: list[str] = []
    for word in words[verbs[0] + 1 : verbs[0] + 9]:
        between = text[words[verbs[0]].end() : word.start()]
        if word[0] in sayings.aside or any(mark in between for mark in "،:؛("):
            break
        named.append(word[0])
    while len(named) > 2 and named[0] in sayings.roles:
        named.pop(0)
    return _named(" ".join(named[:5]), words[verbs[0]][0], "before", 0.75), True
