"""The text of a plan: lines of Python, the objects they name, and the buffers that each workspace allocates anew.

The text is that of one function, the step. A factory makes such functions: each has the objects and a
set of buffers of its own as its global names, which Python finds as quickly as a closure's and compiles
in half the time. Line numbers lead from an exception back to the operation, by its position in the
program.

Nothing in a factory belongs to one session: what is the store's or the program's is named by a
recipe and looked up when a step is made, so that one factory serves every session that runs the
same program.
"""

from __future__ import annotations

import functools
import math
import re
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import Dims
from estimator.core.shown import shorten, shown

STORE, PROGRAM, BODIES = "$store", "$program", "$bodies"  # sources of recipes: the session's

Step = Callable[..., list[Any]]

_NUMBERS = count(1)
_NAME = re.compile(r"\b[a-z]\d+\b")


class _Recipe(NamedTuple):
    """How a name gets its object in a new workspace: made from the objects of other names."""

    make: Callable[..., Any]
    sources: tuple[str, ...]


class Code:
    """Lines being written, and what their names stand for."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self._arguments = tuple(arguments)
        self._shared: dict[str, Any] = {}
        self._recipes: dict[str, _Recipe] = {}
        self._by_object: dict[int, str] = {}
        self._lines: list[str] = []
        self._owners: list[int | None] = []
        self._optional: dict[str, str] = {}  # names to their lines
        self._indent = 1
        self._loop_at: int | None = None  # the place of the loop that is open
        self._count = 0
        self.owner: int | None = None  # the position of the operation being written

    def name(self, prefix: str) -> str:
        """A name that no line of the text has yet."""
        self._count += 1
        return f"{prefix}{self._count}"

    def bind(self, thing: Any, prefix: str = "c") -> str:
        """A name for an object that all workspaces share."""
        known = self._by_object.get(id(thing))
        if known is None:
            known = self._by_object[id(thing)] = self.name(prefix)
            self._shared[known] = thing
        return known

    def derive(self, prefix: str, make: Callable[..., Any], *sources: str) -> str:
        """A name for an object that each workspace makes from those of other names, the store or the program."""
        # What rests on shared objects alone is shared itself. Without sources it is made anew for each: a buffer.
        if all(source in self._shared for source in sources) and sources:
            return self.bind(make(*(self._shared[source] for source in sources)), prefix)
        name = self.name(prefix)
        self._recipes[name] = _Recipe(make, sources)
        return name

    def is_bound(self, name: str) -> bool:
        """Whether the name stands for an object before the step runs."""
        return name in self._shared or name in self._recipes

    def line(self, text: str) -> None:
        """One more line of the step, on account of the current owner."""
        self._lines.append("    " * self._indent + text)
        self._owners.append(self.owner)

    def line_if_used(self, name: str, text: str) -> None:
        """``name = text``, which is left out if no line names it."""
        self._optional[name] = f"    {name} = {text}"
        self.line(f"{name} = {text}")

    def line_before_loop(self, text: str) -> None:
        """The same for a line that every round would do alike: it stands in front of the loop, if one is open."""
        if self._loop_at is None:
            self.line(text)
            return
        self._lines.insert(self._loop_at, "    " + text)
        self._owners.insert(self._loop_at, self.owner)
        self._loop_at += 1

    def begin_loop(self, header: str) -> None:
        """Open a ``for`` statement, or a function around some; what is added next stands inside."""
        if self._loop_at is None:
            self._loop_at = len(self._lines)
        self.begin_block(header)

    def end_loop(self) -> None:
        """Close what was opened last."""
        self.end_block()
        if self._indent == 1:
            self._loop_at = None

    def begin_block(self, header: str) -> None:
        """Open a condition; what is added next stands inside."""
        self.line(header)
        self._indent += 1

    def end_block(self) -> None:
        """Close it."""
        self._indent -= 1

    def finish(self, results: Sequence[str], traced: bool = False) -> Factory:
        """The factory of steps that return the list of `results`; traced ones return the times behind them.

        The times are a dict: the position of an operation to the nanosecond at which its first line began, and None to
        that at which the last line of all was done. An operation of which nothing is left to do has no lines.
        """
        self.owner = None
        self._drop_unused(results)
        if traced:
            self._shared["now"] = time.perf_counter_ns
            self._add_times()
            results = [*results, "times"]
        self.line(f"return [{', '.join(results)}]")
        text = "\n".join([f"def step({', '.join(self._arguments)}):", *self._lines, ""])
        return Factory(text, self._shared, self._recipes, [None, *self._owners])

    def _drop_unused(self, results: Sequence[str]) -> None:
        """Leave out the optional lines whose names nobody reads; one may read another, that stands before it."""
        read = set(_NAME.findall(" ".join(results)))
        kept = []
        for line, owner in zip(reversed(self._lines), reversed(self._owners), strict=True):
            names = _NAME.findall(line)
            if names and names[0] not in read and self._optional.get(names[0]) == line:
                continue
            read.update(names)
            kept.append((line, owner))
        self._lines = [line for line, _ in reversed(kept)]
        self._owners = [owner for _, owner in reversed(kept)]

    def _add_times(self) -> None:
        """Put a line before the first one of each owner, and one behind the last of all; none inside a loop."""
        written = list(zip(self._lines, self._owners, strict=True))
        self._lines, self._owners = [], []
        self.line("times = {}")
        seen: set[int | None] = {
            None
        }  # what siblings do together is on account of one of them, in front of their own
        for line, owner in written:
            if owner not in seen and not line.startswith(" " * 5):
                self.line(f"times[{owner}] = now()")
                seen.add(owner)
            self._lines.append(line)
            self._owners.append(owner)
        self.line("times[None] = now()")


class Factory:
    """Makes step functions, each with buffers of its own.

    Attributes
    ----------
    text : str
        The generated source, for people.
    result_dims : list of Dims
        The shapes of what a step gives, as far as the plan knows them; of a list that of all its elements.
    """

    result_dims: Sequence[Dims] = ()

    def __init__(
        self, text: str, shared: dict[str, Any], recipes: dict[str, _Recipe], owners: Sequence[int | None]
    ) -> None:
        self.text = text
        self._shared = shared
        self._recipes = recipes
        self._owners = owners
        self._file = f"<plan {next(_NUMBERS)}>"  # a kernel may run other plans: each must know its own frames
        defined: dict[str, Any] = {}
        exec(compile(text, self._file, "exec"), defined)  # our own text, generated from declared ops
        self._code: CodeType = defined["step"].__code__

    @property
    def constant_bytes(self) -> int:
        """The size of the arrays that it keeps alive."""
        return sum(shared.nbytes for shared in self._shared.values() if isinstance(shared, np.ndarray))

    def make(self, store: Any, program: Any, bodies: Any) -> Step:
        """A step function with a new workspace, on the variables of a store, calling functions as `bodies` does."""
        names = {**self._shared, STORE: store, PROGRAM: program, BODIES: bodies}
        for name, recipe in self._recipes.items():
            names[name] = recipe.make(*(names[source] for source in recipe.sources))
        del names[STORE], names[PROGRAM], names[BODIES]
        # Python remembers in the code where it has found a global name: steps that shared one code, each with names
        # of its own, would make it forget again and again
        return FunctionType(self._code.replace(), names)

    def lines_for_people(self, given: Sequence[str]) -> dict[int, list[str]]:
        """The lines of each operation, by its position, with the names of functions, variables and small values.

        Parameters
        ----------
        given : sequence of str
            What the arguments of a step are called.
        """
        called = {f"f{place}": name for place, name in enumerate(given)}
        found: dict[int, list[str]] = {}
        for owner, line in zip(self._owners, self.text.splitlines(), strict=True):
            if owner is not None and not line.lstrip().startswith("times["):
                shown = _NAME.sub(lambda match: called.get(match[0]) or self._called(match[0]), line[4:])
                found.setdefault(owner, []).append(shown)
        return found

    def _called(self, name: str) -> str:
        """What people call the object of a name; the name itself if it is best."""
        if name in self._shared:
            return _shown(self._shared[name]) or name
        recipe = self._recipes.get(name)
        if recipe is None or not recipe.sources:
            return name
        source: str = recipe.sources[0]
        arguments: tuple[Any, ...] = getattr(recipe.make, "args", ())
        if source == STORE:  # a variable by its name, or a part of the memory of several
            return str(arguments[0]) if len(arguments) == 1 else "arena{}[{}:{}]".format(*arguments)
        if source not in self._recipes or not self._recipes[source].sources:  # a piece of a buffer
            return name
        is_turned = getattr(recipe.make, "__name__", "") == "_transpose"
        return self._called(source) + (".T" if is_turned else "")

    @property
    def buffer_bytes(self) -> int:
        """The size of what each step has of its own."""
        return sum(recipe.make().nbytes for recipe in self._recipes.values() if not recipe.sources)

    def owner_of(self, error: BaseException) -> int | None:
        """The position of the operation whose line raised the error."""
        trace = error.__traceback__
        while trace is not None and trace.tb_frame.f_code.co_filename != self._file:
            trace = trace.tb_next
        return None if trace is None else self._owners[trace.tb_lineno - 1]


def _shown(thing: Any) -> str:
    """What people call an object that a line names: a function or a small value; nothing if there is no better way."""
    thing = getattr(thing, "func", thing)
    if isinstance(thing, np.ndarray):
        return shown(thing.item()) if thing.size == 1 else f"constant{list(thing.shape)}"
    if isinstance(thing, (tuple, float, int, str)):
        return shorten(thing)
    owner = getattr(thing, "__self__", None)
    prefix = f"{owner.__name__}." if isinstance(owner, np.ufunc) else ""  # such as add.reduce
    return prefix + getattr(thing, "__name__", "")


@functools.lru_cache(maxsize=256)
def tested_rounds(
    count: int, test: tuple[int, ...], step: tuple[int, ...], changing: tuple[int, ...]
) -> Callable[..., list[Any]]:
    """A function that runs at least one round, and more as long as the condition holds, without a look at shapes.

    It takes the loop's variables, the condition, and two steps, which it calls in turn.

    Parameters
    ----------
    count : int
        The number of variables.
    test, step : tuple of int
        The places of those that the condition and the body take.
    changing : tuple of int
        The places of those that the body gives.
    """
    return _python_loop(
        "goes_on", "while True:", count, step, changing, f"if not goes_on({_listed(test)})[0]: break"
    )


@functools.lru_cache(maxsize=256)
def counted_rounds(
    count: int, counters: tuple[int, ...], step: tuple[int, ...], changing: tuple[int, ...]
) -> Callable[..., list[Any]]:
    """The same for counted rounds: for the condition it takes what the counters are in each round, from `turns`."""
    header = f"for {_listed(counters) or '_'} in turns:"
    return _python_loop("turns", header, count, step, changing)


def _python_loop(
    source: str, header: str, count: int, step: tuple[int, ...], changing: tuple[int, ...], last: str = "pass"
) -> Callable[..., list[Any]]:
    lines = [
        f"def go_on(values, {source}, step, other):",
        f"    {_listed(range(count))} = values",
        f"    {header}",
        f"        {_listed(changing) or '()'} = step({_listed(step)})",
        "        step, other = other, step",
        f"        {last}",
        f"    return [{_listed(range(count))}]",
    ]
    defined: dict[str, Any] = {}
    exec("\n".join(lines), defined)  # our own text, of numbers alone
    go_on: Callable[..., list[Any]] = defined["go_on"]
    return go_on


def _listed(places: Iterable[int]) -> str:
    return "".join(f"v{place}, " for place in places)


def new_buffer(nbytes: int) -> Callable[[], np.ndarray[Any, Any]]:
    """A recipe for raw memory."""
    return lambda: np.empty(nbytes, np.uint8)


def as_view(
    dtype: np.dtype[Any], shape: tuple[int, ...], start: int = 0
) -> Callable[[Any], np.ndarray[Any, Any]]:
    """A recipe for an array in raw memory."""
    size = math.prod(shape) * dtype.itemsize
    return lambda raw: raw[start : start + size].view(dtype).reshape(shape)


def reshaped(shape: tuple[int, ...]) -> Callable[[Any], np.ndarray[Any, Any]]:
    """A recipe for the same memory in another shape."""
    return lambda array: array.reshape(shape)
