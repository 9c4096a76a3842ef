"""What calls leave to the next ones: it saves work, and changes no result, whatever changes between two calls."""

from __future__ import annotations

import copy
import gc
import os
import shutil
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.calls import kept, opening
from estimator.calls.kept import Keeper
from estimator.estimators.baseline import BaselineRegressor
from estimator.estimators.dnn import DNNClassifier
from estimator.estimators.dnn_linear import DNNLinearCombinedClassifier
from estimator.estimators.estimator import Estimator
from estimator.estimators.linear import LinearClassifier
from estimator.runtime.executors import numpy as executor
from estimator.training.session_run_hook import SessionRunHook
from tests import tiny

CONFIG = tf.estimator.RunConfig(tf_random_seed=1, progress=False)
NUMBER = tf.feature_column.numeric_column("number")
WORD = tf.feature_column.categorical_column_with_vocabulary_list("word", ["a", "b"])


@pytest.fixture(autouse=True)
def _nothing_kept_by_other_tests() -> Iterator[None]:
    for keeper in list(Keeper._all):
        keeper._works.clear()
    yield


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The mode of each model that is built from now on."""
    modes: list[str] = []
    build = opening.build_model
    monkeypatch.setattr(
        opening,
        "build_model",
        lambda *given: modes.append(given[2]) or build(*given),  # type: ignore[func-returns-value]
    )
    return modes


_opened: list[list[str]] = []


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and _opened and arguments[1] is None:  # by os.open, which goes below all others
        _opened[-1].append(os.fspath(arguments[0]))


@pytest.fixture(scope="session")
def _audited() -> None:
    sys.addaudithook(_note)  # for good: there is no way to take one off


@pytest.fixture
def opened_files(_audited: None) -> Iterator[list[str]]:
    """The names of the files that are opened."""
    _opened.append([])
    yield _opened[-1]
    _opened.clear()


def classifier(model_dir: Path, **arguments: Any) -> DNNClassifier:
    return DNNClassifier([4], [NUMBER], model_dir, config=CONFIG, **arguments)


def rows(count: int = 4, start: float = -1.0, batch: int = 2, dtype: Any = np.float32) -> Callable[[], Any]:
    """An input_fn of so many numbers, with the label 1 for those above 0, and words."""

    def input_fn() -> Any:
        numbers = (start + np.arange(count) * 0.7).astype(dtype)
        words = np.array([b"a", b"b"], object)[np.arange(count) % 2]
        labels = (numbers > 0).astype(np.int64)
        return tf.data.Dataset.from_tensor_slices(({"number": numbers, "word": words}, labels)).batch(batch)

    return input_fn


def trained(model_dir: Path, **arguments: Any) -> DNNClassifier:
    model = classifier(model_dir, **arguments)
    model.train(rows(), max_steps=1)
    return model


def logits(model: Estimator, input_fn: Any = None, **options: Any) -> list[float]:
    return [row["logits"].tolist() for row in model.predict(input_fn or rows(), **options)]


# -- it saves work -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [
        classifier,
        lambda folder: LinearClassifier([NUMBER, WORD], folder, config=CONFIG),
        lambda folder: DNNLinearCombinedClassifier(
            folder, [WORD], dnn_feature_columns=[NUMBER], dnn_hidden_units=[3], config=CONFIG
        ),
        lambda folder: BaselineRegressor(folder, config=CONFIG),
    ],
)
def test_calls_of_one_kind_build_a_ready_made_model_once(
    make: Callable[[Path], Estimator], tmp_path: Path, built: list[str]
) -> None:
    model = make(tmp_path)
    model.train(rows(), max_steps=1)
    for _ in range(3):
        list(model.predict(rows()))
        model.evaluate(rows())
    assert built == ["infer", "eval"]


def test_the_second_prediction_plans_nothing_and_opens_no_file_of_the_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened_files: list[str]
) -> None:
    model = trained(tmp_path)
    first = logits(model)
    planned: list[Any] = []
    make_plan = executor.make_plan
    monkeypatch.setattr(
        executor,
        "make_plan",
        lambda *given: planned.append(given) or make_plan(*given),  # type: ignore[func-returns-value]
    )
    logits(model)  # the first call has seen its shapes, this one plans for them
    planned.clear()
    opened_files.clear()
    assert logits(model) == first
    assert planned == []
    names = [os.path.relpath(name, tmp_path) for name in opened_files if name.startswith(str(tmp_path))]
    assert names == ["checkpoint"]


@pytest.mark.parametrize("mode", ["infer", "eval"])
def test_what_only_a_training_needs_is_not_built(mode: str, tmp_path: Path) -> None:
    folder = tmp_path / "m"
    model = DNNLinearCombinedClassifier(
        folder, [WORD], dnn_feature_columns=[NUMBER], dnn_hidden_units=[3], config=CONFIG
    )
    model.train(rows(), max_steps=1)
    if mode == "infer":
        list(model.predict(rows()))
    else:
        model.evaluate(rows())
    ((_, work),) = model._model.keeper._works.values()
    types = {op.type for op in work.built.graph.get_operations()}
    assert {"HistogramSummary", "ScalarSummary"} & types == (
        set() if mode == "infer" else {"HistogramSummary", "ScalarSummary"}
    )
    assert not {"VarIsInitializedOp"} & types
    assert work.built.spec.scaffold.init_op is None


# -- it changes no result ----------------------------------------------------------------------------------------------


def test_results_are_those_of_a_new_estimator(tmp_path: Path) -> None:
    model = trained(tmp_path)
    for start in (0.0, 3.0, -2.0):
        again = rows(5, start)
        assert logits(model, again) == logits(classifier(tmp_path), again)
        assert model.evaluate(again) == classifier(tmp_path).evaluate(again)


def test_a_new_checkpoint_is_noticed(tmp_path: Path) -> None:
    model = trained(tmp_path)
    before, measured = logits(model), model.evaluate(rows())
    classifier(tmp_path).train(rows(), max_steps=3)  # as another process would
    assert logits(model) != before
    assert logits(model) == logits(classifier(tmp_path))
    assert model.evaluate(rows())["global_step"] == 3
    assert measured["global_step"] == 1


def test_another_checkpoint_may_be_asked_for_each_time(tmp_path: Path) -> None:
    model = trained(tmp_path)
    first = logits(model)
    model.train(rows(), max_steps=2)
    second = logits(model)
    for step, expected in ((1, first), (2, second), (1, first)):
        assert logits(model, checkpoint_path=str(tmp_path / f"model.ckpt-{step}")) == expected
    assert logits(model) == second != first


def test_a_checkpoint_that_was_saved_anew_under_its_name_is_read_anew(tmp_path: Path) -> None:
    model = trained(tmp_path)
    before = logits(model)
    shutil.rmtree(tmp_path)
    classifier(tmp_path).train(rows(start=5.0), max_steps=1)
    assert logits(model) == logits(classifier(tmp_path)) != before


def test_a_checkpoint_that_was_copied_over_with_its_times_is_read_anew(tmp_path: Path) -> None:
    model, other = trained(tmp_path / "one"), classifier(tmp_path / "other")
    other.train(rows(start=5.0), max_steps=1)
    before = logits(model)
    for path in (tmp_path / "other").glob("model.ckpt-*"):
        replaced = tmp_path / "one" / path.name
        times = replaced.stat().st_atime_ns, replaced.stat().st_mtime_ns
        replaced.write_bytes(path.read_bytes())
        os.utime(replaced, ns=times)
    assert logits(model) == logits(other) != before


def test_a_deleted_model_dir_leaves_untrained_weights(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    model = trained(tmp_path)
    logits(model)
    shutil.rmtree(tmp_path)
    assert logits(model) == logits(classifier(tmp_path))
    assert "initial, untrained weights" in caplog.text


def test_a_model_function_of_the_user_s_is_called_each_time(tmp_path: Path, built: list[str]) -> None:
    factor = [1.0]

    def model_fn(features: Any, mode: str) -> Any:
        return tf.estimator.EstimatorSpec(mode, predictions=features["number"] * factor[0])

    model = Estimator(model_fn, tmp_path, CONFIG)
    first = list(model.predict(rows()))
    factor[0] = 2.0
    assert list(model.predict(rows())) == [2 * value for value in first]
    assert built == ["infer", "infer"]


def test_a_function_of_the_user_s_in_a_column_is_called_each_time(tmp_path: Path) -> None:
    factor = [1.0]
    column = tf.feature_column.numeric_column("number", normalizer_fn=lambda x: x * factor[0])
    model = DNNClassifier([4], [column], tmp_path, config=CONFIG)
    model.train(rows(), max_steps=1)
    doubled = logits(model, lambda: {"number": np.float32([2.0, 4.0])})
    factor[0] = 2.0
    assert logits(model, lambda: {"number": np.float32([1.0, 2.0])}) == doubled


def test_what_the_caller_does_to_the_lists_it_gave_changes_nothing(tmp_path: Path) -> None:
    units, columns, vocabulary = [4], [NUMBER], ["no", "yes"]
    model = DNNClassifier(units, columns, tmp_path, label_vocabulary=vocabulary, config=CONFIG)

    def labelled() -> Any:
        return {"number": np.float32([1.0, 2.0])}, np.array([b"no", b"yes"], object)

    model.train(labelled, max_steps=1)
    before = [row["classes"].tolist() for row in model.predict(labelled)]
    units.append(3)
    columns.clear()
    vocabulary[:] = ["x", "y"]
    assert [row["classes"].tolist() for row in model.predict(labelled)] == before
    model.train(labelled, max_steps=2)
    assert model.evaluate(labelled)["global_step"] == 2


@pytest.mark.parametrize(
    "other",
    [
        rows(dtype=np.float64),
        rows(dtype=np.int32),
        lambda: {"number": np.float32([[-1.0], [0.5]])},
        lambda: {"number": np.float32([-1.0, 0.5]), "more": np.zeros(2)},
        lambda: rows()().map(lambda features, labels: features),
        lambda: {"number": tf.constant([[-1.0], [0.5]])},
        lambda: ({"number": rows()().make_one_shot_iterator().get_next()[0]["number"] * 2.0}),
    ],
)
def test_input_of_another_kind_gets_a_graph_of_its_own(other: Any, tmp_path: Path) -> None:
    model = trained(tmp_path)
    before = logits(model)
    for input_fn in (other, rows(), other):
        found = [row["logits"].tolist() for row, _ in zip(model.predict(input_fn), range(4), strict=False)]
        fresh = classifier(tmp_path).predict(input_fn)
        assert found == [row["logits"].tolist() for row, _ in zip(fresh, range(4), strict=False)]
    assert logits(model) == before


def test_predict_keys_may_differ_from_call_to_call(tmp_path: Path) -> None:
    model = trained(tmp_path)
    everything = list(model.predict(rows()))
    for keys in (["logits"], ["classes", "class_ids"], ["dnn/logits/BiasAdd:0"]):
        found = list(model.predict(rows(), predict_keys=keys))
        assert [list(row) for row in found] == [[key for key in everything[0] if key in keys] or keys] * 4
    with pytest.raises(ValueError, match="Expected to run at least one output"):
        next(model.predict(rows(), predict_keys=["logit"]))
    assert logits(model) == [row["logits"].tolist() for row in everything]


def test_steps_and_names_of_evaluations_may_differ_from_call_to_call(tmp_path: Path) -> None:
    model = trained(tmp_path)
    one, all_of_them = model.evaluate(rows(), steps=1), model.evaluate(rows(), name="other")
    assert one != all_of_them == model.evaluate(rows())
    assert model.evaluate(rows(), steps=1) == one
    assert os.listdir(model.eval_dir("other"))


def test_a_vocabulary_file_that_was_changed_is_read_again(tmp_path: Path) -> None:
    words = tmp_path / "words"
    words.write_text("a\nb\n")
    column = tf.feature_column.categorical_column_with_vocabulary_file("word", str(words), 2)
    model = LinearClassifier([column], tmp_path / "m", config=CONFIG)
    model.train(rows(2, -0.5), max_steps=3)
    a, b = logits(model, rows(2))
    words.write_text("b\na\n")
    assert logits(model, rows(2)) == [b, a]
    assert a != b


def test_hooks_get_a_graph_of_their_own_which_they_may_add_to(tmp_path: Path, built: list[str]) -> None:
    class Adds(SessionRunHook):
        def begin(self) -> None:
            self.graph = tf.get_default_graph()
            tf.constant(1.0, name="added")

    model = trained(tmp_path)
    before = logits(model)
    hooks = [Adds(), Adds()]
    for hook in hooks:
        assert logits(model, hooks=[hook]) == before
        model.evaluate(rows(), hooks=[Adds()])
    assert len({hook.graph for hook in hooks}) == 2
    assert built == ["infer", "infer", "eval", "infer", "eval"]


# -- several at once, and those that end early -------------------------------------------------------------------------


def test_two_predictions_in_turn_do_not_share_a_graph(tmp_path: Path) -> None:
    model = trained(tmp_path)
    expected = logits(model, rows(6)), logits(model, rows(6, 9.0))
    left, right = model.predict(rows(6), ["logits"]), model.predict(rows(6, 9.0), ["logits"])
    pairs = [(a["logits"].tolist(), b["logits"].tolist()) for a, b in zip(left, right, strict=True)]
    assert tuple(map(list, zip(*pairs, strict=True))) == expected


def test_threads_may_predict_and_evaluate_at_once(tmp_path: Path) -> None:
    model = trained(tmp_path)
    starts = [float(number) for number in range(8)]
    expected = [(logits(model, rows(3, s)), model.evaluate(rows(3, s), name="m")) for s in starts]
    together = threading.Barrier(4)

    def work(start: float) -> Any:
        together.wait()
        return logits(model, rows(3, start)), model.evaluate(rows(3, start), name=str(start))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, starts)) == expected


def test_a_prediction_that_is_given_up_leaves_its_graph_to_the_next(tmp_path: Path, built: list[str]) -> None:
    model = trained(tmp_path)
    expected = logits(model, rows(7))
    for _ in range(2):
        given_up = model.predict(rows(7))
        next(given_up)
        given_up.close()
        assert logits(model, rows(7)) == expected
    assert built.count("infer") == 1


def test_the_collector_may_end_a_prediction_while_something_is_being_kept(tmp_path: Path) -> None:
    model = trained(tmp_path)
    forgotten = model.predict(rows())
    next(forgotten)
    ended = threading.Event()

    def collect() -> None:
        with Keeper._lock:
            forgotten.close()
        ended.set()

    threading.Thread(target=collect, daemon=True).start()
    assert ended.wait(20)
    assert len(model._model.keeper) == 1


@pytest.mark.parametrize("error", [ValueError("bad"), KeyboardInterrupt()])
def test_what_has_failed_is_not_used_again(error: BaseException, tmp_path: Path, built: list[str]) -> None:
    model = trained(tmp_path)
    expected = logits(model)

    def failing() -> Any:
        def generate() -> Any:
            yield {"number": np.float32([1.0]), "word": np.array([b"a"], object)}, [1]
            raise error

        types = {"number": tf.float32, "word": tf.string}, tf.int64
        return tf.data.Dataset.from_generator(generate, types, ({"number": [None], "word": [None]}, [None]))

    for _ in range(2):
        with pytest.raises(type(error)):
            list(model.predict(failing))
    assert logits(model) == expected
    assert built.count("infer") == 3  # all are of one kind: the first call found what is kept, and broke it


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_goes_on_with_what_is_kept(tmp_path: Path) -> None:
    model = trained(tmp_path)
    expected = logits(model)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = int(logits(model) != expected)
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert logits(model) == expected


# -- how much is kept --------------------------------------------------------------------------------------------------


def test_the_data_of_a_call_is_let_go(tmp_path: Path) -> None:
    model = trained(tmp_path)
    logits(model)

    def of_a_call() -> weakref.ref[Any]:
        numbers, words = np.float32([1.0, 2.0]), np.array([b"a", b"b"], object)

        def input_fn() -> Any:
            return {"number": numbers, "word": words}, np.array([0, 1])

        logits(model, input_fn)
        model.evaluate(input_fn)
        return weakref.ref(numbers)

    gone = of_a_call()
    gc.collect()
    assert gone() is None


def test_an_estimator_that_is_gone_keeps_nothing(tmp_path: Path) -> None:
    model = trained(tmp_path)
    logits(model)
    graph = weakref.ref(next(iter(model._model.keeper._works.values()))[1].built.graph)
    del model
    gc.collect()
    assert graph() is None


def test_a_copy_of_an_estimator_begins_with_nothing(tmp_path: Path) -> None:
    model = trained(tmp_path)
    expected = logits(model)
    other = copy.deepcopy(model)
    assert (len(model._model.keeper), len(other._model.keeper)) == (1, 0)
    assert logits(other) == expected


def test_the_longest_unused_makes_room_for_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "LIMIT_COUNT", 2)
    models = [trained(tmp_path / str(number)) for number in range(3)]
    for model in (models[0], models[1], models[0], models[2]):
        logits(model)
    assert [len(model._model.keeper) for model in models] == [1, 0, 1]


def test_of_a_large_model_only_the_graph_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, built: list[str]
) -> None:
    monkeypatch.setattr(kept, "LIMIT_BYTES", 4000)  # the weights take 6 kB
    model = DNNClassifier([512], [NUMBER], tmp_path, config=CONFIG)
    model.train(rows(), max_steps=1)
    expected = logits(model)
    (work,) = (work for _, work in model._model.keeper._works.values())
    assert work.session is None
    assert logits(model) == expected
    assert built.count("infer") == 1


def test_a_graph_with_large_constants_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = trained(tmp_path)
    monkeypatch.setattr(kept, "LIMIT_BYTES", 100)
    logits(model)
    assert len(model._model.keeper) == 0


def test_without_a_checkpoint_nothing_is_kept(tmp_path: Path) -> None:
    model = classifier(tmp_path)
    assert logits(model) == logits(model)  # by the seed
    assert len(model._model.keeper) == 0


def test_tiny_models_of_the_user_s_keep_nothing(tmp_path: Path) -> None:
    model = tiny.estimator(tmp_path).train(tiny.batches(), steps=1)
    list(model.predict(tiny.batches(1)))
    model.evaluate(tiny.batches(1))
    assert len(model._model.keeper) == 0
