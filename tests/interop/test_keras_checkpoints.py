"""TensorFlow restores models of Keras and their optimizers from our checkpoints, and we from its."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.interop.conftest import TensorFlow
from tests.keras.checkpointed_models import CASES, compiled, features, outcome, trained

CLOSE = {"rtol": 1e-4, "atol": 1e-5}
LEGACY = ("nested", "words_gru", "image")  # in graphs of TensorFlow 1 all optimizers are of these classes
Answer = dict[str, Any]


def predictions(model: Any, case: str) -> Any:
    return np.ravel(model.predict_on_batch(features(case)))


def save(case: str, folder: Path) -> Answer:
    """A trained model of ours with its optimizer, in a checkpoint and as weights alone; gives what it comes to."""
    tf.keras.backend.clear_session()
    tf.keras.utils.set_random_seed(
        1
    )  # by chance a bias has no gradient but rounding, which Adam makes a step of
    model, optimizer = trained(tf, case)
    tf.train.Checkpoint(model=model, optimizer=optimizer).save(folder / case / "ckpt")
    model.save_weights(str(folder / case / "weights"))
    return {"weights": predictions(model, case), "restored": outcome(model, case)}


@pytest.fixture(scope="module", params=["eager", "graph"])
def exchanged(
    request: pytest.FixtureRequest, tensorflow: TensorFlow, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Answer], dict[str, Answer]]:
    """What ours come to, and what TensorFlow says of them and of its own."""
    cases, folder = (
        list(CASES if request.param == "eager" else LEGACY),
        tmp_path_factory.mktemp(request.param),
    )
    ours = {case: save(case, folder / "ours") for case in cases}
    question = {
        "cases": cases, "mode": request.param, "ours": str(folder / "ours"), "theirs": str(folder / "theirs"),
    }  # fmt: skip
    return ours, tensorflow.answer("tf_keras_checkpoints.py", question)


def test_tensorflow_restores_ours_predicts_the_same_and_trains_on_alike(exchanged: Any) -> None:
    ours, answer = exchanged
    for case, expected in ours.items():
        for name, numbers in expected["restored"].items():
            found = answer[case]["restored"][name]
            np.testing.assert_allclose(found, numbers, **CLOSE, err_msg=f"{case} {name}")


def test_tensorflow_loads_our_weights(exchanged: Any) -> None:
    ours, answer = exchanged
    for case, expected in ours.items():
        np.testing.assert_allclose(answer[case]["weights"], expected["weights"], **CLOSE, err_msg=case)


def test_we_restore_tensorflows_predict_the_same_and_train_on_alike(exchanged: Any) -> None:
    ours, answer = exchanged
    for case, theirs in answer.items():
        tf.keras.backend.clear_session()
        model, optimizer = compiled(tf, case)
        status = tf.train.Checkpoint(model=model, optimizer=optimizer).restore(theirs["saved"])
        for name, found in outcome(model, case).items():
            np.testing.assert_allclose(found, theirs["outcome"][name], **CLOSE, err_msg=f"{case} {name}")
        if (
            case in ours
        ):  # of other classes hyper-parameters are left over, which are numbers of the program here
            status.assert_consumed()
        status.assert_nontrivial_match()


def test_we_load_tensorflows_weights(exchanged: Any) -> None:
    for case, theirs in exchanged[1].items():
        tf.keras.backend.clear_session()
        model, _ = compiled(tf, case)
        model.predict_on_batch(features(case))
        model.load_weights(theirs["weights_path"])
        np.testing.assert_allclose(
            predictions(model, case), theirs["weights_predictions"], **CLOSE, err_msg=case
        )
