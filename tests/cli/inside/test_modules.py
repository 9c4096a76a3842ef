"""Names that a module lists in docstrings."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from estimator.cli.inside.modules import make_all


def test_the_names_that_docstrings_list_are_those_of_the_module(monkeypatch: pytest.MonkeyPatch) -> None:
    module, other = ModuleType("listed", "Things.\n\n@@first\n@@gone\n"), ModuleType("other", "@@second")
    vars(module).update(first=1, second=2, third=3)
    monkeypatch.setitem(sys.modules, "listed", module)
    assert make_all("listed") == ["first"]
    assert make_all("listed", [module, other]) == ["first", "second"]
