"""What reads SavedModels: tf.saved_model.loader."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.saved_model.folder": "maybe_saved_model_directory=contains_saved_model",
        "estimator.saved_model.loader": "load",
    },
)
