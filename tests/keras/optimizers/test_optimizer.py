"""How optimizers of tf.keras are used: in graphs, between steps, as configurations; and what they refuse."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import Graph
from estimator.keras import optimizers
from estimator.keras.optimizers import SGD, Adam, Optimizer, RMSprop, legacy, schedules

BOTH = pytest.mark.parametrize("kind", [optimizers, legacy], ids=["today", "legacy"])


@pytest.fixture
def session() -> Iterator[tf.Session]:
    with Graph().as_default(), tf.Session() as made:
        yield made


def begun(session: tf.Session, optimizer: Any, **options: Any) -> tuple[Any, Any]:
    """A variable and the step that halves it under a rate of 0.25."""
    w = tf.Variable([1.0, -2.0], name="w")
    step = optimizer.minimize(tf.reduce_sum(w * w), [w], **options)
    session.run(tf.global_variables_initializer())
    return w, step


@BOTH
def test_the_learning_rate_can_be_set_between_steps(session: tf.Session, kind: Any) -> None:
    optimizer = kind.SGD(0.25)
    w, step = begun(session, optimizer)
    session.run(step)
    size = len(session.graph.get_operations())
    optimizer.learning_rate = 0.5
    session.run(step)
    assert session.run(w).tolist() == [0.0, 0.0]
    assert len(session.graph.get_operations()) == size
    assert optimizer.get_config()["learning_rate"] == 0.5
    optimizer.lr = 0.125
    assert session.run(optimizer.lr) == 0.125


def test_hyper_parameters_of_legacy_can_be_set_between_steps(session: tf.Session) -> None:
    optimizer = legacy.SGD(0.25, momentum=0.5)
    w, step = begun(session, optimizer)
    session.run(step)
    optimizer.momentum = 0.0
    session.run(step)
    assert session.run(w).tolist() == [0.25, -0.5]
    assert session.run(optimizer.momentum) == 0.0


@BOTH
def test_the_global_step_may_count_the_steps(session: tf.Session, kind: Any) -> None:
    optimizer = kind.Adam()
    optimizer.iterations = tf.train.get_or_create_global_step()
    _, step = begun(session, optimizer)
    for _ in range(3):
        session.run(step)
    assert session.run(tf.train.get_global_step()) == 3
    assert [variable.name for variable in optimizer.variables()][0] == "global_step:0"
    with pytest.raises(RuntimeError, match="before apply_gradients"):
        optimizer.iterations = tf.train.get_global_step()


@BOTH
def test_a_global_step_that_minimize_is_given_is_counted_once(session: tf.Session, kind: Any) -> None:
    optimizer = kind.SGD(0.25)
    count = tf.train.get_or_create_global_step()
    w = tf.Variable(1.0)
    twice = [optimizer.minimize(w * w, [w], global_step=count) for _ in range(2)]
    session.run(tf.global_variables_initializer())
    for step in twice:
        session.run(step)
    assert session.run(count) == 2


def test_get_updates_is_a_list_of_the_step(session: tf.Session) -> None:
    w = tf.Variable(1.0)
    optimizer = SGD(0.25)
    (step,) = optimizer.get_updates(w * w, [w])
    session.run(tf.global_variables_initializer())
    session.run(step)
    assert session.run(w) == 0.5
    with pytest.raises(ValueError, match="has `None` for gradient"):
        optimizer.get_updates(w * w, [tf.Variable(1.0, name="apart")])


def test_one_optimizer_serves_many_graphs_and_keeps_none_of_them_alive() -> None:
    optimizer = Adam()
    graphs = []
    for _ in range(2):
        with Graph().as_default() as graph, tf.Session() as session:
            _, step = begun(session, optimizer)
            session.run(step)
            assert session.run(optimizer.iterations) == 1
            graphs.append(weakref.ref(graph))
    del graph, session, step, _
    gc.collect()
    assert [graph() for graph in graphs] == [None, None]


@BOTH
def test_weights_can_be_read_and_set(session: tf.Session, kind: Any) -> None:
    optimizer = kind.Adam()
    _, step = begun(session, optimizer)
    session.run(step)
    weights = optimizer.get_weights()
    assert [weight.shape for weight in weights] == [(), (2,), (2,)]
    optimizer.set_weights([np.int64(7), weights[1] + 1, weights[2]])
    assert session.run(optimizer.iterations) == 7
    np.testing.assert_array_equal(optimizer.get_weights()[1], weights[1] + 1)
    with pytest.raises(ValueError, match=r"3 variables .*, and 2 values"):
        optimizer.set_weights(weights[:2])
    with pytest.raises(ValueError, match=r"w.*shape \(2,\).*\[3\].*w.*\[3\]"):
        optimizer.set_weights([np.int64(7), np.zeros(3), np.zeros(3)])


def test_own_variables_go_through_a_store(session: tf.Session) -> None:
    optimizer = SGD(0.25)
    w, step = begun(session, optimizer)
    session.run(step)
    store: dict[str, Any] = {}
    optimizer.save_own_variables(store)
    assert sorted(store) == ["0", "1"]
    session.run(tf.global_variables_initializer())
    optimizer.load_own_variables(store)
    assert optimizer.get_weights()[0] == 1


def test_an_optimizer_of_the_users_own_runs_line_by_line(session: tf.Session) -> None:
    class Halved(Optimizer):
        def __init__(self, learning_rate: float = 0.25, name: str = "Halved", **kwargs: Any) -> None:
            super().__init__(name, **kwargs)
            self._learning_rate = self._build_learning_rate(learning_rate)

        def build(self, var_list: Any) -> None:
            super().build(var_list)
            if getattr(self, "_built", False):
                return
            self.sums = [self.add_variable_from_reference(each, "sum") for each in var_list]
            self._built = True

        def update_step(self, gradient: Any, variable: Any) -> None:
            total = self.sums[self._index_dict[self._var_key(variable)]]
            total.assign_add(gradient)
            variable.assign_sub(self.learning_rate * total)  # of the sum as it has become
            total.assign(total * 0.5)

    optimizer = Halved()
    w, step = begun(session, optimizer)
    assert [variable.name for variable in optimizer.variables] == ["iteration:0", "Halved/sum/w:0"]
    assert optimizer.checkpoint_children()["sums"] == optimizer.variables[1:]
    session.run(step)
    assert session.run([w, optimizer.sums[0]])[0].tolist() == [0.5, -1.0]
    assert session.run(optimizer.sums[0]).tolist() == [1.0, -2.0]
    session.run(step)
    assert session.run(w).tolist() == [0.0, 0.0]


def test_a_legacy_optimizer_of_the_users_own(session: tf.Session) -> None:
    class Scaled(legacy.Optimizer):
        def __init__(
            self, learning_rate: float = 0.25, scale: float = 2.0, name: str = "Scaled", **kwargs: Any
        ):
            super().__init__(name, **kwargs)
            self._set_hyper("learning_rate", kwargs.get("lr", learning_rate))
            self._set_hyper("scale", scale)

        def _create_slots(self, var_list: Any) -> None:
            for each in var_list:
                self.add_slot(each, "seen")

        def _resource_apply_dense(self, grad: Any, var: Any, apply_state: Any = None) -> Any:
            rate = self._decayed_lr(var.dtype) * self._get_hyper("scale", var.dtype)
            seen = self.get_slot(var, "seen").assign_add(grad)
            return tf.group(var.assign_sub(rate * grad), seen)

        def get_config(self) -> dict[str, Any]:
            config = super().get_config()
            rate = self._serialize_hyperparameter("learning_rate")
            return config | {"learning_rate": rate, "scale": self._serialize_hyperparameter("scale")}

    optimizer = Scaled(scale=1.0)
    w, step = begun(session, optimizer)
    session.run(step)
    assert session.run(w).tolist() == [0.5, -1.0]
    optimizer.scale = 2.0
    session.run(step)
    assert session.run(w).tolist() == [0.0, 0.0]
    names = {variable.name for variable in tf.global_variables()}
    assert names == {
        "w:0",
        *(f"Scaled/{name}:0" for name in ("decay", "iter", "learning_rate", "scale", "w/seen")),
    }
    assert optimizer.get_config() == {"name": "Scaled", "learning_rate": 0.25, "scale": 2.0}
    assert [(slot_name, slot.name) for _, slot_name, slot in optimizer.checkpoint_slots()] == [
        ("seen", "Scaled/w/seen:0")
    ]
    assert sorted(optimizer.checkpoint_children()) == ["decay", "iter", "learning_rate", "scale"]


def test_a_constraint_holds_after_rows_have_moved(session: tf.Session) -> None:
    table = tf.Variable([[1.0], [2.0]], constraint=lambda value: tf.maximum(value, 0.75))
    step = SGD(0.25).minimize(tf.reduce_sum(tf.square(tf.gather(table, [0]))), [table])
    session.run(tf.global_variables_initializer())
    session.run(step)
    assert session.run(table).tolist() == [[0.75], [2.0]]


def test_variables_are_excluded_from_weight_decay(session: tf.Session) -> None:
    optimizer = SGD(0.5, weight_decay=0.5)
    kernel, bias, scale = (tf.Variable(4.0, name=name) for name in ("kernel", "bias", "scale"))
    optimizer.exclude_from_weight_decay([scale], ["bias"])
    step = optimizer.minimize(0.0 * (kernel + bias + scale), [kernel, bias, scale])
    session.run(tf.global_variables_initializer())
    session.run(step)
    assert session.run([kernel, bias, scale]) == [3.0, 4.0, 4.0]


def test_the_averages_become_the_final_values(session: tf.Session) -> None:
    optimizer = SGD(0.25, use_ema=True, ema_momentum=0.5)
    w, step = begun(session, optimizer)
    session.run(step)
    session.run(optimizer.finalize_variable_values([w]))
    assert session.run(w).tolist() == [0.75, -1.5]  # between the first value and that of the step


def test_a_tensor_and_a_function_are_learning_rates(session: tf.Session) -> None:
    rate = tf.placeholder_with_default(0.25, [])
    w, step = begun(session, SGD(rate))
    session.run(step, {rate: 0.5})
    assert session.run(w).tolist() == [0.0, 0.0]
    v, step = begun(session, Adam(lambda: 0.125))
    session.run(step)
    np.testing.assert_allclose(session.run(v), [0.875, -1.875], 1e-5)


def test_a_schedule_gives_the_rate_that_is_shown(session: tf.Session) -> None:
    optimizer = SGD(schedules.PiecewiseConstantDecay([1], [0.25, 0.5]))
    w, step = begun(session, optimizer)
    for _ in range(3):
        session.run(step)
    assert session.run(optimizer.learning_rate) == 0.5
    assert session.run(w).tolist() == [0.0, 0.0]
    with pytest.raises(TypeError, match="LearningRateSchedule"):
        optimizer.learning_rate = 0.1
    optimizer.learning_rate = schedules.ExponentialDecay(0.1, 1, 0.5)


def test_the_old_arguments_are_known(session: tf.Session) -> None:
    assert SGD(lr=0.5).get_config()["learning_rate"] == 0.5
    optimizer = SGD(0.25, decay=1.0)
    w, step = begun(session, optimizer)
    session.run(step)
    session.run(step)  # at 0.125
    assert session.run(w).tolist() == [0.375, -0.75]


@BOTH
def test_copies_keep_the_arguments(session: tf.Session, kind: Any) -> None:
    optimizer = kind.RMSprop(0.5, momentum=0.5)
    begun(session, optimizer)
    for again in (copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))):  # noqa: S301  our own
        assert again.get_config() == pytest.approx(optimizer.get_config())


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("adam", Adam),
        ("RMSPROP", RMSprop),
        ({"class_name": "SGD", "config": {"learning_rate": 0.5}}, legacy.SGD),
        ({"class_name": "sgd", "config": {"learning_rate": 0.5, "is_legacy_optimizer": False}}, SGD),
    ],
)
def test_optimizers_are_found_by_name_and_configuration(identifier: Any, expected: type) -> None:
    assert type(optimizers.get(identifier)) is expected


def test_an_optimizer_is_itself() -> None:
    for optimizer in (Adam(), tf.train.AdamOptimizer()):
        assert optimizers.get(optimizer) is optimizer


def test_wrong_names_are_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="Unknown optimizer: 'adm'.* Did you mean 'Adam'"):
        optimizers.get("adm")
    with pytest.raises(ValueError, match="Could not interpret optimizer identifier: 3"):
        optimizers.get(3)


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="clipnorm=1.0, global_clipnorm=2.0"):
        Adam(clipnorm=1.0, global_clipnorm=2.0)
    with pytest.raises(ValueError, match=r"`momentum` must be between \[0, 1\], given: 1.5"):
        SGD(momentum=1.5)
    with pytest.raises(ValueError, match="ema_momentum"):
        SGD(use_ema=True, ema_momentum=2.0)
    with pytest.raises(ValueError, match="ema_overwrite_frequency"):
        SGD(use_ema=True, ema_overwrite_frequency=0)
    with pytest.raises(ValueError, match="weight_decay"):
        optimizers.AdamW(weight_decay=None)
    with pytest.raises(ValueError, match="decay -1.0 needs to be positive or zero"):
        legacy.SGD(decay=-1.0)
    with pytest.raises(ValueError, match="LearningRateSchedule"):
        legacy.Nadam(schedules.ExponentialDecay(0.1, 1, 0.5))
    with pytest.raises(TypeError, match="beta_11"):
        Adam(beta_11=0.5)


def test_gradients_of_values_are_refused() -> None:
    with pytest.raises(TypeError, match="no GradientTape here"):
        SGD().minimize(1.0, [], tape=object())
    w = tf.Variable(1.0)
    with pytest.raises(RuntimeError, match=r"model.fit\(\)"):
        SGD().minimize(lambda: w * w, [w])


def test_a_loss_that_depends_on_nothing_is_told(session: tf.Session) -> None:
    w = tf.Variable(1.0)
    with pytest.raises(ValueError, match="The loss does not depend on any of them"):
        SGD().minimize(tf.constant(1.0), [w])
