"""Methods of datasets that gather elements which go together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import numpy as np

from estimator.core.dtypes import int64
from estimator.core.keywords import near_keywords_of_methods
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor
from estimator.pipeline import stages
from estimator.pipeline.recipe import Recipe, at_least
from estimator.pipeline.specs import DatasetSpec, TensorSpec
from estimator.pipeline.stage import Node

if TYPE_CHECKING:
    from typing import Self

_KEY = TensorSpec((), int64)


@near_keywords_of_methods
class Grouping(Recipe):
    """What a dataset can do with elements that have something in common."""

    def group_by_window(
        self,
        key_func: Callable[..., Any],
        reduce_func: Callable[..., Any],
        window_size: Any = None,
        window_size_func: Callable[..., Any] | None = None,
        name: Any = None,
    ) -> Self:
        """What a function makes of each window of elements that have the same key.

        Parameters
        ----------
        key_func : callable
            From an element to its key, a scalar of type int64.
        reduce_func : callable
            From a key and a Dataset of the elements to a Dataset.
        window_size : int, optional
            How many elements of a key make a window; what is left at the end makes smaller ones, by rising keys.
        window_size_func : callable, optional
            In place of `window_size`: from a key to the size of its windows.

        Raises
        ------
        ValueError
            If none or both of `window_size` and `window_size_func` are given, or a key is not a scalar of type int64.
        TypeError
            If `reduce_func` does not return a Dataset.
        """
        if (window_size is None) == (window_size_func is None):
            raise ValueError(
                "Dataset.group_by_window: must pass either `window_size` or `window_size_func`, and not both, given: "
                f"{window_size!r} and {window_size_func!r}."
            )
        name, spec = "Dataset.group_by_window", self._node.spec
        size_func = window_size_func or (lambda key: window_size)

        def size_of(key: Tensor) -> Tensor:
            return get_default_graph().convert(size_func(key), int64)

        window = DatasetSpec(spec, made_of=self._held_by)
        key = stages.traced_number(key_func, spec, f"{name}: key_func")
        size = stages.traced_number(size_of, _KEY, f"{name}: window_size_func")
        reduce = stages.traced_dataset(reduce_func, (_KEY, window), f"{name}: reduce_func")
        taken = [stages.captured_tensors(body) for body in (key, size, reduce.body)]

        def make(*values: Any) -> Node:
            rest = iter(values)
            captured = tuple(tuple(islice(rest, len(tensors))) for tensors in taken)
            return stages.GroupNode(self._node, key, size, reduce, captured)

        text = " ".join(map(stages.describe_body, (key, size, reduce.body)))
        return self._step(
            f"group_by_window {text}", make, *chain.from_iterable(taken), element=reduce.node.spec
        )

    def bucket_by_sequence_length(
        self,
        element_length_func: Callable[..., Any],
        bucket_boundaries: Sequence[int],
        bucket_batch_sizes: Sequence[int],
        padded_shapes: Any = None,
        padding_values: Any = None,
        pad_to_bucket_boundary: bool = False,
        no_padding: bool = False,
        drop_remainder: bool = False,
        name: Any = None,
    ) -> Self:
        """Batches of elements of similar length, padded.

        Parameters
        ----------
        element_length_func : callable
            From an element to its length, a scalar of type int32 or int64.
        bucket_boundaries : sequence of int
            Upper bounds of the lengths in each bucket but the last, not included.
        bucket_batch_sizes : sequence of int
            One more: how many elements a batch of each bucket has.
        padded_shapes, padding_values
            As of :meth:`padded_batch`.
        pad_to_bucket_boundary : bool
            Whether what is of unknown size is padded to the greatest length of its bucket; then no element may be
            longer than all of them.
        no_padding : bool
            Whether elements are stacked as they are.
        drop_remainder : bool
            Whether last batches that are smaller are left out.

        Raises
        ------
        ValueError
            If there is not one batch size more than there are boundaries.
        """
        if len(bucket_batch_sizes) != len(bucket_boundaries) + 1:
            raise ValueError(
                "Dataset.bucket_by_sequence_length: must have one more batch size than boundaries, given: "
                f"len(bucket_batch_sizes)={len(bucket_batch_sizes)} and len(bucket_boundaries)="
                f"{len(bucket_boundaries)}."
            )
        sizes = [
            at_least(size, 1, "Dataset.bucket_by_sequence_length: bucket_batch_sizes")
            for size in bucket_batch_sizes
        ]
        fills = None if no_padding else stages.paddings(self._node.spec, padded_shapes, padding_values)
        buckets = stages.Buckets(
            element_length_func,
            np.array(bucket_boundaries, np.int64),
            np.array(sizes, np.int64),
            fills,
            bool(pad_to_bucket_boundary),
            bool(drop_remainder),
        )

        def batches(bucket: Tensor, window: Self) -> Self:
            make = partial(buckets.batches, window._node)
            return window._step("bucket", make, bucket, element=buckets.batches_of_any(self._node).spec)

        return self.group_by_window(buckets.of_element, batches, window_size_func=buckets.batch_size)
