"""Functions of strings: tf.strings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estimator.core.facade import fixed_names
from estimator.functions.strings import as_string

__all__ = ["as_string"]

if not TYPE_CHECKING:
    __getattr__, __dir__ = fixed_names(
        __name__,
        later="join length lower split strip substr to_hash_bucket_fast to_number upper",
    )
