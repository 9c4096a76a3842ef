"""Elements with ragged tensors; specs and values are those that TensorFlow 2.15.1 gives for the same recipes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import InvalidArgumentError, OutOfRangeError
from estimator.pipeline.adapt import connect

ROWS = tf.ragged.constant_value([[1, 2], [], [3]], np.int32)
DEEP = tf.ragged.constant_value([[[1, 2], []], [], [[3]]], np.int32)
PAIRS = tf.ragged.RaggedTensorValue(np.arange(6).reshape(3, 2), np.array([0, 2, 3], np.int32))
Dataset = tf.data.Dataset
Spec = tf.RaggedTensorSpec


def plain(value: Any) -> Any:
    """A value as nested lists."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return tuple(map(plain, value))
    return value.to_list() if isinstance(value, tf.ragged.RaggedTensorValue) else np.asarray(value).tolist()


RECIPES: list[tuple[Callable[[], Any], Any, list[Any]]] = [
    (lambda: Dataset.from_tensors(ROWS), Spec([3, None], tf.int32), [[[1, 2], [], [3]]]),
    (lambda: Dataset.from_tensor_slices(ROWS), Spec([None], tf.int32, 0), [[1, 2], [], [3]]),
    (
        lambda: Dataset.from_tensor_slices(ROWS).batch(2),
        Spec([None, None], tf.int32),
        [[[1, 2], []], [[3]]],
    ),
    (
        lambda: Dataset.from_tensor_slices(ROWS).batch(2, drop_remainder=True),
        Spec([2, None], tf.int32),
        [[[1, 2], []]],
    ),
    (
        lambda: Dataset.from_tensor_slices(DEEP).batch(2),
        Spec([None, None, None], tf.int32),
        [[[[1, 2], []], []], [[[3]]]],
    ),
    (lambda: Dataset.from_tensor_slices(DEEP).skip(2), Spec([None, None], tf.int32), [[[3]]]),
    (
        lambda: Dataset.from_tensor_slices(DEEP).batch(2).map(lambda r: tf.reduce_sum(r, axis=2)),
        Spec([None, None], tf.int32),
        [[[3, 0], []], [[3]]],
    ),
    (
        lambda: Dataset.from_tensors(ROWS).repeat(3).batch(2),
        Spec([None, 3, None], tf.int32),
        [[[[1, 2], [], [3]], [[1, 2], [], [3]]], [[[1, 2], [], [3]]]],
    ),
    (
        lambda: Dataset.range(4).map(lambda n: tf.ragged.range(tf.stack([n, n + 1]))).batch(2),
        Spec([None, 2, None], tf.int64),
        [[[[], [0]], [[0], [0, 1]]], [[[0, 1], [0, 1, 2]], [[0, 1, 2], [0, 1, 2, 3]]]],
    ),
    (
        lambda: Dataset.from_tensor_slices(ROWS).filter(lambda r: tf.size(r) > 0).batch(5),
        Spec([None, None], tf.int32),
        [[[1, 2], [3]]],
    ),
    (
        lambda: Dataset.from_tensor_slices({"a": ROWS, "b": [5, 6, 7]}).shuffle(3, seed=1).batch(3).take(0),
        {"a": Spec([None, None], tf.int32), "b": tf.TensorSpec([None], tf.int32)},
        [],
    ),
    (
        lambda: Dataset.from_tensor_slices(ROWS).batch(2).map(lambda r: {"a": r, "b": r.to_tensor()}),
        {"a": Spec([None, None], tf.int32), "b": tf.TensorSpec([None, None], tf.int32)},
        [{"a": [[1, 2], []], "b": [[1, 2], [0, 0]]}, {"a": [[3]], "b": [[3]]}],
    ),
    (
        lambda: Dataset.from_tensor_slices(PAIRS).batch(2),
        Spec([None, None, 2], tf.int64, 1, tf.int32),
        [[[[0, 1], [2, 3]], [[4, 5]]]],
    ),
    (
        lambda: Dataset.from_tensors(0).map(lambda _: ROWS),
        Spec([3, None], tf.int32),
        [[[1, 2], [], [3]]],
    ),
    (
        lambda: Dataset.from_tensor_slices(ROWS).concatenate(Dataset.from_tensor_slices(ROWS)),
        Spec([None], tf.int32, 0),
        [[1, 2], [], [3], [1, 2], [], [3]],
    ),
    (
        lambda: Dataset.from_tensor_slices(ROWS).batch(2).unbatch(),
        Spec([None], tf.int32, 0),
        [[1, 2], [], [3]],
    ),
    (
        lambda: Dataset.from_tensors(ROWS).unbatch().unbatch().batch(2),
        Spec([None], tf.int32, 0),
        [[1, 2], [3]],
    ),
    (
        lambda: Dataset.range(4).map(tf.range).apply(tf.data.experimental.dense_to_ragged_batch(3)),
        Spec([None, None], tf.int64),
        [[[], [0], [0, 1]], [[0, 1, 2]]],
    ),
    (
        lambda: Dataset.range(4).map(lambda n: tf.fill([n, 2], 1)).ragged_batch(3, True, tf.int32),
        Spec([3, None, 2], tf.int32, 1, tf.int32),
        [[[], [[1, 1]], [[1, 1], [1, 1]]]],
    ),
    (
        lambda: Dataset.range(1, 4).map(lambda n: tf.fill([n, n], 1)).ragged_batch(2),
        Spec([None, None, None], tf.int32),
        [[[[1]], [[1, 1], [1, 1]]], [[[1, 1, 1], [1, 1, 1], [1, 1, 1]]]],
    ),
    (
        lambda: Dataset.range(1, 3).map(lambda n: tf.fill([2, n], 1)).ragged_batch(3),
        Spec([None, 2, None], tf.int32),
        [[[[1], [1]], [[1, 1], [1, 1]]]],
    ),
    (lambda: Dataset.range(1, 4).ragged_batch(2), tf.TensorSpec([None], tf.int64), [[1, 2], [3]]),
    (
        lambda: Dataset.from_tensor_slices(ROWS).cache().repeat(2).batch(4),
        Spec([None, None], tf.int32),
        [[[1, 2], [], [3], [1, 2]], [[], [3]]],
    ),
]


@pytest.mark.parametrize(("recipe", "spec", "values"), RECIPES)
def test_elements_are_tensorflows(recipe: Callable[[], Any], spec: Any, values: list[Any]) -> None:
    with tf.Graph().as_default():
        dataset = recipe()
        assert dataset.element_spec == spec
        assert list(map(plain, dataset.as_numpy_iterator())) == values


@pytest.mark.parametrize(("recipe", "spec", "values"), RECIPES)
def test_a_graph_takes_them_as_ragged_tensors(
    recipe: Callable[[], Any], spec: Any, values: list[Any]
) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        element = tf.data.make_one_shot_iterator(recipe()).get_next()
        for given, wanted in zip(tf.nest.flatten(element), tf.nest.flatten(spec), strict=True):
            assert isinstance(given, wanted.value_type)
            assert given.shape.as_list() == wanted.shape.as_list()
        assert [plain(session.run(element)) for _ in values] == values
        with pytest.raises(OutOfRangeError):
            session.run(element)


def test_types_shapes_and_classes_say_as_much_as_the_spec() -> None:
    dataset = Dataset.from_tensors(ROWS)
    told = dataset.output_types, dataset.output_shapes, dataset.output_classes
    assert told == (tf.int32, tf.TensorShape([3, None]), dataset.element_spec)
    with tf.Graph().as_default(), tf.Session() as session:
        types, shapes, classes = told
        iterator = tf.data.Iterator.from_structure(types, shapes, output_classes=classes)
        element = iterator.get_next()
        session.run(iterator.make_initializer(dataset))
        assert session.run(element).to_list() == [[1, 2], [], [3]]


def test_a_fed_ragged_tensor_is_taken_by_the_initializer() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        fed = tf.ragged.placeholder(tf.int32, 2)
        dataset = Dataset.from_tensor_slices((fed, [1, 2, 3])).batch(2)
        assert dataset.element_spec[0] == Spec([None, None, None], tf.int32)
        iterator = tf.data.make_initializable_iterator(dataset)
        element = iterator.get_next()
        session.run(iterator.initializer, {fed: DEEP})
        assert plain(session.run(element)) == ([[[1, 2], []], []], [1, 2])


def test_a_dataset_goes_on_where_it_stood() -> None:
    dataset = Dataset.from_tensor_slices(DEEP).shuffle(3, seed=5).repeat(3).batch(2)
    whole = list(map(plain, dataset.as_numpy_iterator()))
    source = dataset.source(None)
    taken = [source.get_next() for _ in range(2)]
    again = dataset.source(None)
    again.restore(source.state())
    for wanted in whole[len(taken) :]:
        flat, inner, outer = again.get_next()
        value = tf.ragged.RaggedTensorValue(tf.ragged.RaggedTensorValue(flat, inner), outer)
        assert plain(value) == wanted


def test_what_an_input_fn_returns_may_be_the_value_of_one() -> None:
    graph = tf.Graph()
    features, labels, _ = connect(({"rows": ROWS}, [1, 2, 3]), "train", graph)
    with tf.Session(graph=graph) as session:
        for _ in range(2):
            assert plain(session.run((features["rows"], labels))) == ([[1, 2], [], [3]], [1, 2, 3])


def test_rows_of_different_lengths_and_those_of_other_lengths_are_no_batch() -> None:
    values = [[1, 2, 3], [4, 5], [6]]
    with tf.Graph().as_default():
        dataset = Dataset.from_tensor_slices(tf.ragged.constant(values)).map(lambda row: row + 1).batch(2)
        assert dataset.element_spec == tf.TensorSpec([None, None], tf.int32)
        with pytest.raises(InvalidArgumentError, match="Cannot batch tensors with different shapes"):
            next(dataset.as_numpy_iterator())


def test_values_of_other_shapes_are_no_batch() -> None:
    with tf.Graph().as_default():
        rows = Dataset.range(1, 3).map(lambda n: tf.RaggedTensor.from_row_splits(tf.zeros([1, n]), [0, 1]))
        with pytest.raises(
            InvalidArgumentError, match=r"component 0.*values of shape \[1\] and element 1 of \[2\]"
        ):
            next(rows.batch(2).as_numpy_iterator())


@pytest.mark.parametrize("splits", [[0, 2], [1, 3], [0, 2, 1, 3], [], [[0, 3]], [0.0, 3.0]])
def test_rows_that_do_not_go_with_their_values_are_refused(splits: Any) -> None:
    value = tf.ragged.RaggedTensorValue(np.arange(3), np.array(splits, None if splits else np.int64))
    with pytest.raises(ValueError, match=r"data\['a'\]: row_splits .* number of values, 3, given"):
        Dataset.from_tensors({"a": value})


def test_other_numbers_of_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="same number of rows"):
        Dataset.from_tensor_slices((ROWS, [1, 2]))


def test_they_are_not_padded() -> None:
    with pytest.raises(TypeError, match=r"padded ragged tensors is not supported, .*to_tensor\(\)"):
        Dataset.from_tensor_slices(ROWS).padded_batch(2)


def test_splits_of_a_batch_are_int32_or_int64() -> None:
    with pytest.raises(ValueError, match="row_splits_dtype is int32 or int64, given: float32"):
        Dataset.range(3).ragged_batch(2, row_splits_dtype=tf.float32)


def test_a_model_is_trained_on_ragged_features_of_stored_examples(tmp_path: Path) -> None:
    """Its weight becomes what the labels are times as large as the sums of the rows."""

    def example(numbers: list[float]) -> bytes:
        floats = tf.train.Feature(float_list=tf.train.FloatList(value=numbers))
        label = tf.train.Feature(float_list=tf.train.FloatList(value=[3.0 * sum(numbers)]))
        features = tf.train.Features(feature={"numbers": floats, "label": label})
        return tf.train.Example(features=features).SerializeToString()

    wanted = {"numbers": tf.io.RaggedFeature(tf.float32), "label": tf.io.FixedLenFeature([], tf.float32)}

    def input_fn() -> Any:
        texts = [example(numbers) for numbers in ([0.5, 0.25], [], [1.0])]
        parsed = (
            Dataset.from_tensor_slices(texts).batch(2).map(lambda text: tf.io.parse_example(text, wanted))
        )
        return parsed.map(lambda features: (features, features.pop("label"))).repeat()

    def model_fn(features: Any, labels: Any, mode: str) -> Any:
        weight = tf.get_variable("weight", [], initializer=tf.zeros_initializer())
        found = weight * tf.reduce_sum(features["numbers"], axis=1)
        loss = tf.reduce_mean(tf.square(found - labels))
        train_op = tf.train.GradientDescentOptimizer(0.5).minimize(loss, tf.train.get_global_step())
        return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)

    model = tf.estimator.Estimator(model_fn, str(tmp_path)).train(input_fn, steps=60)
    assert model.get_variable_value("weight") == pytest.approx(3.0, abs=1e-3)
