"""An input of tensors that ends: a counter of how often it has been read."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.keywords import near_keywords
from estimator.functions.arguments import function_scope
from estimator.graph import build as b
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Tensor
from estimator.variables.variable import Variable


@near_keywords
def limit_epochs(tensor: Any, num_epochs: int | None = None, name: str | None = None) -> Tensor:
    """The tensor, `num_epochs` times; the next run that needs it raises OutOfRangeError, the end of an input.

    The counter is a local variable called ``epochs``: it begins anew with every session.

    Parameters
    ----------
    tensor : Tensor, array or value
    num_epochs : int, optional
        Without it there is no end.
    name : str, optional

    Returns
    -------
    Tensor
        Of the shape and type of `tensor`.

    Raises
    ------
    ValueError
        If `num_epochs` is not above 0.

    Source
    ------
    tf.train.limit_epochs, TF 1.15 input.py
    """
    if num_epochs is None:
        return tensor
    if num_epochs <= 0:
        raise ValueError(f"num_epochs must be > 0 not {num_epochs}.")
    with function_scope(name, "limit_epochs", tensor) as (graph, scope):
        value = graph.convert(tensor)
        epochs = Variable(
            np.int64(0), trainable=False, collections=[GraphKeys.LOCAL_VARIABLES], name="epochs"
        )
        with graph.control_dependencies([epochs.count_up_to(num_epochs)]):
            result: Tensor = b.Identity(value, name=scope)
    return result
