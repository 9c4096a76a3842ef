"""RMSProp: steps divided by the root of a running mean of squared gradients.

r = ρ r + (1 - ρ) g²; m = momentum · m + learning_rate · g / √(r + ε); w -= m. Centered, r - μ² takes the place of r,
with μ a running mean of the gradient. Keras' form without momentum is w -= learning_rate · g / (√r + ε).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.optimizers.by_name import register
from estimator.optimizers.optimizer import Optimizer
from estimator.optimizers.slots import Hyper, Slot
from estimator.variables.slot_role import KERAS_FORMS
from estimator.variables.variable import Variable

KERAS_FORMS["RMSprop"] = "RMSPropOptimizer(..., epsilon=1e-7, keras_form=True)"


@register("RMSProp")
class RMSPropOptimizer(Optimizer):
    """Steps of about the learning rate, whatever the size of the gradients.

    r = ρ r + (1 - ρ) g²; m = momentum · m + learning_rate · g / √(r + ε); w -= m. Centered, r - μ² takes the
    place of r, with μ a running mean of the gradient. Of a table, only rows that have a gradient are touched.

    Not where the first steps must be large: r starts at 1 (as TensorFlow's does), so that small gradients take small
    steps until it has come down. Adam corrects its means for their start.

    Parameters
    ----------
    learning_rate : float, Tensor or callable
    decay : float, Tensor or callable
        ρ: how much of the running means is kept at each step.
    momentum : float, Tensor or callable
        How much of the last step is added.
    epsilon : float, Tensor or callable
        Added to the mean square.
    centered : bool
        Take squares around the mean gradient.
    keras_form : bool
        The formula and the slots of tf.keras.optimizers.RMSprop: r begins at 0; without momentum ε is added
        to the root and there is no slot ``momentum``. A model_dir of tf.estimator with that optimizer
        continues with it (and epsilon=1e-7, Keras' default).

    Example
    -------
    >>> from estimator import tf
    >>> with tf.Graph().as_default(), tf.Session() as session:
    ...     w = tf.get_variable("w", initializer=[1.0, -2.0])
    ...     step = tf.train.RMSPropOptimizer(0.1).minimize(tf.reduce_sum(w * w))  # g = 2 w
    ...     session.run(tf.global_variables_initializer())
    ...     session.run(step)
    ...     print(session.run(w).round(4))  # 1 - 0.1 · 2 / √(0.9 + 0.1 · 4)
    [ 0.8246 -1.747 ]

    Source
    ------
    tf.train.RMSPropOptimizer, TF 1.15 rmsprop.py; slots ``rms``, ``mg`` if centered and ``momentum``, called
    ``<var>/RMSProp``, ``<var>/RMSProp_1``...
    """

    slots = (
        Slot("rms", keras="rms", start="_first_square"),
        Slot("mg", keras="mg", when="_centered"),
        Slot("momentum", keras="momentum", when="_has_momentum"),
    )
    _learning_rate_tensor = Hyper("_learning_rate", "learning_rate")
    _decay_tensor = Hyper("_decay", "decay")
    _momentum_tensor = Hyper("_momentum", "momentum")
    _epsilon_tensor = Hyper("_epsilon", "epsilon")

    def __init__(
        self,
        learning_rate: Any,
        decay: Any = 0.9,
        momentum: Any = 0.0,
        epsilon: Any = 1e-10,
        use_locking: bool = False,
        centered: bool = False,
        name: str = "RMSProp",
        *,
        keras_form: bool = False,
    ) -> None:
        super().__init__(use_locking, f"Keras{name}" if keras_form else name)
        self._learning_rate, self._decay, self._momentum, self._epsilon = (
            learning_rate,
            decay,
            momentum,
            epsilon,
        )
        self._centered = centered
        self.keras = "RMSprop" if keras_form else None
        self._first_square = 0.0 if keras_form else 1.0
        self._has_momentum = not keras_form or callable(momentum) or momentum != 0.0

    def _resource_apply_dense(self, grad: Tensor, handle: Variable) -> Any:
        if not self._has_momentum:
            return self._without_momentum(grad, handle)
        apply = b.ResourceApplyCenteredRMSProp if self._centered else b.ResourceApplyRMSProp
        return self._applied(apply, handle, grad)

    def _resource_apply_sparse(self, grad: Tensor, handle: Variable, indices: Tensor) -> Any:
        if not self._has_momentum:
            return self._rows_without_momentum(grad, handle, indices)
        apply = b.ResourceSparseApplyCenteredRMSProp if self._centered else b.ResourceSparseApplyRMSProp
        return self._applied(apply, handle, grad, indices)

    def _applied(self, apply: Callable[..., Any], variable: Variable, *gradient: Tensor) -> Any:
        means = ("mg", "rms") if self._centered else ("rms",)
        handles = self._handles(variable, *means, "momentum")
        return apply(*handles, *self._cast_all(variable), *gradient)

    def _cast_all(self, variable: Variable) -> list[Tensor]:
        return self._cast(
            variable,
            self._learning_rate_tensor,
            self._decay_tensor,
            self._momentum_tensor,
            self._epsilon_tensor,
        )

    # -- Keras' form without momentum, which is not an op of TensorFlow's ---------------------------------

    def _without_momentum(self, grad: Tensor, variable: Variable) -> Any:
        rate, decay, _, epsilon = self._cast_all(variable)
        means = [self._moved(variable, name, value, decay) for name, value in self._averaged(grad)]
        step = b.RealDiv(b.Mul(grad, rate), b.AddV2(b.Sqrt(_spread(*means)), epsilon))
        return variable.assign_sub(step, read_value=False)

    def _rows_without_momentum(self, grad: Tensor, variable: Variable, indices: Tensor) -> Any:
        """The means of all rows decay, as Keras has it; the weights of the rows move."""
        rate, decay, _, epsilon = self._cast_all(variable)
        means = [
            b.GatherV2(self._moved(variable, name, value, decay, indices), indices, 0)
            for name, value in self._averaged(grad)
        ]
        step = b.RealDiv(b.Mul(grad, rate), b.AddV2(b.Sqrt(_spread(*means)), epsilon))
        return b.ResourceScatterSub(variable.handle, indices, step)

    def _averaged(self, grad: Tensor) -> list[tuple[str, Tensor]]:
        return [("rms", b.Square(grad)), *([("mg", grad)] if self._centered else [])]

    def _moved(
        self, variable: Variable, slot_name: str, value: Tensor, decay: Tensor, indices: Tensor | None = None
    ) -> Tensor:
        """A running mean after this step, read after it is stored."""
        slot = self._slot(variable, slot_name)
        kept, added = b.Mul(slot.as_tensor(), decay), b.Mul(value, b.Sub(b.OnesLike(decay), decay))
        if indices is None:
            moved: Tensor = slot.assign(b.AddV2(kept, added))
            return moved
        with kept.graph.control_dependencies([slot.assign(kept, read_value=False)]):
            scattered = b.ResourceScatterAdd(slot.handle, indices, added)
        with kept.graph.control_dependencies([scattered]):
            return slot.as_tensor()


def _spread(square: Tensor, mean: Tensor | None = None) -> Tensor:
    """The mean of squares, or what is left of it around the mean."""
    return square if mean is None else b.Sub(square, b.Square(mean))
