"""The words of texts, in sparse tensors or in ragged ones."""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import int64, string
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions import arrays
from estimator.functions.arguments import function_scope, renamed, tensor_of
from estimator.functions.ragged.tensor import RaggedTensor
from estimator.graph import build as b
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Tensor


def string_split(
    source: Any,
    sep: Any = None,
    skip_empty: bool = True,
    delimiter: Any = None,
    result_type: str = "SparseTensor",
    name: str | None = None,
) -> Any:
    """The words of each text.

    Parameters
    ----------
    source : string tensor
    sep : str or string scalar, default a blank
        Any of its bytes stands between words; an empty one splits into single bytes.
    skip_empty : bool
        Whether to leave out words without any byte.
    delimiter : str, optional
        Another name of `sep`.
    result_type : {"SparseTensor", "RaggedTensor"}

    Shape
    -----
    source [n] -> [n, the most words of a text], or ragged [n, (words)]

    Raises
    ------
    ValueError
        If the source is not a vector, or the type of the result is none of these.

    Source
    ------
    tf.string_split, TF 1.15
    """
    _demand_known(result_type)
    between = renamed("sep", sep, "delimiter", delimiter)
    with function_scope(name, "StringSplit", source):
        separator = tensor_of(" " if between is None else between, string)
        texts = tensor_of(source, string)
        return _words(result_type, texts, b.StringSplit(texts, separator, skip_empty=skip_empty))


def split(
    input: Any = None,
    sep: Any = None,
    maxsplit: int = -1,
    result_type: str = "SparseTensor",
    source: Any = None,
    name: str | None = None,
) -> Any:
    """The words of each text, as Python splits.

    Parameters
    ----------
    input : string tensor or RaggedTensor
    sep : str or string scalar, optional
        What stands between words; nothing or an empty one stands for any blanks.
    maxsplit : int
        How often to split, if it is positive.
    result_type : {"SparseTensor", "RaggedTensor"}
    source : string tensor
        Another name of `input`.

    Shape
    -----
    input [n...] or [] -> [n... or 1, the most words of a text], or ragged [n... or 1, (words)]

    Raises
    ------
    ValueError
        If the type of the result is none of these.

    Source
    ------
    tf.strings.split, TF 1.15
    """
    _demand_known(result_type)
    given = renamed("input", input, "source", source)
    with function_scope(name, "StringSplit", given):
        separator = tensor_of("" if sep is None else sep, string)
        texts = given if isinstance(given, RaggedTensor) else tensor_of(given, string, "input")
        if isinstance(texts, Tensor) and texts.dims == ():
            texts = arrays.expand_dims(texts, 0)
        if isinstance(texts, Tensor) and (texts.dims is None or len(texts.dims) == 1):
            return _words(result_type, texts, b.StringSplitV2(texts, separator, maxsplit=maxsplit))
        rows = _rows_of_words(texts, separator, maxsplit)
        return rows if result_type == "RaggedTensor" else rows.to_sparse()


def _demand_known(result_type: str) -> None:
    if result_type not in ("SparseTensor", "RaggedTensor"):
        raise ValueError(f"result_type must be 'RaggedTensor' or 'SparseTensor', given: {result_type!r}.")


def _words(result_type: str, texts: Tensor, found: Any) -> Any:
    """The indices, values and dense shape of the words of texts as a tensor of that type."""
    if result_type == "SparseTensor":
        return SparseTensor(*found)
    indices, values, _ = found
    count = arrays.shape(texts, out_type=int64)[0]
    return RaggedTensor.from_value_rowids(values, indices[:, 0], count, validate=False)


def _rows_of_words(texts: Any, separator: Tensor, maxsplit: int) -> RaggedTensor:
    """The words of texts that stand in rows, of any number of dimensions."""
    if isinstance(texts, Tensor):
        if len(texts.dims or ()) < 2:
            found = b.StringSplitV2(texts, separator, maxsplit=maxsplit)
            result: RaggedTensor = _words("RaggedTensor", texts, found)
            return result
        texts = RaggedTensor.from_tensor(texts)
    return texts.with_values(_rows_of_words(texts.values, separator, maxsplit))


near_keywords_of_functions(__name__)
