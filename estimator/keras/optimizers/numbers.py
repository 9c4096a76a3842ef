"""The numbers of a step: hyper-parameters as tensors, made once for all variables of a type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.dtypes import float32
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor
from estimator.keras.optimizers.state import State
from estimator.optimizers.slots import kept_by
from estimator.variables.variable import Variable


class Numbers(State):
    """An optimizer as far as it computes with its hyper-parameters."""

    def _number(self, name: str, variable: Variable) -> Tensor:
        """A hyper-parameter in the type of a variable: one tensor for all variables, so that they are one update."""
        return self._once(f"{name} {variable.dtype.name}", lambda: self._in_type(variable, self._hyper(name)))

    def _numbers(self, variable: Variable, *names: str) -> list[Tensor]:
        return [self._number(name, variable) for name in names]

    def _rest(self, name: str, variable: Variable) -> Tensor:
        """1 minus a hyper-parameter, as exactly as it is known."""
        number = getattr(self, name)
        if isinstance(number, (int, float)):
            return self._once(
                f"1 - {name} {variable.dtype.name}", lambda: self._in_type(variable, 1.0 - number)
            )
        return 1.0 - self._number(name, variable)

    def _power(self, name: str, variable: Variable) -> Tensor:
        """A hyper-parameter to the power of the number of this step."""

        def power() -> Tensor:
            step = self._in_type(variable, self.iterations.as_tensor() + 1)
            result: Tensor = b.Pow(self._number(name, variable), step)
            return result

        return self._once(f"power of {name} {variable.dtype.name}", power)

    @staticmethod
    def _in_type(variable: Variable, number: Any) -> Tensor:
        graph = get_default_graph()
        return graph.cast(graph.convert(number), variable.dtype)

    def _once(self, key: str, make: Callable[[], Any]) -> Any:
        graph = get_default_graph()
        tensors = kept_by(self, graph).tensors
        if key not in tensors:
            with graph.control_dependencies(None):
                tensors[key] = make()
        return tensors[key]

    def _hyper(self, name: str) -> Tensor:
        if name == "learning_rate":
            return self._once("learning_rate", lambda: get_default_graph().convert(self._rate()))
        tensor: Tensor = get_default_graph().convert(getattr(self, name), float32)
        return tensor

    def _mean(
        self, variable: Variable, slot_name: str, kept: str, value: Tensor, rows: Tensor | None = None
    ) -> Tensor:
        """A running mean after this step, of which a hyper-parameter says how much is kept; of some rows, if given.

        The others decay.
        """
        slot, added = self._slot(variable, slot_name), value * self._rest(kept, variable)
        decayed = slot.as_tensor() * self._number(kept, variable)
        if rows is None:
            moved: Tensor = slot.assign(decayed + added)
            return moved
        with rows.graph.control_dependencies([slot.assign(decayed, read_value=False)]):
            scattered = b.ResourceScatterAdd(slot.handle, rows, added)
        with rows.graph.control_dependencies([scattered]):
            found: Tensor = b.GatherV2(slot.as_tensor(), rows, 0)
        return found
