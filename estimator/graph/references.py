"""Graphs that keep their variables as references, rewritten to resources.

Before TensorFlow 2 a variable was a node whose output is a reference to its memory: whoever takes
it may read it, Assign and the optimizers' updates write through it and hand it on.
:func:`without_references` rewrites such nodes by one table, :data:`_RESOURCE_FORMS`, and keeps the
name of every tensor and operation::

    w       VariableV2                       w       VarHandleOp
    w/read  Identity(w)                      w/read  ReadVariableOp(w)
    up      AssignAdd(w, delta)              up/AssignAddVariableOp  AssignAddVariableOp(w, delta)
                                             up      ReadVariableOp(w, ^up/AssignAddVariableOp)

A session takes ``w:0`` for the variable's value in both forms. What waited for ``up`` waits for the
write, so the read under its name only runs where its value is asked for. A node that takes a
variable for its value gets a read of its own, which waits for what the node waits for. Branches and
loops of TensorFlow 1 pass handles instead of references::

    s       RefSwitch(w, p)                  s       Switch(w, p)
    up      Assign(s:1, value)               up/AssignVariableOp  AssignVariableOp(s:1, value)

Queues, readers and lookup tables of that time were references, too, to texts that named them. Their ops have the same
inputs and outputs as the later ones, whose names end in V2.

Source
------
tensorflow/core/ops/{state,training,resource_variable,data_flow,io,lookup}_ops.cc of TensorFlow 2.15
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any, TypeAlias

from estimator.core import dtypes
from estimator.core.errors import DataLossError
from estimator.formats import messages
from estimator.graph.handles import HANDLE_OPS
from estimator.graph.op import OPS

Message: TypeAlias = Any  # a class made at run time

_VARIABLES = frozenset(("Variable", "VariableV2"))

# Op on references -> its form for resources. ApplyX -> ResourceApplyX and the like go without saying.
_RESOURCE_FORMS = {
    "Assign": "AssignVariableOp",
    "AssignAdd": "AssignAddVariableOp",
    "AssignSub": "AssignSubVariableOp",
    "IsVariableInitialized": "VarIsInitializedOp",
    "Identity": "ReadVariableOp",
    "RefIdentity": "ReadVariableOp",
    "CountUpTo": "ResourceCountUpTo",
}
_UPDATES = ("Apply", "SparseApply", "Scatter")
# What passes a reference on through branches and loops -> as which outputs. A handle passes without the "Ref".
_ROUTES = {"RefSwitch": 2, "RefMerge": 1, "RefEnter": 1, "RefExit": 1, "RefNextIteration": 1}
# What these give is a value; the others write, and hand the reference on.
_READS = frozenset(("Identity", "RefIdentity", "IsVariableInitialized", "CountUpTo"))
_RENAMED_ATTRS = {"T": "dtype"}  # where the resource form has no T


def without_references(nodes: Iterable[Message], prefix: str = "") -> list[Message]:
    """The nodes with resource variables; the very same ones if there is no reference among them.

    Parameters
    ----------
    nodes : iterable of NodeDef
    prefix : str
        What will be put before their names, for the variables' names in the session.

    Raises
    ------
    DataLossError
        If references form a circle.
    """
    listed = _with_handles(list(nodes))
    if not any(node.op in _VARIABLES for node in listed):
        return listed
    return _Rewriting(listed, prefix).result()


def split_input(text: str) -> tuple[str, int | None]:
    """``"x"`` and ``"x:0"`` are output 0 of x, ``"^x"`` is x itself (no number)."""
    if text.startswith("^"):
        return text[1:], None
    name, colon, index = text.rpartition(":")
    return (name, int(index)) if colon and index.isdigit() else (text, 0)


def is_known(op: str) -> bool:
    """Whether nodes of that type can be added to a graph, as they are or in their resource form."""
    return (
        op in OPS
        or op in _VARIABLES
        or op in _ROUTES
        or _resource_form(op) is not None
        or _later_form(op) is not None
    )


def _later_form(op: str) -> str | None:
    """The op of that name with V2 behind it, if it takes or gives a handle where this one has a reference to a text."""
    later = f"{op}V2"
    if op in OPS or later not in OPS:
        return None
    definition = OPS.get(later)
    has_handle = any(arg.dtype is dtypes.resource for arg in (*definition.inputs, *definition.outputs))
    return later if has_handle else None


def _with_handles(nodes: list[Message]) -> list[Message]:
    """The nodes with handles of queues, readers and tables in place of references to them, through branches, too."""
    later = {node.name: form for node in nodes if (form := _later_form(node.op)) is not None}
    if not later:
        return nodes
    by_name = {node.name: node for node in nodes}
    makers = {name for name, form in later.items() if form in HANDLE_OPS}
    return [
        _as_op(node, later[node.name])
        if node.name in later
        else _as_op(node, node.op.removeprefix("Ref"), of_handles=True)
        if _passes_on(node, by_name, makers)
        else node
        for node in nodes
    ]


def _passes_on(node: Message | None, by_name: Mapping[str, Message], makers: Set[str]) -> bool:
    """Whether the node hands on, through a branch or a loop, what one of the makers gives."""
    seen: set[str] = set()
    while node is not None and node.op in _ROUTES and node.name not in seen:
        seen.add(node.name)
        first = split_input(node.input[0])[0]
        if first in makers:
            return True
        node = by_name.get(first)
    return False


def _as_op(node: Message, op: str, of_handles: bool = False) -> Message:
    made = messages.NodeDef()
    made.CopyFrom(node)
    made.op = op
    if of_handles:
        made.attr["T"].type = dtypes.resource.as_datatype_enum
    return made


def _resource_form(op: str) -> str | None:
    form = _RESOURCE_FORMS.get(op, f"Resource{op}" if op.startswith(_UPDATES) else "")
    return form if form in OPS else None


def _hands_on(op: str) -> bool:
    """Whether the op gives the reference it takes to whoever takes its output."""
    return op == "RefIdentity" or op in _ROUTES or (op not in _READS and _resource_form(op) is not None)


def _is_bare(op: str) -> bool:
    """Whether the reference that comes out of the op is a handle in its new form; of a write it becomes a read."""
    return op in _VARIABLES or op in _ROUTES


def _reference_outputs(op: str) -> range:
    """Which outputs of an op may be references."""
    return range(_ROUTES.get(op, 1))


class _Rewriting:
    """One graph being rewritten."""

    def __init__(self, nodes: list[Message], prefix: str) -> None:
        self._nodes = nodes
        self._prefix = prefix
        self._by_name = {node.name: node for node in nodes}
        self._taken = set(self._by_name)
        self._variables = {node.name: self._variable_of(node) for node in nodes}
        self._writes = {node.name: self._write_name(node) for node in nodes if self._is_write(node)}
        self._made: list[Message] = []

    def result(self) -> list[Message]:
        """All nodes in their new form."""
        for node in self._nodes:
            if node.op in _VARIABLES:
                self._made.append(self._handle(node))
            elif node.op in _ROUTES and self._variables[node.name] is not None:
                self._reroute(node)
            elif self._variables[node.name] is not None and _resource_form(node.op) is not None:
                self._rewrite(node)
            else:
                self._made.append(self._with_values(node))
        return self._made

    # -- what stands behind a node ---------------------------------------------------------------------------------

    def _variable_of(self, node: Message) -> str | None:
        """The variable that the node is, or takes as its first input, directly or from an op that hands it on."""
        seen: set[str] = set()
        while node.op not in _VARIABLES:
            first, index = split_input(node.input[0]) if node.input else ("", None)
            taken = self._by_name.get(first)
            if (
                taken is None
                or index not in _reference_outputs(taken.op)
                or (seen and not _hands_on(node.op))
            ):
                return None
            if node.name in seen:
                raise DataLossError(f"the node {node.name!r} depends on itself, by way of {first!r}.")
            seen.add(node.name)
            node = taken
        return str(node.name)

    def _is_reference(self, name: str, index: int | None) -> bool:
        """Whether that output is a reference to a variable."""
        node = self._by_name.get(name)
        if node is None or index not in _reference_outputs(node.op) or self._variables[name] is None:
            return False
        return _is_bare(node.op) or node.op == "RefIdentity" or name in self._writes

    def _is_write(self, node: Message) -> bool:
        is_rewritten = self._variables[node.name] is not None and _resource_form(node.op) is not None
        return is_rewritten and node.op not in _VARIABLES and node.op not in _READS

    def _write_name(self, node: Message) -> str:
        return self._free_name(f"{node.name}/{_resource_form(node.op)}")

    def _free_name(self, stem: str) -> str:
        name, number = stem, 0
        while name in self._taken:
            number += 1
            name = f"{stem}_{number}"
        self._taken.add(name)
        return name

    # -- the new nodes -----------------------------------------------------------------------------------------------

    def _handle(self, node: Message) -> Message:
        made = messages.NodeDef(name=node.name, op="VarHandleOp", device=node.device)
        for key in ("dtype", "shape", "container"):
            if key in node.attr:
                made.attr[key].CopyFrom(node.attr[key])
        own = f"{self._prefix.rstrip('/')}/{node.name}" if self._prefix else node.name
        shared = node.attr["shared_name"].s if "shared_name" in node.attr else b""
        made.attr["shared_name"].s = shared or own.encode()
        made.input.extend(self._controls(node))
        return made

    def _rewrite(self, node: Message) -> None:
        """Add the resource form of an op that takes a reference; of a write also the read that bears its name."""
        form = str(_resource_form(node.op))
        name = self._writes.get(node.name, node.name)
        inputs, waits = self._inputs(node, self._number_of_references(form))
        made = messages.NodeDef(name=name, op=form, device=node.device, input=[*inputs, *waits])
        known = OPS.get(form).attrs
        for key, value in node.attr.items():
            key = key if key in known else _RENAMED_ATTRS.get(key, key)
            if key in known:
                made.attr[key].CopyFrom(value)
        self._made.append(made)
        if node.name in self._writes:
            self._made.append(self._read(node.name, inputs[0], [f"^{name}"]))

    @staticmethod
    def _number_of_references(form: str) -> int:
        return sum(arg.dtype is dtypes.resource for arg in OPS.get(form).inputs)

    def _inputs(self, node: Message, num_references: int) -> tuple[list[str], list[str]]:
        """The data inputs, of which the first so many are handles, and the control inputs."""
        data: list[str] = []
        controls = dict.fromkeys(self._controls(node))
        for position, text in enumerate(given for given in node.input if not given.startswith("^")):
            name, index = split_input(text)
            if position < num_references and self._is_reference(name, index):
                data.append(self._handle_of(text))
                if name in self._writes:
                    controls[f"^{self._writes[name]}"] = None
            else:
                data.append(self._value(node, text))
        return data, list(controls)

    def _handle_of(self, text: str) -> str:
        """The tensor that is the handle where this is a reference: before whatever has written and handed it on."""
        node = self._by_name[split_input(text)[0]]
        while not _is_bare(node.op):
            text = node.input[0]
            node = self._by_name[split_input(text)[0]]
        return node.name if node.op in _VARIABLES else text

    def _controls(self, node: Message) -> list[str]:
        found = (given[1:] for given in node.input if given.startswith("^"))
        return [f"^{self._writes.get(name, name)}" for name in found]

    def _value(self, node: Message, text: str) -> str:
        """The input as a value: what a write hands on is the read of its name, a variable needs a read."""
        name, index = split_input(text)
        if not self._is_reference(name, index) or not _is_bare(self._by_name[name].op):
            return text
        stem = f"{node.name}/{name.rpartition('/')[2]}/ReadVariableOp"
        read = self._read(self._free_name(stem), self._handle_of(text), self._controls(node))
        self._made.append(read)
        return str(read.name)

    def _with_values(self, node: Message) -> Message:
        inputs, waits = self._inputs(node, 0)
        if [*inputs, *waits] == list(node.input):
            return node
        made = messages.NodeDef()
        made.CopyFrom(node)
        del made.input[:]
        made.input.extend([*inputs, *waits])
        return made

    def _read(self, name: str, handle: str, controls: list[str]) -> Message:
        made = messages.NodeDef(name=name, op="ReadVariableOp", input=[handle, *controls])
        variable = self._by_name[str(self._variables[split_input(handle)[0]])]
        made.attr["dtype"].CopyFrom(variable.attr["dtype"])
        return made

    def _reroute(self, node: Message) -> None:
        """Add what passes the handle on instead of the reference."""
        inputs, waits = self._inputs(node, len(node.input) if node.op == "RefMerge" else 1)
        made = messages.NodeDef()
        made.CopyFrom(node)
        made.op = node.op.removeprefix("Ref")
        made.input[:] = [*inputs, *waits]
        made.attr["T"].type = dtypes.resource.as_datatype_enum
        self._made.append(made)


def variable_behind(by_name: Mapping[str, Message], text: str) -> str | None:
    """The name of the variable whose value the tensor is: it is the variable or a plain read of it."""
    name, _ = split_input(text)
    for _ in range(8):  # a read, and the identities that devices and slices put around it
        node = by_name.get(name)
        if node is None or node.op in _VARIABLES or node.op == "VarHandleOp":
            return None if node is None else name
        if node.op not in ("ReadVariableOp", "Identity") or not node.input:
            return None
        name, _ = split_input(node.input[0])
    return None
