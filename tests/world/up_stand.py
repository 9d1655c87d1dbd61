"""`copydesk up` with flows of the tests: `python -m tests.world.up_stand WAREHOUSE FOLDER EVERY
PORT [GRACE]`."""

from __future__ import annotations

import sys
from pathlib import Path

from flows.commands.up import launch
from flows.service.plan import Job
from flows.service.settings import UpSettings


def main() -> None:
    warehouse, folder, every, port, *rest = sys.argv[1:]
    parameters = {"warehouse": warehouse, "folder": folder}
    jobs = (
        Job("tests.world.up_flows:poll", float(every), parameters, at_once=True),
        Job("tests.world.up_flows:maintain", 3600, parameters, offset=1800),
    )
    grace = float(rest[0]) if rest else 30.0
    settings = UpSettings(Path(warehouse), port=int(port), grace=grace, json=True)
    sys.exit(launch(settings, jobs))


if __name__ == "__main__":
    main()
