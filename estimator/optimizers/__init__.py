"""Optimizers: from a loss to the operations that change the variables, one optimizer a file."""

import estimator.ops  # noqa: F401  declares the ops
