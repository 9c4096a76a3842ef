"""Sequences of one length: keras.preprocessing.sequence."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(__name__, {"estimator.keras.texts.padding": "pad_sequences"})
