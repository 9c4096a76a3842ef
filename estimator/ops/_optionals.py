"""What a variant tensor holds that has values or none."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.frozen import frozen
from estimator.ops._lists import TensorList


@frozen
class Optional:
    """Arrays, lists or optionals; or None."""

    components: tuple[Any, ...] | None = None

    def zeros(self) -> Optional:
        """The same with zeros for its values; none if it has none."""
        if self.components is None:
            return self
        return Optional(
            tuple(
                item.zeros() if isinstance(item, (TensorList, Optional)) else np.zeros_like(item)
                for item in self.components
            )
        )

    def __add__(self, other: Optional) -> Optional:
        """The sums of the values, which both have or neither.

        Raises
        ------
        ValueError
            If only one has values, or not as many as the other.
        """
        if self.components is None and other.components is None:
            return self
        if (
            self.components is None
            or other.components is None
            or len(self.components) != len(other.components)
        ):
            counts = [0 if side.components is None else len(side.components) for side in (self, other)]
            raise ValueError(f"optionals of {counts[0]} and of {counts[1]} values cannot be added")
        return Optional(
            tuple(own + added for own, added in zip(self.components, other.components, strict=True))
        )
