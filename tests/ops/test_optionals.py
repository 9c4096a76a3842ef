"""Optionals; values and errors are those of TensorFlow 2.15's kernels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32, int32, variant
from estimator.core.errors import InvalidArgumentError
from estimator.graph import build as b
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.runtime.session import Session


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


def value(optional: Any, types: Any = (float32,), shapes: Any = ((2,),)) -> Any:
    return b.OptionalGetValue(optional, output_types=list(types), output_shapes=list(shapes))


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
def test_an_optional_gives_what_it_was_made_of(executor: str) -> None:
    x = b.Placeholder(dtype=float32, shape=(2,))
    made = b.OptionalFromValue([b.Neg(x), 3])
    numbers, count = value(made, (float32, int32), ((2,), ()))
    session = Session(executor=executor)
    for number in range(3):
        results = session.run(
            [numbers, count, b.OptionalHasValue(made), b.OptionalHasValue(b.OptionalNone())], {x: [number, 1]}
        )
        assert [np.asarray(result).tolist() for result in results] == [[-number, -1], 3, True, False]
    assert (numbers.dims, count.dims) == ((2,), ())


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
def test_what_is_not_there_cannot_be_had(executor: str) -> None:
    session = Session(executor=executor)
    for made, message in (
        (b.OptionalNone(), "no value"),
        (b.OptionalFromValue([1]), "holds .*int32.* but .*float32"),
    ):
        for _ in range(3):
            with pytest.raises(InvalidArgumentError, match=message):
                session.run(value(made))


def test_gradients_flow_through_an_optional() -> None:
    x = b.Placeholder(dtype=float32, shape=(2,))
    first, _ = value(b.OptionalFromValue([b.Square(x), x]), (float32, float32), ((2,), (2,)))
    assert Session().run(gradients(first, x), {x: [2, 3]})[0].tolist() == [4, 6]


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
def test_optionals_are_made_zero_and_added_by_their_values(executor: str) -> None:
    x = b.Placeholder(dtype=float32, shape=(2,))
    one, none = b.OptionalFromValue([x]), b.OptionalNone()
    inner = value(b.ZerosLike(b.OptionalFromValue([one])), (variant,), ((),))[0]
    total = value(b.AddN([one, one, b.ZerosLike(one)]))[0]
    empty = b.OptionalHasValue(b.AddN([none, b.ZerosLike(none)]))
    session = Session(executor=executor)
    for _ in range(3):
        found = session.run([value(inner)[0], total, empty], {x: [2, 3]})
        assert [np.asarray(result).tolist() for result in found] == [[0, 0], [4, 6], False]
        with pytest.raises(InvalidArgumentError, match="optionals of 1 and of 0 values"):
            session.run(b.OptionalHasValue(b.AddN([one, none])), {x: [2, 3]})


def test_gradients_flow_through_an_optional_within_an_optional() -> None:
    x = b.Placeholder(dtype=float32, shape=(2,))
    pair = b.OptionalFromValue([b.OptionalFromValue([b.Square(x)]), b.OptionalFromValue([x])])
    first, _ = value(pair, (variant, variant), ((), ()))
    assert Session().run(gradients(value(first)[0], x), {x: [2, 3]})[0].tolist() == [4, 6]
