"""Steps whose arrays or sizes are tensors of a graph: a placeholder, random numbers, a variable.

Their values are not known when the recipe is written down. Such a step is made when the initializer of
an iterator runs, which takes the tensors and may be fed::

    x = tf.placeholder(tf.float32, [None, 4])
    iterator = tf.data.make_initializable_iterator(Dataset.from_tensor_slices(x).batch(32))
    session.run(iterator.initializer, {x: train_x})

until the next run of the initializer the values stay what they were. A recipe of this kind belongs to the
graph of its tensors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from estimator.core.frozen import frozen
from estimator.graph.composite import Composite
from estimator.graph.graph import get_default_graph
from estimator.graph.static import static_value
from estimator.graph.tensor import Tensor
from estimator.pipeline.components import arrays_of, components_of, is_compound, known_value, tensors_in_graph
from estimator.pipeline.element import Array, as_component, holds_tensor
from estimator.pipeline.specs import Spec, describe_spec, type_spec_from_value
from estimator.pipeline.stage import UNKNOWN, Context, Node, Stream
from estimator.pipeline.structure import leaves, pack
from estimator.pipeline.tables import unfolded


@frozen(eq=False)
class DeferredNode(Node):
    """A step that is made when its values are known.

    Attributes
    ----------
    name : str
        What it is, such as ``"batch"``.
    tensors : tuple of Tensor
        What it needs the values of.
    make : callable
        From these values to the node.
    element : nested structure of TensorSpec
        Of what comes out, as far as it is known.
    before : tuple of Node
        What the node that is made takes its elements from.
    is_in_memory : bool
        Whether it takes them from none, and they are in memory.
    """

    name: str
    tensors: tuple[Tensor, ...]
    make: Callable[[Sequence[Array]], Node]
    element: Any
    before: tuple[Node, ...] = ()
    is_in_memory: bool = False

    @property
    def inputs(self) -> tuple[Node, ...]:
        """What it takes its elements from."""
        return self.before

    @property
    def spec(self) -> Any:
        """What is known of the elements."""
        return self.element

    @property
    def cardinality(self) -> int:
        """Not known before the initializer has run."""
        return UNKNOWN

    @property
    def takes_time(self) -> bool:
        """Whether those before it do; a source may."""
        return super().takes_time or not (self.before or self.is_in_memory)

    def describe(self) -> list[Any]:
        """Which step, and of what type: the values count as little as those of arrays."""
        return ["deferred", self.name, describe_spec(self.spec), *(node.describe() for node in self.before)]

    def start(self, context: Context) -> Stream:
        """Make the node with the values that the initializer took, and start that."""
        return self.make([context.values[tensor] for tensor in self.tensors]).start(context)


def tensors_of(node: Node) -> list[Tensor]:
    """All tensors whose values a recipe needs, each once."""
    own = list(node.tensors) if isinstance(node, DeferredNode) else []
    return list(dict.fromkeys([*own, *(tensor for step in node.inputs for tensor in tensors_of(step))]))


def as_value(value: Any) -> Any:
    """The value with tensors, variables and lists of them as one Tensor, or as an array if its value is known."""
    if is_compound(value):
        return known_value(value)
    if not holds_tensor(value):
        return value
    tensor = get_default_graph().convert(value)
    known = static_value(tensor)
    return tensor if known is None else known


def when_known(
    name: str,
    make: Callable[..., Node],
    values: Sequence[Any],
    element: Any,
    before: tuple[Node, ...] = (),
    is_in_memory: bool = False,
) -> Node:
    """``make(*values)``: now if no tensor is among them, else when an iterator begins.

    Parameters
    ----------
    name, element, before, is_in_memory
        See :class:`DeferredNode`.
    make : callable
        From arrays and numbers to the node.
    values : sequence
        Arrays, numbers and tensors.
    """
    given = [as_value(value) for value in values]
    tensors = tuple(value for value in given if isinstance(value, Tensor))
    if not tensors:
        return make(*given)

    def complete(arrays: Sequence[Array]) -> Node:
        rest = iter(arrays)
        return make(*(next(rest) if isinstance(value, Tensor) else value for value in given))

    return DeferredNode(name, tensors, complete, element, before, is_in_memory)


def source(name: str, data: Any, make: Callable[[Any], Node], row: Callable[[Spec], Spec]) -> Node:
    """``make(data)``, where leaves of the nested data may be tensors; see :func:`when_known`.

    Parameters
    ----------
    name : str
    data : nested structure
        A table in it counts as the dict of its columns, but a frame of pandas as one array.
    make : callable
        From nested arrays to the node.
    row : callable
        From the spec of a leaf to that of a component.
    """
    data = unfolded(data, frames=False)
    given = [as_value(leaf) for leaf in leaves(data)]
    if not any(isinstance(leaf, (Tensor, Composite)) for leaf in given):
        return make(pack(data, given))
    given = [leaf if isinstance(leaf, (Tensor, Composite)) else as_component(leaf, name) for leaf in given]
    specs = [type_spec_from_value(leaf) for leaf in given]

    def complete(*arrays: Any) -> Node:
        return make(pack(data, components_of(specs, arrays)))

    parts = [part for leaf in given for part in arrays_of(tensors_in_graph(leaf))]
    return when_known(name, complete, parts, pack(data, map(row, specs)), is_in_memory=True)
