"""Prices of houses in districts of Boston: keras.datasets.boston_housing."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__, {"estimator.keras.local_data.boston_housing": "load_data"}
)
