"""What the layers of tf.contrib.layers refuse, and what chance or blocks of arguments make of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import UnimplementedError
from estimator.graph.graph import Graph
from estimator.tf.contrib import framework, layers

ROWS, IMAGES = np.ones((4, 3), np.float32), np.ones((2, 5, 6, 2), np.float32)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        ("fully_connected(rows, 2.5)", ValueError, "num_outputs must be a whole number above 0, given: 2.5"),
        ("fully_connected(rows, 0)", ValueError, "num_outputs must be a whole number above 0, given: 0"),
        ("fully_connected(unknown, 2)", ValueError, "last dimension of the inputs to `Dense` should be defined"),
        ("fully_connected(rows, 2, actvation_fn=None)", TypeError, "Did you mean 'activation_fn'"),
        ("fully_connected(rows, 2, reuse=True)", ValueError, "a default name is always new"),
        ("fully_connected(rows, 2, scope='x', reuse=True)", ValueError, "Variable x/weights does not exist"),
        ("conv2d(rows, 2, 3)", ValueError, "expects input with rank 4, got 2"),
        ("convolution(rows, 2, 3)", ValueError, "expects input with rank 3, 4 or 5, got 2"),
        ("conv2d(images, 2, 3, data_format='NHCW')", ValueError, "data_format has to be either .* Given: 'NHCW'"),
        ("conv2d(images, 2, 3, stride=2, rate=2)", ValueError, "`strides > 1` not supported in conjunction"),
        ("conv2d(images, 2, 3, paddng='SAME')", TypeError, "Did you mean 'padding'"),
        ("conv2d_transpose(images, 2, 3, data_format='NCW')", ValueError, "either NCHW or NHWC. Given: 'NCW'"),
        ("separable_conv2d(images, None, 3, padding='FULL')", ValueError, "padding must be"),
        ("conv2d_in_plane(rows, 3)", ValueError, "has undefined channels dimension, axis 3"),
        ("max_pool2d(rows, 2)", ValueError, "expected ndim=4, found ndim=2"),
        ("avg_pool2d(images, 2, data_format='NDHWC')", ValueError, "either NCHW or NHWC. Given: 'NDHWC'"),
        ("batch_norm(rows, renorm=True)", UnimplementedError, "renorm is not available"),
        ("batch_norm(tf.placeholder(tf.float32))", ValueError, "has undefined rank"),
        ("batch_norm(unknown)", ValueError, "has undefined channels dimension, axis 1"),
        ("batch_norm(tf.constant([[1]]))", TypeError, "the input is int32"),
        ("group_norm(images, groups=3)", ValueError, "Invalid groups 3 for 2 channels"),
        ("group_norm(images, groups=2, reduction_axes=[-1, 7])", ValueError, r"\[7\] are out of bounds"),
        ("group_norm(images, groups=2, reduction_axes=[-1])", ValueError, "mutually exclusive"),
        ("bias_add(rows, data_format='NCHW')", ValueError, "Data format NCHW only supports 4D Tensor"),
        ("dropout(rows, keep_prob=0.0)", ValueError, r"keep_prob must be in \(0, 1\], given: 0.0"),
        ("softmax(tf.constant([1.0]))", ValueError, "rank of shape must be at least 2"),
        ("unit_norm(rows, -1)", ValueError, "dim must be positive but smaller than the input rank; given: -1"),
        ("maxout(rows, 2)", ValueError, r"number of features\(3\) is not a multiple of num_units\(2\)"),
        ("stack(rows, layers.fully_connected, 3)", ValueError, "stack_args need to be a list or tuple, given: 3"),
        ("bow_encoder(tf.sparse.from_dense([[1]]), 3, 2, sparse_lookup=False)", TypeError, "expected to be dense"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(graph: Graph, call: str, error: type[Exception], message: str) -> None:
    names = {
        "tf": tf,
        "layers": layers,
        "rows": ROWS,
        "images": IMAGES,
        "unknown": tf.placeholder(tf.float32, [None, None]),
    }
    with pytest.raises(error, match=message):
        eval(f"layers.{call}", names)  # noqa: S307  those above


def test_a_block_gives_its_arguments_to_layers(graph: Graph) -> None:
    with framework.arg_scope(
        [layers.conv2d, layers.fully_connected],
        activation_fn=None,
        normalizer_fn=layers.batch_norm,
        weights_regularizer=layers.l2_regularizer(0.1),
    ), framework.arg_scope([layers.batch_norm], is_training=False):  # fmt: skip
        net = layers.conv2d(IMAGES, 3, 3, scope="conv")
        layers.fully_connected(layers.flatten(net), 2, normalizer_fn=None, scope="logits")
    assert [variable.op.name for variable in tf.global_variables()] == [
        *(f"conv/{name}" for name in ("weights", "BatchNorm/beta", "BatchNorm/moving_mean")),
        *("conv/BatchNorm/moving_variance", "logits/weights", "logits/biases"),
    ]
    assert tf.get_collection(tf.GraphKeys.UPDATE_OPS) == []
    assert len(tf.losses.get_regularization_losses()) == 2


def test_dropout_keeps_a_part_and_makes_up_for_the_rest(run: Callable[..., Any]) -> None:
    is_training = tf.placeholder_with_default(True, [])
    y = layers.dropout(np.ones((100, 100), np.float32), keep_prob=0.8, is_training=is_training, seed=1)
    dropped = run(y)
    assert set(np.unique(dropped).round(4)) == {0.0, 1.25}
    np.testing.assert_allclose(dropped.mean(), 1.0, atol=0.02)
    assert run(y, {is_training: False}).min() == 1.0


def test_dropped_slices_share_their_fate(run: Callable[..., Any]) -> None:
    dropped = run(layers.dropout(np.ones((50, 4), np.float32), 0.5, noise_shape=[None, 1]))
    assert {tuple(row) for row in dropped.tolist()} == {(0.0,) * 4, (2.0,) * 4}


def test_what_is_not_the_token_becomes_sparse(run: Callable[..., Any]) -> None:
    sparse = run(layers.dense_to_sparse([[3, 0, 5], [0, 0, 1]]))
    assert sparse.indices.tolist() == [[0, 0], [0, 2], [1, 2]]
    assert sparse.values.tolist() == [3, 5, 1]
    assert sparse.dense_shape.tolist() == [2, 3]
    assert run(layers.dense_to_sparse([[3, 7]], eos_token=7)).values.tolist() == [3]


def test_a_bag_of_words_is_the_mean_of_its_rows(run: Callable[..., Any]) -> None:
    ids = np.array([[2, 1, 0], [3, 0, 0]])
    y = layers.bow_encoder(ids, vocab_size=4, embed_dim=2, scope="bag")
    everything = layers.bow_encoder(ids, 4, 2, sparse_lookup=False, scope="bag", reuse=True)
    (table,) = tf.global_variables()
    assert table.op.name == "bag/embeddings"
    rows, found, of_all = run([table, y, everything])
    np.testing.assert_allclose(found, [(rows[2] + rows[1]) / 2, rows[3]], rtol=1e-6)
    np.testing.assert_allclose(of_all, rows[ids].mean(1), rtol=1e-6)
