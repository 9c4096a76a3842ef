"""Optimizers: from a loss to the operations that change the variables, one optimizer a file.

Importing the package registers them all by name.
"""

from __future__ import annotations

import importlib
import pkgutil

import estimator.ops  # noqa: F401  declares the ops

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
