"""What may stand for a tensor in a call, as types of arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np

from estimator.graph.composite import Composite
from estimator.graph.tensor import Tensor


class HasTensor(Protocol):
    """What is used like a tensor: a variable, the parts of one, rows of a table."""

    def as_tensor(self) -> Tensor:
        """The tensor."""


# what Graph.convert takes, and composites, for which functions have overloads; complex stands for bool, int, float too;
# two texts because pyright takes no joined ones for a type
_Single: TypeAlias = (
    "Tensor | Composite | HasTensor | np.ndarray[Any, Any] | np.generic | complex | str | bytes"
)
TensorLike: TypeAlias = "_Single | Sequence[TensorLike]"
