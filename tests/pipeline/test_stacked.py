"""Functions of elements that many elements go through together: the same comes out as one by one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph import build as b
from estimator.graph.op import OPS
from estimator.pipeline import stacked
from estimator.pipeline.functions import traced
from estimator.pipeline.structure import leaves
from tests.parsing_of_tf import entry, example, floats, ints, texts

LINES = [b"1,x,2", b"3.5,,4", b",z,6", b"7,y,8", b"9,,3", b"1e3,x,-5", b"0.1,w,7"]
EXAMPLES = [
    example(
        entry(b"image", texts(bytes([number, 2, 255]))),
        entry(b"words", texts(*[b"w"] * (number % 3))),
        entry(b"label", ints(number)),
        entry(b"x", floats(number / 3, 1)),
    )
    for number in range(7)
]
NUMBERS = (np.arange(7, dtype=np.float32) / 3, np.arange(14, dtype=np.int64).reshape(7, 2))
FEATURES = {
    "image": tf.FixedLenFeature([], tf.string),
    "label": tf.FixedLenFeature([], tf.int64),
    "x": tf.FixedLenFeature([2], tf.float32),
}


def texts_of(rows: list[bytes]) -> Any:
    """A dataset of texts."""
    return tf.data.Dataset.from_tensor_slices(np.array(rows, object))


def named(line: Any) -> Any:
    """What the scripts of TensorFlow's first guide do with a line."""
    columns = dict(zip("abc", tf.decode_csv(line, [[0.0], ["?"], [7]]), strict=True))
    return columns, columns.pop("c")


def picture(text: Any) -> Any:
    """What the scripts of TensorFlow's second guide do with an example."""
    found = tf.parse_single_example(text, FEATURES)
    pixels = tf.decode_raw(found["image"], tf.uint8)
    pixels.set_shape([3])
    return tf.cast(pixels, tf.float32) * (1.0 / 255) - 0.5, tf.cast(found["label"], tf.int32)


def reshaped(text: Any) -> Any:
    """A part of which only goes for one element."""
    pixels, label = picture(text)
    return tf.reshape(pixels, [3, 1]), tf.one_hot(label, 8)


def with_words(text: Any) -> Any:
    """A feature of any number of words."""
    return tf.parse_single_example(text, {**FEATURES, "words": tf.VarLenFeature(tf.string)})


def random(text: Any) -> Any:
    """Random numbers beside what is parsed."""
    found = tf.parse_single_example(text, FEATURES)
    return found["x"] + tf.random_uniform([2]), found["label"]


WHOLE, PART, NOTHING = "all of it", "a part", "nothing"
FUNCTIONS: dict[str, tuple[Any, list[Any], Any]] = {
    "named columns": (named, LINES, WHOLE),
    "line and columns": (lambda line: (line, *tf.decode_csv(line, [[0.0], [""], [0]]), line), LINES, WHOLE),
    "two parsers": (
        lambda line: (named(line), tf.decode_csv(line, [["x"]], select_cols=[1])[0]),
        LINES,
        WHOLE,
    ),
    "a label from a word": (lambda line: (named(line)[1], tf.equal(named(line)[0]["b"], "x")), LINES, WHOLE),
    "a hashed word": (
        lambda line: tf.string_to_hash_bucket_fast(tf.decode_csv(line, [[0.0], [""], [0]])[1], 10),
        LINES,
        WHOLE,
    ),
    "a constant beside them": (lambda line: (named(line), np.float32(3.0)), LINES, PART),
    "columns put together": (
        lambda line: tf.stack(tf.decode_csv(line, [[0.0], [""], [0.0]])[::2]),
        LINES,
        PART,
    ),
    "a column taken apart": (
        lambda line: tf.decode_csv(tf.decode_csv(line, [[""], [""], [""]])[2], [[0.0]]),
        LINES,
        WHOLE,
    ),
    "a default out of the line": (lambda line: tf.decode_csv(line, [[0.0], [""], line]), LINES, NOTHING),
    "nothing taken apart": (lambda line: (line, line), LINES, WHOLE),
    "pictures": (picture, EXAMPLES, WHOLE),
    "pictures of a shape": (reshaped, EXAMPLES, PART),
    "any number of words": (with_words, EXAMPLES, WHOLE),
    "words as a tensor": (
        lambda text: (with_words(text)["label"], tf.size(with_words(text)["words"].values)),
        EXAMPLES,
        NOTHING,
    ),
    "padded words": (
        lambda text: tf.parse_single_example(
            text, {"x": tf.FixedLenSequenceFeature([], tf.float32, allow_missing=True)}
        ),
        EXAMPLES,
        NOTHING,
    ),
    "named examples": (
        lambda text: tf.parse_single_example(text, FEATURES, example_names="one"),
        EXAMPLES,
        NOTHING,
    ),
    "random numbers": (random, EXAMPLES, PART),
    "numbers with names": (lambda x, y: ({"x": x}, y), NUMBERS, WHOLE),
    "sums of one rank": (lambda x, y: (x * 3 - 1, tf.maximum(y, [3, 5]) // 2), NUMBERS, WHOLE),
    "sums of several ranks": (lambda x, y: x + tf.cast(y, tf.float32), NUMBERS, NOTHING),
    "a larger constant": (lambda x, y: x + np.float32([1, 2]), NUMBERS, NOTHING),
    "a share of a sum": (lambda x, y: (x, y - tf.reduce_sum(y)), NUMBERS, NOTHING),
    "powers": (lambda x, y: tf.exp(x), NUMBERS, NOTHING),  # not exact, perhaps not alike in another place
}
NAMES = list(FUNCTIONS)


def mapped(name: str) -> Any:
    """The dataset of a row of the table."""
    function, rows, _ = FUNCTIONS[name]
    dataset = texts_of(rows) if isinstance(rows, list) else tf.data.Dataset.from_tensor_slices(rows)
    with tf.Graph().as_default():
        tf.set_random_seed(3)
        return dataset.map(function)


def plain(element: list[Any]) -> list[Any]:
    """Components as types and lists."""
    return [
        [(x.dtype, x.shape, x.tolist()) for x in (part if isinstance(part, tuple) else (part,))]
        for part in element
    ]


def pull_all(dataset: Any, state: Any = None) -> tuple[list[Any], list[Any]]:
    """All elements from a position on, and the position before and behind each."""
    running = dataset.source(graph_seed=3)
    if state is not None:
        running.restore(json.loads(state))
    states, found = [json.dumps(running.state())], []
    while (element := running.pull()) is not None:
        found.append(plain(element))
        states.append(json.dumps(running.state()))
    return found, states


@pytest.mark.parametrize("name", NAMES)
def test_it_is_known_what_may_be_stacked(name: str) -> None:
    function, rows, how = FUNCTIONS[name]
    spec = (
        texts_of(rows) if isinstance(rows, list) else tf.data.Dataset.from_tensor_slices(rows)
    ).element_spec
    with tf.Graph().as_default():
        body, returned = traced(function, spec, "Dataset.map")
    found = stacked.Stacked.of(body, leaves(spec), leaves(returned))
    assert (WHOLE if found.is_whole else PART if found.results else NOTHING) == how


@pytest.mark.parametrize("name", NAMES)
def test_together_and_alone_the_same_comes_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = mapped(name)
    batches = [dataset, dataset.batch(3), dataset.batch(5, drop_remainder=True), dataset.repeat(2).batch(6)]
    together = [pull_all(batched)[0] for batched in batches]
    monkeypatch.setattr(stacked.Stacked, "of", lambda *_: stacked.Stacked(set()))
    assert together == [pull_all(batched)[0] for batched in batches]


@pytest.mark.parametrize(
    "name", ["named columns", "pictures of a shape", "any number of words", "random numbers"]
)
def test_every_position_is_one_to_go_on_from(name: str) -> None:
    dataset = mapped(name).shuffle(4, seed=5).repeat(2).batch(4)
    found, states = pull_all(dataset)
    assert len(found) == 4
    for position, state in enumerate(states):
        assert pull_all(dataset, state)[0] == found[position:], f"restored after {position} elements"


@pytest.mark.parametrize(("function", "rows", "wrong"), [
    (named, LINES, b"1,2,x"),
    (picture, EXAMPLES, example(entry(b"label", ints(1)))),
    (reshaped, EXAMPLES, b"\x0a"),
])  # fmt: skip
@pytest.mark.parametrize("size", [1, 3, 6, 9])
def test_the_error_is_that_of_the_element(function: Any, rows: list[bytes], wrong: bytes, size: int) -> None:
    with tf.Graph().as_default():
        dataset = texts_of([*rows[:5], wrong, *rows[5:]]).map(function)
    alone, batched = dataset.source(), dataset.batch(size).source()
    for _ in range(5):
        alone.pull()
    with pytest.raises(tf.errors.InvalidArgumentError) as of_one:
        alone.pull()
    for _ in range(5 // size):
        batched.pull()
    with pytest.raises(tf.errors.InvalidArgumentError) as of_many:
        batched.pull()
    assert str(of_many.value) == str(of_one.value)


def test_what_acts_outside_does_so_once_for_each_element() -> None:
    seen = []

    def function(line: Any) -> Any:
        (number,) = tf.decode_csv(line, [[0]])
        return tf.py_func(lambda x: seen.append(int(x)) or x, [number], tf.int32)

    with tf.Graph().as_default():
        dataset = texts_of([b"%d" % n for n in range(9)]).map(function).batch(4)
    assert [batch.tolist() for (batch,) in iter(dataset.source().pull, None)] == [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [8],
    ]
    assert seen == list(range(9))


def test_what_is_asked_anew_for_each_element_is_no_constant() -> None:
    counter = iter(range(100))

    def function(line: Any) -> Any:
        (number,) = tf.decode_csv(line, [[0]])
        added = tf.py_func(lambda: np.int32(10 * next(counter)), [], tf.int32)
        added.set_shape([])
        return number + added

    with tf.Graph().as_default():
        dataset = texts_of([b"%d" % n for n in range(6)]).map(function).batch(5)
    assert [batch.tolist() for (batch,) in iter(dataset.source().pull, None)] == [[0, 11, 22, 33, 44], [55]]


def test_what_waits_for_something_that_acts_is_left_to_each_element() -> None:
    seen = []

    def function(line: Any) -> Any:
        (number,) = tf.decode_csv(line, [[0]])
        with tf.control_dependencies(
            [tf.py_func(lambda x: seen.append(x.tolist()) or x, [number], tf.int32)]
        ):
            return number * 2

    with tf.Graph().as_default():
        dataset = texts_of([b"%d" % n for n in range(5)]).map(function).batch(5)
    (doubled,) = dataset.source().pull()
    assert doubled.tolist() == [0, 2, 4, 6, 8]
    assert seen == [0, 1, 2, 3, 4]


def test_what_elements_come_from_is_asked_once_even_if_something_fails_then() -> None:
    seen = []

    def first(line: Any) -> Any:
        text = tf.py_func(lambda x: seen.append(x) or x, [line], tf.string)
        text.set_shape([])
        return text

    with tf.Graph().as_default():
        dataset = texts_of([*LINES[:4], b"wrong"]).map(first).map(named).batch(5)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Expect 3 fields but have 1 in record 0"):
        dataset.source().pull()
    assert seen == [*LINES[:4], b"wrong"]


def test_words_are_looked_up_together() -> None:
    with tf.Graph().as_default():
        table = tf.contrib.lookup.index_table_from_tensor(["x", "y"], default_value=9)
        dataset = texts_of(LINES).map(lambda line: table.lookup(named(line)[0]["b"])).batch(7)
        assert [batch.tolist() for (batch,) in iter(dataset.source().pull, None)] == [[0, 9, 9, 1, 9, 0, 9]]


def test_every_operation_of_the_list_is_one() -> None:
    assert not (stacked._EACH_FOR_ITSELF | stacked._PARSERS) - set(OPS)


def test_files_are_read_so(tmp_path: Path) -> None:
    with tf.python_io.TFRecordWriter(tmp_path / "r") as writer:
        for message in EXAMPLES:
            writer.write(message)
    with tf.Graph().as_default():
        dataset = tf.data.TFRecordDataset(str(tmp_path / "r")).map(picture).batch(7)
    pixels, labels = dataset.source().pull()
    np.testing.assert_array_equal(
        pixels, np.float32([[n, 2, 255] for n in range(7)]) * np.float32(1 / 255) - 0.5
    )
    assert labels.tolist() == list(range(7))


UNARY = "Abs Ceil Floor IsFinite IsInf IsNan Neg OnesLike Relu Relu6 Rint Round Sign Square ZerosLike"
BINARY = (
    "Add AddV2 Div DivNoNan Equal FloorDiv FloorMod Greater GreaterEqual Less LessEqual Maximum Minimum Mod Mul "
    "NotEqual RealDiv SquaredDifference Sub TruncateMod"
)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("op", [*UNARY.split(), *BINARY.split()])
def test_the_place_among_others_changes_no_bit(op: str, dtype: Any, rng: np.random.Generator) -> None:
    x, y = ((rng.standard_normal(67) * 10.0 ** rng.integers(-9, 9, 67)).astype(dtype) for _ in range(2))
    make = getattr(b, op)
    with tf.Graph().as_default():
        dataset = tf.data.Dataset.from_tensor_slices((x, y))
        mapped_one = dataset.map(lambda x, y: make(x) if op in UNARY.split() else make(x, y))
    (together,) = mapped_one.batch(67).source().pull()
    alone = [element[0] for element in iter(mapped_one.source().pull, None)]
    assert together.tobytes() == np.stack(alone).tobytes()
