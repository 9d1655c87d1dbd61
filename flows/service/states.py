"""What the runner says of runs to Prefect's server, and asks of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flows.service.deployments import Deployed

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun, State
    from prefect.client.schemas.responses import OrchestrationResult

CUT_SHORT = "its process ended before it did ({reason}). What it had done stays; the next goes on."
PASSED = "Its time had passed, and a later run makes up for it."


@dataclass(frozen=True, slots=True)
class Due:
    """A run that waits for its time."""

    id: UUID
    name: str
    deployment_id: UUID
    at: datetime
    automatic: bool


def list_due(
    client: SyncPrefectClient, deployed: Sequence[Deployed], before: datetime
) -> list[Due]:
    """The runs whose time comes before a moment, the earliest first."""
    ids = [each.id for each in deployed]
    runs = client.get_scheduled_flow_runs_for_deployments(ids, scheduled_before=before)
    return [
        Due(
            id=run.id,
            name=run.name,
            deployment_id=run.deployment_id,
            at=run.next_scheduled_start_time or before,
            automatic=bool(run.auto_scheduled),
        )
        for run in runs
        if run.deployment_id is not None
    ]


def secure(client: SyncPrefectClient, run_id: UUID) -> str | None:
    """Take the run, and with it its deployment's only slot. None when it is ours, else why not."""
    from prefect.exceptions import ObjectNotFound
    from prefect.states import Pending

    try:
        result: OrchestrationResult[Any] = client.set_flow_run_state(run_id, Pending())
    except ObjectNotFound:
        return "It was deleted."
    if result.state is not None and result.state.is_pending() and result.status == "ACCEPT":
        return None
    message = result.state.message if result.state else None
    return message or str(vars(result.details).get("reason") or result.status)


def skip(client: SyncPrefectClient, run_id: UUID) -> None:
    """Give up a run whose time has passed; one that was deleted is given up already."""
    from prefect.exceptions import ObjectNotFound

    with suppress(ObjectNotFound):
        _force(client, run_id, "CANCELLED", PASSED, name="Skipped")


def settle(client: SyncPrefectClient, run_id: UUID, reason: str) -> State[Any] | None:
    """The final state of a run whose process has ended; where the process left it without one, it
    is marked: cancelled where that was asked for, else crashed. None when the run was deleted."""
    from prefect.exceptions import ObjectNotFound

    try:
        state = client.read_flow_run(run_id).state
        if state is None or not state.is_final():
            cancelled = state is not None and state.is_cancelling()
            kind = "CANCELLED" if cancelled else "CRASHED"
            message = "Cancelled." if cancelled else _say_cut(reason)
            _force(client, run_id, kind, message)
            state = client.read_flow_run(run_id).state
    except ObjectNotFound:
        return None
    return state


def is_wanted(client: SyncPrefectClient, run_id: UUID) -> bool:
    """Whether a run that goes on is to go on: nobody has cancelled or deleted it."""
    from prefect.exceptions import ObjectNotFound

    try:
        state = client.read_flow_run(run_id).state
    except ObjectNotFound:
        return False
    return state is not None and not (state.is_cancelling() or state.is_cancelled())


def list_unfinished(client: SyncPrefectClient, deployed: Sequence[Deployed]) -> list[FlowRun]:
    """The runs that the server takes for going on. At the start of a runner none does."""
    states = ["PENDING", "RUNNING", "CANCELLING"]
    return _list_runs(client, [each.id for each in deployed], states)


def has_run_lately(client: SyncPrefectClient, each: Deployed) -> bool:
    """Whether a run was completed within the last interval of the schedule."""
    since = datetime.now(UTC) - timedelta(seconds=each.job.every)
    last = _list_runs(client, [each.id], ["COMPLETED"], most=1)
    return any(run.end_time is not None and run.end_time > since for run in last)


def free_slot(client: SyncPrefectClient, deployment_id: UUID) -> bool:
    """Take back the deployment's slot, which a server that was killed may have forgotten to. To be
    called while none of its runs goes on. Whether it was taken."""
    from prefect.client.schemas.actions import GlobalConcurrencyLimitUpdate
    from prefect.exceptions import ObjectNotFound

    name = f"deployment:{deployment_id}"
    try:
        limit = client.read_global_concurrency_limit_by_name(name)
    except ObjectNotFound:
        return False
    if not limit.active_slots:
        return False
    client.update_global_concurrency_limit(name, GlobalConcurrencyLimitUpdate(active_slots=0))
    return True


def _say_cut(reason: str) -> str:
    return CUT_SHORT.format(reason=reason)


def _force(
    client: SyncPrefectClient, run_id: UUID, kind: str, message: str, name: str | None = None
) -> None:
    from prefect.client.schemas.objects import State, StateType

    type_ = StateType(kind)
    state: State[Any] = State(type=type_, name=name or kind.capitalize(), message=message)
    client.set_flow_run_state(run_id, state, force=True)


def _list_runs(
    client: SyncPrefectClient,
    deployment_ids: Sequence[UUID],
    states: Sequence[str],
    most: int = 200,
) -> list[FlowRun]:
    """Runs in such states, those that ended last first."""
    from prefect.client.schemas import filters
    from prefect.client.schemas.objects import StateType
    from prefect.client.schemas.sorting import FlowRunSort

    kinds = filters.FlowRunFilterStateType(any_=[StateType(state) for state in states])
    return client.read_flow_runs(
        flow_run_filter=filters.FlowRunFilter(
            deployment_id=filters.FlowRunFilterDeploymentId(any_=list(deployment_ids)),
            state=filters.FlowRunFilterState(type=kinds),
        ),
        sort=FlowRunSort.END_TIME_DESC,
        limit=most,
    )
