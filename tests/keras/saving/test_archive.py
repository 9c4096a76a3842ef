""".keras files as archives."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import DataLossError
from estimator.keras.saving import archive, hdf5
from estimator.keras.saving.archive import Archive
from estimator.keras.saving.hdf5 import Folder

DATA = Path(__file__).parents[2] / "data" / "keras"
NAME = "'m.keras'"


def read(data: bytes) -> Archive:
    with archive.opened(io.BytesIO(data), NAME) as content:
        return content


def weights() -> bytes:
    folder = Folder.empty()
    folder.put("layers/dense/vars/0", np.ones(3, np.float32))
    return hdf5.written(folder)


def packed(**members: Any) -> bytes:
    """An archive of these members; a text or bytes each, with dots for underscores in names."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name.replace("_", "."), data)
    return memory.getvalue()


@pytest.mark.parametrize("version", ["2.15", "3.15"])
def test_archives_of_both_versions_are_read(version: str) -> None:
    with (DATA / version / "sequential.keras").open("rb") as file, archive.opened(file, NAME) as content:
        assert content.keras_version.startswith(version)
        assert content.config["class_name"] == "Sequential"
        assert content.config["compile_config"]["optimizer"]["class_name"] == "Adam"
        assert content.weights.array("layers/dense/vars/0").read().shape == (3, 4)


def test_what_is_written_is_read_again() -> None:
    data = archive.written({"class_name": "Sequential", "config": {}}, weights())
    with archive.opened(io.BytesIO(data), NAME) as content:
        assert content.config == {"class_name": "Sequential", "config": {}}
        assert content.keras_version == archive.KERAS_VERSION
        np.testing.assert_array_equal(content.weights.array("layers/dense/vars/0").read(), [1, 1, 1])
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.namelist() == ["metadata.json", "config.json", "model.weights.h5"]
        assert set(json.loads(file.read("metadata.json"))) == {"keras_version", "date_saved"}


def test_an_archive_of_another_kind_says_what_it_holds() -> None:
    with pytest.raises(
        DataLossError, match="'m.keras' is an archive without config.json.*; it holds data.pkl"
    ):
        read(packed(data_pkl=b"x"))


def test_weights_that_are_a_pickle_are_never_read() -> None:
    data = packed(config_json="{}", metadata_json="{}", model_weights_npz=b"x")
    with pytest.raises(DataLossError, match="without model.weights.h5.* are pickles, which are never read"):
        read(data)


def test_a_member_that_claims_more_than_it_can_have_is_not_unpacked() -> None:
    data = packed(config_json="{}", metadata_json="{}", model_weights_h5=bytes(40 << 20))
    assert len(data) < 1 << 17
    with pytest.raises(DataLossError, match="model.weights.h5 of 'm.keras' claims 41943040 bytes"):
        read(data)


@pytest.mark.parametrize(
    ("config", "said"),
    [("{", "config.json of 'm.keras' is no JSON"), ("[" * 100_000, "is no JSON"), (b"\xff", "is no JSON")],
    ids=["cut", "deep", "binary"],
)
def test_a_configuration_that_is_no_json_is_an_error(config: str | bytes, said: str) -> None:
    with pytest.raises(DataLossError, match=said):
        read(packed(config_json=config, metadata_json="{}", model_weights_h5=weights()))


@pytest.mark.parametrize("part", [0.1, 0.5, 0.99])
def test_an_archive_that_was_cut_is_damaged(part: float) -> None:
    whole = (DATA / "3.15/frozen.keras").read_bytes()
    with pytest.raises(DataLossError, match="'m.keras' is a damaged archive"):
        read(whole[: int(len(whole) * part)])


def test_a_changed_byte_is_found_by_its_checksum() -> None:
    whole = bytearray((DATA / "3.15/frozen.keras").read_bytes())
    whole[whole.index(b'"units"') + 9] ^= 1
    with pytest.raises(DataLossError, match="Bad CRC-32 for file 'config.json'"):
        read(bytes(whole))


def test_kinds_are_told_apart_by_their_first_bytes() -> None:
    h5, zipped = io.BytesIO(weights()), io.BytesIO(packed(a=b""))
    assert hdf5.is_hdf5(h5) and not archive.is_archive(h5)
    assert archive.is_archive(zipped) and not hdf5.is_hdf5(zipped)
