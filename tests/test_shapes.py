"""What is not known of the inputs' shapes takes nothing from what functions and layers of ``tf`` compute.

tests/data/tf/shapes.json was written by TensorFlow 2.15.1; with a new call in tests/shapes_of_tf.py it is made again by

    python -c "from tests.shapes_of_tf import CALLS; import json; print(json.dumps({'calls': CALLS}))" \\
        | .venv-tf/bin/python tests/interop/tf_shapes.py | sed 's/}, "/},\\n"/g' > tests/data/tf/shapes.json
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.shapes_of_tf import CALLS, VIEWS, outcome, shapes

ANSWERS = json.loads((Path(__file__).parent / "data" / "tf" / "shapes.json").read_text())

# Where TensorFlow knows more, of inputs of unknown rank.
LESS = (
    "tf.space_to_batch(",
    "tf.linalg.set_diag(",
    "tf.nn.sampled_softmax_loss(",
    "tf.nn.nce_loss(",
    "tf.image.sobel_edges(",
)
# Where TensorFlow is wrong: it takes an unknown size for -1, and gives a diagonal above the first no place.
WRONG = {("tf.linalg.diag(x, k=1)", "nothing known")}


def says_as_much(ours: Any, theirs: Any) -> bool:
    """Whether a shape contradicts nothing of another and knows all that this one knows."""
    if theirs is None or ours is None:
        return theirs is None
    return len(ours) == len(theirs) and all(
        size in (None, own) for own, size in zip(ours, theirs, strict=True)
    )


def test_every_call_has_tensorflows_answer() -> None:
    assert list(ANSWERS) == CALLS


@pytest.mark.parametrize("call", CALLS)
def test_no_less_is_known_of_shapes_than_by_tensorflow(call: str) -> None:
    ours = shapes(tf, call)
    for view, theirs in ANSWERS[call].items():
        if isinstance(theirs, str) or (call, view) in WRONG:  # it refuses; so may we
            continue
        if view == "rank unknown" and call.startswith(LESS):
            continue
        assert not isinstance(ours[view], str), f"{view}: {ours[view]}, TensorFlow: {theirs}"
        assert len(ours[view]) == len(theirs)
        assert all(map(says_as_much, ours[view], theirs)), f"{view}: {ours[view]}, TensorFlow: {theirs}"


@pytest.mark.parametrize("call", CALLS)
def test_the_values_and_gradients_are_those_of_known_shapes(call: str) -> None:
    wanted = outcome(tf, call, "known")
    found = shapes(tf, call)
    for view in VIEWS:
        takes_one_for_many = call.startswith("tf.image.") and view == "rank unknown"  # as in TensorFlow
        if view == "known" or isinstance(found[view], str) or (takes_one_for_many and "pictures" in call):
            continue
        values = outcome(tf, call, view)
        assert len(values) == len(wanted), view
        for value, known in zip(values, wanted, strict=True):
            same(value, known, view)
    for shape, value in zip(found["known"], wanted, strict=False):  # and they have the shape that was told
        assert says_as_much(list(np.shape(value)), shape)


def same(value: Any, known: Any, view: str) -> None:
    if isinstance(known, tuple):  # rows of a gradient, or a sparse tensor
        for part, wanted in zip(value, known, strict=True):
            same(part, wanted, view)
    elif np.asarray(known).dtype.kind in "fc":
        np.testing.assert_allclose(value, known, rtol=1e-5, atol=1e-5, err_msg=view)
    elif known is not None:
        np.testing.assert_array_equal(value, known, view)
