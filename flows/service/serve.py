"""The process of a Prefect server that ends with `copydesk up`: `python -m flows.service.serve
HOST PORT`."""

from __future__ import annotations

import sys

from flows.service.lifeline import end_with_parent


def main() -> None:
    """Serve until told to end, by a signal or by the end of standard input."""
    end_with_parent()
    import uvicorn

    host, port = sys.argv[1:3]
    uvicorn.run(
        "prefect.server.api.server:create_app",
        factory=True,
        host=host,
        port=int(port),
        log_level="warning",
        timeout_graceful_shutdown=3,
    )


if __name__ == "__main__":
    main()
