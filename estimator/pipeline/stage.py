"""How a dataset runs: stages that hand out tickets, and rows that redeem them.

A running dataset is a :class:`Stream`: a *stage* says which element comes next, *rows* say what it
is. For data in memory the ticket of an element is its index, so that shuffle, repeat, take, skip
and shard move blocks of integers, and a batch is one ``np.take``; for a file's records it is their
bytes, for everything else the element itself. Functions given to map are part of redeeming: they see
only elements that leave the shuffle.

Each stage can say where it stands (:meth:`Stage.state`) and go on from there, so that the rest of
the data is exactly what it would have been. A state is made of dicts, lists, numbers and text: it
travels as JSON.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, TypeAlias

import numpy as np

from estimator.core.errors import OpError
from estimator.core.frozen import frozen, mutable
from estimator.core.named_tuple import NamedTuple
from estimator.graph.tensor import Tensor
from estimator.pipeline.ahead import Workers
from estimator.pipeline.element import Array, Element

INFINITE = -1  # tf.data.INFINITE_CARDINALITY
UNKNOWN = -2  # tf.data.UNKNOWN_CARDINALITY

Tickets: TypeAlias = Any  # an int64 array [n] or [n, k] of an indexed stream, else a list
State: TypeAlias = "dict[str, Any]"  # what json can write


class Stage(ABC):
    """One running transformation: which elements come, in which order."""

    each = 1  # so many elements of the recipe one ticket stands for: more where several processes share them

    @abstractmethod
    def read(self, count: int) -> Tickets:
        """The next `count` tickets; fewer only at the end, and none after it."""

    def skip(self, count: int) -> int:
        """Pass over the next `count` tickets, and make as little of them as can be; how many there were."""
        return len(self.read(count))

    def pass_elements(self, rows: Rows, count: int) -> None:
        """Pass over elements of the recipe one by one, those that cannot be made among them; there may be less."""
        for _ in range(count):
            try:
                passed = rows.pass_over(self, 1)
            except OpError:
                continue
            if passed == 0:
                return

    @abstractmethod
    def rewind(self) -> None:
        """Begin the next pass over the data (repeat does it)."""

    @abstractmethod
    def state(self) -> State:
        """Where it stands, for :meth:`restore` of a stage made from the same recipe."""

    @abstractmethod
    def restore(self, state: State) -> None:
        """Go on from a saved state."""


class Rows(ABC):
    """What the tickets of a stream stand for."""

    row_bytes: int | None = None  # the size of an element where gather() works, else None

    @abstractmethod
    def elements(self, tickets: Tickets) -> list[Element]:
        """The elements, one by one."""

    def gather(self, tickets: Tickets) -> Element:
        """The components of all the elements, stacked; only where ``row_bytes`` is set."""
        raise NotImplementedError

    def pass_over(self, stage: Stage, count: int) -> int:
        """Pass over the next tickets of a stage: what comes later is as if they had been redeemed.

        Returns
        -------
        int
            How many there were; fewer than `count` only at the end.
        """
        return stage.skip(count)

    def state(self) -> Any:
        """What a function's random ops draw from next; None if there are none."""
        return None

    def restore(self, state: Any) -> None:
        """Go on drawing from a saved state."""
        del state


class Plain(Rows):
    """Tickets that are elements."""

    def elements(self, tickets: Tickets) -> list[Element]:
        """The tickets themselves, which are elements."""
        return list(tickets)


class Stream(NamedTuple):
    """A running dataset.

    Attributes
    ----------
    stage : Stage
        Gives tickets.
    rows : Rows
        Redeems them.
    indexed : bool
        The tickets are integers: reading ahead costs nothing and has no side effect.
    """

    stage: Stage
    rows: Rows
    indexed: bool


@mutable
class Context:
    """What an iterator gives to the stages it starts, and what it wants to know of them.

    Parameters
    ----------
    graph_seed : int or None
        The seed of the graph that the iterator belongs to.
    values : mapping of Tensor to ndarray
        What the iterator's initializer took: the values of tensors that the recipe is made of.
    workers : Workers
        The stages that work while nobody reads from them; each enters itself.
    planned : dict
        What can be used by every stream that is started of one function: there may be one for each element of another.
    entropy : int or None
        What stands for a seed where there is none; None: it is drawn. Processes that share a dataset have the same.
    is_shared : bool
        Whether several processes share the elements, so that most are passed over.
    """

    graph_seed: int | None
    values: Mapping[Tensor, Array] = field(default_factory=dict)
    workers: Workers = field(default_factory=Workers, repr=False)
    planned: dict[Any, Any] = field(default_factory=dict, repr=False)
    entropy: int | None = None
    is_shared: bool = False
    _unnamed: int = field(default=0, repr=False)

    def seed(self, declared: int | None) -> int:
        """The seed of one random transformation, 63 bits.

        Equal seeds give equal orders (features and labels shuffled apart stay together); without
        any seed it is drawn.
        """
        graph_seed = self.graph_seed
        if declared is None and graph_seed is None:
            if self.entropy is None:
                return int.from_bytes(os.urandom(8), "little") >> 1
            graph_seed = self.entropy
        if declared is None:
            self._unnamed += 1
        import hashlib  # it loads a library of cryptography, which few who import this package use

        name = f"{graph_seed}/{declared}/{self._unnamed if declared is None else 0}"
        return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little") >> 1

    def inside(self, seed: int, values: Mapping[Tensor, Array]) -> Context:
        """The context of a dataset inside of this one, which is made of more values and has a seed of its own."""
        return Context(
            seed, {**self.values, **values}, self.workers, self.planned, self.entropy, self.is_shared
        )


class Node(ABC):
    """One step of a recipe: immutable, shared, and run any number of times."""

    gives_what_it_takes = (
        False  # the elements of its input, in their order: they may as well be chosen before it
    )

    @property
    def inputs(self) -> tuple[Node, ...]:
        """The steps whose elements it takes."""
        return ()

    @property
    @abstractmethod
    def spec(self) -> Any:
        """The structure of an element, with a TensorSpec for each component."""

    @property
    @abstractmethod
    def cardinality(self) -> int:
        """The number of elements; INFINITE or UNKNOWN."""

    @property
    def takes_time(self) -> bool:
        """Whether an element may take long to make, so that one should be made before it is wanted."""
        return any(node.takes_time for node in self.inputs)

    @abstractmethod
    def describe(self) -> list[Any]:
        """The step and those before it, as JSON: equal for equal recipes over data of equal shape."""

    @abstractmethod
    def start(self, context: Context) -> Stream:
        """Run it from the beginning."""


@frozen(eq=False)
class Step(Node):
    """A step that takes the elements of one other; unless it says otherwise, as many of the same kind come out."""

    input: Node

    @property
    def inputs(self) -> tuple[Node, ...]:
        """The one before it."""
        return (self.input,)

    @property
    def spec(self) -> Any:
        """The structure of an element, with a TensorSpec for each component."""
        return self.input.spec

    @property
    def cardinality(self) -> int:
        """The number of elements; INFINITE or UNKNOWN."""
        return self.input.cardinality


def join(parts: Sequence[Tickets]) -> Tickets:
    """Tickets one after the other."""
    if len(parts) == 1:
        return parts[0]
    if isinstance(parts[0], np.ndarray):
        return np.concatenate(parts)
    return [ticket for part in parts for ticket in part]
