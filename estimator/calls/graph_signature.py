"""What may be asked of a graph in a session: tensors that are fed and tensors that are fetched, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from estimator.core.frozen import frozen
from estimator.graph.tensor import Tensor


@frozen(eq=False)
class GraphSignature:
    """One thing that may be asked.

    Attributes
    ----------
    method_name : str
        ``tensorflow/serving/predict``, ``.../classify`` or ``.../regress``.
    inputs : mapping of str to Tensor or SparseTensor
        What is fed.
    outputs : mapping of str to Tensor
        What it gives.
    """

    method_name: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Tensor]


def with_last_axis(tensor: Any, value: Any) -> Any:
    """The value for a tensor, as [batch, 1] if it is [batch] and the tensor has one thing, or any number, for each row.

    So may features be given in training, too. What does not fit even so is left to the run to refuse.
    """
    dims = getattr(tensor, "dims", None)
    if dims is None or len(dims) != 2 or dims[1] not in (None, 1) or isinstance(value, tuple):
        return value
    array = np.asarray(value)
    return array[:, None] if array.ndim == 1 else array
