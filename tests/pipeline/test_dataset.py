"""What a dataset yields. The literal sequences were read off TensorFlow 2.15's tf.compat.v1.data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core import dtypes
from estimator.core.errors import InvalidArgumentError, OutOfRangeError
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.pipeline.dataset import Dataset
from estimator.runtime.session import Session


def values(dataset: Dataset, limit: int = 100) -> list[Any]:
    """The first elements as plain Python values."""
    found = []
    for element in dataset.as_numpy_iterator():
        found.append(
            tuple(np.asarray(x).tolist() for x in element)
            if isinstance(element, tuple)
            else np.asarray(element).tolist()
        )
        if len(found) == limit:
            break
    return found


SEVEN = Dataset.range(7)

TENSORFLOW_GIVES = {
    "batch": (SEVEN.batch(3), [[0, 1, 2], [3, 4, 5], [6]]),
    "batch drops the remainder": (SEVEN.batch(3, drop_remainder=True), [[0, 1, 2], [3, 4, 5]]),
    "batch after repeat crosses epochs": (
        SEVEN.repeat(2).batch(4),
        [[0, 1, 2, 3], [4, 5, 6, 0], [1, 2, 3, 4], [5, 6]],
    ),
    "batch before repeat does not": (
        SEVEN.batch(4).repeat(2),
        [[0, 1, 2, 3], [4, 5, 6], [0, 1, 2, 3], [4, 5, 6]],
    ),
    "take": (SEVEN.take(2), [0, 1]),
    "take(-1)": (SEVEN.take(-1), [0, 1, 2, 3, 4, 5, 6]),
    "take(0)": (SEVEN.take(0), []),
    "skip": (SEVEN.skip(5), [5, 6]),
    "skip(-1)": (SEVEN.skip(-1), []),
    "skip past the end": (SEVEN.skip(9), []),
    "repeat(0)": (SEVEN.repeat(0), []),
    "shard": (SEVEN.shard(3, 1), [1, 4]),
    "enumerate": (SEVEN.skip(4).enumerate(start=10), [(10, 4), (11, 5), (12, 6)]),
    "concatenate": (SEVEN.take(2).concatenate(Dataset.range(20, 23)), [0, 1, 20, 21, 22]),
    "zip ends with the shortest": (
        Dataset.zip((SEVEN, Dataset.range(10, 14))),
        [(0, 10), (1, 11), (2, 12), (3, 13)],
    ),
    "a falling range": (Dataset.range(5, 0, -2), [5, 3, 1]),
    "batches of batches": (SEVEN.batch(2).batch(3).take(1), [[[0, 1], [2, 3], [4, 5]]]),
    "from_tensors": (Dataset.from_tensors([1, 2]).repeat(2), [[1, 2], [1, 2]]),
    "from_tensor_slices": (Dataset.from_tensor_slices(([1.5, 2.5], ["a", "b"])), [(1.5, b"a"), (2.5, b"b")]),
    "cache": (SEVEN.take(3).cache().repeat(2), [0, 1, 2, 0, 1, 2]),
    "prefetch": (SEVEN.prefetch(2).take(2), [0, 1]),
    "infinite repeat of nothing ends": (SEVEN.take(0).repeat(), []),
}


@pytest.mark.parametrize("name", TENSORFLOW_GIVES)
def test_elements_come_in_tensorflows_order(name: str) -> None:
    dataset, expected = TENSORFLOW_GIVES[name]
    assert values(dataset) == expected


@pytest.mark.parametrize("name", TENSORFLOW_GIVES)
def test_cardinality_is_the_number_of_elements(name: str) -> None:
    dataset, expected = TENSORFLOW_GIVES[name]
    if name == "infinite repeat of nothing ends":
        assert dataset._node.cardinality == 0
    else:
        assert dataset._node.cardinality == len(expected)


def test_endless_and_unknown_sizes_have_tensorflows_numbers() -> None:
    assert SEVEN.repeat()._node.cardinality == -1
    assert SEVEN.repeat().take(5)._node.cardinality == 5
    assert SEVEN.filter(lambda x: b.Less(x, 3))._node.cardinality == -2


def test_the_cardinality_is_a_tensor() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        sizes = [
            tf.data.Dataset.range(3).cardinality(),
            tf.data.experimental.cardinality(tf.data.Dataset.range(4)),
        ]
        assert session.run(sizes) == [3, 4]


def test_a_loop_over_a_dataset_is_told_what_to_do() -> None:
    with pytest.raises(RuntimeError, match="as_numpy_iterator"):
        list(SEVEN)


def test_elements_keep_the_structure_of_dicts_and_tuples() -> None:
    dataset = Dataset.from_tensor_slices(({"b": [1, 2], "a": [3.0, 4.0]}, [5, 6])).batch(2)
    ((features, labels),) = list(dataset.as_numpy_iterator())
    assert list(features) == ["b", "a"]
    assert features["a"].tolist() == [3.0, 4.0]
    assert features["b"].tolist() == [1, 2]
    assert labels.tolist() == [5, 6]


def test_python_numbers_become_32_bits_and_arrays_keep_their_type() -> None:
    types = Dataset.from_tensor_slices(
        (["a"], [1], [1.0], np.zeros(1), np.zeros(1, np.int64), [True])
    ).output_types
    expected = (dtypes.string, dtypes.int32, dtypes.float32, dtypes.float64, dtypes.int64, dtypes.bool)
    assert types == expected


def test_foreign_byte_order_becomes_native() -> None:
    (element,) = Dataset.from_tensor_slices(np.array([258], ">i4")).as_numpy_iterator()
    assert element == 258
    assert element.dtype == np.int32


def test_the_batch_dimension_is_known_only_without_a_remainder() -> None:
    data = Dataset.from_tensor_slices(np.zeros((5, 2), np.float32))
    assert data.batch(3).output_shapes.as_list() == [None, 2]
    assert data.batch(3, drop_remainder=True).output_shapes.as_list() == [3, 2]


def test_pandas_columns_are_arrays() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"age": [1.5, 2.5], "name": ["x", "y"]})
    rows = list(Dataset.from_tensor_slices(dict(frame)).as_numpy_iterator())
    assert rows == [{"age": 1.5, "name": b"x"}, {"age": 2.5, "name": b"y"}]


def test_a_constant_of_a_graph_can_be_sliced() -> None:
    with Graph().as_default() as graph:
        dataset = Dataset.from_tensor_slices(graph.constant([1, 2]))
    assert values(dataset) == [1, 2]


def test_a_dataset_of_tensors_wants_an_initializable_iterator() -> None:
    with Graph().as_default():
        dataset = Dataset.from_tensor_slices(b.Placeholder(dtype="float32", shape=(2,))).batch(2)
        for start in (
            dataset.make_one_shot_iterator,
            dataset.source,
            lambda: next(dataset.as_numpy_iterator()),
        ):
            with pytest.raises(ValueError, match=r"Cannot capture .* by value.*make_initializable_iterator"):
                start()


def test_generator_elements_are_converted_to_the_declared_types() -> None:
    def pairs() -> Any:
        for i in range(3):
            yield i, [i] * i

    dataset = Dataset.from_generator(pairs, (dtypes.int32, dtypes.float32), ([], [None]))
    assert values(dataset) == [(0, []), (1, [1.0]), (2, [2.0, 2.0])]
    assert dataset.output_shapes[1].as_list() == [None]


def test_generator_arguments_are_numbers_bytes_and_arrays() -> None:
    """As TensorFlow 2.15 passes them."""
    seen: list[Any] = []

    def numbers(*given: Any) -> Any:
        seen.extend(given)
        yield 1

    values(Dataset.from_generator(numbers, "int64", args=[3, b"a\0b", "é", [1.5]]))
    count, text, other, array = seen
    assert (type(count), count, text, other, array.tolist()) == (np.int32, 3, b"a\0b", "é".encode(), [1.5])


def test_generator_arguments_may_be_fed() -> None:
    with Session(graph=Graph()) as session:
        stop, name = b.Placeholder(dtype="int64", shape=()), b.Placeholder(dtype="string", shape=())
        named = Dataset.from_generator(lambda n, text: iter(text[:n]), "int64", args=(stop, name))
        iterator = named.make_initializable_iterator()
        element = iterator.get_next()
        session.run(iterator.initializer, {stop: 2, name: b"\7\0\1"})
        assert [session.run(element), session.run(element)] == [7, 0]
        with pytest.raises(OutOfRangeError):
            session.run(element)


def test_a_generator_is_called_anew_for_each_pass() -> None:
    calls = []

    def numbers() -> Any:
        calls.append(1)
        yield from (1, 2)

    assert values(Dataset.from_generator(numbers, "int32").repeat(2)) == [1, 2, 1, 2]
    assert len(calls) == 2


def test_an_exception_of_a_generator_comes_out_as_it_is_with_its_line() -> None:
    class Broken(Exception):
        pass

    def rows() -> Any:
        yield 1
        raise Broken("row 2")

    dataset = Dataset.from_generator(rows, "int32")
    assert values(dataset.take(1)) == [1]
    with pytest.raises(Broken, match=r"^row 2$") as caught:
        values(dataset)
    assert caught.traceback[-1].name == "rows"


def test_a_generator_is_read_no_further_than_needed() -> None:
    read = []

    def numbers() -> Any:
        for i in range(100):
            read.append(i)
            yield i

    dataset = Dataset.from_generator(numbers, "int32")
    assert values(dataset.batch(2).take(1)) == [[0, 1]]
    assert read == [0, 1]
    read.clear()
    assert values(Dataset.zip((dataset, Dataset.range(2))).batch(8)) == [([0, 1], [0, 1])]
    assert len(read) <= 3  # one more to see that the other has ended


def test_one_recipe_runs_any_number_of_times_at_once() -> None:
    dataset = SEVEN.batch(2)
    left, right = dataset.source(), dataset.source()
    assert [left.get_next()[0].tolist(), left.get_next()[0].tolist()] == [[0, 1], [2, 3]]
    assert right.get_next()[0].tolist() == [0, 1]


def test_a_dataset_adds_nothing_to_the_graph_it_was_made_in() -> None:
    with Graph().as_default() as graph:
        Dataset.from_tensor_slices(np.zeros(5)).map(lambda x: x + 1.0).shuffle(3).batch(2)
    assert graph.get_operations() == []


def test_apply_hands_the_dataset_to_a_function() -> None:
    assert values(SEVEN.apply(lambda dataset: dataset.take(1))) == [0]


def test_fingerprints_tell_recipes_apart() -> None:
    data = Dataset.from_tensor_slices(np.arange(10.0))
    recipes = [
        data.batch(2),
        data.batch(3),
        data.batch(2, drop_remainder=True),
        data.shuffle(5).batch(2),
        data.shuffle(5, seed=1).batch(2),
        data.shuffle(6).batch(2),
        data.repeat(2).batch(2),
        data.repeat().batch(2),
        data.map(lambda x: x + 1.0).batch(2),
        data.map(lambda x: x * 2.0).batch(2),
        data.filter(lambda x: b.Less(x, 2.0)).batch(2),
        Dataset.from_tensor_slices(np.arange(11.0)).batch(2),
        Dataset.from_tensor_slices(np.arange(10)).batch(2),
        data.cache().batch(2),
        data.take(4).batch(2),
        data.skip(4).batch(2),
        data.shard(2, 0).batch(2),
        data.shard(2, 1).batch(2),
    ]
    assert len({each.fingerprint() for each in recipes}) == len(recipes)


def test_the_same_recipe_made_again_has_the_same_fingerprint() -> None:
    def make() -> Dataset:
        return (
            Dataset.from_tensor_slices({"x": np.arange(4.0)})
            .map(lambda f: {"x": f["x"] + 1.0})
            .shuffle(3)
            .batch(2)
        )

    assert make().fingerprint() == make().fingerprint()


REFUSED = {
    "rows differ": (
        lambda: Dataset.from_tensor_slices(({"a": [1, 2]}, [1, 2, 3])),
        ValueError,
        r"\[0\]\['a'\] has 2, \[1\] has 3",
    ),
    "a scalar has no rows": (lambda: Dataset.from_tensor_slices(3), ValueError, "rank >= 1.*from_tensors"),
    "no array": (lambda: Dataset.from_tensor_slices({}), ValueError, "at least one array"),
    "objects": (
        lambda: Dataset.from_tensor_slices({"a": [object()]}),
        TypeError,
        r"data\['a'\].*neither numbers nor text",
    ),
    "none": (lambda: Dataset.from_tensor_slices(({}, None)), ValueError, "at least one array"),
    "missing text": (
        lambda: Dataset.from_tensor_slices({"a": np.array(["x", None], object)}),
        TypeError,
        r"data\['a'\] \(ndarray\): 1 of its 2 values are missing.*fillna",
    ),
    "missing in a list": (
        lambda: Dataset.from_tensor_slices([1, None, None]),
        TypeError,
        "2 of its 3 values",
    ),
    "masked": (
        lambda: Dataset.from_tensor_slices(np.ma.array([1, 2], mask=[False, True])),
        TypeError,
        "1 of its 2 values are missing.*filled",
    ),
    "ragged": (lambda: Dataset.from_tensor_slices([[1], [1, 2]]), ValueError, "ragged"),
    "dates": (
        lambda: Dataset.from_tensor_slices(np.array(["2020-01-01"], "M8[D]")),
        TypeError,
        "not an array of numbers or text",
    ),
    "buffer of 0": (lambda: SEVEN.shuffle(0), ValueError, "buffer_size must be >= 1, given: 0"),
    "batch of 0": (lambda: SEVEN.batch(0), ValueError, "batch_size must be >= 1, given: 0"),
    "batch of 1.5": (lambda: SEVEN.batch(1.5), TypeError, "must be a whole number, given: 1.5"),
    "no such shard": (
        lambda: SEVEN.shard(2, 2),
        ValueError,
        "index must be < num_shards, given: index 2 of 2",
    ),
    "map of 3": (lambda: SEVEN.map(3), ValueError, "takes a function, given: 3"),
    "other kinds": (
        lambda: SEVEN.concatenate(Dataset.from_tensors("a")),
        TypeError,
        "Incompatible dataset elements",
    ),
    "a list of datasets": (lambda: Dataset.zip([SEVEN, SEVEN]), TypeError, r"write Dataset.zip\(\(a, b\)\)"),
    "a running generator": (
        lambda: Dataset.from_generator(iter([1]), "int32"),
        TypeError,
        "`generator` must be a Python callable.*pass the function that makes it",
    ),
    "apply without return": (
        lambda: SEVEN.apply(lambda d: None),
        TypeError,
        "must return a Dataset, returned: None",
    ),
    "a map to datasets": (
        lambda: SEVEN.map(lambda n: Dataset.range(n)),
        TypeError,
        "is one for Dataset.flat_map",
    ),
    "a cache file of datasets": (
        lambda: SEVEN.window(2).cache("x"),
        TypeError,
        "cannot be written to a file",
    ),
    "a cache file of a number": (lambda: SEVEN.cache(3), TypeError, "Dataset.cache: filename"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_wrong_argument_is_refused_with_its_value(name: str) -> None:
    call, kind, message = REFUSED[name]
    with pytest.raises(kind, match=message):
        call()


@pytest.mark.parametrize("dtype", ["Int64", "boolean", "str", "category", object])
def test_missing_values_of_pandas_are_refused_with_advice(dtype: Any) -> None:
    pandas = pytest.importorskip("pandas")
    values = {"Int64": [2**53 + 1, None], "boolean": [True, None]}.get(dtype, ["a", None])
    with pytest.raises(TypeError, match=r"data\['a'\] \(Series\): 1 of its 2 values are missing.*dropna"):
        Dataset.from_tensor_slices({"a": pandas.Series(values, dtype=dtype)})


def test_nan_among_floats_is_a_value() -> None:
    pandas = pytest.importorskip("pandas")
    for column in (np.array([1.0, np.nan]), pandas.Series([1.0, np.nan]), [1.0, float("nan")]):
        assert np.isnan(values(Dataset.from_tensor_slices(column))[1])


GENERATED = {
    "wrong type": (lambda: iter(["a"]), "int32", None, "could not be converted.*Element 0 is 'a'"),
    "wrong shape": (
        lambda: iter([[1, 2]]),
        "int32",
        [3],
        r"of shape \(2,\) where an element of shape \(3,\) was expected",
    ),
    "nothing": (lambda: iter([None]), "int32", None, "could not be converted.*Element 0 is None"),
    "ragged": (lambda: iter([[[1], [2, 3]]]), "int32", None, r"could not be converted.*\[\[1\], \[2, 3\]\]"),
    "wrong structure": (lambda: iter([1]), ("int32", "int32"), None, "did not match the expected structure"),
}


@pytest.mark.parametrize("name", GENERATED)
def test_what_a_generator_yields_is_checked(name: str) -> None:
    make, types, shapes, message = GENERATED[name]
    with pytest.raises(InvalidArgumentError, match=message):
        values(Dataset.from_generator(make, types, shapes))


def test_elements_of_different_shapes_cannot_be_batched() -> None:
    dataset = Dataset.from_generator(lambda: iter([[1], [1, 2]]), "int32", [None]).batch(2)
    with pytest.raises(
        ValueError, match=r"different shapes in component 0.*\[1\] and element 1 had shape \[2\]"
    ):
        values(dataset)


def test_arrays_are_no_recipe_of_a_dataset() -> None:
    arrays: Any = np.ones(2)
    with pytest.raises(
        TypeError, match=r"such as Dataset.from_tensor_slices\(arrays\); given: array\(\[1., 1.\]\)"
    ):
        Dataset(arrays)
