"""Which task of a cluster keeps a variable: tf.train.replica_device_setter.

One process trains here, so that the answer only stands in the graph; but a script that asks, runs, and the graph that
it writes says what it would say.

Source
------
tf.train.replica_device_setter, TF 1.15 training/device_setter.py
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection
from typing import Any

from estimator.core.devices import job_of, merged
from estimator.core.keywords import near_keywords_of_functions
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


near_keywords_of_functions(__name__)
