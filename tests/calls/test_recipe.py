""".recipe.json: what a ready-made model is, in its model_dir."""

from __future__ import annotations

import enum
import functools
import json
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from estimator import tf
from estimator.calls.recipe import described, read_recipe, record_recipe
from estimator.columns.column import FeatureColumn
from estimator.estimators.baseline import BaselineClassifier
from estimator.estimators.dnn import DNNClassifier
from estimator.model_dir import storage
from estimator.settings.run_config import RunConfig
from tests import tiny

FC = tf.feature_column
CONFIG = RunConfig(tf_random_seed=1, progress=False)


def halved(x: Any) -> Any:
    return x / 2


def column(normalizer_fn: Any, key: str = "age") -> Any:
    return FC.numeric_column(key, normalizer_fn=normalizer_fn)


def customs(*columns: Any) -> list[str]:
    found = described("LinearClassifier", {"feature_columns": columns})["arguments"]["feature_columns"]
    return [column["config"]["normalizer_fn"].get("custom") for column in found]


def input_fn() -> Any:
    return {"age": np.float32([1, 2])}, np.array([0, 1])


def test_a_training_writes_the_class_and_its_arguments(tmp_path: Path) -> None:
    DNNClassifier([4], [FC.numeric_column("age")], tmp_path, dropout=np.float32(0.5), config=CONFIG).train(
        input_fn, steps=1
    )
    recipe = json.loads((tmp_path / ".recipe.json").read_text())
    assert recipe == {
        "estimator_recipe": 1,
        "estimator": "DNNClassifier",
        "arguments": {
            "hidden_units": [4],
            "feature_columns": [
                {
                    "class_name": "NumericColumn",
                    "config": {
                        "key": "age", "shape": [1], "default_value": None, "dtype": "float32",
                        "normalizer_fn": None,
                    },
                }
            ],
            "dropout": 0.5,
        },
    }  # fmt: skip
    assert read_recipe(str(tmp_path)) == recipe


def test_it_is_written_only_when_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = {"feature_columns": (column(lambda x: x),)}
    record_recipe(str(tmp_path), "LinearClassifier", arguments)
    written = []
    monkeypatch.setattr(
        "estimator.calls.recipe.write_atomically",
        lambda path, data: (written.append(path), storage.write_atomically(path, data)),
    )
    record_recipe(str(tmp_path), "LinearClassifier", {"feature_columns": (column(lambda x: x),)})
    assert not written
    record_recipe(str(tmp_path), "LinearClassifier", arguments | {"n_classes": 3})
    assert written == [str(tmp_path / ".recipe.json")]


def test_somebody_elses_file_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / ".recipe.json").write_text('{"flour": 500}\n')
    assert read_recipe(str(tmp_path)) is None
    record_recipe(str(tmp_path), "BaselineClassifier", {})
    assert (tmp_path / ".recipe.json").read_text() == '{"flour": 500}\n'
    found = read_recipe(str(tmp_path))
    assert found is not None and found["estimator"] == "BaselineClassifier"


def test_a_model_fn_has_no_recipe_and_takes_away_that_of_another_model(tmp_path: Path) -> None:
    tiny.estimator(tmp_path / "own").train(tiny.batches(), steps=1)
    assert not (tmp_path / "own" / ".recipe.json").exists()
    BaselineClassifier(tmp_path, config=CONFIG).train(input_fn, steps=1)
    record_recipe(str(tmp_path), None, None)
    assert read_recipe(str(tmp_path)) == {"estimator_recipe": 1, "estimator": None}


def test_a_recipe_that_cannot_be_written_ends_no_training(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    record_recipe(str(tmp_path / "nowhere"), "BaselineClassifier", {})
    assert ".recipe.json is not kept up to date" in caplog.text


def test_functions_of_this_package_are_written_by_name() -> None:
    found = described("DNNClassifier", {"activation_fn": tf.nn.tanh, "feature_columns": (column(tf.log),)})
    assert found["arguments"]["activation_fn"] == {"function": "math.tanh"}
    assert found["arguments"]["feature_columns"][0]["config"]["normalizer_fn"] == {"function": "math.log"}


def test_what_is_somebodys_own_has_a_name_for_each() -> None:
    def scaled(rate: float) -> Any:
        def by(x: Any) -> Any:
            return x * rate

        return by

    assert customs(column(halved), column(halved, "b")) == ["halved", "halved"]  # one function of a module
    assert customs(column(scaled(1.0)), column(scaled(2.0), "b")) == ["age.normalizer_fn", "b.normalizer_fn"]
    assert customs(column(lambda x: x), column(functools.partial(halved), "b")) == [
        "age.normalizer_fn",
        "b.normalizer_fn",
    ]
    assert customs(column(lambda x: x), column(lambda x: -x)) == ["age.normalizer_fn", "age.normalizer_fn_2"]


class Reduction(enum.StrEnum):
    SUM = "weighted_sum"


class Size(enum.IntEnum):
    SMALL = 3


def test_plain_values_are_written_as_what_they_are_of() -> None:
    given = {
        "loss_reduction": Reduction.SUM,
        "n_classes": Size.SMALL,
        "dropout": np.float64(0.5),
        "names": (b"\xff", np.str_("a")),
    }
    arguments = described("DNNClassifier", given)["arguments"]
    assert json.dumps(arguments) == json.dumps(
        {"loss_reduction": "weighted_sum", "n_classes": 3, "dropout": 0.5, "names": [{"bytes": "ff"}, "a"]}
    )


class OddColumn(FeatureColumn):
    """A column of a user's own, which is no dataclass."""

    name = "odd"
    parents: ClassVar[list[Any]] = []  # type: ignore[assignment]
    parse_example_spec: ClassVar[dict[str, Any]] = {}  # type: ignore[assignment]


class OddInitializer(tf.initializers.zeros):
    """An initializer of a user's own, which tells nothing."""

    def get_config(self) -> Any:
        raise TypeError("there is nothing to tell")


def test_classes_of_a_user_are_known_by_name_alone() -> None:
    found = described("DNNClassifier", {"feature_columns": (OddColumn(), OddInitializer())})["arguments"]
    assert found["feature_columns"] == [
        {"custom": "feature_columns", "was": "OddColumn"},
        {"custom": "feature_columns_2", "was": "OddInitializer"},
    ]


def test_where_first_values_come_from_is_no_part_of_it(tmp_path: Path) -> None:
    table = FC.embedding_column(
        FC.categorical_column_with_vocabulary_file("job", "jobs.txt", 3), 2,
        ckpt_to_load_from="model.ckpt-1", tensor_name_in_ckpt="table",
    )  # fmt: skip
    arguments = {"feature_columns": (table,), "model_dir": "m", "config": CONFIG, "warm_start_from": "other"}
    (only,) = described("DNNClassifier", arguments)["arguments"].values()
    config = only[0]["config"]
    assert (config["ckpt_to_load_from"], config["tensor_name_in_ckpt"]) == (None, None)
    assert config["categorical_column"]["config"]["vocabulary_file"] == str(Path("jobs.txt").absolute())


def test_a_vocabulary_in_the_model_dir_is_named_from_there_on(tmp_path: Path) -> None:
    for place, name in (("m/jobs.txt", "jobs.txt"), ("m/a/jobs.txt", "a/jobs.txt"), ("m2/jobs.txt", None)):
        column = FC.categorical_column_with_vocabulary_file("job", str(tmp_path / place), 3)
        arguments = {"feature_columns": (column,)}
        (found,) = described("LinearClassifier", arguments, str(tmp_path / "m"))["arguments"][
            "feature_columns"
        ]
        assert found["config"]["vocabulary_file"] == (name or str(tmp_path / place))


def test_large_tables_are_no_part_of_it() -> None:
    large = tf.constant_initializer(np.zeros((70_000, 1), np.float32))
    table = FC.embedding_column(FC.categorical_column_with_identity("id", 70_000), 1, initializer=large)
    (found,) = described("DNNClassifier", {"feature_columns": (table,)})["arguments"]["feature_columns"]
    assert found["config"]["initializer"]["config"]["value"]["was"] == "ndarray"


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        ('{"estimator_recipe": 1, "estimator": "DNN', "is damaged: Unterminated string"),
        ('{"estimator_recipe": ' + "[" * 100_000, "is damaged: maximum recursion"),
        ('{"estimator_recipe": 2}', "is of the form 2, and this version of the package reads 1"),
    ],
    ids=["cut off", "deep", "later"],
)
def test_a_damaged_recipe_is_one_error(tmp_path: Path, contents: str, message: str) -> None:
    (tmp_path / ".recipe.json").write_text(contents)
    with pytest.raises(ValueError, match=message):
        read_recipe(str(tmp_path))
