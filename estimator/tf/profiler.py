"""What a graph holds and costs: tf.profiler."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.formats.messages": "GraphNodeProto MultiGraphNodeProto",
        "estimator.profiling.options": "ProfileOptionBuilder",
        "estimator.profiling.profile": "profile Profiler",
    },
)
