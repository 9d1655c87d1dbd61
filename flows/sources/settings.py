"""The settings of one source: read from what people write, checked, and written again.

The same settings, under the same names, are options of `copydesk sources`, keys of sources.toml
and keys of its JSON.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from flows.durations import format_duration, parse_duration
from flows.sources.addresses import guess_kind, normalise_address
from tasks.errors import UsageError
from tasks.live import Kind, Source

Values = Mapping[str, object]

# A value that takes a setting back to that of the run.
UNSET = frozenset({"", "default", "auto"})
LEAST_EVERY, MOST_EVERY, MOST_PACE = 1, 30 * 86_400, 3_600
_NAME = re.compile(r"[^\W_][\w.-]{0,79}")
# ISO 639-1.
_LANGUAGE_CODES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da "
    "de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy "
    "hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg "
    "li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or "
    "os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw "
    "ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
LANGUAGES = frozenset(_LANGUAGE_CODES.split())


class SettingInvalid(UsageError):
    """A setting of a source that cannot be what it is."""

    code = "setting-invalid"


def read_name(value: object) -> str:
    """A name: letters, digits, dots, dashes and underscores, at most 80."""
    text = _read_text(value)
    if not text or not _NAME.fullmatch(text):
        raise ValueError(
            f"{value!r} is no name; use letters, digits, dots and dashes, and begin with a letter "
            "or digit."
        )
    return text


def read_kind(value: object) -> Kind:
    """One of the kinds."""
    try:
        return Kind(str(value).strip().lower())
    except ValueError:
        raise ValueError(f"{value!r} is no kind; there are {', '.join(Kind)}.") from None


def _read_text(value: object) -> str | None:
    """One line of text; None for an empty one."""
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text.")
    return " ".join(value.split()) or None


def read_zone(value: object) -> str | None:
    """The name of an IANA time zone."""
    text = _read_text(value)
    if text is None:
        return None
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = difflib.get_close_matches(text, sorted(available_timezones()), 1, 0.7)
        said = f"; did you mean {near[0]}?" if near else "; write it like Europe/Oslo."
        raise ValueError(f"{text!r} is no IANA time zone{said}") from None
    return text


def read_language(value: object) -> str | None:
    """An ISO 639-1 code, also as the beginning of a longer tag (`pt-BR`)."""
    text = _read_text(value)
    if text is None:
        return None
    code = re.split(r"[-_]", text.lower())[0]
    if code not in LANGUAGES:
        raise ValueError(f"{text!r} is no ISO 639-1 language; write two letters, such as en or de.")
    return code


def read_every(value: object) -> int | None:
    """Whole seconds between two polls; None follows how often the source publishes."""
    seconds = _read_seconds(value)
    if seconds is not None and not LEAST_EVERY <= seconds <= MOST_EVERY:
        raise ValueError(f"{value!r} is too short or too long; polls are 1s to 30d apart.")
    return None if seconds is None else round(seconds)


def read_pace(value: object) -> float | None:
    """Seconds between two requests; 0 asks without a pause, which is for hosts of one's own."""
    seconds = _read_seconds(value)
    if seconds is not None and seconds > MOST_PACE:
        raise ValueError(f"{value!r} is too long; requests are at most 1h apart.")
    return seconds


def _read_seconds(value: object) -> float | None:
    if not isinstance(value, str | int | float):
        raise ValueError(f"{value!r} is no duration; write it like 10m.")
    return parse_duration(value)


def read_most(value: object) -> int | None:
    """A whole number from 1."""
    whole = value if isinstance(value, int) and not isinstance(value, bool) else None
    if isinstance(value, str) and value.strip().isdecimal():
        whole = int(value)
    if whole is None or not 1 <= whole <= 1_000_000:
        raise ValueError(f"{value!r} is no number of pages; write a whole one from 1.")
    return whole


def read_revisits(value: object) -> tuple[int, ...] | None:
    """The ages at which a page is fetched again, in whole seconds, in order; `never` is none."""
    if isinstance(value, str):
        value = [] if value.strip().lower() == "never" else value.split(",")
    if not isinstance(value, list | tuple):
        raise ValueError(f"{value!r} are no ages; write them like 1h,1d,1w, or never.")
    ages = {round(_read_seconds(each) or 0) for each in value}
    if 0 in ages:
        raise ValueError("A page cannot be fetched again at the age of 0; write 1h,1d,1w.")
    return tuple(sorted(ages))


def read_switch(value: object) -> bool:
    """On or off."""
    if isinstance(value, bool):
        return value
    raise ValueError(f"{value!r} is neither true nor false.")


# Under which name a setting is written, the field of `Source`, and how it is read. The kind comes
# before the address that is judged by it.
_READERS: Mapping[str, tuple[str, Callable[[object], Any]]] = MappingProxyType(
    {
        "name": ("name", read_name),
        "outlet": ("outlet", _read_text),
        "zone": ("zone", read_zone),
        "language": ("language", read_language),
        "every": ("every", read_every),
        "pace": ("pace", read_pace),
        "max_pages": ("most", read_most),
        "revisits": ("revisits", read_revisits),
        "enabled": ("enabled", read_switch),
    }
)
KEYS = ("name", "url", "kind", *(key for key in _READERS if key != "name"))
_CLEARED = frozenset({"zone", "language", "every", "pace", "max_pages", "revisits"})


def make_source(values: Values, base: Path) -> Source:
    """A source of these settings, its name empty where none is given; paths start from `base`.

    Raises `SettingInvalid`, which names the setting and says what it may be.
    """
    _check_keys(values)
    if "url" not in values:
        raise SettingInvalid("The url is missing.", 'Give one: url = "https://host/path".')
    kind = _read("kind", read_kind, values["kind"]) if "kind" in values else None
    try:
        url = normalise_address(str(values["url"]), kind, base)
    except UsageError as error:
        raise SettingInvalid(f"url: {error.message}", error.hint) from None
    fields = _read_fields(values)
    fields.setdefault("name", "")
    return Source(kind=kind or guess_kind(url), url=url, **fields)


def _read_fields(values: Values) -> dict[str, Any]:
    return {
        field: _read(key, read, values[key])
        for key, (field, read) in _READERS.items()
        if key in values
    }


def _read(key: str, read: Callable[[object], Any], value: object) -> Any:  # noqa: ANN401
    if key in _CLEARED and isinstance(value, str) and value.strip().lower() in UNSET:
        return None
    try:
        return read(value)
    except ValueError as error:
        raise SettingInvalid(f"{key}: {error}") from None


def _check_keys(values: Iterable[str]) -> None:
    for key in values:
        if key not in KEYS:
            near = difflib.get_close_matches(key, KEYS, 1, 0.6)
            said = f"Did you mean {near[0]}?" if near else f"There are {', '.join(KEYS)}."
            raise SettingInvalid(f"{key} is no setting of a source.", said)


def change_source(source: Source, values: Values, base: Path) -> Source:
    """The source with some settings changed. With another address the kind is judged anew, where
    it was the one that the old address suggests. Raises like `make_source`."""
    merged = {**print_settings(source), **values}
    if "url" in values and "kind" not in values and source.kind is guess_kind(source.url):
        del merged["kind"]
    return make_source(merged, base)


def print_settings(source: Source) -> dict[str, object]:
    """The settings that a source has, as they are written in sources.toml: durations as text,
    what is as usual left away."""
    every, pace, ages = source.every, source.pace, source.revisits
    values: dict[str, object] = {
        "name": source.name,
        "url": source.url,
        "kind": source.kind.value,
        "outlet": source.outlet,
        "zone": source.zone,
        "language": source.language,
        "every": None if every is None else format_duration(every),
        "pace": None if pace is None else format_duration(pace),
        "max_pages": source.most,
        "revisits": None if ages is None else [format_duration(age) for age in ages],
        "enabled": None if source.enabled else False,
    }
    return {key: value for key, value in values.items() if value is not None}
