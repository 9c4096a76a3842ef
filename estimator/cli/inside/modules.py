"""What a module of a package has: functions that packages call on themselves as they are imported.

Source: tensorflow/python/util/all_util.py
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

_REFERENCE = re.compile(r"^@@(\w+)$", re.MULTILINE)


def remove_undocumented(
    module_name: str, allowed_exception_list: Any = None, doc_string_modules: Any = None
) -> None:
    """Leaves a module as it is, with the names that its author meant to hide."""


def make_all(module_name: str, doc_string_modules: Sequence[ModuleType] | None = None) -> list[str]:
    """The names of a module that docstrings list, each in a line of its own as ``@@name``: its ``__all__``.

    Parameters
    ----------
    module_name : str
        The module, which is loaded.
    doc_string_modules : sequence of module, optional
        Whose docstrings; by default its own.

    Source
    ------
    tensorflow/python/util/all_util.py
    """
    module = sys.modules[module_name]
    texts = [documented.__doc__ or "" for documented in doc_string_modules or [module]]
    listed = {name for text in texts for name in _REFERENCE.findall(text)}
    return sorted(listed & vars(module).keys())
