"""Ops that take messages of any format apart, and put them together, by a description of the format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType
from estimator.core.errors import DataLossError, InvalidArgumentError
from estimator.core.registry import did_you_mean
from estimator.core.shapes import Dims, merge, show
from estimator.formats import described
from estimator.formats.described import Field, MessageType
from estimator.formats.wire import MalformedError
from estimator.graph.op import ShapeScope, op


def _encoded(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def _text(text: str | bytes) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text


def _fields(
    kind: MessageType, names: Sequence[str | bytes], types: Sequence[DType], with_extensions: bool
) -> list[Field]:
    """The fields of these names, which have tensors of these types.

    Raises
    ------
    InvalidArgumentError
        If the message has not all of them, or one is of another type: all such problems at once.
    """
    fields, problems = [], []
    for name, dtype in zip(map(_text, names), types, strict=True):
        field = kind.field(name) or (kind.extension(name) if with_extensions else None)
        if field is None:
            problems.append(f"{kind.name} has no field {name!r}.{did_you_mean(name, kind.field_names)}")
        elif dtype not in field.types:
            taken = " or ".join(one.name for one in field.types)
            problems.append(
                f"the field {name!r} is {field.kind}: its tensor must be {taken}, given: {dtype.name}."
            )
        else:
            fields.append(field)
    if problems:
        raise InvalidArgumentError(" ".join(problems))
    return fields


# -- apart -------------------------------------------------------------------------------------------------------------


def _decoded_shapes(s: ShapeScope) -> list[Dims]:
    batch, count = s.shapes[0], len(s.attrs["output_types"])
    if batch is None:
        return [None] * (count + 1)
    return [(*batch, len(s.attrs["field_names"])), *[(*batch, None)] * count]


@op(
    "DecodeProtoV2",
    "bytes: string -> sizes: int32, values: output_types[]",
    attrs={
        "message_type": str,
        "field_names": list[str],
        "output_types": list[DType],
        "descriptor_source": "local://",
        "message_format": "binary",
        "sanitize": False,
    },
    shape=_decoded_shapes,
    host=True,
    differentiable=False,
)
def decode_proto_v2(
    xp: Any,
    bytes: Any,
    message_type: str,
    field_names: list[str],
    output_types: list[DType],
    descriptor_source: str,
    message_format: str,
    sanitize: bool,
) -> Any:
    """How often messages have some fields, and what they have there, padded by defaults to the most that one has.

    Shape   bytes [...] -> sizes [..., fields], values [..., most] each
    Raises  InvalidArgumentError if there are no messages, the format is described nowhere, or fields are not in it
            DataLossError if a message is none of that format
    Source  TF op DecodeProtoV2, decode_proto_op.cc
    """
    if len(field_names) != len(output_types):
        raise InvalidArgumentError(f"{len(field_names)} field_names, but {len(output_types)} output_types.")
    if _text(message_format) not in ("binary", "text"):
        raise InvalidArgumentError(f"message_format={message_format!r}: it is 'binary' or 'text'.")
    kind = described.message_type(_text(message_type), _encoded(descriptor_source))
    fields = _fields(kind, field_names, output_types, with_extensions=True)
    texts = np.asarray(bytes, object)
    if not texts.size:
        raise InvalidArgumentError("there are no messages: the batch is empty.")
    rewrite = kind.from_text if _text(message_format) == "text" else kind.rewritten if sanitize else None
    found = [_values(kind, text, place, fields, rewrite) for place, text in enumerate(texts.flat)]
    sizes = np.array([[len(values) for values in message] for message in found], np.int32)
    values = [
        _padded([message[place] for message in found], field.default, dtype).reshape(*texts.shape, -1)
        for place, (field, dtype) in enumerate(zip(fields, output_types, strict=True))
    ]
    return sizes.reshape(*texts.shape, len(fields)), *values


def _values(
    kind: MessageType,
    text: bytes,
    place: int,
    fields: Sequence[Field],
    rewrite: Callable[[bytes], bytes] | None,
) -> list[list[Any]]:
    try:
        return kind.values(rewrite(text) if rewrite else text, fields)
    except (MalformedError, DataLossError) as error:
        raise DataLossError(
            f"message {place} of the batch, {text[:50]!r} ({len(text)} bytes), is no {kind.name}: {error}"
        ) from error


def _padded(rows: Sequence[Sequence[Any]], default: Any, dtype: DType) -> Any:
    """Rows of some values as one array, as wide as the longest and never of no width."""
    result = np.full((len(rows), max(1, *map(len, rows))), default, dtype.np)
    for row, values in zip(result, rows, strict=True):
        row[: len(values)] = values
    return result


# -- together ----------------------------------------------------------------------------------------------------------


def _encoded_shape(s: ShapeScope) -> Dims:
    if len(s.shapes) == 1:
        raise ValueError("there are no values: give those of at least one field.")
    batch: Dims = None
    for dims in s.shapes[1:]:
        if dims is not None and len(dims) < 2:
            raise ValueError(f"values must have at least two dimensions, batch + [most], not {show(dims)}.")
        batch = merge(batch, None if dims is None else dims[:-1])
    return batch


@op(
    "EncodeProto",
    "sizes: int32, values: Tinput_types[] -> bytes: string",
    attrs={"field_names": list[str], "message_type": str, "descriptor_source": "local://"},
    shape=_encoded_shape,
    host=True,
    differentiable=False,
)
def encode_proto(
    xp: Any,
    sizes: Any,
    values: Any,
    field_names: list[str],
    message_type: str,
    descriptor_source: str,
    Tinput_types: list[DType],
) -> Any:
    """Messages that have in some fields the first so many of the values.

    Shape   sizes [..., fields], values [..., most] each -> [...]
    Raises  InvalidArgumentError if shapes or counts do not fit, the format is described nowhere, fields are not in it,
            or a value does not fit into its field
    Source  TF op EncodeProto, encode_proto_op.cc
    """
    if len(field_names) != len(values):
        raise InvalidArgumentError(f"{len(field_names)} field_names, but {len(values)} values.")
    kind = described.message_type(_text(message_type), _encoded(descriptor_source))
    fields = _fields(kind, field_names, Tinput_types, with_extensions=False)
    batch = _common_batch(np.shape(sizes), [value.shape for value in values])
    counts = np.reshape(sizes, (-1, len(fields)))
    rows = [np.reshape(value, (len(counts), value.shape[-1])) for value in values]
    _check_counts(counts, rows, fields)
    in_order = sorted(range(len(fields)), key=lambda place: fields[place].number)
    result = np.empty(len(counts), object)
    for message, some in enumerate(counts.tolist()):
        result[message] = b"".join(
            fields[place].written(rows[place][message, : max(0, some[place])]) for place in in_order
        )
    return result.reshape(batch)


def _common_batch(sizes: tuple[int, ...], values: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    batch = values[0][:-1] if values else sizes[:-1]
    if sizes != (*batch, len(values)) or any(shape[:-1] != batch for shape in values):
        raise InvalidArgumentError(
            f"sizes must have the shape batch + [fields], and each of the values batch + [most]; they have {sizes}, "
            f"and {', '.join(map(str, values))}."
        )
    return batch


def _check_counts(counts: Any, rows: Sequence[Any], fields: Sequence[Field]) -> None:
    for place, (field, row) in enumerate(zip(fields, rows, strict=True)):
        if counts[:, place].max(initial=0) > row.shape[1]:
            message = counts[:, place].argmax()
            raise InvalidArgumentError(
                f"sizes has {counts[message, place]} for the field {field.name!r} of message {message}, but there are "
                f"{row.shape[1]} values."
            )
