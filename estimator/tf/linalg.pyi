"""Written by `make stub` from the table in linalg.py; do not edit."""

from estimator.functions.arrays import eye as eye
from estimator.functions.clipping import global_norm as global_norm
from estimator.functions.indexing import diag_matrix as diag
from estimator.functions.linalg import matmul as matmul
from estimator.functions.linalg import trace as trace
from estimator.functions.normalization import l2_normalize as l2_normalize
