"""The contract of every declared op, checked on the rows of ``examples_*.py``.

Shapes as the kernel gives them, values as the formula says, gradients as a central difference, the
same bits from interpreter and plan, the signature TensorFlow has, and nothing lost on the way
through a GraphDef. A new op without a row fails.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from estimator.core.dtypes import DType, as_dtype, complex64, complex128, float32, float64, int32
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import compatible, show
from estimator.graph import build
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.graph.graphdef import to_graph_def
from estimator.graph.importer import from_graph_def
from estimator.graph.op import OPS, Arg, AttrDef
from estimator.graph.slices import IndexedSlices
from estimator.graph.tensor import Tensor
from estimator.graph.type_limits import type_limits
from estimator.runtime.session import Session
from tests.ops.example import Example, all_examples, shown_elsewhere

EXAMPLES = all_examples()
DIFFERENTIABLE = [row for row in EXAMPLES if OPS.get(row.op).differentiable and OPS.get(row.op).gradient_rule]
SIGNATURES = json.loads((Path(__file__).parent / "tf_signatures.json").read_text())

# Attributes that older TensorFlows do not know; without them both old and new ones read our files.
LEFT_OUT = {"VarHandleOp": ["debug_name", "allowed_devices"]}

every_example = pytest.mark.parametrize("row", EXAMPLES, ids=[row.id for row in EXAMPLES])

Shape = Callable[[np.ndarray[Any, Any]], Any]


class Call:
    """An example in a graph of its own.

    Parameters
    ----------
    row : Example
    shape : callable
        From an input's array to the static shape of its placeholder.
    dtype : {np.float32, np.float64}, optional
        What floating point inputs are made, for derivatives; complex ones are then as wide.
    computed : bool
        Whether floating point inputs come out of an op, so that a plan may write over them, instead of being fed.
    """

    def __init__(
        self, row: Example, shape: Shape = np.shape, dtype: Any = None, computed: bool = False
    ) -> None:
        self.graph = Graph()
        self._computed = computed
        self.feeds: dict[Tensor, Any] = {}
        self.by_input: dict[int, Tensor] = {}
        with self.graph.as_default():
            inputs = [self._input(row, place, value, shape, dtype) for place, value in enumerate(row.inputs)]
            attrs = {**(wide_outputs(row) if dtype is np.float64 else {}), **row.attrs}
            result = getattr(build, row.op)(*inputs, **attrs)
        self.outputs: list[Tensor] = list(result) if isinstance(result, (list, tuple)) else [result]

    def _input(self, row: Example, place: int, value: Any, shape: Shape, dtype: Any) -> Any:
        if isinstance(value, list):
            return [self._placeholder(each, shape, dtype) for each in value]
        array = np.asarray(value)
        if place in row.constants:
            return array
        tensor = self.by_input[place] = self._placeholder(array, shape, dtype)
        return tensor

    def _placeholder(self, value: Any, shape: Shape, dtype: Any) -> Tensor:
        array = np.asarray(value)
        if dtype is not None and array.dtype.kind in "fc":
            array = array.astype(dtype if array.dtype.kind == "f" else np.result_type(dtype, np.complex64))
        tensor: Tensor = build.Placeholder(dtype=as_dtype(array.dtype), shape=shape(array))
        self.feeds[tensor] = array
        if self._computed and array.dtype.kind in "fc":
            return build.Mul(tensor, 1.0)  # type: ignore[no-any-return]
        return tensor

    def run(self, fetches: Any, executor: str = "interpreter", times: int = 1) -> list[Any]:
        """The values of the last of so many runs in one session."""
        with Session(graph=self.graph, executor=executor) as session, np.errstate(all="ignore"):
            for _ in range(times):
                values = session.run(fetches, self.feeds)
        return list(values)

    def floating(self) -> list[Tensor]:
        """The outputs that can be differentiated."""
        return [output for output in self.outputs if is_smooth(output)]


def is_smooth(tensor: Tensor) -> bool:
    return tensor.dtype.is_floating or tensor.dtype.is_complex


def wide_outputs(row: Example) -> dict[str, DType]:
    """The double types of outputs that do not follow from the inputs."""
    definition, wide = OPS.get(row.op), {float32: float64, complex64: complex128}
    inferred = {arg.type_attr for arg in definition.inputs}
    attrs = [attr for attr in definition.attrs.values() if attr.kind == "type" and attr.name not in inferred]
    return {attr.name: wide[attr.default] for attr in attrs if attr.default in wide}


def unknown_batch(array: np.ndarray[Any, Any]) -> Any:
    return (None, *array.shape[1:]) if array.ndim else ()


def unknown_sizes(array: np.ndarray[Any, Any]) -> Any:
    return (None,) * array.ndim


def unknown_rank(array: np.ndarray[Any, Any]) -> Any:
    return None


# -- there is a row, and it is TensorFlow's op -------------------------------------------------------


def test_every_declared_op_has_an_example() -> None:
    shown = {row.op for row in EXAMPLES} | set(shown_elsewhere())
    missing = [f"op {name!r} has no example in tests/ops/examples_*.py" for name in OPS if name not in shown]
    assert not missing, "\n".join(missing)


def test_every_op_shown_elsewhere_is_shown_in_a_file_that_exists() -> None:
    root = Path(__file__).parents[2]
    lost = {op: place for op, place in shown_elsewhere().items() if not (root / place).is_file()}
    assert not lost


def argument(arg: Arg) -> str:
    kind = arg.dtype.name if arg.dtype else arg.type_attr or f"{arg.list_attr}[]"
    return f"{arg.name}: {f'{arg.number_attr} * ' if arg.number_attr else ''}{kind}"


def attribute(attr: AttrDef) -> list[Any]:
    return [attr.kind] if attr.required else [attr.kind, plain(attr.default)]


def plain(value: Any) -> Any:
    """An attribute's default as the list of signatures has it."""
    if isinstance(value, DType):
        return value.name
    if isinstance(value, np.ndarray):
        return "tensor"
    if isinstance(value, list):
        return [plain(each) for each in value]
    if hasattr(value, "is_fully_defined"):
        return "unknown" if value.rank is None else [-1 if size is None else size for size in value.as_list()]
    return value


@pytest.mark.parametrize("name", [name for name in OPS if not OPS.get(name).local])
def test_the_signature_is_tensorflows(name: str) -> None:
    """tf_signatures.json was written from TensorFlow 2.15.1's op_def_registry."""
    definition = OPS.get(name)
    theirs = SIGNATURES[name]
    for attr in LEFT_OUT.get(name, ()):
        del theirs["attrs"][attr]
    ours = {
        "inputs": [argument(arg) for arg in definition.inputs],
        "outputs": [argument(arg) for arg in definition.outputs],
        "attrs": {attr.name: attribute(attr) for attr in definition.attrs.values()},
    }
    assert ours == theirs


# -- values and shapes -------------------------------------------------------------------------------


@every_example
def test_the_kernel_gives_the_formula(row: Example) -> None:
    call = Call(row)
    got = call.run(call.outputs)
    if row.formula is None:
        return
    with np.errstate(all="ignore"):
        result = row.formula(*row.inputs)
    wanted = list(result) if isinstance(result, (tuple, list)) else [result]
    assert len(wanted) == len(got)
    for output, value, expected in zip(call.outputs, got, wanted, strict=True):
        assert np.shape(value) == np.shape(expected)
        assert isinstance(value, bytes) or np.asarray(value).dtype == output.dtype.np
        if is_smooth(output):
            np.testing.assert_allclose(value, expected, rtol=row.rtol, atol=row.rtol / 10)
        else:
            np.testing.assert_array_equal(value, expected)


@every_example
@pytest.mark.parametrize("known", [np.shape, unknown_batch, unknown_sizes, unknown_rank])
def test_the_shape_rule_agrees_with_the_kernel(row: Example, known: Shape) -> None:
    call = Call(row, known)
    for output, value in zip(call.outputs, call.run(call.outputs), strict=True):
        assert compatible(output.dims, np.shape(value)), f"{show(output.dims)} is not {np.shape(value)}"


# -- gradients ---------------------------------------------------------------------------------------


def targets(row: Example, call: Call) -> list[Tensor]:
    """What the gradient is checked for."""
    if row.gradients is not None:
        return [call.by_input[place] for place in row.gradients]
    return [tensor for tensor in call.feeds if is_smooth(tensor)]


def cotangents(values: list[Any]) -> list[Any]:
    rng = np.random.default_rng(3)
    return [random_like(value, rng) for value in values]


def random_like(value: Any, rng: np.random.Generator) -> Any:
    real = rng.standard_normal(np.shape(value))
    return real + 1j * rng.standard_normal(np.shape(value)) if np.iscomplexobj(value) else real


def product(left: Any, right: Any) -> float:
    """How much of one lies in the direction of the other; complex numbers as pairs of real ones."""
    return float(np.sum(np.conj(left) * right).real)


@pytest.mark.parametrize("row", DIFFERENTIABLE, ids=[row.id for row in DIFFERENTIABLE])
@pytest.mark.parametrize("known", [np.shape, unknown_sizes])
def test_the_gradient_is_the_central_difference(row: Example, known: Shape) -> None:
    precision = exactest(row.op)
    call = Call(row, known, precision.dtype)
    xs, ys = targets(row, call), call.floating()
    if not xs or not ys:
        return
    weights = cotangents(call.run(ys))
    with call.graph.as_default():
        found = gradients(
            ys, xs, [call.graph.constant(weight, y.dtype) for weight, y in zip(weights, ys, strict=True)]
        )
        found = [each.as_tensor() if isinstance(each, IndexedSlices) else each for each in found]
    rng = np.random.default_rng(4)
    present = [(x, dx) for x, dx in zip(xs, found, strict=True) if dx is not None]
    assert present, f"no gradient reaches the inputs of {row.op}"
    values = call.run([dx for _, dx in present])
    for (x, _), value in zip(present, values, strict=True):
        assert np.shape(value) == call.feeds[x].shape
        direction = random_like(call.feeds[x], rng)
        found_slope = slope(call, ys, weights, x, direction, precision.step)
        np.testing.assert_allclose(product(value, direction), found_slope, precision.rtol, precision.atol)


class Precision(NamedTuple):
    """In which type a derivative is compared, by which step, and how closely."""

    dtype: Any
    step: float
    rtol: float
    atol: float


def exactest(op_type: str) -> Precision:
    """Double precision, if TensorFlow's op takes it."""
    definition = OPS.get(op_type)
    takes_double = all(
        float64 in limits for limits in type_limits().get(op_type, {}).values() if float32 in limits
    )
    if takes_double and all(arg.dtype is not float32 for arg in definition.inputs):
        return Precision(np.float64, 1e-5, 2e-5, 2e-7)
    return Precision(np.float32, 1e-2, 1e-2, 1e-2)


def slope(call: Call, ys: list[Tensor], weights: list[Any], x: Tensor, direction: Any, step: float) -> float:
    """The derivative of the weighted sum of ys along a direction of x, by central difference."""
    centre = call.feeds[x]
    sums = []
    for sign in (1, -1):
        call.feeds[x] = (centre + sign * step * direction).astype(centre.dtype)
        sums.append(sum(product(weight, y) for y, weight in zip(call.run(ys), weights, strict=True)))
    call.feeds[x] = centre
    return (sums[0] - sums[1]) / (2 * step)


# -- the plan, the file ------------------------------------------------------------------------------


@every_example
@pytest.mark.parametrize("computed", [False, True], ids=["fed", "computed"])
def test_interpreter_and_plan_give_the_same_bits(row: Example, computed: bool) -> None:
    call = Call(row, computed=computed)
    fetches = list(call.outputs)
    if row in DIFFERENTIABLE and call.floating() and targets(row, call):
        with call.graph.as_default():
            flows = [build.OnesLike(y) for y in call.floating()]
            found = gradients(call.floating(), targets(row, call), flows)
        fetches += [each for each in found if isinstance(each, Tensor)]
    if row.formula is None:
        return
    wanted = call.run(fetches)
    for times in (1, 3):  # the first run is generic, the third runs a plan
        for value, expected in zip(call.run(fetches, "numpy", times), wanted, strict=True):
            assert np.asarray(value).dtype == np.asarray(expected).dtype
            assert np.shape(value) == np.shape(expected)
            if np.asarray(value).dtype == object:
                assert np.array_equal(value, expected)
            else:
                assert np.asarray(value).tobytes() == np.asarray(expected).tobytes()


@every_example
def test_the_node_survives_the_way_through_a_file(row: Example) -> None:
    call = Call(row)
    if OPS.get(row.op).local:
        return
    op = call.outputs[0].op
    copy = Graph()
    from_graph_def(to_graph_def(call.graph), copy)
    read = copy.get_operation_by_name(op.name)
    assert read.type == op.type
    assert [tensor.name for tensor in read.inputs] == [tensor.name for tensor in op.inputs]
    assert read.attrs.keys() == op.attrs.keys()
    for key, value in op.attrs.items():
        assert same_attribute(read.attrs[key], value), f"{key}: {read.attrs[key]} is not {value}"
    assert [tensor.dims for tensor in read.outputs] == [tensor.dims for tensor in op.outputs]


def same_attribute(read: Any, written: Any) -> bool:
    if isinstance(written, float):  # files have single precision
        return bool(np.float32(read) == np.float32(written))
    return np.array_equal(read, written) if isinstance(written, np.ndarray) else bool(read == written)


# -- what does not fit -------------------------------------------------------------------------------


def other_shapes(value: Any) -> list[np.ndarray[Any, Any]]:
    """The array with one size more or less, or one axis more or less."""
    array = np.asarray(value)
    axes = [axis for axis in range(array.ndim) if array.shape[axis]]
    firsts = [array.take([0], axis=axis) for axis in axes]
    longer = [np.concatenate([array, first], axis) for axis, first in zip(axes, firsts, strict=True)]
    lower = [first.squeeze(axis) for axis, first in zip(axes, firsts, strict=True)]
    return [*firsts, *longer, *lower, array[None], np.stack([array, array])]


def misfits(row: Example) -> list[Example]:
    """The example with an input of another shape each, as far as the shape rule refuses it."""
    found = []
    for place, value in enumerate(row.inputs):
        if place in row.constants:
            continue
        parts = value if isinstance(value, list) else [value]
        for index, part in enumerate(parts):
            for other in other_shapes(part):
                changed = [*parts[:index], other, *parts[index + 1 :]] if isinstance(value, list) else other
                inputs = [*row.inputs[:place], changed, *row.inputs[place + 1 :]]
                found.append(dataclasses.replace(row, inputs=inputs))
    return [misfit for misfit in found if is_refused(misfit)]


def is_refused(row: Example) -> bool:
    try:
        Call(row)
    except ValueError:
        return True
    return False


class Hidden(Call):
    """An example whose inputs get their shapes in the run, so that not even a plan knows them."""

    def _placeholder(self, value: Any, shape: Shape, dtype: Any) -> Tensor:
        array = np.asarray(value)
        flat = build.Placeholder(dtype=as_dtype(array.dtype), shape=None)
        size = build.Placeholder(dtype=int32, shape=None)
        self.feeds |= {flat: array.reshape(-1), size: np.array(array.shape, np.int32)}
        return build.Reshape(flat, size)  # type: ignore[no-any-return]


REFUSING = [(row, misfits(row)) for row in EXAMPLES]


@pytest.mark.parametrize(
    ("row", "wrong"), [pair for pair in REFUSING if pair[1]], ids=[row.id for row, wrong in REFUSING if wrong]
)
def test_what_the_shape_rule_refuses_no_run_takes(row: Example, wrong: list[Example]) -> None:
    for misfit in wrong:
        try:
            call = Hidden(misfit)
        except ValueError:
            continue  # the number of axes of a constant says it already
        for executor, times in (("interpreter", 1), ("numpy", 1), ("numpy", 2)):
            with pytest.raises(InvalidArgumentError, match=f"{row.op} .* failed: "):
                call.run(call.outputs, executor, times)
