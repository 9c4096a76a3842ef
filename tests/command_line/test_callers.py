"""Which module defines a flag."""

from __future__ import annotations

import sys

import pytest

from estimator.command_line import callers
from estimator.tf import flags


def test_the_script_goes_under_the_name_it_was_called_by(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["script.py"])
    assert callers.public_name("__main__") == "script.py"
    assert callers.public_name(sys) == "sys"


def test_flags_of_a_module_that_disclaims_them_are_its_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callers, "_disclaimed", set())
    values = flags.FlagValues()
    flags.DEFINE_string("mine", "", "help", flag_values=values)
    flags.disclaim_key_flags()
    flags.DEFINE_string("yours", "", "help", flag_values=values)
    assert values.find_module_defining_flag("mine") == __name__
    assert values.find_module_defining_flag("yours") not in (__name__, None)
