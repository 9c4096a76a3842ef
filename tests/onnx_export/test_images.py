"""Images with each padding, of sizes that only a run tells, and with what is not finite in them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32
from estimator.core.errors import UsageError
from estimator.functions.arrays import placeholder
from estimator.graph import build
from estimator.graph.graph import Graph
from tests.onnx_export.runtime import check_graph, check_op

IMAGES = np.random.default_rng(5).standard_normal((2, 5, 7, 4)).astype(np.float32)
KERNEL = np.random.default_rng(6).standard_normal((3, 2, 4, 6)).astype(np.float32)
FORMS: list[dict[str, Any]] = [
    {"padding": "SAME", "strides": [1, 2, 3, 1]},
    {"padding": "VALID", "strides": [1, 1, 2, 1]},
    {"padding": "SAME", "strides": [1, 1, 1, 1]},
]
WITH_NAN = IMAGES.copy()
WITH_NAN[0, 1, 1, 1], WITH_NAN[0, 3, 3, 2], WITH_NAN[1] = np.nan, np.inf, -np.inf


def check_of_any_size(op_type: str, images: Any, *others: Any, **attrs: Any) -> None:
    """Height and width are as unknown as the number of images."""
    graph = Graph()
    with graph.as_default():
        image = placeholder(float32, [None, None, None, images.shape[-1]])
        y = getattr(build, op_type)(image, *others, **attrs)
    check_graph(graph, {image: images}, [y])


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_a_convolution_of_images_of_any_size(form: dict[str, Any]) -> None:
    check_of_any_size("Conv2D", IMAGES, KERNEL, **form)
    check_of_any_size("Conv2D", IMAGES[:0], KERNEL, **form)
    check_of_any_size("Conv2D", IMAGES, KERNEL[:, :, :2], **form)  # in groups


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_a_depthwise_convolution_of_images_of_any_size(form: dict[str, Any]) -> None:
    square = {**form, "strides": [1, 2, 2, 1]}
    check_of_any_size("DepthwiseConv2dNative", IMAGES, KERNEL, **square)


@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize("op_type", ["MaxPool", "AvgPool"])
def test_windows_of_images_of_any_size(op_type: str, form: dict[str, Any]) -> None:
    for ksize in ([1, 2, 2, 1], [1, 3, 2, 1]):
        check_of_any_size(op_type, IMAGES, ksize=ksize, **form)
        check_of_any_size(op_type, IMAGES[:0], ksize=ksize, **form)
        check_of_any_size(op_type, WITH_NAN, ksize=ksize, **form)


@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize("size", [(5, 7), (6, 8), (4, 9)], ids=str)
def test_a_transposed_convolution_to_each_size(form: dict[str, Any], size: tuple[int, int]) -> None:
    sizes = np.int32([2, *size, 4])
    graph = Graph()
    with graph.as_default():
        shape = build.Conv2D(placeholder(float32, sizes.tolist()), KERNEL, **form).dims
    dy = np.random.default_rng(7).standard_normal(shape).astype(np.float32)
    check_op("Conv2DBackpropInput", [sizes, KERNEL, dy], constants=[0, 1], **form)


def test_dilations_with_padding_where_sizes_are_known_or_do_not_count() -> None:
    attrs = {"padding": "SAME", "dilations": [1, 2, 3, 1]}
    check_of_any_size("Conv2D", IMAGES, KERNEL, strides=[1, 1, 1, 1], **attrs)
    check_op("Conv2D", [IMAGES, KERNEL], constants=[1], strides=[1, 2, 1, 1], **attrs)
    with pytest.raises(UsageError, match="a size that only a run tells"):
        check_of_any_size("Conv2D", IMAGES, KERNEL, strides=[1, 2, 1, 1], **attrs)


@pytest.mark.parametrize("op_type", ["FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"])
def test_a_trained_normalization(op_type: str) -> None:
    parameters = [np.float32([1, 2, 0.5, 3]) + shift for shift in (0, -1, 2, 1)]
    for data_format, images in (("NHWC", IMAGES), ("NCHW", IMAGES.transpose(0, 3, 1, 2))):
        graph = Graph()
        with graph.as_default():
            image = placeholder(float32, [None, *images.shape[1:]])
            attrs = {"is_training": False, "epsilon": 0.01, "data_format": data_format}
            y, mean, *_ = getattr(build, op_type)(image, *parameters, **attrs)
        check_graph(graph, {image: images}, [y])
        check_graph(graph, {image: images[:0]}, [y])
        with pytest.raises(UsageError, match="output 'output0' is .*:1' of FusedBatchNorm.*not exported"):
            check_graph(graph, {image: images}, [mean])


def test_what_has_no_counterpart_is_refused() -> None:
    for reason, arguments in {
        "windows go along": (
            "MaxPool",
            [IMAGES],
            {"ksize": [1, 1, 1, 2], "strides": [1, 1, 1, 2], "padding": "VALID"},
        ),
        "in training": ("FusedBatchNormV3", [IMAGES, *[np.ones(4, np.float32)] * 4], {}),
    }.items():
        op_type, inputs, attrs = arguments
        with pytest.raises(UsageError, match=reason):
            check_op(op_type, inputs, **attrs)
