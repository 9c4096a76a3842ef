"""The reference has every public name: described once, and linked or listed everywhere else."""

from __future__ import annotations

import re

import pytest

import estimator as est
from docs import public_names
from tests.manual import ROOT

REFERENCE = ROOT / "docs" / "reference"


def test_every_page_of_the_reference_is_in_its_table() -> None:
    listed = re.findall(
        r"^\| \[[^]]*\]\((\w+\.md)\) \|", (REFERENCE / "index.md").read_text("utf-8"), re.MULTILINE
    )
    assert sorted([*listed, "index.md"]) == sorted(page.name for page in REFERENCE.glob("*.md"))


def test_every_namespace_of_est_is_described() -> None:
    described = public_names.described_namespaces()
    listed = {"estimator.tf", "estimator.keras"}  # in tables of names
    inside = {module.__name__ for name in est.__all__ if isinstance(module := getattr(est, name), type(est))}
    assert inside - listed <= set(described)
    assert set(described) <= set(public_names.namespaces())


def test_a_name_of_two_namespaces_is_described_in_the_first() -> None:
    assert public_names.places()[id(est.FeedFnHook)] == "estimator.FeedFnHook"
    page = public_names.with_members(".. automodule:: estimator.tf.train\n   :members:\n")
    assert ":members: AdadeltaOptimizer, AdagradDAOptimizer," in page
    assert ":py:obj:`FeedFnHook <estimator.FeedFnHook>`" in page


def test_what_no_page_describes_is_listed_with_its_first_sentence() -> None:
    page = public_names.with_lists("<!-- the names of estimator.tf.signal -->")
    assert page.startswith("## tf.signal\n")
    row = next(line for line in page.splitlines() if line.startswith("| `fft` |"))
    assert row == f"| `fft` | {est.tf.signal.fft.__doc__.splitlines()[0]} |"


def test_what_a_page_describes_is_linked_from_the_lists() -> None:
    page = public_names.with_lists("<!-- the names of estimator.tf but those of estimator.tf.contrib -->")
    assert "| {py:obj}`exp <estimator.tf.math.exp>` |" in page
    assert "## tf.contrib" not in page and "## tf.signal" in page


@pytest.mark.parametrize(
    ("docstring", "sentence"),
    [
        ("One sentence. Another one.\n\nMore.", "One sentence."),
        ("The gradient of :func:`~estimator.tf.nn.relu`, as ``y > 0``.", "The gradient of `estimator.tf.nn.relu`, as `y > 0`."),
        ("log |x| of x.", "log \\|x\\| of x."),
        (None, ""),
    ],
)  # fmt: skip
def test_a_first_sentence_is_plain_text(docstring: str | None, sentence: str) -> None:
    def function() -> None: ...

    function.__doc__ = docstring
    assert public_names.first_sentence(function) == sentence
