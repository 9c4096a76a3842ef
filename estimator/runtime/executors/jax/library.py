"""The door to jax: everything else of this folder takes it from here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from estimator.core.extras import from_extra

with from_extra("jax", "the executor jax needs"):
    import jax
    import jax.experimental
    import jax.numpy as jnp
    from jax import lax

__all__ = ["demand_device", "jax", "jnp", "lax", "wide"]


_config: Any = jax.config
_here: Any = jax if hasattr(jax, "enable_x64") else jax.experimental  # where it was until jax 0.8


def wide() -> AbstractContextManager[None]:
    """In which jax keeps int64 and float64 as they are, as all that computes here must.

    A script may use jax beside us, and its numbers are to stay what they are: so it is no setting of the process.
    """
    context: AbstractContextManager[None] = _here.enable_x64(True)
    return context if not _config.jax_disable_jit else _compiling(context)


@contextmanager
def _compiling(context: AbstractContextManager[None]) -> Iterator[None]:
    """The context, in which jax compiles: a script that is debugged without need not mean ours."""
    with context, jax.disable_jit(False):
        yield


def demand_device() -> None:
    """See that there is something to compute on, before anything is written.

    Raises
    ------
    RuntimeError
        If jax finds no device, with what the environment asks of it.
    """
    try:
        jax.devices()
    except Exception as error:  # jax's own assertions, too
        wanted = os.environ.get("JAX_PLATFORMS")
        asked = (
            ""
            if wanted is None
            else f" The environment variable JAX_PLATFORMS asks for {wanted!r}: unset it, or say JAX_PLATFORMS=cpu."
        )
        reason = f" ({error})" if str(error) else ""
        raise RuntimeError(f"jax finds no device to compute on.{asked}{reason}") from None
