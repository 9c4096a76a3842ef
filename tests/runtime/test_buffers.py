"""Which buffer a result gets, which it may take over, and when a buffer is free again."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor
from estimator.runtime.buffers import Buffers, Operand
from estimator.runtime.code import Code

FLOAT, INT = np.dtype(np.float32), np.dtype(np.int32)


def tensors(count: int) -> list[Tensor]:
    """Tensors to be owners."""
    with Graph().as_default():
        return [build.Placeholder(dtype=float32, shape=(2,)) for _ in range(count)]


class Plan:
    """Buffers, and the memory that their names stand for in one workspace."""

    def __init__(self, last_use: dict[Tensor, int]) -> None:
        self.code = Code(())
        self.buffers = Buffers(self.code, last_use)
        self._operands: list[Operand] = []

    def result(self, tensor: Tensor, shape: Any = (2,), dtype: Any = FLOAT, reuse: Any = ()) -> Operand:
        """The place of a result."""
        self._operands.append(self.buffers.for_result(tensor, shape, dtype, reuse))
        return self._operands[-1]

    def go_to(self, position: int) -> None:
        """Finish operations until that one begins."""
        while self.buffers.position < position:
            self.buffers.release()
            self.buffers.position += 1

    def share(self, *operands: Operand) -> bool:
        """Whether the operands lie in the same memory."""
        code = copy.deepcopy(self.code)  # it goes on being written
        arrays = code.finish([operand.name for operand in operands]).make(None, None, None)()
        return all(np.shares_memory(arrays[0], array) for array in arrays[1:])


def test_a_buffer_is_used_again_after_its_last_use_and_not_before() -> None:
    a, b, c = tensors(3)
    plan = Plan({a: 1, b: 2, c: 9})
    first = plan.result(a)
    plan.go_to(1)
    second = plan.result(b)  # a is read here
    plan.go_to(2)
    third = plan.result(c)
    assert not plan.share(first, second)
    assert plan.share(first, third)


def test_a_result_that_nobody_uses_is_free_after_its_operation() -> None:
    a, b = tensors(2)
    plan = Plan({b: 9})
    first = plan.result(a)
    plan.go_to(1)
    assert plan.share(first, plan.result(b))


def test_an_input_that_dies_gives_its_buffer_to_the_result_until_that_ones_last_use() -> None:
    a, b, c, d = tensors(4)
    plan = Plan({a: 1, b: 3, c: 9, d: 9})
    first = plan.result(a)
    plan.go_to(1)
    second = plan.result(b, reuse=[first])
    assert second.owner is b
    plan.go_to(2)
    third = plan.result(c)
    plan.go_to(4)
    assert plan.share(first, second)
    assert not plan.share(first, third)
    assert plan.share(first, plan.result(d))


@pytest.mark.parametrize(
    ("last_use", "shape", "dtype"), [(2, (2,), FLOAT), (1, (2, 1), FLOAT), (1, (1,), FLOAT), (1, (2,), INT)]
)
def test_an_input_that_lives_on_or_is_of_another_kind_keeps_its_buffer(
    last_use: int, shape: Any, dtype: Any
) -> None:
    a, b = tensors(2)
    plan = Plan({a: last_use, b: 9})
    first = plan.result(a)
    plan.go_to(1)
    assert not plan.share(first, plan.result(b, shape, dtype, reuse=[first]))


def test_what_the_plan_does_not_own_is_not_written_over() -> None:
    a, b = tensors(2)
    plan = Plan({a: 1, b: 9})
    fed = Operand(plan.code.bind(np.zeros(2, np.float32)), (2,), FLOAT)
    assert not plan.share(fed, plan.result(b, reuse=[fed]))


def test_a_buffer_is_taken_over_once() -> None:
    a, b, c = tensors(3)
    plan = Plan({a: 1, b: 9, c: 9})
    first = plan.result(a)
    plan.go_to(1)
    second, third = plan.result(b, reuse=[first]), plan.result(c, reuse=[first])
    assert plan.share(first, second)
    assert not plan.share(second, third)


def test_a_view_of_a_buffer_dies_with_its_owner() -> None:
    a, b = tensors(2)
    plan = Plan({a: 1, b: 9})
    first = plan.result(a)
    view = Operand(first.name, (2,), FLOAT, owner=a)
    plan.go_to(1)
    assert plan.share(first, plan.result(b, reuse=[view]))


def test_scratch_is_memory_of_its_own_within_an_operation() -> None:
    a, b = tensors(2)
    plan = Plan({a: 9, b: 9})
    scratch = [plan.buffers.scratch((2,), FLOAT) for _ in range(2)]
    result = plan.result(a)
    assert not plan.share(*scratch) and not plan.share(result, scratch[0])
    plan.go_to(1)
    again = [plan.buffers.scratch((2,), FLOAT) for _ in range(2)]
    assert not plan.share(*again) and not plan.share(result, again[0]) and not plan.share(result, again[1])
    assert plan.share(scratch[0], again[0]) or plan.share(scratch[0], again[1])
    plan.go_to(2)
    assert not plan.share(result, plan.result(b))


def test_an_empty_result_has_a_place_too() -> None:
    (a,) = tensors(1)
    plan = Plan({a: 9})
    empty = plan.result(a, (0, 3))
    assert plan.code.finish([empty.name]).make(None, None, None)()[0].shape == (0, 3)


def test_texts_never_share() -> None:
    a, b = tensors(2)
    plan = Plan({a: 0, b: 9})
    first = plan.result(a, dtype=np.dtype(object))
    plan.go_to(1)
    second = plan.result(b, dtype=np.dtype(object), reuse=[first])
    assert not plan.share(first, second)
    assert not plan.share(second, plan.buffers.scratch((2,), np.dtype(object)))
