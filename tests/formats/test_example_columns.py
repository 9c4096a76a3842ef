"""Examples by columns, beside the reader of one example; tests/test_parsing.py compares both with TensorFlow."""

from __future__ import annotations

from itertools import chain

import numpy as np
import pytest

from estimator.core.dtypes import DType, float32, int64, string
from estimator.formats.example_columns import ExampleColumns
from estimator.formats.examples import decode_values, kind_of, read_features, read_values
from estimator.formats.wire import MalformedError
from tests.parsing_of_tf import entry, example, floats, ints, mixed, one_by_one, sized, texts, varint

WANTED = [
    (b"a", int64),
    (b"some numbers of a long name", int64),
    (b"x", float32),
    (b"reals", float32),
    (b"t", string),
    (b"words", string),
    (b"nowhere", int64),
]


def columns_of(*messages: bytes, wanted: list[tuple[bytes, DType]]) -> ExampleColumns:
    """The columns of some examples."""
    return ExampleColumns(messages, wanted, read_features)


@pytest.mark.parametrize("seed", range(10))
def test_columns_are_what_each_example_has(seed: int) -> None:
    messages = mixed(1000 + seed, 40)
    columns, alone = columns_of(*messages, wanted=WANTED), list(map(read_features, messages))
    for key, kind in WANTED:
        features = [found.get(key, b"") for found in alone]
        assert columns.column(key) == features
        nothing = [] if kind is string else b""
        counts, values = decode_values([read_values(one, kind) if one else nothing for one in features], kind)
        decoded = columns.decoded(key, kind)
        if decoded is not None:
            assert list(decoded.is_there) == [bool(one) for one in features]
            assert list(decoded.counts) == counts
            assert decoded.values.tolist() == values.tolist()


def test_most_columns_of_any_mixture_are_decoded() -> None:
    examples = list(chain.from_iterable(mixed(seed) for seed in range(20)))
    columns = columns_of(*examples, wanted=WANTED)
    left = {key for key, kind in WANTED if columns.decoded(key, kind) is None}
    assert left == {b"some numbers of a long name", b"reals"}  # of which some are not packed


@pytest.mark.parametrize("size", [1, 127, 128, 20_000, 3_000_000])
def test_features_may_be_large(size: int) -> None:
    message = example(entry(b"t", texts(b"x" * size)), entry(b"x", floats(*range(min(size, 9999)))))
    columns = columns_of(message, GOOD, wanted=[(b"t", string), (b"x", float32)])
    assert list(map(len, columns.decoded(b"t", string).values)) == [size]
    np.testing.assert_array_equal(columns.decoded(b"x", float32).values, np.arange(min(size, 9999)))


GOOD = example(entry(b"a", ints(5)))
KEYS = [
    b"",
    b"\0",
    b"a",
    b"a\0",
    b"aaaaaaaa",
    b"aaaaaaaaa",
    b"aaaaaaaab",
    b"b" * 100,
    b"b" * 99 + b"c",
    b"k" * 300,
]


def test_keys_that_are_nearly_alike_are_told_apart() -> None:
    others = [b"aa", b"\0\0", b"aaaaaaaaaa", b"b" * 99, b"k" * 299, b"k" * 301]
    entries = [entry(key, ints(number)) for number, key in enumerate([*KEYS, *others])]
    columns = columns_of(example(*entries), example(*entries[::-1]), wanted=[(key, int64) for key in KEYS])
    for number, key in enumerate(KEYS):
        assert columns.decoded(key, int64).values.tolist() == [number, number]


@pytest.mark.parametrize(
    ("feature", "kind"),
    [
        (floats(1), int64),
        (sized(3, one_by_one(0x08, [varint(1)])), int64),
        (sized(2, one_by_one(0x0D, [bytes(4)])), float32),
        (ints(1) + ints(2), int64),
        (sized(3, sized(1, b"\x80")), int64),
        (sized(3, sized(1, b"\x80" * 10 + b"\x01")), int64),
        (sized(2, sized(1, bytes(3))), float32),
        (sized(1, b"\x08\x01"), string),
        (sized(4, b""), string),
        (b"\x1a", int64),
    ],
)
def test_a_feature_of_another_form_leaves_its_column_to_others(feature: bytes, kind: DType) -> None:
    whole = {int64: ints(5), float32: floats(5), string: texts(b"5")}[kind]
    messages = [example(entry(b"a", one), entry(b"b", whole)) for one in (whole, feature, whole)]
    columns = columns_of(*messages, wanted=[(b"a", kind), (b"b", kind)])
    assert columns.decoded(b"a", kind) is None
    assert columns.column(b"a") == [whole, feature, whole]
    assert columns.decoded(b"b", kind).each == 1


def test_what_every_example_has_is_known_at_once() -> None:
    same, other = example(entry(b"a", ints(1, 2))), example(entry(b"a", ints(1)))
    assert columns_of(same, same, wanted=[(b"a", int64)]).decoded(b"a", int64).each == 2
    assert columns_of(same, other, wanted=[(b"a", int64)]).decoded(b"a", int64).each == -1
    assert columns_of(same, b"", wanted=[(b"a", int64)]).decoded(b"a", int64).each == -1


def test_an_example_cut_off_is_never_taken_for_a_whole_one() -> None:
    whole = example(entry(b"a", ints(1, 300)), entry(b"t", texts(b"x" * 200)))
    for size in range(1, len(whole)):
        with pytest.raises(MalformedError):
            columns_of(whole, whole[:size], whole, wanted=[(b"a", int64)])


def test_changed_bytes_give_what_the_reader_of_one_gives() -> None:
    rng = np.random.default_rng(3)
    whole = example(entry(b"a", ints(1, 300)), entry(b"t", texts(b"xy", b"")), entry(b"x", floats(2, 3)))
    for _ in range(300):
        changed = bytearray(whole)
        changed[rng.integers(len(whole))] = rng.integers(256)
        try:
            features = read_features(bytes(changed))
        except MalformedError:
            with pytest.raises(MalformedError):
                columns_of(whole, bytes(changed), wanted=WANTED)
            continue
        columns = columns_of(whole, bytes(changed), wanted=WANTED)
        for key, kind in WANTED:
            assert columns.column(key)[1] == features.get(key, b"")
            if columns.decoded(key, kind) is not None and features.get(key):
                feature = features[key]
                assert kind_of(feature) is kind
                _, values = decode_values([read_values(feature, kind)], kind)
                found = columns.decoded(key, kind)
                np.testing.assert_array_equal(found.values[len(found.values) - len(values) :], values)
