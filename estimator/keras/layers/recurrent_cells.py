"""Cells of recurrent layers: one step of a sequence.

With x the inputs of a step and h its last output::

    SimpleRNNCell   h = activation(x · kernel + bias + h · recurrent_kernel)
    LSTMCell        i, f, g, o = x · kernel + h · recurrent_kernel + bias
                    c = sigmoid(f) c + sigmoid(i) tanh(g),  h = sigmoid(o) tanh(c)
    GRUCell         z, r = sigmoid(x · kernel + bias + h · recurrent_kernel + recurrent bias)
                    g = tanh(x · kernel + bias + r (h · recurrent_kernel + recurrent bias))
                    h = z h + (1 - z) g

What all steps of a sequence share (:class:`Shared`: the factors of dropout, both kernels as one) a layer makes once, in
front of its loop.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from estimator.core.counts import whole_number
from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import show
from estimator.functions import arrays, linalg, math, nn
from estimator.functions.control_flow.smart_cond import smart_cond
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.keras.configuration import KINDS
from estimator.keras.layer import shape_of
from estimator.keras.layers.any_cell import AbstractRNNCell
from estimator.keras.learning_phase import learning_phase

_OF_CELL = (
    "units activation use_bias kernel_initializer recurrent_initializer bias_initializer kernel_regularizer "
    "recurrent_regularizer bias_regularizer kernel_constraint recurrent_constraint bias_constraint dropout "
    "recurrent_dropout"
)


class Shared(NamedTuple):
    """What all steps of a sequence share.

    Attributes
    ----------
    of_inputs, of_output : Tensor or None
        What the inputs and the last output of a step are multiplied by: 0 for what is dropped.
    kernel : Tensor or None
        Both kernels, one below the other, of a cell that takes them so.
    """

    of_inputs: Any
    of_output: Any
    kernel: Any


class Cell(AbstractRNNCell):
    """What the cells of this module are.

    Parameters
    ----------
    units : int
        The size of the output.
    activation : callable or str
    use_bias : bool
    kernel_initializer, recurrent_initializer, bias_initializer, kernel_regularizer, recurrent_regularizer, \
bias_regularizer, kernel_constraint, recurrent_constraint, bias_constraint : callable, str or dict, optional
    dropout, recurrent_dropout : float
        The parts of inputs and of the last output that are dropped in training, the same at all steps.

    Raises
    ------
    ValueError
        If an argument is none of these.
    """

    config_names = _OF_CELL
    is_own = True
    _gates: ClassVar[int] = 1  # how many matrices of `units` columns a kernel is

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if (whole_number(units) or 0) < 1:
            raise ValueError(
                f"{type(self).__name__}: units must be a whole number above 0, given: {units!r}."
            )
        self.units, self.use_bias = units, use_bias
        self._take(
            activation=activation,
            kernel_initializer=kernel_initializer, recurrent_initializer=recurrent_initializer,
            bias_initializer=bias_initializer, kernel_regularizer=kernel_regularizer,
            recurrent_regularizer=recurrent_regularizer, bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint, recurrent_constraint=recurrent_constraint,
            bias_constraint=bias_constraint,
        )  # fmt: skip
        self.dropout = min(1.0, max(0.0, dropout))
        self.recurrent_dropout = min(1.0, max(0.0, recurrent_dropout))
        vars(self)["shared"] = None

    activation: Any
    shared: Shared | None  # while a layer takes the cell along a sequence

    @property
    def state_size(self) -> Any:
        """`units`."""
        return self.units

    @property
    def output_size(self) -> int:
        """`units`."""
        return self.units

    def build(self, input_shape: Any) -> None:
        """Make kernel, recurrent kernel and bias."""
        size = shape_of(input_shape).as_list()[-1]
        if size is None:
            raise ValueError(
                f"{type(self).__name__}: the last size of the inputs must be known, their shape is "
                f"{show(tuple(shape_of(input_shape).as_list()))}: use set_shape."
            )
        columns = self._gates * self.units
        self.kernel = self.add_weight("kernel", [size, columns], **self._declared("kernel"))
        self.recurrent_kernel = self.add_weight(
            "recurrent_kernel", [self.units, columns], **self._declared("recurrent")
        )
        self.bias = self._bias_of(columns) if self.use_bias else None
        self.built = True

    def _bias_of(self, columns: int) -> Any:
        return self.add_weight("bias", [columns], **self._declared("bias"))

    def call(self, inputs: Tensor, states: Any, training: Any = None) -> tuple[Tensor, list[Tensor]]:
        """The output, and the new states."""
        given = list(states) if isinstance(states, (list, tuple)) else [states]
        shared = self.shared or self.share(b.Shape(inputs)[0], training)
        return self._step(_times(inputs, shared.of_inputs), given, shared)

    def share(self, batch_size: Any, training: Any) -> Shared:
        """What all steps of a batch of sequences share."""
        sizes = (self.kernel.dims or ())[0], self.units
        of_inputs, of_output = (
            _kept_parts(batch_size, size, rate, self.compute_dtype, training) if rate else None
            for size, rate in zip(sizes, (self.dropout, self.recurrent_dropout), strict=True)
        )
        return Shared(of_inputs, of_output, self._joined_kernel())

    def _joined_kernel(self) -> Any:
        return arrays.concat([self.kernel, self.recurrent_kernel], 0)

    def _of_both(self, inputs: Tensor, h: Tensor, shared: Shared) -> Tensor:
        """inputs · kernel + h · recurrent_kernel + bias."""
        seen = _times(h, shared.of_output)
        product = linalg.matmul(arrays.concat([inputs, seen], 1), shared.kernel)
        return product if self.bias is None else nn.bias_add(product, self.bias)

    def _step(self, inputs: Tensor, states: list[Tensor], shared: Shared) -> tuple[Tensor, list[Tensor]]:
        raise NotImplementedError


class SimpleRNNCell(Cell):
    """A cell whose output is its state.

    Source
    ------
    tf.keras.layers.SimpleRNNCell, TF 2.15
    """

    def _step(self, inputs: Tensor, states: list[Tensor], shared: Shared) -> tuple[Tensor, list[Tensor]]:
        h = self.activation(self._of_both(inputs, states[0], shared))
        return h, [h]


class Gated(Cell):
    """What cells with gates are.

    Parameters
    ----------
    recurrent_activation : callable or str
        Of the gates.
    implementation : int
        Accepted, and told: there is one.
    """

    config_names = f"{_OF_CELL} recurrent_activation implementation"
    recurrent_activation: Any

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        *args: Any,
        implementation: int = 2,
        **kwargs: Any,
    ) -> None:
        super().__init__(units, activation, *args, **kwargs)
        self._take(recurrent_activation=recurrent_activation)
        self.implementation = (
            1 if implementation and self.recurrent_dropout else implementation
        )  # as Keras tells


class LSTMCell(Gated):
    """Long short-term memory; the states are [h, c].

    Parameters
    ----------
    unit_forget_bias : bool
        Whether the bias of the forget gate begins with ones.

    Source
    ------
    tf.keras.layers.LSTMCell, TF 2.15; Hochreiter and Schmidhuber 1997
    """

    config_names = f"{Gated.config_names} unit_forget_bias"
    _gates = 4

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        unit_forget_bias: bool = True,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            units, activation, recurrent_activation, use_bias, kernel_initializer, recurrent_initializer,
            bias_initializer, *args, **kwargs,
        )  # fmt: skip
        self.unit_forget_bias = unit_forget_bias

    @property
    def state_size(self) -> list[int]:
        """The sizes of h and c."""
        return [self.units, self.units]

    def _bias_of(self, columns: int) -> Any:
        declared = self._declared("bias")
        if self.unit_forget_bias:
            declared["initializer"] = partial(_ones_to_forget, declared["initializer"], self.units)
        return self.add_weight("bias", [columns], **declared)

    def _step(self, inputs: Tensor, states: list[Tensor], shared: Shared) -> tuple[Tensor, list[Tensor]]:
        h, c = states
        i, f, g, o = arrays.split(self._of_both(inputs, h, shared), 4, axis=1)
        kept = math.multiply(self.recurrent_activation(f), c)
        new_c = math.add(kept, math.multiply(self.recurrent_activation(i), self.activation(g)))
        new_h = math.multiply(self.recurrent_activation(o), self.activation(new_c))
        return new_h, [new_h, new_c]


def _ones_to_forget(initializer: Callable[..., Any], units: int, shape: Any, dtype: Any = None) -> Tensor:
    """Ones for the forget gate, which is the second of four, and what the initializer says for the others."""
    ones = KINDS["initializer"].get("ones")
    parts = [
        initializer([units], dtype=dtype),
        ones([units], dtype=dtype),
        initializer([2 * units], dtype=dtype),
    ]
    return arrays.concat(parts, 0)


class GRUCell(Gated):
    """The gated recurrent unit.

    Parameters
    ----------
    reset_after : bool
        Whether the reset gate is applied after the product with the recurrent kernel, which then has a bias of its
        own; otherwise before.

    Source
    ------
    tf.keras.layers.GRUCell, TF 2.15; Cho et al. 2014, arXiv:1406.1078
    """

    config_names = f"{Gated.config_names} reset_after"
    _gates = 3

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        *args: Any,
        reset_after: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(units, activation, recurrent_activation, use_bias, *args, **kwargs)
        self.reset_after = reset_after

    def _bias_of(self, columns: int) -> Any:
        return self.add_weight(
            "bias", [2, columns] if self.reset_after else [columns], **self._declared("bias")
        )

    def _joined_kernel(self) -> None:
        return None  # the products are not always added

    def _step(self, inputs: Tensor, states: list[Tensor], shared: Shared) -> tuple[Tensor, list[Tensor]]:
        h = states[0]
        seen = _times(h, shared.of_output)
        bias, of_h = (None, None) if self.bias is None else (self.bias, None)
        if bias is not None and self.reset_after:
            bias, of_h = bias[0], bias[1]
        x_z, x_r, x_g = arrays.split(_affine(inputs, self.kernel, bias), 3, axis=1)
        if self.reset_after:
            h_z, h_r, h_g = arrays.split(_affine(seen, self.recurrent_kernel, of_h), 3, axis=1)
            reset = math.multiply(self.recurrent_activation(x_r + h_r), h_g)
        else:
            gates, candidate = arrays.split(self.recurrent_kernel, [2 * self.units, self.units], axis=1)
            h_z, h_r = arrays.split(linalg.matmul(seen, gates), 2, axis=1)
            reset = linalg.matmul(math.multiply(self.recurrent_activation(x_r + h_r), seen), candidate)
        z = self.recurrent_activation(x_z + h_z)
        new_h = math.add(math.multiply(z, h), math.multiply(1 - z, self.activation(x_g + reset)))
        return new_h, [new_h]


def _affine(x: Tensor, kernel: Any, bias: Any) -> Tensor:
    product = linalg.matmul(x, kernel)
    return product if bias is None else nn.bias_add(product, bias)


def _times(x: Tensor, noise: Any) -> Tensor:
    return x if noise is None else math.multiply(x, noise)


def _kept_parts(batch_size: Any, size: Any, rate: float, dtype: Any, training: Any) -> Any:
    """A factor for each number: 0 where it is dropped; ones outside training."""
    ones = arrays.ones(b.Pack([batch_size, size]), dtype)
    is_training = learning_phase() if training is None else training
    return smart_cond(is_training, partial(nn.dropout, ones, rate=rate), lambda: b.Identity(ones))
