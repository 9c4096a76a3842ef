"""Functions of strings, under TensorFlow's names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.functions.arguments import renamed
from estimator.graph import build as b
from estimator.graph.tensor import Tensor


def as_string(
    input: Any,
    precision: int = -1,
    scientific: bool = False,
    shortest: bool = False,
    width: int = -1,
    fill: str = "",
    name: str | None = None,
) -> Tensor:
    """Numbers as text: integers in decimal, floats with six decimals, booleans as true and false.

    Source
    ------
    tf.strings.as_string, TF 1.15
    """
    format_: dict[str, Any] = {
        "precision": precision,
        "scientific": scientific,
        "shortest": shortest,
        "width": width,
        "fill": fill,
    }
    return b.AsString(input, name=name, **format_)


def string_to_hash_bucket_fast(input: Any, num_buckets: int, name: str | None = None) -> Tensor:
    """A bucket number in [0, num_buckets) for each text: its FarmHash fingerprint modulo that.

    The same text has the same bucket in every process and version, so that weights can be kept by bucket.

    Raises
    ------
    ValueError
        If num_buckets is not at least 1.

    Source
    ------
    tf.strings.to_hash_bucket_fast, TF 1.15
    """
    return b.StringToHashBucketFast(input, num_buckets=num_buckets, name=name)


def string_to_hash_bucket_strong(
    input: Any, num_buckets: int, key: Sequence[int], name: str | None = None
) -> Tensor:
    """As :func:`string_to_hash_bucket_fast`, by SipHash under a key: who does not know it cannot fill one bucket.

    Parameters
    ----------
    input : string tensor
    num_buckets : int
    key : sequence of two ints

    Raises
    ------
    ValueError
        If num_buckets is not at least 1, or there are not two keys.

    Source
    ------
    tf.strings.to_hash_bucket_strong, TF 1.15
    """
    return b.StringToHashBucketStrong(input, num_buckets=num_buckets, key=list(key), name=name)


def string_to_hash_bucket(
    string_tensor: Any = None, num_buckets: Any = None, name: str | None = None, input: Any = None
) -> Tensor:
    """As :func:`string_to_hash_bucket_fast`, by the hash that TensorFlow had before: for weights from then.

    Parameters
    ----------
    string_tensor : string tensor
    num_buckets : int
    name : str, optional
    input : string tensor
        Another name of `string_tensor`.

    Raises
    ------
    ValueError
        If num_buckets is not at least 1.

    Source
    ------
    tf.strings.to_hash_bucket, TF 1.15
    """
    texts = renamed("input", input, "string_tensor", string_tensor)
    return b.StringToHashBucket(texts, num_buckets=num_buckets, name=name)
