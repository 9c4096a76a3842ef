"""The package's source as syntax trees, with each file's floor and what it imports.

Nothing is imported here: the architecture is a property of the text, so that a broken module cannot
hide another's mistake.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Source:
    """One file of the package.

    Parameters
    ----------
    path : str
        Relative to the root, with slashes: ``estimator/network/losses.py``.
    text : str
        What is in it.
    """

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text, self.path)

    @property
    def module(self) -> str:
        """The dotted name; a package's is that of its folder."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def floor(self) -> str:
        """The floor the file stands on: its folder under ``estimator/``, or facades."""
        return floor_of(self.module)

    @cached_property
    def imports(self) -> list[tuple[int, str]]:
        """(line, dotted name) of everything imported anywhere in the file, lazily or for types alike."""
        found: list[tuple[int, str]] = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [(node.lineno, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                base = self._absolute(node)
                found += [(node.lineno, f"{base}.{alias.name}") for alias in node.names]
        return found

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.module.split(".")
        keep = len(parts) - node.level + self.path.endswith("/__init__.py")
        return ".".join([*parts[:keep], *([node.module] if node.module else [])])

    def calls(self) -> Iterator[tuple[int, str, ast.Call]]:
        """(line, the called expression as text, the node) of every call."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node.lineno, ast.unparse(node.func), node


def floor_of(module: str) -> str:
    """The floor of a dotted name of the package; ``estimator`` and ``estimator.tf`` are facades."""
    parts = module.split(".")
    return "facades" if len(parts) == 1 or parts[1] == "tf" else parts[1]


@lru_cache
def package() -> tuple[Source, ...]:
    """Every file of the package."""
    files = sorted((ROOT / "estimator").rglob("*.py"))
    return tuple(Source(each.relative_to(ROOT).as_posix(), each.read_text("utf-8")) for each in files)
