"""TF_CONFIG: every row was printed by TensorFlow 2.15.1's RunConfig from the same JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from estimator.core.errors import UsageError
from estimator.settings.cluster import Cluster, ClusterSpec, parse

THREE_JOBS = {"chief": ["h0:1"], "ps": ["h1:1", "h2:1"], "worker": ["h3:1", "h4:1"]}
ALONE = {"chief": ["h0:1"]}
LEGACY = {"master": ["h0:1"], "worker": ["h1:1"]}


def _read(document: Any) -> Cluster:
    return parse(json.dumps(document))


def _of(cluster: dict[str, Any], task_type: str, index: Any) -> Cluster:
    return _read({"cluster": cluster, "task": {"type": task_type, "index": index}})


# cluster, type, index -> is_chief, master, ps, workers, global id, device filters
PLACES = [
    (THREE_JOBS, "chief", 0, True, "grpc://h0:1", 2, 3, 0, ("/job:ps", "/job:chief")),
    (THREE_JOBS, "worker", 1, False, "grpc://h4:1", 2, 3, 2, ("/job:ps", "/job:worker/task:1")),
    (
        THREE_JOBS,
        "ps",
        1,
        False,
        "grpc://h2:1",
        2,
        3,
        4,
        ("/job:ps", "/job:worker", "/job:chief", "/job:master"),
    ),
    (ALONE, "chief", 0, True, "", 0, 1, 0, ("/job:ps", "/job:chief")),
    (ALONE | {"ps": ["h1:1"]}, "chief", 0, True, "grpc://h0:1", 1, 1, 0, ("/job:ps", "/job:chief")),
    (LEGACY, "master", 0, True, "grpc://h0:1", 0, 2, 0, ("/job:ps", "/job:master")),
    ({"master": ["h0:1"]}, "master", 0, True, "", 0, 1, 0, ("/job:ps", "/job:master")),
]


@pytest.mark.parametrize("row", PLACES, ids=lambda row: f"{row[1]}_{row[2]}_of_{'_'.join(row[0])}")
def test_a_task_of_a_cluster_knows_its_place(row: Any) -> None:
    spec, task_type, index, is_chief, master, num_ps, num_workers, global_id, filters = row
    found = _of(spec, task_type, index)
    assert (found.task_type, found.task_id, found.is_chief, found.master) == (
        task_type,
        index,
        is_chief,
        master,
    )
    assert (found.num_ps_replicas, found.num_worker_replicas, found.global_id) == (
        num_ps,
        num_workers,
        global_id,
    )
    assert found.device_filters == filters
    assert found.spec == spec


@pytest.mark.parametrize("document", [{}, {"task": {"type": "worker", "index": 0}}, {"cluster": {}}])
def test_without_a_cluster_the_process_is_worker_0_and_chief(document: dict[str, Any]) -> None:
    assert _read(document) == parse(None) == Cluster()


def test_an_evaluator_sees_no_cluster() -> None:
    found = _of(THREE_JOBS, "evaluator", 3)
    assert (found.task_type, found.task_id, found.is_chief, found.master) == ("evaluator", 3, False, "")
    assert (found.num_ps_replicas, found.num_worker_replicas, found.global_id) == (0, 0, None)
    assert (found.spec, found.device_filters) == ({}, ())


def test_an_index_may_be_text() -> None:
    assert _of(THREE_JOBS, "worker", "1").task_id == 1


def test_tasks_may_be_numbered() -> None:
    numbered = {"chief": {"0": "h0:1"}, "worker": {"1": "h3:1"}}
    found = _of(numbered, "worker", 1)
    assert (found.master, found.num_worker_replicas, found.global_id) == ("grpc://h3:1", 2, 2)
    assert found.spec == {"chief": ["h0:1"], "worker": {1: "h3:1"}}


def test_service_and_session_masters_are_handed_through() -> None:
    found = _read({"service": {"a": 1}, "session_master": "grpc://a", "eval_session_master": "grpc://b"})
    assert (found.service, found.master, found.evaluation_master) == ({"a": 1}, "grpc://a", "grpc://b")


def test_in_a_cluster_session_master_replaces_the_address() -> None:
    document = {"cluster": THREE_JOBS, "task": {"type": "worker", "index": 0}, "session_master": "grpc://a"}
    found = _read(document | {"eval_session_master": "grpc://b"})
    assert (found.master, found.evaluation_master) == ("grpc://a", "")


PROBLEMS = [
    ({"cluster": {"worker": ["h0:1"]}, "task": {"type": "worker", "index": 0}},
     'If "cluster" is set in TF_CONFIG, it must have one "chief" node.'),
    ({"cluster": {"chief": ["h0:1", "h1:1"]}, "task": {"type": "chief", "index": 0}},
     'The "cluster" in TF_CONFIG must have only one "chief" node.'),
    ({"cluster": {"master": ["h0:1", "h1:1"]}, "task": {"type": "master", "index": 0}},
     'The "cluster" in TF_CONFIG must have only one "master" node.'),
    ({"cluster": THREE_JOBS, "task": {"index": 0}}, 'If "cluster" is set in TF_CONFIG, task type must be set.'),
    ({"cluster": THREE_JOBS, "task": {"type": "chief"}}, 'If "cluster" is set in TF_CONFIG, task index must be set.'),
    ({"cluster": THREE_JOBS, "task": {"type": "worker", "index": -1}}, "Task index must be non-negative number."),
    ({"cluster": THREE_JOBS, "task": {"type": "worker", "index": "one"}}, "must be a number, given: 'one'."),
    ({"cluster": THREE_JOBS, "task": {"type": "foo", "index": 0}},
     f"foo is not a valid task_type in the cluster_spec:\nClusterSpec({THREE_JOBS})\n\n"
     "Note that these values may be coming from the TF_CONFIG environment variable."),
    ({"cluster": THREE_JOBS, "task": {"type": "worker", "index": 9}},
     "9 is not a valid task_id for task_type worker in the cluster_spec:\n"),
    ({"task": {"type": "ps", "index": 0}}, 'If "cluster" is not set in TF_CONFIG, task type must be WORKER.'),
    ({"task": {"type": "worker", "index": 1}}, 'If "cluster" is not set in TF_CONFIG, task index must be 0.'),
    ({"cluster": {"chief": ["h0:1"], "master": ["h1:1"]}, "task": {"type": "chief", "index": 0}},
     "If `master` node exists in `cluster`, job `chief` is not supported."),
    ({"cluster": LEGACY, "task": {"type": "evaluator", "index": 0}},
     "If `master` node exists in `cluster`, task_type `evaluator` is not supported."),
    ({"service": "x"}, "If \"service\" is set in TF_CONFIG, it must be a dict. Given <class 'str'>"),
    ({"model_dir": ""}, "model_dir in TF_CONFIG should be non-empty."),
    ({"model_dir": 3}, "model_dir in TF_CONFIG should be a string, given: 3."),
    ({"cluster": ["h0:1"]}, "\"cluster\" in TF_CONFIG must be an object, given: ['h0:1']."),
    ({"cluster": {"chief": "h0:1"}, "task": {"type": "chief", "index": 0}},
     "the tasks of job 'chief' should be a list of addresses, given: 'h0:1'."),
    ({"cluster": {"chief": [1]}, "task": {"type": "chief", "index": 0}}, "given: [1]."),
    ({"task": ["worker"]}, "\"task\" in TF_CONFIG must be an object, given: ['worker']."),
    ([1], "TF_CONFIG must be a JSON object, given: [1]"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "sentence"), PROBLEMS, ids=[row[1][:50] for row in PROBLEMS])
def test_what_is_wrong_is_said_in_tensorflows_words(document: Any, sentence: str) -> None:
    with pytest.raises(ValueError) as caught:
        _read(document)
    assert sentence in str(caught.value)


def test_all_problems_come_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        _read({"cluster": {"worker": ["h0:1"]}, "task": {"type": "foo"}, "service": 3, "model_dir": ""})
    assert len(caught.value.problems) == 5


@pytest.mark.parametrize(
    ("text", "position"), [('{"cluster": ', "line 1 column 13"), ("", "line 1 column 1")]
)
def test_what_is_no_json_is_named_with_its_position(text: str, position: str) -> None:
    with pytest.raises(ValueError, match="environment variable TF_CONFIG is not JSON") as caught:
        parse(text)
    assert position in str(caught.value)
    assert "unset it" in str(caught.value)


def test_a_cluster_spec_answers_as_tensorflows_does() -> None:
    spec = ClusterSpec(THREE_JOBS)
    assert (spec.jobs, spec.num_tasks("ps"), spec.job_tasks("ps")) == (
        ["chief", "ps", "worker"],
        2,
        THREE_JOBS["ps"],
    )
    assert (spec.task_indices("worker"), spec.as_dict()) == ([0, 1], THREE_JOBS)
    with pytest.raises(ValueError, match="task 5 of job 'ps' is not in ClusterSpec"):
        spec.task_address("ps", 5)


def test_a_cluster_answers_as_tensorflows() -> None:
    spec = ClusterSpec({"ps": ["a:1", "b:1"], "worker": {1: "w:2"}})
    assert (spec.jobs, spec.num_tasks("ps"), spec.task_indices("worker")) == (["ps", "worker"], 2, [1])
    assert (spec.job_tasks("worker"), spec.task_address("ps", 1)) == ([None, "w:2"], "b:1")
    assert spec.as_dict() == {"ps": ["a:1", "b:1"], "worker": {1: "w:2"}}
    assert ClusterSpec(spec) == spec and not ClusterSpec({})
    assert ClusterSpec({"a": ["x"]}) == ClusterSpec({"a": {0: "x"}})


def test_jobs_that_are_not_there_are_refused_with_those_that_are() -> None:
    spec = ClusterSpec({"ps": ["a:1"]})
    for ask in (spec.num_tasks, spec.task_indices, spec.job_tasks, lambda job: spec.task_address(job, 0)):
        with pytest.raises(ValueError, match="no such job in cluster: 'worker'. It has ps"):
            ask("worker")
    with pytest.raises(TypeError, match="a cluster should be a dict .* given: 3"):
        ClusterSpec(3)  # type: ignore[arg-type]


def test_a_cluster_is_a_message_and_back() -> None:
    spec = ClusterSpec({"worker": ["h1:1", "h2:1"], "chief": {3: "h0:1"}})
    message = spec.as_cluster_def()
    # str(tf.train.ClusterSpec(...).as_cluster_def()) of TensorFlow 2.15.1
    assert (
        str(message).split()
        == (
            'job { name: "chief" tasks { key: 3 value: "h0:1" } } '
            'job { name: "worker" tasks { key: 0 value: "h1:1" } tasks { key: 1 value: "h2:1" } }'
        ).split()
    )
    assert ClusterSpec(message).as_dict() == spec.as_dict()


# -- processes that a launcher has connected -----------------------------------------------------------------------------

TWO = {"chief": ["h0:1"], "worker": ["h1:1"]}


@pytest.mark.parametrize(
    ("rank", "task"), [(0, ("chief", 0, True)), (1, ("worker", 0, False)), (2, ("worker", 1, False))]
)
def test_without_tf_config_the_rank_says_which_process_it_is(rank: int, task: tuple[str, int, bool]) -> None:
    found = parse(None, rank, 3)
    assert (found.task_type, found.task_id, found.is_chief) == task
    assert (found.global_id, found.num_worker_replicas, found.master) == (rank, 3, "")
    assert found.is_of_launcher and found.spec.num_tasks("worker") == 2


@pytest.mark.parametrize("rank", [0, 1])
def test_a_cluster_without_a_task_gets_it_by_the_rank(rank: int) -> None:
    found = parse(json.dumps({"cluster": TWO}), rank, 2)
    assert (found.global_id, found.is_chief, found.is_of_launcher) == (rank, rank == 0, False)
    same = parse(json.dumps({"cluster": TWO, "task": {"type": found.task_type, "index": 0}}), rank, 2)
    assert same == found


@pytest.mark.parametrize(
    ("given", "rank", "size", "text"),
    [
        (
            {"cluster": TWO, "task": {"type": "worker", "index": 0}},
            0,
            2,
            "worker 0, which is number 1, but it is rank 0 of 2",
        ),
        (
            {"cluster": TWO, "task": {"type": "chief", "index": 0}},
            0,
            3,
            "has 2 processes that train .* rank 0 of 3",
        ),
        (
            {"cluster": TWO, "task": {"type": "evaluator", "index": 0}},
            1,
            2,
            "rank 1 of 2 .*the evaluator by itself",
        ),
        (
            {"cluster": {**TWO, "ps": ["p:1"]}, "task": {"type": "chief", "index": 0}},
            0,
            2,
            "1 parameter servers",
        ),
        (
            {"cluster": {**TWO, "ps": ["p:1"]}, "task": {"type": "ps", "index": 0}},
            1,
            2,
            "gradients are summed",
        ),
    ],
)
def test_a_cluster_that_is_not_that_of_the_launcher_is_told_with_both(
    given: dict[str, Any], rank: int, size: int, text: str
) -> None:
    with pytest.raises(UsageError, match=text):
        parse(json.dumps(given), rank, size)
