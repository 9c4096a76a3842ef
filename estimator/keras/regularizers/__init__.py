"""What large weights cost, by name: keras.regularizers."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(__name__, {})
