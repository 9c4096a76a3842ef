"""What weights become after an update, by name: keras.constraints."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.keras.constraints.by_name": "deserialize get serialize",
        "estimator.variables.constraints": (
            "Constraint MaxNorm MinMaxNorm NonNeg UnitNorm max_norm=MaxNorm min_max_norm=MinMaxNorm "
            "non_neg=NonNeg unit_norm=UnitNorm"
        ),
    },
)
