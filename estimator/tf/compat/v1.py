"""``tf.compat.v1``: the same names as ``tf``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estimator.tf import VERSION, __version__  # noqa: F401

if TYPE_CHECKING:
    from estimator.tf import *  # noqa: F403
else:
    from estimator.tf import __all__, __dir__, __getattr__  # noqa: F401
