"""Initial values of variables: tf.initializers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estimator.core.facade import fixed_names
from estimator.variables.initializers import Constant as constant
from estimator.variables.initializers import GlorotNormal as glorot_normal
from estimator.variables.initializers import GlorotUniform as glorot_uniform
from estimator.variables.initializers import Identity as identity
from estimator.variables.initializers import Ones as ones
from estimator.variables.initializers import RandomNormal as random_normal
from estimator.variables.initializers import RandomUniform as random_uniform
from estimator.variables.initializers import TruncatedNormal as truncated_normal
from estimator.variables.initializers import VarianceScaling as variance_scaling
from estimator.variables.initializers import Zeros as zeros
from estimator.variables.initializers import he_normal, he_uniform, lecun_normal, lecun_uniform
from estimator.variables.variable import global_variables_initializer as global_variables
from estimator.variables.variable import local_variables_initializer as local_variables
from estimator.variables.variable import variables_initializer as variables

__all__ = [
    "constant",
    "global_variables",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "local_variables",
    "ones",
    "random_normal",
    "random_uniform",
    "truncated_normal",
    "variables",
    "variance_scaling",
    "zeros",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = fixed_names(
        __name__,
        later="orthogonal tables_initializer",
    )
