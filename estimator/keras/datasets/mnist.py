"""70,000 digits written by hand: keras.datasets.mnist."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(__name__, {"estimator.keras.local_data.mnist": "load_data"})
