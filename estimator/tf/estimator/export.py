"""What an exported model is fed and what it answers: tf.estimator.export."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.models.export_outputs": (
            "ClassificationOutput ExportOutput PredictOutput RegressionOutput"
        ),
        "estimator.models.supervised_outputs": "EvalOutput",
        "estimator.models.receivers": (
            "ServingInputReceiver TensorServingInputReceiver build_parsing_serving_input_receiver_fn "
            "build_raw_serving_input_receiver_fn"
        ),
    },
)
