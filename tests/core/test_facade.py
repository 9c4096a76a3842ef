"""Names that are imported at their first use, and wrong names that are answered."""

from __future__ import annotations

import gc
import sys
import traceback
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

import pytest

from estimator.core.facade import lazy_names, name_table


@pytest.fixture
def module() -> Iterator[ModuleType]:
    """A module of nothing, where modules are found."""
    made = ModuleType("a_facade")
    sys.modules["a_facade"] = made
    yield made
    del sys.modules["a_facade"]


def _lazy(module: ModuleType) -> None:
    names = {"fractions": "Fraction", "colorsys": "to_rgb=hsv_to_rgb"}
    made = lazy_names("a_facade", names, modules="xml.dom")
    module.__all__, module.__getattr__, module.__dir__ = made  # type: ignore[method-assign]


def test_a_name_is_imported_at_its_first_use(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    _lazy(module)
    assert "colorsys" not in sys.modules
    assert module.to_rgb is sys.modules["colorsys"].hsv_to_rgb
    assert vars(module)["to_rgb"] is module.to_rgb  # found without a question from now on


def test_no_cycles_are_searched_while_a_module_is_imported(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    was_on: list[bool] = []

    def imported(name: str) -> ModuleType:
        was_on.append(gc.isenabled())
        return import_module(name)

    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    monkeypatch.setattr("estimator.core.facade.import_module", imported)
    _lazy(module)
    assert gc.isenabled()
    _ = module.to_rgb
    assert (was_on, gc.isenabled()) == ([False], True)


def test_a_module_is_public_under_its_last_name(module: ModuleType) -> None:
    _lazy(module)
    assert module.dom is sys.modules["xml.dom"]


def test_all_and_dir_list_the_names_before_they_are_loaded(module: ModuleType) -> None:
    _lazy(module)
    assert module.__all__ == ["Fraction", "dom", "to_rgb"]
    assert {"Fraction", "dom", "to_rgb", "__name__"} <= set(dir(module))


def test_a_wrong_name_is_answered_once(module: ModuleType) -> None:
    _lazy(module)
    with pytest.raises(AttributeError) as caught:
        _ = module.Fracton
    shown = "".join(traceback.format_exception_only(caught.value))
    assert "module 'a_facade' has no attribute 'Fracton'. Did you mean 'Fraction'?\n" in shown
    assert shown.count("Did you mean") == 1


def test_what_python_asks_for_itself_gets_a_plain_answer(module: ModuleType) -> None:
    _lazy(module)
    with pytest.raises(AttributeError, match="has no attribute '__wrapped__'$"):
        _ = module.__wrapped__


def test_the_table_says_where_each_name_is() -> None:
    assert name_table({"fractions": "Fraction Ratio=Rational"}, "xml.dom") == {
        "Fraction": ("fractions", "Fraction"),
        "Ratio": ("fractions", "Rational"),
        "dom": ("xml.dom", ""),
    }
