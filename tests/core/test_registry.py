"""Things by name, and answers to wrong names."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

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


# -- things that are not there yet -----------------------------------------------------------------------------------

colours: Registry[str] = Registry("colour")  # what the modules in the tests below add to


@pytest.fixture
def expected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Registry[str]]:
    """A registry that expects red and rose of a module `reds`, of which the text is given."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "reds", raising=False)
    registry: Registry[str] = Registry("colour")
    registry.expect({"reds": "red rose"})
    monkeypatch.setattr(sys.modules[__name__], "colours", registry)

    def write(text: str) -> Registry[str]:
        (tmp_path / "reds.py").write_text(f"from {__name__} import colours\n{text}")
        return registry

    return write


def test_what_is_expected_is_known_before_its_module_is_imported(
    expected: Callable[[str], Registry[str]],
) -> None:
    registry = expected("colours.add('red', 'f00'); colours.add('rose', 'f08')")
    assert "rose" in registry and list(registry) == ["red", "rose"] and len(registry) == 2
    with pytest.raises(ValueError, match="unknown colour 'rede'. Did you mean 'red'"):
        registry.get("rede")
    assert "reds" not in sys.modules and registry.present() == set()
    assert registry.get("rose") == "f08"
    assert registry.present() == {"red", "rose"}


@pytest.mark.parametrize("ask", [len, sorted, lambda known: "red" in known, lambda known: known.get("red")])
def test_who_tells_what_is_expected_is_imported_when_something_is_asked_for(
    ask: Callable[[Registry[str]], Any],
    expected: Callable[[str], Registry[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = ask(expected("colours.add('red', 'f00'); colours.add('rose', 'f08')"))
    monkeypatch.delitem(sys.modules, "reds", raising=False)
    text = f"from {__name__} import colours\ncolours.expect({{'reds': 'red rose'}})"
    (tmp_path / "teller.py").write_text(text)
    monkeypatch.delitem(sys.modules, "teller", raising=False)
    registry = Registry[str]("colour", told_by="teller")
    monkeypatch.setattr(sys.modules[__name__], "colours", registry)
    assert "teller" not in sys.modules
    assert ask(registry) == answer
    assert "teller" in sys.modules


def test_a_name_that_is_expected_is_taken(expected: Callable[[str], Registry[str]]) -> None:
    registry = expected("colours.add('red', 'f00')")
    with pytest.raises(ValueError, match="colour 'red' is declared twice"):
        registry.add("red", "e00")
    assert registry.get("red") == "f00"


def test_a_module_that_could_not_be_imported_is_tried_again(
    expected: Callable[[str], Registry[str]],
) -> None:
    registry = expected("colours.add('red', 'f00')\nraise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        registry.get("rose")
    assert registry.present() == set()
    expected("colours.add('red', 'f00')\ncolours.add('rose', 'f08')  # of another size: no stale bytecode")
    assert registry.get("red") == "f00"


def test_a_thread_waits_for_the_module_that_another_imports(
    expected: Callable[[str], Registry[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, go = threading.Event(), threading.Event()
    monkeypatch.setattr(sys.modules[__name__], "inside", inside, raising=False)
    monkeypatch.setattr(sys.modules[__name__], "go", go, raising=False)
    registry = expected(
        f"from {__name__} import go, inside\ninside.set()\ngo.wait(5)\ncolours.add('red', 'f00')"
    )
    found: list[str] = []
    first = threading.Thread(target=registry.get, args=["red"])
    first.start()
    assert inside.wait(5)
    second = threading.Thread(target=lambda: found.append(registry.get("red")))
    second.start()
    go.set()
    first.join(5), second.join(5)
    assert found == ["f00"]


def test_a_name_without_an_end_is_not_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "difflib", None)  # so that it cannot be imported
    assert nearest("iris" * 10_000, ["iris", "census"]) == []
    with pytest.raises(ImportError):
        nearest("irs", ["iris", "census"])
