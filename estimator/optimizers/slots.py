"""Slots: the variables that an optimizer keeps beside each variable it changes.

A slot of ``dense/kernel`` kept by Adam is called ``dense/kernel/Adam``, the second one ``dense/kernel/Adam_1``; inside
a variable scope its name is put in front, as TensorFlow does. Slots are global variables, so checkpoints keep them, and
are not trained themselves. ``slot_of`` says what a variable is the slot of, ``slot_name`` what its name adds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.dtypes import DType
from estimator.graph.graph import get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.variables.initializers import Constant, Zeros
from estimator.variables.scopes import get_variable_scope, join
from estimator.variables.variable import Variable


class Slots:
    """The slots of one optimizer, by graph, slot name and variable; and its variables that belong to none."""

    def __init__(self) -> None:
        self._slots: dict[str, dict[Variable, Variable]] = {}
        self._loose: dict[tuple[str, Any], Variable] = {}

    def names(self) -> list[str]:
        """The slot names, sorted."""
        return sorted(self._slots)

    def get(self, variable: Variable, slot_name: str) -> Variable | None:
        """The slot of a variable, or None."""
        return self._slots.get(slot_name, {}).get(variable)

    def make(self, variable: Variable, slot_name: str, op_name: str, value: float = 0.0) -> Variable:
        """The slot of a variable, made and filled with `value` if it is not there yet."""
        made = self.get(variable, slot_name)
        if made is None:
            initializer = Zeros() if value == 0.0 else Constant(value)
            made = _make(variable, op_name, lambda: initializer(list(variable.dims or ()), variable.dtype))  # type: ignore[arg-type]
            made.slot_of, made.slot_name = variable, _suffix(made, variable)
            if variable.save_slice_info is not None:
                made.save_slice_info = variable.save_slice_info.of_slot(made.slot_name)
            self._slots.setdefault(slot_name, {})[variable] = made
        return made

    def make_loose(self, name: str, value: float, dtype: DType) -> Variable:
        """A scalar that belongs to no variable, below the current name scope; one for each graph."""
        key = (name, get_default_graph())
        if key not in self._loose:
            self._loose[key] = Variable(
                value, trainable=False, name=name, dtype=dtype, initializer_scope="Initializer/"
            )
        return self._loose[key]

    def get_loose(self, name: str) -> Variable:
        """The scalar of that name in the current graph."""
        return self._loose[name, get_default_graph()]

    def variables(self) -> list[Variable]:
        """Everything kept in the current graph: the scalars first, then the slots."""
        graph = get_default_graph()
        loose = [each for (_, owner), each in self._loose.items() if owner is graph]
        slots = [each for by_variable in self._slots.values() for each in by_variable.values()]
        return loose + [each for each in slots if each.graph is graph]


def _suffix(slot: Variable, variable: Variable) -> str:
    """What its name adds to that of the variable: ``Adam_1``."""
    return slot.op.name.rpartition(f"{variable.op.name}/")[2]


def _make(variable: Variable, op_name: str, initial_value: Callable[[], Any]) -> Variable:
    name = join(get_variable_scope().name, f"{variable.op.name}/{op_name}")
    with variable.graph.name_scope(None):
        return Variable(
            initial_value,
            trainable=False,
            collections=[GraphKeys.GLOBAL_VARIABLES],
            name=name,
            dtype=variable.dtype,
            initializer_scope="Initializer/",
        )
