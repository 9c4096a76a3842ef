"""Distances of weights, against numpy's of the whole; and what is not there, of another form, damaged."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.formats.bundle import BundleReader, BundleWriter, data_path
from estimator.inspection.weights import Distance, VariableDifference, differences
from tests.inspection.fixtures import TF, flip


def written(path: Path, **tensors: Any) -> BundleReader:
    """A reader of a bundle with these tensors."""
    path.mkdir(exist_ok=True)
    with open(data_path(str(path / "m")), "wb") as file:
        writer = BundleWriter(file)
        writer.add_all(sorted(tensors.items()), {})
    (path / "m.index").write_bytes(writer.finish())
    return BundleReader(path / "m")


def compared(tmp_path: Path, a: Any, b: Any) -> VariableDifference:
    with written(tmp_path / "a", t=a) as ours, written(tmp_path / "b", t=b) as theirs:
        (found,) = differences(ours, theirs)
    return found


def test_distances_are_numpys(tmp_path: Path, rng: np.random.Generator) -> None:
    a = rng.normal(size=(700, 1000)).astype(np.float32)  # several rows of a megabyte
    b = a.copy()
    b[::2] += rng.normal(size=(350, 1000)).astype(np.float32)
    found = compared(tmp_path, a, b).distance
    x, y = a.astype(np.float64).ravel(), b.astype(np.float64).ravel()
    assert found is not None and found.differing == (a != b).sum() and found.not_finite == 0
    assert found.max_abs == pytest.approx(np.abs(x - y).max(), rel=1e-12)
    assert found.rms == pytest.approx(np.sqrt(((x - y) ** 2).mean()), rel=1e-9)
    assert found.cosine == pytest.approx(x @ y / np.linalg.norm(x) / np.linalg.norm(y), rel=1e-9)


def test_equal_is_equal_bit_by_bit(tmp_path: Path) -> None:
    values = np.array([1.0, np.nan, -0.0, np.inf])
    assert compared(tmp_path, values, values).state == "equal"
    found = compared(tmp_path, np.array([0.0, 1.0]), np.array([-0.0, 1.0]))
    assert found.state == "changed" and found.distance == Distance(1, 0.0, 0.0, 1.0, 0)


def test_nan_counts_for_no_distance(tmp_path: Path) -> None:
    found = compared(tmp_path, np.array([3.0, np.nan, 1.0]), np.array([0.0, 2.0, np.inf])).distance
    assert found == Distance(3, 3.0, 3.0, None, not_finite=2)


def test_of_zero_there_is_no_angle(tmp_path: Path) -> None:
    found = compared(tmp_path, np.zeros(2), np.array([3.0, 4.0])).distance
    assert found is not None and found.cosine is None and found.max_abs == 4.0


@pytest.mark.parametrize(
    "a, b",
    [
        (np.array([b"a", b"b"], object), np.array([b"a", b"c"], object)),
        (
            np.array([1, 2**62], np.int64),
            np.array([1, 2**62 + 1], np.int64),
        ),  # float64 does not tell them apart
        (np.array([True, False]), np.array([True, True])),
        (np.array([1j, 2]), np.array([1j, 3])),
    ],
)
def test_one_element_of_every_type_makes_a_difference(tmp_path: Path, a: Any, b: Any) -> None:
    found = compared(tmp_path, a, b)
    assert found.state == "changed" and found.distance is not None and found.distance.differing == 1
    assert compared(tmp_path, a, a).state == "equal"


def test_nothing_is_equal_to_nothing(tmp_path: Path) -> None:
    assert compared(tmp_path, np.zeros((0, 3)), np.zeros((0, 3))).state == "equal"


def test_other_forms_and_names_are_told(tmp_path: Path) -> None:
    with (
        written(
            tmp_path / "a", same=np.zeros(2), shape=np.zeros(2), dtype=np.zeros(2), gone=np.zeros(1)
        ) as a,
        written(
            tmp_path / "b", same=np.zeros(2), shape=np.zeros(3), dtype=np.zeros(2, int), new=np.zeros(1)
        ) as b,
    ):
        found = {one.name: (one.state, one.a, one.b) for one in differences(a, b)}
    assert found == {
        "dtype": ("reshaped", ((2,), "float64"), ((2,), "int64")),
        "gone": ("only_a", ((1,), "float64"), None),
        "new": ("only_b", None, ((1,), "float64")),
        "same": ("equal", ((2,), "float64"), ((2,), "float64")),
        "shape": ("reshaped", ((2,), "float64"), ((3,), "float64")),
    }


def test_a_damaged_variable_is_told_and_the_others_compared(tmp_path: Path) -> None:
    tensors = {"first": np.zeros(2), "second": np.zeros(2)}
    written(tmp_path / "a", **tensors).close()
    flip(Path(data_path(str(tmp_path / "a" / "m"))), -1)
    with BundleReader(tmp_path / "a" / "m") as a, written(tmp_path / "b", **tensors) as b:
        first, second = differences(a, b)
    assert first.state == "equal"
    assert second.state == "unreadable" and "Checksum does not match" in str(second.damage)


@pytest.mark.parametrize("cuts", [(0, 75, 150), (0, 50, 100, 150), (0, 150)])
def test_slices_are_compared_whatever_they_are_cut_into(tmp_path: Path, cuts: tuple[int, ...]) -> None:
    with BundleReader(TF / "bundle_partitioned" / "model.ckpt-7") as theirs:
        value = theirs.get("emb/weights")
        parts = list(zip(cuts, cuts[1:], strict=False))
        path = tmp_path / "b"
        path.mkdir()
        with open(data_path(str(path / "m")), "wb") as file:
            writer = BundleWriter(file)
            for start, stop in parts:
                writer.add_slice("emb/weights", (150, 3), ((start, stop - start), None), value[start:stop])
        (path / "m.index").write_bytes(writer.finish())
        with BundleReader(path / "m") as ours:
            found = {one.name: one.state for one in differences(ours, theirs)}
    assert found["emb/weights"] == "equal"


def test_a_large_table_takes_the_memory_of_some_rows(tmp_path: Path) -> None:
    with (
        written(tmp_path / "a", t=np.zeros((1, 1 << 22), np.float32)) as a,  # 16 MiB
        written(tmp_path / "b", t=np.ones((1, 1 << 22), np.float32)) as b,
    ):
        tracemalloc.start()
        (found,) = differences(a, b)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert found.distance is not None and found.distance.differing == 1 << 22
    assert peak < 14 << 20
