"""The table that ``model.summary()`` prints.

Source: its form is that of keras/utils/layer_utils.py, Keras 2.15, character for character.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from estimator.core.named_tuple import NamedTuple
from estimator.core.registry import did_you_mean
from estimator.keras.nodes import history_of, inbound_nodes

_ENDS = ("),", "},", "],", "',")  # a field is broken behind one of these, where it has one
_UNITS = ("Byte", "KB", "MB", "GB", "TB", "PB")


class Columns(NamedTuple):
    """The columns of the table.

    Parameters
    ----------
    width : int
        Of a line.
    ends : list of int
        Where each column ends.
    titles : list of str
    """

    width: int
    ends: list[int]
    titles: list[str]


def summary(
    model: Any,
    line_length: int | None = None,
    positions: Sequence[float] | None = None,
    print_fn: Callable[[str], Any] | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: Sequence[str] | None = None,
) -> None:
    """Print the layers of a model with the shapes of their outputs and their numbers of parameters.

    Parameters
    ----------
    model : Model
    line_length : int, optional
    positions : sequence of float, optional
        Where columns end: parts of the line, or numbers of characters.
    print_fn : callable, optional
        Gets each line; by default it is printed.
    expand_nested : bool
        Whether layers of inner models are listed.
    show_trainable : bool
        Whether a column says which layers are trained.
    layer_range : two str, optional
        Patterns of the names of the first and last layer that are listed.

    Raises
    ------
    ValueError
        If the model is not built yet, or no layer has a name of `layer_range`.
    """
    if not model.built:
        raise ValueError(
            "This model has not yet been built. Build the model first by calling `build()` or by calling the model on "
            "a batch of data."
        )
    network: Any = getattr(model, "network", None)
    is_line = network is None or _is_line(model, network)
    columns = _columns(is_line, line_length, positions, show_trainable)
    rows = _Rows(columns, [] if is_line else network.nodes, expand_nested, show_trainable)
    layers = model.layers[_range(model.layers, layer_range)]
    lines = [
        f'Model: "{model.name}"', "_" * columns.width, *rows.fields(columns.titles), "=" * columns.width,
        *(line for layer in layers for line in rows.layer(layer)), "=" * columns.width,
        *_totals(model), "_" * columns.width,
    ]  # fmt: skip
    for line in lines:
        (print_fn or _print)(line)


def _print(line: str) -> None:
    import sys

    sys.stdout.write(f"{line}\n")


def _is_line(model: Any, network: Any) -> bool:
    """Whether each layer has one input, the layer before it: what is connected to what need not be said."""
    if type(model).__name__ == "Sequential":
        return True
    depths = list(network.depths.values())
    if len(set(depths)) < len(depths) or any(len(node.keras_inputs) > 1 for node in network.nodes):
        return False
    calls = [node.layer for node in network.nodes]
    return all(calls.count(layer) == 1 for layer in calls)


def _columns(
    is_line: bool, line_length: int | None, positions: Sequence[float] | None, show_trainable: bool
) -> Columns:
    width = line_length or (65 if is_line else 98)
    ends = list(positions or ((0.45, 0.85, 1.0) if is_line else (0.3, 0.6, 0.7, 1.0)))
    if ends[-1] <= 1:
        ends = [int(width * end) for end in ends]
    titles = ["Layer (type)", "Output Shape", "Param #"] + ([] if is_line else ["Connected to"])
    if show_trainable:
        width += 11
        return Columns(width, [*map(int, ends), width], [*titles, "Trainable"])
    return Columns(width, [*map(int, ends)], titles)


def _range(layers: Sequence[Any], patterns: Sequence[str] | None) -> slice:
    if patterns is None:
        return slice(None)
    if len(patterns) != 2 or not all(isinstance(pattern, str) for pattern in patterns):
        raise ValueError(
            f"layer_range must be two texts, the names of the first and the last layer, given: {patterns!r}."
        )
    names = [layer.name for layer in layers]
    first, last = (
        [place for place, name in enumerate(names) if re.match(pattern, name)] for pattern in patterns
    )
    if not first or not last:
        wrong = patterns[0] if not first else patterns[1]
        raise ValueError(
            f"layer_range {list(patterns)!r}: no layer of the model is called {wrong!r}.{did_you_mean(wrong, names)} "
            f"It has: {', '.join(names)}."
        )
    if min(first) > max(last):
        return slice(min(last), max(first) + 1)
    return slice(min(first), max(last) + 1)


class _Rows:
    """The lines of layers."""

    def __init__(
        self, columns: Columns, nodes: Iterable[Any], expand_nested: bool, show_trainable: bool
    ) -> None:
        self._columns = columns
        self._nodes = frozenset(nodes)  # none where connections are not told
        self._expand, self._show_trainable = expand_nested, show_trainable

    def layer(self, layer: Any, level: int = 0, is_last: bool = False) -> list[str]:
        """The lines of a layer, with those of the layers in it if they are wanted."""
        bars, width = "|" * level, self._columns.width - 2 * level
        told = [f"{layer.name} ({type(layer).__name__})", _output_shape(layer), self._params(layer)]
        if self._nodes:
            told.append(self._connections(layer))
        lines = self.fields([*told, *(["NY"[layer.trainable]] if self._show_trainable else [])], level)
        inner = getattr(layer, "layers", None) if self._expand else None
        if inner:
            lines.append(f"|{bars}{'¯' * (width - 2)}|{bars}")
            for place, part in enumerate(inner):
                lines += self.layer(part, level + 1, is_last=place == len(inner) - 1)
            lines.append(f"{bars}{'¯' * width}{bars}")
        return lines if is_last or inner else [*lines, f"{bars}{' ' * width}{bars}"]

    def _params(self, layer: Any) -> Any:
        if not self._nodes and not layer.built and getattr(layer, "network", None) is None:
            return "0 (unused)"
        return layer.count_params()

    def _connections(self, layer: Any) -> list[str]:
        """What the layer was called on, in this model."""
        histories = [
            history_of(tensor)
            for node in inbound_nodes(layer)
            if node in self._nodes
            for tensor in node.keras_inputs
        ]
        return [f"{one.layer.name}[{one.node_index}][{one.tensor_index}]" for one in histories]

    def fields(self, fields: Sequence[Any], level: int = 0) -> list[str]:
        """The lines of a row: what does not fit into its column goes on in the next line."""
        left, lines = [str(field) for field in fields], []
        while any(left):
            line = ""
            for column, text in enumerate(left):
                shown = text[: self._room(column, level, text)]
                left[column] = text[len(shown) :]
                line += ("|" * level + " " if column == 0 else "") + shown
                is_last = column == len(self._columns.ends) - 1
                line += "" if is_last else "  "
                line += " " * (self._columns.ends[column] - len(line) - (level if is_last else 0))
            lines.append(line + "|" * level)
        return lines

    def _room(self, column: int, level: int, text: str) -> int:
        """How many characters of a text go into a column."""
        ends = self._columns.ends
        room = ends[column] - (ends[column - 1] if column else 0)
        room -= (
            0 if column == len(ends) - 1 else 3
        )  # two blanks between columns, and one that they begin with
        room -= level if column == 0 else 0
        breaks = [text[:room].find(end) + len(end) for end in _ENDS if end in text[:room]]
        return min(breaks, default=room)


def _output_shape(layer: Any) -> Any:
    try:
        return layer.output_shape
    except AttributeError:
        return "multiple"


def _totals(model: Any) -> list[str]:
    trained, frozen = _size(model.trainable_weights), _size(model.non_trainable_weights)
    return [
        f"Total params: {trained[0] + frozen[0]} ({_readable(trained[1] + frozen[1])})",
        f"Trainable params: {trained[0]} ({_readable(trained[1])})",
        f"Non-trainable params: {frozen[0]} ({_readable(frozen[1])})",
    ]


def _size(weights: Iterable[Any]) -> tuple[int, int]:
    """How many numbers the weights hold, and in how many bytes."""
    counts = [
        (math.prod(size or 0 for size in weight.shape.as_list()), weight.dtype.size) for weight in weights
    ]
    return sum(count for count, _ in counts), sum(count * size for count, size in counts)


def _readable(number: float) -> str:
    for unit in _UNITS:
        if number < 1024:
            return f"{number:.2f} {unit}"
        number /= 1024
    return f"{number:.2f} {_UNITS[-1]}"
