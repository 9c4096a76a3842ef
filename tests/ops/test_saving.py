"""The operations of TensorFlow's savers: what they write and read, under both executors."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import bfloat16, float32, string
from estimator.core.errors import InvalidArgumentError, NotFoundError
from estimator.formats.bundle import BundleReader
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.runtime.session import Session
from tests.ops.example import f32

PARTITIONED = Path(__file__).parents[1] / "data" / "tf" / "bundle_partitioned"


@pytest.fixture(params=["interpreter", "numpy"])
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    with Session(graph=Graph(), executor=request.param) as session:
        yield session


def texts(*words: str) -> Any:
    return np.array([word.encode() for word in words], object)


def save(session: Session, prefix: Any, tensors: dict[str, Any], slices: list[str] | None = None) -> None:
    names = texts(*(name.partition("#")[0] for name in tensors))
    specs = texts(*(slices or [""] * len(tensors)))
    session.run(build.SaveV2(os.fspath(prefix), names, specs, list(tensors.values())))


def restore(
    session: Session, prefix: Any, names: list[str], slices: list[str], dtypes: list[Any]
) -> list[Any]:
    made = build.RestoreV2(os.fspath(prefix), texts(*names), texts(*slices), dtypes=dtypes)
    found: list[Any] = session.run(list(made))
    return found


def test_what_is_saved_is_restored_and_directories_are_made(session: Session, tmp_path: Path) -> None:
    prefix = tmp_path / "a" / "b" / "m"
    bits = np.array([0x3F80, 0x7FC0], np.uint16)  # 1 and NaN
    given = {"w": f32([1, np.inf]), "s": texts("a\0", ""), "b": build.Const(value=bits, dtype=bfloat16)}
    save(session, prefix, given)
    assert sorted(os.listdir(prefix.parent)) == ["m.data-00000-of-00001", "m.index"]
    b, w, s = restore(session, prefix, ["b", "w", "s"], ["", "", ""], [bfloat16, float32, string])
    assert b.tolist() == bits.tolist()
    assert w.tolist() == [1, np.inf]
    assert s.tolist() == [b"a\0", b""]


def test_slices_are_saved_as_slices_and_cut_anew(session: Session, tmp_path: Path) -> None:
    upper, lower = f32([[1, 2, 3]]), f32([[4, 5, 6], [7, 8, 9]])
    save(session, tmp_path / "m", {"w": upper, "w#1": lower}, ["3 3 0,1:0,3", "3 3 1,2:-"])
    with BundleReader(tmp_path / "m") as reader:
        assert reader.entries["w"].slices == (((0, 1), (0, 3)), ((1, 2), (0, 3)))
    whole, part = restore(session, tmp_path / "m", ["w", "w"], ["", "3 3 -:1,2"], [float32, float32])
    assert whole.tolist() == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert part.tolist() == [[2, 3], [5, 6], [8, 9]]


def test_a_checkpoint_of_tensorflow_in_slices_is_read(session: Session) -> None:
    prefix = PARTITIONED / "model.ckpt-7"
    with BundleReader(prefix) as reader:
        name = next(name for name in reader.names() if reader.entries[name].slices)
        whole = reader.get(name)
    rows, *rest = whole.shape
    spec = f"{' '.join(map(str, whole.shape))} 1,{rows - 2}" + ":-" * len(rest)
    (part,) = restore(session, prefix, [name], [spec], [float32])
    np.testing.assert_array_equal(part, whole[1:-1])


@pytest.mark.parametrize(
    ("name", "spec", "dtype", "error", "message"),
    [
        ("x", "", float32, NotFoundError, "x"),
        ("w", "", string, InvalidArgumentError, "'w' is float32 in .*, and string is asked for"),
        ("w", "5 0,2", float32, InvalidArgumentError, r"\[4\] in .*, and a slice of one of the shape \[5\]"),
        ("w", "4 3,2", float32, InvalidArgumentError, "w"),
        ("w", "4 a", float32, InvalidArgumentError, "'4 a' of 'w' is no slice"),
    ],
)
def test_what_is_not_there_is_not_restored(
    session: Session, tmp_path: Path, name: str, spec: str, dtype: Any, error: type[Exception], message: str
) -> None:
    save(session, tmp_path / "m", {"w": f32(1, 2, 3, 4)})
    with pytest.raises(error, match=f"RestoreV2.*{message}"):
        restore(session, tmp_path / "m", [name], [spec], [dtype])


def test_a_missing_checkpoint_is_named(session: Session, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="Failed to find any matching files for .*none"):
        restore(session, tmp_path / "none", ["w"], [""], [float32])


def test_names_slices_and_tensors_go_together(session: Session, tmp_path: Path) -> None:
    with pytest.raises(InvalidArgumentError, match="1 tensor_names, 2 shape_and_slices and 1 tensors"):
        save(session, tmp_path / "m", {"w": f32([1])}, ["", ""])
    with pytest.raises(InvalidArgumentError, match="'w' is to be saved twice"):
        save(session, tmp_path / "m", {"w": f32([1]), "w#1": f32([2])})
    with pytest.raises(InvalidArgumentError, match="'w' is to be saved twice"):
        save(session, tmp_path / "m", {"w": f32([1]), "w#1": f32([2])}, ["", "2 1,1"])
    with pytest.raises(InvalidArgumentError, match="the prefix must be one text, given: 2 of them"):
        session.run(build.SaveV2(texts("a", "b"), texts("w"), texts(""), [f32([1])]))
    assert os.listdir(tmp_path) == []


def test_a_save_that_fails_leaves_the_variables_in_order(session: Session, tmp_path: Path) -> None:
    """It counts as a check: behind it, values are still those of one step, and can be saved."""
    (tmp_path / "file").write_text("no directory")
    saving = build.SaveV2(os.fspath(tmp_path / "file" / "m"), texts("w"), texts(""), [f32([1])])
    variable = build.VarHandleOp(dtype=float32, shape=(1,), shared_name="v")
    with pytest.raises(Exception, match="SaveV2"):
        session.run([saving, build.AssignVariableOp(variable, f32([2]))])
    assert not session.store.torn


class TestMerging:
    @pytest.fixture
    def parts(self, session: Session, tmp_path: Path) -> list[Path]:
        parts = [tmp_path / "m_temp" / name for name in ("part-00000-of-00002", "part-00001-of-00002")]
        save(session, parts[0], {"w": f32([1, 2]), "u": f32([9])}, ["3 0,2", ""])
        save(session, parts[1], {"w": f32([3])}, ["3 2,1"])
        return parts

    def test_the_parts_become_one_and_their_directory_goes(
        self, session: Session, tmp_path: Path, parts: list[Path]
    ) -> None:
        session.run(build.MergeV2Checkpoints(texts(*map(str, parts)), os.fspath(tmp_path / "m")))
        assert sorted(os.listdir(tmp_path)) == ["m.data-00000-of-00001", "m.index"]
        with BundleReader(tmp_path / "m") as reader:
            assert (reader.get("w").tolist(), reader.get("u").tolist()) == ([1, 2, 3], [9])

    def test_a_directory_stays_if_something_else_is_in_it_or_it_is_to(
        self, session: Session, tmp_path: Path, parts: list[Path]
    ) -> None:
        (parts[0].parent / "notes").write_text("mine")
        session.run(build.MergeV2Checkpoints(texts(str(parts[0])), os.fspath(tmp_path / "m")))
        assert sorted(os.listdir(parts[0].parent))[0] == "notes" and not os.path.exists(f"{parts[0]}.index")
        (parts[0].parent / "notes").unlink()
        session.run(
            build.MergeV2Checkpoints(texts(str(parts[1])), os.fspath(tmp_path / "n"), delete_old_dirs=False)
        )
        assert os.listdir(parts[0].parent) == []

    def test_missing_parts_are_an_error_unless_that_is_allowed(
        self, session: Session, tmp_path: Path, parts: list[Path]
    ) -> None:
        prefixes = texts(str(parts[0]), str(tmp_path / "none"))
        with pytest.raises(NotFoundError, match="none"):
            session.run(build.MergeV2Checkpoints(prefixes, os.fspath(tmp_path / "m")))
        assert os.path.exists(f"{parts[0]}.index")
        session.run(build.MergeV2Checkpoints(prefixes, os.fspath(tmp_path / "m"), allow_missing_files=True))
        assert os.path.exists(tmp_path / "m.index")

    def test_parts_that_have_the_same_tensor_are_refused(self, session: Session, tmp_path: Path) -> None:
        for name in ("a", "b"):
            save(session, tmp_path / name, {"w": f32([1])})
        both = texts(str(tmp_path / "a"), str(tmp_path / "b"))
        with pytest.raises(InvalidArgumentError, match="'w' is to be saved twice"):
            session.run(build.MergeV2Checkpoints(both, os.fspath(tmp_path / "m")))
        assert not os.path.exists(tmp_path / "m.index")
