"""What all optimizers share: gradients, slots, and the order in which a step writes.

``minimize`` is ``compute_gradients`` and ``apply_gradients``. The order is written as control edges: every update waits
for all gradients, so no gradient sees a variable that is changed already; what an optimizer keeps for all variables
(Adam's powers) follows the updates; the global step is last.

An optimizer is a subclass that declares its slots and hyper-parameters and says how one variable is updated, by a
gradient of all of it and by one of some rows::

    class MyMomentum(Optimizer):
        slots = (Slot("momentum"),)
        _rate_t = Hyper("_rate", "learning_rate")

        def __init__(self, learning_rate, use_locking=False, name="MyMomentum"):
            super().__init__(use_locking, name)
            self._rate = learning_rate

        def _resource_apply_dense(self, grad, var):
            ...  # self._rate_t is a tensor, self.get_slot(var, "momentum") a variable; gives the operation

        def _resource_apply_sparse(self, grad, var, indices):
            ...  # grad[i] belongs to row indices[i]; every row comes once

Subclasses written for TensorFlow 1 work as they are: they override ``_create_slots``, ``_prepare`` and ``_finish``, and
the updates in either of TensorFlow's two forms, ``_resource_apply_dense`` or ``_apply_dense`` (of variables that are
references) and so on. All variables are resources here, yet where the more derived class has the other form, it is that
class which is meant, and its form is called.

Source: tf.train.Optimizer, TF 1.15 optimizer.py (names, arguments, errors).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, bfloat16, float16, float32, float64
from estimator.core.garbage import no_search_for_cycles
from estimator.core.keywords import near_keywords, near_keywords_of_methods
from estimator.distribution.collective import current
from estimator.functions.grouping import group
from estimator.graph import build as b
from estimator.graph.gradients import blocking_operations, describe_inputs, gradients
from estimator.graph.graph import Graph, get_default_graph, graph_of
from estimator.graph.keys import GraphKeys
from estimator.graph.slices import IndexedSlices
from estimator.graph.tensor import Operation, Owner, Tensor
from estimator.optimizers.checks import (
    GradientAndVariable,
    check_dtypes,
    checked_loss,
    checked_pairs,
    checked_targets,
    come_once,
)
from estimator.optimizers.slots import Hyper, Slot, kept_by, make_slot
from estimator.variables.initializers import Constant, Zeros
from estimator.variables.slot_role import SlotRole
from estimator.variables.variable import Variable, trainable_variables

GATE_NONE, GATE_OP, GATE_GRAPH = 0, 1, 2


@near_keywords_of_methods
class Optimizer:
    """Changes variables so that a loss becomes smaller.

    Parameters
    ----------
    use_locking : bool
        Kept for old scripts; updates never overlap here.
    name : str
        The name of its operations and the last part of its slots' names.

    Attributes
    ----------
    slots : sequence of Slot
        What it keeps beside each variable.
    keras : str or None
        The optimizer of tf.keras that keeps the same, whose checkpoints it goes on with.
    dialect : str or None
        The dialect (:mod:`estimator.checkpoint.dialects`) in which ready-made models save what it keeps, if not theirs.
    constrains_rows : bool
        Whether a variable with a constraint may have a gradient of some rows: it is then applied to all of it.

    Raises
    ------
    ValueError
        If there is no name.
    """

    GATE_NONE, GATE_OP, GATE_GRAPH = GATE_NONE, GATE_OP, GATE_GRAPH

    slots: Sequence[Slot] = ()
    keras: str | None = None
    dialect: str | None = None
    constrains_rows: bool = False

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        near_keywords(cls)

    def __init__(self, use_locking: bool, name: str) -> None:
        if not name:
            raise ValueError("Must specify the optimizer name: its slots are called after it.")
        self._name = name
        self._use_locking = use_locking
        self._slot_names: set[str] = set()

    # -- what a subclass says -----------------------------------------------------------------------------------------

    def _create_slots(self, var_list: Sequence[Variable]) -> None:
        """Make the slots of these variables: those that the class declares, or others by the functions below."""
        for variable in var_list:
            for slot in self.slots:
                if slot.when is None or getattr(self, slot.when):
                    self._make_declared(variable, slot)

    def _prepare(self) -> None:
        """Make tensors of the hyper-parameters, once for each step that is built."""
        declared = {
            name: hyper
            for owner in reversed(type(self).__mro__)
            for name, hyper in vars(owner).items()
            if isinstance(hyper, Hyper)
        }
        for hyper in declared.values():
            hyper.prepare(self)

    def _resource_apply_dense(self, grad: Tensor, handle: Variable) -> Any:
        """The operation that changes a variable and its slots by a gradient of all of it."""
        raise NotImplementedError(
            f"{type(self).__name__} does not say how a variable is updated; define _apply_dense(grad, var) or "
            "_resource_apply_dense(grad, handle), or override apply_gradients."
        )

    def _apply_dense(self, grad: Tensor, var: Variable) -> Any:
        return self._resource_apply_dense(grad, var)

    def _resource_apply_sparse(self, grad: Tensor, handle: Variable, indices: Tensor) -> Any:
        """The operation that changes a variable and its slots by a gradient of some rows, each given once."""
        raise NotImplementedError(
            f"{type(self).__name__} does not say how rows are updated; tf.convert_to_tensor(gradient) makes the "
            f"gradient of {handle.name} dense."
        )

    def _apply_sparse(self, grad: IndexedSlices, var: Variable) -> Any:
        return self._resource_apply_sparse(grad.values, var, grad.indices)

    def _resource_apply_sparse_duplicate_indices(
        self, grad: Tensor, handle: Variable, indices: Tensor
    ) -> Any:
        """As :meth:`_resource_apply_sparse`, of rows that may come several times: by default they are summed first."""
        if come_once(indices):
            return _apply_rows(self, "", IndexedSlices(grad, indices), handle)
        unique, places = b.Unique(indices)
        summed = b.UnsortedSegmentSum(grad, places, b.Size(unique))
        return _apply_rows(self, "", IndexedSlices(summed, unique), handle)

    def _apply_sparse_duplicate_indices(self, grad: IndexedSlices, var: Variable) -> Any:
        return self._resource_apply_sparse_duplicate_indices(grad.values, var, grad.indices)

    def _finish(self, update_ops: list[Any], name_scope: str) -> Any:
        """The operation that stands for the step; it may add what follows the updates."""
        return group(*update_ops, name=name_scope)

    def _valid_dtypes(self) -> set[DType]:
        """The types that losses and variables may have."""
        return {float16, bfloat16, float32, float64}

    # -- what a subclass is given for that ----------------------------------------------------------------------------

    def _make_declared(self, var: Variable, slot: Slot) -> Variable:
        start = getattr(self, slot.start) if isinstance(slot.start, str) else slot.start
        filled = Zeros() if start == 0.0 else Constant(start)
        return self._get_or_make_slot_with_initializer(
            var, filled, var.shape, var.dtype, slot.name, getattr(self, slot.called)
        )

    def _zeros_slot(self, var: Variable, slot_name: str, op_name: str) -> Variable:
        """The slot of a variable, made of zeros if it is not there yet; its name ends in `op_name`."""
        return self._get_or_make_slot_with_initializer(var, Zeros(), var.shape, var.dtype, slot_name, op_name)

    def _get_or_make_slot(self, var: Variable, val: Any, slot_name: str, op_name: str) -> Variable:
        """The slot of a variable, made with that first value if it is not there yet."""
        value = graph_of([var]).convert(val)
        return self._get_or_make_slot_with_initializer(
            var, lambda shape: value, value.shape, value.dtype, slot_name, op_name
        )

    def _get_or_make_slot_with_initializer(
        self,
        var: Variable,
        initializer: Callable[..., Any],
        shape: Any,
        dtype: Any,
        slot_name: str,
        op_name: str,
    ) -> Variable:
        """The slot of a variable, made with ``initializer(shape, dtype)`` if it is not there yet."""
        slots = kept_by(self, var.graph).slots.setdefault(slot_name, {})
        if var.op.name not in slots:
            made = slots[var.op.name] = self._made_slot(var, slot_name, op_name, initializer, shape, dtype)
            made.slot_role = SlotRole(self._keras_state(slot_name))
            kept_by(self, var.graph).made.append(made)
            self._slot_names.add(slot_name)
        return slots[var.op.name]

    def _made_slot(
        self, var: Variable, slot_name: str, op_name: str, initializer: Callable[..., Any], shape: Any, dtype: Any
    ) -> Variable:  # fmt: skip
        return make_slot(var, op_name, initializer, shape, dtype)

    def _keras_state(self, slot_name: str) -> tuple[str, str] | None:
        names = {slot.name: slot.keras for slot in self.slots}
        state = names.get(slot_name)
        return None if self.keras is None or state is None else (self.keras, state)

    def _create_non_slot_variable(self, initial_value: Any, name: str, colocate_with: Any) -> Variable:
        """The variable of that name which belongs to no other one, made if it is not there yet."""
        kept = kept_by(self, colocate_with.graph).non_slots
        if name not in kept:
            kept[name] = Variable(initial_value, trainable=False, name=name, initializer_scope="Initializer/")
            kept[name].slot_role = SlotRole()
            kept_by(self, colocate_with.graph).made.append(kept[name])
        return kept[name]

    def _get_non_slot_variable(self, name: str, graph: Owner | None = None) -> Variable | None:
        """The variable of that name which belongs to no other one, in a graph (by default the current one), or None."""
        return kept_by(self, (graph or get_default_graph()).outermost).non_slots.get(name)

    @property
    def _slots(self) -> dict[str, dict[tuple[Owner, str], Variable]]:
        """What it keeps in the current graph, as subclasses look it up: slot name, then graph and variable."""
        graph = get_default_graph().outermost
        return {
            slot_name: {(graph, name): slot for name, slot in of_variables.items()}
            for slot_name, of_variables in kept_by(self, graph).slots.items()
        }

    @property
    def _non_slot_dict(self) -> dict[tuple[str, Owner], Variable]:
        """The variables of the current graph that belong to none, as TensorFlow's subclasses look them up."""
        graph = get_default_graph().outermost
        return {(name, graph): variable for name, variable in kept_by(self, graph).non_slots.items()}

    def _call_if_callable(self, param: Any) -> Any:
        return param() if callable(param) else param

    def _slot(self, variable: Variable, slot_name: str) -> Variable:
        """A slot that has been made."""
        return kept_by(self, variable.graph).slots[slot_name][variable.op.name]

    def _handles(self, variable: Variable, *slot_names: str) -> list[Tensor]:
        """The handles of a variable and of its slots of these names."""
        return [variable.handle, *(self._slot(variable, name).handle for name in slot_names)]

    @staticmethod
    def _cast(variable: Variable, *tensors: Tensor) -> list[Tensor]:
        """Hyper-parameters in the type of a variable."""
        return [graph_of([variable]).cast(tensor, variable.dtype) for tensor in tensors]

    # -- what users call ----------------------------------------------------------------------------------------------

    def get_name(self) -> str:
        """The name that it was given."""
        return self._name

    def get_slot(self, var: Variable, name: str) -> Variable | None:
        """The slot of that name for a variable, or None."""
        return kept_by(self, var.graph).slots.get(name, {}).get(var.op.name)

    def get_slot_names(self) -> list[str]:
        """The names of the slots made so far."""
        return sorted(self._slot_names)

    def variables(self) -> list[Variable]:
        """What it keeps in the current graph, by name."""
        return kept_by(self, get_default_graph().outermost).variables()

    def checkpoint_children(self) -> dict[str, Variable]:
        """What a Checkpoint of the current graph stores under its name: variables that belong to no other."""
        return dict(sorted(kept_by(self, get_default_graph().outermost).non_slots.items()))

    def checkpoint_slots(self) -> Iterator[tuple[Variable | None, str, Variable]]:
        """What a Checkpoint stores beside other variables: of each slot its variable, its name, itself."""
        for slot_name, of_variables in sorted(kept_by(self, get_default_graph().outermost).slots.items()):
            for slot in of_variables.values():
                yield slot.slot_of, slot_name, slot

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
        with no_search_for_cycles():  # most of a large graph is made here
            pairs = self.compute_gradients(  # by keywords: subclasses have their own signatures
                loss,
                var_list=var_list,
                gate_gradients=gate_gradients,
                aggregation_method=aggregation_method,
                colocate_gradients_with_ops=colocate_gradients_with_ops,
                grad_loss=grad_loss,
            )
            if all(gradient is None for gradient, _ in pairs):
                raise ValueError(_no_gradients(loss, [variable for _, variable in pairs]))
            return self.apply_gradients(pairs, global_step=global_step, name=name)

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

        Parameters
        ----------
        loss : Tensor or callable
            What is to become smaller, or a function that gives it.
        var_list : sequence of Variable, optional
            By default all trainable variables; tensors are differentiated by, too.

        Raises
        ------
        TypeError, ValueError
            If the loss is not a floating point tensor, there are no variables, or something else is listed as one.
        """
        if gate_gradients not in (GATE_NONE, GATE_OP, GATE_GRAPH):
            raise ValueError(
                "gate_gradients must be one of: Optimizer.GATE_NONE, Optimizer.GATE_OP, Optimizer.GATE_GRAPH "
                f"(0, 1, 2). Not {gate_gradients!r}."
            )
        tensor = checked_loss(self._call_if_callable(loss), self._valid_dtypes())
        targets = checked_targets(trainable_variables() if var_list is None else var_list)
        with tensor.graph.at_work().as_default():
            pairs = list(zip(gradients(tensor, targets, grad_loss), targets, strict=True))
            if current().size > 1:
                from estimator.optimizers.over_ranks import over_ranks  # which one process alone never needs

                pairs = over_ranks(pairs, tensor)
        check_dtypes([target for gradient, target in pairs if gradient is not None], self._valid_dtypes())
        return pairs

    @no_search_for_cycles()
    def apply_gradients(
        self, grads_and_vars: Any, global_step: Variable | None = None, name: str | None = None
    ) -> Operation:
        """The operation that changes the variables by their gradients.

        Parameters
        ----------
        grads_and_vars : sequence of (gradient, Variable)
            As :meth:`compute_gradients` gives them, clipped or changed as you like. A gradient is a tensor, what
            becomes one, IndexedSlices of some rows, or None.
        global_step : Variable, optional
            Counted up by 1 after the updates.

        Raises
        ------
        ValueError
            If there are no variables, or none of them has a gradient.
        TypeError
            If there is something else in the place of a gradient or a variable.
        """
        pairs = checked_pairs(grads_and_vars)
        if current().size > 1:
            from estimator.optimizers.over_ranks import not_yet_over_ranks

            pairs = not_yet_over_ranks(pairs)
        with_gradient = [(gradient, variable) for gradient, variable in pairs if gradient is not None]
        if not with_gradient:
            names = ", ".join(variable.name for _, variable in pairs)
            raise ValueError(f"No gradients provided for any variable: [{names}].")
        variables = [variable for _, variable in with_gradient]
        with variables[0].graph.as_default() as owner, owner.control_dependencies(None):
            self._create_slots(variables)
        with graph_of(variables).as_default() as graph, graph.name_scope(name or self._name) as scope:
            self._prepare()
            step = self._step(graph, self._updates(graph, with_gradient), global_step, scope)
        if step not in graph.get_collection_ref(GraphKeys.TRAIN_OP):
            graph.add_to_collection(GraphKeys.TRAIN_OP, step)
        return step

    def _updates(self, graph: Graph, pairs: Sequence[tuple[Any, Variable]]) -> list[Any]:
        ready = group(*[_tensors(gradient) for gradient, _ in pairs], name="gradients_ready")
        updates = []
        for gradient, variable in pairs:
            with graph.name_scope(f"update_{variable.op.name}"), graph.control_dependencies([ready]):
                updates.append(_updated(self, gradient, variable))
        return updates

    def _step(self, graph: Graph, updates: list[Any], global_step: Any, scope: str) -> Operation:
        if global_step is None:
            step = self._finish(updates, scope)
        else:
            with graph.control_dependencies([self._finish(updates, "update")]):
                one = graph.constant(1, global_step.dtype)
                step = global_step.assign_add(one, name=scope, read_value=False)
        return step.op if isinstance(step, Tensor) else step


def _tensors(gradient: Tensor | IndexedSlices) -> list[Tensor]:
    return [gradient.values, gradient.indices] if isinstance(gradient, IndexedSlices) else [gradient]


def _updated(optimizer: Optimizer, gradient: Any, variable: Variable) -> Any:
    """The update of one variable, followed by its constraint if it has one."""
    if isinstance(gradient, IndexedSlices):
        if variable.constraint is not None and not optimizer.constrains_rows:
            raise RuntimeError(
                f"Cannot use a constraint function on a sparse variable: the gradient of {variable.name} has some rows "
                "only; tf.convert_to_tensor(gradient) makes it dense."
            )
        update = _apply_rows(optimizer, "_duplicate_indices", gradient, variable)
    else:
        form = _most_derived(optimizer, "_resource_apply_dense", "_apply_dense")
        update = getattr(optimizer, form)(gradient, variable)
    if variable.constraint is None:
        return update
    with graph_of([variable]).control_dependencies([update]):
        return variable.assign(variable.constraint(variable.as_tensor()), read_value=False)


def _apply_rows(optimizer: Optimizer, suffix: str, gradient: IndexedSlices, variable: Variable) -> Any:
    """The update of some rows, in the form of the more derived class: of resources, or of references."""
    form = _most_derived(optimizer, f"_resource_apply_sparse{suffix}", f"_apply_sparse{suffix}")
    update = getattr(optimizer, form)
    if form.startswith("_resource"):
        return update(gradient.values, variable, gradient.indices)
    if gradient.dense_shape is None:
        shape = graph_of([variable]).constant(np.array(variable.dims, np.int64))
        gradient = IndexedSlices(gradient.values, gradient.indices, shape)
    return update(gradient, variable)


def _most_derived(optimizer: Optimizer, *names: str) -> str:
    """Which of these methods the most derived class has; the first one where it has several."""
    return next(name for owner in type(optimizer).__mro__ for name in names if name in vars(owner))


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
