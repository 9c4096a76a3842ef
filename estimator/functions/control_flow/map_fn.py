"""A function of each element of a tensor.

Source
------
tf.map_fn, TF 1.15 map_fn.py; `fn_output_signature` as in TF 2.15
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core import nest
from estimator.core.dtypes import DType, as_dtype
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import function_scope
from estimator.functions.control_flow.elements import Elements, demand_function
from estimator.functions.control_flow.structures import demand_same_structure
from estimator.functions.control_flow.tensor_array import TensorArray
from estimator.functions.control_flow.while_loop import while_loop
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor


def map_fn(
    fn: Callable[..., Any],
    elems: Any,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    name: str | None = None,
    fn_output_signature: Any = None,
) -> Any:
    """What `fn` gives for each of the elements along the first axis, stacked along a first axis.

    Parameters
    ----------
    fn : callable
        Takes one element; if `elems` is a structure, one argument in this structure.
    elems : Tensor or nested structure of Tensors, shape [n, ...]
    dtype : DType or nested structure of them, optional
        The types of what `fn` gives, nested as that is. By default those of `elems`.
    parallel_iterations, swap_memory : optional
        Accepted for old scripts; elements follow one after the other.
    back_prop : bool
        Whether gradients flow through.
    infer_shape : bool
        Whether `fn` must give the same shape for all elements.
    name : str, optional
    fn_output_signature : DType, TensorSpec or nested structure of them, optional
        The newer name of `dtype`; a TensorSpec says a shape, too.

    Returns
    -------
    Tensor or nested structure of Tensors, shape [n, ...]

    Raises
    ------
    TypeError
        If `fn` is no function, or gives another type than `dtype` says.
    ValueError
        If an element of `elems` is a scalar, if lengths differ, or if `fn` gives another structure than `dtype`.

    Example
    -------
    >>> from estimator import tf
    >>> squares = tf.map_fn(lambda x: x * x, tf.constant([1.0, 2.0, 3.0]))
    >>> print(tf.Session().run(squares))
    [1. 4. 9.]
    """
    demand_function(fn)
    with function_scope(name, "map", *nest.flatten(elems)) as (graph, _):
        elements = Elements(graph, elems, "map_fn")
        wanted = fn_output_signature if fn_output_signature is not None else dtype
        signature = elements.dtypes if wanted is None else wanted
        arrays = [
            TensorArray(
                getattr(kind, "dtype", None) or as_dtype(kind), elements.count, infer_shape=infer_shape,
                element_shape=getattr(kind, "shape", None),
            )
            for kind in nest.flatten(signature)
        ]  # fmt: skip

        def write_one(position: Any, so_far: list[TensorArray]) -> Any:
            result = fn(elements.at(position))
            demand_same_structure(
                signature, result, ("dtype (the structure of elems by default)", "what fn gives")
            )
            values = zip(so_far, nest.flatten(result), strict=True)
            return position + 1, [
                array.write(position, _of_type(value, array.dtype)) for array, value in values
            ]

        _, written = while_loop(
            lambda position, _: position < elements.count, write_one, [0, arrays],
            parallel_iterations=parallel_iterations or 10, back_prop=back_prop, swap_memory=swap_memory,
            maximum_iterations=elements.count,
        )  # fmt: skip
        return nest.pack_as(signature, elements.joined(written))


def _of_type(value: Any, dtype: DType) -> Tensor:
    tensor = get_default_graph().convert(value)
    if tensor.dtype is not dtype:
        raise TypeError(
            f"fn of map_fn gives {tensor.dtype.name} where {dtype.name} is expected: say "
            f"dtype={tensor.dtype!r}, or cast it."
        )
    return tensor


near_keywords_of_functions(__name__)
