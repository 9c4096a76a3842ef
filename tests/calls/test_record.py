"""metadata.yaml: which code made which checkpoint."""

from __future__ import annotations

import argparse
import enum
import os
import platform
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import yaml

from estimator import tf
from estimator.calls.record import (
    copy_entries,
    describe_inputs,
    last_params,
    read_entries,
    record_end,
    record_entry,
    values_of,
)
from estimator.core.version import VERSION
from estimator.estimators.estimator import Estimator
from estimator.graph.graph import Graph
from estimator.settings.run_config import RunConfig
from tests.tiny import batches, estimator, model_fn


def entries(model_dir: Path, name: str = "metadata.yaml") -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = yaml.safe_load((model_dir / name).read_text())
    return loaded


def test_each_training_adds_an_entry(tmp_path: Path) -> None:
    estimator(tmp_path, units=4, save_summary_steps=7).train(batches(), steps=5)
    estimator(tmp_path, units=4).train(batches(), steps=5)
    first, second = entries(tmp_path)
    assert (first["start_step"], second["start_step"]) == (0, 5)
    assert first["estimator"] == "Estimator"
    assert first["params"] == {"units": 4, "extra": None}
    assert first["config"]["save_summary_steps"] == 7
    assert "save_summary_steps" not in second["config"]  # it was the default
    assert first["versions"]["python"] == platform.python_version()
    assert first["versions"]["numpy"] == np.__version__
    assert first["versions"]["numpy-estimator"] == VERSION
    assert {"time", "command", "script", "git_commit", "git_dirty", "platform"} < set(first)


def test_an_entry_says_how_its_call_has_ended_and_on_which_data(tmp_path: Path) -> None:
    model = estimator(tmp_path)
    model.train(batches(), steps=5)
    model.train(batches(2))
    first, second = entries(tmp_path)
    assert (first["end_step"], second["end_step"]) == (5, 7)
    assert first["loss"] > second["loss"] > 0
    assert 0 < first["seconds"] < 600
    assert first["data"] == {"features": {"x": "float32 (?, 2)"}, "labels": "float32 (?, 1)"}


def test_a_call_that_fails_has_no_end(tmp_path: Path) -> None:
    def breaking() -> Any:
        yield from batches(2)()
        raise KeyError("gone")

    with pytest.raises(KeyError):
        estimator(tmp_path).train(lambda: breaking())
    assert [entry.get("end_step") for entry in entries(tmp_path)] == [None]


def test_data_of_every_kind_is_described() -> None:
    with Graph().as_default():
        number = tf.placeholder(tf.float32, [None, 4])
        words = tf.sparse_placeholder(tf.string, [None, 3])
        unknown = tf.placeholder(tf.int64)
        assert describe_inputs({"b": (number, [unknown]), "a": words}, None) == {
            "features": {"a": "SparseTensor string (?, 3)", "b": ["float32 (?, 4)", ["int64 <unknown>"]]},
            "labels": None,
        }
        many = describe_inputs({f"{number:03}": unknown for number in range(60)}, unknown)
    assert (len(many["features"]), many["features"]["and"]) == (51, "10 more")


def test_no_path_is_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "project" / "scripts").mkdir(parents=True)
    monkeypatch.setattr("sys.argv", [str(tmp_path / "project" / "scripts" / "train.py")])
    estimator(tmp_path / "models" / "a").train(batches(), steps=1)
    (tmp_path / "project" / ".git").mkdir()
    estimator(tmp_path / "models" / "a").train(batches(), steps=1)
    found = entries(tmp_path / "models" / "a")
    assert [entry["script"] for entry in found] == ["../../project/scripts/train.py", "scripts/train.py"]
    assert str(tmp_path) not in (tmp_path / "models" / "a" / "metadata.yaml").read_text()


def test_an_end_is_added_once_and_only_to_an_entry(tmp_path: Path) -> None:
    record_end(str(tmp_path), {"end_step": 3})
    assert not any(tmp_path.iterdir())
    record_entry(str(tmp_path), {"start_step": 0})
    record_end(str(tmp_path), {"end_step": 3, "loss": np.float32(0.5), "epoch": 2})
    record_end(str(tmp_path), {"end_step": 9})
    assert entries(tmp_path) == [{"start_step": 0, "end_step": 3, "loss": 0.5, "epoch": 2}]
    path = tmp_path / "metadata.yaml"
    path.write_text(path.read_text() + "- start_step: 3")  # by an editor that ends no last line
    record_end(str(tmp_path), {"end_step": 4})
    assert entries(tmp_path)[1] == {"start_step": 3, "end_step": 4}


@pytest.mark.parametrize("cut", [1, 2, 12, 17, 20, 29])
@pytest.mark.parametrize("zeros", ["", "\0\0\0"])  # these a power failure may leave
def test_an_end_that_was_cut_off_leaves_the_entries_readable(tmp_path: Path, cut: int, zeros: str) -> None:
    record_entry(str(tmp_path), {"start_step": 0})
    path = tmp_path / "metadata.yaml"
    before = path.read_text()
    record_end(str(tmp_path), {"end_step": 12, "loss": 0.123})
    whole = path.read_text()
    path.write_text(whole[:-cut] + zeros)
    (entry,) = read_entries(str(tmp_path))
    assert entry.items() <= {"start_step": 0, "end_step": 12, "loss": 0.123}.items()
    record_entry(str(tmp_path), {"start_step": 3})
    assert [entry["start_step"] for entry in read_entries(str(tmp_path))] == [0, 3]
    assert path.read_text().startswith(before)


class Rates:
    """Hyper-parameters as a class: some defaults, a method, a property."""

    first = 0.1
    second = 0.2
    _secret = 1

    def __init__(self, second: float = 0.3) -> None:
        self.second = second

    def total(self) -> float:
        return self.first + self.second

    doubled = property(total)


class Pair(NamedTuple):
    units: int
    rate: float


@pytest.mark.parametrize(
    ("params", "values"),
    [
        ({"a": 1}, {"a": 1}),
        (argparse.Namespace(units=3, fn=len), {"units": 3, "fn": len}),
        (Rates, {"first": 0.1, "second": 0.2}),
        (Rates(), {"first": 0.1, "second": 0.3}),
        (Pair(3, 0.5), {"units": 3, "rate": 0.5}),
        ("fast", "fast"),
        ([1, 2], [1, 2]),
    ],
)
def test_the_values_of_hyper_parameters_of_any_type_have_names(params: Any, values: Any) -> None:
    assert values_of(params) == values


def test_evaluating_and_predicting_add_none(tmp_path: Path) -> None:
    model = estimator(tmp_path)
    model.train(batches(), steps=1)
    before = (tmp_path / "metadata.yaml").read_bytes()
    model.evaluate(batches(1))
    next(iter(model.predict(batches(1))))
    assert (tmp_path / "metadata.yaml").read_bytes() == before


def test_what_yaml_does_not_know_is_written_as_text(tmp_path: Path) -> None:
    record_entry(str(tmp_path), {"params": {"rate": np.float32(0.5), "fn": len, "sizes": (1, 2)}})
    params = entries(tmp_path)[0]["params"]
    assert params == {"rate": 0.5, "fn": "<built-in function len>", "sizes": [1, 2]}


FOREIGN = [b"{", b"train_calls: 3", b"- time: 2019\n  note: mine", b"\xff\xfe", b"# only a comment"]


@pytest.mark.parametrize("text", FOREIGN)
def test_a_file_that_is_not_ours_stays_and_trainings_are_recorded_beside_it(
    text: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "metadata.yaml").write_bytes(text)
    for _ in range(2):
        estimator(tmp_path).train(batches(), steps=1)
    assert (tmp_path / "metadata.yaml").read_bytes() == text
    assert [entry["start_step"] for entry in entries(tmp_path, "metadata.estimator.yaml")] == [0, 1]
    assert (
        "metadata.yaml is not this package's and stays as it is; the training is recorded in" in caplog.text
    )


def test_an_empty_file_holds_nothing_to_keep(tmp_path: Path) -> None:
    (tmp_path / "metadata.yaml").write_bytes(b"\n")
    estimator(tmp_path).train(batches(), steps=1)
    assert [entry["start_step"] for entry in entries(tmp_path)] == [0]


def test_params_that_no_text_can_hold_end_no_training(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    params: dict[str, Any] = {"units": 2}
    params["itself"] = params
    Estimator(model_fn, tmp_path, RunConfig(progress=False), params).train(batches(), steps=1)
    assert "metadata.yaml is not kept up to date: maximum recursion depth" in caplog.text


class Kind(enum.StrEnum):
    SMALL = "small"


def test_a_value_that_only_looks_like_text_is_written_as_what_it_is(tmp_path: Path) -> None:
    record_entry(str(tmp_path), {"params": {"kind": Kind.SMALL}})
    assert "Kind.SMALL" in entries(tmp_path)[0]["params"]["kind"]


def test_values_of_several_lines_stay_one_entry(tmp_path: Path) -> None:
    for text in ("first\n- second\n", "- x", "# no comment"):
        record_entry(str(tmp_path), {"params": {"text": text, "items": ["- y", ["z"]]}})
    assert [each["params"]["text"] for each in entries(tmp_path)] == [
        "first\n- second\n",
        "- x",
        "# no comment",
    ]


def test_what_is_written_is_read(tmp_path: Path) -> None:
    assert read_entries(str(tmp_path)) == []
    written = [{"n": number, "params": {"text": "a\n- b: c", "sizes": [1, 2]}} for number in range(3)]
    for entry in written:
        record_entry(str(tmp_path), entry)
    assert read_entries(str(tmp_path)) == written == entries(tmp_path)
    with (tmp_path / "metadata.yaml").open("a") as file:
        file.write("- [")
    with pytest.raises(ValueError, match="metadata.yaml is not YAML"):
        read_entries(str(tmp_path))


def test_the_params_of_the_last_training_are_found_without_reading_the_rest(tmp_path: Path) -> None:
    assert last_params(str(tmp_path)) is None
    record_entry(str(tmp_path), {"params": {"units": 3}, "config": {}})
    record_entry(
        str(tmp_path), {"params": {"units": [4, 5], "text": "a\n  params: b\n"}, "config": {"params": 1}}
    )
    record_entry(str(tmp_path), {"converted": "model.pt"})  # no training
    assert last_params(str(tmp_path)) == {"units": [4, 5], "text": "a\n  params: b\n"}


def test_only_the_newest_entries_are_kept(tmp_path: Path) -> None:
    record_entry(str(tmp_path), {"n": 0})
    with (tmp_path / "metadata.yaml").open("a") as file:
        file.write(yaml.safe_dump([{"n": n} for n in range(1, 500)]))
    record_entry(str(tmp_path), {"n": 500})
    kept = [entry["n"] for entry in entries(tmp_path)]
    assert kept == list(range(301, 501))


def test_a_fifo_in_its_place_is_not_waited_for_and_stays(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "metadata.yaml")
    record_entry(str(tmp_path), {"params": {}})
    assert (tmp_path / "metadata.yaml").is_fifo()
    assert entries(tmp_path, "metadata.estimator.yaml") == [{"params": {}}]


def test_a_file_from_before_there_was_a_header_is_continued(tmp_path: Path) -> None:
    first = (
        "- time: '2026-11-28T22:58:02+00:00'\n  script: /home/me/premade_estimator.py\n  git_commit: null\n"
        "  versions:\n    python: 3.11.7\n    numpy-estimator: 0.1.0\n    numpy: 2.4.6\n  start_step: 0\n"
    )
    (tmp_path / "metadata.yaml").write_text(first)
    record_entry(str(tmp_path), {"start_step": 200})
    text = (tmp_path / "metadata.yaml").read_text()
    assert first in text and text.endswith("- start_step: 200\n")
    assert [path.name for path in tmp_path.iterdir()] == ["metadata.yaml"]


def test_the_entries_that_led_to_a_step_are_copied(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    target.mkdir()
    for steps in (2, 3, 4):
        estimator(source).train(batches(), steps=steps)
    copy_entries(str(source), str(target), 4)
    assert read_entries(str(target)) == read_entries(str(source))[:2]
    copy_entries(str(source), str(target), None)
    assert (target / "metadata.yaml").read_bytes() == (source / "metadata.yaml").read_bytes()
    copy_entries(str(tmp_path / "none"), str(tmp_path / "none"), None)
    assert not (tmp_path / "none").exists()
