"""What every dataset is: the last step of a recipe, to which a method adds one more."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from estimator.core.keywords import near_keywords
from estimator.core.shown import shorten
from estimator.graph.tensor import Tensor
from estimator.pipeline import deferred
from estimator.pipeline.deferred import DeferredNode
from estimator.pipeline.element import as_array
from estimator.pipeline.stage import Node

if TYPE_CHECKING:
    from typing import Self


@near_keywords
class Recipe:
    """A recipe for a sequence of elements.

    Parameters
    ----------
    node : Node
        The last step.
    """

    def __init__(self, node: Node) -> None:
        if not isinstance(node, Node):
            raise TypeError(
                f"a Dataset is made by one of its functions, such as Dataset.from_tensor_slices(arrays); given: "
                f"{shorten(node)}."
            )
        self._node = node

    @classmethod
    def _made_of(cls, node: Node) -> Self:
        """A dataset of that last step; a source of a class of its own becomes a plain one."""
        raise NotImplementedError

    def _held_by(self, tensor: Tensor, element: Any) -> Self:
        """The dataset of such elements whose last step is the value of a tensor."""
        return self._made_of(DeferredNode("dataset", (tensor,), lambda values: values[0].item(), element))

    @property
    def element_spec(self) -> Any:
        """The structure of an element, with a TensorSpec for each component."""
        return self._node.spec

    def tensors(self) -> list[Tensor]:
        """What it is made of beside arrays: tensors whose values an iterator's initializer takes."""
        return deferred.tensors_of(self._node)

    def _step(self, name: str, make: Callable[..., Node], *values: Any, element: Any = None) -> Self:
        """One more step, made of values that may be tensors; `element` is its spec if it has another one."""
        element = self._node.spec if element is None else element
        return self._made_of(deferred.when_known(name, make, values, element, (self._node,)))


def fingerprint_of(node: Node) -> str:
    """Equal for recipes of the same steps, seeds and sizes."""
    import hashlib

    return hashlib.blake2b(json.dumps(node.describe()).encode(), digest_size=16).hexdigest()


def whole_number(value: Any, where: str) -> int:
    """A number of elements or the like, as an int.

    Raises
    ------
    TypeError
        If it is no whole number; the message says where it stood.
    """
    array = np.asarray(as_array(value, where)) if not isinstance(value, int) else np.asarray(value)
    if array.ndim or array.dtype.kind not in "iu":
        raise TypeError(f"{where} must be a whole number, given: {value!r}.")
    return int(array)


def at_least(value: Any, least: int, where: str) -> int:
    """A whole number that is not below another.

    Raises
    ------
    TypeError, ValueError
        If it is no whole number, or below; the message says where it stood.
    """
    number = whole_number(value, where)
    if number < least:
        raise ValueError(f"{where} must be >= {least}, given: {number}.")
    return number
