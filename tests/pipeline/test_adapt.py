"""Everything an input_fn may return, and what it may not."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core import nest
from estimator.core.errors import OutOfRangeError
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.graph.ragged import RaggedTensorValue
from estimator.graph.sparse import SparseTensorValue
from estimator.pipeline.adapt import connect
from estimator.pipeline.dataset import Dataset
from estimator.runtime.session import Session
from tests.arrow_tables import Chunk, numbers, table

FEATURES = {"x": np.arange(6.0).reshape(3, 2), "name": np.array(["a", "b", "c"])}
LABELS = np.array([0, 1, 0])


class Run:
    """A graph fed by what an input_fn returns, and a session of it."""

    def __init__(self, input_fn: Any, mode: str = "eval", seed: int | None = None) -> None:
        self.graph = Graph()
        self.graph.seed = seed
        with self.graph.as_default():
            self.features, self.labels, self.source = connect(input_fn(), mode, self.graph)
        self.session = Session(graph=self.graph)

    def next(self) -> Any:
        """(features, labels) as plain values."""
        fetches = self.features if self.labels is None else (self.features, self.labels)
        return nest.map_structure(lambda each: np.asarray(each).tolist(), self.session.run(fetches))

    def rest(self, limit: int = 20) -> list[Any]:
        """What is left, `limit` elements at most."""
        found = []
        try:
            while len(found) < limit:
                found.append(self.next())
        except OutOfRangeError:
            pass
        return found


ONE_BATCH = ({"x": [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]], "name": [b"a", b"b", b"c"]}, [0, 1, 0])


def two_batches() -> Iterator[Any]:
    yield {"x": np.zeros((2, 1))}, np.zeros(2)
    yield {"x": np.ones((1, 1))}, np.ones(1)


TWO_BATCHES = [({"x": [[0.0], [0.0]]}, [0.0, 0.0]), ({"x": [[1.0]]}, [1.0])]


class Loader:
    """An iterable that is not an iterator, as data loaders are; some can be called too."""

    def __call__(self) -> None:
        raise AssertionError("nobody calls it")

    def __iter__(self) -> Iterator[Any]:
        return two_batches()


def tables(*values: int) -> Any:
    """A table of another library, with one column."""
    return table(len(values), n=("c", Chunk(len(values), [None, numbers("i1", *values)])))


RETURNED = {
    "a dataset": (lambda: Dataset.from_tensor_slices((FEATURES, LABELS)).batch(3), [ONE_BATCH]),
    "tensors of its iterator": (
        lambda: Dataset.from_tensor_slices((FEATURES, LABELS)).batch(3).make_one_shot_iterator().get_next(),
        [ONE_BATCH],
    ),
    "a dataset of features": (lambda: Dataset.from_tensor_slices(FEATURES).batch(3), [ONE_BATCH[0]]),
    "arrays": (lambda: (FEATURES, LABELS), [ONE_BATCH]),
    "features alone": (lambda: FEATURES, [ONE_BATCH[0]]),
    "one array": (lambda: np.arange(3), [[0, 1, 2]]),
    "features and no labels": (lambda: (FEATURES, None), [ONE_BATCH[0]]),
    "lists inside": (lambda: ({"x": [1.5, 2.5]}, [0, 1]), [({"x": [1.5, 2.5]}, [0, 1])]),
    "a generator": (two_batches, TWO_BATCHES),
    "an iterable": (Loader, TWO_BATCHES),
    "a table": (lambda: tables(1, 2, 3), [{"n": [1, 2, 3]}]),
    "a generator of tables": (
        lambda: iter([(tables(1), np.zeros(1)), (tables(2, 3), np.ones(2))]),
        [({"n": [1]}, [0.0]), ({"n": [2, 3]}, [1.0, 1.0])],
    ),
    "a generator of features": (
        lambda: (batch[0] for batch in two_batches()),
        [batch[0] for batch in TWO_BATCHES],
    ),
}


@pytest.mark.parametrize("name", RETURNED)
def test_evaluation_reads_all_of_it_once(name: str) -> None:
    input_fn, expected = RETURNED[name]
    assert Run(input_fn, "eval").rest() == expected


@pytest.mark.parametrize("name", ["arrays", "features alone", "one array"])
def test_training_repeats_plain_arrays(name: str) -> None:
    input_fn, expected = RETURNED[name]
    assert Run(input_fn, "train").rest(limit=3) == expected * 3


@pytest.mark.parametrize("name", ["a dataset", "a generator", "an iterable"])
def test_training_ends_with_the_data_of_everything_else(name: str) -> None:
    input_fn, expected = RETURNED[name]
    assert Run(input_fn, "train").rest() == expected


@pytest.mark.parametrize("name", [name for name in RETURNED if name != "tensors of its iterator"])
def test_the_batch_dimension_of_the_tensors_is_unknown(name: str) -> None:
    run = Run(RETURNED[name][0])
    assert {tensor.dims[0] for tensor in nest.flatten(run.features)} == {None}


def test_pandas_columns_are_features() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"x": [1.5, 2.5], "name": ["a", "b"]})
    expected = [({"x": [1.5, 2.5], "name": [b"a", b"b"]}, [0, 1])]
    assert Run(lambda: (frame, pandas.Series([0, 1]))).rest() == expected
    assert Run(lambda: (dict(frame), pandas.Series([0, 1]))).rest() == expected


COMPOUND_BATCHES = {
    "ragged": [RaggedTensorValue(np.array([1, 2, 3]), np.array([0, 2, 3])), RaggedTensorValue(np.zeros(0, int), np.array([0, 0]))],
    "sparse": [
        SparseTensorValue(np.array([[0, 1], [1, 0]]), np.array([1.0, 2.0]), np.array([2, 3])),
        SparseTensorValue(np.zeros((0, 2), int), np.zeros(0), np.array([1, 5])),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", COMPOUND_BATCHES)
def test_batches_of_sparse_and_ragged_tensors_may_be_yielded_or_returned(name: str) -> None:
    batches = COMPOUND_BATCHES[name]
    run = Run(lambda: iter([({"x": batches[0]}, np.zeros(2)), ({"x": batches[1]}, np.zeros(1))]))
    for batch, rows in zip(batches, (2, 1), strict=True):
        features, labels = run.session.run((run.features, run.labels))
        nest.map_structure(np.testing.assert_array_equal, tuple(features["x"]), tuple(batch))
        assert len(labels) == rows
    (found,) = Run(lambda: {"x": batches[0]}).rest()
    assert nest.flatten(found) == nest.flatten(
        nest.map_structure(lambda array: array.tolist(), tuple(batches[0]))
    )
    with pytest.raises(ValueError, match=r"features\['x'\] has 2, labels has 3"):
        Run(lambda: ({"x": batches[0]}, np.zeros(3)))


def test_a_component_does_not_change_between_array_and_ragged_tensor() -> None:
    run = Run(lambda: iter([COMPOUND_BATCHES["ragged"][0], np.zeros((2, 1), int)]))
    run.session.run(run.features)
    with pytest.raises(ValueError, match=r"features is 'int64\(\?, 1\)', in batch 1 it was 'ragged 1 int64"):
        run.session.run(run.features)


Pair = namedtuple("Pair", "left right")


def untouched(graph: Graph) -> dict[str, Any]:
    """What TensorFlow 2.15 hands to model_fn as it is."""
    x = b.Neg(graph.constant([1.0]))
    return {
        "tensors": ({"x": x}, x),
        "a number, a list and an array beside a tensor": ({"x": x, "n": 3, "l": [1, x], "a": np.zeros(2)}, 7),
        "nested tuples": ((x, (x, 2)), Pair(x, None)),
        "an empty dict": {},
        "no features, no labels": ({}, None),
        "two times nothing": (None, None),
        "a number": 3,
        "text": "data.csv",
        "numpy scalars": (np.float32(2), np.array(1.5)),
        "a list of two": [{"x": x}, x],
    }


@pytest.mark.parametrize("name", untouched(Graph()))
def test_tensors_and_what_is_no_data_is_handed_on_untouched(name: str) -> None:
    graph = Graph()
    with graph.as_default():
        returned = untouched(graph)[name]
        features, labels, source = connect(returned, "train", graph)
    wanted = returned if isinstance(returned, (tuple, list)) else (returned, None)
    assert features is wanted[0]
    assert labels is wanted[1]
    assert source is None


def test_scalars_beside_arrays_stay_what_they_are() -> None:
    run = Run(lambda: ({"x": np.arange(2), "rate": np.array(0.5), "name": "a", "none": None}, 3))
    assert {key: run.features[key] for key in ("rate", "name", "none")} == {
        "rate": 0.5,
        "name": "a",
        "none": None,
    }
    assert run.labels == 3
    assert run.session.run(run.features["x"]).tolist() == [0, 1]


@pytest.mark.parametrize(
    "returned",
    [
        (FEATURES,),
        [FEATURES],
        Dataset.from_tensor_slices((FEATURES,)).batch(3),
        (batch for batch in [(FEATURES,)]),
    ],
)
def test_prediction_takes_features_in_a_tuple_of_one(returned: Any) -> None:
    # TensorFlow 1.4 did; 2.15 refuses
    assert Run(lambda: returned, "infer").rest() == [ONE_BATCH[0]]


def test_none_is_a_part_of_an_element() -> None:
    run = Run(lambda: Dataset.from_tensor_slices(({"x": [1, 2], "y": None}, None)).batch(2), "infer")
    assert run.features["y"] is None and run.labels is None
    assert run.session.run(run.features["x"]).tolist() == [1, 2]


def test_data_never_becomes_part_of_the_graph() -> None:
    run = Run(lambda: (FEATURES, LABELS), "train")
    assert [op.type for op in run.graph.get_operations()] == ["IteratorGetNext"]


@pytest.mark.parametrize("mode", ["train", "eval", "infer"])
@pytest.mark.parametrize(
    "input_fn",
    [
        lambda: Dataset.from_tensor_slices((FEATURES, LABELS)).shuffle(3).repeat(4).batch(2),
        lambda: (
            Dataset.from_tensor_slices((FEATURES, LABELS))
            .shuffle(3)
            .repeat(4)
            .batch(2)
            .make_one_shot_iterator()
            .get_next()
        ),
        lambda: (({"x": np.full(2, float(i))}, np.zeros(2)) for i in range(6)),
    ],
)
def test_an_interrupted_input_continues(input_fn: Any, mode: str) -> None:
    run = Run(input_fn, mode)
    for _ in range(3):
        run.next()
    again = Run(input_fn, mode)
    assert again.source is not None and run.source is not None
    assert again.source.fingerprint() == run.source.fingerprint()
    again.source.restore(run.source.state())
    rest = again.rest()
    assert len(rest) == 3
    assert rest == run.rest()


def test_another_seed_is_another_input() -> None:
    runs = [Run(lambda: Dataset.range(4).shuffle(4).batch(2), seed=seed) for seed in (1, 2)]
    assert runs[0].source.fingerprint() != runs[1].source.fingerprint()


class Splits(dict[str, Any]):
    """A DatasetDict of Hugging Face."""

    column_names = None


SENTENCE = r"input_fn should return \(features, labels\) as a len 2 tuple\."

REFUSED = {
    "nothing": (lambda: None, ValueError, "returned None.*Is a return missing"),
    "a list": (lambda: [np.zeros(2)] * 3, ValueError, SENTENCE + ".*a list of 3"),
    "a tuple of one": (lambda: (np.zeros(2),), ValueError, SENTENCE + ".*a tuple of 1"),
    "a tuple of three": (
        lambda: (np.zeros(2), np.zeros(2), np.zeros(2)),
        ValueError,
        SENTENCE + ".*a tuple of 3",
    ),
    "a dataset of three": (lambda: Dataset.from_tensor_slices(([1], [2], [3])), ValueError, SENTENCE),
    "a batch of three": (lambda: iter([(np.zeros(1),) * 3]), ValueError, SENTENCE + ".*batch 1"),
    "a set": (lambda: {1, 2}, TypeError, r"returned \{1, 2\} \(set\)"),
    "a function": (lambda: two_batches, TypeError, "It is a function: call it"),
    "an iterator": (
        lambda: Dataset.range(3).make_one_shot_iterator(),
        TypeError,
        r"Return iterator\.get_next\(\), not the iterator",
    ),
    "two datasets": (
        lambda: (Dataset.range(3), Dataset.range(3)),
        ValueError,
        r"Dataset\.zip\(\(features, labels\)\)",
    ),
    "all splits of a dataset": (
        lambda: Splits(train=1, test=2),
        ValueError,
        "all splits of a dataset; return one of them: 'train', 'test'",
    ),
    "different numbers of rows": (
        lambda: ({"a": np.zeros(3), "b": np.zeros(3)}, np.zeros(4)),
        ValueError,
        r"features\['a'\] has 3, features\['b'\] has 3, labels has 4",
    ),
    "all that is not an array, at once": (
        lambda: ({"a": np.zeros(2), "b": object(), "c": {1, 2}}, np.zeros(2)),
        ValueError,
        r"(?s)2 problems.*features\['b'\] \(object\).*features\['c'\] is a set",
    ),
    "scalars of a generator": (
        lambda: iter([({"a": 1.0}, np.zeros(1))]),
        ValueError,
        r"batch 1: features\['a'\] is a scalar",
    ),
    "an empty generator": (lambda: iter(()), ValueError, "yielded nothing"),
    "an empty batch": (lambda: (np.zeros((0, 2)), np.zeros(0)), ValueError, "empty.*at least one example"),
    "an empty dataset": (lambda: Dataset.range(0).batch(2), ValueError, "no element"),
    "objects": (lambda: {"a": np.array([{}, {}])}, ValueError, r"features\['a'\].*neither numbers nor text"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_trained_on_is_refused(name: str) -> None:
    input_fn, kind, message = REFUSED[name]
    with pytest.raises(kind, match=message):
        Run(input_fn, "train")


def test_an_empty_batch_can_be_predicted() -> None:
    assert Run(lambda: {"x": np.zeros((0, 2))}, "infer").rest() == [{"x": []}]


def test_a_dataset_that_turns_out_empty_cannot_be_trained_on() -> None:
    run = Run(lambda: Dataset.range(3).filter(lambda x: b.Greater(x, 9)).batch(2), "train")
    with pytest.raises(ValueError, match="has no element"):
        run.next()
