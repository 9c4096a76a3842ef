"""Threads that fill queues: tf.train.queue_runner."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.pipeline.queue_runner": "add_queue_runner QueueRunner start_queue_runners",
    },
)
