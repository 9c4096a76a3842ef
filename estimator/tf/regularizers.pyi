"""Written by `make stub` from the table in regularizers.py; do not edit."""

from estimator.variables.regularizers import apply_regularization as apply_regularization
from estimator.variables.regularizers import l1_l2_regularizer as l1_l2_regularizer
from estimator.variables.regularizers import l1_regularizer as l1_regularizer
from estimator.variables.regularizers import l2_regularizer as l2_regularizer
from estimator.variables.regularizers import sum_regularizer as sum_regularizer
