"""Written by `make stub` from the table in sparse.py; do not edit."""

from estimator.functions.crossing import sparse_cross as cross
from estimator.functions.crossing import sparse_cross_hashed as cross_hashed
from estimator.functions.segments import sparse_segment_mean as segment_mean
from estimator.functions.segments import sparse_segment_sqrt_n as segment_sqrt_n
from estimator.functions.segments import sparse_segment_sum as segment_sum
from estimator.functions.sparse import sparse_placeholder as placeholder
from estimator.graph.sparse import SparseTensor as SparseTensor
