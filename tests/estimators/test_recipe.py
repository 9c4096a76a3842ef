"""Ready-made models are made again of their recipes, and are the same."""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.columns.standardize import Standardize
from estimator.core import errors
from estimator.estimators.add_metrics import add_metrics
from estimator.estimators.baseline import BaselineClassifier, BaselineEstimator, BaselineRegressor
from estimator.estimators.dnn import DNNClassifier, DNNEstimator, DNNRegressor
from estimator.estimators.dnn_linear import (
    DNNLinearCombinedClassifier,
    DNNLinearCombinedEstimator,
    DNNLinearCombinedRegressor,
)
from estimator.estimators.estimator import Estimator
from estimator.estimators.kmeans import KMeansClustering
from estimator.estimators.linear import LinearClassifier, LinearEstimator, LinearRegressor
from estimator.estimators.recipe import PARTS, READY_MADE, estimator_of, estimator_of_model_dir, recipe_of
from estimator.models.heads.standardized import StandardizedRegressionHead
from estimator.settings.run_config import RunConfig
from tests import tiny
from tests.architecture.sources import ROOT
from tests.estimators.test_columns import AGE, COLUMNS, FEATURES, LABELS

FC = tf.feature_column
E = tf.estimator
CONFIG = RunConfig(tf_random_seed=1, progress=False)
WIDE = [AGE, FC.crossed_column(["city", "colour"], 7)]
FEW = [AGE, COLUMNS[2]]
POINTS = np.float32([[0, 0], [0, 1], [9, 9], [9, 8]])
NAMES = ("no", "yes")

# class, arguments, labels
MODELS: dict[str, tuple[type[Estimator], dict[str, Any], Any]] = {
    "DNNClassifier": (DNNClassifier, {"hidden_units": [3], "feature_columns": FEW, "batch_norm": True}, LABELS),
    "of words": (
        DNNClassifier,
        {
            "hidden_units": (3, 2), "feature_columns": COLUMNS, "n_classes": 3, "label_vocabulary": ["a", "b", "c"],
            "activation_fn": "tanh", "dropout": 0.5, "optimizer": tf.train.AdamOptimizer(0.1),
            "input_layer_partitioner": tf.fixed_size_partitioner(2), "loss_reduction": "weighted_mean",
        },
        np.array(["a", "b", "c", "a"]),
    ),
    "DNNRegressor": (
        DNNRegressor,
        {"hidden_units": [3], "feature_columns": FEW, "weight_column": "age", "activation_fn": tf.nn.elu},
        np.float32(LABELS),
    ),
    "DNNEstimator": (
        DNNEstimator,
        {"head": E.MultiLabelHead(2, thresholds=[0.3]), "hidden_units": [3], "feature_columns": FEW},
        np.stack([LABELS, 1 - LABELS], 1),
    ),
    "several heads": (
        DNNEstimator,
        {
            "head": E.MultiHead(
                [E.RegressionHead(2, name="r", inverse_link_fn=tf.exp), E.BinaryClassHead(name="c")], [1, 2]
            ),
            "hidden_units": [3],
            "feature_columns": FEW,
        },
        {"r": np.float32(np.stack([LABELS, LABELS], 1)), "c": LABELS},
    ),
    "LinearClassifier": (
        LinearClassifier,
        {"feature_columns": (column for column in WIDE), "label_vocabulary": NAMES, "sparse_combiner": "mean"},
        np.array(["no", "yes", "yes", "no"]),
    ),
    "LinearRegressor": (LinearRegressor, {"feature_columns": WIDE, "label_dimension": 2}, np.ones((4, 2), "f")),
    "LinearEstimator": (LinearEstimator, {"head": E.PoissonRegressionHead(), "feature_columns": WIDE}, LABELS),
    "prices": (
        DNNEstimator,
        {
            "head": StandardizedRegressionHead(300.0, 50.0),
            "hidden_units": [3],
            "feature_columns": [FC.numeric_column("age", normalizer_fn=Standardize(40.0, 10.0))],
        },
        np.float32([200, 350, 300, 420]),
    ),
    "wide and deep": (
        DNNLinearCombinedClassifier,
        {"linear_feature_columns": WIDE, "dnn_feature_columns": FEW, "dnn_hidden_units": [3]},
        LABELS,
    ),
    "wide alone": (DNNLinearCombinedRegressor, {"linear_feature_columns": WIDE}, np.float32(LABELS)),
    "deep alone": (
        DNNLinearCombinedEstimator,
        {"head": E.LogisticRegressionHead(), "dnn_feature_columns": FEW, "dnn_hidden_units": [3]},
        np.float32(LABELS),
    ),
    "BaselineClassifier": (BaselineClassifier, {"n_classes": 3}, LABELS),
    "BaselineRegressor": (BaselineRegressor, {"optimizer": "SGD"}, np.float32(LABELS)),
    "BaselineEstimator": (BaselineEstimator, {"head": E.MultiClassHead(3, label_vocabulary=list("xyz"))}, np.array(list("xyzx"))),
    "KMeans": (
        KMeansClustering,
        {"num_clusters": 2, "feature_columns": [FC.numeric_column("p", 2)], "initial_clusters": POINTS[::2]},
        None,
    ),
}  # fmt: skip


def input_fn_of(name: str) -> Any:
    features = {"p": POINTS} if name == "KMeans" else FEATURES
    return lambda: (features, MODELS[name][2])


def trained(name: str, model_dir: Path) -> Estimator:
    kind, arguments, _ = MODELS[name]
    return kind(**arguments, model_dir=model_dir, config=CONFIG).train(input_fn_of(name), steps=2)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_of_its_recipe_predicts_and_evaluates_as_it_did(name: str, tmp_path: Path) -> None:
    model = trained(name, tmp_path)
    again = estimator_of_model_dir(str(tmp_path))
    assert type(again) is type(model)
    (expected,) = model.predict(input_fn_of(name), yield_single_examples=False)
    (found,) = again.predict(input_fn_of(name), yield_single_examples=False)
    assert list(found) == list(expected)
    for key in expected:
        np.testing.assert_array_equal(found[key], expected[key])
    assert again.evaluate(input_fn_of(name), steps=1) == model.evaluate(input_fn_of(name), steps=1)


def test_the_tables_have_all_ready_made_models_columns_and_heads() -> None:
    base = {"FeatureColumn", "KeyedColumn", "DenseColumn", "CategoricalColumn", "WrappingColumn"}
    base |= {"SequenceDenseColumn", "TableColumn", "Column", "SingleHead", "Head"}
    classes = {
        node.name
        for folder in ("columns", "models/heads")
        for path in (ROOT / "estimator" / folder).glob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef) and node.name.endswith(("Column", "Head", "Standardize"))
    }
    assert classes - base == set(PARTS)
    assert {kind.__name__ for kind, _, _ in MODELS.values()} == set(READY_MADE)


def halved(x: Any) -> Any:
    return x / 2


def of_own_functions(model_dir: Path) -> DNNClassifier:
    columns = [FC.numeric_column("age", normalizer_fn=lambda x: x / 100)]
    model = DNNClassifier([3], columns, model_dir, activation_fn=halved, config=CONFIG)
    return model.train(lambda: (FEATURES, LABELS), steps=1)


def test_what_a_recipe_lacks_is_asked_for_by_name(tmp_path: Path) -> None:
    model = of_own_functions(tmp_path)
    with pytest.raises(ValueError) as raised:
        estimator_of_model_dir(str(tmp_path), {"age": halved})
    said = str(raised.value)
    assert "'age.normalizer_fn' (it was of_own_functions.<locals>.<lambda>), 'halved' (it was halved)" in said
    assert "custom_objects={'age.normalizer_fn': ..., 'halved': ...}" in said
    assert "'age' is none of them." in said
    own = {"age.normalizer_fn": lambda x: x / 100, "halved": halved}
    again = estimator_of_model_dir(str(tmp_path), own)
    (expected,) = model.predict(lambda: FEATURES, yield_single_examples=False)
    (found,) = again.predict(lambda: FEATURES, yield_single_examples=False)
    np.testing.assert_array_equal(found["logits"], expected["logits"])


def test_custom_objects_are_given_by_name(tmp_path: Path) -> None:
    of_own_functions(tmp_path)
    with pytest.raises(TypeError, match="custom_objects is a dict of names"):
        estimator_of_model_dir(str(tmp_path), [halved])  # type: ignore[arg-type]


def test_a_model_whose_optimizer_is_not_known_refuses_to_train(tmp_path: Path) -> None:
    trained("of words", tmp_path)
    again = estimator_of_model_dir(str(tmp_path))
    with pytest.raises(ValueError, match=r"does not hold its optimizer \(AdamOptimizer\).*cannot be trained"):
        again.train(input_fn_of("of words"), steps=1)
    given = {
        "optimizer": tf.train.AdamOptimizer(0.1),
        "input_layer_partitioner": tf.fixed_size_partitioner(2),
    }
    own = estimator_of_model_dir(str(tmp_path), given)
    assert own.train(input_fn_of("of words"), steps=1).get_variable_value("global_step") == 3


def test_a_model_of_its_recipe_has_the_same_recipe(tmp_path: Path) -> None:
    model = trained("wide and deep", tmp_path)
    recipe = recipe_of(model)
    assert recipe is not None and recipe == recipe_of(estimator_of(recipe))
    assert recipe_of(tiny.estimator(tmp_path)) is None


class Mine(DNNClassifier):
    """A subclass of a user's, with arguments of its own."""

    def __init__(self, model_dir: Any) -> None:
        super().__init__([3], [AGE], model_dir, config=CONFIG)


def test_of_a_class_derived_of_a_ready_made_one_the_latter_is_described(tmp_path: Path) -> None:
    Mine(tmp_path).train(lambda: (FEATURES, LABELS), steps=1)
    assert type(estimator_of_model_dir(str(tmp_path))) is DNNClassifier


def test_a_model_with_more_metrics_is_described_as_without(tmp_path: Path) -> None:
    model = LinearClassifier([AGE], tmp_path, config=CONFIG)
    more = add_metrics(model, lambda labels: {"sum": tf.metrics.mean(labels)})
    more.train(lambda: (FEATURES, LABELS), steps=1)
    assert recipe_of(more) == recipe_of(model) == recipe_of(estimator_of_model_dir(str(tmp_path)))


def test_a_model_dir_without_recipe_is_told_what_else_there_is(tmp_path: Path) -> None:
    with pytest.raises(
        errors.NotFoundError, match=r"has no .recipe.json.*Estimator.predictor.*from_saved_model"
    ):
        estimator_of_model_dir(str(tmp_path))
    (tmp_path / ".recipe.json").write_text('{"estimator_recipe": 1, "estimator": null}')
    with pytest.raises(errors.NotFoundError, match=r"was last trained with a model_fn.*Estimator.predictor"):
        estimator_of_model_dir(str(tmp_path))


def damaged(value: Any) -> Iterator[Any]:
    """The value with one thing in it that is something else."""
    yield from (
        None,
        3,
        "tf",
        [],
        {},
        {"class_name": "DNNClassifier", "config": {}},
        {"function": "os.system"},
    )
    if isinstance(value, dict):
        for name, item in value.items():
            yield {key: part for key, part in value.items() if key != name}
            yield from ({**value, name: other} for other in damaged(item))
    if isinstance(value, list) and value:
        yield from ([other, *value[1:]] for other in damaged(value[0]))


def test_a_damaged_recipe_makes_a_model_or_one_clear_error(tmp_path: Path) -> None:
    recipe = recipe_of(DNNClassifier([3], COLUMNS[2:3], tmp_path, activation_fn=tf.nn.elu))
    assert recipe is not None
    refused = 0
    for changed in damaged(copy.deepcopy(recipe)):
        if not isinstance(changed, dict):
            continue
        try:
            estimator_of(json.loads(json.dumps(changed)), str(tmp_path))
        except ValueError as error:
            assert "the recipe of" in str(error)
            refused += 1
    assert refused > 100


@pytest.mark.parametrize(
    "part",
    [
        {"function": "os.system"}, {"function": "math.np"}, {"function": "nn._kernel"}, {"class_name": "Popen", "config": {}},
        {"class_name": "inspect", "config": {}},
    ],
    ids=str,
)  # fmt: skip
def test_a_recipe_names_nothing_but_what_models_are_made_of(part: Any, tmp_path: Path) -> None:
    arguments = {"hidden_units": [1], "feature_columns": [], "activation_fn": part}
    with pytest.raises(ValueError, match="describes no DNNClassifier that can be made"):
        estimator_of({"estimator": "DNNClassifier", "arguments": arguments}, str(tmp_path))
