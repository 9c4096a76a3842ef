"""What an optimizer of Keras keeps in a graph: the count of steps, the learning rate, what belongs to variables.

All of it is variables of the graph where gradients are applied, made there at need. Asked outside, the optimizer
answers for the current graph, or else for the one it served last.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from estimator.core.dtypes import float32, int64
from estimator.graph import build as b
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.tensor import Tensor
from estimator.keras.optimizers.schedules.schedule import LearningRateSchedule
from estimator.optimizers import optimizer as below
from estimator.optimizers.slots import kept_by
from estimator.runtime.own_session import begin_variables, session_at_hand
from estimator.variables.slot_role import SlotRole
from estimator.variables.variable import Variable

Array = np.ndarray[Any, Any]


class CallableList(list[Variable]):
    """A list that may be called, as old scripts do: ``optimizer.variables()``."""

    def __call__(self) -> list[Variable]:
        return list(self)


class State(below.Optimizer):
    """An optimizer as far as it is something to be read, set and saved.

    Attributes
    ----------
    lists : mapping
        The names of slots to those of the lists by which a Checkpoint reaches them.
    former_names : mapping
        The names of slots to those that the optimizers of before 2.11 had for them.
    """

    lists: Mapping[str, str] = {}
    former_names: Mapping[str, str] = {}
    _learning_rate: Any = None
    _given_rate: Any = None
    _decay = 0.0

    def __init__(self, name: str) -> None:
        super().__init__(False, name)
        self._latest: Callable[[], Any] = _nothing

    @property
    def name(self) -> str:
        """The name that it was given."""
        return self._name

    # -- the learning rate --------------------------------------------------------------------------------------------

    def _build_learning_rate(self, learning_rate: Any) -> Any:
        """The learning rate as subclasses keep it in ``_learning_rate``; its variables are made later."""
        return learning_rate if self._given_rate is None else self._given_rate

    @property
    def learning_rate(self) -> Any:
        """The variable of the learning rate, or of the one that its schedule gave at the last step.

        Raises
        ------
        ValueError
            If the optimizer has none.
        """
        rate = self._learning_rate
        if rate is None:
            raise ValueError(
                "Missing learning rate, please set self.learning_rate at optimizer creation time."
            )
        if isinstance(rate, LearningRateSchedule):
            return self._kept_number(
                "current_learning_rate", lambda: rate(self.iterations.initialized_value())
            )
        if isinstance(rate, (Tensor, Variable)) or callable(rate):
            return rate
        return self._kept_number("learning_rate", rate)

    @learning_rate.setter
    def learning_rate(self, learning_rate: Any) -> None:
        was = self._learning_rate
        if isinstance(was, LearningRateSchedule) and not isinstance(learning_rate, LearningRateSchedule):
            raise TypeError(
                "This optimizer was created with a `LearningRateSchedule` object as its `learning_rate`, which is "
                "therefore not settable. Make the optimizer with a number, or set another schedule."
            )
        self._learning_rate = learning_rate
        self._write_number("learning_rate", learning_rate)

    @property
    def lr(self) -> Any:
        """The old name of :attr:`learning_rate`."""
        return self.learning_rate

    @lr.setter
    def lr(self, learning_rate: Any) -> None:
        self.learning_rate = learning_rate

    def _kept_number(self, name: str, first: Any) -> Variable:
        """The variable of a number, in the graph at hand, made if it is not there yet."""
        graph = self._graph_at_hand()
        kept = kept_by(self, graph).non_slots
        if name not in kept:
            with graph.as_default(), graph.control_dependencies(None), self._scope_of_numbers(graph):
                kept[name] = Variable(first, trainable=False, name=name, dtype=float32)
            kept[name].slot_role = SlotRole(self._told_as(name))
        return kept[name]

    def _told_as(self, name: str) -> tuple[str, str] | None:
        """What a checkpoint of tf.estimator calls a number: the optimizer, and its name; None where it has none."""
        return None if self.keras is None or name == "current_learning_rate" else (self.keras, name)

    def _scope_of_numbers(self, graph: Graph) -> AbstractContextManager[str]:
        return graph.name_scope(None)

    def _write_number(self, name: str, value: Any) -> None:
        """Let the variable of a number have another value, if there is a variable already."""
        graph = self._graph_at_hand()
        variable = kept_by(self, graph).non_slots.get(name)
        if variable is not None and not isinstance(value, (Tensor, Variable)) and not callable(value):
            variable.load(value, session_at_hand(graph))

    def _rate(self) -> Any:
        """The learning rate of a step."""
        rate = self._learning_rate
        if isinstance(rate, LearningRateSchedule):
            rate = rate(self._steps_so_far())
        elif callable(rate):
            rate = rate()
        elif not isinstance(rate, Tensor):
            rate = self.learning_rate.as_tensor()
        return self._decayed(rate) if self._decay else rate

    def _decayed(self, rate: Any) -> Any:
        return rate / (1.0 + self._decay * b.Cast(self.iterations.as_tensor(), DstT=float32))

    def _steps_so_far(self) -> Any:
        """How many steps there were, as schedules are told."""
        return self.iterations.as_tensor()

    # -- the count of steps, and what else it keeps -------------------------------------------------------------------

    @property
    def iterations(self) -> Variable:
        """How many steps there were: a variable, which may be the global step."""
        graph = self._graph_at_hand()
        kept = kept_by(self, graph).non_slots
        if "iterations" not in kept:
            made = kept["iterations"] = self._made_counter(graph)
            made.slot_role = SlotRole(self._told_as("iter"))
        return kept["iterations"]

    @iterations.setter
    def iterations(self, variable: Variable) -> None:
        kept = kept_by(self, variable.graph)
        if kept.made or kept.tensors:
            raise RuntimeError(
                "Cannot set `iterations` to a new Variable after the Optimizer weights have been created. Here it is "
                f"attempting to set `iterations` to {variable}. Set it before apply_gradients() or minimize()."
            )
        kept.non_slots["iterations"] = variable
        self._latest = weakref.ref(variable.graph)

    def _made_counter(self, graph: Graph) -> Variable:
        with graph.as_default(), graph.control_dependencies(None), graph.name_scope(None):
            return Variable(0, trainable=False, name="iteration", dtype=int64)

    def _graph_at_hand(self) -> Graph:
        """The current graph; where it keeps nothing there, the one it served last."""
        current: Graph = get_default_graph().outermost
        latest = self._latest()
        kept = kept_by(self, current)
        return current if latest is None or kept.non_slots or kept.made else latest

    def _scope(self, graph: Graph) -> AbstractContextManager[str]:
        """The name scope of its variables and operations, always the same in a graph."""
        kept = kept_by(self, graph.outermost)
        if not kept.scope:
            with graph.name_scope(self._name) as kept.scope:
                pass
        return graph.name_scope(kept.scope)

    @property
    def variables(self) -> CallableList:  # a method below: it may be called, too
        """What it keeps in the graph at hand, in Keras' order: the count of steps, then what belongs to variables."""
        return CallableList([self.iterations, *kept_by(self, self._graph_at_hand()).made])

    @property
    def weights(self) -> list[Variable]:
        """The old name of :attr:`variables`."""
        return list(self.variables)

    def get_weights(self) -> list[Array]:
        """The values of :attr:`variables`."""
        return self._values(self.weights)

    def _values(self, variables: Sequence[Variable]) -> list[Array]:
        session = session_at_hand(self._graph_at_hand())
        begin_variables(session, variables)
        return [np.asarray(value) for value in session.run(list(variables))]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Give :attr:`variables` other values.

        Raises
        ------
        ValueError
            If there are more or fewer, or one has another shape; the message names all that do not fit.
        """
        variables, session = self.weights, session_at_hand(self._graph_at_hand())
        if len(weights) != len(variables):
            raise ValueError(
                f"optimizer {self._name!r} has {len(variables)} variables ({_names(variables)}), and {len(weights)} "
                "values are given. An optimizer has all of them once build(variables) or apply_gradients() was called."
            )
        values = [np.asarray(value) for value in weights]
        wrong = [
            f"{variable.name} has the shape {variable.shape}, its value {list(value.shape)}"
            for variable, value in zip(variables, values, strict=True)
            if tuple(variable.dims or ()) != value.shape
        ]
        if wrong:
            raise ValueError(f"values do not fit the optimizer {self._name!r}: {'; '.join(wrong)}.")
        for variable, value in zip(variables, values, strict=True):
            variable.load(value, session)

    def save_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """Put the values of :attr:`variables` into a store, under their numbers."""
        store.update({str(number): value for number, value in enumerate(self.get_weights())})

    def load_own_variables(self, store: Mapping[str, Any]) -> None:
        """Take the values of :attr:`variables` from such a store.

        Raises
        ------
        ValueError
            As :meth:`set_weights`.
        """
        self.set_weights([store[str(number)] for number in range(len(store))])

    def checkpoint_children(self) -> dict[str, Any]:
        """What a Checkpoint stores under its name, as Keras tracks it."""
        children: dict[str, Any] = {"_variables": self.weights, "_iterations": self.iterations}
        rate = self.learning_rate
        if isinstance(self._learning_rate, LearningRateSchedule):
            children["_current_learning_rate"] = rate
        elif isinstance(rate, Variable):
            children["_learning_rate"] = rate
        slots = kept_by(self, self._graph_at_hand()).slots
        children["_index_dict"] = {}
        for slot_name, attribute in ({"average": "_model_variables_moving_average", **self.lists}).items():
            if slot_name in slots:
                children[attribute] = list(slots[slot_name].values())
        return children | {name: value for name, value in vars(self).items() if _are_variables(value)}

    def checkpoint_slots(self) -> Iterator[tuple[Variable | None, str, Variable]]:
        """Nothing: it is reached by :meth:`checkpoint_children`."""
        return iter(())

    def checkpoint_children_before(self) -> dict[str, Any]:
        """What the optimizers of before 2.11, those of ``legacy``, store under their name of what it has, too."""
        rate = self.learning_rate
        return {"iter": self.iterations} | ({"learning_rate": rate} if isinstance(rate, Variable) else {})

    def checkpoint_slots_before(self) -> Iterator[tuple[Variable | None, str, Variable]]:
        """What those store beside other variables: of each slot its variable, its former name, itself."""
        slots = kept_by(self, self._graph_at_hand()).slots
        for slot_name, former in self.former_names.items():
            for slot in slots.get(slot_name, {}).values():
                yield slot.slot_of, former, slot

    def _value_of_number(self, name: str, first: Any) -> float:
        """What a number is now, as Python has it: the value of its variable, if that has one."""
        graph = self._graph_at_hand()
        variable = kept_by(self, graph).non_slots.get(name)
        session = session_at_hand(graph)
        if variable is None or not session.store.of_handle(variable.handle).initialized:
            return self._before_it_is_kept(first)
        return float(session.run(variable))

    def _before_it_is_kept(self, number: float) -> float:
        return float(np.float32(number))

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_latest"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _latest=_nothing)


def _nothing() -> None:
    return None


def _names(variables: Sequence[Variable]) -> str:
    return ", ".join(variable.name for variable in variables)


def _are_variables(value: Any) -> bool:
    """Whether an attribute of a user's optimizer is a list of variables."""
    return isinstance(value, list) and bool(value) and all(isinstance(item, Variable) for item in value)
