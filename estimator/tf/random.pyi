"""Written by `make stub` from the table in random.py; do not edit."""

from estimator.functions.random import random_normal as normal
from estimator.functions.random import set_random_seed as set_random_seed
from estimator.functions.random import random_shuffle as shuffle
from estimator.functions.random import truncated_normal as truncated_normal
from estimator.functions.random import random_uniform as uniform
