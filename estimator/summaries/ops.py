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
from estimator.core.dtypes import string
from estimator.core.keywords import near_keywords_of_functions
from estimator.formats import messages
from estimator.functions.arguments import tensor_of
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
    with tag_scope(name, family, tensor) as (tag, scope):
        return _listed(b.ScalarSummary(tag, tensor, name=scope), collections)


def histogram(
    name: str, values: Any, collections: Sequence[str] | None = None, family: str | None = None
) -> Tensor:
    """A summary of the distribution of many numbers; parameters as for :func:`scalar`.

    Where some are NaN or infinite, they are left out, and a scalar ``tag/not_finite`` beside it tells how many.
    """
    with tag_scope(name, family, values) as (tag, scope):
        return _listed(b.HistogramSummary(tag, values, name=scope), collections)


def image(
    name: str,
    tensor: Any,
    max_outputs: int = 3,
    collections: Sequence[str] | None = None,
    family: str | None = None,
) -> Tensor:
    """A summary of the first images of a batch.

    Images of uint8 are shown as they are. Others are scaled, each by itself: 0 stays black and the largest number
    becomes white; in an image with negative numbers 0 becomes the middle grey. Pixels with a NaN or an infinite
    number are red.

    Parameters
    ----------
    name : str
        The tag begins with it: ``name/image/0``, or ``name/image`` if `max_outputs` is 1.
    tensor : Tensor of uint8, float16, float32 or float64
        With 1 (grey), 3 (RGB) or 4 channels (RGB and alpha).
    max_outputs : int
        How many images are shown.
    collections, family : optional
        As for :func:`scalar`.

    Shape
    -----
    tensor [batch, height, width, channels] -> []

    Raises
    ------
    ValueError
        If max_outputs is below 1.
    InvalidArgumentError
        In the run, if the tensor is no batch of images.

    Source
    ------
    tf.summary.image, TF 1.15 summary.py; scaling: core/kernels/summary_image_op.cc
    """
    if max_outputs < 1:
        raise ValueError(f"max_outputs must be at least 1, given: {max_outputs}.")
    with tag_scope(name, family, tensor) as (tag, scope):
        return _listed(b.ImageSummary(tag, tensor, max_images=max_outputs, name=scope), collections)


def audio(
    name: str,
    tensor: Any,
    sample_rate: Any,
    max_outputs: int = 3,
    collections: Sequence[str] | None = None,
    family: str | None = None,
) -> Tensor:
    """A summary of the first sounds of a batch.

    Parameters
    ----------
    name : str
        The tag begins with it: ``name/audio/0``, or ``name/audio`` if `max_outputs` is 1.
    tensor : Tensor, float32
        With numbers from -1 to 1; what is beyond is cut off.
    sample_rate : Tensor, float32
        Frames a second.
    max_outputs : int
        How many sounds are written.
    collections, family : optional
        As for :func:`scalar`.

    Shape
    -----
    tensor [batch, frames, channels] or [batch, frames], sample_rate [] -> []

    Raises
    ------
    ValueError
        If max_outputs is below 1.
    InvalidArgumentError
        In the run, if the tensor is no batch of sounds, or the sample rate is not above 0.

    Source
    ------
    tf.summary.audio, TF 1.15 summary.py
    """
    if max_outputs < 1:
        raise ValueError(f"max_outputs must be at least 1, given: {max_outputs}.")
    with tag_scope(name, family, tensor) as (tag, scope):
        made = b.AudioSummaryV2(tag, tensor, sample_rate, max_outputs=max_outputs, name=scope)
        return _listed(made, collections)


def text(name: str, tensor: Any, collections: Sequence[str] | None = None) -> Tensor:
    """A summary of texts, which TensorBoard shows as Markdown; a vector or a matrix of them as a table.

    Parameters
    ----------
    name : str
        The tag, below the current name scope.
    tensor : string tensor
    collections : optional
        As for :func:`scalar`.

    Raises
    ------
    ValueError
        If it is a tensor of something else.

    Source
    ------
    tf.summary.text, TF 1.15 summary.py
    """
    texts = tensor_of(tensor)
    if texts.dtype is not string:
        raise ValueError(f"a summary of text needs a tensor of string, given: {texts.dtype.name}.")
    metadata = messages.SummaryMetadata()
    metadata.plugin_data.plugin_name = "text"
    return tensor_summary(name, texts, collections=collections, summary_metadata=metadata)


def tensor_summary(
    name: str,
    tensor: Any,
    summary_description: str | None = None,
    collections: Sequence[str] | None = None,
    summary_metadata: Any = None,
    family: str | None = None,
    display_name: str | None = None,
) -> Tensor:
    """A summary of a whole tensor, for programs that read events and for plugins of TensorBoard.

    Parameters
    ----------
    name : str
        The tag, below the current name scope.
    tensor : Tensor
    summary_description : str, optional
        Markdown that says what it is.
    collections, family : optional
        As for :func:`scalar`.
    summary_metadata : SummaryMetadata, optional
        Names the plugin that shows it.
    display_name : str, optional
        Shown instead of the tag.

    Source
    ------
    tf.summary.tensor_summary, TF 1.15 summary.py
    """
    metadata = messages.SummaryMetadata()
    if summary_metadata is not None:
        metadata.MergeFromString(summary_metadata.SerializeToString())
    if summary_description is not None:
        metadata.summary_description = summary_description
    if display_name is not None:
        metadata.display_name = display_name
    with tag_scope(name, family, tensor) as (tag, scope):
        made = b.TensorSummaryV2(tag, tensor, messages.to_bytes(metadata), name=scope)
        return _listed(made, collections)


def merge(inputs: Sequence[Any], collections: Sequence[str] | None = None, name: str | None = None) -> Tensor:
    """All of `inputs` as one summary; it is listed nowhere by default.

    Raises
    ------
    ValueError
        If there are none.
    """
    if not inputs:
        raise ValueError("tf.summary.merge needs at least one summary, given: [].")
    with graph_of(list(inputs)).name_scope(clean_tag(name) if name else "Merge"):
        return _listed(b.MergeSummary(list(inputs), name="MergeSummary"), collections or ())


def merge_all(
    key: str = GraphKeys.SUMMARIES, scope: str | None = None, name: str | None = None
) -> Tensor | None:
    """All summaries of a collection as one, or None if there are none."""
    summaries = get_default_graph().get_collection(key, scope=scope)
    return merge(summaries, name=name) if summaries else None


@contextmanager
def tag_scope(name: str, family: str | None, values: Any) -> Iterator[tuple[str, str]]:
    """The tag, and the name scope that is the operation's name."""
    name = clean_tag(name)
    family = None if family is None else clean_tag(family)
    with graph_of([values]).name_scope(name if family is None else f"{family}/{name}") as scope:
        tag = scope.rstrip("/")
        yield tag if family is None else f"{family}/{tag}", scope


def clean_tag(name: str) -> str:
    """The name with what op names may not have replaced by underscores."""
    cleaned = _ILLEGAL.sub("_", str(name)).lstrip("/")
    if cleaned != name:
        log.info("Summary name %s is illegal; using %s instead.", name, cleaned)
    return cleaned


def _listed(summary: Tensor, collections: Sequence[str] | None) -> Tensor:
    summary.graph.add_to_collections([GraphKeys.SUMMARIES] if collections is None else collections, summary)
    return summary


near_keywords_of_functions(__name__)
