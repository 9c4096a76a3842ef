"""A layer on each side, and which tensors of one are which of the other.

A layer is the tensors with a common path: ``encoder.fc.weight`` and ``encoder.fc.bias`` in PyTorch,
``encoder/fc/kernel`` and ``encoder/fc/bias`` here. Each layer and direction of PyTorch's recurrent modules is one here:
``rnn.l1_reverse``; where there is one only, it is called as the module is.

What a part is, tells its name: ``kernel`` is turned round, ``embeddings`` is not. Where neither names nor shapes tell,
nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np

from estimator.core.frozen import frozen
from estimator.core.named_tuple import NamedTuple
from estimator.exchange.forms import AsIs, Cell, Depthwise, Flattened, Form, Gru, Recurrent, Turned
from estimator.exchange.held import Shape

_RECURRENT = re.compile(r"(?P<part>(?:weight|bias)_(?:ih|hh|hr))(?:_(?P<layer>l\d+(?:_reverse)?))?")
RECURRENT_PARTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
OF_BATCHES = "num_batches_tracked"  # how many batches PyTorch's batch norm has seen; nobody else counts them

KERNELS = ("kernel", "pointwise_kernel", "weights", "W", "w")
_TABLES = ("embeddings", "embedding_weights", "embedding", "table")
_NORMS = ("gamma", "alpha")
DEPTHWISE = "depthwise_kernel"

# a part of a layer of PyTorch's to what it may be called here, the usual name first
PARTS = {
    "weight": (*KERNELS, DEPTHWISE, *_TABLES, *_NORMS, "weight"),
    "bias": ("bias", "biases", "beta", "b"),
    "running_mean": ("moving_mean",),
    "running_var": ("moving_variance",),
}


class Layer(NamedTuple):
    """Tensors with a common path.

    Attributes
    ----------
    name : str
    tensors : dict
        What is the tensor's own in its name, to the whole name.
    """

    name: str
    tensors: dict[str, str]


@frozen
class Piece:
    """Tensors that are converted together.

    Attributes
    ----------
    torch, ours : tuple of str
        Their names on both sides.
    form : Form
    """

    torch: tuple[str, ...]
    ours: tuple[str, ...]
    form: Form


class Advice(NamedTuple):
    """What people say of layers, beyond their names.

    Attributes
    ----------
    flatten : dict
        Layer of PyTorch's to the features that are flattened in front of it; () where nothing is.
    forget_bias : float
        What LSTM cells add to their forget gate.
    """

    flatten: Mapping[str, tuple[int, ...]]
    forget_bias: float = 1.0


class Unfit(ValueError):
    """Two layers are not the same; the text says why."""


def torch_layers(names: Iterable[str]) -> list[Layer]:
    """The layers of a state dict, in its order."""
    found: dict[str, dict[str, str]] = {}
    for name in names:
        path, _, part = name.rpartition(".")
        match = _RECURRENT.fullmatch(part)
        if match is None:
            found.setdefault(path, {})[part] = name
        else:
            found.setdefault(joined(path, match["layer"] or ""), {})[match["part"]] = name
    alone = {layer: layer.removesuffix("l0").removesuffix(".") for layer in found if _is_alone(layer, found)}
    return [Layer(alone.get(layer, layer), parts) for layer, parts in found.items()]


def joined(path: str, last: str) -> str:
    return f"{path}.{last}" if path and last else path or last


def _is_alone(layer: str, layers: Iterable[str]) -> bool:
    """Whether it is the only one of a recurrent module, and nothing else has the module's name."""
    path, _, last = layer.rpartition(".")
    others = (joined(path, "l0_reverse"), joined(path, "l1"), path)
    return last == "l0" and not set(others) & set(layers)


def our_layers(names: Iterable[str]) -> list[Layer]:
    """The layers of a checkpoint's variables, numbers in their names in order."""
    found: dict[str, dict[str, str]] = {}
    for name in names:
        path, _, part = name.rpartition("/")
        found.setdefault(path, {})[part] = name
    return [Layer(path, found[path]) for path in sorted(found, key=_natural)]


def _natural(name: str) -> list[tuple[str, int]]:
    pieces = re.findall(r"(\D*)(\d*)", name)
    return [(text, int(number or 0)) for text, number in pieces]


def counts_batches(name: str) -> bool:
    """Whether a tensor of PyTorch's is a count that nobody else has."""
    return name.rpartition(".")[2] == OF_BATCHES


def pair(
    torch: Layer, ours: Layer, shapes: Mapping[str, Shape], our_shapes: Mapping[str, Shape], advice: Advice
) -> list[Piece]:
    """The tensors of a layer of PyTorch's and of one here, side by side.

    Raises
    ------
    Unfit
        If they are not the same layer.
    """
    if is_recurrent(torch):
        pieces = [_recurrent(torch, ours, shapes, our_shapes, advice)]
    else:
        pieces = _plain(torch, ours, shapes, our_shapes, advice)
    rest = [name for name in ours.tensors.values() if not any(name in piece.ours for piece in pieces)]
    if rest:
        raise Unfit(
            f"{', '.join(rest)} of {ours.name!r} is nothing in {torch.name!r} ({told(torch, shapes)})"
        )
    for piece in pieces:
        check(piece, shapes, our_shapes)
    return pieces


def check(piece: Piece, shapes: Mapping[str, Shape], our_shapes: Mapping[str, Shape]) -> None:
    """Compare the shapes of a piece on both sides.

    Raises
    ------
    Unfit
        If they differ.
    """
    given = [stand_in(shapes[name]) for name in piece.torch]
    try:
        found = [array.shape for array in piece.form.ours(given)]
    except ValueError as error:
        raise Unfit(f"{', '.join(piece.torch)}: {error}") from None
    wanted = [our_shapes[name] for name in piece.ours]
    if found != wanted:
        here = ", ".join(f"{name} {shape}" for name, shape in zip(piece.ours, wanted, strict=True))
        there = ", ".join(f"{name} {shapes[name]}" for name in piece.torch)
        raise Unfit(f"{there} gives {', '.join(map(str, found))} ({piece.form.kind}), and {here} is wanted")


def stand_in(shape: Shape) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """An array of a shape, of which no more than one number is in memory."""
    return np.broadcast_to(np.float32(0), shape)


def told(layer: Layer, shapes: Mapping[str, Shape]) -> str:
    return ", ".join(f"{part} {shapes[name]}" for part, name in layer.tensors.items())


def is_recurrent(layer: Layer) -> bool:
    return any(_RECURRENT.fullmatch(part) for part in layer.tensors)


def _recurrent(
    torch: Layer, ours: Layer, shapes: Mapping[str, Shape], our_shapes: Mapping[str, Shape], advice: Advice
) -> Piece:
    names = tuple(torch.tensors[part] for part in RECURRENT_PARTS if part in torch.tensors)
    if not {"weight_ih", "weight_hh"} <= torch.tensors.keys() or len(names) != len(torch.tensors):
        raise Unfit(f"{torch.name!r} ({told(torch, shapes)}) is a recurrent layer that nothing here is like")
    gates, rest = divmod(shapes[names[0]][0], shapes[names[1]][-1])
    is_layer = "recurrent_kernel" in ours.tensors
    parts = ["kernel", "recurrent_kernel", "bias"] if is_layer else ["kernel", "bias"]
    own = tuple(ours.tensors[part] for part in parts if part in ours.tensors)
    has_bias = len(names) == len(RECURRENT_PARTS)
    if rest or "kernel" not in ours.tensors or has_bias != ("bias" in ours.tensors):
        raise Unfit(f"{torch.name!r} ({told(torch, shapes)}) is not {ours.name!r} ({told(ours, our_shapes)})")
    if gates == 3:
        demand_reset_after(torch, ours, our_shapes, is_layer)
        return Piece(names, own, Gru())
    return Piece(names, own, Recurrent() if is_layer else Cell(gates, advice.forget_bias))


def demand_reset_after(torch: Layer, ours: Layer, our_shapes: Mapping[str, Shape], is_layer: bool) -> None:
    bias = ours.tensors.get("bias")
    if not is_layer or (bias is not None and len(our_shapes[bias]) != 2):
        raise Unfit(
            f"{torch.name!r} is a GRU that resets after the product, and {ours.name!r} one that resets before it: no "
            "weights make them the same. Use a GRU with reset_after=True"
        )


def _plain(
    torch: Layer, ours: Layer, shapes: Mapping[str, Shape], our_shapes: Mapping[str, Shape], advice: Advice
) -> list[Piece]:
    pieces: list[Piece] = []
    for part, name in torch.tensors.items():
        if part == OF_BATCHES:
            continue
        taken = {own for piece in pieces for own in piece.ours}
        candidates = [
            own for own in (*PARTS.get(part, ()), part) if ours.tensors.get(own) not in (None, *taken)
        ]
        if part == "bias" and "kernel" not in ours.tensors:  # of a norm
            candidates.sort(key=lambda own: own != "beta")
        if not candidates and len(torch.tensors) == len(ours.tensors) == 1:  # whatever it is called
            candidates = [*ours.tensors]
        if not candidates:
            raise Unfit(f"{name} {shapes[name]} is nothing in {ours.name!r} ({told(ours, our_shapes)})")
        own = ours.tensors[candidates[0]]
        form = form_of(name, candidates[0], shapes[name], our_shapes[own], advice.flatten.get(torch.name))
        pieces.append(Piece((name,), (own,), form))
    return pieces


def form_of(
    name: str, own_part: str, shape: Shape, own: Shape, flatten: tuple[int, ...] | None = None
) -> Form:
    """How one tensor lies on both sides, by the name that it has here.

    Raises
    ------
    Unfit
        If name and shapes do not tell.
    """
    if len(shape) < 2 or own_part in (*_TABLES, *_NORMS):
        return AsIs()
    if own_part == DEPTHWISE:
        return Depthwise(own[-1])
    if flatten and len(shape) == 2:
        return Flattened(flatten)
    if own_part in KERNELS or own_part.endswith("kernel"):
        return Turned()
    turned = (*shape[2:], shape[1], shape[0])
    if name.rpartition(".")[2] != "weight" or own != turned:
        return AsIs()
    if shape != turned:
        return Turned()
    raise Unfit(
        f"{name} {shape} may be the weight of a dense layer or a table, and the name {own_part!r} does not tell which: "
        f"call it 'kernel' or 'embeddings' here"
    )
