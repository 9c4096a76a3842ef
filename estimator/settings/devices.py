"""What there is to compute on, and what a program may ask of it: tf.config.

One processor computes, and always does; so what scripts say of GPUs before they train changes nothing
(``for gpu in tf.config.list_physical_devices("GPU"): ...`` is an empty loop), and what asks for another device is
refused.

Source
------
tf.config, tf.config.experimental, tf.config.threading and tf.config.optimizer, TF 2.15 config.py (compat.v1)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from estimator.core import log
from estimator.core.counts import whole_number
from estimator.core.errors import UnimplementedError
from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.core.named_tuple import NamedTuple


@near_keywords
class PhysicalDevice(NamedTuple):
    """Something of the machine that computes."""

    name: str
    device_type: str


@near_keywords
class LogicalDevice(NamedTuple):
    """Something that operations run on."""

    name: str
    device_type: str


@near_keywords
class LogicalDeviceConfiguration(NamedTuple):
    """How a part of a device would be set up."""

    memory_limit: float | None = None
    experimental_priority: int | None = None
    experimental_device_ordinal: int | None = None


_PROCESSOR = PhysicalDevice("/physical_device:CPU:0", "CPU")
_threads = {"intra": 0, "inter": 0}
_optimizer: dict[str, Any] = {"disable_model_pruning": False, "disable_meta_optimizer": False}


def list_physical_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """What computes: the processor; of any other type there is none.

    Example
    -------
    >>> list_physical_devices("GPU")
    []
    """
    return [_PROCESSOR] if device_type in (None, "CPU") else []


def list_logical_devices(device_type: str | None = None) -> list[LogicalDevice]:
    """What operations run on: the processor."""
    return [LogicalDevice("/device:CPU:0", "CPU")] if device_type in (None, "CPU") else []


def get_visible_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """What may be used: the processor."""
    return list_physical_devices(device_type)


def set_visible_devices(devices: Any, device_type: str | None = None) -> None:
    """Say what may be used; the processor must be.

    Raises
    ------
    ValueError
        If there is no such device, or it is of another type than `device_type`.
    UnimplementedError
        If the processor is not among them.
    """
    given = [devices] if isinstance(devices, PhysicalDevice) else list(devices)
    for device in given:
        _check_known(device)
    if device_type not in (None, "CPU") and given:
        raise ValueError(f"set_visible_devices: {given[0]!r} is not of the type {device_type!r}.")
    if device_type in (None, "CPU") and not given:
        raise UnimplementedError("set_visible_devices: all operations run on the CPU; it cannot be hidden.")


def set_memory_growth(device: Any, enable: bool) -> None:
    """Refused: a GPU takes its memory bit by bit or at once, and there is none.

    Raises
    ------
    ValueError
        Always, as TensorFlow does for a processor.
    """
    _check_known(device)
    raise ValueError(f"Cannot set memory growth on non-GPU and non-Pluggable devices, given: {device!r}.")


def get_memory_growth(device: Any) -> bool:
    """Refused, as :func:`set_memory_growth` is.

    Raises
    ------
    ValueError
        Always.
    """
    _check_known(device)
    raise ValueError(f"memory growth is said of GPUs, given: {device!r}.")


def get_logical_device_configuration(device: Any) -> None:
    """How a device was divided: it was not.

    Raises
    ------
    ValueError
        If there is no such device.
    """
    _check_known(device)


def set_logical_device_configuration(device: Any, logical_devices: Iterable[Any] | None) -> None:
    """Leave a device whole.

    Raises
    ------
    ValueError
        If there is no such device.
    UnimplementedError
        If it is to be divided into several.
    """
    _check_known(device)
    if len(list(logical_devices or ())) > 1:
        raise UnimplementedError(
            "set_logical_device_configuration: the processor is one device, which is not divided."
        )


def _check_known(device: Any) -> None:
    if device != _PROCESSOR:
        raise ValueError(f"Unrecognized device: {device!r}; there is {_PROCESSOR!r}.")


def get_soft_device_placement() -> bool:
    """Whether an operation runs on the processor if it is placed elsewhere: always."""
    return True


def set_soft_device_placement(enabled: bool) -> None:
    """Nothing, or a warning that all operations run on the processor."""
    if not enabled:
        log.log_first_n(
            log.WARN, "set_soft_device_placement(False): all operations run on the CPU all the same.", 1
        )


def get_intra_op_parallelism_threads() -> int:
    """How many threads a matrix product uses in sessions whose ConfigProto does not say; 0: the default."""
    return _threads["intra"]


def set_intra_op_parallelism_threads(num_threads: int) -> None:
    """Let matrix products use so many threads in sessions whose ConfigProto does not say.

    Raises
    ------
    ValueError
        If it is not a whole number, 0 or more.
    """
    _set_threads("intra", num_threads)


def get_inter_op_parallelism_threads() -> int:
    """What :func:`set_inter_op_parallelism_threads` has set; 0 at first."""
    return _threads["inter"]


def set_inter_op_parallelism_threads(num_threads: int) -> None:
    """Note a number: operations run one after the other, whatever it is.

    Raises
    ------
    ValueError
        If it is not a whole number, 0 or more.
    """
    _set_threads("inter", num_threads)


def _set_threads(kind: str, num_threads: Any) -> None:
    number = whole_number(num_threads)
    if number is None or number < 0:
        raise ValueError(f"num_threads is a whole number, 0 or more; given: {num_threads!r}.")
    _threads[kind] = number


def get_jit() -> str:
    """What :func:`set_jit` has set; nothing is compiled."""
    return str(_optimizer.get("jit", ""))


def set_jit(enabled: bool | str) -> None:
    """Note whether a compiler is asked for; there is none."""
    _optimizer["jit"] = "autoclustering" if enabled is True else enabled or ""


def get_experimental_options() -> dict[str, Any]:
    """What :func:`set_experimental_options` has set."""
    return {name: value for name, value in _optimizer.items() if name != "jit"}


def set_experimental_options(options: Mapping[str, Any]) -> None:
    """Note how graphs are to be rewritten; they are planned as they are."""
    _optimizer.update(options)


def functions_run_eagerly() -> bool:
    """Whether functions are computed at once: never, they are added to the graph."""
    return False


def run_functions_eagerly(run_eagerly: bool) -> None:
    """Nothing, as functions are added to the graph.

    Raises
    ------
    UnimplementedError
        If it is to be otherwise.
    """
    if run_eagerly:
        raise UnimplementedError("run_functions_eagerly: everything is a graph; run it in a tf.Session.")


near_keywords_of_functions(__name__)
