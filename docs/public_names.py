"""What the pages of the reference list: the public names, and where in the manual each of them is described.

A page of ``docs/reference`` says which namespaces it describes, by ``automodule``. An object that is public in
several is described in the first of them, by the order of the table in ``reference/index.md``; the others link to it
(:func:`with_members`). What no page describes is listed with the first sentence of its docstring, where a page has
the line ``<!-- the names of estimator.tf -->`` (:func:`with_lists`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from inspect import isclass, isroutine
from pathlib import Path
from types import ModuleType

import estimator

DOCS = Path(__file__).parent
AUTOMODULE = re.compile(r"^\.\. automodule:: ([\w.]+)\n   :members:$", re.MULTILINE)
AUTOCLASS = re.compile(r"^\.\. autoclass:: ([\w.]+)$", re.MULTILINE)
LIST = re.compile(r"^<!-- the names of ([\w.]+)(?: but those of ([\w.]+))? -->$", re.MULTILINE)
_ALIASES = (
    "estimator.tf.compat.v1",
    "estimator.tf.keras",
    "estimator.tf.contrib.keras",
    "estimator.tf.raw_ops",
)


@cache
def namespaces() -> dict[str, ModuleType]:
    """Every public module by its dotted name, without those that are another one under a second name."""
    found: dict[str, ModuleType] = {}
    waiting = [estimator]
    while waiting:
        module = waiting.pop()
        if module.__name__ in found or module.__name__.startswith(_ALIASES):
            continue
        found[module.__name__] = module
        inner = (getattr(module, name) for name in module.__all__)
        waiting += [
            each for each in inner if isinstance(each, ModuleType) and each.__name__.startswith("estimator")
        ]
    return dict(sorted(found.items()))


@cache
def _pages() -> str:
    """The pages of the reference one after the other, in the order of its table."""
    folder = DOCS / "reference"
    table = (folder / "index.md").read_text("utf-8")
    pages = re.findall(r"^\| \[[^]]*\]\((\w+\.md)\) \|", table, re.MULTILINE)
    return "\n".join((folder / page).read_text("utf-8") for page in pages)


def described_namespaces() -> list[str]:
    """The namespaces that the reference describes name by name, in the order of its table."""
    return AUTOMODULE.findall(_pages())


def _members(module: ModuleType) -> Iterator[tuple[str, object]]:
    """The functions and classes of a namespace, by their public names."""
    for name in module.__all__:
        value = getattr(module, name)
        if isclass(value) or isroutine(value):
            yield name, value


@cache
def places() -> dict[int, str]:
    """Where an object is described, by its identity: the dotted name of its entry."""
    found: dict[int, str] = {}
    for path in described_namespaces():
        for name, value in _members(namespaces()[path]):
            found.setdefault(id(value), f"{path}.{name}")
    return found


def with_members(page: str) -> str:
    """A page whose namespaces have their members by name, and links to what other pages describe."""

    def told(match: re.Match[str]) -> str:
        path = match[1]
        members = dict(_members(namespaces()[path]))
        own = [name for name, value in members.items() if places()[id(value)] == f"{path}.{name}"]
        others = [f":py:obj:`{name} <{places()[id(members[name])]}>`" for name in members if name not in own]
        text = f"{match[0]} {', '.join(own)}"
        return f"{text}\n\nDescribed elsewhere: {', '.join(others)}." if others else text

    return AUTOMODULE.sub(told, page)


def with_lists(page: str) -> str:
    """A page with a table of each namespace that lies in the one that its comment names, and is described nowhere."""

    def told(match: re.Match[str]) -> str:
        described = set(described_namespaces())
        inside = [
            path
            for path in namespaces()
            if f"{path}.".startswith(f"{match[1]}.") and not (match[2] and path.startswith(match[2]))
        ]
        return "\n\n".join(_table(path) for path in inside if path not in described)

    return LIST.sub(told, page)


def _table(path: str) -> str:
    rows = []
    for name in namespaces()[path].__all__:
        value = getattr(namespaces()[path], name)
        if isinstance(value, ModuleType):
            continue
        place = places().get(id(value))
        shown = f"{{py:obj}}`{name} <{place}>`" if place else f"`{name}`"
        rows.append(f"| {shown} | {first_sentence(value)} |")
    title = path.removeprefix("estimator.")
    return "\n".join([f"## {title}", "", "| name | |", "|---|---|", *rows]) if rows else ""


def first_sentence(value: object) -> str:
    """The first sentence of what a docstring says, without its markup; of a constant, its value."""
    if not (isclass(value) or isroutine(value)):
        shown = repr(value)
        return f"`{shown}`" if len(shown) < 60 and "\n" not in shown and " at 0x" not in shown else ""
    paragraph = " ".join((value.__doc__ or "").strip().split("\n\n")[0].split())
    sentence = re.match(r".*?[.:](?= |$)|.*", paragraph)[0]  # type: ignore[index] # the second matches anything
    plain = re.sub(r":\w+:`~?([^`<]*?)(?: <[^`>]*>)?`", r"`\1`", sentence).replace("``", "`")
    return plain.replace("|", r"\|").rstrip(":")


@cache
def defined_names() -> frozenset[str]:
    """The name of every class, function and module of the package: what a docstring may mean by one word."""
    package = Path(estimator.__file__).parent
    found = set()
    for path in package.rglob("*.py"):
        found.add(path.stem)
        found.update(re.findall(r"^ *(?:class|def) (\w+)", path.read_text("utf-8"), re.MULTILINE))
    return frozenset(found)


@cache
def by_last_name() -> dict[str, str]:
    """The entry of a class or function by its last name, where only one has it."""
    found: dict[str, list[str]] = {}
    for place in [*places().values(), *AUTOCLASS.findall(_pages())]:
        found.setdefault(place.rpartition(".")[2], []).append(place)
    return {name: paths[0] for name, paths in found.items() if len(paths) == 1}
