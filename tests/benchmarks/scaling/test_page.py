"""The page of scaling is what the measurements say."""

from __future__ import annotations

import pytest

from benchmarks.scaling import page
from benchmarks.scaling.models import MODELS


@pytest.mark.slow
def test_the_page_is_made_of_the_measurements_that_lie_beside_it() -> None:
    assert page.PAGE.read_text("utf-8") == page.text(page.read())


def test_every_model_has_its_costs_at_its_usual_batch() -> None:
    costs = page.costs(page.read())
    assert list(costs) == list(MODELS)
    for name, cost in costs.items():
        assert cost.computing(MODELS[name].batch) > 0 and cost.dense > 0
    assert costs["hashed"].rows and not costs["cnn"].rows


def test_gradients_have_as_many_bytes_as_the_parameters_of_their_models() -> None:
    floats = {
        "iris": 4 * 10 + 10 + 10 * 10 + 10 + 10 * 3 + 3,
        "mlp": 784 * 512 + 512 + 512 * 512 + 512 + 512 * 10 + 10,
        "hashed": 141 * 256 + 256 + 256 * 128 + 128 + 128 + 1,
        "cnn": 25 * 32 + 32 + 25 * 32 * 64 + 64 + 3136 * 1024 + 1024 + 1024 * 10 + 10,
        "rnn": 128 * 256 + 256 + 64 * 10 + 10,
    }
    assert {name: cost.dense for name, cost in page.costs(page.read()).items()} == {
        name: 4 * count for name, count in floats.items()
    }


def test_times_and_sizes_have_units_in_which_they_are_short() -> None:
    assert [page.time(seconds) for seconds in (1.5, 0.0025, 3e-6, 2e-7)] == [
        "1.5 s",
        "2.5 ms",
        "3 us",
        "0.2 us",
    ]
    assert [page.size(count) for count in (0, 800, 3e6)] == ["none", "0.8 KB", "3 MB"]
