"""What a run tells while it goes on and when it ends: to the command line, to Prefect's log and
as artifacts in Prefect's UI."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from prefect import get_run_logger
from prefect.artifacts import create_markdown_artifact, create_table_artifact

from flows.report import FieldChange, Progress, Reporter, RunReport
from tasks.live import HostState
from tasks.stages import Run
from tasks.tally import Tally
from warehouse.live_health import Health

# Set by whoever calls a flow in this process: parameters of a flow must be plain data.
REPORTER: ContextVar[Reporter | None] = ContextVar("REPORTER", default=None)


@contextmanager
def report_to(reporter: Reporter) -> Iterator[None]:
    """Send the progress of the flows called inside the block to `reporter`."""
    token = REPORTER.set(reporter)
    try:
        yield
    finally:
        REPORTER.reset(token)


def tell(run: Run, stage: str) -> None:
    """Tell the command line, where it listens, the counts so far."""
    reporter = REPORTER.get()
    if reporter is not None:
        reporter(Progress(stage, run.tally, time.monotonic() - run.started))


def tell_fetches(count: int) -> None:
    """Tell the command line, where it listens, how many fetches there were."""
    reporter = REPORTER.get()
    if reporter is not None:
        reporter(Progress(f"fetched {count:,}", Tally(), 0.0))


def show_fetches(report: RunReport, slowest: Sequence[HostState]) -> None:
    """Leave the fetches of a poll by outcome, and the hosts that were slowest, as artifacts."""
    counts = Counter(report.fetches)
    get_run_logger().info(
        "fetched: %s", ", ".join(f"{n} {name}" for name, n in counts.most_common()) or "nothing"
    )
    rows = [{"outcome": name, "fetches": n} for name, n in counts.most_common()]
    create_table_artifact(rows, key="copydesk-fetches", description="Fetches by outcome")
    hosts = [
        {
            "host": host.host,
            "seconds": round(host.latency or 0.0, 2),
            "failures": host.failures,
            "paused until": host.paused_until.isoformat() if host.paused_until else "",
            "because": host.pause_reason or "",
        }
        for host in slowest
    ]
    create_table_artifact(hosts, key="copydesk-hosts", description="The slowest hosts")


def show_health(health: Health) -> None:
    """Leave how the sources are doing as an artifact, the troubled ones first."""
    rows = [
        {
            "source": source.name,
            "last success": source.last_success_at.isoformat() if source.last_success_at else "",
            "failures": source.failures,
            "late": source.is_late,
            "pages in 24 h": source.pages_24h,
            "waiting": source.pending,
            "said": source.message or "",
        }
        for source in sorted(health.sources, key=lambda s: (-s.failures, not s.is_late, s.name))
    ]
    create_table_artifact(rows, key="copydesk-sources", description="The health of the sources")


def announce(run: Run, stage: str) -> None:
    """Tell the counts so far, and log them: once a batch, when nothing more will happen to it."""
    tell(run, stage)
    tally = run.tally
    get_run_logger().info(
        "%s: %d read, %d new, %d updated, %d unchanged, %d problems",
        *(stage, tally.read, tally.new, tally.updated, tally.unchanged, tally.problems),
    )


def summarize(run: Run, published: Path | None, changes: tuple[FieldChange, ...] = ()) -> RunReport:
    """The report of a finished run, also left as artifacts."""
    report = RunReport(
        run_id=run.id,
        status="completed",
        tally=run.tally,
        seconds=time.monotonic() - run.started,
        published=published,
        changes=changes,
    )
    create_markdown_artifact(
        write_markdown(run, report), key="copydesk-summary", description=f"Run {run.id}"
    )
    if report.tally.problems:
        rows = [{"code": c, "documents": n} for c, n in report.tally.problem_codes.most_common()]
        create_table_artifact(rows, key="copydesk-problems", description="Problems by code")
    return report


def write_markdown(run: Run, report: RunReport) -> str:
    """The summary as markdown: counts, stages, and where to query."""
    tally = report.tally
    lines = [
        f"# Run {report.run_id}",
        "",
        "| read | new | updated | unchanged | problems |",
        "|---|---|---|---|---|",
        f"| {tally.read} | {tally.new} | {tally.updated} | {tally.unchanged} | {tally.problems} |",
        "",
        "| stage | documents | batches | seconds |",
        "|---|---|---|---|",
        *(f"| {s} | {d} | {b} | {t:.2f} |" for s, d, b, t in run.clock.rows()),
        "",
    ]
    if tally.problems:
        lines.append(f"See the problems: `copydesk problems list --warehouse {report.published}`")
    if report.published:
        query = "select site, title, published_on from latest_articles limit 10"
        lines.append(f'Query it: `copydesk sql "{query}" --warehouse {report.published}`')
    return "\n".join(lines)
