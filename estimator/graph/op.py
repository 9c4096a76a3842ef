"""The declaration of an op: everything about one TensorFlow op type in one place.

An op is declared by decorating its array kernel::

    @op("BiasAdd", "value: T, bias: T -> output: T", attrs={"data_format": "NHWC"}, shape=rules.like_first)
    def bias_add(xp, value, bias, data_format):
        return xp.add(value, bias)

    @bias_add.gradient
    def bias_add_gradient(b, op, dy):
        return dy, b.BiasAddGrad(dy, data_format=op.attrs["data_format"])

The signature is written as TensorFlow writes its own: ``name: type``, where the type is a dtype's
name or a type attribute; ``values: N * T`` is a list of N tensors of one type, ``components:
output_types[]`` a list of tensors of the types in that attribute. Type and number attributes are
declared by being mentioned. The other attributes are listed with their default, or with their
Python type where TensorFlow has no default.

A kernel takes the array module ``xp``, one argument for each input (a list for a list), and by name
the attributes it wants. A kernel with a keyword-only parameter ``run`` also gets the :class:`OpRun`
of the executing session: its storages, its random numbers. An optional emitter (``@bias_add.emit``)
says how the plan calls numpy on fixed buffers, with the same bits; it is made from the kernel itself
where that is a straight line of such calls (``recorded=True``). ``ufunc=np.tanh`` is the short form for
ops that are one ufunc, ``view=True`` for ops that only rename or reshape. A joint kernel (``@unique.together``)
does what the kernel does for several operations at once, as there are for the columns of a model.

Source: op signatures are TensorFlow 2.15's, tensorflow/core/ops/*_ops.cc.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, get_args

from estimator.core import dtypes
from estimator.core.dtypes import DType
from estimator.core.frozen import frozen, mutable
from estimator.core.named_tuple import NamedTuple
from estimator.core.registry import Registry
from estimator.core.shapes import Dims, TensorShape
from estimator.graph.recorded import emit_recorded

if TYPE_CHECKING:
    import numpy as np

Effect: TypeAlias = Literal["pure", "read", "check", "random", "outside", "write"]
EFFECTS: tuple[Effect, ...] = get_args(Effect)  # the one that counts most last
ShapeRule: TypeAlias = "Callable[[ShapeScope], Dims | list[Dims]]"
Kernel: TypeAlias = Callable[..., Any]  # takes arrays of any library and returns them
GradientRule: TypeAlias = Callable[..., Any]  # (build, op, *dys) -> one gradient or None for each input
Emitter: TypeAlias = Callable[..., Any]  # (writer of a plan, op, *operands)


class ShapeScope(Protocol):
    """What a shape rule sees: the inputs' static shapes, known values, and the attributes."""

    shapes: Sequence[Dims]
    attrs: Mapping[str, Any]

    def value(self, index: int) -> np.ndarray[Any, Any] | None:
        """The value of an input, if it is known before the graph runs."""

    def dims(self, index: int) -> Dims:
        """The value of an input that is a shape, with None for sizes not known yet."""

    def elements(self, index: int) -> Dims:
        """The shape that every element of an input that is a list has, if it is known to be one."""

    def variable_dims(self, index: int) -> Dims:
        """The shape of the variable behind an input that is a handle; None if it is none."""

    def bodies(self, attr: str) -> list[Any]:
        """The functions (:class:`~estimator.graph.function.FunctionGraph`) that an attribute names, one or several."""

    def maker(self, index: int) -> Any:
        """The operation that has made an input that is a handle, a queue's for example; None if only the run tells."""


class OpRun(Protocol):
    """What a kernel with a ``run`` parameter gets: the session's state, for its own operation."""

    def storage(self) -> Any:
        """The storage of the variable that this operation, a VarHandleOp, names."""

    def shared(self) -> Any:
        """The lookup table, queue or reader that this operation, a HashTableV2 for example, names in the session."""

    def generator(self) -> np.random.Generator:
        """A generator for this execution of this op, a function of (graph seed, op seed, count)."""

    def count(self) -> int:
        """How often this operation has run in the session, this time included."""

    def resource(self, name: str) -> Any:
        """The Python object behind a handle, for example an iterator."""

    def call(self, attr: str, arguments: Sequence[Any], place: int = 0) -> list[Any]:
        """The results of a function that an attribute names, of several that at `place`, run on arrays and handles."""

    def repeat(self, test: str, step: str, values: Sequence[Any]) -> list[Any]:
        """The values after the function `step` has replaced them as long as the function `test` holds of them."""


@frozen
class Arg:
    """One input or output of an op's signature.

    Exactly one of `dtype` (fixed), `type_attr` and `list_attr` is set; `number_attr` makes it a
    list of one type.
    """

    name: str
    dtype: DType | None = None
    type_attr: str | None = None
    number_attr: str | None = None
    list_attr: str | None = None

    @cached_property
    def is_list(self) -> bool:
        """Whether it takes a list of tensors."""
        return self.number_attr is not None or self.list_attr is not None

    def size(self, attrs: Mapping[str, Any]) -> int:
        """How many tensors it is in an operation of these attributes."""
        if self.list_attr is not None:
            return len(attrs[self.list_attr])
        return int(attrs[self.number_attr]) if self.number_attr is not None else 1


class NameAttrList(NamedTuple):
    """An attribute of kind ``func``: the name of a function in the graph's library, and attributes of its own.

    The attributes are :class:`estimator.graph.written.Attr` by name; nothing here reads them, files keep them.
    """

    name: str
    attrs: Mapping[str, Any] = {}  # Attr, declared a floor up


@frozen
class AttrDef:
    """One attribute: its kind in TensorFlow's words, and its default."""

    name: str
    kind: str
    default: Any = None
    required: bool = True


_KINDS: dict[Any, str] = {bool: "bool", int: "int", float: "float", str: "string"}
_KINDS |= {DType: "type", TensorShape: "shape"}


def _attr(name: str, spec: Any) -> AttrDef:
    """An attribute from its Python type (required) or its default value; an AttrDef stands for itself (empty lists)."""
    if isinstance(spec, AttrDef):
        return spec
    if isinstance(spec, type):
        return AttrDef(name, _KINDS[spec])
    if spec in ("tensor", "func", "list(func)"):
        return AttrDef(name, spec)
    if getattr(spec, "__origin__", None) is list:
        return AttrDef(name, f"list({_KINDS[spec.__args__[0]]})")
    if isinstance(spec, list):
        element = _KINDS[type(spec[0])] if spec else "shape"
        return AttrDef(name, f"list({element})", spec, required=False)
    return AttrDef(name, _KINDS[type(spec)], spec, required=False)


@mutable(eq=False)
class OpDef:
    """The declaration of one op type; see the module's text.

    Attributes
    ----------
    name : str
        TensorFlow's op type.
    effect : str
        ``pure``; ``read`` (of a variable or a file); ``check`` (Assert; and what writes a file, since it leaves the
        session as it is); ``random``; ``outside`` (something that is no part of the session, and may give something
        else each time: a Python function, a print); ``write`` (variables, iterators). What an operation with bodies
        does is for it to say: :attr:`Operation.effect`.
    updates : tuple of str
        The resource inputs whose new values the kernel returns, in that order; the executor writes them.
    writes_rows : tuple of str
        The resource inputs of which the kernel changes some rows itself: it gets their arrays, not their storages.
        It must check all it is given before it changes anything.
    apply : str or None
        For an optimizer's update: the name of the input that is the gradient. Its other
        non-resource inputs are hyper-parameters.
    host : bool
        It works on strings or Python objects: always run by numpy.
    slices : bool
        Its gradient rule also takes IndexedSlices, the gradient of some rows; for others they become dense.
    recorded : bool
        The kernel is a straight line of numpy calls, which the plan makes on its buffers; see :mod:`.recorded`.
    converts : callable or None
        Whether an operation (its argument) is no more than a copy of its input in another type.
    joins : bool
        The plan copies its inputs, each to its place, and does nothing else with them: it may be given them in another
        type.
    costly : bool
        A loop keeps what it gave for the gradient rather than let that compute it again: it multiplies or decomposes.
    local : bool
        TensorFlow has no such op: it never reaches a file; its outputs are written as Placeholders; see `written_as`.
    exchanges : bool
        The processes that train one model do it together: it runs before whatever writes, in the order of creation.
    written_as : str or None
        The op of TensorFlow's that stands for it in files, with the same inputs and outputs; for IdentityN alone.
    opaque : OpDef message or None
        How the file describes it that it comes from, if it is none of ours: it is kept, but cannot be run.
    framed : bool
        It belongs to TensorFlow 1's control flow, which is never planned: a run that needs it is interpreted frame
        by frame.
    waits : bool
        It may wait for what another run does, as what takes from a queue does: it must not hold up that one.
    joint : callable or None
        What the kernel does for each of several operations, in fewer calls. It takes a list for each input and for each
        attribute of the kernel, with an item for each operation, which for variables is their storage. It gives a list
        of what the kernel would give, the same bits: None for an operation of which it is not sure, or whose inputs do
        not fit, or are to be refused. To that it has done nothing.
    """

    name: str
    inputs: tuple[Arg, ...]
    outputs: tuple[Arg, ...]
    attrs: dict[str, AttrDef]
    shape: ShapeRule
    kernel: Kernel | None = None
    effect: Effect = "pure"
    ufunc: Any = None  # a numpy ufunc
    view: bool = False
    updates: tuple[str, ...] = ()
    writes_rows: tuple[str, ...] = ()
    apply: str | None = None
    host: bool = False
    local: bool = False
    framed: bool = False
    waits: bool = False
    exchanges: bool = False
    written_as: str | None = None
    opaque: Any = None  # a class made at run time
    differentiable: bool = True
    slices: bool = False
    gradient_rule: GradientRule | None = None
    recorded: bool = False
    converts: Callable[[Any], bool] | None = None
    joins: bool = False
    costly: bool = False
    emitter: Emitter | None = None
    joint: Kernel | None = None
    kernel_attrs: tuple[str, ...] = ()
    takes_run: bool = False
    resolutions: dict[Any, Any] = field(default_factory=dict, repr=False)  # what calls come to: graph.apply

    def gradient(self, rule: GradientRule) -> GradientRule:
        """Decorator: `rule` gives the gradients of the inputs, in the graph's own ops."""
        self.gradient_rule = rule
        return rule

    def emit(self, emitter: Emitter) -> Emitter:
        """Decorator: `emitter` says how the plan runs this op on fixed buffers."""
        self.emitter = emitter
        return emitter

    def together(self, joint: Kernel) -> Kernel:
        """Decorator: `joint` does what the kernel does for several operations."""
        self.joint = joint
        return joint

    @cached_property
    def is_left_out(self) -> bool:
        """Whether no operation of a file stands for it, only Placeholders for what it gives."""
        return self.local and self.written_as is None

    @cached_property
    def input_names(self) -> tuple[str, ...]:
        """The names of the inputs, in order."""
        return tuple(arg.name for arg in self.inputs)

    @cached_property
    def written_places(self) -> tuple[int, ...]:
        """Which of the inputs it changes, as a whole or in part."""
        return tuple(map(self.input_names.index, (*self.updates, *self.writes_rows)))

    @cached_property
    def attr_kinds(self) -> tuple[tuple[str, str], ...]:
        """The names of the attributes, sorted, each with its kind."""
        return tuple((name, self.attrs[name].kind) for name in sorted(self.attrs))

    @cached_property
    def implied_attrs(self) -> frozenset[str]:
        """The attributes that follow from the inputs: their types, and how many there are."""
        named = ((arg.type_attr, arg.number_attr, arg.list_attr) for arg in self.inputs)
        return frozenset(attr for attrs in named for attr in attrs if attr)

    @cached_property
    def function_attrs(self) -> tuple[str, ...]:
        """The attributes that name functions, which the op calls: its bodies; an opaque op calls nothing here."""
        if self.opaque is not None:
            return ()
        return tuple(attr.name for attr in self.attrs.values() if attr.kind in ("func", "list(func)"))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The kernel itself, so that kernels of one family can use one another."""
        assert self.kernel is not None
        return self.kernel(*args, **kwargs)


OPS: Registry[OpDef] = Registry("op", told_by="estimator.ops")  # by name: that floor lies above this one

_ARG = re.compile(r"^\s*(\w+)\s*:\s*(?:(\w+)\s*\*\s*)?(\w+)(\[\])?\s*$")


@cache
def _parse_arg(text: str) -> Arg:
    match = _ARG.match(text)
    if match is None:
        raise ValueError(
            f"cannot read {text!r} in an op signature; write 'name: T', 'name: N * T' or 'name: types[]'."
        )
    name, number, type_name, is_list = match.groups()
    if is_list:
        return Arg(name, list_attr=type_name)
    fixed = getattr(dtypes, type_name, None)
    if isinstance(fixed, DType):
        return Arg(name, dtype=fixed, number_attr=number)
    return Arg(name, type_attr=type_name, number_attr=number)


def parse_signature(signature: str) -> tuple[tuple[Arg, ...], tuple[Arg, ...]]:
    """The inputs and outputs of ``"a: T, b: T -> product: T"``."""
    left, _, right = signature.partition("->")
    sides = [tuple(_parse_arg(arg) for arg in side.split(",") if arg.strip()) for side in (left, right)]
    return sides[0], sides[1]


def _implied_attrs(args: Sequence[Arg]) -> dict[str, AttrDef]:
    attrs: dict[str, AttrDef] = {}
    for arg in args:
        if arg.number_attr:
            attrs[arg.number_attr] = AttrDef(arg.number_attr, "int")
        if arg.type_attr:
            attrs[arg.type_attr] = AttrDef(arg.type_attr, "type")
        if arg.list_attr:
            attrs[arg.list_attr] = AttrDef(arg.list_attr, "list(type)")
    return attrs


def op(
    name: str,
    signature: str,
    *,
    shape: ShapeRule,
    attrs: Mapping[str, Any] | None = None,
    **traits: Any,
) -> Callable[[Kernel], OpDef]:
    """Decorator that declares the op whose kernel it decorates; see the module's text.

    Parameters
    ----------
    name : str
        TensorFlow's op type.
    signature : str
        ``"inputs -> outputs"``.
    shape : callable
        The shape rule: from a :class:`ShapeScope` to the output's Dims, or a list of them for
        several outputs.
    attrs : mapping, optional
        Attribute name to its default, or to its Python type if it has none.
    **traits
        Fields of :class:`OpDef`: effect, ufunc, view, recorded, apply, updates, writes_rows, host, local, framed,
        waits, exchanges, written_as, differentiable, slices, converts, joins, costly.
    """

    def declare(kernel: Kernel) -> OpDef:
        inputs, outputs = parse_signature(signature)
        declared = _implied_attrs([*inputs, *outputs])
        declared |= {key: _attr(key, spec) for key, spec in (attrs or {}).items()}
        code = kernel.__code__  # what inspect.signature would find, for hundreds of kernels, in no time
        parameters = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        definition = OpDef(
            name, inputs, outputs, declared, shape, kernel,
            kernel_attrs=tuple(key for key in parameters if key in declared),
            takes_run="run" in parameters, **traits,
        )  # fmt: skip
        definition.__doc__ = kernel.__doc__
        if definition.recorded:
            definition.emitter = emit_recorded
        return OPS.add(name, definition)

    return declare


def declare(
    name: str, signature: str, *, shape: ShapeRule, attrs: Mapping[str, Any] | None = None, **traits: Any
) -> OpDef:
    """Declare an op that only stands in files and is never run here (SaveV2, for example)."""
    inputs, outputs = parse_signature(signature)
    declared = _implied_attrs([*inputs, *outputs])
    declared |= {key: _attr(key, spec) for key, spec in (attrs or {}).items()}
    return OPS.add(name, OpDef(name, inputs, outputs, declared, shape, **traits))
