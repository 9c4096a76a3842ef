"""The other side of a layer where nobody has said what is there: what it would be, under a name that is given.

Our layers are called as Keras calls their parts, PyTorch's as its modules do. What may be several things is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from estimator.exchange.forms import Cell, Form, Gru, Recurrent
from estimator.exchange.held import Shape
from estimator.exchange.pairing import (
    DEPTHWISE,
    KERNELS,
    OF_BATCHES,
    PARTS,
    RECURRENT_PARTS,
    Layer,
    Unfit,
    is_recurrent,
    stand_in,
    told,
    torch_layers,
)

_TORCH_PARTS = {ours: torch for torch, names in PARTS.items() for ours in names}
_OUR_PARTS = ("kernel", "recurrent_kernel", "bias")  # of recurrent layers
_CELL = re.compile(r"(?:basic_)?(?P<kind>lstm|rnn)(?:_block)?_cell(?:_\d+)?")
_CELL_GATES = {"lstm": 4, "rnn": 1}


def our_layer(torch: Layer, name: str, shapes: Mapping[str, Shape]) -> tuple[Layer, dict[str, Shape]]:
    """The layer here that a layer of PyTorch's would be, and the shapes of its tensors.

    Raises
    ------
    Unfit
        If it may be several.
    """
    if is_recurrent(torch):
        return _our_recurrent(torch, name, shapes)
    parts = {_our_part(part, torch, shapes): own for part, own in torch.tensors.items() if part != OF_BATCHES}
    tensors = {part: _under(name, part, "/") for part in parts}
    return Layer(name, tensors), {tensors[part]: our_shape(part, shapes[own]) for part, own in parts.items()}


def our_shape(part: str, shape: Shape) -> Shape:
    """The shape that a tensor of PyTorch's has here, under a name that ends in this part."""
    if len(shape) < 2:
        return shape
    if part == DEPTHWISE:
        return (*shape[2:], shape[0], 1)
    return (*shape[2:], shape[1], shape[0]) if _is_kernel(part) else shape


def torch_shape(part: str, shape: Shape) -> Shape:
    """The shape that a tensor of ours has in PyTorch, where its name ends in this part here."""
    if len(shape) < 2:
        return shape
    if part == DEPTHWISE:
        return (shape[-2] * shape[-1], 1, *shape[:-2])
    return (shape[-1], shape[-2], *shape[:-2]) if _is_kernel(part) else shape


def _is_kernel(part: str) -> bool:
    return part in KERNELS or part.endswith("kernel")


def _our_part(part: str, torch: Layer, shapes: Mapping[str, Shape]) -> str:
    weight = shapes.get(torch.tensors.get("weight", ""), ())
    is_norm = len(weight) < 2
    if part == "weight" and len(weight) == 2 and "bias" not in torch.tensors:
        raise Unfit(
            f"{torch.tensors[part]} {weight} may be the weight of a dense layer or a table: map it by the whole name "
            "that it has here, with kernel or embeddings in the end, or give --like"
        )
    if part == "weight":
        return "gamma" if is_norm else "kernel"
    if part == "bias":
        return "beta" if is_norm else "bias"
    return PARTS.get(part, (part,))[0]


def _our_recurrent(torch: Layer, name: str, shapes: Mapping[str, Shape]) -> tuple[Layer, dict[str, Shape]]:
    given = [torch.tensors[part] for part in RECURRENT_PARTS if part in torch.tensors]
    if len(given) not in (2, len(RECURRENT_PARTS)) or len(given) < len(torch.tensors):
        raise Unfit(f"{torch.name!r} ({told(torch, shapes)}) is a recurrent layer that nothing here is like")
    gates = shapes[given[0]][0] // shapes[given[1]][-1]
    form: Form = Recurrent() if _cell(name) is None else Cell(gates)
    parts = [part for part in _OUR_PARTS if part != "recurrent_kernel" or _cell(name) is None]
    layer = Layer(name, {part: _under(name, part, "/") for part in parts[: len(parts) - (len(given) == 2)]})
    found = (Gru() if gates == 3 else form).ours([stand_in(shapes[one]) for one in given])
    return layer, {own: array.shape for own, array in zip(layer.tensors.values(), found, strict=True)}


def torch_layer(ours: Layer, name: str, our_shapes: Mapping[str, Shape]) -> tuple[Layer, dict[str, Shape]]:
    """The layer of PyTorch's that a layer here would be, and the shapes of its tensors.

    Raises
    ------
    Unfit
        If it may be several.
    """
    if "recurrent_kernel" in ours.tensors or _cell(ours.name) is not None:
        return _torch_recurrent(ours, name, our_shapes)
    parts = {own: _TORCH_PARTS.get(own, own) for own in ours.tensors}
    if len(set(parts.values())) < len(parts):
        raise Unfit(
            f"several of {ours.name!r} ({told(ours, our_shapes)}) would be the weight of {name!r}: map each by its own "
            "name"
        )
    tensors = {part: _under(name, part, ".") for part in parts.values()}
    shapes = {tensors[part]: torch_shape(own, our_shapes[ours.tensors[own]]) for own, part in parts.items()}
    return Layer(name, tensors), shapes


def _torch_recurrent(
    ours: Layer, name: str, our_shapes: Mapping[str, Shape]
) -> tuple[Layer, dict[str, Shape]]:
    given = [ours.tensors[part] for part in _OUR_PARTS if part in ours.tensors]
    cell = _cell(ours.name)
    form: Form
    if "recurrent_kernel" in ours.tensors:
        units, columns = our_shapes[ours.tensors["recurrent_kernel"]]
        form = Gru() if columns == 3 * units else Recurrent()
    else:
        form = Cell(_CELL_GATES[str(cell)])
    try:
        found = form.torch([stand_in(our_shapes[one]) for one in given])
    except ValueError as error:
        raise Unfit(f"{ours.name!r} ({told(ours, our_shapes)}) is nothing in PyTorch: {error}") from None
    names = [_under(name, f"{part}_l0", ".") for part in RECURRENT_PARTS[: len(found)]]
    (layer,) = torch_layers(names)
    return layer, {own: array.shape for own, array in zip(names, found, strict=True)}


def _cell(name: str) -> str | None:
    """What kind of cell a layer here is, by the last part of its name."""
    found = _CELL.fullmatch(name.rpartition("/")[2])
    return found and found["kind"]


def _under(name: str, part: str, separator: str) -> str:
    return f"{name}{separator}{part}" if name else part
