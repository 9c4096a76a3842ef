"""Written by `make stub` from the table in initializers.py; do not edit."""

from estimator.functions.table_initializers import tables_initializer as tables_initializer
from estimator.variables.initializers import Constant as constant
from estimator.variables.initializers import GlorotNormal as glorot_normal
from estimator.variables.initializers import GlorotUniform as glorot_uniform
from estimator.variables.initializers import he_normal as he_normal
from estimator.variables.initializers import he_uniform as he_uniform
from estimator.variables.initializers import Identity as identity
from estimator.variables.initializers import lecun_normal as lecun_normal
from estimator.variables.initializers import lecun_uniform as lecun_uniform
from estimator.variables.initializers import Ones as ones
from estimator.variables.initializers import Orthogonal as orthogonal
from estimator.variables.initializers import RandomNormal as random_normal
from estimator.variables.initializers import RandomUniform as random_uniform
from estimator.variables.initializers import TruncatedNormal as truncated_normal
from estimator.variables.initializers import UniformUnitScaling as uniform_unit_scaling
from estimator.variables.initializers import VarianceScaling as variance_scaling
from estimator.variables.initializers import Zeros as zeros
from estimator.variables.variable import global_variables_initializer as global_variables
from estimator.variables.variable import local_variables_initializer as local_variables
from estimator.variables.variable import variables_initializer as variables
