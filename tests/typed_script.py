"""What a type checker must see behind the public names; `.ci/run` has mypy read this from outside of the tree.

``--warn-unused-ignores`` makes an error of each line here in which mypy finds nothing wrong.
"""

from __future__ import annotations

from typing import assert_type

import estimator as est
import estimator.tf.compat.v1 as v1
from estimator import tf
from estimator.graph.tensor import Tensor


def never_called() -> None:
    """For a type checker alone."""
    assert_type(est.RunConfig().keep_checkpoint_max, int | None)
    assert_type(tf.nn.relu(1.0), Tensor)
    assert_type(v1.train.AdamOptimizer(0.1), tf.train.AdamOptimizer)
    est.layers.dense(units=3)  # type: ignore[call-arg]
    tf.losses.no_such_loss  # type: ignore[attr-defined]  # noqa: B018
    tf.image.rgb_to_hsv(None)  # type: ignore[arg-type]
    tf.image.flip_left_right({"image": 1.0})  # type: ignore[arg-type]
    tf.cast(1.0, 3.5)  # type: ignore[arg-type]
    assert_type(tf.reshape([[1.0, 2.0], [3.0, 4.0]], [-1]), Tensor)
    assert_type(tf.linalg.inv(tf.Variable([[1.0]])), Tensor)
