"""Curves as a picture: a file of its kind with every tag and run in it, the same each time; who lacks matplotlib is told."""

from __future__ import annotations

import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from estimator.summaries.curves import Curve
from estimator.summaries.picture import draw, format_of

CURVES = {
    "loss": {
        "iris": Curve(np.array([1, 2, 3]), np.array([1.0, np.nan, 0.5])),
        "iris/eval": Curve(np.array([3]), np.array([0.7])),
    },
    "a$b_{": {"iris": Curve(np.array([1]), np.array([np.inf]))},  # no formula
}


def test_a_png_is_one() -> None:
    pytest.importorskip("matplotlib")
    assert draw(CURVES, "png").startswith(b"\x89PNG\r\n")


def test_an_svg_has_each_tag_and_run_and_is_the_same_each_time() -> None:
    pytest.importorskip("matplotlib")
    picture = draw(CURVES, "svg", smooth=0.6)
    assert ElementTree.fromstring(picture).tag.endswith("svg")
    shown = picture.decode()
    assert all(f"<!-- {text} -->" in shown for text in ("loss", "iris", "iris/eval", "a$b_{", "step"))
    assert draw(CURVES, "svg", smooth=0.6) == picture


def test_who_lacks_matplotlib_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"pip install 'numpy-estimator\[plot\]'.*without --output"):
        draw(CURVES, "svg")


@pytest.mark.parametrize(("name", "kind"), [("a.svg", "svg"), ("b/c.PNG", "png")])
def test_the_kind_follows_from_the_name(name: str, kind: str) -> None:
    assert format_of(name) == kind


@pytest.mark.parametrize("name", ["a.jpg", "png", "a.svg.gz"])
def test_another_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"ends in \.svg or \.png, given: "):
        format_of(name)
