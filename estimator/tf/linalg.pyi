"""Written by `make stub` from the table in linalg.py; do not edit."""

from estimator.functions.arrays import eye as eye
from estimator.functions.clipping import global_norm as global_norm
from estimator.functions.indexing import diag_matrix as diag
from estimator.functions.linalg import matrix_band_part as band_part
from estimator.functions.linalg import matmul as matmul
from estimator.functions.linalg import qr as qr
from estimator.functions.linalg import tensor_diag as tensor_diag
from estimator.functions.linalg import tensor_diag_part as tensor_diag_part
from estimator.functions.linalg import trace as trace
from estimator.functions.linalg import triangular_solve as triangular_solve
from estimator.functions.normalization import l2_normalize as l2_normalize
