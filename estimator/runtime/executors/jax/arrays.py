"""The array module that kernels get while jax compiles them: numpy's words, and numpy's meaning."""

from __future__ import annotations

from typing import Any

from estimator.runtime.executors.jax.library import jnp


class _Module:
    """The functions of jax.numpy, and in place of some of them others."""

    def __getattr__(self, name: str) -> Any:
        return getattr(jnp, name)

    def multiply(self, x: Any, y: Any, dtype: Any = None, casting: str = "same_kind") -> Any:
        """The product, in a type if one is given."""
        if dtype is not None:
            x, y = jnp.asarray(x, dtype), jnp.asarray(y, dtype)
        return jnp.multiply(x, y)


ARRAYS = _Module()
