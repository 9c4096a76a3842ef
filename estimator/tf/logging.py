"""The log: tf.logging. Messages go to Python's logger ``estimator``."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.core.log": (
            "DEBUG debug ERROR error FATAL fatal flush get_verbosity INFO info log log_every_n log_first_n "
            "log_if set_verbosity TaskLevelStatusMessage vlog WARN warn warning"
        ),
    },
)
