"""How calls and choices are lowered: a call becomes the operations of its function, If and Case become lax.switch.

Both sides of a choice are compiled, and what one of them changes besides giving values (variables, numbers of draws,
demands) the other hands on as it is. A condition that is known while the segment is traced takes no such thing: then
only the branch is lowered that is taken.

Source: TensorFlow 2.15, core/kernels/functional_ops.cc, for what the operations do
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from estimator.graph.branches import is_nothing
from estimator.graph.constant import is_true
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.executors.jax.library import jax, jnp, lax
from estimator.runtime.executors.jax.lower import lowers
from estimator.runtime.executors.jax.outcomes import Outcome, carried_state, forked, on_device, outcome_of
from estimator.runtime.executors.jax.traced import CannotLower, Trace, is_known

_Arm = tuple[str, int]  # an attribute, and which of its functions


@lowers("PartitionedCall", "StatefulPartitionedCall")
def lower_call(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    """The results of the function that PartitionedCall names."""
    return _all_results(trace, op, "f", _called(trace, op, ("f", 0), inputs))


@lowers("If", "StatelessIf", "Case", "StatelessCase")
def lower_choice(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    """The results of that branch of If or Case which the first input chooses."""
    chooser, *given = inputs
    arms, number = (_of_case if "branches" in op.attrs else _of_if)(op, chooser)
    if is_known(number):
        results = _called(trace, op, arms[int(number)], given)
    else:
        results = _chosen(trace, op, arms, number, given)
    return _all_results(trace, op, arms[0][0], results)


def _of_if(op: Operation, condition: Any) -> tuple[list[_Arm], Any]:
    arms = [("else_branch", 0), ("then_branch", 0)]
    if is_known(condition) or condition.ndim:
        return arms, int(bool(condition.size) if condition.ndim else is_true(condition))
    return arms, (condition != 0).astype("int32")


def _of_case(op: Operation, number: Any) -> tuple[list[_Arm], Any]:
    count = len(op.attrs["branches"])
    arms = [("branches", place) for place in range(count)]
    if is_known(number):
        return arms, int(number) if 0 <= number < count else count - 1
    return arms, jnp.where((number >= 0) & (number < count), number, count - 1)


def _called(trace: Trace, op: Operation, arm: _Arm, inputs: Sequence[Any]) -> list[Any]:
    """What a function gives of what is wanted, traced in place."""
    program = trace.body(op, *arm)
    return trace.walk(program, taken(program, inputs))


def taken(program: Any, inputs: Sequence[Any]) -> list[Any]:
    """What the program of a function takes of all inputs of that function."""
    values = dict(zip(program.graph.inputs, inputs, strict=True))
    return [values[tensor] for tensor in program.given]


def _all_results(trace: Trace, op: Operation, attr: str, results: Sequence[Any]) -> list[Any]:
    """The results, with None in the place of those that nobody wants."""
    found = iter(results)
    return [next(found) if is_wanted else None for is_wanted in trace.wanted(op, attr)]


# -- several branches --------------------------------------------------------------------------------------------------


def _chosen(
    trace: Trace, op: Operation, arms: Sequence[_Arm], number: Any, given: Sequence[Any]
) -> list[Any]:
    parts = [functools.partial(_called, trace, op, arm, given) for arm in arms]
    outcomes = [
        outcome_of(trace, (op, arm, trace.wanted(op, arm[0])), given, part)
        for arm, part in zip(arms, parts, strict=True)
    ]
    programs = [trace.body(op, *arm) for arm in arms]
    columns = zip(*(program.fetches for program in programs), strict=True)
    rows = zip(*(outcome.results for outcome in outcomes), strict=True)
    wanted = [_common(tensors, results) for tensors, results in zip(columns, rows, strict=True)]
    keys = list(dict.fromkeys(key for outcome in outcomes for key in outcome.changed))
    branches = [
        _branch(trace, part, outcome, wanted, keys) for part, outcome in zip(parts, outcomes, strict=True)
    ]
    results, state = lax.switch(number, branches)
    trace.state.update(zip(keys, state, strict=True))
    return list(results)


def _branch(
    trace: Trace, part: Callable[[], list[Any]], outcome: Outcome, wanted: Sequence[Any], keys: list[Hashable]
) -> Callable[[], tuple[list[Any], list[Any]]]:
    """A function for lax.switch: results of the shapes that are wanted, and the state behind it under these keys."""

    def branch() -> tuple[list[Any], list[Any]]:
        with forked(trace):
            results = part()
            changed = carried_state(trace, keys)
        return list(map(_fitted, results, outcome.results, wanted)), changed

    return branch


def _common(tensors: Sequence[Tensor], results: Sequence[Any]) -> Any:
    """What all branches give in one place, by its shapes; what stands for nothing takes any.

    Raises
    ------
    CannotLower
        If they give something else each.
    """
    real = [result for tensor, result in zip(tensors, results, strict=True) if not is_nothing(tensor)]
    kinds = {_kind(result): result for result in real or results}
    if len(kinds) > 1:
        shapes = " and ".join(str(getattr(result, "shape", "a list")) for result in kinds.values())
        raise CannotLower(f"branches give {tensors[0].name} different shapes: {shapes}")
    return next(iter(kinds.values()))


def _kind(result: Any) -> Any:
    leaves, structure = jax.tree.flatten(result)
    return structure, tuple((leaf.shape, leaf.dtype) for leaf in leaves)


def _fitted(value: Any, outcome: Any, wanted: Any) -> Any:
    """What a branch gives, or zeros of the shapes that are wanted in the place of what stands for nothing."""
    if _kind(outcome) == _kind(wanted):
        return on_device(value)
    return jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), wanted)
