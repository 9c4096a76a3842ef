"""Tensors of random numbers: tf.random."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.candidates": (
            "all_candidate_sampler fixed_unigram_candidate_sampler log_uniform_candidate_sampler "
            "uniform_candidate_sampler"
        ),
        "estimator.functions.random": (
            "categorical gamma=random_gamma get_seed multinomial normal=random_normal "
            "poisson=random_poisson set_random_seed set_seed=set_random_seed shuffle=random_shuffle "
            "truncated_normal uniform=random_uniform"
        ),
        "estimator.functions.stateless": (
            "stateless_categorical stateless_multinomial stateless_normal stateless_truncated_normal "
            "stateless_uniform"
        ),
    },
)
