"""What a graph says of its run, under TensorFlow's names: tf.print and the older tf.Print, and the time.

Source: names and arguments of tf.print in TensorFlow 2.15, of tf.Print in TensorFlow 1.15.
"""

from __future__ import annotations

import pprint
import sys
from collections.abc import Sequence
from typing import Any

from estimator.core import log, nest
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.strings import string_format
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Operation, Tensor

Value = Any  # a tensor, a variable, an array, or a Python number or nested list


def Print(
    input_: Value,
    data: Sequence[Any],
    message: str | None = None,
    first_n: int | None = None,
    summarize: int | None = None,
    name: str | None = None,
) -> Tensor:
    """`input_` as it is; when it is computed, the values of `data` are printed to standard error.

    Parameters
    ----------
    input_ : Tensor
    data : list
        Tensors or texts.
    message : str, optional
        What the line begins with.
    first_n : int, optional
        How often it prints in a session; always by default.
    summarize : int, optional
        How many values of each tensor it prints, from the first; 3 by default, all for -1.

    Example
    -------
    >>> from estimator import tf
    >>> x = tf.constant([1.0, 2.0])
    >>> x = tf.Print(x, [tf.shape(x), x], message="batch: ", first_n=10)
    """
    result: Tensor = b.Print(
        input_,
        data,
        message=message or "",
        first_n=-1 if first_n is None else first_n,
        summarize=3 if summarize is None else summarize,
        name=name,
    )
    return result


def print_v2(
    *inputs: Any,
    output_stream: Any = None,
    summarize: int | None = 3,
    sep: str = " ",
    end: str = "\n",
    name: str | None = None,
) -> Operation:
    """An operation that prints the values of tensors and Python's objects, one behind the other.

    It runs where it is asked for: fetched, or waited for by ``tf.control_dependencies``.

    Parameters
    ----------
    *inputs
        Tensors, SparseTensors, texts, anything else, and nested structures of them.
    output_stream : optional
        ``sys.stderr``, which is the default, ``sys.stdout``, ``tf.logging.info``, ``tf.logging.warning``,
        ``tf.logging.error``, or ``"file://PATH"``, a file that grows.
    summarize : int, optional
        How many values it prints at both ends of each axis; all for -1.
    sep, end : str
        What stands between the inputs, and behind the last.

    Raises
    ------
    ValueError
        If `output_stream` is nothing of that.

    Example
    -------
    >>> from estimator import tf
    >>> loss = tf.constant(0.5)
    >>> with tf.control_dependencies([tf.print("loss:", loss)]):
    ...     loss = tf.identity(loss)
    """
    stream = _stream(output_stream)
    with graph_of(nest.flatten(inputs)).as_default():
        text = _text(inputs, 3 if summarize is None else summarize, sep, f"{name}_format" if name else None)
        result: Operation = b.PrintV2(text, output_stream=stream, end=end, name=name)
    return result


def _stream(stream: Any) -> str:
    """TensorFlow's name of a stream."""
    if isinstance(stream, str) and stream.startswith("file://"):
        return stream
    known = {
        "stderr": (None, sys.stderr, sys.__stderr__),
        "stdout": (sys.stdout, sys.__stdout__),
        "log(info)": (log.info,),
        "log(warning)": (log.warning, log.warn),
        "log(error)": (log.error,),
    }
    for name, meant in known.items():
        if stream in meant:
            return name
    raise ValueError(
        "output_stream must be sys.stderr, sys.stdout, tf.logging.info, tf.logging.warning, tf.logging.error or "
        f"'file://PATH', given: {stream!r}."
    )


def _text(inputs: Sequence[Any], summarize: int, sep: str, name: str | None) -> Any:
    """The text of all inputs, with the values of tensors when it runs."""
    if len(inputs) == 1 and isinstance(inputs[0], Tensor) and _is_text_scalar(inputs[0]):
        return inputs[0]
    placeholder, count = "{}", 0
    while any(placeholder in text for text in nest.flatten(inputs) if isinstance(text, str)):
        placeholder, count = f"{{{count}}}", count + 1
    tensors: list[Tensor] = []

    def mark(leaf: Any) -> Any:
        if isinstance(leaf, SparseTensor):
            tensors.extend([leaf.indices, leaf.values, leaf.dense_shape])
            return "SparseTensor(indices={0}, values={0}, shape={0})".replace("{0}", placeholder)
        if not isinstance(leaf, Tensor) and not hasattr(leaf, "as_tensor"):
            return leaf
        tensors.append(leaf)
        return placeholder

    marked = [nest.map_structure(mark, part) for part in inputs]
    texts = [
        part if isinstance(given, str) else pprint.pformat(part)
        for given, part in zip(inputs, marked, strict=True)
    ]
    template = sep.join(texts).replace(f"'{placeholder}'", placeholder)
    return string_format(template, tensors, placeholder, summarize, name)


def _is_text_scalar(tensor: Tensor) -> bool:
    return tensor.dims == () and tensor.dtype.name == "string"


def timestamp(name: str | None = None) -> Tensor:
    """The time when it runs, in seconds since 1970, as a scalar of float64."""
    return b.Timestamp(name=name)


near_keywords_of_functions(__name__)
