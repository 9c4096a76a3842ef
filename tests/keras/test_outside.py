"""Layers and models that are called with arrays outside of any graph."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.eager_array import EagerArray
from estimator.graph.graph import reset_default_graph
from estimator.keras import traces
from estimator.keras.layer import Layer
from estimator.keras.layers.dense import Dense
from estimator.keras.model import Model
from estimator.runtime.own_session import session_at_hand

ONES = np.ones([2, 3], np.float32)


@pytest.fixture(autouse=True)
def _default_graph() -> Iterator[None]:
    reset_default_graph()
    yield
    reset_default_graph()


class Scaled(Layer):
    """The input times a weight; a count of calls that train, as an assignment that nobody fetches."""

    def build(self, input_shape: Any) -> None:
        self.scale = self.add_weight("scale", [], initializer="ones")
        self.count = self.add_weight("count", [], initializer="zeros", trainable=False)

    def call(self, inputs: Any, training: Any = None) -> Any:
        if training:
            self.count.assign_add(1.0)
        return inputs * self.scale


class Sized(Layer):
    """What needs the sizes of its input when it is traced, and notes them."""

    def __init__(self, needs_batch: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.needs_batch = needs_batch
        vars(self)["seen"] = []

    def call(self, inputs: Any, power: Any = 1, others: Any = None) -> Any:
        self.seen.append(inputs.shape.as_list())
        rows = tf.ones([inputs.shape[0].value, 1]) if self.needs_batch else 1.0
        return inputs * rows if others is None else inputs * others**power


def operations() -> int:
    return len(tf.get_default_graph().get_operations())


def test_a_layer_gives_an_array_that_has_a_method_numpy() -> None:
    dense = Dense(2, kernel_initializer="ones", name="dense")
    result = dense(ONES)
    assert isinstance(result, EagerArray) and type(result.numpy()) is np.ndarray
    assert result.numpy().tolist() == [[3, 3], [3, 3]]
    assert [weight.name for weight in dense.weights] == ["dense/kernel:0", "dense/bias:0"]


def test_weights_are_float32_whatever_is_given_as_outside_of_graphs_in_tensorflow() -> None:
    dense = Dense(2)
    assert dense(np.ones([2, 3])).dtype == np.float32
    assert dense.dtype is tf.float32
    with tf.Graph().as_default():
        assert Dense(2)(tf.ones([2, 3], tf.float64)).dtype is tf.float64


@pytest.mark.parametrize(
    "given",
    [
        [[1, 2, 3], [4, 5, 6]],
        [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]],
        np.arange(1, 7, dtype=np.int64).reshape(2, 3),
    ],
    ids=["ints", "floats", "int64"],
)
def test_lists_of_numbers_are_one_array(given: Any) -> None:
    assert Dense(1, kernel_initializer="ones")(given).numpy().tolist() == [[6], [15]]


def test_the_graph_does_not_grow_with_calls_whatever_the_size_of_the_batch() -> None:
    layer = Dense(2)
    layer(ONES)
    before = operations()
    for size in range(1, 200):
        layer(np.ones([size, 3], np.float32))
    assert operations() == before


def test_memory_stays_flat() -> None:
    layer = Scaled()
    for size in (1, 2, 3):
        layer(np.ones([size, 3], np.float32), training=True)
    gc.collect()
    before = len(gc.get_objects())
    for size in range(300):
        layer(np.ones([size % 7 + 1, 3], np.float32), training=size % 2 == 0)
    gc.collect()
    # plans for seven sizes, in two kinds of calls: some objects each, and none for the other calls
    assert len(gc.get_objects()) - before < 4000


def test_a_batch_is_not_kept_by_the_layer_that_was_called_on_it() -> None:
    layer, batch = Dense(2), np.ones([2, 3], np.float32)
    gone = weakref.ref(batch)
    layer(batch)
    del batch
    assert gone() is None


def test_a_first_call_is_traced_for_its_sizes_a_second_for_any_batch() -> None:
    layer = Sized()
    for size in (2, 5, 7, 2):
        assert layer(np.ones([size, 3], np.float32)).shape == (size, 3)
    assert layer.seen == [[2, 3], [None, 3]]


def test_a_layer_that_needs_the_size_of_the_batch_is_traced_for_each() -> None:
    layer = Sized(needs_batch=True)
    for size in (2, 5, 7, 2, 5):
        assert layer(np.ones([size, 3], np.float32)).shape == (size, 3)
    assert layer.seen == [[2, 3], [None, 3], [5, 3], [7, 3]]


def test_many_lengths_are_one_trace_in_the_end() -> None:
    layer = Sized()
    for length in range(1, 30):
        layer(np.ones([2, length], np.float32))
    assert len(layer.seen) == 5 and layer.seen[-1] == [2, None]


def test_sizes_that_do_not_fit_are_refused_by_their_numbers_after_others_were_left_open() -> None:
    layer = Dense(2)
    for size in (1, 2, 3):
        layer(np.ones([size, 3], np.float32))
    with pytest.raises(ValueError, match="axis -1 .*3.*4|3.*4"):
        layer(np.ones([2, 4], np.float32))
    assert layer(ONES).shape == (2, 2)


def test_arrays_among_the_other_arguments_are_values_and_all_else_is_traced_for() -> None:
    layer = Sized()
    for factor in (2.0, 3.0):
        assert layer(ONES, others=np.float32(factor)).numpy()[0, 0] == factor
    assert layer(ONES, 2, others=np.full([2, 3], 3, np.float32)).numpy()[0, 0] == 9
    assert len(layer.seen) == 2


def test_other_types_and_ranks_are_other_kinds_of_calls() -> None:
    layer = Sized(autocast=False)
    for given in (np.ones(2), np.ones(2, np.float32), np.ones([2, 1, 1]), np.ones([2, 1], np.complex64)):
        assert layer(given).numpy().dtype == given.dtype


def test_what_a_call_assigns_is_assigned_and_training_is_off_by_default() -> None:
    layer = Scaled()
    for training in (None, True, np.True_, False, 1):
        layer(ONES, training=training)
    assert layer.count.numpy() == 3


class Total(Layer):
    """A sum over all calls, which is read between and after two assignments, one of them in a branch."""

    def build(self, input_shape: Any) -> None:
        self.total = self.add_weight("total", [], initializer="zeros", trainable=False)

    def call(self, inputs: Any) -> Any:
        before = self.total.read_value()
        self.total.assign_add(tf.reduce_sum(inputs))
        between = self.total * 1.0
        tf.cond(between > 7.0, lambda: self.total.assign(100.0), lambda: self.total.assign_add(1.0))
        return before, between, self.total


def test_what_a_call_assigns_it_reads_as_in_the_order_of_its_lines() -> None:
    layer = Total()
    found = [[float(value) for value in layer(ONES)] for _ in range(3)]
    assert found == [[0, 6, 7], [7, 13, 100], [100, 106, 100]]  # as TensorFlow 2 has it
    assert layer.total.numpy() == 100


def test_the_states_of_a_recurrent_layer_go_on_from_call_to_call() -> None:
    layer = tf.keras.layers.LSTM(2, stateful=True)
    x = np.random.default_rng(0).random((2, 6, 3)).astype(np.float32)
    layer(x[:, :3])
    layer.reset_states()
    parts = [layer(x[:, :3]), layer(x[:, 3:])]
    layer.reset_states()
    np.testing.assert_allclose(layer(x), parts[1], 1e-6)
    assert not np.allclose(*parts)


def test_the_learning_phase_says_whether_calls_train() -> None:
    layer = Scaled()
    layer(ONES)
    tf.keras.backend.set_learning_phase(1)
    layer(ONES)
    tf.keras.backend.set_learning_phase(0)
    layer(ONES)
    assert layer.count.numpy() == 1


class Pair(Model):
    """Two layers on two inputs, given as a dict or a list."""

    def __init__(self) -> None:
        super().__init__()
        self.left, self.right = Dense(1, kernel_initializer="ones"), Dense(1, kernel_initializer="zeros")

    def call(self, inputs: Any) -> Any:
        left, right = (inputs["a"], inputs["b"]) if isinstance(inputs, dict) else inputs
        return {"sum": self.left(left) + self.right(right), "left": left, "note": None}


def test_structures_go_in_and_come_out() -> None:
    model = Pair()
    for given in ({"a": ONES, "b": 2 * ONES}, [ONES, 2 * ONES], (ONES, np.ones([2, 3], np.int32))):
        results = model(given)
        assert results["sum"].numpy().tolist() == [[3], [3]] and results["note"] is None
        assert results["left"].numpy().tolist() == ONES.tolist()


def test_a_layer_that_changes_is_traced_again() -> None:
    layer = Dense(2, kernel_initializer="ones")
    assert layer(-ONES).numpy()[0, 0] == -3
    layer.activation = tf.nn.relu
    assert layer(-ONES).numpy()[0, 0] == 0


def test_weights_that_are_set_are_those_of_the_next_call() -> None:
    layer = Dense(1)
    layer(ONES)
    layer.set_weights([np.full([3, 1], 2.0), np.ones(1)])
    assert layer(ONES).numpy().tolist() == [[7], [7]]


def test_threads_may_call_one_model_at_once_the_first_time_too() -> None:
    layer, barrier = Dense(2, bias_initializer="ones"), threading.Barrier(4)
    results: list[Any] = []

    def work(number: int) -> None:
        barrier.wait()
        for size in range(1, 20):
            x = np.full([size, 3], number, np.float32)
            results.append((number, size, x, layer(x).numpy()))

    threads = [threading.Thread(target=work, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kernel, bias = layer.get_weights()
    assert len(results) == 76 and len(layer.weights) == 2
    assert all(np.allclose(found, x @ kernel + bias, atol=1e-5) for _, _, x, found in results)


def test_a_model_goes_on_in_its_own_graph_after_the_default_graph_was_reset() -> None:
    layer = Dense(1, kernel_initializer="ones")
    layer(ONES)
    tf.reset_default_graph()
    assert layer(2 * ONES).numpy().tolist() == [[6], [6]]
    assert not tf.get_default_graph().get_operations()


def test_inside_a_graph_arrays_are_constants_of_it() -> None:
    with tf.Graph().as_default():
        assert isinstance(Dense(1)(ONES), tf.Tensor)


def test_what_surrounds_the_model_in_its_graph_is_computed_at_each_call() -> None:
    factor = tf.Variable(2.0)
    doubled = factor * 2.0

    class Times(Layer):
        def call(self, inputs: Any) -> Any:
            return inputs * doubled

    layer = Times()
    assert layer(ONES).numpy()[0, 0] == 4
    factor.load(5.0, session_at_hand(tf.get_default_graph()))
    assert layer(ONES).numpy()[0, 0] == 10


def test_losses_of_a_call_outside_stay_nowhere() -> None:
    layer = Dense(2, activity_regularizer="l2")
    layer(ONES)
    assert layer.losses == []


def test_an_error_of_the_layer_is_raised_and_leaves_nothing_that_is_half_made() -> None:
    class Moody(Layer):
        fails = True

        def call(self, inputs: Any) -> Any:
            if self.fails:
                raise RuntimeError("not now")
            return inputs

    layer = Moody()
    with pytest.raises(RuntimeError, match="not now"):
        layer(ONES)
    assert not traces.is_tracing()
    layer.fails = False
    assert layer(ONES).shape == (2, 3)


def test_none_is_no_input_of_a_layer_that_takes_a_tensor() -> None:
    with pytest.raises(ValueError, match="layer 'dense' was called on None"):
        Dense(1)(None)


def test_a_value_cannot_be_fetched_and_the_message_says_why() -> None:
    value = Dense(1)(ONES)
    with (
        tf.Session() as session,
        pytest.raises(TypeError, match=r"is neither a Tensor.*computed outside of graphs"),
    ):
        session.run(value)


def test_other_layers_may_be_made_and_called_meanwhile() -> None:
    layer = Sized()
    for size in (1, 2):
        layer(np.ones([size, 3], np.float32))
    other = Dense(2, activation="relu", trainable=False)
    with tf.Graph().as_default():
        Dense(3)(tf.ones([2, 3]))
    other(ONES)
    layer(ONES)
    assert len(layer.seen) == 2
    other.trainable = True
    layer(ONES)
    assert len(layer.seen) == 3
