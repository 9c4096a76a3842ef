"""Learning rates that follow the count of steps: keras.optimizers.schedules.

The formulas are those of ``tf.train``'s decays (:mod:`estimator.functions.decay`). A schedule of your own says what the
rate is at a step, and what makes it again::

    class Halves(keras.optimizers.schedules.LearningRateSchedule):
        def __init__(self, first):
            self.first = first

        def __call__(self, step):
            return self.first * 0.5 ** tf.cast(step, tf.float32)

        def get_config(self):
            return {"first": self.first}

Source: tf.keras.optimizers.schedules, Keras 2.15 learning_rate_schedule.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from estimator.core.keywords import near_keywords
from estimator.graph.likes import TensorLike


class LearningRateSchedule:
    """What gives the learning rate of a step; subclasses define ``__call__`` and ``get_config``."""

    fields: Sequence[str] = ()  # of ours: the arguments of the constructor, which are kept under their names

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        near_keywords(cls)

    def __call__(self, step: TensorLike) -> Any:
        """The learning rate when so many steps have been made, a float32 scalar."""
        raise NotImplementedError(f"{type(self).__name__} must define __call__(self, step).")

    def get_config(self) -> dict[str, Any]:
        """What makes the same schedule again."""
        if not self.fields:
            raise NotImplementedError(f"{type(self).__name__} must define get_config(self), to be stored.")
        return {name: getattr(self, name) for name in self.fields}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Any:
        """The schedule that such a configuration describes."""
        return cls(**config)
