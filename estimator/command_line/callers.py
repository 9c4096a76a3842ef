"""Which module of the program defines a flag: the innermost one on the stack that is not of this package.

Help lists the flags of a script apart from those of the modules it imports. The script itself goes under the name it
was called by.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

_OWN = __name__.partition(".")[0]
_disclaimed: set[str] = set()


def calling_module() -> tuple[ModuleType, str]:
    """The module that called a function of this package, and its name."""
    frame = sys._getframe(1)
    while True:
        name = frame.f_globals.get("__name__", "")
        if name in sys.modules and not _is_own(name):
            return sys.modules[name], public_name(name)
        if frame.f_back is None:
            return sys.modules["__main__"], sys.argv[0]
        frame = frame.f_back


def public_name(module: Any) -> str:
    """The name under which the flags of a module go, given it or its name."""
    name = module if isinstance(module, str) else module.__name__
    return sys.argv[0] if name == "__main__" else name


def disclaim_key_flags() -> None:
    """Let flags that functions of the calling module define count as defined by who calls these."""
    _disclaimed.add(sys._getframe(1).f_globals["__name__"])


def _is_own(name: str) -> bool:
    return name in _disclaimed or name == _OWN or name.startswith(f"{_OWN}.")
