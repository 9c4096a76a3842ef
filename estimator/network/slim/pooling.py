"""Pooling of images and volumes, in the form of tf.contrib.layers."""

from __future__ import annotations

from typing import Protocol

from estimator.core.arg_scope import add_arg_scope
from estimator.core.keywords import near_keywords
from estimator.functions.arguments import tensor_of
from estimator.functions.scoping import name_scope
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.layers import pooling as layers
from estimator.network.layers.input_spec import check_inputs
from estimator.network.layers.windows import Sizes
from estimator.network.slim.formats import is_channels_first, of_layers
from estimator.network.slim.named_outputs import OutputsCollections, collect_named_outputs


class Pooling(Protocol):
    """A function that pools."""

    def __call__(
        self,
        inputs: TensorLike,
        kernel_size: Sizes,
        stride: Sizes = 2,
        padding: str = "VALID",
        data_format: str | None = ...,
        outputs_collections: OutputsCollections = None,
        scope: str | None = None,
    ) -> Tensor:
        """The pooled input."""


_ARGUMENTS = """

    Parameters
    ----------
    inputs : Tensor
    kernel_size, stride : int, or one for each axis of space
        The size of the window, and its steps.
    padding : {{"VALID", "SAME"}}
        "SAME": also windows that see only a part of the input; what lies outside counts for nothing.
    data_format : {{"{last}", "{first}"}}
    outputs_collections : str or list of str, optional
        Collections of the result.
    scope : str, optional
        The name scope; by default a form of ``{default_name}``.

    Shape
    -----
    inputs [batch, space..., channels] -> [batch, places..., channels]

    Raises
    ------
    ValueError
        If an argument is none of these.

    Source
    ------
    tf.contrib.layers.{name}, TF 1.15 layers.py
"""


def _pooling(kind: type[layers.Pooling], default_name: str, what: str) -> Pooling:
    """The function of that kind, which blocks of arguments name by itself."""
    space = "HW" if kind.rank == 2 else "DHW"
    channels_last, channels_first = f"N{space}C", f"NC{space}"
    name = f"{default_name[:3].lower()}_pool{kind.rank}d"

    def pool(
        inputs: TensorLike,
        kernel_size: Sizes,
        stride: Sizes = 2,
        padding: str = "VALID",
        data_format: str | None = channels_last,
        outputs_collections: OutputsCollections = None,
        scope: str | None = None,
    ) -> Tensor:
        is_first = is_channels_first(default_name, data_format, kind.rank)
        with name_scope(scope, default_name, [inputs]) as opened:
            x = tensor_of(inputs, name="inputs")
            layer = kind(kernel_size, stride, padding, of_layers(is_first))
            check_inputs(layer.input_spec, x, default_name)
            result: Tensor = collect_named_outputs(outputs_collections, opened, layer.call(x))
            return result

    pool.__name__ = pool.__qualname__ = name
    pool.__doc__ = what + _ARGUMENTS.format(
        name=name, default_name=default_name, last=channels_last, first=channels_first
    )
    return near_keywords(add_arg_scope(pool))


max_pool2d = _pooling(layers.MaxPooling2D, "MaxPool2D", "The largest number that each window of images sees.")
avg_pool2d = _pooling(layers.AveragePooling2D, "AvgPool2D", "The mean of what each window of images sees.")
max_pool3d = _pooling(
    layers.MaxPooling3D, "MaxPool3D", "The largest number that each window of volumes sees."
)
avg_pool3d = _pooling(layers.AveragePooling3D, "AvgPool3D", "The mean of what each window of volumes sees.")
