"""The Estimator of tf.contrib.learn: ``fit`` in place of ``train``, arrays in place of input functions.

::

    estimator = tf.contrib.learn.Estimator(model_fn, model_dir="models/x", params={"rate": 0.1})
    estimator.fit(x, y, batch_size=32, steps=1000)
    estimator.evaluate(x, y, metrics={"accuracy": MetricSpec(tf.contrib.metrics.streaming_accuracy)})

It is a thin coat around a tf.estimator.Estimator, its :attr:`Estimator.core`, which trains, saves and restores.

Source
------
TF 1.15 contrib/learn estimator.py
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from estimator.core import nest
from estimator.core.errors import NotFittedError, UnimplementedError, raise_problems
from estimator.core.keywords import near_keywords_of_methods
from estimator.core.signatures import argument_names
from estimator.estimators import estimator as core
from estimator.estimators.learn.metric_spec import metrics_of
from estimator.estimators.learn.model_fn_ops import ModelFnOps
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.pipeline.inputs import numpy_input_fn
from estimator.settings.run_config import RunConfig


@near_keywords_of_methods
class Estimator:
    """Trains, evaluates and predicts with a model function of tf.contrib.learn.

    Parameters
    ----------
    model_fn : callable
        ``model_fn(features, labels, mode, params, config, model_dir)`` gives :class:`ModelFnOps`, an EstimatorSpec, or
        ``(predictions, loss, train_op)``; it takes those of the arguments that its signature names.
    model_dir : str or path, optional
        Default: the config's, else a temporary directory.
    config : RunConfig, optional
    params : dict, optional
    feature_engineering_fn : callable, optional
        From features and labels to those that model_fn gets.

    Attributes
    ----------
    core : tf.estimator.Estimator
        The Estimator inside.

    Raises
    ------
    ValueError, TypeError
        If an argument is not valid; the message lists everything that is wrong with it.

    Source
    ------
    tf.contrib.learn.Estimator
    """

    def __init__(
        self,
        model_fn: Callable[..., Any],
        model_dir: str | os.PathLike[str] | None = None,
        config: RunConfig | None = None,
        params: Any = None,
        feature_engineering_fn: Callable[..., Any] | None = None,
    ) -> None:
        names = argument_names(model_fn, "model_fn")
        if params is not None and "params" not in names:
            raise_problems(
                "Estimator",
                [
                    f"model_fn has no argument params, and params={params!r} are given; its arguments: {names}."
                ],
            )
        self._model_fn, self._names, self._engineer = model_fn, names, feature_engineering_fn
        self._has_params = params is not None
        self.core = core.Estimator(self._core_model_fn(None), model_dir, config, params)

    @property
    def model_dir(self) -> str:
        """Where checkpoints and summaries go."""
        return self.core.model_dir

    @property
    def config(self) -> RunConfig:
        """A copy of the settings."""
        return self.core.config

    @property
    def params(self) -> Any:
        """A copy of the hyper-parameters."""
        return self.core.params if self._has_params else None

    def with_metrics(self, metrics: Mapping[Any, Any] | None) -> core.Estimator:
        """A tf.estimator.Estimator of the same model and model_dir, whose evaluate gives more metrics.

        Parameters
        ----------
        metrics : dict, optional
            See :func:`~estimator.estimators.learn.metric_spec.metrics_of`.

        Raises
        ------
        ValueError
            If it is no dict.
        """
        if metrics is not None and not isinstance(metrics, dict):
            raise ValueError(f"Metrics argument should be None or dict. Got {metrics!r}.")

        if not metrics:
            return self.core
        model_fn = self._core_model_fn(metrics)
        return core.Estimator(model_fn, self.model_dir, self.config, self.params)

    def _core_model_fn(
        self, metrics: Mapping[Any, Any] | None, default_output: str | None = None, exports: bool = False
    ) -> Callable[..., EstimatorSpec]:
        """The model function, with an EstimatorSpec for what it gives; which output is the default, an export asks."""

        def spec_of(ops: ModelFnOps) -> EstimatorSpec:
            if not exports and len(ops.output_alternatives or ()) > 1:
                ops = ops._replace(output_alternatives=None)
            return ops.estimator_spec(default_output)

        def with_params(
            features: Any, labels: Any, mode: str, params: Any, config: RunConfig
        ) -> EstimatorSpec:
            if self._engineer is not None:
                features, labels = self._engineer(features, labels)
            known = {"mode": mode, "params": params, "config": config, "model_dir": config.model_dir}
            given = {name: value for name, value in known.items() if name in self._names}
            made = self._model_fn(features, labels, **given)
            spec = made if isinstance(made, EstimatorSpec) else spec_of(_ops_of(made, mode))
            if not metrics or mode != ModeKeys.EVAL:
                return spec
            more = metrics_of(metrics, features, labels, spec.predictions)
            return spec._replace(eval_metric_ops={**spec.eval_metric_ops, **more})

        def model_fn(features: Any, labels: Any, mode: str, config: RunConfig) -> EstimatorSpec:
            return with_params(features, labels, mode, None, config)

        return with_params if self._has_params else model_fn

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        input_fn: Callable[..., Any] | None = None,
        steps: int | None = None,
        batch_size: int | None = None,
        monitors: Sequence[Any] | None = None,
        max_steps: int | None = None,
    ) -> Estimator:
        """Train, from the latest checkpoint if there is one.

        Parameters
        ----------
        x, y : array or dict of arrays, optional
            Shuffled, and repeated without end: give `steps` or `max_steps`.
        input_fn : callable, optional
            In place of the arrays.
        steps : int, optional
            How many steps this call makes.
        batch_size : int, optional
            Of arrays; by default all at once.
        monitors : list of SessionRunHook, optional
        max_steps : int, optional
            The step at which training ends, counted from the very first.

        Raises
        ------
        ValueError
            If there are arrays and an input_fn, or neither, or `steps` and `max_steps`.
        """
        found = _input_fn(x, y, input_fn, batch_size, num_epochs=None, shuffle=True)
        self.core.train(found, monitors, steps, max_steps)
        return self

    def partial_fit(
        self,
        x: Any = None,
        y: Any = None,
        input_fn: Callable[..., Any] | None = None,
        steps: int | None = 1,
        batch_size: int | None = None,
        monitors: Sequence[Any] | None = None,
    ) -> Estimator:
        """One step more, or `steps`; parameters as for :meth:`fit`."""
        return self.fit(x, y, input_fn, steps, batch_size, monitors)

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        input_fn: Callable[..., Any] | None = None,
        feed_fn: None = None,
        batch_size: int | None = None,
        steps: int | None = None,
        metrics: Mapping[Any, Any] | None = None,
        name: str | None = None,
        checkpoint_path: str | None = None,
        hooks: Sequence[Any] | None = None,
        log_progress: bool = True,
    ) -> dict[str, Any]:
        """The metrics of a checkpoint on some data.

        Parameters
        ----------
        x, y, input_fn, batch_size
            As for :meth:`fit`; arrays are read once, in order.
        feed_fn
            Not available.
        steps : int, optional
            How many batches; by default all.
        metrics : dict, optional
            Name to MetricSpec, or to a function of predictions and labels: more metrics.
        name : str, optional
            The summaries go to ``eval_<name>`` instead of ``eval``.
        checkpoint_path : str, optional
            By default the latest.
        hooks : list of SessionRunHook, optional
        log_progress : optional
            Accepted for old scripts.

        Raises
        ------
        NotFittedError
            If there is no checkpoint.
        UnimplementedError
            For feed_fn.
        ValueError
            If there are arrays and an input_fn, or neither, or `metrics` is no dict.
        """
        if feed_fn is not None:
            raise UnimplementedError("evaluate: feed_fn is not available; give the data by input_fn.")
        found = _input_fn(x, y, input_fn, batch_size, num_epochs=1, shuffle=False)
        estimator = self.with_metrics(metrics)
        self._demand_checkpoint(checkpoint_path)
        return estimator.evaluate(found, steps, hooks, checkpoint_path, name)

    def predict(
        self,
        x: Any = None,
        input_fn: Callable[..., Any] | None = None,
        batch_size: int | None = None,
        outputs: Sequence[str] | None = None,
        as_iterable: bool = True,
        iterate_batches: bool = False,
    ) -> Any:
        """Predictions of the latest checkpoint.

        Parameters
        ----------
        x, input_fn, batch_size
            As for :meth:`fit`; arrays are read once, in order.
        outputs : list of str, optional
            Only these predictions.
        as_iterable : bool
            Whether they come one by one; else all at once, as arrays of all examples.
        iterate_batches : bool
            Whether they come batch by batch.

        Raises
        ------
        NotFittedError
            If there is no checkpoint.
        ValueError
            If there are arrays and an input_fn, or neither.
        """
        found = _input_fn(x, None, input_fn, batch_size, num_epochs=1, shuffle=False)
        self._demand_checkpoint(None)
        in_batches = iterate_batches or not as_iterable
        predicted = self.core.predict(found, outputs, yield_single_examples=not in_batches)
        if as_iterable:
            return predicted
        return nest.map_structure(lambda *batches: np.concatenate(batches), *predicted)

    def export_savedmodel(
        self,
        export_dir_base: str | os.PathLike[str],
        serving_input_fn: Callable[[], Any],
        default_output_alternative_key: str | None = None,
        assets_extra: Mapping[str, str] | None = None,
        as_text: bool = False,
        checkpoint_path: str | None = None,
        strip_default_attrs: bool = False,
    ) -> bytes:
        """Write the model of a checkpoint as a SavedModel; its new folder.

        Parameters
        ----------
        export_dir_base, assets_extra, as_text, checkpoint_path, strip_default_attrs
            As for :meth:`tf.estimator.Estimator.export_savedmodel`.
        serving_input_fn : callable
            Returns an InputFnOps or a ServingInputReceiver.
        default_output_alternative_key : str, optional
            Which of several output_alternatives is the default.

        Raises
        ------
        ValueError, TypeError, InvalidArgumentError, NotFoundError
            As that method; and if there is no such alternative.
        """
        model_fn = self._core_model_fn(None, default_output_alternative_key, exports=True)
        estimator = core.Estimator(model_fn, self.model_dir, self.config, self.params)
        return estimator.export_savedmodel(
            export_dir_base, serving_input_fn, assets_extra, as_text, checkpoint_path, strip_default_attrs
        )

    def get_variable_names(self) -> list[str]:
        """The names of all variables in the latest checkpoint."""
        return self.core.get_variable_names()

    def get_variable_value(self, name: str) -> Any:
        """The value of a variable in the latest checkpoint."""
        return self.core.get_variable_value(name)

    def _demand_checkpoint(self, given: str | None) -> None:
        if given is None and self.core.latest_checkpoint() is None:
            raise NotFittedError(f"Couldn't find trained model at {self.model_dir}. Call fit first.")


@near_keywords_of_methods
class SKCompat:
    """An Estimator of tf.contrib.learn with scikit-learn's methods, which take arrays.

    Parameters
    ----------
    estimator : Estimator

    Source
    ------
    tf.contrib.learn.SKCompat
    """

    def __init__(self, estimator: Estimator) -> None:
        self._estimator = estimator

    def fit(
        self,
        x: Any,
        y: Any,
        batch_size: int = 128,
        steps: int | None = None,
        max_steps: int | None = None,
        monitors: Sequence[Any] | None = None,
    ) -> SKCompat:
        """Train; see :meth:`Estimator.fit`."""
        self._estimator.fit(x, y, None, steps, batch_size, monitors, max_steps)
        return self

    def score(
        self,
        x: Any,
        y: Any,
        batch_size: int = 128,
        steps: int | None = None,
        metrics: Mapping[Any, Any] | None = None,
        name: str | None = None,
    ) -> dict[str, Any]:
        """The metrics; see :meth:`Estimator.evaluate`."""
        return self._estimator.evaluate(x, y, batch_size=batch_size, steps=steps, metrics=metrics, name=name)

    def predict(self, x: Any, batch_size: int = 128, outputs: Sequence[str] | None = None) -> Any:
        """All predictions, as arrays of all examples."""
        return self._estimator.predict(x, None, batch_size, outputs, as_iterable=False)


def _ops_of(made: Any, mode: str) -> ModelFnOps:
    """What a model function has given, which may be a tuple of three."""
    if isinstance(made, ModelFnOps):
        return made
    if not isinstance(made, tuple) or len(made) != 3:
        raise ValueError(
            "Unrecognized value returned by model_fn, please return ModelFnOps: it gives neither that nor an "
            f"EstimatorSpec nor (predictions, loss, train_op), but {made!r}."
        )
    predictions, loss, train_op = made
    return ModelFnOps(mode, predictions, loss, train_op)


def _input_fn(
    x: Any, y: Any, input_fn: Callable[..., Any] | None, batch_size: int | None, **order: Any
) -> Callable[..., Any]:
    """The input function, or one over arrays."""
    if (x is None) == (input_fn is None):
        raise ValueError("either x or input_fn must be given, and not both.")
    if input_fn is not None:
        given = [name for name, value in (("y", y), ("batch_size", batch_size)) if value is not None]
        if given:
            raise ValueError(f"{' and '.join(given)} cannot be given together with input_fn: it says them.")
        return input_fn
    features, labels = _as_taken(x), None if y is None else _as_taken(y)
    first = next(iter(features.values())) if isinstance(features, dict) else features
    return numpy_input_fn(features, labels, len(first) if batch_size is None else batch_size, **order)


def _as_taken(values: Any) -> Any:
    """Arrays of a type that models take: numbers of double precision lose half of it, as in tf.contrib.learn."""
    if isinstance(values, Mapping):
        return {name: _as_taken(value) for name, value in values.items()}
    array = np.asarray(values)
    return array.astype(np.float32) if array.dtype == np.float64 else array
