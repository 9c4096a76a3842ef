"""What an input_fn may return to a training, and how the training ends with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.reader import load_variable
from estimator.estimators.estimator import Estimator
from estimator.graph import build as b
from estimator.models.spec import EstimatorSpec
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.inputs import numpy_input_fn, pandas_input_fn
from estimator.settings.run_config import RunConfig
from estimator.training.session_run_hook import SessionRunArgs, SessionRunHook
from estimator.variables.global_step import get_global_step
from estimator.variables.variable import Variable
from tests.arrow_tables import ArrowTable, Chunk, Type, table
from tests.tiny import batches, estimator
from tests.tiny import model_fn as tiny_model_fn

CONFIG = RunConfig(tf_random_seed=1, progress=False)


def tiny_spec(features: Any, labels: Any, mode: str) -> EstimatorSpec:
    return tiny_model_fn(features, labels, mode, {})


X = np.arange(12, dtype=np.float32).reshape(6, 2)


Y = X.sum(axis=1, keepdims=True)


RECIPE = Dataset.from_tensor_slices(({"x": X}, Y))


class FeedsTheInput(SessionRunHook):
    """Initialises an iterator over placeholders, as scripts of TensorFlow 1 do; notes the batches, and fails once."""

    def __init__(self, fails_at: int | None = None) -> None:
        self.batches: list[Any] = []
        self._fails_at = fails_at

    def input_fn(self) -> Any:
        self.x = b.Placeholder(dtype="float32", shape=(None, 2))
        self.y = b.Placeholder(dtype="float32", shape=(None, 1))
        dataset = Dataset.from_tensor_slices(({"x": self.x}, self.y)).shuffle(6, seed=1).repeat().batch(2)
        self.iterator = dataset.make_initializable_iterator()
        self.element = self.iterator.get_next()
        return self.element

    def after_create_session(self, session: Any, coord: Any) -> None:
        session.run(self.iterator.initializer, {self.x: X, self.y: Y})

    def before_run(self, run_context: Any) -> SessionRunArgs:
        return SessionRunArgs(self.element[1])

    def after_run(self, run_context: Any, run_values: Any) -> None:
        self.batches.append(run_values.results.tolist())
        if len(self.batches) == self._fails_at:
            raise KeyError("stop here")


def test_an_input_that_a_hook_feeds_goes_on_after_an_interruption(tmp_path: Path) -> None:
    whole, first, second = FeedsTheInput(), FeedsTheInput(fails_at=3), FeedsTheInput()
    estimator(tmp_path / "whole").train(whole.input_fn, max_steps=7, hooks=[whole])
    cut = estimator(tmp_path / "cut", save_checkpoints_steps=1, save_checkpoints_secs=None)
    with pytest.raises(KeyError):
        cut.train(first.input_fn, max_steps=7, hooks=[first])
    cut.train(second.input_fn, max_steps=7, hooks=[second])
    assert len(first.batches) == 3
    assert [*first.batches, *second.batches] == whole.batches


def a_dataset() -> Dataset:
    return Dataset.from_tensor_slices(({"x": X}, Y)).batch(4)


def a_dataset_made_outside() -> Dataset:
    return RECIPE.batch(4)


def an_iterators_tensors() -> Any:
    return RECIPE.batch(4).make_one_shot_iterator().get_next()


def a_generator() -> Iterator[Any]:
    yield {"x": X[:4]}, Y[:4]
    yield {"x": X[4:]}, Y[4:]


def a_list_iterator() -> Iterator[Any]:
    return iter([({"x": X[:4]}, Y[:4]), ({"x": X[4:]}, Y[4:])])


class ALoader:
    """A loader that says where it stands; what it gives is counted."""

    given = 0

    def __init__(self, size: int = 2) -> None:
        self._size, self._next = size, 0

    def __iter__(self) -> Iterator[Any]:
        begin, self._next = self._next, 0
        for row in range(begin, len(X), self._size):
            self._next = row + self._size
            ALoader.given += 1
            yield {"x": X[row : row + self._size]}, Y[row : row + self._size]

    def state_dict(self) -> Any:
        return {"next": np.int64(self._next), "kind": ("rows",)}

    def load_state_dict(self, state: Any) -> None:
        self._next = int(state["next"])


def a_table() -> Any:
    """A table of another library, and a column of one."""
    pairs = Chunk(6, [None], [Chunk(12, [None, X.tobytes()])])
    labels = Chunk(6, [None], [Chunk(6, [None, Y.tobytes()])])
    features = table(6, x=(Type("+w:2", children=[Type("f")]), pairs))
    return features, ArrowTable(Type("+w:1", children=[Type("f")]), [labels])


def arrays() -> Any:
    return {"x": X}, Y


INPUTS: dict[str, tuple[Callable[[], Any], int]] = {  # with the number of batches in one pass
    "a dataset": (a_dataset, 2),
    "a dataset made outside": (a_dataset_made_outside, 2),
    "an iterator's tensors": (an_iterators_tensors, 2),
    "a generator": (a_generator, 2),
    "an iterator": (a_list_iterator, 2),
    "a loader": (lambda: ALoader(4), 2),
    "arrays": (arrays, 1),
    "a table": (a_table, 1),
    "numpy_input_fn": (numpy_input_fn({"x": X}, Y, batch_size=4, shuffle=False), 2),
}


@pytest.mark.parametrize("name", INPUTS)
def test_the_input_may_be(name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "estimator")
    input_fn, count = INPUTS[name]
    model = estimator(tmp_path)
    steps = 3 if count == 1 else None  # arrays are repeated in training
    model.train(input_fn, steps=steps)
    assert model.get_variable_value("global_step") == (steps or count)
    result = model.evaluate(input_fn)
    predictions = np.stack([row["y"] for row in model.predict(input_fn)])
    assert predictions.shape == (6, 1)
    rows = np.split(np.square(predictions - Y).ravel(), [] if count == 1 else [4])
    np.testing.assert_allclose(result["loss"], np.mean([each.mean() for each in rows]), rtol=1e-5)
    assert "yields forever" not in caplog.text and "does not end" not in caplog.text


def test_a_loader_with_a_state_goes_on_after_an_interruption_without_being_read_again(tmp_path: Path) -> None:
    class Stops(SessionRunHook):
        def after_run(self, run_context: Any, run_values: Any) -> None:
            raise KeyError("stop here")

    whole = estimator(tmp_path / "whole")
    whole.train(lambda: ALoader(1), max_steps=5)
    cut = estimator(tmp_path / "cut", save_checkpoints_steps=1, save_checkpoints_secs=None)
    for _ in range(4):
        with pytest.raises(KeyError):
            cut.train(lambda: ALoader(1), max_steps=5, hooks=[Stops()])
    before = ALoader.given
    cut.train(lambda: ALoader(1), max_steps=5)
    assert ALoader.given - before == 2  # the first batch, which tells the types, and the fifth
    assert cut.get_variable_value("global_step") == 5
    np.testing.assert_array_equal(
        cut.get_variable_value("out/kernel"), whole.get_variable_value("out/kernel")
    )


def test_the_input_may_be_a_pandas_frame(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")

    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        return tiny_spec({"x": b.Pack([features["a"], features["b"]], axis=1)}, b.ExpandDims(labels, 1), mode)

    frame = pandas.DataFrame({"a": X[:, 0], "b": X[:, 1]})
    input_fn = pandas_input_fn(frame, pandas.Series(Y[:, 0]), batch_size=4, shuffle=True)
    model = Estimator(model_fn, tmp_path, CONFIG)
    model.train(input_fn)
    assert model.evaluate(input_fn)["global_step"] == 2


def test_features_alone_train_a_model_without_labels(tmp_path: Path) -> None:
    def model_fn(features: Any, mode: str) -> EstimatorSpec:
        weight = Variable(np.zeros(2, np.float32), name="w")
        loss = b.Mean(b.Square(b.Sub(features, weight)), [0, 1])
        train_op = GradientDescentOptimizer(1.0).minimize(loss, global_step=get_global_step())
        return EstimatorSpec(mode, loss=loss, train_op=train_op)

    for number, result in enumerate((X, Dataset.from_tensor_slices(X).batch(6))):
        model = Estimator(model_fn, tmp_path / str(number), CONFIG)
        model.train(lambda result=result: result, steps=1)
        # the gradient of the mean over both columns is w - mean(x) for each of the two
        np.testing.assert_allclose(model.get_variable_value("w"), X.mean(axis=0))


def test_the_end_of_the_input_ends_training_quietly_and_is_saved(tmp_path: Path) -> None:
    model = estimator(tmp_path)
    assert model.train(batches(3), steps=10) is model
    assert model.latest_checkpoint() == str(tmp_path / "model.ckpt-3")


def test_a_stop_iteration_of_the_users_own_ends_training_quietly(tmp_path: Path) -> None:
    from estimator.training.session_run_hook import SessionRunHook

    class Stop(SessionRunHook):
        def after_run(self, run_context: Any, run_values: Any) -> None:
            raise StopIteration

    model = estimator(tmp_path)
    model.train(batches(), steps=10, hooks=[Stop()])
    assert model.get_variable_value("global_step") == 1


def test_data_of_a_dataset_is_not_written_into_the_graph(tmp_path: Path) -> None:
    marker = np.full((4, 2), 0.7310585975646973, np.float32)
    estimator(tmp_path).train(lambda: Dataset.from_tensor_slices(({"x": marker}, Y[:4])).batch(4), steps=1)
    assert "0.7310" not in (tmp_path / "graph.pbtxt").read_text()
    for each in (*tmp_path.glob("*.meta"), *tmp_path.glob("events*")):
        assert marker[0].tobytes() not in each.read_bytes()


def test_the_seed_of_the_config_repeats_a_training(tmp_path: Path) -> None:
    kernels = []
    for name in ("a", "b", "c"):
        model = estimator(tmp_path / name, tf_random_seed=2 if name == "c" else 1)
        model.train(numpy_input_fn({"x": X}, Y, batch_size=2, num_epochs=None, shuffle=True), steps=5)
        kernels.append(model.get_variable_value("hidden/kernel"))
    assert (kernels[0] == kernels[1]).all()
    assert (kernels[0] != kernels[2]).any()


def test_without_a_seed_two_trainings_differ(tmp_path: Path) -> None:
    kernels = []
    for name in ("a", "b"):
        model = estimator(tmp_path / name, tf_random_seed=None)
        model.train(batches(), steps=1)
        kernels.append(load_variable(str(tmp_path / name), "hidden/kernel"))
    assert (kernels[0] != kernels[1]).any()
