"""What completed runs have learned of the sites, on its way to the workers of the next run.

A run fixes it in a file of its own when it begins, so that all of its documents are edited alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

# Site → hash of a template line → the article that keeps it.
Template = Mapping[str, Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class Learned:
    """By site (a host without www): `lines` are its template, `zones` its IANA time zone."""

    lines: Template = field(default_factory=dict)
    zones: Mapping[str, str] = field(default_factory=dict)


def gather_learned(
    lines: Iterable[tuple[str, int, str]], zones: Iterable[tuple[str, str]]
) -> Learned:
    """From rows of (site, line hash, keeping article) and of (site, zone)."""
    found: dict[str, dict[int, str]] = {}
    for site, number, keeper in lines:
        found.setdefault(site, {})[number] = keeper
    return Learned(found, dict(zones))


def write_learned(
    path: Path, lines: Iterable[tuple[str, int, str]], zones: Iterable[tuple[str, str]]
) -> None:
    """Write the rows as lines of a file, each with its kind, tabs between the values."""
    rows = [f"line\t{site}\t{number}\t{keeper}\n" for site, number, keeper in lines]
    rows += [f"zone\t{site}\t{zone}\n" for site, zone in zones]
    path.write_text("".join(rows), encoding="utf-8", errors="replace")


@lru_cache(maxsize=1)
def read_learned(path: Path) -> Learned:
    """What `write_learned` wrote. Read once a process: a path always has the same content."""
    lines: list[tuple[str, int, str]] = []
    zones: list[tuple[str, str]] = []
    for row in path.read_text(encoding="utf-8").splitlines():
        kind, site, *values = row.split("\t")
        if kind == "line":
            lines.append((site, int(values[0]), values[1]))
        else:
            zones.append((site, values[0]))
    return gather_learned(lines, zones)
