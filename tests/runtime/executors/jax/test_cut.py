from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import Graph
from estimator.graph.tensor import Operation
from estimator.runtime.program import Program
from estimator.runtime.session import Session
from tests.runtime.programs import training

pytestmark = pytest.mark.jax


def parts_of(session: Session, fetches: Any, feeds: dict[Any, Any]) -> list[tuple[bool, list[Operation]]]:
    """Of each part of a program whether it is for the device, and what runs in it."""
    from estimator.runtime.executors.jax.cut import cut
    from estimator.runtime.executors.jax.lowered_facts import LoweredFacts

    program: Program = session.prepare(fetches, list(feeds)).program
    specs = {each.name: (each.value.shape, each.dtype.np.str) for each in session.store if each.initialized}
    facts = LoweredFacts(
        program, program.shapes_of([np.asarray(value) for value in feeds.values()]), specs, {}
    )
    return [(part.on_device, list(part.order)) for part in cut(program, facts)]


def types_in(parts: Sequence[tuple[bool, list[Operation]]], number: int) -> list[str]:
    return [op.type for op in parts[number][1]]


def test_the_step_of_a_training_is_one_part_and_its_summaries_another() -> None:
    case = training("Adam")
    session = case.session("jax")
    step = parts_of(session, [case.fetches["train"], case.fetches["loss"]], case.feeds(8))
    assert [on_device for on_device, _ in step] == [True]
    whole = parts_of(session, case.fetches, case.feeds(8))
    assert [on_device for on_device, _ in whole] == [True, False]
    assert {"ScalarSummary", "HistogramSummary", "MergeSummary"} == set(types_in(whole, 1))


def test_what_acts_outside_keeps_its_place_among_what_is_written() -> None:
    with Graph().as_default(), tf.Session(executor="jax") as session:
        total = tf.Variable(1.0, name="total", use_resource=True)
        x = tf.placeholder(tf.float32, [], name="x")
        first = total.assign_add(x * 2.0, read_value=False)
        told = tf.py_func(lambda value: value, [x + 1.0], tf.float32)
        second = total.assign_add(x * 3.0, read_value=False)
        session.run(tf.global_variables_initializer())
        parts = parts_of(session, [first, told, second], {x: np.float32(1.0)})
        assert [on_device for on_device, _ in parts] == [False, True, False, True]
        assert types_in(parts, 1).count("AssignAddVariableOp") == 1
        assert [name.endswith("PyFunc") for name in types_in(parts, 2)] == [True]
        assert types_in(parts, 3).count("AssignAddVariableOp") == 1
        assert session.run([told, total], {x: 1.0})[0] == 2.0


def test_what_is_computed_of_the_input_alone_for_the_host_stays_there() -> None:
    with Graph().as_default(), tf.Session(executor="jax") as session:
        ids = tf.placeholder(tf.int64, [4], name="ids")
        texts = tf.as_string(ids * 2 + 1)
        buckets = tf.string_to_hash_bucket_fast(texts, 10)
        weights = tf.Variable(np.arange(10, dtype=np.float32), name="weights", use_resource=True)
        found = tf.reduce_sum(tf.gather(weights, buckets)) * 2.0
        session.run(tf.global_variables_initializer())
        parts = parts_of(session, [found], {ids: np.arange(4)})
        assert [on_device for on_device, _ in parts] == [False, True]
        assert types_in(parts, 0)[:2] == ["Mul", "AddV2"]
        with tf.Session(graph=session.graph, executor="interpreter") as other:
            other.run(tf.global_variables_initializer())
            wanted = other.run(found, {ids: np.arange(4)})
        assert session.run(found, {ids: np.arange(4)}) == wanted


def test_a_check_on_the_host_comes_before_what_is_written_on_the_device() -> None:
    with Graph().as_default(), tf.Session(executor="jax") as session:
        total = tf.Variable(1.0, name="total", use_resource=True)
        name = tf.placeholder(tf.string, [], name="name")
        x = tf.placeholder(tf.float32, [], name="x")
        known = tf.Assert(tf.equal(name, "a"), [name])
        with tf.control_dependencies([known]):
            update = total.assign_add(x * 2.0, read_value=False)
        session.run(tf.global_variables_initializer())
        feeds = {name: np.array(b"b", object), x: np.float32(1.0)}
        places = {
            op.type: place
            for place, (_, order) in enumerate(parts_of(session, [update], feeds))
            for op in order
        }
        assert places["Assert"] <= places["AssignAddVariableOp"]
        with pytest.raises(tf.errors.InvalidArgumentError, match="assertion failed"):
            session.run(update, feeds)
        assert session.run(total) == 1.0
