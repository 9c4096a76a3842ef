"""Bodies of control flow: TensorFlow runs those that we write, and we those that TensorFlow writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.import_meta import import_meta_graph
from estimator.checkpoint.saver import Saver
from estimator.core.dtypes import float32, int32
from estimator.graph import build
from estimator.graph.graph import Graph, get_default_graph
from estimator.runtime.session import Session
from estimator.variables.get_variable import get_variable
from tests.bodies import branches, call, loop
from tests.interop.conftest import TensorFlow

X = [[1.0, 2.0], [0.5, -3.0]]
LIMITS = [0, 1, 2, 3, 4]  # generic code first, plans afterwards
CLOSE = {"rtol": 1e-5}


def model() -> None:
    """What tf_functions.py builds with tf.while_loop and tf.cond, and a call in the condition."""
    x = build.Placeholder(dtype=float32, shape=(None, 2), name="x")
    limit = build.Placeholder(dtype=int32, shape=(), name="limit")

    def step(i: Any, total: Any) -> list[Any]:
        v = get_variable("v", initializer=np.float32([[1, 2], [3, 4]]))
        with get_default_graph().control_dependencies([v.assign_add(np.full((2, 2), 0.5, np.float32))]):
            even = build.Equal(i % 2, 0)
            (grown,) = branches(even, lambda: [build.MatMul(total, v)], lambda: [total + x])
        return [i + 1, grown]

    _, total = loop(lambda i, total: call(lambda: [i < limit], [])[0], step, [0, x])
    left, right = build.Split(1, x, num_split=2)
    _, second = branches(
        limit > 2, lambda: build.Split(1, x * 2.0, num_split=2), lambda: [right, left], stateless=True
    )
    build.Identity(second, name="second")
    with get_default_graph().control_dependencies([build.Identity(total, name="total")]):
        build.Identity(get_default_graph().get_collection("variables")[0], name="after")


def results(session: Session) -> list[Any]:
    return [
        [
            value.tolist()
            for value in session.run(["total:0", "second:0", "after:0"], {"x:0": X, "limit:0": limit})
        ]
        for limit in LIMITS
    ]


@pytest.fixture(scope="module")
def answers(tensorflow: TensorFlow, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The results of both models here and there, and the prefix of TensorFlow's checkpoint."""
    folder: Path = tmp_path_factory.mktemp("functions")
    with Graph().as_default(), Session() as session:
        model()
        session.run(get_default_graph().get_collection("variables")[0].initializer)
        ours = Saver().save(session, str(folder / "ours"))
        here = results(session)
    request = {"ours": ours, "theirs": str(folder / "theirs"), "x": X, "limits": LIMITS}
    there = tensorflow.answer("tf_functions.py", request)
    return {"here": here, "there": there["ours"], "theirs": there["theirs"], "prefix": request["theirs"]}


def close(found: list[Any], expected: list[Any]) -> None:
    for result, wanted in zip(found, expected, strict=True):
        for value, number in zip(result, wanted, strict=True):
            np.testing.assert_allclose(value, number, **CLOSE)


def test_both_models_are_the_same(answers: dict[str, Any]) -> None:
    close(answers["here"], answers["theirs"])
    assert np.ptp([result[0][0][0] for result in answers["here"]]) > 1  # else it would say little


def test_tensorflow_runs_the_bodies_that_we_wrote(answers: dict[str, Any]) -> None:
    close(answers["there"], answers["here"])


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
def test_we_run_the_bodies_that_tensorflow_wrote(answers: dict[str, Any], executor: str) -> None:
    with Graph().as_default(), Session(executor=executor) as session:
        saver = import_meta_graph(answers["prefix"] + ".meta")
        assert saver is not None
        saver.restore(session, answers["prefix"])
        close(results(session), answers["theirs"])
