"""11,228 pieces of news of 46 topics: keras.datasets.reuters."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__, {"estimator.keras.local_data.reuters": "get_word_index load_data"}
)
