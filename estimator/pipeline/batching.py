"""Methods of datasets that make one element of several, or several of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from estimator.core.dtypes import as_dtype, int32, int64
from estimator.core.keywords import near_keywords_of_methods
from estimator.core.shapes import TensorShape
from estimator.pipeline import stages
from estimator.pipeline.batch import BatchNode
from estimator.pipeline.element import as_array
from estimator.pipeline.recipe import Recipe, at_least
from estimator.pipeline.specs import DatasetSpec, SparseTensorSpec, TensorSpec, batch_spec, row_spec
from estimator.pipeline.structure import leaves, map_leaves

if TYPE_CHECKING:
    from typing import Self

    from estimator.pipeline.stage import Node


@near_keywords_of_methods
class Batching(Recipe):
    """What a dataset can do with its elements taken together."""

    def batch(
        self,
        batch_size: Any,
        drop_remainder: bool = False,
        num_parallel_calls: Any = None,
        deterministic: Any = None,
        name: Any = None,
    ) -> Self:
        """`batch_size` consecutive elements stacked; the last batch may be smaller, or is dropped.

        Parameters
        ----------
        batch_size : int
        drop_remainder : bool
        num_parallel_calls, deterministic
            Accepted; batches are made in order, one at a time.

        Raises
        ------
        InvalidArgumentError
            When run, if elements differ in shape.
        """
        del num_parallel_calls, deterministic

        def make(batch_size: Any) -> Node:
            size = at_least(batch_size, 1, "Dataset.batch: batch_size")
            return BatchNode(self._node, size, bool(drop_remainder))

        rows = map_leaves(lambda component: batch_spec(component, None), self._node.spec)
        return self._step("batch", make, batch_size, element=rows)

    def ragged_batch(
        self, batch_size: Any, drop_remainder: bool = False, row_splits_dtype: Any = int64, name: Any = None
    ) -> Self:
        """Batches of elements whose sizes differ: tensors with a size that is not known become rows of ragged ones.

        Parameters
        ----------
        batch_size : int
        drop_remainder : bool
        row_splits_dtype : DType
            int64 or int32.
        name : str, optional
            Accepted.

        Raises
        ------
        ValueError
            If the splits would be of another type.

        Example
        -------
        >>> from estimator import tf
        >>> dataset = tf.data.Dataset.range(1, 4).map(lambda n: tf.range(n)).ragged_batch(2)
        >>> [batch.to_list() for batch in dataset.as_numpy_iterator()]
        [[[0], [0, 1]], [[0, 1, 2]]]

        Source
        ------
        tf.data.Dataset.ragged_batch, TF 2.15 dataset_ops.py
        """
        del name
        kind = as_dtype(row_splits_dtype)
        if kind not in (int32, int64):
            raise ValueError(f"Dataset.ragged_batch: row_splits_dtype is int32 or int64, given: {kind.name}.")
        return type(self)(stages.RaggedNode(self._node, kind)).batch(batch_size, drop_remainder)

    def padded_batch(
        self,
        batch_size: Any,
        padded_shapes: Any = None,
        padding_values: Any = None,
        drop_remainder: bool = False,
        name: Any = None,
    ) -> Self:
        """`batch_size` consecutive elements, padded at their ends to one shape and stacked.

        Parameters
        ----------
        batch_size : int
        padded_shapes : nested structure of shapes, optional
            Of the elements, in their structure: None or -1 for the greatest size in each batch, which is the default
            for every dimension of unknown size.
        padding_values : scalar, or nested structure of scalars and None, optional
            What is filled in, of the type of the component; by default 0, False or an empty text.
        drop_remainder : bool
            Whether a last batch that is smaller is left out.

        Raises
        ------
        ValueError
            If a padded shape does not go with that of its component, or the rank is not known and no shape is given.
        TypeError
            If a padding value is of another type, or a component is sparse.
        DataLossError
            When run, if an element is greater than its padded shape.

        Example
        -------
        >>> from estimator import tf
        >>> dataset = tf.data.Dataset.range(1, 4).map(lambda n: tf.fill([n], n)).padded_batch(3, [None])
        >>> [batch.tolist() for batch in dataset.as_numpy_iterator()]
        [[[1, 0, 0], [2, 2, 0], [3, 3, 3]]]
        """
        fills = stages.paddings(self._node.spec, padded_shapes, padding_values)

        def make(batch_size: Any) -> Node:
            size = at_least(batch_size, 1, "Dataset.padded_batch: batch_size")
            return stages.PaddedBatchNode(self._node, size, bool(drop_remainder), fills)

        element = stages.PaddedBatchNode(self._node, 1, False, fills).spec
        return self._step("padded_batch", make, batch_size, element=element)

    def rebatch(self, batch_size: Any, drop_remainder: bool = False, name: Any = None) -> Self:
        """The rows of batches in batches of other sizes.

        Parameters
        ----------
        batch_size : int, or list of int
            Of several sizes each counts in turn.
        drop_remainder : bool
            Whether a last batch that is smaller is left out.

        Raises
        ------
        ValueError
            If elements are no batches, or a size is below 1.

        Example
        -------
        >>> from estimator import tf
        >>> dataset = tf.data.Dataset.range(7).batch(3).rebatch([1, 2])
        >>> [batch.tolist() for batch in dataset.as_numpy_iterator()]
        [[0], [1, 2], [3], [4, 5], [6]]

        Source
        ------
        tf.data.Dataset.rebatch, TF 2.15 rebatch_op.py
        """
        if any(component.dims == () for component in leaves(self._node.spec)):
            raise ValueError(
                "Invalid `batch_sizes`. Expected dataset with rank of >= 1 but found a dataset with scalar elements. "
                "Fix the issue by adding the `batch` transformation to the dataset."
            )

        def make(batch_size: Any) -> Node:
            sizes = np.atleast_1d(as_array(batch_size, "Dataset.rebatch: batch_size")).tolist()
            checked = [at_least(size, 1, "Dataset.rebatch: batch_size") for size in sizes]
            if not checked:
                raise ValueError("Dataset.rebatch: batch_size must be one size or several, given: [].")
            return stages.RebatchNode(stages.UnbatchNode(self._node), tuple(checked), bool(drop_remainder))

        element = map_leaves(lambda component: batch_spec(row_spec(component), None), self._node.spec)
        return self._step("rebatch", make, batch_size, element=element)

    def sparse_batch(self, batch_size: Any, row_shape: Any, name: Any = None) -> Self:
        """`batch_size` consecutive tensors, whose sizes may differ, as the rows of a sparse tensor.

        Parameters
        ----------
        batch_size : int
        row_shape : shape
            Of a row of the sparse tensor; a size that is not known is the greatest in each batch.

        Raises
        ------
        TypeError
            If an element has several components, or a sparse one.
        DataLossError
            When run, if an element is greater than a row.
        InvalidArgumentError
            When run, if it is of another rank.

        Example
        -------
        >>> from estimator import tf
        >>> rows = tf.data.Dataset.range(3).map(lambda n: tf.fill([n], n)).sparse_batch(3, [4])
        >>> [[part.tolist() for part in batch] for batch in rows.as_numpy_iterator()]
        [[[[1, 0], [2, 0], [2, 1]], [1, 2, 2], [3, 4]]]

        Source
        ------
        tf.data.Dataset.sparse_batch, TF 2.15 sparse_batch_op.py
        """
        spec, dims = self._node.spec, TensorShape(row_shape).tuple
        if not isinstance(spec, TensorSpec) or dims is None:
            raise TypeError(
                "`dense_to_sparse_batch` requires an input dataset whose elements have a single component, a tensor, "
                f"and a row_shape of known rank; given: {spec} and {row_shape!r}."
            )

        def make(batch_size: Any) -> Node:
            return stages.SparseBatchNode(
                self._node, at_least(batch_size, 1, "Dataset.sparse_batch: batch_size"), dims
            )

        return self._step(
            "sparse_batch", make, batch_size, element=SparseTensorSpec((None, *dims), spec.dtype)
        )

    def window(
        self, size: Any, shift: Any = None, stride: Any = 1, drop_remainder: bool = False, name: Any = None
    ) -> Self:
        """Datasets of `size` elements each.

        What holds several components becomes as many datasets in the same structure: put them together again with
        ``flat_map(lambda x, y: Dataset.zip((x.batch(3), y.batch(3))))``.

        Parameters
        ----------
        size : int
            How many elements a window has; the last ones may be smaller.
        shift : int, optional
            How many elements later the next window begins; by default `size`, so that they do not overlap.
        stride : int
            How far apart the elements of a window are.
        drop_remainder : bool
            Whether windows that are smaller are left out.

        Example
        -------
        >>> from estimator import tf
        >>> windows = tf.data.Dataset.range(5).window(3, shift=1, drop_remainder=True)
        >>> [batch.tolist() for batch in windows.flat_map(lambda window: window.batch(3)).as_numpy_iterator()]
        [[0, 1, 2], [1, 2, 3], [2, 3, 4]]
        """
        element = map_leaves(lambda component: DatasetSpec(component, made_of=self._held_by), self._node.spec)

        def make(size: Any, shift: Any, stride: Any) -> Node:
            length = at_least(size, 1, "Dataset.window: size")
            step = length if shift is None else at_least(shift, 1, "Dataset.window: shift")
            apart = at_least(stride, 1, "Dataset.window: stride")
            return stages.WindowNode(self._node, element, length, step, apart, bool(drop_remainder))

        return self._step("window", make, size, shift, stride, element=element)
