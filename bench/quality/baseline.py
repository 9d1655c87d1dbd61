"""The pinned figures: a floor that cannot sink unseen.

Pinned are the figures of all pages and of each half. Precision and recall (F1 is their balance) and
single languages (few pages, some of them by a guess) are kept beside them and shown, and fail
nothing.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.quality.figures import HALVES, Row
from tasks.errors import UsageError

# What a figure may fall by before the gate fails: 0.0005, which is 0.05 of ROUGE's points.
TOLERANCE = 0.0005
DIGITS = 4
_SHOWN = frozenset({"precision", "recall"})


@dataclass(frozen=True, slots=True)
class Baseline:
    """Figures of one corpus by row and name, when they were measured and with what."""

    corpus: str
    date: str
    versions: Mapping[str, str]
    figures: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that is not what it was; None where it is not there (any more)."""

    row: str
    name: str
    before: float | None
    now: float | None
    pinned: bool

    @property
    def lowered(self) -> bool:
        """Whether a pinned figure is lower, by however little, or gone."""
        return self.pinned and self._fall() > 0

    @property
    def failed(self) -> bool:
        """Whether a pinned figure fell by more than the tolerance, or is gone."""
        return self.pinned and round(self._fall(), DIGITS) > TOLERANCE

    def _fall(self) -> float:
        if self.before is None:
            return 0.0
        return 1.0 if self.now is None else self.before - self.now


def make_baseline(digest: str, rows: Sequence[Row]) -> Baseline:
    """The figures of today, to four digits."""
    return Baseline(digest, str(datetime.now(UTC).date()), list_versions(), list_figures(rows))


def list_versions() -> dict[str, str]:
    """What the figures depend on beside the corpus."""
    packages = {name: version(name) for name in ("copydesk", "trafilatura")}
    return packages | {"python": platform.python_version()}


def list_figures(rows: Sequence[Row]) -> dict[str, dict[str, float]]:
    """The figures by row and name, to four digits."""
    return {
        row.key: {"pages": row.pages} | {n: round(f, DIGITS) for n, f in row.figures.items()}
        for row in rows
    }


def read_baseline(path: Path) -> Baseline:
    """The pinned figures of a file. UsageError where there are none."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return Baseline(values["corpus"], values["date"], values["versions"], values["figures"])
    except FileNotFoundError:
        raise UsageError(f"There is no baseline {path}.", "Write one with --pin (PIN=1).") from None
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} is no baseline ({error!r}).", "Restore it.") from error


def write_baseline(path: Path, baseline: Baseline) -> None:
    """The figures as a file that reads well in a diff: a row a line."""
    values = asdict(baseline)
    rows = ",\n".join(
        f"  {json.dumps(key)}: {json.dumps(figures)}" for key, figures in values["figures"].items()
    )
    head = json.dumps({**values, "figures": {}}, indent=1)
    path.write_text(head.replace('"figures": {}', f'"figures": {{\n{rows}\n }}') + "\n", "utf-8")


def compare(baseline: Baseline, today: Baseline) -> Iterator[Change]:
    """Every figure that differs in its four digits, in the order of the baseline, then new ones."""
    for key in {**baseline.figures, **today.figures}:
        before, after = baseline.figures.get(key, {}), today.figures.get(key, {})
        for name in {**before, **after}:
            if before.get(name) != after.get(name):
                yield Change(key, name, before.get(name), after.get(name), _is_pinned(key, name))


def _is_pinned(key: str, name: str) -> bool:
    return key.split()[-1] in HALVES and name not in _SHOWN
