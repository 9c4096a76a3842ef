"""Losses of embeddings: examples of one class are to lie close together, those of different classes apart.

Source
------
tf.contrib.losses.metric_learning, TF 1.15 metric_loss_ops.py
"""

from __future__ import annotations

from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import show
from estimator.functions import arrays, diagonals, linalg, logic, math, nn, reductions
from estimator.functions.arguments import tensor_of
from estimator.functions.printing import Print
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor


def contrastive_loss(
    labels: TensorLike,
    embeddings_anchor: TensorLike,
    embeddings_positive: TensorLike,
    margin: float = 1.0,
) -> Tensor:
    """The mean of ``d²`` over pairs that belong together, and of ``max(margin - d, 0)²`` over the others.

    Parameters
    ----------
    labels : Tensor
        1 for a pair that belongs together, 0 for one that does not.
    embeddings_anchor, embeddings_positive : Tensor
        The two of each pair, whose distance is d. They should have the length 1.
    margin : float
        How far apart two that do not belong together should be.

    Shape
    -----
    labels [pairs], embeddings [pairs, size] -> []

    Source
    ------
    Hadsell et al. 2006
    """
    squares = math.squared_difference(embeddings_anchor, embeddings_positive)
    distances = math.sqrt(reductions.reduce_sum(squares, 1))
    together = math.cast(labels, distances.dtype)
    apart = math.square(math.maximum(margin - distances, 0.0))
    losses = together * math.square(distances) + (1.0 - together) * apart
    return reductions.reduce_mean(losses, name="contrastive_loss")


def triplet_semihard_loss(labels: TensorLike, embeddings: TensorLike, margin: float = 1.0) -> Tensor:
    """The mean of ``max(margin + d(anchor, positive) - d(anchor, negative), 0)`` over all pairs of one class.

    The negative of a pair is the nearest example of another class that is farther away than the positive one; where
    there is none, the farthest. d is the squared distance.

    Parameters
    ----------
    labels : Tensor of integers
        The classes.
    embeddings : Tensor, float32
        They should have the length 1.
    margin : float
        How much farther a negative should be.

    Shape
    -----
    labels [batch], embeddings [batch, size] -> []

    Raises
    ------
    ValueError
        If a shape is another.

    Source
    ------
    Schroff et al. 2015, arXiv:1503.03832
    """
    classes, x = _checked("triplet_semihard_loss", labels, embeddings)
    distances = _squared_distances(x)
    is_other = _differ(classes)
    of_positive, of_negative = arrays.expand_dims(distances, 2), arrays.expand_dims(distances, 1)
    is_farther = logic.logical_and(arrays.expand_dims(is_other, 1), of_negative > of_positive)
    farthest = reductions.reduce_max(distances, 1, keepdims=True)
    nearest_outside = reductions.reduce_min(
        logic.where_v2(is_farther, of_negative, arrays.expand_dims(farthest, 2)), 2
    )
    nearest = reductions.reduce_min(distances, 1, keepdims=True)
    farthest_other = reductions.reduce_max(logic.where_v2(is_other, distances, nearest), 1, keepdims=True)
    negatives = logic.where_v2(reductions.reduce_any(is_farther, 2), nearest_outside, farthest_other)
    pairs = _pairs_of_one_class(is_other)
    losses = math.maximum((margin + distances - negatives) * pairs, 0.0)
    total = reductions.reduce_sum(losses)
    return math.truediv(total, reductions.reduce_sum(pairs), name="triplet_semihard_loss")


def lifted_struct_loss(labels: TensorLike, embeddings: TensorLike, margin: float = 1.0) -> Tensor:
    """Half the mean of ``max(J, 0)²`` over all pairs of one class, where J weighs a pair against all negatives of both.

    ``J = d(i, j) + log(sum_k exp(margin - d(i, k)) + sum_k exp(margin - d(j, k)))``, k the examples of other classes.

    Parameters
    ----------
    labels : Tensor of integers
        The classes.
    embeddings : Tensor, float32
    margin : float
        How far apart examples of different classes should be.

    Shape
    -----
    labels [batch], embeddings [batch, size] -> []

    Raises
    ------
    ValueError
        If a shape is another.

    Source
    ------
    Song et al. 2015, arXiv:1511.06452
    """
    classes, x = _checked("lifted_struct_loss", labels, embeddings)
    distances = _distances(x)
    is_other = _differ(classes)
    closeness = margin - distances
    least = reductions.reduce_min(closeness, 1, keepdims=True)
    of_one = reductions.reduce_max(logic.where_v2(is_other, closeness, least), 1, keepdims=True)
    largest = math.maximum(
        of_one, arrays.transpose(of_one)
    )  # kept out of the exponentials, which so stay finite
    terms = math.exp(arrays.expand_dims(closeness, 1) - arrays.expand_dims(largest, 2))
    sums = reductions.reduce_sum(terms * math.cast(arrays.expand_dims(is_other, 1), x.dtype), 2)
    structure = largest + math.log(sums + arrays.transpose(sums)) + distances
    pairs = _pairs_of_one_class(is_other)
    losses = math.square(math.maximum(structure * pairs, 0.0))
    halved = 0.25 * reductions.reduce_sum(losses)
    return math.truediv(halved, reductions.reduce_sum(pairs) / 2.0, name="liftedstruct_loss")


def npairs_loss(
    labels: TensorLike,
    embeddings_anchor: TensorLike,
    embeddings_positive: TensorLike,
    reg_lambda: float = 0.002,
    print_losses: bool = False,
) -> Tensor:
    """The cross entropy of finding its partner for each anchor, by inner products, and a penalty on lengths.

    Parameters
    ----------
    labels : Tensor of integers
        The class of each pair.
    embeddings_anchor, embeddings_positive : Tensor, float32
        The two of each pair.
    reg_lambda : float
        The weight of the penalty.
    print_losses : bool
        Whether a run prints both parts.

    Shape
    -----
    labels [pairs], embeddings [pairs, size] -> []

    Raises
    ------
    ValueError
        If a shape is another.

    Source
    ------
    Sohn 2016
    """
    classes, anchors = _checked("npairs_loss", labels, embeddings_anchor)
    partners = tensor_of(embeddings_positive)
    of_anchors, of_partners = (
        reductions.reduce_mean(reductions.reduce_sum(math.square(x), 1)) for x in (anchors, partners)
    )
    penalty = math.multiply(0.25 * reg_lambda, of_anchors + of_partners, name="l2loss")
    similarity = linalg.matmul(anchors, partners, transpose_b=True)
    same = math.cast(logic.logical_not(_differ(classes)), anchors.dtype)
    chances = same / reductions.reduce_sum(same, 1, keepdims=True)
    entropies = nn.softmax_cross_entropy_with_logits_v2(labels=chances, logits=similarity)
    entropy = reductions.reduce_mean(entropies, name="xentropy")
    if print_losses:
        entropy = Print(entropy, ["cross entropy:", entropy, "l2loss:", penalty])
    return penalty + entropy


def _checked(function: str, labels: TensorLike, embeddings: TensorLike) -> tuple[Tensor, Tensor]:
    """The classes as a column, and the embeddings."""
    given = {"labels": (tensor_of(labels), 1), "embeddings": (tensor_of(embeddings), 2)}
    raise_problems(
        function,
        [
            f"{name} must have {rank} dimensions, and have the shape {show(tensor.dims)}"
            for name, (tensor, rank) in given.items()
            if tensor.dims is not None and len(tensor.dims) != rank
        ],
    )
    return arrays.expand_dims(given["labels"][0], 1), given["embeddings"][0]


def _differ(classes: Tensor) -> Tensor:
    return logic.not_equal(classes, arrays.transpose(classes))


def _pairs_of_one_class(is_other: Tensor) -> Tensor:
    """1 for two different examples of one class, else 0."""
    same = math.cast(logic.logical_not(is_other), "float32")
    return same - diagonals.diag(diagonals.diag_part(same))


def _squared_distances(x: Tensor) -> Tensor:
    """Of each example to each; rounding leaves none below 0, and 0 on the diagonal."""
    squares = reductions.reduce_sum(math.square(x), 1, keepdims=True)
    products = linalg.matmul(x, x, transpose_b=True)
    found = math.maximum(squares + arrays.transpose(squares) - 2.0 * products, 0.0)
    return found - diagonals.diag(diagonals.diag_part(found))


def _distances(x: Tensor) -> Tensor:
    """The roots of the squared distances, with a gradient of 0 where two examples are the same."""
    squared = _squared_distances(x)
    is_zero = squared <= 0.0
    roots = math.sqrt(logic.where_v2(is_zero, 1.0, squared))
    return logic.where_v2(is_zero, 0.0, roots)


near_keywords_of_functions(__name__)
