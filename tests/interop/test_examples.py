"""The examples' Estimators, run by either side from the same text, go on where the other has stopped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.interop.conftest import TensorFlow
from tests.interop.example_models import ROWS, SCRIPTS, do, load
from tests.interop.models import values

CLOSE = {"rtol": 1e-5, "atol": 1e-6}
BEGIN, ON = 5, 6  # steps with dropout, where each draws its own numbers, and steps without
Answers = dict[str, dict[str, Any]]  # example, model_dir: what `do` gave


@pytest.fixture(scope="module", autouse=True)
def _scripts() -> Iterator[None]:
    """The modules of the examples can be imported, as from their folders."""
    with pytest.MonkeyPatch.context() as patch:
        for example in SCRIPTS:
            patch.syspath_prepend(str(Path(__file__).parents[2] / "examples" / example))
        yield


def begin(folder: Path, who: str) -> dict[str, Any]:
    """What `do` is to do first: train with dropout."""
    return {"model_dir": str(folder / who), "steps": BEGIN, "seed": 1, "dropout": True}


def go_on(folder: Path, who: str, begun_in: str, seed: int = 2) -> dict[str, Any]:
    """What `do` is to do then: train on without dropout, in a copy of a model_dir."""
    return {"model_dir": str(folder / who), "steps": ON, "seed": seed, "begun_in": str(folder / begun_in)}


@pytest.fixture(scope="module")
def theirs(tensorflow: TensorFlow, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Answers]:
    """Where TensorFlow trained both examples, and what that gave: three times, on and on."""
    folder = tmp_path_factory.mktemp("examples")
    asked = {
        (example, who): {"example": example} | arguments
        for example in SCRIPTS
        for who, arguments in {
            "theirs": begin(folder / example, "theirs"),
            "on": go_on(folder / example, "on", "theirs"),
            "further": go_on(folder / example, "further", "on", seed=3),
        }.items()
    }
    found: Answers = {example: {} for example in SCRIPTS}
    for (example, who), answer in zip(
        asked, tensorflow.answer("tf_examples.py", list(asked.values())), strict=True
    ):
        found[example][who] = answer
    return folder, found


def same(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Losses, metrics and predictions are equal up to rounding."""
    assert found["metrics"] == pytest.approx(wanted["metrics"], rel=1e-5)
    for name in ("losses", "probabilities"):
        np.testing.assert_allclose(found[name], wanted[name], err_msg=name, **CLOSE)


def same_variables(ours: str, theirs: str) -> None:
    mine, other = values(ours), values(theirs)
    assert mine.keys() == other.keys()
    for name, value in mine.items():
        np.testing.assert_allclose(other[name], value, err_msg=name, **CLOSE)


@pytest.mark.parametrize("example", SCRIPTS)
def test_we_evaluate_and_train_what_tensorflow_has_begun(theirs: tuple[Path, Answers], example: str) -> None:
    folder, answers = theirs[0] / example, theirs[1][example]
    looked = do(example, **go_on(folder, "looked", "theirs") | {"steps": 0})
    same(looked, answers["theirs"] | {"losses": []})
    same(do(example, **go_on(folder, "ours", "theirs")), answers["on"])
    same_variables(f"{folder}/ours/model.ckpt-{BEGIN + ON}", f"{folder}/on/model.ckpt-{BEGIN + ON}")


@pytest.mark.parametrize("example", SCRIPTS)
def test_a_session_of_ours_trains_the_graph_of_tensorflows_estimator(
    theirs: tuple[Path, Answers], example: str
) -> None:
    folder, answers = theirs[0] / example, theirs[1][example]
    prefix = f"{folder}/on/model.ckpt-{BEGIN + ON}"
    with tf.Graph().as_default() as graph, tf.Session() as session:
        tf.train.import_meta_graph(f"{prefix}.meta").restore(session, prefix)
        session.run(tf.tables_initializer())
        fetches = [graph.get_collection(key)[0] for key in ("losses", "train_op")]
        feeds = fed(example, ["IteratorGetNext:0", "IteratorGetNext:1"], seed=3)
        losses = [float(session.run(fetches, feed)[0]) for feed in feeds]
        saved = tf.train.Saver().save(session, f"{folder}/by_session")
    np.testing.assert_allclose(losses, answers["further"]["losses"], **CLOSE)
    same_variables(saved, f"{folder}/further/model.ckpt-{BEGIN + 2 * ON}")


def fed(example: str, names: list[str], seed: int) -> list[dict[str, Any]]:
    """The feed of each step of a training, for tensors of these names."""
    arrays = [array.reshape(ON, ROWS, *array.shape[1:]) for array in load(example)[1](ON * ROWS, seed)]
    return [dict(zip(names, batch, strict=True)) for batch in zip(*arrays, strict=True)]


def test_tensorflow_trains_on_what_we_have_trained_on(tensorflow: TensorFlow, tmp_path: Path) -> None:
    """Its Estimator does, and its Session with our graph; ours goes on where that has saved."""
    estimators, sessions, losses = [], [], {}
    for example in SCRIPTS:
        folder = tmp_path / example
        do(example, **begin(folder, "ours"))
        do(example, **go_on(folder, "on", "ours"))
        losses[example] = do(example, **go_on(folder, "further", "on", seed=3))
        estimators.append({"example": example} | go_on(folder, "theirs", "on", seed=3))
        names = [f"IteratorGetNext/component_{place}:0" for place in range(2)]
        feeds = fed(example, names, seed=3)
        np.savez(folder / "batches.npz", **{name: np.array([feed[name] for feed in feeds]) for name in names})
        sessions.append(
            {
                "prefix": f"{folder}/on/model.ckpt-{BEGIN + ON}",
                "batches": f"{folder}/batches.npz",
                "feeds": {name: name for name in names},
                "saved": f"{folder}/by_session/model.ckpt-{BEGIN + 2 * ON}",
            }
        )
    by_estimators = tensorflow.answer("tf_examples.py", estimators)
    by_sessions = tensorflow.answer("tf_train.py", sessions)
    for example, by_estimator, by_session in zip(SCRIPTS, by_estimators, by_sessions, strict=True):
        same(by_estimator, losses[example])
        np.testing.assert_allclose(by_session["losses"], losses[example]["losses"], **CLOSE)
        folder = tmp_path / example
        ours = do(example, **go_on(folder, "after_ours", "further", seed=4))
        same(do(example, **go_on(folder, "after_theirs", "by_session", seed=4)), ours)
        assert np.ptp(ours["losses"]) > 1e-2  # else the comparison would say little
