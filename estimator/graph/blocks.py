"""The blocks around an operation that is being made: what it waits for, for which device it is, where it is to be,
and which gradient it has.

The blocks are no generators: one that nobody keeps is left when the program leaves it, and not when it is collected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Generic, TypeVar

from estimator.core.devices import canonical, merged
from estimator.graph.tensor import Operation, Tensor

T = TypeVar("T")


class _Stack(Generic[T]):
    """What is in force, as a tuple; the last came last."""

    def __init__(self) -> None:
        self.items: tuple[T, ...] = ()


class _Block(Generic[T]):
    """Puts one item more in force while it lasts, or it alone; may be entered again."""

    def __init__(self, stack: _Stack[T], item: T | None, alone: bool = False) -> None:
        self._stack, self._item, self._alone = stack, item, alone
        self._around: list[tuple[T, ...]] = []

    def __enter__(self) -> None:
        self._around.append(self._stack.items)
        before = () if self._alone else self._stack.items
        self._stack.items = () if self._item is None else (*before, self._item)

    def __exit__(self, *error: object) -> None:
        self._stack.items = self._around.pop()


class Blocks:
    """Several blocks that are entered and left together."""

    def __init__(self, *blocks: AbstractContextManager[None]) -> None:
        self._blocks = blocks

    def __enter__(self) -> None:
        for block in self._blocks:
            block.__enter__()

    def __exit__(self, *error: Any) -> None:
        for block in reversed(self._blocks):
            block.__exit__(*error)


class _Waiting:
    """The operations that those made inside a block wait for, and which were made there."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations
        self.inside: set[Operation] = set()


class ControlBlocks:
    """The `control_dependencies` blocks in force."""

    def __init__(self) -> None:
        self._stack: _Stack[_Waiting] = _Stack()

    def block(self, operations: Sequence[Operation] | None) -> AbstractContextManager[None]:
        """A block whose operations wait for these; None leaves all such blocks."""
        return _Block(self._stack, None if operations is None else _Waiting(operations))

    def before(self, inputs: Sequence[Tensor]) -> list[Operation]:
        """The control inputs of a new operation; a block that an input already waited for adds nothing."""
        if not self._stack.items:
            return []
        makers = {tensor.op for tensor in inputs}
        controls: dict[Operation, None] = {}
        for waiting in self._stack.items:
            if makers.isdisjoint(waiting.inside):
                controls |= dict.fromkeys(op for op in waiting.operations if op not in makers)
        return list(controls)

    def add(self, operation: Operation) -> None:
        """Take note that the operation was made inside the blocks."""
        for waiting in self._stack.items:
            waiting.inside.add(operation)


class DeviceBlocks:
    """The `device` blocks in force."""

    def __init__(self) -> None:
        self._stack: _Stack[Any] = _Stack()  # of names, and of functions from an operation to one

    def block(self, device: Any) -> AbstractContextManager[None]:
        """A block whose operations are for a device; None leaves all such blocks."""
        return _Block(self._stack, device if device is None or callable(device) else canonical(device))

    def place(self, operation: Operation) -> None:
        """Write down for which device an operation is; of two blocks the inner one counts."""
        for device in reversed(self._stack.items):
            operation.device = device(operation) if callable(device) else merged(device, operation.device)


class ColocationBlocks:
    """The `colocate_with` blocks in force."""

    def __init__(self) -> None:
        self._stack: _Stack[Operation] = _Stack()

    def block(self, other: Operation | None, ignore_existing: bool) -> AbstractContextManager[None]:
        """A block whose operations are to be where another is; None leaves all such blocks."""
        return _Block(self._stack, other, alone=ignore_existing)

    def place(self, operation: Operation) -> None:
        """Write down where an operation is to be: with all these, and on the device of the innermost that has one."""
        if not self._stack.items:  # nearly always
            return
        groups: set[str] = set()
        for other in self._stack.items:
            groups |= set(other.colocated or (other.name,))
            operation.device = other.device or operation.device
        operation.colocated = tuple(sorted(groups))


class GradientBlocks:
    """The `gradient_override_map` blocks in force."""

    def __init__(self) -> None:
        self._stack: _Stack[Mapping[str, str]] = _Stack()

    def block(self, names: Mapping[str, str]) -> AbstractContextManager[None]:
        """A block whose operations have the gradients of these names, by op type.

        Raises
        ------
        TypeError
            If it maps something else.
        """
        if not isinstance(names, Mapping) or not all(
            isinstance(text, str) for pair in names.items() for text in pair
        ):
            raise TypeError(
                f"gradient_override_map takes a dict from op types to names of gradients, given: {names!r}."
            )
        return _Block(self._stack, dict(names))

    def name(self, operation: Operation) -> None:
        """Write down which gradient an operation has; of two blocks the inner one counts."""
        for names in self._stack.items:
            operation.gradient_name = names.get(operation.type, operation.gradient_name)
