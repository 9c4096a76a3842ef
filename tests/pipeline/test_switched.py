"""Iterators that are made for a structure, and those that are fed a handle. The elements are TensorFlow 2.15's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32, int64
from estimator.core.errors import DataLossError, FailedPreconditionError, OutOfRangeError
from estimator.estimators.estimator import Estimator
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.graph.sparse import SparseTensorValue
from estimator.models.spec import EstimatorSpec
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.iterator import GraphIterator
from estimator.pipeline.source_group import sources_of
from estimator.runtime.session import Session
from estimator.variables.get_variable import get_variable
from estimator.variables.global_step import get_global_step
from estimator.variables.initializers import Zeros


@pytest.fixture
def session(graph: Graph) -> Session:
    return Session(graph=graph)


def read(session: Session, elements: Any, feed: Any = None) -> list[Any]:
    """All that is left, as plain values."""
    found = []
    try:
        while True:
            found.append(np.asarray(session.run(elements, feed)).tolist())
    except OutOfRangeError:
        return found


def test_each_initializer_begins_its_dataset_afresh(session: Session) -> None:
    iterator = GraphIterator.from_structure(int64, [])
    low, high = (iterator.make_initializer(Dataset.range(*bounds)) for bounds in ((3,), (5, 7)))
    element = iterator.get_next()
    session.run(high)
    assert read(session, element) == [5, 6]
    found = []
    for initializer in (low, high, low):
        session.run(initializer)
        found.append(session.run(element))
    assert found == [0, 5, 0]
    assert session.run(element) == 1


def test_initializers_take_what_is_fed_to_them(session: Session) -> None:
    x = b.Placeholder(dtype="float32", shape=(None,))
    iterator = GraphIterator.from_structure(float32, [])
    fed = iterator.make_initializer(Dataset.from_tensor_slices(x))
    other = iterator.make_initializer(Dataset.from_tensors(np.float32(9)))
    element = iterator.get_next()
    for initializer, feed, expected in [
        (fed, {x: [1.0, 2.0]}, [1, 2]),
        (other, {}, [9]),
        (fed, {x: [3.0]}, [3]),
    ]:
        session.run(initializer, feed)
        assert read(session, element) == expected


def test_names_are_tensorflow_s(graph: Graph) -> None:
    iterator = GraphIterator.from_structure({"a": int64}, {"a": [None]}, shared_name="mine")
    dataset = Dataset.from_tensors({"a": np.int64([1, 2])})
    names = [iterator.make_initializer(dataset).name, iterator.make_initializer(dataset, name="begin").name]
    assert names == ["make_initializer", "begin"]
    assert iterator.string_handle().name == "IteratorToStringHandle:0"
    assert iterator.string_handle() is iterator.string_handle()
    assert iterator.string_handle("again").name == "again:0"
    assert (iterator.name, iterator.get_next()["a"].name) == ("mine", "IteratorGetNext:0")


def test_before_an_initializer_has_run_there_is_no_element(session: Session) -> None:
    element = GraphIterator.from_structure(int64, []).get_next()
    with pytest.raises(FailedPreconditionError, match=r"not been initialized.*make_initializer\(dataset\)"):
        session.run(element)


def test_an_initializer_that_fails_leaves_nothing_to_read(session: Session) -> None:
    size = b.Placeholder(dtype="int64", shape=())
    iterator = GraphIterator.from_structure(int64, [None])
    begin = iterator.make_initializer(Dataset.range(3).batch(size))
    element = iterator.get_next()
    session.run(begin, {size: 2})
    assert session.run(element).tolist() == [0, 1]
    with pytest.raises(ValueError, match="batch_size must be >= 1"):
        session.run(begin, {size: 0})
    with pytest.raises(FailedPreconditionError):
        session.run(element)


@pytest.mark.parametrize(
    ("structure", "message"),
    [
        ((float32, []), r"told of elements 'float32\(\)', but those of this dataset are 'int64\(\)'"),
        (((int64, int64),), "but those of this dataset are 'int64"),
        ((int64, [2]), r"told of elements 'int64\(2,\)'"),
        ((int64, [], None, SparseTensorValue), None),
    ],
)
def test_a_dataset_of_another_structure_is_refused(graph: Graph, structure: Any, message: str | None) -> None:
    iterator = GraphIterator.from_structure(*structure)
    if message is None:  # a class that is none of a tensor is a tensor
        iterator.make_initializer(Dataset.range(3))
        return
    with pytest.raises(TypeError, match=message):
        iterator.make_initializer(Dataset.range(3))
    assert not graph.get_operations()[1:]  # the string handle alone


@pytest.mark.parametrize("name", ["output_shapes", "output_classes"])
@pytest.mark.parametrize(
    ("types", "given"), [((int64, int64), ([],)), ({"a": int64}, {}), ({"a": int64}, {"a": [], "b": []})]
)
def test_structures_that_do_not_nest_alike_are_refused(name: str, types: Any, given: Any) -> None:
    with pytest.raises(TypeError, match=f"{name} must nest as output_types"):
        GraphIterator.from_structure(types, **{name: given})


def test_what_is_no_dataset_or_no_structure_says_so(graph: Graph) -> None:
    with pytest.raises(TypeError, match="takes a Dataset, given: 3"):
        GraphIterator.from_structure(int64).make_initializer(3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="only an iterator of Iterator.from_structure"):
        Dataset.range(3).make_one_shot_iterator().make_initializer(Dataset.range(3))
    with pytest.raises(ValueError, match=r"those that make_initializer\(dataset\)"):
        _ = GraphIterator.from_structure(int64).initializer


def test_a_handle_chooses_among_iterators_of_all_kinds(session: Session) -> None:
    one_shot = Dataset.range(3).make_one_shot_iterator()
    initializable = Dataset.range(5, 7).make_initializable_iterator()
    switched = GraphIterator.from_structure(int64, [])
    begin = switched.make_initializer(Dataset.range(8, 9))
    handle = b.Placeholder(dtype="string", shape=())
    iterator = GraphIterator.from_string_handle(handle, one_shot.output_types, one_shot.output_shapes)
    double = b.Mul(iterator.get_next(), 2)
    one, two, three = session.run([made.string_handle() for made in (one_shot, initializable, switched)])
    session.run([initializable.initializer, begin])
    assert [session.run(double, {handle: text}) for text in (one, one, two, one)] == [0, 2, 10, 4]
    assert read(session, double, {handle: two}) == [12]
    assert read(session, double, {handle: three}) == [16]
    assert iterator.string_handle() is handle


def test_sparse_components_go_through_both(session: Session) -> None:
    value = SparseTensorValue(np.array([[0, 1]]), np.float32([3]), np.array([2, 2]))
    dataset = Dataset.from_tensors(value)
    about = (dataset.output_types, dataset.output_shapes)
    iterator = GraphIterator.from_structure(*about, output_classes=dataset.output_classes)
    session.run(iterator.make_initializer(dataset))
    fed = GraphIterator.from_string_handle(
        iterator.string_handle(), *about, output_classes=dataset.output_classes
    )
    found = session.run(fed.get_next())
    assert [part.tolist() for part in found] == [[[0, 1]], [3.0], [2, 2]]


def test_a_position_travels_with_the_dataset_it_is_of(graph: Graph) -> None:
    def make() -> tuple[Session, Any, list[Any]]:
        graph = Graph()
        graph.seed = 4
        with graph.as_default():
            iterator = GraphIterator.from_structure(int64, [])
            begins = [iterator.make_initializer(Dataset.range(size).shuffle(9)) for size in (5, 8)]
            return Session(graph=graph), iterator.get_next(), begins

    session, element, begins = make()
    session.run(begins[1])
    session.run(element)
    sources = sources_of(session.graph)
    state = sources.state()  # type: ignore[union-attr]
    rest = read(session, element)
    session, element, begins = make()
    again = sources_of(session.graph)
    assert again.fingerprint() == sources.fingerprint()  # type: ignore[union-attr]
    again.restore(state)  # type: ignore[union-attr]
    session.run(begins[1])
    assert read(session, element) == rest
    assert len(rest) == 7
    with pytest.raises(DataLossError, match="dataset 7 of an iterator that has 2"):
        again.restore({name: {"dataset": 7} for name in state})  # type: ignore[union-attr]


@pytest.mark.parametrize("fed", [False, True])
def test_an_input_fn_may_use_them(fed: bool, tmp_path: Path) -> None:
    def input_fn() -> Any:
        dataset = Dataset.from_tensor_slices(np.float32([1, 2, 3])).batch(2)
        iterator = GraphIterator.from_structure(float32, [None])
        begin = iterator.make_initializer(dataset)
        begin.graph.add_to_collection(GraphKeys.TABLE_INITIALIZERS, begin)
        if fed:
            iterator = GraphIterator.from_string_handle(iterator.string_handle(), float32, [None])
        return {"x": iterator.get_next()}

    def model_fn(features: Any, mode: str) -> EstimatorSpec:
        total = get_variable("total", [], initializer=Zeros())
        add = total.assign_add(b.Sum(features["x"], [0]))
        count = get_global_step().assign_add(1)
        return EstimatorSpec(mode, {"twice": b.Mul(features["x"], 2.0)}, add, b.Identity(count))

    estimator = Estimator(model_fn, tmp_path)
    estimator.train(input_fn)
    assert (estimator.get_variable_value("total"), estimator.get_variable_value("global_step")) == (6, 2)
    assert [row["twice"] for row in estimator.predict(input_fn)] == [2, 4, 6]
