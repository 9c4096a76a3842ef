"""Functions over elements: what they get, what they may use, when they run."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np
import pytest

from estimator.core import dtypes
from estimator.functions.index_tables import index_table_from_tensor
from estimator.functions.lookup import StaticHashTable
from estimator.functions.mutable_tables import MutableHashTable
from estimator.functions.random import random_uniform
from estimator.functions.table_initializers import KeyValueTensorInitializer
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.structure import map_leaves
from estimator.runtime.session import Session
from estimator.variables.variable import Variable
from tests.bodies import branches, branches_by_number, loop


def unstack(x: Any) -> Any:
    return b.Unpack(x, num=3)


def values(dataset: Dataset) -> list[Any]:
    return [np.asarray(element).tolist() for element in dataset.as_numpy_iterator()]


def test_a_tuple_is_passed_as_several_arguments() -> None:
    dataset = Dataset.from_tensor_slices(([1.0, 2.0], [10.0, 20.0])).map(lambda x, y: x + y)
    assert values(dataset) == [11.0, 22.0]


def test_a_dict_is_passed_as_one_argument() -> None:
    dataset = Dataset.from_tensor_slices({"x": [1.0], "y": [2.0]}).map(lambda row: (row, row["x"] * row["y"]))
    assert list(dataset.as_numpy_iterator()) == [({"x": 1.0, "y": 2.0}, 2.0)]
    assert dataset.output_types == ({"x": dtypes.float32, "y": dtypes.float32}, dtypes.float32)


Point = namedtuple("Point", "x y")
TEN = Dataset.from_tensors(10)
POINT = Dataset.from_tensors(Point(1, 2))

# read off TensorFlow 2.15: the single element of each
RETURNED = {
    "a list is a tuple of components": (TEN.map(lambda x: [x + 1, x + 2]), (11, 12)),
    "a list of one": (TEN.map(lambda x: [x]).map(lambda y: y + 1), 11),
    "a list of tensors as arguments": (
        Dataset.from_tensors([1, 2, 3]).map(unstack).map(lambda a, b, c: a + b + c),
        6,
    ),
    "a list in a dict is one tensor": (TEN.map(lambda x: {"a": [x, x + 1]}), {"a": [10, 11]}),
    "a list in a tuple is one tensor": (TEN.map(lambda x: ([x, x + 1], x)), ([10, 11], 10)),
    "a list in a list is one tensor": (TEN.map(lambda x: [[x, x + 1], x]), ([10, 11], 10)),
    "a dict in a list is structure": (TEN.map(lambda x: [{"a": x}, x]), ({"a": 10}, 10)),
    "lists of lists": (TEN.map(lambda x: {"a": [[x, 1], [2, x]]}), {"a": [[10, 1], [2, 10]]}),
    "plain values": (TEN.map(lambda x: (1, 2.5, "s")), (1, 2.5, b"s")),
    "a tuple of one": (TEN.map(lambda x: (x,)).map(lambda y: (y + 1,)), (11,)),
    "none": (TEN.map(lambda x: (x, None)), (10, None)),
    "none as an argument": (
        TEN.map(lambda x: (x, None)).batch(1).repeat(1).map(lambda x, n: (x, n is None)),
        ([10], True),
    ),
    "a namedtuple is one argument": (POINT.map(lambda point: point.x + point.y), 3),
    "a namedtuple in a tuple": (Dataset.zip((POINT, TEN)).map(lambda point, z: point.y + z), 12),
    "a namedtuple that is returned": (TEN.map(lambda x: Point(x, 1)).map(lambda point: point), Point(10, 1)),
    "a namedtuple that is filtered": (POINT.filter(lambda point: b.Equal(point.x, 1)), Point(1, 2)),
    "a text with trailing NULs": (Dataset.from_tensors(b"a\0\0").map(b.Identity), b"a\0\0"),
    "texts in a batch": (
        Dataset.from_tensor_slices([b"\1\0\0", b"\1\2\0"]).map(b.Identity).batch(2),
        [b"\1\0\0", b"\1\2\0"],
    ),
    "texts joined": (Dataset.from_tensors(b"a").map(lambda text: text + b"\0").batch(1), [b"a\0"]),
    "a row of texts": (Dataset.from_tensors([b"a\0", b"b\0"]).map(lambda texts: texts[1]), b"b\0"),
    "texts through cache and shuffle": (
        Dataset.from_tensors(b"a\0").map(b.Identity).cache().shuffle(2, seed=1).batch(1),
        [b"a\0"],
    ),
}


@pytest.mark.parametrize("name", RETURNED)
def test_what_a_function_gets_and_returns_nests_as_in_tensorflow(name: str) -> None:
    dataset, expected = RETURNED[name]
    (element,) = dataset.as_numpy_iterator()
    assert map_leaves(lambda leaf: np.asarray(leaf, object).tolist(), element) == expected
    assert type(element) is type(expected) or not isinstance(expected, tuple)


def test_texts_are_string_tensors_all_along() -> None:
    dataset = Dataset.from_tensors(b"a\0").map(b.Identity)
    assert dataset.output_types is dtypes.string
    (component,) = dataset.source().get_next()
    assert component.dtype == object and component.item() == b"a\0"


@pytest.mark.filterwarnings("error")
def test_infinities_are_values_as_in_any_run() -> None:
    dataset = Dataset.from_tensor_slices([0.0, 1.0, 0.0, 1.0]).map(lambda x: b.Log(x))
    assert values(dataset) == [-np.inf, 0.0, -np.inf, 0.0]


def test_map_of_batches_sees_batches() -> None:
    dataset = Dataset.range(4).batch(2).map(lambda x: x * 10)
    assert values(dataset) == [[0, 10], [20, 30]]


def test_maps_follow_one_another() -> None:
    dataset = Dataset.range(3).map(lambda x: x + 1).map(lambda x: x * x)
    assert values(dataset) == [1, 4, 9]


def test_map_before_shuffle_is_the_function_of_the_shuffled() -> None:
    plain = values(Dataset.range(20).shuffle(5, seed=3).repeat(2))
    mapped = values(Dataset.range(20).map(lambda x: x * 2).shuffle(5, seed=3).repeat(2))
    assert mapped == [2 * x for x in plain]


def test_filter_keeps_what_the_function_accepts() -> None:
    # TensorFlow 2.15: range(7) filtered by x % 3 == 0
    assert values(Dataset.range(7).filter(lambda x: b.Equal(x % 3, 0))) == [0, 3, 6]


def test_a_constant_of_the_surrounding_graph_is_copied() -> None:
    with Graph().as_default() as graph:
        ten = graph.constant(10, dtypes.int64)
        dataset = Dataset.range(2).map(lambda x: x + ten)
    assert values(dataset) == [10, 11]


def test_a_variable_of_the_surrounding_graph_is_refused() -> None:
    with Graph().as_default():
        outer = Variable(1, name="v")
        with pytest.raises(
            ValueError, match=r"Dataset\.map uses .*a variable of the surrounding graph.*in model_fn"
        ):
            Dataset.from_tensors(2).map(lambda x: x + outer)


def test_a_table_of_the_surrounding_graph_is_copied_with_its_entries() -> None:
    words = np.array([["a", "z", "b"]], object)
    with Graph().as_default():
        table = index_table_from_tensor(["a", "b"], num_oov_buckets=1)
        dataset = (
            Dataset.from_tensor_slices(words).map(lambda text: (table.lookup(text), table.size())).repeat(2)
        )
    assert values(dataset.map(lambda ids, size: ids)) == [[0, 2, 1]] * 2
    assert values(dataset.map(lambda ids, size: size)) == [3, 3]


def test_a_table_that_a_function_makes_is_initialized() -> None:
    words = np.array(["a", "z"], object)
    dataset = Dataset.from_tensor_slices(words).map(lambda text: index_table_from_tensor(["z"]).lookup(text))
    assert values(dataset) == [-1, 0]


def test_a_table_of_what_is_fed_has_the_entries_that_the_initializer_took() -> None:
    with Graph().as_default() as graph, Session(graph=graph) as session:
        keys = b.Placeholder(dtype="string", shape=(2,))
        table = StaticHashTable(KeyValueTensorInitializer(keys, [5, 6]), -1)
        dataset = Dataset.from_tensor_slices(np.array(["a", "b"], object)).map(table.lookup)
        iterator = dataset.make_initializable_iterator()
        element = iterator.get_next()
        for given, wanted in ((["b", "a"], [6, 5]), (["b", "c"], [-1, 5])):
            session.run(iterator.initializer, {keys: given})
            assert [session.run(element), session.run(element)] == wanted


def test_a_table_that_changes_is_refused() -> None:
    with Graph().as_default():
        table = MutableHashTable(dtypes.string, dtypes.int64, -1)
        with pytest.raises(
            ValueError, match="a lookup table of the surrounding graph.*use the lookup table in model_fn"
        ):
            Dataset.from_tensors("a").map(table.lookup)


def test_other_tensors_of_the_surrounding_graph_have_the_value_that_the_initializer_took() -> None:
    # TensorFlow 2.15: fed at iterator.initializer, and kept until that runs again
    with Graph().as_default() as graph, Session(graph=graph) as session:
        least, step = (b.Placeholder(dtype="int64", shape=(), name=name) for name in ("least", "step"))
        dataset = (
            Dataset.range(5).filter(lambda x: b.GreaterEqual(x, least)).map(lambda x: (x, x * step + step))
        )
        iterator = dataset.make_initializable_iterator()
        elements = iterator.get_next()
        session.run(iterator.initializer, {least: 3, step: 10})
        assert [session.run(elements), session.run(elements)] == [(3, 40), (4, 50)]
        session.run(iterator.initializer, {least: 4, step: 1})
        assert session.run(elements) == (4, 5)
        with pytest.raises(ValueError, match="Cannot capture .*step:0.*make_initializable_iterator"):
            dataset.make_one_shot_iterator()


def test_a_function_without_return_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Dataset\.map returned None.*Is a return missing"):
        Dataset.range(2).map(lambda x: None)


def test_a_function_of_another_number_of_arguments_is_refused() -> None:
    with pytest.raises(TypeError, match=r"takes \(x, y\).*called with 1 argument"):
        Dataset.range(2).map(lambda x, y: x)


def test_a_filter_must_answer_with_one_bool() -> None:
    for answer in (lambda x: x, lambda x: [b.Less(x, 1)]):
        with pytest.raises(
            ValueError, match="Invalid `predicate`. `predicate` must return a `tf.bool` scalar"
        ):
            Dataset.range(2).filter(answer)


def test_random_ops_follow_the_graph_seed_and_differ_between_epochs() -> None:
    def noise(x: Any) -> Any:
        return b.RandomUniform(np.zeros(0, np.int32), dtype="float32")

    dataset = Dataset.range(3).map(noise).repeat(2).batch(6)
    first, again, other = (dataset.source(seed).get_next()[0].tolist() for seed in (1, 1, 2))
    assert first == again != other
    assert len(set(first)) == 6


def test_the_function_is_called_once_when_it_is_added() -> None:
    calls = []

    def twice(x: Any) -> Any:
        calls.append(x)
        return x * 2

    dataset = Dataset.range(5).map(twice)
    assert len(calls) == 1
    assert values(dataset.repeat(2)) == [0, 2, 4, 6, 8] * 2
    assert len(calls) == 1


def test_functions_may_choose_by_a_number() -> None:
    with Graph().as_default() as graph:
        three = graph.constant(3)

        def changed(x: Any) -> Any:
            return branches_by_number(x, [lambda: [x + three], lambda: [b.Neg(x)], lambda: [x * x]])[0]

        dataset = Dataset.from_tensor_slices(np.array([0, 1, 2, 5, -4], np.int32)).map(changed)
    assert values(dataset) == [3, -1, 4, 25, 16]
    assert graph.library == {}


def test_functions_may_hold_branches_and_loops_with_constants_and_random_numbers() -> None:
    with Graph().as_default() as graph:
        graph.seed = 4
        rounds = graph.constant(2)

        def changed(x: Any) -> Any:
            """Even numbers are halved twice, odd ones become a random number from 100 on."""

            def halved() -> list[Any]:
                return loop(lambda i, n: b.Less(i, rounds), lambda i, n: [i + 1, n // 2], [0, x])[1:]

            def drawn() -> list[Any]:
                return [b.Cast(random_uniform([], 100.0, 200.0), DstT=dtypes.int32)]

            return branches(b.Equal(x % 2, 0), halved, drawn)[0]

        dataset = Dataset.from_tensor_slices(np.array([8, 3, 12, 5], np.int32)).map(changed).repeat(2)
    found = values(dataset)
    assert found[0::2] == [2, 3, 2, 3]
    assert len(set(found[1::2])) == 4 and all(100 <= number < 200 for number in found[1::2])
    assert values(dataset) == found
    assert graph.library == {}
