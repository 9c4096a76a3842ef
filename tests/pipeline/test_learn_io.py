"""The input functions of tf.contrib.learn: in the order of the rows only when told so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.graph.graph import Graph
from estimator.runtime.session import Session
from estimator.tf.contrib.learn import io

ROWS = np.arange(40)


def frame(rows: Any) -> Any:
    """A DataFrame of a column x."""
    return pytest.importorskip("pandas").DataFrame({"x": rows})


def first_batch(input_fn: Callable[[], Any]) -> Any:
    with Graph().as_default(), Session() as session:
        return session.run(input_fn())


MAKERS = {
    "numpy": lambda **keywords: io.numpy_input_fn({"x": ROWS}, 2 * ROWS, batch_size=40, **keywords),
    "pandas": lambda **keywords: io.pandas_input_fn(
        frame(ROWS), frame(2 * ROWS)["x"], batch_size=40, **keywords
    ),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_rows_are_mixed_unless_told_otherwise(make: Callable[..., Any]) -> None:
    features, labels = first_batch(make())
    assert sorted(features["x"]) == list(ROWS) and list(features["x"]) != list(ROWS)
    np.testing.assert_array_equal(labels, 2 * features["x"])
    features, _ = first_batch(make(num_epochs=1, shuffle=False, queue_capacity=50, num_threads=1))
    assert list(features["x"]) == list(ROWS)


def test_what_is_wrong_is_said_as_by_those_of_tf_estimator() -> None:
    with pytest.raises(ValueError, match=r"num_threads=0: give whole numbers above 0"):
        io.numpy_input_fn(ROWS, num_threads=0)
    with pytest.raises(ValueError, match="'target'"):
        io.pandas_input_fn(frame(ROWS).rename(columns={"x": "target"}), frame(ROWS)["x"])
