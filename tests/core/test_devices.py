from __future__ import annotations

import pytest

from estimator.core.devices import canonical, merged


@pytest.mark.parametrize(
    ("name", "written"),  # what tf.device(name) leaves on an operation of TensorFlow 2.15
    [
        ("/cpu:0", "/device:CPU:0"),
        ("cpu:0", "/device:CPU:0"),
        ("/gpu:1", "/device:GPU:1"),
        ("/device:GPU:*", "/device:GPU:*"),
        ("/job:ps/task:0", "/job:ps/task:0"),
        ("/job:worker/replica:0/task:3/device:CPU:0", "/job:worker/replica:0/task:3/device:CPU:0"),
        ("", ""),
    ],
)
def test_names_are_written_in_one_way(name: str, written: str) -> None:
    assert canonical(name) == written


def test_the_inner_of_two_names_counts() -> None:
    assert merged("/job:ps/gpu:1", "/cpu:0") == "/job:ps/device:CPU:0"
    assert merged("/job:ps/task:0", "/device:GPU:1") == "/job:ps/task:0/device:GPU:1"


def test_what_is_no_device_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"'/nonsense' is no name of a device: 'nonsense' is none of job:<name>"
    ):
        canonical("/nonsense")
