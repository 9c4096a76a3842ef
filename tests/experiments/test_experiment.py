"""Experiments as YAML: what they train, that it is what the same model in Python gives, and what is resolved."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.columns.numeric import numeric_column
from estimator.core.errors import UsageError
from estimator.estimators.dnn import DNNClassifier
from estimator.estimators.recipe import recipe_of
from estimator.experiments import Experiment
from estimator.optimizers.adagrad import AdagradOptimizer
from estimator.pipeline.made_datasets import make_csv_dataset
from estimator.settings.run_config import RunConfig

IRIS = """
model_dir: {model_dir}
estimator:
  DNNClassifier:
    hidden_units: [5, 5]
    n_classes: 3
    optimizer: {{AdagradOptimizer: {{learning_rate: 0.1}}}}
columns:
  - numeric_column: {{key: length}}
  - numeric_column: {{key: width}}
train:
  input: {{csv: {data}/train.csv, label: species, shuffle: 50, batch_size: 16}}
  max_steps: 30
evaluate:
  input: {{csv: {data}/test.csv}}
predict:
  input: {{csv: {data}/new.csv}}
run_config: {{tf_random_seed: 7, save_checkpoints_steps: 10, progress: false}}
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with rows of three classes to train, test and predict."""
    rng = np.random.default_rng(3)
    for name, count in (("train", 60), ("test", 20)):
        species = rng.integers(0, 3, count)
        values = rng.normal(0, 0.2, (count, 2)) + species[:, None]
        rows = [f"{a:.2f},{b:.2f},{c}\n" for (a, b), c in zip(values, species, strict=True)]
        (tmp_path / f"{name}.csv").write_text("length,width,species\n" + "".join(rows))
    (tmp_path / "new.csv").write_text("id,width,length\n1,0.1,0.0\n2,2.1,2.0\n")
    return tmp_path


def iris(data: Path, model_dir: str = "model") -> str:
    """The experiment over that folder."""
    return IRIS.format(data=data, model_dir=data / model_dir)


def test_it_trains_to_the_same_bits_as_the_model_in_python(data: Path) -> None:
    experiment = Experiment.read(iris(data))
    experiment.estimator().train(experiment.train_input_fn(), max_steps=30)
    classifier = DNNClassifier(
        [5, 5],
        [numeric_column("length"), numeric_column("width")],
        n_classes=3,
        optimizer=AdagradOptimizer(0.1),
        config=RunConfig(str(data / "python"), 7, save_checkpoints_steps=10, progress=False),
    )
    kinds = [np.float32, np.float32, np.int64]
    classifier.train(
        lambda: make_csv_dataset(
            str(data / "train.csv"), 16, column_defaults=kinds, label_name="species", shuffle_buffer_size=50
        ),
        max_steps=30,
    )
    for name in classifier.get_variable_names():
        np.testing.assert_array_equal(
            experiment.estimator().get_variable_value(name), classifier.get_variable_value(name)
        )


def test_an_interrupted_training_goes_on_to_the_same_bits(data: Path) -> None:
    whole = Experiment.read(iris(data, "whole"))
    whole.estimator().train(whole.train_input_fn(), max_steps=30)

    class Interrupted(Exception):
        """Ends a training in the middle."""

    def fails_after(steps: int) -> Any:
        from estimator.training.session_run_hook import SessionRunHook

        class Fail(SessionRunHook):
            """Raises after so many steps."""

            left = steps

            def after_run(self, run_context: Any, run_values: Any) -> None:
                self.left -= 1
                if not self.left:
                    raise Interrupted

        return Fail()

    halves = Experiment.read(iris(data, "halves"))
    with pytest.raises(Interrupted):
        halves.estimator().train(halves.train_input_fn(), [fails_after(17)], max_steps=30)
    halves.estimator().train(halves.train_input_fn(), max_steps=30)
    for name in whole.estimator().get_variable_names():
        np.testing.assert_array_equal(
            whole.estimator().get_variable_value(name), halves.estimator().get_variable_value(name)
        )


def test_train_evaluates_where_there_is_a_section_for_it(data: Path) -> None:
    experiment = Experiment.read(iris(data))
    metrics, _ = experiment.train()
    assert metrics["global_step"] == 30
    assert metrics["accuracy"] == experiment.evaluate()["accuracy"]
    features = {"length": np.array([0.0, 2.0]), "width": np.array([0.1, 2.1])}
    predicted = experiment.estimator().predictor(features)(features)
    np.testing.assert_array_equal([row["logits"] for row in experiment.predict()], predicted["logits"])


def test_what_is_resolved_reads_to_the_same(data: Path) -> None:
    experiment = Experiment.read(iris(data))
    again = Experiment.read(experiment.to_yaml())
    assert again.resolved() == experiment.resolved()
    assert again.to_yaml() == experiment.to_yaml()
    assert experiment.resolved()["estimator"]["DNNClassifier"]["loss_reduction"] == "weighted_sum"
    assert experiment.resolved()["evaluate"]["input"]["label"] == "species"


def test_all_problems_come_at_once_with_their_lines(data: Path) -> None:
    (data / "iris.yaml").write_text(
        iris(data)
        .replace("hidden_units", "hiden_units")
        .replace("numeric_column: {key: width}", "numeric_colum: {key: width}")
        .replace("max_steps: 30", "max_steps: -1")
        .replace("progress: false", "progress: no")
    )
    with pytest.raises(UsageError) as caught:
        Experiment.read(data / "iris.yaml")
    path = data / "iris.yaml"
    assert caught.value.problems == (
        f"{path}:4: DNNClassifier needs hidden_units.",
        f"{path}:5: unknown key 'hiden_units' of DNNClassifier. Did you mean 'hidden_units'?",
        f"{path}:10: unknown feature column 'numeric_colum'. Did you mean 'numeric_column' or "
        "'sequence_numeric_column' or 'indicator_column'?",
        f"{path}:13: train: Must specify max_steps > 0, given: -1",
        f"{path}:18: progress should be true or false or null, given: 'no'. YAML's yes, no, on and off are texts here.",
    )


def rows_of(experiment: Experiment, section: str) -> list[tuple[float, ...]]:
    """The rows that a section reads in a pass."""
    make = experiment.train_input_fn if section == "train" else experiment.eval_input_fn
    batches = make()().as_numpy_iterator()
    return [
        tuple(row)
        for features, _ in batches
        for row in zip(features["length"], features["width"], strict=True)
    ]


def test_rows_that_are_held_out_are_not_trained_on(data: Path) -> None:
    text = iris(data).replace("label: species,", "label: species, rows: {all_but: 0.2}, epochs: 1,")
    text = text.replace(f"csv: {data}/test.csv", f"csv: {data}/train.csv, rows: {{only: 0.2}}")
    experiment = Experiment.read(text)
    trained, evaluated = rows_of(experiment, "train"), rows_of(experiment, "evaluate")
    assert (len(trained), len(evaluated)) == (48, 12)
    everything = rows_of(Experiment.read(iris(data).replace("test.csv", "train.csv")), "evaluate")
    assert sorted(trained + evaluated) == sorted(everything)


def test_rows_of_several_files_are_held_out_by_their_places_however_they_are_mixed(data: Path) -> None:
    text = iris(data).replace("label: species,", "label: species, rows: {all_but: 0.5}, epochs: 1,")
    text = text.replace(f"csv: {data}/train.csv", f"csv: ['{data}/t*.csv']")
    parts = [sorted(rows_of(Experiment.read(text, {"train.input.seed": seed}), "train")) for seed in (1, 2)]
    assert parts[0] == parts[1] and len(parts[0]) == 40


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("{all_but: 0.7}", "rows: the share that is held out is a number from 0.0001 to 0.5, given: 0.7."),
        ("{allbut: 0.2}", "unknown part 'allbut' of the rows. Did you mean 'all_but'?"),
        ("{all_but: half}", "all_but of rows should be a number, given: 'half'."),
        ("{all_but: 0.2, only: 0.2}", "all_but, only in one mapping"),
        ("5", "unknown part '5' of the rows. There is: all_but, only."),
    ],
)
def test_which_rows_are_read_is_checked_with_its_line(data: Path, rows: str, message: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)) as caught:
        Experiment.read(iris(data).replace("label: species,", f"label: species, rows: {rows},"))
    assert "the YAML text:12" in str(caught.value)


def test_numbers_are_scaled_by_a_normalizer_and_labels_by_a_head(data: Path) -> None:
    text = iris(data).replace(
        "{key: width}", "{key: width, normalizer_fn: {Standardize: {mean: 1, std: 0.5}}}"
    )
    text = text.replace("DNNClassifier", "DNNEstimator").replace(
        "n_classes: 3", "head: {StandardizedRegressionHead: {mean: 1, std: 0.8}}"
    )
    experiment = Experiment.read(text)
    recipe = recipe_of(experiment.estimator())
    assert recipe is not None
    column = recipe["arguments"]["feature_columns"][1]["config"]
    assert column["normalizer_fn"] == {"class_name": "Standardize", "config": {"mean": 1.0, "std": 0.5}}
    metrics, _ = experiment.train()
    assert {"mean_absolute_error", "root_mean_squared_error"} <= set(metrics)
    assert Experiment.read(experiment.to_yaml()).resolved() == experiment.resolved()
