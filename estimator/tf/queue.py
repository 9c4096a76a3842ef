"""Queues, for scripts that read their input without tf.data: tf.queue."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.queue_base": "QueueBase",
        "estimator.functions.queues": "FIFOQueue PaddingFIFOQueue PriorityQueue RandomShuffleQueue",
    },
)
