"""Variables in parts, and bundles larger than 4 GiB, go from one side to the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.saver import Saver
from estimator.core import dtypes
from estimator.formats.bundle import Entry, data_path
from estimator.formats.bundle_index import entry_bytes, header_bytes
from estimator.formats.checksum import crc32c, mask
from estimator.formats.table import TableWriter
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.runtime.session import Session
from estimator.variables.get_variable import get_variable
from estimator.variables.partitioners import fixed_size_partitioner
from estimator.variables.variable import global_variables, global_variables_initializer
from tests.interop.conftest import TensorFlow
from tests.interop.models import STEPS, classifier, train, values

CLOSE = {"rtol": 1e-5, "atol": 1e-6}
SHAPE, PARTS, COUNTS = (7, 3), 3, (1, 2, 5)
VALUE = np.arange(21, dtype=np.float32).reshape(SHAPE)
FAR = 5 << 30


@pytest.fixture(scope="module")
def trained(tensorflow: TensorFlow, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    """What we did with a model in two parts, and TensorFlow from our checkpoint on."""
    ours = train(tmp_path_factory.mktemp("parts"), "adagrad", np.random.default_rng(0), parts=2)
    return ours, tensorflow.answer("tf_train.py", [ours.request])[0]


def test_tensorflow_trains_our_parts_on_to_our_numbers(trained: Any) -> None:
    ours, theirs = trained
    np.testing.assert_allclose(theirs["evaluated"], ours.evaluated, **CLOSE)
    np.testing.assert_allclose(theirs["losses"], ours.losses, **CLOSE)
    assert "dense/kernel/part_1:0" in theirs["variables"]
    mine, other = values(ours.saved), values(ours.request["saved"])
    assert mine.keys() == other.keys() and "dense/kernel/Adagrad" in mine
    for name, value in mine.items():
        np.testing.assert_allclose(other[name], value, err_msg=name, **CLOSE)


@pytest.mark.parametrize("parts", [0, 1, 2, 4])
def test_we_continue_what_tensorflow_saved_in_parts(trained: Any, parts: int) -> None:
    ours, _ = trained
    graph = classifier("adagrad", parts)
    batches = np.load(ours.request["batches"])
    with graph.as_default(), Session(graph=graph) as session:
        loss, train_op = (graph.get_collection(key)[0] for key in (GraphKeys.LOSSES, GraphKeys.TRAIN_OP))
        losses = []
        for prefix in (ours.request["saved"], ours.saved):
            Saver().restore(session, prefix)
            feeds = [{"x:0": batches["x"][k], "y:0": batches["y"][k]} for k in range(3)]
            losses.append([session.run([loss, train_op], each)[0] for each in feeds])
        assert session.run(graph.get_collection(GraphKeys.GLOBAL_STEP)[0]) == 3 + STEPS + 3
    np.testing.assert_allclose(*losses, **CLOSE)


@pytest.fixture(scope="module")
def cut_anew(tensorflow: TensorFlow, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    """TensorFlow's answers about our parts and our far tensor, and the folder it saved into."""
    folder = tmp_path_factory.mktemp("anew")
    with Graph().as_default():
        get_variable("w", initializer=VALUE, partitioner=fixed_size_partitioner(PARTS))
        with Session() as session:
            session.run(global_variables_initializer())
            prefix = Saver().save(session, folder / "ours")
    request = {
        "prefix": prefix, "name": "w", "shape": SHAPE, "parts": COUNTS, "saved": str(folder / "theirs"),
        "far": _far(folder),
    }  # fmt: skip
    return tensorflow.answer("tf_partitioned.py", request), folder


def _far(folder: Path) -> str:
    """A bundle whose tensor lies behind 5 GiB that the file system does not store."""
    prefix = str(folder / "far")
    with open(data_path(prefix), "wb") as file:
        file.seek(FAR)
        file.write(VALUE.tobytes())
    entry = Entry(dtypes.float32.as_datatype_enum, SHAPE, 0, FAR, VALUE.nbytes, crc32c(VALUE))
    table = TableWriter()
    table.add(b"", header_bytes())
    table.add(b"w", entry_bytes(entry, mask(entry.crc)))
    Path(f"{prefix}.index").write_bytes(table.finish())
    return prefix


@pytest.mark.parametrize("parts", COUNTS)
def test_tensorflow_cuts_our_parts_anew(cut_anew: tuple[Any, Path], parts: int) -> None:
    np.testing.assert_array_equal(cut_anew[0]["restored"][str(parts)], VALUE)


@pytest.mark.parametrize("parts", COUNTS)
def test_our_files_and_names_are_those_of_tensorflow(
    cut_anew: tuple[Any, Path], parts: int, tmp_path: Path
) -> None:
    answer, folder = cut_anew
    with Graph().as_default(), Session() as session:
        get_variable("w", SHAPE, partitioner=fixed_size_partitioner(parts))
        assert [each.op.name for each in global_variables()] == answer["names"][str(parts)]
        saver = Saver()
        saver.restore(session, str(folder / f"theirs-{parts}"))
        saver.save(session, tmp_path / "m")
    for suffix in (".index", ".data-00000-of-00001"):
        theirs = folder / f"theirs-{parts}{suffix}"
        assert (tmp_path / f"m{suffix}").read_bytes() == theirs.read_bytes()


def test_tensorflow_reads_beyond_4_gib(cut_anew: tuple[Any, Path]) -> None:
    np.testing.assert_array_equal(cut_anew[0]["far"]["w"], VALUE)
