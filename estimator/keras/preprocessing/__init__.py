"""What is done to data before a model: keras.preprocessing."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__, {}, modules="estimator.keras.preprocessing.sequence estimator.keras.preprocessing.text"
)
