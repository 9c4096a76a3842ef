"""One call of every function of ``tf`` that adds operations, and the names that it leaves in the graph.

The calls are text, so that TensorFlow (tests/interop/tf_names.py) and this package (tests/test_names.py) evaluate the
very same ones; nothing is imported here that either of them lacks. tests/data/tf/names.json has TensorFlow's answers.
"""

from __future__ import annotations

from typing import Any

CALLS = """
tf.placeholder(tf.float32, [2])
tf.placeholder_with_default(x, [None, 3])
tf.placeholder_with_default([1.0], [None])
tf.sparse_placeholder(tf.float32)
tf.sparse_placeholder(tf.float32, [2, None])
tf.sparse_placeholder(tf.float32, [2, 3], name='given')
tf.constant(1.0)
tf.constant([1, 2], name='given')
tf.constant(0, shape=[2, 2])
tf.convert_to_tensor([1.0])
tf.convert_to_tensor([x, y])
tf.convert_to_tensor(v)
tf.zeros([2])
tf.zeros([2000])
tf.zeros(tf.shape(u))
tf.zeros([2], name='given')
tf.ones([2])
tf.ones([2000])
tf.fill([2], 1.0)
tf.fill(tf.shape(u), 1.0)
tf.zeros_like(x)
tf.zeros_like(u)
tf.zeros_like(v)
tf.zeros_like(x, tf.int32)
tf.zeros_like([1, 2])
tf.ones_like(x)
tf.ones_like(u)
tf.ones_like(v)
tf.ones_like(u, tf.int32)
tf.range(3)
tf.range(1.0, 4.0, 0.5)
tf.range(tf.shape(u)[0])
tf.linspace(0.0, 1.0, 3)
tf.lin_space(0.0, 1.0, 3)
tf.eye(2)
tf.eye(2, 3)
tf.eye(2, batch_shape=[4])
tf.eye(tf.shape(u)[0])
tf.eye(2, name='given')
tf.meshgrid([1, 2], [3, 4, 5])
tf.identity(x)
tf.identity(1.0)
tf.stop_gradient(x)
tf.identity(s)
tf.identity(s, name='given')
tf.shape(s)
tf.size(s)
tf.rank(s)
tf.cast(s, tf.int32)
tf.cast(s, tf.int32, name='given')
tf.cast(s, tf.float32)
tf.tuple([x, s])
tf.convert_to_tensor(s.values)
tf.shape(x)
tf.shape(u)
tf.shape(v)
tf.shape(u, out_type=tf.int64)
tf.shape_n([x, u])
tf.size(x)
tf.size(u)
tf.rank(x)
tf.rank(a)
tf.reshape(x, [3, 2])
tf.reshape(x, [-1])
tf.reshape(u, [tf.shape(u)[0], 1, 3])
tf.expand_dims(x, 0)
tf.expand_dims(x, axis=-1)
tf.squeeze(tf.reshape(x, [2, 1, 3]), 1)
tf.squeeze(x)
tf.transpose(x)
tf.transpose(a)
tf.transpose(x, [1, 0])
tf.broadcast_to(x, [4, 2, 3])
tf.stack([x, y])
tf.stack([x, y], axis=1)
tf.unstack(x)
tf.concat([x, y], 0)
tf.concat([x], 0)
tf.split(x, 3, 1)
tf.split(x, [1, 2], 1)
tf.tile(x, [1, 2])
tf.reverse(x, [1])
tf.pad(x, [[0, 1], [1, 0]])
tf.pad(x, [[0, 1], [1, 0]], constant_values=2.0)
tf.pad(x, [[0, 1], [1, 0]], 'REFLECT')
tf.slice(x, [0, 0], [1, 2])
tf.strided_slice(x, [0, 0], [1, 2])
tf.strided_slice(x, [0, 0], [1, 2], [1, 1])
tf.gather(x, i)
tf.gather(x, [0])
tf.gather(v, i)
tf.gather(x, i, axis=1)
tf.gather_nd(x, [[0, 1]])
tf.scatter_nd([[0], [1]], [1.0, 2.0], [3])
tf.boolean_mask(x, b)
tf.boolean_mask(x, [True, False])
tf.boolean_mask(u, tf.placeholder(tf.bool, [None], name='mask'))
tf.one_hot(i, 3)
tf.one_hot(i, 3, on_value=2.0, off_value=1.0)
tf.one_hot(i, 3, dtype=tf.int32)
tf.sequence_mask(i)
tf.sequence_mask(i, 4)
tf.sequence_mask(i, 4, tf.float32)
tf.unique(i)
tf.unique_with_counts(i)
tf.nn.top_k(x, 2)
tf.math.top_k(x)
tf.nn.in_top_k(x, i, 1)
tf.segment_sum(x, [0, 1])
tf.segment_mean(x, [0, 1])
tf.segment_max(x, [0, 1])
tf.segment_min(x, [0, 1])
tf.segment_prod(x, [0, 1], name='given')
tf.unsorted_segment_sum(x, [0, 1], 2)
tf.unsorted_segment_max(x, [0, 1], 2)
tf.unsorted_segment_min(x, [0, 1], 2)
tf.unsorted_segment_prod(x, [0, 1], 2)
tf.unsorted_segment_mean(x, [0, 1], 2)
tf.unsorted_segment_mean(u, i, 2, name='given')
tf.unsorted_segment_sqrt_n(x, [0, 1], 2)
tf.sparse_segment_sum(x, [0, 1], [0, 0])
tf.sparse_segment_mean(x, [0, 1], [0, 0], num_segments=4)
tf.sparse_segment_sqrt_n(x, i, i, name='given')
tf.matrix_diag(x)
tf.linalg.diag([1.0, 2.0])
tf.matmul(x, y, transpose_b=True)
tf.matmul(x, [[1.0], [2.0], [3.0]])
tf.matmul(tf.reshape(x, [1, 2, 3]), tf.reshape(y, [1, 3, 2]))
tf.trace([[1.0, 2.0], [3.0, 4.0]])
tf.trace(a)
tf.equal(x, y)
tf.equal(x, 1.0)
tf.not_equal(x, y)
tf.less(x, y)
tf.less_equal(x, y)
tf.greater(x, y)
tf.greater_equal(x, 0.0)
tf.logical_and(b, b)
tf.logical_or(b, b)
tf.logical_not(b)
tf.logical_xor(b, b)
tf.is_nan(x)
tf.is_inf(x)
tf.is_finite(x)
tf.where(b)
tf.where(b, x, y)
tf.where_v2(b, x, 1.0)
tf.where_v2(b)
tf.abs(x)
tf.add(x, y)
tf.add(x, 1.0)
tf.add_n([x, y])
tf.add_n([x])
tf.accumulate_n([x, y])
tf.acos(x)
tf.acosh(x)
tf.asin(x)
tf.asinh(x)
tf.atan(x)
tf.atan2(x, y)
tf.atanh(x)
tf.cast(x, tf.int32)
tf.cast(x, tf.float32)
tf.cast(1, tf.float32)
tf.ceil(x)
tf.cos(x)
tf.cosh(x)
tf.div(x, y)
tf.div(i, i)
tf.div_no_nan(x, y)
tf.divide(x, y)
tf.divide(i, 2)
tf.erf(x)
tf.erfc(x)
tf.exp(x)
tf.expm1(x)
tf.floor(x)
tf.floordiv(x, y)
tf.floordiv(i, 2)
tf.floormod(x, y)
tf.mod(x, y)
tf.log(x)
tf.log1p(x)
tf.log_sigmoid(x)
tf.maximum(x, 0.0)
tf.minimum(x, y)
tf.multiply(x, y)
tf.math.multiply_no_nan(x, y)
tf.negative(x)
tf.pow(x, 2.0)
tf.realdiv(x, y)
tf.reciprocal(x)
tf.rint(x)
tf.round(x)
tf.round(i)
tf.rsqrt(x)
tf.saturate_cast(x, tf.int8)
tf.saturate_cast(x, tf.uint8)
tf.sigmoid(x)
tf.sign(x)
tf.sin(x)
tf.sinh(x)
tf.sqrt(x)
tf.square(x)
tf.squared_difference(x, y)
tf.subtract(x, y)
tf.tan(x)
tf.tanh(x)
tf.to_double(x)
tf.to_float(i)
tf.to_int32(x)
tf.to_int64(x)
tf.truediv(x, y)
tf.truediv(i, 2)
tf.truncatediv(i, i)
tf.truncatemod(i, i)
x + y
x + 1.0
1.0 + x
x - 1.0
1.0 - x
x * 2.0
2.0 * x
x / 2.0
1.0 / x
i / 2
i // 2
x % 2.0
x ** 2.0
2.0 ** x
-x
abs(x)
b & b
b | b
~b
x < 0.0
x <= y
x > 0.0
x >= y
x @ tf.transpose(y)
x[0]
x[:, 1:]
x[..., tf.newaxis]
u[:tf.shape(u)[0] - 1]
v + 1.0
v[0]
tf.random_normal([2])
tf.random_normal([2], stddev=0.5, seed=1)
tf.random_uniform([2])
tf.random_uniform([2], -1.0, 1.0)
tf.random_uniform([2], maxval=5, dtype=tf.int32)
tf.truncated_normal([2])
tf.random_shuffle(x)
tf.argmax(x, 1)
tf.argmax(x)
tf.argmin(x, 1)
tf.cumprod(x)
tf.cumsum(x)
tf.cumsum(x, axis=1, exclusive=True)
tf.reduce_all(b)
tf.reduce_any(b, 0)
tf.reduce_logsumexp(x)
tf.reduce_logsumexp(x, 1)
tf.reduce_max(x)
tf.reduce_max(x, [0, 1])
tf.reduce_mean(x)
tf.reduce_mean(u)
tf.reduce_mean(a)
tf.reduce_mean(x, 1)
tf.reduce_mean(x, axis=[1], keepdims=True)
tf.reduce_min(x)
tf.reduce_prod(x)
tf.reduce_sum(x)
tf.reduce_sum(3.0)
tf.reduce_sum(x, name='given')
tf.math.reduce_euclidean_norm(x)
tf.math.reduce_std(x)
tf.math.reduce_variance(x)
tf.math.reduce_variance(x, 1)
tf.Assert(tf.reduce_all(b), [x])
tf.Assert(tf.reduce_all(b), ['text', x], name='given')
tf.as_string(i)
tf.sparse.cross([tf.constant([['a']]), tf.constant([[1]])])
tf.sparse.cross([tf.constant([['a']])], separator='-', name='given')
tf.sparse.cross_hashed([tf.constant([['a']]), tf.constant([[1]])])
tf.sparse.cross_hashed([tf.constant([['a']])], 10, name='given')
tf.string_to_hash_bucket(['a', 'b'], 10)
tf.string_to_hash_bucket_fast(['a', 'b'], 10)
tf.string_to_hash_bucket_fast(tf.as_string(i), 10, name='given')
tf.string_to_hash_bucket_strong(['a', 'b'], 10, [1, 2])
tf.group(tf.no_op(), x)
tf.tables_initializer()
tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(['a'], [1]), -1).lookup(tf.as_string(i))
tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(['a'], [1], name='kv'), -1, name='t').size(name='given')
tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(['a'], [1]), -1).export()
tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(['a'], [1]), -1).initializer
tf.lookup.StaticHashTable(tf.lookup.TextFileInitializer('f', tf.string, -2, tf.int64, -1), -1).initializer
tf.lookup.StaticVocabularyTable(tf.lookup.TextFileInitializer('f', tf.string, -2, tf.int64, -1), 3).lookup(tf.as_string(i))
tf.lookup.StaticVocabularyTable(tf.lookup.TextFileInitializer('f', tf.int64, -2, tf.int64, -1), 3, tf.int32).lookup(i)
tf.lookup.StaticVocabularyTable(tf.lookup.TextFileInitializer('f', tf.string, -2, tf.int64, -1), 3).size()
tf.lookup.StaticVocabularyTable(None, 3).lookup(tf.as_string(i))
tf.lookup.StaticVocabularyTable(None, 3).size()
tf.lookup.StaticVocabularyTable(None, 3).initializer
tf.group()
tf.no_op()
tf.tuple([x, y])
tf.clip_by_value(x, 0.0, 1.0)
tf.clip_by_norm(x, 1.0)
tf.clip_by_norm(x, 1.0, axes=[1])
tf.global_norm([x, y])
tf.clip_by_global_norm([x, y], 1.0)
tf.clip_by_global_norm([x, y], 1.0, use_norm=r)
tf.gradients(tf.reduce_sum(x * x), x)
tf.gradients([x * x], [x], grad_ys=[y])
tf.nn.batch_normalization(x, y, y, y, y, 0.001)
tf.nn.batch_normalization(x, y, y, None, None, 0.001)
tf.nn.bias_add(x, [1.0, 2.0, 3.0])
tf.nn.dropout(x, 0.5)
tf.nn.dropout(u, rate=0.5)
tf.nn.dropout(x, rate=0.0)
tf.nn.dropout(x, rate=r)
tf.nn.elu(x)
tf.nn.l2_loss(x)
tf.nn.l2_normalize(x, 1)
tf.nn.l2_normalize(x)
tf.nn.leaky_relu(x)
tf.nn.log_poisson_loss(x, y)
tf.nn.log_poisson_loss(x, y, compute_full_loss=True)
tf.nn.log_softmax(x)
tf.nn.log_softmax(x, axis=0)
tf.nn.moments(x, [0])
tf.nn.moments(x, [0], keep_dims=True)
tf.nn.relu(x)
tf.nn.relu6(x)
tf.nn.selu(x)
tf.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=y)
tf.nn.softmax(x)
tf.nn.softmax(x, axis=0)
tf.nn.softmax_cross_entropy_with_logits(labels=x, logits=y)
tf.nn.softmax_cross_entropy_with_logits_v2(labels=x, logits=y)
tf.nn.softmax_cross_entropy_with_logits_v2(labels=u, logits=u)
tf.nn.softplus(x)
tf.nn.softsign(x)
tf.nn.sparse_softmax_cross_entropy_with_logits(labels=i, logits=x)
tf.nn.swish(x)
tf.nn.weighted_cross_entropy_with_logits(x, y, 2.0)
tf.nn.xw_plus_b(x, tf.transpose(y), [1.0, 2.0])
tf.nn.zero_fraction(x)
tf.train.cosine_decay(0.1, step, 10)
tf.train.ExponentialMovingAverage(0.9).apply([v])
tf.train.exponential_decay(0.1, step, 10, 0.9)
tf.train.exponential_decay(r, step, 10, 0.9, staircase=True)
tf.train.inverse_time_decay(0.1, step, 10, 0.9)
tf.train.natural_exp_decay(0.1, step, 10, 0.9)
tf.train.piecewise_constant(step, [1, 2], [0.3, 0.2, 0.1])
tf.train.polynomial_decay(0.1, step, 10)
tf.train.polynomial_decay(0.1, step, 10, cycle=True)
tf.train.exponential_decay(0.1, step, 10, 0.9, name='given')
tf.summary.scalar('loss', r)
tf.summary.histogram('values', x)
tf.summary.merge([tf.summary.scalar('loss', r)])
tf.summary.merge_all()
tf.losses.absolute_difference(x, y)
tf.losses.compute_weighted_loss(x)
tf.losses.compute_weighted_loss(x, 2.0)
tf.losses.compute_weighted_loss(x, y, reduction='none')
tf.losses.cosine_distance(x, y, axis=1)
tf.losses.get_regularization_loss()
tf.losses.absolute_difference(x, y), tf.losses.get_total_loss()
tf.losses.hinge_loss(x, y)
tf.losses.huber_loss(x, y)
tf.losses.log_loss(x, y)
tf.losses.mean_squared_error(x, y)
tf.losses.mean_squared_error(x, y, scope='given')
tf.losses.sigmoid_cross_entropy(x, y)
tf.losses.softmax_cross_entropy(x, y)
tf.losses.sparse_softmax_cross_entropy(i, x)
tf.losses.sparse_softmax_cross_entropy(i, x, weights=2.0)
tf.metrics.accuracy(i, i)
tf.metrics.auc(b, p)
tf.metrics.false_negatives(b, b)
tf.metrics.false_positives(b, b)
tf.metrics.mean(x)
tf.metrics.mean(x, weights=y)
tf.metrics.mean_absolute_error(x, y)
tf.metrics.mean_relative_error(x, y, y)
tf.metrics.mean_squared_error(x, y)
tf.metrics.percentage_below(x, 0.5)
tf.metrics.precision(b, b)
tf.metrics.precision_at_thresholds(b, p, [0.5])
tf.metrics.recall(b, b)
tf.metrics.recall_at_thresholds(b, p, [0.5])
tf.metrics.root_mean_squared_error(x, y)
tf.metrics.true_negatives(b, b)
tf.metrics.true_positives(b, b)
tf.feature_column.input_layer({'x': x}, [tf.feature_column.numeric_column('x', [3])])
tf.layers.batch_normalization(x)
tf.layers.batch_normalization(x, training=True)
tf.layers.dense(x, 2)
tf.layers.dense(x, 2, activation=tf.nn.relu, name='given')
tf.layers.dropout(x)
tf.layers.dropout(x, training=True)
tf.layers.flatten(x)
tf.Variable([1.0, 2.0])
tf.Variable([1.0, 2.0], name='given')
tf.get_variable('w', [2])
tf.get_variable('w', initializer=[1.0, 2.0])
tf.get_local_variable('w', [2])
tf.scatter_add(v, [0], [[1.0, 2.0, 3.0]])
tf.scatter_div(v, [0], [[1.0, 2.0, 3.0]])
tf.scatter_max(v, [0], [[1.0, 2.0, 3.0]])
tf.scatter_min(v, [0], [[1.0, 2.0, 3.0]])
tf.scatter_mul(v, [0], [[1.0, 2.0, 3.0]])
tf.scatter_sub(v, [0], [[1.0, 2.0, 3.0]])
tf.scatter_update(v, [0], [[1.0, 2.0, 3.0]])
tf.scatter_nd_add(v, [[0]], [[1.0, 2.0, 3.0]])
tf.scatter_nd_sub(v, [[0]], [[1.0, 2.0, 3.0]])
tf.scatter_nd_update(v, [[0]], [[1.0, 2.0, 3.0]])
tf.assign(v, x)
tf.assign_add(v, x)
tf.assign_sub(v, x)
v.assign(x)
v.assign_add(x)
v.read_value()
v.value()
tf.is_variable_initialized(v)
tf.report_uninitialized_variables()
tf.global_variables_initializer()
tf.local_variables_initializer()
tf.variables_initializer([v])
tf.train.get_or_create_global_step()
tf.train.create_global_step()
tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_sum(v * v))
tf.train.AdamOptimizer(0.1).minimize(tf.reduce_sum(v * v), global_step=tf.train.get_or_create_global_step())
tf.ones_initializer()([2])
tf.zeros_initializer()([2])
tf.zeros_initializer()([2000])
tf.constant_initializer(3.0)([2])
tf.random_normal_initializer()([2])
tf.random_uniform_initializer(-1.0, 1.0)([2])
tf.truncated_normal_initializer()([2])
tf.glorot_uniform_initializer()([2, 3])
tf.glorot_normal_initializer()([2, 3])
tf.variance_scaling_initializer()([2, 3])
tf.initializers.identity()([2, 2])
tf.initializers.he_normal()([2, 3])
tf.initializers.he_uniform()([2, 3])
tf.initializers.lecun_normal()([2, 3])
tf.initializers.lecun_uniform()([2, 3])
""".strip().splitlines()


def record(tf: Any, call: str) -> dict[str, Any]:
    """What the call under control dependencies adds to a graph.

    Returns
    -------
    dict
        ``outputs``: the names of the tensors and operations that it gives. ``root``: the names of the operations that
        it adds outside of any scope. ``scopes``: the other names that it takes there. ``unguarded``: the operations
        that may run before what the block waits for, those of new variables left out. ``waiting``: those of `root`
        that have it among their control inputs themselves.
    """
    with tf.Graph().as_default() as graph:
        names = arguments(tf)
        known = set(graph.get_operations())
        guard = tf.no_op("guard")
        with tf.control_dependencies([guard]):
            result = eval(call, names)  # noqa: S307  those above
        added = [op for op in graph.get_operations() if op not in known and op is not guard]
        taken = {op.name.partition("/")[0] for op in known}
        root = [op.name for op in added if "/" not in op.name]
        variables = tuple(f"{op.name}/" for op in added if op.type in ("VarHandleOp", "VariableV2"))
        return {
            "outputs": [name_of(leaf) for leaf in leaves(result)],
            "root": root,
            "scopes": sorted({op.name.partition("/")[0] for op in added}.difference(root, taken)),
            "waiting": [op.name for op in added if op.name in root and guard in op.control_inputs],
            "unguarded": sorted(
                op.name for op in added if not f"{op.name}/".startswith(variables) and not reaches(op, guard)
            ),
        }


def arguments(tf: Any) -> dict[str, Any]:
    """What the calls use."""
    return {
        "tf": tf,
        "x": tf.placeholder(tf.float32, [2, 3], name="x"),
        "y": tf.placeholder(tf.float32, [2, 3], name="y"),
        "u": tf.placeholder(tf.float32, [None, 3], name="u"),
        "a": tf.placeholder(tf.float32, name="a"),
        "p": tf.placeholder(tf.float32, [2, 3], name="p"),
        "i": tf.placeholder(tf.int32, [2], name="i"),
        "b": tf.placeholder(tf.bool, [2, 3], name="b"),
        "r": tf.placeholder(tf.float32, [], name="r"),
        "s": tf.sparse_placeholder(tf.float32, [2, 3], name="s"),
        "step": tf.placeholder(tf.int64, [], name="step"),
        "v": tf.Variable([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], name="v"),
    }


def leaves(value: Any) -> list[Any]:
    """The tensors and operations of a result."""
    if hasattr(value, "dense_shape"):
        value = [value.indices, value.values, value.dense_shape]
    return [leaf for part in value for leaf in leaves(part)] if isinstance(value, (list, tuple)) else [value]


def name_of(leaf: Any) -> str | None:
    """The name of a tensor, an operation or a variable."""
    return None if leaf is None else str(leaf.name)


def reaches(op: Any, target: Any) -> bool:
    """Whether the operation runs after the target."""
    seen: set[Any] = set()
    stack = [op]
    while stack:
        here = stack.pop()
        if here is target:
            return True
        if here not in seen:
            seen.add(here)
            stack += [*here.control_inputs, *(tensor.op for tensor in here.inputs)]
    return False
