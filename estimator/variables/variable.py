"""Variables: state that outlives a run, named as TensorFlow names it.

A :class:`Variable` is a resource variable: a handle (VarHandleOp), an operation that initialises
it, and a new ReadVariableOp wherever it is used. ``x`` and ``x:0`` fetch and feed its value. Making
variables by name, with reuse, is the work of :mod:`estimator.variables.scopes`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeAlias

from estimator.core.dtypes import DType
from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.core.reference import Reference
from estimator.core.shapes import Dims, TensorShape, compatible, merge, show
from estimator.functions.grouping import group
from estimator.graph import build as b
from estimator.graph.constant import to_array
from estimator.graph.defaults import numpy_of
from estimator.graph.graph import get_default_graph, graph_of
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Operation, Owner, Tensor
from estimator.variables import rows, slice_info
from estimator.variables.creators import MadeByCreators
from estimator.variables.distribution_options import (
    VariableAggregation,
    VariableSynchronization,
    demand_distribution_options,
    is_trained,
)
from estimator.variables.new_variable import add_handle, check_arguments, dims_of, initial_tensor, owner_of
from estimator.variables.operators import forward_operators
from estimator.variables.slot_role import SlotRole
from estimator.variables.variable_slice import VariableSlice


@near_keywords
class Variable(metaclass=MadeByCreators):
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
    shape : TensorShape, optional
        Its sizes may be unknown: they may change then. By default that of the initial value.
    variable_def : VariableDef, optional
        What :meth:`to_proto` gave of a variable of this graph, in place of an initial value; `import_scope` is put
        before its names.
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
        If there is no initial value, its shape is not fully known, another argument is not what its name says, or
        a dataset's function makes the variable.

    Source
    ------
    tf.Variable, TF 1.15 resource_variable_ops.py
    """

    __array_priority__ = 100  # numpy leaves `array + variable` to us
    SaveSliceInfo: TypeAlias = slice_info.SaveSliceInfo

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool | None = None,
        collections: Collection[str] | None = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        expected_shape: Any = None,
        import_scope: str | None = None,
        constraint: Callable[[Any], Any] | None = None,
        use_resource: bool | None = None,
        synchronization: Any = VariableSynchronization.AUTO,
        aggregation: Any = VariableAggregation.NONE,
        shape: Any = None,
        *,
        initializer_scope: str = "",
        regularizer: Any = None,
    ) -> None:
        check_arguments(name, collections, constraint)
        demand_distribution_options(synchronization, aggregation, name)
        if variable_def is not None:
            if initial_value is not None:
                raise ValueError(
                    "variable_def and initial_value are mutually exclusive: the one describes a variable that there "
                    "is, the other makes one."
                )
            self.__dict__.update(vars(type(self).from_proto(variable_def, import_scope)))
            return
        trainable = is_trained(trainable, synchronization)
        graph = owner_of(name or "Variable")
        if initial_value is None:
            raise ValueError(
                f"variable {name or 'Variable'!r} needs an initial_value: an array, a number, a tensor "
                "or a function."
            )
        self.trainable = trainable
        self.constraint = constraint
        self.synchronization = synchronization or VariableSynchronization.AUTO
        self.aggregation = aggregation or VariableAggregation.NONE
        self.slot_of: Variable | None = None
        self.slot_name: str | None = None
        self.slot_role: SlotRole | None = None
        self.save_slice_info: slice_info.SaveSliceInfo | None = None
        scope = get_default_graph().get_name_scope()
        with (
            graph.as_default(),
            graph.control_dependencies(None),
            graph.name_scope(f"{scope}/" if scope else None),
        ):
            full_name = graph.unique_name(name or "Variable", mark_as_used=False)  # the handle takes it
            self.initial_value = initial_tensor(graph, full_name, initial_value, dtype, initializer_scope)
            self.dtype: DType = self.initial_value.dtype
            self._dims = dims_of(full_name, self.initial_value, shape, validate_shape)
            self.handle: Tensor = add_handle(graph, full_name, self.dtype, self._dims)
            self.initializer: Operation = graph.apply(
                "AssignVariableOp", (self.handle, self.initial_value), {"name": f"{full_name}/Assign/"}
            )
        keys = [GraphKeys.GLOBAL_VARIABLES] if collections is None else list(collections)
        graph.add_to_collections([*keys, GraphKeys.TRAINABLE_VARIABLES] if trainable else keys, self)
        if regularizer is not None:
            add_regularization(self, regularizer)

    @classmethod
    def of_handle(
        cls,
        handle: Tensor,
        initializer: Operation,
        initial_value: Any,
        trainable: bool = True,
        save_slice_info: SaveSliceInfo | None = None,
        synchronization: VariableSynchronization = VariableSynchronization.AUTO,
        aggregation: VariableAggregation = VariableAggregation.NONE,
    ) -> Variable:
        """The variable whose operations the graph has already; it is added to no collection."""
        variable = cls.__new__(cls)
        variable.trainable = trainable
        variable.constraint = None
        variable.synchronization, variable.aggregation = synchronization, aggregation
        variable.slot_of = variable.slot_name = variable.slot_role = None
        variable.save_slice_info = save_slice_info
        variable.initial_value = initial_value
        variable.dtype = handle.op.attrs["dtype"]
        variable._dims = handle.op.attrs["shape"]
        variable.handle = handle
        variable.initializer = initializer
        return variable

    @classmethod
    def from_proto(cls, variable_def: Any, import_scope: str | None = None) -> Variable:
        """The variable of the default graph that a VariableDef describes; it is added to no collection.

        Raises
        ------
        KeyError
            If the graph lacks what the message names.
        DataLossError
            If what it names is no variable.
        """
        from estimator.variables.variable_def import arguments_of  # loads protobuf

        graph, prefix = get_default_graph(), f"{import_scope}/" if import_scope else ""
        arguments = arguments_of(variable_def, lambda name: graph.as_graph_element(f"{prefix}{name}"))
        return cls.of_handle(**arguments, trainable=variable_def.trainable)

    def to_proto(self, export_scope: str | None = None) -> Any:
        """The variable as a VariableDef, without `export_scope` before its names; None if it is not in that scope."""
        from estimator.variables.variable_def import variable_def  # loads protobuf

        prefix = f"{export_scope}/" if export_scope else ""
        if not self.name.startswith(prefix):
            return None
        reads = (op.name for op in self.handle.consumers() if op.type == "ReadVariableOp")
        read = next(reads, None) or self.as_tensor().op.name
        result = variable_def(self, f"{read}:0", lambda tensor: tensor.name)
        for field in ("variable_name", "initializer_name", "snapshot_name", "initial_value_name"):
            setattr(result, field, getattr(result, field).removeprefix(prefix))
        return result

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

    def set_shape(self, shape: Any) -> None:
        """State what is known of the shape.

        Raises
        ------
        ValueError
            If it contradicts what is known already.
        """
        self._dims = merge(self._dims, TensorShape(shape).tuple)

    def ref(self) -> Reference[Variable]:
        """What stands for the variable itself in sets and dicts."""
        return Reference(self)

    experimental_ref = ref

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

    @property
    def numpy(self) -> Callable[[], Any]:
        """What gives its value, outside of all blocks of graphs; see :attr:`Tensor.numpy`."""
        return numpy_of(self)

    def load(self, value: Any, session: Any = None) -> None:
        """Store a value in a session (default: the current one), without an operation.

        Raises
        ------
        TypeError
            If a number would become another one.
        ValueError
            If the shape differs.
        """
        array = to_array(value, self.dtype)
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
            if self.aggregation in (VariableAggregation.MEAN, VariableAggregation.SUM):
                from estimator.functions.over_processes import (
                    of_all,  # few say how a variable is put together
                )

                (tensor,) = of_all([tensor], self.aggregation is VariableAggregation.MEAN)
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
    batch_scatter_update = rows.by_slices(rows.batch_scatter_update)

    # -- computing with it ------------------------------------------------------------------------

    def __iter__(self) -> Any:
        raise TypeError(
            f"iterating over the variable {self.op.name!r} is not possible: it has no value until the "
            "graph runs."
        )

    def __getitem__(self, key: Any) -> Tensor:
        return VariableSlice.of(self.as_tensor()[key])


forward_operators(Variable)


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
