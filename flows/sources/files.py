"""Files of sources: sources.toml, OPML and plain lists of addresses, read and written."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from flows.sources.forms import FileFormat
from flows.sources.settings import KEYS, SettingInvalid, make_source, print_settings
from tasks.errors import SourceNotFound, SourceUnreadable
from tasks.live import Source

TABLE, DEFAULTS = "source", "defaults"
# So many faults of a file are told at a time.
MOST_TOLD = 20
_OPENING = re.compile(r"^\s*\[\[\s*source\s*\]\]", re.MULTILINE)


def read_file(path: Path) -> list[Source]:
    """The sources of a file, in its order; names are empty where it gives none.

    Its ending says what it is: .toml, .opml (or .xml), else a text with an address a line. Raises
    `SettingInvalid` with all that is wrong and where, `SourceNotFound` without such a file.
    """
    readers = {".toml": read_toml, ".opml": read_opml_file, ".xml": read_opml_file}
    content = _read_bytes(path)
    return readers.get(path.suffix.lower(), read_lines)(content, path)


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise SourceNotFound(f"There is no file {path}.", "Check its name.") from None


def _decode(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceUnreadable(f"{path}, line {line}: no UTF-8.", "Save it as UTF-8.") from None


def read_toml(content: bytes, path: Path) -> list[Source]:
    """The `[[source]]` tables of a TOML file, each over the `[defaults]`."""
    text = _decode(content, path)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        hint = "docs/sources.md has a complete example."
        raise SettingInvalid(f"{path} is no TOML: {error}.", hint) from None
    lines = [text.count("\n", 0, match.start()) + 1 for match in _OPENING.finditer(text)]
    usual, rows = _take_tables(tables, path)

    def read(number: int, row: Mapping[str, object]) -> Source:
        return make_source({**usual, **row}, path.absolute().parent)

    def place(number: int, row: Mapping[str, object]) -> str:
        line = f"line {lines[number]}" if len(lines) == len(rows) else f"table {number + 1}"
        name = row.get("name") or row.get("url") or ""
        return f"{path}, {line}, source {name}".rstrip()

    return check_doubles(read_rows(rows, read, place))


def _take_tables(
    tables: Mapping[str, object], path: Path
) -> tuple[Mapping[str, object], Sequence[Mapping[str, object]]]:
    """The defaults and the sources of a TOML file."""
    for key in tables:
        if key not in (TABLE, DEFAULTS):
            hint = "A file has [defaults] and one [[source]] for each source."
            raise SettingInvalid(f"{path}: {key} is not known here.", hint)
    usual, rows = tables.get(DEFAULTS, {}), tables.get(TABLE, [])
    if not isinstance(usual, dict) or {"name", "url"} & set(usual):
        raise SettingInvalid(f"{path}: [defaults] cannot be read.", "It has neither name nor url.")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SettingInvalid(f"{path}: source is no list.", "Write [[source]], in two brackets.")
    return usual, rows


Row = Mapping[str, object]
Placed = tuple[str, Source]


def read_rows(
    rows: Iterable[Row], read: Callable[[int, Row], Source], place: Callable[[int, Row], str]
) -> list[Placed]:
    """Each row's source and its place; all that is wrong is raised together."""
    found: list[Placed] = []
    wrong: list[str] = []
    for number, row in enumerate(rows):
        try:
            found.append((place(number, row), read(number, row)))
        except SettingInvalid as error:
            wrong.append(f"{place(number, row)}: {error}")
    raise_all(wrong)
    return found


def raise_all(wrong: Sequence[str]) -> None:
    """Raise `SettingInvalid` with a line for each fault, if there are any."""
    if not wrong:
        return
    more = [f"… and {len(wrong) - MOST_TOLD:,} more."] if len(wrong) > MOST_TOLD else []
    raise SettingInvalid("\n".join([*wrong[:MOST_TOLD], *more]))


def check_doubles(placed: Sequence[Placed]) -> list[Source]:
    """The sources. Raises `SettingInvalid` where two have one name or one address."""
    wrong: list[str] = []
    names: dict[str, str] = {}
    addresses: dict[str, str] = {}
    for place, source in placed:
        for seen, key, said in (
            (names, source.name.lower(), f"the name {source.name}"),
            (addresses, source.url, f"the address {source.url}"),
        ):
            if key and key in seen:
                wrong.append(f"{place}: {said} is also that of {seen[key]}. Remove one of them.")
            seen.setdefault(key, place)
    raise_all(wrong)
    return [source for _, source in placed]


def read_lines(content: bytes, path: Path) -> list[Source]:
    """A source a line; empty lines and those that begin with # are left out, doubles too."""
    rows = [
        (number, {"url": line.strip()})
        for number, line in enumerate(_decode(content, path).splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    placed = read_rows(
        [row for _, row in rows],
        lambda _, row: make_source(row, path.absolute().parent),
        lambda number, _: f"{path}, line {rows[number][0]}",
    )
    return list({source.url: source for _, source in placed}.values())


def write_toml(sources: Sequence[Source]) -> str:
    """sources.toml with these sources, which `read_toml` reads as the same."""
    tables = [_write_table(print_settings(source)) for source in sources]
    return "\n".join(["# The sources of Copydesk: `copydesk sources sync` this file.\n", *tables])


def _write_table(values: Mapping[str, object]) -> str:
    rows = [f"{key} = {_write_value(values[key])}" for key in KEYS if key in values]
    return "\n".join(["[[source]]", *rows, ""])


def _write_value(value: object) -> str:
    """A TOML value: JSON writes texts, whole numbers, booleans and lists as TOML 1.0 reads them,
    but for DEL, which TOML wants escaped."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def write_sources(sources: Sequence[Source], form: FileFormat) -> str:
    """All sources as a file's text."""
    return write_toml(sources) if form is FileFormat.TOML else write_opml_text(sources)


def read_opml_file(content: bytes, path: Path) -> list[Source]:
    """The feeds of an OPML file, and the other sources where Copydesk wrote it."""
    from tasks.listings.opml import read_opml

    rows = [print_settings(source) for source in read_opml(content, str(path))]
    given = [{key: value for key, value in row.items() if value != ""} for row in rows]
    placed = read_rows(
        given,
        lambda _, row: make_source(row, path.absolute().parent),
        lambda _, row: f"{path}, outline of {row['url']}",
    )
    return check_doubles(placed)


def write_opml_text(sources: Sequence[Source]) -> str:
    """OPML 2.0 with these sources; what it has no word for is in attributes of our own."""
    from tasks.listings.opml import write_opml

    return write_opml(sources).decode("utf-8")
