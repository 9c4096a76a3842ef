"""Evaluation by hand: a session on a checkpoint runs the ops of metrics, for one checkpoint or one after the other.

Source: tf.contrib.training, TF 1.15 evaluation.py
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from estimator.core import log
from estimator.core.dtypes import int64
from estimator.core.keywords import near_keywords_of_functions
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.model_dir.scripts import checkpoints_iterator
from estimator.training.hooks.final_ops import FinalOpsHook
from estimator.training.hooks.stop_after_evals import StopAfterNEvalsHook
from estimator.training.monitored import MonitoredSession
from estimator.training.scaffold import Scaffold
from estimator.training.session_creator import ChiefSessionCreator
from estimator.training.session_run_hook import SessionRunHook
from estimator.variables.get_variable import get_variable
from estimator.variables.initializers import Zeros

_COUNT = "update_eval_step"


def get_or_create_eval_step() -> Any:
    """The variable that counts the runs of an evaluation, which is local.

    Raises
    ------
    ValueError
        If the collection EVAL_STEP has several.

    Source
    ------
    tf.contrib.training.get_or_create_eval_step, TF 1.15 evaluation.py
    """
    found = get_default_graph().get_collection(GraphKeys.EVAL_STEP)
    if len(found) > 1:
        raise ValueError(
            f"the collection {GraphKeys.EVAL_STEP!r} has {len(found)} variables; there can be one."
        )
    if found:
        return found[0]
    return get_variable(
        "eval_step",
        shape=[],
        dtype=int64,
        initializer=Zeros(),
        trainable=False,
        collections=[GraphKeys.LOCAL_VARIABLES, GraphKeys.EVAL_STEP],
    )


def evaluate_once(
    checkpoint_path: str | None,
    master: str = "",
    scaffold: Scaffold | None = None,
    eval_ops: Any = None,
    feed_dict: Mapping[Any, Any] | None = None,
    final_ops: Any = None,
    final_ops_feed_dict: Mapping[Any, Any] | None = None,
    hooks: Sequence[SessionRunHook] | None = None,
    config: Any = None,
) -> Any:
    """Evaluate one checkpoint on the default graph.

    Parameters
    ----------
    checkpoint_path : str, optional
        The prefix; without one the variables are initialised.
    master : str
        Must be empty.
    scaffold : Scaffold, optional
    eval_ops : Tensor, or list or dict of them, optional
        Run again and again, until a hook (:class:`StopAfterNEvalsHook`) or the input ends it.
    feed_dict : mapping, optional
        What they are fed.
    final_ops, final_ops_feed_dict : optional
        Run once after that: the values of metrics.
    hooks : sequence of SessionRunHook, optional
    config : ConfigProto, optional

    Returns
    -------
    object
        The values of `final_ops`, or None.

    Source
    ------
    tf.contrib.training.evaluate_once, TF 1.15 evaluation.py
    """
    evaluation = _Evaluation(eval_ops, feed_dict, final_ops, final_ops_feed_dict, hooks)
    return evaluation.run(ChiefSessionCreator(scaffold, master, config, None, checkpoint_path))


def evaluate_repeatedly(
    checkpoint_dir: str | os.PathLike[str],
    master: str = "",
    scaffold: Scaffold | None = None,
    eval_ops: Any = None,
    feed_dict: Mapping[Any, Any] | None = None,
    final_ops: Any = None,
    final_ops_feed_dict: Mapping[Any, Any] | None = None,
    eval_interval_secs: float = 60,
    hooks: Sequence[SessionRunHook] | None = None,
    config: Any = None,
    max_number_of_evaluations: int | None = None,
    timeout: float | None = None,
    timeout_fn: Callable[[], bool] | None = None,
) -> Any:
    """Evaluate each new checkpoint of a directory, as :func:`evaluate_once` does it.

    Parameters
    ----------
    checkpoint_dir : path
        It need not exist yet.
    eval_interval_secs : float
        How long at least from one evaluation to the next.
    max_number_of_evaluations : int, optional
        By default there is no end but by `timeout`.
    timeout : float, optional
        How many seconds to wait for a checkpoint.
    timeout_fn : callable, optional
        Asked when that time is over: True ends it, False goes on waiting.

    Returns
    -------
    object
        The values of `final_ops` of the last evaluation, or None.

    Source
    ------
    tf.contrib.training.evaluate_repeatedly, TF 1.15 evaluation.py
    """
    evaluation = _Evaluation(eval_ops, feed_dict, final_ops, final_ops_feed_dict, hooks)
    found = None
    checkpoints = checkpoints_iterator(checkpoint_dir, eval_interval_secs, timeout, timeout_fn)
    for number, checkpoint in enumerate(checkpoints, 1):
        found = evaluation.run(ChiefSessionCreator(scaffold, master, config, None, checkpoint))
        if number == max_number_of_evaluations:
            break
    return found


class _Evaluation:
    """What is run on each checkpoint; the graph is complete once it is made."""

    def __init__(
        self,
        eval_ops: Any,
        feed_dict: Mapping[Any, Any] | None,
        final_ops: Any,
        final_ops_feed_dict: Mapping[Any, Any] | None,
        hooks: Sequence[SessionRunHook] | None,
    ) -> None:
        eval_step = get_or_create_eval_step()
        self._final = FinalOpsHook(final_ops, final_ops_feed_dict)
        self._hooks = [*(hooks or ()), self._final]
        self._feed_dict = feed_dict
        self._ops: Any = None
        if eval_ops is not None:
            count = b.Identity(eval_step.assign_add(1))
            self._ops = {_COUNT: count, "ops": eval_ops}
            for hook in self._hooks:
                if isinstance(hook, StopAfterNEvalsHook):
                    hook._set_evals_completed_tensor(count)

    def run(self, creator: ChiefSessionCreator) -> Any:
        """Evaluate in a session of the creator, and give the values of the final ops."""
        log.info("Starting evaluation.")
        with MonitoredSession(creator, self._hooks) as session:
            while self._ops is not None and not session.should_stop():
                session.run(self._ops, self._feed_dict)
        log.info("Finished evaluation.")
        return self._final.final_ops_values


near_keywords_of_functions(__name__)
