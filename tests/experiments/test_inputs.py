"""The input of a section: its kind, what it takes over from the training, and functions of one's own."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import Any

import pytest

from estimator.columns.numeric import numeric_column
from estimator.core.errors import UsageError
from estimator.experiments.imports import Imports
from estimator.experiments.inputs import SectionInput, read_input
from estimator.experiments.making import Maker
from estimator.experiments.needs import needs_of
from estimator.experiments.problems import Problems
from estimator.settings.given import read_given


def read(text: str, section: str = "train", training: str | None = None, allowed: Any = ()) -> SectionInput:
    """The input that a flow mapping describes."""
    problems = Problems("it.yaml")
    given = read_given(f"input: {text}\n").value["input"]
    before = None if training is None else read_given(f"input: {training}\n").value["input"]
    found = read_input(given, section, Maker(problems, Imports(allowed)), problems, before)
    problems.raise_all()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("section", "shuffle", "epochs"), [("train", 10_000, None), ("evaluate", 0, 1), ("predict", 0, 1)]
)
def test_a_training_mixes_and_repeats_and_the_others_do_not(section: str, shuffle: int, epochs: Any) -> None:
    found = read("{csv: a.csv}", section)
    assert (found.plain["shuffle"], found.plain["epochs"]) == (shuffle, epochs)
    assert found.options.batch_size == 32


def test_options_of_the_training_hold_for_the_others() -> None:
    training = "{csv: a.csv, label: kind, batch_size: 5, field_delim: ';', shuffle: 7, epochs: 3, seed: 1}"
    evaluate = read("{csv: b.csv, batch_size: 6}", "evaluate", training).plain
    assert (evaluate["label"], evaluate["field_delim"], evaluate["batch_size"]) == ("kind", ";", 6)
    assert (evaluate["shuffle"], evaluate["epochs"], evaluate["seed"]) == (0, 1, None)
    assert read("{csv: b.csv}", "predict", training).plain["label"] is None
    assert read("{parquet: b.parquet}", "evaluate", training).plain["label"] is None


def test_a_misspelt_option_of_the_training_is_told_once() -> None:
    training = "{csv: a.csv, bach_size: 5, batch_size: 6}"
    assert read("{csv: b.csv}", "evaluate", training).plain["batch_size"] == 6
    with pytest.raises(UsageError, match="unknown key 'bach_size' of evaluate.input"):
        read("{csv: b.csv, bach_size: 5}", "evaluate", training)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "{cvs: a.csv}",
            "needs one of csv, parquet, tfrecord, input_fn: where the data is. Did you mean 'csv'?",
        ),
        (
            "{csv: a.csv, parquet: b}",
            "needs one of csv, parquet, tfrecord, input_fn: where the data is. It has csv and parquet.",
        ),
        ("{label: kind}", "needs one of csv"),
        ("{csv: []}", "train.input: csv names no file."),
        ("{tfrecord: []}", "train.input: tfrecord names no file."),
        ("{parquet: ''}", "train.input: parquet names no file."),
        ("a.csv", "train.input should be lines such as 'name: value', given: 'a.csv'."),
        ("{csv: a.csv, batch_size: 0, epochs: 0}", "epochs should be 1 or more, given: 0."),
        ("{csv: a.csv, shuffle: -1}", "shuffle should be 0 or more, given: -1."),
        (
            "{csv: a.csv, shuffle: some}",
            "shuffle should be a whole number or true or false or null, given: 'some'.",
        ),
        ("{tfrecord: a, labl: x}", "unknown key 'labl' of train.input. Did you mean 'label'?"),
        ("{input_fn: own_data.read}", "call with --allow_import own_data"),
    ],
)
def test_what_is_no_input_is_said(text: str, complaint: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(text)
    assert complaint in str(caught.value)


@pytest.fixture
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module of the user's, in the current folder."""
    (tmp_path / "own_data.py").write_text(
        "def read(path: str, size: int = 3, mode=None): return path, size\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "own_data", raising=False)


@pytest.mark.usefixtures("own_data")
def test_a_function_of_ones_own_gets_the_other_keys() -> None:
    found = read("{input_fn: own_data.read, path: 007}", allowed=["own_data"])
    assert isinstance(found.options, functools.partial)
    assert found.options() == ("007", 3)
    assert found.plain == {"input_fn": "own_data.read", "path": "007"}


@pytest.mark.usefixtures("own_data")
@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ("", "own_data.read needs path."),
        (", path: a, sise: 3", "unknown key 'sise' of own_data.read. Did you mean 'size'?"),
        (", path: a, mode: train", "mode is no argument of own_data.read here: it stands elsewhere"),
        (", path: a, size: many", "size should be a whole number, given: 'many'."),
    ],
)
def test_arguments_of_a_function_of_ones_own_are_checked(more: str, complaint: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(f"{{input_fn: own_data.read{more}}}", allowed=["own_data"])
    assert complaint in str(caught.value)


@pytest.mark.parametrize("section", ["train", "evaluate"])
def test_a_label_is_asked_for_where_a_training_cannot_do_without(section: str) -> None:
    problems = Problems("it.yaml")
    data = read("{csv: a.csv}", section)
    assert data.input_fn(needs_of("DNNClassifier", [], [], {}), problems) is None
    with pytest.raises(UsageError, match=f"{section}.input has no label, which DNNClassifier needs"):
        problems.raise_all()


@pytest.mark.parametrize(
    ("section", "model"),
    [("predict", "DNNClassifier"), ("train", "KMeansClustering"), ("train", "own.Model")],
)
def test_no_label_is_asked_for_where_none_may_be_needed(section: str, model: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x\n1\n")
    problems = Problems("it.yaml")
    data = read(f"{{csv: {tmp_path / 'a.csv'}}}", section)
    assert data.input_fn(needs_of(model, [numeric_column("x")], [], {}), problems) is not None
    assert len(problems) == 0
