"""Changes by dotted paths."""

from __future__ import annotations

from typing import Any

import pytest

from estimator.core.errors import UsageError
from estimator.experiments.changes import changed
from estimator.experiments.problems import Problems
from estimator.settings.given import Given, Word, plain, read_given

TEXT = """
estimator: {DNNClassifier: {hidden_units: [10, 10], optimizer: Adam}}
columns: [{numeric_column: {key: age}}, {numeric_column: {key: hours}}]
train: {input: {csv: a.csv}, max_steps: 100}
run_config: {save_checkpoints_secs: 60}
"""


def after(**changes: Any) -> Any:
    """The experiment after changes, whose paths have __ for dots."""
    problems = Problems("it")
    given = changed(
        read_given(TEXT), {path.replace("__", "."): new for path, new in changes.items()}, problems
    )
    problems.raise_all()
    return plain(given)


def test_a_value_is_replaced_or_added() -> None:
    found = after(train__input__batch_size=64, train__input__csv="b.csv", predict__input__csv="c.csv")
    assert found["train"]["input"] == {"csv": "b.csv", "batch_size": 64}
    assert found["predict"] == {"input": {"csv": "c.csv"}}
    assert found["columns"] == plain(read_given(TEXT))["columns"]


def test_the_class_may_be_left_out_and_a_word_gets_arguments() -> None:
    found = after(estimator__hidden_units=[3], estimator__optimizer__Adam__learning_rate=0.1)
    assert found["estimator"] == {
        "DNNClassifier": {"hidden_units": [3], "optimizer": {"Adam": {"learning_rate": 0.1}}}
    }


def test_a_number_is_a_place_in_a_list() -> None:
    assert after(columns__1__numeric_column__key="days")["columns"][1] == {"numeric_column": {"key": "days"}}


def test_keys_with_dots_are_found() -> None:
    given = read_given("estimator:\n  own.models.Net: {units: 3}\n")
    found = changed(given, {"estimator.own.models.Net.units": 4}, Problems("it"))
    assert plain(found) == {"estimator": {"own.models.Net": {"units": 4}}}


def test_of_two_that_exclude_one_another_the_change_stays() -> None:
    found = after(train__steps=5, run_config__save_checkpoints_steps=10)
    assert found["train"] == {"input": {"csv": "a.csv"}, "steps": 5}
    assert found["run_config"] == {"save_checkpoints_steps": 10}
    assert after(train__steps=None)["train"]["max_steps"] == 100
    assert after(train__steps=5, train__max_steps=6)["train"]["max_steps"] == 6


def test_a_given_value_keeps_its_place() -> None:
    given = changed(read_given(TEXT), {"train.max_steps": Given(Word("1e3"), "--max_steps")}, Problems("it"))
    assert given.value["train"].value["max_steps"] == Given("1e3", "--max_steps")


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        ("train__max_steps__x", "x is not below '100', which is a value."),
        ("columns__2__x", "'2' is no place in a list of 2: they begin with 0."),
        ("columns__age", "'age' is no place in a list of 2"),
        ("train____x", "is no path: names with dots between them."),
    ],
)
def test_a_path_that_leads_nowhere_is_named(path: str, complaint: str) -> None:
    with pytest.raises(UsageError) as caught:
        after(**{path: 1})
    assert complaint in str(caught.value)
    assert f"changes['{path.replace('__', '.')}']" in str(caught.value)


def test_a_value_that_yaml_has_no_form_for_is_named() -> None:
    with pytest.raises(UsageError, match=r"changes\['train.x'\]: .* is given a set; it takes numbers, texts"):
        after(train__x={1})
