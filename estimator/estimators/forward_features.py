"""Features that come back with the predictions, so that rows can be told apart by a key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.registry import did_you_mean
from estimator.estimators.estimator import Estimator
from estimator.functions.scoping import convert_to_tensor_or_sparse_tensor
from estimator.functions.sparse import sparse_tensor_to_dense
from estimator.graph.sparse import SparseTensor
from estimator.models.export_outputs import PredictOutput
from estimator.models.spec import EstimatorSpec

_EXPORTED = ("predict", "serving_default")


def forward_features(
    estimator: Estimator,
    keys: str | Sequence[str] | None = None,
    sparse_default_values: Mapping[str, Any] | None = None,
) -> Estimator:
    """An Estimator of the same model and model_dir, whose predictions have features too.

    Parameters
    ----------
    estimator : Estimator
    keys : str or list of str, optional
        Which features; by default all.
    sparse_default_values : dict of str to value, optional
        Features that are sparse, and what stands where they have nothing: they become dense.

    Raises
    ------
    TypeError
        If it is no Estimator, or a key no str.
    ValueError
        In predict: if there is no such feature, the predictions have one of that name, are no dict, or a feature is
        sparse and has no default, or the other way round. The error has all problems.

    Source
    ------
    tf.contrib.estimator.forward_features, TF 1.15 extenders.py
    """
    if not isinstance(estimator, Estimator):
        raise TypeError(f"estimator must be an Estimator, given: {estimator!r}.")
    names = [keys] if isinstance(keys, str) else keys
    if names is not None and not (
        isinstance(names, (list, tuple)) and all(isinstance(key, str) for key in names)
    ):
        raise TypeError(f"keys should be either a string or a list of strings. Given: {keys!r}.")

    def model_fn(features: Any, labels: Any, mode: str, config: Any) -> EstimatorSpec:
        """The model, whose predictions have features too."""
        spec = estimator.model_fn(features, labels, mode, config)
        if spec.predictions is None:
            return spec
        wanted = list(features) if names is None else names
        forwarded = _forwarded(features, spec.predictions, wanted, sparse_default_values or {})
        outputs = dict(spec.export_outputs or {})
        for name in _EXPORTED:
            if isinstance(outputs.get(name), PredictOutput):
                outputs[name] = PredictOutput({**outputs[name].outputs, **forwarded})
        return spec._replace(predictions={**spec.predictions, **forwarded}, export_outputs=outputs)

    return Estimator(
        model_fn, estimator.model_dir, estimator.config, warm_start_from=estimator._model.warm_start
    )


def _forwarded(
    features: Any, predictions: Any, keys: Sequence[str], sparse_default_values: Mapping[str, Any]
) -> dict[str, Any]:
    """The features, as dense tensors."""
    if not isinstance(predictions, Mapping):
        raise ValueError(
            f"Predictions should be a dict to be able to forward features. Given: {type(predictions).__name__}."
        )
    problems, found = [], {}
    for key in keys:
        if key not in features:
            problems.append(
                f"keys should be exist in features. Key {key!r} is not in features: {', '.join(map(str, features))}."
                f"{did_you_mean(key, features)}"
            )
            continue
        if key in predictions:
            problems.append(f"Cannot forward feature key ({key}), since it does exist in predictions")
        feature = convert_to_tensor_or_sparse_tensor(features[key])
        is_sparse = isinstance(feature, SparseTensor)
        if is_sparse != (key in sparse_default_values):
            problems.append(
                f"Feature ({key}) should be a Tensor: give its default in sparse_default_values, or leave it out"
                if is_sparse
                else f"Feature ({key}) is expected to be a `SparseTensor`, as sparse_default_values has it"
            )
        elif is_sparse:
            feature = sparse_tensor_to_dense(feature, sparse_default_values[key])
        found[key] = feature
    raise_problems("forward_features", problems)
    return found


near_keywords_of_functions(__name__)
