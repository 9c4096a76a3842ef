"""What the public scripts that train Estimators use of ``tf``, and how much of it the tests call.

tests/data/symbols.txt has one line for each symbol, with the ways in which 836 such scripts and notebooks call it: the keywords,
and `#2` for a call with two positional arguments (of a symbol that few of them call it says only the name). A call counts if a
test compares what it gives: in the functions and scripts of tests/, and in the tables whose answers TensorFlow has written. What
is not called, or is `absent` from the package, stands in tests/data/symbols_untested.txt, which this writes anew::

    python -m tests.symbols > tests/data/symbols_untested.txt
"""

from __future__ import annotations

import ast
import functools
import importlib
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from estimator import tf

TESTS = Path(__file__).parent
WANTED = TESTS / "data" / "symbols.txt"
UNTESTED = TESTS / "data" / "symbols_untested.txt"

Uses = dict[str, set[str]]  # by symbol
NAMED = "."  # the use of what is named, and perhaps not called
ABSENT = "absent"

# Tables that compare names or types instead of values: which keywords that tells of.
COMPARED = {"calls_of_tf.py": {"name", "scope"}, "types_of_tf.py": {"dtype", "output_type"}}
# Run by TensorFlow, or about other things than what is public.
ELSEWHERE = "architecture data interop ops".split()


def listed(path: Path) -> Uses:
    """The lines `symbol: use use` of a file."""
    lines = (line.partition(":") for line in path.read_text("utf-8").splitlines())
    return {symbol: set(uses.split()) for symbol, _, uses in lines}


def text(uses: Uses) -> str:
    """As `listed` reads it."""
    return "".join(f"{symbol}: {' '.join(sorted(uses[symbol]))}".rstrip() + "\n" for symbol in sorted(uses))


def untested(made: Mapping[Any, set[str]]) -> Uses:
    """What of the symbols is not among the uses that `uses_in_tests` gives."""
    return {
        symbol: lacking
        for symbol, wanted in listed(WANTED).items()
        if (lacking := _lacking(symbol, wanted or {NAMED}, made))
    }


def _lacking(symbol: str, wanted: set[str], made: Mapping[Any, set[str]]) -> set[str]:
    try:
        return wanted - made.get(_identity(value_of(symbol)), set())
    except AttributeError:
        return {ABSENT}


def value_of(symbol: str) -> Any:
    """What a dotted name of ``tf`` is."""
    return functools.reduce(getattr, symbol.split(".")[1:], tf)


def _identity(value: Any) -> Any:
    """Equal for two names of one function, or of one method of a class."""
    return (id(value.__func__), id(value.__self__)) if hasattr(value, "__func__") else id(value)


def uses_in_tests() -> dict[Any, set[str]]:
    """By identity, how the tests use what is public."""
    made: dict[Any, set[str]] = defaultdict(set)
    for path in sorted(TESTS.rglob("*.py")):
        if path.relative_to(TESTS).parts[0] not in ELSEWHERE:
            compared = COMPARED.get(path.name)
            for key, uses in uses_in(path.read_text("utf-8"), _table(path)).items():
                made[key] |= uses if compared is None else uses & compared
    return made


def _table(path: Path) -> list[str]:
    """The calls that a table puts together."""
    if not path.name.endswith("_of_tf.py"):
        return []
    module = ".".join(("tests", *path.relative_to(TESTS).with_suffix("").parts))
    return list(getattr(importlib.import_module(module), "CALLS", []))


def uses_in(code: str, more: Iterable[str] = ()) -> dict[Any, set[str]]:
    """By identity, how a module uses what is public, in its texts and in more of them, too."""
    nodes = list(_compared(ast.parse(code)))
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    pieces = [piece for text in [*texts, *more] if "tf." in text for piece in _parsed(text)]
    nodes += [node for piece in pieces for node in _compared(piece)]
    names = _names(nodes)
    made: dict[Any, set[str]] = defaultdict(set)
    for value, uses in (use for node in nodes for use in _uses(node, names)):
        made[_identity(value)] |= uses
    return made


def _uses(node: ast.AST, names: Mapping[str, Any]) -> Iterator[tuple[Any, set[str]]]:
    if isinstance(node, ast.Attribute | ast.Name):
        yield _value(node, names), {NAMED}
    elif isinstance(node, ast.Call):
        value, arguments = _value(node.func, names), node.args
        if value is functools.partial and arguments:
            value, arguments = _value(arguments[0], names), arguments[1:]
        is_counted = not any(isinstance(argument, ast.Starred) for argument in arguments)
        keywords = {keyword.arg for keyword in node.keywords if keyword.arg}
        yield value, keywords | ({f"#{len(arguments)}"} if is_counted else set())


def _compared(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those whose refusal is expected."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if not (isinstance(node, ast.With) and "raises(" in ast.unparse(node.items[0])):
            yield node
            waiting += ast.iter_child_nodes(node)


def _parsed(code: str) -> list[ast.Module]:
    """A script, or a table with a call in each line; nothing of what is no code."""
    whole = _pieces([textwrap.dedent(code)])
    return whole or _pieces(code.replace("{}", "_").splitlines())


def _pieces(codes: Iterable[str]) -> list[ast.Module]:
    pieces = []
    for code in codes:
        try:
            pieces.append(ast.parse(code.strip()))
        except SyntaxError:
            continue
    return pieces


def _names(nodes: Iterable[ast.AST]) -> dict[str, Any]:
    """What is imported of the package, and what is another name of that."""
    names: dict[str, Any] = {"tf": tf}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] in ("estimator", "functools"):
            module = importlib.import_module(str(node.module))
            names |= {alias.asname or alias.name: _member(module, alias.name) for alias in node.names}
        elif isinstance(node, ast.Import):
            found = {alias.asname: alias.name for alias in node.names if alias.name.startswith("estimator")}
            names |= {name: importlib.import_module(path) for name, path in found.items() if name}
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            names.setdefault(node.targets[0].id, _value(node.value, names))
    return names


def _member(module: ModuleType, name: str) -> Any:
    if hasattr(module, name) or not hasattr(module, "__path__"):
        return getattr(module, name, None)
    return importlib.import_module(f"{module.__name__}.{name}")


def _value(node: ast.AST, names: Mapping[str, Any]) -> Any:
    """What a dotted name means; None if it is no such name."""
    if isinstance(node, ast.Attribute):
        return getattr(_value(node.value, names), node.attr, None)
    return names.get(node.id) if isinstance(node, ast.Name) else None


if __name__ == "__main__":
    print(text(untested(uses_in_tests())), end="")
