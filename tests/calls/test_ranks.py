"""train in several processes: the chief writes, what one decides or suffers all do, and any of them may be killed."""

from __future__ import annotations

import os
import random
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.calls.specs import EvalSpec, TrainSpec
from estimator.calls.train_and_evaluate import train_and_evaluate
from estimator.checkpoint import reader
from estimator.distribution.collective import current
from estimator.graph.graph import Graph
from estimator.model_dir.finding import find_latest
from estimator.model_dir.state import read_state
from estimator.model_dir.storage import LocalFileOps
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.training.hooks.stop_at_step import StopAtStepHook
from estimator.training.hooks.summary_saver import SummarySaverHook
from estimator.training.monitored import MonitoredTrainingSession
from estimator.training.scaffold import Scaffold
from estimator.training.session_run_hook import SessionRunHook
from estimator.variables.get_variable import get_variable
from estimator.variables.global_step import get_or_create_global_step
from tests import tiny
from tests.distribution.forks import in_forks

pytestmark = [
    pytest.mark.mpi,  # which it does not need; but it takes as long
    pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="the system has no pidfd_open"),
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]


class At(SessionRunHook):
    """Calls something after the n-th run of one process."""

    def __init__(self, run: int, rank: int, act: Callable[[Any], None]) -> None:
        self._run, self._is_mine, self._act = run, current().rank == rank, act

    def after_run(self, run_context: Any, run_values: Any) -> None:
        self._run -= 1
        if self._run == 0 and self._is_mine:
            self._act(run_context)


class Sees(SessionRunHook):
    """Counts the runs of one process, and notes whether its loop ended."""

    def __init__(self) -> None:
        self.runs = 0
        self.end_is_told = False

    def after_run(self, run_context: Any, run_values: Any) -> None:
        self.runs += 1

    def end(self, session: Any) -> None:
        self.end_is_told = True


def _raises(error: BaseException) -> Callable[[Any], None]:
    def act(context: Any) -> None:
        raise error

    return act


ACTS: dict[str, Callable[[Any], None]] = {
    "stop": lambda context: context.request_stop(),
    "error": _raises(KeyError("the column b")),
    "exit": _raises(SystemExit(3)),
    "interrupt": _raises(KeyboardInterrupt()),
    "term": lambda context: os.kill(os.getpid(), signal.SIGTERM),
    "int": lambda context: os.kill(os.getpid(), signal.SIGINT),
    "nothing": lambda context: None,
}


def train(model_dir: str, act: str, rank: int, steps: int = 9, batches: int | None = None) -> Any:
    seen = Sees()
    model = tiny.estimator(model_dir, save_checkpoints_steps=3)
    data = tiny.batches(batches if current().rank == rank else None)
    try:
        model.train(data, max_steps=steps, hooks=[seen, At(5, rank, ACTS[act])])
    finally:
        print(f"runs {seen.runs} end {seen.end_is_told}")
    return [seen.runs, seen.end_is_told]


def _latest(model_dir: Path) -> int | None:
    found = find_latest(model_dir)
    return None if found is None else found.step


@pytest.mark.parametrize("rank", [0, 1])
def test_a_stop_that_one_asks_for_ends_all_behind_the_same_step(tmp_path: Path, rank: int) -> None:
    job = in_forks(2, train, str(tmp_path / "m"), "stop", rank, folder=tmp_path)
    assert job.codes == [0, 0] and job.results == [[5, True], [5, True]], job
    assert _latest(tmp_path / "m") == 5


@pytest.mark.parametrize("rank", [0, 1])
def test_the_end_of_the_input_of_one_ends_all(tmp_path: Path, rank: int) -> None:
    job = in_forks(2, train, str(tmp_path / "m"), "nothing", rank, 9, 7, folder=tmp_path)
    assert job.codes == [0, 0] and job.results[0] == job.results[1], job
    runs, end_is_told = job.results[0]
    assert end_is_told and runs == 3  # what is left of 7 batches for two is no round
    assert _latest(tmp_path / "m") == runs


@pytest.mark.parametrize(("name", "code"), [("term", 143), ("int", 130)])
@pytest.mark.parametrize("rank", [0, 1])
def test_a_signal_to_one_is_a_signal_to_all(tmp_path: Path, rank: int, name: str, code: int) -> None:
    job = in_forks(2, train, str(tmp_path / "m"), name, rank, folder=tmp_path)
    assert job.codes[job.first] == code, job
    assert "runs 5 end True" in job.outputs[job.first], job
    assert all("runs 5 end True" in output for output in job.outputs if "runs" in output), job
    assert _latest(tmp_path / "m") == 5


@pytest.mark.parametrize("rank", [0, 1])
@pytest.mark.parametrize(
    ("name", "text"),
    [("error", "KeyError: 'the column b'"), ("exit", "SystemExit: 3"), ("interrupt", "KeyboardInterrupt")],
)
def test_what_one_raises_ends_all(tmp_path: Path, rank: int, name: str, text: str) -> None:
    job = in_forks(3, train, str(tmp_path / "m"), name, rank, folder=tmp_path)
    assert all(code != 0 for code in job.codes) and job.seconds < 5, job
    assert f"rank {rank} of 3 has failed: {text}" in "".join(job.outputs) or text in job.outputs[rank], job
    assert all("end False" in output for output in job.outputs if "runs" in output), job
    assert _latest(tmp_path / "m") == 4  # what was saved before it


# -- who writes --------------------------------------------------------------------------------------------------------


def count_file_operations(model_dir: str) -> Any:
    done: list[str] = []
    _tap(lambda verb, arguments: done.append(verb))
    model = tiny.estimator(model_dir, save_checkpoints_steps=2, save_summary_steps=1, metrics_jsonl=True)
    model.train(
        tiny.batches(), max_steps=4, hooks=[SummarySaverHook(1, output_dir=model_dir, scaffold=Scaffold())]
    )
    return [sorted(set(done)), sorted(os.listdir(model_dir))]


def _tap(tell: Callable[[str, tuple[Any, ...]], None]) -> None:
    """Tell of each operation on a file that may change something, before it is done; for a process that ends soon."""
    for verb in (
        "create",
        "extend",
        "append_all",
        "truncate",
        "write",
        "rename",
        "link",
        "unlink",
        "mkdir",
        "rmdir",
    ):
        real = getattr(LocalFileOps, verb)

        def call(self: Any, *arguments: Any, verb: str = verb, real: Any = real) -> Any:
            tell(verb, arguments)
            return real(self, *arguments)

        setattr(LocalFileOps, verb, call)


def test_the_chief_alone_does_anything_to_files(tmp_path: Path) -> None:
    job = in_forks(3, count_file_operations, str(tmp_path / "m"), folder=tmp_path)
    assert job.codes == [0, 0, 0], job
    chief, *others = [verbs for verbs, _ in job.results]
    assert {"create", "write", "rename"} <= set(chief)
    assert others == [[], []]
    assert {"checkpoint", "graph.pbtxt", "metadata.yaml", "metrics.jsonl", "model.ckpt-4.index"} <= set(
        job.results[0][1]
    )
    assert "INFO" not in job.outputs[1] + job.outputs[2]


def state_of_start(model_dir: str) -> Any:
    model = tiny.estimator(model_dir, tf_random_seed=None, save_checkpoints_steps=100, save_at_end=False)
    seen: list[Any] = []

    class Looks(SessionRunHook):
        def after_create_session(self, session: Any, coord: Any) -> None:
            store = session.store
            values = {storage.name: storage.value.tolist() for storage in store if storage.initialized}
            seen.append([store.seed, values])

    model.train(tiny.batches(), steps=1, hooks=[Looks()])
    return seen[0]


def test_all_begin_with_the_values_of_the_chief(tmp_path: Path) -> None:
    job = in_forks(3, state_of_start, str(tmp_path / "m"), folder=tmp_path)
    assert job.codes == [0, 0, 0], job
    assert job.results[0] == job.results[1] == job.results[2]
    assert len(job.results[0][1]) > 4


def test_all_go_on_with_the_values_of_the_checkpoint_which_the_chief_reads(tmp_path: Path) -> None:
    tiny.estimator(tmp_path / "m").train(tiny.batches(), steps=4)
    saved = reader.load_checkpoint(str(tmp_path / "m"))
    job = in_forks(2, state_of_start, str(tmp_path / "m"), folder=tmp_path)
    assert job.codes == [0, 0], job
    for _, values in job.results:
        for name in ("hidden/kernel", "out/bias/Adagrad", "global_step"):
            assert np.array_equal(values[name], saved.get_tensor(name)), name


# -- what must be alike --------------------------------------------------------------------------------------------------


def train_otherwise(model_dir: str, difference: str) -> None:
    is_other = current().rank == 1
    units = 4 if is_other and difference == "units" else 3
    model = tiny.estimator(model_dir + str(current().rank) * (difference == "model_dir"), units)
    steps = 5 if is_other and difference == "steps" else 4
    model.train(tiny.batches(), max_steps=steps)


@pytest.mark.parametrize(
    ("difference", "text"),
    [
        (
            "units",
            "rank 1 differs: variable hidden/kernel is 'float32 (2, 4)', and in rank 0 'float32 (2, 3)'",
        ),
        ("steps", "rank 1 differs: max_steps is '5', and in rank 0 '4'"),
        ("model_dir", "rank 1 differs: model_dir is"),
    ],
)
def test_what_differs_is_told_by_all_and_nothing_is_written(
    tmp_path: Path, difference: str, text: str
) -> None:
    job = in_forks(2, train_otherwise, str(tmp_path / "m"), difference, folder=tmp_path / "told")
    assert set(job.codes) <= {1, -9} and job.codes[job.first] == 1, job
    assert text in job.outputs[job.first]
    assert os.listdir(tmp_path) == ["told"]


def test_where_the_chief_has_done_all_steps_nobody_trains(tmp_path: Path) -> None:
    tiny.estimator(tmp_path / "m").train(tiny.batches(), steps=9)
    job = in_forks(2, train, str(tmp_path / "m"), "nothing", 0, folder=tmp_path)
    assert job.codes == [0, 0] and job.results == [[0, False], [0, False]], job


# -- loops of scripts, train_and_evaluate --------------------------------------------------------------------------------


def monitored(model_dir: str, leaves_at: int) -> Any:
    """A loop of a script's own, which rank 1 leaves sooner."""
    own = current()
    with Graph().as_default() as graph:
        step = get_or_create_global_step(graph)
        weight = get_variable("weight", initializer=float(own.rank))
        train_op = GradientDescentOptimizer(0.5).minimize(
            (weight - 4.0 * (own.rank + 1)) ** 2, global_step=step
        )
        hooks = [StopAtStepHook(last_step=6), SummarySaverHook(1, output_dir=model_dir, scaffold=Scaffold())]
        with MonitoredTrainingSession(
            is_chief=own.rank == 0, checkpoint_dir=model_dir, save_checkpoint_steps=2, hooks=hooks
        ) as session:
            runs = 0
            while not session.should_stop():
                session.run(train_op)
                runs += 1
                if own.rank == 1 and runs == leaves_at:
                    break
    return runs


@pytest.mark.parametrize(("leaves_at", "steps"), [(99, 6), (3, 3)])
def test_a_loop_of_a_script_ends_for_all_when_one_leaves_it(
    tmp_path: Path, leaves_at: int, steps: int
) -> None:
    job = in_forks(2, monitored, str(tmp_path / "m"), leaves_at, folder=tmp_path)
    assert job.codes == [0, 0] and job.results == [steps, steps], job
    weight = 0.0
    for _ in range(steps):
        weight -= 0.5 * np.mean([2 * (weight - 4.0), 2 * (weight - 8.0)])
    assert reader.load_variable(str(tmp_path / "m"), "weight") == pytest.approx(weight)
    assert _latest(tmp_path / "m") == steps


def train_evaluated(model_dir: str) -> Any:
    model = tiny.estimator(model_dir or None, save_checkpoints_steps=2)
    train_spec = TrainSpec(tiny.batches(), max_steps=4)
    eval_spec = EvalSpec(tiny.batches(3), steps=None, throttle_secs=0, start_delay_secs=0)
    metrics, _ = train_and_evaluate(model, train_spec, eval_spec)
    return [model.model_dir, None if metrics is None else int(metrics["global_step"]), model.config.task_type]


def test_the_chief_evaluates_while_the_others_wait(tmp_path: Path) -> None:
    job = in_forks(2, train_evaluated, str(tmp_path / "m"), folder=tmp_path)
    assert job.codes == [0, 0], job
    assert [found[1:] for found in job.results] == [[4, "chief"], [None, "worker"]]
    assert (tmp_path / "m" / "eval").is_dir()


def test_a_temporary_model_dir_is_one_for_all(tmp_path: Path) -> None:
    job = in_forks(3, train_evaluated, "", folder=tmp_path)
    assert job.codes == [0, 0, 0], job
    (model_dir,) = {found[0] for found in job.results}
    assert _latest(Path(model_dir)) == 4
    shutil.rmtree(model_dir)


# -- kill --------------------------------------------------------------------------------------------------------------

STEPS = 8
POINTS = 24


def train_and_kill(model_dir: str, victim: int, kind: str, at: int) -> Any:
    """Train, but for what is killed at its n-th exchange with the others, or operation on a file; how many there were."""
    own, count = current(), {"exchange": 0, "file": 0}

    def tell(what: str) -> None:
        if own.rank == victim and what == kind and count[what] == at:
            os.kill(os.getpid(), signal.SIGKILL)
        count[what] += 1

    real: Any = own._exchange  # type: ignore[attr-defined]
    own._exchange = lambda word, given: (tell("exchange"), real(word, given))[1]  # type: ignore[attr-defined]
    _tap(lambda verb, arguments: tell("file"))
    tiny.estimator(model_dir, save_checkpoints_steps=2).train(tiny.batches(), max_steps=STEPS)
    return count


def _points() -> list[tuple[int, int, str, float]]:
    """Ranks, the victim among them, and where it is killed: what, and which part of all of it is done."""
    draw = random.Random(14)
    points = []
    for number in range(POINTS):
        size = (2, 4)[number % 2]
        kind = ("exchange", "file")[number % 3 == 0]
        victim = 0 if kind == "file" else draw.randrange(size)
        points.append((size, victim, kind, round((number + draw.random()) / POINTS, 3)))
    return points


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> dict[int, dict[str, int]]:
    """How many exchanges and operations on files the chief of so many processes makes."""
    found = {}
    for size in (2, 4):
        folder = tmp_path_factory.mktemp("counts")
        job = in_forks(size, train_and_kill, str(folder / "m"), -1, "", 0, folder=folder)
        assert job.codes == [0] * size, job
        found[size] = job.results[0]
    return found


@pytest.mark.parametrize(("size", "victim", "kind", "part"), _points())
def test_a_process_that_is_killed_ends_all_and_another_number_of_them_goes_on(
    tmp_path: Path, counts: dict[int, dict[str, int]], size: int, victim: int, kind: str, part: float
) -> None:
    at = int(part * counts[size][kind])
    model_dir = tmp_path / "m"
    job = in_forks(size, train_and_kill, str(model_dir), victim, kind, at, folder=tmp_path)
    assert job.first == victim and job.codes == [-9] * size and job.seconds < 5, job
    named = _readable(model_dir)
    again = in_forks(6 - size, train_and_kill, str(model_dir), -1, "", 0, folder=tmp_path)
    assert again.codes == [0] * (6 - size), again
    assert _latest(model_dir) == STEPS
    if named and named[-1] < STEPS:
        assert f"continuing from step {named[-1]} " in again.outputs[0], again
    leftovers = [name for name in os.listdir(model_dir) if "tmp" in name or name.endswith(".lock")]
    assert leftovers in ([], [".lock"]), leftovers


def _readable(model_dir: Path) -> list[int]:
    """The steps of the checkpoints that the state file names, all of whose tensors were read."""
    state = read_state(model_dir) if (model_dir / "checkpoint").exists() else None
    if state is None:
        return []
    steps = []
    for name in state.all_model_checkpoint_paths:
        checkpoint = reader.load_checkpoint(str(model_dir / os.path.basename(name)))
        values = {key: checkpoint.get_tensor(key) for key in checkpoint.get_variable_to_shape_map()}
        assert len(values) > 4
        steps.append(int(values["global_step"]))
    assert steps == sorted(steps) and _latest(model_dir) == steps[-1]
    return steps


def test_the_points_are_of_all_kinds() -> None:
    points = _points()
    assert len(points) >= 20 and {point[:1] for point in points} == {(2,), (4,)}
    assert {(kind, victim > 0) for _, victim, kind, _ in points} >= {("exchange", True), ("exchange", False)}
