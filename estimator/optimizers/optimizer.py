"""What all optimizers share: gradients, slots, and the order in which a step writes.

``minimize`` is ``compute_gradients`` and ``apply_gradients``. The order is written as control edges: every update waits
for all gradients, so no gradient sees a variable that is changed already; what an optimizer keeps for all variables
(Adam's powers) follows the updates; the global step is last.

An optimizer is a subclass that says which slots it needs and how one variable is updated::

    @register("SGD")
    class GradientDescentOptimizer(Optimizer):
        def __init__(self, learning_rate, use_locking=False, name="GradientDescent"):
            super().__init__(use_locking, name)
            self._learning_rate = learning_rate

        def prepare(self):
            self._rate = self.hyper(self._learning_rate, "learning_rate")

        def update(self, gradient, variable):
            return b.ResourceApplyGradientDescent(variable.handle, self.like(self._rate, variable), gradient)

Source: tf.train.Optimizer, TF 1.15 optimizer.py (names, arguments, errors).
"""

from __future__ import annotations

import abc
import inspect
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from estimator.core.dtypes import DType, float32
from estimator.core.registry import Registry
from estimator.functions.grouping import group
from estimator.graph.gradients import blocking_operations, describe_inputs, gradients
from estimator.graph.graph import get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Operation, Owner, Tensor
from estimator.optimizers.checks import GradientAndVariable, checked_loss, checked_pairs, checked_variables
from estimator.optimizers.slots import Slots
from estimator.variables.variable import Variable, trainable_variables

GATE_NONE, GATE_OP, GATE_GRAPH = 0, 1, 2


class Optimizer(abc.ABC):
    """Changes variables so that a loss becomes smaller.

    Parameters
    ----------
    use_locking : bool
        Kept for old scripts; updates never overlap here.
    name : str
        The name of its operations and the last part of its slots' names.
    """

    GATE_NONE, GATE_OP, GATE_GRAPH = GATE_NONE, GATE_OP, GATE_GRAPH

    kind: str = ""
    """What its slots are to a checkpoint: optimizers of one kind can go on with one another's."""

    def __init__(self, use_locking: bool, name: str) -> None:
        if not name:
            raise ValueError("an optimizer needs a name: its slots are called after it.")
        self._name = name
        self._use_locking = use_locking
        self.slots = Slots()

    # -- what an optimizer says -------------------------------------------------------------------

    def create_slots(self, variables: Sequence[Variable]) -> None:  # noqa: B027  not all have slots
        """Make the slots, with :meth:`zeros_slot` and its like."""

    @abc.abstractmethod
    def prepare(self) -> None:
        """Make tensors of the hyper-parameters, with :meth:`hyper`."""

    @abc.abstractmethod
    def update(self, gradient: Tensor, variable: Variable) -> Operation:
        """The operation that changes one variable and its slots."""

    def finish(self, graph: Owner, updates: Sequence[Operation], name: str) -> Operation:
        """The operation that stands for the step; it may add what follows the updates."""
        return group(*updates, name=name)

    # -- what it is given for that ----------------------------------------------------------------

    def zeros_slot(self, variable: Variable, slot_name: str, op_name: str | None = None) -> Variable:
        """A slot filled with zeros, called after the optimizer or `op_name`."""
        return self.constant_slot(variable, slot_name, 0.0, op_name)

    def constant_slot(
        self, variable: Variable, slot_name: str, value: float, op_name: str | None = None
    ) -> Variable:
        """A slot filled with a number."""
        made = self.slots.make(variable, slot_name, op_name or self._name, value)
        made.slot_role = self.kind, slot_name
        return made

    def loose(self, name: str, value: float, dtype: DType) -> Variable:
        """A scalar that is kept for all variables together."""
        made = self.slots.make_loose(name, value, dtype)
        made.slot_role = self.kind, name
        return made

    def slot(self, variable: Variable, slot_name: str) -> Tensor:
        """The handle of a slot that was made."""
        made = self.slots.get(variable, slot_name)
        assert made is not None, slot_name
        return made.handle

    @staticmethod
    def hyper(value: Any, name: str) -> Tensor:
        """A hyper-parameter as a tensor: a number, a tensor, or a function that gives one of them."""
        value = value() if callable(value) else value
        graph = get_default_graph()
        tensor: Tensor = (
            graph.convert(value, name=name) if _in_graph(value) else graph.constant(value, float32, name)
        )
        return tensor

    @staticmethod
    def like(value: Tensor, variable: Variable) -> Tensor:
        """A hyper-parameter in the type of a variable."""
        return variable.graph.cast(value, variable.dtype)

    # -- what users call --------------------------------------------------------------------------

    def get_name(self) -> str:
        """Its name."""
        return self._name

    def minimize(
        self,
        loss: Any,
        global_step: Variable | None = None,
        var_list: Any = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: Any = None,
        colocate_gradients_with_ops: bool = False,
        name: str | None = None,
        grad_loss: Any = None,
    ) -> Operation:
        """The operation that makes one step.

        Parameters
        ----------
        loss : Tensor
            What is to become smaller.
        global_step : Variable, optional
            Counted up by 1 after the updates.
        var_list : sequence of Variable, optional
            By default all trainable variables.
        name : str, optional
            By default the optimizer's.
        grad_loss : Tensor, optional
            What flows into the loss; ones by default.

        Raises
        ------
        ValueError
            If there are no variables, or none of them has a gradient.
        GradientError
            If an op between a variable and the loss has no gradient; the message shows the way.
        """
        pairs = self.compute_gradients(
            loss, var_list, gate_gradients, aggregation_method, colocate_gradients_with_ops, grad_loss
        )
        if all(gradient is None for gradient, _ in pairs):
            raise ValueError(_no_gradients(loss, [variable for _, variable in pairs]))
        return self.apply_gradients(pairs, global_step, name)

    def compute_gradients(
        self,
        loss: Any,
        var_list: Any = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: Any = None,
        colocate_gradients_with_ops: bool = False,
        grad_loss: Any = None,
    ) -> list[GradientAndVariable]:
        """The gradient of the loss for each variable; None where the loss does not depend on it.

        Raises
        ------
        TypeError, ValueError
            If the loss is no floating point tensor, there are no variables, or something else is listed as one.
        """
        if gate_gradients not in (GATE_NONE, GATE_OP, GATE_GRAPH):
            raise ValueError(
                f"gate_gradients must be GATE_NONE, GATE_OP or GATE_GRAPH (0, 1, 2), given: {gate_gradients}."
            )
        tensor = checked_loss(loss)
        variables = checked_variables(trainable_variables() if var_list is None else var_list)
        with tensor.graph.as_default():
            return list(zip(gradients(tensor, variables, grad_loss), variables, strict=True))

    def apply_gradients(
        self, grads_and_vars: Any, global_step: Variable | None = None, name: str | None = None
    ) -> Operation:
        """The operation that changes the variables by their gradients.

        Parameters
        ----------
        grads_and_vars : sequence of (Tensor or None, Variable)
            As :meth:`compute_gradients` gives them, clipped or changed as you like.
        global_step : Variable, optional
            Counted up by 1 after the updates.

        Raises
        ------
        ValueError
            If there are no variables, or none of them has a gradient.
        """
        pairs = checked_pairs(grads_and_vars)
        with_gradient = [(gradient, variable) for gradient, variable in pairs if gradient is not None]
        if not with_gradient:
            names = ", ".join(variable.name for _, variable in pairs)
            raise ValueError(f"No gradients provided for any variable: [{names}].")
        graph = with_gradient[0][1].graph
        with graph.as_default(), graph.control_dependencies(None):
            self.create_slots([variable for _, variable in with_gradient])
        with graph.as_default(), graph.name_scope(name or self._name) as scope:
            self.prepare()
            updates = self._updates(graph, with_gradient)
            step = self._step(graph, updates, global_step, scope)
        if step not in graph.get_collection_ref(GraphKeys.TRAIN_OP):
            graph.add_to_collection(GraphKeys.TRAIN_OP, step)
        return step

    def _updates(self, graph: Owner, pairs: Sequence[tuple[Any, Variable]]) -> list[Operation]:
        ready = group(*[gradient for gradient, _ in pairs], name="gradients_ready")
        updates = []
        for gradient, variable in pairs:
            with graph.name_scope(f"update_{variable.op.name}"), graph.control_dependencies([ready]):
                updates.append(_constrained(graph, variable, self.update(gradient, variable)))
        return updates

    def _step(self, graph: Owner, updates: Sequence[Operation], global_step: Any, scope: str) -> Operation:
        if global_step is None:
            return self.finish(graph, updates, scope)
        with graph.control_dependencies([self.finish(graph, updates, "update")]):
            one = graph.constant(1, global_step.dtype)
            step: Operation = global_step.assign_add(one, name=scope, read_value=False)
        return step

    def get_slot(self, var: Variable, name: str) -> Variable | None:
        """The slot of that name for a variable, or None."""
        return self.slots.get(var, name)

    def get_slot_names(self) -> list[str]:
        """The names of the slots made so far."""
        return self.slots.names()

    def variables(self) -> list[Variable]:
        """What it keeps in the current graph."""
        return self.slots.variables()


def _in_graph(value: Any) -> bool:
    return isinstance(value, (Tensor, Variable))


def _no_gradients(loss: Any, variables: Sequence[Variable]) -> str:
    """Why no variable has a gradient: what lies between them and the loss."""
    names = ", ".join(variable.name for variable in variables)
    blocking = blocking_operations(loss, variables)[:3]
    if blocking:
        ends = "; ".join(f"{op.describe()}, {describe_inputs(op)}" for op in blocking)
        cause = (
            f"No gradient flows through {ends}. Compute the loss without it: from logits, not from classes."
        )
    else:
        cause = "The loss does not depend on any of them."
    return (
        "No gradients provided for any variable, check your graph for ops that do not support gradients, between "
        f"variables [{names}] and loss {loss}. {cause}"
    )


def _constrained(graph: Owner, variable: Variable, update: Operation) -> Operation:
    """The update, followed by the variable's constraint if it has one."""
    if variable.constraint is None:
        return update
    with graph.control_dependencies([update]):
        result: Operation = variable.assign(variable.constraint(variable.as_tensor()), read_value=False)
    return result


# -- by name ----------------------------------------------------------------------------------

OPTIMIZERS: Registry[type[Optimizer]] = Registry("optimizer")

_Class = TypeVar("_Class", bound=type[Optimizer])


def register(*names: str) -> Callable[[_Class], _Class]:
    """Class decorator: the optimizer is found under these names."""

    def add(optimizer_class: _Class) -> _Class:
        for name in names:
            OPTIMIZERS.add(name, optimizer_class)
        return optimizer_class

    return add


def check_optimizer(optimizer: Any) -> None:
    """Check what stands for an optimizer, without making one.

    Raises
    ------
    ValueError
        If there is no optimizer of that name, it needs more than a learning rate, or something else is given.
    """
    if isinstance(optimizer, str):
        optimizer_class = OPTIMIZERS.get(optimizer)
        parameters = inspect.signature(optimizer_class).parameters.values()
        needed = [
            each.name for each in parameters if each.default is each.empty and each.name != "learning_rate"
        ]
        if needed:
            raise ValueError(
                f"optimizer {optimizer!r} needs {', '.join(needed)} too: pass an instance, "
                f"{optimizer_class.__name__}(...)."
            )
    elif not isinstance(optimizer, Optimizer) and not callable(optimizer):
        raise ValueError(
            f"The given object is not an Optimizer instance. Given: {optimizer!r}. Pass an instance such as "
            f"tf.train.AdamOptimizer(0.001), a function that makes one, or one of: {', '.join(OPTIMIZERS)}."
        )


def as_optimizer(optimizer: Any, learning_rate: Any) -> Optimizer:
    """The optimizer that an instance, a name or a function stands for.

    Parameters
    ----------
    optimizer : Optimizer, str or callable
        ``"Adagrad"``, ``"Adam"``, ``"SGD"``... are made with `learning_rate`.

    Raises
    ------
    ValueError
        As :func:`check_optimizer`, or if the function gives something else.

    Source
    ------
    canned/optimizers.py of tf.estimator 1.15
    """
    check_optimizer(optimizer)
    if isinstance(optimizer, str):
        return OPTIMIZERS.get(optimizer)(learning_rate=learning_rate)  # type: ignore[call-arg]
    made = optimizer if isinstance(optimizer, Optimizer) else optimizer()
    if not isinstance(made, Optimizer):
        raise ValueError(f"The given object is not an Optimizer instance. {optimizer!r} gave: {made!r}.")
    return made
