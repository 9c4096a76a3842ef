"""Operations and the tensors between them.

They know their graph by what they and their users ask of it, the protocol :class:`Owner`; the class
that keeps them, :class:`estimator.graph.graph.Graph`, stands above.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from traceback import StackSummary
from typing import TYPE_CHECKING, Any, Protocol

from estimator.core.dtypes import DType
from estimator.core.reference import Reference
from estimator.core.registry import did_you_mean
from estimator.core.shapes import Dims, TensorShape, as_dims, merge, show
from estimator.graph.defaults import numpy_of
from estimator.graph.frame import user_frame
from estimator.graph.op import EFFECTS, Arg, Effect, OpDef
from estimator.graph.operators import Operators

if TYPE_CHECKING:
    import numpy as np


class Owner(Protocol):
    """The graph, as those see it who have a tensor or an operation of it; see :class:`~estimator.graph.graph.Graph`."""

    seed: int | None
    library: dict[str, Any]
    resources: dict[str, Any]
    is_function: bool
    equal_draws: set[Operation]

    @property
    def version(self) -> int:
        """A number that grows with every operation."""

    @property
    def path(self) -> str:
        """What goes before an operation's name to tell it from others of the same session."""

    @property
    def depth(self) -> int:
        """How many graphs lie around it."""

    @property
    def outermost(self) -> Owner:
        """The graph that this one lies in, with none around it."""

    def source_of(self, tensor: Tensor) -> Tensor | None:
        """The tensor of the graph around this one that a placeholder stands for."""

    def get_operations(self) -> list[Operation]:
        """All operations in the order of their creation."""

    def get_operation_by_name(self, name: str) -> Operation:
        """The operation of that name."""

    def unique_name(self, name: str, mark_as_used: bool = True) -> str:
        """`name` below the current name scope, made unique."""

    def at_work(self) -> Owner:
        """Where expressions of this graph's tensors go."""

    def current_session(self, session: Any = None) -> Any:
        """`session`, or the thread's default session."""

    def apply(self, op_type: str | OpDef, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Add an operation to the graph; see :meth:`Graph.apply`."""

    def as_tensor(self, value: Any, name: str | None = None, dtype: DType | None = None) -> Any:
        """A tensor of this graph, if the value is or holds tensors; else the value itself."""

    def constant(self, value: Any, dtype: Any = None, name: str = "Const", shape: Dims = None) -> Tensor:
        """Add a Const operation to the graph; see :meth:`Graph.constant`."""

    def convert(self, value: Any, dtype: Any = None, name: str | None = None) -> Tensor:
        """The tensor that the value is, or a constant of it."""

    def capture(self, tensor: Tensor) -> Tensor:
        """A tensor of another graph for use in this one."""

    def cast(self, tensor: Tensor, dtype: Any) -> Tensor:
        """The tensor in another type."""

    def strided_slice(self, tensor: Tensor, key: Any) -> Tensor:
        """``tensor[key]``."""

    def name_scope(self, name: str | None) -> AbstractContextManager[str]:
        """A block in which names begin with this one."""

    def control_dependencies(self, control_inputs: Sequence[Any] | None) -> AbstractContextManager[None]:
        """A block whose operations wait for these."""

    def add_to_collection(self, name: Any, value: Any) -> None:
        """Append a value to a collection."""

    def add_to_collections(self, names: Sequence[Any] | str, value: Any) -> None:
        """Append a value to several collections."""

    def get_collection(self, name: Any, scope: str | None = None) -> list[Any]:
        """A copy of a collection."""

    def get_collection_ref(self, name: Any) -> list[Any]:
        """A collection itself, to be changed."""

    def kept_for(self, owner: Any, make: Callable[[], Any]) -> Any:
        """What `owner` keeps in this graph, made when it is first asked for."""

    def messages_of(self, operation: Operation) -> Any:
        """What TensorFlow's messages say of an operation."""

    def as_default(self) -> AbstractContextManager[Any]:
        """A block in which this graph is the thread's default."""


class Operation:
    """A node of the graph.

    Attributes
    ----------
    name : str
        Unique in the graph.
    type : str
        TensorFlow's op type.
    inputs : tuple of Tensor
        The data inputs, lists flattened.
    control_inputs : tuple of Operation
        What must have run before.
    outputs : tuple of Tensor
    attrs : mapping
        Every attribute, types included, as Python values. Operations may share it: it is not written to.
    frame : Frame or None
        Where the user's program made it.
    colocated : tuple of str
        The names of the operations that it is to be with, by ``tf.colocate_with``; mostly empty.
    gradient_name : str
        The registered gradient that it has in place of its op's; mostly empty.
    index : int
        The order of creation.
    """

    __slots__ = (
        "attrs", "colocated", "control_inputs", "definition", "device", "frame", "gradient_name", "graph", "index",
        "inputs", "name", "outputs", "type",
    )  # fmt: skip

    def __init__(
        self,
        graph: Owner,
        definition: OpDef,
        name: str,
        inputs: Sequence[Tensor],
        control_inputs: Sequence[Operation],
        attrs: Mapping[str, Any],
        output_types: Sequence[DType],
        index: int,
    ) -> None:
        self.graph = graph
        self.definition = definition
        self.type = definition.name
        self.name = name
        self.inputs = tuple(inputs)
        self.control_inputs = tuple(control_inputs)
        self.attrs = attrs
        self.device = ""
        self.colocated: tuple[str, ...] = ()
        self.gradient_name = ""
        self.frame = user_frame()
        self.index = index
        self.outputs = tuple([Tensor(self, index, dtype) for index, dtype in enumerate(output_types)])

    def update_input(self, index: int, tensor: Tensor) -> None:
        """Take another tensor as that input: the head of a loop is made before what leads back to it.

        Raises
        ------
        TypeError
            If it is of another type than the one before.
        """
        if tensor.dtype is not self.inputs[index].dtype:
            raise TypeError(
                f"input {index} of {self.describe()} is {self.inputs[index].dtype.name}, but {tensor.name!r} is "
                f"{tensor.dtype.name}."
            )
        self.inputs = (*self.inputs[:index], tensor, *self.inputs[index + 1 :])

    @property
    def bodies(self) -> list[Any]:
        """The functions (:class:`~estimator.graph.function.FunctionGraph`) that it calls."""
        return [body for attr in self.definition.function_attrs for body in self.bodies_of(attr)]

    def bodies_of(self, attr: str) -> list[Any]:
        """The functions that an attribute names: one, or those of a list.

        Raises
        ------
        ValueError
            If the graph has no function of that name.
        """
        value, library = self.attrs[attr], self.graph.library
        names = [function.name for function in (value if isinstance(value, list) else [value])]
        for name in names:
            if name not in library:
                raise ValueError(
                    f"the graph has no function {name!r} for {attr}.{did_you_mean(name, library)}"
                )
        return [library[name] for name in names]

    def body(self, attr: str) -> Any:
        """The function that an attribute names, which is no list; see :meth:`bodies_of`."""
        (body,) = self.bodies_of(attr)
        return body

    @property
    def effect(self) -> Effect:
        """What running it does beyond giving values; of one with bodies what counts most of all they do."""
        if not self.definition.function_attrs:
            return self.definition.effect
        inner = [op.effect for body in self.bodies for op in body.get_operations()]
        return max(self.definition.effect, *inner, key=EFFECTS.index)

    @property
    def exchanges(self) -> bool:
        """Whether the processes that train one model do it together, or something in its bodies."""
        if not self.definition.function_attrs:
            return self.definition.exchanges
        return any(op.exchanges for body in self.bodies for op in body.get_operations())

    def get_attr(self, name: str) -> Any:
        """The value of an attribute as TensorFlow gives it: texts are bytes, shapes, tensors and functions messages.

        Raises
        ------
        ValueError
            If the op has no such attribute; the message lists those it has.
        """
        return self.graph.messages_of(self).attr(name)

    @property
    def written(self) -> tuple[Tensor, ...]:
        """The handles of the variables that it changes, as a whole or in part."""
        return tuple([self.inputs[place] for place in self.definition.written_places])

    def grouped_inputs(self) -> list[Any]:
        """The inputs as the signature has them: a Tensor, or a list of them, for each argument."""
        return self._grouped(self.definition.inputs, self.inputs)

    def grouped_outputs(self) -> list[Any]:
        """The outputs as the signature has them: a Tensor, or a list of them, for each."""
        return self._grouped(self.definition.outputs, self.outputs)

    def _grouped(self, args: Sequence[Arg], tensors: Sequence[Tensor]) -> list[Any]:
        rest = iter(tensors)
        return [list(islice(rest, arg.size(self.attrs))) if arg.is_list else next(rest) for arg in args]

    @property
    def node_def(self) -> Any:
        """The operation as TensorFlow's NodeDef message."""
        return self.graph.messages_of(self).node_def

    @property
    def op_def(self) -> Any:
        """Its op as TensorFlow's OpDef message."""
        return self.graph.messages_of(self).op_def

    @property
    def traceback(self) -> StackSummary:
        """The line of the user's program that made it, as the module ``traceback`` has it; nothing if none did."""
        return StackSummary.from_list([] if self.frame is None else [(*self.frame, None)])

    def values(self) -> tuple[Tensor, ...]:
        """The outputs."""
        return self.outputs

    def colocation_groups(self) -> list[bytes]:
        """With which operations it is to be, as ``tf.colocate_with`` has said; else itself."""
        return [f"loc:@{name}".encode() for name in self.colocated or (self.name,)]

    def describe(self) -> str:
        """``MatMul 'dense/MatMul' (created at model.py:31 in model_fn)``."""
        where = f" (created at {self.frame})" if self.frame else ""
        return f"{self.type} {self.name!r}{where}"

    def run(self, feed_dict: Any = None, session: Any = None) -> None:
        """Run this operation in a session (default: the current one)."""
        self.graph.current_session(session).run(self, feed_dict)

    def __str__(self) -> str:
        return str(self.node_def)

    def __repr__(self) -> str:
        return f"<tf.Operation {self.name!r} type={self.type}>"


def _not_in_graph_mode(what: str) -> TypeError:
    return TypeError(
        f"{what} is not possible: a Tensor has no value until the graph runs. "
        "Use functions of tf (tf.where, tf.reduce_mean, ...), or run a session to get the value."
    )


class Tensor(Operators):
    """One output of an operation: a promise of an array.

    Attributes
    ----------
    op : Operation
    value_index : int
        Which output of `op`.
    dtype : DType
    name : str
        ``"op_name:index"``.
    """

    # Of a tensor few have attributes of a script's own (aliases, say), which its __dict__ is for.
    __slots__ = ("__dict__", "_dims", "_static", "dtype", "op", "value_index")
    __array_priority__ = 100  # numpy leaves `array + tensor` to us

    def __init__(self, op: Operation, value_index: int, dtype: DType) -> None:
        self.op = op
        self.value_index = value_index
        self.dtype = dtype
        self._dims: Dims = None
        self._static: np.ndarray[Any, Any] | bool | None = None  # cache of graph.static

    @property
    def graph(self) -> Owner:
        """The graph it belongs to."""
        return self.op.graph

    @property
    def name(self) -> str:
        """``"op_name:index"``."""
        return f"{self.op.name}:{self.value_index}"

    @property
    def dims(self) -> Dims:
        """The static shape as a plain tuple, None for unknown."""
        return self._dims

    @property
    def shape(self) -> TensorShape:
        """The static shape: what is known of the size before a run."""
        return TensorShape(self._dims)

    def get_shape(self) -> TensorShape:
        """The static shape, as TensorFlow 1 asks for it."""
        return self.shape

    def set_shape(self, shape: Any) -> None:
        """State what is known of the shape.

        Raises
        ------
        ValueError
            If it contradicts what is known already.
        """
        self._dims = merge(self._dims, as_dims(shape))

    def loosen_shape(self, dims: Dims) -> None:
        """State the shape anew: at the head of a loop less is known than the value that enters it says."""
        self._dims = dims

    @property
    def ndim(self) -> int:
        """The rank.

        Raises
        ------
        ValueError
            If it is not known.
        """
        if self._dims is None:
            raise ValueError(f"the rank of {self} is not known.")
        return len(self._dims)

    def ref(self) -> Reference[Tensor]:
        """What stands for the tensor itself in sets and dicts."""
        return Reference(self)

    experimental_ref = ref

    @property
    def device(self) -> str:
        """The device that the operation was made for, in ``with tf.device(...)``; empty outside of such blocks."""
        return self.op.device

    def consumers(self) -> list[Operation]:
        """The operations that take this tensor as an input."""
        return [op for op in self.graph.get_operations() if self in op.inputs]

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """Its value in a session (default: the current one)."""
        return self.graph.current_session(session).run(self, feed_dict)

    @property
    def numpy(self) -> Callable[[], Any]:
        """What gives its value, outside of all blocks of graphs and sessions; inside there is no such attribute.

        Variables that have no value begin with their initial one.
        """
        return numpy_of(self)

    def __repr__(self) -> str:
        return f"<tf.Tensor {self.name!r} shape={show(self._dims)} dtype={self.dtype.name}>"

    def __str__(self) -> str:
        shape = "" if self._dims is None else f"shape={show(self._dims)}, "
        return f'Tensor("{self.name}", {shape}dtype={self.dtype.name})'

    # A tensor compares by identity, as in TensorFlow 1, so that it can be a key.
    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = (
        object.__hash__
    )  # not a method of ours: large graphs are dicts of tensors, asked millions of times

    def __bool__(self) -> bool:
        raise _not_in_graph_mode("using a Tensor as a Python bool")

    def __iter__(self) -> Any:
        raise _not_in_graph_mode("iterating over a Tensor")

    def __len__(self) -> int:
        raise _not_in_graph_mode("len() of a Tensor")

    def __float__(self) -> float:
        raise _not_in_graph_mode("making a Python float of a Tensor")

    def __int__(self) -> int:
        raise _not_in_graph_mode("making a Python int of a Tensor")

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise _not_in_graph_mode(f"converting the symbolic Tensor {self.name!r} to a numpy array")
