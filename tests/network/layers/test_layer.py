"""What all layers and their functions share."""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any

import pytest

from estimator.network.layers import batch_normalization, dense, dropout, flatten


@pytest.mark.parametrize(
    ("module", "function", "layer"),
    [
        (batch_normalization, "batch_normalization", "BatchNormalization"),
        (dense, "dense", "Dense"),
        (dropout, "dropout", "Dropout"),
        (flatten, "flatten", "Flatten"),
    ],
)
def test_a_function_hands_each_argument_to_its_layer_under_its_own_name(
    module: ModuleType, function: str, layer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    signature = inspect.signature(getattr(module, layer))
    taken: dict[str, Any] = {}

    class Taking:
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            bound = signature.bind(*args, **kwargs).arguments
            taken.update(bound.pop("kwargs", {}), **bound)

        def __call__(self, inputs: Any, **kwargs: Any) -> None:
            taken.update(kwargs, inputs=inputs)

    monkeypatch.setattr(module, layer, Taking)
    given = {name: f"the {name}" for name in inspect.signature(getattr(module, function)).parameters}
    getattr(module, function)(**given)
    assert taken == given
