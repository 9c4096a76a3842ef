"""Callbacks in fits of a small model."""

from __future__ import annotations

import csv
import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import DataLossError
from estimator.keras.callbacks.callback_list import CallbackList
from estimator.summaries.reader import summary_iterator
from tests.keras.fits_of_tf import classifier, flowers

keras = tf.keras
callbacks = keras.callbacks
ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _a_graph_of_its_own() -> None:
    keras.backend.clear_session()


def fit(model: Any, *given: Any, rows: int = 40, **more: Any) -> Any:
    return model.fit(
        *flowers(rows), verbose=0, callbacks=list(given), **{"batch_size": 10, "epochs": 3, **more}
    )


def events(folder: Path) -> list[tuple[str, int, float]]:
    """Tag, step and value of what is written there."""
    (path,) = folder.iterdir()
    return [
        (value.tag, event.step, value.simple_value)
        for event in summary_iterator(str(path))
        for value in event.summary.value
    ]


# -- which batches are told ----------------------------------------------------------------------------------------


def test_only_who_overrides_a_method_for_batches_is_told_of_each() -> None:
    class Quiet(callbacks.Callback):  # type: ignore[misc,name-defined]
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None: ...

    class Loud(callbacks.ModelCheckpoint):  # type: ignore[misc,name-defined]
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None: ...

    each = callbacks.LambdaCallback(on_batch_end=print)
    assert CallbackList([Quiet(), callbacks.CSVLogger("x"), callbacks.ModelCheckpoint("x")]).batch_due(
        "train"
    )
    assert CallbackList([Loud("x")]).batch_due("train") is None
    assert CallbackList([Quiet(), each]).batch_due("train") is None
    assert CallbackList([each]).batch_due("test") is not None


def test_a_checkpoint_of_each_so_many_batches_rests_between_them(tmp_path: Path) -> None:
    model, saved = classifier(tf), []
    model.save_weights = lambda path, overwrite: saved.append((path, int(model.optimizer.iterations.numpy())))
    path = f"{tmp_path}/{{epoch}}-{{batch}}.h5"
    fit(model, callbacks.ModelCheckpoint(path, save_weights_only=True, save_freq=3))
    # What Keras 2.15 saves of three epochs of four batches.
    names = ["1-3.h5", "2-2.h5", "3-1.h5", "3-4.h5"]
    assert saved == [(f"{tmp_path}/{name}", 3 * count) for count, name in enumerate(names, 1)]


# -- checkpoints -------------------------------------------------------------------------------------------------------


class Stored:
    """A model that only remembers where it was saved."""

    metrics = ()

    def __init__(self) -> None:
        self.paths: list[str] = []

    def save(self, path: str, overwrite: bool) -> None:
        self.paths.append(path)


def losses(callback: Any, values: list[float], name: str = "val_loss") -> list[str]:
    """Where a model is saved in epochs of these losses."""
    model = Stored()
    callback.set_model(model)
    for epoch, value in enumerate(values):
        callback.on_epoch_begin(epoch)
        callback.on_epoch_end(epoch, {name: value})
    return [os.path.basename(path) for path in model.paths]


def test_the_path_tells_epoch_and_loss(tmp_path: Path) -> None:
    callback = callbacks.ModelCheckpoint(tmp_path / "deep" / "{epoch:02d}-{val_loss:.2f}.keras")
    assert losses(callback, [0.5, 0.25]) == ["01-0.50.keras", "02-0.25.keras"]
    assert (tmp_path / "deep").is_dir()


def test_only_the_best_is_saved_and_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "{epoch}.keras")
    callback = callbacks.ModelCheckpoint(path, save_best_only=True, verbose=1)
    assert losses(callback, [0.5, 0.75, 0.25]) == ["1.keras", "3.keras"]
    assert capsys.readouterr().out == (
        f"\nEpoch 1: val_loss improved from inf to 0.50000, saving model to {tmp_path}/1.keras\n"
        "\nEpoch 2: val_loss did not improve from 0.50000\n"
        f"\nEpoch 3: val_loss improved from 0.50000 to 0.25000, saving model to {tmp_path}/3.keras\n"
    )


@pytest.mark.parametrize(
    ("arguments", "saved"),
    [
        ({"monitor": "val_accuracy"}, [1, 3]),
        ({"monitor": "val_loss", "mode": "max"}, [1, 3]),
        ({"monitor": "val_loss"}, [1, 2]),
        ({"monitor": "val_loss", "initial_value_threshold": 0.4}, [2]),
    ],
)
def test_better_is_what_the_name_or_the_mode_says(
    arguments: dict[str, Any], saved: list[int], tmp_path: Path
) -> None:
    callback = callbacks.ModelCheckpoint(tmp_path / "{epoch}", save_best_only=True, **arguments)
    assert losses(callback, [0.5, 0.25, 0.75], arguments["monitor"]) == [str(number) for number in saved]


def test_a_checkpoint_says_what_is_wrong(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ValueError, match="Unrecognized save_freq"):
        callbacks.ModelCheckpoint("x", save_freq="batch")
    with pytest.raises(TypeError, match="load_weights_on_restart"):
        callbacks.ModelCheckpoint("x", load_weights_on_restart=True)
    with pytest.raises(KeyError, match="val_acc"):
        losses(callbacks.ModelCheckpoint(tmp_path / "{val_acc}"), [0.5])
    with caplog.at_level(logging.WARNING):
        losses(callbacks.ModelCheckpoint(tmp_path / "x", save_best_only=True), [0.5], "loss")
    assert "Can save best model only with val_loss available" in caplog.text


# -- files of numbers --------------------------------------------------------------------------------------------------


def test_a_row_of_the_csv_file_is_an_epoch_and_it_may_go_on(tmp_path: Path) -> None:
    path, model = tmp_path / "log.csv", classifier(tf, metrics=["accuracy"])
    first = fit(model, callbacks.CSVLogger(path, separator=";"), validation_split=0.5)
    second = fit(model, callbacks.CSVLogger(path, separator=";", append=True), validation_split=0.5, epochs=1)
    rows = list(csv.reader(path.read_text().splitlines(), delimiter=";"))
    assert rows[0] == ["epoch", "accuracy", "loss", "val_accuracy", "val_loss"]
    assert [row[0] for row in rows[1:]] == ["0", "1", "2", "0"]
    written = [float(row[2]) for row in rows[1:]]
    assert written == [*first.history["loss"], *second.history["loss"]]


def test_tensorboard_gets_epochs_batches_and_weights(tmp_path: Path) -> None:
    model = classifier(tf, metrics=["accuracy"])
    board = callbacks.TensorBoard(tmp_path, update_freq=3, histogram_freq=2, write_graph=False)
    history = fit(model, board, validation_split=0.5, rows=80, epochs=2).history
    trained, validated = events(tmp_path / "train"), events(tmp_path / "validation")
    by_epoch = {tag: value for tag, step, value in trained if step == 1}
    assert by_epoch["epoch_loss"] == pytest.approx(history["loss"][1])
    assert [step for tag, step, _ in trained if tag == "batch_loss"] == [3, 6]
    assert [(tag, step) for tag, step, _ in trained if "histogram" in tag] == [
        (f"{layer}/{weight}_0/histogram", 0)
        for layer in ("dense", "dense_1")
        for weight in ("kernel", "bias")
    ]
    assert [(tag, step) for tag, step, _ in validated] == [
        (tag, step)
        for epoch in (0, 1)
        for tag, step in [
            ("evaluation_loss_vs_iterations", 4 * epoch + 4),
            ("evaluation_accuracy_vs_iterations", 4 * epoch + 4),
            ("epoch_loss", epoch),
            ("epoch_accuracy", epoch),
        ]
    ]


# -- going on ----------------------------------------------------------------------------------------------------------


class Fault(RuntimeError):
    """What ends a fit in these tests."""


def failing_at(epoch: int, batch: int) -> Any:
    """A callback that ends the fit with a fault in that step."""
    now: list[int] = []

    def fail(number: int, logs: Any) -> None:
        if (now[-1], number) == (epoch, batch):
            raise Fault

    return callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: now.append(epoch), on_batch_end=fail)


@pytest.mark.parametrize("save_freq", ["epoch", 3])
def test_a_fit_goes_on_to_the_very_same_weights(save_freq: Any, tmp_path: Path) -> None:
    backup = tmp_path / "backup"

    def fitted(*given: Any) -> tuple[Any, list[Any]]:
        keras.backend.clear_session()
        tf.set_random_seed(3)
        model = keras.Sequential(
            [
                keras.layers.Dense(5, activation="relu", input_shape=(4,)),
                keras.layers.Dropout(0.5),
                keras.layers.Dense(3, activation="softmax"),
            ]
        )
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        return fit(model, *given, epochs=4).history, model.get_weights()

    whole, weights = fitted()
    with pytest.raises(Fault):
        fitted(callbacks.BackupAndRestore(backup, save_freq), failing_at(2, 1))
    assert (backup / "checkpoint").exists()
    rest, again = fitted(callbacks.BackupAndRestore(backup, save_freq))
    assert all(map(np.array_equal, weights, again))
    assert rest["loss"] == whole["loss"][2:]
    assert rest["accuracy"] == whole["accuracy"][2:]
    assert not backup.exists()


SCRIPT = """
import os, sys
import numpy as np
from estimator import tf
from tests.keras.fits_of_tf import classifier, flowers

callbacks = tf.keras.callbacks
backup, victim = sys.argv[1], sys.argv[2] == "kill"
tf.set_random_seed(3)
model = classifier(tf)

def kill(batch, logs):
    if victim and int(model.optimizer.iterations.numpy()) == 10:
        os.kill(os.getpid(), 9)

given = [callbacks.LambdaCallback(on_batch_end=kill), callbacks.BackupAndRestore(backup, delete_checkpoint=False)]
model.fit(*flowers(40), batch_size=10, epochs=4, verbose=0, callbacks=given)
print(repr([value.tolist() for value in model.get_weights()]))
"""


@pytest.mark.slow
def test_a_fit_that_was_killed_goes_on_at_its_epoch(tmp_path: Path) -> None:
    def run(folder: str, way: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", SCRIPT, str(tmp_path / folder), way]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        return subprocess.run(command, env=environment, capture_output=True, text=True)

    whole = run("whole", "live")
    assert run("killed", "kill").returncode == -9
    again = run("killed", "live")
    assert json.loads(again.stdout) == json.loads(whole.stdout), again.stderr
    assert "goes on from its backup" in again.stderr


def test_a_backup_of_another_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Fault):
        fit(classifier(tf), callbacks.BackupAndRestore(tmp_path / "b"), failing_at(1, 0))
    other = keras.Sequential([keras.layers.Dense(7, input_shape=(4,))])
    other.compile("adam", "sparse_categorical_crossentropy")
    with pytest.raises((DataLossError, ValueError), match=r"kernel|another fit"):
        fit(other, callbacks.BackupAndRestore(tmp_path / "b"))
    with pytest.raises(ValueError, match="save_freq"):
        callbacks.BackupAndRestore("x", save_freq="batch")


def test_a_schedule_that_gives_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="should be float"):
        fit(classifier(tf), callbacks.LearningRateScheduler(lambda epoch: "fast"))
    with pytest.raises(ValueError, match="factor >= 1.0"):
        callbacks.ReduceLROnPlateau(factor=2)
