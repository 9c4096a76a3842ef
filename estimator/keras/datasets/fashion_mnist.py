"""70,000 pictures of clothes: keras.datasets.fashion_mnist."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__, {"estimator.keras.local_data.fashion_mnist": "load_data"}
)
