"""Calls of ``tf`` as public scripts write them: every argument by its keyword, or few by position, or all.

The calls are text or small functions, so that TensorFlow (tests/interop/tf_uses.py) and this package (tests/test_uses.py)
evaluate the very same ones; nothing is imported here that either of them lacks. tests/data/tf/uses.json has TensorFlow's
answers, and tests/data/symbols.txt the ways to call each function that rows are wanted of.
"""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from tests import keywords_of_tf
from tests.cases_of_tf import CASES
from tests.parsing_of_tf import entry, example, floats, ints, lists, texts
from tests.shapes_of_tf import INPUTS, inputs_of
from tests.values_of_tf import written

MANY = 40  # numbers of a result that are looked at
RECORD = example(entry(b"a", ints(5)), entry(b"b", floats(1.5, 2.5)), entry(b"c", texts(b"x", b"yy")))
SERIES = example(entry(b"a", ints(5))) + lists(b=[ints(1), ints(2)])

ARRAYS = """
tf.Variable(initial_value=[3.0], aggregation=tf.VariableAggregation.SUM, synchronization=tf.VariableSynchronization.ON_READ)
tf.Variable(initial_value=[[1.0, 2.0]], expected_shape=[1, 2], name='given')
tf.Variable([1.0, 2.0], False).trainable
tf.Variable([0.0], synchronization=tf.VariableSynchronization.ON_READ).trainable
tf.Variable([0.0], True, synchronization=tf.VariableSynchronization.ON_READ).trainable
tf.Variable(1, False, collections=[tf.GraphKeys.LOCAL_VARIABLES], name='given', dtype=tf.float64)
tf.get_variable(name='w', shape=[2], dtype=tf.float64, initializer=tf.ones_initializer(), synchronization=tf.VariableSynchronization.ON_READ, aggregation=tf.VariableAggregation.MEAN)
tf.get_variable('w', [2], tf.float64, tf.ones_initializer(), None, False).trainable
tf.TensorShape(dims=[2, None]).as_list()
tf.SparseTensor(indices=[[0, 1], [1, 0]], values=[1.0, 2.0], dense_shape=[2, 3])
tf.abs(x=x)
tf.add_n([x, y], 'given')
tf.add_n([x, y], name='given')
tf.argmax(input=x, axis=1, name='given', output_type=tf.int32)
tf.argmin(input=x, axis=1, output_type=tf.int32)
tf.boolean_mask(tensor=x, mask=[True, False])
tf.cast(x=x, dtype=tf.int32)
tf.cast(x, dtype=tf.float64)
tf.clip_by_value(t=x, clip_value_min=-0.5, clip_value_max=0.5)
tf.clip_by_value(x, clip_value_min=-0.5, clip_value_max=0.5)
tf.concat(values=[x, y], axis=1, name='given')
tf.concat([x, y], axis=-1)
tf.constant(value=3, dtype=tf.float32, shape=[2], name='given')
tf.constant([1, 2], tf.int64, [2])
tf.constant(2.5, dtype=tf.float64)
tf.convert_to_tensor(value=[1, 2], dtype=tf.float32, name='given')
tf.equal(x=x, y=0.0)
tf.expand_dims(input=x, axis=0, name='given')
tf.fill(dims=[2, 3], value=7)
tf.floordiv(k, 2)
tf.floordiv(x=x, y=0.5, name='given')
tf.floormod(k, 2)
tf.floormod(x=x, y=0.5, name='given')
tf.mod(k, -2)
tf.mod(x=x, y=-0.5, name='given')
tf.gather(params=rows, indices=[2, 0], axis=1)
tf.gradients(tf.reduce_sum(x * x), [x], colocate_gradients_with_ops=True)
tf.gradients(x * x + x, x, aggregation_method=tf.AggregationMethod.ADD_N)
tf.gradients(ys=x * y, xs=[x, y], grad_ys=[y], name='given', stop_gradients=[y])
tf.gradients(x, [x, y], None, 'given', False, False, None, None, tf.UnconnectedGradients.ZERO)
tf.as_dtype(type_value='int64').name
tf.tuple(tensors=[x, y], control_inputs=[tf.no_op()])
tf.tuple([x, y], 'given')
tf.logical_xor(x=b, y=b, name='given')
tf.greater(x=x, y=y)
tf.less(x=x, y=y)
tf.less_equal(x, y)
tf.less_equal(x=x, y=y, name='given')
tf.identity(input=x, name='given')
tf.identity(x, 'given')
tf.log(x=p)
tf.logical_and(x=b, y=b)
tf.math.expm1(x)
tf.math.expm1(x=x, name='given')
tf.map_fn(fn=lambda row: row * 2.0, elems=x, back_prop=False)
tf.map_fn(lambda row: tf.reduce_sum(row), x, dtype=tf.float32, parallel_iterations=2, name='given')
tf.matmul(a=x, b=y, transpose_b=True)
tf.maximum(x=x, y=y)
tf.minimum(x=x, y=y)
tf.multinomial([[0.0, -1e9], [-1e9, 0.0]], num_samples=3)
tf.multiply(x=x, y=y)
tf.subtract(x=x, y=y)
x[:, tf.newaxis]
tf.norm(tensor=x, axis=1)
tf.one_hot(indices=[0, 2], depth=3, on_value=5.0, off_value=-1.0)
tf.one_hot(k, depth=4)
tf.ones(shape=[2], dtype=tf.int32)
tf.ones_like(x, tf.int32)
tf.ones_like(tensor=x, dtype=tf.int64)
tf.zeros(shape=[2], dtype=tf.int32)
tf.zeros_like(x, tf.int32)
tf.zeros_like(tensor=x)
tf.py_func(lambda a, b: a + b, [x, y], tf.float32, False)
tf.py_func(func=np.sinh, inp=[x], Tout=tf.float32, stateful=False, name='given')
tf.random_crop(value=x, size=[2, 3])
tf.random_normal(shape=[2], mean=3.0, stddev=0.0, dtype=tf.float64, name='given')
tf.random_uniform(shape=[2], minval=3.0, maxval=3.0, name='given')
tf.truncated_normal(shape=[2], mean=3.0, stddev=0.0, dtype=tf.float64, name='given')
tf.range(start=1, limit=7, delta=2, dtype=tf.int64)
tf.reduce_any(input_tensor=b, axis=1)
tf.reduce_max(input_tensor=x, axis=1, keep_dims=True)
tf.reduce_mean(input_tensor=x, axis=0)
tf.reduce_sum(input_tensor=x, axis=[0, 1], name='given')
tf.reshape(tensor=x, shape=[-1], name='given')
tf.reshape(x, shape=[3, 2])
tf.reverse_sequence(input=x, seq_lengths=[2, 1], seq_axis=1, batch_axis=0)
tf.shape(input=x, out_type=tf.int64)
tf.slice(input_=x, begin=[0, 1], size=[-1, 2])
tf.slice(x, begin=[0, 1], size=[1, 1])
tf.split(x, num_or_size_splits=2)
tf.split(value=x, num_or_size_splits=[1, 2], axis=1, name='given')
tf.sqrt(x=p)
tf.square(x=x)
tf.squeeze(input=x[:1], axis=0, name='given')
tf.squeeze(x[:1], [0])
tf.stack(values=[x, y], axis=1, name='given')
tf.tile(input=x, multiples=[2, 1])
tf.tile(x, multiples=[1, 2])
tf.to_float(k, 'given')
tf.to_float(x=k, name='given')
tf.to_int32(x)
tf.to_int32(x=x, name='given')
tf.transpose(a=x, perm=[1, 0])
tf.unstack(value=x, num=2, axis=0)
tf.where(condition=b, x=x, y=y)
tf.where(condition=b)
""".strip().splitlines()

TEXTS = """
tf.decode_csv(records=['1,a', ',b'], record_defaults=[[7], ['none']], field_delim=',')
tf.decode_csv(['1;a'], record_defaults=[[7], ['none']], field_delim=';')
tf.decode_raw(bytes=['abcd', 'efgh'], out_type=tf.uint8)
tf.decode_raw(['abcd'], out_type=tf.int16, little_endian=False)
tf.matching_files(pattern=folder + '/image_files/*.jpg')[:2] == folder + '/image_files/colour.jpg'
tf.size(tf.matching_files(folder + '/image_files/*.gif'))
tf.read_file(filename=folder + '/image_files/single.gif')
tf.image.decode_jpeg(contents=tf.read_file(folder + '/image_files/grey.jpg'), channels=1, fancy_upscaling=True, dct_method='INTEGER_ACCURATE')
tf.string_split(source=['a b', 'c'], delimiter=' ')
tf.string_to_number(string_tensor=['1', '2.5'], out_type=tf.float64)
tf.string_to_number(['1', '2'], out_type=tf.int32)
tf.sparse_merge(sp_ids=sparse(l), sp_values=sparse(tf.cast(l, tf.float32)), vocab_size=13)
tf.sparse_tensor_to_dense(sp_input=sparse(x), default_value=-1.0)
tf.sparse.to_dense(sparse(x), default_value=-1.0)
tf.sparse_to_dense(sparse_indices=[[1, 0], [0, 1]], output_shape=[2, 2], sparse_values=[1, 2], default_value=9, validate_indices=False)
tf.parse_example(serialized=[RECORD], features={'a': tf.FixedLenFeature(shape=[], dtype=tf.int64, default_value=3), 'b': tf.VarLenFeature(dtype=tf.float32)})
tf.parse_example([RECORD], features={'b': tf.FixedLenFeature([2], dtype=tf.float32), 'z': tf.FixedLenFeature((), tf.int64, default_value=0)})
tf.parse_single_example(serialized=RECORD, features={'a': tf.io.FixedLenFeature(shape=[1], dtype=tf.int64)})
tf.parse_single_example(RECORD, features={'c': tf.VarLenFeature(tf.string)})
tf.io.parse_single_example(serialized=RECORD, features={'a': tf.io.FixedLenFeature([1], tf.int64)})
tf.io.parse_single_example(RECORD, features={'c': tf.io.VarLenFeature(tf.string)})
tf.parse_single_sequence_example(serialized=SERIES, context_features={'a': tf.FixedLenFeature([], tf.int64)}, sequence_features={'b': tf.VarLenFeature(tf.int64)})
tf.parse_single_sequence_example(SERIES, sequence_features={'b': tf.FixedLenSequenceFeature(shape=[1], dtype=tf.int64)})
tf.summary.scalar(name='loss', tensor=v[0])
tf.summary.histogram('weights', v, collections=['mine'])
""".strip().splitlines()

NETWORK = """
tf.layers.Dense(3, tf.nn.relu)(rows)
tf.layers.Dense(units=3, activation=tf.tanh, use_bias=True, kernel_initializer=tf.ones_initializer(), bias_regularizer=tf.nn.l2_loss, activity_regularizer=tf.nn.l2_loss, kernel_constraint=tf.abs, bias_constraint=tf.abs, name='given')(rows)
tf.layers.Dropout(0.5)(rows, training=False)
tf.layers.Dropout(rate=0.0, noise_shape=None, seed=1, name='given')(rows, training=True)
tf.layers.Flatten()(images)
tf.layers.Flatten(name='given')(images)
tf.layers.average_pooling2d(inputs=images, pool_size=[2, 2], strides=2, padding='same', data_format='channels_last', name='given')
tf.layers.average_pooling2d(images, 2, strides=2)
tf.layers.average_pooling2d(images, pool_size=3, strides=1)
tf.layers.max_pooling2d(inputs=images, pool_size=[2, 2], strides=2, padding='same', data_format='channels_last', name='given')
tf.layers.max_pooling2d(images, 2, strides=2)
tf.layers.max_pooling2d(images, pool_size=3, strides=1)
tf.layers.batch_normalization(inputs=images, axis=-1, momentum=0.9, epsilon=0.01, training=True, reuse=False, name='given')
tf.layers.conv1d(inputs=series, filters=2, kernel_size=3, strides=2, padding='same', activation=tf.nn.relu, kernel_regularizer=tf.nn.l2_loss, name='given', reuse=None)
tf.layers.conv1d(series, filters=2, kernel_size=3)
tf.layers.conv2d(inputs=images, filters=2, kernel_size=[3, 3], strides=(2, 1), padding='same', activation=tf.nn.relu, kernel_initializer=tf.ones_initializer(), bias_initializer=tf.ones_initializer(), kernel_regularizer=tf.nn.l2_loss, name='given')
tf.layers.conv2d(images, filters=2, kernel_size=3)
tf.layers.conv2d(images, 2, kernel_size=3)
tf.layers.dense(inputs=rows, units=3, activation=None, kernel_constraint=tf.abs, bias_constraint=tf.abs)
tf.layers.dropout(inputs=rows, rate=0.5, training=False)
tf.layers.flatten(inputs=images, name='given')
tf.nn.conv2d(input=images, filter=tf.ones([3, 3, 4, 2]), strides=[1, 2, 2, 1], padding='SAME', name='given')
tf.nn.max_pool(value=images, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding='SAME')
tf.nn.max_pool(images, ksize=[1, 3, 3, 1], strides=[1, 2, 2, 1], padding='VALID')
tf.nn.lrn(images, 2, bias=2.0, alpha=0.5, beta=0.75)
tf.nn.lrn(input=images, depth_radius=1, name='given')
tf.nn.embedding_lookup(params=rows, ids=[[1, 0], [3, 3]])
tf.nn.in_top_k(predictions=rows, targets=classes, k=2, name='given')
tf.nn.l2_normalize(x=x, axis=1, epsilon=0.1, name='given')
tf.nn.l2_normalize(x, dim=1)
tf.nn.top_k(input=rows, k=2, sorted=True)
tf.nn.top_k(rows, k=3)
tf.nn.relu(features=x)
tf.nn.relu(x, 'given')
tf.nn.sigmoid(x=x, name='given')
tf.sigmoid(x, name='given')
tf.nn.softmax(logits=x, axis=0)
tf.nn.softmax(x, 0)
tf.nn.sigmoid_cross_entropy_with_logits(labels=f, logits=x, name='given')
tf.nn.nce_loss(weights=rows, biases=tf.ones([4]), labels=tf.constant([[1], [2]], tf.int64), inputs=more[:2], num_sampled=2, num_classes=4, num_true=1, sampled_values=([1, 0], [[0.5], [0.25]], [0.5, 0.75]), remove_accidental_hits=True, partition_strategy='div', name='given')
tf.nn.dynamic_rnn(cell=tf.nn.rnn_cell.LSTMCell(num_units=2, activation=tf.nn.relu, forget_bias=0.5), inputs=series, sequence_length=lengths, dtype=tf.float32)
tf.nn.dynamic_rnn(tf.nn.rnn_cell.BasicLSTMCell(num_units=2, forget_bias=0.5, state_is_tuple=True), series, dtype=tf.float32)
tf.nn.static_rnn(cell=tf.nn.rnn_cell.GRUCell(num_units=2), inputs=[x, y], initial_state=tf.ones([2, 2]))
tf.nn.static_rnn(tf.nn.rnn_cell.DropoutWrapper(cell=tf.nn.rnn_cell.BasicRNNCell(2), input_keep_prob=1.0), [x, y], dtype=tf.float32)
tf.nn.dynamic_rnn(tf.nn.rnn_cell.MultiRNNCell(cells=[tf.nn.rnn_cell.LSTMCell(2), tf.nn.rnn_cell.LSTMCell(3)], state_is_tuple=True), series, dtype=tf.float32)
tf.image.convert_image_dtype(image=pictures, dtype=tf.uint8)
tf.image.convert_image_dtype(pictures, dtype=tf.float64)
tf.image.random_brightness(image=picture, max_delta=0.0)
tf.image.random_brightness(picture, max_delta=0.0)
tf.image.random_contrast(image=picture, lower=1.0, upper=1.0000001)
tf.image.random_contrast(picture, lower=1.0, upper=1.0000001)
tf.image.random_flip_left_right(image=picture[:, :1])
tf.image.resize_bilinear(images=pictures, size=[3, 5])
tf.image.resize_images(pictures, size=[3, 5])
tf.image.resize_images(images=pictures, size=[3, 5], method=tf.image.ResizeMethod.NEAREST_NEIGHBOR, align_corners=True)
tf.constant_initializer(value=2, dtype=tf.float64)([2])
""".strip().splitlines()

MEASURES = """
tf.losses.get_regularization_loss(name='given')
tf.losses.mean_squared_error(labels=rows, predictions=more)
tf.losses.sigmoid_cross_entropy(multi_class_labels=targets, logits=rows)
tf.losses.softmax_cross_entropy(onehot_labels=targets, logits=rows, weights=[1.0, 0.5, 0.0, 2.0])
tf.losses.softmax_cross_entropy(targets, logits=rows)
tf.losses.sparse_softmax_cross_entropy(labels=classes, logits=rows, weights=[1.0, 0.5, 0.0, 2.0])
tf.metrics.accuracy(labels=classes, predictions=[1, 0, 4, 2], weights=[1.0, 2.0, 3.0, 4.0], name='given')
tf.metrics.accuracy(classes, predictions=[1, 0, 4, 2])
tf.metrics.auc(labels=ones, predictions=tf.sigmoid(rows[:, :1]), weights=ones, name='given')
tf.metrics.mean(values=rows, weights=ones)
tf.metrics.mean_absolute_error(labels=rows, predictions=more)
tf.metrics.mean_per_class_accuracy(labels=classes, predictions=tf.constant([1, 0, 4, 2]), num_classes=6)
tf.metrics.mean_squared_error(labels=rows, predictions=more)
tf.metrics.precision(labels=ones, predictions=[[1], [1], [0], [1]])
tf.metrics.recall(labels=ones, predictions=[[1], [1], [0], [1]])
tf.metrics.root_mean_squared_error(labels=rows, predictions=more)
""".strip().splitlines()

CALLS = [*ARRAYS, *TEXTS, *NETWORK, *MEASURES]
ALL = [*CALLS, *keywords_of_tf.CALLS, *CASES]


def outcome(tf: Any, call: str) -> dict[str, Any]:
    """What a call gives.

    Returns
    -------
    dict
        ``values``: [type, numbers] of each tensor, and other values as they are; after all variables have got numbers
        that depend on their names; of a metric the value after one update. ``shapes``: what the graph knows of those of the
        tensors. ``scopes``: of a call that gives a name the first part of the tensors' names.
    """
    with tf.Graph().as_default(), tf.Session() as session:
        xs = {
            name: tf.placeholder(tf.as_dtype(INPUTS[name].dtype), INPUTS[name].shape)
            for name in _inputs(call)
        }
        leaves = _leaves(CASES[call](tf) if call in CASES else eval(call, _names(tf) | xs))  # noqa: S307  those above
        _fill_variables(tf, session)
        feeds = {xs[name]: INPUTS[name] for name in xs}
        if call.startswith("tf.metrics."):
            session.run(leaves.pop(), feeds)
        tensors = [leaf for leaf in leaves if hasattr(leaf, "op")]
        values = iter(session.run(tensors, feeds))
        return {
            "values": [_plain(next(values) if hasattr(leaf, "op") else leaf) for leaf in leaves],
            "shapes": [_shape(tensor) for tensor in tensors],
            "scopes": [tensor.name.split("/")[0].split(":")[0] for tensor in tensors]
            if "given" in call
            else [],
        }


def _inputs(call: str) -> list[str]:
    return [] if call in CASES else inputs_of(call)


def _names(tf: Any) -> dict[str, Any]:
    return {
        "tf": tf,
        "np": np,
        "RECORD": RECORD,
        "SERIES": SERIES,
        "folder": os.path.relpath(Path(__file__).parent / "data" / "tf"),
        "sparse": lambda x: tf.SparseTensor(
            tf.where(x > 0), tf.gather_nd(x, tf.where(x > 0)), tf.shape(x, out_type=tf.int64)
        ),
    }


def _fill_variables(tf: Any, session: Any) -> None:
    """Initialized, and those that a function has made with numbers that depend on the name."""
    session.run(
        [tf.global_variables_initializer(), tf.local_variables_initializer(), tf.tables_initializer()]
    )
    for variable in tf.global_variables():
        if variable.op.name.endswith(("kernel", "bias", "gamma", "beta")):
            random = np.random.RandomState(zlib.crc32(variable.name.encode()))
            variable.load(random.random_sample(variable.shape.as_list()), session)


def _plain(value: Any) -> Any:
    """A value as JSON can have it; of many numbers some, and the type says the shape."""
    if not isinstance(value, (np.ndarray, np.generic, bytes)):
        return value
    array = np.asarray(value)
    if array.size <= MANY:
        return written(array)
    dtype, numbers = written(array.reshape(-1)[:: array.size // MANY | 1])
    return [f"{dtype} {array.shape}", numbers]


def _shape(tensor: Any) -> list[int | None] | None:
    return None if tensor.shape.ndims is None else tensor.shape.as_list()


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        value = [value[key] for key in sorted(value)]
    if hasattr(value, "dense_shape"):
        value = [value.indices, value.values, value.dense_shape]
    return [leaf for part in value for leaf in _leaves(part)] if isinstance(value, (list, tuple)) else [value]
