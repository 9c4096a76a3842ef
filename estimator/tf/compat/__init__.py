"""tf.compat: version 1 of the interface, which is the one there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estimator.core.facade import fixed_names
from estimator.tf.compat import v1

__all__ = ["v1"]

if not TYPE_CHECKING:
    __getattr__, __dir__ = fixed_names(__name__, later="as_bytes as_str as_text v2")
