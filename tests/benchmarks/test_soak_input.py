"""The soak of input: what it writes, how it counts, and that it finds nothing lost after one process was killed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import soak_input
from estimator import tf

ROOT = Path(__file__).resolve().parents[2]


def test_each_record_has_its_number_and_is_in_one_file(tmp_path: Path) -> None:
    count = soak_input.write_files(tmp_path, 20_000, 300, 3)
    found = []
    for path in sorted(tmp_path.iterdir()):
        for record in tf.python_io.tf_record_iterator(path):
            features = tf.train.Example.FromString(record).features.feature
            found.append(int(features["number"].bytes_list.value[0]))
            assert len(features["payload"].bytes_list.value[0]) == 300
    assert found == list(range(count))
    assert 15_000 < sum(path.stat().st_size for path in tmp_path.iterdir()) < 22_000


def test_steps_that_count_are_those_up_to_the_checkpoint_and_those_after_it(tmp_path: Path) -> None:
    def write(number: int, rank: int, steps: dict[int, list[int]], cut: int = 0) -> None:
        told = [value for step, records in steps.items() for value in (step, len(records), *records)]
        octets = np.array(told, np.int64).tobytes()
        (tmp_path / f"numbers-{number}-{rank}.npy").write_bytes(octets[: len(octets) - cut])

    write(1, 0, {1: [0, 1], 2: [4, 5], 3: [8, 9]}, cut=3)
    write(1, 1, {1: [2, 3], 2: [6, 7]})
    write(2, 0, {3: [8, 9], 4: [12]})
    write(2, 1, {3: [10, 11], 4: [11]})
    assert soak_input.steps_taken(tmp_path, 1) == 2
    assert soak_input.counted(tmp_path, 13, saved=2) == (0, 1)  # 11 came twice
    assert soak_input.counted(tmp_path, 13, saved=1) == (4, 1)  # the second step was not saved


def test_what_is_left_over_makes_no_whole_round() -> None:
    assert soak_input.left_over(100, 10, 4, 1) == 0
    assert soak_input.left_over(100, 10, 4, 2) == 0
    assert soak_input.left_over(101, 10, 4, 2) == 1  # the eleventh batch has one record
    assert soak_input.left_over(105, 10, 4, 5) == 15


@pytest.mark.mpi
@pytest.mark.parametrize(("ranks", "after"), [(1, 2), (2, 3), (3, 1)])
def test_nothing_is_lost_and_nothing_comes_twice(ranks: int, after: int, tmp_path: Path) -> None:
    words = "--gigabytes 0.03 --files 3 --save-steps 20 --buffer 900 --batch 64".split()
    job = subprocess.run(
        [sys.executable, "-m", "benchmarks.soak_input", *words, f"--ranks={ranks}", f"--ranks-after={after}",
         "--folder", tmp_path],
        capture_output=True, text=True, cwd=ROOT, timeout=60, check=False,
    )  # fmt: skip
    assert job.returncode == 0, job.stderr[-4000:]
    told = json.loads(job.stdout)
    assert (told["lost"], told["duplicated"]) == (0, 0)
    assert 0 < told["resumed_at_step"] <= told["killed_after_step"] < told["records"] // (64 * ranks)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("given", [["--gigabytes", "-1"], ["--gigabytes", "nan"], ["--ranks", "0"]])
def test_sizes_that_are_none_are_refused_before_anything_is_written(
    given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        soak_input.parser().parse_args(given)
    assert ended.value.code == 2
    assert f"is expected, given: '{given[1]}'" in capsys.readouterr().err
