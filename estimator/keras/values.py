"""Functions of tensors that give values where they are called outside any graph, with arrays and numbers."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from estimator.graph.constant import to_array
from estimator.keras import outside
from estimator.pipeline.foreign import settled

F = TypeVar("F", bound=Callable[..., Any])


class Valued:
    """Such a function. It is prepared once for each kind of arguments, and the graph does not grow by calls.

    Parameters
    ----------
    function : callable
        Of tensors, which it takes by keyword.
    name : str
        What the graph of its prepared calls is called.
    weights : callable, optional
        Gives the variables that it reads or writes.
    """

    def __init__(
        self, function: Callable[..., Any], name: str, weights: Callable[[], Sequence[Any]] = tuple
    ) -> None:
        self._function, self.name, self._weights = function, name, weights

    @property
    def weights(self) -> Sequence[Any]:
        """The variables that it reads or writes: they say which graph is meant."""
        return self._weights()

    def __call__(self, tensors: Mapping[str, Any], **options: Any) -> Any:
        """What the function gives of tensors, or of arrays.

        Parameters
        ----------
        tensors : mapping
            What becomes tensors, by the names of the arguments; those that are None are left out.
        options
            The other arguments.
        """
        given = {name: value for name, value in tensors.items() if value is not None}
        if not outside.is_outside(list(given.values())):
            return self.call_in_graph(given, **options)
        arrays = {
            name: value if type(value) is np.ndarray else np.asarray(to_array(settled(value, name)))
            for name, value in given.items()
        }
        return outside.call(self, arrays, (), options)

    def call_in_graph(self, tensors: Mapping[str, Any], **options: Any) -> Any:
        """What the function gives of tensors."""
        return self._function(**tensors, **options)


def valued(function: F) -> F:
    """Decorator: a function of labels and predictions, and of options, is called outside of graphs, too."""
    prepared = Valued(function, function.__name__)

    @functools.wraps(function)
    def call(y_true: Any, y_pred: Any, *args: Any, **options: Any) -> Any:
        if args:
            names = list(function.__annotations__)[2:]
            options = dict(zip(names, args, strict=False)) | options
        return prepared({"y_true": y_true, "y_pred": y_pred}, **options)

    return call  # type: ignore[return-value]  # of the same signature
