"""Functions that move values, under their first names: tf.manip."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.arrays": "reshape reverse tile",
        "estimator.functions.indexing": "gather_nd scatter_nd",
        "estimator.functions.rearranging": "roll",
    },
)
