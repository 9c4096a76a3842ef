"""Values that are known already, for scripts that expect TensorFlow's eager tensors."""

from __future__ import annotations

from typing import Any

import numpy as np


class EagerArray(np.ndarray[Any, Any]):
    """A numpy array that answers to what scripts ask of TensorFlow's eager tensors.

    Example
    -------
    >>> np.array([1.0, 2.0]).view(EagerArray).numpy()
    array([1., 2.])
    """

    def numpy(self) -> Any:
        """A plain array; of rank 0 a scalar, text as bytes."""
        return self.view(np.ndarray)[()]

    def get_shape(self) -> Any:
        """The sizes."""
        return self.shape
