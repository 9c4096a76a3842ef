"""What two trainings were made with."""

from __future__ import annotations

from pathlib import Path

import estimator as est
from estimator.calls.recipe import record_recipe
from estimator.inspection.settings import ABSENT, SettingDifference, setting_differences, settings_of

ENTRY = {
    "time": "2026-01-01", "start_step": 0, "end_step": 7, "loss": 0.5,
    "params": {"units": [8, 4], "rate": float("nan")}, "config": {"keep_checkpoint_max": 3},
}  # fmt: skip


def test_what_is_another_of_any_two_calls_is_no_setting() -> None:
    assert list(settings_of(ENTRY, None)) == ["params.units", "params.rate", "config.keep_checkpoint_max"]
    assert settings_of(None, None) == {}


def test_values_that_differ_are_told_by_dotted_key() -> None:
    other = {
        "params": {"units": [8, 5], "rate": float("nan"), "new": None},
        "config": {"keep_checkpoint_max": 3},
    }
    assert setting_differences(settings_of(ENTRY, None), settings_of(other, None)) == [
        SettingDifference("params.units", [8, 4], [8, 5]),
        SettingDifference("params.new", ABSENT, None),
    ]


def test_an_experiment_is_told_but_for_its_place() -> None:
    said = {"experiment": {"model_dir": "models/a", "columns": [{"numeric_column": {"key": "age"}}]}}
    assert settings_of(said, None) == {"experiment.columns.0.numeric_column.key": "age"}


def test_a_value_of_another_type_is_another() -> None:
    assert [one.key for one in setting_differences({"a": 1, "b": 1}, {"a": True, "b": 1})] == ["a"]


def test_the_recipe_tells_the_model(tmp_path: Path) -> None:
    for name, units in (("a", [8]), ("b", [9])):
        (tmp_path / name).mkdir()
        columns = [est.feature_column.numeric_column("x")]
        arguments = {"hidden_units": units, "feature_columns": columns}
        record_recipe(str(tmp_path / name), "DNNClassifier", arguments)
    a, b = (settings_of({}, str(tmp_path / name)) for name in ("a", "b"))
    assert a["model.estimator"] == "DNNClassifier"
    assert a["model.arguments.feature_columns.0.config.key"] == "x"
    assert setting_differences(a, b) == [SettingDifference("model.arguments.hidden_units", [8], [9])]
