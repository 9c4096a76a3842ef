"""The stored numbers are those that TensorFlow gives."""

from __future__ import annotations

from typing import Any

import pytest

from tests import distributions_of_tf, values_of_tf
from tests.functions.distributions import test_values as of_distributions
from tests.interop.conftest import TensorFlow
from tests.test_values import ANSWERS, same

TABLES = [(values_of_tf.CALLS, ANSWERS), (distributions_of_tf.CALLS, of_distributions.ANSWERS)]


@pytest.mark.parametrize(("calls", "answers"), TABLES, ids=["values", "distributions"])
def test_tensorflow_gives_the_stored_numbers(
    tensorflow: TensorFlow, calls: list[str], answers: dict[str, Any]
) -> None:
    found = tensorflow.answer("tf_values.py", {"calls": calls})
    assert list(found) == list(answers)
    for call, stored in answers.items():
        for value, wanted in zip(found[call]["values"], stored["values"], strict=True):
            same(value, wanted)
