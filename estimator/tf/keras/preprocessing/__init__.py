"""``tf.keras.preprocessing``: the names of ``estimator.keras.preprocessing``."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__, {}, modules="estimator.tf.keras.preprocessing.sequence estimator.tf.keras.preprocessing.text"
)
