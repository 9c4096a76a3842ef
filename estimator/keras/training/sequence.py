"""Data that is read by the number of a batch.

Source
------
tf.keras.utils.Sequence, TF 2.15 keras/src/utils/data_utils.py
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from estimator.core.errors import UnimplementedError


class Sequence:
    """Batches by their numbers: a class of yours has ``__getitem__`` and ``__len__``.

    Example
    -------
    >>> import numpy as np
    >>> class Squares(Sequence):
    ...     def __len__(self):
    ...         return 2
    ...     def __getitem__(self, index):
    ...         x = np.arange(4) + 4 * index
    ...         return x, x**2
    >>> [y.tolist() for x, y in Squares()]
    [[0, 1, 4, 9], [16, 25, 36, 49]]
    """

    def __getitem__(self, index: int) -> Any:
        """The batch of that number: (x, y) or (x, y, sample_weight).

        Raises
        ------
        UnimplementedError
            If the class has none.
        """
        raise UnimplementedError(f"{type(self).__name__} is a Sequence without __getitem__(self, index).")

    def __len__(self) -> int:
        """How many batches there are.

        Raises
        ------
        UnimplementedError
            If the class has none.
        """
        raise UnimplementedError(f"{type(self).__name__} is a Sequence without __len__(self).")

    def on_epoch_end(self) -> None:
        """Called at the end of each epoch."""

    def __iter__(self) -> Iterator[Any]:
        return (self[index] for index in range(len(self)))


def is_sequence(value: Any) -> bool:
    """Whether it is one, or what is made like it: a batch for each number, and told of the ends of epochs."""
    return isinstance(value, Sequence) or all(
        callable(getattr(type(value), name, None)) for name in ("__getitem__", "__len__", "on_epoch_end")
    )
