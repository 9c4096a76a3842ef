"""What large weights cost, by name: keras.regularizers."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.keras.regularizers.by_name": "deserialize get serialize",
        "estimator.variables.regularizers": (
            "L1 L1L2 L2 OrthogonalRegularizer Regularizer l1=L1 l1_l2 l2=L2 "
            "orthogonal_regularizer=OrthogonalRegularizer"
        ),
    },
)
