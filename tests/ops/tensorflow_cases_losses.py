"""The cases of losses, hashes and crosses that TensorFlow computed, in our functions: case -> function of its inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.functions import ordering, sparse, strings
from estimator.functions.crossing import sparse_cross_hashed
from estimator.network import losses

HASH_KEY = 0xDECAFCAFFE


def _sparse_softmax(reduction: str) -> Callable[..., Any]:
    return lambda labels, logits, w: losses.sparse_softmax_cross_entropy(
        labels, logits, w, reduction=reduction
    )


def _crossed(a: Any, b: Any) -> Any:
    return sparse.sparse_tensor_to_dense(sparse_cross_hashed([a, b], num_buckets=50, hash_key=HASH_KEY))


CASES: dict[str, Callable[..., Any]] = {
    "argsort": lambda x: ordering.argsort(x, axis=-1),
    "hash_bucket_fast": lambda s: strings.string_to_hash_bucket_fast(s, 100),
    "hash_bucket_fast_big": lambda s: strings.string_to_hash_bucket_fast(s, 2**63 - 1),
    "losses_abs": lambda labels, predictions: losses.absolute_difference(labels, predictions),
    "losses_huber": lambda labels, predictions: losses.huber_loss(labels, predictions),
    "losses_mse": lambda labels, predictions: losses.mean_squared_error(labels, predictions),
    "losses_sparse_softmax_mean": _sparse_softmax("weighted_mean"),
    "losses_sparse_softmax_sum": _sparse_softmax("weighted_sum"),
    "losses_sparse_softmax_sum_by_nonzero_weights": _sparse_softmax("weighted_sum_by_nonzero_weights"),
    "losses_sparse_softmax_sum_over_batch_size": _sparse_softmax("weighted_sum_over_batch_size"),
    "sparse_cross_hashed": _crossed,
    "sparse_cross_hashed_int": _crossed,
}
