"""What an exported model answers: tf.estimator.export."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.models.export_outputs": (
            "ClassificationOutput ExportOutput PredictOutput RegressionOutput"
        ),
    },
)
