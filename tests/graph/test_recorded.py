"""A recorded kernel makes, in whatever memory, the numbers that it makes when it is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InternalError
from estimator.graph.recorded import Elementwise, Recorder, Reduction, Traced, emit_recorded

Array = np.ndarray[Any, Any]


@dataclass(eq=False)
class Operand:
    """An array at hand, with what the planner's operands say."""

    name: str
    array: Array
    buffer: str | None = None

    @property
    def dims(self) -> tuple[int, ...]:
        return self.array.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.array.dtype


class Immediately:
    """A planner that makes each call at once; new memory holds rubbish, and what may be written over is told."""

    def __init__(self, dying: Sequence[str] = ()) -> None:
        self.dying = set(dying)
        self.calls: list[str] = []
        self.scratches = self.scalars = 0

    def out(self, op: Any, index: int, reuse: Sequence[Operand]) -> Operand:
        like = op.likes[index]
        for operand in reuse:
            if operand.name in self.dying and (operand.dims, operand.dtype) == (like.shape, like.dtype):
                self.dying.discard(operand.name)
                return operand
        return Operand(f"out{index}", np.full_like(like, 77))

    def scratch(self, like: Any) -> Operand:
        self.scratches += 1
        return Operand(f"scratch{self.scratches}", np.full(like.dims, 77, like.dtype))

    def scalar(self, function: Any, dtype: np.dtype[Any], *arguments: Any) -> Operand:
        self.scalars += 1
        return Operand(f"scalar{self.scalars}", np.asarray(function(*map(_array, arguments)), dtype))

    def copy(self, target: Operand, source: Operand) -> None:
        self.calls.append("copy")
        target.array[...] = source.array

    def call(self, function: Any, *arguments: Any, out: Operand | None = None, **keywords: Any) -> None:
        self.calls.append(getattr(function, "__name__", "reduce"))
        if out is not None:
            keywords["out"] = out.array
        function(*map(_array, arguments), **keywords)


def _array(value: Any) -> Any:
    return value.array if isinstance(value, Operand) else value


def operation(kernel: Any, likes: Sequence[Array] = (), updates: Sequence[str] = (), inputs: str = "") -> Any:
    args = [SimpleNamespace(name=name) for name in inputs.split()]
    definition = SimpleNamespace(kernel=kernel, kernel_attrs=(), updates=tuple(updates), inputs=args)
    return SimpleNamespace(definition=definition, attrs={}, likes=likes)


def _add_rows_up(xp: Any, x: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    return xp.sum(x, axis=axes, keepdims=keepdims)


def _emit_rows(p: Any, x: Any, axes: tuple[int, ...], keepdims: bool, out: Any) -> None:
    p.call(np.copyto, out.array, -1)  # whoever lets it write over what it adds up gets something else
    p.call(np.add.reduce, x, axis=axes, keepdims=keepdims, out=out)


row_sums = Reduction(_add_rows_up, _emit_rows)


def random_kernel(rng: np.random.Generator, length: int, outputs: int) -> Any:
    """So many calls of functions of earlier values; the last ones are the outputs."""
    steps = [
        (rng.choice(["negative", "multiply", "subtract", "maximum", "greater", "sum"]), rng.integers(0, 9, 2))
        for _ in range(length)
    ]

    def kernel(xp: Any, *inputs: Any) -> Any:
        values = list(inputs)
        for name, (first, second) in steps:
            x, y = values[-1 - first % len(values)], values[-1 - second % len(values)]
            if name == "negative":
                made = xp.negative(xp.multiply(x, x.dtype.type(1)) if x.dtype == np.bool_ else x)
            elif name == "sum":
                made = row_sums(xp, x, (-1,), True)
            else:
                made = getattr(xp, name)(
                    *((xp.add(z, np.float32(1)) if z.dtype == np.bool_ else z) for z in (x, y))
                )
            values.append(xp.multiply(made, np.float32(1)) if made.dtype == np.bool_ else made)
        return values[-outputs:] if outputs > 1 else values[-1]

    return kernel


@pytest.mark.parametrize("seed", range(150))
def test_any_straight_line_of_calls_gives_its_own_numbers(seed: int) -> None:
    rng = np.random.default_rng(seed)
    outputs = int(rng.integers(1, 4))
    kernel = random_kernel(rng, int(rng.integers(outputs, 12)), outputs)
    arrays = [rng.integers(-3, 4, shape).astype("f4") for shape in [(4, 3), (4, 3), (4, 1)]]
    with np.errstate(all="ignore"):
        expected = kernel(np, *arrays)
    expected = list(expected) if outputs > 1 else [expected]
    operands = [Operand(f"x{place}", array.copy(), f"r{place}") for place, array in enumerate(arrays)]
    dying = [f"x{place}" for place in range(3) if rng.random() < 0.5]
    with np.errstate(all="ignore"):
        found = emit_recorded(Immediately(dying), operation(kernel, expected), *operands)
    for one, other in zip(found if outputs > 1 else [found], expected, strict=True):
        np.testing.assert_array_equal(one.array, other)
    for operand, array in zip(operands, arrays, strict=True):
        if operand.name not in dying:
            np.testing.assert_array_equal(operand.array, array)


@pytest.mark.parametrize("seed", range(60))
def test_variables_get_their_new_values_wherever_the_old_ones_are_still_read(seed: int) -> None:
    rng = np.random.default_rng(seed)
    kernel = random_kernel(rng, int(rng.integers(2, 10)), 2)
    arrays = [rng.integers(-3, 4, (6,)).astype("f4") for _ in range(3)]
    if any(each.shape != (6,) for each in kernel(np, *arrays)):
        return
    expected = kernel(np, *arrays)
    operands = [Operand(f"w{place}", array.copy()) for place, array in enumerate(arrays)]
    op = operation(kernel, updates=("var", "slot"), inputs="var slot grad")
    assert emit_recorded(Immediately(), op, *operands) is None
    for operand, wanted in zip(operands, [*expected, arrays[2]], strict=True):
        np.testing.assert_array_equal(operand.array, wanted)


def test_a_chain_needs_no_memory_but_that_of_its_result() -> None:
    def sigmoid(xp: Any, x: Any) -> Any:
        return xp.reciprocal(xp.add(xp.exp(xp.negative(x)), x.dtype.type(1)))

    x = np.linspace(-2, 2, 5, dtype=np.float32)
    for dying in ([], ["x"]):
        planner, operand = Immediately(dying), Operand("x", x.copy())
        result = emit_recorded(planner, operation(sigmoid, [x]), operand)
        assert (planner.calls, planner.scratches) == (["negative", "exp", "add", "reciprocal"], 0)
        assert (result is operand) == bool(dying)
        np.testing.assert_array_equal(result.array, sigmoid(np, x))


def test_views_of_one_memory_are_one_memory() -> None:
    def kernel(xp: Any, x: Any, y: Any) -> Any:
        return xp.add(xp.multiply(xp.negative(x), x), y)

    x = np.arange(4, dtype=np.float32)
    first, second = Operand("x", x.copy(), "r"), Operand("y", x, "r")
    second.array = first.array
    result = emit_recorded(Immediately(["x"]), operation(kernel, [x]), first, second)
    np.testing.assert_array_equal(result.array, kernel(np, x, x))


def test_a_value_handed_on_goes_to_its_variable_before_it_is_lost() -> None:
    op = operation(lambda xp, a, b: (b.value, xp.add(b.value, a.value)), updates=("a", "b"), inputs="a b")
    a, b = Operand("a", np.array([1.0, 2.0])), Operand("b", np.array([10.0, 20.0]))
    emit_recorded(Immediately(), op, a, b)
    assert (a.array.tolist(), b.array.tolist()) == ([10.0, 20.0], [11.0, 22.0])


def test_one_value_may_be_two_outputs() -> None:
    def kernel(xp: Any, x: Any) -> Any:
        negative = xp.negative(x)
        return [negative, x, negative, x]

    x = np.arange(3, dtype=np.float32)
    found = emit_recorded(Immediately(["x"]), operation(kernel, [x] * 4), Operand("x", x.copy()))
    assert [operand.array.tolist() for operand in found] == [[0, -1, -2], [0, 1, 2]] * 2
    assert len({id(operand.array) for operand in found}) == 4


def test_scalars_of_scalars_are_none_of_its_calls_on_arrays() -> None:
    op = operation(
        lambda xp, x, rate: xp.multiply(x, xp.subtract(np.float32(1), rate)), [np.zeros(3, np.float32)]
    )
    planner = Immediately()
    x, rate = Operand("x", np.arange(3, dtype=np.float32)), Operand("rate", np.array(0.25, np.float32))
    assert emit_recorded(planner, op, x, rate).array.tolist() == [0, 0.75, 1.5]
    assert (planner.calls, planner.scratches, planner.scalars) == (["multiply"], 0, 1)


def test_plain_numbers_are_arrays_of_the_type_beside_them() -> None:
    given = Recorder()
    for kind, number in [("f4", 0), ("f4", 0.1), ("i1", 3), ("i1", 300), ("i4", 0.5), ("?", 1), ("f4", True)]:
        given.call(np.less, Traced((2,), np.dtype(kind)), number)
    numbers = [call.arguments[1] for call in given.calls]
    assert [getattr(number, "dtype", None) for number in numbers] == ["f4", "f4", "i1", *[None] * 4]


def test_a_function_that_numpy_has_no_ufunc_for_is_recorded_as_one_call() -> None:
    @Elementwise
    def halved(xp: Any, x: Any, **out: Any) -> Any:
        return xp.multiply(x, x.dtype.type(0.5), **out)

    x = np.arange(3, dtype=np.float32)
    planner = Immediately()
    op = operation(lambda xp, x: xp.negative(halved(xp, x)), [x])
    assert emit_recorded(planner, op, Operand("x", x)).array.tolist() == [0, -0.5, -1]
    assert len(planner.calls) == 2
    assert halved(np, x).tolist() == [0, 0.5, 1]


def test_what_cannot_be_recorded_is_named() -> None:
    with pytest.raises(InternalError, match=r"calls xp\.where cannot be recorded; write it an emitter"):
        Recorder().where(True, 1, 2)
