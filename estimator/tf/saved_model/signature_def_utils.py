"""Signatures: tf.saved_model.signature_def_utils."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.saved_model.method_names": "MethodNameUpdater",
        "estimator.saved_model.signatures": (
            "build_signature_def classification_signature_def is_valid_signature "
            "predict_signature_def regression_signature_def"
        ),
    },
)
