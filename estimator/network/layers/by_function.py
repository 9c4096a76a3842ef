"""The functions that take what the constructors of layers take: ``conv2d`` is the output of a new ``Conv2D``."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from estimator.core.keywords import demand_known
from estimator.graph.tensor import Tensor
from estimator.network.layers.layer import Layer


def function_of(layer: type[Layer], like: Callable[..., Tensor], name: str) -> Any:
    """The function that calls a new layer.

    Parameters
    ----------
    layer : type
    like : callable
        The method ``__call__`` of the Protocol that is the function's type. It takes ``inputs``, the arguments of the
        layer and of its ``call``, and ``reuse`` if it has variables. What is left out has the layer's default.
    name : str
        As people call it.
    """
    of_method = inspect.signature(like)
    signature = of_method.replace(parameters=list(of_method.parameters.values())[1:])
    has_variables = "reuse" in signature.parameters
    of_call = inspect.signature(layer.call).parameters.keys() & signature.parameters.keys() - {"inputs"}

    def function(*args: Any, **kwargs: Any) -> Tensor:
        demand_known(name, kwargs, signature.parameters)
        try:
            given = signature.bind(*args, **kwargs).arguments
        except TypeError as error:
            raise TypeError(f"{name}() {error}.") from None
        inputs, reuse = given.pop("inputs"), given.pop("reuse", None)
        options = {name: given.pop(name) for name in of_call if name in given}
        if has_variables:  # the name is the scope itself, free or not
            given |= {"_scope": given.get("name"), "_reuse": reuse}
        result: Tensor = layer(**given)(inputs, **options)
        return result

    function.__name__ = function.__qualname__ = name
    function.__module__ = layer.__module__
    function.__doc__ = (
        f"The output of a new :class:`{layer.__name__}` layer; its arguments are explained there.\n\n"
        f"Source\n------\ntf.layers.{name}, TF 1.15 python/layers\n"
    )
    vars(function)["__signature__"] = signature
    return function
