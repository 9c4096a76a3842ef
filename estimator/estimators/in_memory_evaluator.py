"""InMemoryEvaluatorHook: evaluations in a training, of the weights as they are, without a checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from estimator.calls.checks import count_problems, name_problems
from estimator.calls.evaluation import Evaluation
from estimator.calls.opening import build_model, open_graph, read_inputs
from estimator.calls.user_functions import check_input_fn
from estimator.core.counts import whole_number
from estimator.core.errors import raise_problems
from estimator.distribution.collective import ALONE, used
from estimator.estimators.estimator import Estimator
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.model_dir.start import Start
from estimator.models.spec import ModeKeys
from estimator.runtime.session import Session
from estimator.training.session_creator import ChiefSessionCreator
from estimator.training.session_run_hook import (
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
    check_hooks,
)
from estimator.training.triggers import Due


class InMemoryEvaluatorHook(SessionRunHook):
    """Evaluates before the first step of a training, every so many steps, and at the end.

    The model is built once, in a graph of its own, and gets the values of the variables that it has in common with the
    training. Metrics go where evaluate writes them. The input begins anew each time.

    Parameters
    ----------
    estimator : Estimator
        The one that is trained.
    input_fn : callable
        As for evaluate; it is called once for a training.
    steps : int, optional
        How many batches; default: to the end of the input.
    hooks : sequence of SessionRunHook, optional
        For the evaluations.
    name : str, optional
        The summaries go to ``eval_<name>`` instead of ``eval``.
    every_n_iter : int
        Steps of this training from one evaluation to the next.

    Raises
    ------
    ValueError
        If an argument is not valid, or the training is one of several processes; from ``begin``, as evaluate, or if the
        model has a saver or an init_fn of its own, or the input cannot begin anew.
    TypeError
        If one is no Estimator, no function, or no hook.

    Source
    ------
    tf.estimator.experimental.InMemoryEvaluatorHook, TF 2.15 hooks.py
    """

    only_chief = True

    def __init__(
        self,
        estimator: Estimator,
        input_fn: Callable[..., Any],
        steps: int | None = None,
        hooks: Sequence[SessionRunHook] | None = None,
        name: str | None = None,
        every_n_iter: int = 100,
    ) -> None:
        if not isinstance(estimator, Estimator):
            raise TypeError(f"`estimator` must have type `tf.estimator.Estimator`. Got: {type(estimator)}")
        problems = [*count_problems("steps", steps), *name_problems(name)]
        if every_n_iter is None or count_problems("every_n_iter", every_n_iter):
            problems.append(f"invalid every_n_iter={every_n_iter}: it must be a whole number > 0.")
        config = estimator.config
        if config.num_ps_replicas > 0 or config.num_worker_replicas > 1:
            problems.append(
                "InMemoryEvaluator supports only single machine (aka Local) setting, and TF_CONFIG has "
                f"{config.num_worker_replicas} workers and {config.num_ps_replicas} parameter servers."
            )
        raise_problems("InMemoryEvaluatorHook", problems)
        check_input_fn(input_fn)
        self._model = estimator._model
        self._input_fn = input_fn
        self._steps = whole_number(steps)
        self._hooks = check_hooks(hooks)
        self._name = name
        self._every = int(every_n_iter)

    def begin(self) -> None:
        """Build the model of the evaluations."""
        self._runs = 0
        self._training = get_default_graph()
        with used(ALONE), open_graph(self._model):  # of several processes this one evaluates
            inputs = read_inputs(self._model, self._input_fn, ModeKeys.EVAL)
            self._built = built = build_model(self._model, inputs, ModeKeys.EVAL, Start(None))
            self._evaluation = Evaluation(built)
            self._evaluation.check(built, self._steps, self._name)
        problems = []
        if built.has_own_saver:
            problems.append(
                "InMemoryEvaluator does not support custom saver: variables are taken from the training as they are. "
                "Evaluate checkpoints instead, with evaluate or train_and_evaluate."
            )
        if built.spec.scaffold.init_fn is not None:
            problems.append("InMemoryEvaluator does not support custom init_fn: it would undo what is taken.")
        if built.source is not None and not built.source.restart():
            problems.append(
                "the input of InMemoryEvaluatorHook must begin anew for each evaluation: let input_fn return a Dataset "
                "or a loader."
            )
        raise_problems("InMemoryEvaluatorHook", problems)

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Evaluate what the training starts from."""
        self._evaluate(session)

    def next_due(self) -> Due | None:
        """Every so many runs."""
        return None if self._every == 1 else Due(runs=self._every - self._runs % self._every)

    def skipped(self, runs: int) -> None:
        """They count."""
        self._runs += runs

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Evaluate if it is time."""
        self._runs += 1
        if self._runs % self._every == 0:
            self._evaluate(run_context.session)

    def end(self, session: Any) -> None:
        """Evaluate what the training has come to."""
        self._evaluate(session)

    def _evaluate(self, training: Session) -> None:
        """Evaluate the weights that the session has now."""
        built = self._built
        if built.source is not None:
            built.source.restart()
        trained = {variable.op.name: variable for variable in _variables(self._training)}
        shared = {v.op.name: v for v in _variables(built.graph) if v.op.name in trained}
        values = training.run({name: trained[name] for name in shared})

        def take(session: Session) -> None:
            for name, variable in shared.items():
                variable.load(values[name], session)

        with used(ALONE), built.graph.as_default():
            creator = ChiefSessionCreator(
                built.spec.scaffold, start=Start(None), after_init=take, executor=built.model.config.executor
            )
            self._evaluation.run(built, self._steps, self._name, self._hooks, creator)


def _variables(graph: Graph) -> list[Any]:
    return graph.get_collection(GraphKeys.GLOBAL_VARIABLES)
