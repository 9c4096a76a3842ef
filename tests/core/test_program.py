"""The entry point of a script."""

from __future__ import annotations

import sys

import pytest

from estimator.core import program


def test_main_gets_the_command_line_and_its_result_is_the_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["script.py", "--steps=3"])
    with pytest.raises(SystemExit) as end:
        program.run(lambda argv: argv)
    assert end.value.code == ["script.py", "--steps=3"]


def test_without_an_argument_it_is_the_scripts_own_main(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["__main__"], "main", lambda argv: 7, raising=False)
    with pytest.raises(SystemExit) as end:
        program.run(argv=["script.py"])
    assert end.value.code == 7
