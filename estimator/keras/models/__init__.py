"""Models, and what makes them of files: keras.models."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.keras.cloning": "clone_model model_from_config model_from_json",
        "estimator.keras.model": "Model",
        "estimator.keras.saving.api": "load_model save_model",
        "estimator.keras.sequential": "Sequential",
    },
)
