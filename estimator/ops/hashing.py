"""Ops that number texts by their hashes; ``_fingerprints.py`` computes those."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims
from estimator.graph.op import ShapeScope, op
from estimator.ops._fingerprints import fingerprint64, fingerprints64, hash64, sip_hash


def _buckets(s: ShapeScope) -> Dims:
    count = s.attrs["num_buckets"]
    if count < 1:
        raise ValueError(f"num_buckets must be at least 1, not {count}.")
    return s.shapes[0]


def _keyed_buckets(s: ShapeScope) -> Dims:
    if len(s.attrs["key"]) != 2:
        raise ValueError(f"key must be a list of two integers, not {s.attrs['key']}.")
    return _buckets(s)


def bucket(hashes: Any, count: int) -> Any:
    """The bucket of each hash, an unsigned word, among so many, as int64."""
    return (hashes % np.uint64(count)).astype(np.int64)


@op(
    "StringToHashBucketFast",
    "input: string -> output: int64",
    attrs={"num_buckets": int},
    shape=_buckets,
    host=True,
    differentiable=False,
)
def string_to_hash_bucket_fast(xp: Any, input: Any, num_buckets: int) -> Any:
    """The FarmHash fingerprint of each text, modulo the number of buckets.

    Source  TF op StringToHashBucketFast, string_ops.cc
    """
    return bucket(fingerprint64(input), num_buckets)


@string_to_hash_bucket_fast.together
def string_to_hash_bucket_fast_together(xp: Any, input: Any, num_buckets: Any) -> Any:
    return list(map(bucket, fingerprints64(input), num_buckets))


@op(
    "StringToHashBucketStrong",
    "input: string -> output: int64",
    attrs={"num_buckets": int, "key": list[int]},
    shape=_keyed_buckets,
    host=True,
    differentiable=False,
)
def string_to_hash_bucket_strong(xp: Any, input: Any, num_buckets: int, key: Any) -> Any:
    """SipHash-2-4 of each text under a key, modulo the number of buckets.

    Source  TF op StringToHashBucketStrong, string_ops.cc
    """
    return bucket(sip_hash(input, [word % 2**64 for word in key]), num_buckets)


@op(
    "StringToHashBucket",
    "string_tensor: string -> output: int64",
    attrs={"num_buckets": int},
    shape=_buckets,
    host=True,
    differentiable=False,
)
def string_to_hash_bucket(xp: Any, string_tensor: Any, num_buckets: int) -> Any:
    """The older hash of each text, modulo the number of buckets; it is neither faster nor safer.

    Source  TF op StringToHashBucket, string_ops.cc
    """
    return bucket(hash64(string_tensor), num_buckets)


def _eight_bytes(s: ShapeScope) -> Dims:
    dims = s.shapes[0]
    if dims == ():
        raise ValueError(
            "a fingerprint is of each row: the data must have at least one dimension, given: a scalar."
        )
    return (None if dims is None else dims[0], 8)


@op(
    "Fingerprint",
    "data: T, method: string -> fingerprint: uint8",
    shape=_eight_bytes,
    host=True,
    differentiable=False,
)
def fingerprint(xp: Any, data: Any, method: Any) -> Any:
    """The 64 bits of farmhash of the bytes of each row, the lowest byte first; of texts, of their fingerprints.

    Source  TF op Fingerprint, array_ops.cc
    """
    name = bytes(method.item() if hasattr(method, "item") else method).decode()
    if name != "farmhash64":
        raise InvalidArgumentError(f"method must be 'farmhash64', given: {name!r}.")
    rows = data.reshape(len(data), -1)
    if data.dtype == object:
        hashes = fingerprint64(rows.reshape(-1)).reshape(rows.shape)
        if data.ndim == 1:
            return hashes.astype("<u8").view(np.uint8).reshape(-1, 8)
        rows = hashes.astype("<u8")
    texts = np.array([*(np.ascontiguousarray(row).tobytes() for row in rows), None], object)[:-1]
    return fingerprint64(texts).astype("<u8").view(np.uint8).reshape(-1, 8)
