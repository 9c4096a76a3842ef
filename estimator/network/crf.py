"""Linear-chain conditional random fields: how likely a sequence of tags is, and which sequence is the likeliest.

A sequence of tags y has the score ``sum_t inputs[t, y[t]] + sum_t transition_params[y[t], y[t + 1]]``; its
probability is the exponential of that, divided by the sum over all sequences. The sum is carried along the steps
(alpha, the forward algorithm); so is the score of the likeliest sequence, with a maximum in place of the sum
(Viterbi), and pointers lead back along it.

A batch is padded: what lies behind the end of a sequence counts for nothing. A sequence of length 0 has the score 0.

Source
------
tf.contrib.crf, TF 1.15 crf.py; Lafferty et al. 2001
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import int32
from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import show
from estimator.functions import arrays, indexing, logic, math, reductions
from estimator.functions.arguments import tensor_of
from estimator.functions.control_flow.folding import foldl, scan
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.variables.get_variable import get_variable


def crf_log_likelihood(
    inputs: TensorLike,
    tag_indices: TensorLike,
    sequence_lengths: TensorLike,
    transition_params: TensorLike | None = None,
) -> tuple[Tensor, Any]:
    """The logarithms of the probabilities of sequences of tags, and the scores of transitions.

    Parameters
    ----------
    inputs : Tensor, floating point
        The score of each tag at each step.
    tag_indices : Tensor, int32 or int64
        The sequences.
    sequence_lengths : Tensor, int32 or int64
    transition_params : Tensor, optional
        The score of each tag (column) behind each tag (row). By default a variable ``transitions``.

    Returns
    -------
    log_likelihood : Tensor
    transition_params : Tensor or Variable
        What was given, or the new variable: :func:`crf_decode` needs it.

    Shape
    -----
    inputs [batch, time, tags], tag_indices [batch, time], sequence_lengths [batch], transition_params [tags, tags] ->
    [batch]

    Raises
    ------
    ValueError
        If a shape is another, or if the number of tags is unknown and `transition_params` is not given.
    """
    scores = tensor_of(inputs)
    _demand_ranks("crf_log_likelihood", inputs=(scores, 3), tag_indices=(tensor_of(tag_indices), 2))
    if transition_params is None:
        n_tags = scores.dims[2] if scores.dims else None
        if n_tags is None:
            raise ValueError(
                f"crf_log_likelihood: the number of tags, the last size of inputs {show(scores.dims)}, must be "
                "known to make the variable 'transitions'. Set the shape of inputs, or pass transition_params."
            )
        transition_params = get_variable("transitions", [n_tags, n_tags])
    chosen = crf_sequence_score(scores, tag_indices, sequence_lengths, transition_params)
    return chosen - crf_log_norm(scores, sequence_lengths, transition_params), transition_params


def crf_sequence_score(
    inputs: TensorLike, tag_indices: TensorLike, sequence_lengths: TensorLike, transition_params: TensorLike
) -> Tensor:
    """The scores of sequences of tags: those of their tags, and of their transitions.

    Parameters
    ----------
    inputs, tag_indices, sequence_lengths, transition_params
        As for :func:`crf_log_likelihood`.

    Shape
    -----
    -> [batch]
    """
    tags = crf_unary_score(tag_indices, sequence_lengths, inputs)
    return tags + crf_binary_score(tag_indices, sequence_lengths, transition_params)


def crf_unary_score(tag_indices: TensorLike, sequence_lengths: TensorLike, inputs: TensorLike) -> Tensor:
    """The sums of the scores of the tags of sequences.

    Parameters
    ----------
    tag_indices, sequence_lengths, inputs
        As for :func:`crf_log_likelihood`.

    Shape
    -----
    -> [batch]
    """
    scores = tensor_of(inputs)
    of_tags = indexing.gather(scores, arrays.expand_dims(tag_indices, -1), batch_dims=2)[:, :, 0]
    counts = indexing.sequence_mask(sequence_lengths, arrays.shape(scores)[1], scores.dtype)
    return reductions.reduce_sum(of_tags * counts, 1)


def crf_binary_score(
    tag_indices: TensorLike, sequence_lengths: TensorLike, transition_params: TensorLike
) -> Tensor:
    """The sums of the scores of the transitions between the tags of sequences.

    Parameters
    ----------
    tag_indices, sequence_lengths, transition_params
        As for :func:`crf_log_likelihood`.

    Shape
    -----
    -> [batch]
    """
    tags, scores = tensor_of(tag_indices), tensor_of(transition_params)
    pairs = arrays.stack([tags[:, :-1], tags[:, 1:]], axis=-1)
    counts = indexing.sequence_mask(sequence_lengths, arrays.shape(tags)[1], scores.dtype)[:, 1:]
    return reductions.reduce_sum(indexing.gather_nd(scores, pairs) * counts, 1)


def crf_multitag_sequence_score(
    inputs: TensorLike, tag_bitmap: TensorLike, sequence_lengths: TensorLike, transition_params: TensorLike
) -> Tensor:
    """The logarithms of the summed exponentials of the scores of all sequences that are allowed.

    Parameters
    ----------
    inputs, sequence_lengths, transition_params
        As for :func:`crf_log_likelihood`.
    tag_bitmap : Tensor, bool
        Which tags are allowed at each step.

    Shape
    -----
    tag_bitmap [batch, time, tags] -> [batch]
    """
    scores = tensor_of(inputs)
    allowed = logic.where_v2(tag_bitmap, scores, -np.inf)
    return crf_log_norm(allowed, sequence_lengths, transition_params)


def crf_log_norm(inputs: TensorLike, sequence_lengths: TensorLike, transition_params: TensorLike) -> Tensor:
    """The logarithms of the summed exponentials of the scores of all sequences.

    Parameters
    ----------
    inputs, sequence_lengths, transition_params
        As for :func:`crf_log_likelihood`.

    Shape
    -----
    -> [batch]
    """
    scores, lengths = tensor_of(inputs), tensor_of(sequence_lengths)
    transitions = arrays.expand_dims(transition_params, 0)

    def step(alpha: Tensor, here: tuple[Tensor, Tensor]) -> Tensor:
        of_step, goes_on = here
        sums = reductions.reduce_logsumexp(arrays.expand_dims(alpha, 2) + transitions, 1)
        return logic.where_v2(goes_on, of_step + sums, alpha)

    alpha = foldl(step, _later_steps(scores, lengths), scores[:, 0])
    total = reductions.reduce_logsumexp(alpha, 1)
    return logic.where_v2(lengths <= 0, arrays.zeros_like(total), total)


def crf_decode(
    potentials: TensorLike, transition_params: TensorLike, sequence_length: TensorLike
) -> tuple[Tensor, Tensor]:
    """The likeliest sequences of tags, and their scores.

    Parameters
    ----------
    potentials : Tensor, floating point
        The score of each tag at each step.
    transition_params : Tensor
        The score of each tag (column) behind each tag (row).
    sequence_length : Tensor, int32 or int64

    Returns
    -------
    decode_tags : Tensor, int32
        0 behind the end of a sequence.
    best_score : Tensor

    Shape
    -----
    potentials [batch, time, tags], transition_params [tags, tags], sequence_length [batch] -> [batch, time], [batch]

    Raises
    ------
    ValueError
        If a shape is another.

    Example
    -------
    >>> from estimator import tf
    >>> from estimator.tf.contrib import crf
    >>> tags, score = crf.crf_decode([[[0.0, 1.0], [2.0, 1.0]]], [[0.0, 0.0], [-3.0, 1.0]], [2])
    >>> print(*tf.Session().run([tags, score]))
    [[1 1]] [3.]
    """
    scores, lengths = tensor_of(potentials), tensor_of(sequence_length)
    _demand_ranks("crf_decode", potentials=(scores, 3), sequence_length=(lengths, 1))
    steps = _later_steps(scores, lengths)
    first = scores[:, 0]
    same_tag = arrays.zeros_like(first, int32) + arrays.range(arrays.shape(first)[1])

    def forwards(before: tuple[Tensor, Tensor], here: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        of_step, goes_on = here
        ways = arrays.expand_dims(before[0], 2) + arrays.expand_dims(transition_params, 0)
        best = of_step + reductions.reduce_max(ways, 1)
        back = reductions.argmax(ways, 1, output_type=int32)
        return logic.where_v2(goes_on, best, before[0]), logic.where_v2(goes_on, back, same_tag)

    sums, pointers = scan(forwards, steps, (first, same_tag))
    best = arrays.concat([arrays.expand_dims(first, 0), sums], 0)[-1]
    last_tag = reductions.argmax(best, 1, output_type=int32)
    earlier_tags = scan(
        lambda tag, back: indexing.gather(back, tag, batch_dims=1), pointers, last_tag, reverse=True
    )
    tags = arrays.transpose(arrays.concat([earlier_tags, arrays.expand_dims(last_tag, 0)], 0))
    within = indexing.sequence_mask(math.maximum(lengths, 1), arrays.shape(scores)[1], int32)
    return tags * within, reductions.reduce_max(best, 1)


def viterbi_decode(score: Any, transition_params: Any) -> tuple[list[int], Any]:
    """The likeliest sequence of tags and its score, of arrays: for one sequence, outside of a graph.

    Parameters
    ----------
    score : array
        The score of each tag at each step.
    transition_params : array
        The score of each tag (column) behind each tag (row).

    Returns
    -------
    viterbi : list of int
    viterbi_score : float

    Shape
    -----
    score [time, tags], transition_params [tags, tags] -> [time], []

    Raises
    ------
    ValueError
        If a shape is another, or if there is no step.
    """
    scores, transitions = np.asarray(score), np.asarray(transition_params)
    n_tags = scores.shape[-1] if scores.ndim else 0
    if scores.ndim != 2 or not scores.size or transitions.shape != (n_tags, n_tags):
        raise ValueError(
            "viterbi_decode takes score [time, tags] with at least one step and transition_params [tags, tags], "
            f"given: {scores.shape} and {transitions.shape}. Take one sequence of a batch, without its padding."
        )
    best, pointers = scores[0], []
    for of_step in scores[1:]:
        ways = best[:, None] + transitions
        best = of_step + ways.max(0)
        pointers.append(ways.argmax(0))
    tags = [int(best.argmax())]
    for back in reversed(pointers):
        tags.append(int(back[tags[-1]]))
    return tags[::-1], best.max()


def _later_steps(scores: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
    """For each step but the first: the scores of its tags, and a column that tells which sequences reach it."""
    within = indexing.sequence_mask(lengths, arrays.shape(scores)[1])
    return (
        arrays.transpose(scores, [1, 0, 2])[1:],
        arrays.expand_dims(arrays.transpose(within)[1:], -1),
    )


def _demand_ranks(function: str, **arguments: tuple[Tensor, int]) -> None:
    problems = [
        f"{name} must have {rank} dimensions, and has the shape {show(tensor.dims)}"
        for name, (tensor, rank) in arguments.items()
        if tensor.dims is not None and len(tensor.dims) != rank
    ]
    raise_problems(function, problems)


near_keywords_of_functions(__name__)
