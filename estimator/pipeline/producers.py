"""Queues of file names, numbers or rows, filled epoch by epoch: where the input of a script of 2018 begins.

::

    files = string_input_producer(["a.csv", "b.csv"], num_epochs=3)
    key, line = tf.TextLineReader().read(files)

Each lists a QueueRunner in the graph, which puts all elements in once an epoch, and after the last epoch closes the
queue.

Source
------
tf.train.input_producer and its kin, TF 1.15 input.py
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from estimator.core.dtypes import float32, string
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import as_dims, is_static, merge, show
from estimator.functions.arguments import function_scope
from estimator.functions.files import matching_files
from estimator.functions.indexing import gather
from estimator.functions.queue_base import QueueBase
from estimator.functions.queues import FIFOQueue
from estimator.functions.random import random_shuffle
from estimator.functions.scoping import Assert
from estimator.graph import build as b
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Operation, Tensor
from estimator.pipeline.epochs import limit_epochs
from estimator.pipeline.queue_runner import QueueRunner, add_queue_runner
from estimator.variables.variable import Variable


def match_filenames_once(pattern: Any, name: str | None = None) -> Variable:
    """The files that fit a pattern, a local variable: looked up once, when that is initialized.

    Parameters
    ----------
    pattern : str, or tensor of one or several texts
    name : str, optional

    Source
    ------
    tf.train.match_filenames_once, TF 1.15
    """
    with function_scope(name, "matching_filenames", pattern) as (_, scope):
        return Variable(
            matching_files(pattern),
            trainable=False,
            collections=[GraphKeys.LOCAL_VARIABLES],
            validate_shape=False,
            name=scope,
        )


def input_producer(
    input_tensor: Any,
    element_shape: Any = None,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    summary_name: str | None = None,
    name: str | None = None,
    cancel_op: Operation | None = None,
) -> QueueBase:
    """A queue of the rows of a tensor, again and again.

    Parameters
    ----------
    input_tensor : Tensor or array
        Rows of any shape that is known.
    element_shape : shape, optional
        Of a row, if the tensor does not tell.
    num_epochs : int, optional
        How often each row comes, then OutOfRangeError. The count is a local variable: run
        tf.local_variables_initializer(). Without it there is no end.
    shuffle : bool
        Whether the rows are mixed in each epoch.
    seed : int, optional
    capacity : int
        Of the queue.
    shared_name : str, optional
        Of the queue, in the session.
    summary_name : str, optional
        Of the summary of how full the queue is; by default ``fraction_of_32_full``.
    name : str, optional
    cancel_op : Operation, optional
        See :class:`QueueRunner`.

    Shape
    -----
    input_tensor [rows, element...]

    Raises
    ------
    ValueError
        If the shape of a row is not known, or `num_epochs` is not above 0.
    """
    with function_scope(name, "input_producer", input_tensor) as (graph, _):
        rows = graph.convert(input_tensor, name="input_tensor")
        merge(rows.dims and rows.dims[:1], (None,))
        if element_shape is not None:
            rows.set_shape((None, *(as_dims(element_shape) or ())))
        row = None if rows.dims is None else rows.dims[1:]
        if not is_static(row):
            raise ValueError(
                "Either `input_tensor` must have a fully defined shape or `element_shape` must be specified: it is "
                f"{show(rows.dims)}."
            )
        if shuffle:
            rows = random_shuffle(rows, seed=seed)
        rows = limit_epochs(rows, num_epochs)
        queue = FIFOQueue(capacity, rows.dtype, shapes=[row], shared_name=shared_name, name=name)
        add_queue_runner(QueueRunner(queue, [queue.enqueue_many([rows])], cancel_op=cancel_op))
        summarize_fill(queue.size(), capacity, summary_name or f"fraction_of_{capacity}_full")
    return queue


def summarize_fill(size: Tensor, capacity: float, tag: str) -> None:
    """Show in TensorBoard what part of a capacity is used."""
    part = b.Mul(b.Cast(size, DstT=float32), 1.0 / capacity)
    graph = size.graph
    with graph.name_scope(tag) as scope:
        summary = b.ScalarSummary(scope.rstrip("/"), part, name=scope)
    graph.add_to_collection(GraphKeys.SUMMARIES, summary)


def string_input_producer(
    string_tensor: Any,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    name: str | None = None,
    cancel_op: Operation | None = None,
) -> QueueBase:
    """A queue of texts, most often of the names of files, again and again.

    Parameters
    ----------
    string_tensor : Tensor, or sequence of str or path
    num_epochs, shuffle, seed, capacity, shared_name, name, cancel_op
        As for :func:`input_producer`.

    Shape
    -----
    string_tensor [n]

    Raises
    ------
    ValueError
        If there are no texts, or one that is not in a list, or `num_epochs` is not above 0.
    TypeError
        If there is something else in the list.
    InvalidArgumentError
        In the run, if there are none.
    """
    if not isinstance(string_tensor, (Tensor, Variable)):
        string_tensor = _listed_texts(string_tensor)
    with function_scope(name, "input_producer", string_tensor) as (graph, scope):
        texts = graph.convert(string_tensor, string)
        with graph.control_dependencies(
            [Assert(b.Greater(b.Size(texts), 0), ["string_input_producer requires a non-null input tensor"])]
        ):
            texts = b.Identity(texts)
        return input_producer(
            texts,
            element_shape=[],
            num_epochs=num_epochs,
            shuffle=shuffle,
            seed=seed,
            capacity=capacity,
            shared_name=shared_name,
            name=scope,
            summary_name=f"fraction_of_{capacity}_full",
            cancel_op=cancel_op,
        )


def _listed_texts(given: Any) -> list[str | bytes]:
    if isinstance(given, (str, bytes, os.PathLike)):
        raise ValueError(f"string_input_producer wants a list of texts, given one: write [{given!r}].")
    listed = [] if given is None else list(given)
    if not listed:
        raise ValueError("string_input_producer requires a non-null input tensor: there are no texts.")
    for text in listed:
        if not isinstance(text, (str, bytes, os.PathLike)):
            raise TypeError(f"string_input_producer wants a list of texts; in it is {text!r}.")
    return [os.fspath(text) for text in listed]


def range_input_producer(
    limit: Any,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    name: str | None = None,
) -> QueueBase:
    """A queue of the numbers from 0 to `limit`, that one left out, again and again.

    Parameters
    ----------
    limit : int32 scalar
    num_epochs, shuffle, seed, capacity, shared_name, name
        As for :func:`input_producer`.
    """
    with function_scope(name, "input_producer", limit) as (_, scope):
        numbers = b.Range(0, limit, 1)
        return input_producer(
            numbers,
            [],
            num_epochs,
            shuffle,
            seed,
            capacity,
            shared_name=shared_name,
            name=scope,
            summary_name=f"fraction_of_{capacity}_full",
        )


def slice_input_producer(
    tensor_list: Sequence[Any],
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    name: str | None = None,
) -> list[Tensor]:
    """One row of each tensor, of the same place, another one in each run.

    Parameters
    ----------
    tensor_list : sequence of tensors or arrays
        As many rows each.
    num_epochs, shuffle, seed, capacity, shared_name, name
        As for :func:`input_producer`.

    Raises
    ------
    ValueError
        If there are no tensors, or they have not as many rows.
    OutOfRangeError
        In the run, after the last epoch.
    """
    if not tensor_list:
        raise ValueError("Expected at least one tensor in slice_input_producer().")
    with function_scope(name, "input_producer", *tensor_list) as (graph, _):
        tensors = [graph.convert(tensor) for tensor in tensor_list]
        size: Any = (None,)
        for tensor in tensors:
            size = merge(size, tensor.dims and tensor.dims[:1])
        rows = b.Shape(tensors[0])[0]
        queue = range_input_producer(rows, num_epochs, shuffle, seed, capacity, shared_name=shared_name)
        place = queue.dequeue()
        return [gather(tensor, place) for tensor in tensors]


near_keywords_of_functions(__name__)
