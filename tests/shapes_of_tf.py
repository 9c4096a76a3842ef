"""Calls of functions and layers of ``tf``, and ways to leave sizes of their inputs unknown.

The calls are text, so that TensorFlow (tests/interop/tf_shapes.py) and this package (tests/test_shapes.py) evaluate the
very same ones; nothing is imported here that either of them lacks. tests/data/tf/shapes.json has TensorFlow's answers.
"""

from __future__ import annotations

import ast
import zlib
from typing import Any

import numpy as np

from tests import values_of_tf

_RANDOM = np.random.RandomState(11)


def _normal(*shape: int) -> Any:
    return _RANDOM.standard_normal(shape).astype(np.float32)


INPUTS: dict[str, Any] = {
    **values_of_tf.INPUTS,
    "rows": _normal(4, 6),
    "more": _normal(4, 6),
    "series": _normal(2, 8, 3),
    "images": _normal(2, 6, 8, 4),
    "volumes": _normal(2, 4, 6, 8, 2),
    "picture": (_RANDOM.random_sample((6, 8, 3)) * 0.9 + 0.05).astype(np.float32),
    "pictures": (_RANDOM.random_sample((2, 6, 8, 3)) * 0.9 + 0.05).astype(np.float32),
    "classes": np.array([1, 0, 5, 2], np.int64),
    "targets": np.eye(6, dtype=np.float32)[[1, 0, 5, 2]],
    "ones": np.array([[1.0], [0.0], [1.0], [1.0]], np.float32),
    "tokens": np.array([[1, 4, 0], [2, 2, 3]], np.int64),
    "lengths": np.array([3, 8], np.int32),
    "boxes": np.array([[0.1, 0.2, 0.6, 0.9], [0.0, 0.0, 1.0, 1.0]], np.float32),
    "owners": np.array([0, 1], np.int32),
    "yes": np.array(True),
}

# How much of the inputs' shapes is known: of the size of an axis among so many, whether the graph has it.
VIEWS = {
    "known": lambda axis, rank: True,
    "batch unknown": lambda axis, rank: axis > 0,
    "inside unknown": lambda axis, rank: axis in (0, rank - 1),
    "channels alone known": lambda axis, rank: axis == rank - 1,
    "nothing known": lambda axis, rank: False,
    "rank unknown": None,
}

CALLS = [
    *(call for call in values_of_tf.CALLS if values_of_tf.inputs_of(call)),
    *"""
tf.layers.dense(rows, 3)
tf.layers.dense(series, 3, activation=tf.nn.relu)
tf.layers.flatten(images)
tf.layers.dropout(rows, 0.5)
tf.layers.conv1d(series, 5, 3)
tf.layers.conv1d(series, 5, 3, 2, 'same')
tf.layers.conv1d(series, 5, 3, padding='causal', dilation_rate=2)
tf.layers.conv2d(images, 5, 3)
tf.layers.conv2d(images, 5, (3, 2), (2, 1), 'same')
tf.layers.conv2d(images, 5, 3, dilation_rate=2)
tf.layers.conv2d(images, 5, 3, data_format='channels_last', use_bias=False)
tf.layers.conv3d(volumes, 3, 2)
tf.layers.conv3d(volumes, 3, 2, 2, 'same')
tf.layers.conv2d_transpose(images, 5, 3, 2)
tf.layers.conv2d_transpose(images, 5, 3, 2, 'same')
tf.layers.conv3d_transpose(volumes, 3, 2, 2, 'same')
tf.layers.separable_conv1d(series, 5, 3, depth_multiplier=2)
tf.layers.separable_conv2d(images, 5, 3, padding='same')
tf.layers.separable_conv2d(images, 5, 3, 2)
tf.layers.max_pooling1d(series, 2, 2)
tf.layers.max_pooling2d(images, 2, 2)
tf.layers.max_pooling2d(images, 3, 2, 'same')
tf.layers.max_pooling3d(volumes, 2, 2)
tf.layers.average_pooling1d(series, 3, 2, 'same')
tf.layers.average_pooling2d(images, (2, 3), 1)
tf.layers.average_pooling3d(volumes, 2, 2)
tf.layers.batch_normalization(images, training=True)
tf.layers.batch_normalization(images)
tf.layers.batch_normalization(rows, training=True)
tf.layers.batch_normalization(series, training=True, scale=False)
tf.layers.batch_normalization(images, training=yes)
tf.nn.conv1d(series, tf.ones([3, 3, 2]), 1, 'SAME')
tf.nn.conv2d(images, tf.ones([3, 3, 4, 2]), [1, 2, 2, 1], 'VALID')
tf.nn.conv2d(images, tf.ones([3, 3, 4, 2]), [1, 2, 1, 1], 'SAME')
tf.nn.conv2d(images, tf.ones([3, 3, 4, 2]), [1, 1, 1, 1], 'SAME', dilations=[1, 2, 2, 1])
tf.nn.conv2d(images, tf.ones([3, 3, 4, 2]), 2, [[0, 0], [1, 2], [0, 1], [0, 0]])
tf.nn.conv3d(volumes, tf.ones([2, 2, 2, 2, 3]), [1, 2, 2, 2, 1], 'SAME')
tf.nn.convolution(images, tf.ones([3, 3, 4, 2]), 'SAME', dilation_rate=[2, 1])
tf.nn.atrous_conv2d(images, tf.ones([2, 2, 4, 2]), 2, 'VALID')
tf.nn.depthwise_conv2d(images, tf.ones([3, 3, 4, 2]), [1, 1, 1, 1], 'SAME')
tf.nn.depthwise_conv2d(images, tf.ones([3, 3, 4, 2]), [1, 2, 2, 1], 'VALID')
tf.nn.separable_conv2d(images, tf.ones([3, 3, 4, 2]), tf.ones([1, 1, 8, 3]), [1, 1, 1, 1], 'SAME')
tf.nn.conv2d_transpose(images, tf.ones([3, 3, 2, 4]), [2, 12, 16, 2], [1, 2, 2, 1])
tf.nn.conv2d_transpose(images, tf.ones([3, 3, 2, 4]), [tf.shape(images)[0], 12, 16, 2], [1, 2, 2, 1])
tf.nn.max_pool(images, [1, 2, 2, 1], [1, 2, 2, 1], 'SAME')
tf.nn.max_pool(images, 3, 2, 'VALID')
tf.nn.avg_pool(images, [1, 3, 3, 1], [1, 1, 2, 1], 'VALID')
tf.nn.max_pool3d(volumes, [1, 2, 2, 2, 1], [1, 2, 2, 2, 1], 'VALID')
tf.nn.avg_pool3d(volumes, [1, 2, 2, 2, 1], [1, 1, 2, 2, 1], 'SAME')
tf.nn.pool(images, [2, 2], 'MAX', 'SAME')
tf.nn.pool(series, [2], 'AVG', 'VALID', strides=[2])
tf.nn.max_pool_with_argmax(images, [1, 2, 2, 1], [1, 2, 2, 1], 'VALID')
tf.nn.lrn(images)
tf.nn.local_response_normalization(images, 2)
tf.nn.fused_batch_norm(images, tf.ones([4]), tf.zeros([4]))
tf.nn.batch_normalization(images, tf.zeros([4]), tf.ones([4]), None, None, 0.001)
tf.nn.moments(images, [0, 1, 2])
tf.nn.moments(images, [1, 2], keep_dims=True)
tf.nn.bias_add(images, [1.0, 2.0, 3.0, 4.0])
tf.nn.l2_normalize(images, -1)
tf.nn.softmax(rows)
tf.nn.softmax(images, axis=1)
tf.nn.log_softmax(rows)
tf.nn.top_k(rows, 2)
tf.nn.in_top_k(rows, classes, 2)
tf.nn.embedding_lookup(rows, tokens % 4)
tf.nn.dropout(images, 1.0)
tf.space_to_depth(images, 2)
tf.depth_to_space(images, 2)
tf.space_to_batch(images, [[0, 0], [0, 0]], 2)
tf.space_to_batch_nd(images, [2, 2], [[0, 0], [2, 2]])
tf.batch_to_space_nd(tf.concat([images, images], 0), [2, 2], [[0, 0], [1, 0]])
tf.extract_image_patches(images, [1, 2, 2, 1], [1, 2, 2, 1], [1, 1, 1, 1], 'VALID')
tf.nn.rnn_cell.BasicLSTMCell(4)(rows, tf.nn.rnn_cell.BasicLSTMCell(4).zero_state(tf.shape(rows)[0], tf.float32))
tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(4), series, dtype=tf.float32)
tf.nn.dynamic_rnn(tf.nn.rnn_cell.BasicRNNCell(4), series, lengths, dtype=tf.float32)
tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(4), series, dtype=tf.float32, time_major=True)
tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(4, use_peepholes=True, num_proj=3), series, lengths, dtype=tf.float32)
tf.nn.dynamic_rnn(tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.GRUCell(4), tf.nn.rnn_cell.BasicRNNCell(2)]), series, dtype=tf.float32)
tf.nn.dynamic_rnn(tf.nn.rnn_cell.ResidualWrapper(tf.nn.rnn_cell.GRUCell(3)), series, lengths, dtype=tf.float32)
tf.nn.dynamic_rnn(tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(3)), series, lengths, dtype=tf.float32)
tf.nn.bidirectional_dynamic_rnn(tf.nn.rnn_cell.GRUCell(4), tf.nn.rnn_cell.GRUCell(2), series, lengths, dtype=tf.float32)
tf.nn.static_rnn(tf.nn.rnn_cell.GRUCell(4), [rows, more], dtype=tf.float32)
tf.nn.static_rnn(tf.nn.rnn_cell.BasicLSTMCell(4), [rows, more], dtype=tf.float32)
tf.cond(yes, lambda: rows, lambda: more)
tf.cond(yes, lambda: rows, lambda: series)
tf.cond(yes, lambda: (rows, rows[:2]), lambda: (more, more))
tf.case([(yes, lambda: rows)], default=lambda: more * 2.0)
tf.switch_case(tf.cast(yes, tf.int32), [lambda: rows, lambda: more])
tf.switch_case(tf.cast(yes, tf.int32), [lambda: rows, lambda: series, lambda: rows])
tf.switch_case(tf.cast(yes, tf.int32), {1: lambda: (rows, more), 0: lambda: (rows[:2], more)}, default=lambda: (more, rows))
tf.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, x * 2.0), [0, rows])
tf.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, tf.concat([x, rows], 0)), [0, rows], [tf.TensorShape([]), tf.TensorShape([None, 6])])
tf.map_fn(lambda row: row * 2.0, rows)
tf.map_fn(lambda pair: tf.reduce_sum(pair[0]) + pair[1], (rows, more), dtype=tf.float32)
tf.map_fn(lambda image: tf.image.flip_up_down(image), images)
tf.scan(lambda state, row: state + row, rows)
tf.scan(lambda state, row: state + tf.reduce_sum(row), rows, initializer=0.0)
tf.foldl(lambda state, row: state + row, rows)
tf.foldr(lambda state, row: state * 0.5 + row, rows)
tf.TensorArray(tf.float32, 4).unstack(rows).stack()
tf.TensorArray(tf.float32, 2, infer_shape=False).unstack(rows[:2]).concat()
tf.image.resize_images(pictures, [3, 4])
tf.image.resize_images(picture, [3, 4])
tf.image.resize_bilinear(pictures, [12, 9], align_corners=True)
tf.image.resize_nearest_neighbor(pictures, lengths)
tf.image.resize_bicubic(pictures, [5, 5])
tf.image.resize_area(pictures, [3, 3])
tf.image.resize_image_with_crop_or_pad(pictures, 4, 10)
tf.image.resize_image_with_crop_or_pad(picture, 8, 5)
tf.image.resize_image_with_pad(pictures, 5, 5)
tf.image.central_crop(picture, 0.5)
tf.image.central_crop(pictures, 0.5)
tf.image.crop_to_bounding_box(pictures, 1, 2, 3, 4)
tf.image.pad_to_bounding_box(pictures, 1, 2, 10, 12)
tf.image.crop_and_resize(pictures, boxes, owners, [4, 4])
tf.image.flip_left_right(pictures)
tf.image.flip_up_down(picture)
tf.image.transpose_image(pictures)
tf.image.rot90(picture)
tf.image.rot90(pictures, 2)
tf.image.rgb_to_grayscale(pictures)
tf.image.grayscale_to_rgb(pictures[..., :1])
tf.image.rgb_to_hsv(pictures)
tf.image.hsv_to_rgb(pictures)
tf.image.rgb_to_yuv(pictures)
tf.image.adjust_brightness(pictures, 0.1)
tf.image.adjust_contrast(pictures, 1.5)
tf.image.adjust_saturation(pictures, 1.5)
tf.image.adjust_hue(pictures, 0.1)
tf.image.adjust_gamma(pictures, 2.0)
tf.image.per_image_standardization(picture)
tf.image.per_image_standardization(pictures)
tf.image.convert_image_dtype(pictures, tf.uint8)
tf.image.image_gradients(pictures)
tf.image.sobel_edges(pictures)
tf.image.total_variation(pictures)
tf.image.psnr(pictures, pictures * 0.9, 1.0)
tf.image.draw_bounding_boxes(pictures, tf.stack([boxes, boxes]))
tf.image.non_max_suppression(boxes, ones[:2, 0], 2)
tf.image.decode_png(tf.image.encode_png(tf.cast(picture * 255.0, tf.uint8)))
tf.losses.sparse_softmax_cross_entropy(classes, rows)
tf.losses.softmax_cross_entropy(targets, rows, reduction='none')
tf.losses.sigmoid_cross_entropy(targets, rows)
tf.losses.mean_squared_error(targets, rows, weights=ones)
tf.losses.absolute_difference(targets, rows, reduction='none')
tf.losses.huber_loss(targets, rows)
tf.losses.hinge_loss(targets, rows, weights=ones)
tf.losses.log_loss(targets, tf.nn.softmax(rows))
tf.losses.cosine_distance(targets, rows, axis=1)
tf.losses.mean_pairwise_squared_error(targets, rows)
tf.nn.sparse_softmax_cross_entropy_with_logits(labels=classes, logits=rows)
tf.nn.softmax_cross_entropy_with_logits_v2(labels=targets, logits=rows)
tf.nn.sigmoid_cross_entropy_with_logits(labels=targets, logits=rows)
tf.nn.weighted_cross_entropy_with_logits(targets, rows, 2.0)
tf.nn.l2_loss(images)
tf.clip_by_norm(rows, 1.0)
tf.clip_by_norm(rows, 1.0, axes=[1])
tf.clip_by_value(rows, -0.5, 0.5)
tf.clip_by_average_norm(rows, 1.0)
tf.clip_by_global_norm([rows, images], 1.0)
tf.reduce_sum(images, [1, 2])
tf.reduce_max(images, -1, keepdims=True)
tf.reduce_logsumexp(rows, 1)
tf.argmax(images, 3)
tf.concat([rows, more], 0)
tf.concat([rows, more], 1)
tf.concat([images, images[..., :2]], -1)
tf.stack([rows, more], 1)
tf.unstack(rows, 4)
tf.unstack(series, axis=2)
tf.split(images, 2, 3)
tf.split(rows, [1, 3], 0)
tf.reshape(images, [-1, 48, 4])
tf.reshape(images, [tf.shape(images)[0], -1])
tf.reshape(rows, tf.shape(more))
tf.transpose(images, [0, 3, 1, 2])
tf.expand_dims(rows, 1)
tf.squeeze(ones)
tf.squeeze(ones, [1])
tf.tile(rows, [2, 3])
tf.pad(images, [[0, 0], [1, 1], [2, 0], [0, 0]])
tf.pad(series, [[0, 0], [2, 1], [0, 0]], 'REFLECT')
tf.slice(rows, [1, 2], [2, -1])
rows[:, 2:4]
rows[1:, tf.newaxis]
images[..., 1]
images[:, ::2, 1:-1]
rows[-1]
tf.gather(rows, classes[:2])
tf.gather(images, owners, axis=3)
tf.gather(series, lengths % 3, axis=-1)
tf.gather(t, l[:, :2] % 3, axis=1, batch_dims=1)
tf.gather_nd(rows, tokens[:, :1])
tf.boolean_mask(rows, classes > 1)
tf.where(rows > more, rows, more)
tf.where(classes > 1, rows, more)
tf.where(rows > 0.0)
tf.one_hot(tokens, 5)
tf.one_hot(tokens, 5, axis=1)
tf.sequence_mask(lengths)
tf.sequence_mask(lengths, 9)
tf.reverse_sequence(series, lengths, 1)
tf.reverse(images, [1, 2])
tf.matmul(rows, more, transpose_b=True)
tf.matmul(rows, tf.ones([6, 2]))
tf.matmul(series, tf.ones([2, 3, 5]))
rows + ones
ones - rows
rows * more
images + tf.ones([8, 1])
tf.cumsum(rows, 1)
tf.zeros_like(images)
tf.shape(images)
tf.size(images)
tf.rank(images)
tf.fill(tf.shape(rows), 2.0)
tf.broadcast_to(ones, tf.shape(rows))
tf.random_crop(picture, [6, 8, 3])
tf.segment_sum(rows, tf.constant([0, 0, 1, 2]))
tf.unsorted_segment_sum(rows, classes, 6)
tf.dynamic_partition(rows, tf.cast(classes, tf.int32) % 2, 2)
tf.dynamic_stitch([[0, 2], [1, 3]], [rows[:2], rows[2:]])
tf.identity_n([rows, images])
""".strip().splitlines(),
]


def shapes(tf: Any, call: str) -> dict[str, Any]:
    """By view, the static shapes that a call gives, or the kind of its refusal."""
    return {view: _shapes(tf, call, view) for view in VIEWS}


def _shapes(tf: Any, call: str, view: str) -> Any:
    with tf.Graph().as_default():
        try:
            return [None if y.shape.ndims is None else y.shape.as_list() for y in traced(tf, call, view)[0]]
        except (ValueError, TypeError, AssertionError, AttributeError, KeyError) as error:
            return type(error).__name__


def outcome(tf: Any, call: str, view: str) -> list[Any]:
    """The values that a call gives, and the gradients of its inputs that have one, whatever is not known."""
    with tf.Graph().as_default() as graph:
        ys, xs = traced(tf, call, view)
        smooth = [y for y in ys if y.dtype.is_floating]
        try:
            dxs = tf.gradients([tf.reduce_sum(y * y) for y in smooth], xs) if smooth else []
        except LookupError:
            dxs = []
        fetches = [*ys, *(tf.convert_to_tensor(dx) for dx in dxs if dx is not None)]
        feeds = {graph.get_tensor_by_name(f"{name}:0"): INPUTS[name] for name in inputs_of(call)}
        with tf.Session() as session:
            for variable in tf.global_variables():
                seed = zlib.crc32(variable.name.encode())
                variable.load(np.random.RandomState(seed).random_sample(variable.shape.as_list()), session)
            return session.run(fetches, feeds)


def inputs_of(call: str) -> list[str]:
    """The names of the inputs that a call uses."""
    return sorted({node.id for node in ast.walk(ast.parse(call)) if isinstance(node, ast.Name)} & set(INPUTS))


def traced(tf: Any, call: str, view: str) -> tuple[list[Any], list[Any]]:
    """The tensors that a call gives in the default graph, and its inputs."""
    xs = {name: _placeholder(tf, name, view) for name in inputs_of(call)}
    return _leaves(eval(call, {"tf": tf, "np": np, **xs})), list(xs.values())  # noqa: S307  those above


def _placeholder(tf: Any, name: str, view: str) -> Any:
    value, is_known = INPUTS[name], VIEWS[view]
    shape = is_known and [
        size if is_known(axis, value.ndim) else None for axis, size in enumerate(value.shape)
    ]
    return tf.placeholder(tf.as_dtype(value.dtype), shape, name=name)


def _leaves(result: Any) -> list[Any]:
    if isinstance(result, (list, tuple)):
        return [leaf for part in result for leaf in _leaves(part)]
    return [] if result is None else [result]
