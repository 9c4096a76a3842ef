"""The JSON schema of experiments says what the reader says."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import estimator.experiments.schema as schema_module
from estimator.core.errors import EstimatorError
from estimator.experiments.experiment import Experiment
from estimator.experiments.from_csv.guessing import guess
from estimator.experiments.from_csv.written import experiment_of
from estimator.experiments.making import KINDS
from estimator.experiments.schema import schema, schema_text
from estimator.settings.yaml_text import write_mapping
from tests.experiments.from_csv.tables import TABLES

ROOT = Path(__file__).parents[2]
SCHEMA = schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
EXAMPLES = sorted((ROOT / "examples").glob("experiments/*.yaml"))

RICH = """
model_dir: models/rich
estimator:
  DNNLinearCombinedClassifier:
    linear_feature_columns:
      - crossed_column: {keys: [job, {bucketized_column: {source_column: {numeric_column: {key: age}}, boundaries: [30, 50]}}], hash_bucket_size: 40}
    dnn_feature_columns:
      - numeric_column: {key: age, normalizer_fn: {Standardize: {mean: 40, std: 12.5}}}
      - numeric_column: {key: pay, normalizer_fn: log1p}
      - indicator_column: {categorical_column: {categorical_column_with_vocabulary_list: {key: job, vocabulary_list: [a, b], num_oov_buckets: 1}}}
      - embedding_column:
          categorical_column: {categorical_column_with_hash_bucket: {key: town, hash_bucket_size: 100}}
          dimension: 4
          initializer: {truncated_normal: {stddev: 0.1}}
    dnn_hidden_units: [8, 4]
    dnn_optimizer: {AdamOptimizer: {learning_rate: {exponential_decay: {learning_rate: 0.1, decay_steps: 100, decay_rate: 0.9}}}}
    linear_optimizer: Ftrl
    dnn_activation_fn: tanh
    n_classes: 3
    label_vocabulary: [x, y, z]
    weight_column: w
train:
  input: {csv: [a.csv, b.csv], label: y, batch_size: 16, shuffle: 100, rows: {all_but: 0.2}, column_defaults: {age: 1.5}}
  max_steps: 100
  early_stopping: {stop_if_no_decrease_hook: {metric_name: loss, max_steps_without_decrease: 10}}
evaluate:
  input: {csv: a.csv, rows: {only: 0.2}}
  exporters: [{LatestExporter: {name: latest}}]
  throttle_secs: 0
predict:
  input: {csv: a.csv}
  predict_keys: [classes]
run_config: {tf_random_seed: 1, save_checkpoints_steps: 50}
"""
PRICES = """
estimator:
  DNNEstimator:
    head: {StandardizedRegressionHead: {mean: 100, std: 5}}
    hidden_units: [4]
    optimizer: Adagrad
columns: [{numeric_column: {key: a}}]
train: {input: {tfrecord: data/*.tfrecord, batch_size: 8}, steps: 10}
"""


def refusal(value: Any) -> str:
    """What the reader says of an experiment; nothing if it takes it."""
    try:
        Experiment.read(write_mapping(value) or "{}\n")
    except (EstimatorError, ValueError) as error:
        return str(error)
    return ""


def is_refused(value: Any) -> bool:
    return not VALIDATOR.is_valid(value)


def test_it_is_a_schema_and_json() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(schema_text()) == SCHEMA


def test_every_kind_of_argument_that_the_reader_knows_is_known() -> None:
    """What is none of them is a plain type to the schema."""
    assert set(KINDS) <= set(schema_module.KINDS)


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.name for path in EXAMPLES])
def test_the_examples_are_valid(path: Path) -> None:
    VALIDATOR.validate(yaml.safe_load(path.read_text()))


@pytest.mark.parametrize("text", [RICH, PRICES], ids=["rich", "prices"])
def test_what_the_reader_takes_and_what_it_resolves_are_valid(text: str) -> None:
    VALIDATOR.validate(yaml.safe_load(text))
    VALIDATOR.validate(Experiment.read(text).resolved())


@pytest.mark.parametrize("name", ["titanic", "unicode_names", "two_columns", "no_header"])
def test_what_init_writes_is_valid(name: str, tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_bytes(TABLES[name]().encode())
    VALIDATOR.validate(
        yaml.safe_load(experiment_of(guess(tmp_path / "data.csv"), "models/x", "init", "x.yaml"))
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("max_steps", "max_step"),
        ("dnn_hidden_units", "hidden_units"),
        ("numeric_column", "numerical_column"),
        ("boundaries", "boundary"),
        ("exponential_decay", "exp_decay"),
        ("decay_steps: 100, ", ""),
        ("batch_size: 16", "batch_size: many"),
        ("all_but", "allbut"),
        ("throttle_secs", "throttle_sec"),
        ("save_checkpoints_steps", "save_checkpoint_steps"),
        ("Ftrl", "FTRL"),
        ("LatestExporter", "LastExporter"),
        ("stddev", "std"),
        ("csv: a.csv, ", ""),
        ("run_config:", "run_configs:"),
        ("mean: 40, ", ""),
        ("log1p", "log2"),
        ("  DNNLinearCombinedClassifier", "  DNNLinearClassifier"),
    ],
)
def test_misspelt_words_and_wrong_types_are_refused_by_both(before: str, after: str) -> None:
    assert before in RICH
    value = yaml.safe_load(RICH.replace(before, after, 1))
    assert is_refused(value)
    assert refusal(value)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to all values below one."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from places(item, (*path, key))


OTHERS = [None, True, 7, -1, 2.5, "word", "12", [], [3], ["a", "b"], {}, {"some": 1}, {"some": 1, "more": 2}]


def mutated(text: str, rng: random.Random) -> Any:
    """An experiment with one thing changed, added or taken away."""
    value = yaml.safe_load(text)
    *parents, last = rng.choice(list(places(value)))
    holder = value
    for key in parents:
        holder = holder[key]
    way = rng.randrange(4)
    if way == 0:
        holder[last] = copy.deepcopy(rng.choice(OTHERS))
    elif way == 1:
        del holder[last]
    elif isinstance(holder, dict) and way == 2:
        holder[f"{last}x"] = holder.pop(last)
    elif isinstance(holder, dict):
        holder["surplus"] = 1
    else:
        holder[last] = copy.deepcopy(rng.choice(OTHERS))
    return value


OF_THE_FORM = re.compile(r"unknown \w+|should be (a|the|one|true|null)\b|takes no \b")


@pytest.mark.parametrize("seed", range(3))
def test_reader_and_schema_agree_on_changed_experiments(seed: int) -> None:
    """What the schema refuses the reader refuses; what the reader refuses for its form the schema refuses."""
    rng = random.Random(seed)
    refused = 0
    for text in [RICH, PRICES] * 20:
        value = mutated(text, rng)
        told, says_no = refusal(value), is_refused(value)
        refused += says_no
        is_of_the_form = (
            OF_THE_FORM.search(told) and "given: None" not in told
        )  # null is nothing, in many places
        assert told or not says_no, f"only the schema refuses:\n{yaml.safe_dump(value)}"
        assert says_no or not is_of_the_form, f"only the reader refuses, {told}:\n{yaml.safe_dump(value)}"
    assert refused > 20
