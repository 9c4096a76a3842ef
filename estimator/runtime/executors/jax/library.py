"""The door to jax: everything else of this folder takes it from here."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from estimator.core.extras import from_extra

with from_extra("jax", "the executor jax needs"):
    import jax
    import jax.experimental
    import jax.numpy as jnp
    from jax import lax

__all__ = ["jax", "jnp", "lax", "wide"]


_here: Any = jax if hasattr(jax, "enable_x64") else jax.experimental  # where it was until jax 0.8


def wide() -> AbstractContextManager[None]:
    """In which jax keeps int64 and float64 as they are, as all that computes here must.

    A script may use jax beside us, and its numbers are to stay what they are: so it is no setting of the process.
    """
    context: AbstractContextManager[None] = _here.enable_x64(True)
    return context
