"""What only the run tells, here values that shape rules look at, is refused as where it is known: by both executors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf

# TensorFlow 2.15 answers InvalidArgumentError to all of these.
CASES: dict[str, tuple[Callable[[Any, Any], Any], Any, Any]] = {
    "axis 2 is out of range": (lambda x, axis: tf.gather(x, [0], axis=axis), (2, 3), 2),
    "depth must be non-negative, given: -1": (lambda x, depth: tf.one_hot([0, 1], depth), (), -1),
    "multiple of": (
        lambda x, paddings: tf.space_to_batch_nd(x, [2, 2], paddings),
        (1, 4, 4, 1),
        [[0, 1], [0, 0]],
    ),
    "crops": (lambda x, crops: tf.batch_to_space_nd(x, [2, 2], crops), (4, 2, 2, 1), [[-1, 0], [0, 0]]),
    r"places on an input \(1, 9, 9, 2\)": (
        lambda x, shape: tf.nn.conv2d_transpose(x, tf.zeros([3, 3, 2, 3]), shape, [1, 2, 2, 1]),
        (1, 4, 4, 3),
        [1, 9, 9, 2],
    ),
    "REFLECT continues 3 values by 2": (lambda x, paddings: tf.pad(x, paddings, "REFLECT"), (3,), [[0, 3]]),
}


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
@pytest.mark.parametrize("message", CASES)
def test_a_value_that_does_not_fit_is_refused_by_the_run(message: str, executor: str) -> None:
    make, dims, value = CASES[message]
    with tf.Graph().as_default(), tf.Session(executor=executor) as session:
        x = tf.placeholder(tf.float32, dims)
        fed = tf.placeholder(tf.int32, np.shape(value))
        y = make(x, fed)
        for _ in range(2):
            with pytest.raises(tf.errors.InvalidArgumentError, match=message):
                session.run(y, {x: np.zeros(dims), fed: value})
