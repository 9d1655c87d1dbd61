"""Sources as tables: what changed, how each is doing, and live news as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.text import Text

from flows.durations import format_duration, round_duration
from flows.show.console import name_command, open_stdout, show_controls, write_json_line
from flows.show.facts import Facts, format_moment, show_facts
from flows.show.rows import show_table
from flows.sources.changes import Changes, list_differences
from flows.sources.settings import print_settings
from flows.sources.standing import Standing, State, judge_source, settings_record
from tasks.live import Outcome, Source
from warehouse.live_health import Health

# So many changed sources are shown one by one.
MOST_SHOWN = 500
NAMED = 5
NO_SOURCES = "There are no sources yet."


def show_changes(
    changes: Changes,
    warehouse: Path,
    quiet: bool = False,
    json: bool = False,
    planned: bool = False,
) -> None:
    """What was changed, or would be."""
    if json:
        write_json_line({**changes_record(changes), "planned": planned})
    elif not quiet:
        _print_changes(changes, planned)
        if changes.added and not planned:
            [first, *more] = changes.added
            verb = "sources check" if more else f"sources check {first.name}"
            hint = f"Look at {'them' if more else 'it'}: {name_command(verb, warehouse)}"
            open_stdout().print(Text(hint, style="dim"), soft_wrap=True)


def changes_record(changes: Changes) -> dict[str, object]:
    """What was changed, as JSON."""
    return {
        "added": [settings_record(source) for source in changes.added],
        "changed": [_change_record(old, new) for old, new in changes.changed],
        "removed": [source.name for source in changes.removed],
        "same": changes.same,
    }


def _change_record(old: Source, new: Source) -> dict[str, object]:
    return {
        "name": old.name,
        "before": settings_record(old),
        "after": settings_record(new),
    }


def _print_changes(changes: Changes, planned: bool) -> None:
    console = open_stdout()
    lines = list(_list_changes(changes))
    for mark, style, text in lines[:MOST_SHOWN]:
        console.print(Text(f"{mark} {show_controls(text)}", style=style), soft_wrap=True)
    if len(lines) > MOST_SHOWN:
        console.print(f"… and {len(lines) - MOST_SHOWN:,} more")
    console.print(_summarise(changes, planned))


def _list_changes(changes: Changes) -> Iterator[tuple[str, str, str]]:
    for source in changes.added:
        yield "+", "green", f"{source.name}  {source.kind}  {source.url}"
    for old, new in changes.changed:
        said = ", ".join(f"{key} {a} → {b}" for key, a, b in list_differences(old, new))
        yield "~", "yellow", f"{old.name}  {said}"
    for source in changes.removed:
        yield "-", "red", f"{source.name}  {source.kind}  {source.url}"


def _summarise(changes: Changes, planned: bool) -> str:
    counts = (
        ("add" if planned else "added", len(changes.added)),
        ("change" if planned else "changed", len(changes.changed)),
        ("remove" if planned else "removed", len(changes.removed)),
    )
    said = ", ".join(f"{verb} {count:,}" for verb, count in counts if count)
    kept = f"{changes.same:,} as before"
    if not said:
        return f"Nothing {'would change' if planned else 'changed'}: {kept}."
    parts = [said, kept] if changes.same else [said]
    return f"{'Would ' if planned else ''}{'; '.join(parts)}.".capitalize()


def show_sources(standings: Sequence[Standing], warehouse: Path, failing: bool) -> None:
    """Sources as a table, and how to go on."""
    console = open_stdout()
    if not standings:
        if failing:
            console.print("No source is failing.")
        else:
            hint = name_command("sources add URL", warehouse)
            console.print(Text(f"{NO_SOURCES} Add one: {hint}"), soft_wrap=True)
        return
    columns = ("name", "kind", "state", "every", "last success", "pages 24 h", "next", "address")
    show_table(columns, (_list_cells(each) for each in standings), 0, console.file)


def _list_cells(standing: Standing) -> tuple[object, ...]:
    source, health = standing.source, standing.health
    return (
        source.name,
        source.kind.value,
        describe_state(standing),
        describe_every(standing),
        describe_age(health.last_success_at),
        health.pages_24h,
        describe_ahead(health.next_at) if health.enabled else "–",
        source.url,
    )


def describe_state(standing: Standing) -> str:
    """The state, with what went wrong and how often."""
    health, state = standing.health, standing.state
    if state in (State.FAILING, State.BUSY):
        why = health.code or (f"HTTP {health.status}" if health.status else health.outcome)
        often = f", {health.failures:,} in a row" if health.failures else ""
        return f"{state.value}: {why}{often}"
    if state is State.PARTLY:
        return f"{health.failing:,} of {health.listings:,} listings failing"
    return state.value


def describe_every(standing: Standing) -> str:
    """The time between polls, marked ~ where it follows the source."""
    if standing.source.every is not None:
        return format_duration(standing.source.every)
    interval = standing.health.interval
    return "auto" if interval is None else f"~{format_duration(interval)}"


def describe_age(moment: datetime | None) -> str:
    """How long ago, about."""
    if moment is None:
        return "never"
    return f"{round_duration(max(0.0, (datetime.now(UTC) - moment).total_seconds()))} ago"


def describe_ahead(moment: datetime | None) -> str:
    """In how long, about."""
    if moment is None:
        return "–"
    seconds = (moment - datetime.now(UTC)).total_seconds()
    return "now" if seconds <= 0 else f"in {round_duration(seconds)}"


def show_source(standing: Standing, warehouse: Path) -> None:
    """One source in full, and what to do about it."""
    show_facts([*_list_settings(standing.source), *_list_health(standing)])
    name = standing.source.name
    hints = [("Change it", f"edit {name} …"), ("Look at it now", f"check {name}")]
    for said, verb in hints:
        command = name_command(f"sources {verb}", warehouse)
        open_stdout().print(Text(f"{said}: {command}", style="dim"), soft_wrap=True)


def _list_settings(source: Source) -> Iterator[tuple[str, str]]:
    for key, value in {**print_settings(source), "enabled": source.enabled}.items():
        if isinstance(value, bool):
            yield "Polled", "yes" if value else "no"
        elif isinstance(value, list):
            yield "Revisits", ", ".join(value) or "never"
        else:
            yield key.replace("_", " ").capitalize(), show_controls(str(value))


def _list_health(standing: Standing) -> Facts:
    health = standing.health
    return [
        ("State", describe_state(standing)),
        ("Added", format_moment(health.added_at)),
        ("Last success", _describe_moment(health.last_success_at)),
        ("Last fetch", _describe_moment(health.last_fetch_at)),
        ("Last outcome", _describe_outcome(standing)),
        ("Next poll", describe_ahead(health.next_at) if health.enabled else "–"),
        ("Interval now", format_duration(health.interval) if health.interval else "–"),
        ("Listings", f"{health.listings:,}, {health.failing:,} failing"),
        ("Pages, 24 h", f"{health.pages_24h:,}"),
        ("Pages waiting", f"{health.pending:,}"),
    ]


def _describe_moment(moment: datetime | None) -> str:
    return "never" if moment is None else f"{format_moment(moment)}, {describe_age(moment)}"


def _describe_outcome(standing: Standing) -> str:
    health = standing.health
    parts = (health.outcome, f"HTTP {health.status}" if health.status else None, health.message)
    return ", ".join(show_controls(str(part)) for part in parts if part) or "–"


def list_live_facts(live: Health) -> Facts:
    """Live news as a whole, for `copydesk status`."""
    poll = live.last_runs.get("poll")
    return [
        ("Sources", describe_sources(live)),
        ("Last poll", _describe_moment(poll.finished_at) if poll else "never"),
        ("Last news", describe_age(find_last_success(live))),
        ("Pages waiting", describe_waiting(live)),
        ("Fetches, 24 h", _describe_counts(live.fetches_24h, live.outcomes_24h)),
        ("Paused hosts", describe_paused(live)),
        ("Problems, 24 h", describe_growth(live)),
    ]


def find_last_success(live: Health) -> datetime | None:
    """When any source was last read well."""
    times = [each.last_success_at for each in live.sources if each.last_success_at is not None]
    return max(times, default=None)


def describe_sources(live: Health) -> str:
    """How many are in which state; those that fail are named."""
    states = [(judge_source(each), each.name) for each in live.sources]
    parts = []
    for state in State:
        names = [name for found, name in states if found is state]
        if names:
            parts.append(f"{len(names):,} {state}{_name_some(names, state)}")
    return f"{len(states):,}: {', '.join(parts)}"


def _name_some(names: Sequence[str], state: State) -> str:
    if state not in (State.FAILING, State.PARTLY, State.LATE):
        return ""
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return f" ({', '.join(names[:NAMED])}{more})"


def describe_waiting(live: Health) -> str:
    """How many pages are due, and since when."""
    if live.oldest_pending_at is None:
        return f"{live.pending_pages:,}"
    return f"{live.pending_pages:,}, the oldest due {describe_age(live.oldest_pending_at)}"


def _describe_counts(total: int, counts: dict[Outcome, int]) -> str:
    said = ", ".join(f"{name} {count:,}" for name, count in counts.items())
    return f"{total:,} ({said})" if said else f"{total:,}"


def describe_paused(live: Health) -> str:
    """The hosts that are left alone, until when and why."""
    if not live.paused:
        return "none"
    shown = [
        f"{host.host} until {format_moment(host.until)} ({host.reason or 'no reason kept'})"
        for host in live.paused[:NAMED]
    ]
    more = [f"and {len(live.paused) - NAMED:,} more"] if len(live.paused) > NAMED else []
    return show_controls("; ".join([*shown, *more]))


def describe_growth(live: Health) -> str:
    """How open problems changed within a day, by code."""
    codes = {**live.problems, **live.problems_before}
    grown = {code: live.problems.get(code, 0) - live.problems_before.get(code, 0) for code in codes}
    total = sum(grown.values())
    said = ", ".join(
        f"{code} {count:+,}"
        for code, count in sorted(grown.items(), key=lambda row: -row[1])
        if count
    )
    return f"{total:+,} ({said})" if said else "none more"
