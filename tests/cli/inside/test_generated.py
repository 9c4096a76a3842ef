"""Ops under the names of the functions that TensorFlow generates."""

from __future__ import annotations

import pytest

from estimator.cli.inside import generated
from estimator.graph.graph import Graph
from estimator.runtime.session import Session


@pytest.mark.parametrize(
    ("op_type", "name"),
    [
        ("Conv2DBackpropInput", "conv2d_backprop_input"),
        ("UniqueWithCountsV2", "unique_with_counts_v2"),
        ("LRNGrad", "lrn_grad"),
        ("MaxPool3DGrad", "max_pool3d_grad"),
        ("Relu6Grad", "relu6_grad"),
        ("RGBToHSV", "rgb_to_hsv"),
        ("BatchMatMulV2", "batch_mat_mul_v2"),
        ("FFT2D", "fft2d"),
    ],
)
def test_a_name_is_spelled_as_tensorflow_spells_it(op_type: str, name: str) -> None:
    assert generated.generated_name(op_type) == name


def test_an_op_takes_arguments_by_position_and_by_name() -> None:
    with Graph().as_default() as graph:
        found = generated.unique_with_counts_v2(graph.constant([4, 4, 5]), graph.constant([0]), name="u")
    assert [values.tolist() for values in Session(graph=graph).run(found)] == [[4, 5], [0, 0, 1], [2, 1]]
    assert found.y.op.name == "u"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: generated.neg(1.0, "n", 3), "Neg takes 2 arguments at most, given: 3"),
        (lambda: generated.neg(1.0, x=2.0), "Neg got x twice"),
    ],
)
def test_arguments_that_are_too_many_or_come_twice_are_refused(call: object, message: str) -> None:
    with Graph().as_default(), pytest.raises(TypeError, match=message):
        call()  # type: ignore[operator]


def test_a_function_that_there_is_none_of_answers_with_the_nearest() -> None:
    with pytest.raises(AttributeError, match="conv2d"):
        generated.conv2dd  # noqa: B018
