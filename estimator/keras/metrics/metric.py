"""Metrics as objects: they are told of batches, and say what has come of them.

::

    accuracy = keras.metrics.BinaryAccuracy()
    accuracy.update_state(y_true, y_pred)       # of arrays at once; of tensors an operation
    accuracy.result().numpy()
    accuracy.reset_state()

In a model_fn ``eval_metric_ops={"accuracy": accuracy}`` takes one that was told of the batch. A metric of your own
keeps weights, and its statements run in the order in which they stand::

    class Greatest(keras.metrics.Metric):
        def __init__(self, name="greatest", **kwargs):
            super().__init__(name=name, **kwargs)
            self.greatest = self.add_weight("greatest", initializer="zeros")

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.greatest.assign(tf.maximum(self.greatest, tf.reduce_max(y_pred)))

        def result(self):
            return self.greatest

Source: tf.keras.metrics.Metric, Keras 2.15 base_metric.py.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DTypeLike, as_dtype, float32
from estimator.core.shapes import as_dims
from estimator.functions.grouping import group
from estimator.graph.graph import get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Operation
from estimator.keras.effects import in_order
from estimator.keras.initializers import get as initializer_of
from estimator.keras.layer import Layer
from estimator.keras.outside import is_outside
from estimator.keras.values import Valued
from estimator.runtime.own_session import session_at_hand
from estimator.variables.recipe import call_initializer
from estimator.variables.variable import Variable

_PLAIN = (bool, str, type(None))


class Metric(Layer):
    """What batches come to; subclasses define ``update_state`` and ``result``.

    Parameters
    ----------
    name : str, optional
    dtype : DType, optional
        The type of what it keeps; by default float32.
    """

    _prepared: dict[Any, Valued]
    _made_updates: list[Any]
    _depth: int  # of update_states that call those of their bases

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        for name, wrap in (("update_state", _updating), ("result", _reading), ("reset_state", _resetting)):
            if name in vars(cls):
                setattr(cls, name, wrap(vars(cls)[name]))
        if "reset_states" in vars(cls):
            cls.reset_states = _resetting(vars(cls)["reset_states"])  # type: ignore[method-assign]

    def __init__(self, name: str | None = None, dtype: DTypeLike | None = None, **kwargs: Any) -> None:
        super().__init__(name=name, dtype=float32 if dtype is None else as_dtype(dtype), **kwargs)
        self.stateful, self.built = True, True
        vars(self).update(_prepared={}, _made_updates=[], _depth=0)

    def add_weight(  # type: ignore[override]  # of a metric it takes less
        self,
        name: str | None = None,
        shape: Any = (),
        aggregation: Any = None,
        synchronization: Any = None,
        initializer: Any = None,
        dtype: DTypeLike | None = None,
    ) -> Variable:
        """A variable that the metric keeps, zeros by default: a local one, as checkpoints leave it out.

        Parameters
        ----------
        aggregation, synchronization
            Accepted: there is one copy.
        """
        kind, dims = as_dtype(dtype or self.dtype or float32), as_dims(shape)
        first = initializer_of("zeros" if initializer is None else initializer)
        made = Variable(
            lambda: call_initializer(first, dims or (), kind),
            trainable=False,
            collections=[GraphKeys.LOCAL_VARIABLES, GraphKeys.METRIC_VARIABLES],
            name=name or "Variable",
            dtype=kind,
        )
        self._list_weight(made, name)
        return made

    @property
    def variables(self) -> list[Variable]:
        """What it keeps."""
        return list(self.weights)

    def update_state(self, *args: Any, **kwargs: Any) -> Any:
        """Let it know of a batch: at once of arrays, outside of graphs; else the operation that does."""
        raise NotImplementedError(f"{type(self).__name__} must define update_state(self, ...).")

    def result(self) -> Any:
        """What has come of all batches."""
        raise NotImplementedError(f"{type(self).__name__} must define result(self).")

    def reset_state(self) -> Any:
        """Let it begin anew: what it keeps is zero, at once; while something is traced, by operations."""
        if type(self).reset_states is not Metric.reset_states:
            return self.reset_states()
        if get_default_graph().is_function:
            return group(*(weight.assign(_zeros(weight), read_value=False) for weight in self.variables))
        for weight in self.variables:
            weight.load(_zeros(weight), session_at_hand(weight.graph))
        return None

    def reset_states(self) -> Any:
        """The old name of :meth:`reset_state`."""
        return self.reset_state()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Let it know of a batch, and give what has come of all."""
        update = self.update_state(*args, **kwargs)
        if update is None:
            return self.result()
        with get_default_graph().control_dependencies([update]):
            result = self.result()
        if hasattr(result, "op"):
            result._metric_obj = self
        return result

    @property
    def updates(self) -> list[Any]:
        """The operations by which tensors of the current graph were told."""
        graph = get_default_graph().outermost
        return [update for update in self._made_updates if update.graph is graph]

    def merge_state(self, metrics: Sequence[Any]) -> list[Any]:
        """Operations that add what other metrics of this kind keep.

        Raises
        ------
        ValueError
            If one keeps something else.
        """
        for metric in metrics:
            if len(metric.weights) != len(self.weights):
                raise ValueError(
                    f"metric {metric.name!r} is not compatible with {self.name!r}: it keeps other weights."
                )
        return [
            own.assign_add(other.as_tensor())
            for metric in metrics
            for own, other in zip(self.weights, metric.weights, strict=True)
        ]

    def get_config(self) -> dict[str, Any]:
        """What makes the same metric again."""
        return {"name": self.name, "dtype": (self.dtype or float32).name}

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        copy = memo[id(self)] = type(self).from_config(self.get_config())
        return copy

    def _valued(self, function: Callable[..., Any]) -> Valued:
        """One of its methods, prepared to be called outside of graphs."""
        if function not in self._prepared:
            self._prepared[function] = Valued(
                lambda **given: function(self, **given), self.name, lambda: self.variables
            )
        return self._prepared[function]


def _zeros(weight: Variable) -> Any:
    return np.zeros(weight.shape.as_list(), weight.dtype.as_numpy_dtype)


def _updating(function: Callable[..., Any]) -> Callable[..., Any]:
    """An update_state that may be called of tensors and of arrays, and that returns an operation of tensors."""
    signature = inspect.signature(function)

    @functools.wraps(function)
    def in_graph(self: Metric, **given: Any) -> Any:
        vars(self)["_depth"] += 1
        try:
            update = in_order(lambda: function(self, **given))
        finally:
            vars(self)["_depth"] -= 1
        operation = getattr(update, "op", update)
        if self._depth == 0 and isinstance(operation, Operation) and not get_default_graph().is_function:
            self._made_updates.append(operation)
        return operation

    @functools.wraps(function)
    def update_state(self: Metric, *args: Any, **kwargs: Any) -> Any:
        given = dict(signature.bind(self, *args, **kwargs).arguments)
        given.pop(next(iter(signature.parameters)))
        for name, parameter in signature.parameters.items():
            if parameter.kind is parameter.VAR_KEYWORD:
                given.update(given.pop(name, {}))
        tensors = {name: value for name, value in given.items() if not isinstance(value, _PLAIN)}
        options = {name: value for name, value in given.items() if isinstance(value, (bool, str))}
        if not is_outside(list(tensors.values())):
            return in_graph(self, **tensors, **options)
        self._valued(in_graph)(tensors, **options)
        return None

    return update_state


def _reading(function: Callable[..., Any]) -> Callable[..., Any]:
    """A result that has a value outside of graphs."""

    @functools.wraps(function)
    def result(self: Metric) -> Any:
        read = _as_tensor(function)
        has_value = is_outside([]) and not self.updates  # one that tensors are told to belongs to their graph
        return self._valued(read)({}) if has_value else read(self)

    return result


@functools.cache
def _as_tensor(function: Callable[..., Any]) -> Callable[..., Any]:
    def result(self: Metric) -> Any:
        found = function(self)
        return found.as_tensor() if isinstance(found, Variable) else found

    return result


def _resetting(function: Callable[..., Any]) -> Callable[..., Any]:
    """A reset_state whose statements run at once outside of graphs."""

    @functools.wraps(function)
    def in_graph(self: Metric) -> Any:
        return in_order(lambda: function(self))

    @functools.wraps(function)
    def reset_state(self: Metric) -> Any:
        if is_outside([]):
            self._valued(in_graph)({})
            return None
        return in_graph(self)

    return reset_state
