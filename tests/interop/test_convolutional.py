"""A network of all kinds of layers, written by one side, trains on the other to the same losses and variables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.interop.conftest import TensorFlow
from tests.interop.conv_model import AFTER, BEFORE, batches, build
from tests.interop.models import values

CLOSE = {"rtol": 1e-5, "atol": 1e-5}
CLOSER = {"rtol": 1e-6, "atol": 1e-6}  # for averages: a wrong N / (N - 1) only shows below 5e-6
ARRAYS = batches()


def same_variables(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    assert ours.keys() == theirs.keys()
    for name, value in ours.items():
        np.testing.assert_allclose(
            theirs[name], value, err_msg=name, **(CLOSER if "/moving_" in name else CLOSE)
        )


@pytest.mark.parametrize("fed", ["x y", "x y training"])
def test_tensorflow_trains_ours(tensorflow: TensorFlow, tmp_path: Path, fed: str) -> None:
    """With `training` fed, batches are normalized by themselves in some steps and by the averages in another."""
    np.savez(tmp_path / "batches.npz", **ARRAYS)
    request: dict[str, Any] = {
        "batches": str(tmp_path / "batches.npz"),
        "feeds": {f"{name}:0": name for name in fed.split()},
        "saved": str(tmp_path / "by_tensorflow"),
    }
    feeds = [{key: ARRAYS[name][step] for key, name in request["feeds"].items()} for step in range(AFTER)]
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(3)
        training = tf.placeholder(tf.bool, [], name="training") if "training" in fed else True
        loss, train_op = build(tf, rate=1, training=training)
        session.run(tf.global_variables_initializer())
        for feed in feeds[:BEFORE]:
            session.run(train_op, feed)
        saver = tf.train.Saver()
        request["prefix"] = saver.save(session, str(tmp_path / "ours.ckpt"), BEFORE)
        evaluated = [float(session.run(loss, feed)) for feed in feeds]
        losses = [float(session.run([loss, train_op], feed)[0]) for feed in feeds]
        saved = saver.save(session, str(tmp_path / "ours.ckpt"), BEFORE + AFTER)
    (answer,) = tensorflow.answer("tf_train.py", [request])
    np.testing.assert_allclose(answer["evaluated"], evaluated, **CLOSE)
    np.testing.assert_allclose(answer["losses"], losses, **CLOSE)
    assert answer["has_gradients"]
    assert np.ptp(losses) > 1e-2  # else the comparison would say little
    same_variables(values(saved), values(request["saved"]))


@pytest.fixture(scope="module", params=["x y", "x y training"])
def theirs(
    tensorflow: TensorFlow, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> dict[str, Any]:
    """What TensorFlow trained; with `training` fed, branches in its graph are frames (Switch, Merge)."""
    asked = {"folder": str(tmp_path_factory.mktemp("theirs")), "fed": request.param.split()}
    return asked | tensorflow.answer("tf_conv.py", asked)


def fed_to(theirs: dict[str, Any]) -> list[dict[str, Any]]:
    return [{f"{name}:0": ARRAYS[name][step] for name in theirs["fed"]} for step in range(AFTER)]


def test_we_train_tensorflows(theirs: dict[str, Any]) -> None:
    with tf.Graph().as_default() as graph, tf.Session() as session:
        saver = tf.train.import_meta_graph(theirs["prefix"] + ".meta")
        saver.restore(session, theirs["prefix"])
        loss, train_op = graph.get_collection("losses")[0], graph.get_collection("train_op")[0]
        losses = [float(session.run([loss, train_op], feed)[0]) for feed in fed_to(theirs)]
        saved = saver.save(session, f"{theirs['folder']}/ours", write_meta_graph=False)
    np.testing.assert_allclose(losses, theirs["losses"], **CLOSE)
    same_variables(values(saved), values(f"{theirs['folder']}/by_tensorflow"))


def test_the_checkpoints_are_those_of_one_network(theirs: dict[str, Any]) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        training = tf.placeholder(tf.bool, [], name="training") if "training" in theirs["fed"] else True
        loss, train_op = build(tf, training=training)
        tf.train.Saver().restore(session, theirs["prefix"])
        losses = [float(session.run([loss, train_op], feed)[0]) for feed in fed_to(theirs)]
    np.testing.assert_allclose(losses, theirs["losses"], **CLOSE)
