"""Fetching, feeding, failing, and several users of one session."""

from __future__ import annotations

import gc
import sys
import threading
from collections import namedtuple
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from estimator.core import dtypes
from estimator.core.dtypes import bfloat16, float32, int32, int64, string
from estimator.core.errors import (
    InvalidArgumentError,
    UnimplementedError,
)
from estimator.formats import messages
from estimator.graph import build
from estimator.graph.defaults import default_sessions
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.slices import IndexedSlices, IndexedSlicesValue
from estimator.graph.sparse import SparseTensor, SparseTensorValue
from estimator.graph.tensor import Tensor
from estimator.runtime import session as session_module
from estimator.runtime.executors import numpy as numpy_executor
from estimator.runtime.session import EXECUTORS, Session
from estimator.settings.checks import CHOICES
from estimator.variables.variable import Variable, global_variables_initializer
from tests.runtime.programs import bits, calling, training


@pytest.fixture(params=["interpreter", "numpy"])
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session in a graph of its own; tests run thrice what shall meet a plan."""
    with Session(graph=Graph(), executor=request.param) as session:
        yield session


def placeholder(dims: Any = None, dtype: Any = float32, name: str = "x") -> Tensor:
    result: Tensor = build.Placeholder(dtype=dtype, shape=dims, name=name)
    return result


def test_no_cycles_are_searched_while_a_run_is_prepared(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    compile, searched = session.compile, []

    def note(*arguments: Any) -> Any:
        searched.append(gc.isenabled())
        return compile(*arguments)

    monkeypatch.setattr(session, "compile", note)
    session.run(session.graph.constant(1.0))
    assert searched == [False]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [({"target": 3}, "a string"), ({"graph": 3}, "a tf.Graph"), ({"config": 3}, "a tf.ConfigProto")],
)
def test_what_is_no_argument_of_a_session_is_refused(given: Any, wanted: str) -> None:
    (name,) = given
    with pytest.raises(TypeError, match=rf"Argument `{name}` must be {wanted}, given: 3 \(int\)\.$"):
        Session(**given)


def test_all_wrong_arguments_of_a_session_are_named_at_once() -> None:
    with pytest.raises(
        TypeError, match=r"`target` must be .* `config` must be a tf.ConfigProto, given: 'gpu'"
    ):
        Session(Graph(), config="gpu")  # type: ignore[arg-type]


def test_another_process_is_no_target() -> None:
    with pytest.raises(
        ValueError, match="target must be '', given: 'grpc://x:1'; there is only the local process"
    ):
        Session("grpc://x:1")
    assert Session("").sess_str == b""


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"feed_dict": [1]}, "a dict from tensors to their values"),
        ({"options": 3}, "a tf.RunOptions"),
        ({"run_metadata": 3}, "a tf.RunMetadata"),
    ],
)
def test_what_is_no_argument_of_a_run_is_refused(session: Session, given: Any, wanted: str) -> None:
    (name,) = given
    with pytest.raises(TypeError, match=f"Argument `{name}` must be {wanted}, given: "):
        session.run(session.graph.constant(1.0), **given)


def test_a_run_gives_its_graph_on_request(session: Session) -> None:
    metadata = messages.RunMetadata()
    one = session.graph.constant(1.0, name="one")
    session.run(one, options=messages.RunOptions(output_partition_graphs=True), run_metadata=metadata)
    assert [node.name for node in metadata.partition_graphs[0].node] == ["one"]


def test_text_is_no_number_that_could_be_fed(session: Session) -> None:
    x = build.Placeholder(dtype=float32, shape=None)
    with pytest.raises(
        ValueError, match=r"Cannot feed \['a'\] for Tensor 'Placeholder:0': text cannot be made float32"
    ):
        session.run(x, {x: ["a"]})


def test_an_empty_graph_is_told() -> None:
    with pytest.raises(
        RuntimeError, match=r"^The Session graph is empty\. Add operations to the graph before"
    ):
        Session(graph=Graph()).run("x:0")


def test_a_block_of_a_session_is_not_entered_again_inside_itself(session: Session) -> None:
    with pytest.raises(RuntimeError, match=r"not re-entrant.*session\.as_default\(\)"):
        session.__enter__()  # the fixture has entered it
    assert session.run(session.graph.constant(1.0)) == 1.0


# -- fetching ----------------------------------------------------------------------------------------


def test_results_come_in_the_structure_of_the_fetches(session: Session) -> None:
    Pair = namedtuple("Pair", "first second")
    x, y = session.graph.constant(1.0), session.graph.constant([2.0])
    for _ in range(3):
        result = session.run({"b": [x, (y, x)], "a": Pair(x, []), "none": y.op})
        assert list(result) == ["b", "a", "none"]
        assert result["b"][0] == 1.0 and result["b"][1][0].tolist() == [2.0]
        assert result["a"] == Pair(1.0, []) and isinstance(result["b"][1], tuple)
        assert result["none"] is None
    assert session.run([]) == []


def test_scalars_are_numpy_scalars_and_text_is_bytes(session: Session) -> None:
    number, word, words = session.run([session.graph.constant(value) for value in (1.5, "a", ["b", "c"])])
    assert type(number) is np.float32
    assert word == b"a"
    assert words.tolist() == [b"b", b"c"]


def test_names_fetch_too(session: Session) -> None:
    session.graph.constant(3.0, name="three")
    assert session.run("three:0") == 3.0
    assert session.run("three") is None
    with pytest.raises(ValueError, match="no operation 'tree'. Did you mean 'three'"):
        session.run("tree:0")
    with pytest.raises(TypeError, match="None .*is neither a Tensor, an Operation nor a name"):
        session.run(None)


def test_a_tensor_of_another_graph_is_refused(session: Session) -> None:
    session.graph.constant(2.0)
    other = Graph().constant(1.0)
    with pytest.raises(ValueError, match="not an element of this graph"):
        session.run(other)


def test_variables_are_fetched_by_object_and_by_name(session: Session) -> None:
    v = Variable([1.0, 2.0], name="v")
    session.run(v.initializer)
    for _ in range(3):
        assert [value.tolist() for value in session.run([v, "v:0", v.handle])] == [[1, 2]] * 3


def test_a_container_that_changes_between_runs_does_no_harm(session: Session) -> None:
    x = session.graph.constant(1.0)
    y = build.Neg(x)
    fetches = {"x": x}
    session.run(fetches)
    fetches["y"] = y
    assert session.run(fetches) == {"x": 1.0, "y": -1.0}
    assert session.run({"x": x}) == {"x": 1.0}


# -- feeding -----------------------------------------------------------------------------------------


def test_numbers_are_converted_to_the_type_of_the_tensor(session: Session) -> None:
    cases: list[tuple[Any, Any, Any]] = [
        (float32, np.float64(1.5), 1.5),
        (float32, 2, 2.0),
        (float32, np.arange(2), [0, 1]),
        (int32, np.float32(2), 2),
        (int32, True, 1),
        (int32, [4 / 2], [2]),
        (int32, [1, 2], [1, 2]),
        (dtypes.bool, 1, True),
        (string, np.array(["a", "é"]), [b"a", "é".encode()]),
        (string, "text", b"text"),
    ]
    for dtype, value, expected in cases:
        x = placeholder(None, dtype)
        result = session.run(x, {x: value})
        assert np.asarray(result).tolist() == expected
        assert dtype is string or result.dtype == dtype.np


def test_bfloat16_is_fed_as_numbers(session: Session) -> None:
    x = placeholder((), bfloat16)
    assert session.run(build.Cast(x, DstT=float32), {x: np.float32(1.5)}) == 1.5


def test_arrays_in_any_order_can_be_fed(session: Session) -> None:
    x = placeholder((None, 3))
    y = build.MatMul(x, np.eye(3, dtype=np.float32))
    for array in (np.arange(6.0).reshape(3, 2).T, np.arange(12.0).reshape(4, 3)[::2]):
        for _ in range(3):
            assert np.array_equal(session.run(y, {x: array}), array)


def test_variables_are_fed_for_every_read_of_the_run(session: Session) -> None:
    v = Variable([1.0, 2.0], name="v")
    total = build.AddV2(build.Mul(v, 10.0), v)
    session.run(v.initializer)
    for key in (v, "v:0", v.handle):
        assert session.run([total, v], {key: [5.0, 6.0]})[0].tolist() == [55, 66]
        assert session.run([total, v], {key: [5.0, 6.0]})[1].tolist() == [5, 6]
    assert session.run(v).tolist() == [1, 2]


def test_a_variable_that_the_run_writes_cannot_be_fed(session: Session) -> None:
    v = Variable(1.0, name="v")
    session.run(v.initializer)
    with pytest.raises(
        InvalidArgumentError, match="variable 'v' is fed, and AssignAddVariableOp .* would write it"
    ):
        session.run(v.assign_add(1.0), {v: 5.0})
    assert session.run(v) == 1.0
    assert not session.store.torn


def test_a_value_of_another_shape_is_refused_with_both_shapes(session: Session) -> None:
    x = placeholder((None, 4), name="features")
    with pytest.raises(
        ValueError,
        match=r"Cannot feed value of shape \(2, 3\) for Tensor 'features:0', which has shape \(\?, 4\)",
    ):
        session.run(x, {x: np.ones((2, 3))})


@pytest.mark.parametrize(
    ("dtype", "value", "reason"),
    [
        (float32, ["a", "b"], "cannot be made float32"),
        (float32, [[1.0], [2.0, 3.0]], "inhomogeneous"),
        (int32, [1.5], "1.5 does not fit into int32"),
        (int32, np.array([3.7]), "3.7 does not fit into int32"),
        (dtypes.bool, ["a"], "cannot be made bool"),
        (string, [1], "neither numbers nor text|cannot be made string"),
    ],
)
def test_a_value_of_another_kind_is_refused_with_the_tensors_name(
    session: Session, dtype: Any, value: Any, reason: str
) -> None:
    x = placeholder(None, dtype, "features")
    with pytest.raises(
        (TypeError, ValueError), match=f"Cannot feed .* for Tensor 'features:0': .*({reason})"
    ):
        session.run(x, {x: value})


def test_a_tensor_is_no_value_and_an_operation_no_place(session: Session) -> None:
    x, y = placeholder(), session.graph.constant(1.0)
    with pytest.raises(TypeError, match="value fed for 'x:0' is itself a Tensor .Const:0.; feed an array"):
        session.run(x, {x: y})
    with pytest.raises(TypeError, match="cannot be fed: only tensors have values; name an output, 'x:0'"):
        session.run(x, {x.op: 1.0})


def test_all_placeholders_that_are_not_fed_are_named(session: Session) -> None:
    x, y, z = (placeholder((None,), name=name) for name in "xyz")
    with pytest.raises(
        InvalidArgumentError, match=r"must feed a value for placeholder 'x' .*, 'z' .*feed_dict"
    ) as caught:
        session.run(build.AddN([x, y, z]), {y: [1.0]})
    assert caught.value.op is x.op


def test_a_fed_placeholder_may_be_waited_for_and_run(session: Session) -> None:
    x = placeholder((None,))
    with session.graph.control_dependencies([x]):
        y = session.graph.apply("Neg", ([1.0],), {})
    for _ in range(3):
        assert session.run([x.op, y, build.NoOp()], {x: [1.0]})[1].tolist() == [-1.0]


def sparse(dims: Any = (None, 2)) -> SparseTensor:
    indices, shape = placeholder(dims, int64, "indices"), placeholder(dims[1:], int64, "shape")
    return SparseTensor(indices, placeholder([None]), shape)


@pytest.mark.parametrize("kind", [SparseTensorValue, lambda *parts: parts, lambda *parts: list(parts)])
def test_a_sparse_tensor_is_fed_its_value_or_its_parts(session: Session, kind: Any) -> None:
    x = sparse()
    value = kind([[0, 1], [1, 2]], np.array([1.5, 2.5]), (2, 3))
    for _ in range(3):
        found = session.run({"x": x, "values": x.values}, {x: value})
        assert isinstance(found["x"], SparseTensorValue)
        assert [part.tolist() for part in found["x"]] == [[[0, 1], [1, 2]], [1.5, 2.5], [2, 3]]
        assert found["values"].tolist() == [1.5, 2.5]


def test_a_value_fetched_is_one_to_feed(session: Session) -> None:
    x, y = sparse(), SparseTensor([[1, 0]], [3.0], [2, 2])
    assert session.run(x.values, {x: session.run(y)}).tolist() == [3.0]


def test_a_structure_of_tensors_is_fed_one_like_it(session: Session) -> None:
    x, y, z = (placeholder((2,), name=name) for name in "xyz")
    state = ((x, y), z)
    for value in (((1.0, 2.0), (3.0, 4.0)), np.array([5.0, 6.0])), [[[1.0, 2.0], [3.0, 4.0]], [5.0, 6.0]]:
        found = session.run([x, y, z], {state: value})
        assert [part.tolist() for part in found] == [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]


@pytest.mark.parametrize("value", [np.zeros((2, 2)), (np.zeros(2),), np.zeros(2), None])
def test_another_structure_than_that_of_the_tensors_is_refused(session: Session, value: Any) -> None:
    x, y = placeholder((2,)), placeholder((2,), name="y")
    with pytest.raises(ValueError, match=r"for the structure \(\., \.\): feed one like it"):
        session.run(x + y, {(x, y): value})


@pytest.mark.parametrize(
    "value", [np.ones((2, 3)), ([[0, 1]], [1.0]), ([[0, 1]], [1.0], [2, 3], 0), 1.0, None]
)
def test_what_is_fed_for_a_sparse_tensor_has_its_three_parts(session: Session, value: Any) -> None:
    with pytest.raises(
        TypeError, match=r"feed a SparseTensorValue, or a tuple .*\(indices, values, dense_shape\)"
    ):
        session.run(sparse(), {sparse(): value})


def test_parts_fed_must_have_the_shapes_of_their_tensors(session: Session) -> None:
    x = sparse()
    with pytest.raises(ValueError, match=r"shape \(1, 3\) for Tensor 'indices:0', which has shape \(\?, 2\)"):
        session.run(x, {x: ([[0, 1, 2]], [1.0], [2, 3])})


def test_slices_are_fed_the_parts_they_have(session: Session) -> None:
    values, indices = placeholder([None, 1]), placeholder([None], int32, "indices")
    rows = IndexedSlices(values, indices)
    for value in (([[1.0]], [4]), IndexedSlicesValue([[1.0]], [4], None)):
        found = session.run(rows, {rows: value})
        assert (found.values.tolist(), found.indices.tolist(), found.dense_shape) == ([[1.0]], [4], None)


# -- several users -----------------------------------------------------------------------------------


def test_a_run_inside_a_run_has_memory_of_its_own(session: Session) -> None:
    x = placeholder((3,))
    v = Variable([0.0, 0.0, 0.0], name="v")
    session.run(v.initializer)
    doubled = build.Exp(build.Mul(x, 2.0))
    inner: list[list[float]] = []
    depth: list[int] = []

    def again() -> None:
        if not depth:  # once deep
            depth.append(1)
            inner.append(session.run(fetches, {x: [3.0, 2.0, 1.0]})[0].tolist())
            depth.pop()

    with session.graph.control_dependencies([doubled]):
        call = calling(session, again)
    with session.graph.control_dependencies([call]):
        after = build.AddV2(doubled, 1.0)
    fetches = [after, v.assign_add(x, read_value=False)]
    for count in range(1, 5):
        outer = session.run(fetches, {x: [0.0, 0.0, 0.0]})[0].tolist()
        assert outer == [2.0, 2.0, 2.0]
        assert len(inner) == count
        np.testing.assert_allclose(inner[-1], np.exp([6.0, 4.0, 2.0]) + 1, rtol=1e-6)
    assert session.run(v).tolist() == [12.0, 8.0, 4.0]


def in_threads(count: int, work: Callable[[int], None]) -> None:
    """Run the work in threads that begin together; their exceptions are the test's."""
    barrier, failures = threading.Barrier(count), []

    def run(number: int) -> None:
        barrier.wait()
        try:
            work(number)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def test_threads_that_predict_with_one_session_get_their_own_results(session: Session) -> None:
    x = placeholder((None, 8))
    net = x
    for _ in range(4):
        net = build.Tanh(build.MatMul(net, np.random.default_rng(1).random((8, 8), np.float32)))
    batches = [np.random.default_rng(seed).random((5 + seed % 3, 8), np.float32) for seed in range(6)]
    expected = [session.run(net, {x: batch}).tobytes() for batch in batches]
    wrong: list[int] = []

    def predict(number: int) -> None:
        for count in range(60):
            place = (number + count) % len(batches)
            if session.run(net, {x: batches[place]}).tobytes() != expected[place]:
                wrong.append(place)

    in_threads(4, predict)
    assert not wrong


def test_threads_that_write_lose_no_update(session: Session) -> None:
    v = Variable(np.zeros(1000, np.float32), name="v")
    session.run(v.initializer)
    add = v.assign_add(np.ones(1000, np.float32), read_value=False)
    in_threads(4, lambda number: [session.run(add) for _ in range(50)] and None)
    assert set(session.run(v).tolist()) == {200.0}


# -- plans and memories ------------------------------------------------------------------------------


def test_the_first_run_is_generic_and_the_second_makes_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    planned: list[Any] = []
    plain = numpy_executor.make_plan

    def counting(program: Any, shapes: Any, store: Any) -> Any:
        planned.append(program)
        return plain(program, shapes, store)

    monkeypatch.setattr(numpy_executor, "make_plan", counting)
    with Session(graph=Graph()) as session:
        x = placeholder((None,))
        y = build.Mul(
            x, 0.123
        )  # a number that no other test multiplies with: plans are remembered for the process
        counts = []
        for size in (1, 1, 1, 2, 2, 1):
            session.run(y, {x: [1.0] * size})
            counts.append(len(planned))
    assert counts == [0, 1, 1, 1, 2, 2]


def test_old_fetch_sets_and_shapes_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "_RUNNERS", 4)
    with Session(graph=Graph()) as session:
        x = placeholder((None,))
        for count in range(10):
            y = build.AddV2(x, float(count))
            for size in range(1, 12):
                for _ in range(2):
                    assert session.run(y, {x: [1.0] * size}).tolist() == [1.0 + count] * size
        assert len(session._runners) == 4


def test_prepared_runs_take_arrays_and_give_what_run_gives() -> None:
    model = training()
    feeds = model.feeds(4)
    session, reference = model.session(), model.session()
    step = session.prepare(model.fetches, list(feeds))
    for _ in range(3):
        assert bits(step(list(feeds.values()))) == bits(reference.run(model.fetches, feeds))


# -- contexts ----------------------------------------------------------------------------------------


def test_a_session_is_a_context_for_its_graph_and_itself() -> None:
    graph = Graph()
    with Session(graph=graph) as session:
        assert get_default_graph() is graph
        assert build.AddV2(1.0, 2.0).eval() == 3.0
        with session.as_default():
            assert default_sessions() == [session, session]
        assert default_sessions() == [session]
    assert default_sessions() == []
    assert get_default_graph() is not graph


def test_without_a_session_eval_says_what_to_do() -> None:
    with pytest.raises(ValueError, match="there is no default session: use `with tf.Session"):
        build.AddV2(1.0, 2.0).eval()


def test_a_closed_session_refuses_to_run() -> None:
    session = Session(graph=Graph())
    session.close()
    with pytest.raises(RuntimeError, match="Attempted to use a closed Session"):
        session.run([])


def test_an_executor_that_is_not_there_is_answered() -> None:
    with pytest.raises(ValueError, match="unknown executor 'numpi'. Did you mean 'numpy'"):
        Session(graph=Graph(), executor="numpi")
    with pytest.raises(TypeError, match=r"Argument `executor` must be a string, given: 3 \(int\)"):
        Session(graph=Graph(), executor=3)  # type: ignore[arg-type]


def test_executors_may_take_turns_on_one_store() -> None:
    model = training()
    session, reference = model.session(), model.session("interpreter")
    for seed in range(6):
        session.executor = "interpreter" if seed % 2 else "numpy"
        session._runners.clear()
        for _ in range(2):
            got = session.run(model.fetches, model.feeds(4, seed))
            assert bits(got) == bits(reference.run(model.fetches, model.feeds(4, seed)))


def test_initial_values_may_depend_on_other_variables(session: Session) -> None:
    a = Variable([1.0, 2.0], name="a")
    c = Variable(build.Mul(a.initialized_value(), 2.0), name="c")
    session.run(global_variables_initializer())
    assert session.run(c).tolist() == [2, 4]


def test_a_callable_takes_what_is_fed_by_position(session: Session) -> None:
    x = build.Placeholder(dtype=float32, shape=(2,), name="x")
    y = build.Placeholder(dtype=float32, shape=(), name="y")
    run = session.make_callable({"sum": x + y, "x": [x]}, feed_list=[x, "y:0"])
    result = run([1, 2], 3.0)
    np.testing.assert_array_equal(result["sum"], [4, 5])
    np.testing.assert_array_equal(result["x"][0], [1, 2])
    with pytest.raises(TypeError, match=r"takes 2 values, of x:0, y:0; given: 1\."):
        run([1, 2])
    with pytest.raises(TypeError, match=r"options: only a function of make_callable\(accept_options=True\)"):
        run([1, 2], 3.0, options=None)
    with pytest.raises(TypeError, match="`feed_list` must be a list or tuple"):
        session.make_callable(y, y)
    accepting = session.make_callable(y, [y], accept_options=True)
    assert accepting(1.5, options=None, run_metadata=None) == 1.5


def test_what_must_not_be_fed_or_fetched_is_refused(graph: Graph) -> None:
    one, two = graph.constant(1.0, name="one"), graph.constant(2.0, name="two")
    assert graph.is_feedable(one) and graph.is_fetchable(two) and graph.is_fetchable(two.op)
    graph.prevent_feeding(one)
    graph.prevent_fetching(two.op)
    assert not (graph.is_feedable(one) or graph.is_fetchable(two) or graph.is_fetchable(two.op))
    with Session(graph=graph) as session:
        with pytest.raises(ValueError, match="Tensor one:0 may not be fed"):
            session.run(one, {one: 3.0})
        for fetch in (two, two.op, "two:0"):
            with pytest.raises(ValueError, match="two.* may not be fetched"):
                session.run(fetch)


def test_a_name_that_is_not_there_is_an_error_as_tensorflow_has_it(graph: Graph) -> None:
    one = graph.constant(1.0, name="kernel")
    with Session(graph=graph) as session:
        for fetch in ("kernal:0", "kernal"):
            with pytest.raises(ValueError, match=f"Cannot fetch '{fetch}': .*no operation 'kernal'.*kernel"):
                session.run(fetch)
        with pytest.raises(TypeError, match="Cannot interpret feed_dict key 'kernal:0' as Tensor: .*kernel"):
            session.run(one, {"kernal:0": 1.0})


def test_a_run_is_not_made_in_parts(graph: Graph) -> None:
    one = graph.constant(1.0)
    with Session(graph=graph) as session:
        with pytest.raises(UnimplementedError, match="one session.run"):
            session.partial_run_setup([one], [])
        with pytest.raises(UnimplementedError, match="one session.run"):
            session.partial_run("handle", one)


def test_a_session_tells_its_device_and_its_graph(graph: Graph) -> None:
    graph.constant(1.0, name="one")
    Session.reset("")
    with Session(graph=graph) as session:
        (device,) = session.list_devices()
        assert (device.name, device.device_type) == ("/job:localhost/replica:0/task:0/device:CPU:0", "CPU")
        assert [node.name for node in session.graph_def.node] == ["one"]


def test_the_environment_says_which_executor_a_session_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESTIMATOR_EXECUTOR", "interpreter")
    assert Session(graph=Graph()).executor == "interpreter"
    assert Session(graph=Graph(), executor="numpy").executor == "numpy"


def test_a_run_config_may_name_every_executor() -> None:
    assert sorted(CHOICES["executor"]) == list(EXECUTORS)


@pytest.mark.skipif(find_spec("jax") is not None, reason="jax is installed")
def test_without_jax_its_executor_is_refused_by_the_extra_that_brings_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = "estimator.runtime.executors.jax."
    for name in [
        name for name in sys.modules if name.startswith(folder)
    ]:  # half imported, by a search for doctests
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'numpy-estimator\[jax\]'"):
        Session(graph=Graph(), executor="jax")
