"""Raw ops take and give what TensorFlow's do.

tests/data/tf/raw_ops.json was written by TensorFlow 2.15.1, see tests/interop/tf_raw_ops.py.
"""

from __future__ import annotations

import ast
import inspect
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.op import OPS
from estimator.graph.raw import RENAMED

STORED = Path(__file__).parents[1] / "data" / "tf" / "raw_ops.json"
THEIRS = json.loads(STORED.read_text())

# Arguments that are left out: older TensorFlows do not know them, and both old and new ones shall read our files.
LEFT_OUT = {"VarHandleOp": {"debug_name", "allowed_devices"}}


def as_text(value: Any) -> str:
    """A default in the words of the stored ones, numbers as floats."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list):
        return f"[{', '.join(map(as_text, value))}]"
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return repr(float(value)) if is_number else repr(value)


def arguments_of_tensorflow(name: str) -> dict[str, str]:
    """The arguments of a raw op of TensorFlow's, each with its default as text, "" for none."""
    arguments = THEIRS["signatures"][name].partition(" ->")[0]
    parsed = ast.parse(f"def op({arguments}): pass").body[0].args  # type: ignore[attr-defined]
    names = [argument.arg for argument in parsed.args]
    defaults = [as_text(eval(ast.unparse(node), {"tf": tf})) for node in parsed.defaults]  # noqa: S307
    return dict(zip(names, [""] * (len(names) - len(defaults)) + defaults, strict=True))


def arguments_of_ours(name: str) -> dict[str, str]:
    """The same of ours."""
    parameters = inspect.signature(getattr(tf.raw_ops, name)).parameters.values()
    return {
        parameter.name: "" if parameter.default is parameter.empty else as_text(parameter.default)
        for parameter in parameters
    }


def test_every_op_of_ours_that_is_tensorflows_is_a_raw_op() -> None:
    assert dir(tf.raw_ops) == sorted(name for name in OPS if not OPS.get(name).local)
    assert set(dir(tf.raw_ops)) <= THEIRS["signatures"].keys()


def test_raw_ops_take_tensorflows_arguments_and_defaults() -> None:
    differences = {}
    for name in dir(tf.raw_ops):
        theirs, ours = arguments_of_tensorflow(name), arguments_of_ours(name)
        theirs = {key: value for key, value in theirs.items() if key not in LEFT_OUT.get(name, ())}
        if ours != theirs:
            differences[name] = (ours, theirs)
    assert not differences


def test_raw_ops_name_their_outputs_as_tensorflow() -> None:
    ours = {name: " ".join(arg.name for arg in OPS.get(name).outputs) for name in dir(tf.raw_ops)}
    theirs = {name: THEIRS["signatures"][name].partition(" ->")[2].strip() for name in ours}
    assert ours == theirs


def test_the_renamed_arguments_are_tensorflows() -> None:
    assert RENAMED == THEIRS["renamed"]


# A call, what it gives as TensorFlow computes it, and the name of the operation.
CALLS = {
    "UniqueV2(x=[[1, 2], [1, 2], [3, 4]], axis=[0])": ([[1, 2], [3, 4]], [0, 0, 1]),
    "UniqueV2(x=[7, 7], axis=[0], out_idx=tf.int64)": ([7], [0, 0]),
    "Bucketize(input=[-1.0, 0.0, 5.0], boundaries=[0.0, 1.0])": [0, 1, 2],
    "PlaceholderWithDefault(input=[1.5], shape=[None])": [1.5],
    "SparseToDense(sparse_indices=[1], output_shape=[3], sparse_values=4, default_value=9)": [9, 4, 9],
    "Sum(input=[[1.0, 2.0]], axis=1, keep_dims=True)": [[3.0]],
    "Split(axis=0, value=[1, 2, 3], num_split=3)": [[1], [2], [3]],
    "IdentityN(input=[1, 2.5])": [1, 2.5],
    "Where(condition=[True, False])": [[0]],
    "Select(condition=[True, False], x=[1, 2], y=[3, 4])": [1, 4],
    "Squeeze(input=[[5]], axis=None)": 5,
    "Const(value=tf.make_tensor_proto([1.0, 2.0]), dtype=tf.float32)": [1.0, 2.0],
    "MatMul(a=[[1.0, 2.0]], b=[[3.0, 4.0]], transpose_b=True)": [[11.0]],
    "TopKV2(input=[1.0, 3.0, 2.0], k=2)": ([3.0, 2.0], [1, 2]),
    "SparseSplit(split_dim=0, indices=[[0], [1]], values=[5, 6], shape=[2], num_split=2)": (
        [[[0]], [[0]]],
        [[5], [6]],
        [[1], [1]],
    ),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_raw_op_computes_and_names_as_tensorflow(call: str) -> None:
    with tf.Graph().as_default() as graph, tf.Session() as session:
        result = eval(f"tf.raw_ops.{call}", {"tf": tf})  # noqa: S307  those above
        value, expected = session.run(result), CALLS[call]
        assert type(value).__name__ in (call.partition("(")[0], "list", "ndarray") or np.isscalar(value)
        parts, expected_parts = (value, expected) if isinstance(expected, tuple) else ([value], [expected])
        for part, wanted in zip(parts, expected_parts, strict=True):
            np.testing.assert_equal(np.asarray(part).tolist() if not isinstance(part, list) else [
                np.asarray(item).tolist() for item in part
            ], wanted)  # fmt: skip
        assert graph.get_operation_by_name(call.partition("(")[0])


def test_several_outputs_are_a_named_tuple() -> None:
    result = tf.raw_ops.UniqueV2(x=[1], axis=[0])
    assert type(result).__name__ == "UniqueV2"
    assert result.y.name == "UniqueV2:0"
    assert result.idx.name == "UniqueV2:1"


def test_an_op_without_outputs_gives_the_operation() -> None:
    assert tf.raw_ops.NoOp(name="nothing") is tf.get_default_graph().get_operation_by_name("nothing")


def test_a_placeholder_has_any_shape_or_the_one_it_is_given() -> None:
    assert tf.raw_ops.Placeholder(dtype=tf.float32).shape.rank is None
    assert tf.raw_ops.Placeholder(dtype=tf.float32, shape=[None, 3]).shape.as_list() == [None, 3]


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        ("Abs([1.0])", r"Abs takes keyword arguments alone: Abs\(\*, x, name=None\); 1 came without one"),
        ("UniqueV2(x=[1], axs=[0])", r"UniqueV2\(\) got an unexpected keyword argument 'axs'. Did you mean 'axis'"),
        ("Sum(input=[1.0], reduction_indices=0)", "'reduction_indices'. It takes: input, axis, keep_dims, name"),
        ("UniqueV2()", r"UniqueV2 needs 'x', 'axis' as well: UniqueV2\(\*, x, axis, out_idx=tf.int32, name=None\)"),
        ("Sum(input=['a'], axis=0)", "Sum 'Sum': the type of 'input' is string; it takes float32"),
        ("Placeholder(dtype=None)", "attribute 'dtype': None is not a dtype"),
    ],
)  # fmt: skip
def test_a_wrong_call_says_what_is_taken(call: str, answer: str) -> None:
    with pytest.raises(TypeError, match=answer):
        eval(f"tf.raw_ops.{call}", {"tf": tf})  # noqa: S307  those above


def test_a_constant_of_another_type_than_it_says_is_refused() -> None:
    with pytest.raises(ValueError, match="the value is int32, but dtype is float32"):
        tf.raw_ops.Const(value=[1, 2], dtype=tf.float32)


def test_an_op_that_only_tensorflow_has_is_not_called_a_mistake() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Abort': it is TensorFlow's, and not here yet"):
        tf.raw_ops.Abort  # noqa: B018
    with pytest.raises(AttributeError, match="no attribute 'MatMuul'. Did you mean 'MatMul'"):
        tf.raw_ops.MatMuul  # noqa: B018
