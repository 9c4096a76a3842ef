"""Characters of texts refuse what they cannot do; tests/values_of_tf.py has what they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from estimator import tf
from estimator.core.errors import InvalidArgumentError

WRONG = b"a\xff"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: tf.strings.unicode_decode([WRONG], "UTF-8", "strict"),
            r"b'a\\xff' is no utf-8 text at byte 1",
        ),
        (
            lambda: tf.strings.unicode_transcode([WRONG], "UTF-8", "UTF-8", "strict"),
            "Invalid formatting on input",
        ),
        (lambda: tf.strings.unicode_encode([[0xFFFF]], "UTF-8", "strict"), "out of range for Unicode.*65535"),
        (lambda: tf.strings.unicode_decode([b"a"], "UTF-9"), "'UTF-9' is not known; UTF-8, UTF-16-BE"),
        (lambda: tf.strings.unicode_decode([b"a"], "UTF-8", replacement_char=-1), "codepoint range: -1"),
        (lambda: tf.io.parse_tensor(b"abc", tf.float32), "b'abc' is no serialized tensor"),
        (lambda: tf.io.parse_tensor(b"", tf.float32), "b'' is no serialized tensor: 0 is not a dtype"),
        (lambda: tf.io.parse_tensor([b"a"], tf.float32), r"takes a scalar, given the shape \(1,\)"),
        (
            lambda: tf.io.parse_tensor(tf.io.serialize_tensor([1]), tf.float32),
            r"Type mismatch between parsed tensor \(int32\) and dtype \(float32\): ask for int32",
        ),
        (lambda: tf.io.decode_base64(["a+b/"]), "not in the base 64 of URLs, with '-' and '_'"),
        (lambda: tf.io.decode_base64(["YQ="]), "filled up to no whole group of four"),
        (lambda: tf.io.decode_base64(["YWJj===="]), "filled up to no whole group of four"),
        (lambda: tf.io.decode_base64(["YWJjY"]), "a byte too many"),
        (lambda: tf.io.decode_base64(["YQ\n"]), "Only base64 data is allowed"),
    ],
)
def test_a_run_says_what_is_wrong(run: Callable[..., Any], call: Any, message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        run(call())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: tf.strings.unicode_decode(["a"], "UTF-8", "replce"),
            "errors must be one of.*Did you mean 'replace'",
        ),
        (
            lambda: tf.strings.unicode_encode([[97]], "UTF-16"),
            "output_encoding must be one of UTF-8, UTF-16-BE",
        ),
        (lambda: tf.strings.unicode_encode(97, "UTF-8"), "at least one dimension, of characters"),
        (
            lambda: tf.strings.unicode_decode(tf.placeholder(tf.string), "UTF-8"),
            "the rank of the input must be known",
        ),
    ],
)
def test_what_is_known_is_refused_at_once(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_a_ragged_value_is_taken(run: Callable[..., Any]) -> None:
    value = tf.compat.v1.ragged.constant_value([["ab"], [], ["c", ""]])
    found = run(tf.strings.unicode_decode(value, "UTF-8"))
    assert found.values.row_splits.tolist() == [0, 2, 3, 3]
    assert found.row_splits.tolist() == [0, 1, 1, 3]


def test_an_unknown_number_of_texts_is_taken(run: Callable[..., Any]) -> None:
    texts = tf.placeholder(tf.string, [None, None])
    letters = tf.strings.unicode_split(texts, "UTF-8")
    found = run(letters.flat_values, {texts: [["ab", "c"], ["", "d"]]})
    assert found.tolist() == [b"a", b"b", b"c", b"d"]
