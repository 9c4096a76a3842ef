"""Tests of printing; the texts are what TensorFlow 2.15 prints."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core import log
from estimator.core.dtypes import bfloat16, float32
from estimator.core.errors import InvalidArgumentError, OpError
from estimator.functions.control_flow.while_loop import while_loop
from estimator.functions.printing import Print, print_v2, timestamp
from estimator.functions.scoping import Assert
from estimator.functions.strings import string_format
from estimator.graph import build as b
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.graph.sparse import SparseTensor
from estimator.pipeline.dataset import Dataset
from estimator.runtime.session import Session

Run = Callable[..., Any]
Printed = pytest.CaptureFixture[str]
CUBE = np.arange(24).reshape(2, 3, 4)


def printed(capsys: Printed, run: Run, operation: Any) -> str:
    capsys.readouterr()
    run(operation)
    return capsys.readouterr().err


# A value, as tf.Print shows it with summarize=3, and as tf.print does.
VALUES = [
    (np.float32([1.5, 2, 3, 4]), "1.5 2 3...", "[1.5 2 3 4]"),
    (np.array([[1, 2], [3, 4]]), "[1 2][3...]...", "[[1 2]\n [3 4]]"),
    (CUBE[:, :2, :2], "[[0 1][4...]]...", "[[[0 1]\n  [4 5]]\n\n [[12 13]\n  [16 17]]]"),
    (np.array([True, False]), "1 0", "[1 0]"),
    (np.array([b"a", b"b"], object), "a b", '["a" "b"]'),
    (
        np.array([b"\xc3\xa9\"q'\n\t\\\x01\r"], object),
        "é\\\"q\\'\\n\\t\\\\\\001\\r",
        '["é\\"q\\\'\\n\\t\\\\\\001\\r"]',
    ),
    (np.float32(1e-20), "1e-20", "1e-20"),
    (np.float32(1 / 3), "0.333333343", "0.333333343"),
    (np.float64(1 / 3), "0.33333333333333331", "0.33333333333333331"),
    (np.float64(123456.5), "123456.5", "123456.5"),
    (np.float16(0.1), "0.0999755859", "0.0999755859"),
    (np.float32(123456789), "123456792", "123456792"),
    (np.float32([0.1, 1e5, 1e6]), "0.1 100000 1e+06", "[0.1 100000 1e+06]"),
    (np.float32([np.nan, -np.inf, -0.0]), "nan -inf -0", "[nan -inf -0]"),
    (np.uint64(2**63), "9223372036854775808", "9223372036854775808"),
    (np.zeros(0, np.float32), "", "[]"),
]


@pytest.mark.parametrize(("value", "first", "edges"), VALUES, ids=[row[1] for row in VALUES])
def test_values_are_printed_as_tensorflow_prints_them(
    run: Run, capsys: Printed, value: Any, first: str, edges: str
) -> None:
    assert printed(capsys, run, Print(0.0, [value])) == f"[{first}]\n"
    assert printed(capsys, run, print_v2(b.Identity(value))) == f"{edges}\n"


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (6, "[[0 1 2 3][4 5...]]..."),
        (5, "[[0 1 2 3][4...]]..."),
        (4, "[[0 1 2 3]]..."),
        (0, "..."),
        (-1, "[[0 1 2 3][4 5 6 7][8 9 10 11]][[12 13 14 15][16 17 18 19][20 21 22 23]]"),
    ],
)
def test_the_older_print_shows_the_first_values(run: Run, capsys: Printed, count: int, text: str) -> None:
    assert printed(capsys, run, Print(0.0, [CUBE], summarize=count)) == f"[{text}]\n"


def test_bfloat16_is_printed_as_the_number_it_is(run: Run, capsys: Printed) -> None:
    third = b.Cast(np.float32(1 / 3), DstT=bfloat16)
    assert printed(capsys, run, Print(0.0, [third])) == "[0.333984375]\n"


def test_the_older_print_gives_its_input_and_its_gradient(run: Run, capsys: Printed) -> None:
    x = b.Placeholder(dtype=float32, shape=[2])
    y = Print(x, ["a", x], message="hi: ")
    assert run([b.Mul(y, 2.0), gradients(y, x)[0]], {x: [1, 2]})[0].tolist() == [2, 4]
    assert run(gradients(y, x)[0], {x: [1, 2]}).tolist() == [1, 1]
    assert capsys.readouterr().err == "hi: [a][1 2]\n"


def test_first_n_counts_the_runs_of_a_session(graph: Graph, capsys: Printed) -> None:
    y = Print(1.0, ["a"], first_n=2)
    for _ in range(2):
        with Session() as session:
            for _ in range(4):
                session.run(y)
        assert capsys.readouterr().err == "[a]\n" * 2


def test_structures_nest_in_the_text(run: Run, capsys: Printed) -> None:
    x = b.Identity([[1.0, 2.0], [3.0, 4.0]])
    operation = print_v2("a", x, 1, {"k": x, "j": [1, "s"]}, (x, 2), sep="|", end="END\n")
    shown = "[[1 2]\n [3 4]]"
    assert printed(capsys, run, operation) == f"a|{shown}|1|{{'j': [1, 's'], 'k': {shown}}}|({shown}, 2)END\n"


def test_a_sparse_tensor_is_printed_with_its_parts(run: Run, capsys: Printed) -> None:
    sparse = SparseTensor([[0, 1]], [1.0], [2, 2])
    text = "SparseTensor(indices=[[0 1]], values=[1], shape=[2 2])"
    assert printed(capsys, run, print_v2("s:", sparse)) == f"s: '{text}'\n"


def test_braces_in_the_texts_are_texts(run: Run, capsys: Printed) -> None:
    assert printed(capsys, run, print_v2("{} lit {0}", b.Identity([1.0]), "{}")) == "{} lit {0} [1] {}\n"


def test_one_text_is_printed_as_it_is(run: Run, capsys: Printed) -> None:
    assert printed(capsys, run, print_v2(b.Identity("a\nb"))) == "a\nb\n"
    assert printed(capsys, run, print_v2()) == "\n"
    assert printed(capsys, run, print_v2(b.Identity(np.array(b"\xff", object)))) == "�\n"


def test_it_prints_where_it_is_told_to(
    run: Run, capsys: Printed, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    run(print_v2("out", output_stream=sys.stdout))
    assert capsys.readouterr().out == "out\n"
    for stream in (log.info, log.warning, log.error):
        with caplog.at_level(logging.INFO, logger="estimator"):
            run(print_v2("100%", output_stream=stream))
    assert [record.levelname for record in caplog.records] == ["INFO", "WARNING", "ERROR"]
    assert {record.getMessage() for record in caplog.records} == {"100%"}
    for _ in range(2):
        run(print_v2("file", output_stream=f"file://{tmp_path}/out.txt"))
    assert (tmp_path / "out.txt").read_text() == "file\nfile\n"


def test_a_file_that_cannot_be_written_is_named(run: Run, tmp_path: Path) -> None:
    with pytest.raises(OpError, match=f"cannot write '{tmp_path}/no/out.txt'"):
        run(print_v2("file", output_stream=f"file://{tmp_path}/no/out.txt"))


def test_another_stream_is_refused(graph: Graph) -> None:
    with pytest.raises(ValueError, match="output_stream must be sys.stderr.*given: 'nope'"):
        print_v2("a", output_stream="nope")
    with Session() as session, pytest.raises(InvalidArgumentError, match="output_stream is 'nope'"):
        session.run(b.PrintV2("a", output_stream="nope"))


def test_a_loop_prints_each_round_and_not_again_for_the_gradient(run: Run, capsys: Printed) -> None:
    x = b.Placeholder(dtype=float32, shape=[])
    _, y = while_loop(lambda i, v: i < 3, lambda i, v: (i + 1, Print(v, [i]) * v), [0, x])
    assert run(gradients(y, x)[0], {x: 1.0}) == 8.0
    assert capsys.readouterr().err == "[0]\n[1]\n[2]\n"


def test_a_dataset_prints_and_checks_each_element_though_nothing_waits_for_it(
    run: Run, capsys: Printed
) -> None:
    def looked_at(x: Any) -> Any:
        print_v2("e", x)
        Assert(b.Less(x, 2), ["too large", x])
        return x

    following = Dataset.from_tensor_slices(np.arange(3)).map(looked_at).make_one_shot_iterator().get_next()
    assert [run(following) for _ in range(2)] == [0, 1]
    with pytest.raises(InvalidArgumentError, match=r"\[too large\] \[2\]"):
        run(following)
    assert capsys.readouterr().err.startswith("e 0\ne 1\n")


def test_the_template_and_the_inputs_go_together(run: Run) -> None:
    x = b.Identity([1.0])
    assert run(string_format("a %s", x, "%s")) == b"a [1]"
    with pytest.raises(ValueError, match="2 placeholders for 1 inputs"):
        string_format("{} {}", x)


def test_the_time_is_that_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timestamp()
    with Session() as session:
        for time in (1.5, 2.25):
            monkeypatch.setattr("estimator.ops.printing.time.time", lambda time=time: time)
            assert session.run(now) == time
