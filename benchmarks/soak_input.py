"""Train once over more data than memory should hold, end it in the middle by force, go on, and count.

::

    python -m benchmarks.soak_input --gigabytes 2
    .venv-scale/bin/python -m benchmarks.soak_input --gigabytes 2 --ranks 2 --most-megabytes 600

TFRecord files of that size are written; a small model is trained once over them, shuffled and parsed, by one process or
by several of MPI. At two fifths one of them is ended by SIGKILL, and the training is started again, to the end of the
data. Each record has a number; those of the steps that count must be all numbers, each once. One line of JSON says what
it took; the exit code is 1 if a record was lost or came twice, or a process needed more memory than it was given.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import estimator as est
from estimator import tf
from estimator.distribution.collective import current

ROOT = Path(__file__).resolve().parents[1]
DIGITS = 10  # of the number of a record
_NO_NUMBER = b"#" * DIGITS
_USED = 64  # bytes of a record, by the model
_LOOK_SECS = 0.05
_KILLED_AT = 0.4  # of the steps


# -- the data ----------------------------------------------------------------------------------------------------------


def write_files(folder: Path, total_bytes: int, record_bytes: int, n_files: int) -> int:
    """Write records into files, as many as make so many bytes; how many there are."""
    payload = np.random.default_rng(0).bytes(record_bytes)
    template = example(_NO_NUMBER, payload)
    count = total_bytes // len(template)
    number = 0
    for place in range(n_files):
        with tf.io.TFRecordWriter(str(folder / f"part-{place:04d}.tfrecord")) as writer:
            for _ in range(count // n_files + (place < count % n_files)):
                writer.write(template.replace(_NO_NUMBER, b"%0*d" % (DIGITS, number), 1))
                number += 1
    return count


def example(number: bytes, payload: bytes) -> bytes:
    """A record: its number as text, and bytes."""
    parts = {"number": number, "payload": payload}
    features = {
        name: tf.train.Feature(bytes_list=tf.train.BytesList(value=[value])) for name, value in parts.items()
    }
    serialized: bytes = tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString()
    return serialized


# -- one process of the training ---------------------------------------------------------------------------------------


class Numbers(tf.train.SessionRunHook):  # type: ignore[misc]
    """Writes down which records each step has taken, and what the process needs."""

    def __init__(self, numbers: Any, folder: Path) -> None:
        self._numbers = numbers
        self._path = folder / f"numbers-{os.environ['SOAK_RUN']}-{current().rank}.npy"
        self._began = time.monotonic()
        self._first = 0.0
        self._examples = 0

    def before_run(self, run_context: Any) -> Any:
        """Ask for the numbers, and the step that they are of."""
        return tf.train.SessionRunArgs([tf.train.get_global_step(), self._numbers])

    def after_run(self, run_context: Any, run_values: Any) -> None:
        """A line for a step: which it is, how many, and their numbers."""
        step, texts = run_values.results
        found = np.array([int(text) for text in texts], np.int64)
        with self._path.open("ab") as file:  # handed to the system before the step is over
            file.write(np.concatenate([[int(step), len(found)], found]).astype(np.int64).tobytes())
        self._first = self._first or time.monotonic()
        self._examples += len(found)

    def end(self, session: Any) -> None:
        """Say how fast it went."""
        seconds = max(1e-9, time.monotonic() - self._first)
        told = {"start": self._first - self._began, "rate": self._examples / seconds, **needs()}
        self._path.with_suffix(".json").write_text(json.dumps(told))


def needs() -> dict[str, int]:
    """The most memory that this process had, and the bytes that it has read."""
    return {"peak": _field("/proc/self/status", "VmHWM:") * 1024, "read": _field("/proc/self/io", "rchar:")}


def _field(path: str, name: str) -> int:
    line = next(line for line in Path(path).read_text().splitlines() if line.startswith(name))
    return int(line.split()[1])


def train(folder: Path, batch_size: int, buffer_size: int, save_steps: int) -> None:
    """Train to the end of the data."""

    def parse(records: Any) -> Any:
        text = tf.FixedLenFeature([], tf.string)
        return tf.parse_example(records, {"number": text, "payload": text})

    def input_fn() -> Any:
        files = tf.data.Dataset.list_files(str(folder / "part-*.tfrecord"), seed=1)
        records = tf.data.TFRecordDataset(files, num_parallel_reads=4).shuffle(buffer_size, seed=2)
        return records.batch(batch_size).map(parse).prefetch(2)

    def model_fn(features: Any, labels: Any, mode: str) -> Any:
        octets = tf.cast(tf.decode_raw(features["payload"], tf.uint8)[:, :_USED], tf.float32)
        octets.set_shape([None, _USED])
        loss = tf.reduce_mean(tf.square(tf.layers.dense(octets / 255.0, 1)))
        train_op = tf.train.GradientDescentOptimizer(1e-3).minimize(loss, tf.train.get_global_step())
        numbers = Numbers(features["number"], folder)
        return est.EstimatorSpec(mode, loss=loss, train_op=train_op, training_hooks=[numbers])

    config = est.RunConfig(
        model_dir=str(folder / "model"), tf_random_seed=1, save_checkpoints_steps=save_steps, progress=False,
        save_summary_steps=None, log_step_count_steps=None,
    )  # fmt: skip
    est.Estimator(model_fn, config=config).train(input_fn)


# -- both runs ---------------------------------------------------------------------------------------------------------


def command(arguments: argparse.Namespace, folder: Path, ranks: int) -> list[str]:
    """How the processes of a run are started."""
    words = ["-m", "benchmarks.soak_input", "--of", str(folder)]
    words += [
        f"--{name.replace('_', '-')}={getattr(arguments, name)}" for name in ("batch", "buffer", "save_steps")
    ]
    if ranks == 1:
        return [sys.executable, *words]
    mpiexec = str(Path(sys.executable).with_name("mpiexec"))
    return [mpiexec, "-n", str(ranks), sys.executable, "-m", "mpi4py", *words]


def run(words: list[str], folder: Path, number: int, kill_at: int | None) -> int:
    """One run of the training; ended by SIGKILL at a step if one is given. The most memory that was seen."""
    environment = {**os.environ, "SOAK_RUN": str(number), "PYTHONPATH": str(ROOT)}
    peak = 0
    with subprocess.Popen(
        words, env=environment, stdout=sys.stderr, start_new_session=True
    ) as process:  # mpiexec says there that one was killed
        try:
            while process.poll() is None:
                time.sleep(_LOOK_SECS)
                processes = list(workers_of(process.pid, folder))
                peak = max([peak, *map(peak_of, processes)])
                if kill_at is not None and processes and steps_taken(folder, number) >= kill_at:
                    os.kill(processes[-1], signal.SIGKILL)
                    kill_at = None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        code = process.wait()
    if kill_at is not None:
        raise SystemExit(f"the run that was to be ended by force has ended before, with code {code}.")
    if number == 2 and code != 0:
        raise SystemExit(f"the run that was to go on has failed with code {code}.")
    return peak


def workers_of(group: int, folder: Path) -> Iterator[int]:
    """The processes of a run that train."""
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes().split(b"\0")
        except OSError:  # it has ended
            continue
        if b"--of" in words and os.fsencode(folder) in words and not words[0].endswith(b"mpiexec"):
            if b"hydra" not in words[0]:
                yield int(path.name)


def peak_of(process: int) -> int:
    """The most bytes of memory that a process had so far; 0 if it has ended."""
    try:
        return _field(f"/proc/{process}/status", "VmHWM:") * 1024
    except (OSError, StopIteration):
        return 0


def steps_of(folder: Path, number: int) -> Iterator[tuple[int, list[int]]]:
    """The steps of a run, in all processes, and the records that each has taken; none that was cut off."""
    for path in sorted(folder.glob(f"numbers-{number}-*.npy")):
        told = np.frombuffer(path.read_bytes()[: path.stat().st_size // 8 * 8], np.int64)
        place = 0
        while place + 2 <= len(told) and place + 2 + told[place + 1] <= len(told):
            end = place + 2 + int(told[place + 1])
            yield int(told[place]), told[place + 2 : end].tolist()
            place = end


def steps_taken(folder: Path, number: int) -> int:
    """About how many steps the first process has made."""
    path = folder / f"numbers-{number}-0.npy"
    return (
        path.stat().st_size // (8 * (_batch_of(path) + 2))
        if path.exists() and path.stat().st_size > 16
        else 0
    )


def _batch_of(path: Path) -> int:
    with path.open("rb") as file:
        return int(np.frombuffer(file.read(16), np.int64)[1])


def counted(folder: Path, count: int, saved: int) -> tuple[int, int]:
    """How many records were lost, and how many came more than once, in the steps that count."""
    times = np.zeros(count, np.int64)
    for number in (1, 2):
        for step, numbers in steps_of(folder, number):
            if number == 2 or step <= saved:
                np.add.at(times, numbers, 1)
    return int((times == 0).sum()), int((times > 1).sum())


def left_over(count: int, batch_size: int, taken: int, ranks: int) -> int:
    """How many records are in batches that make no whole round for so many processes, when some batches were taken."""
    batches = -(-count // batch_size)
    left = (batches - taken) % ranks
    return count - (batches - left) * batch_size if left else 0


def soak(arguments: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Both runs, and what came of them."""
    began, after = time.monotonic(), arguments.ranks_after or arguments.ranks
    count = write_files(folder, int(arguments.gigabytes * 1e9), arguments.record_bytes, arguments.files)
    wrote = time.monotonic() - began
    steps = count // (arguments.batch * arguments.ranks)
    peak = run(command(arguments, folder, arguments.ranks), folder, 1, max(1, int(_KILLED_AT * steps)))
    latest = tf.train.latest_checkpoint(str(folder / "model"))
    saved = int(latest.rpartition("-")[2]) if latest else 0
    peak = max(peak, run(command(arguments, folder, after), folder, 2, None))
    lost, twice = counted(folder, count, saved)
    told = [json.loads(path.read_text()) for path in sorted(folder.glob("numbers-2-*.json"))]
    left = left_over(count, arguments.batch, saved * arguments.ranks, after)
    return {
        "gigabytes": arguments.gigabytes,
        "ranks": arguments.ranks,
        "ranks_after": after,
        "records": count,
        "bytes_written": sum(path.stat().st_size for path in folder.glob("part-*")),
        "write_seconds": round(wrote, 1),
        "bytes_read_after_resume": sum(one["read"] for one in told),
        "examples_per_second": round(sum(one["rate"] for one in told)),
        "peak_rss_megabytes": round(max([peak, *(one["peak"] for one in told)]) / 1e6),
        "killed_after_step": max((step for step, _ in steps_of(folder, 1)), default=0),
        "resumed_at_step": saved,
        "resume_seconds": round(max(one["start"] for one in told), 2),
        "left_over": left,
        "lost": lost - left,
        "duplicated": twice,
    }


def count(text: str) -> int:
    """A whole number from 1 on."""
    if not (text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"a whole number from 1 on is expected, given: {text!r}.")
    return int(text)


def gigabytes(text: str) -> float:
    """A number above 0."""
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not 0 < found < math.inf:
        raise argparse.ArgumentTypeError(f"a number above 0 is expected, given: {text!r}.")
    return found


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = argparse.ArgumentParser(
        prog="python -m benchmarks.soak_input", description=__doc__.split("::")[0]
    )
    found.add_argument("--gigabytes", type=gigabytes, default=2.0, help="of TFRecord files; default 2")
    found.add_argument("--ranks", type=count, default=1, help="processes of MPI; default 1, without MPI")
    found.add_argument("--ranks-after", type=count, help="when the training goes on; default as many")
    found.add_argument("--files", type=count, default=16)
    found.add_argument("--record-bytes", type=count, default=2000)
    found.add_argument("--batch", type=count, default=128)
    found.add_argument("--buffer", type=count, default=10_000, help="of the shuffle, in records")
    found.add_argument("--save-steps", type=count, default=500, help="steps between checkpoints")
    found.add_argument(
        "--most-megabytes", type=count, default=500, help="of memory in a process; more is a failure"
    )
    found.add_argument("--folder", help="where the files are written, and removed; default a temporary one")
    found.add_argument("--of", help=argparse.SUPPRESS)  # a process of a run: its folder
    return found


def main() -> None:
    """Do what the command line says."""
    arguments = parser().parse_args()
    if arguments.of:
        train(Path(arguments.of), arguments.batch, arguments.buffer, arguments.save_steps)
        return
    folder = Path(tempfile.mkdtemp(prefix="soak-input-", dir=arguments.folder))
    try:
        found = soak(arguments, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(found))
    if found["lost"] or found["duplicated"] or found["peak_rss_megabytes"] > arguments.most_megabytes:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
