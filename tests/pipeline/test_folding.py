"""What is refused, and what cannot be seen in one run; which elements come TensorFlow says in tests/test_datasets.py."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.pipeline.dataset import Dataset

X = tf.data.experimental


def sevens() -> Dataset:
    return Dataset.range(7)


def test_each_run_of_a_reduction_reads_the_dataset_again_with_what_is_fed() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        size, begin = tf.placeholder(tf.int64, []), tf.placeholder(tf.int64, [])
        total = Dataset.range(size).map(lambda n: n + begin).reduce(begin, lambda state, n: state + n)
        assert session.run(total, {size: 3, begin: 10}) == 43
        assert session.run(total, {size: 1, begin: 2}) == 4


def test_samples_follow_the_weights_and_the_seed() -> None:
    sources = [Dataset.from_tensors(number).repeat() for number in range(3)]

    def drawn(seed: int) -> list[int]:
        dataset = Dataset.sample_from_datasets(sources, [0.5, 0.0, 1.5], seed).take(2000)
        return [int(number) for number in dataset.as_numpy_iterator()]

    # 0.25 * 2000 = 500 with a standard deviation of 19
    counts = np.bincount(drawn(1), minlength=3)
    assert abs(counts[0] - 500) < 100
    assert counts[1] == 0
    assert drawn(1) == drawn(1) != drawn(2)


def test_an_element_that_is_left_out_is_told_if_that_is_asked(caplog: pytest.LogCaptureFixture) -> None:
    dataset = Dataset.range(-1, 2).map(lambda n: 6 // n)
    assert [int(number) for number in dataset.ignore_errors().as_numpy_iterator()] == [-6, 6]
    assert not caplog.messages
    assert [
        int(number) for number in dataset.apply(X.ignore_errors(log_warning=True)).as_numpy_iterator()
    ] == [-6, 6]
    assert [message for message in caplog.messages if "left out" in message]


REFUSED: dict[str, tuple[Any, type[Exception], str]] = {
    "a state of another type": (
        lambda: sevens().reduce(0, lambda state, n: n),
        TypeError,
        "new state must match the initial state, 'int32.*gives 'int64",
    ),
    "a scan without a pair": (
        lambda: sevens().scan(np.int64(0), lambda state, n: n),
        TypeError,
        "Dataset.scan must return a pair",
    ),
    "a key that is a float": (
        lambda: sevens().group_by_window(lambda n: 1.0, lambda key, w: w, 2),
        ValueError,
        "Invalid `key_func`. `key_func` must return a `tf.int64` scalar",
    ),
    "no size of windows": (
        lambda: sevens().group_by_window(lambda n: n, lambda key, w: w),
        ValueError,
        "must pass either `window_size` or `window_size_func`",
    ),
    "too few batch sizes": (
        lambda: sevens().bucket_by_sequence_length(lambda n: n, [3], [2]),
        ValueError,
        r"len\(bucket_batch_sizes\)=1 and len\(bucket_boundaries\)=1",
    ),
    "values that are floats": (
        lambda: sevens().map(lambda n: n / 2).unique(),
        TypeError,
        "int32, int64 or string",
    ),
    "a negative weight": (
        lambda: Dataset.sample_from_datasets([sevens(), sevens()], [1.0, -1.0]),
        ValueError,
        "2 numbers that are not negative",
    ),
    "no datasets": (lambda: Dataset.sample_from_datasets([]), ValueError, "at least one dataset"),
    "choices that are texts": (
        lambda: Dataset.choose_from_datasets([sevens()], sevens().map(tf.as_string)),
        TypeError,
        "scalars of type tf.int64",
    ),
    "datasets of two kinds": (
        lambda: Dataset.choose_from_datasets([sevens(), sevens().map(tf.as_string)], sevens()),
        TypeError,
        "Dataset.choose_from_datasets joins",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused_with_its_name(name: str) -> None:
    make, error, message = REFUSED[name]
    with pytest.raises(error, match=message):
        make()
