"""The iris files hold Fisher's 150 flowers, split as iris_data says."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "examples" / "iris"


def _rows(name: str) -> list[list[str]]:
    with (FOLDER / f"iris_{name}.csv").open(newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize(("name", "per_species"), [("training", 40), ("test", 10)])
def test_each_file_takes_the_species_in_turn(name: str, per_species: int) -> None:
    header, *flowers = _rows(name)
    assert header == ["SepalLength", "SepalWidth", "PetalLength", "PetalWidth", "Species"]
    assert [flower[4] for flower in flowers] == ["0", "1", "2"] * per_species


def test_the_150_flowers_have_the_published_means_and_deviations() -> None:
    flowers = np.array(_rows("training")[1:] + _rows("test")[1:], float)
    # the summary statistics of the UCI repository's iris.names
    np.testing.assert_allclose(flowers[:, :4].mean(0).round(2), [5.84, 3.06, 3.76, 1.20], atol=0.011)
    np.testing.assert_allclose(flowers[:, :4].std(0, ddof=1).round(2), [0.83, 0.43, 1.76, 0.76], atol=0.011)


def test_every_fifth_flower_of_a_species_is_a_test_flower() -> None:
    # the 5th and 10th setosa, versicolor and virginica of Fisher's table
    assert [",".join(row[:4]) for row in _rows("test")[1:7]] == [
        "5.0,3.6,1.4,0.2", "6.5,2.8,4.6,1.5", "6.5,3.0,5.8,2.2",
        "4.9,3.1,1.5,0.1", "5.2,2.7,3.9,1.4", "7.2,3.6,6.1,2.5",
    ]  # fmt: skip
