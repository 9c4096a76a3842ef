from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.functions.arrays import placeholder
from estimator.network.layers.flatten import flatten


@pytest.mark.parametrize(
    ("dims", "shape", "static", "expected"),
    [
        ([None, 2, 3], (4, 2, 3), (None, 6), (4, 6)),
        ([None, None, 3], (4, 2, 3), (None, None), (4, 6)),
        ([4, None, 3], (4, 2, 3), (4, None), (4, 6)),
        ([None], (4,), (None, 1), (4, 1)),
        ([None, 0], (4, 0), (None, 0), (4, 0)),
        (None, (4, 2, 3), (None, None), (4, 6)),
    ],
)
def test_all_but_the_batch_becomes_one(
    run: Callable[..., Any], dims: Any, shape: Any, static: Any, expected: Any
) -> None:
    x = placeholder("float32", dims)
    y = flatten(x)
    value = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    assert y.dims == static
    np.testing.assert_array_equal(run(y, {x: value}), value.reshape(expected))


def test_channels_first_moves_the_channels_to_the_end(run: Callable[..., Any]) -> None:
    x = np.arange(12, dtype=np.float32).reshape(1, 2, 3, 2)
    feed = placeholder("float32", [None, 2, 3, 2])
    y = run(flatten(feed, data_format="channels_first"), {feed: x})
    np.testing.assert_array_equal(y, x.transpose(0, 2, 3, 1).reshape(1, 12))
