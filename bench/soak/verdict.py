"""What must be true at the end of a soak."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.world.news_world import PageVersion

TERMINAL = frozenset({"COMPLETED", "FAILED", "CRASHED", "CANCELLED"})
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the table; `faults` is empty when all is well."""

    name: str
    figure: str
    faults: tuple[str, ...] = ()


def check_versions(wanted: Sequence[PageVersion], found: Sequence[tuple[str, str]]) -> list[Check]:
    """Every version that was published is there, once, under its title, and nothing else is."""
    marks = Counter(mark for mark, _ in found)
    titles = dict(found)
    known = {version.mark: version for version in wanted}
    missing = [f"{v.url} version {v.version}, sent {v.served} times" for v in wanted
               if v.mark not in marks]  # fmt: skip
    doubled = [f"{mark}: {count} times" for mark, count in marks.items() if count > 1]
    strange = [f"{mark or 'a page without a mark'}: {titles[mark]}" for mark in marks
               if mark not in known]  # fmt: skip
    wrong = [f"{mark}: {titles[mark]!r} for {version.title!r}" for mark, version in known.items()
             if mark in titles and titles[mark] != version.title]  # fmt: skip
    return [
        Check(
            "versions published", f"{len(wanted)} of {sum(v.version == 1 for v in wanted)} pages"
        ),
        Check("missing in the warehouse", str(len(missing)), tuple(missing)),
        Check("more than once in the warehouse", str(len(doubled)), tuple(doubled)),
        Check("never published", str(len(strange)), tuple(strange)),
        Check("with another title", str(len(wrong)), tuple(wrong)),
    ]


def check_runs(runs: Iterable[Mapping[str, Any]], patience: float, now: datetime) -> list[Check]:
    """No run hangs: what has begun, or was to begin `patience` seconds ago, has come to an end."""
    begun = [run for run in runs if run["state_type"] != "SCHEDULED" or is_late(run, patience, now)]
    stuck = [
        f"{run['name']}: {run['state_name']} since {began(run)}"
        for run in begun
        if run["state_type"] not in TERMINAL and is_late(run, patience, now)
    ]
    states = Counter(run["state_name"] for run in begun)
    told = ", ".join(f"{count} {name}" for name, count in states.most_common())
    failed = [f"{run['name']}: {run['state']['message']}" for run in begun
              if run["state_type"] == "FAILED"]  # fmt: skip
    nothing = () if states["Completed"] else ("no run was completed",)
    return [
        Check("runs", told, nothing),
        Check("runs that failed", str(len(failed)), tuple(failed)),
        Check("runs that hang", str(len(stuck)), tuple(stuck)),
    ]


def began(run: Mapping[str, Any]) -> str:
    """When a run began, or was to begin, as ISO 8601 has it."""
    return str(run["start_time"] or run["expected_start_time"])


def is_late(run: Mapping[str, Any], patience: float, now: datetime) -> bool:
    """Whether a run began, or was to begin, so many seconds ago."""
    return now - datetime.fromisoformat(began(run)) > timedelta(seconds=patience)


def check_pace(summary: Mapping[str, Mapping[str, Any]], paces: Mapping[str, float]) -> list[Check]:
    """No host was asked more often than every so many seconds, or by two at the same time."""
    gaps = {host: figures["least_gap"] for host, figures in summary.items()}
    fast = [f"{host}: {gaps[host]:.3f} s of {paces[host]} s" for host in list_fast(summary, paces)]
    crowded = [f"{host}: {figures['most_busy']}" for host, figures in summary.items()
               if figures["most_busy"] > 1]  # fmt: skip
    least = min((gap for gap in gaps.values() if gap is not None), default=0.0)
    requests = sum(figures["requests"] for figures in summary.values())
    agents = {agent for figures in summary.values() for agent in figures["agents"]}
    unnamed = [agent for agent in agents if not agent.startswith("copydesk/")]
    return [
        Check("requests", str(requests)),
        Check("least gap at a host", f"{least:.3f} s of {min(paces.values())} s", tuple(fast)),
        Check("hosts asked twice at a time", str(len(crowded)), tuple(crowded)),
        Check("user agents", ", ".join(sorted(agents)), tuple(unnamed)),
    ]


def list_fast(summary: Mapping[str, Mapping[str, Any]], paces: Mapping[str, float]) -> list[str]:
    """The hosts that were asked too soon after another request."""
    gaps = {host: figures["least_gap"] for host, figures in summary.items()}
    return [host for host, gap in gaps.items() if gap is not None and gap < paces[host]]


def print_table(checks: Iterable[Check]) -> tuple[str, bool]:
    """The table, and whether all is well."""
    lines, well = [], True
    for check in checks:
        sign = "  " if not check.faults else "! "
        lines.append(f"{sign}{check.name:32} {check.figure}")
        lines += [f"      {fault}" for fault in check.faults[:_SHOWN]]
        if len(check.faults) > _SHOWN:
            lines.append(f"      and {len(check.faults) - _SHOWN} more")
        well = well and not check.faults
    return "\n".join(lines) + "\n", well


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)
