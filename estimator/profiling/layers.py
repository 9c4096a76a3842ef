"""What the layers of a model hold and cost, from its graph.

A layer is a scope that has variables of its own. What lies beside those (pooling, dropout, a loss) is a row of its own,
called after its scope. The gradients of a layer count to it, and a loop to the cell that it runs; what belongs to
nobody, such as an optimizer, is a last row. Floating point operations are counted as TensorFlow's profiler does
(:mod:`estimator.profiling.flops`), but a loop by its rounds.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Sequence
from typing import Any

from estimator.core.frozen import frozen
from estimator.core.shapes import show
from estimator.core.shown import shown_bytes
from estimator.graph.handles import handle_dims
from estimator.graph.tensor import Operation, Tensor
from estimator.profiling.costs import Cost, parts_of
from estimator.profiling.scopes import amount
from estimator.runtime.order import prune

_GRADIENT = re.compile(r"(?:.*/)?gradients(?:_\d+)?/(.+?)_grad(?:/.*)?")
_PART = re.compile(r"/part_\d+\Z")
_OTHERS = "(others)"
_INPUT = ("IteratorGetNext", "Placeholder", "Const", "VarHandleOp", "VariableV2", "ReadVariableOp", "NoOp")


@frozen
class LayerSummary:
    """A layer, or another part of a model.

    Attributes
    ----------
    name : str
        The scope.
    output_shape : tuple of (int or None), or None
        Of what leaves it last; None if its rank is not known, or nothing leaves it.
    parameters, trainable_parameters : int
        How many numbers its variables hold, and those of them that are trained.
    parameter_bytes : int
    float_ops : int
        Floating point operations of the loss, for one batch.
    training_float_ops : int
        Those of a training step: the loss, its gradients and the update.
    """

    name: str
    output_shape: tuple[int | None, ...] | None
    parameters: int
    trainable_parameters: int
    parameter_bytes: int
    float_ops: int
    training_float_ops: int


@frozen
class ModelSummary:
    """A model on one batch. As text it is a table.

    Attributes
    ----------
    name : str
        The class of the Estimator.
    batch_size : int or None
    layers : tuple of LayerSummary
        In the order in which the batch passes them.
    optimizer_bytes : int
        What the optimizer keeps beside the parameters.
    is_complete : bool
        Whether the sizes of all that is counted are known; if not, there are more operations than are counted.
    """

    name: str
    batch_size: int | None
    layers: tuple[LayerSummary, ...]
    optimizer_bytes: int
    is_complete: bool

    @property
    def parameters(self) -> int:
        """How many numbers the model has learned, or is to."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def trainable_parameters(self) -> int:
        """Those of them that are trained."""
        return sum(layer.trainable_parameters for layer in self.layers)

    @property
    def parameter_bytes(self) -> int:
        """How many bytes they have."""
        return sum(layer.parameter_bytes for layer in self.layers)

    @property
    def float_ops(self) -> int:
        """Floating point operations of the loss, for one batch."""
        return sum(layer.float_ops for layer in self.layers)

    @property
    def training_float_ops(self) -> int:
        """Floating point operations of a training step."""
        return sum(layer.training_float_ops for layer in self.layers)

    def __str__(self) -> str:
        head = ("layer", "output", "parameters", "bytes", "FLOPs", "a step")
        rows = [_row(layer) for layer in self.layers]
        total = (
            "in all", "", f"{self.parameters:,}", shown_bytes(self.parameter_bytes),
            amount(self.float_ops), amount(self.training_float_ops),
        )  # fmt: skip
        widths = [max(map(len, column)) for column in zip(head, *rows, total, strict=True)]
        rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
        lines = [_line(cells, widths) for cells in (head, *rows, total)]
        batch = "a batch" if self.batch_size is None else f"a batch of {self.batch_size}"
        fixed = self.parameters - self.trainable_parameters
        more = "" if self.is_complete else " Some sizes only a run tells: what has them is not counted."
        return "\n".join(
            [
                f"{self.name}, {batch}",
                rule, lines[0], rule, *lines[1:-1], rule, lines[-1],
                f"{self.trainable_parameters:,} parameters are trained, {fixed:,} are not; the optimizer keeps "
                f"{shown_bytes(self.optimizer_bytes)}.{more}",
            ]
        )  # fmt: skip

    def __repr__(self) -> str:
        return str(self)  # what a console shows of it


def _row(layer: LayerSummary) -> tuple[str, ...]:
    return (
        layer.name, "" if layer.output_shape is None else show(layer.output_shape), f"{layer.parameters:,}",
        shown_bytes(layer.parameter_bytes), amount(layer.float_ops), amount(layer.training_float_ops),
    )  # fmt: skip


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, second, *numbers = (
        cell.ljust(width) if place < 2 else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join((first, second, *numbers)).rstrip()


def summarised(
    name: str,
    batch_size: int | None,
    loss: Tensor,
    train_op: Any,
    weights: Iterable[Any],
    state: Iterable[Any],
) -> ModelSummary:
    """The summary of a graph.

    Parameters
    ----------
    name : str
    batch_size : int or None
    loss : Tensor
    train_op : Operation or Tensor
    weights, state : iterable of Variable
        Those of the model, and those that the optimizer keeps.
    """
    found = _Layers(list(weights))
    forward = prune([loss.op], frozenset())
    for op in forward:
        found.add(op, is_forward=True)
    done = set(forward)
    for op in prune([getattr(train_op, "op", train_op), loss.op], frozenset()):
        if op not in done:
            found.add(op, is_forward=False)
    layers = tuple(found.layers(forward))
    bytes_kept = sum(_size(variable) * variable.dtype.size for variable in state)
    return ModelSummary(name, batch_size, layers, bytes_kept, found.is_complete)


class _Layers:
    """The layers, by their scopes, as operations are added.

    Parameters
    ----------
    weights : list of Variable
    """

    def __init__(self, weights: list[Any]) -> None:
        self._weights: dict[str, list[Any]] = {}
        for variable in weights:
            path = _PART.sub("", variable.op.name)
            self._weights.setdefault(path.rpartition("/")[0] or path, []).append(variable)
        self._handles = {
            variable.handle: layer for layer, variables in self._weights.items() for variable in variables
        }
        self._above = {scope for layer in self._weights for scope in _scopes(layer)}
        self._forward: dict[str, Cost] = {}
        self._training: dict[str, Cost] = {}
        self._members: dict[str, set[Operation]] = {}
        self.is_complete = True

    def add(self, op: Operation, is_forward: bool) -> None:
        """Count an operation and what it calls."""
        for part, cost in parts_of(op):
            row = self._row_of(op, part)
            self.is_complete &= cost.is_complete
            self._training[row] = self._training.get(row, Cost()) + cost
            if is_forward:
                self._forward[row] = self._forward.get(row, Cost()) + cost
                if op.type not in _INPUT:
                    self._members.setdefault(row, set()).add(op)

    def _row_of(self, op: Operation, part: Operation) -> str:
        """The layer of an operation, or of what it calls."""
        gradient = _GRADIENT.fullmatch(op.name)
        name = gradient[1] if gradient else op.name
        if part is not op:
            inside = _GRADIENT.fullmatch(part.name)
            cell = self._cell(name, inside[1] if inside else re.sub(r"_grad(/.*)?\Z", "", part.name))
            if cell is not None:
                return cell
        return self._scope_of(name) or self._read_by(op) or self._only_below(name) or _OTHERS

    def _read_by(self, op: Operation) -> str | None:
        """The layer whose variable an operation reads, as a lookup does that is in no scope."""
        layers = [self._handles[tensor] for tensor in op.inputs if tensor in self._handles]
        return layers[0] if len(layers) == 1 else None

    def _only_below(self, name: str) -> str | None:
        """The layer of an operation beside which there is just that one, such as what turns the batch for a loop."""
        around = name.rpartition("/")[0]
        below = [layer for layer in self._weights if around and f"{layer}/".startswith(f"{around}/")]
        return below[0] if len(below) == 1 else None

    def _cell(self, loop: str, part: str) -> str | None:
        """The layer that a loop runs: one of the loop's scope, told by the names inside if there are several."""
        scope = part.rpartition("/")[0]
        for around in reversed(_scopes(loop)):
            below = [layer for layer in self._weights if f"{layer}/".startswith(f"{around}/")]
            named = [layer for layer in below if scope and f"/{scope}/" in f"/{layer}/"]
            if below:
                return self._merged(named or below)
        return None

    def _merged(self, layers: Sequence[str]) -> str:
        """The one layer, or what several have become together: the gates of a cell are one."""
        if len(layers) == 1:
            return layers[0]
        together = os.path.commonprefix([layer.split("/") for layer in layers])
        name = "/".join(together)
        if not name:
            return _OTHERS
        variables = [variable for layer in layers for variable in self._weights.pop(layer)]
        self._weights[name] = variables
        self._handles |= dict.fromkeys((variable.handle for variable in variables), name)
        self._above |= set(_scopes(name))
        return name

    def _scope_of(self, name: str) -> str:
        """The innermost layer around a name, else the outermost scope that is not around a layer as well."""
        scopes = _scopes(name)
        layers = [scope for scope in scopes if scope in self._weights]
        if name in self._weights:
            return name
        if layers:
            return layers[-1]
        return next((scope for scope in scopes if scope not in self._above), "")

    def layers(self, forward: Sequence[Operation]) -> list[LayerSummary]:
        """A row for everything that holds or costs something, in the order of the operations."""
        order = {row: min(op.index for op in members) for row, members in self._members.items() if members}
        rows = {*self._weights, *(row for row, cost in self._training.items() if cost.float_ops)}
        last = max((op.index for op in forward), default=0) + 1
        ordered = sorted(rows - {_OTHERS}, key=lambda row: (order.get(row, last), row))
        return [self._summary(row, forward) for row in [*ordered, *rows & {_OTHERS}]]

    def _summary(self, row: str, forward: Sequence[Operation]) -> LayerSummary:
        variables = self._weights.get(row, [])
        sizes = [(_size(variable), variable) for variable in variables]
        return LayerSummary(
            row,
            None if row == _OTHERS else self._output_shape(row, forward),
            sum(size for size, _ in sizes),
            sum(size for size, variable in sizes if variable.trainable),
            sum(size * variable.dtype.size for size, variable in sizes),
            self._forward.get(row, Cost()).float_ops,
            self._training.get(row, Cost()).float_ops,
        )

    def _output_shape(self, row: str, forward: Sequence[Operation]) -> tuple[int | None, ...] | None:
        """Of the last tensor that something outside of the layer takes."""
        members = self._members.get(row, set())
        taken = [
            tensor
            for op in forward
            if op not in members and self._row_of(op, op) != row
            for tensor in op.inputs
            if tensor.op in members and tensor.dtype.is_floating
        ]
        last = max(taken, key=lambda tensor: tensor.op.index, default=None)
        return None if last is None else last.dims


def _scopes(name: str) -> list[str]:
    """The scopes around a name, the outermost first."""
    parts = name.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def _size(variable: Any) -> int:
    dims = handle_dims(variable.handle) if hasattr(variable, "handle") else tuple(variable.shape.as_list())
    return math.prod(size or 0 for size in dims or ())
