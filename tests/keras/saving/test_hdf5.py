"""HDF5 files as folders: what is read, what is refused."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from estimator.core.errors import DataLossError
from estimator.keras.saving import hdf5
from estimator.keras.saving.hdf5 import Folder

KERAS = sorted((Path(__file__).parents[2] / "data" / "keras").glob("*/*.h5"))


def made(fill: Callable[[Any], object]) -> io.BytesIO:
    """A file that h5py has filled."""
    memory = io.BytesIO()
    with h5py.File(memory, "w") as file:
        fill(file)
    return memory


def read(file: Any) -> Folder:
    with hdf5.opened(file, "'m.h5'") as folder:
        return folder


def test_a_folder_comes_back_as_it_was_written() -> None:
    folder = Folder.empty()
    folder.put("a/b/kernel:0", np.arange(6, dtype=np.float32).reshape(2, 3))
    folder.put("a/scalar", np.int64(2**40))
    folder.texts["model_config"] = "ä" * 100_000  # longer than the header of a group
    names = folder.make("names")
    names.texts |= {"none": [], "long": [f"layer_{number}" * 20 for number in range(1000)], "one": ["x"]}
    with hdf5.opened(io.BytesIO(hdf5.written(folder)), "m") as back:
        np.testing.assert_array_equal(back.array("a/b/kernel:0").read(), [[0, 1, 2], [3, 4, 5]])
        assert back.array("a/scalar").read() == 2**40 and back.array("a/scalar").dtype == np.int64
        assert back.texts == folder.texts
        for name, texts in names.texts.items():
            assert back.folders["names"].names(name) == texts
        assert back.array("a/c/kernel:0") is None and back.folder("b") is None


def test_a_long_list_of_texts_is_cut_as_keras_cuts_it() -> None:
    folder = Folder.empty()
    folder.texts["weight_names"] = ["x" * 100] * 1000
    with h5py.File(io.BytesIO(hdf5.written(folder))) as file:
        assert sorted(file.attrs) == ["weight_names0", "weight_names1"]
        assert all(value.nbytes <= 64512 for value in file.attrs.values())


def test_a_folder_under_two_names_is_stored_once() -> None:
    folder = Folder.empty()
    folder.put("a/vars/0", np.ones(1000))
    folder.folders["b"] = folder.folders["a"]
    data = hdf5.written(folder)
    assert len(data) < 16000
    with hdf5.opened(io.BytesIO(data), "m") as back:
        np.testing.assert_array_equal(back.array("b/vars/0").read(), np.ones(1000))


@pytest.mark.parametrize("path", KERAS, ids=[f"{path.parent.name}-{path.name}" for path in KERAS])
def test_every_file_of_keras_is_read(path: Path) -> None:
    with path.open("rb") as file, hdf5.opened(file, "it") as folder, h5py.File(path) as theirs:

        def compare(name: str, entry: Any) -> None:
            if isinstance(entry, h5py.Dataset):
                np.testing.assert_array_equal(folder.array(name).read(), entry[()])
            else:
                assert folder.folder(name) is not None

        theirs.visititems(compare)


def bomb(file: Any) -> None:
    file.create_dataset("x", (1 << 40,), "f4", chunks=(1 << 20,), compression="gzip")


def outside(file: Any) -> None:
    file.create_dataset("x", (2,), "f4", external=[("/etc/hostname", 0, 8)])


def virtual(file: Any) -> None:
    layout = h5py.VirtualLayout((2,), "f4")
    layout[:] = h5py.VirtualSource("other.h5", "x", (2,))
    file.create_virtual_dataset("x", layout)


def circle(file: Any) -> None:
    file.create_group("a")["b"] = file["/"]


def filtered(file: Any) -> None:
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_chunk((2,))
    properties.set_filter(32015, h5py.h5z.FLAG_OPTIONAL)  # zstd, from a plugin
    h5py.h5d.create(file.id, b"x", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple((2,)), properties)


def badly_named(file: Any) -> None:
    file.attrs["layer_names"] = np.asarray([b"\xff\xfe"])


@pytest.mark.parametrize(
    ("fill", "said"),
    [
        (bomb, r"array '/x' of 'm.h5' claims 4398046511104 bytes, of which the file stores 0"),
        (outside, "array '/x' of 'm.h5' lies in other files"),
        (virtual, "array '/x' of 'm.h5' lies in other files"),
        (circle, "'m.h5' holds groups without end"),
        (filtered, r"array '/x' of 'm.h5' is packed by filters that are not used: \[32015\]"),
        (badly_named, "an attribute of '/' of 'm.h5' is no text in UTF-8"),
        (
            lambda file: file.update({"x": h5py.ExternalLink("other.h5", "/x")}),
            "'x' in '/' of 'm.h5' is a link",
        ),
        (lambda file: file.update({"x": h5py.SoftLink("/y")}), "'x' in '/' of 'm.h5' is a link to elsewhere"),
        (lambda file: file.update({"x": np.asarray([b"text"])}), r"holds no numbers \(\|S4\)"),
        (lambda file: file.create_dataset("x", data="text"), r"holds no numbers \(object\)"),
    ],
)
def test_what_no_file_of_keras_holds_is_refused_before_it_is_read(
    fill: Callable[[Any], object], said: str
) -> None:
    with pytest.raises(DataLossError, match=said):
        read(made(fill))


def test_a_file_of_another_kind_is_none() -> None:
    with pytest.raises(DataLossError, match="'m.h5' is no HDF5 file"):
        read(io.BytesIO(b"PK\3\4" + bytes(100)))


@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_a_file_that_was_cut_is_an_error_of_its_own(part: float) -> None:
    whole = KERAS[0].read_bytes()
    with pytest.raises(DataLossError, match="'m.h5'"):
        read(io.BytesIO(whole[: int(len(whole) * part)]))


def test_damage_anywhere_is_an_error_or_does_no_harm(rng: np.random.Generator) -> None:
    whole = bytearray(next(path for path in KERAS if path.name == "frozen.h5").read_bytes())
    refused = 0
    for place in rng.integers(0, len(whole), 80):
        damaged = bytearray(whole)
        damaged[place : place + 8] = rng.bytes(8)
        try:
            with hdf5.opened(io.BytesIO(damaged), "m") as folder:
                [array.read() for array in folder.folders.get("model_weights", folder).arrays.values()]
        except DataLossError:
            refused += 1
    assert refused > 5  # much of a small file is empty


def test_without_h5py_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(ImportError, match=r"pip install 'numpy-estimator\[keras\]'"):
        hdf5.written(Folder.empty())
