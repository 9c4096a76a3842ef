"""Graphs inside graphs: the one mechanism for dataset functions and bodies of control flow.

A :class:`FunctionGraph` has placeholders for its arguments. A tensor of the outer graph that its
body uses is captured: it becomes one more argument. :func:`trace` makes such a graph from a Python
function.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from estimator.core import nest
from estimator.core.dtypes import DType
from estimator.core.shapes import Dims
from estimator.graph.constant import static_value
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.tensor import Tensor


class FunctionGraph(Graph):
    """The body of a function.

    Parameters
    ----------
    name : str
        What the body belongs to, for messages: ``"Dataset.map"``.
    outer : Graph, optional
        Where captured tensors live.
    capture_by_value : bool
        Captured constants are copied and everything else is an error that says so: a dataset's
        function outlives the graph it was made in.

    Attributes
    ----------
    arguments : list of Tensor
        The placeholders of the function's own arguments.
    captures : dict
        Outer tensor to the placeholder that stands for it inside.
    results : list of Tensor
        The flat results.
    structure : object
        The nested structure of the results.
    """

    def __init__(self, name: str, outer: Graph | None = None, capture_by_value: bool = False) -> None:
        super().__init__()
        self.name = name
        self.outer = outer if outer is not None else get_default_graph()
        self.seed = self.outer.seed
        self._by_value = capture_by_value
        self.arguments: list[Tensor] = []
        self.captures: dict[Tensor, Tensor] = {}
        self.results: list[Tensor] = []
        self.structure: Any = None

    def add_argument(self, dtype: DType, dims: Dims, name: str = "args") -> Tensor:
        """One more placeholder."""
        tensor: Tensor = self.apply("Placeholder", (), {"dtype": dtype, "shape": dims, "name": name})
        self.arguments.append(tensor)
        return tensor

    def capture(self, tensor: Tensor) -> Tensor:
        """The placeholder (or, by value, the constant) that stands for a tensor of an outer graph.

        Raises
        ------
        ValueError
            If only values can be captured and the tensor is none.
        """
        source = tensor if self._by_value or tensor.graph is self.outer else self.outer.capture(tensor)
        if source not in self.captures:
            make = self._by_value_capture if self._by_value else self._stand_in
            self.captures[source] = make(source)
        return self.captures[source]

    def _stand_in(self, source: Tensor) -> Tensor:
        attrs = {"dtype": source.dtype, "shape": source.dims, "name": "capture"}
        with self.control_dependencies(None):
            tensor: Tensor = self.apply("Placeholder", (), attrs)
        return tensor

    def _by_value_capture(self, tensor: Tensor) -> Tensor:
        value = static_value(tensor)
        if value is None:
            is_variable = tensor.dtype.name == "resource" or tensor.op.type == "ReadVariableOp"
            raise ValueError(
                f"the function given to {self.name} uses {tensor}, {'a variable' if is_variable else 'a tensor'} "
                "of the surrounding graph. A dataset is a recipe that outlives the graph: pass the value as a "
                "numpy array or a Python number, or use it in model_fn instead."
            )
        return self.constant(value, tensor.dtype, name="captured")


def trace(
    function: Callable[..., Any],
    arguments: Sequence[tuple[DType, Dims]],
    structure: Any,
    name: str,
    unpack: bool = True,
    capture_by_value: bool = True,
) -> FunctionGraph:
    """The graph of a Python function.

    Parameters
    ----------
    function : callable
        Takes tensors in `structure`.
    arguments : sequence of (DType, Dims)
        The flat arguments.
    structure : object
        How they nest; a tuple is passed as several arguments if `unpack`.
    name : str
        For messages.
    capture_by_value : bool
        See :class:`FunctionGraph`.

    Raises
    ------
    ValueError
        If it uses what cannot be captured.
    """
    body = FunctionGraph(name, capture_by_value=capture_by_value)
    with body.as_default():
        tensors = [body.add_argument(dtype, dims) for dtype, dims in arguments]
        packed = nest.pack_as(structure, tensors)
        result = function(*packed) if unpack and isinstance(packed, tuple) else function(packed)
        if isinstance(result, list):  # as tf.data: a list is a tensor, a tuple a structure
            result = body.convert(result)
        body.structure = result
        body.results = [body.convert(each) for each in nest.flatten(result)]
    return body
