"""The times of a run as a trace."""

from __future__ import annotations

import json

import pytest

from estimator.cli.inside.timeline import Timeline
from estimator.core.dtypes import float32
from estimator.formats import messages
from estimator.functions.arrays import placeholder
from estimator.graph.graph import Graph
from estimator.runtime.session import Session


def test_a_trace_names_the_operations_of_a_run() -> None:
    with Graph().as_default() as graph:
        fed = placeholder(float32, [2])
        total = fed + 3.0
    metadata = messages.RunMetadata()
    options = messages.RunOptions(trace_level=messages.RunOptions.FULL_TRACE)
    Session(graph=graph).run(total, {fed: [1.0, 2.0]}, options=options, run_metadata=metadata)
    timeline = Timeline(metadata.step_stats, graph=graph)
    events = json.loads(timeline.generate_chrome_trace_format())["traceEvents"]
    assert total.op.name in {event["args"]["name"] for event in events if event["ph"] == "X"}
    with pytest.raises(ValueError, match="show_memory=True is not available"):
        timeline.generate_chrome_trace_format(show_memory=True)
