"""What all cells of recurrent layers are asked, those of the user's and of TensorFlow 1, too; and several as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.core.dtypes import DTypeLike
from estimator.functions import arrays
from estimator.graph import build as b
from estimator.keras.layer import Layer, shape_of
from estimator.keras.layers.by_name import deserialize
from estimator.keras.serialization import serialize
from estimator.network.recurrent.cell import RNNCell


class AbstractRNNCell(Layer):
    """One step of a recurrent network: a subclass has `state_size`, `output_size` and ``call(inputs, states)``.

    Source
    ------
    tf.keras.layers.AbstractRNNCell, TF 2.15
    """

    is_own = False  # whether its step can be called as it is, without a scope and checks

    @property
    def state_size(self) -> Any:
        """The size of the state, or a list of those of its parts.

        Raises
        ------
        NotImplementedError
            If a class does not say it.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say its state_size: define the property.")

    @property
    def output_size(self) -> Any:
        """The size of the output.

        Raises
        ------
        NotImplementedError
            If a class does not say it.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say its output_size: define the property.")

    def get_initial_state(
        self, inputs: Any = None, batch_size: Any = None, dtype: DTypeLike | None = None
    ) -> Any:
        """Zeros in the structure of :attr:`state_size`."""
        return zeros_of(self, inputs, batch_size, dtype)


class StackedRNNCells(AbstractRNNCell):
    """Several cells as one: each takes the output of the one before.

    Parameters
    ----------
    cells : list
        Of layers with `state_size` and ``call(inputs, states)``.

    Raises
    ------
    ValueError
        If one is no cell.

    Source
    ------
    tf.keras.layers.StackedRNNCells, TF 2.15
    """

    def __init__(self, cells: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for cell in cells:
            demand_cell(cell)
        self.cells = list(cells)

    @property
    def state_size(self) -> tuple[Any, ...]:
        """Those of the cells."""
        return tuple(cell.state_size for cell in self.cells)

    @property
    def output_size(self) -> Any:
        """That of the last cell."""
        return output_size_of(self.cells[-1])

    def get_initial_state(
        self, inputs: Any = None, batch_size: Any = None, dtype: DTypeLike | None = None
    ) -> Any:
        """Those of the cells."""
        return tuple(initial_state_of(cell, inputs, batch_size, dtype) for cell in self.cells)

    def build(self, input_shape: Any) -> None:
        """Build the cells, each below its name."""
        shape = tuple(shape_of(input_shape).as_list())
        for cell in self.cells:
            build_cell(cell, shape)
            shape = (shape[0], output_size_of(cell))
        self.built = True

    def call(self, inputs: Any, states: Any, training: Any = None) -> tuple[Any, tuple[Any, ...]]:
        """The output of the last cell, and the new states of all."""
        new = []
        for cell, state in zip(self.cells, states, strict=True):
            inputs, after = step_of(cell, inputs, state, training)
            new.append(after)
        return inputs, tuple(new)

    def get_config(self) -> dict[str, Any]:
        """What the layer was told."""
        return super().get_config() | {"cells": [serialize(cell) for cell in self.cells]}

    @classmethod
    def from_config(cls, config: Any) -> StackedRNNCells:
        """The layer of such a configuration."""
        given = dict(config)
        return cls([deserialize(cell) for cell in given.pop("cells")], **given)


# -- what any cell is asked, that of the user's too --------------------------------------------------------------------


def demand_cell(cell: Any) -> None:
    """Check that something is a cell.

    Raises
    ------
    ValueError
        If it is none.
    """
    lacking = [name for name in ("call", "state_size") if name not in dir(cell)]
    if lacking:
        raise ValueError(
            f"a cell of a recurrent layer has call(inputs, states) and state_size; {cell!r} lacks {', '.join(lacking)}."
        )


def build_cell(cell: Any, shape: tuple[Any, ...]) -> None:
    """Build a cell below its name, if it is not built."""
    if isinstance(cell, Layer) and not cell.built:
        if cell.dtype is None:
            cell.dtype = cell.compute_dtype
        with cell.name_scope():
            cell.build(shape)
            cell.built = True


def output_size_of(cell: Any) -> Any:
    """The size of a cell's output; by default that of the first part of its state."""
    found = getattr(cell, "output_size", None)
    if found is not None:
        return found
    size = cell.state_size
    return size[0] if isinstance(size, (list, tuple)) else size


def initial_state_of(cell: Any, inputs: Any, batch_size: Any, dtype: Any) -> Any:
    """The state that a cell begins with."""
    make = getattr(cell, "get_initial_state", None)
    if make is None:
        return zeros_of(cell, inputs, batch_size, dtype)
    return make(inputs=None, batch_size=batch_size, dtype=dtype)


def zeros_of(cell: Any, inputs: Any, batch_size: Any, dtype: Any) -> Any:
    """Zeros in the structure of a cell's state."""
    if inputs is not None:
        batch_size, dtype = b.Shape(inputs)[0], inputs.dtype
    size = cell.state_size
    sizes = list(size) if isinstance(size, (list, tuple)) else [size]
    states = [arrays.zeros(b.Pack([batch_size, *_as_sizes(one)]), dtype) for one in sizes]
    return states if isinstance(size, (list, tuple)) else states[0]


def _as_sizes(size: Any) -> list[Any]:
    return list(size) if hasattr(size, "__iter__") else [size]


def step_of(cell: Any, inputs: Any, states: Any, training: Any) -> tuple[Any, Any]:
    """Output and new states of one step of any cell."""
    if isinstance(cell, AbstractRNNCell) and cell.is_own:
        result: tuple[Any, Any] = cell.call(inputs, states, training)
        return result
    if isinstance(cell, RNNCell):  # of TensorFlow 1, which know nothing of training
        return cell(inputs, states)
    call = cell if callable(cell) else cell.call
    takes = isinstance(cell, StackedRNNCells) or "training" in getattr(
        getattr(cell.call, "__code__", None), "co_varnames", ()
    )
    found: tuple[Any, Any] = call(inputs, states, **({"training": training} if takes else {}))
    return found
