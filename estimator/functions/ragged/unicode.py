"""The characters of texts, in ragged tensors: a row for each text.

Source: tf.strings, TF 2.15 ragged_string_ops.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import show
from estimator.functions import arrays
from estimator.functions.arguments import function_scope, tensor_of
from estimator.functions.ragged.tensor import RaggedTensor, ragged_or_tensor
from estimator.graph import build as b
from estimator.graph.ragged import RaggedTensorValue
from estimator.graph.tensor import Tensor
from estimator.ops._unicode import REPLACEMENT


def unicode_decode(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = REPLACEMENT,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> Any:
    """The code points of the characters of each text.

    Parameters
    ----------
    input : string Tensor or RaggedTensor
    input_encoding : str
        Such as ``"UTF-8"``, ``"UTF-16-BE"`` or ``"US-ASCII"``.
    errors : {"replace", "strict", "ignore"}
        What happens to bytes that are no character.
    replacement_char : int
        The code point that stands for them.
    replace_control_characters : bool
        Whether control characters, below a blank, are treated alike.
    name : str, optional

    Returns
    -------
    RaggedTensor of int32, or Tensor if the input is a scalar

    Shape
    -----
    input [...] -> [..., (characters)]

    Raises
    ------
    ValueError
        If the rank of the input is not known.
    InvalidArgumentError
        In the run: if there is no such encoding; with ``errors="strict"``, if a text has an error.
    """
    with function_scope(name, "UnicodeDecode", input):
        options = (errors, replacement_char, replace_control_characters)
        return _decoded(input, input_encoding, options, with_offsets=False)[0]


def unicode_decode_with_offsets(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = REPLACEMENT,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The code points of the characters of each text, and where in the text each begins.

    Parameters
    ----------
    input, input_encoding, errors, replacement_char, replace_control_characters, name
        As for :func:`unicode_decode`.

    Returns
    -------
    code_points : RaggedTensor of int32, or Tensor if the input is a scalar
    start_offsets : the same of int64
        The number of the first byte.

    Raises
    ------
    ValueError
        If the rank of the input is not known.
    """
    with function_scope(name, "UnicodeDecodeWithOffsets", input):
        options = (errors, replacement_char, replace_control_characters)
        codes, starts = _decoded(input, input_encoding, options, with_offsets=True)
        return codes, starts


def unicode_split(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = REPLACEMENT,
    name: str | None = None,
) -> Any:
    """The characters of each text, as texts in its encoding.

    Parameters
    ----------
    input, errors, replacement_char, name
        As for :func:`unicode_decode`.
    input_encoding : {"UTF-8", "UTF-16-BE", "UTF-32-BE"}

    Returns
    -------
    RaggedTensor of string, or Tensor if the input is a scalar

    Raises
    ------
    ValueError
        If the rank of the input is not known.
    """
    with function_scope(name, "UnicodeSplit", input):
        (codes,) = _decoded(input, input_encoding, (errors, replacement_char, False), with_offsets=False)
        return _letters(codes, input_encoding)


def unicode_split_with_offsets(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = REPLACEMENT,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The characters of each text, as texts, and where in the text each begins.

    Parameters
    ----------
    input, input_encoding, errors, replacement_char, name
        As for :func:`unicode_split`.

    Returns
    -------
    characters : RaggedTensor of string, or Tensor if the input is a scalar
    start_offsets : the same of int64

    Raises
    ------
    ValueError
        If the rank of the input is not known.
    """
    with function_scope(name, "UnicodeSplitWithOffsets", input):
        options = (errors, replacement_char, False)
        codes, starts = _decoded(input, input_encoding, options, with_offsets=True)
        return _letters(codes, input_encoding), starts


def unicode_encode(
    input: Any,
    output_encoding: str,
    errors: str = "replace",
    replacement_char: int = REPLACEMENT,
    name: str | None = None,
) -> Tensor | RaggedTensor:
    """Texts of the characters with these code points.

    Parameters
    ----------
    input : int32 Tensor or RaggedTensor
        The last dimension has the characters of a text.
    output_encoding : {"UTF-8", "UTF-16-BE", "UTF-32-BE"}
    errors : {"replace", "strict", "ignore"}
        What happens to numbers that are no character.
    replacement_char : int
        The code point that stands for them.
    name : str, optional

    Shape
    -----
    input [..., (characters)] -> [...]

    Raises
    ------
    ValueError
        If the rank of the input is not known, or 0.
    InvalidArgumentError
        In the run, with ``errors="strict"``, if a number is no character.
    """

    how = (output_encoding, errors, replacement_char)
    with function_scope(name, "UnicodeEncode", input):
        codes = _given(input)
        if isinstance(codes, RaggedTensor):
            is_last = isinstance(codes.values, Tensor) and len(codes.values.dims or ()) == 1
            if not is_last:
                return codes.with_values(unicode_encode(codes.values, *how))
            made: Tensor = b.UnicodeEncode(
                codes.values, codes.row_splits, output_encoding=output_encoding, errors=errors,
                replacement_char=replacement_char,
            )  # fmt: skip
            return made
        rank = _rank(codes, "unicode_encode")
        if rank == 0:
            raise ValueError(
                "unicode_encode: input must have at least one dimension, of characters, given a scalar."
            )
        if rank == 2:
            return unicode_encode(RaggedTensor.from_tensor(codes), *how)
        sizes = arrays.shape(codes)
        flat = unicode_encode(arrays.reshape(codes, b.Pack([-1, sizes[-1]])), *how)
        return arrays.reshape(flat, sizes[:-1])


def unicode_transcode(
    input: Any,
    input_encoding: str,
    output_encoding: str,
    errors: str = "replace",
    replacement_char: int = REPLACEMENT,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> Tensor:
    """Texts in another encoding.

    Parameters
    ----------
    input : string Tensor
    input_encoding, errors, replacement_char, replace_control_characters, name
        As for :func:`unicode_decode`.
    output_encoding : {"UTF-8", "UTF-16-BE", "UTF-32-BE"}

    Raises
    ------
    InvalidArgumentError
        In the run: if there is no such encoding; with ``errors="strict"``, if a text has an error.
    """
    made: Tensor = b.UnicodeTranscode(
        input,
        input_encoding=input_encoding,
        output_encoding=output_encoding,
        errors=errors,
        replacement_char=replacement_char,
        replace_control_characters=replace_control_characters,
        name=name,
    )
    return made


def _decoded(input: Any, encoding: str, options: tuple[str, int, bool], with_offsets: bool) -> list[Any]:
    """The code points, and the starts of characters if they are asked for, in the structure of the texts."""
    texts = _given(input)
    if isinstance(texts, RaggedTensor):
        return _in_rows(texts, encoding, options, with_offsets)
    rank = _rank(texts, "unicode_decode")
    if rank > 1:
        rows = RaggedTensor.from_tensor(texts, ragged_rank=rank - 1)
        return _in_rows(rows, encoding, options, with_offsets)
    errors, replacement, replaces_controls = options
    decode: Callable[..., Any] = b.UnicodeDecodeWithOffsets if with_offsets else b.UnicodeDecode
    splits, *found = decode(
        texts,
        input_encoding=encoding,
        errors=errors,
        replacement_char=replacement,
        replace_control_characters=replaces_controls,
    )
    if rank == 0:
        return found
    return [RaggedTensor.from_row_splits(values, splits, validate=False) for values in found]


def _in_rows(rows: RaggedTensor, *how: Any) -> list[Any]:
    return [rows.with_flat_values(found) for found in _decoded(rows.flat_values, *how)]


def _letters(codes: Any, encoding: str) -> Any:
    """A text for each code point."""
    if not isinstance(codes, RaggedTensor):
        return unicode_encode(arrays.expand_dims(codes, -1), encoding)
    with function_scope(None, "UnicodeEncode", codes):
        return codes.with_flat_values(unicode_encode(arrays.expand_dims(codes.flat_values, -1), encoding))


def _given(value: Any) -> Any:
    """A ragged tensor, or a tensor, which may be a scalar."""
    return (
        ragged_or_tensor(value) if isinstance(value, (RaggedTensor, RaggedTensorValue)) else tensor_of(value)
    )


def _rank(tensor: Tensor, function: str) -> int:
    if tensor.dims is None:
        raise ValueError(
            f"{function}: the rank of the input must be known, given the shape {show(tensor.dims)}; use set_shape."
        )
    return len(tensor.dims)


near_keywords_of_functions(__name__)
