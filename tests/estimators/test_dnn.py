"""DNNClassifier and DNNRegressor: predictions, losses and metrics against the formulas, and that they learn.

TensorFlow's own numbers for them are in test_tensorflow_model_dirs.py; names and defaults here are TensorFlow 2.15's.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from estimator.columns.bucketized import bucketized_column
from estimator.columns.embedding import embedding_column
from estimator.columns.numeric import numeric_column
from estimator.estimators.dnn import DNNClassifier, DNNRegressor
from estimator.estimators.estimator import Estimator
from estimator.functions import nn
from estimator.graph import build as b
from estimator.network.weighted_loss import Reduction
from estimator.optimizers.adam import AdamOptimizer
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.pipeline.dataset import Dataset
from estimator.settings.run_config import RunConfig
from estimator.training.hooks.logging_tensor import LoggingTensorHook
from estimator.training.session_run_hook import SessionRunHook
from estimator.variables.partitioners import fixed_size_partitioner
from estimator.variables.variable import trainable_variables

ROOT = Path(__file__).parents[2]
CONFIG = RunConfig(tf_random_seed=3, progress=False)
COLUMNS = [numeric_column("b"), numeric_column("a", shape=2)]  # by name: a first

RNG = np.random.default_rng(0)
COUNT = 10
FEATURES = {
    "a": RNG.normal(size=(COUNT, 2)).astype(np.float32),
    "b": RNG.normal(size=COUNT).astype(np.float32),  # [batch] is as good as [batch, 1]
    "w": RNG.uniform(0.5, 2, COUNT).astype(np.float32),
}
WEIGHTS = FEATURES["w"][:, None].astype(np.float64)
BATCHES = (slice(0, 4), slice(4, 8), slice(8, 10))


def input_fn(labels: Any = None) -> Callable[[], Dataset]:
    """Batches of four, the last of two."""
    data = FEATURES if labels is None else (FEATURES, np.asarray(labels))
    return lambda: Dataset.from_tensor_slices(data).batch(4)


def logits_of(model: Estimator) -> np.ndarray[Any, Any]:
    """The network by hand, in float64."""
    net = np.concatenate([FEATURES["a"], FEATURES["b"][:, None]], axis=1).astype(np.float64)
    layers = sorted(
        {name.rsplit("/", 1)[0] for name in model.get_variable_names() if name.endswith("/kernel")}
    )
    for layer in layers:
        net = net @ model.get_variable_value(f"{layer}/kernel") + model.get_variable_value(f"{layer}/bias")
        if "logits" not in layer:
            net = np.maximum(net, 0)
    return net


def predicted(model: Estimator) -> dict[str, np.ndarray[Any, Any]]:
    rows = list(model.predict(input_fn()))
    return {key: np.stack([row[key] for row in rows]) for key in rows[0]}


def batch_means(sums: np.ndarray[Any, Any]) -> float:
    """evaluate's loss: the mean over batches of the batch's sum."""
    return float(np.mean([sums[rows].sum() for rows in BATCHES]))


def test_a_ready_made_model_shows_its_class(tmp_path: Path) -> None:
    shown = repr(DNNRegressor([5], COLUMNS, tmp_path))
    assert shown == f"DNNRegressor(model_dir={str(tmp_path)!r}, latest_step=None)"


# -- one model_dir


class OwnClassifier(DNNClassifier):
    """A ready-made model with another name."""


def warnings(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(record.message for record in caplog.records if record.levelname == "WARNING")


def test_a_model_dir_of_another_ready_made_model_is_a_warning_in_every_call(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    DNNRegressor([5], COLUMNS, tmp_path, config=CONFIG).train(input_fn(TWO), steps=1)
    caplog.clear()
    classifier = DNNClassifier([5], COLUMNS, tmp_path, config=CONFIG)
    message = f"{tmp_path} was trained by a DNNRegressor, and this is a DNNClassifier"
    for call in (
        lambda: classifier.evaluate(input_fn(TWO)),
        lambda: next(classifier.predict(input_fn())),
        lambda: classifier.train(input_fn(TWO), steps=1),
    ):
        caplog.clear()
        call()
        assert message in warnings(caplog) and "use another model_dir" in warnings(caplog)
    caplog.clear()
    classifier.evaluate(input_fn(TWO))  # the last training was its own
    assert not warnings(caplog)


def test_a_subclass_or_a_function_of_ones_own_may_go_on_in_a_ready_made_models_dir(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    classifier = DNNClassifier([5], COLUMNS, tmp_path, config=CONFIG)
    classifier.train(input_fn(TWO), steps=1)
    OwnClassifier([5], COLUMNS, tmp_path, config=CONFIG).train(input_fn(TWO), steps=1)
    Estimator(classifier.model_fn, tmp_path, CONFIG).train(input_fn(TWO), steps=1)
    classifier.train(input_fn(TWO), steps=1)
    assert not warnings(caplog)


# -- two classes

TWO = np.array([0, 1, 1, 0, 1, 0, 0, 1, 1, 1])


def two_classes(model_dir: Path, labels: Any = TWO, **arguments: Any) -> DNNClassifier:
    model = DNNClassifier([5, 4], COLUMNS, model_dir, config=CONFIG, **arguments)
    model.train(input_fn(labels), steps=3)
    return model


def test_two_classes_are_predicted_by_one_logit(tmp_path: Path) -> None:
    model = two_classes(tmp_path)
    logits, found = logits_of(model), predicted(model)
    positive = 1 / (1 + np.exp(-logits))
    np.testing.assert_allclose(found["logits"], logits, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found["logistic"], positive, rtol=1e-5)
    np.testing.assert_allclose(found["probabilities"], np.hstack([1 - positive, positive]), rtol=1e-5)
    ids = (logits > 0).astype(np.int64)
    assert (found["class_ids"] == ids).all() and found["class_ids"].dtype == np.int64
    assert [each.tolist() for each in found["classes"]] == [[str(each).encode()] for each in ids[:, 0]]
    assert (found["all_class_ids"] == [0, 1]).all() and found["all_class_ids"].dtype == np.int32
    assert found["all_classes"].tolist() == [[b"0", b"1"]] * COUNT
    assert set(found) == {
        "logits", "logistic", "probabilities", "class_ids", "classes", "all_class_ids", "all_classes",
    }  # fmt: skip


def cross_entropy(logits: np.ndarray[Any, Any], labels: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.logaddexp(0, logits) - labels * logits


def test_the_metrics_of_two_classes_follow_their_formulas(tmp_path: Path) -> None:
    model = two_classes(tmp_path)
    result = model.evaluate(input_fn(TWO))
    logits, labels = logits_of(model), TWO[:, None]
    losses, positive, ids = cross_entropy(logits, labels), 1 / (1 + np.exp(-logits)), logits > 0
    hits = (ids == labels).mean()
    expected = {
        "accuracy": hits,
        "accuracy_baseline": max(TWO.mean(), 1 - TWO.mean()),
        "average_loss": losses.mean(),
        "label/mean": TWO.mean(),
        "loss": batch_means(losses),
        "precision": (ids & (labels == 1)).sum() / max(ids.sum(), 1),
        "prediction/mean": positive.mean(),
        "recall": (ids & (labels == 1)).sum() / TWO.sum(),
        "global_step": 3,
    }
    for name, value in expected.items():
        assert result.pop(name) == pytest.approx(value, rel=1e-5), name
    assert set(result) == {"auc", "auc_precision_recall"}
    # of two closer than the 200 thresholds are to each other, either may count as the higher one
    gaps = positive[labels == 1][:, None] - positive[labels == 0]
    assert (gaps > 1 / 198).mean() - 1e-6 <= result["auc"] <= (gaps > -1 / 198).mean() + 1e-6


def test_a_weight_column_weighs_losses_and_metrics(tmp_path: Path) -> None:
    model = two_classes(tmp_path, weight_column="w")
    result = model.evaluate(input_fn(TWO))
    logits, labels = logits_of(model), TWO[:, None]
    losses = cross_entropy(logits, labels) * WEIGHTS
    assert result["loss"] == pytest.approx(batch_means(losses), rel=1e-5)
    assert result["average_loss"] == pytest.approx(losses.sum() / WEIGHTS.sum(), rel=1e-5)
    hits = ((logits > 0) == labels) * WEIGHTS
    assert result["accuracy"] == pytest.approx(hits.sum() / WEIGHTS.sum(), rel=1e-5)


def test_a_weight_column_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"weight_column 'W' is not in features dictionary.*'w'"):
        two_classes(tmp_path, weight_column="W")


@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.float32, np.uint8])
def test_labels_of_two_classes_may_be_of_any_number_type(dtype: Any, tmp_path: Path) -> None:
    model = two_classes(tmp_path, TWO.astype(dtype))
    reference = two_classes(tmp_path / "reference")
    assert model.get_variable_value("dnn/logits/bias") == reference.get_variable_value("dnn/logits/bias")


def test_labels_may_have_a_second_dimension_of_one(tmp_path: Path) -> None:
    model, reference = two_classes(tmp_path, TWO[:, None]), two_classes(tmp_path / "reference")
    assert model.get_variable_value("dnn/logits/bias") == reference.get_variable_value("dnn/logits/bias")


# -- three classes

THREE = np.array([0, 1, 2, 0, 1, 2, 0, 1, 2, 2])
NAMES = ["Setosa", "Versicolor", "Virginica"]


def three_classes(model_dir: Path, labels: Any = THREE, **arguments: Any) -> DNNClassifier:
    model = DNNClassifier([5], COLUMNS, model_dir, 3, config=CONFIG, **arguments)
    model.train(input_fn(labels), steps=3)
    return model


def softmax(logits: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    exponentials = np.exp(logits)
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def test_three_classes_are_predicted_by_a_softmax(tmp_path: Path) -> None:
    model = three_classes(tmp_path)
    logits, found = logits_of(model), predicted(model)
    np.testing.assert_allclose(found["probabilities"], softmax(logits), rtol=1e-5)
    ids = logits.argmax(axis=1)
    assert found["class_ids"][:, 0].tolist() == ids.tolist()
    assert found["classes"][:, 0].tolist() == [str(each).encode() for each in ids]
    assert found["all_classes"].tolist() == [[b"0", b"1", b"2"]] * COUNT
    assert set(found) == {"logits", "probabilities", "class_ids", "classes", "all_class_ids", "all_classes"}


def test_the_metrics_of_three_classes_follow_their_formulas(tmp_path: Path) -> None:
    model = three_classes(tmp_path, weight_column="w")
    result = model.evaluate(input_fn(THREE))
    logits = logits_of(model)
    losses = -np.log(softmax(logits)[np.arange(COUNT), THREE])[:, None] * WEIGHTS
    hits = (logits.argmax(axis=1) == THREE)[:, None] * WEIGHTS
    expected = {
        "accuracy": hits.sum() / WEIGHTS.sum(),
        "average_loss": losses.sum() / WEIGHTS.sum(),
        "loss": batch_means(losses),
        "global_step": 3,
    }
    assert result == {name: pytest.approx(value, rel=1e-5) for name, value in expected.items()}


@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_vocabulary_gives_classes_their_names(n_classes: int, tmp_path: Path) -> None:
    numbers, names = (TWO if n_classes == 2 else THREE), NAMES[:n_classes]
    make = two_classes if n_classes == 2 else three_classes
    named = make(tmp_path / "named", np.array(names)[numbers], label_vocabulary=names)
    numbered = make(tmp_path / "numbered", numbers)
    assert named.evaluate(input_fn(np.array(names)[numbers])) == numbered.evaluate(input_fn(numbers))
    found = predicted(named)
    assert found["classes"][:, 0].tolist() == [names[each].encode() for each in found["class_ids"][:, 0]]
    assert found["all_classes"].tolist() == [[each.encode() for each in names]] * COUNT


@pytest.mark.parametrize(
    ("reduction", "reduce"),
    [
        (Reduction.SUM, lambda losses, weights: losses.sum()),
        (Reduction.MEAN, lambda losses, weights: losses.sum() / weights.sum()),
        (Reduction.SUM_OVER_BATCH_SIZE, lambda losses, weights: losses.mean()),
    ],
)
def test_the_loss_reduction_is_the_users(
    reduction: str, reduce: Callable[..., float], tmp_path: Path
) -> None:
    model = three_classes(tmp_path, weight_column="w", loss_reduction=reduction)
    result = model.evaluate(input_fn(THREE))
    losses = -np.log(softmax(logits_of(model))[np.arange(COUNT), THREE])[:, None] * WEIGHTS
    expected = np.mean([reduce(losses[rows], WEIGHTS[rows]) for rows in BATCHES])
    assert result["loss"] == pytest.approx(expected, rel=1e-5)


# -- regression

REAL = RNG.normal(size=COUNT).astype(np.float32)
PAIRS = RNG.normal(size=(COUNT, 2)).astype(np.float32)


@pytest.mark.parametrize(("dimension", "labels"), [(1, REAL), (1, REAL[:, None]), (2, PAIRS)])
def test_a_regressor_follows_its_formulas(dimension: int, labels: Any, tmp_path: Path) -> None:
    model = DNNRegressor([5], COLUMNS, tmp_path, dimension, weight_column="w", config=CONFIG)
    model.train(input_fn(labels), steps=3)
    result, found, wanted = model.evaluate(input_fn(labels)), predicted(model), logits_of(model)
    assert set(found) == {"predictions"} and found["predictions"].shape == (COUNT, dimension)
    np.testing.assert_allclose(found["predictions"], wanted, rtol=1e-4, atol=1e-6)
    truth = labels.reshape(COUNT, dimension)
    losses = (wanted - truth) ** 2 * WEIGHTS
    weights = np.broadcast_to(WEIGHTS, truth.shape)
    expected = {
        "average_loss": losses.sum() / weights.sum(),
        "loss": batch_means(losses),
        "prediction/mean": (wanted * weights).sum() / weights.sum(),
        "label/mean": (truth * weights).sum() / weights.sum(),
        "global_step": 3,
    }
    assert result == {name: pytest.approx(value, rel=1e-4) for name, value in expected.items()}


def test_integer_labels_are_fine_to_regress(tmp_path: Path) -> None:
    model = DNNRegressor([2], COLUMNS, tmp_path, config=CONFIG)
    model.train(input_fn(THREE), steps=1)
    assert model.evaluate(input_fn(THREE))["label/mean"] == pytest.approx(THREE.mean())


# -- the network


def test_variables_and_slots_have_tensorflows_names(tmp_path: Path) -> None:
    layers = [
        f"dnn/{layer}/{part}"
        for layer in ("hiddenlayer_0", "hiddenlayer_1", "logits")
        for part in ("bias", "kernel")
    ]
    expected = {"global_step", *layers, *(f"{name}/t_0/Adagrad" for name in layers)}
    assert set(two_classes(tmp_path).get_variable_names()) == expected


class Names(SessionRunHook):
    """Remembers the variables of the graph that is trained."""

    def begin(self) -> None:
        self.names = {variable.name for variable in trainable_variables()}


@pytest.mark.parametrize(("partitioner", "parts"), [(None, 1), (fixed_size_partitioner(2), 2)])
def test_variables_are_in_parts_and_those_of_columns_in_as_many_as_one_likes(
    partitioner: Any, parts: int, tmp_path: Path
) -> None:
    table = "dnn/input_from_feature_columns/input_layer/b_bucketized_embedding/embedding_weights"
    column = embedding_column(bucketized_column(COLUMNS[0], [0.0]), 3)
    model = DNNClassifier([5], [column], tmp_path, config=CONFIG, input_layer_partitioner=partitioner)
    hook = Names()
    model.train(input_fn(TWO), steps=1, hooks=[hook])
    layers = {
        f"dnn/{layer}/{name}/part_0:0" for layer in ("hiddenlayer_0", "logits") for name in ("kernel", "bias")
    }
    assert hook.names == layers | {f"{table}/part_{number}:0" for number in range(parts)}
    assert model.get_variable_value(table).shape == (2, 3)
    logged = LoggingTensorHook(["dnn/logits/bias/part_0:0", "dnn/logits/bias:0"], every_n_iter=1)
    model.train(input_fn(TWO), steps=1, hooks=[logged])  # either name is right


def test_the_default_optimizer_is_adagrad_at_0_05(tmp_path: Path) -> None:
    from estimator.optimizers.adagrad import AdagradOptimizer

    default = two_classes(tmp_path / "a").get_variable_value("dnn/logits/kernel")
    given = two_classes(tmp_path / "b", optimizer=AdagradOptimizer(0.05)).get_variable_value(
        "dnn/logits/kernel"
    )
    assert (default == given).all()


OPTIMIZERS: dict[str, tuple[Any, set[str]]] = {
    "a name": ("Adam", {"t_0/Adam", "t_0/Adam_1"}),
    "an instance": (AdamOptimizer(0.01), {"t_0/Adam", "t_0/Adam_1"}),
    "a function": (lambda: GradientDescentOptimizer(0.1), set()),
    "a class": (AdamOptimizer, {"t_0/Adam", "t_0/Adam_1"}),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_optimizer_may_be(name: str, tmp_path: Path) -> None:
    optimizer, slots = OPTIMIZERS[name]
    model = two_classes(tmp_path, optimizer=optimizer)
    model.train(input_fn(TWO), steps=2)  # an instance serves several graphs
    prefix = "dnn/logits/kernel/"
    assert {
        each.removeprefix(prefix) for each in model.get_variable_names() if each.startswith(prefix)
    } == slots


def test_an_optimizer_function_makes_one_in_the_graph_with_a_decay(tmp_path: Path) -> None:
    from estimator.functions.decay import exponential_decay
    from estimator.variables.global_step import get_global_step

    def optimizer() -> Any:
        return AdamOptimizer(exponential_decay(0.1, get_global_step(), 1, 0.5))

    assert two_classes(tmp_path, optimizer=optimizer).get_variable_value("global_step") == 3


def test_dropout_drops_in_training_only(tmp_path: Path) -> None:
    model = two_classes(tmp_path / "a", dropout=0.5)
    assert model.evaluate(input_fn(TWO)) == model.evaluate(input_fn(TWO))
    np.testing.assert_allclose(predicted(model)["logits"], logits_of(model), rtol=1e-4, atol=1e-6)
    without = two_classes(tmp_path / "b").get_variable_value("dnn/logits/kernel")
    assert (model.get_variable_value("dnn/logits/kernel") != without).any()


def test_the_activation_is_the_users(tmp_path: Path) -> None:
    model = DNNClassifier([4], COLUMNS, tmp_path, activation_fn=lambda x: b.Tanh(x), config=CONFIG)
    model.train(input_fn(TWO), steps=1)
    net = np.concatenate([FEATURES["a"], FEATURES["b"][:, None]], axis=1)
    kernel, bias = (model.get_variable_value(f"dnn/hiddenlayer_0/{part}") for part in ("kernel", "bias"))
    hidden = np.tanh(net @ kernel + bias)
    kernel, bias = (model.get_variable_value(f"dnn/logits/{part}") for part in ("kernel", "bias"))
    np.testing.assert_allclose(predicted(model)["logits"], hidden @ kernel + bias, rtol=1e-4, atol=1e-6)


def test_without_hidden_layers_it_is_linear(tmp_path: Path) -> None:
    model = DNNClassifier([], COLUMNS, tmp_path, config=CONFIG)
    model.train(input_fn(TWO), steps=1)
    np.testing.assert_allclose(predicted(model)["logits"], logits_of(model), rtol=1e-4, atol=1e-6)


def test_the_summaries_have_tensorflows_tags(tmp_path: Path) -> None:
    two_classes(tmp_path)
    tags = EventAccumulator(str(tmp_path)).Reload().Tags()
    layers = ["dnn/dnn/hiddenlayer_0", "dnn/dnn/hiddenlayer_1", "dnn/dnn/logits"]
    fractions = [f"{layer}/fraction_of_zero_values" for layer in layers]
    assert sorted(tags["scalars"]) == sorted(["loss", "average_loss", *fractions])
    assert sorted(tags["histograms"]) == sorted(f"{layer}/activation" for layer in layers)
    assert tags["graph"] is True


@pytest.mark.parametrize("reduction", [Reduction.MEAN, Reduction.SUM_OVER_BATCH_SIZE])
def test_the_average_loss_is_summarised_beside_a_sum_only(reduction: str, tmp_path: Path) -> None:
    DNNClassifier([5], COLUMNS, tmp_path, config=CONFIG, loss_reduction=reduction).train(
        input_fn(TWO), steps=1
    )
    scalars = EventAccumulator(str(tmp_path)).Reload().Tags()["scalars"]
    assert "loss" in scalars and "average_loss" not in scalars  # TensorFlow 2.15 writes none either


# -- learning


def flowers(name: str) -> tuple[dict[str, Any], Any]:
    """The iris file of the examples, whatever the order of its columns."""
    table = np.genfromtxt(ROOT / "examples" / "iris" / f"iris_{name}.csv", delimiter=",", names=True)
    labels = table["Species"].astype(np.int64)
    return {key: table[key].astype(np.float32) for key in table.dtype.names if key != "Species"}, labels


def test_it_learns_iris(tmp_path: Path) -> None:
    features, labels = flowers("training")
    columns = [numeric_column(name) for name in features]
    model = DNNClassifier([10, 10], columns, tmp_path, 3, config=RunConfig(tf_random_seed=1, progress=False))
    model.train(
        lambda: Dataset.from_tensor_slices((features, labels)).shuffle(120).repeat().batch(32), steps=300
    )
    result = model.evaluate(lambda: Dataset.from_tensor_slices(flowers("test")).batch(30))
    assert result["accuracy"] > 0.9


def test_a_regressor_learns_a_plane(tmp_path: Path) -> None:
    truth = FEATURES["a"] @ np.array([1.0, -2.0], np.float32) + 0.5
    model = DNNRegressor([], COLUMNS, tmp_path, optimizer=AdamOptimizer(0.1), config=CONFIG)
    model.train(lambda: input_fn(truth)().repeat(), steps=400)
    assert model.evaluate(input_fn(truth))["average_loss"] < 1e-3


def test_all_that_is_wrong_with_a_model_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="DNNClassifier: 8 problems") as caught:
        DNNClassifier(
            [0, -1], [], tmp_path / "new", n_classes=1, optimizer="nosuch", activation_fn="reluu", dropout=2,
            config=3, warm_start_from=5,
        )  # type: ignore[arg-type]  # fmt: skip
    for part in (
        "n_classes must be > 2: 1", "given: [0, -1]", "given: 2", "Did you mean 'relu'", "must not be empty",
        "Unsupported optimizer name: nosuch.", "provided 3", "warm_start_from must be a string",
    ):  # fmt: skip
        assert part in str(caught.value)
    assert not (tmp_path / "new").exists()


def test_a_single_problem_is_told_as_it_is() -> None:
    with pytest.raises(ValueError, match=r"^label_dimension must be >= 1\. Given: 0\.$"):
        DNNRegressor([4], [numeric_column("x")], label_dimension=0)


def test_the_activation_may_be_a_name(tmp_path: Path) -> None:
    values = []
    for activation in ("relu", nn.relu):
        model = DNNRegressor(
            [4], [numeric_column("x")], tmp_path / str(len(values)), activation_fn=activation,
            config=RunConfig(tf_random_seed=1),
        )  # fmt: skip
        x = np.array([[-1.0], [2.0]], np.float32)
        model.train(lambda x=x: ({"x": x}, x), steps=2)  # type: ignore[misc]
        values.append(model.get_variable_value("dnn/logits/kernel"))
    np.testing.assert_array_equal(*values)
