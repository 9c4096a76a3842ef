"""FinalOpsHook: values after the last step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from estimator.core.errors import OutOfRangeError
from estimator.training.session_run_hook import SessionRunHook


class FinalOpsHook(SessionRunHook):
    """Runs something once, at the end.

    Parameters
    ----------
    final_ops : nested structure of Tensor, Operation or Variable
    final_ops_feed_dict : mapping, optional

    Attributes
    ----------
    final_ops_values : the structure of `final_ops`, or None before the end

    Raises
    ------
    OutOfRangeError
        From :meth:`end`, if the ops read the input, which has ended.

    Source
    ------
    tf.train.FinalOpsHook, TF 2.15 basic_session_run_hooks.py
    """

    def __init__(self, final_ops: Any, final_ops_feed_dict: Mapping[Any, Any] | None = None) -> None:
        self._final_ops = final_ops
        self._feed_dict = final_ops_feed_dict
        self._values: Any = None

    @property
    def final_ops_values(self) -> Any:
        """The results, once the loop has ended."""
        return self._values

    def end(self, session: Any) -> None:
        """Run the ops.

        Raises
        ------
        OutOfRangeError
            If they read the input, which has ended.
        """
        if self._final_ops is None:
            return
        try:
            self._values = session.run(self._final_ops, feed_dict=self._feed_dict)
        except OutOfRangeError as error:
            raise OutOfRangeError(
                f"the final ops read the input, which has ended ({error}) For metrics, fetch the "
                "value and not the update op: of (value, update_op) only the update may depend on features and labels."
            ) from error
