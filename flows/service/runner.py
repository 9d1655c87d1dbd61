"""The process that starts runs when they are due: `python -m flows.service.runner`, a child of
`copydesk up`.

Prefect's own runner starts a Python interpreter a run and has it import everything (3 s of CPU);
this one forks a process that has it all (`process.py`). It is the only one that runs the plan's
deployments: whatever the server takes for going on when it starts was cut short.

Standard input: the plan, then `stop` or its end. Standard output: events, JSON a line each.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import FileIO
from multiprocessing.connection import wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Any, TextIO

from flows.service import process, states
from flows.service.deployments import Deployed
from flows.service.lifeline import refuse_signals, take_input, take_output
from flows.service.plan import Plan, read_plan

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

QUERY_SECONDS = 3.0  # between two looks at the server; a run asked for in its UI waits so long
SOON = 30.0  # seconds; a run that the schedule starts so soon need not be started at once


@dataclass(slots=True)
class Under:
    """A run that is under way."""

    due: states.Due
    process: BaseProcess
    started: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    killed_for: str | None = None

    def kill(self, reason: str) -> None:
        """End the process; `reason` tells people why."""
        self.killed_for = reason
        self.process.kill()

    def describe_end(self) -> str:
        """Why the process ended."""
        code = self.process.exitcode
        ended = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        return self.killed_for or ended


@dataclass(slots=True)
class Runner:
    """Starts runs, watches them, and files how they ended."""

    plan: Plan
    client: SyncPrefectClient
    context: BaseContext
    input: FileIO
    output: TextIO
    deployed: list[Deployed] = field(default_factory=list)
    running: list[Under] = field(default_factory=list)
    ended: list[Under] = field(default_factory=list)  # the server does not know it yet
    stop_at: float | None = None  # by the monotonic clock: when runs are cut short
    doubtful: bool = True  # what we and the server think of runs may differ

    def run(self) -> None:
        """Work until told to stop, and until the runs under way have ended or been ended."""
        while self.stop_at is None and not self._is_ready():
            self._listen(QUERY_SECONDS)
        while self.stop_at is None or self.running:
            self._listen(self._work())
        self._work()

    def _is_ready(self) -> bool:
        """Get ready, where the server lets us; doing it twice does no harm."""
        try:
            self._get_ready()
        except _unreachable() as error:
            self._say("server-silent", reason=str(error))
            return False
        return True

    def _get_ready(self) -> None:
        """Deploy, and put right what an earlier runner left."""
        self.deployed = self._deploy()
        self._settle_strays("the runner was killed")
        for each in self.deployed:
            states.free_slot(self.client, each.id)
            self._tell("scheduled", each.id, None, every=each.job.every)
            if each.job.at_once:
                self._ask_at_once(each)

    def _settle_strays(self, reason: str) -> None:
        """Mark the runs that the server takes for going on, and nobody does."""
        known = {under.due.id for under in [*self.running, *self.ended]}
        for run in states.list_unfinished(self.client, self.deployed):
            if run.id not in known:
                states.settle(self.client, run.id, reason)
                self._tell("run-crashed", run.deployment_id, run.name, message=reason)
        self.doubtful = False

    def _deploy(self) -> list[Deployed]:
        ours, theirs = self.context.Pipe(duplex=False)
        worker = process.start(self.context, process.deploy_plan, self.plan, theirs)
        theirs.close()
        try:
            deployed: list[Deployed] = ours.recv()
        except EOFError:
            worker.join()
            raise SystemExit(
                f"The plan could not be deployed (exit code {worker.exitcode})."
            ) from None
        worker.join()
        return deployed

    def _ask_at_once(self, each: Deployed) -> None:
        """Have a run now, unless there was one lately, or one comes anyway."""
        now = datetime.now(UTC)
        soon = timedelta(seconds=min(SOON, each.job.every / 2))
        if (
            each.job.next_start(now) > now + soon
            and not states.list_due(self.client, [each], now)
            and not states.has_run_lately(self.client, each)
        ):
            self.client.create_flow_run_from_deployment(each.id)

    def _work(self) -> float:
        """Do what is due now; the seconds until something may be due next."""
        self._reap()
        if self._end_if_late():
            return 0.2
        try:
            self._settle_ended()
            if self.doubtful:
                self._settle_strays("the server was away when it was to begin")
            self._end_unwanted()
            return QUERY_SECONDS if self.stop_at else self._start_due()
        except _unreachable() as error:
            self.doubtful = True
            self._say("server-silent", reason=str(error))
            return QUERY_SECONDS

    def _listen(self, seconds: float) -> None:
        """Wait for the next thing to happen: an order, a run's end, or the time."""
        if self.stop_at is not None:
            seconds = min(seconds, max(0.0, self.stop_at - time.monotonic()))
        sentinels = [under.process.sentinel for under in self.running]
        ready = wait([self.input.fileno(), *sentinels], max(0.01, seconds))
        self._say("alive")
        if self.input.fileno() in ready:
            self._obey(self.input.readline().decode())

    def _obey(self, order: str) -> None:
        if not order:  # `up` is gone, and nobody is told anything any more
            os._exit(1)  # the runs' processes see it and end, too
        if order.strip() == "stop" and self.stop_at is None:
            self.stop_at = time.monotonic() + self.plan.grace

    def _start_due(self) -> float:
        """Start what is due; the seconds until the next run is, at most `QUERY_SECONDS`."""
        now = datetime.now(UTC)
        horizon = now + timedelta(seconds=QUERY_SECONDS)
        due = states.list_due(self.client, self.deployed, horizon)
        for run in self._skip_passed([run for run in due if run.at <= now]):
            self._start(run)
        coming = [(run.at - now).total_seconds() for run in due if run.at > now]
        return min([QUERY_SECONDS, *coming])

    def _skip_passed(self, due: list[states.Due]) -> list[states.Due]:
        """Of the schedule's runs only the last of each deployment is made up for; what people ask
        for is done."""
        last = {run.deployment_id: run.id for run in due if run.automatic}
        passed = [run for run in due if run.automatic and last[run.deployment_id] != run.id]
        for run in passed:
            states.skip(self.client, run.id)
        for each in self.deployed:
            count = sum(run.deployment_id == each.id for run in passed)
            if count:
                self._tell("runs-skipped", each.id, None, count=count)
        return [run for run in due if run not in passed]

    def _start(self, due: states.Due) -> None:
        busy = any(under.due.deployment_id == due.deployment_id for under in self.running)
        if not busy:
            states.free_slot(self.client, due.deployment_id)
        refusal = states.secure(self.client, due.id)
        if refusal is not None:
            self._tell("run-skipped", due.deployment_id, due.name, message=refusal)
            return
        entrypoint = self._find(due.deployment_id).job.entrypoint
        started = process.start(self.context, process.perform, entrypoint, due.id)
        self.running.append(Under(due, started))
        self._tell("run-started", due.deployment_id, due.name, pid=started.pid)

    def _reap(self) -> None:
        for under in [u for u in self.running if not u.process.is_alive()]:
            under.seconds = time.monotonic() - under.started
            self.running.remove(under)
            self.ended.append(under)

    def _settle_ended(self) -> None:
        """File how runs ended; what the server did not hear is told again later."""
        while self.ended:
            under = self.ended[0]
            state = states.settle(self.client, under.due.id, under.describe_end())
            self.ended.pop(0)
            self._tell(
                f"run-{state.type.value.lower() if state else 'deleted'}",
                under.due.deployment_id,
                under.due.name,
                seconds=round(under.seconds, 2),
                message=((state.message if state else None) or "")[:500],
            )

    def _end_unwanted(self) -> None:
        for under in self.running:
            if not states.is_wanted(self.client, under.due.id):
                under.kill("it was cancelled")

    def _end_if_late(self) -> bool:
        """Cut short what still runs when the time to finish is over."""
        late = self.stop_at is not None and time.monotonic() >= self.stop_at and self.running
        if late:
            for under in self.running:
                under.kill("copydesk up was stopped")
        return bool(late)

    def _find(self, deployment_id: object) -> Deployed:
        return next(each for each in self.deployed if each.id == deployment_id)

    def _tell(self, event: str, deployment_id: object, run: str | None, **facts: Any) -> None:  # noqa: ANN401
        named = {"run": run} if run else {}
        self._say(event, flow=self._find(deployment_id).flow, **named, **facts)

    def _say(self, event: str, **facts: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
        try:
            self.output.write(json.dumps({"event": event, **facts}) + "\n")
        except OSError:  # the pipe's reader is gone, and so are we
            os._exit(1)


def _unreachable() -> tuple[type[Exception], ...]:
    """What the client raises while the server is away or not well."""
    import httpx

    return (httpx.TransportError, httpx.HTTPStatusError)


def main() -> None:
    """Run the plan that standard input holds."""
    refuse_signals()
    stdin, stdout = take_input(), take_output()
    plan = read_plan(stdin.readline().decode())
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, temporary_settings

    context = process.choose_context([job.entrypoint for job in plan.jobs])
    # We look again soon ourselves, and have more to do than to wait for one answer.
    with (
        temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}),
        get_client(sync_client=True) as client,
    ):
        Runner(plan, client, context, stdin, stdout).run()


if __name__ == "__main__":
    main()
