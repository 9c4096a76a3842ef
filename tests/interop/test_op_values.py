"""TensorFlow runs every example of an op, and differentiates it, to our numbers."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

from estimator.graph import build
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.graph.graphdef import to_graph_def
from estimator.graph.slices import IndexedSlices
from estimator.graph.tensor import Tensor
from estimator.runtime.session import Session
from tests.interop.conftest import TensorFlow
from tests.ops.example import Example, all_examples
from tests.values_of_tf import written

EXAMPLES = {f"{place} {row.id}": row for place, row in enumerate(all_examples()) if row.formula is not None}

# Memory that TensorFlow never wrote.
UNWRITTEN = (
    "FusedBatchNorm-used",
    "FusedBatchNorm-first_used",
    "FusedBatchNormV2-used",
    "FusedBatchNormV2-first_used",
    "FusedBatchNormV3-used",
    "FusedBatchNormV3-first_used",
    "FusedBatchNorm-empty", "FusedBatchNormV2-empty", "FusedBatchNormV3-empty", "DepthwiseConv2dNative-no_images", "DepthwiseConv2dNativeBackpropFilter-no_images",
    "DepthwiseConv2dNativeBackpropInput-no_images", "SparseSegmentSum-nothing",
    "SparseSegmentMean-nothing", "SparseSegmentSqrtN-nothing", "ParallelDynamicStitch", "DynamicStitch",
)  # fmt: skip
# Vectors that may as well point the other way, and factors that nobody wanted.
OF_EITHER_SIGN = ("SelfAdjointEigV2", "Svd", "Qr")
OTHER_VALUES = {
    "StringLower-all_letters": "bytes that are no UTF-8 stay here",
    "Erfinv-ends": "TensorFlow's is infinite at numbers just below 1",
    "SparseToSparseSetOperation-in_any_order": "TensorFlow takes the order for granted",
    "Cast-to_bfloat16": "numpy has no such numbers; here they are bits",
}
OTHER_SLOPES = {
    "MatrixDiagPartV2": "TensorFlow differentiates by the alignment of V3",
    "MatrixSetDiagV2": "TensorFlow differentiates by the alignment of V3",
    "MatrixDiagV2": "TensorFlow differentiates by the alignment of V3",
    "SoftmaxCrossEntropyWithLogits": "second derivatives flow into the labels here",
    "Lgamma-poles": "one-sided here",
    "Zeta-poles_and_none": "one-sided here",
    "MaxPoolGrad-larger_than_the_image": "there TensorFlow has second derivatives of 0",
    "SqrtGrad-at_0": "of 0 / 0",
    "LogMatrixDeterminant-singular": "of a matrix without inverse",
}


class Single:
    """An example on constants, in a graph of its own."""

    def __init__(self, row: Example) -> None:
        self.graph = Graph()
        with self.graph.as_default():
            inputs = [self._constants(value) for value in row.inputs]
            result = getattr(build, row.op)(*inputs, **row.attrs)
            self.ys: list[Tensor] = list(result) if isinstance(result, (list, tuple)) else [result]
            self.smooth = [y for y in self.ys if y.dtype.is_floating]
            given = [
                x for place, x in enumerate(inputs) if isinstance(x, Tensor) and place not in row.constants
            ]
            self.xs = [x for x in given if x.dtype.is_floating]

    def _constants(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._constants(part) for part in value]
        return self.graph.constant(np.asarray(value))

    def request(self) -> dict[str, Any]:
        return {
            "graph": base64.b64encode(to_graph_def(self.graph).SerializeToString()).decode(),
            "ys": [y.name for y in self.ys],
            "smooth": [y.name for y in self.smooth],
            "xs": [x.name for x in self.xs],
        }

    def answer(self, with_slopes: bool) -> dict[str, Any]:
        """What TensorFlow is asked for; slopes are None if the op has no gradient, or they are not wanted."""
        slopes = (self._slopes() if self.smooth and self.xs else {}) if with_slopes else None
        with Session(graph=self.graph) as session, np.errstate(all="ignore"):
            values, found = session.run((self.ys, slopes or {}))
        found = {name: written(value) for name, value in found.items()}
        return {"values": [written(value) for value in values], "slopes": None if slopes is None else found}

    def _slopes(self) -> dict[str, Tensor] | None:
        with self.graph.as_default():
            try:
                squares = [build.Sum(build.Mul(y, y), list(range(len(y.dims or ())))) for y in self.smooth]
                dxs = gradients(squares, self.xs)
            except (LookupError, NotImplementedError, ValueError):
                return None
            dense = [dx.as_tensor() if isinstance(dx, IndexedSlices) else dx for dx in dxs]
            return {x.name: dx for x, dx in zip(self.xs, dense, strict=True) if dx is not None}


@pytest.fixture(scope="module")
def theirs(tensorflow: TensorFlow) -> dict[str, Any]:
    requests = {key: Single(row).request() for key, row in EXAMPLES.items()}
    answers: dict[str, Any] = tensorflow.answer("tf_op_values.py", {"examples": requests})
    return answers


def test_tensorflow_runs_every_op(theirs: dict[str, Any]) -> None:
    run = {EXAMPLES[key].op for key, answer in theirs.items() if not isinstance(answer, str)}
    refused = {row.op for row in EXAMPLES.values()} - run
    # it cannot call its own gradients of two of them, and draws from no set smaller than its ids
    assert refused == {"SparseSparseMaximum", "SparseSparseMinimum", "AllCandidateSampler"}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("key", EXAMPLES)
def test_tensorflow_computes_our_numbers(key: str, theirs: dict[str, Any]) -> None:
    row, answer = EXAMPLES[key], theirs[key]
    if isinstance(answer, str):
        pytest.skip(answer[-200:])  # channels first, dilated gradients: its processors do not do it
    if row.id.startswith(UNWRITTEN) or row.id in OTHER_VALUES:
        pytest.skip("not comparable")
    ours = Single(row).answer(with_slopes=row.id not in OTHER_SLOPES and row.op not in OF_EITHER_SIGN)
    assert len(ours["values"]) == len(answer["values"])
    reserved = (
        5 if row.op == "FusedBatchNormV3" else len(ours["values"])
    )  # its last output is nobody's business
    for value, wanted in zip(ours["values"][:reserved], answer["values"], strict=False):
        same(value, wanted, row.op in OF_EITHER_SIGN)
    if (
        ours["slopes"] is None
        or answer["slopes"] is None
        or row.id in OTHER_SLOPES
        or row.op in OF_EITHER_SIGN
    ):
        return
    for name, wanted in answer["slopes"].items():
        if name in ours["slopes"]:
            same(ours["slopes"][name], wanted)
        else:  # none is zero
            assert not np.any(wanted[1])


def same(value: list[Any], wanted: list[Any], of_either_sign: bool = False) -> None:
    (dtype, numbers), (their_dtype, their_numbers) = value, wanted
    assert dtype == their_dtype
    if of_either_sign:
        if np.size(their_numbers) > 0 and np.size(numbers) > 0:  # else not asked for
            np.testing.assert_allclose(np.abs(numbers), np.abs(their_numbers), rtol=2e-3, atol=1e-4)
        return
    assert np.shape(numbers) == np.shape(their_numbers)
    if dtype.startswith(("float", "complex")):
        close = {"rtol": 2e-2, "atol": 0.1} if dtype == "float16" else {"rtol": 2e-4, "atol": 2e-5}
        np.testing.assert_allclose(numbers, their_numbers, **close)
    else:
        assert numbers == their_numbers
