"""One module under a second name: not a copy of it, which would have classes and settings of its own."""

from __future__ import annotations

from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from types import ModuleType


def same_module(name: str, module: ModuleType) -> ModuleSpec:
    """What a finder answers so that importing `name` gives the module, which is loaded already."""
    return ModuleSpec(name, _SameModule(module))


class _SameModule(Loader):
    """Hands out the module; importlib sets its spec on the way, which is put back."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._spec = module.__spec__

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The module itself, not a new one."""
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        """It has run when it was loaded."""
        module.__spec__ = self._spec
