"""What may stand in a checkpoint, and what is refused with advice."""

from __future__ import annotations

from collections import UserDict
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.trackable import check_trackable, children_of


class Plain:
    """An object of whose attributes nobody knows."""


@pytest.mark.parametrize(
    ("value", "advice"),
    [
        (3, r"Use a numpy array, for example np.array\(3\)"),
        ("text", "cannot be restored in place"),
        (None, "a variable, or a mapping or list of these"),
        (np.array(["a"]), "text is an object array of bytes"),
        (np.zeros(2, "datetime64[s]"), "a checkpoint cannot hold"),
        ({"deep": [1.5]}, "'x/deep/0' is 1.5"),
        (
            Plain(),
            r"Derive its class from tf.Module, or give its variables: \{'w': value.w\}",
        ),
        (range(3), "range"),
    ],
    ids=["number", "text", "none", "letters", "dates", "deep", "plain", "range"],
)
def test_what_has_no_place_to_restore_into_is_refused(value: Any, advice: str) -> None:
    with pytest.raises(TypeError, match=advice):
        check_trackable(value, "x")


def test_children_are_what_can_hold_values() -> None:
    array = np.zeros(2)
    assert list(children_of(array)) == []
    assert list(children_of([array, 3, None, "text", [], (3, 3)])) == [("0", array), ("4", [])]
    assert [name for name, _ in children_of({"settings": (1, 2), "pair": (1, array)})] == ["pair"]
    assert [name for name, _ in children_of(UserDict({"a": {}, 3: array, "f": len}))] == ["a", "3"]
