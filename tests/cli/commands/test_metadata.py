"""The command `metadata`: what is known of a model_dir's checkpoints, as YAML or JSON."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
import yaml

from estimator import tf
from estimator.cli import program
from tests.tiny import batches, estimator


def test_the_entries_are_told_as_yaml_or_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for steps in (2, 3):
        estimator(tmp_path, units=4).train(batches(), steps=steps)
    written = yaml.safe_load((tmp_path / "metadata.yaml").read_text())
    capsys.readouterr()
    assert program.main(["metadata", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == written
    assert [entry["end_step"] for entry in told] == [2, 5]
    assert program.main(["metadata", str(tmp_path)]) == 0
    first, second = capsys.readouterr().out.split("\n\n")
    assert [yaml.safe_load(first), yaml.safe_load(second)] == written


def test_where_nothing_is_known_that_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["metadata", str(tmp_path)]) == 1
    assert "metadata.yaml' is not there: this package has not trained there" in capsys.readouterr().err
    (tmp_path / "metadata.yaml").write_text("somebody: else\n")
    assert program.main(["metadata", str(tmp_path)]) == 1
    assert "metadata.yaml' has no entries of this package's" in capsys.readouterr().err
    (tmp_path / "metadata.yaml").unlink()
    os.mkfifo(tmp_path / "metadata.yaml")
    assert program.main(["metadata", str(tmp_path)]) == 1
    assert "metadata.yaml' is a FIFO" in capsys.readouterr().err


def test_a_keras_file_tells_how_it_was_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(2,))])
    model.compile("sgd", "mse")
    fitted = model.fit(np.ones((6, 2)), np.ones(6), batch_size=2, epochs=3, verbose=0)
    model.save(tmp_path / "model.keras")
    assert program.main(["metadata", str(tmp_path / "model.keras"), "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["step"], told["epoch"]) == (9, 3)
    assert told["loss"] == pytest.approx(fitted.history["loss"][-1])
    assert "numpy-estimator" in told["versions"]
    assert not Path(told["script"]).is_absolute()


def test_a_file_that_does_not_tell_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    theirs = Path(__file__).parents[2] / "data" / "keras" / "3.15" / "assorted.keras"
    assert program.main(["metadata", str(theirs)]) == 1
    assert "does not say how it was made" in capsys.readouterr().err
    (tmp_path / "notes.txt").write_text("nothing")
    assert program.main(["metadata", str(tmp_path / "notes.txt")]) == 1
    assert "is a damaged archive" in capsys.readouterr().err


def test_a_loss_that_is_no_number_is_valid_json_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header = "# estimator: which code made which checkpoint, one entry for each call of train\n"
    (tmp_path / "metadata.yaml").write_text(f"{header}- time: now\n  loss: .nan\n")
    assert program.main(["metadata", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out, parse_constant=pytest.fail) == [{"time": "now", "loss": "NaN"}]
