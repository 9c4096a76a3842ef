"""One replica: what tf.distribute tells a script that asks whether there are more.

Functions of models that also run on many devices ask for the strategy around them and for the replica they are in, and
go by the numbers. Here there is one, so that sums over replicas are what they sum.

Source
------
tf.distribute.get_strategy, has_strategy, get_replica_context, ReduceOp, TF 1.15 distribute_lib.py: the default strategy
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any


class ReduceOp(enum.Enum):
    """How the values of replicas become one: the sum or the mean; of one value both are the value."""

    SUM = "SUM"
    MEAN = "MEAN"


class DefaultStrategy:
    """What is there without a strategy: one replica, this process."""

    num_replicas_in_sync = 1

    @contextmanager
    def scope(self) -> Iterator[DefaultStrategy]:
        """A block in which nothing is different."""
        yield self

    def run(
        self, fn: Callable[..., Any], args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """What a function gives in the one replica."""
        return fn(*args, **(kwargs or {}))

    experimental_run_v2 = run

    def reduce(self, reduce_op: ReduceOp | str, value: Any, axis: int | None = None) -> Any:
        """The value itself, as there is one.

        Raises
        ------
        ValueError
            If there is no such reduction, or an axis is to be reduced.
        """
        _check(reduce_op)
        if axis is not None:
            raise ValueError(
                f"reduce over axis={axis!r} of one replica's value: use tf.reduce_sum or tf.reduce_mean."
            )
        return value

    def experimental_local_results(self, value: Any) -> tuple[Any, ...]:
        """The values of the replicas: of the one."""
        return (value,)

    def experimental_distribute_dataset(self, dataset: Any, options: Any = None) -> Any:
        """The dataset itself."""
        return dataset

    def group(self, value: Any, name: str | None = None) -> Any:
        """The value itself."""
        return value


class ReplicaContext:
    """The one replica."""

    num_replicas_in_sync = 1
    replica_id_in_sync_group = 0

    @property
    def strategy(self) -> DefaultStrategy:
        """The strategy around it."""
        return _STRATEGY

    def merge_call(
        self, merge_fn: Callable[..., Any], args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """What a function of the strategy and of all replicas' values gives."""
        return merge_fn(_STRATEGY, *args, **(kwargs or {}))

    def all_reduce(self, reduce_op: ReduceOp | str, value: Any, options: Any = None) -> Any:
        """The value itself, as there is one.

        Raises
        ------
        ValueError
            If there is no such reduction.
        """
        _check(reduce_op)
        return value


_STRATEGY = DefaultStrategy()
_REPLICA = ReplicaContext()


def _check(reduce_op: Any) -> None:
    name = reduce_op.upper() if isinstance(reduce_op, str) else getattr(reduce_op, "name", reduce_op)
    if name not in ReduceOp.__members__:
        raise ValueError(f"reduce_op must be tf.distribute.ReduceOp.SUM or MEAN, given: {reduce_op!r}.")


def get_strategy() -> DefaultStrategy:
    """The strategy around: the default one."""
    return _STRATEGY


def has_strategy() -> bool:
    """Whether another strategy than the default one is around: no."""
    return False


def get_replica_context() -> ReplicaContext:
    """The replica that is asking."""
    return _REPLICA


def in_cross_replica_context() -> bool:
    """Whether what is asking is outside of all replicas: no."""
    return False


def get_loss_reduction() -> ReduceOp:
    """How losses of replicas become one."""
    return ReduceOp.SUM
