"""An ONNX model that is being written; the one place that imports ``onnx``.

Versions are stated, since ``onnx`` takes its newest by itself, which older runtimes refuse. Opset 17 (IR version 8) is
read by onnxruntime 1.12 of 2022 and later.

Source
------
https://onnx.ai/onnx/repo-docs/IR.html
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType
from estimator.core.extras import from_extra
from estimator.core.shapes import Dims

with from_extra("onnx", "ONNX files need"):
    import onnx

OPSET, IR_VERSION = 17, 8
ML = "ai.onnx.ml"
_ML_OPSET = 2
MOST_BYTES = 2**31 - 1  # of one protobuf message

_TYPES = {
    "bool": onnx.TensorProto.BOOL,
    "float16": onnx.TensorProto.FLOAT16,
    "float32": onnx.TensorProto.FLOAT,
    "float64": onnx.TensorProto.DOUBLE,
    "int8": onnx.TensorProto.INT8,
    "int16": onnx.TensorProto.INT16,
    "int32": onnx.TensorProto.INT32,
    "int64": onnx.TensorProto.INT64,
    "string": onnx.TensorProto.STRING,
    "uint8": onnx.TensorProto.UINT8,
    "uint16": onnx.TensorProto.UINT16,
    "uint32": onnx.TensorProto.UINT32,
    "uint64": onnx.TensorProto.UINT64,
}


def has_type(dtype: DType) -> bool:
    """Whether tensors of that type are exported."""
    return dtype.name in _TYPES


def type_number(dtype: DType) -> int:
    """ONNX's number of an element type."""
    return _TYPES[dtype.name]


class Document:
    """Nodes, initializers, inputs and outputs, each under a name of its own."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._nodes: list[Any] = []
        self._initializers: list[Any] = []
        self._inputs: list[Any] = []
        self._outputs: list[Any] = []

    def unique(self, wanted: str) -> str:
        """A name that nothing has yet, `wanted` if possible."""
        name, count = wanted, 1
        while name in self._names:
            name, count = f"{wanted}_{count}", count + 1
        self._names.add(name)
        return name

    def add_input(self, name: str, dtype: DType, dims: Sequence[int | str]) -> None:
        """Something that is fed; a text among `dims` names a size that only a run tells."""
        self._names.add(name)
        self._inputs.append(onnx.helper.make_tensor_value_info(name, type_number(dtype), dims))

    def reserve(self, names: Iterable[str]) -> None:
        """Keep names for outputs."""
        self._names.update(names)

    def add_output(self, name: str, value: str, dtype: DType, dims: Dims) -> None:
        """Something that is given, by a name that was reserved, and which of the values it is."""
        self._nodes.append(onnx.helper.make_node("Identity", [value], [name], name=f"output {name}"))
        self._outputs.append(onnx.helper.make_tensor_value_info(name, type_number(dtype), dims))

    def add_initializer(self, wanted: str, array: Any) -> str:
        """A constant; the name that it got."""
        name = self.unique(wanted)
        if array.dtype == object:  # texts, which are bytes
            tensor = onnx.helper.make_tensor(
                name, onnx.TensorProto.STRING, array.shape, array.ravel().tolist()
            )
        else:
            tensor = onnx.numpy_helper.from_array(np.ascontiguousarray(array).reshape(array.shape), name)
        self._initializers.append(tensor)
        return name

    def add_node(
        self,
        op_type: str,
        inputs: Sequence[str],
        wanted: Iterable[str],
        attrs: dict[str, Any],
        domain: str = "",
    ) -> list[str]:
        """A node whose outputs are called as wanted, if possible; the names that they got."""
        outputs = [self.unique(name) for name in wanted]
        self._nodes.append(
            onnx.helper.make_node(op_type, inputs, outputs, name=outputs[0], domain=domain, **attrs)
        )
        return outputs

    def serialized(self, name: str, producer: str) -> bytes:
        """The model as bytes, which ``onnx.checker`` has found valid, with all types and shapes.

        Raises
        ------
        ValueError
            If it has 2 GB or more, which no ONNX file may.
        """
        used = {value for node in self._nodes for value in node.input}  # axes, say, have become attributes
        initializers = [tensor for tensor in self._initializers if tensor.name in used]
        graph = onnx.helper.make_graph(
            self._nodes, name, self._inputs, self._outputs, initializer=initializers
        )
        opsets = [onnx.helper.make_opsetid("", OPSET), onnx.helper.make_opsetid(ML, _ML_OPSET)]
        model = onnx.helper.make_model(
            graph, producer_name=producer, ir_version=IR_VERSION, opset_imports=opsets
        )
        size = model.ByteSize()
        if size > MOST_BYTES:
            raise ValueError(f"the model has {size} bytes, and an ONNX file fewer than 2 GB.")
        onnx.checker.check_model(model, full_check=True)
        data: bytes = model.SerializeToString()
        return data
