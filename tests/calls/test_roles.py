"""The parts that processes of their own play on one model_dir: real processes, killed and started again."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from estimator.calls import roles
from estimator.calls.evaluator import SpecEvaluator
from estimator.calls.specs import EvalSpec, TrainSpec
from estimator.calls.train_and_evaluate import train_and_evaluate
from estimator.core.errors import UnimplementedError
from estimator.estimators.estimator import Estimator
from estimator.model_dir.progress import Training, note_training, read_training
from tests.calls.test_train_and_evaluate import Notes, Stops, evaluated, spec
from tests.conftest import FakeClock
from tests.tiny import batches, estimator

ROOT = Path(__file__).parents[2]
CLUSTER = {"chief": ["a:1"], "worker": ["b:1"]}
DEADLINE = 60  # seconds, after which a process is killed and its test fails

# Trains to step 6, saving 1, 3, 5 and 6. After the step that is given it says so and waits for a line; an evaluation
# says which step it has begun, and waits for a line if it is asked to.
PROGRAM = """
import sys
from estimator import tf
from tests.calls.test_train_and_evaluate import Notes
from tests.tiny import batches, estimator

model_dir, wait_at, max_steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) or None
keeps = {"keep_best": ("loss", "max", 1), "keep_checkpoint_max": 1} if "best" in sys.argv else {}

def say(text, waits):
    print(text, flush=True)
    if waits:
        sys.stdin.readline()

class Says(tf.train.SessionRunHook):
    def __init__(self, what):
        self.what = what
    def begin(self):
        self.step = tf.train.get_global_step()
    def before_run(self, run_context):
        return tf.train.SessionRunArgs(self.step)
    def after_run(self, run_context, run_values):
        say(f"{self.what} {run_values.results}", run_values.results == wait_at)

class Exports(Notes):
    def export(self, **arguments):
        super().export(**arguments)
        print("exported", self.calls[-1][1], self.calls[-1][2], flush=True)

model = estimator(model_dir, save_checkpoints_steps=2, **keeps)
training = tf.estimator.TrainSpec(batches(None if max_steps else 6), max_steps=max_steps, hooks=[Says("trained")])
evaluation = tf.estimator.EvalSpec(
    batches(1), hooks=[Says("evaluates")], exporters=Exports(), start_delay_secs=0, throttle_secs=0
)
tf.estimator.train_and_evaluate(model, training, evaluation)
print("done", flush=True)
"""


class Process:
    """A process with a part of the training; its lines are read one by one."""

    def __init__(self, role: str, model_dir: Path, *more: str, wait_at: int = 0, max_steps: int = 6) -> None:
        task = {"cluster": CLUSTER, "task": {"type": role, "index": 0}}
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(model_dir), str(wait_at), str(max_steps), *more],
            cwd=ROOT,
            env=os.environ | {"TF_CONFIG": json.dumps(task)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.errors = ""
        self._drain = threading.Thread(target=self._read_errors)
        self._drain.start()
        self._deadline = threading.Timer(DEADLINE, self._process.kill)
        self._deadline.start()

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.errors += line

    def lines(self) -> Iterator[str]:
        assert self._process.stdout is not None
        return (line.strip() for line in self._process.stdout)

    def until(self, awaited: str) -> list[str]:
        """What it says up to this line."""
        said = []
        for line in self.lines():
            said.append(line)
            if line == awaited:
                return said
        raise AssertionError(f"{awaited!r} was never said, but {said}: {self.errors}")

    def go_on(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        """End it as kill -9 does."""
        self._process.kill()
        assert self.end() == -signal.SIGKILL

    def interrupt(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def end(self) -> int:
        """Its exit code, once it has ended."""
        code = self._process.wait(DEADLINE)
        self._deadline.cancel()
        self._drain.join()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        return code


Start = Callable[..., Process]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts processes, which are ended with the test."""
    started: list[Process] = []

    def start(*arguments: Any, **options: Any) -> Process:
        started.append(Process(*arguments, **options))
        return started[-1]

    yield start
    for process in started:
        process._process.kill()
        process.end()


@pytest.mark.slow
@pytest.mark.parametrize("max_steps", [6, 0])  # 0: to the end of the input, of which the chief has to tell
def test_chief_worker_and_evaluator_end_together(start: Start, tmp_path: Path, max_steps: int) -> None:
    worker = start("worker", tmp_path, max_steps=max_steps)
    watcher = start("evaluator", tmp_path, max_steps=max_steps)
    chief = start("chief", tmp_path, wait_at=4, max_steps=max_steps)
    chief.until("trained 4")
    watcher.until("exported 3 False")
    chief.go_on()
    watcher.until(f"exported 6 {bool(max_steps)}")
    assert [process.end() for process in (chief, worker, watcher)] == [0, 0, 0]
    steps = evaluated(tmp_path / "eval")
    assert steps[-1] == 6 and max(Counter(steps).values()) == 1
    assert "takes no part in the training" in worker.errors and "trains alone" in chief.errors


@pytest.mark.slow
def test_an_evaluator_that_is_killed_goes_on_with_what_it_has_not_done(start: Start, tmp_path: Path) -> None:
    chief = start("chief", tmp_path, wait_at=4)
    chief.until("trained 4")
    start_and_kill = start("evaluator", tmp_path, wait_at=3)  # in the middle of the evaluation
    start_and_kill.until("evaluates 3")
    start_and_kill.kill()
    assert evaluated(tmp_path / "eval") == []
    second = start("evaluator", tmp_path)
    second.until("exported 3 False")
    second.kill()
    chief.go_on()
    assert chief.end() == 0
    third = start("evaluator", tmp_path)
    assert third.until("done") == ["evaluates 6", "exported 6 True", "done"]
    assert evaluated(tmp_path / "eval") == [3, 6]
    fourth = start("evaluator", tmp_path)
    assert fourth.until("done") == ["done"]  # all is evaluated


@pytest.mark.slow
def test_what_the_evaluator_ranks_first_the_chief_keeps(start: Start, tmp_path: Path) -> None:
    chief = start(
        "chief", tmp_path, "best", wait_at=4
    )  # the loss falls: the first that is evaluated is the "best"
    chief.until("trained 4")
    watcher = start("evaluator", tmp_path, "best")
    watcher.until("exported 3 False")
    chief.go_on()
    assert (chief.end(), watcher.end()) == (0, 0), watcher.errors
    assert sorted(path.stem for path in tmp_path.glob("*.index")) == ["model.ckpt-3", "model.ckpt-6"]
    assert estimator(tmp_path).best_checkpoint() == str(tmp_path / "model.ckpt-3")


@pytest.mark.slow
def test_a_chief_that_is_killed_is_waited_for(start: Start, tmp_path: Path) -> None:
    watcher = start("evaluator", tmp_path)
    first = start("chief", tmp_path, wait_at=4)
    first.until("trained 4")
    watcher.until("exported 3 False")
    first.kill()
    second = start("chief", tmp_path)
    watcher.until("exported 6 True")
    assert (second.end(), watcher.end()) == (0, 0)
    assert evaluated(tmp_path / "eval")[-1] == 6


@pytest.mark.slow
def test_an_evaluator_that_waits_can_be_interrupted(start: Start, tmp_path: Path) -> None:
    estimator(tmp_path).train(batches(), steps=3)
    watcher = start("evaluator", tmp_path)
    watcher.until("exported 3 False")
    watcher.interrupt()
    assert watcher.end() != 0
    assert "KeyboardInterrupt" in watcher.errors


# -- in this process


@pytest.fixture
def as_role(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes this process one of a cluster."""

    def become(role: str, index: int = 0) -> None:
        cluster = CLUSTER | {"ps": ["c:1"]} if role == "ps" else CLUSTER
        if role == "master":
            cluster = {"master": ["a:1"], "worker": ["b:1"]}
        task = {"cluster": cluster, "task": {"type": role, "index": index}}
        monkeypatch.setenv("TF_CONFIG", json.dumps(task))

    return become


def test_a_parameter_server_is_refused_with_the_reason(
    tmp_path: Path, as_role: Callable[[str], None]
) -> None:
    as_role("ps")
    with pytest.raises(
        UnimplementedError, match="parameter server.*variables live in the process that trains"
    ):
        train_and_evaluate(estimator(tmp_path / "new"), TrainSpec(batches(), max_steps=3), spec())
    assert not (tmp_path / "new").exists()


def test_a_second_evaluator_is_refused(tmp_path: Path, as_role: Callable[..., None]) -> None:
    as_role("evaluator", 1)
    with pytest.raises(ValueError, match="there can only be one `evaluator` task.*Given task id 1"):
        train_and_evaluate(estimator(tmp_path), TrainSpec(batches(), max_steps=3), spec())


def test_a_chief_evaluates_nothing_and_saves_for_an_evaluation_every_n_steps(
    tmp_path: Path, as_role: Callable[[str], None]
) -> None:
    as_role("chief")
    notes = Notes()
    model = estimator(tmp_path)
    done = train_and_evaluate(model, TrainSpec(batches(), max_steps=5), spec(notes, every_n_steps=2))
    assert done == (None, None) and notes.calls == [] and not (tmp_path / "eval").exists()
    assert sorted(path.stem for path in tmp_path.glob("*.index")) == [
        f"model.ckpt-{step}" for step in (1, 2, 4, 5)
    ]


def test_a_master_evaluates(tmp_path: Path, as_role: Callable[[str], None]) -> None:
    as_role("master")
    notes = Notes()
    model = estimator(tmp_path, save_checkpoints_steps=2)
    train_and_evaluate(model, TrainSpec(batches(), max_steps=4), spec(notes))
    assert notes.steps == [3, 4]


def test_that_a_training_goes_on_and_ends_is_noted_by_whoever_trains(tmp_path: Path) -> None:
    noted = []

    class Looks(Stops):
        def before_run(self, run_context: Any) -> None:
            noted.append(read_training(str(tmp_path)))

    model = estimator(tmp_path)
    for _ in range(2):
        train_and_evaluate(model, TrainSpec(batches(), max_steps=9, hooks=[Looks(2)]), spec())
    assert noted == [None, Training(9, False), Training(9, True), Training(9, False)]
    assert read_training(str(tmp_path)) == Training(9, True)


def test_a_call_that_fails_at_its_first_step_notes_nothing(tmp_path: Path) -> None:
    class Fails(Stops):
        def before_run(self, run_context: Any) -> None:
            raise OSError("power is off")

    with pytest.raises(OSError, match="power is off"):
        train_and_evaluate(
            estimator(tmp_path / "m"), TrainSpec(batches(), max_steps=9, hooks=[Fails(1)]), spec()
        )
    assert not (tmp_path / "m").exists()


def test_an_end_that_cannot_be_noted_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Occupies(Stops):
        def after_run(self, run_context: Any, run_values: Any) -> None:
            (tmp_path / ".training").mkdir(exist_ok=True)

    metrics, _ = train_and_evaluate(
        estimator(tmp_path), TrainSpec(batches(), max_steps=3, hooks=[Occupies(1)]), spec()
    )
    assert metrics["global_step"] == 3
    assert "an evaluator will not be told how far the training is" in caplog.text


def test_a_training_that_fails_has_not_ended(tmp_path: Path) -> None:
    class Fails(Stops):
        def after_run(self, run_context: Any, run_values: Any) -> None:
            raise OSError("power is off")

    with pytest.raises(OSError, match="power is off"):
        train_and_evaluate(estimator(tmp_path), TrainSpec(batches(), max_steps=9, hooks=[Fails(1)]), spec())
    assert (
        read_training(str(tmp_path)) is None
    )  # not even begun: this hook comes before the one that notes it


class Sleeps:
    """Stands for time.sleep: notes how long, lets a clock run, and does something each time."""

    def __init__(self, clock: FakeClock, *deeds: Callable[[], Any]) -> None:
        self.seconds: list[float] = []
        self._clock = clock
        self._deeds = list(deeds)

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self._clock.advance(seconds)
        assert self._deeds, "it waits for ever"
        self._deeds.pop(0)()


def nothing() -> None:
    """Nothing happens while the evaluator waits."""


def watch(model: Estimator, clock: FakeClock, sleep: Sleeps, max_steps: int | None, *specs: EvalSpec) -> None:
    evaluators = [SpecEvaluator(model, each, max_steps, clock=clock) for each in specs]
    training = TrainSpec(batches(), max_steps=max_steps)
    roles.run_evaluator(model, training, evaluators, sleep=sleep, clock=clock)


def test_an_evaluator_waits_longer_and_longer_and_says_why_now_and_then(
    tmp_path: Path, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    model, notes = estimator(tmp_path), Notes()
    sleep = Sleeps(clock, *[nothing] * 150, lambda: model.train(batches(), max_steps=3))
    watch(model, clock, sleep, 3, spec(notes, start_delay_secs=0))
    assert notes.steps == [3]
    assert sleep.seconds[:3] == [0.1, pytest.approx(0.15), pytest.approx(0.225)]
    assert sleep.seconds[-1] == max(sleep.seconds) == 5
    told = [line for line in caplog.messages if line.startswith("Estimator is not trained yet.")]
    assert len(told) == 2  # 700 seconds


def test_it_waits_before_it_begins(tmp_path: Path, clock: FakeClock) -> None:
    model = estimator(tmp_path).train(batches(), max_steps=3)
    sleep = Sleeps(clock, nothing)
    watch(model, clock, sleep, 3, spec(start_delay_secs=120), spec(name="other", start_delay_secs=7))
    assert sleep.seconds == [120]


def test_throttle_secs_count_but_for_the_last_checkpoint(tmp_path: Path, clock: FakeClock) -> None:
    model, notes = estimator(tmp_path), Notes()
    deeds = [
        lambda: model.train(batches(), max_steps=2),
        lambda: model.train(batches(), max_steps=4),
        nothing,
        lambda: model.train(batches(), max_steps=6),
    ]
    watch(model, clock, Sleeps(clock, *deeds), 6, spec(notes, start_delay_secs=0, throttle_secs=600))
    assert notes.steps == [2, 6]


def test_a_checkpoint_that_goes_while_it_is_evaluated_is_left_out(
    tmp_path: Path, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    model, notes = estimator(tmp_path, keep_checkpoint_max=1).train(batches(), max_steps=2), Notes()

    def input_fn() -> Any:
        if model.latest_checkpoint() == str(tmp_path / "model.ckpt-2"):
            model.train(batches(), max_steps=4)
        return batches(1)()

    evaluation = EvalSpec(input_fn, exporters=notes, start_delay_secs=0, throttle_secs=0)
    watch(model, clock, Sleeps(clock), 4, evaluation)
    assert notes.steps == [4]
    assert "model.ckpt-2 was deleted before it was evaluated and exported" in caplog.text


def test_a_training_that_ends_between_two_looks_is_evaluated_to_its_end(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, notes = estimator(tmp_path).train(batches(), max_steps=3), Notes()
    look, looks = model.latest_checkpoint, []

    def then_it_ends() -> str | None:
        found = look()
        looks.append(found)
        if len(looks) == 2:  # 3 is evaluated
            model.train(batches(), max_steps=5)
            note_training(str(tmp_path), Training(None, True))
        return found

    monkeypatch.setattr(model, "latest_checkpoint", then_it_ends)
    watch(model, clock, Sleeps(clock, nothing), None, spec(notes, start_delay_secs=0))
    assert notes.steps == [3, 5]


def test_the_end_of_another_training_is_none(tmp_path: Path, clock: FakeClock) -> None:
    model, notes = estimator(tmp_path).train(batches(), max_steps=3), Notes()
    note_training(str(tmp_path), Training(3, True))
    deeds = [nothing, lambda: model.train(batches(), max_steps=5)]
    watch(model, clock, Sleeps(clock, *deeds), 5, spec(notes, start_delay_secs=0))
    assert notes.steps == [3, 5]


def test_a_worker_ends_with_the_training(tmp_path: Path, clock: FakeClock) -> None:
    model = estimator(tmp_path)
    deeds = [
        nothing,
        lambda: model.train(batches(), max_steps=2),
        lambda: note_training(str(tmp_path), Training(None, True)),
    ]
    sleep = Sleeps(clock, *deeds)
    roles.run_worker(model, TrainSpec(batches()), [], sleep=sleep)
    assert len(sleep.seconds) == 3


def test_an_evaluation_that_cannot_be_noted_is_a_warning(
    tmp_path: Path, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    model = estimator(tmp_path).train(batches(), max_steps=3)
    (tmp_path / "eval").mkdir()
    (tmp_path / "eval" / ".evaluated").mkdir()
    watch(model, clock, Sleeps(clock), 3, spec(start_delay_secs=0))
    assert "an evaluator that is started again will evaluate" in caplog.text
