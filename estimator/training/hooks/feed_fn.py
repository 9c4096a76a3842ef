"""FeedFnHook: feeds made by a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from estimator.training.session_run_hook import SessionRunArgs, SessionRunContext, SessionRunHook


class FeedFnHook(SessionRunHook):
    """Feeds what `feed_fn` returns, at each run.

    Parameters
    ----------
    feed_fn : callable
        Returns a mapping of tensors to values.

    Source
    ------
    tf.train.FeedFnHook, TF 2.15 basic_session_run_hooks.py
    """

    def __init__(self, feed_fn: Callable[[], Mapping[Any, Any]]) -> None:
        self._feed_fn = feed_fn

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """The feeds of the next run."""
        return SessionRunArgs(fetches=None, feed_dict=self._feed_fn())
