"""Numbers rounded to those that few bits can say, with gradients as if they were not: training for 8 bits.

Source: tf.quantization.fake_quant_with_min_max_args and its kin, TF 1.15 gen_array_ops.py.
"""

from __future__ import annotations

from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor


def fake_quant_with_min_max_args(
    inputs: TensorLike,
    min: float = -6,
    max: float = 6,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> Tensor:
    """Numbers clipped to two limits and rounded to the nearest of ``2 ** num_bits`` numbers between them.

    Parameters
    ----------
    inputs : Tensor, float32
    min, max : float
        The limits, which are moved a little, so that 0 is one of the numbers.
    num_bits : int
        From 2 to 16.
    narrow_range : bool
        Whether there is one number less, so that there are as many below 0 as above.
    name : str, optional

    Raises
    ------
    ValueError
        If `min` is not below `max`, or there are too few or too many bits.
    """
    made: Tensor = b.FakeQuantWithMinMaxArgs(
        inputs, min=min, max=max, num_bits=num_bits, narrow_range=narrow_range, name=name
    )
    return made


def fake_quant_with_min_max_args_gradient(
    gradients: TensorLike,
    inputs: TensorLike,
    min: float = -6,
    max: float = 6,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> Tensor:
    """The gradient of :func:`fake_quant_with_min_max_args`: that of the results where nothing was clipped, else 0."""
    made: Tensor = b.FakeQuantWithMinMaxArgsGradient(
        gradients, inputs, min=min, max=max, num_bits=num_bits, narrow_range=narrow_range, name=name
    )
    return made


def fake_quant_with_min_max_vars(
    inputs: TensorLike,
    min: TensorLike,
    max: TensorLike,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> Tensor:
    """As :func:`fake_quant_with_min_max_args`, with limits that may be learnt.

    Shape
    -----
    min, max [] -> that of inputs; 0 while both limits are 0
    """
    made: Tensor = b.FakeQuantWithMinMaxVars(
        inputs, min, max, num_bits=num_bits, narrow_range=narrow_range, name=name
    )
    return made


def fake_quant_with_min_max_vars_gradient(
    gradients: TensorLike,
    inputs: TensorLike,
    min: TensorLike,
    max: TensorLike,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> Any:
    """The gradients of :func:`fake_quant_with_min_max_vars`: of the inputs, of `min` and of `max`."""
    return b.FakeQuantWithMinMaxVarsGradient(
        gradients, inputs, min, max, num_bits=num_bits, narrow_range=narrow_range, name=name
    )


def fake_quant_with_min_max_vars_per_channel(
    inputs: TensorLike,
    min: TensorLike,
    max: TensorLike,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> Tensor:
    """As :func:`fake_quant_with_min_max_vars`, with limits for each channel.

    Shape
    -----
    inputs [..., channels], min, max [channels] -> [..., channels]
    """
    made: Tensor = b.FakeQuantWithMinMaxVarsPerChannel(
        inputs, min, max, num_bits=num_bits, narrow_range=narrow_range, name=name
    )
    return made


def fake_quant_with_min_max_vars_per_channel_gradient(
    gradients: TensorLike,
    inputs: TensorLike,
    min: TensorLike,
    max: TensorLike,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> Any:
    """The gradients of :func:`fake_quant_with_min_max_vars_per_channel`: of the inputs, of `min` and of `max`."""
    return b.FakeQuantWithMinMaxVarsPerChannelGradient(
        gradients, inputs, min, max, num_bits=num_bits, narrow_range=narrow_range, name=name
    )


near_keywords_of_functions(__name__)
