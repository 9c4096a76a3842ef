"""What predict yields, and when. Behaviour and messages are TensorFlow 2.15's."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core import errors
from estimator.estimators.estimator import Estimator
from estimator.functions.scoping import get_default_session
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.pipeline.dataset import Dataset
from estimator.settings.run_config import RunConfig
from estimator.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)
from estimator.variables.global_step import get_global_step
from estimator.variables.variable import Variable
from tests.disk import unchanged
from tests.training.loops import Diary

CONFIG = RunConfig(tf_random_seed=1, progress=False)


def model_fn(features: Any, mode: str, params: Any) -> EstimatorSpec:
    """``params["make"]`` makes the predictions of x; training adds 1 to w, which is 0 at first."""
    weight = Variable(np.float32(0.0), name="w")
    if mode == ModeKeys.PREDICT:
        return EstimatorSpec(mode, predictions=params["make"](b.Add(features["x"], weight)))
    step = weight.graph.get_collection("global_step")[0]
    with weight.graph.control_dependencies([weight.assign_add(1.0).op]):
        train_op = step.assign_add(1).op
    return EstimatorSpec(mode, loss=b.Mean(features["x"], [0]), train_op=train_op)


def doubled(x: Any) -> dict[str, Any]:
    return {"x": x, "double": b.Mul(x, 2.0)}


def make(model_dir: Path, predictions: Any = doubled) -> Estimator:
    """A model whose w is 0: nothing is trained."""
    return Estimator(model_fn, model_dir, CONFIG, {"make": predictions})


def rows(count: int = 5, batch: int = 2) -> Any:
    return lambda: Dataset.from_tensor_slices({"x": np.arange(count, dtype=np.float32)}).batch(batch)


def test_each_example_is_a_dict(tmp_path: Path) -> None:
    found = list(make(tmp_path).predict(rows()))
    assert found == [{"x": value, "double": 2 * value} for value in range(5)]
    assert isinstance(found[0]["x"], np.float32)


def test_predictions_keep_the_order_in_which_the_model_names_them(tmp_path: Path) -> None:
    model = make(tmp_path, lambda x: {"z": x, "a": b.Neg(x), "x": x})
    for row in [*model.predict(rows(2)), *model.predict(rows(2), yield_single_examples=False)]:
        assert list(row) == ["z", "a", "x"]
        np.testing.assert_array_equal(row["a"], -row["z"])


def test_each_row_is_a_dict_of_its_own(tmp_path: Path) -> None:
    first, second = make(tmp_path).predict(rows(2))
    first["x"] = None
    assert second == {"x": 1, "double": 2}


def test_whole_batches_on_request(tmp_path: Path) -> None:
    found = list(make(tmp_path).predict(rows(), yield_single_examples=False))
    assert [{key: value.tolist() for key, value in batch.items()} for batch in found] == [
        {"x": [0, 1], "double": [0, 2]},
        {"x": [2, 3], "double": [4, 6]},
        {"x": [4], "double": [8]},
    ]


def test_a_key_may_name_a_tensor_of_the_graph(tmp_path: Path) -> None:
    model = make(tmp_path, lambda x: {"double": b.Mul(b.Neg(x, name="hidden"), 2.0)})
    assert list(model.predict(rows(2), predict_keys=["hidden:0", "double"])) == [
        {"double": 0.0, "hidden:0": 0.0},
        {"double": -2.0, "hidden:0": -1.0},
    ]
    assert list(model.predict(rows(2), predict_keys="hidden:0")) == [{"hidden:0": 0.0}, {"hidden:0": -1.0}]
    for unknown in ("hiden:0", "hidden:1", "hidden", ":"):
        with pytest.raises(ValueError, match="Expected to run at least one output"):
            next(model.predict(rows(2), predict_keys=[unknown]))


def test_predictions_that_are_one_tensor_are_yielded_row_by_row(tmp_path: Path) -> None:
    model = make(tmp_path, lambda x: b.Pack([x, b.Neg(x)], axis=1))
    assert [row.tolist() for row in model.predict(rows(3))] == [[0, 0], [1, -1], [2, -2]]
    assert [batch.shape for batch in model.predict(rows(3), yield_single_examples=False)] == [(2, 2), (1, 2)]


def test_labels_of_the_input_are_not_handed_to_the_model(tmp_path: Path) -> None:
    def with_labels(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        assert labels is None
        return EstimatorSpec(mode, predictions=features["x"])

    def input_fn() -> Any:
        return {"x": np.zeros(3, np.float32)}, np.zeros(3)

    assert len(list(Estimator(with_labels, tmp_path, CONFIG).predict(input_fn))) == 3
    assert len(list(make(tmp_path).predict(input_fn))) == 3  # its model_fn takes none


@pytest.mark.parametrize("keys", [["double"], "double", ("double", "unknown")])
def test_only_the_wanted_keys_are_predicted(keys: Any, tmp_path: Path) -> None:
    assert list(make(tmp_path).predict(rows(2), predict_keys=keys)) == [{"double": 0}, {"double": 2}]


def test_unknown_keys_are_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"Expected to run at least one output from dict_keys\(\['x', 'double'\]\)"
    ):
        next(iter(make(tmp_path).predict(rows(), predict_keys=["duoble"])))


def test_keys_of_predictions_that_are_no_dict_are_refused(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match="predict_keys argument is not valid in case of non-dict predictions"
    ):
        next(iter(make(tmp_path, lambda x: x).predict(rows(), predict_keys=["x"])))


def test_predictions_of_different_lengths_are_refused(tmp_path: Path) -> None:
    model = make(tmp_path, lambda x: {"a": x, "b": b.ConcatV2([x, x], 0)})
    with pytest.raises(
        ValueError, match="Batch length of predictions should be same. b has different batch length"
    ):
        list(model.predict(rows()))
    assert len(list(model.predict(rows(), yield_single_examples=False))) == 3


def test_a_prediction_without_rows_is_refused_and_advised(tmp_path: Path) -> None:
    model = make(tmp_path, lambda x: {"a": x, "total": b.Sum(x, [0])})
    with pytest.raises(ValueError, match=r"\['total'\] are scalars.*yield_single_examples=False"):
        list(model.predict(rows()))


def test_one_tensor_without_rows_is_refused_and_advised(tmp_path: Path) -> None:
    model = make(tmp_path, lambda x: b.Sum(x, [0]))
    with pytest.raises(ValueError, match="scalar.*yield_single_examples=False"):
        list(model.predict(rows()))


def test_nothing_happens_before_the_first_example(tmp_path: Path) -> None:
    calls = []

    def input_fn() -> Any:
        calls.append("input_fn")
        return rows()()

    examples = make(tmp_path).predict(input_fn)
    assert calls == []
    next(iter(examples))
    assert calls == ["input_fn"]


def test_examples_are_read_when_they_are_wanted(tmp_path: Path) -> None:
    pulled = []

    def input_fn() -> Iterator[Any]:
        for number in range(100):
            pulled.append(number)
            yield {"x": np.full(1, number, np.float32)}

    examples = iter(make(tmp_path).predict(input_fn))
    assert [next(examples)["x"] for _ in range(3)] == [0, 1, 2]
    assert len(pulled) <= 4


def test_predicting_writes_no_file(tmp_path: Path) -> None:
    make(tmp_path).train(rows(), steps=2)
    with unchanged(tmp_path):
        list(make(tmp_path).predict(rows()))
    list(make(tmp_path / "new").predict(rows()))
    assert not (tmp_path / "new").exists()


def test_two_generators_may_be_read_in_turn_and_closed_in_any_order(tmp_path: Path) -> None:
    first, second = (iter(make(tmp_path).predict(rows(4, 1))) for _ in range(2))
    graph = get_default_graph()
    assert [next(first)["x"], next(second)["x"], next(first)["x"], next(second)["x"]] == [0, 0, 1, 1]
    assert get_default_graph() is graph
    first.close()  # type: ignore[attr-defined]
    assert [each["x"] for each in second] == [2, 3]
    assert get_default_graph() is graph


def test_training_between_two_examples_disturbs_neither(tmp_path: Path) -> None:
    model = make(tmp_path)
    model.train(rows(), max_steps=1)
    examples = iter(model.predict(rows()))
    before = next(examples)["x"]
    model.train(rows(), max_steps=3)
    model.evaluate(rows())
    assert [before, next(examples)["x"]] == [1, 2]  # w was 1 and stays so for this generator
    assert next(iter(model.predict(rows())))["x"] == 3


def test_a_generator_that_is_closed_or_forgotten_ends_its_hooks(tmp_path: Path) -> None:
    for end in ("close", "forget"):
        diary = Diary([])
        examples = iter(make(tmp_path).predict(rows(), hooks=[diary]))
        next(examples)
        if end == "close":
            examples.close()  # type: ignore[attr-defined]
        else:
            del examples
            gc.collect()
        assert diary.entries[-1] == "end", end


class Surroundings(SessionRunHook):
    """Writes down which graph and session are the default ones in each of its calls."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, Any, Any]] = []

    def _look(self, call: str) -> None:
        self.seen.append((call, get_default_graph(), get_default_session()))

    def after_create_session(self, session: Any, coord: Any) -> None:
        self.session = session

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        self._look("before_run")
        return SessionRunArgs(get_global_step())

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        self._look("after_run")
        self.step = run_values.results

    def end(self, session: Any) -> None:
        self._look("end")


def test_a_hook_finds_the_graph_and_the_session_as_the_default_ones(tmp_path: Path) -> None:
    hook = Surroundings()
    examples = iter(make(tmp_path).predict(rows(4), hooks=[hook]))
    outside = get_default_graph()
    next(examples)
    assert get_default_graph() is outside
    assert hook.step == 0  # what get_global_step found in before_run
    list(examples)
    calls = ["before_run", "after_run"] * 2 + ["before_run", "end"]
    assert [call for call, _, _ in hook.seen] == calls
    assert {(graph, session) for _, graph, session in hook.seen} == {(hook.session.graph, hook.session)}


def test_an_error_of_the_input_reaches_the_caller_and_fails_the_hooks(tmp_path: Path) -> None:
    def input_fn() -> Iterator[Any]:
        yield {"x": np.zeros(1, np.float32)}
        raise KeyError("the reader's own error")

    diary = Diary([])
    examples = iter(make(tmp_path).predict(input_fn, hooks=[diary]))
    next(examples)
    with pytest.raises(KeyError, match="the reader's own error"):
        next(examples)
    assert diary.entries[-1] == "failed KeyError"
    with pytest.raises(StopIteration):
        next(examples)


def test_arrays_are_predicted_once(tmp_path: Path) -> None:
    assert len(list(make(tmp_path).predict(lambda: {"x": np.zeros(3, np.float32)}))) == 3


ENDLESS: dict[str, Any] = {
    "a dataset that repeats": lambda: rows()().repeat(),
    "a range without end": lambda: Dataset.from_tensors({"x": np.zeros(2, np.float32)}).repeat(),
    "tensors of the graph": lambda: {"x": get_default_graph().constant(np.zeros(2, np.float32))},
}


@pytest.mark.parametrize("name", ENDLESS)
def test_an_input_without_end_is_a_warning_once(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    examples = iter(make(tmp_path).predict(ENDLESS[name]))
    for _ in range(20):
        next(examples)
    assert caplog.text.count("predict yields forever") == 1
    assert "leave out repeat()" in caplog.text


def test_an_input_with_an_end_is_no_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for input_fn in (rows(), lambda: rows()().repeat(2), lambda: rows()().repeat().take(2)):
        list(make(tmp_path).predict(input_fn))
    assert "forever" not in caplog.text


def test_an_empty_input_yields_nothing(tmp_path: Path) -> None:
    assert list(make(tmp_path).predict(lambda: rows()().take(0))) == []


def test_no_checkpoint_can_be_made_an_error(tmp_path: Path) -> None:
    model = Estimator(model_fn, tmp_path, RunConfig(require_checkpoint=True), {"make": doubled})
    with pytest.raises(errors.NotFoundError, match="train first, or pass checkpoint_path"):
        next(iter(model.predict(rows())))


def test_another_checkpoint_can_be_read(tmp_path: Path) -> None:
    model = make(tmp_path)
    model.train(rows(), max_steps=1).train(rows(), max_steps=3)
    path = str(tmp_path / "model.ckpt-1")
    assert next(iter(model.predict(rows(), checkpoint_path=path)))["x"] == 1
    assert next(iter(model.predict(rows())))["x"] == 3
