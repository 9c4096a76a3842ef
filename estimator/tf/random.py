"""Tensors of random numbers: tf.random."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.random": (
            "normal=random_normal set_random_seed shuffle=random_shuffle truncated_normal "
            "uniform=random_uniform"
        ),
    },
)
