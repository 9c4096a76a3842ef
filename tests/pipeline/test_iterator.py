"""Iterators in a graph: who takes an element when, the end, threads."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import DataLossError, FailedPreconditionError, OutOfRangeError
from estimator.graph.graph import Graph
from estimator.pipeline.dataset import Dataset, make_one_shot_iterator
from estimator.pipeline.source_group import sources_of
from estimator.runtime.session import Session


def test_a_run_takes_one_element_however_often_it_is_used() -> None:
    with Graph().as_default() as graph:
        x = Dataset.range(3).make_one_shot_iterator().get_next()
        with Session(graph=graph) as session:
            assert session.run([x, x + 10]) == [0, 10]
            assert session.run(x) == 1


def test_the_end_is_out_of_range_and_stays_so() -> None:
    with Graph().as_default() as graph:
        x = make_one_shot_iterator(Dataset.range(1)).get_next()
        with Session(graph=graph) as session:
            session.run(x)
            for _ in range(2):
                with pytest.raises(OutOfRangeError, match="End of sequence"):
                    session.run(x)


def test_tensors_have_the_structure_types_and_shapes_of_the_dataset() -> None:
    with Graph().as_default():
        iterator = (
            Dataset.from_tensor_slices(({"x": np.zeros((4, 2))}, [1, 2, 3, 4]))
            .batch(3)
            .make_one_shot_iterator()
        )
        features, labels = iterator.get_next()
    assert features["x"].dims == (None, 2)
    assert labels.dims == (None,)
    assert iterator.output_types == ({"x": features["x"].dtype}, labels.dtype)
    assert iterator.output_shapes[0]["x"].as_list() == [None, 2]


def test_an_initializable_iterator_must_be_initialized() -> None:
    # TensorFlow 2.15: FailedPreconditionError, GetNext() failed because the iterator has not been initialized
    with Graph().as_default() as graph:
        x = Dataset.range(2).make_initializable_iterator().get_next()
        with (
            Session(graph=graph) as session,
            pytest.raises(FailedPreconditionError, match=r"initializer first: session\.run"),
        ):
            session.run(x)


def test_the_initializer_begins_again() -> None:
    with Graph().as_default() as graph:
        iterator = Dataset.range(2).make_initializable_iterator()
        x = iterator.get_next()
        with Session(graph=graph) as session:
            session.run(iterator.initializer)
            assert [session.run(x), session.run(x)] == [0, 1]
            session.run(iterator.initializer)
            assert session.run(x) == 0


def test_the_initializer_is_there_when_the_graph_is_final() -> None:
    # hooks run it in after_create_session
    with Graph().as_default() as graph, Session(graph=graph) as session:
        iterator = Dataset.range(2).make_initializable_iterator()
        x = iterator.get_next()
        graph.finalize()
        session.run(iterator.initializer)
        assert session.run(x) == 0


def test_a_one_shot_iterator_has_no_initializer() -> None:
    with (
        Graph().as_default(),
        pytest.raises(ValueError, match="does not have an initializer.*make_initializable"),
    ):
        _ = Dataset.range(2).make_one_shot_iterator().initializer


def test_iterators_of_two_graphs_share_nothing() -> None:
    dataset = Dataset.range(4)
    sessions = []
    for _ in range(2):
        with Graph().as_default() as graph:
            sessions.append((Session(graph=graph), dataset.make_one_shot_iterator().get_next()))
    (left, x), (right, y) = sessions
    assert [left.run(x), right.run(y), left.run(x), right.run(y)] == [0, 0, 1, 1]


def test_a_pipeline_does_not_wait_for_control_dependencies() -> None:
    with Graph().as_default() as graph:
        other = graph.constant(1.0)
        with graph.control_dependencies([other]):
            x = Dataset.range(1).make_one_shot_iterator().get_next()
    assert x.op.control_inputs == ()


def test_threads_get_each_element_once() -> None:
    source = Dataset.range(3000).batch(2).source()
    found: list[int] = []

    def pull() -> None:
        while (element := source.pull()) is not None:
            found.extend(element[0].tolist())

    threads = [threading.Thread(target=pull) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(3000))


def test_all_iterators_of_a_graph_are_saved_together() -> None:
    def build() -> tuple[Graph, list[object]]:
        with Graph().as_default() as graph:
            return graph, [Dataset.range(9).shuffle(9).make_one_shot_iterator().get_next() for _ in range(2)]

    graph, tensors = build()
    session, saved = Session(graph=graph), sources_of(graph)
    session.run(tensors)
    session.run(tensors[0])
    other_graph, other_tensors = build()
    restored = sources_of(other_graph)
    assert saved is not None and restored is not None
    assert restored.fingerprint() == saved.fingerprint()
    restored.restore(saved.state())
    assert Session(graph=other_graph).run(other_tensors) == session.run(tensors)


def test_a_state_of_other_iterators_is_refused() -> None:
    with Graph().as_default() as graph:
        Dataset.range(9).make_one_shot_iterator()
    found = sources_of(graph)
    assert found is not None
    with pytest.raises(DataLossError, match=r"\['other'\], this graph has \['iterator_0'\]"):
        found.restore({"other": {}})


@pytest.mark.parametrize(
    "state", [3, [1], {"iterator_0": 3}, {"iterator_0": {"stage": {}}}, {"iterator_0": []}]
)
def test_a_damaged_state_is_refused(state: Any) -> None:
    with Graph().as_default() as graph:
        Dataset.range(9).shuffle(3).batch(2).make_one_shot_iterator()
    found = sources_of(graph)
    assert found is not None
    with pytest.raises(DataLossError):
        found.restore(state)


def test_a_restarted_group_begins_at_the_first_element() -> None:
    with Graph().as_default() as graph:
        x = Dataset.range(1).make_one_shot_iterator().get_next()
    found, session = sources_of(graph), Session(graph=graph)
    session.run(x)
    with pytest.raises(OutOfRangeError):
        session.run(x)
    assert found is not None and found.restart()
    assert session.run(x) == 0


def test_a_graph_without_iterators_has_no_sources() -> None:
    assert sources_of(Graph()) is None


def test_batches_handed_out_cannot_change_the_data() -> None:
    data = np.arange(4.0)
    (element,) = Dataset.from_tensors(data).source().get_next()
    with pytest.raises(ValueError, match="read-only"):
        element[0] = 5.0


def test_a_source_that_is_rewound_gives_the_next_pass_in_an_order_of_its_own() -> None:
    source = Dataset.range(32).shuffle(32, seed=1).source()
    passes = []
    for _ in range(2):
        passes.append([int(source.get_next()[0]) for _ in range(32)])
        source.rewind()
    assert sorted(passes[0]) == sorted(passes[1]) == list(range(32))
    assert passes[0] != passes[1]
