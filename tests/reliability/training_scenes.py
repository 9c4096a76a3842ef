"""Trainings: what train, evaluate and train_and_evaluate write into a model_dir."""

from __future__ import annotations

import glob
import json
import os
from collections.abc import Sequence
from typing import Any

from estimator.calls import record
from estimator.calls.specs import EvalSpec, TrainSpec
from estimator.calls.train_and_evaluate import train_and_evaluate
from estimator.formats import messages
from estimator.formats.records import read_records
from estimator.model_dir.background import wait_for_saves
from estimator.model_dir.finding import find_latest
from estimator.model_dir.state import CheckpointState, read_state, write_state
from estimator.training.hooks.checkpoint_saver import CheckpointSaverListener
from estimator.training.session_run_hook import SessionRunHook
from tests import tiny
from tests.reliability.scene import (
    BROKEN,
    Acknowledge,
    Scene,
    Start,
    State,
    checkpoints,
    listing,
    temporaries,
    unlisted,
)

_KNOWN = (
    ".lock",
    ".best",
    ".training",
    ".recipe.json",
    "checkpoint",
    "graph.pbtxt",
    "metadata.yaml",
    "metrics.jsonl",
    "eval",
    "export",
)


class AfterSave(CheckpointSaverListener):
    """Acknowledges what is saved."""

    def __init__(self, acknowledge: Acknowledge) -> None:
        self._acknowledge = acknowledge

    def after_save(self, session: Any, global_step_value: int) -> None:
        self._acknowledge()


class _AfterStep(SessionRunHook):
    """Looks whether another checkpoint is the latest: for saves that no listener waits for."""

    def __init__(self, folder: str, acknowledge: Acknowledge, waits: bool) -> None:
        self._folder, self._acknowledge, self._waits = folder, acknowledge, waits
        self._latest = _latest(folder)

    def after_run(self, run_context: Any, run_values: Any) -> None:
        if self._waits:
            wait_for_saves(self._folder)
        latest = _latest(self._folder)
        if latest != self._latest:
            self._latest = latest
            self._acknowledge(latest)

    def end(self, session: Any) -> None:
        self.after_run(None, None)


def _latest(folder: str) -> str | None:
    state = read_state(folder)
    return None if state is None else state.model_checkpoint_path


class Training(Scene):
    """A training that goes on from one step to another and saves after each.

    Parameters
    ----------
    name : str
    begin, end : int
        Steps.
    config : settings of RunConfig
    """

    cost = 0.15

    def __init__(self, name: str, begin: int = 2, end: int = 4, **config: Any) -> None:
        self.name, self.begin, self.end = name, begin, end
        self.config = {
            "save_checkpoints_steps": 1,
            "keep_checkpoint_max": 2,
            "save_summary_steps": 1,
        } | config

    def estimator(self, folder: str) -> Any:
        return tiny.estimator(self.model_dir(folder), **self.config)

    def model_dir(self, folder: str) -> str:
        return os.path.join(folder, "models", "tiny")

    def prepare(self, folder: str) -> None:
        if self.begin:
            self.estimator(folder).train(tiny.batches(), max_steps=self.begin)

    def act(self, folder: str, acknowledge: Acknowledge) -> None:
        self.estimator(folder).train(
            tiny.batches(), max_steps=self.end, saving_listeners=[AfterSave(acknowledge)]
        )

    def state(self, folder: str) -> State:
        where = self.model_dir(folder)
        return checkpoints(where) | _other_files(where)

    def starts(self) -> Sequence[Start]:
        return (
            Start("a call that has nothing to train", self._finish, goes_on=not self.begin),
            Start("a training", lambda folder: self._go_on(folder, 1), goes_on=True),
        )

    def _finish(self, folder: str) -> None:
        self.estimator(folder).train(tiny.batches(), max_steps=_step(self.model_dir(folder)) or self.end)

    def _go_on(self, folder: str, steps: int) -> None:
        step = _step(self.model_dir(folder))
        self.estimator(folder).train(tiny.batches(), steps=steps)
        now = _step(self.model_dir(folder))
        assert now == step + steps, f"went from {step} to {now}"

    def orphans(self, folder: str) -> list[str]:
        where = self.model_dir(folder)
        unknown = [name for name in listing(where) if not _is_known(name)]
        return [*unknown, *unlisted(where), *temporaries(folder)]


class InBackground(Training):
    """The same with saves in a thread."""

    lag = 1

    def __init__(self, name: str) -> None:
        super().__init__(name, end=5, async_checkpoint=True)

    def act(self, folder: str, acknowledge: Acknowledge) -> None:
        hook = _AfterStep(self.model_dir(folder), acknowledge, waits=self.is_undisturbed)
        self.estimator(folder).train(tiny.batches(), hooks=[hook], max_steps=self.end)


class SameStep(Training):
    """The files of a step that the state file does not name are replaced by those of another training."""

    def prepare(self, folder: str) -> None:
        self.estimator(folder).train(tiny.batches(), max_steps=self.end)
        where = self.model_dir(folder)
        state = read_state(where)
        assert state is not None
        write_state(where, CheckpointState.of(state.all_model_checkpoint_paths[:-1]))

    def orphans(self, folder: str) -> list[str]:
        # The old file set is nobody's until its step comes: a Saver of somebody else's may have put it there.
        old = f"model.ckpt-{self.end}."
        return [name for name in super().orphans(folder) if not name.startswith(old)]


class Evaluated(Training):
    """train_and_evaluate in one process, with what its evaluations write."""

    cost = 0.3

    def act(self, folder: str, acknowledge: Acknowledge) -> None:
        listener = AfterSave(acknowledge)
        train_and_evaluate(
            self.estimator(folder),
            TrainSpec(tiny.batches(), max_steps=self.end, saving_listeners=[listener]),
            EvalSpec(
                tiny.batches(2), steps=2, throttle_secs=0, start_delay_secs=0, exporters=self.exporters()
            ),
        )

    def exporters(self) -> Any:
        return None


class Evaluation(Training):
    """Evaluations of a model_dir in which nobody trains."""

    cost = 0.1

    def act(self, folder: str, acknowledge: Acknowledge) -> None:
        for _ in range(2):
            self.estimator(folder).evaluate(tiny.batches(2))
            acknowledge()


def _step(folder: str) -> int:
    found = find_latest(folder)
    return 0 if found is None or found.step is None else found.step


def _is_known(name: str) -> bool:
    return name in _KNOWN or name.startswith(("model.ckpt-", "events.out.tfevents."))


def _other_files(folder: str) -> State:
    """What else lies in a model_dir, as its readers find it."""
    found: State = {}
    try:
        entries = record.read_entries(folder)
        found |= {f"entry {i} of metadata.yaml": entry["start_step"] for i, entry in enumerate(entries)}
    except Exception as error:
        found["metadata.yaml"] = f"{BROKEN}{error}"
    for path in glob.glob(os.path.join(folder, "graph.pbtxt")):
        found["graph.pbtxt"] = _graph(path)
    for path in sorted(glob.glob(os.path.join(folder, "**", "events.out.*"), recursive=True)):
        found[os.path.relpath(os.path.dirname(path), folder) + "/events"] = _events(path)
    for path in glob.glob(os.path.join(folder, "metrics.jsonl")):
        found["metrics.jsonl"] = _lines(path)
    for path in glob.glob(os.path.join(folder, "export", "*", "[0-9]*")):
        found |= _export(folder, path)
    return found


def _graph(path: str) -> Any:
    with open(path, "rb") as file:
        text = file.read()
    try:
        return len(messages.parse_text("GraphDef", text, path).node)
    except Exception as error:
        return f"{BROKEN}{error}"


def _events(path: str) -> str:
    """Whether all records but a last one that is cut off can be read."""
    try:
        with open(path, "rb") as file:
            for event in read_records(file):
                messages.Event.FromString(event)
    except Exception as error:
        return f"{BROKEN}{error}"
    return "read up to the last whole record"


def _lines(path: str) -> str:
    with open(path) as file:
        lines = file.read().split("\n")[:-1]  # the last one has no end, or is empty
    try:
        for line in lines:
            json.loads(line)
    except ValueError as error:
        return f"{BROKEN}{error}"
    return "read up to the last whole line"


def _export(folder: str, path: str) -> State:
    from estimator.saved_model.folder import contains_saved_model, variables_prefix
    from tests.reliability.scene import digest

    name = os.path.relpath(path, folder)
    if contains_saved_model(path):
        return {name: digest(variables_prefix(path))}
    (index,) = glob.glob(os.path.join(path, "*.index")) or [os.path.join(path, "none.index")]
    return {name: digest(index.removesuffix(".index"))}


SCENES = [
    Training("the first save of all", begin=0, end=2),
    Training("later saves", metrics_jsonl=True),
    InBackground("saves in a thread"),
    SameStep("a step that is saved again", begin=3, end=4),
    Evaluation("evaluations"),
    Evaluated("train_and_evaluate", keep_best=("loss", "min", 1)),
]
