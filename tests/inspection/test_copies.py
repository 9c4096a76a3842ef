"""A checkpoint as a model_dir of its own: chosen, copied with what belongs to it, trained on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import estimator as est
from estimator.core.errors import AlreadyExistsError, DataLossError, InvalidArgumentError, NotFoundError
from estimator.estimators.recipe import estimator_of_model_dir
from estimator.inspection.copies import choose, copy_model_dir
from estimator.inspection.makers import entries_of
from estimator.model_dir.best import Ranking, rank
from estimator.model_dir.retention import remove_files
from estimator.model_dir.state import read_state
from estimator.model_dir.storage import LOCAL
from estimator.summaries.protos import scalars
from estimator.summaries.writer import FileWriter
from tests.disk import unchanged
from tests.inspection.fixtures import flip, save
from tests.model_dir.fault_ops import Crash, FaultOps, RecordingOps
from tests.tiny import batches, estimator

_HALF_A_COPY = """
import sys
from estimator.inspection import copies

def stop(*arguments):
    print("half", flush=True)
    sys.stdin.read()

copies.copy_recipe = stop
copies.copy_model_dir(copies.choose(sys.argv[1], "1"), sys.argv[2])
"""


def evaluated(
    directory: Path, values: dict[int, float], folder: str = "eval", metric: str = "accuracy"
) -> None:
    writer = FileWriter(directory / folder)
    for step, value in values.items():
        writer.add_summary(scalars({metric: value}), step)
    writer.close()


def test_a_copy_trains_on_where_the_checkpoint_stood(tmp_path: Path) -> None:
    model_dir, copy = tmp_path / "iris", tmp_path / "kept" / "iris"
    for number in (3, 4):
        estimator(model_dir).train(batches(), steps=number)
    with unchanged(model_dir):
        prefix = copy_model_dir(choose(str(model_dir), "3"), str(copy))
    assert prefix == str(copy / "model.ckpt-3")
    assert [entry["end_step"] for entry in entries_of(str(copy))] == [
        3
    ]  # of the second call nothing is in it
    assert (copy / "graph.pbtxt").read_bytes() == (model_dir / "graph.pbtxt").read_bytes()
    estimator(copy).train(batches(), steps=4)
    ours, theirs = (estimator(folder).get_variable_value("out/kernel") for folder in (copy, model_dir))
    np.testing.assert_array_equal(ours, theirs)
    assert sorted(os.listdir(tmp_path / "kept")) == ["iris"]


def test_a_ready_made_model_is_copied_with_its_recipe_and_vocabulary(tmp_path: Path) -> None:
    model_dir = tmp_path / "jobs"
    (model_dir / "assets").mkdir(parents=True)
    (model_dir / "assets" / "jobs.txt").write_text("cook\npilot\n")
    column = est.feature_column.categorical_column_with_vocabulary_file(
        "job", str(model_dir / "assets" / "jobs.txt"), 2
    )

    def input_fn() -> Any:
        return {"job": np.array(["cook", "pilot"])}, np.array([0, 1])

    config = est.RunConfig(progress=False)
    est.LinearClassifier([column], str(model_dir), config=config).train(input_fn, steps=2)
    copy_model_dir(choose(str(model_dir), "latest"), str(tmp_path / "copy"))
    model_dir.rename(tmp_path / "gone")
    again = estimator_of_model_dir(str(tmp_path / "copy"))
    assert again.evaluate(input_fn, steps=1)["global_step"] == 2


def test_the_best_is_what_evaluations_have_ranked(tmp_path: Path) -> None:
    save(tmp_path, 1, 2, 3)
    with pytest.raises(NotFoundError, match="known as the best.*keep_best.*--by METRIC"):
        choose(str(tmp_path), "best")
    for step, value in ((1, 0.5), (2, 0.9), (3, 0.7)):
        rank(tmp_path, f"model.ckpt-{step}", value, Ranking("auc", "max", 1))
    choice = choose(str(tmp_path), "best")
    assert choice.start.prefix == f"{tmp_path}/model.ckpt-2" and choice.why == "the best by auc (max)"


@pytest.mark.parametrize(
    "metric, mode, step",
    [("accuracy", "", 2), ("accuracy", ":min", 1), ("average_loss", "", 1), ("odd", ":max", 2)],
)
def test_the_best_by_a_metric_is_what_evaluations_have_written(
    tmp_path: Path, metric: str, mode: str, step: int
) -> None:
    save(tmp_path, 1, 2, 3)
    evaluated(
        tmp_path, {1: 0.5, 2: 0.9, 3: float("nan"), 7: 2.0}, metric=metric
    )  # the checkpoint of 7 is gone
    assert choose(str(tmp_path), "best", metric + mode).start.prefix == f"{tmp_path}/model.ckpt-{step}"


def test_what_is_good_of_an_odd_metric_has_to_be_said(tmp_path: Path) -> None:
    save(tmp_path, 1)
    evaluated(tmp_path, {1: 0.5}, metric="odd")
    with pytest.raises(InvalidArgumentError, match="a high odd good, or a low one"):
        choose(str(tmp_path), "best", "odd")


def test_the_unnamed_evaluation_counts_and_of_named_ones_a_single_one(tmp_path: Path) -> None:
    save(tmp_path, 1, 2)
    evaluated(tmp_path, {1: 0.9, 2: 0.1}, "eval_test")
    assert choose(str(tmp_path), "best", "accuracy").start.prefix == f"{tmp_path}/model.ckpt-1"
    evaluated(tmp_path, {1: 0.1, 2: 0.9}, "eval_train")
    with pytest.raises(InvalidArgumentError, match="under the names eval_test, eval_train"):
        choose(str(tmp_path), "best", "accuracy")
    evaluated(tmp_path, {1: 0.1, 2: 0.9}, "eval")
    assert choose(str(tmp_path), "best", "accuracy").start.prefix == f"{tmp_path}/model.ckpt-2"


@pytest.mark.parametrize(
    "which, by, message",
    [
        ("7", None, "no checkpoint of step 7. It has those of 1"),
        ("newest", None, "a step, 'latest' or 'best' is expected"),
        ("-1", None, "a step, 'latest' or 'best' is expected"),
        ("1", "accuracy", "--by goes with --copy best"),
        ("best", "acuracy", "Did you mean 'accuracy'"),
        ("best", "accuracy:most", "METRIC:max or METRIC:min"),
    ],
)
def test_what_is_not_there_is_told(tmp_path: Path, which: str, by: str | None, message: str) -> None:
    save(tmp_path, 1)
    evaluated(tmp_path, {1: 0.5})
    with pytest.raises((NotFoundError, InvalidArgumentError), match=message):
        choose(str(tmp_path), which, by)


def test_nothing_is_written_over(tmp_path: Path) -> None:
    save(tmp_path / "iris", 1)
    target = tmp_path / "target"
    target.mkdir()
    (target / "notes.txt").write_text("mine")
    with unchanged(tmp_path), pytest.raises(AlreadyExistsError, match="not empty: choose another"):
        copy_model_dir(choose(str(tmp_path / "iris"), "1"), str(target))
    (target / "notes.txt").unlink()
    assert copy_model_dir(choose(str(tmp_path / "iris"), "1"), f"{target}/") == str(target / "model.ckpt-1")


def test_a_damaged_checkpoint_leaves_no_copy(tmp_path: Path) -> None:
    save(tmp_path / "iris", 1)
    flip(tmp_path / "iris" / "model.ckpt-1.data-00000-of-00001")
    with unchanged(tmp_path / "iris"), pytest.raises(DataLossError, match="cannot be copied"):
        copy_model_dir(choose(str(tmp_path / "iris"), "1"), str(tmp_path / "copy"))
    assert os.listdir(tmp_path) == ["iris"]


def test_the_newer_one_is_copied_when_a_trainer_deletes_the_latest(tmp_path: Path) -> None:
    iris = tmp_path / "iris"
    save(iris, 1)
    choice = choose(str(iris), "latest")
    save(iris, 2)
    remove_files(LOCAL, str(iris), "model.ckpt-1")
    assert copy_model_dir(choice, str(tmp_path / "copy")) == str(tmp_path / "copy" / "model.ckpt-2")
    state = read_state(tmp_path / "copy")
    assert state is not None and state.model_checkpoint_path == "model.ckpt-2"


def test_one_that_is_asked_for_by_its_step_is_not_replaced(tmp_path: Path) -> None:
    iris = tmp_path / "iris"
    save(iris, 1, 2)
    choice = choose(str(iris), "1")
    remove_files(LOCAL, str(iris), "model.ckpt-1")
    with pytest.raises(NotFoundError, match="no checkpoint .*model.ckpt-1. to be copied"):
        copy_model_dir(choice, str(tmp_path / "copy"))
    assert sorted(os.listdir(tmp_path)) == ["iris"]


def test_a_crash_at_any_call_leaves_no_half_copy_under_its_name(tmp_path: Path) -> None:
    save(tmp_path / "iris", 1)
    choice = choose(str(tmp_path / "iris"), "1")
    recording = RecordingOps()
    copy_model_dir(choice, str(tmp_path / "whole" / "copy"), recording)
    calls = len(recording.trace)
    for at in range(calls):
        ops, target = FaultOps(at, Crash), tmp_path / f"at{at}" / "copy"
        with pytest.raises(Crash):
            copy_model_dir(choice, str(target), ops)
        ops.close_all()
        assert ops.fired
        if target.exists():  # the last calls sync and tidy up
            assert sorted(os.listdir(target)) == sorted(os.listdir(tmp_path / "whole" / "copy"))
    assert calls > 10


def test_what_a_killed_process_has_left_goes_with_the_next_copy_and_what_a_living_one_writes_stays(
    tmp_path: Path,
) -> None:
    save(tmp_path / "iris", 1)
    choice = choose(str(tmp_path / "iris"), "1")
    command = [sys.executable, "-c", _HALF_A_COPY, str(tmp_path / "iris"), str(tmp_path / "killed")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None and child.stdout.readline() == b"half\n"
        (theirs,) = set(os.listdir(tmp_path)) - {"iris"}
        copy_model_dir(choice, str(tmp_path / "beside"))
        assert set(os.listdir(tmp_path)) == {"iris", "beside", theirs}
        child.kill()
    assert child.returncode == -signal.SIGKILL
    copy_model_dir(choice, str(tmp_path / "after"))
    assert set(os.listdir(tmp_path)) == {"iris", "beside", "after"}


def test_paths_that_lead_out_of_the_model_dir_are_not_copied(tmp_path: Path) -> None:
    save(tmp_path / "iris", 1)
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "iris" / "link.txt").symlink_to(tmp_path / "secret.txt")
    paths = ["../secret.txt", "link.txt", "/etc/hosts"]
    recipe = {"estimator_recipe": 1, "arguments": [{"vocabulary_file": path} for path in paths]}
    (tmp_path / "iris" / ".recipe.json").write_text(json.dumps(recipe))
    copy_model_dir(choose(str(tmp_path / "iris"), "1"), str(tmp_path / "copy"))
    assert sorted(os.listdir(tmp_path / "copy")) == [
        ".recipe.json", "checkpoint", "model.ckpt-1.data-00000-of-00001", "model.ckpt-1.index",
    ]  # fmt: skip
    assert sorted(os.listdir(tmp_path)) == ["copy", "iris", "secret.txt"]
