"""Declarations of ops."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import DType, float32, int32
from estimator.core.shapes import TensorShape
from estimator.graph import op as op_module
from estimator.graph import rules
from estimator.graph.op import Arg, AttrDef, declare, op, parse_signature


@pytest.fixture(autouse=True)
def _empty_registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(op_module, "OPS", op_module.Registry("op"))
    yield


@pytest.mark.parametrize(
    ("signature", "inputs", "outputs"),
    [
        ("", [], []),
        ("a: T -> b: T", [Arg("a", type_attr="T")], [Arg("b", type_attr="T")]),
        (" x:float32,y : int32", [Arg("x", dtype=float32), Arg("y", dtype=int32)], []),
        ("-> all: N * T", [], [Arg("all", type_attr="T", number_attr="N")]),
        ("tags: N * string ->", [Arg("tags", dtype=op_module.dtypes.string, number_attr="N")], []),
        ("data: types[]", [Arg("data", list_attr="types")], []),
    ],
)
def test_signatures_are_read_as_tensorflow_writes_them(
    signature: str, inputs: list[Arg], outputs: list[Arg]
) -> None:
    assert parse_signature(signature) == (tuple(inputs), tuple(outputs))


@pytest.mark.parametrize("signature", ["a", "a: ", "a: 2 * ", "a: T -> b c: T", "a; T"])
def test_a_signature_that_cannot_be_read_is_answered(signature: str) -> None:
    with pytest.raises(
        ValueError, match="in an op signature; write 'name: T', 'name: N [*] T' or 'name: types"
    ):
        parse_signature(signature)


def test_an_argument_knows_whether_it_is_a_list() -> None:
    (one, many, mixed), _ = parse_signature("a: T, b: N * T, c: Tc[]")
    assert [arg.is_list for arg in (one, many, mixed)] == [False, True, True]


def test_attributes_are_implied_by_the_signature_or_declared_by_default_or_type() -> None:
    attrs = {
        "axis": 0, "rate": 0.5, "keep": False, "mode": "SAME", "dtype": DType, "shape": TensorShape, "sizes": list[int],
        "empty": [], "names": ["a"], "value": "tensor", "body": "func", "bodies": "list(func)",
    }  # fmt: skip
    made = declare("Test", "values: N * T, rest: Tout[]", shape=rules.no_output, attrs=attrs)
    kinds = {name: (attr.kind, attr.required, attr.default) for name, attr in made.attrs.items()}
    assert kinds == {
        "N": ("int", True, None),
        "T": ("type", True, None),
        "Tout": ("list(type)", True, None),
        "axis": ("int", False, 0),
        "rate": ("float", False, 0.5),
        "keep": ("bool", False, False),
        "mode": ("string", False, "SAME"),
        "dtype": ("type", True, None),
        "shape": ("shape", True, None),
        "sizes": ("list(int)", True, None),
        "empty": ("list(shape)", False, []),
        "names": ("list(string)", False, ["a"]),
        "value": ("tensor", True, None),
        "body": ("func", True, None),
        "bodies": ("list(func)", True, None),
    }
    assert made.function_attrs == ("body", "bodies")


def test_an_attribute_may_be_declared_in_full() -> None:
    axis = AttrDef("axis", "list(int)", [], required=False)
    assert declare("Test", "", shape=rules.no_output, attrs={"axis": axis}).attrs["axis"] is axis


def test_a_kernel_takes_the_attributes_it_names_and_the_run_if_it_wants_it() -> None:
    @op("Scale", "x: T -> y: T", attrs={"by": 2.0, "unused": 1}, shape=rules.like_first)
    def scale(xp: Any, x: Any, by: float, *, run: Any) -> Any:
        """x times by."""
        return xp.multiply(x, by)

    assert scale.kernel_attrs == ("by",)
    assert scale.takes_run
    assert scale.__doc__ == "x times by."
    assert scale(np, 3.0, 2.0, run=None) == 6.0
    assert op_module.OPS.get("Scale") is scale


def test_a_rule_and_an_emitter_are_added_by_decorators() -> None:
    made = declare("Test", "x: T -> y: T", shape=rules.like_first)
    assert made.gradient(print) is print
    assert made.emit(print) is print
    assert (made.gradient_rule, made.emitter) == (print, print)


def test_an_op_is_declared_once() -> None:
    declare("Test", "", shape=rules.no_output)
    with pytest.raises(ValueError, match="op 'Test' is declared twice"):
        declare("Test", "", shape=rules.no_output)
