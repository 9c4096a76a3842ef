"""Ops on the characters of texts."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, int64
from estimator.core.errors import InvalidArgumentError
from estimator.core.registry import did_you_mean
from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops import _unicode
from estimator.ops._texts import each

_CHOICES = {"errors": _unicode.ERRORS, "output_encoding": _unicode.OUTPUT_ENCODINGS}
_CHARACTERS = _unicode.ERROR_ATTRS | {"replace_control_characters": False}


def _of_choices(rule: Callable[[ShapeScope], Any]) -> Callable[[ShapeScope], Any]:
    """The shape rule, which refuses attributes that are none of what there is to choose."""

    def checked(s: ShapeScope) -> Any:
        for name, choices in _CHOICES.items():
            given = s.attrs.get(name, choices[0])
            if given not in choices:
                raise ValueError(
                    f"{name} must be one of {', '.join(choices)}, given: {given!r}.{did_you_mean(given, choices)}"
                )
        return rule(s)

    return checked


@op(
    "UnicodeTranscode",
    "input: string -> output: string",
    attrs={"input_encoding": str, "output_encoding": str, **_CHARACTERS},
    shape=_of_choices(rules.like_first),
    host=True,
    differentiable=False,
)
def unicode_transcode(
    xp: Any, input: Any, input_encoding: str, output_encoding: str, errors: str, replacement_char: int,
    replace_control_characters: bool,
) -> Any:  # fmt: skip
    """Texts in another encoding.

    Raises  InvalidArgumentError if errors are strict and a text has one
    Source  TF op UnicodeTranscode, unicode_ops.cc
    """
    read = _unicode.reading(input_encoding, errors, replacement_char, replace_control_characters)

    def transcoded(text: bytes) -> bytes:
        return _unicode.written([character.code for character in read.characters(text)], output_encoding)

    return each(transcoded, input)


def _ragged(with_offsets: bool) -> Callable[[ShapeScope], list[Dims]]:
    def shapes(s: ShapeScope) -> list[Dims]:
        dims = rules.known(s.shapes[0])
        count = None if dims is None else math.prod(dims) + 1
        return [(count,), *([(None,)] * (2 if with_offsets else 1))]

    return shapes


@op(
    "UnicodeDecode",
    "input: string -> row_splits: Tsplits, char_values: int32",
    attrs={"input_encoding": str, **_CHARACTERS, "Tsplits": int64},
    shape=_of_choices(_ragged(with_offsets=False)),
    host=True,
    differentiable=False,
)
def unicode_decode(
    xp: Any, input: Any, input_encoding: str, errors: str, replacement_char: int,
    replace_control_characters: bool, Tsplits: DType,
) -> Any:  # fmt: skip
    """The code points of the characters of each text, the texts in a row.

    Shape   input [...] -> row_splits [texts + 1], char_values [characters]
    Raises  InvalidArgumentError if errors are strict and a text has one
    Source  TF op UnicodeDecode, unicode_ops.cc
    """
    read = _unicode.reading(input_encoding, errors, replacement_char, replace_control_characters)
    splits, codes, _ = _characters(read, input, Tsplits)
    return splits, codes


@op(
    "UnicodeDecodeWithOffsets",
    "input: string -> row_splits: Tsplits, char_values: int32, char_to_byte_starts: int64",
    attrs={"input_encoding": str, **_CHARACTERS, "Tsplits": int64},
    shape=_of_choices(_ragged(with_offsets=True)),
    host=True,
    differentiable=False,
)
def unicode_decode_with_offsets(
    xp: Any, input: Any, input_encoding: str, errors: str, replacement_char: int,
    replace_control_characters: bool, Tsplits: DType,
) -> Any:  # fmt: skip
    """As UnicodeDecode, and the first byte of each character in its text.

    Shape   input [...] -> row_splits [texts + 1], char_values and char_to_byte_starts [characters]
    Raises  InvalidArgumentError if errors are strict and a text has one
    Source  TF op UnicodeDecodeWithOffsets, unicode_ops.cc
    """
    read = _unicode.reading(input_encoding, errors, replacement_char, replace_control_characters)
    return _characters(read, input, Tsplits)


def _characters(read: _unicode.Reading, texts: Any, splits: DType) -> tuple[Any, Any, Any]:
    rows = [read.characters(text) for text in np.asarray(texts, object).ravel().tolist()]
    ends = np.cumsum([0, *map(len, rows)], dtype=splits.np)
    found = np.array([character for row in rows for character in row], np.int64).reshape(-1, 2)
    return ends, found[:, 0].astype(np.int32), found[:, 1]


def _one_less(s: ShapeScope) -> Dims:
    rules.with_rank(s.shapes[0], 1, "input_values")
    (count,) = rules.with_rank(s.shapes[1], 1, "input_splits")
    return (None if count is None else count - 1,)


@op(
    "UnicodeEncode",
    "input_values: int32, input_splits: Tsplits -> output: string",
    attrs={**_unicode.ERROR_ATTRS, "output_encoding": str, "Tsplits": int64},
    shape=_of_choices(_one_less),
    host=True,
    differentiable=False,
)
def unicode_encode(
    xp: Any, input_values: Any, input_splits: Any, errors: str, replacement_char: int, output_encoding: str
) -> Any:
    """Texts of the characters with these code points, a text for each row.

    Shape   input_values [characters], input_splits [texts + 1] -> [texts]
    Raises  InvalidArgumentError if errors are strict and a number is no character, or rows do not lie within the values
    Source  TF op UnicodeEncode, unicode_ops.cc
    """
    _unicode.check_replacement(replacement_char)
    splits, codes = np.asarray(input_splits), np.asarray(input_values)
    if not len(splits) or splits[0] != 0 or splits[-1] != len(codes) or (np.diff(splits) < 0).any():
        raise InvalidArgumentError(
            f"input_splits must rise from 0 to the number of input_values, {len(codes)}, given: {splits.tolist()[:8]}."
        )
    texts = [
        _unicode.written(_as_characters(codes[start:end].tolist(), errors, replacement_char), output_encoding)
        for start, end in zip(splits[:-1], splits[1:], strict=True)
    ]
    return np.fromiter(texts, object, len(texts))


def _as_characters(codes: list[int], errors: str, replacement: int) -> list[int]:
    if errors == "ignore":
        return [code for code in codes if _unicode.is_character(code)]
    wrong = next((code for code in codes if not _unicode.is_character(code)), None)
    if wrong is None:
        return codes
    if errors == "strict":
        raise InvalidArgumentError(
            f"Code point is out of range for Unicode, or a noncharacter: {wrong}. errors='replace' and "
            "errors='ignore' go on."
        )
    return [code if _unicode.is_character(code) else replacement for code in codes]
