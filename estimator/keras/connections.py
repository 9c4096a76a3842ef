"""What a layer was connected to: its inputs and outputs in functional models."""

from __future__ import annotations

from typing import Any

from estimator.core import nest
from estimator.keras.nodes import Node, inbound_nodes


class Connected:
    """The calls of a layer on tensors that come from an Input: what it was given, what it gave."""

    @property
    def name(self) -> str:
        """The name of the layer."""
        raise NotImplementedError

    @property
    def inbound_nodes(self) -> list[Node]:
        """The calls, in their order."""
        return inbound_nodes(self)

    @property
    def input(self) -> Any:
        """What it was called on, the first time if there were several.

        Raises
        ------
        AttributeError
            If it was not called on tensors of a functional model.
        """
        return _single(self._first_node("input").inputs)

    @property
    def output(self) -> Any:
        """What it gave, the first time if there were several.

        Raises
        ------
        AttributeError
            If it was not called on tensors of a functional model.
        """
        return _single(self._first_node("output").outputs)

    @property
    def input_shape(self) -> Any:
        """The shapes of :attr:`input`, as tuples.

        Raises
        ------
        AttributeError
            As :attr:`input`.
        """
        return self._common_shape("input")

    @property
    def output_shape(self) -> Any:
        """The shapes of :attr:`output`, as tuples; the one they have in common if there were several calls.

        Raises
        ------
        AttributeError
            If it was not called on tensors of a functional model, or shapes differ.
        """
        return self._common_shape("output")

    def get_input_at(self, node_index: int) -> Any:
        """What it was given in one of its calls.

        Raises
        ------
        ValueError
            If there was no such call.
        """
        return _single(self._node_at(node_index, "input").inputs)

    def get_output_at(self, node_index: int) -> Any:
        """What it gave in one of its calls.

        Raises
        ------
        ValueError
            If there was no such call.
        """
        return _single(self._node_at(node_index, "output").outputs)

    def get_input_shape_at(self, node_index: int) -> Any:
        """The shapes of :meth:`get_input_at`."""
        return shapes_of(self.get_input_at(node_index))

    def get_output_shape_at(self, node_index: int) -> Any:
        """The shapes of :meth:`get_output_at`."""
        return shapes_of(self.get_output_at(node_index))

    def _node_at(self, index: int, what: str) -> Node:
        nodes = inbound_nodes(self)
        if not nodes:
            raise ValueError(f"The layer {self.name!r} has never been called and thus has no defined {what}.")
        if index >= len(nodes):
            raise ValueError(
                f"Asked to get {what} at node {index}, but the layer {self.name!r} has only {len(nodes)} inbound nodes."
            )
        return nodes[index]

    def _first_node(self, what: str) -> Node:
        nodes = inbound_nodes(self)
        if not nodes:
            raise AttributeError(
                f"Layer {self.name} has no {what}: it was not called on tensors that come from tf.keras.Input.",
                name=what,
            )
        return nodes[0]

    def _common_shape(self, what: str) -> Any:
        """The shapes in every call; those of an Input and of an operation stand in a list, as Keras shows them."""
        nodes = inbound_nodes(self)
        if not nodes:
            raise AttributeError(
                f"The layer {self.name!r} has never been called on tensors that come from tf.keras.Input and thus has "
                f"no defined {what} shape.",
                name=f"{what}_shape",
            )
        found = [
            shapes_of([node.outputs] if node.is_input else node.inputs if what == "input" else node.outputs)
            for node in nodes
        ]
        if any(shape != found[0] for shape in found):
            raise AttributeError(
                f"The layer {self.name!r} has been called on tensors of different shapes, so that its {what} shape is "
                f"not one: use get_{what}_shape_at(node_index).",
                name=f"{what}_shape",
            )
        return _single(found[0]) if what == "input" and not nodes[0].is_input else found[0]


def shapes_of(tensors: Any) -> Any:
    """The shapes of tensors as tuples, in their structure; None where the rank is not known."""
    return nest.map_structure(lambda tensor: tensor.shape.tuple, tensors)


def _single(structure: Any) -> Any:
    return structure[0] if isinstance(structure, list) and len(structure) == 1 else structure
