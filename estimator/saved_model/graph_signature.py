"""What may be asked of a graph in a session: tensors that are fed and tensors that are fetched, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np

from estimator.core.frozen import frozen
from estimator.graph.graph import Graph
from estimator.saved_model.tensor_info import get_tensor_from_tensor_info

Message: TypeAlias = Any  # a class made at run time


@frozen(eq=False)
class GraphSignature:
    """One thing that may be asked.

    Attributes
    ----------
    method_name : str
        ``tensorflow/serving/predict``, ``.../classify`` or ``.../regress``.
    inputs : mapping of str to Tensor or SparseTensor
        What is fed.
    outputs : mapping of str to Tensor or SparseTensor
        What it gives.
    """

    method_name: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]

    @classmethod
    def of(cls, signature_def: Message, graph: Graph) -> GraphSignature:
        """That of a SignatureDef.

        Raises
        ------
        KeyError
            If the graph has no such tensor.
        ValueError
            If something in it is neither a tensor nor a SparseTensor.
        """
        inputs, outputs = (
            {name: get_tensor_from_tensor_info(info, graph) for name, info in sorted(infos.items())}
            for infos in (signature_def.inputs, signature_def.outputs)
        )
        return cls(signature_def.method_name, inputs, outputs)


def with_last_axis(tensor: Any, value: Any) -> Any:
    """The value for a tensor, as [batch, 1] if it is [batch] and the tensor has one thing, or any number, for each row.

    So may features be given in training, too. What does not fit even so is left to the run to refuse.
    """
    dims = getattr(tensor, "dims", None)
    if dims is None or len(dims) != 2 or dims[1] not in (None, 1) or isinstance(value, tuple):
        return value
    array = np.asarray(value)
    return array[:, None] if array.ndim == 1 else array
