"""A graph's operations and tensors: which there are, by which names, and which may be fed and fetched."""

from __future__ import annotations

from estimator.core.registry import did_you_mean
from estimator.graph.tensor import Operation, Tensor


class Lookup:
    """What has operations by name, as a graph does."""

    is_function = False  # whether it is the body of a function, inside another graph

    def __init__(self) -> None:
        self._operations: dict[str, Operation] = {}
        self._not_fed: set[Tensor] = set()
        self._not_fetched: set[Operation] = set()

    @property
    def version(self) -> int:
        """A number that grows with every operation."""
        return len(self._operations)

    def get_operations(self) -> list[Operation]:
        """All operations in the order of their creation."""
        return list(self._operations.values())

    def __contains__(self, name: str) -> bool:
        """Whether there is an operation of that name."""
        return name in self._operations

    def get_operation_by_name(self, name: str) -> Operation:
        """The operation of that name.

        Raises
        ------
        KeyError
            If there is none; the message names the nearest.
        ValueError
            If it is the name of a tensor.
        """
        if not isinstance(name, str):
            raise TypeError(f"the name of an operation is a text, given: {name!r}.")
        if ":" in name:
            raise ValueError(f"{name!r} is the name of a tensor, not of an operation: leave out its ':'.")
        if name not in self._operations:
            raise KeyError(f"the graph has no operation {name!r}.{did_you_mean(name, self._operations)}")
        return self._operations[name]

    def get_tensor_by_name(self, name: str) -> Tensor:
        """The tensor ``"op:index"``.

        Raises
        ------
        ValueError
            If the name has no index.
        KeyError
            If there is no such tensor.
        """
        if not isinstance(name, str):
            raise TypeError(f"the name of a tensor is a text, given: {name!r}.")
        op_name, colon, index = name.rpartition(":")
        if not colon or not index.isdigit():
            raise ValueError(
                f"{name!r} is not a tensor name: write 'operation:output', for example '{name}:0'."
            )
        op = self.get_operation_by_name(op_name)
        if int(index) >= len(op.outputs):
            raise KeyError(f"{op.type} {op_name!r} has {len(op.outputs)} outputs; there is no {name!r}.")
        return op.outputs[int(index)]

    def prevent_feeding(self, tensor: Tensor) -> None:
        """From now on no run may be fed this tensor."""
        self._not_fed.add(tensor)

    def is_feedable(self, tensor: Tensor) -> bool:
        """Whether a run may be fed this tensor."""
        return tensor not in self._not_fed

    def prevent_fetching(self, op: Operation) -> None:
        """From now on no run may fetch this operation, or what it gives."""
        self._not_fetched.add(op)

    def is_fetchable(self, tensor_or_op: Tensor | Operation) -> bool:
        """Whether a run may fetch this tensor or operation."""
        op = tensor_or_op.op if isinstance(tensor_or_op, Tensor) else tensor_or_op
        return op not in self._not_fetched
