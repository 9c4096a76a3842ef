"""What is wrong with an input_fn, or the arguments of a call, is said before anything is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.pipeline.dataset import Dataset
from estimator.training.hooks.checkpoint_saver import CheckpointSaverListener
from estimator.training.hooks.stop_at_step import StopAtStepHook
from tests.calls.mistakes import (
    Bad,
    check_is_told,
    check_nothing_changes,
    evaluate,
    predict,
    train,
)
from tests.disk import unchanged
from tests.tiny import batches, estimator


def ragged() -> Iterator[Any]:
    yield {"x": np.ones((4, 2), np.float32)}, np.ones((3, 1), np.float32)


def shrinking_features() -> Any:
    return {"x": np.ones((4, 2), np.float32), "y": np.ones((2, 2), np.float32)}, np.ones((4, 1), np.float32)


def empty_batch() -> Any:
    return {"x": np.ones((0, 2), np.float32)}, np.ones((0, 1), np.float32)


def empty_dataset() -> Dataset:
    return Dataset.from_tensor_slices(({"x": np.ones((4, 2), np.float32)}, np.ones((4, 1), np.float32))).take(
        0
    )


def filtered_dataset() -> Dataset:
    rows = Dataset.from_tensor_slices(({"x": np.ones((4, 2), np.float32)}, np.ones((4, 1), np.float32)))
    return rows.batch(8, drop_remainder=True)


ARGUMENTS: dict[str, Bad] = {
    "steps 0": Bad(train(estimator, steps=0), ValueError, "Must specify steps > 0, given: 0"),
    "steps below 0": Bad(train(estimator, steps=-5), ValueError, "Must specify steps > 0, given: -5"),
    "max_steps 0": Bad(
        train(estimator, steps=None, max_steps=0), ValueError, "Must specify max_steps > 0, given: 0"
    ),
    "half a step": Bad(train(estimator, steps=0.5), ValueError, "steps must be a whole number, given: 0.5"),
    "both": Bad(
        train(estimator, steps=1, max_steps=2), ValueError, "Can not provide both steps and max_steps"
    ),
    "evaluate steps 0": Bad(evaluate(estimator, steps=0), ValueError, "Must specify steps > 0, given: 0"),
    "a hook of another kind": Bad(
        train(estimator, hooks=["x"]), TypeError, "Hooks must be a SessionRunHook, given: 'x'"
    ),
    "a hook without its list": Bad(
        train(estimator, hooks=StopAtStepHook(5)),
        TypeError,
        r"hooks must be a list of SessionRunHook, given: <.*StopAtStepHook.*; put it into a list: hooks=\[...\]",
    ),
    "a hook without its list to evaluate": Bad(
        evaluate(estimator, hooks=StopAtStepHook(5)), TypeError, r"hooks must be a list.*hooks=\[...\]"
    ),
    "a hook without its list to predict": Bad(
        predict(estimator, hooks=StopAtStepHook(5)), TypeError, r"hooks must be a list.*hooks=\[...\]"
    ),
    "a number of steps for hooks": Bad(
        lambda model_dir: estimator(model_dir).train(batches(), 100),  # type: ignore[arg-type]
        TypeError,
        r"hooks must be a list.*given: 100; how many steps to train is steps=...",
    ),
    "text for hooks": Bad(train(estimator, hooks="log"), TypeError, "hooks must be a list.*given: 'log'"),
    "a listener without its list": Bad(
        train(estimator, saving_listeners=CheckpointSaverListener()),
        TypeError,
        r"saving_listeners must be a list of CheckpointSaverListener, given: <.*saving_listeners=\[...\]",
    ),
    "a listener of another kind": Bad(
        train(estimator, saving_listeners=["x"]),
        TypeError,
        "saving_listeners must be a list of CheckpointSaverListener, given: 'x'",
    ),
    "an unknown prediction": Bad(
        predict(estimator, predict_keys=["yy"]),
        ValueError,
        r"Expected to run at least one output from.*'y'.*provided \['yy'\]",
    ),
    "no function for the input": Bad(
        train(estimator, {"x": 1}),
        TypeError,
        "unsupported callable: `input_fn` must be callable, given: {'x': 1}",
    ),
    "arrays for the input": Bad(
        train(estimator, {"x": np.zeros((99, 9))}),
        TypeError,
        r"`input_fn` must be callable, given: (?s:.{80})\. Pass the function itself",
    ),
    "an input function that needs more": Bad(
        train(estimator, lambda data: data), TypeError, r"needs the arguments \['data'\].*input_fn=lambda"
    ),
}


INPUTS: dict[str, Bad] = {
    "nothing": Bad(train(estimator, lambda: None), ValueError, "input_fn returned None.*Is a return missing"),
    "three": Bad(
        train(estimator, lambda: (1, 2, 3)),
        ValueError,
        r"should return \(features, labels\) as a len 2 tuple.*tuple of 3",
    ),
    "a list": Bad(train(estimator, lambda: [1, 2, 3]), ValueError, "as a len 2 tuple.*list of 3"),
    "a function": Bad(train(estimator, lambda: batches), TypeError, "It is a function: call it"),
    "ragged": Bad(
        train(estimator, ragged),
        ValueError,
        r"batch 1.*same number of rows.*features\['x'\] has 4, labels has 3",
    ),
    "ragged features": Bad(
        train(estimator, shrinking_features), ValueError, r"features\['x'\] has 4, features\['y'\] has 2"
    ),
    "no rows": Bad(train(estimator, empty_batch), ValueError, r"batch is empty \(0 rows\)"),
    "no elements": Bad(
        train(estimator, empty_dataset), ValueError, "Dataset has no element.*take, skip, filter"
    ),
    "no element is left": Bad(
        train(estimator, filtered_dataset), ValueError, "Dataset has no element.*drop_remainder"
    ),
    "no batches": Bad(train(estimator, batches(0)), ValueError, "not a single batch"),
}


MISTAKES = {f"argument: {name}": bad for name, bad in ARGUMENTS.items()} | {
    f"input: {name}": bad for name, bad in INPUTS.items()
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_and_no_model_dir_is_made(tmp_path: Path, name: str) -> None:
    check_is_told(MISTAKES[name], tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "argument: steps 0",
        "argument: a hook of another kind",
        "input: ragged",
        "input: no rows",
        "input: no element is left",
    ],
)
def test_a_mistake_changes_nothing_in_a_model_dir_with_checkpoints(tmp_path: Path, name: str) -> None:
    estimator(tmp_path).train(batches(), steps=2)
    check_nothing_changes(MISTAKES[name], tmp_path)


def test_a_batch_that_is_ragged_later_stops_at_the_last_good_step(tmp_path: Path) -> None:
    def input_fn() -> Iterator[Any]:
        yield from batches(3)()
        yield from ragged()

    with pytest.raises(ValueError, match=r"input_fn, batch 4.*features\['x'\] has 4, labels has 3"):
        estimator(tmp_path).train(input_fn, steps=10)
    assert estimator(tmp_path).latest_checkpoint() == str(tmp_path / "model.ckpt-1")


def test_listeners_without_checkpoints_are_refused(tmp_path: Path) -> None:
    from estimator.training.hooks.checkpoint_saver import CheckpointSaverListener

    with unchanged(tmp_path), pytest.raises(ValueError, match="There should be a CheckpointSaverHook"):
        estimator(tmp_path / "m", save_checkpoints_steps=None, save_checkpoints_secs=None).train(
            batches(), steps=1, saving_listeners=[CheckpointSaverListener()]
        )


@pytest.mark.parametrize("task", ["ps", "evaluator"])
def test_a_process_with_another_task_does_not_train(
    tmp_path: Path, task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = {"chief": ["a:1"], "ps": ["b:1"]}
    monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": cluster, "task": {"type": task, "index": 0}}))
    with unchanged(tmp_path), pytest.raises(ValueError, match="Train has been called wrong configuration"):
        estimator(tmp_path / "m").train(batches(), steps=1)
