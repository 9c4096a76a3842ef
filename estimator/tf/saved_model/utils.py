"""Tensors in signatures: tf.saved_model.utils."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.saved_model.tensor_info": "build_tensor_info get_tensor_from_tensor_info",
    },
)
