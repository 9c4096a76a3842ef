"""Paddings that do not fit, known beforehand and only in the run; kinds of error as TensorFlow's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.runtime.session import Session

PADS: dict[str, Callable[..., Any]] = {
    "Pad": b.Pad,
    "REFLECT": lambda x, paddings: b.MirrorPad(x, paddings, mode="REFLECT"),
    "SYMMETRIC": lambda x, paddings: b.MirrorPad(x, paddings, mode="SYMMETRIC"),
}
BAD = [
    ("Pad", [[0, -1]], r"paddings must be non-negative, given: \[\[0, -1\]\]"),
    ("REFLECT", [[-1, 0]], "paddings must be non-negative"),
    ("REFLECT", [[0, 3]], "REFLECT continues 3 values by 2 at most"),
    ("SYMMETRIC", [[4, 0]], "SYMMETRIC continues 3 values by 3 at most"),
]


@pytest.mark.parametrize(("pad", "paddings", "message"), BAD)
def test_what_does_not_fit_is_refused_where_it_is_made(pad: str, paddings: Any, message: str) -> None:
    with Graph().as_default(), pytest.raises(ValueError, match=message):
        PADS[pad](np.float32([1, 2, 3]), paddings)


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
@pytest.mark.parametrize("known", ["size", "nothing"])
@pytest.mark.parametrize(("pad", "paddings", "message"), BAD)
def test_what_does_not_fit_is_refused_by_the_run(
    pad: str, paddings: Any, message: str, known: str, executor: str
) -> None:
    with Graph().as_default():
        x = b.Placeholder(dtype="float32", shape=[3 if known == "size" else None])
        widths = b.Placeholder(dtype="int32", shape=[1, 2])
        y = PADS[pad](x, widths)
        feeds = {x: [1, 2, 3], widths: paddings}
        with Session(executor=executor) as session:
            for _ in range(2):
                with pytest.raises(InvalidArgumentError, match=message):
                    session.run(y, feeds)


@pytest.mark.parametrize(("pad", "paddings"), [("REFLECT", [[2, 2]]), ("SYMMETRIC", [[3, 3]])])
def test_as_much_as_there_is_can_be_mirrored(pad: str, paddings: Any) -> None:
    with Graph().as_default(), Session() as session:
        expected = np.pad(np.float32([1, 2, 3]), paddings, mode=pad.lower())  # type: ignore[call-overload]
        assert (session.run(PADS[pad](np.float32([1, 2, 3]), paddings)) == expected).all()
