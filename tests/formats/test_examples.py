"""Serialised examples as bytes; tests/test_parsing.py compares what is made of them with TensorFlow's."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.core.dtypes import int64
from estimator.formats import messages
from estimator.formats.examples import (
    decode_values,
    read_features,
    read_sequences,
    read_values,
)
from estimator.formats.wire import MalformedError


def test_every_int64_comes_back_as_protobuf_wrote_it() -> None:
    numbers = [sign * 2**power + more for power in range(63) for sign in (1, -1) for more in (-1, 0, 1)]
    feature = messages.Feature(int64_list=messages.Int64List(value=numbers))
    counts, values = decode_values([read_values(feature.SerializeToString(), int64)] * 2, int64)
    assert counts == [len(numbers)] * 2
    np.testing.assert_array_equal(values, numbers * 2)
    for number in numbers:
        alone = messages.Feature(int64_list=messages.Int64List(value=[number, 1]))
        _, values = decode_values([read_values(alone.SerializeToString(), int64)], int64)
        assert values.tolist() == [number, 1]


def test_a_cut_example_is_never_taken_for_a_whole_one() -> None:
    feature = messages.Feature(int64_list=messages.Int64List(value=[1, 300]))
    whole = messages.Example(
        features=messages.Features(feature={"a": feature, "b": feature})
    ).SerializeToString()
    assert sorted(read_features(whole)) == [b"a", b"b"]
    for size in range(1, len(whole)):
        with pytest.raises(MalformedError):
            read_features(whole[:size])


def test_a_sequence_example_has_a_context_and_lists() -> None:
    feature = messages.Feature(int64_list=messages.Int64List(value=[1]))
    found = messages.FeatureList(feature=[feature, messages.Feature()])
    example = messages.SequenceExample(
        context=messages.Features(feature={"c": feature}),
        feature_lists=messages.FeatureLists(feature_list={"l": found}),
    )
    context, lists = read_sequences(example.SerializeToString())
    assert context == {b"c": feature.SerializeToString()}
    assert lists == {b"l": [feature.SerializeToString(), b""]}


def test_what_some_scripts_write_is_refused_as_by_tensorflow() -> None:  # read off TensorFlow 2.15
    with pytest.raises(TypeError, match="No positional arguments allowed"):
        messages.Example(messages.Features())
    with pytest.raises(ValueError, match='Protocol message Feature has no "feature" field'):
        messages.Feature(feature={})
