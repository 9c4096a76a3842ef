"""Where in images each channel is strongest: a point for each, in the form of tf.contrib.layers."""

from __future__ import annotations

from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions import arrays, nn, reductions
from estimator.functions.arguments import tensor_of
from estimator.functions.rearranging import meshgrid
from estimator.functions.scoping import name_scope
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.slim.formats import is_channels_first, known_size
from estimator.network.slim.weights import VariablesCollections, collections_of
from estimator.variables.initializers import Constant
from estimator.variables.model_variables import ScopeLike, model_variable
from estimator.variables.scopes import variable_scope


def spatial_softmax(
    features: TensorLike,
    temperature: float | None = None,
    name: ScopeLike = None,
    variables_collections: VariablesCollections = None,
    trainable: bool = True,
    data_format: str | None = "NHWC",
) -> Tensor:
    """The mean place of each channel, where places count by the softmax of what stands there.

    Parameters
    ----------
    features : Tensor, float32
        Images with a known number of channels.
    temperature : float, optional
        What the features are divided by, at first: it is a variable. By default 1.
    name : str, optional
        The scope; by default a form of ``spatial_softmax``.
    variables_collections : list of str, or dict of them by the variables' names, optional
        Further collections of the variable.
    trainable : bool
        Whether the temperature is trained.
    data_format : {"NHWC", "NCHW"}

    Shape
    -----
    features [batch, height, width, channels] -> [batch, channels * 2]: for each channel the row and the column, from
    -1, the first, to 1, the last; temperature []

    Raises
    ------
    ValueError
        If the data format is none of these, or the number of channels is not known.

    Source
    ------
    tf.contrib.layers.spatial_softmax, TF 1.15 layers.py; Finn et al. 2015, arXiv:1509.06113
    """
    channels_first = is_channels_first("spatial_softmax", data_format, 2)
    with variable_scope(name, "spatial_softmax"):
        x = tensor_of(features, name="features")
        channels = known_size("spatial_softmax", x, 1 if channels_first else 3)
        with name_scope("spatial_softmax_op", "spatial_softmax_op", [x]):
            images = x if channels_first else b.Transpose(x, [0, 3, 1, 2])
            height, width = arrays.shape(images)[2], arrays.shape(images)[3]
            first = Constant(1.0 if temperature is None else temperature)
            divisor: Any = model_variable(
                "temperature", [], x.dtype, first, None, trainable,
                collections_of(variables_collections, "temperature") if trainable else None,
            )  # fmt: skip
            weights = nn.softmax(b.Reshape(images, b.Pack([-1, height * width])) / divisor)
            rows, columns = meshgrid(
                arrays.linspace(-1.0, 1.0, height), arrays.linspace(-1.0, 1.0, width), indexing="ij"
            )
            places = [
                reductions.reduce_sum(b.Reshape(place, [-1]) * weights, 1, keepdims=True)
                for place in (rows, columns)
            ]
            points: Tensor = b.Reshape(b.ConcatV2(places, 1), [-1, channels * 2])
        return points


near_keywords_of_functions(__name__)
