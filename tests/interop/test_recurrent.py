"""Recurrent networks: TensorFlow makes of ours what we do, and each side trains the other's graph to its numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.interop.conftest import TensorFlow
from tests.interop.models import values
from tests.interop.recurrent_model import KEYS, batches, build, train
from tests.network.recurrent.test_cases import STORED

CLOSE = {"rtol": 1e-5, "atol": 1e-6}


def test_tensorflow_makes_of_networks_what_is_stored(tensorflow: TensorFlow) -> None:
    answer = tensorflow.answer("tf_recurrent.py", {})
    assert answer == json.loads(STORED.read_text(encoding="utf-8")), (
        "see tests/network/recurrent/test_cases.py"
    )


@pytest.fixture
def arrays(tmp_path: Path) -> dict[str, Any]:
    """The batches, which are also in a file."""
    found = batches(np.random.default_rng(0))
    np.savez(tmp_path / "batches.npz", **found)
    return found


def test_tensorflow_trains_our_graph_to_our_numbers(
    tensorflow: TensorFlow, arrays: dict[str, Any], tmp_path: Path
) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(1)
        loss, train_op = build(tf)
        session.run(tf.global_variables_initializer())
        saver = tf.train.Saver()
        prefix = saver.save(session, str(tmp_path / "model"), global_step=0)
        losses = train(session, loss, train_op, arrays)
        saved = saver.save(session, str(tmp_path / "model"), global_step=len(losses))
    request = {
        "prefix": prefix,
        "batches": str(tmp_path / "batches.npz"),
        "feeds": {f"{key}:0": key for key in KEYS},
        "saved": str(tmp_path / "by_tensorflow"),
    }
    (theirs,) = tensorflow.answer("tf_train.py", [request])
    np.testing.assert_allclose(theirs["losses"], losses, **CLOSE)
    mine, other = values(saved), values(request["saved"])
    assert mine.keys() == other.keys()
    for name, value in mine.items():
        np.testing.assert_allclose(other[name], value, err_msg=name, **CLOSE)


def test_we_train_tensorflows_graph_to_its_numbers(
    tensorflow: TensorFlow, arrays: dict[str, Any], tmp_path: Path
) -> None:
    request = {"batches": str(tmp_path / "batches.npz"), "prefix": str(tmp_path / "theirs")}
    theirs = tensorflow.answer("tf_recurrent_model.py", request)
    with tf.Graph().as_default(), tf.Session() as session:
        saver = tf.train.import_meta_graph(f"{request['prefix']}.meta")
        saver.restore(session, request["prefix"])
        (loss,), (train_op, *_) = (tf.get_collection(key) for key in ("losses", "train_op"))
        losses = train(session, loss, train_op, arrays)
    np.testing.assert_allclose(losses, theirs, **CLOSE)
    assert np.ptp(losses) > 1e-2
