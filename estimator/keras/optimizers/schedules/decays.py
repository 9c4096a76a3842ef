"""The schedules that Keras has, as objects of TensorFlow's decays.

Source: tf.keras.optimizers.schedules, Keras 2.15 learning_rate_schedule.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.functions import decay
from estimator.functions.arguments import tensor_of
from estimator.functions.math import cast
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.keras.optimizers.schedules.schedule import LearningRateSchedule


class ExponentialDecay(LearningRateSchedule):
    """The rate multiplied by `decay_rate` every `decay_steps` steps; at once if `staircase`, else little by little."""

    fields = ("initial_learning_rate", "decay_steps", "decay_rate", "staircase", "name")

    def __init__(
        self,
        initial_learning_rate: Any,
        decay_steps: Any,
        decay_rate: Any,
        staircase: bool = False,
        name: str | None = None,
    ) -> None:
        self.initial_learning_rate, self.decay_steps, self.decay_rate = (
            initial_learning_rate,
            decay_steps,
            decay_rate,
        )
        self.staircase, self.name = staircase, name

    def __call__(self, step: TensorLike) -> Tensor:
        """initial_learning_rate · decay_rate^(step / decay_steps)."""
        return decay.exponential_decay(
            self.initial_learning_rate, step, self.decay_steps, self.decay_rate, self.staircase, self.name
        )


class InverseTimeDecay(ExponentialDecay):
    """The rate divided by 1 + decay_rate · step / decay_steps."""

    def __call__(self, step: TensorLike) -> Tensor:
        """initial_learning_rate / (1 + decay_rate · step / decay_steps)."""
        return decay.inverse_time_decay(
            self.initial_learning_rate, step, self.decay_steps, self.decay_rate, self.staircase, self.name
        )


class PiecewiseConstantDecay(LearningRateSchedule):
    """The first value up to and including the first boundary, and so on; the last value beyond the last one.

    Raises
    ------
    ValueError
        If there is not exactly one value more than boundaries.
    """

    fields = ("boundaries", "values", "name")

    def __init__(self, boundaries: Sequence[Any], values: Sequence[Any], name: str | None = None) -> None:
        if len(boundaries) != len(values) - 1:
            raise ValueError(
                "The length of boundaries should be 1 less than the length of values, given: "
                f"boundaries={boundaries} and values={values}."
            )
        self.boundaries, self.values, self.name = boundaries, values, name

    def __call__(self, step: TensorLike) -> Tensor:
        """values[i] for boundaries[i - 1] < step <= boundaries[i]."""
        count = tensor_of(step)
        limits = [cast(boundary, count.dtype) for boundary in self.boundaries]
        return decay.piecewise_constant(count, limits, self.values, self.name)


class PolynomialDecay(LearningRateSchedule):
    """From the rate to `end_learning_rate` in `decay_steps` steps; with `cycle` again in twice the time, and so on."""

    fields = ("initial_learning_rate", "decay_steps", "end_learning_rate", "power", "cycle", "name")

    def __init__(
        self,
        initial_learning_rate: Any,
        decay_steps: Any,
        end_learning_rate: Any = 0.0001,
        power: Any = 1.0,
        cycle: bool = False,
        name: str | None = None,
    ) -> None:
        self.initial_learning_rate, self.decay_steps = initial_learning_rate, decay_steps
        self.end_learning_rate, self.power, self.cycle, self.name = end_learning_rate, power, cycle, name

    def __call__(self, step: TensorLike) -> Tensor:
        """(rate - end) · (1 - min(step, decay_steps) / decay_steps)^power + end."""
        return decay.polynomial_decay(
            self.initial_learning_rate,
            step,
            self.decay_steps,
            self.end_learning_rate,
            self.power,
            self.cycle,
            self.name,
        )


class CosineDecay(LearningRateSchedule):
    """From the rate to alpha · rate in `decay_steps` steps, along half a cosine.

    Parameters
    ----------
    warmup_target : float, optional
        Where it begins to fall, after it has risen along a line from `initial_learning_rate` for `warmup_steps` steps.
    """

    fields = ("initial_learning_rate", "decay_steps", "alpha", "name", "warmup_target", "warmup_steps")

    def __init__(
        self,
        initial_learning_rate: Any,
        decay_steps: Any,
        alpha: float = 0.0,
        name: str | None = None,
        warmup_target: Any = None,
        warmup_steps: int = 0,
    ) -> None:
        self.initial_learning_rate, self.decay_steps, self.alpha = initial_learning_rate, decay_steps, alpha
        self.name, self.warmup_target, self.warmup_steps = name, warmup_target, warmup_steps

    def __call__(self, step: TensorLike) -> Tensor:
        """rate · ((1 - alpha) · (1 + cos(π · step / decay_steps)) / 2 + alpha), after the line that rises."""
        if self.warmup_target is None:
            return decay.cosine_decay(
                self.initial_learning_rate, step, self.decay_steps, self.alpha, self.name
            )
        first = tensor_of(self.initial_learning_rate)
        count, span = cast(step, first.dtype), cast(self.warmup_steps, first.dtype)
        risen = first + (self.warmup_target - first) * (count / span)
        after = b.Maximum(count - span, 0.0)
        fallen = decay.cosine_decay(
            cast(self.warmup_target, first.dtype), after, self.decay_steps, self.alpha, self.name
        )
        result: Tensor = b.SelectV2(b.Less(count, span), risen, fallen)
        return result


class CosineDecayRestarts(LearningRateSchedule):
    """Half a cosine from the rate to alpha · rate, again and again.

    Parameters
    ----------
    first_decay_steps : int
        How long the first round lasts.
    t_mul, m_mul : float
        How much longer, and from how much of the rate, each round begins than the one before it.
    """

    fields = ("initial_learning_rate", "first_decay_steps", "t_mul", "m_mul", "alpha", "name")

    def __init__(
        self,
        initial_learning_rate: Any,
        first_decay_steps: Any,
        t_mul: Any = 2.0,
        m_mul: Any = 1.0,
        alpha: Any = 0.0,
        name: str | None = None,
    ) -> None:
        self.initial_learning_rate, self.first_decay_steps = initial_learning_rate, first_decay_steps
        self.t_mul, self.m_mul, self.alpha, self.name = t_mul, m_mul, alpha, name

    def __call__(self, step: TensorLike) -> Tensor:
        """As :func:`estimator.functions.decay.cosine_decay_restarts`."""
        return decay.cosine_decay_restarts(
            self.initial_learning_rate,
            step,
            self.first_decay_steps,
            self.t_mul,
            self.m_mul,
            self.alpha,
            self.name,
        )
