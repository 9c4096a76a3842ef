"""Learning rates that follow the count of steps: keras.optimizers.schedules."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.keras.optimizers.schedules.by_name": "deserialize serialize",
        "estimator.keras.optimizers.schedules.decays": (
            "CosineDecay CosineDecayRestarts ExponentialDecay InverseTimeDecay PiecewiseConstantDecay PolynomialDecay"
        ),
        "estimator.keras.optimizers.schedules.schedule": "LearningRateSchedule",
    },
)
