"""The optimizers of Keras before 2.11, and of tf.keras in TensorFlow 1: what their files hold, and what its names are.

All hyper-parameters are variables, ``Adam/beta_1``, which can be set between steps; what belongs to a variable is
called after it, ``Adam/dense/kernel/m``. A Checkpoint has it beside that variable.

Source: tf.keras.optimizers.legacy.Optimizer, Keras 2.15 optimizer_v2.py.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from estimator.core.dtypes import float32, int64
from estimator.functions.clipping import clip_by_global_norm, clip_by_norm, clip_by_value
from estimator.functions.math import cast
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor
from estimator.keras.optimizers import optimizer as today
from estimator.keras.optimizers.optimizer import Pairs
from estimator.keras.optimizers.schedules.schedule import LearningRateSchedule
from estimator.optimizers.checks import check_not_negative
from estimator.optimizers.slots import kept_by
from estimator.variables.initializers import Zeros
from estimator.variables.variable import Variable


class Optimizer(today.Optimizer):
    """Changes variables so that a loss becomes smaller.

    Parameters
    ----------
    name : str
        The name scope of its operations, and what the names of its variables begin with.
    clipnorm, global_clipnorm, clipvalue : float, optional
        No gradient is longer than `clipnorm`, or all together than `global_clipnorm`, and no number of them larger than
        `clipvalue`, which comes first.
    lr : float, optional
        The old name of `learning_rate`.
    decay : float
        The learning rate is divided by 1 + decay · iterations.

    Attributes
    ----------
    hyper : sequence of str
        Of ours: the hyper-parameters beside the learning rate and the decay. Each is a variable, and is set as one.
    fixed : sequence of str
        The arguments that are none.

    Raises
    ------
    ValueError, TypeError
        If an argument makes no sense, or is none.
    """

    constrains_rows = False
    fixed: Sequence[str] = ()

    def __init__(
        self,
        name: str,
        *,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        lr: float | None = None,
        decay: float = 0.0,
    ) -> None:
        vars(self)["_given"] = {}
        check_not_negative(
            clipnorm=clipnorm, clipvalue=clipvalue, global_clipnorm=global_clipnorm, lr=lr, decay=decay
        )
        super().__init__(name, None, clipnorm, clipvalue, global_clipnorm, lr=lr, decay=decay)
        self._set_hyper("decay", self._decay)

    # -- hyper-parameters ---------------------------------------------------------------------------------------------

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.hyper or name in vars(self)["_given"]:
            self._set_hyper(name, value)
        else:
            super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        if name in vars(self).get("_given", ()):
            return self._get_hyper(name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)

    def _set_hyper(self, name: str, value: Any) -> None:
        """Keep a hyper-parameter: a number, a tensor, or a function that gives one."""
        if name == "learning_rate":
            self._learning_rate = self._build_learning_rate(value)
        else:
            vars(self)["_given"][name] = value
            self._write_number(name, value)

    def _get_hyper(self, name: str, dtype: Any = None) -> Any:
        """A hyper-parameter in the graph at hand: its variable if it is a number, in a type if one is given."""
        value = self.learning_rate if name == "learning_rate" else vars(self)["_given"][name]
        if isinstance(value, LearningRateSchedule):
            return value
        if not isinstance(value, (Tensor, Variable)):
            value = value() if callable(value) else self._kept_number(name, value)
        return value if dtype is None else cast(value, dtype)

    @property
    def learning_rate(self) -> Any:
        """The variable of the learning rate; the schedule, if it has one."""
        rate = self._learning_rate
        return rate if isinstance(rate, LearningRateSchedule) else super().learning_rate

    @learning_rate.setter
    def learning_rate(self, learning_rate: Any) -> None:
        self._learning_rate = learning_rate
        self._write_number("learning_rate", learning_rate)

    @property
    def _initial_decay(self) -> float:
        return self._decay

    def _decayed_lr(self, var_dtype: Any) -> Tensor:
        """The learning rate of a step, in a type."""
        return cast(self._hyper("learning_rate"), var_dtype)

    def _steps_so_far(self) -> Any:
        return cast(self.iterations.as_tensor(), float32)

    # -- what it keeps ------------------------------------------------------------------------------------------------

    def _scope_of_numbers(self, graph: Graph) -> AbstractContextManager[str]:
        return self._scope(graph)

    def _made_counter(self, graph: Graph) -> Variable:
        with graph.as_default(), graph.control_dependencies(None), self._scope(graph):
            return Variable(0, trainable=False, name="iter", dtype=int64)

    def _slot_path(self, variable_name: str, slot_name: str) -> str:
        return f"{variable_name}/{slot_name}"

    def build(self, var_list: Sequence[Variable]) -> None:
        """Make the count of steps, the hyper-parameters, by name, and what belongs to these variables."""
        graph: Graph = var_list[0].graph  # type: ignore[assignment]  # of a variable it is no function
        self._latest = weakref.ref(graph)
        with graph.as_default(), graph.control_dependencies(None):
            _ = self.iterations
            for name in sorted(("learning_rate", *vars(self)["_given"])):
                self._get_hyper(name)
            with self._scope(graph):
                self._create_slots(var_list)

    def _create_slots(self, var_list: Sequence[Variable]) -> None:
        """Make the slots that the class declares; of a subclass, those that it adds."""
        for slot in self.slots:
            if slot.when is None or getattr(self, slot.when):
                for variable in var_list:
                    self._make_declared(variable, slot)

    def add_slot(
        self, var: Variable, slot_name: str, initializer: Any = "zeros", shape: Any = None
    ) -> Variable:
        """The slot of a variable, made if it is not there yet."""
        if isinstance(initializer, str):
            from estimator.keras.initializers import get

            initializer = get(initializer)
        graph: Any = var.graph
        with graph.as_default(), self._scope(graph):
            if not callable(initializer):
                return self._get_or_make_slot(var, initializer, slot_name, slot_name)
            dims = var.shape if shape is None else shape
            return self._get_or_make_slot_with_initializer(
                var, initializer, dims, var.dtype, slot_name, slot_name
            )

    def add_weight(
        self, name: str, shape: Any = (), dtype: Any = None, initializer: Any = None, trainable: bool = False
    ) -> Variable:
        """A variable that belongs to no other one; zeros by default."""
        fill = initializer if callable(initializer) else Zeros()
        return Variable(lambda: fill(shape, dtype or float32), trainable=trainable, name=name)

    def variables(self) -> list[Variable]:  # type: ignore[override]  # a method, unlike today's
        """What it keeps in the graph at hand, in Keras' order: the count of steps, then what belongs to variables."""
        return list(super().variables)

    @property
    def weights(self) -> list[Variable]:
        """The same as :meth:`variables`."""
        return self.variables()

    def checkpoint_children(self) -> dict[str, Any]:
        """What a Checkpoint stores under its name: the count of steps, and the hyper-parameters that are variables."""
        children: dict[str, Any] = {"iter": self.iterations}
        for name in sorted(("learning_rate", *vars(self)["_given"])):
            value = self._get_hyper(name)
            if isinstance(value, Variable):
                children[name] = value
        return children

    def checkpoint_slots(self) -> Iterator[tuple[Variable | None, str, Variable]]:
        """What a Checkpoint stores beside other variables: of each slot its variable, its name, itself."""
        for slot_name, of_variables in sorted(kept_by(self, self._graph_at_hand()).slots.items()):
            for slot in of_variables.values():
                yield slot.slot_of, slot_name, slot

    # -- applying gradients -------------------------------------------------------------------------------------------

    def _clipped(self, pairs: Pairs) -> Pairs:
        gradients, variables = zip(*pairs, strict=True)
        size, limit = self.clipvalue, self.clipnorm
        clipped: Sequence[Any] = gradients
        if size is not None:
            clipped = _of_each(lambda dy: clip_by_value(dy, -size, size), clipped)
        if limit is not None:
            clipped = _of_each(lambda dy: clip_by_norm(dy, limit), clipped)
        if self.global_clipnorm is not None and any(dy is not None for dy in clipped):
            clipped, _ = clip_by_global_norm(list(clipped), self.global_clipnorm)
        return list(zip(clipped, variables, strict=True))

    # -- its configuration --------------------------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """What makes the same optimizer again, without what it keeps."""
        clips = ("clipnorm", "clipvalue", "global_clipnorm")
        config: dict[str, Any] = {"name": self._name}
        config |= {name: getattr(self, name) for name in clips if getattr(self, name) is not None}
        if not self.hyper and not self.fixed:
            return config  # of a subclass, which adds its own
        config |= {"learning_rate": self._serialize_hyperparameter("learning_rate"), "decay": self._decay}
        config |= {name: self._serialize_hyperparameter(name) for name in self.hyper}
        return config | {name: getattr(self, name) for name in self.fixed}

    def _serialize_hyperparameter(self, hyperparameter_name: str) -> Any:
        name = hyperparameter_name
        value = self._learning_rate if name == "learning_rate" else vars(self)["_given"][name]
        is_number = isinstance(value, (int, float))
        return self._value_of_number(name, value) if is_number else super()._serialize_hyperparameter(value)

    def _before_it_is_kept(self, number: float) -> float:
        return number


def _of_each(clip: Callable[[Any], Any], gradients: Sequence[Any]) -> list[Any]:
    return [None if dy is None else clip(dy) for dy in gradients]
