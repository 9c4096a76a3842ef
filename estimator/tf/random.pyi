"""Written by `make stub` from the table in random.py; do not edit."""

from estimator.functions.candidates import all_candidate_sampler as all_candidate_sampler
from estimator.functions.candidates import fixed_unigram_candidate_sampler as fixed_unigram_candidate_sampler
from estimator.functions.candidates import log_uniform_candidate_sampler as log_uniform_candidate_sampler
from estimator.functions.candidates import uniform_candidate_sampler as uniform_candidate_sampler
from estimator.functions.random import categorical as categorical
from estimator.functions.random import random_gamma as gamma
from estimator.functions.random import get_seed as get_seed
from estimator.functions.random import multinomial as multinomial
from estimator.functions.random import random_normal as normal
from estimator.functions.random import random_poisson as poisson
from estimator.functions.random import set_random_seed as set_random_seed
from estimator.functions.random import set_random_seed as set_seed
from estimator.functions.random import random_shuffle as shuffle
from estimator.functions.random import truncated_normal as truncated_normal
from estimator.functions.random import random_uniform as uniform
from estimator.functions.stateless import stateless_categorical as stateless_categorical
from estimator.functions.stateless import stateless_multinomial as stateless_multinomial
from estimator.functions.stateless import stateless_normal as stateless_normal
from estimator.functions.stateless import stateless_truncated_normal as stateless_truncated_normal
from estimator.functions.stateless import stateless_uniform as stateless_uniform
