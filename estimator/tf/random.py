"""Random tensors: tf.random."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estimator.core.facade import fixed_names
from estimator.functions.random import random_normal as normal
from estimator.functions.random import random_shuffle as shuffle
from estimator.functions.random import random_uniform as uniform
from estimator.functions.random import set_random_seed, truncated_normal

__all__ = ["normal", "set_random_seed", "shuffle", "truncated_normal", "uniform"]

if not TYPE_CHECKING:
    __getattr__, __dir__ = fixed_names(
        __name__,
        later="categorical gamma multinomial poisson",
    )
