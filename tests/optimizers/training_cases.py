"""Training steps as scripts of tf.contrib make them, and what three of them leave behind.

The calls are text, so that tf_slim (tests/interop/tf_slim_layers.py) and this package (tests/optimizers/test_optimize_loss.py)
evaluate the very same ones. tests/data/tf/slim.json has tf_slim's answers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

CASES = """
optimize_loss(loss, step, learning_rate=0.1, optimizer='SGD')
optimize_loss(loss=loss, global_step=step, learning_rate=0.1, optimizer='Adam', name='train', summaries=['loss', 'gradients'])
optimize_loss(loss, None, 0.1, 'Adagrad')
optimize_loss(loss, step, 0.1, 'Momentum', summaries=[])
optimize_loss(loss, step, 0.1, 'RMSProp', summaries=['gradient_norm', 'learning_rate'])
optimize_loss(loss, step, 0.1, 'Ftrl', summaries=['global_gradient_norm'])
optimize_loss(loss, step, 0.1, tf.train.GradientDescentOptimizer)
optimize_loss(loss, step, None, tf.train.GradientDescentOptimizer(0.2))
optimize_loss(loss, step, tf.constant(0.1), lambda rate: tf.train.MomentumOptimizer(rate, 0.5))
optimize_loss(loss, step, None, lambda: tf.train.AdagradOptimizer(0.3))
optimize_loss(loss, step, 0.1, 'SGD', clip_gradients=0.5)
optimize_loss(loss, step, 0.1, 'SGD', clip_gradients=lambda pairs: [(g * 0.5, v) for g, v in pairs if v is w], summaries=['loss', 'gradient_norm', 'gradients'])
optimize_loss(loss, step, 0.1, 'SGD', clip_gradients=layers.adaptive_clipping_fn(decay=0.5, report_summary=True))
optimize_loss(loss, step, 0.1, 'SGD', clip_gradients=layers.adaptive_clipping_fn(0.5, 0.9, 0.7, step, epsilon=1e-4, name='limit'))
optimize_loss(loss, step, 0.1, 'SGD', gradient_multipliers={'w:0': 0.5, 'table:0': 3.0})
optimize_loss(loss, step, 0.1, 'SGD', gradient_multipliers={w: 2})
optimize_loss(loss, step, 0.5, 'SGD', learning_rate_decay_fn=lambda rate, step: tf.train.exponential_decay(rate, step, 1, 0.5))
optimize_loss(loss, step, 0.1, 'SGD', variables=[w], increment_global_step=False, colocate_gradients_with_ops=True)
optimize_loss(loss, step, 0.1, 'SGD', update_ops=[])
optimize_loss(loss, step, 0.1, 'SGD', update_ops=[count.assign_add(2.0)], gradient_noise_scale=0.0)
create_train_op(loss, tf.train.GradientDescentOptimizer(0.1))
create_train_op(total_loss=loss, optimizer=tf.train.AdamOptimizer(0.1), global_step=step, variables_to_train=[w])
create_train_op(loss, tf.train.GradientDescentOptimizer(0.1), None, check_numerics=False, summarize_gradients=True)
create_train_op(loss, tf.train.GradientDescentOptimizer(0.1), transform_grads_fn=training.clip_gradient_norms_fn(0.5))
create_train_op(loss, tf.train.GradientDescentOptimizer(0.1), transform_grads_fn=lambda pairs: training.multiply_gradients(pairs, {w: 2.0, 'table': 0.5}))
learning.create_train_op(loss, tf.train.GradientDescentOptimizer(0.1), clip_gradient_norm=0.5, gradient_multipliers={w: 2.0})
learning.create_train_op(loss, tf.train.GradientDescentOptimizer(0.1), summarize_gradients=True, variables_to_train=[w])
create_train_op(loss, tf.train.GradientDescentOptimizer(0.1), update_ops=[listed], transform_grads_fn=lambda pairs: training.clip_gradient_norms(pairs, 0.1))
""".strip().splitlines()


def record(tf: Any, slim: Any, training: Any, call: str) -> dict[str, Any]:
    """What three steps of a training leave behind.

    Parameters
    ----------
    tf, slim, training : module
    call : str
        One of CASES.

    Returns
    -------
    dict
        ``name`` of the result, ``losses`` that it gave, ``variables`` after the steps by name, ``summaries``: the tags,
        and ``train_ops``: how many stand in the collection.
    """
    with tf.Graph().as_default():
        step = tf.train.get_or_create_global_step()
        w = tf.get_variable("w", [3, 1], initializer=tf.constant_initializer([[0.5], [-1.0], [2.0]]))
        table = tf.get_variable("table", [4, 3], initializer=tf.constant_initializer(wave(4, 3)))
        count = tf.get_variable("count", [], initializer=tf.zeros_initializer(), trainable=False)
        listed = count.assign_add(1.0)
        tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, listed)
        rows = tf.nn.embedding_lookup(table, tf.constant([1, 3, 1]))
        loss = tf.reduce_mean(tf.square(tf.matmul(rows, w) - 1.0))
        names = {"tf": tf, "layers": slim, "training": training, "loss": loss, "step": step, "w": w}
        names |= {"count": count, "listed": listed, "slim": slim}
        owner = "training" if call.startswith("create") else "slim"
        train = eval(f"{owner}.{call}", names)  # noqa: S307  those above
        summaries = tf.get_collection(tf.GraphKeys.SUMMARIES)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            losses = [float(session.run(train)) for _ in range(3)]
            values = {variable.op.name: session.run(variable) for variable in tf.global_variables()}
        return {
            "name": train.name,
            "losses": losses,
            "variables": {
                name: np.ravel(value).astype(float).tolist() for name, value in sorted(values.items())
            },
            "summaries": sorted(summary.op.name for summary in summaries),
            "train_ops": len(tf.get_collection(tf.GraphKeys.TRAIN_OP)),
        }


def wave(*shape: int) -> Any:
    """Numbers that have nothing to do with one another, the same on both sides."""
    return np.cos(np.arange(1, np.prod(shape) + 1) ** 1.5).reshape(shape).astype(np.float32)
