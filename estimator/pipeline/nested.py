"""Datasets inside of datasets: functions that make one for each element, and elements that are datasets themselves.

What such a function returns is a recipe made of tensors of the function's graph (see
:mod:`estimator.pipeline.deferred`). The function is traced once; for each element it gives the values of these tensors,
with which the recipe is started.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from estimator.core.frozen import frozen
from estimator.graph.function import FunctionGraph
from estimator.graph.tensor import Tensor
from estimator.pipeline.deferred import tensors_of
from estimator.pipeline.element import Array, Element
from estimator.pipeline.functions import describe_body, traced_to
from estimator.pipeline.recipe import Recipe
from estimator.pipeline.sources import IndexStage
from estimator.pipeline.specs import describe_spec
from estimator.pipeline.stage import Context, Node, Rows, Stream, Tickets


@frozen(eq=False)
class DatasetFunction:
    """A traced function that makes a dataset.

    Attributes
    ----------
    body : FunctionGraph
        Gives the values that the dataset is made of.
    node : Node
        The dataset.
    tensors : tuple of Tensor
        Whose values these are.
    """

    body: FunctionGraph
    node: Node
    tensors: tuple[Tensor, ...]

    def describe(self) -> list[Any]:
        """The operations of the function, and the recipe that it makes."""
        return [describe_body(self.body), self.node.describe()]

    def start(self, values: Element, context: Context, seed: int) -> Stream:
        """Begin the dataset that is made of these values; what is random in it follows from the seed."""
        return self.node.start(context.inside(seed, dict(zip(self.tensors, values, strict=True))))


def traced_dataset(function: Callable[..., Any], spec: Any, name: str) -> DatasetFunction:
    """What a function of tensors makes of an element.

    Raises
    ------
    TypeError
        If it does not return a Dataset, or does not take the components of an element.
    ValueError
        If it is not callable, or uses what it cannot.
    """
    made: list[Node] = []

    def tensors(returned: Any) -> list[Tensor]:
        if not isinstance(returned, Recipe):
            raise TypeError(
                f"the function given to {name} must return a Dataset object, returned: {returned!r}. "
                "Dataset.map takes a function that returns tensors."
            )
        made.append(returned._node)
        return tensors_of(returned._node)

    body = traced_to(tensors, function, spec, name)
    return DatasetFunction(body, made[0], tuple(tensors_of(made[0])))


@frozen(eq=False)
class KeptNode(Node):
    """Elements in memory, in any shapes: what a window holds."""

    element: Any
    elements: Sequence[Element]

    @property
    def spec(self) -> Any:
        """The structure of an element."""
        return self.element

    @property
    def cardinality(self) -> int:
        """How many there are."""
        return len(self.elements)

    def describe(self) -> list[Any]:
        """Only the type: how many there are is data."""
        return ["kept", describe_spec(self.element)]

    def start(self, context: Context) -> Stream:
        """From the first element; tickets are places."""
        return Stream(IndexStage(len(self.elements)), Places(self.elements), True)


class Places(Rows):
    """Tickets that are places in a list."""

    def __init__(self, elements: Sequence[Element]) -> None:
        self._elements = elements

    def elements(self, tickets: Tickets) -> list[Element]:
        """The elements there."""
        return [self._elements[place] for place in tickets.tolist()]


def as_dataset_component(node: Node) -> Array:
    """A dataset as one component of an element: a scalar of type variant."""
    component = np.empty((), object)
    component[()] = node
    return component
