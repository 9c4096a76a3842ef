"""Replicas are processes: what tf.distribute tells a script that asks for them, and strategies, which are all one.

Functions of models that also run on many devices ask for the strategy around them and for the replica they are in, and
go by the numbers. A process alone is the one replica, so that sums over replicas are what they sum; of processes that a
launcher has connected to train together each is a replica, its rank the replica's number. They train together whether
a strategy says so or not, so one that is given changes nothing.

Source
------
tf.distribute.get_strategy, has_strategy, get_replica_context, ReduceOp, MirroredStrategy, TF 1.15 distribute_lib.py
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from estimator.core.dtypes import float32, float64
from estimator.core.keywords import near_keywords
from estimator.distribution.collective import current
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.settings.input_context import InputContext


class ReduceOp(enum.Enum):
    """How the values of replicas become one: the sum or the mean; of one value both are the value."""

    SUM = "SUM"
    MEAN = "MEAN"


class DefaultStrategy:
    """What is there without a strategy: as many replicas as processes train together."""

    @property
    def num_replicas_in_sync(self) -> int:
        """How many replicas there are."""
        return current().size

    @property
    def cluster_resolver(self) -> None:
        """What knows the addresses of others: a launcher, which nobody can ask."""
        return None

    @contextmanager
    def scope(self) -> Iterator[DefaultStrategy]:
        """A block in which nothing is different."""
        yield self

    def run(
        self,
        fn: Callable[..., Any],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        options: Any = None,
    ) -> Any:
        """What a function gives in this replica."""
        return fn(*args, **(kwargs or {}))

    experimental_run_v2 = run

    def reduce(self, reduce_op: ReduceOp | str, value: Any, axis: int | None = None) -> Any:
        """The sum or the mean of the values of all replicas, which all of them ask for; of one the value itself.

        Raises
        ------
        ValueError
            If there is no such reduction, or an axis is to be reduced.
        """
        name = _check(reduce_op)
        if axis is not None:
            raise ValueError(
                f"reduce over axis={axis!r} of one replica's value: use tf.reduce_sum or tf.reduce_mean."
            )
        return _reduced(value, name == "MEAN")

    def experimental_local_results(self, value: Any) -> tuple[Any, ...]:
        """The values of the replicas of this process: of the one."""
        return (value,)

    def experimental_distribute_dataset(self, dataset: Any, options: Any = None) -> Any:
        """The part of this replica: every so many elements, as many as there are replicas."""
        processes = current()
        return dataset if processes.size == 1 else dataset.shard(processes.size, processes.rank)

    def experimental_distribute_datasets_from_function(
        self, dataset_fn: Callable[[InputContext], Any], options: Any = None
    ) -> Any:
        """What a function of the InputContext of this replica makes."""
        processes = current()
        return dataset_fn(InputContext(processes.size, processes.rank, processes.size))

    def group(self, value: Any, name: str | None = None) -> Any:
        """The value itself."""
        return value


class Strategy(DefaultStrategy):
    """A strategy that is given: each process that trains is a replica."""

    @contextmanager
    def scope(self) -> Iterator[DefaultStrategy]:
        """A block in which this one is the strategy around."""
        _AROUND.append(self)
        try:
            yield self
        finally:
            _AROUND.remove(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.num_replicas_in_sync} replicas>"


@near_keywords
class MirroredStrategy(Strategy):
    """Every replica has all variables, and gradients are summed: what processes that a launcher starts do.

    Parameters
    ----------
    devices, cross_device_ops, num_gpus, num_gpus_per_worker, auto_shard_dataset : object, optional
        Accepted; a process is one replica, whatever devices it has.
    """

    def __init__(
        self,
        devices: Any = None,
        cross_device_ops: Any = None,
        num_gpus: Any = None,
        num_gpus_per_worker: Any = None,
        auto_shard_dataset: bool = False,
    ) -> None:
        del devices, cross_device_ops, num_gpus, num_gpus_per_worker, auto_shard_dataset


@near_keywords
class MultiWorkerMirroredStrategy(Strategy):
    """The same of processes on several machines.

    Parameters
    ----------
    communication, cluster_resolver, communication_options : object, optional
        Accepted; a launcher connects processes.
    """

    def __init__(
        self, communication: Any = None, cluster_resolver: Any = None, communication_options: Any = None
    ) -> None:
        del communication, cluster_resolver, communication_options


@near_keywords
class CollectiveAllReduceStrategy(MultiWorkerMirroredStrategy):
    """The same, by the name that tf.contrib has for it.

    Parameters
    ----------
    num_gpus_per_worker, communication, cluster_resolver : object, optional
        Accepted.
    """

    def __init__(
        self, num_gpus_per_worker: Any = None, communication: Any = None, cluster_resolver: Any = None
    ) -> None:
        super().__init__(communication, cluster_resolver)


@near_keywords
class OneDeviceStrategy(Strategy):
    """Everything on one device, which all is here.

    Parameters
    ----------
    device : str, optional
        Accepted.
    """

    def __init__(self, device: Any = None) -> None:
        del device


class ReplicaContext:
    """The replica that this process is."""

    @property
    def num_replicas_in_sync(self) -> int:
        """How many replicas there are."""
        return current().size

    @property
    def replica_id_in_sync_group(self) -> int:
        """The number of this one."""
        return current().rank

    @property
    def strategy(self) -> DefaultStrategy:
        """The strategy around it."""
        return get_strategy()

    def merge_call(
        self, merge_fn: Callable[..., Any], args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """What a function of the strategy and of all replicas' values gives."""
        return merge_fn(get_strategy(), *args, **(kwargs or {}))

    def all_reduce(self, reduce_op: ReduceOp | str, value: Any, options: Any = None) -> Any:
        """The sum or the mean of the values of all replicas; of one the value itself.

        Raises
        ------
        ValueError
            If there is no such reduction.
        """
        return _reduced(value, _check(reduce_op) == "MEAN")


_STRATEGY = DefaultStrategy()
_REPLICA = ReplicaContext()


_AROUND: list[DefaultStrategy] = []  # the strategies whose scopes are open


def _reduced(value: Any, is_mean: bool) -> Any:
    """The sum or mean over all processes of a tensor, which a run gives, or of numbers, at once."""
    processes = current()
    if processes.size == 1:
        return value
    if isinstance(value, Tensor):
        dtype = value.dtype.base_dtype
        summed = value if dtype in (float32, float64) else b.Cast(value, DstT=float64)
        (total,) = b.CollectiveSum([summed], is_mean=is_mean)
        return total if summed is value else b.Cast(total, DstT=dtype)
    numbers = np.array(value)
    kind = numbers.dtype if numbers.dtype.kind == "f" and not is_mean else np.float64
    sums = np.ascontiguousarray(numbers, kind)
    processes.all_sum(sums)
    return (sums / processes.size if is_mean else sums).astype(numbers.dtype)[()]


def _check(reduce_op: Any) -> str:
    name = reduce_op.upper() if isinstance(reduce_op, str) else getattr(reduce_op, "name", reduce_op)
    if name not in ReduceOp.__members__:
        raise ValueError(f"reduce_op must be tf.distribute.ReduceOp.SUM or MEAN, given: {reduce_op!r}.")
    return str(name)


def get_strategy() -> DefaultStrategy:
    """The strategy around: the default one, where no other is."""
    return _AROUND[-1] if _AROUND else _STRATEGY


def has_strategy() -> bool:
    """Whether another strategy than the default one is around."""
    return bool(_AROUND)


def get_replica_context() -> ReplicaContext:
    """The replica that is asking."""
    return _REPLICA


def in_cross_replica_context() -> bool:
    """Whether what is asking is outside of all replicas: no."""
    return False


def get_loss_reduction() -> ReduceOp:
    """How losses of replicas become one."""
    return ReduceOp.SUM
