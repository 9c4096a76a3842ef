"""The optimizers of Keras before 2.11 and of TensorFlow 1's tf.keras.

They take the arguments of today's, and compute what TensorFlow's operations do: of a gradient of some rows most touch
no others.

Source: tf.keras.optimizers.legacy, Keras 2.15.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from estimator.core.dtypes import float32
from estimator.functions.grouping import group
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.graph.slices import IndexedSlices
from estimator.graph.tensor import Tensor
from estimator.keras.optimizers import adagrad, adam, nadam, rmsprop, sgd
from estimator.keras.optimizers.checks import check_share
from estimator.keras.optimizers.legacy.optimizer import Optimizer
from estimator.keras.optimizers.schedules.schedule import LearningRateSchedule
from estimator.optimizers.slots import Slot, kept_by
from estimator.variables.variable import Variable

_EPSILON = 1e-7


def _parts(gradient: Any) -> list[Tensor]:
    """The inputs that an update takes of a gradient."""
    return [gradient.values, gradient.indices] if isinstance(gradient, IndexedSlices) else [gradient]


def _form(gradient: Any, dense: Callable[..., Any], of_rows: Callable[..., Any]) -> Callable[..., Any]:
    return of_rows if isinstance(gradient, IndexedSlices) else dense


class SGD(sgd.SGD, Optimizer):
    """Steps down the gradient: w -= learning_rate · g; with momentum m = momentum · m - learning_rate · g; w += m.

    Parameters
    ----------
    learning_rate, momentum, nesterov
        As of :class:`~estimator.keras.optimizers.sgd.SGD`.
    name, **kwargs
        As of :class:`~estimator.keras.optimizers.legacy.optimizer.Optimizer`.

    Source
    ------
    tf.keras.optimizers.legacy.SGD; with momentum the slot ``momentum``
    """

    _takes_rows = True
    slots = (Slot("momentum", keras="momentum", when="_has_momentum"),)
    hyper: Sequence[str] = ("momentum",)
    fixed: Sequence[str] = ("nesterov",)

    @property
    def _has_momentum(self) -> bool:
        given = vars(self)["_given"]["momentum"]
        return not isinstance(given, (int, float)) or given > 0

    def update_step(self, gradient: Any, variable: Variable) -> Any:
        """One step of a variable, or of some of its rows."""
        rate = self._number("learning_rate", variable)
        if self._has_momentum:
            apply = _form(gradient, b.ResourceApplyKerasMomentum, b.ResourceSparseApplyKerasMomentum)
            handles, kept = self._handles(variable, "momentum"), self._number("momentum", variable)
            return apply(*handles, rate, *_parts(gradient), kept, use_nesterov=self.nesterov)
        if isinstance(gradient, IndexedSlices):
            return b.ResourceScatterSub(variable.handle, gradient.indices, gradient.values * rate)
        return b.ResourceApplyGradientDescent(variable.handle, rate, gradient)


class Adam(adam.Adam, Optimizer):
    """As today's :class:`~estimator.keras.optimizers.adam.Adam`, with legacy's names; all rows move.

    Source
    ------
    tf.keras.optimizers.legacy.Adam; slots ``m``, ``v``, ``vhat``
    """

    hyper: Sequence[str] = ("beta_1", "beta_2")
    fixed: Sequence[str] = ("epsilon", "amsgrad")

    def update_step(self, gradient: Tensor, variable: Variable) -> Any:
        """One step of a variable."""
        powers = self._power("beta_1", variable), self._power("beta_2", variable)
        numbers = self._numbers(variable, "learning_rate", "beta_1", "beta_2", "epsilon")
        slots = ("m", "v", "vhat") if self.amsgrad else ("m", "v")
        apply: Callable[..., Any] = b.ResourceApplyAdamWithAmsgrad if self.amsgrad else b.ResourceApplyAdam
        return apply(*self._handles(variable, *slots), *powers, *numbers, gradient)


class Adamax(adam.Adamax, Optimizer):
    """As today's :class:`~estimator.keras.optimizers.adam.Adamax`; of some rows it touches no others.

    Source
    ------
    tf.keras.optimizers.legacy.Adamax; slots ``m``, ``v``
    """

    _takes_rows = True
    slots = (Slot("m", keras="m"), Slot("v", keras="v"))
    hyper: Sequence[str] = ("beta_1", "beta_2")
    fixed: Sequence[str] = ("epsilon",)

    def update_step(self, gradient: Any, variable: Variable) -> Any:
        """One step of a variable, or of some of its rows."""
        rate, beta_1, beta_2, epsilon = self._numbers(variable, "learning_rate", *self.hyper, "epsilon")
        power, handles = self._power("beta_1", variable), self._handles(variable, "m", "v")
        if not isinstance(gradient, IndexedSlices):
            apply: Callable[..., Any] = b.ResourceApplyAdaMax
            return apply(*handles, power, rate, beta_1, beta_2, epsilon, gradient)
        rows, dy, (m, v) = gradient.indices, gradient.values, handles[1:]
        mean = self._rows(variable, "m", rows) * beta_1 + dy * (1.0 - beta_1)
        size = b.Maximum(self._rows(variable, "v", rows) * beta_2, b.Abs(dy))
        step = rate / (1.0 - power) * (mean / (size + epsilon))
        with rows.graph.control_dependencies([step]):
            kept = b.ResourceScatterUpdate(m, rows, mean), b.ResourceScatterUpdate(v, rows, size)
            return group(b.ResourceScatterSub(variable.handle, rows, step), *kept)

    def _rows(self, variable: Variable, slot_name: str, rows: Tensor) -> Tensor:
        found: Tensor = b.GatherV2(self._slot(variable, slot_name).as_tensor(), rows, 0)
        return found


class Adagrad(adagrad.Adagrad, Optimizer):
    """Steps that become smaller where gradients have been large: a += g²; w -= learning_rate · g / (√a + ε).

    Source
    ------
    tf.keras.optimizers.legacy.Adagrad; slot ``accumulator``
    """

    hyper: Sequence[str] = ()
    fixed: Sequence[str] = ("initial_accumulator_value", "epsilon")

    def update_step(self, gradient: Any, variable: Variable) -> Any:
        """One step of a variable, or of some of its rows."""
        apply = _form(gradient, b.ResourceApplyAdagradV2, b.ResourceSparseApplyAdagradV2)
        numbers = self._numbers(variable, "learning_rate", "epsilon")
        return apply(*self._handles(variable, "accumulator"), *numbers, *_parts(gradient))


class Adadelta(adagrad.Adadelta, Optimizer):
    """As today's :class:`~estimator.keras.optimizers.adagrad.Adadelta`; of some rows it touches no others.

    Source
    ------
    tf.keras.optimizers.legacy.Adadelta; slots ``accum_grad``, ``accum_var``
    """

    _takes_rows = True
    slots = (Slot("accum_grad", keras="accum_grad"), Slot("accum_var", keras="accum_var"))
    hyper: Sequence[str] = ("rho",)
    fixed: Sequence[str] = ("epsilon",)

    def update_step(self, gradient: Any, variable: Variable) -> Any:
        """One step of a variable, or of some of its rows."""
        apply = _form(gradient, b.ResourceApplyAdadelta, b.ResourceSparseApplyAdadelta)
        numbers = self._numbers(variable, "learning_rate", "rho", "epsilon")
        return apply(*self._handles(variable, "accum_grad", "accum_var"), *numbers, *_parts(gradient))


class Ftrl(adagrad.Ftrl, Optimizer):
    """As today's :class:`~estimator.keras.optimizers.adagrad.Ftrl`; of some rows it touches no others.

    Source
    ------
    tf.keras.optimizers.legacy.Ftrl; slots ``accumulator``, ``linear``
    """

    _takes_rows = True
    hyper: Sequence[str] = (
        "learning_rate_power",
        "l1_regularization_strength",
        "l2_regularization_strength",
        "beta",
    )
    fixed: Sequence[str] = ("initial_accumulator_value", "l2_shrinkage_regularization_strength")

    def _create_slots(self, var_list: Any) -> None:
        self._make_declared_slots(var_list)  # variable by variable, unlike all others

    def update_step(self, gradient: Any, variable: Variable) -> Any:
        """One step of a variable, or of some of its rows."""
        apply = _form(gradient, b.ResourceApplyFtrlV2, b.ResourceSparseApplyFtrlV2)
        return self._applied(apply, variable, *_parts(gradient))


class RMSprop(rmsprop.RMSprop, Optimizer):
    """The gradient divided by the root of its mean square: r += (1 - ρ)(g² - r); w -= learning_rate · g / (√r + ε).

    With momentum ε lies under the root, and of some rows no others are touched.

    Source
    ------
    tf.keras.optimizers.legacy.RMSprop; slots ``rms``, ``momentum``, ``mg``
    """

    slots = (
        Slot("rms", keras="rms"),
        Slot("momentum", keras="momentum", when="_has_momentum"),
        Slot("mg", keras="mg", when="centered"),
    )
    _square_slot, _mean_slot = "rms", "mg"
    _defaults = {}
    lists = {}
    hyper: Sequence[str] = ("rho", "momentum")
    fixed: Sequence[str] = ("epsilon", "centered")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        check_share(momentum=vars(self)["_given"]["momentum"])

    @property
    def _has_momentum(self) -> bool:
        given = vars(self)["_given"]["momentum"]
        return not isinstance(given, (int, float)) or given > 0

    def _with_momentum(self, gradient: Any, variable: Variable) -> Any:
        plain = _form(gradient, b.ResourceApplyRMSProp, b.ResourceSparseApplyRMSProp)
        centered = _form(gradient, b.ResourceApplyCenteredRMSProp, b.ResourceSparseApplyCenteredRMSProp)
        means = ("mg", "rms") if self.centered else ("rms",)
        numbers = self._numbers(variable, "learning_rate", "rho", "momentum", "epsilon")
        apply = centered if self.centered else plain
        return apply(*self._handles(variable, *means, "momentum"), *numbers, *_parts(gradient))

    def _divided(self, step: Tensor, spread: Tensor, epsilon: Tensor) -> Tensor:
        return step / (b.Sqrt(spread) + epsilon)


class Nadam(nadam.Nadam, Optimizer):
    """Adam that looks ahead; of some rows it changes no other weights.

    Parameters
    ----------
    schedule_decay : float
        How fast the momentum grows; Keras keeps it as ``decay``.

    Raises
    ------
    ValueError
        If the learning rate is a schedule.

    Source
    ------
    tf.keras.optimizers.legacy.Nadam; slots ``m``, ``v``, and the variable ``momentum_cache``
    """

    _takes_rows = True
    hyper: Sequence[str] = ("beta_1", "beta_2")
    fixed: Sequence[str] = ("epsilon",)

    def __init__(self, *args: Any, schedule_decay: float = 0.004, **kwargs: Any) -> None:
        kwargs.pop("decay", None)
        super().__init__(*args, decay=schedule_decay, **kwargs)

    def _build_learning_rate(self, learning_rate: Any) -> Any:
        if isinstance(learning_rate, LearningRateSchedule):
            raise ValueError(
                "legacy.Nadam takes no LearningRateSchedule as its learning rate; today's Nadam does."
            )
        return super()._build_learning_rate(learning_rate)

    def _momentum_growth(self) -> float:
        return self._decay

    def _decayed(self, rate: Any) -> Any:
        return rate  # its decay is that of the momentum

    def _made_product(self, graph: Graph) -> Variable:
        with self._scope(graph):
            made = Variable(1.0, trainable=False, name="momentum_cache", dtype=float32)
        kept_by(self, graph).made.append(made)
        return made

    def _create_slots(self, var_list: Sequence[Variable]) -> None:
        self._product(var_list[0].graph)
        super()._create_slots(var_list)

    def checkpoint_children(self) -> dict[str, Any]:
        """As of the base, and the product of the momentums."""
        children = super().checkpoint_children()
        product = children.pop("_u_product", None)
        return children if product is None else dict(sorted((children | {"momentum_cache": product}).items()))
