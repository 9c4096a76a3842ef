"""What onnxruntime makes of a graph, beside what the session makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnxruntime

from estimator.core.dtypes import as_dtype
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor
from estimator.onnx_export.exporting import to_onnx
from estimator.runtime.session import Session

_OPTIONS = onnxruntime.SessionOptions()
_OPTIONS.intra_op_num_threads = 1
_OPTIONS.log_severity_level = 3


def run_onnx(model: bytes | str, feeds: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs of a model; texts are bytes, as in a session."""
    session = onnxruntime.InferenceSession(model, _OPTIONS, providers=["CPUExecutionProvider"])
    values = session.run(None, {name: _as_texts(value) for name, value in feeds.items()})
    return {output.name: _as_bytes(value) for output, value in zip(session.get_outputs(), values)}


def _as_texts(value: Any) -> Any:
    array = np.asarray(value)
    return _each(array, bytes.decode) if array.dtype == object else array


def _as_bytes(array: Any) -> Any:
    return _each(array, str.encode) if array.dtype == object else array


def _each(array: Any, convert: Any) -> Any:
    return np.array([convert(text) for text in array.ravel()], object).reshape(array.shape)


def check_graph(graph: Graph, feeds: Mapping[Tensor, Any], outputs: Sequence[Tensor]) -> None:
    """The graph gives the same exported and in a session.

    Raises
    ------
    UsageError
        If it cannot be exported.
    """
    inputs = {f"input{number}": tensor for number, tensor in enumerate(feeds)}
    named = {f"output{number}": tensor for number, tensor in enumerate(outputs)}
    with Session(graph=graph) as session:
        model = to_onnx(session, inputs, named)
        with np.errstate(all="ignore"):
            wanted = session.run(named, feeds)
    found = run_onnx(model, {name: feeds[tensor] for name, tensor in inputs.items()})
    for name, value in wanted.items():
        assert_same(found[name], value)


def assert_same(found: Any, wanted: Any) -> None:
    """Type and shape are the same, and the values but for the rounding of floats."""
    wanted = np.asarray(wanted)
    assert (found.dtype, found.shape) == (wanted.dtype, wanted.shape)
    if wanted.dtype.kind == "f":
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)
    else:
        np.testing.assert_array_equal(found, wanted)


def check_op(op_type: str, inputs: Sequence[Any], constants: Sequence[int] = (), **attrs: Any) -> None:
    """The same of a graph of one operation, whose inputs are fed but for those at some places; rows are any number."""
    graph, feeds = Graph(), dict[Tensor, Any]()

    def fed(value: Any) -> Tensor:
        array = np.asarray(value)
        shape = [None, *array.shape[1:]] if array.ndim else []
        tensor: Tensor = build.Placeholder(dtype=as_dtype(array.dtype), shape=shape)
        feeds[tensor] = array
        return tensor

    def given(place: int, value: Any) -> Any:
        if place in constants:
            return np.asarray(value)
        return [fed(item) for item in value] if isinstance(value, list) else fed(value)

    with graph.as_default():
        result = getattr(build, op_type)(
            *[given(place, value) for place, value in enumerate(inputs)], **attrs
        )
    check_graph(graph, feeds, list(result) if isinstance(result, (list, tuple)) else [result])
