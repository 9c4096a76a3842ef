"""TensorFlow begins with the values that we begin with: by vocabulary, by name, by scope, in parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import Graph
from tests.interop.conftest import TensorFlow
from tests.interop.warm_starts import initial_values

TABLE = np.arange(18, dtype=np.float32).reshape(6, 3) + 1  # four words and two buckets


@pytest.fixture(scope="module")
def request_of(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A checkpoint of ours and two vocabularies."""
    folder: Path = tmp_path_factory.mktemp("warm")
    (folder / "old.txt").write_text("apple\nbanana\nguava\norange\n")
    (folder / "new.txt").write_text("orange\nkiwi\napple\nguava\nlime\nunused\n")
    with Graph().as_default(), tf.Session() as session:
        tf.get_variable("emb", initializer=TABLE)
        tf.get_variable("scope/kernel", initializer=TABLE.T)
        tf.get_variable("scope/bias", initializer=TABLE[:, 0])
        session.run(tf.global_variables_initializer())
        prefix = tf.train.Saver().save(session, str(folder / "model.ckpt"))
    return {"prefix": prefix, "old": str(folder / "old.txt"), "new": str(folder / "new.txt")}


def test_tensorflow_begins_with_the_same_values(tensorflow: TensorFlow, request_of: dict[str, str]) -> None:
    theirs: Any = tensorflow.answer("tf_warm_start.py", request_of)
    ours = initial_values(tf, request_of)
    assert ours == theirs
    assert theirs["rows"]["emb/part_0"][0] == TABLE[3].tolist()  # orange
