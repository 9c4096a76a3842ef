"""Elements kept in files: written once, found again, and made anew where a crash has left a part of them."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import AlreadyExistsError, DataLossError, InvalidArgumentError, NotFoundError
from estimator.formats.bundle import BundleReader
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.iterator import DatasetSource

WHOLE = ["kept.data-00000-of-00001", "kept.index"]


class Counted:
    """Numbers of a generator, which counts its calls."""

    def __init__(self, count: int = 3) -> None:
        self.calls = 0
        self._count = count

    def __call__(self) -> Iterator[int]:
        self.calls += 1
        yield from range(self._count)

    def dataset(self) -> Dataset:
        return Dataset.from_generator(self, "int64", [])


def pulled(source: DatasetSource) -> list[Any]:
    found = []
    while (element := source.pull()) is not None:
        found.append([np.asarray(part).tolist() for part in element])
    return found


def elements(dataset: Dataset) -> list[int]:
    return [number for (number,) in pulled(dataset.source())]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_files_appear_with_the_last_element_and_are_found_again(folder: Path) -> None:
    numbers = Counted()
    source = numbers.dataset().cache("kept").source()
    assert [source.pull(), source.pull(), source.pull()] == [[0], [1], [2]]
    assert sorted(os.listdir()) == ["kept_0.data-00000-of-00001", "kept_0.lockfile"]
    assert source.pull() is None
    assert sorted(os.listdir()) == WHOLE
    for filename in ("kept", folder / "kept", str(folder / "kept").encode()):
        assert elements(numbers.dataset().cache(filename).repeat(2)) == [0, 1, 2, 0, 1, 2]
    assert numbers.calls == 1


def test_keys_are_tensorflows() -> None:
    elements_of_two = Dataset.from_tensor_slices({"a": [1.0, 2.0], "b": [[b"x"], [b"y\0"]]})
    found = pulled(elements_of_two.cache("kept").repeat(2).source())
    assert found == [[1.0, [b"x"]], [2.0, [b"y\0"]]] * 2
    # those that TensorFlow 2.15.1 writes for the same dataset
    assert BundleReader("kept").names() == ["      0_0", "      0_1", "      1_0", "      1_1"]


def test_a_pass_that_is_given_up_is_made_anew() -> None:
    numbers = Counted()
    assert elements(numbers.dataset().cache("kept").take(2).repeat(2)) == [0, 1, 0, 1]
    assert (numbers.calls, os.listdir()) == (2, [])
    in_memory = Counted()
    assert elements(in_memory.dataset().cache().take(2).repeat(2)) == [0, 1, 0, 1]
    assert in_memory.calls == 2
    whole = Counted()
    assert elements(whole.dataset().cache().repeat(3)) == [0, 1, 2] * 3
    assert whole.calls == 1


def test_a_closed_session_and_an_iterator_that_goes_leave_nothing() -> None:
    with tf.Graph().as_default():
        element = Counted(5).dataset().cache("kept").make_one_shot_iterator().get_next()
        with tf.Session() as session:
            assert [session.run(element), session.run(element)] == [0, 1]
            assert len(os.listdir()) == 2
        assert os.listdir() == []
        with tf.Session() as session:  # the rest comes, and is not kept
            assert [session.run(element), session.run(element), session.run(element)] == [2, 3, 4]
    source = Counted(5).dataset().cache("kept").source()
    source.pull()
    del source
    gc.collect()
    assert os.listdir() == []


def test_two_that_write_the_same_files_are_refused() -> None:
    first, second = Counted().dataset().cache("kept").source(), Counted().dataset().cache("kept").source()
    first.pull()
    with pytest.raises(AlreadyExistsError, match=r"cache lockfile already exists \('kept_0.lockfile'\)"):
        second.pull()
    assert pulled(first) == [[1], [2]]
    assert pulled(second) == [[0], [1], [2]]  # they are there now


def test_a_lockfile_of_tensorflows_is_respected() -> None:
    Path("kept_0.lockfile").write_text("Created at: 1795952017")
    with pytest.raises(AlreadyExistsError, match="delete the lockfile.*Created at: 1795952017"):
        elements(Dataset.range(3).cache("kept"))
    assert os.listdir() == ["kept_0.lockfile"]


KILLED = """
import os
from estimator import tf
source = tf.data.Dataset.range(5).cache("kept").source()
source.pull()
os.kill(os.getpid(), 9)
"""


@pytest.mark.slow
def test_what_a_killed_process_left_is_made_anew() -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED], timeout=60, check=False)
    assert (ended.returncode, sorted(os.listdir())) == (-9, ["kept_0.data-00000-of-00001", "kept_0.lockfile"])
    assert elements(Dataset.range(5).cache("kept").repeat(2)) == [0, 1, 2, 3, 4] * 2
    assert sorted(os.listdir()) == WHOLE


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_leaves_the_files_to_the_first() -> None:
    source = Dataset.range(4).cache("kept").source()
    source.pull()
    child = os.fork()
    if not child:
        del source
        gc.collect()
        os._exit(0)
    os.waitpid(child, 0)
    assert len(os.listdir()) == 2
    assert pulled(source) == [[1], [2], [3]]
    assert sorted(os.listdir()) == WHOLE


def test_an_empty_dataset_is_kept_too() -> None:
    numbers = Counted(0)
    for _ in range(2):
        assert elements(numbers.dataset().cache("kept").repeat(2)) == []
    assert numbers.calls == 1


def test_sparse_and_ragged_elements_are_kept() -> None:
    sparse = tf.SparseTensorValue([[0, 1], [2, 0]], np.array([1, 2]), [3, 4])
    dataset = Dataset.from_tensor_slices((sparse, tf.ragged.constant_value([[1, 2], [], [3]])))
    found = list(dataset.cache("kept").repeat(2).as_numpy_iterator())
    for (kept, row), (made, ragged) in zip(found, 2 * list(dataset.as_numpy_iterator()), strict=True):
        for part, other in zip((*kept, row), (*made, ragged), strict=True):
            np.testing.assert_array_equal(part, other)


def test_other_elements_than_those_in_the_files_are_named() -> None:
    assert elements(Dataset.range(3).cache("kept")) == [0, 1, 2]
    with pytest.raises(
        InvalidArgumentError, match="at component 0: expected string of shape .* but got int64"
    ):
        elements(Dataset.range(3).map(tf.as_string).cache("kept"))
    with pytest.raises(
        InvalidArgumentError, match="no cache of elements with 2 components: it has 3 tensors"
    ):
        pulled(Dataset.zip((Dataset.range(3), Dataset.range(3))).cache("kept").source())


def test_damaged_files_are_named() -> None:
    elements(Dataset.range(3).cache("kept"))
    data = bytearray(Path(WHOLE[0]).read_bytes())
    data[10] ^= 1
    Path(WHOLE[0]).write_bytes(data)
    with pytest.raises(DataLossError, match="kept"):
        elements(Dataset.range(3).cache("kept"))


def test_a_folder_that_is_not_there_is_named() -> None:
    with pytest.raises(NotFoundError, match="cannot cache a dataset in 'no/such'"):
        elements(Dataset.range(3).cache("no/such"))


def test_a_disk_that_is_full_leaves_no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: Any) -> int:
        raise OSError(28, "No space left on device")

    source = Dataset.range(3).cache("kept").source()
    source.pull()
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", refuse)
        with pytest.raises(tf.errors.ResourceExhaustedError, match="cannot cache a dataset in 'kept'"):
            pulled(source)
    assert os.listdir() == []
    assert elements(Dataset.range(3).cache("kept")) == [0, 1, 2]


def noisy(number: Any) -> Any:
    return number, tf.random_uniform([])


def cached(filename: str) -> Dataset:
    return Dataset.range(7).shuffle(3).map(noisy).cache(filename).repeat(3).batch(2)


@pytest.mark.parametrize("stays", [True, False])
@pytest.mark.parametrize("filename", ["kept", ""])
def test_a_restored_pipeline_continues_at_every_position(filename: str, stays: bool) -> None:
    running = cached(filename).source()
    states, seen = [json.dumps(running.state())], []
    while (element := running.pull()) is not None:
        seen.append([part.tolist() for part in element])
        states.append(json.dumps(running.state()))
    for position, state in enumerate(states):
        if not stays:
            for path in Path().glob("kept*"):
                path.unlink()
        restored = cached(filename).source()
        restored.restore(json.loads(state))
        assert pulled(restored) == seen[position:], f"restored after {position} elements"


def test_a_whole_cache_is_whole_again_after_a_restore() -> None:
    def parts_of_second_passes() -> DatasetSource:
        passes = Dataset.range(4).map(noisy).cache().repeat(2).skip(4).take(2)
        return passes.repeat(2).source()

    running = parts_of_second_passes()
    running.pull()
    restored = parts_of_second_passes()
    restored.restore(json.loads(json.dumps(running.state())))
    assert pulled(restored) == pulled(running)
