"""TensorFlow imports our .meta, restores our checkpoint, evaluates and trains to our numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.saver import Saver
from estimator.graph.keys import GraphKeys
from estimator.runtime.session import Session
from tests.interop.conftest import TensorFlow
from tests.interop.models import OPTIMIZERS, STEPS, Trained, classifier, train, values

CLOSE = {"rtol": 1e-5, "atol": 1e-6}


@pytest.fixture(scope="module")
def both(tensorflow: TensorFlow, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Trained, Any]]:
    """For each optimizer what we did, and what TensorFlow did from the same checkpoint on the same batches."""
    ours = {
        name: train(tmp_path_factory.mktemp(name), name, np.random.default_rng(0))
        for name in sorted(OPTIMIZERS)
    }
    theirs = tensorflow.answer("tf_train.py", [each.request for each in ours.values()])
    return {name: (our, their) for (name, our), their in zip(ours.items(), theirs, strict=True)}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_tensorflow_evaluates_to_our_losses(both: Any, optimizer: str) -> None:
    ours, theirs = both[optimizer]
    np.testing.assert_allclose(theirs["evaluated"], ours.evaluated, **CLOSE)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_tensorflow_trains_on_with_our_losses(both: Any, optimizer: str) -> None:
    ours, theirs = both[optimizer]
    assert theirs["global_step"] == 3 + STEPS
    np.testing.assert_allclose(theirs["losses"], ours.losses, **CLOSE)
    assert np.ptp(ours.losses) > 1e-2  # else the comparison would say little


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_tensorflow_ends_at_our_variables_and_slots(both: Any, optimizer: str) -> None:
    ours, theirs = both[optimizer]
    mine, other = values(ours.saved), values(ours.request["saved"])
    assert mine.keys() == other.keys()
    for name, value in mine.items():
        np.testing.assert_allclose(other[name], value, err_msg=name, **CLOSE)
    assert {each.removesuffix(":0") for each in theirs["variables"]} == mine.keys()


def test_tensorflow_finds_what_is_trainable_and_differentiates_our_graph(both: Any) -> None:
    _, theirs = both["adam"]
    assert theirs["trainable"] == ["dense/kernel:0", "dense/bias:0", "dense_1/kernel:0", "dense_1/bias:0"]
    assert theirs["has_gradients"]


def test_we_restore_what_tensorflow_saved_and_go_on(both: Any) -> None:
    ours, _ = both["adam"]
    graph = classifier("adam")
    batches = np.load(ours.request["batches"])
    with graph.as_default(), Session(graph=graph) as session:
        loss, step = graph.get_collection(GraphKeys.LOSSES)[0], graph.get_collection(GraphKeys.GLOBAL_STEP)[0]
        value = {}
        for prefix in (ours.request["saved"], ours.saved):
            Saver().restore(session, prefix)
            value[prefix] = session.run(loss, {"x:0": batches["x"][0], "y:0": batches["y"][0]})
            assert session.run(step) == 3 + STEPS
    np.testing.assert_allclose(*value.values(), **CLOSE)
    assert Path(ours.request["saved"] + ".index").exists()
