"""Ops that take bytes for numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import DType
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims
from estimator.graph.op import ShapeScope, op


def _one_axis_more(s: ShapeScope) -> Dims:
    dims = s.shapes[0]
    return None if dims is None else (*dims, None)


@op(
    "DecodeRaw",
    "bytes: string -> output: out_type",
    attrs={"little_endian": True},
    shape=_one_axis_more,
    host=True,
    differentiable=False,
)
def decode_raw(xp: Any, bytes: Any, out_type: DType, little_endian: bool) -> Any:
    """The numbers whose bytes each text is, all texts being of one length.

    Shape   bytes [...] -> [..., numbers]
    Raises  InvalidArgumentError if the texts differ in length, or it is no multiple of the size of a number
    Source  TF op DecodeRaw, parsing_ops.cc
    """
    texts = np.asarray(bytes, object)
    lengths = {len(text) for text in texts.flat} or {0}
    if len(lengths) > 1:
        raise InvalidArgumentError(
            f"the texts have different lengths, from {min(lengths)} to {max(lengths)} bytes; texts that are decoded "
            "together need one. Decode them one by one."
        )
    (length,) = lengths
    if length % out_type.size:
        raise InvalidArgumentError(
            f"a text of {length} bytes is no whole number of {out_type.name}, which has {out_type.size} bytes."
        )
    kind = out_type.np.newbyteorder("<" if little_endian else ">")
    numbers = np.frombuffer(b"".join(texts.flat), kind).astype(out_type.np)
    return numbers.reshape(*texts.shape, length // out_type.size)
