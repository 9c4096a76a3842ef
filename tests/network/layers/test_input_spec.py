"""What a spec says of an input; what TensorFlow 2.15.1 refuses is refused."""

from __future__ import annotations

from typing import Any

import pytest

from estimator.functions.arrays import placeholder
from estimator.graph.graph import Graph
from estimator.network.layers.input_spec import InputSpec
from estimator.network.layers.layer import Layer


class Specified(Layer):
    """A layer of no other contents than what it takes."""


def given(spec: Any, dims: Any, dtype: str = "float32") -> None:
    layer = Specified()
    layer.input_spec = spec
    layer(placeholder(dtype, dims))


@pytest.mark.parametrize(
    ("spec", "dims", "problem"),
    [
        ({"dtype": "int32"}, [None, 3], "expected dtype=int32, found dtype=float32"),
        ({"ndim": 3}, [None, 3], "expected ndim=3, found ndim=2"),
        ({"min_ndim": 3}, [None, 3], "expected min_ndim=3, found ndim=2"),
        ({"max_ndim": 1}, [None, 3], "expected max_ndim=1, found ndim=2"),
        ({"axes": {-1: 4}}, [None, 3], "expected axis -1 of input shape to have value 4"),
        ({"axes": {5: 4}}, [None, 3], "expected an axis 5"),
        ({"shape": (None, 2)}, [None, 3], r"expected shape=\(\?, 2\)"),
        ({"shape": (None, 2)}, [None, 2, 2], "expected ndim=2, found ndim=3"),
    ],
)
def test_what_does_not_fit_is_named(graph: Graph, spec: Any, dims: Any, problem: str) -> None:
    with pytest.raises(
        ValueError, match=f"Input 0 of layer specified is incompatible with the layer: {problem}"
    ):
        given(InputSpec(**spec), dims)


@pytest.mark.parametrize(
    ("spec", "dims"),
    [
        ({}, None),
        ({"ndim": 2, "axes": {-1: 3}}, None),
        ({"ndim": 2, "axes": {-1: 3}}, [None, None]),
        ({"shape": (None, 3)}, [5, None]),
        ({"min_ndim": 1, "max_ndim": 2, "dtype": "float32"}, [3]),
        ({"shape": (None, 1), "allow_last_axis_squeeze": True}, [None]),
        ({"shape": (None,), "allow_last_axis_squeeze": True}, [None, 1]),
    ],
)
def test_what_may_fit_is_taken(graph: Graph, spec: Any, dims: Any) -> None:
    given(InputSpec(**spec), dims)


def test_each_of_several_inputs_has_a_spec_of_its_own(graph: Graph) -> None:
    layer, x = Specified(), placeholder("float32", [None, 3])
    layer.input_spec = [InputSpec(ndim=2), InputSpec(ndim=1)]
    layer([x, placeholder("float32", [2])])
    with pytest.raises(ValueError, match="Input 1 of layer specified .* expected ndim=1, found ndim=2"):
        layer([x, x])
    with pytest.raises(ValueError, match=r"specified expects 2 input\(s\), but it received one tensor"):
        layer(x)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"axes": 5}, TypeError, "axes must be a dict with integer keys, given: 5"),
        ({"axes": {"a": 5}}, TypeError, "axes must be a dict with integer keys, given: {'a': 5}"),
        ({"axes": {3: 5}, "ndim": 2}, ValueError, "axis 3 is greater than the maximum allowed value: 1"),
        ({"dtype": "flaot32"}, TypeError, "'flaot32' is not a dtype"),
    ],
)
def test_a_spec_that_says_nothing_sensible_is_refused(
    options: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        InputSpec(**options)


def test_a_missing_axis_can_be_made(graph: Graph) -> None:
    with pytest.raises(
        ValueError, match=r"found ndim=3. .* shape \(\?, 28, 28\). An axis .* tf.expand_dims\(x, -1\)"
    ):
        given(InputSpec(ndim=4), [None, 28, 28])


def test_a_spec_shows_what_it_says() -> None:
    assert repr(InputSpec(ndim=2, axes={1: 5})) == "InputSpec(ndim=2, axes={1: 5})"
