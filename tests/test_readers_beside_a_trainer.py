"""Readers beside a trainer that deletes what they have just looked up: each reads the newer one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint import read_cache
from estimator.checkpoint.object_based import Checkpoint
from estimator.checkpoint.reader import CheckpointReader, list_variables, load_checkpoint, load_variable
from estimator.checkpoint.saver import Saver
from estimator.checkpoint.warm_start import WarmStartSettings, plan_warm_start
from estimator.formats import bundle_data, bundle_reader
from estimator.graph.graph import get_default_graph
from estimator.model_dir.retention import remove_files
from estimator.model_dir.scripts import get_checkpoint_state, latest_checkpoint
from estimator.model_dir.series import CheckpointSeries
from estimator.model_dir.storage import LOCAL
from tests.checkpoint.graphs import add_variable, fresh_graph, initialized_session
from tests.tiny import estimator


@pytest.fixture(autouse=True)
def _graph() -> Iterator[None]:
    read_cache.cache.clear()
    with fresh_graph():
        yield


def save(model_dir: Path, step: int, *, name: str | None = None) -> None:
    """What a trainer that keeps one does at each step: the checkpoint before goes."""
    series = CheckpointSeries(model_dir)
    series.save(
        name or f"model.ckpt-{step}", {"w": np.full(3, step, np.float32), "global_step": np.array(step)}
    )
    if name is None:
        remove_files(LOCAL, str(model_dir), f"model.ckpt-{step - 1}")


def restored(model_dir: Path, prefix: Any) -> float:
    variable = add_variable("w", [0.0] * 3)
    session = initialized_session()
    Saver([variable]).restore(session, prefix)
    return float(session.run(variable)[0])


def object_restored(model_dir: Path) -> float:
    array = np.zeros(3, np.float32)
    Checkpoint(w=array).restore(latest_checkpoint(model_dir))
    return float(array[0])


def warm_started(model_dir: Path) -> float:
    add_variable("w", [0.0] * 3)
    return float(plan_warm_start(get_default_graph(), WarmStartSettings(model_dir, ["w"])).values[0].value[0])


READERS: dict[str, Callable[[Path], float]] = {
    "load_variable": lambda at: load_variable(at, "w")[0],
    "load_checkpoint": lambda at: load_checkpoint(at).get_tensor("w")[0],
    "NewCheckpointReader of latest_checkpoint": lambda at: CheckpointReader(
        str_of(latest_checkpoint(at))
    ).get_tensor("w")[0],
    "get_variable_value": lambda at: estimator(at).get_variable_value("w")[0],
    "warm start": warm_started,
    "restore of latest_checkpoint": lambda at: restored(at, latest_checkpoint(at)),
    "restore of get_checkpoint_state": lambda at: restored(
        at, get_checkpoint_state(at).model_checkpoint_path
    ),  # type: ignore[union-attr]
    "Checkpoint.restore": object_restored,
}


def str_of(prefix: str | None) -> str:
    assert prefix is not None
    return prefix


class Trainer:
    """Saves the next checkpoint at the moment at which a file of the one before is opened for the first time.

    Parameters
    ----------
    model_dir : Path
    suffix : str
        Of the file.
    """

    def __init__(self, model_dir: Path, suffix: str, name: str | None = None) -> None:
        self.fired = False
        self._model_dir = model_dir
        self._suffix = suffix
        self._name = name

    def before(self, opening: Callable[..., Any]) -> Callable[..., Any]:
        def opened(path: Any, *args: Any) -> Any:
            if (
                not self.fired
                and os.fspath(path).startswith(str(self._model_dir))
                and path.endswith(self._suffix)
            ):
                self.fired = True
                save(self._model_dir, 2, name=self._name)
            return opening(path, *args)

        return opened


def beside(trainer: Trainer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_reader, "read_regular", trainer.before(bundle_reader.read_regular))
    monkeypatch.setattr(bundle_data, "open_regular", trainer.before(bundle_data.open_regular))


@pytest.mark.parametrize("suffix", [".index", ".data-00000-of-00001"])
@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("reader", READERS)
def test_the_newer_checkpoint_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: str, suffix: str, is_known: bool
) -> None:
    save(tmp_path, 1)
    if is_known:  # then the look-up itself opens nothing, and what follows it does
        latest_checkpoint(tmp_path)
    trainer = Trainer(tmp_path, suffix)
    beside(trainer, monkeypatch)
    assert READERS[reader](tmp_path) in ((2,) if suffix == ".index" else (1, 2))
    assert trainer.fired


@pytest.mark.parametrize("suffix", [".index", ".data-00000-of-00001"])
@pytest.mark.parametrize("reader", READERS)
def test_a_name_that_is_saved_anew_is_read_as_it_is_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: str, suffix: str
) -> None:
    save(tmp_path, 1, name="model.ckpt")
    latest_checkpoint(tmp_path)
    trainer = Trainer(tmp_path, suffix, name="model.ckpt")
    beside(trainer, monkeypatch)
    assert READERS[reader](tmp_path) == 2
    assert trainer.fired


def test_names_and_shapes_are_those_of_the_newer_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path, 1)
    latest_checkpoint(tmp_path)
    trainer = Trainer(tmp_path, ".index")
    beside(trainer, monkeypatch)
    assert list_variables(tmp_path) == [("global_step", []), ("w", [3])]
    assert trainer.fired


def test_an_open_reader_outlives_its_checkpoint(tmp_path: Path) -> None:
    save(tmp_path, 1)
    reader = load_checkpoint(tmp_path)
    save(tmp_path, 2)
    assert not (tmp_path / "model.ckpt-1.index").exists()
    assert reader.get_tensor("w").tolist() == [1.0, 1.0, 1.0]


def test_a_checkpoint_that_was_asked_for_by_name_has_no_substitute(tmp_path: Path) -> None:
    save(tmp_path, 1)
    save(tmp_path, 2)
    with pytest.raises(ValueError, match="The passed save_path is not a valid checkpoint"):
        restored(tmp_path, str(tmp_path / "model.ckpt-1"))


def test_a_model_that_does_not_fit_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path, 1)
    trainer = Trainer(tmp_path, ".data-00000-of-00001")
    variable = add_variable("w", [0.0] * 4)
    prefix = latest_checkpoint(tmp_path)
    beside(trainer, monkeypatch)
    with pytest.raises(ValueError, match="do not fit"):
        Saver([variable]).restore(initialized_session(), prefix)
