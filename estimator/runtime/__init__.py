"""Running graphs: sessions, plans, variables' storage."""

import estimator.ops  # noqa: F401  declares the ops
