"""Hyper-parameters; texts and results were checked with the HParams of TensorFlow 1.15's contrib."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from estimator.settings.hparams import HParams, parse_values


def made() -> HParams:
    return HParams(rate=0.1, units=[64, 32], name="net", is_big=False, steps=5, nothing=None)


def test_parameters_are_attributes_in_their_order() -> None:
    hparams = made()
    assert (hparams.rate, hparams.units, hparams.steps) == (0.1, [64, 32], 5)
    assert list(hparams.values()) == ["rate", "units", "name", "is_big", "steps", "nothing"]
    assert "rate" in hparams
    assert "rat" not in hparams
    assert str(HParams(b=1, a="x", c=[1.5])) == "b=1,a=x,c=[1.5]"
    assert repr(HParams(b=1, a="x")) == "HParams([('a', 'x'), ('b', 1)])"


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("rate=0.5", "rate", 0.5),
        ("rate=1", "rate", 1.0),
        ("rate=1e-3", "rate", 1e-3),
        ("units=[1]", "units", [1]),
        ("units=[1, 2,3 4]", "units", [1, 2, 3, 4]),
        ("units=[]", "units", []),
        ("name=big net", "name", "big net"),
        ("name=", "name", ""),
        ("name=a=b", "name", "a=b"),
        ("is_big=true", "is_big", True),
        ("is_big=False", "is_big", False),
        ("is_big=2", "is_big", True),
        ("steps = 7", "steps", 7),
        ("", "steps", 5),
        ("steps=7,", "steps", 7),
    ],
)
def test_a_text_changes_what_it_names(text: str, name: str, value: Any) -> None:
    hparams = made()
    assert hparams.parse(text) is hparams
    assert getattr(hparams, name) == value
    assert type(getattr(hparams, name)) is type(value)


def test_a_text_may_have_several_assignments() -> None:
    assert made().parse("units=[8,4],name=x, rate=2,is_big=1").values() == {
        "rate": 2.0, "units": [8, 4], "name": "x", "is_big": True, "steps": 5, "nothing": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rate=fast", "Could not parse hparam 'rate' of type 'float' with value 'fast' in rate=fast"),
        ("steps=1.5", "Could not parse hparam 'steps' of type 'int' with value '1.5'"),
        ("is_big=maybe", "Could not parse hparam 'is_big' of type 'bool' with value 'maybe'"),
        ("units=[1,x]", "Could not parse hparam 'units' of type 'int' with value '1,x'"),
        ("nothing=1", "Could not parse hparam 'nothing' of type 'NoneType'"),
        ("rte=1", r"Unknown hyperparameter type for rte\. Did you mean 'rate'"),
        ("xyzzy=1", r"Unknown hyperparameter type for xyzzy\. Known: .*rate"),
        ("rate", "Malformed hyperparameter value: rate"),
        ("steps=1,=2", "Malformed hyperparameter value: =2"),
        ("steps=1,steps=2", "Multiple assignments to variable 'steps' in steps=1,steps=2"),
        ("units=3", r"Must pass a list for multi-valued parameter: units; given: 3"),
        ("steps=[3]", r"Must not pass a list for single-valued parameter: steps; given: \[3\]"),
        ("units[0]=3", "Must pass a list for multi-valued parameter: units"),
    ],
)
def test_a_text_that_does_not_fit_is_refused(text: str, message: str) -> None:
    hparams = made()
    with pytest.raises(ValueError, match=message):
        hparams.parse(text)
    assert hparams.values() == made().values()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a=1,b=2.5", {"a": 1, "b": 2.5}),
        ("c[1]=3,c[0]=4", {"c": {1: 3, 0: 4}}),
        ("c=[3,4]", {"c": [3, 4]}),
    ],
)
def test_values_of_a_text_are_found_by_name(text: str, found: dict[str, Any]) -> None:
    assert parse_values(text, {"a": int, "b": float, "c": int}) == found


def test_unknown_names_of_a_text_may_be_passed_over() -> None:
    assert parse_values("x=3,a=1", {"a": int}, ignore_unknown=True) == {"a": 1}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("c[0]=[1]", "Assignment of a list to a list index"),
        ("c[0]=1,c[0]=2", r"Multiple assignments to variable 'c\[0\]'"),
        ("c=1,c[0]=2", "Multiple assignments to variable 'c'"),
        ("c[0]=1,c=2", "Multiple assignments to variable 'c'"),
    ],
)
def test_an_element_is_assigned_once(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_values(text, {"c": int})


@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [
        ("rate", 2, 2.0), ("units", [1], [1]), ("units", (3, 4), [3, 4]), ("nothing", "any", "any"), ("name", b"x", None),
    ],
)  # fmt: skip
def test_a_value_becomes_one_of_the_parameters_type(name: str, value: Any, stored: Any) -> None:
    hparams = made()
    hparams.set_hparam(name, value)
    assert getattr(hparams, name) == (str(value) if stored is None else stored)


@pytest.mark.parametrize(
    ("name", "value"),
    [("rate", "2"), ("rate", True), ("steps", 2.0), ("is_big", 1), ("name", 3), ("units", ["x"])],
)
def test_a_value_of_another_kind_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"Could not cast hparam '{name}' of type"):
        made().set_hparam(name, value)


def test_a_name_that_is_not_there_is_answered_with_the_nearest() -> None:
    with pytest.raises(KeyError, match="no hyperparameter 'rte'. Did you mean 'rate'"):
        made().set_hparam("rte", 1)
    with pytest.raises(AttributeError, match="no hyperparameter 'rte'. Did you mean 'rate'"):
        made().rte  # noqa: B018


def test_parameters_come_and_go() -> None:
    hparams = HParams(a=1)
    hparams.add_hparam("b", [1.5])
    hparams.del_hparam("a")
    hparams.del_hparam("zzz")
    assert hparams.values() == {"b": [1.5]}
    for name, value, message in (
        ("b", 2, "reserved: b"),
        ("values", 2, "reserved: values"),
        ("c", [], "be empty: c"),
    ):
        with pytest.raises(ValueError, match=message):
            hparams.add_hparam(name, value)


def test_json_goes_there_and_back() -> None:
    hparams = made()
    text = hparams.to_json(sort_keys=True)
    assert text.startswith('{"is_big": false, "name": "net"')
    assert HParams(rate=1.0, units=[0], name="", is_big=True, steps=0, nothing=None).parse_json(
        text
    ).values() == (hparams.values())
    assert HParams(a=1).to_json(indent=1, separators=(",", ":")) == '{\n "a":1\n}'


def test_a_default_must_be_of_the_parameters_type() -> None:
    hparams = made()
    assert (hparams.get("rate"), hparams.get("rate", 3), hparams.get("zzz", 3)) == (0.1, 0.1, 3)
    assert hparams.get("units", [1]) == [64, 32]
    with pytest.raises(ValueError, match="'units' of type 'list<int>' is incompatible with default=1"):
        hparams.get("units", 1)
    with pytest.raises(ValueError, match=r"incompatible with default='x'\. Could not cast"):
        hparams.get("rate", "x")


def test_a_structure_is_kept_beside_them_and_a_proto_refused() -> None:
    hparams = HParams(model_structure="mine", a=1)
    assert hparams.get_model_structure() == "mine"
    hparams.set_model_structure(3)
    assert (hparams.get_model_structure(), hparams.values()) == (3, {"a": 1})
    assert hparams.set_from_map({"a": 2}).a == 2
    with pytest.raises(ValueError, match="hparam_def is not available"):
        HParams(hparam_def="x")  # type: ignore[arg-type]


def test_copies_have_parameters_of_their_own() -> None:
    first = made()
    for second in (copy.deepcopy(first), copy.copy(first), pickle.loads(pickle.dumps(first))):  # noqa: S301  own
        second.parse("rate=9") if second is not first else None
        assert second.rate == 9.0
    assert first.rate == 0.1
