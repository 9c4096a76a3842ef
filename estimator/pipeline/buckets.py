"""Elements by their length: to which bucket one belongs, and how the batches of a bucket are made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.core.dtypes import int64
from estimator.core.errors import InvalidArgumentError
from estimator.core.named_tuple import NamedTuple
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.pipeline.batch import BatchNode
from estimator.pipeline.element import Array
from estimator.pipeline.padding import PaddedBatchNode, Padding
from estimator.pipeline.stage import Node


class Buckets(NamedTuple):
    """How bucket_by_sequence_length is called; see there.

    Attributes
    ----------
    length : callable
        From an element to its length.
    bounds, sizes : ndarray
        Upper bounds of the lengths of all buckets but the last, and how many elements a batch of each has.
    paddings : tuple of Padding or None
        How components are padded, if they are.
    to_bound : bool
        Whether they are padded to the greatest length of the bucket.
    drop_remainder : bool
    """

    length: Callable[..., Any]
    bounds: Array
    sizes: Array
    paddings: tuple[Padding, ...] | None
    to_bound: bool
    drop_remainder: bool

    def of_element(self, *element: Any) -> Tensor:
        """The number of the bucket that an element belongs to: of how many bounds it is not below."""
        passed = b.LessEqual(self.bounds, b.Cast(self.length(*element), DstT=int64))
        return b.Sum(b.Cast(passed, DstT=int64), np.array([0], np.int32))

    def batch_size(self, bucket: Tensor) -> Tensor:
        """How many elements a batch of a bucket has."""
        return b.GatherV2(self.sizes, bucket, np.int32(0))

    def batches(self, window: Node, bucket: Array) -> Node:
        """The batches of a window of elements of that bucket.

        Raises
        ------
        InvalidArgumentError
            If they are to be padded to the bound of a bucket that has none.
        """
        number, size = int(bucket), int(self.sizes[bucket])
        if self.paddings is None or not self.to_bound:
            return self._stacked(window, size, self.paddings)
        if number >= len(self.bounds):
            raise InvalidArgumentError(
                "Dataset.bucket_by_sequence_length: when pad_to_bucket_boundary=True, elements must have "
                f"length < max(bucket_boundaries), given: bucket_boundaries={self.bounds.tolist()}."
            )
        greatest = int(self.bounds[number]) - 1
        filled = [
            padding._replace(dims=tuple(greatest if size is None else size for size in padding.dims))
            for padding in self.paddings
        ]
        return self._stacked(window, size, tuple(filled))

    def batches_of_any(self, elements: Node) -> Node:
        """Batches of elements of any bucket, for what is known of them: the number of rows is not."""
        return self._stacked(elements, 1, self.paddings, drop_remainder=False)

    def _stacked(
        self,
        window: Node,
        size: int,
        paddings: tuple[Padding, ...] | None,
        drop_remainder: bool | None = None,
    ) -> Node:
        drop = self.drop_remainder if drop_remainder is None else drop_remainder
        return (
            BatchNode(window, size, drop)
            if paddings is None
            else PaddedBatchNode(window, size, drop, paddings)
        )
