"""Which task of a cluster keeps a variable: tf.train.replica_device_setter, and strategies for it.

One process trains here, so that the answer only stands in the graph; but a script that asks, runs, and the graph that
it writes says what it would say.

Source
------
tf.train.replica_device_setter, TF 1.15 training/device_setter.py; strategies: contrib/training device_setter.py
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Collection
from typing import Any

from estimator.core.devices import job_of, merged
from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.core.shapes import TensorShape
from estimator.settings.cluster import ClusterSpec

_KEPT = (
    "Variable VariableV2 AutoReloadVariable MutableHashTable MutableHashTableV2 MutableHashTableOfTensors "
    "MutableHashTableOfTensorsV2 MutableDenseHashTable MutableDenseHashTableV2 VarHandleOp "
    "BoostedTreesEnsembleResourceHandleOp BoostedTreesQuantileStreamResourceHandleOp ResourceConditionalAccumulator "
    "DecisionTreeResource"
).split()

Device = Callable[[Any], str]  # of an operation


def replica_device_setter(
    ps_tasks: int = 0,
    ps_device: str = "/job:ps",
    worker_device: str = "/job:worker",
    merge_devices: bool = True,
    cluster: Any = None,
    ps_ops: Collection[str] | None = None,
    ps_strategy: Callable[[Any], int] | None = None,
) -> Device | None:
    """A function for `tf.device` that puts variables on parameter servers in turn, and all else on a worker.

    Parameters
    ----------
    ps_tasks : int
        How many parameter servers there are; of a `cluster`, what it says.
    ps_device, worker_device : str
        What both are called; an empty one stands for no device.
    merge_devices : bool
        Whether what blocks around an operation say counts as well; otherwise it counts alone.
    cluster : ClusterSpec or dict, optional
        The cluster.
    ps_ops : collection of str, optional
        Types of the operations that are kept on parameter servers. Default: variables and tables that change.
    ps_strategy : callable, optional
        From an operation to the number of a parameter server. Default: in turn.

    Returns
    -------
    callable or None
        None if there are no parameter servers: then nothing needs a device.

    Raises
    ------
    TypeError
        If `cluster` is none, or `ps_strategy` cannot be called.
    """
    if cluster is not None:
        spec = cluster if isinstance(cluster, ClusterSpec) else ClusterSpec(cluster)
        job = job_of(ps_device)
        ps_tasks = spec.num_tasks(job) if job in spec.jobs else 0
    if ps_tasks == 0:
        return None
    if ps_strategy is None:
        turn = itertools.cycle(range(ps_tasks))
        ps_strategy = lambda _: next(turn)  # noqa: E731
    if not callable(ps_strategy):
        raise TypeError(f"ps_strategy must be callable, given: {ps_strategy!r}.")
    chosen = ps_strategy
    kept = frozenset(_KEPT if ps_ops is None else ps_ops)

    def device(op: Any) -> str:
        own = op.device or ""
        if own and not merge_devices:
            return str(own)
        is_elsewhere = job_of(own) not in ("", job_of(ps_device))
        if op.type not in kept or not ps_device:
            return merged(worker_device or "", own)
        task = "" if is_elsewhere or not job_of(ps_device) else f"/task:{chosen(op)}"
        return merged(merged(ps_device, task), own)

    return device


@near_keywords
class RandomStrategy:
    """A strategy that puts variables on tasks by their names, as if at random.

    Parameters
    ----------
    num_ps_tasks : int
    seed : int
        Another one gives other places.

    Source
    ------
    tf.contrib.training.RandomStrategy
    """

    def __init__(self, num_ps_tasks: int, seed: int = 0) -> None:
        self._num_tasks, self._seed = num_ps_tasks, seed

    def __call__(self, op: Any) -> int:
        """The task of an operation."""
        key = f"{op.name}_{self._seed}".encode()
        return int(hashlib.md5(key, usedforsecurity=False).hexdigest(), 16) % self._num_tasks


@near_keywords
class GreedyLoadBalancingStrategy:
    """A strategy that puts each variable on the task that has least so far.

    Parameters
    ----------
    num_tasks : int
    load_fn : callable
        From an operation to what it weighs, such as :func:`byte_size_load_fn`.

    Source
    ------
    tf.contrib.training.GreedyLoadBalancingStrategy
    """

    def __init__(self, num_tasks: int, load_fn: Callable[[Any], float]) -> None:
        self._load_fn = load_fn
        self._loads = [0.0] * num_tasks

    def __call__(self, op: Any) -> int:
        """The task of an operation."""
        task = self._loads.index(min(self._loads))
        self._loads[task] += self._load_fn(op)
        return task


def byte_size_load_fn(op: Any) -> int:
    """The bytes of a variable, or of the one output of another operation.

    Raises
    ------
    ValueError
        If it has several outputs, or a shape that is not fully known.
    """
    if len(op.outputs) != 1:
        raise ValueError(f"Op {op.name} must have a single output, and has {len(op.outputs)}.")
    output = op.outputs[0]
    is_handle = op.type == "VarHandleOp"
    shape = TensorShape(op.attrs["shape"] if is_handle else output.shape)
    dtype = op.attrs["dtype"] if is_handle else output.dtype
    if not shape.is_fully_defined():
        raise ValueError(f"the size of {op.name} is not known: its shape is {shape}.")
    return int((shape.num_elements() or 0) * dtype.size)


near_keywords_of_functions(__name__)
