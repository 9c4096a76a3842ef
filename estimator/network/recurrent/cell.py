"""What all cells share: sizes of state and output, the state to begin with, and where their variables live.

A cell of one's own is a class with three things::

    class Accumulator(RNNCell):
        state_size = output_size = 3

        def call(self, inputs, state):
            weights = tf.get_variable("weights", [inputs.shape[-1], 3])
            total = state + tf.matmul(inputs, weights)
            return total, total

Its variables are made by ``get_variable`` in ``call``, or in ``build`` by ``add_variable``; they live below
``accumulator/`` in the surrounding scope, and later calls share them. A class of the older kind defines ``__call__``
and opens a scope itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from estimator.core import nest
from estimator.core.counts import whole_number
from estimator.core.dtypes import DType, DTypeLike, as_dtype
from estimator.core.errors import raise_problems
from estimator.core.shapes import ShapeLike, as_dims, compatible, show
from estimator.functions.arguments import tensor_of
from estimator.functions.arrays import shape
from estimator.functions.math import tanh
from estimator.graph.graph import get_default_graph
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.layers.by_name import ActivationLike, functions_of
from estimator.network.layers.layer import Layer, static_last_size
from estimator.network.recurrent.sizes import zeros_of
from estimator.variables.scopes import VariableScope, get_variable_scope, variable_scope


class RNNCell(Layer):
    """One step of a recurrent network: ``output, new_state = cell(inputs, state)``.

    Attributes
    ----------
    state_size : int, TensorShape, or nested structure of them
        The size of each part of the state, without the batch.
    output_size : int, TensorShape, or nested structure of them

    Source
    ------
    tf.nn.rnn_cell.RNNCell, TF 1.15 rnn_cell_impl.py
    """

    _around: VariableScope | None = None  # the scope in which a cell of one's own was called first

    def __init__(
        self, trainable: bool = True, name: str | None = None, dtype: DTypeLike | None = None, **kwargs: Any
    ) -> None:
        super().__init__(trainable, name, dtype, **kwargs)

    @property
    def state_size(self) -> Any:
        """The size of each part of the state, without the batch.

        Raises
        ------
        NotImplementedError
            If a class does not say it.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say its state_size: define the property.")

    @property
    def output_size(self) -> Any:
        """The size of the output, without the batch.

        Raises
        ------
        NotImplementedError
            If a class does not say it.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say its output_size: define the property.")

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The output and the new state.

        Raises
        ------
        NotImplementedError
            If a class does not say it.
        """
        raise NotImplementedError(f"{type(self).__name__} has no step: define call(self, inputs, state).")

    def __call__(self, inputs: Any, state: Any, scope: str | VariableScope | None = None) -> Any:
        """Output and new state of one step.

        Parameters
        ----------
        inputs : Tensor or nested structure of tensors
        state : Tensor or nested structure of tensors
            As :attr:`state_size` has it.
        scope : str or VariableScope, optional
            The scope of the variables, if this is the first call; by default one named after the class.

        Shape
        -----
        inputs [batch, size], state [batch, state_size] -> [batch, output_size], [batch, state_size]

        Raises
        ------
        TypeError
            If an input cannot be made a tensor.
        """
        if scope is not None:
            with variable_scope(scope, custom_getter=self._listing) as opened:
                return super().__call__(inputs, state, scope=opened)
        self._around = self._around or get_variable_scope()
        with variable_scope(self._around, custom_getter=self._listing):
            return super().__call__(inputs, state)

    def _listing(self, getter: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """A custom getter: what get_variable gives inside the cell is listed among its variables."""
        variable = getter(*args, **kwargs)
        self._list_variable(variable)
        return variable

    def zero_state(self, batch_size: Any, dtype: DTypeLike) -> Any:
        """Zeros in the structure of :attr:`state_size`.

        Parameters
        ----------
        batch_size : int or Tensor
            ``tf.shape(inputs)[0]`` where it is not known.
        dtype : DType

        Shape
        -----
        -> [batch_size, size...] for each size

        Raises
        ------
        TypeError
            If `batch_size` or a size of the state is neither a number nor a shape nor a tensor.
        ValueError
            If `batch_size` is None.
        """
        with get_default_graph().name_scope(f"{type(self).__name__}ZeroState"):
            return nest.map_structure(lambda size: zeros_of(batch_size, size, dtype), self.state_size)

    def get_initial_state(
        self, inputs: TensorLike | None = None, batch_size: Any = None, dtype: DTypeLike | None = None
    ) -> Any:
        """The state to begin with: :meth:`zero_state` of the batch size and the type that are given, or the inputs'.

        Raises
        ------
        ValueError
            If they are neither given nor those of inputs, or the inputs' are others.
        """
        if inputs is not None:
            inputs = tensor_of(inputs, name="inputs")
            known = (inputs.dims or (None,))[0]
            if batch_size is not None and not isinstance(batch_size, Tensor) and known != int(batch_size):
                raise ValueError(
                    f"batch size from input tensor is different from the input param. Input tensor batch: {known}, "
                    f"batch_size: {batch_size}. Leave batch_size out: the inputs have one."
                )
            if dtype is not None and as_dtype(dtype) is not inputs.dtype:
                raise ValueError(
                    "dtype from input tensor is different from the input param. Input tensor dtype: "
                    f"{inputs.dtype.name}, dtype: {as_dtype(dtype).name}. Leave dtype out: the inputs have one."
                )
            batch_size, dtype = shape(inputs)[0] if known is None else known, inputs.dtype
        if batch_size is None or dtype is None:
            raise ValueError(
                f"batch_size and dtype cannot be None while constructing initial state: batch_size={batch_size}, "
                f"dtype={dtype}. Give both, or the inputs."
            )
        return self.zero_state(batch_size, dtype)


class LayerRNNCell(RNNCell):
    """A cell that makes its variables in ``build``, as layers do: what TensorFlow's own cells are.

    Parameters
    ----------
    num_units : int
        The size of what it remembers.
    activation : callable or str, optional
        By default ``tf.tanh``.
    reuse : bool, optional
        Take the variables that a cell of the same name has made.
    sizes : mapping, optional
        Further sizes by the names of their arguments, None for what there is not.

    Raises
    ------
    ValueError
        If an argument is not what it should be.
    """

    _first_dims: tuple[int | None, ...] | None = None  # the shape of the inputs of the first call

    def __init__(
        self,
        num_units: int,
        activation: ActivationLike,
        reuse: bool | None,
        sizes: Mapping[str, int | None] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, **kwargs)
        given = {"num_units": num_units, **(sizes or {})}
        found = {
            name: whole_number(size)
            for name, size in given.items()
            if size is not None or name == "num_units"
        }
        problems = [
            f"{name} must be a whole number above 0, given: {given[name]!r}."
            for name, size in found.items()
            if size is None or size <= 0
        ]
        raise_problems(type(self).__name__, problems + _type_problems(self.dtype))
        self._sizes = {name: size for name, size in found.items() if size is not None}
        self._num_units = self._sizes["num_units"]
        self._activation: Callable[[Any], Any]
        self._activation = functions_of(type(self).__name__, activation=activation or tanh)["activation"]

    def __call__(self, inputs: Any, state: Any, scope: str | VariableScope | None = None) -> Any:
        """Output and new state of one step; see :meth:`RNNCell.__call__`.

        Raises
        ------
        TypeError
            If the inputs or the state cannot be made tensors.
        ValueError
            If the inputs are no matrix of floating point, their size is not known or another than at the first call, or
            the state is none of this cell.
        """
        inputs = self._as_inputs(inputs)
        problems = [*_type_problems(inputs.dtype), *_rank_problems(inputs), *self._size_problems(inputs)]
        raise_problems(self.name, problems + self._misfits(state))
        results = Layer.__call__(self, inputs, nest.map_structure(tensor_of, state), scope=scope)
        self._first_dims = self._first_dims or inputs.dims
        return results

    def _as_inputs(self, inputs: Any) -> Tensor:
        return tensor_of(inputs)

    def _size_problems(self, inputs: Tensor) -> list[str]:
        """What is wrong with inputs that are not as wide as the weights, which the first call has made."""
        if self._first_dims is None or compatible(inputs.dims, (None, *self._first_dims[1:])):
            return []
        return [
            f"its weights are for inputs of the shape {show((None, *self._first_dims[1:]))}, given: "
            f"{show(inputs.dims)}. A cell has one set of weights: make one for each layer and direction, such as "
            f"[{type(self).__name__}({self._num_units}) for _ in range(2)]."
        ]

    def _misfits(self, state: Any) -> list[str]:
        """What is wrong with a state, as far as it is known."""
        wanted = self.state_size
        if not nest.same_structure(wanted, state):
            return [f"the state must be as zero_state() gives it, {wanted}, given: {state!r}."]
        return [
            f"a part of the state has the shape {show(part.dims)}, and {show((None, size))} is wanted."
            for part, size in zip(nest.flatten(state), nest.flatten(wanted), strict=True)
            if not compatible(getattr(part, "dims", None), (None, size))
        ]

    def _inputs_size(self, input_shape: ShapeLike) -> int:
        """How many numbers an example has."""
        return static_last_size(as_dims(input_shape), type(self).__name__)


def _type_problems(dtype: DType | None) -> list[str]:
    if dtype is None or dtype.is_floating:
        return []
    return [f"RNN cell only supports floating point inputs, but received dtype: {dtype.name}; use tf.cast."]


def _rank_problems(inputs: Tensor) -> list[str]:
    if inputs.dims is None or len(inputs.dims) == 2:
        return []
    return [
        f"a cell takes the inputs of one step, [batch, size]: expected ndim=2, found ndim={len(inputs.dims)}. Their "
        f"shape is {show(inputs.dims)}; tf.nn.dynamic_rnn runs a cell over [batch, time, size]."
    ]


def demand_cell(**cells: Any) -> None:
    """Check that what was given for a cell can be used as one.

    Raises
    ------
    TypeError
        If it has not what a cell has; the message says what is missing.
    """
    for argument, cell in cells.items():
        if isinstance(cell, type):
            raise TypeError(
                f"the argument {argument!r}, {cell!r}, is not an RNNCell: it is a class. Make a cell of it, such as "
                f"{cell.__name__}(64)."
            )
        missing = [name for name in ("output_size", "state_size") if not _has(cell, name)]
        if not _has(cell, "zero_state") and not _has(cell, "get_initial_state"):
            missing.append("zero_state")
        if missing or not callable(cell):
            reasons = [f"it has no {name}" for name in missing] + ["it is not callable"] * (
                not callable(cell)
            )
            raise TypeError(
                f"the argument {argument!r}, {cell!r}, is not an RNNCell: {', '.join(reasons)}. Give a cell such as "
                "tf.nn.rnn_cell.LSTMCell(64)."
            )


def _has(cell: Any, name: str) -> bool:
    """Whether the cell has it; a property that is not defined counts, and is told of when it is used."""
    return hasattr(type(cell), name) or hasattr(cell, name)
