"""The entry point of a script, and its flags: tf.app."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.command_line.program": "run",
    },
    modules="estimator.tf.flags",
)
