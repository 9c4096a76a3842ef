"""Steps that become smaller where gradients have been large: Adagrad, Adadelta, FTRL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from estimator.graph import build as b
from estimator.graph.slices import IndexedSlices
from estimator.keras.optimizers.optimizer import Optimizer
from estimator.optimizers.checks import check_not_negative
from estimator.optimizers.slots import Slot
from estimator.variables.variable import Variable


class Adagrad(Optimizer):
    """Steps that become smaller where gradients have been large: a += g²; w -= learning_rate · g / √(a + ε).

    Parameters
    ----------
    learning_rate : float, Tensor, callable or LearningRateSchedule
    initial_accumulator_value : float
        What a starts with.
    epsilon : float
        Added under the root.
    name, **kwargs
        As of :class:`~estimator.keras.optimizers.optimizer.Optimizer`.

    Source
    ------
    tf.keras.optimizers.Adagrad, Keras 2.15 adagrad.py; slot ``accumulator``
    """

    keras = "Adagrad"
    slots: Sequence[Slot] = (Slot("accumulator", keras="accumulator", start="initial_accumulator_value"),)
    lists: Mapping[str, str] = {"accumulator": "_accumulators"}
    former_names: Mapping[str, str] = {"accumulator": "accumulator"}
    hyper: Sequence[str] = ("initial_accumulator_value", "epsilon")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        initial_accumulator_value: float = 0.1,
        epsilon: Any = 1e-7,
        *,
        name: str = "Adagrad",
        **kwargs: Any,
    ) -> None:
        check_not_negative(initial_accumulator_value=initial_accumulator_value)
        super().__init__(name, **kwargs)
        self._learning_rate = self._build_learning_rate(learning_rate)
        self.initial_accumulator_value, self.epsilon = initial_accumulator_value, epsilon

    def update_step(self, gradient: Any, variable: Variable) -> Any:
        """One step of a variable, or of some of its rows."""
        rate, epsilon = self._numbers(variable, "learning_rate", "epsilon")
        total = self._slot(variable, "accumulator")
        if not isinstance(gradient, IndexedSlices):
            root = b.Sqrt(total.assign_add(b.Square(gradient)) + epsilon)
            return variable.assign_sub(rate * gradient / root, read_value=False)
        rows, dy = gradient.indices, gradient.values
        with rows.graph.control_dependencies([b.ResourceScatterAdd(total.handle, rows, b.Square(dy))]):
            root = b.Sqrt(b.GatherV2(total.as_tensor(), rows, 0) + epsilon)
        return b.ResourceScatterSub(variable.handle, rows, rate * dy / root)


class Adadelta(Optimizer):
    """Steps in the units of the weights.

    a = ρ a + (1 - ρ) g²; u = √(d + ε) / √(a + ε) · g; w -= learning_rate · u; d = ρ d + (1 - ρ) u².

    Parameters
    ----------
    learning_rate : float, Tensor, callable or LearningRateSchedule
        1.0 for the paper's method.
    rho : float
        How much of the running means is kept at each step.
    epsilon : float
        Added under both roots.
    name, **kwargs
        As of :class:`~estimator.keras.optimizers.optimizer.Optimizer`.

    Source
    ------
    tf.keras.optimizers.Adadelta, Keras 2.15 adadelta.py; slots ``accumulated_grad``, ``accumulated_delta_var``
    """

    keras = "Adadelta"
    _takes_rows = False
    slots: Sequence[Slot] = (
        Slot("accumulated_grad", keras="accum_grad"),
        Slot("accumulated_delta_var", keras="accum_var"),
    )
    lists: Mapping[str, str] = {
        "accumulated_grad": "_accumulated_grads",
        "accumulated_delta_var": "_accumulated_delta_vars",
    }
    former_names: Mapping[str, str] = {"accumulated_grad": "accum_grad", "accumulated_delta_var": "accum_var"}
    hyper: Sequence[str] = ("rho", "epsilon")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: Any = 0.95,
        epsilon: Any = 1e-7,
        *,
        name: str = "Adadelta",
        **kwargs: Any,
    ) -> None:
        super().__init__(name, **kwargs)
        self._learning_rate = self._build_learning_rate(learning_rate)
        self.rho, self.epsilon = rho, epsilon

    def update_step(self, gradient: Any, variable: Variable) -> Any:
        """One step of a variable."""
        apply: Callable[..., Any] = b.ResourceApplyAdadelta
        handles = self._handles(variable, "accumulated_grad", "accumulated_delta_var")
        return apply(*handles, *self._numbers(variable, "learning_rate", "rho", "epsilon"), gradient)


class Ftrl(Optimizer):
    """Sparse weights for linear models: a weight is 0 as long as its gradients have not added up to more than l1.

    Parameters
    ----------
    learning_rate : float, Tensor, callable or LearningRateSchedule
    learning_rate_power : float
        How the learning rate falls as gradients add up; -0.5 as Adagrad, 0 not at all.
    initial_accumulator_value : float
        What the sum of squares starts with.
    l1_regularization_strength, l2_regularization_strength : float
        Penalties on the weights.
    l2_shrinkage_regularization_strength : float
        A penalty that shrinks weights only when they have a gradient.
    beta : float
        Adds beta / (2 learning_rate) to l2.
    name, **kwargs
        As of :class:`~estimator.keras.optimizers.optimizer.Optimizer`.

    Raises
    ------
    ValueError
        If a strength or the accumulator's start is negative, or the power positive.

    Source
    ------
    tf.keras.optimizers.Ftrl, Keras 2.15 ftrl.py; slots ``accumulator``, ``linear``
    """

    keras = "Ftrl"
    _takes_rows = False
    slots: Sequence[Slot] = (
        Slot("accumulator", keras="accumulator", start="initial_accumulator_value"),
        Slot("linear", keras="linear"),
    )
    lists: Mapping[str, str] = {"accumulator": "_accumulators", "linear": "_linears"}
    former_names: Mapping[str, str] = {"accumulator": "accumulator", "linear": "linear"}
    hyper: Sequence[str] = (
        "learning_rate_power",
        "initial_accumulator_value",
        "l1_regularization_strength",
        "l2_regularization_strength",
        "l2_shrinkage_regularization_strength",
        "beta",
    )

    def __init__(
        self,
        learning_rate: Any = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
        *,
        name: str = "Ftrl",
        **kwargs: Any,
    ) -> None:
        check_not_negative(
            initial_accumulator_value=initial_accumulator_value,
            l1_regularization_strength=l1_regularization_strength,
            l2_regularization_strength=l2_regularization_strength,
            l2_shrinkage_regularization_strength=l2_shrinkage_regularization_strength,
        )
        if learning_rate_power > 0.0:
            raise ValueError(f"learning_rate_power {learning_rate_power} needs to be negative or zero.")
        super().__init__(name, **kwargs)
        self._learning_rate = self._build_learning_rate(learning_rate)
        self.learning_rate_power, self.initial_accumulator_value = (
            learning_rate_power,
            initial_accumulator_value,
        )
        self.l1_regularization_strength = l1_regularization_strength
        self.l2_regularization_strength = l2_regularization_strength
        self.l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self.beta = beta

    def update_step(self, gradient: Any, variable: Variable) -> Any:
        """One step of a variable."""
        return self._applied(b.ResourceApplyFtrlV2, variable, gradient)

    def _applied(self, apply: Any, variable: Variable, *gradient: Any) -> Any:
        rate, l1, l2, shrinkage, power = self._numbers(
            variable,
            "learning_rate",
            "l1_regularization_strength",
            "l2_regularization_strength",
            "l2_shrinkage_regularization_strength",
            "learning_rate_power",
        )
        beta = self._number("beta", variable)
        l2 = self._once(f"l2 {variable.dtype.name}", lambda: l2 + beta / (2.0 * rate))
        handles = self._handles(variable, "accumulator", "linear")
        return apply(*handles, *gradient, rate, l1, l2, shrinkage, power)
