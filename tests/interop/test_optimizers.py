"""Tables whose rows are looked up, and users' own optimizers: TensorFlow leaves what we do, each with the other's graphs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.interop.conftest import TensorFlow
from tests.optimizers.trainings import own

STORED = Path(__file__).parents[1] / "data/tf/optimizers.json"
BATCHES = [[0, 1, 1], [2, 1], [0]]


def left(session: Any) -> Any:
    """The table after the batches."""
    for batch in BATCHES:
        session.run("train", {"ids:0": batch})
    return session.run("whole:0")


def test_tensorflow_leaves_what_is_stored(tensorflow: TensorFlow) -> None:
    answered = tensorflow.answer("../optimizers/trainings.py", {})
    stored: Any = json.loads(STORED.read_text())
    assert answered == stored


def test_graphs_of_tensorflow_that_update_rows_go_on_here(tensorflow: TensorFlow, tmp_path: Path) -> None:
    theirs = tensorflow.answer("tf_tables.py", {"write": str(tmp_path)})
    assert len(theirs) == 2 * len(own(tf))
    for prefix, expected in theirs.items():
        with tf.Graph().as_default(), tf.Session() as session:
            tf.train.import_meta_graph(f"{prefix}.meta").restore(session, prefix)
            np.testing.assert_allclose(left(session), expected, rtol=1e-6, err_msg=prefix)


@pytest.mark.parametrize("parts", [1, 2])
def test_our_graphs_that_update_rows_go_on_in_tensorflow(
    tensorflow: TensorFlow, tmp_path: Path, parts: int
) -> None:
    start = np.array([[1.0, -2.0], [0.5, 3.0], [-1.0, 0.25]], np.float32)
    ours = {}
    for name, make in own(tf).items():
        with tf.Graph().as_default(), tf.Session() as session:
            partitioner = tf.fixed_size_partitioner(parts) if parts > 1 else None
            table = tf.get_variable("table", initializer=start, partitioner=partitioner)
            ids = tf.placeholder(tf.int32, [None], name="ids")
            optimizer, loss = make(), tf.reduce_sum(tf.square(tf.gather(table, ids)))
            optimizer.minimize(loss, global_step=tf.train.get_global_step(), name="train")
            tf.identity(table, name="whole")
            session.run(tf.global_variables_initializer())
            prefix = tf.train.Saver().save(session, str(tmp_path / name))
            ours[prefix] = left(session)
    theirs = tensorflow.answer("tf_tables.py", {"train": list(ours)})
    for prefix, expected in theirs.items():
        np.testing.assert_allclose(ours[prefix], expected, rtol=1e-6, err_msg=prefix)
