"""What batches the examples come in makes no difference to a metric."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.batches_of_tf import GIVEN, METRICS, arguments, batches

SPLITS = [(13,), (5, 8), (1, 1, 1, 10), (4, 0, 9), (12, 1), (3, 3, 3, 3, 1)]
# Those that are refused, and means over batches, not over examples.
STREAMING = [
    call for call in METRICS if "mean_tensor" not in call and "[:1]" not in call and "any(" not in call
]


def examples() -> dict[str, Any]:
    """All batches in one; sparse labels are given as a padded tensor for cutting."""
    given = batches()
    joined = {name: np.concatenate([batch[name] for batch in given]) for name in "ypwijqltxzv"}
    joined["rows"] = np.concatenate([_dense(batch) for batch in given])
    return joined


def _dense(batch: dict[str, Any]) -> Any:
    rows = np.full(batch["ss"], -9)
    rows[tuple(batch["si"].T)] = batch["sv"]
    return rows


def batch_of(whole: dict[str, Any], begin: int, end: int) -> dict[str, Any]:
    """The examples from `begin` to `end`, as the placeholders want them."""
    part = {name: value[begin:end] for name, value in whole.items()}
    rows = part.pop("rows")
    places = np.argwhere(rows != -9)
    sparse = {"si": places, "sv": rows[tuple(places.T)], "ss": np.array(rows.shape)}
    return part | sparse | {"f": np.zeros((2, 2)), "g": np.zeros((2, 2)), "step": 0}


def after(call: str, sizes: tuple[int, ...]) -> Any:
    """The metric's value after batches of such sizes, or "refused"."""
    with tf.Graph().as_default(), tf.Session() as session:
        names, whole, begin = arguments(tf), examples(), 0
        try:
            value, update = eval(f"tf.metrics.{call}", names)  # noqa: S307  the text of batches_of_tf
            session.run(tf.local_variables_initializer())
            for size in sizes:
                batch = batch_of(whole, begin, begin + size)
                session.run(update, {names[name]: batch[name] for name in GIVEN})
                begin += size
        except (ValueError, tf.errors.InvalidArgumentError):
            return "refused"
        return session.run(value)


@pytest.mark.parametrize("call", STREAMING)
def test_streaming_equals_one_batch(call: str) -> None:
    first, *others = [after(call, sizes) for sizes in SPLITS]
    for other in others:
        if isinstance(first, str):
            assert other == first
        else:
            np.testing.assert_allclose(other, first, rtol=1e-6, atol=1e-7)
