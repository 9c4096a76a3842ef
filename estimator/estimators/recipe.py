"""Ready-made models of their recipes: the Estimator that trained a model_dir, without its source.

A recipe is untrusted input. Classes come from the table below alone, functions from two modules of this package or from
the caller; what is made of them checks its arguments as ever.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from types import FunctionType
from typing import Any, NoReturn

from estimator.calls.recipe import FILE, FUNCTIONS, described, read_recipe
from estimator.core.errors import NotFoundError, UsageError
from estimator.core.facade import name_table
from estimator.core.registry import did_you_mean
from estimator.core.shown import shorten
from estimator.estimators.estimator import Estimator
from estimator.variables import initializers
from estimator.variables.initializers import ConfiguredInitializer, Zeros

READY_MADE = name_table(
    {
        "estimator.estimators.baseline": "BaselineClassifier BaselineEstimator BaselineRegressor",
        "estimator.estimators.dnn": "DNNClassifier DNNEstimator DNNRegressor",
        "estimator.estimators.dnn_linear": (
            "DNNLinearCombinedClassifier DNNLinearCombinedEstimator DNNLinearCombinedRegressor"
        ),
        "estimator.estimators.kmeans": "KMeansClustering",
        "estimator.estimators.linear": "LinearClassifier LinearEstimator LinearRegressor",
    }
)
PARTS = name_table(
    {
        "estimator.columns.bucketized": "BucketizedColumn",
        "estimator.columns.crossed": "CrossedColumn",
        "estimator.columns.embedding": "EmbeddingColumn",
        "estimator.columns.hashed": "HashedCategoricalColumn",
        "estimator.columns.identity": "IdentityCategoricalColumn",
        "estimator.columns.indicator": "IndicatorColumn",
        "estimator.columns.numeric": "NumericColumn",
        "estimator.columns.sequence": "SequenceCategoricalColumn",
        "estimator.columns.sequence_numeric": "SequenceNumericColumn",
        "estimator.columns.shared_embedding": "SharedEmbeddingColumn",
        "estimator.columns.standardize": "Standardize",
        "estimator.columns.vocabulary_file": "VocabularyFileCategoricalColumn",
        "estimator.columns.vocabulary_list": "VocabularyListCategoricalColumn",
        "estimator.columns.weighted": "WeightedCategoricalColumn",
        "estimator.models.heads.binary": "BinaryClassHead",
        "estimator.models.heads.multi_class": "MultiClassHead",
        "estimator.models.heads.multi_head": "MultiHead",
        "estimator.models.heads.multi_label": "MultiLabelHead",
        "estimator.models.heads.regression": "LogisticRegressionHead PoissonRegressionHead RegressionHead",
        "estimator.models.heads.standardized": "StandardizedRegressionHead",
    }
)
_WAYS = (
    "Make the Estimator as its script does and ask that: Estimator.predictor(...), or "
    "predictor.from_estimator(estimator, serving_input_receiver_fn); or export it once, and read that: "
    "predictor.from_saved_model(export_dir), or estimator serve --export_dir=..."
)


def recipe_of(estimator: Estimator) -> dict[str, Any] | None:
    """What a ready-made Estimator is, as plain values that JSON can hold; None for one of a model_fn.

    Parameters
    ----------
    estimator : Estimator
    """
    model = estimator._model
    if model.canned is None or model.arguments is None:
        return None
    return described(model.canned, model.arguments)


def estimator_of_model_dir(model_dir: str, custom_objects: Mapping[str, Any] | None = None) -> Estimator:
    """The ready-made Estimator that trained a model_dir.

    Parameters
    ----------
    model_dir : str
    custom_objects : mapping of str to object, optional
        What its recipe could not hold, by the names there.

    Raises
    ------
    NotFoundError
        If the model_dir has no recipe.
    TypeError, ValueError
        As :func:`estimator_of`.
    """
    recipe = read_recipe(model_dir)
    if recipe is None:
        raise NotFoundError(
            f"{model_dir!r} has no {FILE}, by which a ready-made model is known: it was trained by TensorFlow, by an "
            f"earlier version of this package, or with a model_fn, or is no model_dir. {_WAYS}"
        )
    if recipe.get("estimator") is None:
        raise NotFoundError(
            f"{model_dir!r} was last trained with a model_fn, which its files do not hold. {_WAYS}"
        )
    return estimator_of(recipe, model_dir, custom_objects)


def estimator_of(
    recipe: Mapping[str, Any], model_dir: str | None = None, custom_objects: Mapping[str, Any] | None = None
) -> Estimator:
    """The Estimator that a recipe describes; it evaluates and predicts as the one that was described.

    What only training needs may be missing: then it refuses to train, and says why.

    Parameters
    ----------
    recipe : mapping
        What :func:`recipe_of` gave.
    model_dir : str, optional
    custom_objects : mapping of str to object, optional
        Functions and objects of the user's own, by the names in the recipe.

    Raises
    ------
    TypeError
        If `custom_objects` is no dict.
    ValueError
        If there is no such class, the recipe asks for objects that are not given, or is damaged.
    """
    arguments = recipe.get("arguments")
    name = str(recipe.get("estimator"))
    if name not in READY_MADE or not isinstance(arguments, Mapping):
        raise ValueError(
            f"the recipe of {model_dir!r} is of {shorten(recipe.get('estimator'))}, which is no ready-made model."
            f"{did_you_mean(name, READY_MADE)}"
        )
    if not isinstance(custom_objects, (Mapping, type(None))):
        raise TypeError(
            f"custom_objects is a dict of names to functions and objects, given: {shorten(custom_objects)}."
        )
    given = dict(custom_objects or {})
    _demand_custom_objects(arguments, given, model_dir)
    try:
        placed = _placed(arguments, model_dir)
        made = {field: _rebuilt(value, field, given) for field, value in placed.items()}
        estimator: Estimator = _named(name, READY_MADE)(**made, model_dir=model_dir)
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        raise ValueError(
            f"the recipe of {model_dir!r} describes no {name} that can be made: {error}"
        ) from error
    return estimator


def _demand_custom_objects(arguments: Mapping[str, Any], given: Mapping[str, Any], model_dir: Any) -> None:
    missing = {name: was for name, was in _wanted(arguments, "") if name not in given}
    if not missing:
        return
    unused = [name for name in given if name not in dict(_wanted(arguments, ""))]
    hints = "".join(f" {name!r} is none of them." for name in unused)
    listed = ", ".join(f"{name!r} (it was {was})" for name, was in missing.items())
    example = ", ".join(f"{name!r}: ..." for name in missing)
    raise UsageError(
        "from_checkpoint",
        [
            f"the model of {model_dir!r} was made with {listed}, of which its {FILE} has only the name. Pass "
            f"custom_objects={{{example}}}.{hints}"
        ],
    )


def _wanted(value: Any, field: str) -> Iterator[tuple[str, str]]:
    """The names in a recipe that must be given an object, with what was there."""
    if isinstance(value, list):
        for item in value:
            yield from _wanted(item, field)
    elif isinstance(value, Mapping):
        if "custom" not in value:
            for name, item in value.items():
                yield from _wanted(item, name)
        elif field not in _STAND_INS:
            yield str(value["custom"]), str(value.get("was"))


def _refusing(name: str, was: str) -> Callable[..., Any]:
    """Stands for a function that only training calls."""

    def refuse(labels: Any = None, logits: Any = None) -> NoReturn:
        raise ValueError(
            f"this model was made of its recipe, which does not hold its {name} ({was}): it predicts, and cannot be "
            f"trained. Pass custom_objects={{{name!r}: ...}}, or train it as its script does."
        )

    return refuse


# What the model of a checkpoint does not depend on, by the argument's name: where the first values came from, how they
# were changed, and into how many parts variables were cut.
_STAND_INS: dict[str, Callable[[str, str], Any]] = {
    **dict.fromkeys(("optimizer", "linear_optimizer", "dnn_optimizer", "loss_fn"), _refusing),
    **dict.fromkeys(("partitioner", "input_layer_partitioner"), lambda name, was: None),
    "initial_clusters": lambda name, was: "random",
    "initializer": lambda name, was: Zeros(),
    "value": lambda name, was: 0.0,
}


def _rebuilt(value: Any, field: str, given: Mapping[str, Any]) -> Any:
    """A value of a recipe as the object that it describes."""
    if isinstance(value, list):
        return tuple(_rebuilt(item, field, given) for item in value)
    if not isinstance(value, Mapping):
        return value
    if "custom" in value:
        name = str(value["custom"])
        return given[name] if name in given else _STAND_INS[field](name, str(value.get("was")))
    if "function" in value:
        return _function(str(value["function"]))
    if "bytes" in value:
        return bytes.fromhex(value["bytes"])
    config = {name: _rebuilt(item, name, given) for name, item in value["config"].items()}
    return _part(str(value["class_name"]), config)


def _placed(value: Any, model_dir: str | None) -> Any:
    """The recipe with the paths of files in the model_dir, which it names from there on."""
    if isinstance(value, list):
        return [_placed(item, model_dir) for item in value]
    if not isinstance(value, Mapping):
        return value
    placed = {name: _placed(item, model_dir) for name, item in value.items()}
    path = placed.get("vocabulary_file")
    if isinstance(path, str) and "://" not in path and model_dir is not None:
        placed["vocabulary_file"] = os.path.join(model_dir, path)  # an absolute one stays what it is
    return placed


def _function(name: str) -> Any:
    home, _, own = name.partition(".")
    function = vars(FUNCTIONS[home]).get(own)
    if own.startswith("_") or not isinstance(function, FunctionType):
        raise ValueError(f"{name!r} is no function that a recipe may name.")
    return function


def _part(class_name: str, config: Mapping[str, Any]) -> Any:
    """The column, normalizer, head or initializer of that class."""
    if class_name in PARTS:
        kind = _named(class_name, PARTS)
        return kind.from_config(config) if hasattr(kind, "from_config") else kind(**config)
    kind = vars(initializers).get(class_name)
    if not (isinstance(kind, type) and issubclass(kind, ConfiguredInitializer)):
        raise ValueError(
            f"{class_name!r} is no class that a recipe may name.{did_you_mean(class_name, PARTS)}"
        )
    return kind.from_config(config)


def _named(name: str, table: Mapping[str, tuple[str, str]]) -> Any:
    home, own = table[name]
    return getattr(import_module(home), own)
