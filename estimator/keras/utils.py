"""Functions beside models: keras.utils."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.files.fetching": "get_file",
        "estimator.keras.callbacks.progress_bar": "Progbar",
        "estimator.keras.training.sequence": "Sequence",
    },
)
