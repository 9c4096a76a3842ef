"""Facades only re-export; every module tells its story; no drawer is called utils."""

from __future__ import annotations

import ast
from collections.abc import Iterable

import pytest

from tests.architecture.sources import Source, package

DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc"}
LAZY_MODULE = {"__getattr__", "__dir__"}  # PEP 562


def facade_offenders(sources: Iterable[Source]) -> list[str]:
    """A line for every statement of a facade that does more than give a name."""
    return [
        f"{source.path}:{node.lineno} does more than re-export: {ast.unparse(node).splitlines()[0]}"
        for source in sources
        if source.floor == "facades"
        for node in source.tree.body
        if not _only_names(node)
    ]


def _gives_names_only(source: Source) -> bool:
    return source.floor == "facades" or "= lazy_names(" in source.text


def _only_names(node: ast.stmt) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Assign | ast.AnnAssign | ast.Delete):
        return True
    if isinstance(node, ast.FunctionDef):
        return node.name in LAZY_MODULE
    if isinstance(node, ast.If):
        return ast.unparse(node.test).endswith("TYPE_CHECKING") and all(
            map(_only_names, [*node.body, *node.orelse])
        )
    if isinstance(node, ast.Expr):  # a docstring, or the log's first line: log.configure()
        return isinstance(node.value, ast.Constant) or ast.unparse(node.value).endswith("configure()")
    return False


def test_facades_only_re_export() -> None:
    assert not facade_offenders(package()), "\n" + "\n".join(facade_offenders(package()))


def test_every_module_has_a_docstring() -> None:
    silent = [source.path for source in package() if not ast.get_docstring(source.tree)]
    assert not silent, "\n" + "\n".join(silent)


def test_no_module_is_a_drawer() -> None:
    own = [source for source in package() if not _gives_names_only(source)]  # which are TensorFlow's
    drawers = [source.path for source in own if DRAWERS & set(source.module.split("."))]
    assert not drawers, "name what it is or does: " + ", ".join(drawers)


@pytest.mark.parametrize(
    "text", ["class Layer: ...", "def dense(x): return x", "for a in b: ...", "register()"]
)
def test_a_facade_that_does_something_is_named(text: str) -> None:
    (found,) = facade_offenders([Source("estimator/tf/layers.py", text)])
    assert found.startswith("estimator/tf/layers.py:1 does more than re-export: ")


def test_a_lazy_facade_is_fine() -> None:
    text = (
        '"""Names."""\nfrom typing import TYPE_CHECKING\nfrom estimator.core import log\n'
        "if TYPE_CHECKING:\n    from estimator.network.layers import dense\n"
        '_WHERE = {"a": "b"}\ndef __getattr__(name): return 1\nlog.configure()\n'
    )
    assert facade_offenders([Source("estimator/__init__.py", text)]) == []
