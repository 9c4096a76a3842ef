"""A tensor in a signature: its name, type and shape, and the tensor that these name in a graph.

Source
------
tf.saved_model.utils, TF 1.15; TensorInfo of tensorflow/core/protobuf/meta_graph.proto
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from estimator.core.errors import MissingKeyError
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.registry import did_you_mean
from estimator.formats import messages
from estimator.formats.tensors import dims_to_proto
from estimator.graph.composite import Composite
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Tensor

Message: TypeAlias = Any  # a class made at run time


def build_tensor_info(tensor: Any) -> Message:
    """The TensorInfo of a tensor: its name, type, and shape with -1 for sizes that are not known.

    Parameters
    ----------
    tensor : Tensor, SparseTensor or variable
        A variable stands for the tensor that reads it.

    Raises
    ------
    TypeError
        If it is something else.
    """
    if isinstance(tensor, SparseTensor):
        sparse = messages.TensorInfo.CooSparse(
            values_tensor_name=tensor.values.name,
            indices_tensor_name=tensor.indices.name,
            dense_shape_tensor_name=tensor.dense_shape.name,
        )
        return _info(tensor, coo_sparse=sparse)
    read = _as_tensor(tensor)
    return _info(read, name=read.name)


def _as_tensor(value: Any) -> Tensor:
    is_one = isinstance(value, Tensor) or hasattr(value, "as_graph_element") or hasattr(value, "parts")
    if not is_one or isinstance(value, Composite):
        is_composite = isinstance(value, Composite)
        hint = " Give its parts names of their own, such as values and row_splits." if is_composite else ""
        raise TypeError(
            f"a signature is made of Tensors, SparseTensors and variables, given: {value!r} "
            f"({type(value).__name__}).{hint}"
        )
    return (
        value if isinstance(value, Tensor) else get_default_graph().convert(value)
    )  # of whichever graph it is


def _info(tensor: Tensor | SparseTensor, **encoding: Any) -> Message:
    return messages.TensorInfo(
        dtype=tensor.dtype.as_datatype_enum, tensor_shape=dims_to_proto(tensor.dims), **encoding
    )


def get_tensor_from_tensor_info(
    tensor_info: Message, graph: Graph | None = None, import_scope: str | None = None
) -> Tensor | SparseTensor:
    """The tensor of a graph that a TensorInfo names.

    Parameters
    ----------
    tensor_info : TensorInfo
    graph : Graph, optional
        By default the default graph.
    import_scope : str, optional
        The scope below which the graph of the TensorInfo was imported.

    Raises
    ------
    KeyError
        If the graph has no such tensor.
    ValueError
        If the TensorInfo names none.
    """
    where = graph or get_default_graph()
    found = [named_tensor(where, below(import_scope, name)) for name in tensor_names(tensor_info)]
    return found[0] if tensor_info.WhichOneof("encoding") == "name" else SparseTensor(*found)


def tensor_names(tensor_info: Message) -> tuple[str, ...]:
    """The name of a tensor, or of the indices, values and dense_shape of a sparse one.

    Raises
    ------
    ValueError
        If the TensorInfo names none.
    """
    encoding = tensor_info.WhichOneof("encoding")
    if encoding == "name":
        return (tensor_info.name,)
    if encoding == "coo_sparse":
        sparse = tensor_info.coo_sparse
        return sparse.indices_tensor_name, sparse.values_tensor_name, sparse.dense_shape_tensor_name
    raise ValueError(
        f"Invalid TensorInfo.encoding: {encoding}. A TensorInfo has the name of a tensor, or those of the three "
        "of a SparseTensor (coo_sparse); those of other composite tensors cannot be read here."
    )


def renamed(tensor_info: Message, new_name: Callable[[str], str]) -> None:
    """Change the names in a TensorInfo, in place."""
    if tensor_info.WhichOneof("encoding") == "name":
        tensor_info.name = new_name(tensor_info.name)
    else:
        for field in ("values_tensor_name", "indices_tensor_name", "dense_shape_tensor_name"):
            setattr(tensor_info.coo_sparse, field, new_name(getattr(tensor_info.coo_sparse, field)))


def below(scope: str | None, name: str) -> str:
    """The name that a tensor or an operation of a file has in a graph into which it was imported under a scope."""
    return f"{scope.rstrip('/')}/{name}" if scope else name


def named_tensor(graph: Graph, name: str) -> Tensor:
    """The tensor of that name.

    Raises
    ------
    KeyError
        If the graph has none; the nearest names are given.
    """
    try:
        return graph.get_tensor_by_name(name)
    except KeyError as error:
        known = [tensor.name for op in graph.get_operations() for tensor in op.outputs]
        raise MissingKeyError(
            f"the graph has no tensor {name!r}, which a signature names.{did_you_mean(name, known)}"
        ) from error


near_keywords_of_functions(__name__)
