"""Networks: variables and scopes, layers, losses, metrics, and the functions they are written with."""

import estimator.ops  # noqa: F401  declares the ops
