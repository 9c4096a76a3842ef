"""Nested structures of tensors, with TensorFlow's keywords: tf.nest.

Source: names and arguments of tf.nest in TensorFlow 1.15.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from estimator.core import nest
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.control_flow.structures import demand_same_structure, filled, tensors_in
from estimator.graph.composite import Composite


def is_nested(seq: Any) -> bool:
    """Whether it is a list, tuple, namedtuple or dict."""
    return nest.is_nested(seq)


def flatten(structure: Any, expand_composites: bool = False) -> list[Any]:
    """The leaves, left to right, those of dicts in the order of their sorted keys; ``[structure]`` of what is none.

    Parameters
    ----------
    expand_composites : bool
        Whether a SparseTensor and IndexedSlices are their components, or one leaf.
    """
    leaves = nest.flatten(structure)
    return _components(leaves) if expand_composites else leaves


def _components(leaves: Sequence[Any]) -> list[Any]:
    return [part for leaf in leaves for part in (tensors_in(leaf) if isinstance(leaf, Composite) else [leaf])]


def pack_sequence_as(structure: Any, flat_sequence: Sequence[Any], expand_composites: bool = False) -> Any:
    """The structure with other leaves, in the order in which `flatten` gives them.

    Raises
    ------
    TypeError
        If `flat_sequence` is no list.
    ValueError
        If it has more or fewer leaves.
    """
    if not isinstance(flat_sequence, (list, tuple)):
        raise TypeError(f"flat_sequence must be a list of leaves, given: {flat_sequence!r}.")
    count = len(flatten(structure, expand_composites))
    if count != len(flat_sequence):
        raise ValueError(
            f"Could not pack sequence: the structure {nest.outline(structure)} has {count} leaves, and flat_sequence "
            f"{len(flat_sequence)}."
        )
    return (
        filled(structure, flat_sequence)
        if expand_composites
        else nest.pack_as(structure, list(flat_sequence))
    )


def map_structure(
    func: Callable[..., Any], *structure: Any, check_types: bool = True, expand_composites: bool = False
) -> Any:
    """What the function gives for the leaves that stand at one place of all structures, nested as they are.

    Raises
    ------
    TypeError
        If `func` cannot be called, or, with `check_types`, if containers differ in type.
    ValueError
        If there is no structure, or if they differ.
    """
    if not callable(func):
        raise TypeError(f"func must be callable, given: {func!r}.")
    if not structure:
        raise ValueError("map_structure needs at least one structure.")
    first, *others = structure
    for other in others:
        assert_same_structure(first, other, check_types, expand_composites)
    columns = [flatten(part, expand_composites) for part in structure]
    return pack_sequence_as(first, [func(*row) for row in zip(*columns, strict=True)], expand_composites)


def assert_same_structure(
    nest1: Any, nest2: Any, check_types: bool = True, expand_composites: bool = False
) -> None:
    """Refuse two structures that nest differently.

    Parameters
    ----------
    check_types : bool
        Whether containers of different types differ; all dicts are of one type.
    expand_composites : bool
        Whether a SparseTensor and a tensor differ.

    Raises
    ------
    TypeError
        If containers are of different types.
    ValueError
        If the number of leaves or keys differs at a place.
    """
    if not check_types and nest.same_structure(nest1, nest2):
        return
    both = (nest1, nest2) if expand_composites else (_blank(nest1), _blank(nest2))
    demand_same_structure(*both, ("the first structure", "the second"))


def _blank(structure: Any) -> Any:
    return nest.map_structure(lambda leaf: None, structure)


near_keywords_of_functions(__name__)
