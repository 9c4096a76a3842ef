"""Variables of checkpoints: what TensorFlow recorded of those it wrote is what is told here."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from estimator.checkpoint.reader import held_bundle, list_variables, load_variable
from estimator.formats.bundle import BundleReader
from estimator.inspection.variables import VariableReport, variables_of
from estimator.model_dir.start import Start
from tests.inspection.fixtures import TF, flip, prefixes, recorded, save

RECORDED = sorted(path.parent.name for path in TF.glob("*/expected.json") if recorded(path.parent))


def reader_of(path: Path) -> BundleReader:
    reader = Start.of(path).use(held_bundle)
    assert reader is not None
    return reader


def told(path: Path) -> dict[str, VariableReport]:
    with reader_of(path) as reader:
        return {found.name: found for found in variables_of(reader)}


def checkpoint_of(folder: Path) -> Path:
    return next(prefix for prefix in prefixes() if prefix.parent in (folder, folder / "model_dir"))


@pytest.mark.parametrize("name", RECORDED)
def test_names_types_and_shapes_are_those_that_tensorflow_recorded(name: str) -> None:
    found = told(checkpoint_of(TF / name))
    expected = recorded(TF / name)
    assert {key: (one.dtype, list(one.shape)) for key, one in found.items() if key in expected} == expected
    extra = set(found) - set(expected)
    assert extra <= {"_CHECKPOINTABLE_OBJECT_GRAPH"}


@pytest.mark.parametrize("prefix", [*prefixes()], ids=lambda prefix: str(prefix.relative_to(TF)))
def test_every_checkpoint_of_tensorflows_is_read_to_its_end(prefix: Path) -> None:
    found = told(prefix)
    assert sorted(found) == [name for name, _ in list_variables(prefix)]
    assert not any(one.damage for one in found.values())


@pytest.mark.parametrize("folder", ["bundle_types/ckpt", "bundle_shards/ckpt", "dnn_iris_v1_adam/model_dir"])
def test_norms_and_means_are_numpys(folder: str) -> None:
    path = TF / folder
    for name, one in told(path).items():
        if one.statistics is None or one.dtype in ("bfloat16", "complex64", "complex128"):
            continue
        value = np.asarray(load_variable(path, name)).astype(np.float64)
        finite = value[np.isfinite(value)]
        assert one.statistics.norm == pytest.approx(np.linalg.norm(finite), rel=1e-9)
        assert one.statistics.nan_count == np.isnan(value).sum()
        assert one.statistics.inf_count == np.isinf(value).sum()
        if finite.size:
            assert one.statistics.mean == pytest.approx(finite.mean(), rel=1e-9, abs=1e-12)
            assert (one.statistics.min, one.statistics.max) == (finite.min(), finite.max())


def test_a_partitioned_variable_is_one_of_several_pieces() -> None:
    found = told(TF / "bundle_partitioned")["emb/weights"]
    value = load_variable(TF / "bundle_partitioned", "emb/weights")
    assert found.pieces > 1 and found.shape == (150, 3) and found.size_bytes == value.nbytes
    assert found.statistics is not None
    assert found.statistics.norm == pytest.approx(np.linalg.norm(value.astype(np.float64)))


def test_a_damaged_variable_says_so_and_the_others_are_told(tmp_path: Path) -> None:
    save(tmp_path, 1)
    flip(tmp_path / "model.ckpt-1.data-00000-of-00001")  # of `w`, the last one
    found = told(tmp_path / "model.ckpt-1")
    assert found["w"].damage is not None and "Checksum does not match" in found["w"].damage
    assert found["w"].statistics is None and found["global_step"].statistics is not None


def test_without_statistics_no_number_is_read(tmp_path: Path) -> None:
    save(tmp_path, 1)
    flip(tmp_path / "model.ckpt-1.data-00000-of-00001")
    with reader_of(tmp_path / "model.ckpt-1") as reader:
        found = variables_of(reader, with_statistics=False)
    assert [(one.name, one.damage, one.statistics) for one in found] == [
        ("global_step", None, None),
        ("w", None, None),
    ]


def test_a_large_table_takes_the_memory_of_some_rows(tmp_path: Path) -> None:
    table = np.ones((1, 1 << 23), np.float32)  # 32 MiB in one row
    save(tmp_path, 1, table=table)
    del table
    with reader_of(tmp_path / "model.ckpt-1") as reader:
        tracemalloc.start()
        found = {one.name: one for one in variables_of(reader)}
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert found["table"].statistics is not None and found["table"].statistics.count == 1 << 23
    assert peak < 12 << 20


def test_what_resumes_a_training_is_hidden(tmp_path: Path) -> None:
    save(tmp_path, 1, _ESTIMATOR_RESUME=np.array(b"{}", object))
    assert sorted(told(tmp_path / "model.ckpt-1")) == ["global_step", "w"]
