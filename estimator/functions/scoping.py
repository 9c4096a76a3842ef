"""The default graph's scopes, collections and settings, as functions of their own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DTypeLike, as_dtype
from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.functions.arguments import tensor_of
from estimator.graph import build as b
from estimator.graph.composite import Composite
from estimator.graph.defaults import default_sessions
from estimator.graph.graph import get_default_graph, graph_of
from estimator.graph.likes import TensorLike
from estimator.graph.sparse import SparseTensor, SparseTensorValue
from estimator.graph.static import static_value
from estimator.graph.tensor import Operation, Tensor


@near_keywords
class name_scope:
    """A block: names of operations made inside begin with `name`, or else with `default_name`.

    It may be entered again, and then finds another name that is free.

    Parameters
    ----------
    name : str, optional
        ``"a/"`` enters the scope ``a`` again; None or ``""`` without a `default_name` leaves all scopes.
    default_name : str, optional
        Used where `name` is None.
    values : sequence, optional
        Tensors whose graph becomes the default one inside the block.

    Raises
    ------
    ValueError
        If there are values and no name for them.

    Source
    ------
    tf.name_scope, TF 1.15 ops.py
    """

    def __init__(self, name: str | None, default_name: str | None = None, values: Any = None) -> None:
        self.name = default_name if name is None else name
        if self.name is None and values is not None:
            raise ValueError(f"name_scope has values, {values!r}, and no name: pass name or default_name.")
        self._values = list(values or ())
        self._entries: list[contextlib.ExitStack] = []

    def __enter__(self) -> str:
        with contextlib.ExitStack() as blocks:
            graph = blocks.enter_context(graph_of(self._values).as_default())
            scope = blocks.enter_context(graph.name_scope(self.name))
            self._entries.append(blocks.pop_all())
        return scope

    def __exit__(self, *error: Any) -> None:
        self._entries.pop().__exit__(*error)


def op_scope(values: Sequence[Any] | None, name: str | None, default_name: str | None = None) -> name_scope:
    """The :class:`name_scope` of these names, as scripts of 2016 write it: the values come first."""
    return name_scope(name, default_name, values)


def container(container_name: str) -> contextlib.AbstractContextManager[str]:
    """A block whose resources lie in a container; a session has one, so it changes nothing."""
    return get_default_graph().container(container_name)


@contextlib.contextmanager
def init_scope() -> Iterator[None]:
    """Operations made inside the block belong to the outermost graph, and wait for nothing that surrounds the block.

    The name scope stays. For what must be made once, whatever branch or function it is needed in.

    Source
    ------
    tf.init_scope, TF 1.15 ops.py
    """
    scope = get_default_graph().get_name_scope()
    graph: Any = get_default_graph().outermost
    with (
        graph.as_default(),
        graph.control_dependencies(None),
        graph.name_scope(f"{scope}/" if scope else None),
    ):
        yield


def control_dependencies(
    control_inputs: Sequence[Any] | None,
) -> contextlib.AbstractContextManager[None]:
    """Operations made inside the block run after `control_inputs`; None leaves all such blocks."""
    return get_default_graph().control_dependencies(control_inputs)


def device(device_name_or_function: Any) -> contextlib.AbstractContextManager[None]:
    """A block whose operations say that they are for a device; they run on the one there is."""
    return get_default_graph().device(device_name_or_function)


def add_to_collection(name: Any, value: Any) -> None:
    """Append a value to a collection of the default graph."""
    get_default_graph().add_to_collection(name, value)


def add_to_collections(names: Sequence[Any] | str, value: Any) -> None:
    """Append a value to several collections of the default graph, once each."""
    get_default_graph().add_to_collections(names, value)


def get_collection(key: Any, scope: str | None = None) -> list[Any]:
    """A copy of a collection; with `scope` only what has a name that the regular expression matches."""
    return get_default_graph().get_collection(key, scope)


def get_collection_ref(key: Any) -> list[Any]:
    """A collection of the default graph itself, to be changed."""
    return get_default_graph().get_collection_ref(key)


def get_default_session() -> Any:
    """The innermost session that is in use as a context, or None."""
    sessions = default_sessions()
    return sessions[-1] if sessions else None


def convert_to_tensor(
    value: Any,
    dtype: DTypeLike | None = None,
    name: str | None = None,
    preferred_dtype: DTypeLike | None = None,
    dtype_hint: DTypeLike | None = None,
) -> Tensor:
    """The tensor that a tensor, variable or Python value stands for.

    Parameters
    ----------
    value : Tensor, variable, array, number, or nested list of them
    dtype : DType, optional
        The type it must have.
    preferred_dtype, dtype_hint : DType, optional
        The type of a Python value that can have it.

    Raises
    ------
    TypeError
        If `value` is a tensor of another type.
    """
    graph = graph_of([value])
    wanted = None if dtype is None else as_dtype(dtype)
    given = graph.as_tensor(value, dtype=wanted)
    if isinstance(given, Tensor):
        return tensor_of(given, dtype)
    hint = dtype_hint if preferred_dtype is None else preferred_dtype
    if dtype is None and hint is not None:
        with contextlib.suppress(TypeError, ValueError, OverflowError):
            return graph.constant(given, as_dtype(hint), name or "Const")
    return graph.convert(given, dtype, name or "Const")


def convert_to_tensor_or_sparse_tensor(
    value: Any, dtype: DTypeLike | None = None, name: str | None = None
) -> Any:
    """A SparseTensor or SparseTensorValue as a SparseTensor, anything else as a Tensor.

    Raises
    ------
    TypeError
        If it has another type than `dtype`.
    """
    if isinstance(value, SparseTensorValue):
        value = SparseTensor.from_value(value)
    return (
        _of_type(value, dtype) if isinstance(value, SparseTensor) else convert_to_tensor(value, dtype, name)
    )


def convert_to_tensor_or_indexed_slices(
    value: Any, dtype: DTypeLike | None = None, name: str | None = None
) -> Any:
    """IndexedSlices and a SparseTensor as they are, anything else as a Tensor.

    Raises
    ------
    TypeError
        If it has another type than `dtype`.
    """
    return _of_type(value, dtype) if isinstance(value, Composite) else convert_to_tensor(value, dtype, name)


def _of_type(value: Composite, dtype: Any) -> Composite:
    if dtype is not None and value.dtype is not as_dtype(dtype):
        raise TypeError(
            f"{value!r} is {value.dtype.name}, but {as_dtype(dtype).name} is wanted; use tf.cast."
        )
    return value


def is_tensor(x: Any) -> bool:
    """Whether it is a tensor, a variable, a SparseTensor or IndexedSlices."""
    return isinstance(x, (Tensor, Composite)) or hasattr(x, "as_tensor")


def get_static_value(tensor: TensorLike, partial: bool = False) -> Any:
    """The value of a tensor that is known before the graph runs, or None.

    Parameters
    ----------
    tensor : Tensor
    partial : bool
        Whether a stack of scalars may be known in part: an array of objects, with None for what is not known.

    Raises
    ------
    TypeError
        If it is no tensor.

    Source
    ------
    tf.get_static_value, TF 1.15 tensor_util.py
    """
    if not isinstance(tensor, Tensor):
        raise TypeError(f"get_static_value takes a tensor, given: {tensor!r} ({type(tensor).__name__}).")
    value = static_value(tensor)
    if value is None and partial and tensor.op.type == "Pack" and tensor.shape.rank == 1:
        return np.array([get_static_value(part) for part in tensor.op.inputs], object)
    return value


def Assert(
    condition: TensorLike, data: Sequence[Any], summarize: int | None = None, name: str | None = None
) -> Operation:
    """An operation that fails with the values of `data` where `condition` does not hold.

    Parameters
    ----------
    condition : Tensor of bool
    data : sequence
        Tensors or texts for the message.
    summarize : int, optional
        How many values of each tensor the message has; 3 by default, all for -1.

    Source
    ------
    tf.Assert, TF 1.15
    """
    count = 3 if summarize is None else summarize
    result: Operation = b.Assert(condition, list(data), summarize=count, name=name)
    return result


def colocate_with(op: Any, ignore_existing: bool = False) -> contextlib.AbstractContextManager[None]:
    """A block whose operations say that they are to be where another is; there is one device, and all run on it."""
    return get_default_graph().colocate_with(op, ignore_existing)


def executing_eagerly() -> bool:
    """Whether operations are computed at once: never, they are added to the graph."""
    return False


def executing_eagerly_outside_functions() -> bool:
    """Whether operations are computed at once outside of functions: never."""
    return False


def resource_variables_enabled() -> bool:
    """Whether variables are resources: always."""
    return True


def disable_eager_execution() -> None:
    """What has never been on stays off; accepted for scripts of ``tf.compat.v1``."""


disable_v2_behavior = enable_resource_variables = disable_resource_variables = disable_eager_execution


def control_flow_v2_enabled() -> bool:
    """Whether branches and loops are functional operations: always."""
    return True


def enable_control_flow_v2() -> None:
    """What is always so stays so; accepted for scripts of ``tf.compat.v1``."""


disable_control_flow_v2 = enable_control_flow_v2


near_keywords_of_functions(__name__)
