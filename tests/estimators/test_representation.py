"""What an Estimator shows of itself, whatever has become of its directory."""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.dtypes import as_dtype
from estimator.estimators.dnn import DNNClassifier
from estimator.estimators.estimator import Estimator
from estimator.estimators.representation import parameter_count
from estimator.settings.run_config import RunConfig
from tests.tiny import batches, estimator, model_fn


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model after three steps; copied by those who break it."""
    directory = tmp_path_factory.mktemp("trained") / "model"
    estimator(directory, units=4).train(batches(), steps=3)
    return directory


@pytest.fixture
def copied(trained: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trained, tmp_path / "copied"))


def facts(directory: Path) -> str:
    """What stands between the directory and the params."""
    text = repr(estimator(directory, units=4))
    return text.partition(f"model_dir={str(directory)!r}, ")[2].partition(", params=")[0]


def test_a_trained_model_shows_its_latest_step_and_its_parameters(trained: Path) -> None:
    weights = 2 * 4 + 4 + 4 * 1 + 1  # two layers, each with biases; Adagrad's slots are none
    assert facts(trained) == f"latest_step=3, parameters={weights}"


def test_a_ready_made_model_counts_neither_slots_nor_steps(tmp_path: Path) -> None:
    columns = [tf.feature_column.numeric_column("x", shape=4)]
    config = RunConfig(progress=False)
    classifier = DNNClassifier([10, 10], columns, tmp_path, n_classes=3, optimizer="Adam", config=config)
    x = np.ones((5, 4), np.float32)
    classifier.train(lambda: ({"x": x}, np.zeros(5, int)), steps=2)
    weights = (4 * 10 + 10) + (10 * 10 + 10) + (10 * 3 + 3)
    assert f"latest_step=2, parameters={weights}" in repr(classifier)


def test_a_directory_that_does_not_exist_is_one_without_steps(tmp_path: Path) -> None:
    assert facts(tmp_path / "none") == "latest_step=None"
    assert not (tmp_path / "none").exists()


def test_a_state_file_that_is_gone_is_made_up_for_by_the_files(copied: Path) -> None:
    (copied / "checkpoint").unlink()
    assert facts(copied) == "latest_step=3, parameters=17"


@pytest.mark.parametrize(
    ("name", "contents", "expected"),
    [
        ("checkpoint", b"\xff no state file", "latest_step=<unreadable>"),
        (
            "checkpoint",
            b'model_checkpoint_path: "/elsewhere/model.ckpt-9"\n',
            "latest_step=9, parameters=<unreadable>",
        ),
        ("model.ckpt-3.index", b"\0" * 40, "latest_step=3, parameters=<unreadable>"),
        ("model.ckpt-3.index", None, "latest_step=3, parameters=<unreadable>"),
    ],
)
def test_what_is_damaged_is_said_and_neither_raised_nor_logged(
    copied: Path, name: str, contents: bytes | None, expected: str, caplog: pytest.LogCaptureFixture
) -> None:
    (copied / name).unlink()
    if contents is not None:
        (copied / name).write_bytes(contents)
    model = estimator(copied)
    caplog.clear()
    with caplog.at_level(logging.DEBUG):
        assert expected in repr(model)
    assert not caplog.records


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_a_pipe_in_place_of_a_file_holds_nobody_up(copied: Path) -> None:
    (copied / "checkpoint").unlink()
    os.mkfifo(copied / "checkpoint")
    assert facts(copied) == "latest_step=<unreadable>"


def test_params_that_cannot_be_shown_are_said_to_be_so(tmp_path: Path) -> None:
    class Odd:
        def __repr__(self) -> str:
            raise KeyError("odd")

    assert "params=<Odd, whose repr fails: KeyError>" in repr(Estimator(model_fn, tmp_path, params=Odd()))


def test_a_constructor_that_fails_leaves_something_that_can_be_shown() -> None:
    half = Estimator.__new__(Estimator)
    assert repr(half).startswith("<estimator.") and "Estimator object at" in repr(half)


FLOAT, LONG = as_dtype(np.float32), as_dtype(np.int64)


@pytest.mark.parametrize(
    ("specs", "count"),
    [
        ({"w": ((3, 4), FLOAT), "w/Adam": ((3, 4), FLOAT), "w/Adam_1": ((3, 4), FLOAT)}, 12),
        ({"w": ((3,), FLOAT), "beta1_power": ((), FLOAT), "dnn/head/beta2_power": ((), FLOAT)}, 3),
        ({"w/t_0/Adagrad": ((2,), FLOAT), "w": ((2,), FLOAT), "global_step": ((), LONG)}, 2),
        ({"bn/gamma": ((5,), FLOAT), "bn/moving_mean": ((5,), FLOAT)}, 10),
        ({"scale": ((), FLOAT)}, 1),
        (
            {
                "layer/kernel/.ATTRIBUTES/VARIABLE_VALUE": ((2, 2), FLOAT),
                "layer/kernel/.OPTIMIZER_SLOT/optimizer/m/.ATTRIBUTES/VARIABLE_VALUE": ((2, 2), FLOAT),
                "optimizer/learning_rate/.ATTRIBUTES/VARIABLE_VALUE": ((), FLOAT),
            },
            4,
        ),
    ],
)
def test_parameters_are_what_the_model_itself_has(specs: dict[str, Any], count: int) -> None:
    assert parameter_count(specs) == count
