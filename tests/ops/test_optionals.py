"""Optionals; values and errors are those of TensorFlow 2.15's kernels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import estimator.ops  # noqa: F401  declares the ops
from estimator.core.dtypes import float32, int32
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
