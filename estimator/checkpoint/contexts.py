"""Which operations of a file lie in which branch or loop of TensorFlow 1's: the collections of contexts.

A run needs none of them, and Switch, Merge, Enter and so on say the same. But TensorFlow goes by them when it makes
gradients, and so they go out again with the graph that they have come with.

Source
------
tensorflow/core/protobuf/control_flow.proto; from_proto in TF 2.15 control_flow_ops.py
"""

from __future__ import annotations

from typing import Any, TypeAlias

from estimator.formats import messages
from estimator.graph.keys import GraphKeys

Message: TypeAlias = Any  # a class made at run time

CONTEXTS = {GraphKeys.COND_CONTEXT: "CondContextDef", GraphKeys.WHILE_CONTEXT: "WhileContextDef"}


def context_below(key: str, data: bytes, prefix: str) -> bytes:
    """A context of a collection, for operations whose names have got a prefix; it ends in a slash or is empty.

    Raises
    ------
    DataLossError
        If it is no context.
    """
    context = messages.parse(CONTEXTS[key], data, f"collection {key!r}")
    if not prefix:
        return data
    _put_below(context, prefix)
    renamed: bytes = messages.to_bytes(context)
    return renamed


def _put_below(message: Message, prefix: str) -> None:
    """Every text in it is the name of a context, an operation or a tensor; those that are not set are empty."""
    for field, value in message.ListFields():
        if isinstance(value, str):
            setattr(message, field.name, prefix + value)
        elif field.name == "external_values":
            renamed = {prefix + inside: prefix + outside for inside, outside in value.items()}
            value.clear()
            value.update(renamed)
        elif field.type == field.TYPE_STRING:
            value[:] = [prefix + name for name in value]
        elif field.type == field.TYPE_MESSAGE:
            for part in [value] if hasattr(value, "ListFields") else value:
                _put_below(part, prefix)
