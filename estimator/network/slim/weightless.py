"""Layers without weights, in the form of tf.contrib.layers: dropout, flatten, softmax and others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.core.arg_scope import add_arg_scope
from estimator.core.dtypes import int32, int64
from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import show
from estimator.functions import indexing, nn
from estimator.functions.arguments import tensor_of
from estimator.functions.custom_gradient import custom_gradient
from estimator.functions.logic import not_equal, where
from estimator.functions.math import div, sqrt, square
from estimator.functions.reductions import reduce_max, reduce_sum
from estimator.functions.scoping import name_scope
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Tensor
from estimator.network.layers import flatten as flatten_layer
from estimator.network.layers.dropout import Dropout
from estimator.network.slim.formats import known_rank, known_size
from estimator.network.slim.named_outputs import OutputsCollections, collect_named_outputs
from estimator.variables.model_variables import ScopeLike
from estimator.variables.scopes import variable_scope


@add_arg_scope
def dropout(
    inputs: TensorLike,
    keep_prob: float = 0.5,
    noise_shape: Sequence[int | None] | None = None,
    is_training: TensorLike = True,
    outputs_collections: OutputsCollections = None,
    scope: ScopeLike = None,
    seed: int | None = None,
) -> Tensor:
    """The inputs, of which a random part is zeroed in training, and the rest divided by `keep_prob`.

    Parameters
    ----------
    inputs : Tensor
        Floating point.
    keep_prob : float
        The part that is kept, in (0, 1].
    noise_shape : sequence of int, optional
        Sizes of 1 drop whole slices along that axis.
    is_training : bool or bool Tensor
        Otherwise nothing is dropped.
    outputs_collections : str or list of str, optional
        Collections of the result.
    scope : str or VariableScope, optional
        By default the first free form of ``Dropout``.
    seed : int, optional

    Raises
    ------
    ValueError
        If `keep_prob` is not in (0, 1].

    Source
    ------
    tf.contrib.layers.dropout, TF 1.15 layers.py
    """
    if isinstance(keep_prob, (int, float)) and not 0 < keep_prob <= 1:
        raise ValueError(
            f"dropout: keep_prob must be in (0, 1], given: {keep_prob}. It is the part that is kept."
        )
    with variable_scope(scope, "Dropout") as opened:
        layer = Dropout(1 - keep_prob, noise_shape, seed, name=opened.name, _scope=opened)
        outputs = layer(tensor_of(inputs, name="inputs"), training=is_training)
        result: Tensor = collect_named_outputs(outputs_collections, opened.name, outputs)
        return result


@add_arg_scope
def flatten(
    inputs: TensorLike, outputs_collections: OutputsCollections = None, scope: str | None = None
) -> Tensor:
    """[batch, ...] as [batch, size].

    Parameters
    ----------
    inputs : Tensor
    outputs_collections : str or list of str, optional
        Collections of the result.
    scope : str, optional
        The name scope; by default a form of ``Flatten``.

    Raises
    ------
    ValueError
        If the input is a scalar.

    Source
    ------
    tf.contrib.layers.flatten, TF 1.15 layers.py
    """
    with name_scope(scope, "Flatten", [inputs]) as opened:
        outputs = flatten_layer.flatten(tensor_of(inputs, name="inputs"))
        result: Tensor = collect_named_outputs(outputs_collections, opened, outputs)
        return result


@add_arg_scope
def one_hot_encoding(
    labels: TensorLike,
    num_classes: Any,
    on_value: Any = 1.0,
    off_value: Any = 0.0,
    outputs_collections: OutputsCollections = None,
    scope: str | None = None,
) -> Tensor:
    """A row for each label: `on_value` at its place and `off_value` elsewhere.

    Parameters
    ----------
    labels : Tensor, integer
    num_classes : int or int32 Tensor
    on_value, off_value : number
    outputs_collections : str or list of str, optional
        Collections of the result.
    scope : str, optional
        The name scope; by default a form of ``OneHotEncoding``.

    Shape
    -----
    labels [...] -> [..., num_classes]

    Source
    ------
    tf.contrib.layers.one_hot_encoding, TF 1.15 layers.py
    """
    with name_scope(scope, "OneHotEncoding", [labels, num_classes]) as opened:
        ids = tensor_of(labels, name="labels")
        if ids.dtype is int32:
            ids = b.Cast(ids, DstT=int64, name="ToInt64")
        outputs = indexing.one_hot(ids, num_classes, on_value=on_value, off_value=off_value)
        result: Tensor = collect_named_outputs(outputs_collections, opened, outputs)
        return result


@add_arg_scope
def softmax(logits: TensorLike, scope: ScopeLike = None) -> Tensor:
    """The softmax along the last axis, whatever the rank.

    Raises
    ------
    ValueError
        If there are not two dimensions, or the last size is not known.

    Source
    ------
    tf.contrib.layers.softmax, TF 1.15 layers.py
    """
    with variable_scope(scope, "softmax"):
        x = tensor_of(logits, name="logits")
        size = known_size("softmax", x, -1)
        if known_rank("softmax", x) < 2:
            raise ValueError(f"softmax: rank of shape must be at least 2, but {x.name} is {show(x.dims)}.")
        rows = nn.softmax(b.Reshape(x, [-1, size]))
        result: Tensor = b.Reshape(rows, b.Shape(x))
        result.set_shape(x.dims)
        return result


@add_arg_scope
def unit_norm(inputs: TensorLike, dim: int, epsilon: float = 1e-7, scope: ScopeLike = None) -> Tensor:
    """The inputs divided by their length along an axis: ``sqrt(epsilon + sum of squares)``.

    Raises
    ------
    ValueError
        If there is no such axis, counted from the front, or the rank is not known.

    Source
    ------
    tf.contrib.layers.unit_norm, TF 1.15 layers.py
    """
    with variable_scope(scope, "UnitNorm"):
        x = tensor_of(inputs, name="inputs")
        if not 0 <= dim < known_rank("unit_norm", x):
            raise ValueError(
                f"unit_norm: dim must be positive but smaller than the input rank; given: {dim}, for {show(x.dims)}."
            )
        result = div(x, sqrt(epsilon + reduce_sum(square(x), dim, keepdims=True)))
        return result


@add_arg_scope
def maxout(inputs: TensorLike, num_units: int, axis: int = -1, scope: ScopeLike = None) -> Tensor:
    """The largest of each group of neighbours along an axis, which becomes `num_units` long.

    Shape
    -----
    inputs [..., channels] -> [..., num_units]

    Raises
    ------
    ValueError
        If the size along the axis is not known, or not a multiple of `num_units`.

    Source
    ------
    tf.contrib.layers.maxout, TF 1.15 layers.py; Goodfellow et al. 2013, arXiv:1302.4389
    """
    with variable_scope(scope, "MaxOut"):
        x = tensor_of(inputs, name="inputs")
        channels = known_size("maxout", x, axis)
        if channels % num_units:
            raise_problems(
                "maxout", [f"number of features({channels}) is not a multiple of num_units({num_units})"]
            )
        dims = list(x.dims or ())
        dims[axis] = num_units
        sizes = b.Shape(x)
        shape = [sizes[place] if size is None else size for place, size in enumerate(dims)]
        result = reduce_max(b.Reshape(x, b.Pack([*shape, channels // num_units])), -1)
        result.set_shape(dims)
        return result


@add_arg_scope
def dense_to_sparse(
    tensor: TensorLike,
    eos_token: int = 0,
    outputs_collections: OutputsCollections = None,
    scope: ScopeLike = None,
) -> SparseTensor:
    """What of a tensor is not `eos_token`, as a SparseTensor.

    Source
    ------
    tf.contrib.layers.dense_to_sparse, TF 1.15 layers.py
    """
    with variable_scope(scope, "dense_to_sparse") as opened:
        x = tensor_of(tensor, name="tensor")
        places = where(not_equal(x, tensor_of(eos_token, x.dtype)))
        outputs = SparseTensor(places, indexing.gather_nd(x, places), b.Shape(x, out_type=int64))
        result: SparseTensor = collect_named_outputs(outputs_collections, opened.name, outputs)
        return result


def scale_gradient(inputs: TensorLike, gradient_multiplier: float) -> Tensor:
    """The inputs; what flows back through them is multiplied.

    Source
    ------
    tf.contrib.layers.scale_gradient, TF 1.15 layers.py
    """

    def same(x: Tensor) -> Any:
        return b.Identity(x), lambda dy: dy * gradient_multiplier

    result: Tensor = custom_gradient(same)(tensor_of(inputs, name="inputs"))
    return result


near_keywords_of_functions(__name__)
