"""Things by name, and answers to wrong names."""

from __future__ import annotations

import pytest

from estimator.core.registry import Registry, did_you_mean, nearest


@pytest.fixture
def optimizers() -> Registry[int]:
    registry: Registry[int] = Registry("optimizer")
    for number, name in enumerate(["SGD", "Adagrad", "Adadelta", "Adam"]):
        registry.add(name, number)
    return registry


def test_things_are_found_by_name(optimizers: Registry[int]) -> None:
    assert optimizers.get("Adam") == 3
    assert "Adam" in optimizers and "Adom" not in optimizers
    assert list(optimizers) == ["Adadelta", "Adagrad", "Adam", "SGD"]
    assert len(optimizers) == 4


def test_a_wrong_name_is_answered_with_the_nearest_ones(optimizers: Registry[int]) -> None:
    with pytest.raises(ValueError, match="unknown optimizer 'adgrad'. Did you mean 'Adagrad'"):
        optimizers.get("adgrad")


def test_a_name_like_no_other_is_answered_with_all(optimizers: Registry[int]) -> None:
    with pytest.raises(ValueError, match="unknown optimizer 'xyz'. Known: Adadelta, Adagrad, Adam, SGD."):
        optimizers.get("xyz")


def test_a_long_list_is_not_shown() -> None:
    registry: Registry[int] = Registry("op")
    for number in range(21):
        registry.add(f"Op{number}", number)
    with pytest.raises(ValueError, match="^unknown op 'xyz'.$"):
        registry.get("xyz")


def test_a_name_is_taken_once(optimizers: Registry[int]) -> None:
    with pytest.raises(ValueError, match="optimizer 'Adam' is declared twice"):
        optimizers.add("Adam", 9)


def test_a_name_that_is_like_none_is_answered_with_those_that_begin_with_it() -> None:
    known = ["l2_regularizer", "l1_regularizer", "l2_regularizer_of_rows"]
    assert nearest("L2", known) == ["l2_regularizer", "l2_regularizer_of_rows"]
    assert nearest("l", known) == nearest("r2", known) == []


def test_nearest_names_do_not_mind_the_case() -> None:
    assert nearest("DENSE", ["dense", "density", "conv"]) == ["dense", "density"]
    assert did_you_mean("dense", []) == ""
    assert did_you_mean("dens", ["dense", "tense"]) == " Did you mean 'dense' or 'tense'?"


def test_of_names_that_differ_in_case_alone_both_are_told_the_nearer_first() -> None:
    known = ["Dense", "dense", "Flatten", "dropout"]
    assert nearest("dens", known) == ["dense", "Dense"]
    assert nearest("Dens", known) == ["Dense", "dense"]
