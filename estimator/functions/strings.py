"""Functions of strings, under TensorFlow's names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DTypeLike, float32
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import function_scope, renamed, tensor_of
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
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


def string_join(inputs: Sequence[Any], separator: str = "", name: str | None = None) -> Tensor:
    """The texts at one place of all inputs, one behind the other; a scalar goes with every place.

    Parameters
    ----------
    inputs : list of string tensors
    separator : str
        What stands between them.

    Raises
    ------
    ValueError
        If the inputs have different shapes.

    Source
    ------
    tf.strings.join, TF 1.15
    """
    return b.StringJoin(inputs, separator=separator, name=name)


def string_to_number(
    string_tensor: Any = None, out_type: DTypeLike = float32, name: str | None = None, input: Any = None
) -> Tensor:
    """The numbers that texts say: "1", " -2.5 ", "1e3", "0x1F", "inf", "nan"; integers have digits alone.

    Parameters
    ----------
    string_tensor : string tensor
    out_type : DType, default float32
        float32, float64, int32 or int64.
    name : str, optional
    input : string tensor
        Another name of `string_tensor`.

    Raises
    ------
    InvalidArgumentError
        In the run, if a text says no number, or one that is too large for an integer type; with its position.

    Source
    ------
    tf.strings.to_number, TF 1.15
    """
    return b.StringToNumber(
        renamed("input", input, "string_tensor", string_tensor), out_type=out_type, name=name
    )


def string_strip(input: Any, name: str | None = None) -> Tensor:
    """Texts without the blanks, tabs and ends of lines around them."""
    return b.StringStrip(input, name=name)


def string_lower(input: Any, encoding: str = "", name: str | None = None) -> Tensor:
    """Texts in small letters: those of ASCII, or with the encoding "utf-8" all."""
    return b.StringLower(input, encoding=encoding, name=name)


def string_upper(input: Any, encoding: str = "", name: str | None = None) -> Tensor:
    """Texts in capital letters: those of ASCII, or with the encoding "utf-8" all."""
    return b.StringUpper(input, encoding=encoding, name=name)


def string_length(input: Any, name: str | None = None, unit: str = "BYTE") -> Tensor:
    """How many bytes each text has, or with the unit "UTF8_CHAR" how many characters."""
    return b.StringLength(input, unit=unit, name=name)


def substr(input: Any, pos: Any, len: Any, name: str | None = None, unit: str = "BYTE") -> Tensor:
    """A part of each text.

    Parameters
    ----------
    input : string tensor
    pos : int tensor
        Where it begins; negative, from the end.
    len : int tensor
        How long it is at most.
    name : str, optional
    unit : str
        "BYTE", or "UTF8_CHAR" for characters.

    Shape
    -----
    input, pos and len broadcast; pos and len are alike

    Raises
    ------
    InvalidArgumentError
        In the run, if a text has no such position.

    Source
    ------
    tf.strings.substr, TF 1.15
    """
    return b.Substr(input, pos, len, unit=unit, name=name)


def regex_replace(
    input: Any, pattern: Any, rewrite: Any, replace_global: bool = True, name: str | None = None
) -> Tensor:
    r"""Texts with something else in place of what a regular expression matches.

    Parameters
    ----------
    input : string tensor
    pattern : str or string scalar
        In the language of RE2; what looks around or back is refused.
    rewrite : str or string scalar
        What stands there instead; ``\1`` is what the first group has matched, ``\0`` the whole.
    replace_global : bool
        Whether all matches are replaced, or the first.

    Raises
    ------
    InvalidArgumentError
        If the pattern or the rewrite cannot be read.

    Source
    ------
    tf.strings.regex_replace, TF 1.15
    """
    if isinstance(pattern, (str, bytes)) and isinstance(rewrite, (str, bytes)):
        static: dict[str, Any] = {"pattern": pattern, "rewrite": rewrite, "replace_global": replace_global}
        return b.StaticRegexReplace(input, name=name, **static)
    return b.RegexReplace(input, pattern, rewrite, replace_global=replace_global, name=name)


def regex_full_match(input: Any, pattern: Any, name: str | None = None) -> Tensor:
    """Whether a regular expression matches each text from its beginning to its end.

    Parameters
    ----------
    input : string tensor
    pattern : str or string scalar
        In the language of RE2; what looks around or back is refused.

    Raises
    ------
    InvalidArgumentError
        If the pattern cannot be read.

    Source
    ------
    tf.strings.regex_full_match, TF 1.15
    """
    if isinstance(pattern, (str, bytes)):
        static: dict[str, Any] = {"pattern": pattern}
        return b.StaticRegexFullMatch(input, name=name, **static)
    return b.RegexFullMatch(input, pattern, name=name)


def reduce_join(
    inputs: Any,
    axis: Any = None,
    keep_dims: bool | None = None,
    separator: str = "",
    name: str | None = None,
    reduction_indices: Any = None,
    keepdims: bool | None = None,
) -> Tensor:
    """The texts along axes, all by default, one behind the other.

    Parameters
    ----------
    axis, reduction_indices : int or list of int, optional
        Of several axes, the first one runs fastest; all of them run as they are read, the last one fastest.
    keepdims, keep_dims : bool, optional
        Whether these axes stay, with size 1.
    separator : str
        What stands between two texts.
    """
    axes = renamed("axis", axis, "reduction_indices", reduction_indices)
    keep = bool(renamed("keepdims", keepdims, "keep_dims", keep_dims))
    with function_scope(None, "ReduceJoin", inputs):
        texts = tensor_of(inputs)
        if axes is None and texts.dims is not None:
            axes = np.arange(len(texts.dims) - 1, -1, -1, dtype=np.int32)
        elif axes is None:
            axes = b.Range(b.Sub(b.Rank(texts), 1), -1, -1)
        return b.ReduceJoin(texts, axes, keep_dims=keep, separator=separator, name=name)


def fingerprint(data: TensorLike, method: str = "farmhash64", name: str | None = None) -> Tensor:
    """8 bytes for each row of the data, the same for the same bytes.

    Shape
    -----
    data [n, ...] -> [n, 8] uint8
    """
    return b.Fingerprint(data, method, name=name)


def string_format(
    template: str, inputs: Any, placeholder: str = "{}", summarize: int = 3, name: str | None = None
) -> Tensor:
    """The template with what tensors are, shortened, in place of the placeholders, one after another.

    Parameters
    ----------
    template : str
    inputs : Tensor or list of Tensor
    placeholder : str
    summarize : int
        How many values are shown at both ends of each axis; all for -1.

    Raises
    ------
    ValueError
        If there are more inputs than placeholders, or fewer.
    """
    tensors = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
    count = template.count(placeholder)
    if count != len(tensors):
        raise ValueError(f"the template {template!r} has {count} placeholders for {len(tensors)} inputs.")
    result: Tensor = b.StringFormat(
        tensors, template=template, placeholder=placeholder, summarize=summarize, name=name
    )
    return result


def encode_base64(input: Any, pad: bool = False, name: str | None = None) -> Tensor:
    """Texts in base 64, in the letters that URLs may have.

    Parameters
    ----------
    input : string Tensor
    pad : bool
        Whether to fill them up with ``=`` to whole groups of four letters.
    name : str, optional
    """
    return b.EncodeBase64(input, pad=pad, name=name)


def decode_base64(input: Any, name: str | None = None) -> Tensor:
    """What :func:`encode_base64` was given.

    Parameters
    ----------
    input : string Tensor
        With or without padding.
    name : str, optional

    Raises
    ------
    InvalidArgumentError
        In the run, if a text is not in base 64.
    """
    return b.DecodeBase64(input, name=name)


near_keywords_of_functions(__name__)
