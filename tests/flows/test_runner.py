"""The options of a command are the parameters of its flow."""

from __future__ import annotations

import inspect
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest

from flows.report import (
    IngestOptions,
    MaintainOptions,
    PollOptions,
    RepairOptions,
    ReprocessOptions,
)
from flows.runner import list_parameters


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("ingest", IngestOptions),
        ("reprocess", ReprocessOptions),
        ("poll", PollOptions),
        ("maintain", MaintainOptions),
        ("repair", RepairOptions),
    ],
)
def test_every_option_is_a_parameter_of_the_flow(name, options):
    flow = getattr(import_module(f"flows.{name}"), name)
    assert {field.name for field in fields(options)} == set(inspect.signature(flow.fn).parameters)


def test_tuples_are_lists():
    given = list_parameters(PollOptions(Path("news.duckdb"), ("a", "b")))
    assert given["sources"] == ["a", "b"]
    assert given["warehouse"] == Path("news.duckdb")
    assert given["limits"].document_bytes > 0
