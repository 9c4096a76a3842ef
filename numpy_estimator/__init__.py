"""The package under a second name, for programs in which ``estimator`` is a file of their own.

A script that is called estimator.py hides the package: ``import estimator`` there imports the script. This name does
not collide, and it and everything below it are the same module objects as under ``estimator``::

    import numpy_estimator as est
    from numpy_estimator import tf

The package's modules import one another as ``estimator.…``, so that name has to mean the package from here on. Where
another module has taken it by now, nothing could work, and the error says which file to rename.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from estimator import *  # noqa: F403  a type checker knows the names
    from estimator import tf as tf

_PACKAGE = "estimator"
_HOME = Path(__file__).resolve().parents[1] / _PACKAGE / "__init__.py"


def _load_package() -> ModuleType:
    """The package beside this one, whatever else of its name is on the path.

    Raises
    ------
    ImportError
        If another module has its name by now.
    """
    if _PACKAGE in sys.modules:
        return _demand_ours(sys.modules[_PACKAGE])
    spec = importlib.util.spec_from_file_location(_PACKAGE, _HOME)
    if spec is None or spec.loader is None:
        raise ImportError(f"{_HOME} is not there: install numpy-estimator again.", name=_PACKAGE)
    module = sys.modules[_PACKAGE] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _demand_ours(module: ModuleType) -> ModuleType:
    file = getattr(module, "__file__", None)
    if file is None or Path(file).resolve() != _HOME:
        raise ImportError(
            f"the name {_PACKAGE!r} is taken by {file or module!r}, which was imported before numpy_estimator, and "
            "the package's own modules import one another by that name. Rename that file, to "
            f"my_{_PACKAGE}.py for example; only a script that nobody imports may keep it.",
            name=_PACKAGE,
            path=file,
        )
    return module


class _Finder(MetaPathFinder):
    """Finds ``numpy_estimator.x`` in ``estimator.x``: one module under two names, not two copies of it."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A spec for names below this package, and for no others."""
        package, _, rest = fullname.partition(".")
        own = f"{_PACKAGE}.{rest}"
        if package != __name__ or (spec := importlib.util.find_spec(own)) is None:
            return None
        if rest == "__main__":  # a program, which is run and not imported
            return importlib.util.spec_from_file_location(fullname, spec.origin)
        from estimator.core.same_module import same_module

        return same_module(fullname, importlib.import_module(own))


sys.modules[__name__] = _load_package()
sys.meta_path.insert(0, _Finder())
