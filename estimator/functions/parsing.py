"""What bytes say: numbers as they lie in memory, and how features are stored in a tf.Example."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.core.dtypes import DType, DTypeLike, as_dtype
from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.core.named_tuple import NamedTuple
from estimator.functions.arguments import renamed
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
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
    input_bytes: TensorLike | None = None,
    out_type: DTypeLike | None = None,
    little_endian: bool = True,
    name: str | None = None,
    bytes: TensorLike | None = None,
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


def decode_csv(
    records: TensorLike,
    record_defaults: Any,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    name: str | None = None,
    na_value: str = "",
    select_cols: Sequence[int] | None = None,
) -> list[Tensor]:
    """The columns of lines of comma-separated values.

    Parameters
    ----------
    records : string tensor
        Lines without their ends.
    record_defaults : list
        For each column a value that stands in where a field is empty, in a list or not; its type is the column's. An
        empty list, or an empty tensor of the type that the column has, says that it must not be empty.
    field_delim : str
        One character.
    use_quote_delim : bool
        Whether a field in double quotes is what stands between them; it may contain `field_delim` and ends of lines.
    name : str, optional
    na_value : str
        What counts as missing, too.
    select_cols : list of int, optional
        The columns that are read, in ascending order, if not all.

    Shape
    -----
    records [...] -> one tensor [...] for each of `record_defaults`

    Raises
    ------
    ValueError
        If there are no defaults, or `select_cols` are not ascending, negative or not as many as the defaults are.
    InvalidArgumentError
        In the run, if a record has another number of fields, or a field is missing or no such number.

    Example
    -------
    >>> from estimator import tf
    >>> age, name = tf.decode_csv(["31,Ada", ",Grace"], [[0], [""]])
    >>> with tf.Session() as session:
    ...     session.run([age, name])
    [array([31,  0], dtype=int32), array([b'Ada', b'Grace'], dtype=object)]

    Source
    ------
    tf.decode_csv, TF 1.15 parsing_ops.py
    """
    if len(record_defaults) == 0:
        raise ValueError("decode_csv needs record_defaults: a default, or an empty list, for each column.")
    if select_cols is not None:
        _check_selected(list(select_cols), len(record_defaults))
    columns: list[Tensor] = b.DecodeCSV(
        records,
        record_defaults,
        field_delim=field_delim,
        use_quote_delim=use_quote_delim,
        na_value=na_value,
        select_cols=list(select_cols or []),
        name=name,
    )
    return columns


def _check_selected(columns: list[int], n_defaults: int) -> None:
    if len(columns) != n_defaults:
        raise ValueError(
            f"Length of select_cols and record_defaults do not match: {len(columns)} columns, {n_defaults} defaults."
        )
    if columns != sorted(set(columns)):
        raise ValueError(f"select_cols is not strictly increasing: {columns}.")
    if columns and columns[0] < 0:
        raise ValueError(f"select_cols contains negative values: {columns}.")


def serialize_tensor(tensor: TensorLike, name: str | None = None) -> Tensor:
    """A tensor as bytes, such as a feature of a tf.Example may hold: those of a TensorProto.

    Example
    -------
    >>> from estimator import tf
    >>> data = tf.io.serialize_tensor([[1.0, 2.0]])
    >>> tf.Session().run(tf.io.parse_tensor(data, tf.float32)).tolist()
    [[1.0, 2.0]]
    """
    written: Tensor = b.SerializeTensor(tensor, name=name)
    return written


def parse_tensor(serialized: TensorLike, out_type: DTypeLike, name: str | None = None) -> Tensor:
    """The tensor that :func:`serialize_tensor` was given; its shape is not known before the run.

    Parameters
    ----------
    serialized : scalar string Tensor
    out_type : DType
        The type that the tensor has.
    name : str, optional

    Raises
    ------
    InvalidArgumentError
        In the run, if these are no such bytes, or the tensor has another type.
    """
    numbers: Tensor = b.ParseTensor(serialized, out_type=as_dtype(out_type), name=name)
    return numbers


near_keywords_of_functions(__name__)
