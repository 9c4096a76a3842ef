"""What the optimizers of Keras share: the counter and the learning rate, clipping, decay of weights, averages.

They are the optimizers of the package with Keras' names for what they keep. In a graph, as in TensorFlow 1::

    optimizer = keras.optimizers.Adam(1e-3)
    optimizer.iterations = tf.train.get_or_create_global_step()
    train_op = optimizer.minimize(loss, var_list=tf.trainable_variables())

The learning rate is a variable, so that it can be set between steps. Like everything that an optimizer keeps it
belongs to the graph where gradients are applied; one optimizer serves many graphs.

An optimizer of your own says what a variable needs and how it moves::

    class Signs(keras.optimizers.Optimizer):
        def __init__(self, learning_rate=0.01, name="Signs", **kwargs):
            super().__init__(name, **kwargs)
            self._learning_rate = self._build_learning_rate(learning_rate)

        def update_step(self, gradient, variable):
            variable.assign_sub(self.learning_rate * tf.sign(gradient))

Source: tf.keras.optimizers.Optimizer, Keras 2.15 optimizer.py (names, order of what is kept, errors).
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import float32
from estimator.functions.clipping import clip_by_global_norm, clip_by_norm, clip_by_value
from estimator.functions.control_flow.cond import cond
from estimator.functions.grouping import group
from estimator.graph import build as b
from estimator.graph.graph import Graph, get_default_graph, graph_of
from estimator.graph.slices import IndexedSlices
from estimator.graph.tensor import Operation, Tensor
from estimator.keras.effects import in_order
from estimator.keras.optimizers.checks import check_options, refuse_values
from estimator.keras.optimizers.numbers import Numbers
from estimator.keras.optimizers.schedules.by_name import deserialize as schedule_of
from estimator.keras.optimizers.schedules.by_name import serialize as config_of
from estimator.keras.optimizers.schedules.schedule import LearningRateSchedule
from estimator.optimizers.checks import GradientAndVariable, checked_pairs
from estimator.optimizers.slots import first_value, kept_by, made_beside
from estimator.runtime.own_session import value_at_hand
from estimator.variables.initializers import Zeros
from estimator.variables.variable import Variable, trainable_variables

Pairs = Sequence[GradientAndVariable]


class Optimizer(Numbers):
    """Changes variables so that a loss becomes smaller.

    Parameters
    ----------
    name : str
        The name scope of its operations, and what the names of its variables begin with.
    weight_decay : float, optional
        Which part of each variable goes at each step, times the learning rate.
    clipnorm, global_clipnorm, clipvalue : float, optional
        No gradient is longer than `clipnorm`, or all together than `global_clipnorm`, or no number of them larger than
        `clipvalue`. If several are given the first of them holds.
    use_ema : bool
        Keep an average of each variable, ``average -= (1 - ema_momentum) * (average - variable)``.
    ema_overwrite_frequency : int, optional
        After so many steps, again and again, variables get their averages.
    jit_compile : bool
        Accepted for Keras' sake: there is no compiler here.
    lr : float, optional
        The old name of `learning_rate`.
    decay : float, optional
        The learning rate of old scripts, divided by 1 + decay · iterations.

    Attributes
    ----------
    hyper : sequence of str
        Of ours: the arguments beside the learning rate that the configuration tells.

    Raises
    ------
    ValueError, TypeError
        If an argument makes no sense, or is none.
    """

    constrains_rows = True
    dialect = "keras"
    _takes_rows = True
    hyper: Sequence[str] = ()

    def __init__(
        self,
        name: str,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        jit_compile: bool = True,
        *,
        lr: float | None = None,
        decay: float | None = None,
        is_legacy_optimizer: bool = False,
    ) -> None:
        super().__init__(name)
        check_options(self._name, clipnorm, global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency)
        self.weight_decay = weight_decay
        self.clipnorm, self.clipvalue, self.global_clipnorm = clipnorm, clipvalue, global_clipnorm
        self.use_ema, self.ema_momentum = use_ema, ema_momentum
        self.ema_overwrite_frequency = ema_overwrite_frequency
        self.jit_compile = False
        self._decay, self._given_rate = decay or 0.0, lr

    # -- what a subclass says -----------------------------------------------------------------------------------------

    def build(self, var_list: Sequence[Variable]) -> None:
        """Make what belongs to these variables; those that have it already keep it."""
        graph: Graph = var_list[0].graph  # type: ignore[assignment]  # of a variable it is no function
        self._latest = weakref.ref(graph)
        index = {self._var_key(variable): place for place, variable in enumerate(var_list)}
        kept_by(self, graph).notes.setdefault("index", index)
        with graph.as_default(), graph.control_dependencies(None), self._scope(graph):
            _ = self.iterations, self.learning_rate
            if self.use_ema:
                for variable in var_list:
                    self.add_variable_from_reference(variable, "average", initial_value=_value_now(variable))
            self._make_declared_slots(var_list)

    def _make_declared_slots(self, var_list: Sequence[Variable]) -> None:
        """Those that each variable has, one variable after the other; then, for all, each that depends on a choice."""
        for variable in var_list:
            for slot in self.slots:
                if slot.when is None:
                    self._make_declared(variable, slot)
        for slot in self.slots:
            if slot.when is not None and getattr(self, slot.when):
                for variable in var_list:
                    self._make_declared(variable, slot)

    @property
    def _built(self) -> bool:
        return bool(kept_by(self, self._graph_at_hand()).notes.get("built"))

    @_built.setter
    def _built(self, is_built: bool) -> None:
        kept_by(self, self._graph_at_hand()).notes["built"] = is_built

    @property
    def _index_dict(self) -> dict[Any, int]:
        """The place of each variable in the list for which the optimizer was first built, in the graph at hand."""
        places: dict[Any, int] = kept_by(self, self._graph_at_hand()).notes["index"]
        return places

    def add_variable_from_reference(
        self, model_variable: Variable, variable_name: str, shape: Any = None, initial_value: Any = None
    ) -> Variable:
        """A variable beside another one, ``<optimizer>/<variable_name>/<variable>``; zeros by default."""
        graph: Any = model_variable.graph
        with graph.as_default(), self._scope(graph):
            first = initial_value() if callable(initial_value) else initial_value
            if first is not None:
                return self._get_or_make_slot(model_variable, first, variable_name, self._name)
            dims = model_variable.shape if shape is None else shape
            return self._get_or_make_slot_with_initializer(
                model_variable, Zeros(), dims, model_variable.dtype, variable_name, self._name
            )

    def add_variable(
        self, shape: Any, dtype: Any = None, initializer: Any = None, name: str | None = None
    ) -> Variable:
        """A variable that belongs to no other one; zeros by default."""
        fill = initializer if callable(initializer) else Zeros()
        made = Variable(lambda: fill(shape or (), dtype or float32), trainable=False, name=name)
        kept_by(self, made.graph).made.append(made)
        return made

    def update_step(self, gradient: Any, variable: Variable) -> Any:
        """Change a variable, and what is kept beside it, by its gradient: a Tensor, or IndexedSlices of some rows.

        What it writes is read anew behind that, as if each line ran at once.
        """
        raise NotImplementedError(
            f"{type(self).__name__} does not say how a variable is updated; define update_step(gradient, variable)."
        )

    def _var_key(self, variable: Variable) -> Any:
        return variable.ref()

    # -- applying gradients -------------------------------------------------------------------------------------------

    def minimize(  # type: ignore[override]  # Keras' order of the arguments
        self,
        loss: Any,
        var_list: Any = None,
        grad_loss: Any = None,
        name: str | None = None,
        tape: Any = None,
        global_step: Variable | None = None,
        **more: Any,
    ) -> Operation:
        """The operation that makes one step.

        Parameters
        ----------
        loss : Tensor or callable
            What is to become smaller, or a function that gives it.
        var_list : sequence of Variable or callable, optional
            By default all trainable variables; a function is called behind that of the loss.
        grad_loss : Tensor, optional
            What flows into the loss; ones by default.
        global_step : Variable, optional
            Becomes the count of steps, if there is none yet; else it counts along.

        Raises
        ------
        TypeError
            If there is a tape: gradients are those of the graph.
        RuntimeError
            If the loss is a function, outside of any graph.
        ValueError
            As :meth:`apply_gradients`.
        """
        refuse_values(loss, tape)
        tensor = loss() if callable(loss) else loss
        targets = var_list() if callable(var_list) else var_list
        pairs = self.compute_gradients(
            tensor, trainable_variables() if targets is None else targets, grad_loss=grad_loss
        )
        if all(gradient is None for gradient, _ in pairs):
            return super().minimize(tensor, var_list=targets)  # which says why
        return self.apply_gradients(pairs, name=name, global_step=global_step)

    def compute_gradients(  # type: ignore[override]  # Keras' order of the arguments
        self, loss: Any, var_list: Any = None, tape: Any = None, **more: Any
    ) -> list[Any]:
        """The gradient of the loss for each variable, None where it does not depend on it.

        Raises
        ------
        TypeError
            If there is a tape.
        """
        refuse_values(loss, tape)
        return super().compute_gradients(loss, var_list, **more)

    def get_gradients(self, loss: Any, params: Sequence[Any]) -> list[Any]:
        """The gradient of the loss for each variable.

        Raises
        ------
        ValueError
            If there is none for one of them.
        """
        pairs = self.compute_gradients(loss, params)
        for gradient, variable in pairs:
            if gradient is None:
                raise ValueError(
                    f"Variable {variable.name} has `None` for gradient: the loss {loss} does not depend on it by ops "
                    "that have one."
                )
        return [gradient for gradient, _ in pairs]

    def get_updates(self, loss: Any, params: Sequence[Any]) -> list[Any]:
        """A list of the operation that makes one step."""
        return [self.apply_gradients(zip(self.get_gradients(loss, params), params, strict=True))]

    def apply_gradients(  # type: ignore[override]  # Keras' order of the arguments
        self,
        grads_and_vars: Any,
        name: str | None = None,
        skip_gradients_aggregation: bool = False,
        *,
        experimental_aggregate_gradients: bool = True,
        global_step: Variable | None = None,
    ) -> Operation:
        """The operation that changes the variables by their gradients, and counts the step.

        Parameters
        ----------
        grads_and_vars : iterable of (gradient, Variable)
            A gradient is a tensor, an array, IndexedSlices of some rows, or None.

        Raises
        ------
        ValueError
            If there are no variables, or none of them has a gradient.
        TypeError
            If there is something else in the place of a gradient or a variable.
        """
        pairs = checked_pairs(grads_and_vars)
        graph = graph_of([variable for _, variable in pairs])
        kept = kept_by(self, graph.outermost)
        if global_step is not None and "iterations" not in kept.non_slots:
            self.iterations = global_step
        counts_along = global_step if kept.non_slots.get("iterations") is not global_step else None
        changed = [variable for gradient, variable in pairs if gradient is not None]
        if changed:
            self.build(changed)
        with graph.as_default(), self._scope(graph):
            return super().apply_gradients(self._clipped(pairs), counts_along, name)

    def _clipped(self, pairs: Pairs) -> Pairs:
        gradients, variables = zip(*pairs, strict=True)
        if self.clipnorm:
            limit = self.clipnorm
            clipped = [None if dy is None else clip_by_norm(dy, limit) for dy in gradients]
        elif self.global_clipnorm and any(dy is not None for dy in gradients):
            clipped, _ = clip_by_global_norm(list(gradients), self.global_clipnorm)
        elif self.clipvalue:
            size = self.clipvalue
            clipped = [None if dy is None else clip_by_value(dy, -size, size) for dy in gradients]
        else:
            return pairs
        return list(zip(clipped, variables, strict=True))

    def _create_slots(self, var_list: Sequence[Variable]) -> None:
        """They are there: build() has made them."""

    def _prepare(self) -> None:
        """Forget the numbers of an earlier step that was built."""
        kept_by(self).tensors.clear()

    def _made_slot(
        self, var: Variable, slot_name: str, op_name: str, initializer: Callable[..., Any], shape: Any, dtype: Any
    ) -> Variable:  # fmt: skip
        first = first_value(var, initializer, shape, dtype)
        made = made_beside(var, self._slot_path(var.op.name, slot_name), first, dtype, "Initializer/")
        made.slot_of, made.slot_name = var, slot_name
        info = getattr(var, "save_slice_info", None)
        if info is not None and made.dims == var.dims:
            made.save_slice_info = info.of_whole(made.op.name.replace(var.op.name, info.full_name))
        return made

    def _slot_path(self, variable_name: str, slot_name: str) -> str:
        """What a slot is called, below the optimizer's scope."""
        return f"{slot_name}/{variable_name}"

    def _resource_apply_dense(self, grad: Tensor, handle: Variable) -> Any:
        return self._moved_by(grad, handle)

    def _resource_apply_sparse_duplicate_indices(
        self, grad: Tensor, handle: Variable, indices: Tensor
    ) -> Any:
        if self._takes_rows:
            return self._moved_by(_summed(grad, indices, handle), handle)
        return self._moved_by(_of_all_rows(grad, indices, handle), handle)

    def _moved_by(self, gradient: Any, variable: Variable) -> Any:
        """The update of a variable, whose weights decay before it."""
        with graph_of([variable]).control_dependencies(self._weights_decay(variable)):
            return in_order(lambda: self.update_step(gradient, variable))

    def _weights_decay(self, variable: Variable) -> list[Any]:
        if not self.weight_decay or not self._use_weight_decay(variable):
            return []
        part = self._number("learning_rate", variable) * self.weight_decay
        return [variable.assign_sub(variable.as_tensor() * part, read_value=False)]

    def exclude_from_weight_decay(
        self, var_list: Sequence[Variable] | None = None, var_names: Sequence[str] | None = None
    ) -> None:
        """Leave out variables, or those in whose names one of these patterns is found, when weights decay."""
        self._no_decay = {self._var_key(variable) for variable in var_list or ()}
        self._no_decay_names = tuple(var_names or ())

    _no_decay: Any = frozenset()
    _no_decay_names: Sequence[str] = ()

    def _use_weight_decay(self, variable: Variable) -> bool:
        named = any(re.search(pattern, variable.name) for pattern in self._no_decay_names)
        return not named and self._var_key(variable) not in self._no_decay

    # -- what follows the updates -------------------------------------------------------------------------------------

    def _updates(self, graph: Graph, pairs: Pairs) -> list[Any]:
        updates = super()._updates(graph, pairs)
        if not self.use_ema:
            return updates
        changed = [variable for _, variable in pairs]
        with graph.control_dependencies(updates):
            return [self._average_moves(variable) for variable in changed]

    def _average_moves(self, variable: Variable) -> Any:
        """The average of a variable after the step; at every so many steps the variable gets it."""
        average, kept = self._slot(variable, "average"), self.ema_momentum
        moved = average.assign(average.as_tensor() * kept + variable.as_tensor() * (1 - kept))
        if not self.ema_overwrite_frequency:
            return moved
        step = self.iterations.as_tensor() + 1
        is_due = b.Equal(b.FloorMod(step, np.int64(self.ema_overwrite_frequency)), np.int64(0))
        return variable.assign(b.SelectV2(is_due, moved, variable.as_tensor()), read_value=False)

    def averages(self, var_list: Sequence[Variable]) -> list[tuple[Variable, Variable]]:
        """Variables with the moving averages of them that are kept; none without ``use_ema``."""
        return [
            (variable, self._slot(variable, "average")) for variable in (var_list if self.use_ema else ())
        ]

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> Operation:
        """The operation that gives variables their averages, if there are any."""
        pairs = self.averages(var_list)
        return group(*(variable.assign(average.as_tensor(), read_value=False) for variable, average in pairs))

    def _finish(self, update_ops: list[Any], name_scope: str) -> Any:
        """After all updates the count of steps, and the learning rate that the schedule gave."""
        with get_default_graph().control_dependencies(update_ops):
            done = [self.iterations.assign_add(1, read_value=False, name="AssignAddVariableOp")]
            shown = self.learning_rate
            if isinstance(self._learning_rate, LearningRateSchedule) and isinstance(shown, Variable):
                done.append(
                    shown.assign(b.Cast(self._hyper("learning_rate"), DstT=float32), read_value=False)
                )
        return done[0] if len(done) == 1 else group(*done, name=name_scope)

    # -- its configuration --------------------------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """What makes the same optimizer again, without what it keeps."""
        config: dict[str, Any] = {
            "name": self._name,
            "weight_decay": self.weight_decay,
            "clipnorm": self.clipnorm,
            "global_clipnorm": self.global_clipnorm,
            "clipvalue": self.clipvalue,
            "use_ema": self.use_ema,
            "ema_momentum": self.ema_momentum,
            "ema_overwrite_frequency": self.ema_overwrite_frequency,
            "jit_compile": self.jit_compile,
            "is_legacy_optimizer": False,
        }
        if self._decay:
            config["decay"] = self._decay
        if self._learning_rate is not None and self.hyper:
            config["learning_rate"] = self._serialize_hyperparameter(self._learning_rate)
        return config | {name: getattr(self, name) for name in self.hyper}

    def _serialize_hyperparameter(self, value: Any) -> Any:
        if isinstance(value, LearningRateSchedule):
            return config_of(value)
        if value is self._learning_rate and isinstance(value, (int, float)):
            return self._value_of_number("learning_rate", value)
        if callable(value):
            value = value()
        return np.asarray(value_at_hand(value)).item() if isinstance(value, (Tensor, Variable)) else value

    @classmethod
    def from_config(cls, config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> Any:
        """The optimizer that such a configuration describes."""
        given = dict(config)
        if "lr" in given:
            given["learning_rate"] = given.pop("lr")
        if isinstance(given.get("learning_rate"), Mapping):
            given["learning_rate"] = schedule_of(given["learning_rate"], custom_objects)
        return cls(**given)


def _value_now(variable: Variable) -> Tensor:
    """The value that a variable has when this is computed, and its initial one as long as it has none."""
    value: Tensor = cond(variable.is_initialized(), variable.as_tensor, lambda: variable.initial_value)
    return value


def _summed(grad: Tensor, indices: Tensor, variable: Variable) -> IndexedSlices:
    """The gradient of some rows, each of which comes once."""
    unique, places = b.Unique(indices)
    return IndexedSlices(
        b.UnsortedSegmentSum(grad, places, b.Size(unique)), unique, b.Shape(variable.as_tensor())
    )


def _of_all_rows(grad: Tensor, indices: Tensor, variable: Variable) -> Tensor:
    """The gradient of all rows, of which some have one of 0."""
    dims = variable.dims
    rows = dims[0] if dims else None
    n_rows = b.Shape(variable.as_tensor())[0] if rows is None else np.int32(rows)
    result: Tensor = b.UnsortedSegmentSum(grad, indices, n_rows)
    return result
