"""fit, evaluate, predict and single batches: the numbers are Keras', from the same weights.

tests/data/tf/keras_fits.json was written by TensorFlow 2.15.1; with a new function in tests/keras/fits_of_tf.py it is made
again by

    echo '{}' | .venv-tf/bin/python tests/interop/tf_keras_fit.py | tail -1 > tests/data/tf/keras_fits.json
"""

from __future__ import annotations

import json
import logging
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.keras.fits_of_tf import CASES, classifier, filled, flowers

STORED = json.loads((Path(__file__).parents[2] / "data" / "tf" / "keras_fits.json").read_text())
keras = tf.keras


def differences(found: Any, wanted: Any, path: str = "") -> list[str]:
    """A line for each number, key or name that is not as it is wanted."""
    if isinstance(wanted, dict):
        if list(found) != list(wanted):
            return [f"{path}: {list(found)}, wanted: {list(wanted)}"]
        return [line for key in wanted for line in differences(found[key], wanted[key], f"{path}/{key}")]
    if isinstance(wanted, list):
        if len(found) != len(wanted):
            return [f"{path}: {len(found)} values, wanted: {len(wanted)}"]
        pairs = enumerate(zip(found, wanted, strict=True))
        return [line for place, pair in pairs for line in differences(*pair, f"{path}/{place}")]
    if isinstance(wanted, float) and np.isclose(found, wanted, rtol=2e-5, atol=2e-6):
        return []
    return [] if found == wanted else [f"{path}: {found}, wanted: {wanted}"]


@pytest.fixture(autouse=True)
def _a_graph_of_its_own() -> None:
    keras.backend.clear_session()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_numbers_are_those_of_keras(case: Callable[[Any], Any]) -> None:
    assert not differences(json.loads(json.dumps(case(tf))), STORED[case.__name__])


def test_a_second_call_of_a_kind_adds_nothing_to_the_graph() -> None:
    model, (x, y) = classifier(tf, metrics=["accuracy"]), flowers()
    graph = model.weights[0].graph

    def all_calls() -> int:
        model.fit(x, y, epochs=2, batch_size=9, verbose=0, validation_split=0.2)
        model.evaluate(x[:7], y[:7], verbose=0)
        model.predict(x[:3], verbose=0)
        model.train_on_batch(x[:4], y[:4])
        return len(graph.get_operations())

    assert all_calls() == all_calls()


def test_sizes_that_change_from_call_to_call_add_few_graphs() -> None:
    model = keras.Sequential([keras.layers.Embedding(9, 2), keras.layers.GlobalAveragePooling1D()])
    model.compile("sgd", "mse")
    sizes = []
    for length in range(3, 13):
        model.train_on_batch(np.ones((2, length), int), np.zeros((2, 2)))
        sizes.append(len(model.weights[0].graph.get_operations()))
    assert sizes[3] == sizes[-1]


def test_a_generator_may_give_batches_of_other_lengths() -> None:
    model = keras.Sequential([keras.layers.Embedding(9, 2), keras.layers.GlobalAveragePooling1D()])
    model.compile("sgd", "mse")
    batches = [(np.ones((2, length), int), np.zeros((2, 2))) for length in (3, 5, 4)]
    seen: list[int] = []
    told = keras.callbacks.LambdaCallback(on_batch_end=lambda batch, logs: seen.append(batch))
    model.fit(iter(batches), verbose=0, callbacks=[told])
    assert seen == [0, 1, 2]


class Diary(keras.callbacks.Callback):  # type: ignore[misc,name-defined]  # a module is a facade
    """Writes down what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[str] = []

    def on_train_begin(self, logs: Any = None) -> None:
        self.entries.append("begin")

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.entries.append(f"epoch {epoch}")

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self.entries.append(f"<{batch}")

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.entries.append(f"{batch}> {sorted(logs)}")

    def on_test_begin(self, logs: Any = None) -> None:
        self.entries.append("test")

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.entries.append(f"{sorted(logs)}")

    def on_train_end(self, logs: Any = None) -> None:
        self.entries.append("end")


def test_callbacks_are_told_in_order_and_find_the_values_outside_of_any_graph() -> None:
    model, (x, y), diary = classifier(tf), flowers(20), Diary()
    predicted: list[Any] = []
    look = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: predicted.append(model(x[:1]).numpy())
    )
    model.fit(x, y, batch_size=10, validation_split=0.5, epochs=2, verbose=0, callbacks=[diary, look])
    epoch = ["<0", "0> ['loss']", "test", "['loss', 'val_loss']"]
    assert diary.entries == ["begin", "epoch 0", *epoch, "epoch 1", *epoch, "end"]
    assert [value.shape for value in predicted] == [(1, 3)] * 2
    assert not np.array_equal(*predicted)


def test_a_callback_stops_a_fit_after_the_step() -> None:
    model, (x, y) = classifier(tf), flowers(50)

    def stop(batch: int, logs: Any) -> None:
        model.stop_training = batch == 2

    history = model.fit(
        x, y, batch_size=5, epochs=4, verbose=0, callbacks=[keras.callbacks.LambdaCallback(on_batch_end=stop)]
    )
    assert history.epoch == [0]
    assert model.optimizer.iterations.numpy() == 3


def test_threads_predict_with_one_model_at_once() -> None:
    model, (x, _) = classifier(tf), flowers(40)
    wanted = [model.predict(x[:count], batch_size=3, verbose=0) for count in range(1, 9)]
    with ThreadPoolExecutor(4) as threads:
        calls = [
            threads.submit(model.predict, x[:count], batch_size=3, verbose=0) for count in [*range(1, 9)] * 3
        ]
        for call, value in zip(calls, wanted * 3, strict=True):
            np.testing.assert_array_equal(call.result(), value)


def test_a_callback_may_predict_with_the_model_that_predicts() -> None:
    model, (x, _), inner = classifier(tf), flowers(6), []

    def again(batch: int, logs: Any) -> None:
        inner.append(model.predict(x[:1], verbose=0))

    told = keras.callbacks.LambdaCallback(on_predict_batch_end=again)
    outer = model.predict(x, batch_size=2, verbose=0, callbacks=[told])
    np.testing.assert_array_equal(outer, model.predict(x, batch_size=2, verbose=0))
    assert [value.shape for value in inner] == [(1, 3)] * 3


def test_calls_for_generators_have_their_own_order_of_arguments() -> None:
    model = classifier(tf)
    history = model.fit_generator(batches(9), 3, 2, 0, validation_data=batches(4), validation_steps=2)
    assert (history.epoch, list(history.history)) == ([0, 1], ["loss", "val_loss"])
    assert model.evaluate_generator(batches(3), 2) > 0
    assert model.predict_generator(batches(3), 2).shape == (16, 3)


def test_a_loss_that_is_no_number_ends_the_fit(capsys: pytest.CaptureFixture[str]) -> None:
    model, (x, y) = classifier(tf), flowers(30)
    x[12] = np.nan
    model.fit(
        x, y, batch_size=10, epochs=3, shuffle=False, verbose=0, callbacks=[keras.callbacks.TerminateOnNaN()]
    )
    assert model.optimizer.iterations.numpy() == 2
    assert capsys.readouterr().out == "Batch 1: Invalid loss, terminating training\n"


def test_a_signal_ends_a_fit_after_its_step_and_what_is_trained_stays() -> None:
    model, (x, y) = classifier(tf), flowers(50)

    def press(batch: int, logs: Any) -> None:
        if batch == 3:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        model.fit(
            x,
            y,
            batch_size=5,
            epochs=9,
            verbose=0,
            callbacks=[keras.callbacks.LambdaCallback(on_batch_end=press)],
        )
    assert model.optimizer.iterations.numpy() == 4
    model.fit(x, y, verbose=0)


def test_a_session_of_the_scripts_own_has_the_values_and_stays_open() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        model = classifier(tf)
        before = model.get_weights()[0]
        model.fit(*flowers(), verbose=0)
        after = session.run(model.weights[0])
    assert not np.array_equal(before, after)


def test_two_fits_from_one_seed_draw_alike_and_a_second_fit_draws_otherwise() -> None:
    def orders() -> list[Any]:
        keras.backend.clear_session()
        tf.set_random_seed(5)
        model, seen = classifier(tf), []
        x, y = flowers(40)
        for _ in range(2):
            model.fit(x, y, batch_size=4, verbose=0)
            seen.append(model.get_weights()[0].tolist())
        return seen

    assert orders() == orders()


def test_prints_what_keras_prints(capsys: pytest.CaptureFixture[str]) -> None:
    model, (x, y) = classifier(tf), flowers()
    model.fit(x, y, batch_size=25, epochs=2, validation_split=0.5, verbose=2)
    model.evaluate(x, y)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Epoch 1/2"
    assert lines[1].startswith("1/1 - 0s - loss: ")
    assert " - val_loss: " in lines[1]
    assert lines[1].endswith("/step")
    assert lines[4].startswith("2/2 [==============================] - 0s ")


def batches(count: int) -> Iterator[Any]:
    x, y = flowers()
    yield from [(x[:8], y[:8])] * count


@pytest.mark.parametrize(
    ("act", "error", "message"),
    [
        (lambda model: model.fit(np.zeros((4, 4)), None), ValueError, "Target data is missing"),
        (lambda model: model.fit(np.zeros((4, 4)), np.zeros(3)), ValueError, "cardinality is ambiguous"),
        (lambda model: model.fit(np.zeros((4, 5)), np.zeros(4)), ValueError, "incompatible|shape"),
        (lambda model: model.fit(np.zeros((4, 4)), [np.zeros(4)] * 2), ValueError, "given for 2 outputs"),
        (
            lambda model: model.fit(np.zeros((4, 4)), {"size": np.zeros(4)}),
            ValueError,
            "no output of the model",
        ),
        (
            lambda model: model.fit(np.zeros((1, 4)), np.zeros(1), validation_split=0.5),
            ValueError,
            "not sufficient",
        ),
        (lambda model: model.fit(batches(1), validation_split=0.5), ValueError, "only supported for"),
        (lambda model: model.fit(*flowers(), validation_split=1.5), ValueError, "not sufficient"),
        (lambda model: model.fit(*flowers(), epoch=2), TypeError, "Did you mean 'epochs'"),
        (
            lambda model: model.compile("sgd", loss="categorical_crossentropy"),
            ValueError,
            "incompatible.*sparse",
        ),
        (lambda model: model.compile("sgd", loss="mean_squared"), ValueError, "mean_squared"),
        (lambda model: model.compile("sgd", lost="mse"), TypeError, "lost"),
        (lambda model: model.fit(np.zeros((4, 4)), np.zeros(4), callbacks=Diary), TypeError, "callbacks"),
        (
            lambda model: model.fit(np.zeros((4, 4)), np.zeros(4), validation_data=(1, 2), validation_freq=0),
            ValueError,
            "validation_freq",
        ),
        (
            lambda model: keras.Sequential([keras.layers.Dense(1)]).fit([[1.0]], [1]),
            RuntimeError,
            "must compile",
        ),
    ],
)
def test_says_what_is_wrong_before_the_first_step(
    act: Callable[[Any], Any], error: type[Exception], message: str
) -> None:
    model = classifier(tf)
    before = model.get_weights()
    with pytest.raises(error, match=message):
        act(model)
        model.fit(*flowers())
    assert all(map(np.array_equal, before, model.get_weights()))


def test_data_that_end_too_soon_are_warned_of_and_the_epoch_counts(caplog: pytest.LogCaptureFixture) -> None:
    model = classifier(tf)
    with caplog.at_level(logging.WARNING):
        history = model.fit(batches(3), epochs=2, steps_per_epoch=2, verbose=0)
    assert history.epoch == [0, 1]
    assert "Your input ran out of data" in caplog.text
    assert model.optimizer.iterations.numpy() == 3


def test_metrics_of_layers_are_reported_beside_the_loss() -> None:
    class Normed(keras.layers.Layer):  # type: ignore[misc,name-defined]
        def call(self, inputs: Any) -> Any:
            self.add_metric(tf.reduce_mean(inputs), name="level", aggregation="mean")
            self.add_loss(0.5 * tf.reduce_sum(inputs))
            return inputs

    model = keras.Sequential([keras.layers.Dense(1, input_shape=(1,), use_bias=False), Normed()])
    model.compile("sgd", "mse")
    model.set_weights([np.array([[2.0]])])
    found = model.evaluate(np.array([[1.0], [3.0]]), np.array([[2.0], [6.0]]), return_dict=True, verbose=0)
    assert found == {"loss": 4.0, "level": 4.0}


def test_dropout_trains_and_does_not_predict() -> None:
    model = keras.Sequential([keras.layers.Dropout(0.5, input_shape=(100,))])
    model.compile("sgd", "mse")
    ones = np.ones((1, 100))
    assert model.evaluate(ones, ones, verbose=0) == 0.0
    np.testing.assert_array_equal(model.predict(ones, verbose=0), ones)
    assert filled(model) is model


@pytest.mark.parametrize("given", [{"epochs": "3"}, {"epochs": 2.0}, {"initial_epoch": None}], ids=str)
def test_epochs_that_are_no_whole_number_are_refused_by_their_name(given: dict[str, Any]) -> None:
    ((name, value),) = given.items()
    with pytest.raises(TypeError, match=f"`{name}` must be a whole number, given: {value!r}"):
        classifier(tf).fit(*flowers(4), verbose=0, **given)
