"""Optionals in graphs; values and errors are those that TensorFlow 2.15.1 gives for the same lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import FailedPreconditionError, InvalidArgumentError

Optional = tf.data.experimental.Optional


@pytest.fixture(autouse=True, params=["interpreter", "numpy"])
def session(request: pytest.FixtureRequest) -> Iterator[tf.Session]:
    with tf.Graph().as_default(), tf.Session(executor=request.param) as session:
        yield session


def nested(x: Any) -> Any:
    return {"a": x, "b": (tf.cast(x, tf.float32), tf.sparse.from_dense([x]))}


def test_an_iterator_gives_its_elements_and_then_nothing(session: tf.Session) -> None:
    optional = tf.data.experimental.get_next_as_optional(
        tf.data.make_one_shot_iterator(tf.data.Dataset.range(2).map(nested))
    )
    has, value = optional.has_value(), optional.get_value()
    assert (has.shape.as_list(), value["a"].dtype, value["b"][0].shape.as_list()) == ([], tf.int64, [])
    for wanted in range(2):
        is_there, element = session.run((has, value))
        assert (is_there, element["a"], element["b"][0]) == (True, wanted, float(wanted))
        assert element["b"][1].values.tolist() == [wanted] * wanted
    assert not session.run(has)
    with pytest.raises(InvalidArgumentError, match="optional has no value"):
        session.run(value)


def test_a_branch_takes_the_value_if_there_is_one(session: tf.Session) -> None:
    numbers = tf.data.Dataset.range(5).batch(2)  # the last batch is smaller
    optional = tf.data.make_one_shot_iterator(numbers).get_next_as_optional()
    total = tf.cond(
        optional.has_value(), lambda: tf.reduce_sum(optional.get_value()), lambda: tf.constant(-1, tf.int64)
    )
    assert [session.run(total) for _ in range(5)] == [1, 5, 4, -1, -1]


def test_what_a_run_computes_of_the_value_leaves_the_dataset_as_it_is(session: tf.Session) -> None:
    array = np.array([-1.0, 2.0], np.float32)
    optional = tf.data.Dataset.from_tensors(array).repeat(4).make_one_shot_iterator().get_next_as_optional()
    value = tf.nn.relu(optional.get_value())
    for _ in range(4):
        assert session.run(value).tolist() == [0.0, 2.0]
    assert array.tolist() == [-1.0, 2.0]


def test_each_iterator_says_nothing_at_its_end(session: tf.Session) -> None:
    handle = tf.placeholder(tf.string, [])
    first, second = (tf.data.Dataset.range(n).make_one_shot_iterator() for n in (1, 0))
    fed = tf.data.Iterator.from_string_handle(handle, tf.int64, []).get_next_as_optional().has_value()
    switched = tf.data.Iterator.from_structure(tf.int64, [])
    begin, has = (
        switched.make_initializer(tf.data.Dataset.range(1)),
        switched.get_next_as_optional().has_value(),
    )
    one, other = session.run([first.string_handle(), second.string_handle()])
    assert [bool(session.run(fed, {handle: text})) for text in (one, other, one)] == [True, False, False]
    with pytest.raises(FailedPreconditionError, match="not been initialized"):
        session.run(has)
    for _ in range(2):
        session.run(begin)
        assert [bool(session.run(has)) for _ in range(2)] == [True, False]


def test_a_fed_iterator_of_other_elements_is_refused(session: tf.Session) -> None:
    iterator = tf.data.Dataset.range(1).make_one_shot_iterator()
    wrong = tf.data.Iterator.from_string_handle(
        iterator.string_handle(), tf.string, []
    ).get_next_as_optional()
    with pytest.raises(InvalidArgumentError, match="gives .*int64.* told .*string"):
        session.run(wrong.has_value())


def test_an_optional_is_made_of_a_value(session: tf.Session) -> None:
    optional = Optional.from_value((1, {"q": tf.constant(2.0), "text": "a"}))
    assert optional.element_spec[1]["q"] == tf.TensorSpec([], tf.float32)
    one, others = session.run(optional.get_value())
    assert (one, others) == (1, {"q": 2.0, "text": b"a"})
    assert session.run(optional.has_value())
    assert [op.name for op in tf.get_default_graph().get_operations()][1:4] == [
        "optional/value/Const",
        "optional/value/Const_1",
        "optional",
    ]
    named = optional.get_value(name="named")[0]
    assert named.op.name == "named"


def test_an_empty_optional_says_what_it_would_have(session: tf.Session) -> None:
    empty = Optional.empty(tf.TensorSpec([2], tf.int32))
    assert empty.element_spec == tf.TensorSpec([2], tf.int32)
    assert empty.get_value().shape.as_list() == [2]
    assert not session.run(empty.has_value())
    with pytest.raises(TypeError, match="TypeSpec"):
        Optional.empty({"a": object()})


def test_a_choice_between_optionals_is_one(session: tf.Session) -> None:
    which = tf.placeholder(tf.bool, [])
    spec = tf.TensorSpec([], tf.int32)
    chosen = tf.cond(
        which,
        lambda: tf.cast(Optional.from_value(3).has_value(), tf.int32),
        lambda: tf.cast(Optional.empty(spec).has_value(), tf.int32),
    )
    assert [int(session.run(chosen, {which: choice})) for choice in (True, False)] == [1, 0]
