"""tf.profiler: what is printed, where it goes, and what is refused; tests/programs/profiles.py compares the numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estimator import tf
from estimator.core import log
from estimator.profiling.scopes import amount

builder = tf.profiler.ProfileOptionBuilder


@pytest.fixture(autouse=True)
def graph() -> Any:
    """A product of matrices in a scope, of a batch that only a run knows and of one of two rows."""
    with tf.Graph().as_default() as graph:
        with tf.variable_scope("net"):
            kernel = tf.get_variable("kernel", [3, 4], initializer=tf.ones_initializer())
            fed = tf.placeholder(tf.float32, [None, 3])
            tf.matmul(fed, kernel, name="fed")
            tf.matmul(tf.ones([2, 3]), kernel, name="known")
        yield graph


def test_the_parameters_are_printed_by_default(capsys: pytest.CaptureFixture[str]) -> None:
    assert tf.profiler.profile().total_parameters == 12
    assert capsys.readouterr().out.splitlines() == [
        "_TFProfRoot (--/12 params)",
        "  net (--/12 params)",
        "    net/kernel (3x4, 12/12 params)",
    ]


def test_types_are_printed_with_their_part(capsys: pytest.CaptureFixture[str]) -> None:
    options = builder.float_operation() | {"select": ["params", "float_ops", "occurrence"]}
    assert tf.profiler.profile(cmd="op", options=options).total_float_ops == 2 * 2 * 3 * 4
    assert capsys.readouterr().out == f"{'MatMul':30} 0 params (0.00%), 48 float_ops (100.00%), 2 times\n"


def test_what_a_file_gets_is_not_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = builder(builder.float_operation()).with_file_output(str(tmp_path / "profile")).build()
    tf.profiler.profile(options=options)
    tf.profiler.profile(options=options | {"output": "none"})
    assert capsys.readouterr().out == ""
    assert (tmp_path / "profile").read_text() == "_TFProfRoot (--/48 flops)\n  net/known (48/48 flops)\n"


def test_operations_of_unknown_sizes_are_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "estimator")
    tf.profiler.profile(options=builder.float_operation() | {"output": "none"})
    assert (
        "1 operations have sizes that only a run tells: their float_ops are not counted." in caplog.messages
    )


def test_a_run_is_a_warning_once(caplog: pytest.LogCaptureFixture, graph: Any) -> None:
    log._calls.clear()
    options = builder(builder.float_operation()).with_empty_output().build()
    profiler = tf.profiler.Profiler(graph)
    for step in range(2):
        profiler.add_step(step, tf.RunMetadata())
        tf.profiler.profile(graph, tf.RunMetadata(), options=options)
    (record,) = [record for record in caplog.records if record.levelname == "WARNING"]
    assert record.getMessage().endswith("not looked at; run_meta has no effect.")


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        ("profile(cmd='scopes')", tf.errors.InvalidArgumentError, "unknown cmd: 'scopes'; there are 'scope' and 'op'"),
        ("profile(cmd='code')", tf.errors.UnimplementedError, "cmd='code' is not available; use 'scope' or 'op'"),
        ("profile(op_log=3)", tf.errors.UnimplementedError, "op_log is not available"),
        ("Profiler(op_log=3)", tf.errors.UnimplementedError, "op_log is not available"),
        ("profile(options=builder.time_and_memory())", ValueError, r"(?s)min_bytes, min_micros, select='micros'.*ProfilerHook"),
        ("profile(options={'max_dept': 3})", ValueError, "unknown option 'max_dept'. Did you mean 'max_depth'"),
        ("profile(options={'order_by': 'micros'})", ValueError, "order_by='micros': it is one of name, params"),
        ("profile(options=builder().with_timeline_output('t').build())", ValueError, r"(?s)output='timeline:outfile=t'"),
        ("profile(grap=None)", TypeError, "Did you mean 'graph'"),
    ],
)  # fmt: skip
def test_what_a_profile_has_not_is_refused(call: str, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        eval(f"tf.profiler.{call}", {"tf": tf, "builder": builder})  # noqa: S307  those above


def test_options_are_ones_own() -> None:
    builder.float_operation()["select"].append("mine")
    builder().build()["trim_name_regexes"].append("mine")
    assert builder.float_operation()["select"] == ["float_ops"]
    assert builder().build()["trim_name_regexes"] == []


def test_large_numbers_are_short() -> None:  # as TensorFlow shows them
    assert [amount(number) for number in (0, 999, 6518, 2_500_000, 3 * 10**9)] == [
        "0",
        "999",
        "6.52k",
        "2.50m",
        "3.00b",
    ]
