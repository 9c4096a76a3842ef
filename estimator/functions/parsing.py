"""What bytes say: numbers as they lie in memory, and how features are stored in a tf.Example."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from estimator.core.dtypes import DType, as_dtype
from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.functions.arguments import renamed
from estimator.graph import build as b
from estimator.graph.tensor import Tensor


@near_keywords
class FixedLenFeature(NamedTuple):
    """A feature of one shape in every example; it becomes a dense tensor.

    Parameters
    ----------
    shape : sequence of int
        The shape of one example.
    dtype : DType
    default_value : value or nested list, optional
        Stands in where an example lacks the feature; without it that is an error.

    Source
    ------
    tf.FixedLenFeature, TF 1.15 parsing_ops.py
    """

    shape: Sequence[int]
    dtype: DType
    default_value: Any = None


@near_keywords
class FixedLenSequenceFeature(NamedTuple):
    """A feature with any number of items of one shape; it becomes a dense tensor, padded to the longest.

    Parameters
    ----------
    shape : sequence of int
        The shape of one item.
    dtype : DType
    allow_missing : bool
        Whether an example may lack the feature.
    default_value : value, optional
        What shorter examples are padded with.

    Source
    ------
    tf.FixedLenSequenceFeature, TF 1.15 parsing_ops.py
    """

    shape: Sequence[int]
    dtype: DType
    allow_missing: bool = False
    default_value: Any = None


@near_keywords
class VarLenFeature(NamedTuple):
    """A feature with any number of values; it becomes a SparseTensor.

    Source
    ------
    tf.VarLenFeature, TF 1.15 parsing_ops.py
    """

    dtype: DType


@near_keywords
class SparseFeature(NamedTuple):
    """A sparse vector, stored as two features: where its values are, and what they are.

    Parameters
    ----------
    index_key : str or sequence of str
        The feature with the positions, or one for each dimension.
    value_key : str
        The feature with the values.
    dtype : DType
    size : int or sequence of int
        The length of the vector, or the size of each dimension.
    already_sorted : bool
        Whether the positions of each example are in ascending order.

    Source
    ------
    tf.SparseFeature, TF 1.15 parsing_ops.py
    """

    index_key: str | Sequence[str]
    value_key: str
    dtype: DType
    size: int | Sequence[int]
    already_sorted: bool = False


def decode_raw(
    input_bytes: Any = None,
    out_type: Any = None,
    little_endian: bool = True,
    name: str | None = None,
    bytes: Any = None,
) -> Tensor:
    """The numbers whose bytes each text is.

    Parameters
    ----------
    input_bytes : string tensor
        Texts of one length.
    out_type : DType
    little_endian : bool
        Whether the lowest byte of a number comes first.
    name : str, optional
    bytes : string tensor
        Another name of `input_bytes`.

    Shape
    -----
    input_bytes [...] -> [..., numbers in a text]

    Raises
    ------
    TypeError
        If there is no out_type.
    InvalidArgumentError
        In the run, if the texts differ in length, or it is no multiple of the size of a number.

    Source
    ------
    tf.io.decode_raw, TF 1.15 parsing_ops.py
    """
    if out_type is None:
        raise TypeError("decode_raw needs out_type, such as tf.uint8.")
    texts = renamed("input_bytes", input_bytes, "bytes", bytes)
    numbers: Tensor = b.DecodeRaw(texts, out_type=as_dtype(out_type), little_endian=little_endian, name=name)
    return numbers


near_keywords_of_functions(__name__)
