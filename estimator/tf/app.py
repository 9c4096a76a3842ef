"""The entry point of a script: tf.app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estimator.core.facade import fixed_names
from estimator.core.program import run

__all__ = ["run"]

if not TYPE_CHECKING:
    __getattr__, __dir__ = fixed_names(
        __name__,
        later="flags",
    )
