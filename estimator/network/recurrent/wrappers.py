"""Cells around a cell, which change what goes in and comes out. They add no scope: variables are named by the cell."""

from __future__ import annotations

import abc
from collections.abc import Callable
from typing import Any

from estimator.core import nest
from estimator.core.dtypes import DTypeLike
from estimator.core.shapes import compatible, show
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor
from estimator.network.recurrent.cell import RNNCell, demand_cell
from estimator.network.recurrent.multi import variables_of
from estimator.variables.scopes import VariableScope
from estimator.variables.variable import Variable


class RNNCellWrapper(RNNCell):
    """A cell around a cell.

    Parameters
    ----------
    cell : RNNCell

    Raises
    ------
    TypeError
        If `cell` is not one.
    """

    def __init__(self, cell: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        demand_cell(cell=cell)
        self.cell = cell

    @property
    def wrapped_cell(self) -> Any:
        """The cell inside."""
        return self.cell

    @property
    def state_size(self) -> Any:
        """That of the cell."""
        return self.cell.state_size

    @property
    def output_size(self) -> Any:
        """That of the cell."""
        return self.cell.output_size

    @property
    def variables(self) -> list[Variable]:
        """Those of the cell."""
        return variables_of([self.cell])

    def zero_state(self, batch_size: Any, dtype: DTypeLike) -> Any:
        """That of the cell; see :meth:`~estimator.network.recurrent.cell.RNNCell.zero_state`."""
        with get_default_graph().name_scope(f"{type(self).__name__}ZeroState"):
            return self.cell.zero_state(batch_size, dtype)

    def __call__(self, inputs: Any, state: Any, scope: str | VariableScope | None = None) -> Any:
        """Output and new state of one step."""
        return self._around_step(inputs, state, {} if scope is None else {"scope": scope})

    @abc.abstractmethod
    def _around_step(self, inputs: Any, state: Any, scope: dict[str, Any]) -> tuple[Any, Any]:
        """Output and new state; the cell takes `scope` as keywords."""


class ResidualWrapper(RNNCellWrapper):
    """The output of a cell, plus its inputs.

    Parameters
    ----------
    cell : RNNCell
    residual_fn : callable, optional
        From inputs and outputs to what comes out instead of their sum.

    Raises
    ------
    TypeError
        If `cell` is not one.

    Source
    ------
    tf.nn.rnn_cell.ResidualWrapper, TF 1.15 rnn_cell_wrapper_impl.py
    """

    def __init__(
        self, cell: Any, residual_fn: Callable[[Any, Any], Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(cell, **kwargs)
        self._residual_fn = residual_fn or _sum

    def _around_step(self, inputs: Any, state: Any, scope: dict[str, Any]) -> tuple[Any, Any]:
        outputs, new_state = self.cell(inputs, state, **scope)
        return self._residual_fn(inputs, outputs), new_state


def _sum(inputs: Any, outputs: Any) -> Any:
    if not nest.same_structure(inputs, outputs):
        raise ValueError(
            "ResidualWrapper adds inputs to outputs, which must have one structure, given: "
            f"{inputs!r} and {outputs!r}. Pass residual_fn to combine them otherwise."
        )
    return nest.map_structure(_sum_of_two, inputs, outputs)


def _sum_of_two(inputs: Tensor, outputs: Tensor) -> Any:
    if not compatible(inputs.dims, outputs.dims):
        raise ValueError(
            f"ResidualWrapper adds inputs to outputs. Shapes {show(inputs.dims)} and {show(outputs.dims)} are "
            "incompatible: give the cell as many units as its inputs have, or pass residual_fn."
        )
    return inputs + outputs


class DeviceWrapper(RNNCellWrapper):
    """A cell whose operations say that they are for a device; they run on the one there is.

    Parameters
    ----------
    cell : RNNCell
    device : str or callable

    Raises
    ------
    TypeError
        If `cell` is not one.

    Source
    ------
    tf.nn.rnn_cell.DeviceWrapper, TF 1.15 rnn_cell_wrapper_impl.py
    """

    def __init__(self, cell: Any, device: Any, **kwargs: Any) -> None:
        super().__init__(cell, **kwargs)
        self._device = device

    def zero_state(self, batch_size: Any, dtype: DTypeLike) -> Any:
        """That of the cell; see :meth:`~estimator.network.recurrent.cell.RNNCell.zero_state`."""
        with get_default_graph().device(self._device):
            return super().zero_state(batch_size, dtype)

    def _around_step(self, inputs: Any, state: Any, scope: dict[str, Any]) -> tuple[Any, Any]:
        with get_default_graph().device(self._device):
            outputs, new_state = self.cell(inputs, state, **scope)
        return outputs, new_state
