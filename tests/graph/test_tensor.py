"""Tensors as Python sees them: operators, slices, and what only a value could answer."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core import dtypes
from estimator.core.dtypes import float32, float64, int8, int32, int64
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor
from estimator.runtime.session import Session
from estimator.variables.variable import Variable


@pytest.fixture(autouse=True)
def session() -> Iterator[Session]:
    with Session(graph=Graph()) as session:
        yield session


def given(dims: Any = (), dtype: Any = float32, name: str = "x") -> Tensor:
    result: Tensor = build.Placeholder(dtype=dtype, shape=dims, name=name)
    return result


# -- operators ---------------------------------------------------------------------------------------

NUMBERS = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.floordiv,
    operator.mod,
    operator.pow,
]
COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge]


@np.errstate(invalid="ignore")  # roots of negative numbers
@pytest.mark.parametrize("function", [*NUMBERS, *COMPARISONS], ids=lambda function: function.__name__)
def test_operators_are_numpys_with_a_tensor_on_either_side(
    session: Session, function: Callable[..., Any]
) -> None:
    x = given((3,))
    value, other = np.array([-2.5, 0.5, 3.0], np.float32), np.array([2.0, -3.0, 2.0], np.float32)
    for left, right in [(x, other), (x, given((3,))), (x, 2.0)]:
        feeds = {x: value} | ({right: other} if isinstance(right, Tensor) else {})
        numbers = feeds.get(right, right) if isinstance(right, Tensor) else right
        result = session.run(function(left, right), feeds)
        np.testing.assert_allclose(result, function(value, np.asarray(numbers, np.float32)), rtol=1e-6)
    for left in (2.0, other):
        result = session.run(function(left, x), {x: np.abs(value)})
        np.testing.assert_allclose(result, function(np.asarray(left, np.float32), np.abs(value)), rtol=1e-6)


def test_signs_and_logic(session: Session) -> None:
    x, p = given((2,)), given((2,), dtypes.bool, "p")
    q = np.array([True, False])
    feeds = {x: [-1.0, 2.0], p: [True, True]}
    expected = [[1, -2], [1, 2], [False, False], [True, False], [True, True], [True, False], [True, True]]
    fetches = [-x, abs(x), ~p, p & q, p | q, q & p, q | p]
    assert [value.tolist() for value in session.run(fetches, feeds)] == expected


def test_either_but_not_both_is_named_as_in_tensorflow(session: Session) -> None:
    p = given((2,), dtypes.bool, "p")
    results = [p ^ np.array([True, True]), True ^ p, p ^ p]
    values = session.run(results, {p: [True, False]})
    assert [value.tolist() for value in values] == [[False, True], [False, True], [False, False]]
    assert [result.name for result in results] == ["xor:0", "xor_1:0", "xor_2:0"]


def test_matrices_are_multiplied_on_either_side(session: Session) -> None:
    x = given((2, 3))
    value, other = np.arange(6, dtype=np.float32).reshape(2, 3), np.ones((3, 2), np.float32)
    left, right = session.run([x @ other, other @ x], {x: value})
    assert np.array_equal(left, value @ other) and np.array_equal(right, other @ value)
    stack = given((4, 2, 3))
    assert (stack @ np.ones((4, 3, 2), np.float32)).dims == (4, 2, 2)


@pytest.mark.parametrize(("dtype", "quotient"), [(int32, float64), (int64, float64), (int8, float32)])
def test_integers_divide_to_reals_as_in_tensorflow(session: Session, dtype: Any, quotient: Any) -> None:
    x = given((), dtype)
    assert [(x / 2).dtype, (6 / x).dtype] == [quotient, quotient]
    assert session.run([x / 2, 6 / x], {x: 4}) == [2.0, 1.5]


def test_numpy_arrays_leave_operators_to_the_tensor() -> None:
    array = np.ones(3, np.float32)
    for result in (array + given((3,)), array * given((3,)), array < given((3,))):
        assert isinstance(result, Tensor)


# -- slices ------------------------------------------------------------------------------------------

KEYS: list[Any] = [
    0, -1, 1, (0, 1), (0, -1, 2), slice(None), slice(1, None), slice(None, -1), slice(None, None, -1), slice(2, 0, -1),
    slice(0, 10, 2), ..., (..., 0), (0, ...), (..., slice(1, 3)), (slice(None), 1), (1, ..., slice(None, None, 2)), None,
    (None, 0), (..., None), (0, None, slice(None), 1), np.int64(1), (slice(-2, None), slice(None, 1)), slice(1, 1),
    (slice(None, None, -2), slice(None), slice(3, None, -1)),
]  # fmt: skip


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_slices_are_numpys(session: Session, key: Any) -> None:
    value = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    x, unknown = given((2, 3, 4)), given(None)
    expected = value[key]
    for tensor in (x, unknown):
        assert np.array_equal(session.run(tensor[key], {tensor: value}), expected)
    assert x[key].dims == expected.shape


def test_positions_may_be_tensors(session: Session) -> None:
    x, at = given((5,)), given((), int64, "at")
    value = np.arange(5, dtype=np.float32)
    for key, wanted in [
        (at, 2),
        (slice(at, None), value[2:]),
        (slice(None, at), value[:2]),
        (slice(at, at + 2), value[2:4]),
    ]:
        assert np.array_equal(session.run(x[key], {x: value, at: 2}), wanted)


@pytest.mark.parametrize("key", [1.5, True, np.array([0, 1]), slice(0.5, None), (0, 1.0)], ids=str)
def test_what_is_no_position_is_refused_with_what_to_use(key: Any) -> None:
    with pytest.raises(TypeError, match="cannot be an index: use integers, .*tf.gather picks by a list"):
        given((5, 2))[key]


def test_a_name_is_refused_with_what_was_meant() -> None:
    with pytest.raises(
        TypeError, match=r"one Tensor, and not a dict of tensors.*return \({'a': values, ...}"
    ):
        given((5, 2))["a"]


@pytest.mark.parametrize(
    "mask", [np.array([True, False, True]), np.array([[True, False], [False] * 2, [True] * 2])]
)
def test_a_mask_picks_what_numpy_picks(session: Session, mask: Any) -> None:
    x, fed = given((None, 2)), given(mask.shape, dtypes.bool)
    value = np.arange(6, dtype=np.float32).reshape(3, 2)
    for key in (fed, mask):
        np.testing.assert_array_equal(session.run(x[key], {x: value, fed: mask}), value[mask])
    assert x[fed].op.name.endswith("/GatherV2")


def test_a_mask_that_fits_no_axis_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a mask of shape \(4,\) does not fit axes 0... of \(5,\)"):
        given((5,))[given((4,), dtypes.bool)]


def test_a_position_outside_is_refused_in_the_graph() -> None:
    with pytest.raises(ValueError, match="StridedSlice .*created at .*test_tensor.py"):
        given((2,))[5]


# -- what has no answer before a run -----------------------------------------------------------------


@pytest.mark.parametrize(
    "function",
    [bool, len, list, np.asarray, math.floor, float, int, "%.3f".__mod__],
    ids=lambda function: function.__name__,
)
def test_a_tensor_has_no_value_before_the_graph_runs(function: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError, match="a Tensor has no value until the graph runs"):
        function(given((2,)))


def test_the_refusal_names_what_to_use() -> None:
    with pytest.raises(TypeError, match="using a Tensor as a Python bool is not possible.*tf.where"):
        if given() > 0:
            pass
    with pytest.raises(TypeError, match="converting the symbolic Tensor 'x.*' to a numpy array"):
        np.array(given())


# -- what it says of itself --------------------------------------------------------------------------


def test_tensors_are_keys_and_equal_only_themselves() -> None:
    x, y = given(name="x"), given(name="y")
    assert {x: 1}[x] == 1
    assert x == x and x != y
    assert [x, y].index(y) == 1


def test_names_shapes_and_texts(session: Session) -> None:
    x = given((None, 4), name="features")
    assert (x.name, x.value_index, x.op.name, x.device) == ("features:0", 0, "features", "")
    assert (x.dims, x.shape.as_list(), x.get_shape().as_list()) == ((None, 4), [None, 4], [None, 4])
    assert str(x) == 'Tensor("features:0", shape=(?, 4), dtype=float32)'
    assert repr(x) == "<tf.Tensor 'features:0' shape=(?, 4) dtype=float32>"
    assert repr(x.op) == "<tf.Operation 'features' type=Placeholder>"
    assert x.graph is x.op.graph is session.graph
    assert str(given(None, name="any")) == 'Tensor("any:0", dtype=float32)'


def test_an_operation_is_written_as_its_node(session: Session) -> None:
    x = given((None, 2), name="features")
    y = build.AddV2(x, 1.0, name="sum")
    node = y.op.node_def
    assert (node.name, node.op, list(node.input)) == ("sum", "AddV2", ["features", "sum/y"])
    assert y.op.inputs[1].op.node_def.attr["value"].tensor.float_val == [1.0]
    assert str(y.op) == str(node)
    assert str(x.op).startswith('name: "features"\nop: "Placeholder"\n')


def test_a_shape_can_be_stated_but_not_contradicted() -> None:
    x = given((None, 4))
    x.set_shape([3, None])
    assert x.dims == (3, 4)
    with pytest.raises(ValueError, match=r"shapes \(3, 4\) and \(5, 4\) are not compatible"):
        x.set_shape((5, 4))


def test_a_tensor_takes_attributes_of_a_script() -> None:
    with Graph().as_default() as graph:
        tensor = graph.constant(1.0)
    assert not hasattr(tensor, "aliases")
    tensor.aliases = ["logits"]  # type: ignore[attr-defined]
    assert tensor.aliases == ["logits"]  # type: ignore[attr-defined]


def test_consumers_and_attributes() -> None:
    x = given(name="x")
    y, z = build.Neg(x), build.Mul(x, x)
    assert x.consumers() == [y.op, z.op]
    assert x.op.get_attr("dtype") is float32
    with pytest.raises(ValueError, match="Placeholder 'x' has no attribute 'type'; it has: dtype, shape"):
        x.op.get_attr("type")


def test_inputs_are_grouped_as_the_signature_has_them() -> None:
    x, y = given((1,)), given((1,))
    joined = build.ConcatV2([x, y], 0)
    assert joined.op.grouped_inputs() == [[x, y], joined.op.inputs[2]]


def test_an_operation_remembers_the_line_that_made_it() -> None:
    x = build.Neg(1.0, name="here")
    assert x.op.frame is not None
    assert x.op.frame.file == __file__
    assert x.op.frame.function == "test_an_operation_remembers_the_line_that_made_it"
    assert x.op.describe() == f"Neg 'here' (created at {__file__}:{x.op.frame.line} in {x.op.frame.function})"


def test_the_line_of_an_operation_is_the_users_though_the_package_calls_through_a_decorator() -> None:
    """As parse_example does, whose body is a block of a scope."""
    x = build.Placeholder(dtype="string", shape=(None,))
    parsed = tf.parse_example(x, {"a": tf.FixedLenFeature([], tf.float32)})
    frame = parsed["a"].op.frame
    assert frame is not None and frame.file == __file__


def test_eval_and_run_use_the_default_session() -> None:
    x = given()
    assert (x * 2.0).eval({x: 3.0}) == 6.0
    assert x.op.run({x: 3.0}) is None


def test_a_variable_may_be_a_position(session: Session) -> None:
    at = Variable(2, name="at", dtype=int32)
    session.run(at.initializer)
    assert session.run(given((4,))[at], {"x:0": [0.0, 10.0, 20.0, 30.0]}) == 20.0


def test_an_input_may_be_replaced_by_one_of_its_type() -> None:
    """How a loop is closed: its head is made before what leads back to it."""
    head, _ = build.Merge([given(), given()])
    head.op.update_input(1, build.NextIteration(head))
    assert [tensor.op.type for tensor in head.op.inputs] == ["Placeholder", "NextIteration"]
    with pytest.raises(TypeError, match="input 0 of Merge 'Merge' .* is float32, but 'i:0' is int32"):
        head.op.update_input(0, given(dtype=int32, name="i"))


def test_a_shape_may_be_stated_anew() -> None:
    x = given((2, 3))
    x.loosen_shape((None, 3))
    assert x.dims == (None, 3)


def test_a_tensor_tells_its_rank_and_stands_in_sets_by_reference(graph: Graph) -> None:
    x, y = graph.constant([[1.0]]), build.Placeholder(dtype=float32, shape=None)
    assert x.ndim == 2 and x.ref().deref() is x and {x.ref(), x.experimental_ref()} == {x.ref()}
    with pytest.raises(ValueError, match="the rank of Tensor.* is not known"):
        y.ndim  # noqa: B018


def test_a_list_is_a_tuple_of_indices_as_in_tensorflow(graph: Graph) -> None:
    x = graph.constant([[1, 2], [3, 4]])
    with Session() as session:
        assert session.run(x[[0]]).tolist() == [1, 2]  # type: ignore[index]
        assert session.run(x[[0, 1]]) == 2  # type: ignore[index]


def test_two_ellipses_are_refused(graph: Graph) -> None:
    with pytest.raises(ValueError, match="one ellipsis"):
        graph.constant([[1, 2], [3, 4]])[..., ...]
