"""Sets of values along the last axis: tf.sets."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.sets": (
            "difference intersection set_difference=difference set_intersection=intersection set_size=size "
            "set_union=union size union"
        ),
    },
)
