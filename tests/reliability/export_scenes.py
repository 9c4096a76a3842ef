"""Exports: of a script, and of the exporters of train_and_evaluate."""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from typing import Any

from estimator import tf
from estimator.calls.specs import EvalSpec, TrainSpec
from estimator.calls.train_and_evaluate import train_and_evaluate
from estimator.saved_model.folder import variables_prefix
from tests import tiny
from tests.reliability.scene import Acknowledge, Start, State, digest, temporaries
from tests.reliability.training_scenes import AfterSave, Evaluated, Training


def receiver() -> Any:
    """What a server gives the model."""
    x = tf.placeholder(tf.float32, [None, 2])
    return tf.estimator.export.ServingInputReceiver({"x": x}, {"x": x})


class Exported(Training):
    """Estimator.export_saved_model, again and again."""

    cost = 0.15

    def act(self, folder: str, acknowledge: Acknowledge) -> None:
        for _ in range(2):
            self._export(folder)
            acknowledge()

    def _export(self, folder: str) -> None:
        self.estimator(folder).export_saved_model(os.path.join(folder, "served"), receiver)

    def state(self, folder: str) -> State:
        return super().state(folder) | exported(os.path.join(folder, "served", "*"))

    def starts(self) -> Sequence[Start]:
        return (Start("an export", self._export, goes_on=True),)


class Exporters(Evaluated):
    """What LatestExporter, BestExporter and FinalExporter write, and let go."""

    cost = 0.6

    def act(self, folder: str, acknowledge: Acknowledge) -> None:
        self._run(folder, self.end, [AfterSave(acknowledge)])

    def _run(self, folder: str, steps: int, listeners: Sequence[Any] = ()) -> None:
        exporters = [
            tf.estimator.LatestExporter("latest", receiver, exports_to_keep=1),
            tf.estimator.FinalExporter("final", receiver),
            tf.estimator.BestExporter("best", receiver, exports_to_keep=1),
        ]
        train_and_evaluate(
            self.estimator(folder),
            TrainSpec(tiny.batches(), max_steps=steps, saving_listeners=listeners),
            EvalSpec(tiny.batches(2), steps=2, throttle_secs=0, start_delay_secs=0, exporters=exporters),
        )

    def state(self, folder: str) -> State:
        found = {
            name: value for name, value in super().state(folder).items() if not name.startswith("export/")
        }
        every = exported(os.path.join(self.model_dir(folder), "export", "*", "[0-9]*"))
        return found | {name: value for name, value in every.items() if str(value).startswith("broken")}

    def starts(self) -> Sequence[Start]:
        # A training alone leaves an exporter's memo that was cut off: an evaluator may be writing one.
        return (Start("train_and_evaluate", lambda folder: self._run(folder, self.end + 1), goes_on=True),)

    def orphans(self, folder: str) -> list[str]:
        return [*super().orphans(folder), *temporaries(os.path.join(self.model_dir(folder), "export"))]


def exported(pattern: str) -> State:
    """The exports there, by their order, with their weights."""
    found: State = {}
    for number, path in enumerate(sorted(glob.glob(pattern))):
        if not os.path.basename(path).startswith("temp-"):
            found[f"export {number}"] = digest(variables_prefix(path))
            assert os.path.exists(os.path.join(path, "saved_model.pb")), path
    return found


SCENES = [Exported("exports"), Exporters("exporters")]
