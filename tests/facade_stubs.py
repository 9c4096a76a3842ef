"""What type checkers and editors read instead of a facade: a stub beside it, made from its table.

``python tests/facade_stubs.py`` (or ``make stub``) writes them all anew.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
RAW_STUB = ROOT / "estimator" / "functions" / "raw_ops.pyi"
HEAD = '"""Written by `make stub` from the table in {name}; do not edit."""\n\n'


def facades() -> list[Path]:
    """The modules that only give names: the public ones, and two that others inside ask."""
    own = ROOT / "estimator"
    inside = [own / "network" / "metrics" / "__init__.py", own / "pipeline" / "stages.py"]
    return [
        own / "__init__.py",
        own / "exchange" / "__init__.py",
        own / "experiments" / "__init__.py",
        own / "serving" / "__init__.py",
        own / "sklearn" / "__init__.py",
        *inside,
        *keras_tables(),
        *sorted((own / "tf").rglob("*.py")),
    ]


def keras_tables() -> list[Path]:
    """The modules of the floor `keras` that only give names; the others there are what these names are."""
    files = sorted((ROOT / "estimator" / "keras").rglob("*.py"))
    return [path for path in files if "= lazy_names(" in path.read_text("utf-8")]


def table(path: Path) -> dict[str, tuple[str, str]]:
    """Public name to (module, its name there), as the facade's call of `lazy_names` has them."""
    from estimator.core.facade import name_table

    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "lazy_names":
            return name_table(
                ast.literal_eval(node.args[1]),
                *(ast.literal_eval(key.value) for key in node.keywords if key.arg == "modules"),
            )
    return {}


def stub_text(path: Path) -> str:
    """The stub of a facade: an import a name, so that a checker finds the signature where it is written."""
    lines = []
    for public, (home, own) in sorted(table(path).items(), key=lambda item: (item[1][0], item[0])):
        if not own:  # the module itself
            home, _, own = home.rpartition(".")
        lines.append(f"from {home} import {own} as {public}\n")
    text = path.read_text("utf-8")
    lines += [f"from {module} import *\n" for module in _taken_whole(text)]
    if "__version__" in text:
        lines.append("\n__version__: str\n")
    return (HEAD.format(name=path.name) + "".join(lines)).rstrip("\n") + "\n"


def _taken_whole(text: str) -> list[str]:
    """The facades whose names are all there under another name of the module."""
    return [
        str(node.module)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and any(alias.name == "__all__" for alias in node.names)
    ]


def raw_stub_text() -> str:
    """The stub of the raw ops, which a table of declarations gives instead of one of names."""
    from estimator.functions import raw_ops
    from estimator.graph.op import OPS
    from estimator.graph.stub import raw_stub_text

    return raw_stub_text(OPS.get(name) for name in raw_ops.__all__)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    RAW_STUB.write_text(raw_stub_text(), "utf-8")
    for facade in facades():
        facade.with_suffix(".pyi").write_text(stub_text(facade), "utf-8")
