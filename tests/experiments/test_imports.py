"""Dotted paths lead into modules that were named, and to what was made there; to nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from estimator.experiments.imports import Imports

MODULE = """
import os
import functools
from os import system

def here(): ...

class Kept:
    @staticmethod
    def method(): ...

ready = functools.partial(here)
smuggled = functools.partial(os.system)
_hidden = here
number = 3
"""


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package in the current folder, which is on no path."""
    folder = tmp_path / "ownpack"
    folder.mkdir()
    (folder / "__init__.py").write_text("from ownpack.parts import here\n")
    (folder / "parts.py").write_text(MODULE)
    (folder / "broken.py").write_text("import no_such_module_at_all\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [path for path in sys.path if path])
    for name in ("ownpack", "ownpack.parts", "ownpack.broken"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return folder


@pytest.mark.parametrize(
    "path",
    [
        "ownpack.here",
        "ownpack.parts.here",
        "ownpack.parts.Kept",
        "ownpack.parts.Kept.method",
        "ownpack.parts.ready",
    ],
)
def test_what_is_made_there_is_found_from_the_current_folder(path: str) -> None:
    assert callable(Imports(["ownpack"]).find(path))


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        ("ownpack.parts.os.system", "'os' is from 'os', and not from a module that may be imported"),
        ("ownpack.parts.system", "'system' is from 'posix'"),
        ("ownpack.parts.smuggled", "'smuggled' is from 'posix'"),
        ("ownpack.parts._hidden", "has a private name"),
        ("ownpack.parts.here.__globals__", "has a private name"),
        ("ownpack.parts.number", "'ownpack.parts.number' is of type int, which cannot be called"),
        ("ownpack.parts.her", "the module 'ownpack.parts' has no 'her'. Did you mean 'here'?"),
        ("ownpack.nothing.here", "the module 'ownpack' has no 'nothing'"),
        ("os.system", "call with --allow_import os, or allow_import=['os'], if you trust it"),
        ("ownpacked.parts.here", "call with --allow_import ownpacked"),
        ("estimator.core.files.open_regular", "what estimator has is named without its module"),
        ("here", "is no dotted path"),
        ("ownpack.parts.here()", "is no dotted path"),
        ("ownpack..here", "is no dotted path"),
    ],
)
def test_what_leads_elsewhere_is_refused(path: str, complaint: str) -> None:
    with pytest.raises(ValueError) as caught:
        Imports(["ownpack"]).find(path)
    assert complaint in str(caught.value)


def test_a_module_may_be_named_more_narrowly_than_its_package() -> None:
    imports = Imports(["ownpack.parts"])
    assert imports.find("ownpack.parts.here") is sys.modules["ownpack.parts"].here
    with pytest.raises(ValueError, match="in no module that may be imported"):
        imports.find("ownpack.here")


def test_a_module_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="there is no module 'nopackage' in "):
        Imports(["nopackage"]).find("nopackage.here")


def test_what_a_module_of_the_users_lacks_is_the_users_error() -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such_module_at_all"):
        Imports(["ownpack"]).find("ownpack.broken.here")


@pytest.mark.parametrize("name", ["", "own pack", "../own", "own.", "a.b()", 3])
def test_what_is_no_module_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="allow_import takes names of modules"):
        Imports([name])


@pytest.mark.parametrize("name", ["estimator", "estimator.core"])
def test_this_package_is_not_opened(name: str) -> None:
    with pytest.raises(ValueError, match="allow_import is for modules of your own"):
        Imports([name])
