"""Ragged tensors: what they are, how they are made, and what functions of tensors do with them.

Who imports one module gets all of them, since a ragged tensor is of use only where functions know it.
"""

from __future__ import annotations

from estimator.functions.ragged import (  # noqa: F401  they add overloads
    elementwise,
    gathering,
    joining,
    reducing,
    shaping,
)
