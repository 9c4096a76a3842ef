"""Metrics, losses, learning rates, clipping and initializers as calls, and what they give for the batches below.

The calls are text, so that TensorFlow (tests/interop/tf_batches.py) and this package (tests/test_batches.py) evaluate the
very same ones; nothing is imported here that either of them lacks. tests/data/tf/batches.json has TensorFlow's answers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

# -- what the calls use ------------------------------------------------------------------------------------------------

SIZES = (5, 3, 1, 4)  # of the batches
CUT = 2  # only the first batches are shown to what is no metric


def batches() -> list[dict[str, Any]]:
    """The fed values by name; the sizes of the batches differ."""
    rng = np.random.RandomState(7)
    return [_batch(rng, size) for size in SIZES]


def _batch(rng: Any, size: int) -> dict[str, Any]:
    levels = np.array([0.0, 0.25, 0.5, 0.75, 1.0, 1 / 3, 0.1, 0.9, 0.6], np.float32)
    positions = np.argwhere(rng.rand(size, 3) < 0.6)
    return {
        "y": rng.randint(0, 2, size),
        "p": rng.choice(levels, size),
        "w": rng.choice([0.0, 0.5, 1.0, 2.0], size),
        "i": rng.randint(0, 4, size),
        "j": rng.randint(0, 4, size),
        "q": rng.permutation(size * 5).reshape(size, 5) / (size * 5.0),
        "l": rng.randint(-1, 7, (size, 3)),  # some are no class
        "t": rng.randint(0, 5, (size, 2)),  # some are twice the same
        "x": np.round(rng.randn(size, 3), 3),
        "z": np.round(rng.randn(size, 3), 3),
        "v": rng.choice([0.0, 1.0, 3.0], (size, 3)),
        "f": np.round(rng.randn(2, 2), 3),
        "g": rng.choice([0.0, 1.0, 2.0], (2, 2)),
        "si": positions,
        "sv": 2 * rng.randint(0, 6, len(positions)) - 2,  # some are no class
        "ss": np.array([size, 3]),
        "step": rng.randint(0, 20),
    }


# Types and shapes of the placeholders; what has the rank None is known by nothing.
GIVEN = {
    "y": ("float32", [None]), "p": ("float32", [None]), "w": ("float32", [None]),
    "i": ("int64", [None]), "j": ("int32", [None]), "q": ("float32", [None, 5]),
    "l": ("int64", [None, 3]), "t": ("int32", [None, 2]),
    "x": ("float32", [None, 3]), "z": ("float32", [None, 3]), "v": ("float32", [None, 3]),
    "f": ("float32", [2, 2]), "g": ("float32", [2, 2]),
    "si": ("int64", [None, 2]), "sv": ("int64", [None]), "ss": ("int64", [2]), "step": ("int64", []),
}  # fmt: skip


def arguments(tf: Any) -> dict[str, Any]:
    """The placeholders by name, and what is made of them."""
    names: dict[str, Any] = {
        name: tf.placeholder(getattr(tf, dtype), shape, name=name) for name, (dtype, shape) in GIVEN.items()
    }
    made = {
        "tf": tf,
        "np": np,
        "col": lambda tensor: tf.expand_dims(tensor, -1),  # a column of a vector
        "dim": lambda tensor: tf.placeholder_with_default(tensor, None),  # of unknown rank
        "any": lambda tensor: tf.placeholder_with_default(tensor, [None] * tensor.shape.ndims),
        "s": tf.SparseTensor(names["si"], names["sv"], names["ss"]),
    }
    return names | made


# -- the calls ---------------------------------------------------------------------------------------------------------

METRICS = """
mean(p)
mean(x, v)
mean(x, w)
mean(x, col(w))
mean(p, 2.0)
mean(p, -w)
mean(i, w)
mean(y > 0.5)
mean(dim(p), dim(w))
mean(dim(x), dim(w))
mean(dim(p), dim(col(w)))
mean(p, name='given')
mean(p[:1], any(tf.ones([7])))
mean(p, any(tf.ones([1])))
mean(x, dim(tf.ones([1, 1, 1])))
true_positives(y[:1], p[:1], any(tf.ones([7])))
precision_at_k(l, q, 2, weights=any(tf.ones([1])))
precision_at_k(l[:1], q[:1], 2, weights=any(tf.ones([7])))
auc(y, p, any(tf.ones([1])))
mean_tensor(f)
mean_tensor(f, g)
mean_tensor(f, [[1.0], [2.0]])
mean_tensor(f, [1.0, 0.0])
mean_tensor(f, 2.0)
mean_tensor(f, -g)
mean_tensor(x)
accuracy(i, j)
accuracy(i, j, w)
accuracy(col(i), j, col(w))
accuracy(i, col(j), w)
accuracy(col(i), col(j), w)
accuracy(dim(col(i)), dim(j))
accuracy(dim(i), dim(col(j)), dim(w))
accuracy(y > 0.5, p > 0.4)
accuracy(tf.as_string(i), tf.as_string(j))
mean_absolute_error(y, p)
mean_absolute_error(x, z, v)
mean_absolute_error(col(y), p, w)
mean_absolute_error(i, tf.cast(j, tf.int64))
mean_squared_error(x, z)
mean_squared_error(y, col(p), col(w))
root_mean_squared_error(x, z, w)
root_mean_squared_error(y, p)
mean_relative_error(x, z, v)
mean_relative_error(x, z, v, w)
mean_relative_error(y, col(p), w)
mean_cosine_distance(x, z, 1)
mean_cosine_distance(x, z, -1, w)
mean_cosine_distance(x, z, 1, col(w))
mean_cosine_distance(x, z, 1, name='given')
percentage_below(x, 0.2)
percentage_below(i, 2)
percentage_below(x, 0.2, v)
mean_iou(i, j, 4)
mean_iou(i, j, 6)
mean_iou(i, tf.cast(j, tf.int64), 4, w)
mean_iou(t, t, 5)
mean_iou(col(i), col(j), 4, col(w))
mean_iou(i, j, 3)
mean_iou(y, p, 2)
mean_iou(y > 0.5, p > 0.5, 2)
mean_iou(i - 1, j, 4)
mean_per_class_accuracy(i, j, 4)
mean_per_class_accuracy(i, j, 6, w)
mean_per_class_accuracy(col(i), j, 4, col(w))
mean_per_class_accuracy(i, j, 3)
true_positives(y, p)
true_positives(y, p > 0.4, w)
false_positives(col(y), p > 0.4, w)
true_negatives(x > 0.0, z > 0.0, v)
false_negatives(y, p > 0.4, 2.0)
precision(y, p > 0.4)
precision(y, p > 0.4, w)
precision(i, j)
recall(col(y), p > 0.4, w)
recall(dim(y), dim(p))
precision_at_thresholds(y, p, [0.2, 0.5, 0.9])
precision_at_thresholds(dim(y), dim(p), [0.2, 0.5], dim(w))
precision_at_thresholds(y, tf.cast(p, tf.float64), (0.2, 0.5))
recall_at_thresholds(y, p, [0.2, 0.5, 0.9], w)
true_positives_at_thresholds(y, p, [0.2, 0.5])
false_positives_at_thresholds(y, p, [0.2, 0.5], w)
true_negatives_at_thresholds(y, col(p), [0.2, 0.5])
false_negatives_at_thresholds(y, p, [0.2, 0.5], 2.0)
auc(y, p)
auc(y, p, w)
auc(y > 0.5, p, num_thresholds=7)
auc(y, p, curve='PR')
auc(y, p, w, curve='PR', summation_method='careful_interpolation')
auc(y, p, curve='ROC', summation_method='careful_interpolation')
auc(y, p, curve='ROC', summation_method='minoring')
auc(y, p, curve='PR', summation_method='majoring')
auc(y, p, thresholds=[0.5, 0.2])
auc(dim(y), dim(p), dim(w))
auc(x > 0.0, tf.sigmoid(z), v)
auc(i > 1, p, col(w))
auc(y, p, 0.5)
auc(y, p, -w)
auc(y, z)
sensitivity_at_specificity(y, p, 0.7)
sensitivity_at_specificity(y, p, 0.3, w, num_thresholds=11)
sensitivity_at_specificity(y, p, 0.0)
sensitivity_at_specificity(y, p, 1.0)
sensitivity_at_specificity(y, p, 1.5)
specificity_at_sensitivity(y, p, 0.7)
specificity_at_sensitivity(y, p, 0.3, w, num_thresholds=11)
specificity_at_sensitivity(y, p, 0.0)
specificity_at_sensitivity(y, p, 1.0)
specificity_at_sensitivity(y, p, -0.1)
precision_at_k(i, q, 1)
precision_at_k(i, q, 2)
precision_at_k(col(i), q, 3, weights=w)
precision_at_k(i, q, 2, class_id=1)
precision_at_k(l, q, 2)
precision_at_k(l, q, 5, weights=w)
precision_at_k(l, q, 3, class_id=2, weights=w)
precision_at_k(s, q, 2)
precision_at_k(s, q, 2, class_id=1, weights=w)
precision_at_k(s, q, 3, weights=0.5, name='given')
precision_at_k(i, q, 6)
precision_at_k(dim(i), q, 2)
precision_at_top_k(l, t)
precision_at_top_k(l, t, k=2, weights=w)
precision_at_top_k(i, t, class_id=1)
precision_at_top_k(s, t)
sparse_precision_at_k(l, q, 2)
recall_at_k(i, q, 1)
recall_at_k(l, q, 2)
recall_at_k(l, q, 3, class_id=2, weights=w)
recall_at_k(s, q, 2, weights=w)
recall_at_k(s, q, 2, class_id=3)
recall_at_k(i, q, 2, name='given')
recall_at_k(dim(l), dim(q), 2)
recall_at_top_k(l, t)
recall_at_top_k(l, t, 2, 1, w)
recall_at_top_k(s, t, k=2)
average_precision_at_k(i, q, 3)
average_precision_at_k(l, q, 1)
average_precision_at_k(l, q, 4)
average_precision_at_k(tf.maximum(l, 0), q, 4, w)
average_precision_at_k(tf.maximum(l, 0), q, 3, 2.0)
average_precision_at_k(s, q, 3)
average_precision_at_k(tf.abs(l), q, 5, name='given')
average_precision_at_k(i, q, 0)
average_precision_at_k(dim(i), q, 2)
sparse_average_precision_at_k(tf.abs(l), q, 2)
""".strip().splitlines()

REDUCTIONS = (
    "none weighted_sum weighted_mean weighted_sum_over_batch_size weighted_sum_by_nonzero_weights".split()
)

LOSSES = [
    *(f"tf.losses.mean_squared_error(x, z, v, reduction='{reduction}')" for reduction in REDUCTIONS),
    *(f"tf.losses.compute_weighted_loss(x, col(w), reduction='{reduction}')" for reduction in REDUCTIONS),
    *(f"tf.losses.compute_weighted_loss(x, 0.0, reduction='{reduction}')" for reduction in REDUCTIONS),
    *"""
tf.losses.absolute_difference(x, z)
tf.losses.absolute_difference(x, z, 0.5)
tf.losses.absolute_difference(x, z, w)
tf.losses.absolute_difference(x, z, col(w))
tf.losses.absolute_difference(x, z, [[1.0, 0.0, 2.0]])
tf.losses.absolute_difference(x, z, [1.0, 0.0, 2.0])
tf.losses.absolute_difference(x, z, np.ones([1, 1, 1]))
tf.losses.absolute_difference(x, z, any(tf.ones([3, 1])))
tf.losses.absolute_difference(p, p, any(tf.ones([7])))
tf.losses.absolute_difference(p[:1], p[:1], any(tf.ones([7])))
tf.losses.absolute_difference(dim(x), dim(z), dim(v))
tf.losses.absolute_difference(dim(x), dim(z), dim(w))
tf.losses.absolute_difference(dim(x), dim(z), dim(tf.constant(2.0)))
tf.losses.absolute_difference(i, tf.cast(j, tf.int64))
tf.losses.absolute_difference(y, p, loss_collection='mine')
tf.losses.absolute_difference(y, p, loss_collection=None)
tf.losses.absolute_difference(y, p, scope='given')
tf.losses.absolute_difference(y, col(p))
tf.losses.absolute_difference(y, p, None)
tf.losses.absolute_difference(None, p)
tf.losses.mean_squared_error(x, z)
tf.losses.mean_squared_error(x, z, weights=2)
tf.losses.compute_weighted_loss(tf.cast(x, tf.float64))
tf.losses.compute_weighted_loss(tf.cast(x, tf.float16), 0.5)
tf.losses.compute_weighted_loss(i)
tf.losses.compute_weighted_loss(i, w)
tf.losses.compute_weighted_loss(x, v, loss_collection=['a', 'b'])
tf.losses.cosine_distance(x, z, 1)
tf.losses.cosine_distance(x, z, axis=0)
tf.losses.cosine_distance(x, z, dim=1, weights=col(w))
tf.losses.cosine_distance(x, z, axis=-1, weights=w)
tf.losses.cosine_distance(x, z)
tf.losses.hinge_loss(y, p, w)
tf.losses.hinge_loss(tf.cast(x > 0.0, tf.int32), z)
tf.losses.huber_loss(x, z)
tf.losses.huber_loss(x, z, v, 0.3)
tf.losses.huber_loss(x, z, delta=2.0, reduction='weighted_sum')
tf.losses.log_loss(y, p)
tf.losses.log_loss(y, p, w, epsilon=0.1)
tf.losses.mean_pairwise_squared_error(x, z)
tf.losses.mean_pairwise_squared_error(x, z, col(w))
tf.losses.mean_pairwise_squared_error(x, z, v)
tf.losses.mean_pairwise_squared_error(x, z, 2.0)
tf.losses.mean_pairwise_squared_error(x, z, 0.0)
tf.losses.mean_pairwise_squared_error(x, z, w)
tf.losses.mean_pairwise_squared_error(tf.reshape(x, [-1, 3, 1]), tf.reshape(z, [-1, 3, 1]), tf.reshape(w, [-1, 1, 1]))
tf.losses.mean_pairwise_squared_error(y, p)
tf.losses.mean_pairwise_squared_error(dim(x), dim(z), dim(v))
tf.losses.mean_pairwise_squared_error(x, z, scope='given', loss_collection='mine')
tf.losses.sigmoid_cross_entropy(tf.cast(x > 0.0, tf.int32), z, v)
tf.losses.sigmoid_cross_entropy(tf.cast(x > 0.0, tf.float32), z, label_smoothing=0.1)
tf.losses.sigmoid_cross_entropy(y, p, w)
tf.losses.softmax_cross_entropy(v, z)
tf.losses.softmax_cross_entropy(v, z, w)
tf.losses.softmax_cross_entropy(tf.one_hot(i, 5), q, w, 0.1)
tf.losses.softmax_cross_entropy(tf.one_hot(i, 5), q, col(w))
tf.losses.softmax_cross_entropy(tf.one_hot(i, 5, dtype=tf.int32), q)
tf.losses.sparse_softmax_cross_entropy(i, q)
tf.losses.sparse_softmax_cross_entropy(j, q, w)
tf.losses.sparse_softmax_cross_entropy(col(i), q, col(w))
tf.losses.sparse_softmax_cross_entropy(i, q, col(w))
tf.losses.sparse_softmax_cross_entropy(col(i), q, w)
tf.losses.sparse_softmax_cross_entropy(dim(i), dim(q), dim(w))
tf.losses.sparse_softmax_cross_entropy(l, q)
[tf.losses.absolute_difference(x, z), tf.losses.log_loss(y, p, scope='b'), tf.losses.get_total_loss(), tf.losses.get_total_loss(scope='b')][2:]
[tf.losses.add_loss(tf.reduce_sum(x)), tf.losses.get_losses()][1]
tf.losses.get_total_loss()
tf.losses.get_regularization_loss()
tf.losses.absolute_difference(tf.cast(x, tf.float64), tf.cast(z, tf.float64))
tf.losses.mean_squared_error(tf.cast(x, tf.float16), z)
tf.losses.mean_squared_error(y > 0.5, p)
tf.losses.sigmoid_cross_entropy(x > 0.0, z)
tf.losses.sigmoid_cross_entropy(dim(v), dim(z), dim(v))
tf.losses.softmax_cross_entropy(dim(v), dim(z))
tf.losses.softmax_cross_entropy(tf.cast(v, tf.float64), tf.cast(z, tf.float64), w)
tf.losses.softmax_cross_entropy(v[:, None], z[:, None])
tf.losses.softmax_cross_entropy(v, z, w, 0.2, reduction='none')
tf.losses.sparse_softmax_cross_entropy(i[:, None], q[:, None], w[:, None])
tf.losses.sparse_softmax_cross_entropy(i, tf.cast(q, tf.float64))
tf.losses.sparse_softmax_cross_entropy(i, q, reduction='none')
tf.losses.cosine_distance(dim(x), dim(z), 1)
tf.losses.hinge_loss(dim(y), dim(p))
tf.losses.huber_loss(dim(y), dim(p), dim(w))
tf.losses.log_loss(dim(y), p)
tf.losses.mean_squared_error(x / 0.0, z)
tf.losses.mean_squared_error(x, z, 1.0 / v)
tf.losses.absolute_difference(x, x)
tf.losses.huber_loss(x, x + 1.0)
tf.losses.huber_loss(x, x - 1.0)
tf.losses.hinge_loss(y, 2.0 * y - 1.0)
tf.losses.log_loss(y, y)
""".strip().splitlines(),
]

RATES = """
exponential_decay(0.1, step, 4, 0.9)
exponential_decay(0.1, step, 4, 0.9, staircase=True)
exponential_decay(tf.constant(0.1, tf.float64), step, 4, 0.9)
exponential_decay(0.1, tf.cast(step, tf.int32), 4.5, 0.9)
exponential_decay(0.1, tf.cast(step, tf.float32), tf.constant(4), tf.constant(0.9))
exponential_decay(1, step, 4, 0.9)
exponential_decay(0.1, None, 4, 0.9)
natural_exp_decay(0.1, step, 4, 0.9)
natural_exp_decay(0.1, step, 4, 0.9, True)
natural_exp_decay(tf.constant(0.1, tf.float64), step, 4, 0.9)
inverse_time_decay(0.1, step, 4, 0.9)
inverse_time_decay(0.1, step, 4, 0.9, staircase=True)
polynomial_decay(0.1, step, 7)
polynomial_decay(0.1, step, 7, 0.01, 2.0)
polynomial_decay(0.1, step, 7, 0.01, 0.5, cycle=True)
polynomial_decay(0.1, 0 * step, 7, 0.01, cycle=True)
polynomial_decay(0.1, tf.cast(step, tf.int32), tf.constant(7), power=tf.constant(2.0))
piecewise_constant(step, [4, 11], [1.0, 0.5, 0.1])
piecewise_constant(tf.cast(step, tf.int32), [4, 11], [1.0, 0.5, 0.1])
piecewise_constant(tf.cast(step, tf.float32), [4.0, 11.0], [1.0, 0.5, 0.1])
piecewise_constant(step, [4], [1, 2])
piecewise_constant(step, [4.0], [1.0, 2.0])
piecewise_constant(step, [4], [1.0, 2])
piecewise_constant(step, [4], [1.0])
piecewise_constant(tf.constant([1, 2]), [4], [1.0, 2.0])
piecewise_constant(step, np.array([4, 11]), np.array([1.0, 0.5, 0.1]))
piecewise_constant_decay(step, [4], [1.0, 2.0])
cosine_decay(0.1, step, 11)
cosine_decay(0.1, step, 11, alpha=0.2)
cosine_decay(tf.constant(0.1, tf.float64), step, 11)
cosine_decay(0.1, None, 11)
cosine_decay_restarts(0.1, step, 3)
cosine_decay_restarts(0.1, step, 3, t_mul=1.0, m_mul=0.5, alpha=0.1)
cosine_decay_restarts(0.1, step, 4, t_mul=1.5, m_mul=0.9)
cosine_decay_restarts(tf.constant(0.1, tf.float64), step, 3)
cosine_decay_restarts(0.1, 0 * step, 3)
cosine_decay_restarts(0.1, 0 * step + 9, 3)
cosine_decay_restarts(0.1, None, 3)
linear_cosine_decay(0.1, step, 11)
linear_cosine_decay(0.1, step, 11, num_periods=2.0, alpha=0.1, beta=0.01)
linear_cosine_decay(tf.constant(0.1, tf.float64), step, 11)
linear_cosine_decay(0.1, None, 11)
noisy_linear_cosine_decay(0.1, step, 11, initial_variance=0.0)
noisy_linear_cosine_decay(0.1, step, 11, 0.0, 0.5, num_periods=2.0, alpha=0.1, beta=0.01)
noisy_linear_cosine_decay(0.1, None, 11)
""".strip().splitlines()

OTHERS = """
tf.clip_by_value(x, -0.5, 0.5)
tf.clip_by_value(x, z, 1.0)
tf.clip_by_value(x, 0.5, -0.5)
tf.clip_by_value(i, 1, 2)
tf.clip_by_value(x, z[0], 3.0)
tf.clip_by_value(p, x, 3.0)
tf.clip_by_value(x / 0.0, -0.5, 0.5)
tf.clip_by_value(x, -0.5, tf.constant(np.nan))
tf.clip_by_norm(x, 1.0)
tf.clip_by_norm(x, 1.0, axes=1)
tf.clip_by_norm(x, 1.0, axes=[0])
tf.clip_by_norm(x, 1.0, [0, 1])
tf.clip_by_norm(x, 100.0)
tf.clip_by_norm(x, p[0])
tf.clip_by_norm(x, col(p), axes=1)
tf.clip_by_norm(0.0 * x, 1.0)
tf.clip_by_norm(x / 0.0, 1.0)
tf.clip_by_average_norm(x, 0.3)
tf.clip_by_average_norm(x, 100.0)
tf.clip_by_average_norm(x, p[0])
tf.clip_by_average_norm(0.0 * x, 1.0)
tf.clip_by_average_norm(dim(x), 0.3)
tf.global_norm([x, None, z])
tf.global_norm([x, tf.IndexedSlices(z, tf.range(3))])
tf.clip_by_global_norm([x, None, z], 1.0)
tf.clip_by_global_norm([x, z], 100.0)
tf.clip_by_global_norm([x, z], 1.0, use_norm=tf.constant(4.0))
tf.clip_by_global_norm([x, z / 0.0], 1.0)
tf.clip_by_global_norm([x, z], p[0])
tf.clip_by_global_norm([x, z], 1.0, tf.constant(np.inf))
tf.clip_by_global_norm(x, 1.0)
tf.clip_by_value(tf.IndexedSlices(x, tf.range(3)), -0.5, 0.5)
tf.clip_by_norm(tf.IndexedSlices(x, tf.range(3)), 0.5)
tf.clip_by_norm(tf.IndexedSlices(x, tf.range(3)), 0.5, axes=1)
tf.constant_initializer(2.0)([2, 2])
tf.constant_initializer([1.0, 2.0, 3.0, 4.0])([2, 2])
tf.constant_initializer(2)([2], dtype=tf.int32)
tf.initializers.identity(gain=2.0)([2, 3])
tf.initializers.identity()([3])
tf.zeros_initializer(tf.int32)([2])
tf.ones_initializer()([2], dtype=tf.float64)
tf.initializers.ones(dtype=tf.float64)([1])
tf.uniform_unit_scaling_initializer(seed=1)([0, 3])
tf.uniform_unit_scaling_initializer(factor=0.0)([2, 2])
tf.variance_scaling_initializer(scale=-1.0)
tf.variance_scaling_initializer(mode='fan')
tf.variance_scaling_initializer(distribution='none')
tf.variance_scaling_initializer(dtype=tf.int32)
tf.random_normal_initializer(dtype=tf.int32)
tf.uniform_unit_scaling_initializer(dtype=tf.int32)
tf.orthogonal_initializer(dtype=tf.int32)
tf.initializers.identity(dtype=tf.int32)
tf.truncated_normal_initializer()([2], dtype=tf.int32)
tf.random_normal_initializer(1.0, 0.0)([2])
tf.truncated_normal_initializer(2.0, 0.0)([2])
tf.random_uniform_initializer(3.0, 3.0)([2])
tf.random_uniform_initializer(dtype=tf.int32)([2])
tf.random_uniform_initializer(0, 3)([2], dtype=tf.string)
tf.random_uniform_initializer(3, 4, dtype=tf.int32)([2])
tf.sets.intersection(l, tf.cast(t, tf.int64))
tf.sets.difference(l, s)
tf.sets.difference(s, l)
tf.sets.set_difference(s, s, aminusb=False)
tf.sets.difference(l, tf.cast(t, tf.int64), False)
tf.sets.union(s, l)
tf.sets.set_union(tf.as_string(l), tf.as_string(t))
tf.sets.size(tf.sets.union(l, s))
tf.sets.set_size(s)
tf.sets.size(l)
tf.sets.intersection(l, [[1, 2]])
tf.sets.intersection(i, i)
tf.sets.intersection(l, t)
""".strip().splitlines()

CALLS = [
    *(f"tf.metrics.{call}" for call in METRICS),
    *LOSSES,
    *(f"tf.train.{call}" for call in RATES),
    *OTHERS,
]

# -- what they give ----------------------------------------------------------------------------------------------------


def record(tf: Any, call: str) -> dict[str, Any]:
    """What a call gives for the batches.

    Returns
    -------
    dict
        ``refused``: "call" or "run", where it is. Else what :func:`run` gives and ``types`` of the results; of a metric
        also ``variables`` (names, shapes), of other calls ``listed``, the collections.
    """
    with tf.Graph().as_default() as graph, tf.Session() as session:
        try:
            made = make(tf, call)
        except (TypeError, ValueError):
            return {"refused": "call"}
        session.run(tf.local_variables_initializer())
        types = [graph.get_tensor_by_name(name).dtype.name.removesuffix("_ref") for name in made["results"]]
        if call.startswith("tf.metrics."):
            variables = [[variable.op.name, variable.shape.as_list()] for variable in tf.local_variables()]
            more = {"types": types, "variables": variables}
        else:
            listed = {
                key: len(tf.get_collection(key)) for key in ("losses", "mine") if tf.get_collection(key)
            }
            more = {"types": types, "listed": listed}
        found = run(tf, session, made)
        return found if "refused" in found else found | more


def make(tf: Any, call: str) -> dict[str, Any]:
    """What the call adds to the default graph: names of ``results`` and, by placeholder, of ``gradients`` of their sum.

    Of a metric the results are its value and its update, and it has no gradients.
    """
    names = arguments(tf)
    found = leaves(eval(call, names))  # noqa: S307  those above
    made: dict[str, Any] = {"results": [tensor.name for tensor in found]}
    if call.startswith("tf.metrics."):
        return made
    real = [tensor for tensor in found if tensor.dtype.is_floating]
    sources = [name for name in GIVEN if names[name].dtype.is_floating]
    slopes = tf.gradients(real, [names[name] for name in sources]) if real else []
    return made | {
        "gradients": {name: slope.name for name, slope in zip(sources, slopes) if slope is not None}
    }


def run(tf: Any, session: Any, made: dict[str, Any]) -> dict[str, Any]:
    """What tensors of these names give: ``values`` and ``gradients`` for some batches, or ``refused``.

    The values of a metric are those before all batches, what the update gives for each, and that after all.
    """
    feeds = [{f"{name}:0": value for name, value in batch.items()} for batch in batches()]
    try:
        if "gradients" not in made:
            value, update = made["results"]
            values = [session.run(value), *(session.run(update, feed) for feed in feeds), session.run(value)]
            return {"values": [plain(each) for each in values]}
        runs = [session.run([made["results"], made["gradients"]], feed) for feed in feeds[:CUT]]
    except tf.errors.InvalidArgumentError:
        return {"refused": "run"}
    return {
        "values": [[plain(value) for value in values] for values, _ in runs],
        "gradients": [{name: plain(slope) for name, slope in slopes.items()} for _, slopes in runs],
    }


# -- through files -----------------------------------------------------------------------------------------------------


def write(tf: Any, folder: str) -> dict[str, Any]:
    """Write a graph for each call that is not refused; what stands in which file."""
    written: dict[str, Any] = {}
    for number, call in enumerate(CALLS):
        with tf.Graph().as_default():
            try:
                made = make(tf, call)
            except (TypeError, ValueError):
                continue
            tf.train.export_meta_graph(f"{folder}/{number}.meta")
            initializers = [variable.initializer.name for variable in tf.local_variables()]
            written[call] = {"meta": f"{folder}/{number}.meta", "initializers": initializers, "made": made}
    return written


def read(tf: Any, written: dict[str, Any]) -> dict[str, Any]:
    """What the graphs of the other side give for the batches, by call."""
    found: dict[str, Any] = {}
    for call, row in written.items():
        with tf.Graph().as_default(), tf.Session() as session:
            tf.train.import_meta_graph(row["meta"])
            session.run(row["initializers"])
            found[call] = run(tf, session, row["made"])
    return found


# -- plain values ------------------------------------------------------------------------------------------------------


def leaves(value: Any) -> list[Any]:
    """The tensors of a result, without its Nones."""
    if hasattr(value, "indices") and hasattr(value, "values"):
        value = [value.values, value.indices]
    if isinstance(value, (list, tuple)):
        return [leaf for part in value for leaf in leaves(part)]
    return [value] if hasattr(value, "dtype") and hasattr(value, "op") else []


def plain(value: Any) -> Any:
    """A value as JSON has it, with nine digits; what is no number as text."""
    array = np.asarray(value)
    if array.dtype.kind in "fc":
        return [_number(each) for each in array.ravel().tolist()] if array.ndim else _number(array.item())
    if array.dtype == object:
        array = np.array([text.decode() for text in array.ravel()])
    return array.ravel().tolist() if array.ndim else array.item()


def _number(value: float) -> Any:
    return float(f"{value:.9g}") if np.isfinite(value) else repr(value)
