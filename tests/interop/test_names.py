"""The stored names are those that TensorFlow gives."""

from __future__ import annotations

import json

from tests.calls_of_tf import CALLS
from tests.interop.conftest import TensorFlow
from tests.test_names import STORED


def test_tensorflow_gives_the_stored_names(tensorflow: TensorFlow) -> None:
    answer = tensorflow.answer("tf_names.py", {"calls": CALLS})
    assert answer == json.loads(STORED.read_text()), (
        "write the answer of tests/interop/tf_names.py to tests/data/tf/names.json: see tests/test_names.py"
    )
