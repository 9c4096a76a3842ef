"""Ops that write tensors and bytes as texts, and read them again."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, as_dtype, string
from estimator.core.errors import InvalidArgumentError, OpError
from estimator.core.shown import shorten
from estimator.formats import messages
from estimator.formats.tensors import array_from_proto, array_to_proto, dims_to_proto
from estimator.graph import rules
from estimator.graph.op import op
from estimator.ops._texts import each, text_scalar


@op(
    "EncodeBase64",
    "input: string -> output: string",
    attrs={"pad": False},
    shape=rules.like_first,
    host=True,
    differentiable=False,
)
def encode_base64(xp: Any, input: Any, pad: bool) -> Any:
    """Texts in base 64, in the letters that URLs may have; `pad` fills them up with ``=`` to whole groups of four.

    Source  TF op EncodeBase64, base64_ops.cc; RFC 4648, section 5
    """
    return each(lambda text: base64.urlsafe_b64encode(text).rstrip(b"" if pad else b"="), input)


@op(
    "DecodeBase64", "input: string -> output: string", shape=rules.like_first, host=True, differentiable=False
)
def decode_base64(xp: Any, input: Any) -> Any:
    """What EncodeBase64 was given.

    Raises  InvalidArgumentError if a text is not in base 64
    Source  TF op DecodeBase64, base64_ops.cc
    """
    return each(_from_base64, input)


def _from_base64(text: bytes) -> bytes:
    body = text.rstrip(b"=")
    padding = len(text) - len(body)
    try:
        if b"+" in body or b"/" in body or len(body) % 4 == 1:
            raise binascii.Error("it has letters that URLs may not have, or a byte too many")
        if padding and (padding > 2 or len(text) % 4):
            raise binascii.Error("it is filled up to no whole group of four")
        return base64.b64decode(body + b"=" * (-len(body) % 4), b"-_", validate=True)
    except binascii.Error as error:
        raise InvalidArgumentError(
            f"{shorten(text)} is not in the base 64 of URLs, with '-' and '_': {error}."
        ) from None


@op("SerializeTensor", "tensor: T -> serialized: string", shape=rules.scalar, host=True, differentiable=False)
def serialize_tensor(xp: Any, tensor: Any, T: DType) -> Any:
    """The bytes of a TensorProto of the tensor.

    Source  TF op SerializeTensor, parse_tensor_op.cc
    """
    array = np.asarray(tensor)
    if T is string:
        return text_scalar(messages.to_bytes(array_to_proto(array)))
    proto = messages.TensorProto(dtype=T.as_datatype_enum, tensor_shape=dims_to_proto(array.shape))
    proto.tensor_content = array.astype(T.np.newbyteorder("<"), copy=False).tobytes()
    return text_scalar(messages.to_bytes(proto))


@op(
    "ParseTensor",
    "serialized: string -> output: out_type",
    shape=rules.unknown,
    host=True,
    differentiable=False,
)
def parse_tensor(xp: Any, serialized: Any, out_type: DType) -> Any:
    """The tensor whose TensorProto these bytes are.

    Shape   serialized [] -> any
    Raises  InvalidArgumentError if it is no TensorProto, or one of another type
    Source  TF op ParseTensor, parse_tensor_op.cc
    """
    texts = np.asarray(serialized, object)
    if texts.shape:
        raise InvalidArgumentError(f"parse_tensor takes a scalar, given the shape {texts.shape}.")
    try:
        proto = messages.parse("TensorProto", texts.item(), "serialized")
        found = as_dtype(proto.dtype)
        array = array_from_proto(proto, "serialized")
    except (OpError, TypeError) as error:
        raise InvalidArgumentError(f"{shorten(texts.item())} is no serialized tensor: {error}") from None
    if found is not out_type:
        raise InvalidArgumentError(
            f"Type mismatch between parsed tensor ({found.name}) and dtype ({out_type.name}): ask for {found.name}."
        )
    return array
