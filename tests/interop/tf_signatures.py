"""The declarations of TensorFlow's ops, as tests/ops/tf_signatures.json has them.

Request: {ops: list of str}. Answer: {op: {inputs, outputs, attrs}}.
"""

import json
import sys

from tensorflow.python.framework import dtypes, op_def_registry, tensor_shape


def argument(arg):
    """An input or output in words."""
    kind = dtypes.as_dtype(arg.type).name if arg.type else arg.type_attr or f"{arg.type_list_attr}[]"
    return f"{arg.name}: {f'{arg.number_attr} * ' if arg.number_attr else ''}{kind}"


def plain(kind, value):
    """A default as JSON has it."""
    if kind.startswith("list("):
        field = {"string": "s", "int": "i", "float": "f", "bool": "b"}.get(kind[5:-1], kind[5:-1])
        return [of_kind(kind[5:-1], item) for item in getattr(value.list, field)]
    field = {"string": "s", "int": "i", "float": "f", "bool": "b"}.get(kind, kind)
    return of_kind(kind, getattr(value, field))


def of_kind(kind, value):
    """One value of an attribute."""
    if kind == "type":
        return dtypes.as_dtype(value).name
    if kind == "shape":
        shape = tensor_shape.TensorShape(value)
        return "unknown" if shape.rank is None else [-1 if size is None else size for size in shape.as_list()]
    if kind == "float":
        return float(f"{value:.7g}")  # of float32
    return value.decode() if kind == "string" else "tensor" if kind == "tensor" else value


def declaration(name):
    """An op's inputs, outputs and attributes, with their defaults."""
    op = op_def_registry.get(name)
    return {
        "inputs": [argument(arg) for arg in op.input_arg],
        "outputs": [argument(arg) for arg in op.output_arg],
        "attrs": {
            attr.name: [
                attr.type,
                *([plain(attr.type, attr.default_value)] if attr.HasField("default_value") else []),
            ]
            for attr in op.attr
        },
    }


print(json.dumps({name: declaration(name) for name in json.load(sys.stdin)["ops"]}))
