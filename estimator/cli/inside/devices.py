"""The devices of this machine, and what asks whether it is a TPU or compiled by XLA: it has a processor.

Source: tensorflow/python/client/device_lib.py, tensorflow/python/tpu/tpu_function.py, tensorflow/python/tf2.py,
tensorflow/python/ops/control_flow_util.py
"""

from __future__ import annotations

from typing import Any

from estimator.core.named_tuple import NamedTuple
from estimator.formats import messages


def list_local_devices(session_config: Any = None) -> list[Any]:  # messages have no static class
    """The devices of this machine that compute: its processor, as a DeviceAttributes.

    Source
    ------
    tensorflow/python/client/device_lib.py
    """
    return [messages.DeviceAttributes(name="/device:CPU:0", device_type="CPU")]


class TpuContext(NamedTuple):
    """Over how many parts of a TPU a graph is spread: there is none."""

    number_of_shards: int | None = None


def get_tpu_context() -> TpuContext:
    """What layers ask that sum over the parts of a TPU.

    Source
    ------
    tensorflow/python/tpu/tpu_function.py
    """
    return TpuContext()


def enabled() -> bool:
    """Whether this is TensorFlow 2: it is 1."""
    return False


def GraphOrParentsInXlaContext(graph: Any) -> bool:
    """Whether the graph is compiled by XLA: it never is."""
    return False


def IsInXLAContext(op: Any) -> bool:
    """Whether the operation is compiled by XLA: it never is."""
    return False


def GetContainingXLAContext(ctxt: Any) -> None:
    """The part of a graph that XLA compiles: there is none."""
