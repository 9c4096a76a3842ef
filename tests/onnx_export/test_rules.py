"""What rules have in common."""

from __future__ import annotations

import pytest

from estimator.onnx_export import arrays, elementwise, images, products, reductions, sparse
from estimator.onnx_export.exporting import RULES
from estimator.onnx_export.rules import FLOATS, Rules, axis_of


def test_no_op_has_two_rules() -> None:
    families = (arrays, elementwise, images, products, reductions, sparse)
    assert sum(len(family.RULES) for family in families) == len(RULES)


def test_a_rule_serves_all_the_ops_that_it_names() -> None:
    rules = Rules()

    @rules("One Two", FLOATS)
    def rule() -> str:
        return "done"

    assert {name: entry.translate() for name, entry in rules.items()} == {"One": "done", "Two": "done"}


@pytest.mark.parametrize(("axis", "from_the_front"), [(0, 0), (2, 2), (-1, 2), (-3, 0)])
def test_an_axis_is_counted_from_the_front(axis: int, from_the_front: int) -> None:
    assert axis_of(axis, 3) == from_the_front
