"""Hooks, scaffolds and monitored sessions by their keywords."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def _counted(tf: Any) -> Any:
    """A global step, and an operation that moves it."""
    step = tf.train.get_or_create_global_step()
    return step, tf.assign_add(step, 1)


def logging_tensors(tf: Any, folder: Path) -> Any:
    step, move = _counted(tf)
    double = tf.multiply(move, 2, name="double")
    hooks = [
        tf.train.LoggingTensorHook(tensors={"twice": double}, every_n_iter=2),
        tf.train.LoggingTensorHook(["double"], every_n_iter=3, at_end=False),
        tf.train.LoggingTensorHook(
            tensors={"a": "double:0", "s": step},
            every_n_secs=3600.0,
            formatter=lambda values: f"<{sorted(values)}>",
        ),
        tf.train.LoggingTensorHook(tensors=["double"], at_end=True),
    ]
    heard = _Lines()
    logger = logging.getLogger("tensorflow")
    level = tf.logging.get_verbosity()
    tf.logging.set_verbosity(v=tf.logging.INFO)
    logger.addHandler(heard)
    with tf.train.MonitoredSession(hooks=hooks) as session:
        for _ in range(4):
            session.run(move)
    logger.removeHandler(heard)
    tf.logging.set_verbosity(level)
    return [
        line.partition(" (")[0] for line in heard.lines if "double" in line or "twice" in line or "<" in line
    ]


def a_training_session(tf: Any, folder: Path) -> Any:
    _, move = _counted(tf)
    counted = tf.summary.scalar(name="moved", tensor=move)
    with tf.train.MonitoredTrainingSession(
        master="", is_chief=True, checkpoint_dir=str(folder / "c"), scaffold=tf.train.Scaffold(summary_op=counted),
        hooks=[tf.train.StopAtStepHook(last_step=5)], chief_only_hooks=[tf.train.NanTensorHook(tf.constant(1.0))],
        save_checkpoint_steps=2, save_summaries_steps=2, save_checkpoint_secs=None, save_summaries_secs=None,
        config=tf.ConfigProto(allow_soft_placement=True), stop_grace_period_secs=1, log_step_count_steps=100,
        max_wait_secs=1, summary_dir=str(folder / "s"),
    ) as session:  # fmt: skip
        seen = []
        while not session.should_stop():
            seen.append(session.run(move))
    return {
        "seen": seen,
        "last": Path(tf.train.latest_checkpoint(str(folder / "c"))).name,
        "events": len(list((folder / "s").glob("events.*"))),
    }


def what_a_hook_asks_and_gets(tf: Any, folder: Path) -> Any:
    _, move = _counted(tf)
    given = tf.placeholder(tf.int64, [])
    total = move + given
    got = []

    class Asking(tf.train.SessionRunHook):  # type: ignore[misc, name-defined]
        def before_run(self, run_context: Any) -> Any:
            return tf.train.SessionRunArgs(
                fetches={"sum": total, "list": [given]}, feed_dict={given: 5}, options=tf.RunOptions()
            )

        def after_run(self, run_context: Any, run_values: Any) -> None:
            got.append((run_values.results, run_context.original_args.fetches is move))
            if len(got) == 2:
                run_context.request_stop()

    class One(tf.train.SessionRunHook):  # type: ignore[misc, name-defined]
        def before_run(self, run_context: Any) -> Any:
            return tf.train.SessionRunArgs(given)

        def after_run(self, run_context: Any, run_values: Any) -> None:
            got[-1] = (*got[-1], run_values.results)

    with tf.train.MonitoredSession(hooks=[Asking(), One()]) as session:
        while not session.should_stop():
            session.run(move)
    return got


def a_scaffold(tf: Any, folder: Path) -> Any:
    given = tf.placeholder(tf.float32, [])
    v = tf.Variable(given, name="v")
    local = tf.get_local_variable("local", initializer=3.0)
    scaffold = tf.train.Scaffold(
        None, {given: 4.0}, lambda scaffold, session: None,
        ready_op=tf.report_uninitialized_variables(), local_init_op=local.initializer,
        saver=tf.train.Saver([v]), copy_from_scaffold=None,
    )  # fmt: skip
    with tf.train.MonitoredSession(tf.train.ChiefSessionCreator(scaffold=scaffold)) as session:
        values = session.run([v, local])
    assert tf.train.Scaffold(tf.no_op()).saver is None  # as long as it is not finalized
    return {"values": values, "saver": scaffold.saver.saver_def.max_to_keep, "fn": callable(scaffold.init_fn)}


def a_profile(tf: Any, folder: Path) -> Any:
    step, _ = _counted(tf)
    move = tf.group(tf.assign_add(step, 1), tf.matmul(tf.ones([2, 2]), tf.ones([2, 2]), name="product").op)
    hooks = [
        tf.train.ProfilerHook(
            save_steps=2, output_dir=str(folder / "p"), show_dataflow=True, show_memory=True
        ),
        tf.train.ProfilerHook(save_secs=3600, output_dir=str(folder / "q"), show_dataflow=False),
    ]
    with tf.train.MonitoredSession(hooks=hooks) as session:
        for _ in range(4):
            session.run(move)
    files = sorted((folder / "p").glob("timeline-*.json"))
    events = [event for path in files for event in json.loads(path.read_text())["traceEvents"]]
    return {
        "named": [path.name for path in files],
        "keys": sorted({key for event in events if event["ph"] == "X" for key in event}),
        "phases": sorted({event["ph"] for event in events} & set("MX")),
        "none": len(list((folder / "q").glob("timeline-*.json"))) if (folder / "q").exists() else 0,
    }
