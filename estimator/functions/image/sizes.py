"""The sizes of images: numbers where they are known, else tensors; and what is demanded of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from estimator.core.shapes import show
from estimator.functions.arguments import tensor_of
from estimator.graph import build as b
from estimator.graph.tensor import Tensor

Size: TypeAlias = Any  # an int, or a scalar tensor of int32


def one_or_batch(image: Any) -> Tensor:
    """The tensor of one image or of a batch; where not even the rank is known, of one image.

    Raises
    ------
    ValueError
        If it has neither 3 nor 4 axes, or no pixels.
    """
    tensor = ranked(image)
    if tensor.dims is None:
        tensor = b.Identity(tensor)
        tensor.set_shape([None, None, None])
    return tensor


def ranked(image: Any) -> Tensor:
    """The tensor of one image or of a batch, or of either where the rank is not known.

    Raises
    ------
    ValueError
        If it has neither 3 nor 4 axes, or no pixels.
    """
    tensor = tensor_of(image, name="image")
    dims = tensor.dims
    if dims is not None and (len(dims) not in (3, 4) or 0 in dims[-3:]):
        raise ValueError(
            f"an image is [height, width, channels] or a batch of such, with pixels; given the shape {show(dims)}."
        )
    return tensor


def height_and_width(image: Tensor) -> tuple[Size, Size]:
    """The sizes of an image whose rank is known."""
    assert image.dims is not None
    known = image.dims[-3:-1]
    if None not in known:
        return known[0], known[1]
    sizes = b.Shape(image)
    places = (len(image.dims) - 3, len(image.dims) - 2)
    height, width = (
        sizes[place] if size is None else size for place, size in zip(places, known, strict=True)
    )
    return height, width


def as_batch(image: Tensor, function: Callable[[Tensor], Tensor]) -> Tensor:
    """The function of a batch, for a batch or for one image."""
    assert image.dims is not None
    if len(image.dims) == 4:
        return function(image)
    result: Tensor = b.Squeeze(function(b.ExpandDims(image, 0)), squeeze_dims=[0])
    return result


def demanded(image: Tensor, claims: Mapping[str, Any]) -> Tensor:
    """The image, once the claims about sizes hold: those that are known now, the others in each run.

    Parameters
    ----------
    image : Tensor
    claims : mapping
        What is claimed, to whether it holds: a bool or a tensor.

    Raises
    ------
    ValueError
        If some do not hold; with all that are known not to.
    """
    broken = [claim for claim, holds in claims.items() if not isinstance(holds, Tensor) and not holds]
    if broken:
        raise ValueError(f"{'; '.join(broken)}.")
    checks = [
        b.Assert(holds, [f"{claim}."], name="Assert")
        for claim, holds in claims.items()
        if isinstance(holds, Tensor)
    ]
    if not checks:
        return image
    with image.graph.control_dependencies(checks):
        checked: Tensor = b.Identity(image)
    return checked


def given(*sizes: Size) -> str:
    """The sizes as a claim about them states them: ``, given: 5, 4``; ``?`` for those that only the run knows."""
    return f", given: {', '.join('?' if isinstance(size, Tensor) else str(size) for size in sizes)}"


def larger(x: Size, y: Size) -> Size:
    """The larger of two sizes."""
    return b.Maximum(x, y) if isinstance(x, Tensor) or isinstance(y, Tensor) else max(x, y)


def smaller(x: Size, y: Size) -> Size:
    """The smaller of two sizes."""
    return b.Minimum(x, y) if isinstance(x, Tensor) or isinstance(y, Tensor) else min(x, y)
