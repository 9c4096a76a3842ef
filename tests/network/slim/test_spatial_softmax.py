"""Mean places of channels, by the formula."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.tf.contrib import layers

IMAGES = np.random.default_rng(3).standard_normal((2, 3, 4, 5)).astype(np.float32)


def points(temperature: float) -> Any:
    chances = np.exp(IMAGES / temperature)
    chances /= chances.sum((1, 2), keepdims=True)
    rows = (chances * np.linspace(-1, 1, 3)[None, :, None, None]).sum((1, 2))
    columns = (chances * np.linspace(-1, 1, 4)[None, None, :, None]).sum((1, 2))
    return np.stack([rows, columns], 2).reshape(2, 10)


@pytest.mark.parametrize("temperature", [None, 0.5])
@pytest.mark.parametrize("data_format", ["NHWC", "NCHW"])
def test_a_channel_has_a_point(run: Callable[..., Any], temperature: float | None, data_format: str) -> None:
    images = IMAGES if data_format == "NHWC" else IMAGES.transpose(0, 3, 1, 2)
    dims = [None, None, None, 5] if data_format == "NHWC" else [None, 5, None, None]
    fed = tf.placeholder(tf.float32, dims)
    found = layers.spatial_softmax(fed, temperature, data_format=data_format)
    assert found.dims == (None, 10)
    assert [variable.op.name for variable in tf.trainable_variables()] == ["spatial_softmax/temperature"]
    np.testing.assert_allclose(run(found, {fed: images}), points(temperature or 1.0), rtol=1e-4, atol=1e-6)


def test_the_temperature_need_not_be_trained() -> None:
    layers.spatial_softmax(IMAGES, trainable=False, name="given", variables_collections=["mine"])
    assert tf.trainable_variables() == []
    assert [variable.op.name for variable in tf.global_variables()] == ["given/temperature"]


def test_the_channels_must_be_known() -> None:
    with pytest.raises(ValueError, match="spatial_softmax"):
        layers.spatial_softmax(tf.placeholder(tf.float32, [2, 3, 4, None]))
