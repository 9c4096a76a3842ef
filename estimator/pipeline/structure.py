"""How the elements of a dataset nest, as in tf.data: dicts, tuples and None are structure, a list is one tensor.

All functions walk alike: dicts in the order of their sorted keys, and None has no leaf.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from estimator.core import nest
from estimator.graph.ragged import RaggedTensorValue
from estimator.graph.sparse import SparseTensorValue

COMPOUND = (SparseTensorValue, RaggedTensorValue)  # values of several arrays, each of which is one component


def is_structure(value: Any) -> bool:
    """Whether tf.data walks into the value: a dict, a tuple or None. A SparseTensorValue is one component."""
    return value is None or (isinstance(value, (Mapping, tuple)) and not isinstance(value, COMPOUND))


def leaves(structure: Any) -> list[Any]:
    """The leaves, left to right."""
    found: list[Any] = []
    _walk(lambda leaf, path: found.append(leaf), structure, "")
    return found


def map_leaves(function: Callable[[Any], Any], structure: Any) -> Any:
    """The same structure with ``function(leaf)`` in place of each leaf."""
    return _walk(lambda leaf, path: function(leaf), structure, "")


def paths(structure: Any, root: str = "") -> Any:
    """The same structure with each leaf's path in its place, such as ``[0]['age']`` after `root`."""
    return _walk(lambda leaf, path: path, structure, root)


def pack(structure: Any, values: Iterable[Any]) -> Any:
    """The same structure with other leaves: as many `values` as it has leaves."""
    rest = iter(values)
    return map_leaves(lambda leaf: next(rest), structure)


def same_structure(left: Any, right: Any) -> bool:
    """Whether both have the same containers, keys and None."""
    return bool(map_leaves(lambda leaf: "", left) == map_leaves(lambda leaf: "", right))


def _walk(function: Callable[[Any, str], Any], value: Any, path: str) -> Any:
    if value is None:
        return None
    if isinstance(value, Mapping):
        items = {key: _walk(function, value[key], f"{path}[{key!r}]") for key in nest.sorted_keys(value)}
        return nest.like(value, items)
    if is_structure(value):
        return nest.like(
            value, [_walk(function, item, f"{path}[{index}]") for index, item in enumerate(value)]
        )
    return function(value, path)
