"""Small objects that can tell as plain values what they were told: ``get_config``, ``from_config``."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Self


class Configured:
    """An object whose configuration is its fields; a subclass that is no dataclass says its own."""

    def get_config(self) -> dict[str, Any]:
        """The arguments of the constructor, by name."""
        names: list[str] = []
        if dataclasses.is_dataclass(self):
            names = [field.name for field in dataclasses.fields(self)]
        return {name: getattr(self, name) for name in names}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """The object of such arguments."""
        return cls(**config)
