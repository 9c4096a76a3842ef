"""Statistics are TensorFlow 2.15's of the same initializer on [200, 300]; 60,000 draws give three digits."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.graph.graph import Graph
from estimator.runtime.session import Session
from estimator.variables import initializers
from estimator.variables.get_variable import get_variable
from estimator.variables.variable import Variable

Run = Callable[..., Any]


@pytest.mark.parametrize(
    ("initializer", "std", "largest"),
    [
        (initializers.GlorotUniform(), 0.06308, 0.10954),
        (initializers.GlorotNormal(), 0.06333, 0.14380),
        (initializers.he_normal(), 0.10013, 0.22736),
        (initializers.VarianceScaling(), 0.07080, 0.16077),
        (initializers.TruncatedNormal(stddev=0.1), 0.08808, 0.2),
    ],
    ids=lambda value: type(value).__name__,
)
def test_spread_and_bounds_are_tensorflows(
    graph: Graph, run: Run, initializer: Any, std: float, largest: float
) -> None:
    values = run(initializer([200, 300]))
    assert values.dtype == np.float32
    assert values.std() == pytest.approx(std, rel=0.01)
    assert np.abs(values).max() == pytest.approx(largest, rel=0.001)
    assert abs(values.mean()) < 0.002


def test_uniform_and_normal_have_the_given_range_and_moments(graph: Graph, run: Run) -> None:
    uniform, normal = run(
        [initializers.RandomUniform(-1.0, 3.0)([20000]), initializers.RandomNormal(2.0, 0.5)([20000])]
    )
    assert -1.0 <= uniform.min() < -0.99 < 2.99 < uniform.max() < 3.0
    assert (normal.mean(), normal.std()) == (pytest.approx(2.0, abs=0.02), pytest.approx(0.5, rel=0.02))


def test_integers_are_drawn_below_the_maximum(graph: Graph, run: Run) -> None:
    values = run(initializers.RandomUniform(2, 5, dtype="int32")([1000]))
    assert set(values.tolist()) == {2, 3, 4}
    assert set(run(initializers.RandomUniform(maxval=2, dtype="int64")([100])).tolist()) == {0, 1}
    with pytest.raises(ValueError, match=r"integers \(int32\) need a maxval"):
        initializers.RandomUniform(dtype="int32")([2])


@pytest.mark.parametrize("shape", [[2, 3, 4], [4, 4], [2, 5]])
def test_an_orthogonal_start_has_orthonormal_columns_or_rows(
    graph: Graph, run: Run, shape: list[int]
) -> None:
    values = run(initializers.Orthogonal(gain=2.0)(shape))
    assert (values.shape, values.dtype) == (tuple(shape), np.float32)
    flat = values.reshape(-1, shape[-1])
    gram = flat.T @ flat if len(flat) >= shape[-1] else flat @ flat.T
    np.testing.assert_allclose(gram, 4 * np.eye(len(gram)), atol=1e-5)


def test_an_orthogonal_start_turns_either_way_equally_often(graph: Graph, run: Run) -> None:
    # The first entry of q has the sign of a normal number; without R's signs it would always be negative.
    starts = run([initializers.Orthogonal(seed=seed)([2, 2]) for seed in range(60)])
    assert 15 < sum(start[0, 0] > 0 for start in starts) < 45


@pytest.mark.parametrize("shape", [[], [3]])
def test_an_orthogonal_start_needs_two_sizes(graph: Graph, shape: list[int]) -> None:
    with pytest.raises(ValueError, match=rf"at least two sizes, given: \{str(shape)[:-1]}\]"):
        initializers.Orthogonal()(shape)


def test_an_orthogonal_start_is_of_floating_point(graph: Graph) -> None:
    with pytest.raises(ValueError, match="`dtype` is expected to be floating point. Received: int32"):
        initializers.Orthogonal(dtype="int32")
    with pytest.raises(ValueError, match="Received: string"):
        initializers.Orthogonal()([2, 2], "string")


def test_constants_fill_row_by_row_and_repeat_the_last_value(graph: Graph, run: Run) -> None:
    np.testing.assert_array_equal(run(initializers.Constant([1, 2])([2, 2])), [[1, 2], [2, 2]])
    np.testing.assert_array_equal(run(initializers.Zeros()([2], "int64")), [0, 0])
    np.testing.assert_array_equal(run(initializers.Ones()([1, 2])), [[1, 1]])
    np.testing.assert_array_equal(run(initializers.Identity(2.0)([2, 3])), [[2, 0, 0], [0, 2, 0]])


def test_too_many_constants_are_refused(graph: Graph) -> None:
    with pytest.raises(ValueError, match=r"3 values do not fill a variable of shape \(2,\)"):
        initializers.Constant([1, 2, 3])([2])
    with pytest.raises(TypeError, match="the value has shape"):
        initializers.Constant([1, 2], verify_shape=True)([2, 1])


@pytest.mark.parametrize(
    ("shape", "expected"), [([], (1, 1)), ([5], (5, 5)), ([4, 3], (4, 3)), ([3, 3, 2, 8], (18, 72))]
)
def test_fans_count_what_a_unit_sees_and_feeds(shape: list[int], expected: tuple[int, int]) -> None:
    assert initializers.fans(shape) == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"scale": 0.0}, "scale must be positive"),
        ({"mode": "fan"}, "mode must be"),
        ({"distribution": "gauss"}, "distribution must be"),
    ],
)
def test_odd_arguments_of_variance_scaling_are_named(arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        initializers.VarianceScaling(**arguments)


# Source: TensorFlow 2.15.1
@pytest.mark.parametrize(
    ("initializer", "config"),
    [
        (initializers.Zeros(), {"dtype": "float32"}),
        (initializers.Constant(3.0), {"value": 3.0, "dtype": "float32"}),
        (
            initializers.TruncatedNormal(0.0, 0.5, seed=3),
            {"mean": 0.0, "stddev": 0.5, "seed": 3, "dtype": "float32"},
        ),
        (initializers.GlorotUniform(), {"seed": None, "dtype": "float32"}),
        (initializers.Identity(2.0), {"gain": 2.0, "dtype": "float32"}),
        (initializers.Orthogonal(2.0, 3), {"gain": 2.0, "seed": 3, "dtype": "float32"}),
    ],
)
def test_an_initializer_is_made_again_of_its_config(initializer: Any, config: dict[str, Any]) -> None:
    assert initializer.get_config() == config
    again = type(initializer).from_config(config)
    assert (type(again), again.get_config()) == (type(initializer), config)


@pytest.mark.parametrize(("dtype", "value"), [("int32", 0), ("uint8", 0), ("bool", False), ("string", b"")])
def test_what_is_no_real_number_begins_as_nothing(graph: Graph, dtype: str, value: Any) -> None:
    made = get_variable("made", [2], dtype=dtype)
    with Session() as session:
        session.run(made.initializer)
        assert session.run(made).tolist() == [value, value]


def test_complex_numbers_need_an_initializer_of_their_own(graph: Graph) -> None:
    with pytest.raises(ValueError, match="initializer for variable waves of complex64 is required"):
        get_variable("waves", [2], dtype="complex64")


def test_what_is_filled_with_one_value_is_no_table_in_the_graph(graph: Graph) -> None:
    # types and names are those of TensorFlow 2.15.1's graph of the same calls
    with graph.name_scope("v/Initializer/"):
        values = [
            initializers.Zeros()([100, 10]),
            initializers.Ones()([50, 50]),
            initializers.Constant(0.5)([100, 100]),
        ]
    assert {op.name: op.type for op in graph.get_operations()} == {
        "v/Initializer/zeros/shape_as_tensor": "Const",
        "v/Initializer/zeros/Const": "Const",
        "v/Initializer/zeros": "Fill",
        "v/Initializer/ones/shape_as_tensor": "Const",
        "v/Initializer/ones/Const": "Const",
        "v/Initializer/ones": "Fill",
        "v/Initializer/Const": "Const",
    }
    assert [value.dims for value in values] == [(100, 10), (50, 50), (100, 100)]
    held = [op.attrs["value"] for op in graph.get_operations() if op.type == "Const"]
    assert max(sum(size for size, step in zip(a.shape, a.strides) if step) for a in held) <= 2


@pytest.mark.parametrize(
    "initializer", [initializers.Zeros(), initializers.Ones(), initializers.Constant(0.5)]
)
def test_filling_a_variable_takes_the_memory_of_the_variable_alone(graph: Graph, initializer: Any) -> None:
    shape = (1024, 1024)
    with Session(graph=graph) as session:
        variable = Variable(lambda: initializer(shape))
        tracemalloc.start()
        try:
            session.run(variable.initializer)
            largest = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert 2**22 <= largest < 1.3 * 2**22  # beside it there is room for a look at each number
        np.testing.assert_array_equal(session.run(variable), session.run(initializer(shape)))


def test_an_initializer_of_a_script_derives_from_ours() -> None:
    class Halves(initializers.ConfiguredInitializer):
        def __init__(self, of: float = 1.0) -> None:
            self.of = of

        def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
            return initializers.Constant(self.of / 2)(shape, dtype)

    assert isinstance(initializers.Zeros(), initializers.ConfiguredInitializer)
    assert Halves.from_config(Halves(3.0).get_config()).of == 3.0
    with pytest.raises(NotImplementedError, match=r"ConfiguredInitializer must define __call__\(shape"):
        initializers.ConfiguredInitializer()([2])
