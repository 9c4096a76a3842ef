"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.keras.constraints.by_name import deserialize as deserialize
from estimator.keras.constraints.by_name import get as get
from estimator.keras.constraints.by_name import serialize as serialize
from estimator.variables.constraints import Constraint as Constraint
from estimator.variables.constraints import MaxNorm as MaxNorm
from estimator.variables.constraints import MinMaxNorm as MinMaxNorm
from estimator.variables.constraints import NonNeg as NonNeg
from estimator.variables.constraints import UnitNorm as UnitNorm
from estimator.variables.constraints import MaxNorm as max_norm
from estimator.variables.constraints import MinMaxNorm as min_max_norm
from estimator.variables.constraints import NonNeg as non_neg
from estimator.variables.constraints import UnitNorm as unit_norm
