"""What every run needs, loaded once by the process that runs are forked from."""

from __future__ import annotations

import prefect.artifacts
import prefect.client.orchestration
import prefect.engine
import prefect.flow_engine
import prefect.logging.handlers
import prefect.task_engine
import prefect.task_runners  # noqa: F401
