"""A graph's profile by the types of operations: all MatMuls, all Conv2Ds.

Source
------
tf.profiler.profile(cmd="op"), TF 2.15, observed: each type stands in its message below the one that comes before it
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from estimator.core.frozen import frozen
from estimator.formats import messages
from estimator.profiling.counted import Counted, matches
from estimator.profiling.options import Options
from estimator.profiling.scopes import ROOT


@frozen
class OpType:
    """A type with its operations."""

    name: str
    operations: list[Counted]

    @property
    def parameters(self) -> int:
        """The values that they hold together."""
        return sum(operation.parameters for operation in self.operations)

    @property
    def float_ops(self) -> int:
        """What one run of each of them takes together."""
        return sum(operation.float_ops for operation in self.operations)


@frozen
class OpTypes:
    """The types to show, in order, and what totals are made of."""

    shown: list[OpType]
    totalled: list[OpType]

    @property
    def parameters(self) -> int:
        """The total of the values."""
        return sum(kind.parameters for kind in self.totalled)

    @property
    def float_ops(self) -> int:
        """The total of the floating point operations."""
        return sum(kind.float_ops for kind in self.totalled)


def op_view(operations: Iterable[Counted], options: Options) -> OpTypes:
    """The types to show and the totals.

    Parameters
    ----------
    operations : iterable of Counted
    options : dict
        As :func:`estimator.profiling.options.checked` gives them.
    """
    by_type: defaultdict[str, list[Counted]] = defaultdict(list)
    for operation in operations:
        if operation.is_counted:
            by_type[operation.type].append(operation)
    types = [OpType(name, sorted(by_type[name], key=lambda one: one.name)) for name in sorted(by_type)]
    key = {
        "params": lambda kind: -kind.parameters,
        "float_ops": lambda kind: -kind.float_ops,
        "occurrence": lambda kind: -len(kind.operations),
    }.get(options["order_by"])
    types = sorted(types, key=key) if key else types
    shown = [kind for place, kind in enumerate(types) if _is_shown(kind, OpTypes([], types[place:]), options)]
    return OpTypes(shown, shown if options["account_displayed_op_only"] else types)


def _is_shown(kind: OpType, and_after: OpTypes, options: Options) -> bool:
    """The least is asked of a type's parameters and operations together with those of the types after it."""
    return (
        and_after.parameters >= options["min_params"]
        and and_after.float_ops >= options["min_float_ops"]
        and len(kind.operations) >= options["min_occurrence"]
        and matches(kind.name, options["start_name_regexes"])
        and matches(kind.name, options["show_name_regexes"])
        and not matches(kind.name, options["hide_name_regexes"])
    )


def message(view: OpTypes) -> Any:
    """The types as a MultiGraphNodeProto: each has the totals of itself and of those after it."""
    parameters, float_ops = view.parameters, view.float_ops
    root = messages.MultiGraphNodeProto(name=ROOT, total_parameters=parameters, total_float_ops=float_ops)
    last = root
    for kind in view.shown:
        last = last.children.add(
            name=kind.name, parameters=kind.parameters, float_ops=kind.float_ops, total_parameters=parameters,
            total_float_ops=float_ops,
        )  # fmt: skip
        for operation in kind.operations:
            last.graph_nodes.add(
                name=operation.name, parameters=operation.parameters, float_ops=operation.float_ops,
                total_parameters=operation.parameters, total_float_ops=operation.float_ops, total_definition_count=1,
            )  # fmt: skip
        parameters, float_ops = parameters - kind.parameters, float_ops - kind.float_ops
    return root


def lines(view: OpTypes, options: Options) -> Iterator[str]:
    """The types, one a line, each with its part of the total."""
    for kind in view.shown:
        words = {
            "params": f"{kind.parameters} params ({_part(kind.parameters, view.parameters)})",
            "float_ops": f"{kind.float_ops} float_ops ({_part(kind.float_ops, view.float_ops)})",
            "occurrence": f"{len(kind.operations)} times",
        }
        yield f"{kind.name:30} {', '.join(words[name] for name in words if name in options['select'])}"


def _part(number: int, total: int) -> str:
    return f"{100 * number / total if total else 0:.2f}%"
