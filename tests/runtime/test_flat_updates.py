"""Updates over flat memory give the interpreter's bits, wherever their gradients come from and however large they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import pytest

from estimator.core.dtypes import float32
from estimator.formats.messages import ConfigProto
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.graph.tensor import Operation, Tensor
from estimator.optimizers.adam import AdamOptimizer
from estimator.runtime import flat_updates
from estimator.runtime.executors import numpy as numpy_executor
from estimator.runtime.plan import make_plan
from estimator.runtime.recent import Recent
from estimator.runtime.session import Session
from estimator.variables.variable import Variable, global_variables_initializer
from tests.runtime.programs import all_values

Maker: TypeAlias = Callable[[Tensor, list[Variable]], list[Tensor]]


def results(x: Tensor, variables: list[Variable]) -> list[Tensor]:
    return [build.Mul(x, float(number)) for number, _ in enumerate(variables, 1)]


def views_of_results(x: Tensor, variables: list[Variable]) -> list[Tensor]:
    return [build.Reshape(build.Exp(build.Reshape(each, [3, 1])), [3]) for each in results(x, variables)]


def of_kernels(x: Tensor, variables: list[Variable]) -> list[Tensor]:
    return [each[0:3] for each in results(x, variables)]


def views_of_kernels(x: Tensor, variables: list[Variable]) -> list[Tensor]:
    return [build.Reshape(build.Reshape(each, [3, 1]), [3]) for each in of_kernels(x, variables)]


def fed_and_results(x: Tensor, variables: list[Variable]) -> list[Tensor]:
    return [x, *results(x, variables)[1:]]


def constants(x: Tensor, variables: list[Variable]) -> list[Tensor]:
    return [x.op.graph.constant(np.full(3, number, np.float32)) for number, _ in enumerate(variables)]


def one_for_all(x: Tensor, variables: list[Variable]) -> list[Tensor]:
    return [build.Neg(x)] * len(variables)


def one_and_views_of_it(x: Tensor, variables: list[Variable]) -> list[Tensor]:
    whole = build.Neg(x)
    return [whole, *(build.Reshape(build.Reshape(whole, [3, 1]), [3]) for _ in variables[1:])]


def reads_of_the_next(x: Tensor, variables: list[Variable]) -> list[Tensor]:
    return [each.as_tensor() for each in (*variables[1:], variables[0])]


def of_two_runs(x: Tensor, variables: list[Variable]) -> list[Tensor]:
    """The gradients are those of further updates, which have another rate."""
    made = results(x, variables)
    graph, rate = x.op.graph, x.op.graph.constant(0.25)
    for number, gradient in enumerate(made):
        other = Variable(np.ones(3, np.float32), name=f"w{number}")
        graph.add_to_collection("more", build.ResourceApplyGradientDescent(other.handle, rate, gradient))
    return made


def needed_elsewhere(x: Tensor, variables: list[Variable]) -> list[Tensor]:
    chain = [build.Neg(x)]
    for _ in variables[1:]:
        chain.append(build.Exp(chain[-1]))
    return chain


MAKERS: list[Maker] = [
    results, views_of_results, of_kernels, views_of_kernels, fed_and_results, constants, one_for_all,
    one_and_views_of_it, reads_of_the_next, of_two_runs, needed_elsewhere,
]  # fmt: skip


def steps(executor: str, make: Maker, count: int = 3) -> Any:
    """What fetching the gradients beside the updates gives, four times, and the variables at the end."""
    with Session(graph=Graph(), executor=executor) as session:
        x = build.Placeholder(dtype=float32, shape=(3,))
        variables = [Variable(np.arange(3, dtype=np.float32), name=f"v{number}") for number in range(count)]
        gradients = make(x, variables)
        updates = [adagrad(*pair) for pair in zip(variables, gradients, strict=True)]
        session.run(global_variables_initializer())
        found = []
        for step in range(4):
            fetches = [updates, session.graph.get_collection("more"), gradients]
            values = session.run(fetches, {x: np.array([0.1, 0.2, 0.3]) + step})[2]
            found.append([value.tobytes() for value in values])
        return found, all_values(session)


def adagrad(variable: Variable, gradient: Tensor) -> Operation:
    """An update; all of one graph have the same rate and lie in the same arenas."""
    graph = variable.graph
    if not graph.get_collection("rate"):
        graph.add_to_collection("rate", graph.constant(0.5))
    slot = Variable(np.ones(variable.dims, np.float32), name=f"{variable.op.name}/slot")
    result: Operation = build.ResourceApplyAdagrad(
        variable.handle, slot.handle, graph.get_collection("rate")[0], gradient
    )
    return result


@pytest.mark.parametrize("make", MAKERS)
def test_a_run_takes_its_gradients_from_wherever_they_are(
    make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    plain = flat_updates.write_run

    def counting(p: Any, gradients: Any) -> None:
        written.append(len(gradients.run.parts))
        plain(p, gradients)

    monkeypatch.setattr("estimator.runtime.plan.write_run", counting)
    monkeypatch.setattr(numpy_executor, "_factories", Recent(8))
    assert steps("numpy", make) == steps("interpreter", make)
    assert written == ([3, 3] if make is of_two_runs else [3])


def plan_text(make: Maker) -> str:
    """The code of the plan of three updates."""
    with Session(graph=Graph()) as session:
        x = build.Placeholder(dtype=float32, shape=(3,))
        variables = [Variable(np.arange(3, dtype=np.float32), name=f"v{number}") for number in range(3)]
        updates = [adagrad(*pair) for pair in zip(variables, make(x, variables), strict=True)]
        session.run(global_variables_initializer())
        program = session.prepare(updates, [x]).program
        return make_plan(program, [(3,)], session.store).text


def copies(text: str) -> int:
    """The number of lines that copy an array."""
    return text.count("[...] = ")


@pytest.mark.parametrize(
    ("make", "expected"),
    [(results, 0), (views_of_results, 0), (of_kernels, 3), (fed_and_results, 1), (one_for_all, 2)],
)
def test_what_is_a_result_of_its_own_is_written_where_the_run_wants_it(make: Maker, expected: int) -> None:
    assert copies(plan_text(make)) == expected


# -- sizes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 16, 17, 31, 32, 33, 48, 50, 64, 90, 256, 300])
@pytest.mark.parametrize("kind", ["result", "kernel"])
def test_blocks_give_the_bits_of_the_whole(size: int, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flat_updates, "BLOCK", 16)
    monkeypatch.setattr(numpy_executor, "_factories", Recent(8))

    def trained(executor: str, threads: int = 1) -> dict[str, bytes]:
        config = ConfigProto(intra_op_parallelism_threads=threads)
        with Session(graph=Graph(), executor=executor, config=config) as session:
            x = build.Placeholder(dtype=float32, shape=(size,))
            gradient = build.Neg(x) if kind == "result" else x[0:size]
            update = adagrad(Variable(np.ones(size, np.float32), name="v"), gradient)
            session.run(global_variables_initializer())
            for step in range(4):
                session.run(update, {x: np.linspace(-1, 1, size, dtype=np.float32) + step})
            return all_values(session)

    assert trained("numpy") == trained("numpy", threads=3) == trained("interpreter")


@pytest.mark.parametrize(("size", "lanes"), [(63, 0), (64, 2), (255, 2), (256, 4), (300, 4)])
def test_many_blocks_are_shared_among_lanes(size: int, lanes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flat_updates, "BLOCK", 16)
    with Session(graph=Graph()) as session:
        v = Variable(np.ones(size, np.float32), name="v")
        train = AdamOptimizer(0.1).minimize(build.Sum(build.Square(v), [0]))
        session.run(global_variables_initializer())
        text = make_plan(session.prepare(train, []).program, [], session.store).text
    written = [line.split("():")[0].split() for line in text.splitlines() if line.startswith("    def ")]
    assert len(written) == lanes
    scratch = {line.rpartition("out=")[2] for line in text.splitlines() if line.startswith(" " * 12)}
    own = {name for name in scratch if name.startswith("b")}
    assert len(own) == 2 * lanes  # each lane has two arrays of its own, since they may be at work at one time


@pytest.mark.parametrize(("size", "has_blocks"), [(32, False), (33, True)])
def test_only_what_is_long_is_done_in_blocks(
    size: int, has_blocks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flat_updates, "BLOCK", 16)
    with Session(graph=Graph()) as session:
        x = build.Placeholder(dtype=float32, shape=(size,))
        update = adagrad(Variable(np.ones(size, np.float32), name="v"), build.Neg(x))
        session.run(global_variables_initializer())
        text = make_plan(session.prepare(update, [x]).program, [(size,)], session.store).text
    assert ("for " in text) is has_blocks


def test_what_all_blocks_have_in_common_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flat_updates, "BLOCK", 16)
    with Session(graph=Graph()) as session:
        v = Variable(np.ones(40, np.float32), name="v")
        train = AdamOptimizer(0.1).minimize(build.Sum(build.Square(v), [0]))
        session.run(global_variables_initializer())
        text = make_plan(session.prepare(train, []).program, [], session.store).text
    lines = text.splitlines()
    start = next(place for place, line in enumerate(lines) if "for " in line)
    loop = [line for line in lines[start + 1 :] if line.startswith(" " * 8)]
    # behind it the same for the rest; the powers of beta, each a product and its copy; and the return
    assert (len(loop), len(lines) - start - 1 - len(loop)) == (12, 12 + 4 + 1)
