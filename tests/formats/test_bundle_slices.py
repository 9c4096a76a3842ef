"""Parts of tensors out of whatever pieces are stored: whole, or cut elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.core.errors import DataLossError, InvalidArgumentError
from estimator.formats.bundle import BundleReader, BundleWriter, data_path
from estimator.formats.slices import Extent, overlap, slice_index

SHAPE = (7, 5)
VALUE = np.arange(35, dtype=np.float32).reshape(SHAPE)


def cuts(size: int, at: Sequence[int]) -> list[tuple[int, int]]:
    """The extents between these places."""
    ends = sorted({0, size, *at})
    return [(start, stop - start) for start, stop in zip(ends, ends[1:], strict=False)]


def save(path: Path, value: np.ndarray[Any, Any], rows: Sequence[int], columns: Sequence[int]) -> str:
    """A bundle with `value` as "w", cut into a grid; whole if there are no places to cut at."""
    prefix = str(path / "ckpt")
    with open(data_path(prefix), "wb") as file:
        writer = BundleWriter(file)
        if not rows and not columns:
            writer.add("w", value)
        else:
            for row in cuts(7, rows):
                for column in cuts(5, columns):
                    extents = (row, column)
                    writer.add_slice("w", SHAPE, extents, value[slice_index(extents)])
    Path(f"{prefix}.index").write_bytes(writer.finish())
    return prefix


def test_the_parts_of_tensorflow_are_cut_anew(tf_files: Path, expected: Callable[[str], Any]) -> None:
    values = expected("bundle_partitioned")["emb/weights"]  # stored as rows 0-49, 50-99, 100-149
    with BundleReader(tf_files / "bundle_partitioned" / "model.ckpt-7") as reader:
        for parts in (1, 2, 5):
            size = 150 // parts
            found = [reader.get_slice("emb/weights", [(k * size, size), None]) for k in range(parts)]
            np.testing.assert_array_equal(np.concatenate(found), values)
        np.testing.assert_array_equal(reader.get_slice("emb/weights", [(49, 2), (1, 1)]), values[49:51, 1:2])


@settings(deadline=None, max_examples=60)
@given(
    rows=st.lists(st.integers(0, 7), max_size=3), columns=st.lists(st.integers(0, 5), max_size=3),
    row=st.tuples(st.integers(0, 7), st.integers(0, 7)), column=st.tuples(st.integers(0, 5), st.integers(0, 5)),
)  # fmt: skip
def test_every_part_of_every_grid(
    tmp_path_factory: pytest.TempPathFactory, rows: Any, columns: Any, row: Any, column: Any
) -> None:
    wanted = [(min(pair), max(pair) - min(pair)) for pair in (row, column)]
    with BundleReader(save(tmp_path_factory.mktemp("grid"), VALUE, rows, columns)) as reader:
        np.testing.assert_array_equal(reader.get_slice("w", wanted), VALUE[slice_index(wanted)])


@pytest.mark.parametrize("rows", [[], [3]])
def test_strings_are_cut_too(tmp_path: Path, rows: list[int]) -> None:
    words = np.array([[f"{i}{j}".encode() for j in range(5)] for i in range(7)], object)
    with BundleReader(save(tmp_path, words, rows, [])) as reader:
        assert reader.get_slice("w", [(2, 2), (4, 1)]).tolist() == [[b"24"], [b"34"]]


def test_a_part_that_is_no_part_is_refused(tmp_path: Path) -> None:
    with BundleReader(save(tmp_path, VALUE, [2], [])) as reader:
        with pytest.raises(InvalidArgumentError, match=r"shape \[7, 5\]: slice 6,2:- reaches outside"):
            reader.get_slice("w", [(6, 2), None])
        with pytest.raises(InvalidArgumentError, match="slice 0,1 has 1 dimensions"):
            reader.get_slice("w", [(0, 1)])
        with pytest.raises(InvalidArgumentError, match=r"float32 \[2, 5\], `out` is float32 \[3, 5\]"):
            reader.get_slice("w", [(0, 2), None], np.zeros((3, 5), np.float32))


@pytest.mark.parametrize("rows", [[], [2]])
def test_damage_in_a_piece_that_is_read_is_noticed(tmp_path: Path, rows: list[int]) -> None:
    prefix = save(tmp_path, VALUE, rows, [])
    path = Path(data_path(prefix))
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with BundleReader(prefix) as reader, pytest.raises(DataLossError, match="Checksum does not match"):
        reader.get_slice("w", [(2, 1), None])


def test_a_tensor_larger_than_a_block_is_read_by_rows(tmp_path: Path) -> None:
    value = np.arange(3 * 100_000, dtype=np.float64).reshape(3, -1)  # 800 kB a row, 1 MiB a block
    prefix = str(tmp_path / "ckpt")
    with open(data_path(prefix), "wb") as file:
        writer = BundleWriter(file)
        writer.add("w", value)
    Path(f"{prefix}.index").write_bytes(writer.finish())
    with BundleReader(prefix) as reader:
        np.testing.assert_array_equal(reader.get_slice("w", [(1, 2), (5, 99_990)]), value[1:, 5:-5])


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        ([(0, 3), None], [(2, 4), (1, 2)], ((2, 1), (1, 2))),
        ([(0, 3), None], [(3, 4), None], None),
        ([(0, 3), (0, 0)], [None, None], None),
    ],
)
def test_what_two_slices_have_in_common(one: list[Extent], other: list[Extent], common: Any) -> None:
    assert overlap(SHAPE, one, other) == common


def test_numbers_come_in_rows_slice_by_slice(tf_files: Path) -> None:
    with BundleReader(tf_files / "bundle_partitioned" / "model.ckpt-7") as reader:
        rows = [row.copy() for row in reader.numbers("emb/weights")]
        assert len(rows) == len(reader.pieces("emb/weights")) > 1
        assert np.array_equal(np.concatenate(rows).reshape(150, 3), reader.get("emb/weights"))


def test_numbers_of_a_large_tensor_come_a_block_at_a_time(tmp_path: Path) -> None:
    value = np.arange(300_001, dtype=np.float64).reshape(1, -1)
    prefix = str(tmp_path / "ckpt")
    with open(data_path(prefix), "wb") as file:
        writer = BundleWriter(file)
        writer.add("text", np.array([b"a"], object))
        writer.add("w", value)
    Path(f"{prefix}.index").write_bytes(writer.finish())
    with BundleReader(prefix) as reader:
        rows = [row.copy() for row in reader.numbers("w")]
        with pytest.raises(InvalidArgumentError, match="holds strings; use get"):
            next(reader.numbers("text"))
    assert max(row.nbytes for row in rows) <= 1 << 20 and np.array_equal(np.concatenate(rows), value[0])
