"""Models that are called with what a server would be sent: tf.contrib.predictor."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.estimators.predictor": (
            "from_checkpoint from_contrib_estimator from_estimator from_saved_model"
        )
    },
)
