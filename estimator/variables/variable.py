"""Variables: state that outlives a run, named as TensorFlow names it.

A :class:`Variable` is a resource variable: a handle (VarHandleOp), an operation that initialises
it, and a new ReadVariableOp wherever it is used. ``x`` and ``x:0`` fetch and feed its value. Making
variables by name, with reuse, is the work of :mod:`estimator.variables.scopes`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, as_dtype
from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.core.shapes import Dims, TensorShape, as_dims, compatible, is_static, show
from estimator.functions.grouping import group
from estimator.graph import build as b
from estimator.graph.graph import Graph, get_default_graph, graph_of
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Operation, Owner, Tensor
from estimator.variables import rows
from estimator.variables.distribution_options import (
    VariableAggregation,
    VariableSynchronization,
    demand_distribution_options,
    is_trained,
)
from estimator.variables.slice_info import SaveSliceInfo
from estimator.variables.slot_role import SlotRole
from estimator.variables.variable_slice import VariableSlice


@near_keywords
class Variable:
    """State of the graph, with a name.

    Parameters
    ----------
    initial_value : Tensor, array, number or callable
        What the initializer stores; a callable is called where the initial value is built.
    trainable : bool, optional
        Whether optimizers change it by default; they do, unless its `synchronization` is ON_READ.
    collections : sequence of str, optional
        Where it is listed; by default ``GraphKeys.GLOBAL_VARIABLES``.
    validate_shape : bool
        False for a variable whose shape is not known, and may change.
    name : str, optional
        Below the current name scope.
    dtype : DType, optional
        By default that of the initial value.
    constraint : callable, optional
        What optimizers put the value through after each update.
    shape : sequence of int, optional
        By default that of the initial value.
    caching_device, expected_shape, use_resource, synchronization, aggregation : optional
        Accepted: there is one device and one copy, and `expected_shape` is without effect in TensorFlow, too.

    Attributes
    ----------
    handle : Tensor
        The resource.
    initializer : Operation
        Stores the initial value.
    slot_of : Variable or None
        For an optimizer's slot: the variable it belongs to; `slot_name` is what its name adds to that one's.
    slot_role : SlotRole or None
        For what an optimizer keeps: what it is there for.
    save_slice_info : SaveSliceInfo or None
        For a part of a larger variable: which part of which.

    Raises
    ------
    ValueError
        If there is no initial value, its shape is not fully known, `synchronization` or `aggregation` is none, or a
        dataset's function makes the variable.

    Source
    ------
    tf.Variable, TF 1.15 resource_variable_ops.py
    """

    __array_priority__ = 100  # numpy leaves `array + variable` to us

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool | None = None,
        collections: Sequence[str] | str | None = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        expected_shape: Any = None,
        import_scope: str | None = None,
        constraint: Any = None,
        use_resource: bool | None = None,
        synchronization: Any = VariableSynchronization.AUTO,
        aggregation: Any = VariableAggregation.NONE,
        shape: Any = None,
        *,
        initializer_scope: str = "",
        regularizer: Any = None,
    ) -> None:
        if variable_def is not None or import_scope is not None:
            raise ValueError(
                "a variable is not made of a variable_def; tf.train.import_meta_graph(file, import_scope=...) gives "
                "those of a graph that was written."
            )
        demand_distribution_options(synchronization, aggregation, name)
        trainable = is_trained(trainable, synchronization)
        graph = _owner(name or "Variable")
        if initial_value is None:
            raise ValueError(
                f"variable {name or 'Variable'!r} needs an initial_value: an array, a number, a tensor "
                "or a function."
            )
        self.trainable = trainable
        self.constraint = constraint
        self.slot_of: Variable | None = None
        self.slot_name: str | None = None
        self.slot_role: SlotRole | None = None
        self.save_slice_info: SaveSliceInfo | None = None
        scope = get_default_graph().get_name_scope()
        with (
            graph.as_default(),
            graph.control_dependencies(None),
            graph.name_scope(f"{scope}/" if scope else None),
        ):
            full_name = graph.unique_name(name or "Variable", mark_as_used=False)  # the handle takes it
            self.initial_value = _initial_tensor(graph, full_name, initial_value, dtype, initializer_scope)
            self.dtype: DType = self.initial_value.dtype
            self._dims = _fixed_dims(full_name, self.initial_value, shape) if validate_shape else None
            self.handle: Tensor = _add_handle(graph, full_name, self.dtype, self._dims)
            self.initializer: Operation = graph.apply(
                "AssignVariableOp", (self.handle, self.initial_value), {"name": f"{full_name}/Assign/"}
            )
        keys = (GraphKeys.GLOBAL_VARIABLES,) if collections is None else collections
        keys = [keys] if isinstance(keys, str) else list(keys)
        graph.add_to_collections([*keys, GraphKeys.TRAINABLE_VARIABLES] if trainable else keys, self)
        if regularizer is not None:
            add_regularization(self, regularizer)

    @classmethod
    def of_handle(
        cls, handle: Tensor, initializer: Operation, initial_value: Any, trainable: bool = True
    ) -> Variable:
        """The variable whose operations the graph has already; it is added to no collection."""
        variable = cls.__new__(cls)
        variable.trainable = trainable
        variable.constraint = None
        variable.slot_of = variable.slot_name = variable.slot_role = variable.save_slice_info = None
        variable.initial_value = initial_value
        variable.dtype = handle.op.attrs["dtype"]
        variable._dims = handle.op.attrs["shape"]
        variable.handle = handle
        variable.initializer = initializer
        return variable

    # -- what it is -------------------------------------------------------------------------------

    @property
    def graph(self) -> Owner:
        """The graph it belongs to."""
        return self.handle.graph

    @property
    def op(self) -> Operation:
        """The operation of the handle; ``v.op.name`` is the name without ``:0``."""
        return self.handle.op

    @property
    def name(self) -> str:
        """``"dense/kernel:0"``."""
        return self.handle.name

    @property
    def dims(self) -> Dims:
        """The shape as a plain tuple."""
        return self._dims

    @property
    def shape(self) -> TensorShape:
        """The static shape; unknown sizes are None."""
        return TensorShape(self._dims)

    def get_shape(self) -> TensorShape:
        """The static shape, as a TensorShape."""
        return self.shape

    @property
    def device(self) -> str:
        """The device that it was made for, in ``with tf.device(...)``; empty outside of such blocks."""
        return self.handle.device

    def __repr__(self) -> str:
        return f"<tf.Variable {self.name!r} shape={show(self._dims)} dtype={self.dtype.name}>"

    # -- its value --------------------------------------------------------------------------------

    def as_graph_element(self) -> Tensor:
        """What fetching or feeding the variable means: its handle stands for its value."""
        return self.handle

    def as_tensor(self, name: str | None = None) -> Tensor:
        """A new read of the value, under the current control dependencies; ``w/read`` is the first of them."""
        attrs = {"dtype": self.dtype, "name": name or f"{self.op.name}/read/"}
        value: Tensor = graph_of([self]).apply("ReadVariableOp", (self.handle,), attrs)
        value.set_shape(self._dims)
        return value

    def value(self) -> Tensor:
        """The value as a tensor: a new read under the current control dependencies."""
        return self.as_tensor()

    def read_value(self) -> Tensor:
        """As :meth:`value`, named in the current name scope."""
        return self.as_tensor("read")

    def initialized_value(self) -> Tensor:
        """The initial value, for initialising another variable with it."""
        return self.initial_value

    def begin_with(self, value: Tensor) -> None:
        """Let the initializer store another value; initializing operations that exist already keep the old one."""
        self.initial_value = value
        self.initializer = self.graph.apply("AssignVariableOp", (self.handle, value), {})

    def is_initialized(self, name: str | None = None) -> Tensor:
        """Whether it has a value, as a bool tensor."""
        result: Tensor = graph_of([self]).apply("VarIsInitializedOp", (self.handle,), {"name": name})
        return result

    def eval(self, session: Any = None) -> Any:
        """Its value in a session (default: the current one)."""
        return self.graph.current_session(session).run(self)

    def load(self, value: Any, session: Any = None) -> None:
        """Store a value in a session (default: the current one), without an operation.

        Raises
        ------
        ValueError
            If the shape differs.
        """
        array = np.asarray(value, self.dtype.np)
        if not compatible(self._dims, array.shape):
            raise ValueError(
                f"variable {self.op.name!r} has shape {show(self._dims)}; the value has {show(array.shape)}."
            )
        self.graph.current_session(session).store.of_handle(self.handle).write(array)

    # -- writing it -------------------------------------------------------------------------------

    def assign(
        self, value: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Replace the value; gives a tensor read after the write, or the write if not `read_value`."""
        return self._write("AssignVariableOp", value, name or "Assign", read_value)

    def assign_add(
        self, delta: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Add to the value; gives what :meth:`assign` gives."""
        return self._write("AssignAddVariableOp", delta, name or "AssignAdd", read_value)

    def assign_sub(
        self, delta: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Subtract from the value; gives what :meth:`assign` gives."""
        return self._write("AssignSubVariableOp", delta, name or "AssignSub", read_value)

    def count_up_to(self, limit: int) -> Tensor:
        """Add 1 to a whole number; gives what it was before, and OutOfRangeError in the run when it is at the limit."""
        return count_up_to(self, limit)

    def _write(self, op_type: str, value: Any, name: str, read_value: bool) -> Any:
        graph = graph_of([self])
        with graph.name_scope(name) as scope:
            tensor = graph.convert(value, self.dtype, name="value")
            self._refuse(tensor)
            if not read_value:
                return graph.apply(op_type, (self.handle, tensor), {"name": scope})
            write = graph.apply(op_type, (self.handle, tensor), {})
            with graph.control_dependencies([write]):
                return self.as_tensor(scope)  # the name is that of the tensor, which scripts fetch by it

    def _refuse(self, tensor: Tensor) -> None:
        if not compatible(self._dims, tensor.dims):
            raise ValueError(
                f"variable {self.op.name!r} has shape {show(self._dims)}; {tensor} cannot be stored in it."
            )

    # -- rows of it -------------------------------------------------------------------------------

    sparse_read = rows.sparse_read
    gather_nd = rows.gather_nd
    scatter_add = rows.by_slices(rows.scatter_add)
    scatter_sub = rows.by_slices(rows.scatter_sub)
    scatter_mul = rows.by_slices(rows.scatter_mul)
    scatter_div = rows.by_slices(rows.scatter_div)
    scatter_min = rows.by_slices(rows.scatter_min)
    scatter_max = rows.by_slices(rows.scatter_max)
    scatter_update = rows.by_slices(rows.scatter_update)
    scatter_nd_add = rows.by_positions(rows.scatter_nd_add)
    scatter_nd_sub = rows.by_positions(rows.scatter_nd_sub)
    scatter_nd_update = rows.by_positions(rows.scatter_nd_update)

    # -- computing with it ------------------------------------------------------------------------

    def __iter__(self) -> Any:
        raise TypeError(
            f"iterating over the variable {self.op.name!r} is not possible: it has no value until the "
            "graph runs."
        )

    def __getitem__(self, key: Any) -> Tensor:
        return VariableSlice.of(self.as_tensor()[key])


_OPERATORS = (
    "add radd sub rsub mul rmul truediv rtruediv floordiv rfloordiv mod rmod pow rpow matmul rmatmul "
    "neg abs invert and rand or ror xor rxor lt le gt ge"
)


def _forward(operator: str) -> Callable[..., Tensor]:
    """An operator of Tensor, applied to a read of the variable."""
    of_tensor = getattr(Tensor, operator)

    def of_variable(self: Any, *others: Any) -> Tensor:  # of Variable, or of what is used like one
        result: Tensor = of_tensor(self.as_tensor(), *others)
        return result

    of_variable.__name__ = operator
    return of_variable


def forward_operators(kind: type) -> None:
    """Let a class with :meth:`as_tensor` compute as a tensor does."""
    for operator in _OPERATORS.split():
        setattr(kind, f"__{operator}__", _forward(f"__{operator}__"))


forward_operators(Variable)


def _owner(name: str) -> Graph:
    """The graph that a variable made now belongs to: a body of control flow has its variables outside."""
    graph: Graph = get_default_graph().outermost
    if graph.is_function:
        where = getattr(graph, "name", "a function")
        raise ValueError(
            f"variable {name!r} cannot be made inside {where}: make it in model_fn, outside of that function."
        )
    return graph


def _initial_tensor(graph: Graph, full_name: str, initial_value: Any, dtype: Any, scope: str) -> Tensor:
    wanted = None if dtype is None else as_dtype(dtype)
    with graph.name_scope(f"{full_name}/{scope}" if scope else f"{full_name}/"):
        value = initial_value() if callable(initial_value) else initial_value
        return graph.convert(value, wanted, name="initial_value")


def _fixed_dims(name: str, value: Tensor, shape: Any) -> tuple[int, ...]:
    dims = value.dims if shape is None else as_dims(shape)
    if dims is None or not is_static(dims):
        raise ValueError(
            f"variable {name!r} must have a fully known shape, but its initial value {value} has "
            f"{show(dims)}."
        )
    if not compatible(dims, value.dims):
        raise ValueError(
            f"variable {name!r} has shape {show(dims)}, but its initial value {value} has {show(value.dims)}."
        )
    return dims  # type: ignore[return-value]


def _add_handle(graph: Graph, full_name: str, dtype: DType, dims: Dims) -> Tensor:
    attrs = {"dtype": dtype, "shape": dims, "shared_name": full_name, "name": f"{full_name}/"}
    handle: Tensor = graph.apply("VarHandleOp", (), attrs)
    return handle


def add_regularization(variable: Variable, regularizer: Callable[[Any], Any]) -> None:
    """List ``regularizer(variable)`` among the regularization losses, made below the variable's name."""
    graph = variable.graph
    with graph.as_default(), graph.name_scope(f"{variable.op.name}/Regularizer/"):
        loss = regularizer(variable)
    if loss is not None:
        graph.add_to_collection(GraphKeys.REGULARIZATION_LOSSES, loss)


# -- functions --------------------------------------------------------------------------------


def assign(
    ref: Variable,
    value: Any,
    validate_shape: bool | None = None,
    use_locking: bool | None = None,
    name: str | None = None,
) -> Any:
    """Replace the value of a variable; gives a tensor that reads after the write."""
    return ref.assign(value, name=name)


def assign_add(ref: Variable, value: Any, use_locking: bool | None = None, name: str | None = None) -> Any:
    """Add to a variable; gives a tensor that reads after the write."""
    return ref.assign_add(value, name=name)


def assign_sub(ref: Variable, value: Any, use_locking: bool | None = None, name: str | None = None) -> Any:
    """Subtract from a variable; gives a tensor that reads after the write."""
    return ref.assign_sub(value, name=name)


def count_up_to(ref: Variable, limit: int, name: str | None = None) -> Tensor:
    """:meth:`Variable.count_up_to`."""
    with graph_of([ref]).as_default():
        counted: Tensor = b.ResourceCountUpTo(ref.handle, limit=limit, T=ref.dtype, name=name or "CountUpTo")
    return counted


def global_variables(scope: str | None = None) -> list[Variable]:
    """The variables that checkpoints keep."""
    return get_default_graph().get_collection(GraphKeys.GLOBAL_VARIABLES, scope)


def local_variables(scope: str | None = None) -> list[Variable]:
    """The variables of one process, such as the totals of metrics."""
    return get_default_graph().get_collection(GraphKeys.LOCAL_VARIABLES, scope)


def trainable_variables(scope: str | None = None) -> list[Variable]:
    """The variables that optimizers change by default."""
    return get_default_graph().get_collection(GraphKeys.TRAINABLE_VARIABLES, scope)


def model_variables(scope: str | None = None) -> list[Variable]:
    """The variables that belong to the model itself."""
    return get_default_graph().get_collection(GraphKeys.MODEL_VARIABLES, scope)


def moving_average_variables(scope: str | None = None) -> list[Variable]:
    """The variables that are kept as moving averages."""
    return get_default_graph().get_collection(GraphKeys.MOVING_AVERAGE_VARIABLES, scope)


def variables_initializer(var_list: Sequence[Variable], name: str = "init") -> Operation:
    """An operation that initialises the variables."""
    return group(*[variable.initializer for variable in var_list], name=name)


def global_variables_initializer() -> Operation:
    """An operation that initialises the global variables."""
    return variables_initializer(global_variables())


def local_variables_initializer() -> Operation:
    """An operation that initialises the local variables."""
    return variables_initializer(local_variables())


def is_variable_initialized(variable: Variable, name: str | None = None) -> Tensor:
    """Whether the variable has a value, as a bool tensor."""
    return variable.is_initialized(name or "IsVariableInitialized")


near_keywords_of_functions(__name__)
