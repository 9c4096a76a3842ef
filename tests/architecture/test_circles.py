"""No module leans, by whatever way, on one that leans on it.

Imports inside functions and imports for types alone count like the others: they hide a circle, they do not
open it. Facades may name one another (``tf.compat.v1`` is ``tf``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pytest

from tests.architecture.sources import Source, package


def import_circles(sources: Iterable[Source]) -> list[str]:
    """A line for every group of modules that reach one another by imports."""
    modules = {source.module: source for source in sources if source.floor != "facades"}
    imports = {name: _imported_modules(source, modules) for name, source in modules.items()}
    return [" <-> ".join(sorted(group)) for group in _strong_groups(imports) if len(group) > 1]


def _imported_modules(source: Source, modules: Mapping[str, Source]) -> set[str]:
    found = {_module_of(dotted, modules) for _, dotted in source.imports}
    return found - {source.module, ""}


def _module_of(dotted: str, modules: Mapping[str, Source]) -> str:
    """The module that a dotted name (a module, or something in one) belongs to; empty if it is not ours."""
    while dotted and dotted not in modules:
        dotted = dotted.rpartition(".")[0]
    return dotted


def _strong_groups(arrows: Mapping[str, set[str]]) -> Iterator[set[str]]:
    """The sets of nodes that can reach one another (Kosaraju: last left, first asked, along reversed arrows)."""
    backwards: dict[str, set[str]] = {node: set() for node in arrows}
    for node, targets in arrows.items():
        for target in targets:
            backwards[target].add(node)
    visited: set[str] = set()
    left = [node for start in arrows for node in _depth_first(start, arrows, visited)]
    visited.clear()
    for start in reversed(left):
        if start not in visited:
            yield set(_depth_first(start, backwards, visited))


def _depth_first(start: str, arrows: Mapping[str, set[str]], visited: set[str]) -> Iterator[str]:
    """The nodes reached from `start` and not visited yet, each when it is left."""
    if start in visited:
        return
    visited.add(start)
    for target in sorted(arrows[start]):
        yield from _depth_first(target, arrows, visited)
    yield start


def test_no_modules_import_one_another() -> None:
    assert not import_circles(package()), "\n" + "\n".join(import_circles(package()))


@pytest.mark.parametrize(
    "back",
    [
        "from estimator.graph.a import A",
        "import estimator.graph.a",
        "from . import a",
        "from .a import A",
        "def f():\n    from estimator.graph import a",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from estimator.graph.a import A",
    ],
)
def test_a_circle_is_named_however_it_is_hidden(back: str) -> None:
    sources = [
        Source("estimator/graph/a.py", "from estimator.graph.b import B"),
        Source("estimator/graph/b.py", "from estimator.graph.c import C"),
        Source("estimator/graph/c.py", back),
        Source("estimator/graph/d.py", "from estimator.graph.a import A\nimport numpy"),
    ]
    assert import_circles(sources) == ["estimator.graph.a <-> estimator.graph.b <-> estimator.graph.c"]


def test_two_ways_to_one_module_are_no_circle() -> None:
    sources = [
        Source("estimator/graph/a.py", "from estimator.graph import b, c"),
        Source("estimator/graph/b.py", "from estimator.graph.d import D"),
        Source("estimator/graph/c.py", "from estimator.graph.d import D"),
        Source("estimator/graph/d.py", ""),
        Source("estimator/tf/x.py", "from estimator.tf import y"),
        Source("estimator/tf/y.py", "from estimator.tf import x"),
    ]
    assert import_circles(sources) == []
