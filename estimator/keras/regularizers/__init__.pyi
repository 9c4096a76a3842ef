"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.keras.regularizers.by_name import deserialize as deserialize
from estimator.keras.regularizers.by_name import get as get
from estimator.keras.regularizers.by_name import serialize as serialize
from estimator.variables.regularizers import L1 as L1
from estimator.variables.regularizers import L1L2 as L1L2
from estimator.variables.regularizers import L2 as L2
from estimator.variables.regularizers import OrthogonalRegularizer as OrthogonalRegularizer
from estimator.variables.regularizers import Regularizer as Regularizer
from estimator.variables.regularizers import L1 as l1
from estimator.variables.regularizers import l1_l2 as l1_l2
from estimator.variables.regularizers import L2 as l2
from estimator.variables.regularizers import OrthogonalRegularizer as orthogonal_regularizer
