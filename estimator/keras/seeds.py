"""One seed for all that is random in a script."""

from __future__ import annotations

import random

import numpy as np

from estimator.core.keywords import near_keywords
from estimator.functions.random import set_random_seed as set_graph_seed


@near_keywords
def set_random_seed(seed: int) -> None:
    """Begin Python's, numpy's and the default graph's random numbers with a seed.

    Parameters
    ----------
    seed : int

    Source
    ------
    tf.keras.utils.set_random_seed, TF 2.15
    """
    random.seed(seed)
    np.random.seed(seed)
    set_graph_seed(seed)
