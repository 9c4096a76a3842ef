"""Written by `make stub` from the table in sparse.py; do not edit."""

from estimator.functions.sparse import sparse_placeholder as placeholder
from estimator.graph.sparse import SparseTensor as SparseTensor
