"""What is below models: sessions, the learning phase, few functions: keras.backend."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(__name__, {})
