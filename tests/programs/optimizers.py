"""Optimizers, rates and averages by their keywords: what becomes of two variables in three steps."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def _optimizers(tf: Any) -> list[Any]:
    train = tf.train
    return [
        train.GradientDescentOptimizer(learning_rate=0.1, use_locking=False, name="Plain"),
        train.GradientDescentOptimizer(0.2),
        train.MomentumOptimizer(learning_rate=0.1, momentum=0.9, use_locking=False, name="M", use_nesterov=True),
        train.MomentumOptimizer(0.1, momentum=0.5),
        train.MomentumOptimizer(0.1, 0.5, use_nesterov=False),
        train.AdagradOptimizer(learning_rate=0.1, initial_accumulator_value=0.5, use_locking=False, name="A"),
        train.AdagradOptimizer(0.3, initial_accumulator_value=0.01),
        train.AdamOptimizer(learning_rate=0.1, beta1=0.5, beta2=0.9, epsilon=0.01, use_locking=False, name="Adam2"),
        train.AdamOptimizer(0.1, 0.8),
        train.RMSPropOptimizer(
            learning_rate=0.1, decay=0.5, momentum=0.2, epsilon=0.1, use_locking=False, centered=True, name="R"
        ),
        train.RMSPropOptimizer(0.1),
        train.FtrlOptimizer(
            learning_rate=0.1, learning_rate_power=-0.4, initial_accumulator_value=0.2, l1_regularization_strength=0.1,
            l2_regularization_strength=0.2, use_locking=False, name="F", l2_shrinkage_regularization_strength=0.3,
            beta=0.1,
        ),
        train.FtrlOptimizer(0.1, l1_regularization_strength=0.01),
        train.AdadeltaOptimizer(learning_rate=0.5, rho=0.9, epsilon=0.01, use_locking=False, name="D"),
        train.ProximalAdagradOptimizer(
            learning_rate=0.1, initial_accumulator_value=0.2, l1_regularization_strength=0.1,
            l2_regularization_strength=0.2, use_locking=False, name="PA",
        ),
        train.ProximalGradientDescentOptimizer(
            learning_rate=0.1, l1_regularization_strength=0.1, l2_regularization_strength=0.2, use_locking=False, name="PG"
        ),
    ]  # fmt: skip


def steps(tf: Any, folder: Path) -> Any:
    found = []
    for number, optimizer in enumerate(_optimizers(tf)):
        with tf.variable_scope(f"number_{number}"):
            dense = tf.get_variable("dense", initializer=[1.0, -0.5])
            table = tf.get_variable("table", initializer=[[1.0], [2.0], [3.0]])
        loss = tf.reduce_sum(tf.square(dense)) + tf.reduce_sum(tf.square(tf.gather(table, [2, 0, 2])))
        train = optimizer.minimize(loss, var_list=[dense, table])
        found.append((train, dense, table, [optimizer.get_name(), optimizer.get_slot_names()]))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for _ in range(3):
            session.run([train for train, *_ in found])
        return [[session.run([dense, table]), names] for _, dense, table, names in found]


def rates(tf: Any, folder: Path) -> Any:
    step = tf.train.get_or_create_global_step()
    train = tf.train
    made = {
        "exponential": train.exponential_decay(
            learning_rate=0.5, global_step=step, decay_steps=4, decay_rate=0.5, staircase=True, name="E"
        ),
        "exponential of one": train.exponential_decay(0.5, global_step=step, decay_steps=4, decay_rate=0.9),
        "exponential of two": train.exponential_decay(0.5, step, decay_steps=4, decay_rate=0.9, staircase=False),
        "exponential of four": train.exponential_decay(0.5, step, 4, 0.9, staircase=True),
        "exponential of five": train.exponential_decay(0.5, step, 4, 0.9, True),
        "piecewise": train.piecewise_constant(x=step, boundaries=[2, 4], values=[1.0, 0.5, 0.1], name="P"),
        "polynomial": train.polynomial_decay(
            learning_rate=0.5, global_step=step, decay_steps=3, end_learning_rate=0.1, power=2.0, cycle=True, name="Q"
        ),
        "natural": train.natural_exp_decay(
            learning_rate=0.5, global_step=step, decay_steps=2, decay_rate=0.3, staircase=True, name="N"
        ),
        "inverse": train.inverse_time_decay(
            learning_rate=0.5, global_step=step, decay_steps=2, decay_rate=0.3, staircase=True, name="I"
        ),
        "cosine": train.cosine_decay(learning_rate=0.5, global_step=step, decay_steps=5, alpha=0.1, name="C"),
        "restarts": train.cosine_decay_restarts(0.5, step, first_decay_steps=2, t_mul=1.5, m_mul=0.8, alpha=0.1),
        "restarts of three": train.cosine_decay_restarts(0.5, step, 3, alpha=0.2, t_mul=2.0, m_mul=0.5),
        "restarts of five": train.cosine_decay_restarts(0.5, step, 3, 1.0, 0.9),
        "linear cosine": train.linear_cosine_decay(
            learning_rate=0.5, global_step=step, decay_steps=5, num_periods=0.7, alpha=0.1, beta=0.01, name="L"
        ),
    }  # fmt: skip
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        found = []
        for _ in range(7):
            found.append(session.run(made))
            session.run(tf.assign_add(step, 1))
    return {name: [float(rates[name]) for rates in found] for name in made}


def averages(tf: Any, folder: Path) -> Any:
    v = tf.Variable(1.0, name="v")
    step = tf.Variable(3)
    averages = [
        tf.train.ExponentialMovingAverage(decay=0.9),
        tf.train.ExponentialMovingAverage(0.99, num_updates=step, zero_debias=False, name="ByStep"),
    ]
    applied = [average.apply(var_list=[v]) for average in averages]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for _ in range(2):
            session.run(tf.assign_add(v, 1.0))
            session.run(applied)
        return [
            [session.run(average.average(v)), average.average_name(v), sorted(average.variables_to_restore())]
            for average in averages
        ]


def initial_values_of_a_checkpoint(tf: Any, folder: Path) -> Any:
    with tf.Graph().as_default(), tf.Session() as session:
        for name, value in (("a", [1.0, 2.0]), ("scope/b", 3.0), ("parts", [[1.0], [2.0], [3.0]])):
            tf.get_variable(name, initializer=value)
        session.run(tf.global_variables_initializer())
        prefix = tf.train.Saver(var_list=tf.global_variables()).save(session, str(folder / "given.ckpt"))
    a = tf.get_variable("other_a", [2])
    b = tf.get_variable("mine/b", [])
    c = tf.get_variable("c", [2])
    parts = tf.get_variable("parts", [3, 1], partitioner=tf.fixed_size_partitioner(2))
    tf.train.init_from_checkpoint(ckpt_dir_or_file=prefix, assignment_map={"a": a, "scope/": "mine/"})
    tf.train.init_from_checkpoint(prefix, assignment_map={"a": "c"})
    tf.train.init_from_checkpoint(prefix, {"parts": list(parts)})
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run([a, b, c, tf.convert_to_tensor(parts)])
