"""TensorFlow's raw ops: which arguments they take and outputs they name, and which arguments the ops call otherwise.

Request: {}. Answer: {signatures: {op: "x, axis, out_idx=tf.int32, name=None -> y idx"}, renamed: {"Sum.reduction_indices":
"axis"}}. By hand, with a Python that has TensorFlow::

    echo {} | python tests/interop/tf_raw_ops.py | sed 's/", "/",\\n"/g; s/}, "r/},\\n"r/' > tests/data/tf/raw_ops.json
"""

import ast
import inspect
import json
import textwrap

import tensorflow.compat.v1 as tf
from tensorflow.core.framework import op_def_pb2, tensor_pb2
from tensorflow.python.client import pywrap_tf_session

OPS = op_def_pb2.OpList.FromString(pywrap_tf_session.TF_GetBuffer(pywrap_tf_session.TF_GetAllOpList())).op


def default(value):
    """A default as it can be read again."""
    if isinstance(value, tensor_pb2.TensorProto):
        return repr(tf.make_ndarray(value).tolist())
    return repr(value)


def signature(raw, op):
    """The arguments, and the names of the outputs."""
    parameters = inspect.signature(raw).parameters.values()
    arguments = ", ".join(
        each.name if each.default is each.empty else f"{each.name}={default(each.default)}"
        for each in parameters
    )
    kind = inspect.unwrap(raw).__globals__.get(f"_{op.name}Output")
    outputs = kind._fields if kind is not None else [arg.name for arg in op.output_arg]
    return f"{arguments} -> {' '.join(outputs)}".rstrip()


def renames(raw):
    """What an input or attribute is called as an argument, where it is called otherwise: read from the wrapper's source."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(raw))))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("_apply_op_helper"):
            given = [(keyword.arg, ast.unparse(keyword.value)) for keyword in node.keywords]
            return {own: argument for own, argument in given if own != argument}
    raise LookupError(raw)


signatures, renamed = {}, {}
for op in sorted(OPS, key=lambda op: op.name):
    raw = getattr(tf.raw_ops, op.name, None)
    if raw is not None:
        signatures[op.name] = signature(raw, op)
        renamed |= {f"{op.name}.{own}": argument for own, argument in renames(raw).items()}
print(json.dumps({"signatures": signatures, "renamed": renamed}))
