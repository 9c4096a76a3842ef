"""Where datasets come from: arrays, tensors, generators, numbers, names of files, and other datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from estimator.core.dtypes import as_dtype, int64
from estimator.core.keywords import near_keywords_of_methods
from estimator.graph import build as b
from estimator.graph.sparse import SparseTensor, SparseTensorValue
from estimator.pipeline import deferred, stages
from estimator.pipeline.element import as_array
from estimator.pipeline.recipe import Recipe, whole_number
from estimator.pipeline.sources import GeneratorNode, RangeNode, slices, whole
from estimator.pipeline.specs import Spec, TensorSpec, row_spec, specs_of
from estimator.pipeline.structure import leaves, map_leaves

if TYPE_CHECKING:
    from typing import Self

    from estimator.pipeline.stage import Node


@near_keywords_of_methods
class Making(Recipe):
    """How a dataset is made, of other things than one dataset."""

    @classmethod
    def from_tensor_slices(cls, tensors: Any, name: Any = None) -> Self:
        """One element for each row of the nested arrays and lists, or of other libraries' tables and columns.

        A table is a dict of its columns, but a frame of pandas one array, as in TensorFlow: pass dict(frame).
        docs/input.md tells what becomes of columns of which type.

        Raises
        ------
        TypeError
            If something is not an array, or values are missing in it; the message names it.
        ValueError
            If that is so for several, which the message names all; if the numbers of rows differ.

        Example
        -------
        >>> from estimator import tf
        >>> dataset = tf.data.Dataset.from_tensor_slices(({"x": [1.0, 2.0, 3.0]}, [0, 1, 0])).batch(2)
        >>> [labels.tolist() for features, labels in dataset.as_numpy_iterator()]
        [[0, 1], [0]]
        """
        return cls._made_of(deferred.source("from_tensor_slices", tensors, slices, row_spec))

    @classmethod
    def from_tensors(cls, tensors: Any, name: Any = None) -> Self:
        """One element: the nested arrays."""
        return cls._made_of(deferred.source("from_tensors", tensors, whole, lambda spec: spec))

    @classmethod
    def from_generator(
        cls,
        generator: Any,
        output_types: Any = None,
        output_shapes: Any = None,
        args: Any = None,
        output_signature: Any = None,
        name: Any = None,
    ) -> Self:
        """What a generator function yields.

        Parameters
        ----------
        generator : callable
            Called for each pass, and once more when an interrupted training continues, so it should
            yield the same again.
        output_types, output_shapes : nested structure
            Of the elements; unknown shapes if not given.
        args : sequence, optional
            What the generator is called with: arrays, or tensors that the initializer of an iterator takes. A scalar
            comes as a number of numpy's, a text as bytes.
        output_signature : nested structure of TypeSpec, optional
            In place of `output_types` and `output_shapes`; also of sparse and ragged tensors.

        Raises
        ------
        TypeError
            If it is not a function, or types and a signature are given, or neither.
        InvalidArgumentError
            When run, if it yields something else than declared.
        """
        if not callable(generator):
            hint = (
                " It is a generator already: pass the function that makes it."
                if hasattr(generator, "__next__")
                else ""
            )
            raise TypeError(f"`generator` must be a Python callable, given: {generator!r}.{hint}")
        element = _declared(output_types, output_shapes, output_signature)

        def make(*values: Any) -> GeneratorNode:
            arrays = (as_array(value, f"from_generator: args[{index}]") for index, value in enumerate(values))
            return GeneratorNode(
                element, generator, tuple(array if array.ndim else array[()] for array in arrays)
            )

        return cls._made_of(deferred.when_known("generator", make, args or (), element))

    @classmethod
    def range(cls, *args: Any, output_type: Any = int64, name: Any = None) -> Self:
        """Whole numbers: ``range(stop)``, ``range(start, stop)`` or ``range(start, stop, step)``.

        Parameters
        ----------
        *args : int
        output_type : DType
            Of the numbers.
        """

        def make(*bounds: Any) -> Node:
            numbers = range(*(whole_number(bound, "Dataset.range") for bound in bounds))
            return RangeNode(numbers.start, numbers.stop, numbers.step)

        numbers = cls._made_of(
            deferred.when_known("range", make, args, TensorSpec((), "int64"), is_in_memory=True)
        )
        return numbers._cast(output_type)

    @classmethod
    def counter(cls, start: Any = 0, step: Any = 1, dtype: Any = int64, name: Any = None) -> Self:
        """Numbers without end: `start`, ``start + step``...

        Parameters
        ----------
        start, step : int
        dtype : DType
            Of the numbers.
        """
        first, apart = (
            whole_number(start, "Dataset.counter: start"),
            whole_number(step, "Dataset.counter: step"),
        )
        return cls._made_of(RangeNode(first, None, apart))._cast(dtype)

    def _cast(self, dtype: Any) -> Self:
        """The numbers in another type."""
        if as_dtype(dtype) is int64:
            return self
        body, returned = stages.traced(
            lambda number: b.Cast(number, DstT=as_dtype(dtype)), self._node.spec, "Dataset.range"
        )
        return self._made_of(stages.MapNode(self._node, body, returned))

    @classmethod
    def zip(cls, *args: Any, datasets: Any = None, name: Any = None) -> Self:
        """Elements of several datasets side by side, to the end of the shortest.

        Parameters
        ----------
        *args : nested structure of Dataset, or several
            ``zip((a, b))`` and ``zip(a, b)`` have pairs, ``zip({"a": a})`` has dicts.
        datasets : nested structure of Dataset
            In place of `args`.

        Raises
        ------
        TypeError
            If there is a list, or something that is not a dataset, or nothing.
        """
        if args and datasets is not None:
            raise TypeError("Dataset.zip: both `*args` and `datasets` cannot be set.")
        nested = datasets if not args else args[0] if len(args) == 1 else args
        if isinstance(nested, list):
            raise TypeError(
                "Dataset.zip takes a tuple or dict of datasets, not a list: write Dataset.zip((a, b))."
            )
        given = leaves(nested)
        wrong = [item for item in given if not isinstance(item, Recipe)]
        if wrong or not given:
            raise TypeError(f"Dataset.zip takes datasets, given: {wrong[0] if wrong else nested!r}.")
        return cls._made_of(stages.ZipNode(map_leaves(lambda dataset: dataset._node, nested)))

    @classmethod
    def from_sparse_tensor_slices(cls, sparse_tensor: Any) -> Self:
        """One element for each row of a sparse tensor: its indices, values and shape.

        Parameters
        ----------
        sparse_tensor : SparseTensor or SparseTensorValue

        Raises
        ------
        TypeError
            If it is none.
        """
        if not isinstance(sparse_tensor, (SparseTensor, SparseTensorValue)):
            raise TypeError(
                f"`sparse_tensor` must be a `tf.sparse.SparseTensor` object, given: {sparse_tensor!r}."
            )
        rows = cls.from_tensor_slices(sparse_tensor)
        body, returned = stages.traced(
            lambda row: (row.indices, row.values, row.dense_shape),
            rows._node.spec,
            "from_sparse_tensor_slices",
        )
        return cls._made_of(stages.MapNode(rows._node, body, returned))

    @classmethod
    def list_files(cls, file_pattern: Any, shuffle: Any = None, seed: Any = None, name: Any = None) -> Self:
        """The names of the files that fit a pattern, or one of several, as they are when an iterator begins.

        Parameters
        ----------
        file_pattern : str, path, or string tensor
            See :func:`estimator.tf.io.matching_files`.
        shuffle : bool, optional
            Whether they are mixed, anew in each pass, as they are by default; else they are sorted.
        seed : int, optional
            As of :meth:`shuffle`.

        Raises
        ------
        InvalidArgumentError
            When run, if there is no such file.
        """
        values = (stages.plain_names(file_pattern), shuffle, seed)
        return cls._made_of(deferred.when_known("matching files", stages.matching_files, values, stages.TEXT))


def _declared(types: Any, shapes: Any, signature: Any) -> Any:
    """The specs of what a generator yields."""
    if signature is None and types is None:
        raise TypeError(
            "To specify the output signature you need to provide either the `output_signature` argument or the "
            "`output_types` argument."
        )
    if signature is None:
        return specs_of(types, shapes)
    for name, given in (("output_types", types), ("output_shapes", shapes)):
        if given is not None:
            raise TypeError(
                f"The `{name}` argument can not be used together with the `output_signature` argument."
            )
    if wrong := [spec for spec in leaves(signature) if not isinstance(spec, Spec)]:
        raise TypeError(
            f"`output_signature` must contain objects that are subclass of `tf.TypeSpec` but found {wrong[0]!r}."
        )
    return signature
