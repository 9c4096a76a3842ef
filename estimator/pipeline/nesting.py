"""Methods of datasets that take datasets apart, or put others in the place of their elements."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from estimator.core.keywords import near_keywords_of_methods
from estimator.pipeline import stages
from estimator.pipeline.recipe import Recipe, at_least, whole_number
from estimator.pipeline.specs import describe_spec, row_spec
from estimator.pipeline.structure import leaves, map_leaves

if TYPE_CHECKING:
    from typing import Self

    from estimator.pipeline.stage import Node

_CYCLE_LENGTH = (
    8  # where nobody says one; TensorFlow takes the number of processors, and an order that depends on it
)


@near_keywords_of_methods
class Nesting(Recipe):
    """What a dataset can do with datasets in the place of its elements."""

    def flat_map(self, map_func: Callable[..., Any], name: Any = None) -> Self:
        """The elements of the datasets that a function makes, one dataset after the other.

        Parameters
        ----------
        map_func : callable
            From the tensors of an element to a Dataset; see Dataset.map. It is called once, here.

        Raises
        ------
        TypeError
            If the function does not return a Dataset.

        Example
        -------
        >>> from estimator import tf
        >>> dataset = tf.data.Dataset.range(3).flat_map(lambda n: tf.data.Dataset.range(n))
        >>> [int(number) for number in dataset.as_numpy_iterator()]
        [0, 0, 1]
        """
        return self._interleaved(map_func, 1, stages.ALL, "Dataset.flat_map")

    def interleave(
        self,
        map_func: Callable[..., Any],
        cycle_length: Any = None,
        block_length: Any = None,
        num_parallel_calls: Any = None,
        deterministic: Any = None,
        name: Any = None,
    ) -> Self:
        """The elements of the datasets that a function makes, some of each in turn.

        Parameters
        ----------
        map_func : callable
            From the tensors of an element to a Dataset; see Dataset.map. It is called once, here.
        cycle_length : int, optional
            How many datasets take turns: 8 by default, or for AUTOTUNE.
        block_length : int, optional
            How many elements a dataset gives when it is its turn; 1 by default.
        num_parallel_calls, deterministic
            Accepted; the elements come in order.

        Raises
        ------
        TypeError
            If the function does not return a Dataset.

        Example
        -------
        >>> from estimator import tf
        >>> dataset = tf.data.Dataset.range(1, 4).interleave(
        ...     lambda n: tf.data.Dataset.from_tensors(n).repeat(3), cycle_length=2, block_length=2
        ... )
        >>> [int(number) for number in dataset.as_numpy_iterator()]
        [1, 1, 2, 2, 1, 2, 3, 3, 3]
        """
        del num_parallel_calls, deterministic
        return self._interleaved(map_func, cycle_length, block_length, "Dataset.interleave")

    def _interleaved(self, map_func: Callable[..., Any], cycle: Any, block: Any, name: str) -> Self:
        function = stages.traced_dataset(map_func, self._node.spec, name)

        def make(cycle: Any, block: Any, *captured: Any) -> Node:
            length = _CYCLE_LENGTH if cycle is None or whole_number(cycle, name) == -1 else cycle
            return stages.InterleaveNode(
                self._node,
                function,
                at_least(length, 1, f"{name}: cycle_length"),
                at_least(1 if block is None else block, 1, f"{name}: block_length"),
                captured,
            )

        text = " ".join(map(str, function.describe()))
        taken = stages.captured_tensors(function.body)
        return self._step(f"{name} {text}", make, cycle, block, *taken, element=function.node.spec)

    def unbatch(self, name: Any = None) -> Self:
        """The rows of the elements, as elements.

        Raises
        ------
        ValueError
            If a component is a scalar, or they are known to differ in their number of rows.
        InvalidArgumentError
            When run, if the components of an element differ in their number of rows.
        """
        map_leaves(row_spec, self._node.spec)
        sizes = {spec.dims[0] for spec in leaves(self._node.spec) if spec.dims} - {None}
        if len(sizes) > 1:
            raise ValueError(
                "Dataset.unbatch: all components of an element need the same number of rows, but an element is "
                f"{describe_spec(self._node.spec)}."
            )
        return self._made_of(stages.UnbatchNode(self._node))
