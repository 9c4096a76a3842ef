"""There is one processor, and no compiler of graphs."""

from __future__ import annotations

from estimator.cli.inside.devices import GraphOrParentsInXlaContext, list_local_devices
from estimator.graph.graph import Graph


def test_the_processor_is_the_one_device() -> None:
    (device,) = list_local_devices()
    assert (device.name, device.device_type) == ("/device:CPU:0", "CPU")


def test_no_graph_is_compiled_by_xla() -> None:
    assert GraphOrParentsInXlaContext(Graph()) is False
