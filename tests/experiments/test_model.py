"""Every ready-made model as YAML: it trains, evaluates and predicts, and what is resolved makes it again."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from estimator.core.errors import UsageError
from estimator.estimators.recipe import READY_MADE
from estimator.experiments import Experiment

DENSE = """
  - numeric_column: {key: age}
  - bucketized_column: {source_column: {numeric_column: {key: hours}}, boundaries: [20, 40]}
  - embedding_column:
      categorical_column: {categorical_column_with_vocabulary_list: {key: job, vocabulary_list: [no, yes, nurse]}}
      dimension: 2
      initializer: {truncated_normal: {stddev: 0.1}}
  - indicator_column: {categorical_column: {categorical_column_with_identity: {key: zone, num_buckets: 4}}}
  - shared_embedding_columns:
      categorical_columns:
        - categorical_column_with_hash_bucket: {key: town, hash_bucket_size: 10}
        - categorical_column_with_hash_bucket: {key: birthplace, hash_bucket_size: 10}
      dimension: 2
"""
SPARSE = """
  - numeric_column: {key: age, normalizer_fn: log1p}
  - categorical_column_with_vocabulary_list: {key: job, vocabulary_list: [no, yes, nurse], num_oov_buckets: 2}
  - crossed_column:
      keys: [job, {bucketized_column: {source_column: {numeric_column: {key: hours}}, boundaries: [20, 40]}}]
      hash_bucket_size: 50
  - weighted_categorical_column:
      categorical_column: {categorical_column_with_hash_bucket: {key: town, hash_bucket_size: 10}}
      weight_feature_key: hours
"""


def indented(text: str) -> str:
    """The columns four columns further right, as arguments."""
    return "".join(f"    {line}\n" for line in text.strip("\n").splitlines())


COMBINED = f"    linear_feature_columns:\n{indented(SPARSE)}    dnn_feature_columns:\n{indented(DENSE)}"
HEAD = "    head: {MultiClassHead: {n_classes: 3}}\n"
# by class: its arguments, the columns of the experiment, the label
MODELS = {
    "BaselineClassifier": ("    n_classes: 3\n", "", "kind"),
    "BaselineEstimator": (HEAD, "", "kind"),
    "BaselineRegressor": ("    loss_reduction: weighted_sum\n", "", "income"),
    "DNNClassifier": ("    hidden_units: [4]\n    label_vocabulary: [low, high]\n", DENSE, "grade"),
    "DNNEstimator": (HEAD + "    hidden_units: [4]\n    activation_fn: tanh\n", DENSE, "kind"),
    "DNNRegressor": (
        "    hidden_units: [4]\n    label_dimension: 2\n    dropout: 1e-1\n", DENSE, "[income, hours_next]",
    ),
    "DNNLinearCombinedClassifier": (
        COMBINED + "    dnn_hidden_units: [4]\n    n_classes: 3\n    linear_optimizer: Ftrl\n", "", "kind",
    ),
    "DNNLinearCombinedEstimator": (
        COMBINED
        + "    dnn_hidden_units: [4]\n    head: {MultiHead: {heads: [{MultiClassHead: {n_classes: 3, name: a}}, "
        "{RegressionHead: {name: b}}]}}\n",
        "",
        "{a: kind, b: income}",
    ),
    "DNNLinearCombinedRegressor": (COMBINED + "    dnn_hidden_units: [4]\n", "", "income"),
    "KMeansClustering": ("    num_clusters: 2\n", "\n  - numeric_column: {key: age}\n", "null"),
    "LinearClassifier": ("    weight_column: weight\n    n_classes: 3\n", SPARSE, "kind"),
    "LinearEstimator": (
        "    head: {MultiLabelHead: {n_classes: 2}}\n    optimizer: {FtrlOptimizer: {learning_rate: "
        "{polynomial_decay: {learning_rate: 0.2, decay_steps: 9}}}}\n",
        SPARSE,
        "[is_a, is_b]",
    ),
    "LinearRegressor": ("    optimizer: {Momentum: {learning_rate: 1e-3, momentum: 0.9}}\n", SPARSE, "income"),
}  # fmt: skip


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A file of people, with labels of many kinds."""
    rng = np.random.default_rng(5)
    names = "age hours job zone town birthplace weight kind income hours_next grade is_a is_b"
    rows = [
        f"{rng.integers(18, 70)},{rng.integers(0, 60)},{rng.choice(['no', 'yes', 'nurse', ''])},{rng.integers(4)},"
        f"{rng.choice(['oslo', 'rome'])},{rng.choice(['oslo', 'bonn'])},{rng.random():.2f},{rng.integers(3)},"
        f"{rng.random():.3f},{rng.random():.3f},{rng.choice(['low', 'high'])},{rng.integers(2)},{rng.integers(2)}\n"
        for _ in range(40)
    ]
    (tmp_path / "people.csv").write_text(",".join(names.split()) + "\n" + "".join(rows))
    return tmp_path


def experiment_of(name: str, people: Path) -> str:
    """The experiment of one class, as YAML."""
    arguments, columns, label = MODELS[name]
    return (
        f"model_dir: {people}/model\nestimator:\n  {name}:\n{arguments}"
        + (f"columns:{columns}" if columns else "")
        + f"train:\n  input: {{csv: {people}/people.csv, label: {label}, batch_size: 8}}\n  max_steps: 4\n"
        + "evaluate:\n  input: {csv: " + f"{people}/people.csv" + "}\n"
        + "predict:\n  input: {csv: " + f"{people}/people.csv" + "}\n"
        + "run_config: {save_summary_steps: 0, progress: false, save_checkpoints_steps: 4}\n"
    )  # fmt: skip


def test_there_is_an_experiment_of_every_class() -> None:
    assert set(MODELS) == set(READY_MADE)


@pytest.mark.parametrize("name", sorted(MODELS))
def test_what_is_resolved_makes_it_again(name: str, people: Path) -> None:
    experiment = Experiment.read(experiment_of(name, people))
    assert type(experiment.estimator()).__name__ == name
    assert Experiment.read(experiment.to_yaml()).resolved() == experiment.resolved()
    assert Experiment.read(experiment.resolved()).to_yaml() == experiment.to_yaml()


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(MODELS))
def test_it_trains_evaluates_and_predicts(name: str, people: Path) -> None:
    experiment = Experiment.read(experiment_of(name, people))
    metrics, _ = experiment.train()
    assert np.isfinite(metrics["loss"])
    assert len(list(experiment.predict())) == 40
    recorded = Experiment.of_model_dir(people / "model")
    assert recorded.resolved() == experiment.resolved()


OWN = """
import estimator as est
from estimator import tf

def model_fn(features, labels, mode, params):
    x = tf.feature_column.input_layer(features, params["feature_columns"])
    y = tf.layers.dense(x, 1, name="out")
    if mode == "infer":
        return est.EstimatorSpec(mode, predictions={"y": y})
    loss = tf.losses.mean_squared_error(tf.reshape(labels, [-1, 1]), y)
    step = tf.train.get_or_create_global_step()
    train_op = tf.train.GradientDescentOptimizer(params["rate"]).minimize(loss, step)
    return est.EstimatorSpec(mode, loss=loss, train_op=train_op)

class Own(est.Estimator):
    def __init__(self, rate: float, feature_columns, model_dir=None, config=None):
        params = {"rate": rate, "feature_columns": feature_columns}
        super().__init__(model_fn, model_dir, config, params)

def input_fn(batch_size: int, mode):
    assert mode == "train"
    return tf.data.Dataset.from_tensors(({"age": [[1.0]] * batch_size}, [2.0] * batch_size)).repeat()

class Broken(est.Estimator):
    def __init__(self, model_dir=None, config=None):
        raise ZeroDivisionError("of the user's")
"""
OWN_EXPERIMENT = """
model_dir: {folder}/own
{model}
columns: [{{numeric_column: {{key: age}}}}]
train:
  input: {{input_fn: own_models.input_fn, batch_size: 3}}
  steps: 2
run_config: {{progress: false, tf_random_seed: 1}}
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, the current one, with a module of models."""
    (tmp_path / "own_models.py").write_text(OWN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "own_models", raising=False)
    return tmp_path


@pytest.mark.parametrize(
    "model",
    ["model_fn: own_models.model_fn\nparams: {rate: 1e-1}", "estimator: {own_models.Own: {rate: 1e-1}}"],
    ids=["model_fn", "estimator"],
)
def test_a_model_of_ones_own_gets_columns_and_numbers(model: str, own: Path) -> None:
    text = OWN_EXPERIMENT.format(folder=own, model=model)
    experiment = Experiment.read(text, allow_import=["own_models"])
    experiment.train()
    assert experiment.estimator().params["rate"] == 0.1
    assert experiment.estimator().get_variable_value("global_step") == 2
    again = Experiment.of_model_dir(own / "own", allow_import=["own_models"])
    assert again.resolved() == experiment.resolved()


def test_nothing_is_imported_that_is_not_allowed(own: Path) -> None:
    text = OWN_EXPERIMENT.format(folder=own, model="model_fn: own_models.model_fn")
    with pytest.raises(UsageError) as caught:
        Experiment.read(text)
    assert len(caught.value.problems) == 2
    assert "call with --allow_import own_models" in str(caught.value)
    assert "own_models" not in sys.modules


def test_an_error_of_the_users_constructor_is_theirs(own: Path) -> None:
    text = OWN_EXPERIMENT.format(folder=own, model="estimator: own_models.Broken").replace(
        "columns", "#columns"
    )
    with pytest.raises(ZeroDivisionError, match="of the user's"):
        Experiment.read(text, allow_import="own_models")


@pytest.mark.parametrize(
    ("model", "complaint"),
    [
        ("params: {}", "needs an estimator: {DNNClassifier: {...}}, or a model_fn; it has neither"),
        ("model_fn: a.b\nestimator: x", "it has both, of which one can be"),
        ("estimator: {DNNClassifier: {hidden_units: [3]}}", "DNNClassifier needs feature columns"),
        (
            "estimator: DNNLinearCombinedRegressor\ncolumns: []",
            "It has linear_feature_columns and dnn_feature_colu",
        ),
        ("estimator: own_models.model_fn", "'own_models.model_fn' is no Estimator's class"),
        ("estimator: {LinearRegressor: {}, x: 1}", "given: LinearRegressor, x in one mapping"),
        ("estimator: null", "estimator should be {name: arguments} or a name, given: None"),
        ("estimator: LinearRegressor\ncolumns: []\nparams: {}", "params is of a model_fn"),
        ("estimator: {LinearRegressor: {partitioner: 3}}", "cannot be said in YAML"),
    ],
    ids=str,
)
def test_what_makes_no_model_is_said(model: str, complaint: str, own: Path) -> None:
    with pytest.raises(UsageError) as caught:
        Experiment.read(f"{model}\nmodel_dir: {own}/m\n", allow_import=["own_models"])
    assert complaint in str(caught.value)
    assert not (own / "m").exists()
