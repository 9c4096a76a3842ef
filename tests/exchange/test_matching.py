"""Rules between names, and what goes by shape."""

from __future__ import annotations

import pytest

from estimator.core.errors import UsageError
from estimator.exchange.matching import OURS, TORCH, by_shape, chosen, match, rules_of
from estimator.exchange.pairing import Layer, torch_layers

TO_OURS, TO_TORCH = (TORCH, OURS), (OURS, TORCH)


@pytest.mark.parametrize(
    ("rule", "name", "renamed"),
    [
        ("fc1=dense", "fc1", "dense"),
        ("fc1=dense", "fc10", None),
        ("fc.1=dense", "fcx1", None),  # a point is itself
        ("layers.*=block_*/dense", "layers.7", "block_7/dense"),
        ("layers.*=block_*/dense", "layers.7.fc", None),
        ("*.fc=*", "a.fc", "a"),
        ("a*.b*=x*/y*", "a1.b2", "x1/y2"),
        ("module.**=**", "module.encoder.fc", "encoder/fc"),
        ("**=dnn/**", "encoder.fc", "dnn/encoder/fc"),
        ("**.fc=top/**", "a.b.fc", "top/a/b"),
        ("=dense", "", "dense"),
        ("**=net/**", "", "net"),  # of a tensor in no layer
        ("a=", "a", ""),
    ],
)
def test_a_rule_says_what_a_name_is_in_the_target(rule: str, name: str, renamed: str | None) -> None:
    assert rules_of([rule])[0].renamed(name, TO_OURS) == renamed


def test_separators_become_those_of_the_other_side_in_either_direction() -> None:
    assert rules_of(["dnn/**=**"])[0].renamed("dnn/a/b", TO_TORCH) == "a.b"


def test_rules_that_are_none_are_named_all_at_once() -> None:
    with pytest.raises(UsageError, match="3 problems") as caught:
        rules_of(["fc", "a.*=b", "*.**=**/*", "a=b"])
    assert [text in str(caught.value) for text in ("'fc'", "'a.*=b'", "'*.**=**/*'", "'a=b'")] == [
        True
    ] * 3 + [False]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("head", ["head.fc.weight"]),
        ("*.fc", ["head.fc.weight"]),
        ("**.weight", ["head.fc.weight", "header.weight"]),
    ],
)
def test_a_pattern_chooses_names_and_what_lies_below_them(pattern: str, found: list[str]) -> None:
    assert chosen(pattern, ["head.fc.weight", "header.weight", "x"]) == found


LAYERS = torch_layers(["a.weight", "a.bias", "b.weight", "b.bias", "c.weight"])


def test_the_first_rule_that_fits_counts_and_tensors_may_go_by_themselves() -> None:
    found = match(
        LAYERS,
        rules_of(["a.bias=other/offset", "a=dense", "a.weight=never", "b=dense_1", "d.weights=x"]),
        TO_OURS,
        None,
    )
    assert [(one.source.tensors, one.target, one.is_tensor) for one in found.found] == [
        ({"bias": "a.bias"}, "other/offset", True),
        ({"weight": "a.weight"}, "dense", False),
        ({"weight": "b.weight", "bias": "b.bias"}, "dense_1", False),
    ]
    assert [layer.name for layer in found.rest] == ["c"]
    assert found.problems[0] == "all that fits 'a.weight=never' goes by an earlier rule."
    assert found.problems[1].startswith("nothing in the source fits 'd.weights=x'. Did you mean 'c.weight'")


def test_equal_names_need_no_rule_where_the_target_is_known() -> None:
    layers = torch_layers(["encoder.fc.weight", "head.weight"])
    found = match(layers, [], TO_OURS, [Layer("encoder/fc", {"kernel": "encoder/fc/kernel"})])
    assert [(one.source.name, one.target, one.by) for one in found.found] == [
        ("encoder.fc", "encoder/fc", "same name")
    ]
    assert [layer.name for layer in found.rest] == ["head"]


SIZES = {"a": 1, "b": 2, "c": 2, "d": 3, "x": 1, "y": 2, "z": 2, "w": 4}


def fits(layer: Layer, other: Layer) -> bool:
    return SIZES[layer.name] == SIZES[other.name]


def test_shapes_that_leave_no_choice_count_and_others_are_proposed_in_order() -> None:
    source, target = ([Layer(name, {}) for name in names] for names in ("abcd", "xyzw"))
    found, proposed = by_shape(source, target, fits)
    assert [(one.source.name, one.target) for one in found] == [("a", "x")]
    assert proposed == [("b", "y"), ("c", "z")]


def test_two_that_fit_the_same_one_are_a_choice_too() -> None:
    found, proposed = by_shape([Layer("b", {}), Layer("c", {})], [Layer("y", {})], fits)
    assert found == []
    assert proposed == [("b", "y")]
