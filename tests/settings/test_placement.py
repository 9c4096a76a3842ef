"""Which task keeps a variable; the expectations are TensorFlow 2.15.1's answers to the same calls."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from estimator import tf

CLUSTER = {"ps": ["a:1", "b:1"], "worker": ["w:2"]}


def _devices(**arguments: Any) -> list[str]:
    """Where three variables and a constant go."""
    setter = tf.train.replica_device_setter(**arguments)
    with tf.Graph().as_default(), tf.device(setter):
        variables = [tf.get_variable(name, [2]) for name in "uvw"]
        return [*(variable.op.device for variable in variables), tf.constant(1).op.device]


@pytest.mark.parametrize(
    ("arguments", "devices"),
    [
        ({"ps_tasks": 2}, ["/job:ps/task:0", "/job:ps/task:1", "/job:ps/task:0", "/job:worker"]),
        ({"cluster": CLUSTER}, ["/job:ps/task:0", "/job:ps/task:1", "/job:ps/task:0", "/job:worker"]),
        (
            {"cluster": tf.train.ClusterSpec(CLUSTER), "worker_device": "/job:worker/task:0"},
            ["/job:ps/task:0", "/job:ps/task:1", "/job:ps/task:0", "/job:worker/task:0"],
        ),
        (
            {"ps_tasks": 3, "ps_strategy": lambda op: len(op.name), "ps_device": "/job:ps/cpu:0"},
            ["/job:ps/task:1/device:CPU:0"] * 3 + ["/job:worker"],
        ),
        ({"ps_tasks": 2, "ps_ops": ["Const"]}, ["/job:worker"] * 3 + ["/job:ps/task:"]),
        ({"ps_tasks": 2, "ps_device": ""}, ["/job:worker"] * 4),
    ],
)
def test_variables_go_to_parameter_servers_in_turn(arguments: dict[str, Any], devices: list[str]) -> None:
    found = _devices(**arguments)
    assert found[:3] == devices[:3] and found[3].startswith(devices[3])


@pytest.mark.parametrize("arguments", [{}, {"cluster": {}}, {"cluster": {"worker": ["w:2"]}}])
def test_without_parameter_servers_nothing_needs_a_device(arguments: dict[str, Any]) -> None:
    assert tf.train.replica_device_setter(**arguments) is None
    assert _devices(**arguments) == [""] * 4


@pytest.mark.parametrize(
    ("merge", "device"), [(True, "/job:ps/task:0/device:CPU:1"), (False, "/device:CPU:1")]
)
def test_blocks_around_an_operation_count_too_or_alone(merge: bool, device: str) -> None:
    setter = tf.train.replica_device_setter(ps_tasks=1, merge_devices=merge)
    with tf.Graph().as_default(), tf.device(setter), tf.device("/cpu:1"):
        assert tf.get_variable("v", [2]).op.device == device


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cluster": 3}, "a cluster should be a dict"),
        ({"ps_tasks": 2, "ps_strategy": 3}, "ps_strategy must be callable, given: 3"),
    ],
)
def test_what_is_no_cluster_or_strategy_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        tf.train.replica_device_setter(**arguments)


def test_the_least_loaded_task_gets_the_next_variable() -> None:
    strategy = tf.contrib.training.GreedyLoadBalancingStrategy(2, tf.contrib.training.byte_size_load_fn)
    with tf.Graph().as_default(), tf.device(tf.train.replica_device_setter(2, ps_strategy=strategy)):
        shapes = {"large": [10, 3], "small": [4], "half": [7], "last": [1]}
        devices = [
            tf.get_variable(name, shape, tf.float16 if name == "half" else tf.float32).op.device
            for name, shape in shapes.items()
        ]
    assert [device[-1] for device in devices] == ["0", "1", "1", "1"]


def test_a_variable_weighs_its_bytes() -> None:
    load = tf.contrib.training.byte_size_load_fn
    assert load(tf.get_variable("v", [10, 3], tf.float64).op) == 240
    assert load(tf.zeros([2, 3]).op) == 24
    with pytest.raises(ValueError, match=r"Op unstack must have a single output, and has 2"):
        load(tf.unstack(tf.zeros([2]))[0].op)
    with pytest.raises(ValueError, match=r"the size of Placeholder is not known: its shape is \(\?, 2\)"):
        load(tf.placeholder(tf.float32, [None, 2]).op)


def test_a_name_always_goes_to_the_same_task() -> None:
    first, again, other = (tf.contrib.training.RandomStrategy(5, seed) for seed in (0, 0, 1))
    ops = [tf.no_op(name=f"op_{number}") for number in range(40)]
    tasks = [first(op) for op in ops]
    assert set(tasks) == set(range(5))
    assert tasks == [again(op) for op in ops]
    assert tasks != [other(op) for op in ops]
    # the MD5 sum of b"op_0_0", modulo 5
    assert tasks[0] == int.from_bytes(hashlib.md5(b"op_0_0").digest(), "big") % 5
