"""Summaries of whatever there is: a tensor as a number or a histogram, the tensors of a collection, activations.

Source
------
tf.contrib.layers.summaries, TF 1.15 summaries.py
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from estimator.core.dtypes import bool as bool_
from estimator.core.dtypes import float32, string
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.reductions import reduce_mean
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Tensor
from estimator.summaries.ops import histogram, scalar


def summarize_tensor(tensor: Any, tag: str | None = None) -> Tensor | None:
    """A summary of a tensor: a scalar's value, otherwise a histogram; None for text and bool.

    Parameters
    ----------
    tensor : Tensor or Variable
    tag : str, optional
        By default the tensor's name with ``_summary``.

    Source
    ------
    tf.contrib.layers.summarize_tensor, TF 1.15 summaries.py
    """
    if tensor.dtype in (string, bool_):
        return None
    summarize = scalar if tensor.dims == () else histogram
    return summarize(tag or f"{tensor.op.name}_summary", tensor)


def summarize_activation(op: Tensor) -> Tensor:
    """A histogram of an activation; of relu, relu6 and softplus also how much of what they were given is below 0.

    Source
    ------
    tf.contrib.layers.summarize_activation, TF 1.15 summaries.py
    """
    kind, name = op.op.type, op.op.name
    if kind in ("Relu", "Softplus", "Relu6"):
        scalar(f"{name}/zeros", _part(b.Less(op.op.inputs[0], 0.0)))
    if kind == "Relu6":
        scalar(f"{name}/sixes", _part(b.Greater(op.op.inputs[0], 6.0)))
    return histogram(f"{name}/activation", op)


def _part(holds: Tensor) -> Tensor:
    """How much of it is True."""
    return reduce_mean(b.Cast(holds, DstT=float32))


def summarize_tensors(
    tensors: Iterable[Any], summarizer: Callable[[Any], Any] = summarize_tensor
) -> list[Any]:
    """A summary of each tensor, as `summarizer` makes it."""
    return [summarizer(tensor) for tensor in tensors]


def summarize_collection(
    collection: str, name_filter: str | None = None, summarizer: Callable[[Any], Any] = summarize_tensor
) -> list[Any]:
    """A summary of each tensor of a collection whose operation's name begins with a regular expression.

    Source
    ------
    tf.contrib.layers.summarize_collection, TF 1.15 summaries.py
    """
    listed = get_default_graph().get_collection(collection)
    return summarize_tensors(
        [item for item in listed if name_filter is None or re.match(name_filter, item.op.name)], summarizer
    )


def summarize_activations(
    name_filter: str | None = None, summarizer: Callable[[Any], Any] = summarize_activation
) -> list[Any]:
    """A summary of each tensor of the collection ACTIVATIONS; see :func:`summarize_collection`."""
    return summarize_collection(GraphKeys.ACTIVATIONS, name_filter, summarizer)


near_keywords_of_functions(__name__)
