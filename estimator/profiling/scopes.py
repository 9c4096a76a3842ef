"""A graph's profile by names: scopes within scopes, each with the totals of what is below it.

Source
------
tf.profiler.profile(cmd="scope"), TF 2.15, observed
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from typing import Any

from estimator.core.frozen import mutable
from estimator.formats import messages
from estimator.profiling.counted import Counted, matches
from estimator.profiling.options import Options

ROOT = "_TFProfRoot"  # what TensorFlow calls it


@mutable
class Scope:
    """A name, the operation that has it, if one does, and the names below it."""

    name: str
    own: Counted | None = None
    below: dict[str, Scope] = field(default_factory=dict)
    shown: list[Scope] = field(default_factory=list)
    parameters: int = 0  # in all, as those that follow
    float_ops: int = 0
    names: int = 0

    def everything(self) -> Iterator[Scope]:
        """This and all below."""
        yield self
        for scope in self.below.values():
            yield from scope.everything()

    @property
    def counts(self) -> bool:
        """Whether an operation here or below is counted."""
        return any(scope.own is not None and scope.own.is_counted for scope in self.everything())


def scope_view(operations: Iterable[Counted], options: Options) -> Scope:
    """The root, with what is to be shown and the totals.

    Parameters
    ----------
    operations : iterable of Counted
    options : dict
        As :func:`estimator.profiling.options.checked` gives them.
    """
    root = Scope(ROOT)
    for operation in operations:
        _placed(root, operation.name).own = operation
    starts = list(_starts(root, options["start_name_regexes"]))
    root.shown = _shown(starts, options, 2)
    _total(root, options["account_displayed_op_only"])
    if not options["account_displayed_op_only"]:
        root.names -= 1  # the root is no name of the graph
    return root


def _placed(root: Scope, name: str) -> Scope:
    scope, path = root, ""
    for part in name.split("/"):
        path = f"{path}/{part}" if path else part
        scope = scope.below.setdefault(part, Scope(path))
    return scope


def _starts(scope: Scope, patterns: Sequence[str]) -> Iterator[Scope]:
    for child in scope.below.values():
        if matches(child.name, patterns):
            yield child
        else:
            yield from _starts(child, patterns)


def _shown(scopes: Iterable[Scope], options: Options, depth: int) -> list[Scope]:
    """Those to show, in order; in the place of one that is not, those below it."""
    found: list[Scope] = []
    if depth > options["max_depth"]:
        return found
    for scope in scopes:
        if scope.counts:
            is_cut = matches(scope.name, options["trim_name_regexes"])
            below = [] if is_cut else _shown(scope.below.values(), options, depth + 1)
            scope.shown = below
            found += [scope] if _is_shown(scope, options) else below
    return found


def _is_shown(scope: Scope, options: Options) -> bool:
    parameters, float_ops = _own(scope)
    return (
        parameters >= options["min_params"]
        and float_ops >= options["min_float_ops"]
        and options["min_occurrence"] <= 1
        and matches(scope.name, options["show_name_regexes"])
        and not matches(scope.name, options["hide_name_regexes"])
    )


def _own(scope: Scope) -> tuple[int, int]:
    return (scope.own.parameters, scope.own.float_ops) if scope.own else (0, 0)


def _total(scope: Scope, of_what_is_shown: bool) -> None:
    for child in scope.shown:
        _total(child, of_what_is_shown)
    if of_what_is_shown:
        parts = [
            (*_own(scope), 1),
            *((child.parameters, child.float_ops, child.names) for child in scope.shown),
        ]
    else:
        parts = [(*_own(below), 1) for below in scope.everything() if below.counts]
    scope.parameters, scope.float_ops, scope.names = map(sum, zip(*parts, strict=True))


def in_order(scopes: Iterable[Scope], order_by: str) -> list[Scope]:
    """By name, or by what the order is by, the largest first."""
    by_name = sorted(scopes, key=lambda scope: scope.name)
    total = {"params": lambda scope: -scope.parameters, "float_ops": lambda scope: -scope.float_ops}.get(
        order_by
    )
    return sorted(by_name, key=total) if total else by_name


def message(scope: Scope, options: Options) -> Any:
    """The scope and what is shown below it as a GraphNodeProto."""
    parameters, float_ops = _own(scope)
    return messages.GraphNodeProto(
        name=scope.name, parameters=parameters, float_ops=float_ops, total_definition_count=scope.names,
        devices=[scope.own.device] if scope.own and scope.own.device else [],
        total_parameters=scope.parameters, total_float_ops=scope.float_ops,
        children=[message(child, options) for child in in_order(scope.shown, options["order_by"])],
    )  # fmt: skip


def lines(scope: Scope, options: Options, indent: str = "") -> Iterator[str]:
    """The scope and what is shown below it, one a line: ``net/kernel (10x5, 50/50 params)``."""
    is_counted = scope.own is not None and scope.own.is_counted
    parameters, float_ops = (amount(value) if is_counted else "--" for value in _own(scope))
    words = {
        "params": f"{parameters}/{amount(scope.parameters)} params",
        "float_ops": f"{float_ops}/{amount(scope.float_ops)} flops",
        "occurrence": f"{int(is_counted)}/{scope.names}",
    }
    said = [words[name] for name in words if name in options["select"]]
    if scope.own and scope.own.sizes and "params" in options["select"]:
        said = ["x".join(map(str, scope.own.sizes)), *said]
    yield f"{indent}{scope.name} ({', '.join(said)})"
    for child in in_order(scope.shown, options["order_by"]):
        yield from lines(child, options, indent + "  ")


def amount(number: int) -> str:
    """A number with a letter for its thousands: 6.52k."""
    for letter, size in (("b", 10**9), ("m", 10**6), ("k", 10**3)):
        if number >= size:
            return f"{number / size:.2f}{letter}"
    return str(number)
