"""What `summary` prints; whole tables are compared with TensorFlow's in test_models_of_tf.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from estimator.graph.graph import reset_default_graph
from estimator.keras.layers.dense import Dense
from estimator.keras.sequential import Sequential


@pytest.fixture(autouse=True)
def _default_graph() -> Iterator[None]:
    reset_default_graph()
    yield
    reset_default_graph()


def row() -> Sequential:
    return Sequential(
        [Dense(2, input_shape=(3,), name="first"), Dense(4, name="second"), Dense(1, name="third")]
    )


def printed(model: Any, **settings: Any) -> list[str]:
    lines: list[str] = []
    model.summary(print_fn=lines.append, **settings)
    return lines


def test_it_is_printed_by_default(capsys: pytest.CaptureFixture[str]) -> None:
    row().summary()
    assert capsys.readouterr().out.splitlines() == printed(row())[:0] + [
        'Model: "sequential"',
        *printed(row())[1:],
    ]


def test_a_line_is_as_long_as_is_wished_and_columns_end_where_they_are_told_to() -> None:
    lines = printed(row(), line_length=40, positions=[20, 32, 40])
    assert {len(line) for line in lines[1:9]} == {40}
    assert lines[5] == " first (Dense)      (None, 2)   8       "


def test_layers_from_one_name_to_another_are_listed() -> None:
    lines = printed(row(), layer_range=["second", "third"])
    assert not any("first" in line for line in lines) and any("second" in line for line in lines)
    assert printed(row(), layer_range=["th", "sec"]) != [] and "Total params: 25 (100.00 Byte)" in lines
    with pytest.raises(ValueError, match="no layer of the model is called 'secnd'. Did you mean 'second'"):
        printed(row(), layer_range=["secnd", "third"])
    with pytest.raises(ValueError, match="layer_range must be two texts"):
        printed(row(), layer_range=["first"])


def test_a_model_that_is_not_built_says_how_to_build_it() -> None:
    with pytest.raises(
        ValueError, match=r"has not yet been built. Build the model first by calling `build\(\)`"
    ):
        Sequential([Dense(2)]).summary()


@pytest.mark.parametrize(("units", "size"), [(256, "4.00 KB"), (300_000, "4.58 MB")])
def test_sizes_are_told_in_units_that_can_be_read(units: int, size: str) -> None:
    model = Sequential([Dense(units, input_shape=(3,), kernel_initializer="zeros")])
    assert f"({size})" in printed(model)[-4]
