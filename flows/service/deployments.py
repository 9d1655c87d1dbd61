"""The deployments of a plan on Prefect's server: made where they are not there, changed where they
differ, and otherwise left alone, with the schedules that people gave them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from flows.service.plan import ANCHOR, Job, Plan

if TYPE_CHECKING:
    from prefect import Flow
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.responses import DeploymentResponse
    from prefect.client.schemas.schedules import IntervalSchedule

NAME = "up"
SLUG = "copydesk-up"  # our schedule among those of a deployment


@dataclass(frozen=True, slots=True)
class Deployed:
    """A job as the server knows it."""

    id: UUID
    flow: str
    job: Job


def deploy(client: SyncPrefectClient, plan: Plan) -> list[Deployed]:
    """Bring the server's deployments in line with the plan."""
    return [_deploy_job(client, plan, job) for job in plan.jobs]


def load_flow(entrypoint: str) -> Flow[Any, Any]:
    """The flow that "module:function" names."""
    module, _, function = entrypoint.partition(":")
    return cast("Flow[Any, Any]", vars(import_module(module))[function])


def _deploy_job(client: SyncPrefectClient, plan: Plan, job: Job) -> Deployed:
    from prefect.client.schemas.actions import DeploymentUpdate

    flow = load_flow(job.entrypoint)
    name, known = _find(client, flow.name, plan.warehouse_id)
    wanted = _describe(flow, plan, job)
    if known is None:
        flow_id = client.create_flow_from_name(flow.name)
        created = client.create_deployment(flow_id=flow_id, name=name, **wanted)
        known = client.read_deployment(created)
    else:
        _update(client, known, wanted)
    if _set_schedule(client, known.id, job):
        # The server's scheduler looks at once at a deployment that was changed just now, and at
        # the others within a minute.
        client.update_deployment(known.id, DeploymentUpdate(description=job.description))
    return Deployed(known.id, flow.name, job)


def _find(
    client: SyncPrefectClient, flow: str, warehouse_id: str
) -> tuple[str, DeploymentResponse | None]:
    """The name for our deployment, and what has it already. "up", unless another warehouse's
    `copydesk up` has that."""
    from prefect.exceptions import ObjectNotFound

    for name in (NAME, f"{NAME}-{warehouse_id}"):
        try:
            known = client.read_deployment_by_name(f"{flow}/{name}")
        except ObjectNotFound:
            return name, None
        if _tag(warehouse_id) in known.tags:
            return name, known
    return name, known


def _tag(warehouse_id: str) -> str:
    return f"warehouse:{warehouse_id}"


def _describe(flow: Flow[Any, Any], plan: Plan, job: Job) -> dict[str, Any]:
    """What the server is to know of the job."""
    from prefect.client.schemas.objects import ConcurrencyLimitStrategy, ConcurrencyOptions

    strategy = ConcurrencyLimitStrategy.CANCEL_NEW
    return {
        "parameters": dict(job.parameters),
        "description": job.description,
        "tags": ["copydesk", _tag(plan.warehouse_id)],
        "entrypoint": job.entrypoint,
        "path": str(Path.cwd()),
        "concurrency_limit": 1,
        "concurrency_options": ConcurrencyOptions(collision_strategy=strategy),
        "parameter_openapi_schema": flow.parameters.model_dump_for_openapi(),
        "enforce_parameter_schema": True,
    }


def _update(client: SyncPrefectClient, known: DeploymentResponse, wanted: dict[str, Any]) -> None:
    """Change what differs. An update takes back the runs that are scheduled, which are then made
    anew, so there is none without need."""
    from prefect.client.schemas.actions import DeploymentUpdate

    now = known.model_dump()
    limit = known.global_concurrency_limit
    now["concurrency_limit"] = limit.limit if limit else None
    now["concurrency_options"] = known.concurrency_options
    changed = {key: value for key, value in wanted.items() if now.get(key) != value}
    if changed:
        client.update_deployment(known.id, DeploymentUpdate(**changed))


def _set_schedule(client: SyncPrefectClient, deployment_id: UUID, job: Job) -> bool:
    """Have our schedule among the deployment's. One that was switched off in the UI stays so.
    Whether it had to be changed."""
    from prefect.client.schemas.actions import DeploymentScheduleCreate

    wanted = _make_schedule(job)
    ours = [s for s in client.read_deployment_schedules(deployment_id) if s.slug == SLUG]
    if not ours:
        new = DeploymentScheduleCreate(schedule=wanted, slug=SLUG)
        client.create_deployment_schedules(deployment_id, [new])
    elif ours[0].schedule != wanted:
        client.update_deployment_schedule(deployment_id, ours[0].id, schedule=wanted)
    else:
        return False
    return True


def _make_schedule(job: Job) -> IntervalSchedule:
    from prefect.client.schemas.schedules import IntervalSchedule

    return IntervalSchedule(
        interval=timedelta(seconds=job.every),
        anchor_date=ANCHOR + timedelta(seconds=job.offset),
        timezone="UTC",
    )
