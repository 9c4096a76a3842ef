"""Images mirrored, turned and transposed, always or by chance."""

from __future__ import annotations

from numbers import Integral
from typing import Any

from estimator.core.dtypes import int32
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import function_scope, tensor_of
from estimator.functions.image.sizes import ranked
from estimator.functions.indexing import boolean_mask
from estimator.functions.logic import where_v2
from estimator.functions.random import random_uniform
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor

_HEIGHT, _WIDTH = 0, 1  # counted behind the batch, if there is one


def flip_left_right(image: TensorLike) -> Tensor:
    """Images mirrored, so that their left is their right.

    Raises
    ------
    ValueError
        If it is no image and no batch of images.

    Source
    ------
    tf.image.flip_left_right, TF 1.15 image_ops_impl.py
    """
    with function_scope(None, "flip_left_right", image):
        return _mirrored(ranked(image), [_WIDTH])


def flip_up_down(image: TensorLike) -> Tensor:
    """Images mirrored, so that their top is their bottom.

    Raises
    ------
    ValueError
        If it is no image and no batch of images.

    Source
    ------
    tf.image.flip_up_down, TF 1.15 image_ops_impl.py
    """
    with function_scope(None, "flip_up_down", image):
        return _mirrored(ranked(image), [_HEIGHT])


def random_flip_left_right(image: TensorLike, seed: int | None = None) -> Tensor:
    """As :func:`flip_left_right` with probability 1/2, else the image itself; each of a batch by its own draw.

    Source
    ------
    tf.image.random_flip_left_right, TF 1.15 image_ops_impl.py
    """
    return _mirrored_by_chance(image, _WIDTH, seed, "random_flip_left_right")


def random_flip_up_down(image: TensorLike, seed: int | None = None) -> Tensor:
    """As :func:`flip_up_down` with probability 1/2, else the image itself; each of a batch by its own draw.

    Source
    ------
    tf.image.random_flip_up_down, TF 1.15 image_ops_impl.py
    """
    return _mirrored_by_chance(image, _HEIGHT, seed, "random_flip_up_down")


def _mirrored_by_chance(image: Any, axis: int, seed: int | None, name: str) -> Tensor:
    with function_scope(None, name, image):
        tensor = ranked(image)
        draw = random_uniform(_one_for_each(tensor), seed=seed)
        chosen: Tensor = where_v2(b.Less(draw, 0.5), _mirrored(tensor, [axis]), tensor)
        chosen.set_shape(tensor.dims)
        return chosen


def _one_for_each(image: Tensor) -> Any:
    """The shape of a number for one image, or for each of a batch: [], or [batch, 1, 1, 1]."""
    if image.dims is not None and len(image.dims) == 3:
        return []
    batch = b.Slice(b.Shape(image), [0], b.ExpandDims(b.Sub(b.Rank(image), 3), 0))
    return b.ConcatV2([batch, [1, 1, 1]], 0)  # of one image [1, 1, 1], which serves as well


def _mirrored(image: Tensor, axes: Any) -> Tensor:
    """The image in the opposite order along the axes, which are counted behind the batch."""
    behind = (len(image.dims) if image.dims is not None else b.Rank(image)) - 3
    places = [axis + behind for axis in axes] if isinstance(axes, list) else b.AddV2(axes, behind)
    mirrored: Tensor = b.ReverseV2(image, places)
    return mirrored


def transpose_image(image: TensorLike, name: str | None = None) -> Tensor:
    """Images with rows and columns exchanged.

    Raises
    ------
    ValueError
        If it is no image and no batch of images.

    Source
    ------
    tf.image.transpose_image, TF 1.15 image_ops_impl.py
    """
    with function_scope(name, "transpose", image):
        return _transposed(ranked(image), name or "transpose")


def _transposed(image: Tensor, name: str | None = None) -> Tensor:
    if image.dims is not None:
        order: Any = [0, 2, 1, 3] if len(image.dims) == 4 else [1, 0, 2]
    else:
        rank = b.Rank(image)
        order = b.ConcatV2([b.Range(0, rank - 3, 1), b.Pack([rank - 2, rank - 3, rank - 1])], 0)
    transposed: Tensor = b.Transpose(image, order, name=name)
    return transposed


def rot90(image: TensorLike, k: Any = 1, name: str | None = None) -> Tensor:
    """Images turned k times by a quarter against the clock.

    Parameters
    ----------
    image : Tensor
        One image or a batch.
    k : int or scalar tensor

    Raises
    ------
    ValueError
        If it is no image, or k is no scalar.

    Source
    ------
    tf.image.rot90, TF 1.15 image_ops_impl.py
    """
    with function_scope(name, "rot90", image, k):
        tensor = ranked(image)
        if isinstance(k, Integral):
            return _turned(tensor, int(k) % 4)
        quarters = tensor_of(k, int32, "k")
        if quarters.dims:
            raise ValueError(f"k must be a scalar, given the shape {quarters.shape}.")
        return _turned_in_the_run(tensor, b.FloorMod(quarters, 4))


def _turned(image: Tensor, quarters: int) -> Tensor:
    """A turn is a mirror image, for an odd number of quarters of the transposed one."""
    axes = [[], [_HEIGHT], [_HEIGHT, _WIDTH], [_WIDTH]][quarters]
    return _mirrored(_transposed(image) if quarters % 2 else image, axes) if quarters else b.Identity(image)


def _turned_in_the_run(image: Tensor, quarters: Tensor) -> Tensor:
    """The same where the run says how far: the order of the axes is computed, and which of them are mirrored."""
    rank = b.Rank(image)
    height, width = b.Sub(rank, 3), b.Sub(rank, 2)
    odd = b.Equal(b.FloorMod(quarters, 2), 1)
    middle = [where_v2(odd, width, height), where_v2(odd, height, width), rank - 1]
    turned = b.Transpose(image, b.ConcatV2([b.Range(0, height, 1), b.Pack(middle)], 0))
    mirrored = [
        b.LogicalOr(b.Equal(quarters, 1), b.Equal(quarters, 2)),
        b.LogicalOr(b.Equal(quarters, 2), b.Equal(quarters, 3)),
    ]
    result: Tensor = b.ReverseV2(turned, boolean_mask(b.Pack([height, width]), b.Pack(mirrored)))
    if image.dims is not None:
        result.set_shape([*image.dims[:-3], None, None, image.dims[-1]])
    return result


near_keywords_of_functions(__name__)
