"""Variables and scopes: what a model remembers between its steps, and under which names."""

import estimator.ops  # noqa: F401  declares the ops
