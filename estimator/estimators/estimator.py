"""The Estimator: a model function, a directory, and the calls train, evaluate and predict."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from estimator.calls import evaluation, prediction, training
from estimator.calls.checks import (
    canned_name,
    check_not_overridden,
    check_settings,
    count_problems,
    name_problems,
    settled_config,
    warm_start_of,
)
from estimator.calls.opening import Model, chosen_checkpoint
from estimator.calls.user_functions import (
    call_model_fn,
    check_input_fn,
    check_model_fn,
    copied_params,
)
from estimator.core import log
from estimator.core.arguments import arguments_of, defaults_of
from estimator.core.counts import whole_number
from estimator.core.errors import Gathered, raise_problems
from estimator.core.keywords import near_keywords
from estimator.core.tracebacks import with_short_traceback
from estimator.estimators.exporting import Exporting
from estimator.model_dir.finding import latest_prefix
from estimator.model_dir.start import Start
from estimator.models.spec import EstimatorSpec
from estimator.settings.run_config import RunConfig
from estimator.training.hooks.checkpoint_saver import CheckpointSaverListener, check_listeners
from estimator.training.session_run_hook import SessionRunHook, check_hooks

if TYPE_CHECKING:
    from typing import Self

    from estimator.calls.predictor import Predictor
    from estimator.profiling.layers import ModelSummary


@near_keywords
class Estimator(Exporting):
    """Trains, evaluates and predicts with a model function.

    Parameters
    ----------
    model_fn : callable
        ``model_fn(features, labels, mode, params, config)`` returns an :class:`EstimatorSpec`; it takes those of
        the arguments that its signature names, ``features`` always.
    model_dir : str or path, optional
        Where checkpoints and summaries go, and where training continues from. Default: the config's, else a temporary
        directory, with a warning that names it.
    config : RunConfig, optional
    params : object, optional
        Hyper-parameters, handed to model_fn and input_fn: a dict, a Namespace, an object of any class. Each call
        gets a deep copy.
    warm_start_from : str or WarmStartSettings, optional
        Where the first weights come from, if model_dir has no checkpoint.

    Raises
    ------
    ValueError
        If an argument is not valid; the message lists everything that is wrong with it.
    TypeError
        If model_fn is not a function, or params cannot be copied.

    Source
    ------
    tf.estimator.Estimator, TF 1.15
    """

    def __init__(
        self,
        model_fn: Callable[..., Any],
        model_dir: str | os.PathLike[str] | None = None,
        config: RunConfig | None = None,
        params: Any = None,
        warm_start_from: Any = None,
    ) -> None:
        check_not_overridden(type(self), Estimator)
        problems = Gathered(type(self).__name__)
        problems.result_of(check_model_fn, model_fn, params)
        problems.result_of(check_settings, model_dir, config, warm_start_from)
        copied = problems.result_of(copied_params, params)
        problems.raise_all()
        settings = settled_config(config, model_dir)
        self._model = Model(
            model_fn=model_fn,
            model_dir=str(settings.model_dir),
            config=settings,
            params=copied,
            warm_start=warm_start_of(warm_start_from),
            class_name=type(self).__name__,
            canned=canned_name(type(self), Estimator),
            arguments=arguments_of(self),
            defaults=defaults_of(self),
        )
        log.info("Using config: %s", {"model_dir": settings.model_dir} | settings.changed())

    def __repr__(self) -> str:
        from estimator.estimators.representation import representation  # reads checkpoints

        model = vars(self).get("_model")  # none where the constructor has failed, or not run yet
        return object.__repr__(self) if model is None else representation(model)

    @property
    def model_dir(self) -> str:
        """Where checkpoints and summaries go."""
        return self._model.model_dir

    @property
    def config(self) -> RunConfig:
        """A copy of the settings."""
        return copy.deepcopy(self._model.config)

    @property
    def params(self) -> Any:
        """A copy of the hyper-parameters, of whatever type they are."""
        return copy.deepcopy(self._model.params)

    @property
    def model_fn(self) -> Callable[..., EstimatorSpec]:
        """The model function with the params bound: ``model_fn(features, labels, mode, config)``."""

        def public_model_fn(features: Any, labels: Any, mode: str, config: RunConfig) -> EstimatorSpec:
            return call_model_fn(self._model.model_fn, features, labels, mode, self.params, config)

        return public_model_fn

    @with_short_traceback
    @near_keywords
    def train(
        self,
        input_fn: Callable[..., Any],
        hooks: Sequence[SessionRunHook] | None = None,
        steps: int | None = None,
        max_steps: int | None = None,
        saving_listeners: Sequence[CheckpointSaverListener] | None = None,
    ) -> Self:
        """Train, from the latest checkpoint if there is one.

        Parameters
        ----------
        input_fn : callable
            Returns a Dataset, (features, labels), features alone, or an iterable of numpy batches.
        hooks : sequence of SessionRunHook, optional
        steps : int, optional
            How many steps this call makes.
        max_steps : int, optional
            The step at which training ends, counted from the very first. At most one of the two; with none, the end
            of the input ends training.
        saving_listeners : sequence of CheckpointSaverListener, optional
            Called around each save.

        Returns
        -------
        Estimator
            This one.

        Raises
        ------
        ValueError, TypeError
            If an argument is not valid, or model_fn or input_fn return something wrong. Nothing is written then.
        InvalidArgumentError, NotFoundError
            If model and checkpoint do not fit. Nothing is written then.
        NanLossDuringTrainingError
            If the loss becomes NaN.
        """
        problems = [*count_problems("steps", steps), *count_problems("max_steps", max_steps)]
        if steps is not None and max_steps is not None:
            problems.append("Can not provide both steps and max_steps.")
        config = self._model.config
        if config.task_type in ("evaluator", "ps"):
            problems.append(
                f"Train has been called wrong configuration: this process is a {config.task_type} (TF_CONFIG). "
                "Please use tf.estimator.train_and_evaluate, or unset TF_CONFIG."
            )
        raise_problems("train", problems)
        check_input_fn(input_fn)
        arguments = training.TrainArguments(
            input_fn,
            tuple(check_hooks(hooks)),
            whole_number(steps),
            whole_number(max_steps),
            tuple(check_listeners(saving_listeners)),
        )
        if config.num_worker_replicas > 1 or "ESTIMATOR_DISTRIBUTE" in os.environ:
            from estimator.settings.processes import join_cluster  # which one process has no use for

            join_cluster(config)
        training.train(self._model, arguments)
        return self

    @with_short_traceback
    @near_keywords
    def evaluate(
        self,
        input_fn: Callable[..., Any],
        steps: int | None = None,
        hooks: Sequence[SessionRunHook] | None = None,
        checkpoint_path: str | None = None,
        name: str | None = None,
        *,
        checkpoint: str | None = None,
    ) -> dict[str, Any]:
        """The metrics of a checkpoint on some data: the latest, if nothing else is asked for.

        Parameters
        ----------
        input_fn : callable
            As in :meth:`train`; plain arrays are one batch.
        steps : int, optional
            How many batches; default: to the end of the input.
        hooks : sequence of SessionRunHook, optional
        checkpoint_path : str, optional
            The prefix of another checkpoint.
        name : str, optional
            The summaries go to ``eval_<name>`` instead of ``eval``.
        checkpoint : str, optional
            Ours: ``"best"`` is the best one by RunConfig(keep_best=...), ``"latest"`` the latest.

        Returns
        -------
        dict
            Metric name to numpy scalar; ``loss`` is the mean of the batches' losses, ``global_step`` the
            checkpoint's step.

        Raises
        ------
        ValueError, TypeError
            If an argument is not valid, or the model lacks the metric of RunConfig(keep_best=...).
        InvalidArgumentError, NotFoundError
            If model and checkpoint do not fit, or there is none and the config requires one.
        """
        raise_problems("evaluate", [*count_problems("steps", steps), *name_problems(name)])
        check_input_fn(input_fn)
        chosen = chosen_checkpoint("evaluate", checkpoint, checkpoint_path)
        return evaluation.evaluate(
            self._model, input_fn, whole_number(steps), check_hooks(hooks), chosen, name
        )

    @near_keywords
    def predict(
        self,
        input_fn: Callable[..., Any],
        predict_keys: Sequence[str] | str | None = None,
        hooks: Sequence[SessionRunHook] | None = None,
        checkpoint_path: str | None = None,
        yield_single_examples: bool = True,
        *,
        checkpoint: str | None = None,
    ) -> Iterator[Any]:
        """Predictions of a checkpoint, one by one: of the latest, if nothing else is asked for.

        Nothing happens before the first ``next()``.

        Parameters
        ----------
        input_fn : callable
            As in :meth:`train`; labels are ignored.
        predict_keys : sequence of str, optional
            Only these predictions. Ours: one that is the name of a tensor, ``"dense/BiasAdd:0"``, gives that tensor.
        hooks : sequence of SessionRunHook, optional
        checkpoint_path : str, optional
            The prefix of another checkpoint.
        yield_single_examples : bool
            False gives whole batches.
        checkpoint : str, optional
            Ours: ``"best"`` is the best one by RunConfig(keep_best=...), ``"latest"`` the latest.

        Yields
        ------
        dict or array
            Prediction key to the value for one example.

        Raises
        ------
        ValueError
            If no key is known, or predictions have different numbers of rows.
        """
        check_input_fn(input_fn)
        chosen = chosen_checkpoint("predict", checkpoint, checkpoint_path)
        return prediction.predict(
            self._model, input_fn, predict_keys, check_hooks(hooks), chosen, yield_single_examples
        )

    @with_short_traceback
    @near_keywords
    def predictor(
        self,
        features: Any,
        predict_keys: Sequence[str] | str | None = None,
        checkpoint_path: str | None = None,
        *,
        checkpoint: str | None = None,
    ) -> Predictor:
        """A function that predicts, built once and called with arrays again and again; ours.

        It stays with the checkpoint that it was made of, whatever is trained afterwards. model_fn is called now,
        and not when it predicts.

        Parameters
        ----------
        features : dict of str to array or TensorSpec
            An example of what it will be called with: types and shapes count, for any number of rows. A table is a dict
            of its columns; an array alone stands for features that have no names.
        predict_keys : sequence of str, optional
            Only these predictions, as in :meth:`predict`.
        checkpoint_path : str, optional
            The prefix of another checkpoint than the latest.
        checkpoint : str, optional
            ``"best"`` is the best one by RunConfig(keep_best=...), ``"latest"`` the latest.

        Returns
        -------
        Predictor
            ``predictor(features)`` gives a dict of arrays, with a row for each example. Threads may call it at once.

        Raises
        ------
        ValueError
            If an argument is not valid, or no key is known.
        InvalidArgumentError, NotFoundError
            If model and checkpoint do not fit, or there is none and the config requires one.
        """
        from estimator.calls.predictor import predictor_like  # loads placeholders of all kinds

        chosen = chosen_checkpoint("predictor", checkpoint, checkpoint_path)
        return predictor_like(self._model, features, predict_keys, chosen)

    @with_short_traceback
    @near_keywords
    def summary(self, input_fn: Callable[..., Any]) -> ModelSummary:
        """What the layers of the model hold and cost, on the first batch of some data; ours.

        model_fn is called for training. Nothing is trained, and nothing is written into the model_dir.

        Parameters
        ----------
        input_fn : callable
            As in :meth:`train`.

        Returns
        -------
        ModelSummary
            As text a table: layers with their output shapes, parameters, bytes and floating point operations, of the
            loss and of a training step. Its attributes have the numbers.

        Raises
        ------
        ValueError, TypeError
            If model_fn or input_fn return something wrong, or the input has no batch.
        """
        from estimator.calls.summary import summary  # which a training has no use for

        check_input_fn(input_fn)
        return summary(self._model, input_fn)

    def eval_dir(self, name: str | None = None) -> str:
        """The folder with the summaries of evaluate, or of evaluate with this name.

        Raises
        ------
        ValueError
            If the name cannot be part of a folder's name.

        Source
        ------
        tf.estimator.Estimator.eval_dir, TF 1.15
        """
        raise_problems("eval_dir", name_problems(name))
        return evaluation.folder_of(self._model, name)

    def latest_checkpoint(self) -> str | None:
        """The prefix of the latest checkpoint, or None."""
        return latest_prefix(self.model_dir)

    def best_checkpoint(self) -> str | None:
        """The prefix of the best checkpoint by RunConfig(keep_best=...), or None; ours."""
        return Start.best(self.model_dir).prefix

    def get_variable_names(self) -> list[str]:
        """The names of all variables in the latest checkpoint.

        Raises
        ------
        ValueError
            If there is no checkpoint.
        """
        from estimator.checkpoint import reader

        return [name for name, _ in reader.list_variables(self._trained())]

    def get_variable_value(self, name: str) -> Any:
        """The value of a variable in the latest checkpoint.

        Raises
        ------
        ValueError
            If there is no checkpoint.
        NotFoundError
            If it has no such variable; the message names the nearest.
        """
        from estimator.checkpoint import reader

        return reader.load_variable(self._trained(), name)

    def _trained(self) -> str:
        found = self.latest_checkpoint()
        if found is None:
            raise ValueError(
                f"Could not find trained model in model_dir: {self.model_dir}. Train first, or check the path."
            )
        return found
