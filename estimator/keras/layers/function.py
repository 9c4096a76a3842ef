"""A function of the user's as a layer."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Self

from estimator.core.shapes import as_dims
from estimator.graph.tensor import Tensor
from estimator.keras.layer import Layer
from estimator.keras.serialization import custom_object


class NamedFunction(str):
    """The name of a function, which a configuration holds in its place; in this process the function comes along."""

    function: Callable[..., Any]

    @classmethod
    def of(cls, function: Callable[..., Any]) -> NamedFunction:
        """The name of a function."""
        name = cls(getattr(function, "__name__", type(function).__name__))
        name.function = function
        return name


class Lambda(Layer):
    """A function as a layer.

    Its configuration names the function, where Keras puts the function's code. Code of files is never run: who reads
    one gives the function, by ``custom_objects={"name": function}``; the name is the function's, or the layer's.

    Parameters
    ----------
    function : callable
        From the inputs to the outputs; it may take ``mask`` and ``training``.
    output_shape : shape or callable, optional
        What is known of the shape of the output, without the batch, if the graph does not tell.
    mask : Tensor or callable, optional
        The mask of the output, or a function from inputs and mask to it.
    arguments : dict, optional
        More arguments of the function.

    Raises
    ------
    TypeError
        If `function` is none.

    Source
    ------
    tf.keras.layers.Lambda, TF 2.15
    """

    arguments: dict[str, Any]
    _output_shape: Any

    def __init__(
        self,
        function: Callable[..., Any],
        output_shape: Any = None,
        mask: Any = None,
        arguments: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not callable(function):
            raise TypeError(f"Lambda: a function is wanted, given: {function!r}.")
        self.function = function
        vars(self)["arguments"] = dict(arguments or {})
        vars(self)["_output_shape"] = output_shape
        self.mask = mask
        self.supports_masking = mask is not None
        parameters = inspect.signature(function).parameters if not isinstance(function, type) else {}
        self._taken = tuple(name for name in ("mask", "training") if name in parameters)

    def call(self, inputs: Any, mask: Any = None, training: Any = None) -> Any:
        """What the function gives."""
        more = {"mask": mask, "training": training}
        outputs = self.function(inputs, **{name: more[name] for name in self._taken} | self.arguments)
        if isinstance(outputs, Tensor) and self._output_shape is not None:
            shape = (
                self._output_shape(inputs.shape)
                if callable(self._output_shape)
                else (None, *self._output_shape)
            )
            outputs.set_shape(as_dims(shape))
        return outputs

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The mask that was given, or what its function says."""
        return self.mask(inputs, mask) if callable(self.mask) else self.mask

    def get_config(self) -> dict[str, Any]:
        """What the layer was told; of functions their names."""
        shape = self._output_shape
        is_function = callable(shape)
        return super().get_config() | {
            "function": NamedFunction.of(self.function),
            "function_type": _type_of(self.function),
            "module": getattr(self.function, "__module__", None),
            "output_shape": NamedFunction.of(shape) if is_function else shape,
            "output_shape_type": _type_of(shape) if is_function else "raw",
            "output_shape_module": getattr(shape, "__module__", None) if is_function else None,
            "arguments": self.arguments,
        }

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """The layer of such a configuration.

        Raises
        ------
        ValueError
            If the configuration is of a file, and nobody has given its function; or if it holds code.
        """
        given = dict(config)
        for name in ("function_type", "module", "output_shape_type", "output_shape_module"):
            given.pop(name, None)
        layer = given.get("name", "lambda")
        given["function"] = _function_of(layer, given["function"])
        if config.get("output_shape_type", "raw") != "raw":
            given["output_shape"] = _function_of(layer, given["output_shape"])
        return cls(**given)


def _type_of(function: Any) -> str:
    return "lambda" if getattr(function, "__name__", "") == "<lambda>" else "function"


def _function_of(layer: str, value: Any) -> Callable[..., Any]:
    if isinstance(value, Mapping) and value.get("class_name") == "function":
        value = value["config"]
    if isinstance(value, NamedFunction):
        return value.function
    is_name = isinstance(value, str) and value.isidentifier()
    found = value if callable(value) else (custom_object(value) if is_name else None) or custom_object(layer)
    if callable(found):
        function: Callable[..., Any] = found
        return function
    what = (
        f"the function {value!r}, which is not known here"
        if is_name
        else "code, which is never run from a file"
    )
    raise ValueError(
        f"layer {layer!r} is a Lambda of {what}: give its function as "
        f"custom_objects={{{(value if is_name else layer)!r}: ...}}."
    )
