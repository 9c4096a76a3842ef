"""Parsing tf.Examples beyond single calls, which tests/test_parsing.py has."""

from __future__ import annotations

import pytest

from estimator import tf


def person(age: int) -> bytes:
    feature = tf.train.Feature(int64_list=tf.train.Int64List(value=[age]))
    example = tf.train.Example(features=tf.train.Features(feature={"age": feature}))
    data: bytes = example.SerializeToString()
    return data


def test_datasets_parse_batches_and_single_examples_alike() -> None:
    spec = {"age": tf.FixedLenFeature([], tf.int64), "words": tf.VarLenFeature(tf.string)}
    people = tf.data.Dataset.from_tensor_slices([person(age) for age in (3, 300, 30)])
    batches = people.batch(2).map(lambda texts: tf.parse_example(texts, spec)["age"])
    singles = people.map(lambda text: tf.parse_single_example(text, spec)["age"]).batch(2)
    for dataset in (batches, singles):
        following = tf.data.make_one_shot_iterator(dataset).get_next()
        with tf.Session() as session:
            assert [session.run(following).tolist() for _ in range(2)] == [[3, 300], [30]]


def test_all_that_is_wrong_with_the_features_is_said_at_once() -> None:
    wrong = {"a": 5, "b": tf.VarLenFeature(None), "c": tf.FixedLenFeature([None], tf.int64)}
    with pytest.raises(ValueError, match="Unsupported int 5 for key 'a'(?s:.*)feature b(?s:.*)feature c"):
        tf.parse_example([b""], wrong)


def test_a_missing_feature_is_named_beside_those_that_are_there() -> None:
    parsed = tf.parse_example([person(3)], {"agee": tf.FixedLenFeature([], tf.int64)}, example_names=["Ada"])
    with (
        tf.Session() as session,
        pytest.raises(tf.errors.InvalidArgumentError, match="Name: Ada, Feature: agee .*It has: age"),
    ):
        session.run(parsed)


def test_features_come_in_tensorflows_order() -> None:
    spec = {
        "z": tf.VarLenFeature(tf.int64),
        "m": tf.FixedLenFeature([], tf.int64, 1),
        "a": tf.FixedLenFeature([], tf.int64, 1),
        "c": tf.SparseFeature("k", "v", tf.float32, 5),
        "b": tf.VarLenFeature(tf.string),
        "y": tf.io.RaggedFeature(tf.int64),
        "d": tf.FixedLenSequenceFeature([], tf.int64, True),
        "x": tf.SparseFeature("k", "w", tf.float32, 5),
    }
    expected = ["b", "z", "a", "d", "m", "y", "c", "x"]  # printed by TensorFlow 2.15.1
    assert list(tf.parse_example([b""], spec)) == expected
    assert list(tf.parse_single_example(b"", spec)) == expected
