"""Datasets made of tensors. What comes out was read off TensorFlow 2.15."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import FailedPreconditionError, InvalidArgumentError, OutOfRangeError
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.pipeline.adapt import connect
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.iterator import GraphIterator
from estimator.pipeline.source_group import sources_of
from estimator.runtime.session import Session
from estimator.training.scaffold import Scaffold
from estimator.variables.variable import Variable, global_variables_initializer


@pytest.fixture
def session(graph: Graph) -> Session:
    return Session(graph=graph)


def vector(name: str = "x", dtype: str = "float32") -> Any:
    return b.Placeholder(dtype=dtype, shape=(None,), name=name)


def number(name: str = "n") -> Any:
    return b.Placeholder(dtype="int64", shape=(), name=name)


def read(session: Session, elements: Any) -> list[Any]:
    """All that is left, as plain values."""
    found = []
    try:
        while True:
            found.append(np.asarray(session.run(elements)).tolist())
    except OutOfRangeError:
        return found


def test_what_is_fed_to_the_initializer_is_the_data(session: Session) -> None:
    x = vector()
    iterator = Dataset.from_tensor_slices(x).batch(2).make_initializable_iterator()
    elements = iterator.get_next()
    assert elements.dims == (None,)
    session.run(iterator.initializer, {x: [1.0, 2.0, 3.0]})
    assert read(session, elements) == [[1.0, 2.0], [3.0]]
    session.run(iterator.initializer, {x: [5.0]})
    assert read(session, elements) == [[5.0]]


def test_tensors_may_stand_beside_arrays_and_texts(session: Session) -> None:
    names = vector("names", "string")
    dataset = Dataset.from_tensor_slices({"name": names, "id": [1, 2], "none": None}).batch(2)
    iterator = dataset.make_initializable_iterator()
    elements = iterator.get_next()
    assert elements.pop("none", 0) is None
    session.run(iterator.initializer, {names: [b"a\0", b"b"]})
    found = session.run(elements)
    assert (found["name"].tolist(), found["id"].tolist()) == ([b"a\0", b"b"], [1, 2])


def test_a_placeholder_of_unknown_shape_has_rows_of_unknown_shape(session: Session) -> None:
    x = b.Placeholder(dtype="float32", shape=None)
    iterator = Dataset.from_tensor_slices(x).make_initializable_iterator()
    elements = iterator.get_next()
    assert elements.dims is None
    session.run(iterator.initializer, {x: [[1.0, 2.0]]})
    assert read(session, elements) == [[1.0, 2.0]]


def test_random_numbers_are_drawn_by_the_initializer(session: Session) -> None:
    drawn = b.RandomUniform([4], dtype="float32")
    iterator = Dataset.from_tensors(drawn).repeat(2).make_initializable_iterator()
    elements = iterator.get_next()
    session.run(iterator.initializer)
    first, again = read(session, elements)
    assert first == again
    session.run(iterator.initializer)
    assert read(session, elements)[0] != first


def test_a_variable_has_the_value_that_it_had_at_the_initializer(session: Session) -> None:
    variable = Variable([1.0, 2.0])
    iterator = Dataset.from_tensor_slices(variable).batch(2).make_initializable_iterator()
    elements = iterator.get_next()
    session.run(global_variables_initializer())
    session.run(iterator.initializer)
    variable.load([5.0, 6.0], session)
    assert read(session, elements) == [[1.0, 2.0]]
    session.run(iterator.initializer)
    assert read(session, elements) == [[5.0, 6.0]]


def test_a_list_of_tensors_is_one_tensor(session: Session) -> None:
    x = vector()
    iterator = Dataset.from_tensor_slices([x, [3.0, 4.0]]).make_initializable_iterator()
    session.run(iterator.initializer, {x: [1.0, 2.0]})
    assert read(session, iterator.get_next()) == [[1.0, 2.0], [3.0, 4.0]]


def test_a_list_of_constants_needs_no_initializer(graph: Graph) -> None:
    dataset = Dataset.from_tensor_slices([graph.constant([1, 2]), graph.constant([3, 4])])
    assert [row.tolist() for row in dataset.as_numpy_iterator()] == [[1, 2], [3, 4]]


SIZES = {  # with n = 3
    "range": (lambda n: Dataset.range(n), [0, 1, 2]),
    "batch": (lambda n: Dataset.range(5).batch(n), [[0, 1, 2], [3, 4]]),
    "batch that drops": (lambda n: Dataset.range(5).batch(n, drop_remainder=True), [[0, 1, 2]]),
    "take": (lambda n: Dataset.range(9).take(n), [0, 1, 2]),
    "skip": (lambda n: Dataset.range(5).skip(n), [3, 4]),
    "repeat": (lambda n: Dataset.range(2).repeat(n), [0, 1] * 3),
    "shard": (lambda n: Dataset.range(7).shard(n, 1), [1, 4]),
    "prefetch": (lambda n: Dataset.range(2).prefetch(n), [0, 1]),
    "shuffle of one": (lambda n: Dataset.range(1).shuffle(n, seed=n), [0]),
    "several steps": (lambda n: Dataset.range(n).skip(1).repeat(n).take(n).cache(), [1, 2, 1]),
    "zip and concatenate": (
        lambda n: Dataset.zip((Dataset.range(n), Dataset.range(2))).concatenate(
            Dataset.zip((Dataset.range(n).skip(2), Dataset.range(1)))
        ),
        [[0, 0], [1, 1], [2, 0]],
    ),
}


@pytest.mark.parametrize("name", SIZES)
def test_sizes_may_be_tensors(session: Session, name: str) -> None:
    make, expected = SIZES[name]
    n = number()
    iterator = make(n).make_initializable_iterator()
    elements = iterator.get_next()
    session.run(iterator.initializer, {n: 3})
    assert read(session, elements) == expected


def test_a_tensor_that_stands_twice_in_a_recipe_is_taken_once(session: Session) -> None:
    n = number()
    iterator = Dataset.range(n).repeat(n).make_initializable_iterator()
    assert list(iterator.initializer.inputs) == [n]
    session.run(iterator.initializer, {n: 2})
    assert read(session, iterator.get_next()) == [0, 1, 0, 1]


def test_two_iterators_of_a_dataset_keep_their_own_values(session: Session) -> None:
    x = vector()
    dataset = Dataset.from_tensor_slices(x).repeat()
    left, right = (dataset.make_initializable_iterator() for _ in range(2))
    elements = [left.get_next(), right.get_next()]
    session.run([left.initializer, right.initializer], {x: [1.0, 2.0]})
    session.run(elements)
    session.run(left.initializer, {x: [5.0]})
    assert session.run(elements) == [5.0, 2.0]


def test_the_values_are_copied(session: Session) -> None:
    x, data = vector(), np.zeros(2, np.float32)
    iterator = Dataset.from_tensor_slices(x).make_initializable_iterator()
    session.run(iterator.initializer, {x: data})
    data[:] = 7
    assert read(session, iterator.get_next()) == [0.0, 0.0]


WRONG = {
    "lengths": (
        lambda x, n: Dataset.from_tensor_slices((x, [1, 2, 3])),
        r"same number of rows, but \[0\] has 2, \[1\] has 3",
    ),
    "a batch of none": (
        lambda x, n: Dataset.from_tensor_slices(x).batch(n),
        "batch_size must be >= 1, given: 0",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_values_are_the_initializers_error(session: Session, name: str) -> None:
    make, message = WRONG[name]
    x, n = vector(), number()
    iterator = make(x, n).make_initializable_iterator()
    with pytest.raises(InvalidArgumentError, match=f"MakeIterator.*{message}"):
        session.run(iterator.initializer, {x: [1.0, 2.0], n: 0})


def test_it_must_be_initialized_and_fed(session: Session) -> None:
    iterator = Dataset.from_tensor_slices(vector()).make_initializable_iterator()
    with pytest.raises(FailedPreconditionError, match="has not been initialized"):
        session.run(iterator.get_next())
    with pytest.raises(InvalidArgumentError, match="You must feed a value for placeholder 'x'"):
        session.run(iterator.initializer)


def test_a_scalar_has_no_rows(graph: Graph) -> None:
    with pytest.raises(ValueError, match="only supported for rank >= 1"):
        Dataset.from_tensor_slices(number())


def interrupted(session: Session) -> tuple[GraphIterator, Any, Any]:
    x = vector()
    iterator = Dataset.from_tensor_slices(x).repeat(2).make_initializable_iterator()
    elements = iterator.get_next()
    session.run(iterator.initializer, {x: [1.0, 2.0, 3.0]})
    return iterator, elements, x


def test_a_saved_position_waits_for_the_initializer(session: Session) -> None:
    _, elements, _ = interrupted(session)
    for _ in range(4):
        session.run(elements)
    saved = sources_of(session.graph)
    assert saved is not None
    with Graph().as_default() as graph:
        graph.seed = session.graph.seed
        x = vector()
        iterator = Dataset.from_tensor_slices(x).repeat(2).make_initializable_iterator()
        again, other = iterator.get_next(), Session(graph=graph)
        restored = sources_of(graph)
        assert restored is not None and restored.fingerprint() == saved.fingerprint()
        restored.restore(saved.state())
        assert restored.state() == saved.state()
        with pytest.raises(FailedPreconditionError, match="has not been initialized"):
            other.run(again)
        other.run(iterator.initializer, {x: [1.0, 2.0, 3.0]})
        assert read(other, again) == [2.0, 3.0] == read(session, elements)
        other.run(iterator.initializer, {x: [9.0]})  # now it begins anew
        assert read(other, again) == [9.0, 9.0]


def test_an_input_fn_may_return_one(graph: Graph) -> None:
    # TensorFlow makes an initializable iterator of whatever dataset input_fn returns
    features, labels, source = connect(
        Dataset.from_tensors(b.RandomUniform([2], dtype="float32")), "eval", graph
    )
    assert labels is None and source is not None
    scaffold = Scaffold().finalize()
    session = Session(graph=graph)
    session.run(scaffold.local_init_op)
    assert session.run(features).shape == (2,)
