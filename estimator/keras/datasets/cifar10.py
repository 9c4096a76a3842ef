"""60,000 pictures of ten kinds of things: keras.datasets.cifar10."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(__name__, {"estimator.keras.local_data.cifar10": "load_data"})
