"""What a new variable is made of: its initial value, shape and type, for the whole or for each of its parts."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from functools import partial
from types import FunctionType
from typing import Any

from estimator.core.dtypes import DType, as_dtype, string
from estimator.core.shapes import Dims, as_dims, is_static, show
from estimator.formats.slices import slice_index
from estimator.graph.constant import to_array
from estimator.graph.graph import dtype_of, get_default_graph
from estimator.graph.tensor import Tensor
from estimator.variables.initializers import default_initializer
from estimator.variables.partitions import PartitionInfo, slice_of
from estimator.variables.scopes import Initializer
from estimator.variables.slice_info import SaveSliceInfo
from estimator.variables.variable import Variable


class Recipe:
    """What a new variable is made of: of a whole one, or of each of its parts."""

    def __init__(
        self,
        name: str,
        shape: Any,
        dtype: DType,
        explicit_dtype: bool,
        *,
        initializer: Any = None,
        **rest: Any,
    ) -> None:
        self._name = name
        self._rest = rest
        self.dims = as_dims(shape)
        self.dtype = dtype
        self._explicit_dtype = explicit_dtype
        if initializer is None:
            initializer = default_initializer(name, dtype)
        elif isinstance(initializer, type):
            initializer = initializer()
        self._initializer = initializer
        if not callable(initializer):
            is_of_numbers = dtype is not string and (explicit_dtype or self.dims is not None)
            if is_of_numbers and isinstance(initializer, str):
                raise TypeError(
                    f"variable {name}: the initializer is text, {initializer!r}; give a function such as "
                    "tf.zeros_initializer() or tf.glorot_uniform_initializer()."
                )
            if self.dims is not None:
                raise ValueError(
                    f"variable {name}: with a value as initializer do not give a shape; the value has one."
                )
            if not explicit_dtype:
                self.dtype = dtype_of(initializer) or as_dtype(to_array(initializer).dtype)

    def static_dims(self) -> tuple[int, ...]:
        """The sizes, which must all be known.

        Raises
        ------
        ValueError
            If they are not.
        """
        dims = self.dims if callable(self._initializer) else value_dims(self._initializer)
        if dims is None or not is_static(dims):
            given = "no shape" if dims is None else f"shape {show(dims)}"
            raise ValueError(
                f"Shape of a new variable ({self._name}) must be fully defined, but {given} was given. "
                "Give all sizes; those of an input must be known (set_shape, or shape= of the column)."
            )
        return dims  # type: ignore[return-value]  # no None in it

    def make(self) -> Variable:
        """The variable in one piece, with this value, shape and type."""
        initial, dtype = self._initializer, self.dtype
        if callable(initial) and self.dims is None and _needs_nothing(initial):
            return self._variable(
                self._name, initial, None, "Initializer/", dtype if self._explicit_dtype else None
            )
        if callable(initial):
            initial = partial(call_initializer, initial, self.static_dims(), dtype)
        return self._variable(self._name, initial, self.dims, "Initializer/", dtype)

    def make_part(self, name: str, info: SaveSliceInfo) -> Variable:
        """A part of it."""
        if callable(self._initializer):
            told = PartitionInfo(info.full_shape, info.var_offset)
            initial: Any = partial(call_initializer, self._initializer, info.var_shape, self.dtype, told)
            part = self._variable(name, initial, info.var_shape, "Initializer/", self.dtype)
        else:
            value = get_default_graph().outermost.as_tensor(self._initializer)
            in_graph = isinstance(value, Tensor)
            initial = (
                partial(slice_of, value, info) if in_graph else to_array(value)[slice_index(info.extents)]
            )
            part = self._variable(name, initial, info.var_shape, "PartitionedInitializer/", self.dtype)
        part.save_slice_info = info
        return part

    def _variable(self, name: str, initial: Any, dims: Dims, scope: str, dtype: DType | None) -> Variable:
        with get_default_graph().name_scope(None):
            return Variable(
                initial, name=name, dtype=dtype, shape=dims, initializer_scope=scope, **self._rest
            )


def value_dims(value: Any) -> Dims:
    """The shape of a value given as initializer."""
    return value.dims if hasattr(value, "dims") else to_array(value).shape


def call_initializer(
    initializer: Initializer, dims: Sequence[Any], dtype: DType, partition_info: PartitionInfo | None = None
) -> Any:
    """TensorFlow's initializers take the type and the whole's shape as well; a plain function of the shape will do."""
    keywords: frozenset[str] = get_default_graph().outermost.kept_for(
        _signature_of(initializer), lambda: _keywords(initializer)
    )
    told: dict[str, Any] = {"dtype": dtype} if "dtype" in keywords else {}
    if "partition_info" in keywords:
        told["partition_info"] = partition_info
    return initializer(list(dims), **told)


def _needs_nothing(initializer: Initializer) -> bool:
    """Whether it gives a value of its own shape and type."""
    parameters = inspect.signature(initializer).parameters.values()
    return all(
        parameter.default is not parameter.empty or parameter.kind is parameter.VAR_KEYWORD
        for parameter in parameters
    )


def _signature_of(initializer: Initializer) -> Any:
    """What decides which arguments it takes: its class, if it neither is a function nor wraps another one."""
    kind = type(initializer)
    says_itself = hasattr(initializer, "__wrapped__") or hasattr(initializer, "__signature__")
    return kind if isinstance(kind.__call__, FunctionType) and not says_itself else initializer


def _keywords(initializer: Initializer) -> frozenset[str]:
    parameters = inspect.signature(initializer).parameters.values()
    takes_all = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)
    names = {parameter.name for parameter in parameters}
    return frozenset(names | {"dtype"} if takes_all else names)
