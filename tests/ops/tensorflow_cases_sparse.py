"""The sparse cases that TensorFlow computed, in our functions: case -> function of its inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.functions.sparse import sparse_tensor_to_dense
from estimator.graph.sparse import SparseTensor
from estimator.variables import embedding


def _lookup(combiner: str) -> Callable[..., Any]:
    def call(p: Any, i: Any, v: Any, w: Any = None) -> Any:
        weights = None if w is None else SparseTensor(i, w, [4, 3])
        ids = SparseTensor(i, v, [4, 3])
        return embedding.embedding_lookup_sparse(p, ids, weights, combiner=combiner)

    return call


def _safe(combiner: str) -> Callable[..., Any]:
    return lambda p, i, v: embedding.safe_embedding_lookup_sparse(
        p, SparseTensor(i, v, [4, 3]), combiner=combiner
    )


CASES: dict[str, Callable[..., Any]] = {
    "embedding_lookup": lambda p, ids: embedding.embedding_lookup(p, ids),
    "sparse_to_dense": lambda i, v: sparse_tensor_to_dense(SparseTensor(i, v, [4, 3])),
    **{f"embedding_sparse_{combiner}": _lookup(combiner) for combiner in embedding.COMBINERS},
    **{f"embedding_sparse_w_{combiner}": _lookup(combiner) for combiner in embedding.COMBINERS},
    **{f"safe_embedding_{combiner}": _safe(combiner) for combiner in embedding.COMBINERS},
}
