"""Exporters: their schedules, their folders, what the best one is compared with. Judge: TensorFlow 2.15.1, observed."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from estimator.calls.exporters import BestExporter, Exporter, FinalExporter, LatestExporter, loss_smaller
from estimator.checkpoint.reader import load_variable
from estimator.core.errors import NotFoundError
from estimator.graph.graph import Graph
from estimator.model_dir.copying import copy_checkpoint
from estimator.model_dir.export_folder import add_export
from estimator.model_dir.series import CheckpointSeries
from estimator.summaries.evaluation import write_evaluation
from tests.tiny import batches, estimator


class ModelDir:
    """A model_dir with a checkpoint for each call of export, and its exporter's folder."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.folder = path / "export" / name
        self._series = CheckpointSeries(path, keep_max=None)
        self._step = 0
        self.asked: list[tuple[Any, dict[str, Any]]] = []  # SavedModels

    def export(self, exporter: Exporter, final: bool = False, step: int | None = None, **metrics: Any) -> Any:
        """What the exporter gives for a new checkpoint with these metrics."""
        self._step = self._step + 1 if step is None else step
        prefix = self._series.save(f"model.ckpt-{self._step}", {"step": np.array(self._step)})
        result = {"global_step": self._step, **metrics}
        write_evaluation(self.path / "eval", result, self._step, prefix, Graph())
        return exporter.export(
            estimator=SimpleNamespace(model_dir=str(self.path), export_saved_model=self._export_saved_model),
            export_path=str(self.folder),
            checkpoint_path=prefix,
            eval_result=result,
            is_the_final_export=final,
        )

    def _export_saved_model(self, folder: str, receiver_fn: Any, **arguments: Any) -> bytes:
        """What an Estimator would do, without a model."""
        self.asked.append((receiver_fn, arguments))
        return os.fsencode(
            add_export(folder, functools.partial(copy_checkpoint, arguments["checkpoint_path"]))
        )

    @property
    def steps(self) -> list[int]:
        """The steps of the exports that are there, by their folders' order."""
        found = sorted(path for path in self.folder.iterdir() if not path.name.startswith("."))
        return [int(load_variable(str(path), "step")) for path in found]


@pytest.fixture
def latest(tmp_path: Path) -> ModelDir:
    return ModelDir(tmp_path, "latest")


@pytest.fixture
def best(tmp_path: Path) -> ModelDir:
    return ModelDir(tmp_path, "best_exporter")


# -- what an export is


def test_an_export_is_a_folder_called_by_the_seconds_and_can_be_opened(tmp_path: Path) -> None:
    model = estimator(tmp_path / "model")
    model.train(batches(), steps=3)
    exported = LatestExporter("latest", None).export(
        model, str(tmp_path / "export" / "latest"), str(model.latest_checkpoint()), {}, False
    )
    assert isinstance(exported, bytes)  # as TensorFlow 2.15 gives it
    folder = Path(os.fsdecode(exported))
    assert (
        folder.parent == tmp_path / "export" / "latest" and len(folder.name) == 10 and folder.name.isdigit()
    )
    assert estimator(folder).evaluate(batches(1)) == model.evaluate(batches(1))


def test_with_a_receiver_it_is_a_saved_model(latest: ModelDir) -> None:
    given = batches()
    exporters: list[Exporter] = [
        LatestExporter(
            name="latest",
            serving_input_receiver_fn=given,
            assets_extra={"a": "b"},
            as_text=True,
            exports_to_keep=1,
        ),
        FinalExporter(name="final", serving_input_receiver_fn=given, assets_extra={}, as_text=False),
        FinalExporter("last", serving_input_receiver_fn=given),
        LatestExporter("all", serving_input_receiver_fn=given),
        BestExporter(name="first", serving_input_receiver_fn=given, as_text=True, exports_to_keep=None),
    ]
    assert [exporter.name for exporter in exporters] == ["latest", "final", "last", "all", "first"]
    for loss, exporter in zip((5.0, 4.0, 3.0, 2.0, 1.0), exporters, strict=True):
        assert latest.export(exporter, final=True, loss=loss) is not None
    extra = [
        (asked["assets_extra"], asked["as_text"], os.path.basename(asked["checkpoint_path"]))
        for receiver_fn, asked in latest.asked
        if receiver_fn is given
    ]
    assert extra == [
        ({"a": "b"}, True, "model.ckpt-1"),
        ({}, False, "model.ckpt-2"),
        (None, False, "model.ckpt-3"),
        (None, False, "model.ckpt-4"),
        (None, True, "model.ckpt-5"),
    ]


def test_old_saved_models_go_and_so_does_what_a_killed_process_has_left(latest: ModelDir) -> None:
    exporter = LatestExporter("latest", batches(), exports_to_keep=2)
    (latest.folder / "temp-1400000000-0123456789abcdef").mkdir(parents=True)
    for _ in range(3):
        latest.export(exporter)
    assert latest.steps == [2, 3] and len(list(latest.folder.iterdir())) == 2


@pytest.mark.parametrize("make", [LatestExporter, FinalExporter, BestExporter])
def test_what_is_of_saved_models_alone_needs_a_receiver(make: Any) -> None:
    with pytest.raises(
        ValueError, match=r"exporter 'e': assets_extra, as_text are of SavedModels, which need a"
    ):
        make("e", None, assets_extra={"a": "b"}, as_text=True)
    with pytest.raises(TypeError, match=r"`serving_input_receiver_fn` must be callable, given: 3"):
        make("e", 3)
    with pytest.raises(TypeError, match=r"needs the arguments \['x'\], which nobody passes"):
        make("e", lambda x: x)


def test_a_checkpoint_that_is_gone_says_so_and_leaves_nothing(latest: ModelDir) -> None:
    latest.export(LatestExporter("latest", None))
    with pytest.raises(NotFoundError, match="keep_checkpoint_max"):
        LatestExporter("latest", None).export(
            None, str(latest.folder), str(latest.path / "model.ckpt-9"), {}, False
        )
    assert latest.steps == [1]


# -- latest and final


def test_the_latest_exports_each_time_and_keeps_the_newest(latest: ModelDir) -> None:
    exporter = LatestExporter("latest", None, exports_to_keep=2)
    for _ in range(4):
        assert latest.export(exporter) is not None
    assert latest.steps == [3, 4]


def test_none_keeps_all(latest: ModelDir) -> None:
    exporter = LatestExporter("latest", None, exports_to_keep=None)
    for _ in range(7):
        latest.export(exporter)
    assert latest.steps == [1, 2, 3, 4, 5, 6, 7]


def test_the_final_one_exports_at_the_end_only(tmp_path: Path) -> None:
    final = ModelDir(tmp_path, "final")
    exporter = FinalExporter("final", None)
    assert final.export(exporter) is None and not final.folder.exists()
    assert final.export(exporter, final=True) is not None
    assert final.steps == [2]


# -- the best


def test_the_best_is_exported_when_its_loss_is_smaller(best: ModelDir) -> None:
    exporter = BestExporter()
    results = [best.export(exporter, loss=np.float32(loss)) for loss in (3, 4, 2, 2, 1)]
    assert [result is not None for result in results] == [True, False, True, False, True]
    assert best.steps == [1, 3, 5]


def test_the_best_survives_a_restart(best: ModelDir) -> None:
    # TensorFlow exports the first model of each process, however bad it is
    best.export(BestExporter(), loss=2.0)
    assert best.export(BestExporter(), loss=3.0) is None
    assert best.export(BestExporter(), loss=1.0) is not None


def test_what_was_evaluated_and_not_exported_before_a_kill_is_not_the_best(best: ModelDir) -> None:
    best.export(BestExporter(), loss=2.0)
    write_evaluation(best.path / "eval", {"loss": 0.5}, 2, None, Graph())  # killed here
    assert best.export(BestExporter(), loss=1.0, step=3) is not None


def test_exports_of_tensorflow_are_compared_by_the_events(best: ModelDir) -> None:
    (best.folder / "1500000000").mkdir(parents=True)
    write_evaluation(best.path / "eval", {"loss": 2.0}, 10, None, Graph())
    write_evaluation(best.path / "eval", {"loss": np.nan}, 11, None, Graph())
    assert best.export(BestExporter(), loss=3.0, step=12) is None
    assert best.export(BestExporter(), loss=1.0, step=13) is not None


def test_without_a_pattern_nothing_is_remembered(best: ModelDir) -> None:
    best.export(BestExporter(event_file_pattern=None), loss=2.0)
    assert best.export(BestExporter(event_file_pattern=None), loss=3.0) is not None


def test_a_damaged_memo_is_a_warning_and_the_events_are_asked(
    best: ModelDir, caplog: pytest.LogCaptureFixture
) -> None:
    best.export(BestExporter(), loss=2.0)
    (best.folder / ".best_export").write_bytes(b'{"loss": 9.0}\n00000000\n')
    assert best.export(BestExporter(), loss=3.0) is None
    assert "damaged" in caplog.text


@pytest.mark.parametrize("order", [[np.nan, 2.0, np.nan, 1.0], [np.nan, np.nan]])
def test_a_nan_never_is_the_best(best: ModelDir, order: list[float]) -> None:
    exporter = BestExporter()
    results = [best.export(exporter, loss=np.float32(loss)) for loss in order]
    assert [result is not None for result in results] == [loss == loss for loss in order]


def test_nor_is_it_by_a_function_of_the_users(best: ModelDir) -> None:
    def higher(best_eval_result: Any, current_eval_result: Any) -> bool:
        return not current_eval_result["accuracy"] < best_eval_result["accuracy"]  # a NaN is not smaller

    exporter = BestExporter(compare_fn=higher)
    accuracies = [np.nan, 0.5, np.nan, 0.75]
    results = [best.export(exporter, accuracy=np.float32(each), other=np.nan) for each in accuracies]
    assert [result is not None for result in results] == [False, True, False, True]


def test_the_default_wants_a_loss() -> None:
    with pytest.raises(ValueError, match="best_eval_result cannot be empty or no loss is found in it"):
        loss_smaller({}, {"loss": 1.0})
    with pytest.raises(ValueError, match="current_eval_result cannot be empty or no loss is found in it"):
        loss_smaller({"loss": 1.0}, {"accuracy": 1.0})


# -- what is refused


@pytest.mark.parametrize("kind", [LatestExporter, BestExporter])
@pytest.mark.parametrize("number", [0, -1, "5", True])
def test_a_number_to_keep_is_above_zero(kind: Any, number: Any) -> None:
    with pytest.raises(ValueError, match="`exports_to_keep`, if provided, must be a positive number"):
        kind("a", None, exports_to_keep=number)


@pytest.mark.parametrize(
    ("compare_fn", "message"),
    [
        (None, "`compare_fn` must not be None."),
        (lambda best, current: True, "must include best_eval_result argument"),
        (lambda **results: True, "must include best_eval_result argument. It takes: none by name"),
        (lambda best_eval_result: True, "must include current_eval_result argument"),
        (
            lambda best_eval_result, current_eval_result, other: True,
            r"has following not expected args: \['other'\]",
        ),
    ],
)
def test_a_compare_fn_has_two_arguments(compare_fn: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        BestExporter(compare_fn=compare_fn)


def test_a_compare_fn_may_be_a_function_with_an_argument_filled_in(best: ModelDir) -> None:
    def higher(best_eval_result: Any, current_eval_result: Any, key: str) -> bool:
        return bool(current_eval_result[key] > best_eval_result[key])

    exporter = BestExporter(compare_fn=functools.partial(higher, key="accuracy"))
    assert [best.export(exporter, accuracy=each) is not None for each in (0.5, 0.4, 0.6)] == [
        True,
        False,
        True,
    ]


def test_an_exporter_without_an_export_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="abstract"):
        Exporter()  # type: ignore[abstract]
