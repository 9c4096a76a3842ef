"""CheckpointInputPipelineHook: accepted, since every checkpoint has the position of the input."""

from __future__ import annotations

from typing import Any

from estimator.training.session_run_hook import SessionRunHook


class CheckpointInputPipelineHook(SessionRunHook):
    """Does nothing: the input of an interrupted training goes on where it stood, with this hook and without it.

    Parameters
    ----------
    estimator : Estimator
    external_state_policy : str, optional
        Both are accepted.

    Source
    ------
    tf.data.experimental.CheckpointInputPipelineHook, TF 2.15 iterator_ops.py
    """

    def __init__(self, estimator: Any, external_state_policy: str | None = None) -> None:
        del estimator, external_state_policy
