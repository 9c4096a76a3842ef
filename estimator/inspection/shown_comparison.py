"""A comparison as text for people, and as plain values for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from estimator.core.shapes import show
from estimator.inspection.comparison import GRAPH, SETTINGS, Comparison, Side
from estimator.inspection.graphs import GraphDifference
from estimator.inspection.settings import ABSENT, SettingDifference
from estimator.inspection.tables import counted, cut, number, printable, table
from estimator.inspection.weights import (
    CHANGED,
    EQUAL,
    ONLY_A,
    ONLY_B,
    RESHAPED,
    UNREADABLE,
    VariableDifference,
)

_MOST_NODES = 50  # of a list, before it is cut for people


def text_of(found: Comparison, width: int) -> str:
    """The comparison as text of so many columns."""
    lines = [*_side_lines("a", found.a), *_side_lines("b", found.b)]
    if found.weights is not None:
        lines += ["", *_weight_lines(found.weights, width)]
    if found.settings is not None:
        lines += ["", *_setting_lines(found.settings, width)]
    elif SETTINGS in found.parts:
        untold = [name for name, side in (("a", found.a), ("b", found.b)) if side.maker is None]
        lines += ["", f"settings: no metadata.yaml tells how {' and '.join(untold)} was made"]
    if found.graph is not None:
        lines += ["", *_graph_lines(found.graph, width)]
    elif GRAPH in found.parts:
        lines += ["", "graph: not on both sides, there is neither .meta nor graph.pbtxt"]
    return "\n".join(lines)


def _side_lines(letter: str, side: Side) -> Iterator[str]:
    yield f"{letter}: {printable(side.prefix)}"


def _weight_lines(weights: Sequence[VariableDifference], width: int) -> Iterator[str]:
    states = {state: [one for one in weights if one.state == state] for state in
              (EQUAL, CHANGED, RESHAPED, ONLY_A, ONLY_B, UNREADABLE)}  # fmt: skip
    words = ("equal", "changed", "of another shape or type", "only in a", "only in b", "unreadable")
    counts = [f"{len(found):,} {word}" for found, word in zip(states.values(), words, strict=True) if found]
    yield f"weights: {', '.join(counts) or 'none on either side'}"
    if states[EQUAL] and len(states[EQUAL]) == len(weights):
        yield "  equal bit by bit"
    changed = [one for one in states[CHANGED] if one.distance is not None]
    if changed:
        rows = [("changed", "differing", "max diff", "rms diff", "cosine")]
        for one in changed:
            assert one.distance is not None
            bad = f"+{one.distance.not_finite:,}nan" if one.distance.not_finite else ""
            cosine = "-" if one.distance.cosine is None else f"{one.distance.cosine:.6f}"
            rows.append(
                (
                    one.name,
                    f"{one.distance.differing:,}{bad}",
                    number(one.distance.max_abs),
                    number(one.distance.rms),
                    cosine,
                )
            )
        yield from table(rows, "lrrrr", width)
    others = [one for state in (RESHAPED, ONLY_A, ONLY_B) for one in states[state]]
    if others:
        yield from table(
            [("other", "a", "b"), *((one.name, _form(one.a), _form(one.b)) for one in others)], "lll", width
        )
    yield from (f"  {printable(one.name)}: {printable(str(one.damage))}" for one in states[UNREADABLE])


def _form(form: tuple[tuple[int, ...], str] | None) -> str:
    return "-" if form is None else f"{form[1]} {show(form[0])}"


def _setting_lines(settings: Sequence[SettingDifference], width: int) -> Iterator[str]:
    yield f"settings: {counted(len(settings), 'difference') if settings else 'the same'}"
    for one in settings:
        yield f"  {printable(one.key)}"
        yield from (
            f"    {name} {cut(printable(_value(value)), width - 6)}"
            for name, value in (("a", one.a), ("b", one.b))
        )


def _value(value: Any) -> str:
    return value if isinstance(value, str) else repr(value)


def _graph_lines(graph: GraphDifference, width: int) -> Iterator[str]:
    if graph.is_same:
        yield f"graph: the same {counted(graph.count_a, 'node')}"
        return
    parts = [f"{len(graph.only_a):,} only in a", f"{len(graph.only_b):,} only in b"]
    yield f"graph: {', '.join(parts)}, {len(graph.changed):,} changed ({graph.count_a:,} and {graph.count_b:,} nodes)"
    for sign, nodes in (("-", graph.only_a), ("+", graph.only_b)):
        for name, op in nodes[:_MOST_NODES]:
            yield f"  {sign} {cut(printable(name), max(width - len(op) - 7, 12))} ({printable(op)})"
        yield from _more(len(nodes))
    for node in graph.changed[:_MOST_NODES]:
        yield f"  ! {cut(printable(node.name), width - 4)}"
        for what, a, b in node.changes:
            yield f"      {printable(what)}"
            yield f"        a {cut(printable(a), width - 10)}"
            yield f"        b {cut(printable(b), width - 10)}"
    yield from _more(len(graph.changed))


def _more(count: int) -> Iterator[str]:
    if count > _MOST_NODES:
        yield f"    and {count - _MOST_NODES:,} more; --json tells all"


def values_of(found: Comparison) -> dict[str, Any]:
    """The comparison as plain values; docs/inspecting.md says what the keys mean."""
    return {
        "is_same": found.is_same,
        "a": _side_values(found.a),
        "b": _side_values(found.b),
        "weights": None if found.weights is None else [_weight_values(one) for one in found.weights],
        "settings": None
        if found.settings is None
        else [{"key": one.key, **_said("a", one.a), **_said("b", one.b)} for one in found.settings],
        "graph": None if found.graph is None else _graph_values(found.graph),
    }


def _side_values(side: Side) -> dict[str, Any]:
    return {"prefix": side.prefix, "step": side.step, "metadata": side.maker}


def _said(name: str, value: Any) -> dict[str, Any]:
    """Nothing where a side does not say it: null is a value."""
    return {} if value is ABSENT else {name: value}


def _weight_values(one: VariableDifference) -> dict[str, Any]:
    distance = one.distance
    return {
        "name": one.name,
        "state": one.state,
        **{
            side: form and {"shape": form[0], "dtype": form[1]} for side, form in (("a", one.a), ("b", one.b))
        },
        "differing": distance and distance.differing,
        "max_abs": distance and distance.max_abs,
        "rms": distance and distance.rms,
        "cosine": distance and distance.cosine,
        "not_finite": distance and distance.not_finite,
        "damage": one.damage,
    }


def _graph_values(graph: GraphDifference) -> dict[str, Any]:
    return {
        "nodes_a": graph.count_a,
        "nodes_b": graph.count_b,
        "only_a": [{"name": name, "op": op} for name, op in graph.only_a],
        "only_b": [{"name": name, "op": op} for name, op in graph.only_b],
        "changed": [
            {"name": node.name, "changes": [{"what": what, "a": a, "b": b} for what, a, b in node.changes]}
            for node in graph.changed
        ],
    }
