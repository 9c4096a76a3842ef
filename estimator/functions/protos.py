"""Arrays as TensorProto messages, and tensors in the fields of messages of any format."""

from __future__ import annotations

import builtins
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DTypeLike, as_dtype
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import as_dims, show
from estimator.formats.tensors import array_from_proto, array_to_proto
from estimator.functions import raw_ops
from estimator.graph import build as b
from estimator.graph.constant import to_array
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor


def make_tensor_proto(
    values: Any,
    dtype: DTypeLike | None = None,
    shape: Any = None,
    verify_shape: bool = False,
    allow_broadcast: bool = False,
) -> Any:
    """A TensorProto of an array, a Python number, text, or nested list of them; of a TensorProto itself.

    Parameters
    ----------
    dtype : DType, optional
        Its type; float32 and int32 for Python numbers by default.
    shape : optional
        Another shape for the same values; a single one, and the last one of too few, are repeated.
    verify_shape : bool
        Whether the values must have that shape.
    allow_broadcast : bool
        Whether only a single value is repeated.

    Raises
    ------
    ValueError
        If both `verify_shape` and `allow_broadcast` are asked for, or the shape has fewer values.
    TypeError
        If the shape is not that of the values, where it must be.

    Source
    ------
    tf.make_tensor_proto, TF 1.15 tensor_util.py
    """
    if allow_broadcast and verify_shape:
        raise ValueError("pass only one of allow_broadcast and verify_shape.")
    if hasattr(values, "tensor_shape"):
        return values
    kind = None if dtype is None else as_dtype(dtype)
    array = to_array(values, kind)
    if shape is not None:
        array = _in_shape(array, as_dims(shape), verify_shape, allow_broadcast)
    return array_to_proto(array, kind)


def _in_shape(array: Any, dims: Any, verify_shape: bool, allow_broadcast: bool) -> Any:
    wanted = math.prod(dims)
    repeats = array.size == 1 if allow_broadcast else array.size <= wanted and array.size
    if (verify_shape and array.shape != dims) or (allow_broadcast and array.size != wanted and not repeats):
        raise TypeError(f"the values have shape {show(array.shape)}; wanted: {show(dims)}.")
    if array.size > wanted or (wanted and not array.size):
        raise ValueError(f"{array.size} values do not fill the shape {show(dims)}.")
    flat = array.reshape(-1)
    filled = np.concatenate([flat, np.repeat(flat[-1:], wanted - array.size)])
    return filled.reshape(dims)


def make_ndarray(tensor: Any) -> Any:
    """The array that a TensorProto stands for; texts as objects.

    Source
    ------
    tf.make_ndarray, TF 1.15 tensor_util.py
    """
    return array_from_proto(tensor)


def decode_proto(
    bytes: TensorLike,
    message_type: str,
    field_names: Sequence[str],
    output_types: Sequence[Any],
    descriptor_source: str | builtins.bytes = "local://",
    message_format: str = "binary",
    sanitize: bool = False,
    name: str | None = None,
) -> Any:
    """What serialised messages have in some of their fields.

    Parameters
    ----------
    bytes : Tensor, string
        Messages of one type.
    message_type : str
        Its name with the package: ``"pets.Cat"``.
    field_names : list of str
        Extensions by their names with the package.
    output_types : list of DType
        The type of each field's tensor: the field's own, or a wider one for those of 32 bits. Texts, bytes and messages
        are strings, an enumeration is int32.
    descriptor_source : str or bytes
        The path of a file that ``protoc --include_imports --descriptor_set_out`` wrote; ``b"bytes://"`` and the
        contents of one; or ``"local://"`` for TensorFlow's own messages, those of them that are known here.
    message_format : str
        ``"binary"``, or ``"text"`` for protobuf's text form.
    sanitize : bool
        Whether all of a message is looked into, and messages in it are written anew.

    Returns
    -------
    DecodeProtoV2
        A named tuple. ``sizes``: how many values each message has in each field; ``values``: a list of a tensor for
        each field, filled up by the field's default to the most that one message has, at least to one.

    Shape
    -----
    bytes [...] -> sizes [..., fields], values [..., most] each

    Raises
    ------
    InvalidArgumentError
        When it runs, if the description lacks the type or some of the fields, or `output_types` do not fit.
    DataLossError
        When it runs, if a message is of another format.

    Source
    ------
    tf.io.decode_proto, TF 1.15
    """
    return raw_ops.DecodeProtoV2(
        bytes=bytes,
        message_type=message_type,
        field_names=field_names,
        output_types=output_types,
        descriptor_source=descriptor_source,
        message_format=message_format,
        sanitize=sanitize,
        name=name,
    )


def encode_proto(
    sizes: TensorLike,
    values: Sequence[Any],
    field_names: Sequence[str],
    message_type: str,
    descriptor_source: str | bytes = "local://",
    name: str | None = None,
) -> Tensor:
    """Serialised messages that have values in some of their fields.

    Parameters
    ----------
    sizes : Tensor, int32
        How many of the values each message has in each field.
    values : list of Tensor
        One for each field; the types are those of :func:`decode_proto`.
    field_names, message_type, descriptor_source
        As for :func:`decode_proto`, but without extensions.

    Shape
    -----
    sizes [..., fields], values [..., most] each -> [...]

    Raises
    ------
    ValueError
        If a tensor of values has less than two dimensions.
    InvalidArgumentError
        When it runs, if shapes or types do not fit, or the description lacks the type or some of the fields.

    Source
    ------
    tf.io.encode_proto, TF 1.15
    """
    return b.EncodeProto(
        sizes,
        values,
        field_names=field_names,
        message_type=message_type,
        descriptor_source=descriptor_source,
        name=name,
    )


near_keywords_of_functions(__name__)
