"""50,000 reviews of films, and whether they praise: keras.datasets.imdb."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__, {"estimator.keras.local_data.imdb": "get_word_index load_data"}
)
