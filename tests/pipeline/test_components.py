"""Elements with sparse tensors; the values are those that TensorFlow 2.15.1 gives for the same recipes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.dtypes import float32, int64
from estimator.core.errors import InvalidArgumentError, OutOfRangeError
from estimator.graph.graph import Graph
from estimator.graph.sparse import SparseTensor, SparseTensorValue
from estimator.pipeline.adapt import connect
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.specs import SparseTensorSpec, TensorSpec
from estimator.runtime.session import Session

VALUE = SparseTensorValue([[0, 1], [2, 0], [2, 3]], np.array([1.0, 2.0, 3.0], np.float32), [3, 4])


def plain(value: Any) -> Any:
    """A SparseTensorValue as lists."""
    return [part.tolist() for part in value]


def elements(dataset: Dataset) -> list[Any]:
    return [plain(value) for value in dataset.as_numpy_iterator()]


# -- sources -----------------------------------------------------------------------------------------


def test_rows_of_a_sparse_tensor_are_sparse() -> None:
    dataset = Dataset.from_tensor_slices(VALUE)
    assert dataset.element_spec == SparseTensorSpec([4], float32)
    assert (dataset.output_types, dataset.output_shapes.as_list()) == (float32, [4])
    assert dataset.output_classes is SparseTensor
    assert elements(dataset) == [
        [[[1]], [1.0], [4]],
        [[], [], [4]],
        [[[0], [3]], [2.0, 3.0], [4]],
    ]


def test_entries_in_any_order_find_their_rows() -> None:
    value = SparseTensorValue([[1, 2], [0, 3], [1, 0]], [1, 2, 3], [2, 4])
    assert elements(Dataset.from_tensor_slices(value)) == [[[[3]], [2], [4]], [[[2], [0]], [1, 3], [4]]]


def test_a_sparse_tensor_whose_value_is_known_is_one() -> None:
    with Graph().as_default():
        dataset = Dataset.from_tensors(SparseTensor(*VALUE))
    assert dataset.element_spec == SparseTensorSpec([3, 4], float32)
    assert elements(dataset) == [plain(map(np.asarray, VALUE))]


def test_a_sparse_tensor_may_be_fed_when_the_iterator_begins() -> None:
    with Graph().as_default(), Session() as session:
        given = tf.sparse_placeholder(tf.float32, [3, 4])
        iterator = Dataset.from_tensor_slices((given, [1, 2, 3])).make_initializable_iterator()
        row, _ = iterator.get_next()
        assert row.shape.as_list() == [4]
        session.run(iterator.initializer, {given: VALUE})
        found = [session.run(iterator.get_next())[0] for _ in range(3)]
    assert [plain(row) for row in found] == elements(Dataset.from_tensor_slices(VALUE))


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (SparseTensorValue([[0, 4]], [1], [3, 4]), r"data\['x'\]: an entry .* outside of its shape \[3, 4\]"),
        (
            SparseTensorValue([[0, 1]], [1, 2], [3, 4]),
            r"data\['x'\]: a sparse tensor has indices \[n, rank\]",
        ),
    ],
)
def test_parts_that_do_not_go_together_are_refused(value: Any, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Dataset.from_tensor_slices({"x": value})


def test_numbers_of_rows_agree_with_those_of_arrays() -> None:
    with pytest.raises(ValueError, match=r"\['x'\] has 3, \['y'\] has 2"):
        Dataset.from_tensor_slices({"x": VALUE, "y": [1, 2]})


# -- steps -------------------------------------------------------------------------------------------


def test_a_batch_has_a_first_axis_more() -> None:
    dataset = Dataset.from_tensor_slices(({"x": VALUE}, [7, 8, 9])).batch(2)
    assert dataset.element_spec == ({"x": SparseTensorSpec([None, 4], float32)}, TensorSpec([None], "int32"))
    (first, labels), (second, _) = dataset.as_numpy_iterator()
    assert plain(first["x"]) == [[[0, 1]], [1.0], [2, 4]]
    assert plain(second["x"]) == [[[0, 0], [0, 3]], [2.0, 3.0], [1, 4]]
    assert labels.tolist() == [7, 8]


@pytest.mark.parametrize("drop", [False, True])
def test_rows_gathered_at_once_are_those_taken_one_by_one(rng: np.random.Generator, drop: bool) -> None:
    places = np.argwhere(rng.random((23, 5)) < 0.4)
    value = SparseTensorValue(rng.permutation(places), np.arange(len(places)), [23, 5])
    rows = Dataset.zip((Dataset.from_tensor_slices(value), Dataset.range(23))).shuffle(23, seed=1).repeat(2)
    gathered = rows.batch(4, drop_remainder=drop)
    one_by_one = rows.map(lambda x, number: (x, number)).batch(4, drop_remainder=drop)
    found, expected = (
        [(plain(x), n.tolist()) for x, n in d.as_numpy_iterator()] for d in (gathered, one_by_one)
    )
    assert found == expected and len(found) == (11 if drop else 12)


def test_a_position_between_batches_is_gone_on_from() -> None:
    dataset = Dataset.from_tensor_slices(VALUE).shuffle(3, seed=1).repeat(5).batch(2)
    whole, first, second = dataset.source(), dataset.source(), dataset.source()
    expected = [[part.tolist() for part in whole.get_next()] for _ in range(8)]
    for _ in range(3):
        first.get_next()
    second.restore(first.state())
    assert [[part.tolist() for part in second.get_next()] for _ in range(5)] == expected[3:]


def test_of_sizes_that_differ_a_batch_has_the_greatest() -> None:
    def row(size: Any) -> Any:
        return tf.SparseTensor(tf.reshape(size - 1, [1, 1]), tf.reshape(size, [1]), tf.reshape(size, [1]))

    dataset = Dataset.range(2, 4).map(row).batch(2)
    assert elements(dataset) == [[[[0, 1], [1, 2]], [2, 3], [2, 3]]]


def test_ranks_that_differ_make_no_batch() -> None:
    def of_rank(rank: Any) -> Any:
        ones = tf.ones(tf.reshape(rank, [1]), tf.int64)
        return tf.SparseTensor(tf.expand_dims(ones - 1, 0), [1.0], ones)

    with pytest.raises(
        InvalidArgumentError, match=r"different ranks .* \[1\] and element 1 had shape \[1, 1\]"
    ):
        elements(Dataset.range(1, 3).map(of_rank).batch(2))


def test_functions_take_and_give_sparse_tensors() -> None:
    dataset = Dataset.from_tensor_slices((VALUE, [1.0, 2.0, 3.0]))
    doubled = dataset.map(
        lambda x, y: {"x": tf.sparse_reorder(x), "twice": x.with_values(x.values * 2), "y": y}
    )
    assert doubled.element_spec["x"] == SparseTensorSpec([4], float32)
    assert [plain(row["twice"])[1] for row in doubled.as_numpy_iterator()] == [[2], [], [4, 6]]
    full = dataset.filter(lambda x, y: tf.size(x.values) > 0)
    assert [float(y) for _, y in full.as_numpy_iterator()] == [1, 3]
    dense = dataset.map(lambda x, y: tf.sparse_tensor_to_dense(x) * y)
    assert np.stack(list(dense.as_numpy_iterator())).tolist() == [[0, 1, 0, 0], [0] * 4, [6, 0, 0, 9]]


def test_every_step_takes_sparse_elements() -> None:
    rows = Dataset.from_tensor_slices(VALUE)
    many = rows.shuffle(3, seed=1).repeat(4).skip(1).take(10).cache().shard(2, 0).concatenate(rows)
    assert many.element_spec == SparseTensorSpec([4], float32)
    assert len(elements(many)) == 8
    both = Dataset.zip((rows, many)).batch(3)
    assert [plain(part)[2] for part in next(both.as_numpy_iterator())] == [[3, 4], [3, 4]]


def test_dense_elements_are_not_joined_to_sparse_ones() -> None:
    with pytest.raises(TypeError, match="Incompatible dataset elements"):
        Dataset.from_tensor_slices(VALUE).concatenate(Dataset.from_tensor_slices(np.ones((2, 4), np.float32)))


# -- in a graph --------------------------------------------------------------------------------------


@pytest.mark.parametrize("initializable", [False, True])
def test_an_iterator_gives_sparse_tensors(initializable: bool) -> None:
    dataset = Dataset.from_tensor_slices({"x": VALUE, "y": [1, 2, 3]}).batch(3)
    with Graph().as_default(), Session() as session:
        make = dataset.make_initializable_iterator if initializable else dataset.make_one_shot_iterator
        iterator = make()
        element = iterator.get_next()
        assert isinstance(element["x"], SparseTensor)
        assert (element["x"].shape.as_list(), element["x"].indices.dtype) == ([None, 4], int64)
        assert iterator.output_classes["x"] is SparseTensor
        if initializable:
            session.run(iterator.initializer)
        found = session.run(element)
    assert isinstance(found["x"], SparseTensorValue)
    assert plain(found["x"]) == plain(map(np.asarray, VALUE))
    assert found["y"].tolist() == [1, 2, 3]


def test_a_recipe_of_sparse_rows_is_another_than_one_of_dense_rows() -> None:
    dense = Dataset.from_tensor_slices(np.ones((3, 4), np.float32))
    assert Dataset.from_tensor_slices(VALUE).fingerprint() != dense.fingerprint()


def test_an_estimator_learns_from_sparse_features_and_goes_on_where_it_was(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    ids = rng.integers(0, 20, 64)
    value = SparseTensorValue(np.stack([np.arange(64), ids % 3], 1), ids, [64, 3])

    def input_fn() -> Dataset:
        labels = (ids % 2).astype(np.float32)[:, None]
        return Dataset.from_tensor_slices(({"ids": value}, labels)).shuffle(64, seed=3).repeat().batch(16)

    def model_fn(features: Any, labels: Any, mode: str) -> Any:
        table = tf.get_variable("table", [20, 1], initializer=tf.zeros_initializer())
        logits = tf.nn.safe_embedding_lookup_sparse(table, features["ids"], combiner="sum")
        if mode == "infer":
            return tf.estimator.EstimatorSpec(mode, predictions={"logits": logits})
        loss = tf.losses.sigmoid_cross_entropy(labels, logits)
        step = tf.train.get_global_step()
        train_op = tf.train.AdagradOptimizer(0.5).minimize(loss, global_step=step)
        return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)

    classifier = tf.estimator.Estimator(model_fn, str(tmp_path))
    classifier.train(input_fn, steps=5)
    before = classifier.evaluate(lambda: input_fn().take(4))["loss"]
    classifier.train(input_fn, steps=40)
    after = classifier.evaluate(lambda: input_fn().take(4))["loss"]
    assert after < 0.5 * before
    rows = Dataset.from_tensor_slices({"ids": value}).batch(10)
    logits = [float(row["logits"][0]) for row in classifier.predict(lambda: rows)]
    assert ((np.array(logits) > 0) == (ids % 2 == 1)).all()


@pytest.mark.parametrize("mode", ["train", "eval", "infer"])
def test_an_input_function_may_return_sparse_values_beside_arrays(mode: str) -> None:
    with Graph().as_default() as graph, Session() as session:
        features, labels, _ = connect(({"x": VALUE, "y": [1.0, 2.0, 3.0]}, [1, 0, 1]), mode, graph)
        assert isinstance(features["x"], SparseTensor)
        for _ in range(2 if mode == "train" else 1):
            found, wanted = session.run((features, labels))
        assert plain(found["x"]) == plain(map(np.asarray, VALUE))
        assert (found["y"].tolist(), wanted.tolist()) == ([1, 2, 3], [1, 0, 1])
        if mode != "train":
            with pytest.raises(OutOfRangeError):
                session.run(features)
