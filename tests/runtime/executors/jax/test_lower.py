"""Every row of the ops' contract, on the device: what our kernels give, to a few last digits."""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from estimator.core.errors import EstimatorError
from estimator.core.shapes import is_static
from estimator.graph.constant import run_kernel
from estimator.graph.handles import is_array
from estimator.graph.static import GRAPH
from estimator.graph.tensor import Operation
from tests.ops.example import Example
from tests.ops.test_contract import Call

pytestmark = [pytest.mark.jax, pytest.mark.slow]

OPS_TESTS = Path(__file__).parents[3] / "ops"
FAMILIES = sorted(file.stem for file in OPS_TESTS.glob("examples_*.py"))


@pytest.fixture(autouse=True)
def _declared() -> None:
    """All lowerings, as an executor has them."""
    importlib.import_module("estimator.runtime.executors.jax.executor")


class Case(NamedTuple):
    """An operation with what it is given: what the graph knows is known while it is traced, the rest is not."""

    name: str
    op: Operation
    inputs: Sequence[Any]
    unknown: Sequence[int]

    def lowered(self, arguments: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """Its outputs and its demands, on tracers."""
        from estimator.runtime.executors.jax.lower import lower

        inputs = list(self.inputs)
        for place, argument in zip(self.unknown, arguments, strict=True):
            inputs[place] = argument
        trace = Demands()
        return lower(trace, self.op, inputs), trace.demands

    @property
    def arguments(self) -> list[Any]:
        """What is not known before."""
        return [self.inputs[place] for place in self.unknown]


class Demands:
    """A trace of operations without variables."""

    def __init__(self) -> None:
        self.state: dict[Any, Any] = {}
        self.demands: list[Any] = []

    def demand(self, holds: Any) -> None:
        self.demands.append(holds)


def case_of(row: Example) -> Case | None:
    """A row as a case; None if it is one for the host."""
    from estimator.runtime.executors.jax.placement import runs_on_device

    call = Call(row)
    op = call.outputs[0].op
    tensors = [tensor for tensor in (*op.inputs, *op.outputs) if is_array(tensor)]
    if op.type != row.op or not runs_on_device(op) or not all(is_static(tensor.dims) for tensor in tensors):
        return None
    known = [GRAPH.value_of(tensor) for tensor in op.inputs]
    inputs = [call.feeds[t] if value is None else value for t, value in zip(op.inputs, known, strict=True)]
    return Case(row.id, op, inputs, [place for place, value in enumerate(known) if value is None])


def traceable(cases: Sequence[Case]) -> list[Case]:
    """Those whose kernels can be traced; the others run on the host after all."""
    from estimator.runtime.executors.jax.library import jax

    found = []
    for case in cases:
        try:
            jax.eval_shape(case.lowered, case.arguments)
        except Exception:
            continue
        found.append(case)
    return found


def compiled(cases: Sequence[Case]) -> Callable[[Sequence[Case]], list[Any]]:
    """What a device gives for all of them, or for others of the same shapes: compiled as one."""
    from estimator.runtime.executors.jax.library import jax

    def together(arguments: Any) -> Any:
        return [case.lowered(own) for case, own in zip(cases, arguments, strict=True)]

    # what LLVM optimizes changes no meaning, and takes as long as all else
    run = jax.jit(together, compiler_options={"xla_backend_optimization_level": 0})
    return lambda others: run([case.arguments for case in others])  # type: ignore[no-any-return]


def assert_alike(name: str, found: Any, wanted: Any) -> None:
    found, wanted = np.asarray(found), np.asarray(wanted)
    assert (found.shape, found.dtype) == (wanted.shape, wanted.dtype), name
    if wanted.dtype.kind not in "fc":
        np.testing.assert_array_equal(found, wanted, err_msg=name)
        return
    rtol = {2: 5e-3, 4: 1e-5, 8: 1e-10}[wanted.real.dtype.itemsize]
    finite = np.abs(wanted[np.isfinite(wanted)])
    np.testing.assert_allclose(
        found, wanted, rtol=rtol, atol=rtol * max(1.0, finite.max(initial=0)) / 10, err_msg=name
    )


def assert_as_kernel(case: Case, outputs: Sequence[Any], demands: Sequence[Any]) -> None:
    """The kernel's values; where that refuses them, a demand that does not hold."""
    try:
        wanted = run_kernel(case.op, np, case.inputs)
    except EstimatorError as error:
        assert not all(map(bool, demands)), f"{case.name} lacks the demand of: {error}"
        return
    assert all(map(bool, demands)), case.name
    for own, value in zip(outputs, wanted, strict=True):
        assert_alike(case.name, own, value)


# -- numbers at the edges ----------------------------------------------------------------------------------------------

# Sums of what is huge or infinite depend on their order; LAPACK need not come to an end with what is no number; and what
# is half way between two steps goes to either, since x / 3 may be x times a third. Where what flows back through a pool
# is infinite or no number, it is not said which of the window's other elements become no numbers.
OF_LONG_SUMS = ("Conv", "Depthwise", "FusedBatchNorm", "MatMul", "BatchMatMul", "BiasAddGrad", "FFT", "RFFT", "IFFT", "IRFFT", "MaxPoolGrad", "MaxPool3DGrad")  # fmt: skip
WITHOUT_EDGES = ("examples_matrices", "examples_factoring", "examples_quantization")
EDGES = {
    "f": [np.nan, np.inf, -np.inf, 0.0, -0.0, 1, -1, 0.5, -0.5, 2.5, 6],
    "i": [0, -1, 1, 2, -2],
    "u": [0, 1, 2, 3],
}


def at_the_edges(case: Case, seed: int) -> Case:
    """The case with a third of its numbers at the edges of what they may be, or beyond."""
    rng = np.random.default_rng([zlib.crc32(case.name.encode()), seed])
    inputs = list(case.inputs)
    for place in case.unknown:
        inputs[place] = _with_edges(np.asarray(inputs[place]), rng)
    return case._replace(inputs=inputs)


def _with_edges(array: Any, rng: np.random.Generator) -> Any:
    kind = array.dtype.kind
    if kind not in "fciu" or not array.size:
        return array
    edges = EDGES["f" if kind in "fc" else kind]
    if kind in "iu":
        edges = [*edges, np.iinfo(array.dtype).min, np.iinfo(array.dtype).max]
    flat, count = array.reshape(-1).copy(), max(1, array.size // 3)
    flat[rng.integers(0, array.size, count)] = np.array(rng.choice(edges, count)).astype(array.real.dtype)
    return flat.reshape(array.shape)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_device_gives_what_the_kernels_give(family: str) -> None:
    from estimator.runtime.executors.jax.library import wide

    cases = [case_of(row) for row in importlib.import_module(f"tests.ops.{family}").EXAMPLES]
    with wide(), np.errstate(all="ignore"):
        found = traceable([case for case in cases if case is not None])
        compute = compiled(found)
        for seed in range(1 if family in WITHOUT_EDGES else 3):
            tried = found if seed == 0 else [at_the_edges(case, seed) for case in found]
            for case, results in zip(tried, compute(tried), strict=True):
                if seed == 0 or not case.op.type.startswith(OF_LONG_SUMS):
                    assert_as_kernel(case, *results)


# What a step of a training is made of: were one of these for the host, a step would go to the device and back.
OF_EVERY_STEP = """
    AddN AddV2 ArgMax AvgPool AvgPoolGrad BatchMatMulV2 BiasAdd BiasAddGrad BroadcastTo Cast ConcatV2 Conv2D
    Conv2DBackpropFilter Conv2DBackpropInput DepthwiseConv2dNative Div DivNoNan Einsum Elu Equal Exp ExpandDims
    FusedBatchNormGradV3 FusedBatchNormV3 GatherNd GatherV2 Greater LeakyRelu Less Log LogSoftmax MatMul Max MaxPool
    MaxPoolGrad Maximum Mean Mul Neg OneHot Pack Pad Pow Prod RealDiv Relu ReluGrad Reshape ResizeBilinear Rsqrt
    Select SelectV2 Selu Sigmoid SigmoidGrad Slice Softmax SoftmaxCrossEntropyWithLogits Softplus
    SparseSoftmaxCrossEntropyWithLogits Split Sqrt Square SquaredDifference Squeeze StridedSlice StridedSliceGrad Sub
    Sum Tanh TanhGrad TensorScatterUpdate Tile TopKV2 Transpose Unpack UnsortedSegmentMax UnsortedSegmentSum
"""


def test_what_a_step_is_made_of_runs_on_the_device() -> None:
    from estimator.runtime.executors.jax.library import wide

    modules = [importlib.import_module(f"tests.ops.{family}") for family in FAMILIES]
    rows = [row for module in modules for row in module.EXAMPLES]
    wanted = set(OF_EVERY_STEP.split())
    cases = [case_of(row) for row in rows if row.op in wanted]
    with wide(), np.errstate(all="ignore"):
        found = {case.op.type for case in traceable([case for case in cases if case is not None])}
    assert sorted(wanted - found) == []
