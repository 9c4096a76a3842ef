"""The times of a run as a Chrome trace.

Source: tensorflow/python/client/timeline.py
"""

from __future__ import annotations

import json
from typing import Any

from estimator.training.hooks.profiler import chrome_trace


class Timeline:
    """What a run with ``RunOptions(trace_level=RunOptions.FULL_TRACE)`` tells in its metadata.

    Parameters
    ----------
    step_stats : message
        ``run_metadata.step_stats``.
    graph : Graph, optional
        Accepted for old scripts.

    Source
    ------
    tensorflow/python/client/timeline.py
    """

    def __init__(self, step_stats: Any, graph: Any = None) -> None:
        self._step_stats = step_stats

    def generate_chrome_trace_format(
        self, show_dataflow: bool = True, show_memory: bool = False, op_time: str = "schedule"
    ) -> str:
        """The text of a file for ``chrome://tracing``: operations, and with `show_dataflow` arrows between them.

        Raises
        ------
        ValueError
            If `show_memory` is asked for: buffers are not of operations here.
        """
        if show_memory:
            raise ValueError("Timeline: show_memory=True is not available; memory is planned for whole runs.")
        return json.dumps(chrome_trace(self._step_stats, show_dataflow))
