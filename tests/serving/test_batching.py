"""Requests that gather are answered by one run, each with its own rows, and none pays for another's mistake."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import estimator.tf as tf
from estimator.core.errors import (
    DeadlineExceededError,
    InvalidArgumentError,
    ResourceExhaustedError,
    UnavailableError,
)
from estimator.serving.batching import Batching
from estimator.serving.limits import Gate, Limits
from estimator.serving.servable import Array, Servable
from tests.serving.half_plus_two import half_plus_two, servable_of


class _Scene:
    """One worker who is busy, so that requests gather until he is let go."""

    def __init__(self, servable: Servable | None = None, **limits: Any) -> None:
        self.limits = Limits(workers=1, **limits)
        self.gate = Gate(self.limits)
        self.batching = Batching(self.gate, self.limits)
        self.servable = servable or half_plus_two()
        self.runs: list[int] = []
        self.is_let_go = False
        run = self.servable.run

        def counted(name: str, arrays: Any, outputs: Any = None) -> dict[str, Array]:
            self.runs.append(max(map(len, arrays.values())))
            return run(name, arrays, outputs)

        self.servable.run = counted  # type: ignore[method-assign]

    def ask(
        self, array: Any, name: str = "", key: str = "x", is_wanted: Callable[[], bool] | None = None
    ) -> Any:
        """The results of a request, or its error."""
        try:
            return self.batching.run(self.servable, name, {key: np.asarray(array)}, None, is_wanted)
        except Exception as error:
            return error

    def ask_together(self, requests: Sequence[tuple[Any, ...]]) -> list[Any]:
        """The results of requests, of which the first leads and the others gather, one after another."""
        found: list[Any] = [None] * len(requests)

        def fill(place: int) -> None:
            found[place] = self.ask(*requests[place])

        threads = [threading.Thread(target=fill, args=(place,)) for place in range(len(requests))]
        with self.gate.admitted():
            for place, thread in enumerate(threads):
                thread.start()
                while thread.is_alive() and not (self.gate.waiting and len(self._gathered()) == place):
                    pass
            self.is_let_go = True
        for thread in threads:
            thread.join()
        assert not self.batching._gathered
        return found

    def _gathered(self) -> Sequence[Any]:
        return next(iter(self.batching._gathered.values()), ())


def _floats(*values: float) -> Array:
    return np.array(values, np.float32)


def _values(results: Any, key: str = "y") -> list[float]:
    values: list[float] = results[key].tolist()
    return values


def test_those_who_gather_are_answered_by_one_run() -> None:
    scene = _Scene()
    found = scene.ask_together([(_floats(0),), (_floats(2, 4),), (_floats(6),)])
    assert list(map(_values, found)) == [[2.0], [3.0, 4.0], [5.0]]
    assert scene.runs == [4]


def test_one_alone_is_answered_as_ever() -> None:
    scene = _Scene()
    assert _values(scene.ask(_floats(2))) == [3.0]
    assert scene.runs == [1]


def test_who_does_not_fit_any_more_is_in_the_next_run() -> None:
    scene = _Scene(max_rows=3)
    found = scene.ask_together([(_floats(0),), (_floats(2, 4),), (_floats(6),), (_floats(8),)])
    assert list(map(_values, found)) == [[2.0], [3.0, 4.0], [5.0], [6.0]]
    assert scene.runs == [3, 2]


def test_who_asks_something_else_has_a_run_of_its_own() -> None:
    scene = _Scene()
    with scene.gate.admitted():
        threads = [
            threading.Thread(target=scene.ask, args=(_floats(0),)),
            threading.Thread(target=scene.ask, args=(np.full((1, 2), b"a", object), "text", "words")),
        ]
        for thread in threads:
            thread.start()
        while scene.gate.waiting < 2:
            pass
    for thread in threads:
        thread.join()
    assert scene.runs == [1, 1]


def test_what_does_not_fit_the_signature_is_refused_before_it_gathers() -> None:
    scene = _Scene()
    assert isinstance(scene.ask(np.zeros(1)), InvalidArgumentError)
    assert scene.runs == []


def test_one_whose_values_the_model_refuses_harms_nobody_else() -> None:
    example = tf.train.Example()
    example.features.feature["x"].float_list.value.append(2.0)
    good, bad = (np.array([data], object) for data in (example.SerializeToString(), b""))
    scene = _Scene()
    found = scene.ask_together([(one, "regress", "inputs") for one in (good, bad, good)])
    assert [_values(found[place], "outputs") for place in (0, 2)] == [[[3.0]], [[3.0]]]
    assert isinstance(found[1], InvalidArgumentError)
    assert scene.runs == [3, 1, 1, 1]


def test_outputs_that_have_other_rows_are_made_for_each_alone() -> None:
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None])
        signature = ("tensorflow/serving/predict", {"x": x}, {"y": tf.unique(x).y})
        servable = servable_of("different", 1, tf.Session(), serving_default=signature)
    scene = _Scene(servable)
    found = scene.ask_together([(_floats(1, 1),), (_floats(1, 2),)])
    assert list(map(_values, found)) == [[1.0], [1.0, 2.0]]


def test_a_model_that_has_no_rows_runs_for_each_alone() -> None:
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None])
        signature = ("tensorflow/serving/predict", {"x": x}, {"y": tf.reduce_sum(x)})
        servable = servable_of("sum", 1, tf.Session(), serving_default=signature)
    assert float(_Scene(servable).ask(_floats(1, 2))["y"]) == 3.0


def test_who_has_gone_is_left_out() -> None:
    scene = _Scene()
    found = scene.ask_together([(_floats(0),), (_floats(2), "", "x", lambda: False), (_floats(4),)])
    assert isinstance(found[1], DeadlineExceededError)
    assert [_values(found[place]) for place in (0, 2)] == [[2.0], [4.0]]
    assert scene.runs == [2]


def test_a_leader_who_has_gone_leaves_the_others_to_the_next() -> None:
    scene = _Scene()
    leader = (_floats(0), "", "x", lambda: not scene.is_let_go)
    found = scene.ask_together([leader, (_floats(2),), (_floats(4),)])
    assert isinstance(found[0], DeadlineExceededError)
    assert [_values(results) for results in found[1:]] == [[3.0], [4.0]]
    assert scene.runs == [2]


def test_too_many_who_gather_are_sent_away() -> None:
    scene = _Scene(queue=1)
    found = scene.ask_together([(_floats(0),), (_floats(2),), (_floats(4),)])
    assert isinstance(found[2], ResourceExhaustedError)
    assert [_values(results) for results in found[:2]] == [[2.0], [3.0]]


def test_a_server_that_stops_tells_everybody_who_comes() -> None:
    scene = _Scene()
    scene.gate.close()
    assert isinstance(scene.ask(_floats(0)), UnavailableError)
    assert not scene.batching._gathered
