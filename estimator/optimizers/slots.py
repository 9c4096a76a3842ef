"""What optimizers keep: declared on their classes, and kept by the graph.

A slot of ``dense/kernel`` kept by Adam is called ``dense/kernel/Adam``, the second one ``dense/kernel/Adam_1``; inside
a variable scope its name is put in front, as TensorFlow does. Slots are global variables, so checkpoints keep them, and
are not trained themselves. ``slot_of`` says what a variable is the slot of, ``slot_name`` what its name adds.

Whatever lives in a graph is kept by that graph for the optimizer, never by the optimizer: one instance serves the
graphs of many train calls and keeps none of them alive.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field
from typing import Any

from estimator.core.dtypes import float32
from estimator.core.frozen import frozen, mutable
from estimator.core.shapes import as_dims, is_static
from estimator.core.tracebacks import cause_of
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Owner, Tensor
from estimator.variables.recipe import call_initializer
from estimator.variables.scopes import get_variable_scope, join
from estimator.variables.variable import Variable


@frozen
class Slot:
    """The declaration of a variable that an optimizer keeps beside each variable it changes.

    Parameters
    ----------
    name : str
        What ``get_slot`` takes: ``"m"``.
    keras : str, optional
        Its name in checkpoints of tf.keras, if the optimizer has a counterpart there.
    start : float or str
        What it is filled with at first, or the attribute of the optimizer that holds it.
    when : str, optional
        The attribute of the optimizer that says whether there is one; by default there is.
    called : str
        The attribute of the optimizer that its name ends in: ``<variable>/Adam`` ends in the optimizer's own.
    """

    name: str
    keras: str | None = None
    start: float | str = 0.0
    when: str | None = None
    called: str = "_name"


class Hyper:
    """The declaration of a hyper-parameter: the attribute it is assigned to is its tensor in the current graph.

    The tensor is made each time gradients are applied; it is None where they have not been.

    Parameters
    ----------
    given : str
        The attribute with what the user gave: a number, a tensor, or a function that gives one of them.
    name : str
        The name of the tensor.

    Example
    -------
    ``_lr_t = Hyper("_lr", "learning_rate")`` in a class: after ``self._prepare()``, ``self._lr_t`` is a tensor of
    ``self._lr``.
    """

    def __init__(self, given: str, name: str) -> None:
        self._given = given
        self._name = name
        self._attribute = name

    def __set_name__(self, owner: type, attribute: str) -> None:
        self._attribute = attribute

    def __get__(self, optimizer: Any, owner: type | None = None) -> Any:
        if optimizer is None:
            return self
        graph: Any = get_default_graph()
        while graph is not None:  # in a body that is traced, the tensor of the graph around it
            tensor = kept_by(optimizer, graph).tensors.get(self._attribute)
            if tensor is not None:
                return tensor
            graph = getattr(graph, "outer", None)
        return None

    def __set__(self, optimizer: Any, tensor: Any) -> None:
        kept_by(optimizer).tensors[self._attribute] = tensor

    def prepare(self, optimizer: Any) -> None:
        """Make the tensor; numbers are float32, as in TensorFlow.

        Raises
        ------
        TypeError, ValueError
            If it is text, None or anything else that is no number.
        """
        given = getattr(optimizer, self._given)
        value = given() if callable(given) else given
        kind = None if isinstance(value, (Tensor, Variable)) else float32
        try:
            tensor = get_default_graph().convert(value, kind, self._name)
        except (TypeError, ValueError) as error:
            raise type(error)(
                f"{type(optimizer).__name__}: {self._name} must be a number, a tensor or a function that gives one. "
                f"{error}"
            ) from cause_of(error)
        self.__set__(optimizer, tensor)


@mutable
class Kept:
    """What one optimizer keeps in one graph.

    Attributes
    ----------
    slots : dict
        Slot name to variable's name to its slot.
    non_slots : dict
        The variables that belong to none, by name.
    tensors : dict
        The hyper-parameters as tensors, by attribute.
    made : list
        All its variables, in the order in which they were made.
    scope : str
        The name scope in which its operations lie, if it always uses the same.
    notes : dict
        What else it has to remember of the graph.
    """

    slots: dict[str, dict[str, Variable]] = field(default_factory=dict)
    non_slots: dict[str, Variable] = field(default_factory=dict)
    tensors: dict[str, Any] = field(default_factory=dict)
    made: list[Variable] = field(default_factory=list)
    scope: str = ""
    notes: dict[str, Any] = field(default_factory=dict)

    def variables(self) -> list[Variable]:
        """All variables, by name."""
        return sorted(self.made, key=lambda variable: variable.name)


def kept_by(optimizer: Any, graph: Owner | None = None) -> Kept:
    """What an optimizer keeps in a graph; by default in the current one."""
    kept: Kept = (graph or get_default_graph()).kept_for(optimizer, Kept)
    return kept


def make_slot(
    variable: Variable, op_name: str, initializer: Callable[..., Any], dims: Sequence[Any], dtype: Any
) -> Variable:
    """A slot of a variable, called after it and `op_name`; without a known shape it has that of the first value."""
    made = make_beside(
        variable, op_name, first_value(variable, initializer, dims, dtype), dtype, "Initializer/"
    )
    made.slot_of, made.slot_name = variable, name_beside(made, variable)
    return made


def first_value(
    variable: Variable, initializer: Callable[..., Any], dims: Sequence[Any], dtype: Any
) -> Callable[[], Any]:
    """What makes the initial value of a slot."""

    def value() -> Any:
        if is_static(as_dims(dims)):
            return call_initializer(initializer, dims, dtype)
        return b.Fill(b.Shape(variable.initial_value), call_initializer(initializer, (), dtype))

    return value


def make_beside(
    primary: Variable | Tensor,
    op_name: str,
    initial_value: Callable[[], Any],
    dtype: Any,
    initializer_scope: str = "",
) -> Variable:
    """A global variable that is not trained, called after a variable or tensor and `op_name`; a part beside a part."""
    name = join(get_variable_scope().name, f"{primary.op.name}/{op_name}")
    with primary.graph.name_scope(None):
        made = made_beside(primary, name, initial_value, dtype, initializer_scope)
    info = getattr(primary, "save_slice_info", None)
    if info is not None and made.dims == primary.dims:
        made.save_slice_info = info.of_slot(name_beside(made, primary))
    return made


def made_beside(
    primary: Variable | Tensor, name: str, initial_value: Any, dtype: Any, initializer_scope: str = ""
) -> Variable:
    """A global variable of that name in the current scope, which is not trained and as large as a variable."""
    return Variable(
        initial_value,
        trainable=False,
        collections=[GraphKeys.GLOBAL_VARIABLES],
        validate_shape=is_static(primary.dims),
        name=name,
        dtype=dtype,
        initializer_scope=initializer_scope,
    )


def name_beside(made: Variable, primary: Variable | Tensor) -> str:
    """What the name of such a variable adds to that of the other."""
    return made.op.name.rpartition(f"{primary.op.name}/")[2]
