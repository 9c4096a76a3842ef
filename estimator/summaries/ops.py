"""What a model shows in TensorBoard: operations whose results are serialised summaries.

The tag of a summary is its operation's full name, so name scopes group the charts::

    with tf.name_scope("layer"):
        tf.summary.scalar("loss", loss)         # the chart layer/loss

Source
------
tf.summary, TF 2.15 summary.py (compat.v1): names, tags and collections
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from estimator.core import log
from estimator.core.keywords import near_keywords_of_functions
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph, graph_of
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Tensor

_ILLEGAL = re.compile(r"[^-/\w\.]", re.ASCII)


def scalar(
    name: str, tensor: Any, collections: Sequence[str] | None = None, family: str | None = None
) -> Tensor:
    """A summary of one number.

    Parameters
    ----------
    name : str
        The tag, below the current name scope.
    tensor : Tensor
        A real scalar.
    collections : sequence of str, optional
        Where the summary is listed; by default in ``GraphKeys.SUMMARIES``, so that the Estimator
        writes it.
    family : str, optional
        Put before the tag: the tab of TensorBoard.

    Returns
    -------
    Tensor of string
    """
    with _tag_scope(name, family, tensor) as (tag, scope):
        return _listed(b.ScalarSummary(tag, tensor, name=scope), collections)


def histogram(
    name: str, values: Any, collections: Sequence[str] | None = None, family: str | None = None
) -> Tensor:
    """A summary of the distribution of many numbers; parameters as for :func:`scalar`."""
    with _tag_scope(name, family, values) as (tag, scope):
        return _listed(b.HistogramSummary(tag, values, name=scope), collections)


def merge(inputs: Sequence[Any], collections: Sequence[str] | None = None, name: str | None = None) -> Tensor:
    """All of `inputs` as one summary; it is listed nowhere by default.

    Raises
    ------
    ValueError
        If there are none.
    """
    if not inputs:
        raise ValueError("tf.summary.merge needs at least one summary, given: [].")
    with graph_of(list(inputs)).name_scope(_clean(name) if name else "Merge"):
        return _listed(b.MergeSummary(list(inputs), name="MergeSummary"), collections or ())


def merge_all(
    key: str = GraphKeys.SUMMARIES, scope: str | None = None, name: str | None = None
) -> Tensor | None:
    """All summaries of a collection as one, or None if there are none."""
    summaries = get_default_graph().get_collection(key, scope=scope)
    return merge(summaries, name=name) if summaries else None


@contextmanager
def _tag_scope(name: str, family: str | None, values: Any) -> Iterator[tuple[str, str]]:
    """The tag, and the name scope that is the operation's name."""
    name = _clean(name)
    family = None if family is None else _clean(family)
    with graph_of([values]).name_scope(name if family is None else f"{family}/{name}") as scope:
        tag = scope.rstrip("/")
        yield tag if family is None else f"{family}/{tag}", scope


def _clean(name: str) -> str:
    """The name with what op names may not have replaced by underscores."""
    cleaned = _ILLEGAL.sub("_", str(name)).lstrip("/")
    if cleaned != name:
        log.info("Summary name %s is illegal; using %s instead.", name, cleaned)
    return cleaned


def _listed(summary: Tensor, collections: Sequence[str] | None) -> Tensor:
    summary.graph.add_to_collections([GraphKeys.SUMMARIES] if collections is None else collections, summary)
    return summary


near_keywords_of_functions(__name__)
