"""What branches and loops take and give: nested structures whose leaves may be several tensors each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.core import nest
from estimator.graph.composite import Composite
from estimator.graph.graph import Graph
from estimator.graph.tensor import Operation, Tensor


def converted(graph: Graph, structure: Any, proxy: Tensor | None = None) -> Any:
    """The structure with tensors of a graph for its leaves; what is several tensors stays together.

    Parameters
    ----------
    graph : Graph
    structure : object
        Nested; its leaves are tensors, variables, Python values, or composites.
    proxy : Tensor, optional
        What stands for an operation, once that has run; by default an operation is refused.

    Raises
    ------
    ValueError
        If a leaf is None.
    TypeError
        If a leaf is an operation, and nothing stands for it.
    """

    def of_leaf(leaf: Any) -> Any:
        if isinstance(leaf, Composite):
            return leaf.mapped(graph.convert)
        if isinstance(leaf, Operation):
            if proxy is None:
                raise TypeError(f"{leaf.describe()} gives no value, and a tensor is wanted.")
            with graph.control_dependencies([leaf]):
                return graph.apply("Identity", (graph.convert(proxy),), {})
        return graph.convert(leaf)

    return nest.map_structure(of_leaf, structure)


def tensors_in(structure: Any) -> list[Tensor]:
    """The tensors of a converted structure, left to right."""
    tensors: list[Tensor] = []
    for leaf in nest.flatten(structure):
        tensors += leaf.tensors if isinstance(leaf, Composite) else [leaf]
    return tensors


def filled(structure: Any, tensors: Sequence[Tensor]) -> Any:
    """The structure with other tensors, as :func:`tensors_in` gives them."""
    rest = iter(tensors)
    return nest.map_structure(
        lambda leaf: leaf.mapped(lambda _: next(rest)) if isinstance(leaf, Composite) else next(rest),
        structure,
    )


def demand_same_structure(left: Any, right: Any, names: tuple[str, str]) -> None:
    """Refuse two structures that differ; the names say what they are.

    Raises
    ------
    TypeError
        If they have containers or composites of different types at one place.
    ValueError
        If they differ in the number of leaves, or in keys.
    """
    if not nest.same_structure(left, right):
        raise ValueError(
            f"{names[0]} and {names[1]} must have the same structure: {nest.outline(left)} and "
            f"{nest.outline(right)} differ."
        )
    if _kinds(left) != _kinds(right):
        raise TypeError(
            f"{names[0]} and {names[1]} must nest alike, in containers of one type: {nest.outline(left)} and "
            f"{nest.outline(right)} differ."
        )


def _kinds(structure: Any) -> Any:
    """The types of all containers and composites, nested as they are; those of mappings do not count."""
    if isinstance(structure, dict):
        return [_kinds(structure[key]) for key in nest.sorted_keys(structure)]
    if isinstance(structure, (list, tuple)):
        return type(structure), [_kinds(item) for item in structure]
    if isinstance(structure, Composite):
        return type(structure), [part is None or _kinds(part) for part in structure.components]
    return None
