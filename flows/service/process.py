"""The process of one run. It is forked from a server that has loaded all that runs need, so that a
run begins in a tenth of a second and costs no imports; what it leaks goes with it."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any, cast
from uuid import UUID

from flows.service.plan import Plan

WARM = "flows.service.warm"


def choose_context(entrypoints: Sequence[str]) -> BaseContext:
    """Where runs are forked from; a plain fork would copy the runner's threads and connections."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    modules = [entrypoint.partition(":")[0] for entrypoint in entrypoints]
    context.set_forkserver_preload([WARM, *modules])
    return context


def start(context: BaseContext, target: object, *arguments: object) -> BaseProcess:
    """Start a function of this module in a process of its own."""
    process: BaseProcess = cast("Any", context).Process(target=target, args=arguments)
    process.start()
    return process


def perform(entrypoint: str, run_id: UUID) -> None:
    """Do one run, and exit as Prefect's engine does: 0 unless something went wrong that the run's
    state does not tell."""
    _live_with_runner()
    from prefect.client.orchestration import get_client
    from prefect.engine import handle_engine_signals
    from prefect.flow_engine import run_flow

    from flows.server import run_briefly
    from flows.service.deployments import load_flow

    flow = load_flow(entrypoint)
    with get_client(sync_client=True) as client:
        run = client.read_flow_run(run_id)
    # Nobody needs heartbeats: the runner sees at once when this process ends.
    with handle_engine_signals(run.id), run_briefly():
        run_flow(flow, flow_run=run, return_type="state")


def deploy_plan(plan: Plan, pipe: Connection) -> None:
    """Bring the server's deployments in line with the plan and send what they are; here, because
    it takes the flows themselves, and the runner does without."""
    _live_with_runner()
    from prefect.client.orchestration import get_client

    from flows.service.deployments import deploy

    with get_client(sync_client=True) as client:
        pipe.send(deploy(client, plan))


def _live_with_runner() -> None:
    """End with the runner, and not by a signal that is meant for `up`."""
    from flows.service.lifeline import end_with, refuse_signals

    refuse_signals()
    parent = multiprocessing.parent_process()
    if parent is not None and sys.platform != "win32":
        end_with(parent.sentinel)
