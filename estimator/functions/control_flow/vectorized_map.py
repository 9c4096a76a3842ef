"""A function of each element of a tensor, whose types are found out by trying it.

Source
------
tf.vectorized_map, TF 1.15 parallel_for/control_flow_ops.py
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core import nest
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.control_flow.elements import demand_function
from estimator.functions.control_flow.map_fn import map_fn
from estimator.graph.function import trace
from estimator.graph.graph import get_default_graph


def vectorized_map(
    fn: Callable[..., Any], elems: Any, fallback_to_while_loop: bool = True, warn: bool = True
) -> Any:
    """What `fn` gives for each of the elements along the first axis, stacked along a first axis.

    It is :func:`tf.map_fn` without the types of what `fn` gives: these are found by calling it for one element more.
    It must therefore make no variables.

    Parameters
    ----------
    fn : callable
        Takes one element; if `elems` is a structure, one argument in this structure.
    elems : Tensor or nested structure of Tensors, shape [n, ...]
    fallback_to_while_loop, warn : bool
        Accepted: elements always follow one after the other.

    Returns
    -------
    Tensor or nested structure of Tensors, shape [n, ...]

    Raises
    ------
    TypeError
        If `fn` is no function.
    ValueError
        If an element of `elems` is a scalar, or if lengths differ.

    Example
    -------
    >>> from estimator import tf
    >>> sums = tf.vectorized_map(lambda row: tf.reduce_sum(row * row), tf.constant([[1.0, 2.0], [3.0, 4.0]]))
    >>> print(tf.Session().run(sums))
    [ 5. 25.]
    """
    demand_function(fn)
    graph = get_default_graph()
    tensors = [graph.convert(leaf, None, "elems") for leaf in nest.flatten(elems)]
    rows = [(tensor.dtype, None if tensor.dims is None else tensor.dims[1:]) for tensor in tensors]
    packed = nest.pack_as(elems, tensors)
    tried = trace(fn, rows, elems, "vectorized_map", unpack=False, capture_by_value=False)
    del tried.library[tried.name]  # nothing calls it
    types = nest.pack_as(tried.structure, [result.dtype for result in tried.results])
    return map_fn(fn, packed, dtype=types)


near_keywords_of_functions(__name__)
