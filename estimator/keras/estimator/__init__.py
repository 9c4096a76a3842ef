"""A model as an Estimator: keras.estimator."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__, {"estimator.keras.training.model_to_estimator": "model_to_estimator"}
)
