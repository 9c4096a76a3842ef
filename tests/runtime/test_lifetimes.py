"""How operations are run, whose memory a tensor may share, and which reads must be copies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32, int32, int64
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor
from estimator.runtime.facts import Facts
from estimator.runtime.lifetimes import Lifetimes, Way
from estimator.runtime.program import Program, make_program
from estimator.runtime.session import Session
from estimator.variables.variable import Variable


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


def given(dims: Any = (2,)) -> Tensor:
    result: Tensor = build.Placeholder(dtype=float32, shape=dims)
    return result


def analysed(fetches: Any, fed: Any = (), targets: Any = ()) -> tuple[Lifetimes, Program]:
    """The lifetimes of a run that is fed arrays of the shapes its placeholders have, 2 where they do not say."""
    program = make_program(Graph(), fetches, targets, fed)
    shapes = [tuple(size or 2 for size in tensor.dims) for tensor in fed]
    return Lifetimes(program, Facts(program, shapes)), program


def must_copy(read: Tensor, fetches: Any = (), targets: Any = ()) -> bool:
    """Whether a read must be a copy in that run."""
    lifetimes, program = analysed(fetches, targets=targets)
    return lifetimes.read_must_copy(read.op, program.order.index(read.op))


# -- ways --------------------------------------------------------------------------------------------


def test_each_operation_has_its_way() -> None:
    x, vague = given(), given((None,))
    v = Variable([1.0, 2.0], name="v")
    folded = build.AddV2(Graph.constant(x.graph, [1.0, 2.0]), [1.0, 1.0])  # type: ignore[arg-type]
    read = v.as_tensor()
    write = build.AssignSubVariableOp(v.handle, read)
    cases = [
        (folded.op, Way.FOLDED),
        (v.handle.op, Way.HANDLE),
        (read.op, Way.READ),
        (build.Reshape(x, [2, 1]).op, Way.VIEW),
        (build.Neg(x).op, Way.UFUNC),
        (build.Softmax(build.Reshape(x, [1, 2])).op, Way.EMIT),
        (write, Way.UPDATE),
        (build.AssignVariableOp(v.handle, x), Way.UPDATE),
        (build.Unique(vague)[0].op, Way.KERNEL),
    ]
    lifetimes, _ = analysed([], [x, vague], [op for op, _ in cases])
    assert [lifetimes.ways[op] for op, _ in cases] == [way for _, way in cases]


def test_what_only_gives_a_shape_that_is_known_is_left_out_unless_it_may_fail() -> None:
    x, y = given(), given()
    product = build.Mul(x, y)
    summed = build.Reshape(product, [2, 1])
    picked = build.GatherV2(x, build.Cast(y, DstT=int32), 0)  # by indices that may lie outside
    result = build.AddV2(y, build.AddV2(build.ZerosLike(product), build.ZerosLike(picked)))
    shape = build.Shape(summed)
    lifetimes, _ = analysed([result, shape], [x, y])
    ways = [lifetimes.ways[tensor.op] for tensor in (product, summed, shape, picked)]
    assert ways == [Way.NEEDLESS, Way.NEEDLESS, Way.FOLDED, Way.EMIT]
    kept, _ = analysed([result, product], [x, y])
    assert kept.ways[product.op] is Way.UFUNC
    alone, _ = analysed([], [x, y], [product.op])
    assert alone.ways[product.op] is Way.UFUNC


def test_what_has_a_shape_that_only_the_run_tells_is_left_to_kernels() -> None:
    some = build.Unique(given())[0]
    dynamic = [build.Neg(some), build.Reshape(some, [-1, 2]), build.Softmax(build.Reshape(some, [-1, 1]))]
    write = build.AssignSubVariableOp(Variable([1.0, 2.0], name="v").handle, some)
    lifetimes, _ = analysed(dynamic, [some.op.inputs[0]], [write])
    assert {lifetimes.ways[op] for op in (write, *(tensor.op for tensor in dynamic))} == {Way.KERNEL}


@pytest.mark.parametrize(
    ("target", "way"),
    [
        ([-1, 4], Way.VIEW),
        ([-1], Way.VIEW),
        ([2, -1, 2], Way.VIEW),
        ([-1, 8], Way.KERNEL),  # the rows may be odd in number
        ([3, 4], Way.KERNEL),  # they may be others than three
        ([-1, 0], Way.KERNEL),
    ],
)
def test_a_view_whose_one_unknown_size_follows_from_the_others_is_one_all_the_same(
    target: list[int], way: Way
) -> None:
    x, size = given(), build.Placeholder(dtype=int32, shape=())
    rows = build.Reshape(build.Unique(x)[0], [-1, 1])
    matrix = build.Tile(rows, [1, 4])
    view, unsure = build.Reshape(matrix, target), build.Reshape(matrix, build.Pack([size, 4]))
    lifetimes, _ = analysed([view, unsure], [x, size])
    assert [lifetimes.ways[op] for op in (rows.op, view.op, unsure.op)] == [Way.VIEW, way, Way.KERNEL]
    squeezed = build.Squeeze(build.Reshape(matrix, [-1, 4]), squeeze_dims=[0])
    lifetimes, _ = analysed([squeezed], [x])
    assert lifetimes.ways[squeezed.op] is Way.KERNEL  # there may be several rows


def test_a_shape_of_which_a_known_size_is_asked_for_is_left_out() -> None:
    x = given()
    shape = build.Shape(build.Tile(build.Reshape(build.Unique(x)[0], [-1, 1]), [1, 4]))
    width = build.Neg(build.StridedSlice(shape, [1], [2], [1], shrink_axis_mask=1))
    lifetimes, _ = analysed([width], [x])
    assert lifetimes.ways[shape.op] is Way.NEEDLESS
    count = build.Neg(build.StridedSlice(shape, [0], [1], [1], shrink_axis_mask=1))
    lifetimes, _ = analysed([width, count], [x])
    assert lifetimes.ways[shape.op] is Way.KERNEL


# -- repeats -----------------------------------------------------------------------------------------


def test_what_does_the_same_to_the_same_is_a_repeat_of_the_first() -> None:
    x = given()
    first, again = (build.Unique(build.Neg(x)) for _ in range(2))
    same_constants = [build.AddV2(x, np.float32(0.5)) for _ in range(2)]
    lifetimes, _ = analysed([*first, *again, *same_constants], [x])
    repeats = {tensor.op.inputs[0].op: first[0].op.inputs[0] for tensor in again[:1]}
    assert {op for op, way in lifetimes.ways.items() if way is Way.REPEAT} == {
        *repeats, again[0].op, same_constants[1].op,
    }  # fmt: skip
    assert [lifetimes.first[tensor] for tensor in again] == list(first)
    assert lifetimes.origins[same_constants[1]] == {same_constants[0]}


def test_what_differs_in_something_is_no_repeat() -> None:
    x, y, fed = given(), given(), given()
    handle = Variable([1.0, 2.0], name="v").handle
    pairs = [
        [build.Neg(x), build.Neg(y)],
        [build.Sub(x, y), build.Sub(y, x)],
        [build.Unique(x)[1], build.Unique(x, out_idx=int64)[1]],
        [build.AddV2(x, np.float32(0.0)), build.AddV2(x, np.float32(-0.0))],
        [build.RandomUniform([2], dtype=float32, seed=1) for _ in range(2)],
        [build.ReadVariableOp(handle, dtype=float32) for _ in range(2)],
        [build.Exp(x) for _ in range(2)],
    ]
    lifetimes, _ = analysed([tensor for pair in pairs for tensor in pair], [x, y, fed, pairs[-1][1]])
    assert Way.REPEAT not in lifetimes.ways.values()


def test_memory_is_needed_as_long_as_a_repeat_is() -> None:
    x = given()
    first, again = build.Neg(x), build.Neg(x)
    middle = build.Exp(first)
    end = build.Mul(build.Tanh(middle), again)
    lifetimes, program = analysed([end], [x])
    assert program.order[lifetimes.last_use[first]] is end.op
    assert again not in lifetimes.last_use


def test_a_variable_whose_shape_may_change_is_left_to_kernels() -> None:
    handle = build.VarHandleOp(dtype=float32, shape=None, shared_name="v")
    read = build.ReadVariableOp(handle, dtype=float32)
    write = build.AssignAddVariableOp(handle, [1.0])
    lifetimes, _ = analysed([read], targets=[write])
    assert lifetimes.ways[read.op] is lifetimes.ways[write] is Way.KERNEL


def test_an_operation_that_runs_although_its_output_is_fed_is_left_to_its_kernel() -> None:
    middle = build.Neg(given())
    lifetimes, _ = analysed([], [middle, middle.op.inputs[0]], [middle.op])
    assert lifetimes.ways[middle.op] is Way.KERNEL


# -- memory ------------------------------------------------------------------------------------------


def test_a_view_keeps_its_input_alive_and_a_result_does_not() -> None:
    x = given()
    source = build.Neg(x)
    view = build.Reshape(source, [2, 1])
    result = build.Exp(view)
    end = build.Tanh(result)
    lifetimes, program = analysed([end], [x])
    assert lifetimes.origins[view] == {source}
    assert lifetimes.origins[result] == {result}
    assert program.order[lifetimes.last_use[source]] is result.op
    assert program.order[lifetimes.last_use[result]] is end.op
    assert lifetimes.last_use[end] == len(program.order)


def test_what_a_kernel_gives_may_lie_in_its_inputs() -> None:
    x = given()
    source = build.Neg(x)
    kept = build.Unique(source)[0]  # a kernel: it allocates, or gives what it was given
    lifetimes, program = analysed([kept], [x])
    assert lifetimes.origins[kept] == {source}
    assert lifetimes.last_use[source] == len(program.order)


# -- reads -------------------------------------------------------------------------------------------


def after(op: Any, make: Any) -> Any:
    """What `make` builds, to run after `op`."""
    with Graph.control_dependencies(op.graph, [op]):
        return make()


def test_a_read_whose_last_use_comes_before_the_write_is_a_view() -> None:
    v = Variable([1.0, 2.0], name="v")
    read = v.as_tensor()
    used = build.Neg(read)
    write = after(used.op, lambda: build.AssignVariableOp(v.handle, [0.0, 0.0]))
    assert not must_copy(read, [used], [write])


def test_a_read_that_is_used_behind_the_write_is_a_copy() -> None:
    v = Variable([1.0, 2.0], name="v")
    read = v.as_tensor()
    write = after(read.op, lambda: build.AssignVariableOp(v.handle, [0.0, 0.0]))
    used = after(write, lambda: build.Neg(read))
    assert must_copy(read, [used], [write])


def test_a_read_whose_last_use_is_the_write_itself_is_a_copy() -> None:
    """An update may write one of its variables before it looks at its gradient for the last time."""
    v, accum = Variable([1.0, 2.0], name="v"), Variable([0.0, 0.0], name="accum")
    read = v.as_tensor()
    write = build.ResourceApplyMomentum(v.handle, accum.handle, 0.1, read, 0.9)
    assert must_copy(read, targets=[write])


def test_a_read_behind_the_write_is_a_view() -> None:
    v = Variable([1.0, 2.0], name="v")
    write = build.AssignVariableOp(v.handle, [0.0, 0.0])
    read = after(write, v.as_tensor)
    assert not must_copy(read, [build.Neg(read)], [write])


def test_a_fetched_read_is_a_copy_if_the_run_writes_and_a_view_if_not() -> None:
    v = Variable([1.0, 2.0], name="v")
    read = v.as_tensor()
    assert not must_copy(read, [read])
    write = after(read.op, lambda: build.AssignVariableOp(v.handle, [0.0, 0.0]))
    assert must_copy(read, [read], [write])


def test_a_read_that_only_a_view_of_it_outlives_is_a_copy() -> None:
    v = Variable([1.0, 2.0], name="v")
    read = v.as_tensor()
    view = build.Reshape(read, [2, 1])
    write = after(view.op, lambda: build.AssignVariableOp(v.handle, [0.0, 0.0]))
    used = after(write, lambda: build.Neg(view))
    assert must_copy(read, [used], [write])


def test_a_write_of_another_variable_makes_no_copy_and_of_an_unknown_one_does() -> None:
    v, other = Variable([1.0, 2.0], name="v"), Variable([1.0, 2.0], name="other")
    unknown = build.Placeholder(dtype="resource", shape=())
    read = v.as_tensor()
    for handle, copies in ((other.handle, False), (unknown, True)):
        write = after(read.op, lambda handle=handle: build.AssignVariableOp(handle, [0.0, 0.0]))
        used = after(write, lambda: build.Neg(read))
        lifetimes, program = analysed([used], [unknown], [write])
        assert lifetimes.read_must_copy(read.op, program.order.index(read.op)) is copies


def test_an_update_that_reads_its_variable_as_its_gradient_gives_the_interpreters_bits() -> None:
    found = []
    for executor in ("interpreter", "numpy"):
        with Session(graph=Graph(), executor=executor) as session:
            v, accum = Variable([1.0, 2.0], name="v"), Variable([3.0, 4.0], name="accum")
            momentum = build.ResourceApplyMomentum(
                v.handle, accum.handle, 0.1, accum.as_tensor(), 0.9, use_nesterov=True
            )
            session.run([v.initializer, accum.initializer])
            for _ in range(4):
                session.run(momentum)
            found.append([np.asarray(each).tobytes() for each in session.run([v, accum])])
    assert found[0] == found[1]
