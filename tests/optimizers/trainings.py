"""Trainings of tables whose rows are looked up, and optimizers as people wrote them for TensorFlow 1.

Run by real TensorFlow this file writes what each training leaves, on one line of output; the tests compare ours with
``tests/data/tf/optimizers.json``, which TensorFlow 2.15.1 wrote that way.
"""

from __future__ import annotations

import json
import os
from typing import Any

import numpy as np


def classes(tf: Any) -> dict[str, Any]:
    """Name to a function that makes the optimizer."""

    class OwnStep(tf.train.Optimizer):
        """apply_gradients alone: Adam with weight decay, its slots by get_variable; the gradient may be a Variable."""

        def __init__(self, rate: float) -> None:
            super().__init__(False, "OwnStep")
            self.rate = rate

        def apply_gradients(self, grads_and_vars: Any, global_step: Any = None, name: Any = None) -> Any:
            steps = []
            pairs = [
                (tf.convert_to_tensor(grad), param) for grad, param in grads_and_vars if grad is not None
            ]
            for grad, param in pairs:
                m = tf.get_variable(
                    param.op.name + "/own_m",
                    param.shape.as_list(),
                    tf.float32,
                    tf.zeros_initializer(),
                    trainable=False,
                )
                with tf.control_dependencies([gradient for gradient, _ in pairs]):
                    next_m = tf.multiply(0.9, m) + tf.multiply(0.1, grad)
                    next_param = param - self.rate * (next_m + 0.01 * param)
                steps.extend([param.assign(next_param), m.assign(next_m)])
            return tf.group(*steps, name=name)

    class Clipped(tf.train.GradientDescentOptimizer):
        """compute_gradients alone."""

        def compute_gradients(self, *args: Any, **kwargs: Any) -> Any:
            pairs = super().compute_gradients(*args, **kwargs)
            return [(None if g is None else tf.clip_by_norm(g, 0.5), v) for g, v in pairs]

    class Wrapper(tf.train.Optimizer):
        """Everything handed on to another optimizer."""

        def __init__(self, inner: Any) -> None:
            super().__init__(use_locking=False, name="Wrapper")
            self._inner = inner

        def compute_gradients(self, loss: Any, var_list: Any = None, **kwargs: Any) -> Any:
            return [
                (g, v) for g, v in self._inner.compute_gradients(loss, var_list, **kwargs) if g is not None
            ]

        def apply_gradients(self, grads_and_vars: Any, global_step: Any = None, name: Any = None) -> Any:
            halved = [
                (
                    tf.IndexedSlices(g.values * 0.5, g.indices, g.dense_shape)
                    if isinstance(g, tf.IndexedSlices)
                    else g * 0.5,
                    v,
                )
                for g, v in grads_and_vars
            ]
            return self._inner.apply_gradients(halved, global_step, name)

        def get_slot(self, *args: Any, **kwargs: Any) -> Any:
            return self._inner.get_slot(*args, **kwargs)

        def get_slot_names(self, *args: Any, **kwargs: Any) -> Any:
            return self._inner.get_slot_names(*args, **kwargs)

        def variables(self) -> Any:
            return self._inner.variables()

    class Sign(tf.train.Optimizer):
        """The whole protocol of references, with a slot, a scalar and a _finish of its own."""

        def __init__(self, learning_rate: Any = 0.1, use_locking: bool = False, name: str = "Sign") -> None:
            super().__init__(use_locking, name)
            self._lr, self._lr_t = learning_rate, None

        def _prepare(self) -> None:
            self._lr_t = tf.convert_to_tensor(self._call_if_callable(self._lr), name="learning_rate")

        def _create_slots(self, var_list: Any) -> None:
            first = min(var_list, key=lambda v: v.name)
            self._create_non_slot_variable(initial_value=1.0, name="steps", colocate_with=first)
            for v in var_list:
                self._zeros_slot(v, "mean", self._name)
                self._get_or_make_slot(v, tf.ones([v.shape[0]]), "rows", self._name)

        def _apply_dense(self, grad: Any, var: Any) -> Any:
            rate = tf.cast(self._lr_t, var.dtype.base_dtype) / self._get_non_slot_variable(
                "steps", tf.get_default_graph()
            )
            mean, rows = self.get_slot(var, "mean"), self.get_slot(var, "rows")
            mean_t = mean.assign(0.5 * mean + 0.5 * grad, use_locking=self._use_locking)
            rows_t = tf.assign_add(rows, tf.ones_like(rows))
            with tf.control_dependencies([rows_t]):
                step = tf.assign_sub(var, rate * tf.sign(mean_t), use_locking=self._use_locking)
            return tf.group(*[step, mean_t])

        def _resource_apply_dense(self, grad: Any, var: Any) -> Any:
            return self._apply_dense(grad, var)

        def _apply_sparse(self, grad: Any, var: Any) -> Any:
            return self._apply_dense(tf.convert_to_tensor(grad), var)

        def _resource_apply_sparse(self, grad: Any, var: Any, indices: Any) -> Any:
            shape = tf.constant(var.shape.as_list(), tf.int64)
            return self._apply_sparse(tf.IndexedSlices(grad, indices, shape), var)

        def _finish(self, update_ops: Any, name_scope: Any) -> Any:
            steps = self._get_non_slot_variable("steps", tf.get_default_graph())
            with tf.control_dependencies(update_ops):
                counted = steps.assign(steps + 1.0)
            return tf.group(*update_ops + [counted], name=name_scope)

    class Decayed(tf.train.MomentumOptimizer):
        """Decoupled weight decay around both updates of another optimizer."""

        def _resource_apply_dense(self, grad: Any, var: Any) -> Any:
            with tf.control_dependencies([grad]):  # without it TensorFlow's numbers depend on the run
                decayed = tf.assign_sub(var, 0.1 * var)
            with tf.control_dependencies([decayed]):
                return super()._resource_apply_dense(grad, var)

        def _resource_apply_sparse(self, grad: Any, var: Any, indices: Any) -> Any:
            with tf.control_dependencies([grad]):
                decayed = tf.scatter_sub(var, indices, 0.1 * tf.gather(var, indices))
            with tf.control_dependencies([decayed]):
                return super()._resource_apply_sparse(grad, var, indices)

    class LazyAdam(tf.train.AdamOptimizer):
        """Adam whose means of a table decay only where rows have a gradient; Adam's own tensors are used."""

        def _resource_apply_sparse(self, grad: Any, var: Any, indices: Any) -> Any:
            power1, power2 = (tf.cast(p, grad.dtype) for p in self._get_beta_accumulators())
            beta1, beta2 = tf.cast(self._beta1_t, grad.dtype), tf.cast(self._beta2_t, grad.dtype)
            rate = tf.cast(self._lr_t, grad.dtype) * tf.sqrt(1 - power2) / (1 - power1)
            m, v = self.get_slot(var, "m"), self.get_slot(var, "v")
            m_t = beta1 * tf.gather(m, indices) + (1 - beta1) * grad
            v_t = beta2 * tf.gather(v, indices) + (1 - beta2) * tf.square(grad)
            step = rate * m_t / (tf.sqrt(v_t) + tf.cast(self._epsilon_t, grad.dtype))
            with tf.control_dependencies([step]):
                return tf.group(
                    tf.scatter_update(m, indices, m_t),
                    tf.scatter_update(v, indices, v_t),
                    tf.scatter_sub(var, indices, step),
                )

    class Factored(tf.train.Optimizer):
        """Slots of another shape than the variable's; hyper-parameters by tensor; duplicate rows by itself."""

        def _create_slots(self, var_list: Any) -> None:
            for v in var_list:
                start = tf.constant_initializer(1.0)
                self._get_or_make_slot_with_initializer(
                    v, start, tf.TensorShape([v.shape[1]]), tf.float32, "vc", "Vc"
                )

        def _resource_apply_dense(self, grad: Any, handle: Any) -> Any:
            columns = self.get_slot(handle, "vc")
            new = columns.assign(0.5 * columns + 0.5 * tf.reduce_mean(tf.square(grad), axis=0))
            return tf.assign_sub(handle, 0.1 * grad / tf.sqrt(new))

        def _resource_apply_sparse_duplicate_indices(self, grad: Any, handle: Any, indices: Any) -> Any:
            return tf.scatter_add(handle, indices, -0.1 * grad)

    return {
        "own_step": lambda: OwnStep(0.1),
        "clipped": lambda: Clipped(0.1),
        "wrapper": lambda: Wrapper(tf.train.AdagradOptimizer(0.5)),
        "sign": lambda: Sign(0.1),
        "decayed": lambda: Decayed(0.1, 0.9),
        "lazy_adam": lambda: LazyAdam(0.1),
        "factored": lambda: Factored(False, "Factored"),
    }


def own(tf: Any) -> dict[str, Any]:
    """TensorFlow's own optimizers."""
    train = tf.train
    penalties = {"l1_regularization_strength": 0.3, "l2_regularization_strength": 0.2}
    return {
        "SGD": lambda: train.GradientDescentOptimizer(0.1),
        "Momentum": lambda: train.MomentumOptimizer(0.1, 0.9),
        "Nesterov": lambda: train.MomentumOptimizer(0.1, 0.9, use_nesterov=True),
        "Adagrad": lambda: train.AdagradOptimizer(0.1),
        "Adam": lambda: train.AdamOptimizer(0.1),
        "RMSProp": lambda: train.RMSPropOptimizer(0.1, momentum=0.5),
        "CenteredRMSProp": lambda: train.RMSPropOptimizer(0.1, momentum=0.5, centered=True),
        "Adadelta": lambda: train.AdadeltaOptimizer(0.1, epsilon=1e-2),
        "Ftrl": lambda: train.FtrlOptimizer(0.1, **penalties),
        "FtrlV2": lambda: train.FtrlOptimizer(0.1, l2_shrinkage_regularization_strength=0.1),
        "ProximalSGD": lambda: train.ProximalGradientDescentOptimizer(0.1, **penalties),
        "ProximalAdagrad": lambda: train.ProximalAdagradOptimizer(0.1, **penalties),
        "AdagradDA": lambda: train.AdagradDAOptimizer(0.1, train.get_or_create_global_step()),
        "AdagradDA, penalties": lambda: train.AdagradDAOptimizer(
            0.1, train.get_or_create_global_step(), **penalties
        ),
    }


def lookups(tf: Any, static: bool = False, partitioner: Any = None) -> dict[str, Any]:
    """What is left of a table after three steps of each of TensorFlow's optimizers; rows come several times."""
    results = {}
    start = np.array([[1.0, -2.0], [0.5, 3.0], [-1.0, 0.25], [2.0, -0.5]], np.float32)
    batches = [[0, 2, 0, 1]] * 3 if static else [[0, 1, 1], [2, 1], [0, 2, 0, 1]]
    for name, make in own(tf).items():
        with tf.Graph().as_default(), tf.Session() as session:
            table = tf.get_variable("table", initializer=start, use_resource=True, partitioner=partitioner)
            ids = tf.constant(batches[0]) if static else tf.placeholder(tf.int32, [None])
            rows = tf.gather(table, ids)
            optimizer = make()  # which may have made a global step
            loss = tf.reduce_sum(tf.square(rows) * [1.0, 0.5])
            train = optimizer.minimize(loss, global_step=tf.train.get_global_step())
            session.run(tf.global_variables_initializer())
            for batch in batches:
                session.run(train, None if static else {ids: batch})
            results[name] = np.round(session.run(tf.convert_to_tensor(table)), 5).tolist()
    return results


def with_subclasses(tf: Any) -> dict[str, Any]:
    """The variables that three steps with each optimizer leave: a matrix, and a table whose rows are looked up."""
    results = {}
    for name, make in classes(tf).items():
        with tf.Graph().as_default(), tf.Session() as session:
            w = tf.get_variable(
                "w", initializer=np.array([[1.0, -2.0], [0.5, 3.0]], np.float32), use_resource=True
            )
            start = np.array([[1.0, -1.0], [2.0, 0.5], [-3.0, 1.0]], np.float32)
            table = tf.get_variable("table", initializer=start, use_resource=True)
            ids = tf.placeholder(tf.int32, [None])
            loss = tf.reduce_sum(tf.square(tf.matmul(tf.gather(table, ids), w)))
            step = tf.train.get_or_create_global_step()
            train = make().minimize(loss, global_step=step)
            session.run(tf.global_variables_initializer())
            for batch in ([0, 1, 1], [2], [0, 1]):
                session.run(train, {ids: batch})
            listed = sorted((v.op.name, v) for v in tf.global_variables())
            results[name] = {key: np.round(session.run(v), 5).tolist() for key, v in listed}
    return results


def everything(tf: Any) -> dict[str, Any]:
    """All that TensorFlow is asked for."""
    return {
        "lookups": lookups(tf),
        "static lookups": lookups(tf, static=True),
        "subclasses": with_subclasses(tf),
    }


if __name__ == "__main__":
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow.compat.v1 as tf1  # the real one

    tf1.disable_v2_behavior()
    print(json.dumps(everything(tf1)))
