"""Options of datasets; which there are, and of what types, is asked of TensorFlow in tests/test_datasets.py."""

from __future__ import annotations

import pytest

from estimator import tf
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.options import Options


def test_a_dataset_has_the_options_of_all_its_steps() -> None:
    first, second = Options(), Options()
    first.experimental_deterministic = False
    first.experimental_threading.private_threadpool_size = 4
    second.deterministic = True
    dataset = Dataset.range(3).with_options(first).map(lambda n: n).with_options(second)
    assert dataset.options().experimental_deterministic is True
    assert dataset.options().threading.private_threadpool_size == 4
    assert Dataset.range(3).options() == Options()
    assert first.deterministic is False


def test_options_are_no_other_recipe() -> None:
    assert Dataset.range(3).with_options(Options()).fingerprint() == Dataset.range(3).fingerprint()


def test_what_cannot_be_set_is_answered_with_the_nearest() -> None:
    with pytest.raises(AttributeError, match="determinist on Options. Did you mean 'deterministic'"):
        Options().determinist = True
    with pytest.raises(TypeError, match="'deterministic' of Options must be of type bool, given: 'no'"):
        tf.data.Options().deterministic = "no"
    with pytest.raises(TypeError, match="takes tf.data.Options, given: 3"):
        Dataset.range(3).with_options(3)  # type: ignore[arg-type]
