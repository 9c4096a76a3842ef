"""Methods of datasets that say which elements come, how often and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from estimator.core.keywords import near_keywords_of_methods
from estimator.pipeline.recipe import Recipe, at_least, whole_number
from estimator.pipeline.selection import SHARD_HINT, HintNode, RepeatNode, ShardNode, SkipNode, TakeNode
from estimator.pipeline.shuffle import ShuffleNode
from estimator.pipeline.stage import INFINITE

if TYPE_CHECKING:
    from typing import Self

    from estimator.pipeline.stage import Node


@near_keywords_of_methods
class Selecting(Recipe):
    """What a dataset can do with the order of its elements."""

    def shuffle(
        self,
        buffer_size: Any,
        seed: Any = None,
        reshuffle_each_iteration: bool | None = None,
        name: Any = None,
    ) -> Self:
        """Each element is drawn from a buffer of the next `buffer_size` ones.

        Parameters
        ----------
        buffer_size : int
            As many as there are elements gives every order the same chance.
        seed : int, optional
            The order is a function of this seed and the graph's; without both it is drawn, and
            saved with checkpoints.
        reshuffle_each_iteration : bool
            Whether repeat sees another order each time; default True.
        """

        def make(size: Any, number: Any) -> Node:
            size = at_least(size, 1, "Dataset.shuffle: buffer_size")
            number = None if number is None else whole_number(number, "Dataset.shuffle: seed")
            return ShuffleNode(self._node, size, number, reshuffle_each_iteration is not False)

        return self._step("shuffle", make, buffer_size, seed)

    def repeat(self, count: Any = None, name: Any = None) -> Self:
        """The elements `count` times over; None or -1 without end."""

        def make(count: Any) -> Node:
            times = INFINITE if count is None else whole_number(count, "Dataset.repeat: count")
            return RepeatNode(self._node, max(times, INFINITE))

        return self._step("repeat", make, count)

    def take(self, count: Any, name: Any = None) -> Self:
        """The first `count` elements; -1 for all."""

        def make(count: Any) -> Node:
            number = whole_number(count, "Dataset.take: count")
            return self._node if number < 0 else TakeNode(self._node, number)

        return self._step("take", make, count)

    def skip(self, count: Any, name: Any = None) -> Self:
        """All but the first `count` elements; -1 for none."""

        def make(count: Any) -> Node:
            number = whole_number(count, "Dataset.skip: count")
            return SkipNode(self._node, None if number < 0 else number)

        return self._step("skip", make, count)

    def shard(self, num_shards: Any, index: Any, name: Any = None) -> Self:
        """Every `num_shards`-th element, beginning with number `index`.

        SHARD_HINT for both: of several processes that train together each takes its own here; else all elements.

        Raises
        ------
        ValueError
            Unless 0 <= index < num_shards.
        """

        def make(num_shards: Any, index: Any) -> Node:
            if num_shards == index == SHARD_HINT:
                return HintNode(self._node)
            shards = at_least(num_shards, 1, "Dataset.shard: num_shards")
            number = at_least(index, 0, "Dataset.shard: index")
            if number >= shards:
                raise ValueError(
                    f"Dataset.shard: index must be < num_shards, given: index {number} of {shards} shards."
                )
            return ShardNode(self._node, shards, number)

        return self._step("shard", make, num_shards, index)
