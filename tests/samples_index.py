"""The sample pages and what a careful reader sees on them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parent / "samples"
GOLDEN = Path(__file__).parent / "golden"
MUST_FAIL = {"pages/front-page.html", "pages/truncated.html.gz"}


def list_golden() -> list[str]:
    """The names of the golden files, without `.json`."""
    return sorted(path.stem for path in GOLDEN.glob("*.json"))


def load_golden(name: str) -> dict[str, Any]:
    """The truth about one document; `file`, `warc` or `manifest` says where it is."""
    truth: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))
    return truth
