"""The graph: operations, names, scopes, collections, and the default graph of a thread."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, as_dtype
from estimator.core.keywords import near_keywords
from estimator.core.shapes import Dims
from estimator.core.tracebacks import cause_of
from estimator.formats.tensors import continued, own_copy
from estimator.graph.apply import Resolved, resolved, split_arguments
from estimator.graph.blocks import Blocks, ColocationBlocks, ControlBlocks, DeviceBlocks, GradientBlocks
from estimator.graph.collections import Collections
from estimator.graph.composite import Composite
from estimator.graph.constant import to_array
from estimator.graph.conversion import tensor_of
from estimator.graph.defaults import DEFAULTS, AsDefault, default_sessions
from estimator.graph.lookup import Lookup
from estimator.graph.names import Names
from estimator.graph.op import OPS, OpDef
from estimator.graph.slicing import strided_slice
from estimator.graph.static import GRAPH, KnownScope
from estimator.graph.tensor import Operation, Tensor


@near_keywords
class Graph(Collections, Lookup):
    """Operations in the order of their creation.

    Attributes
    ----------
    seed : int or None
        The graph-level random seed.
    loss_reduction : str or None
        How the last loss was made of those of the examples, in the words of tf.losses.Reduction.
    gradient_reduction : str or None
        How several processes put their gradients together, ``mean`` or ``sum``; None: as the loss was made.
    losses_of_all : dict
        A loss of this process to that of all that train together, as far as the gradients of one were put together.
    equal_draws : set of Operation
        Random operations that give the same in all processes that train together, as those of initial values do.
    library : dict
        Functions by name: bodies of control flow as graphs, what was read and never used as FunctionDef messages.
    resources : dict
        Python objects behind handles (iterators, Python functions), by shared name.
    version : int
        Grows with every operation.
    """

    is_function = False  # whether it is the body of a function, inside another graph

    def __init__(self) -> None:
        Collections.__init__(self)
        Lookup.__init__(self)
        self._names = Names(self._operations)
        self._controls = ControlBlocks()
        self._devices = DeviceBlocks()
        self._colocations = ColocationBlocks()
        self._gradients = GradientBlocks()
        self._finalized = False
        self.seed: int | None = None
        self.loss_reduction: str | None = None
        self.gradient_reduction: str | None = None
        self.losses_of_all: dict[Tensor, Tensor] = {}
        self.equal_draws: set[Operation] = set()
        self.library: dict[str, Any] = {}
        self.resources: dict[str, Any] = {}

    # -- operations ----------------------------------------------------------------------------------------------------

    def apply(self, op_type: str | OpDef, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Add an operation.

        Parameters
        ----------
        op_type : str or OpDef
            TensorFlow's op type; the declaration itself of an op that is none of ours.
        args : sequence
            The inputs: tensors, variables, or Python values that become constants.
        kwargs : mapping
            Inputs and attributes by name, and ``name``.

        Returns
        -------
        Tensor, list of Tensor, tuple or Operation
            As the op has one output, a list of outputs, several outputs, or none.

        Raises
        ------
        ValueError, TypeError
            If shapes or types do not fit; the message names the op, the shapes and the user's line.
        """
        definition = op_type if isinstance(op_type, OpDef) else OPS.get(op_type)
        attrs = dict(kwargs)
        name = attrs.pop("name", None) or definition.name
        values, given = split_arguments(definition, args, attrs)
        full_name = self._new_name(definition, name)
        return self._result(
            self._add(definition, full_name, resolved(self, definition, full_name, values, given))
        )

    def _new_name(self, definition: OpDef, name: str) -> str:
        """The full name of a new operation."""
        if self._finalized:
            raise RuntimeError(
                f"Graph is finalized and cannot be modified: {definition.name} {name!r} cannot be added."
            )
        return self._names.unique(name)

    def _add(self, definition: OpDef, name: str, call: Resolved) -> Operation:
        """The new operation of that name, which nobody else may have."""
        inputs, attrs, types = call
        operations, controls = self._operations, self._controls.before(inputs)
        op = Operation(self, definition, name, inputs, controls, attrs, types, len(operations))
        self._infer_shapes(op, definition)
        operations[name] = op
        self._devices.place(op)
        self._colocations.place(op)
        self._gradients.name(op)
        self._controls.add(op)
        return op

    def create_op(
        self,
        op_type: str,
        inputs: Sequence[Tensor],
        dtypes: Sequence[Any] | None = None,
        input_types: Sequence[Any] | None = None,
        name: str | None = None,
        attrs: Mapping[str, Any] | None = None,
        op_def: Any = None,
        compute_shapes: bool = True,
        compute_device: bool = True,
    ) -> Operation:
        """Add an operation as the files of graphs describe it.

        Parameters
        ----------
        op_type : str
        inputs : sequence of Tensor
            Lists flattened.
        name : str, optional
        attrs : mapping of str to AttrValue, optional
        dtypes, input_types, op_def, compute_shapes, compute_device : optional
            Accepted: they follow from the others.

        Raises
        ------
        ValueError, TypeError
            If there is no such op, or shapes or types do not fit.
        DataLossError
            If there are too few or too many inputs.
        """
        from estimator.graph.op_messages import create_op  # loads protobuf

        return create_op(self, op_type, inputs, name, attrs or {})

    @staticmethod
    def _result(op: Operation) -> Any:
        outputs = op.definition.outputs
        if not op.outputs:
            return op
        if len(outputs) == 1:
            return list(op.outputs) if outputs[0].is_list else op.outputs[0]
        return op.outputs

    @staticmethod
    def _infer_shapes(op: Operation, definition: OpDef) -> None:
        try:
            shapes = definition.shape(KnownScope(op, GRAPH))
        except ValueError as error:
            inputs = ", ".join(f"{tensor.name} {tensor.shape} {tensor.dtype.name}" for tensor in op.inputs)
            raise ValueError(f"{op.describe()}: {error} Inputs: {inputs or 'none'}.") from cause_of(error)
        listed = shapes if isinstance(shapes, list) else [shapes]
        for tensor, dims in zip(op.outputs, listed, strict=True):
            tensor._dims = dims

    @property
    def outermost(self) -> Graph:
        """The graph that this one lies in, with none around it: where variables are made."""
        return self

    @property
    def depth(self) -> int:
        """How many graphs lie around this one."""
        return 0

    @property
    def path(self) -> str:
        """What goes before an operation's name to tell it from others of the same session; empty for the outermost."""
        return ""

    def source_of(self, tensor: Tensor) -> Tensor | None:
        """The tensor of the graph around this one that a placeholder stands for; None if it stands for none."""
        return None

    def as_graph_element(
        self, obj: Any, allow_tensor: bool = True, allow_operation: bool = True
    ) -> Tensor | Operation:
        """The tensor or operation that a name, a variable or the thing itself stands for.

        Parameters
        ----------
        obj : Tensor, Operation, variable or str
        allow_tensor, allow_operation : bool
            What it may be.

        Raises
        ------
        TypeError
            If it stands for none, or for what is not allowed.
        ValueError
            If it belongs to another graph, or the name is of what is not allowed.
        KeyError
            If nothing has that name.
        """
        if not (allow_tensor or allow_operation):
            raise ValueError(
                "allow_tensor and allow_operation cannot both be False: nothing would be allowed."
            )
        element = self._element_of(obj)
        if allow_tensor if isinstance(element, Tensor) else allow_operation:
            return element
        kind = "an Operation" if allow_operation else "a Tensor"
        refusal = ValueError if isinstance(obj, str) else TypeError
        raise refusal(f"{obj!r} is {type(element).__name__} {element.name!r}, but {kind} is wanted here.")

    def _element_of(self, element: Any) -> Tensor | Operation:
        if stands_for_element(element):
            element = element.as_graph_element()
        if isinstance(element, bytes):
            element = element.decode()
        if isinstance(element, str):
            return self.get_tensor_by_name(element) if ":" in element else self.get_operation_by_name(element)
        if not isinstance(element, (Tensor, Operation)):
            kind = type(element).__name__
            hint = " It has a value: it was computed outside of graphs." if hasattr(element, "numpy") else ""
            raise TypeError(
                f"{element!r} ({kind}) is neither a Tensor, an Operation nor a name of one.{hint}"
            )
        if element.graph is not self:
            if element.graph.is_function and not self.is_function and isinstance(element, Tensor):
                self.capture(element)  # says why not
            raise ValueError(f"{element!r} is not an element of this graph: it was made in another one.")
        return element

    # -- values --------------------------------------------------------------------------------------------------------

    def constant(self, value: Any, dtype: Any = None, name: str = "Const", shape: Dims = None) -> Tensor:
        """A Const operation; like every other it waits for the control dependencies it is made under.

        With a `shape` the values are continued to it by repeating the last one; a single one takes no room, and
        neither does an array that holds one value everywhere.
        """
        array = to_array(value, None if dtype is None else as_dtype(dtype))
        if isinstance(value, np.ndarray) and np.may_share_memory(array, value):
            array = own_copy(array)  # the caller may go on writing to it
        if shape is not None:
            array = continued(array, shape)  # type: ignore[arg-type]  # a constant's shape is known
        kind = as_dtype(dtype) if dtype is not None else as_dtype(array.dtype)
        return self.constant_of(array, kind, name)

    def constant_of(self, array: np.ndarray[Any, Any], dtype: DType, name: str) -> Tensor:
        """A Const operation of an array of that type, to which nobody writes any more."""
        definition = OPS.get("Const")
        full_name = self._new_name(definition, name or "Const")
        call = (), {"value": array, "dtype": dtype}, (dtype,)
        return self._add(definition, full_name, call).outputs[0]

    def as_tensor(self, value: Any, name: str | None = None, dtype: DType | None = None) -> Any:
        """A tensor of this graph, if the value is or holds tensors (packed under that name); else the value itself."""
        return tensor_of(self, value, name, dtype)

    def convert(self, value: Any, dtype: Any = None, name: str | None = None) -> Tensor:
        """The tensor that the value is, or a constant of it with that name.

        Raises
        ------
        TypeError
            If it is a tensor of another type than `dtype`.
        """
        wanted = None if dtype is None else as_dtype(dtype)
        tensor = self.as_tensor(value, name, wanted)
        if not isinstance(tensor, Tensor):
            return self.constant(tensor, wanted, name or "Const")
        if wanted is not None and tensor.dtype is not wanted:
            raise TypeError(f"{tensor} is {tensor.dtype.name}, but {wanted.name} is wanted; use tf.cast.")
        return tensor

    def capture(self, tensor: Tensor) -> Tensor:
        """A tensor of another graph for use in this one.

        Raises
        ------
        ValueError
            Always, but in a :class:`~estimator.graph.function.FunctionGraph`.
        """
        if tensor.graph.is_function:
            raise ValueError(
                f"{tensor} was made inside the function {tensor.graph.path[:-1]!r}, which gives it a value only "
                "while it runs. Return it from that function to use it outside."
            )
        raise ValueError(
            f"{tensor} was made in another graph. Make it inside the same model_fn or input_fn as what uses it; "
            "each call of train, evaluate and predict builds a new graph."
        )

    def cast(self, tensor: Tensor, dtype: Any) -> Tensor:
        """The tensor in another type; itself if it has that type."""
        target = as_dtype(dtype)
        if tensor.dtype is target:
            return tensor
        result: Tensor = self.apply("Cast", (tensor,), {"DstT": target})
        return result

    def at_work(self) -> Graph:
        """Where expressions of this graph's tensors go: the function being traced, if any, else this graph.

        A function that is not being traced any more is complete: the default graph will refuse its tensors.
        """
        default = get_default_graph()
        return default if default.is_function or self.is_function else self

    def strided_slice(self, tensor: Tensor, key: Any) -> Tensor:
        """``tensor[key]``, key as numpy has it: integers, slices, ``...``, ``tf.newaxis``."""
        return strided_slice(self, tensor, key)

    # -- names and scopes ----------------------------------------------------------------------------------------------

    def unique_name(self, name: str, mark_as_used: bool = True) -> str:
        """`name` below the current name scope, with ``_1``, ``_2``... if it is taken; ``a/b/`` is taken as it stands.

        Raises
        ------
        ValueError
            If the name has characters that TensorFlow does not allow.
        """
        return self._names.unique(name, mark_as_used)

    def name_scope(self, name: str | None) -> contextlib.AbstractContextManager[str]:
        """Names inside the block begin with a unique form of `name`; ``"a/b/"`` re-enters a scope, None leaves all."""
        return self._names.below(name)

    def get_name_scope(self) -> str:
        """The current name scope without its last slash."""
        return self._names.scope[:-1]

    def control_dependencies(
        self, control_inputs: Sequence[Any] | None
    ) -> contextlib.AbstractContextManager[None]:
        """Operations made inside the block run after `control_inputs`; None leaves all such blocks."""
        if control_inputs is None:
            return self._controls.block(None)
        operations = [self._as_control(element) for element in control_inputs]
        return self._controls.block([op for op in operations if op is not None])

    def _as_control(self, element: Any) -> Operation | None:
        """The operation to wait for; of a variable that is its handle's, so that waiting adds no read."""
        if isinstance(element, Composite):
            element = element.values
        elif stands_for_element(element):
            element = element.as_graph_element()
        elif hasattr(element, "as_tensor"):
            element = element.as_tensor()
        operation = element.op if isinstance(element, Tensor) else element
        if isinstance(operation, Operation) and self._waits_outside(operation):
            return None
        found = self.as_graph_element(element)
        return found.op if isinstance(found, Tensor) else found

    def _waits_outside(self, operation: Operation) -> bool:
        """Whether it is the call of this graph, a function, that waits for the operation."""
        return False

    def device(self, device_name_or_function: Any) -> contextlib.AbstractContextManager[None]:
        """Operations made inside the block say that they are for a device; there is one, and all run on it.

        Parameters
        ----------
        device_name_or_function : str, callable or None
            ``"/device:GPU:0"``, a part of such a name, or a function from the operation to one; None leaves all blocks.

        Raises
        ------
        ValueError
            If it is no name of a device.
        """
        return self._devices.block(device_name_or_function)

    def gradient_override_map(
        self, op_type_map: Mapping[str, str]
    ) -> contextlib.AbstractContextManager[None]:
        """A block whose operations of these types have the gradients registered under the names they map to."""
        return self._gradients.block(op_type_map)

    def colocate_with(
        self, op: Any, ignore_existing: bool = False
    ) -> contextlib.AbstractContextManager[None]:
        """Operations made inside the block say that they are to be where another is, whatever `device` says.

        Parameters
        ----------
        op : Operation, Tensor, variable or None
            None leaves all such blocks; then `ignore_existing` must be True.
        ignore_existing : bool
            Whether the blocks around it do not count.

        Raises
        ------
        ValueError
            If `op` is None without `ignore_existing`.
        """
        if op is None and not ignore_existing:
            raise ValueError("colocate_with(None) leaves all such blocks: say so by ignore_existing=True.")
        other = None if op is None else self._as_control(op)
        return Blocks(self._devices.block(None), self._colocations.block(other, ignore_existing))

    def container(self, container_name: str) -> contextlib.AbstractContextManager[str]:
        """A block whose resources lie in a container; a session has one, so it changes nothing."""
        return contextlib.nullcontext(container_name)

    # -- the graph as a whole ------------------------------------------------------------------------------------------

    @property
    def building_function(self) -> bool:
        """Whether it is the body of a function."""
        return self.is_function

    @property
    def finalized(self) -> bool:
        """Whether it can no longer be changed."""
        return self._finalized

    def finalize(self) -> None:
        """No operation can be added from now on."""
        self._finalized = True

    def unfinalize(self) -> None:
        """Operations can be added again: for whoever has finalized the graph for a while."""
        self._finalized = False

    def as_default(self) -> AsDefault[Graph]:
        """This graph is the thread's default inside the block."""
        return AsDefault("graphs", self)

    @staticmethod
    def current_session(session: Any = None) -> Any:
        """`session`, or the thread's default session.

        Raises
        ------
        ValueError
            If there is none.
        """
        sessions = default_sessions()
        if session is None and not sessions:
            raise ValueError("there is no default session: use `with tf.Session():` or pass session=.")
        return session if session is not None else sessions[-1]

    def messages_of(self, operation: Operation) -> Any:
        """What TensorFlow's messages say of an operation; see :mod:`estimator.graph.op_messages`."""
        from estimator.graph.op_messages import OperationMessages  # loads protobuf

        return OperationMessages(operation)

    @property
    def graph_def_versions(self) -> Any:
        """What the files of the graph say of their version: a VersionDef message."""
        return self.as_graph_def().versions

    def as_graph_def(self, from_version: Any = None, add_shapes: bool = False) -> Any:
        """The graph as TensorFlow's GraphDef message."""
        from estimator.graph.graphdef import to_graph_def  # loads protobuf

        return to_graph_def(self, add_shapes=add_shapes)


def get_default_graph() -> Graph:
    """The graph that new operations go to."""
    graphs: list[Graph] = DEFAULTS.graphs
    if graphs:
        return graphs[-1]
    if DEFAULTS.fallback is None:
        DEFAULTS.fallback = Graph()
    fallback: Graph = DEFAULTS.fallback
    return fallback


def stands_for_element(value: Any) -> bool:
    """Whether it is a variable or its like, which tells its tensor; a graph and a class have such a method, too."""
    return hasattr(value, "as_graph_element") and not isinstance(value, (Graph, type))


def reset_default_graph() -> None:
    """Start the thread's default graph anew.

    Raises
    ------
    AssertionError
        Inside a ``with graph.as_default()`` block.
    """
    if DEFAULTS.graphs:
        raise AssertionError("reset_default_graph() cannot be used inside `with graph.as_default()`.")
    DEFAULTS.fallback = None


def graph_of(values: Sequence[Any]) -> Graph:
    """The graph a call belongs to: the default one if it is a function being traced, else that of the first tensor."""
    default = get_default_graph()
    if default.is_function:
        return default
    for value in values:
        if type(value) is Tensor:
            return value.op.graph  # type: ignore[return-value]  # an Owner, of which a Graph is the only one
        if hasattr(value, "as_tensor"):
            owner = getattr(value, "graph", None)
            if isinstance(owner, Graph):
                return owner
        if isinstance(value, (list, tuple)):
            found = graph_of(value)
            if found is not default:
                return found
    return default


def dtype_of(value: Any) -> DType | None:
    """The type of a tensor or variable, or None for a Python value."""
    dtype = getattr(value, "dtype", None)
    return dtype if isinstance(dtype, DType) else None
