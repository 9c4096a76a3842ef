"""Written by `make stub` from the table in sparse.py; do not edit."""

from estimator.functions.crossing import sparse_cross as cross
from estimator.functions.crossing import sparse_cross_hashed as cross_hashed
from estimator.functions.segments import sparse_segment_mean as segment_mean
from estimator.functions.segments import sparse_segment_sqrt_n as segment_sqrt_n
from estimator.functions.segments import sparse_segment_sum as segment_sum
from estimator.functions.sparse import sparse_add as add
from estimator.functions.sparse import sparse_concat as concat
from estimator.functions.sparse import sparse_expand_dims as expand_dims
from estimator.functions.sparse import sparse_fill_empty_rows as fill_empty_rows
from estimator.functions.sparse import from_dense as from_dense
from estimator.functions.sparse import sparse_tensor_dense_matmul as matmul
from estimator.functions.sparse import sparse_maximum as maximum
from estimator.functions.sparse import sparse_minimum as minimum
from estimator.functions.sparse import sparse_placeholder as placeholder
from estimator.functions.sparse import sparse_reduce_max as reduce_max
from estimator.functions.sparse import sparse_reduce_sum as reduce_sum
from estimator.functions.sparse import sparse_reorder as reorder
from estimator.functions.sparse import sparse_reshape as reshape
from estimator.functions.sparse import sparse_retain as retain
from estimator.functions.sparse import sparse_slice as slice
from estimator.functions.sparse import sparse_softmax as softmax
from estimator.functions.sparse import sparse_tensor_dense_matmul as sparse_dense_matmul
from estimator.functions.sparse import sparse_tensor_to_dense as to_dense
from estimator.functions.sparse import sparse_transpose as transpose
from estimator.graph.sparse import SparseTensor as SparseTensor
