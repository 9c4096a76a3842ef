"""tf.config: what there is, and what cannot be changed about it.

Lists, texts of refusals and what is set at first are those of TensorFlow 2.15 on a machine without a GPU.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from estimator import tf
from estimator.core import log
from estimator.runtime.blas import wanted_threads
from estimator.settings import devices

CPU = tf.config.PhysicalDevice(name="/physical_device:CPU:0", device_type="CPU")


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test sets, another does not see."""
    monkeypatch.setattr(devices, "_threads", dict(devices._threads))
    monkeypatch.setattr(devices, "_optimizer", dict(devices._optimizer))
    yield


def test_there_is_one_processor_and_no_gpu() -> None:
    config = tf.config
    assert config.list_physical_devices() == config.experimental.list_physical_devices("CPU") == [CPU]
    assert config.get_visible_devices() == config.list_physical_devices(device_type="CPU") == [CPU]
    assert config.list_physical_devices("GPU") == config.experimental.list_physical_devices("TPU") == []
    assert config.list_logical_devices() == [config.LogicalDevice("/device:CPU:0", "CPU")]
    assert config.list_logical_devices("GPU") == []
    assert config.get_logical_device_configuration(CPU) is None


def test_what_scripts_say_of_gpus_before_they_train_changes_nothing() -> None:
    for gpu in tf.config.experimental.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)
    tf.config.set_visible_devices([], "GPU")
    tf.config.set_visible_devices(CPU)
    tf.config.set_visible_devices(devices=[CPU], device_type="CPU")
    tf.config.set_soft_device_placement(True)
    tf.config.run_functions_eagerly(False)
    tf.config.set_logical_device_configuration(CPU, [tf.config.LogicalDeviceConfiguration(memory_limit=100)])
    assert tf.config.get_soft_device_placement()
    assert not tf.config.functions_run_eagerly()


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (
            "set_visible_devices(['x'])",
            ValueError,
            r"Unrecognized device: 'x'; there is PhysicalDevice\(name=",
        ),
        ("set_visible_devices([CPU], 'GPU')", ValueError, "PhysicalDevice.* is not of the type 'GPU'"),
        ("set_visible_devices([], 'CPU')", tf.errors.UnimplementedError, "cannot be hidden"),
        ("set_visible_devices([])", tf.errors.UnimplementedError, "all operations run on the CPU"),
        (
            "experimental.set_memory_growth(CPU, True)",
            ValueError,
            "Cannot set memory growth on non-GPU and non-Plug",
        ),
        ("experimental.get_memory_growth(CPU)", ValueError, "said of GPUs, given: PhysicalDevice"),
        ("experimental.set_memory_growth('GPU:0', True)", ValueError, "Unrecognized device: 'GPU:0'"),
        ("get_logical_device_configuration(3)", ValueError, "Unrecognized device: 3"),
        ("set_logical_device_configuration(CPU, [1, 2])", tf.errors.UnimplementedError, "is not divided"),
        ("run_functions_eagerly(True)", tf.errors.UnimplementedError, "run it in a tf.Session"),
        ("threading.set_intra_op_parallelism_threads(-1)", ValueError, "0 or more; given: -1"),
        ("threading.set_inter_op_parallelism_threads('2')", ValueError, "given: '2'"),
        ("list_physical_devices(device='GPU')", TypeError, "Did you mean 'device_type'"),
    ],
)
def test_what_asks_for_something_else_is_refused(call: str, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        eval(f"tf.config.{call}", {"tf": tf, "CPU": CPU})  # noqa: S307  those above


def test_placement_that_must_hold_is_a_warning_once(caplog: pytest.LogCaptureFixture) -> None:
    log._calls.clear()
    for _ in range(2):
        tf.config.set_soft_device_placement(enabled=False)
    (record,) = caplog.records
    assert "all operations run on the CPU all the same" in record.getMessage()
    assert tf.config.get_soft_device_placement()


def test_threads_of_matrix_products_are_those_of_the_session_or_of_the_program() -> None:
    threading = tf.config.threading
    assert (threading.get_intra_op_parallelism_threads(), threading.get_inter_op_parallelism_threads()) == (
        0,
        0,
    )
    threading.set_intra_op_parallelism_threads(3)
    threading.set_inter_op_parallelism_threads(num_threads=4)
    assert (threading.get_intra_op_parallelism_threads(), threading.get_inter_op_parallelism_threads()) == (
        3,
        4,
    )
    assert wanted_threads() == wanted_threads(tf.ConfigProto()) == 3
    assert wanted_threads(tf.ConfigProto(intra_op_parallelism_threads=2)) == 2


def test_what_is_said_of_compilers_is_noted() -> None:
    optimizer = tf.config.optimizer
    first = {"disable_model_pruning": False, "disable_meta_optimizer": False}
    assert (optimizer.get_jit(), optimizer.get_experimental_options()) == ("", first)
    optimizer.set_jit(True)
    optimizer.set_experimental_options({"constant_folding": False})
    assert optimizer.get_jit() == "autoclustering"
    assert optimizer.get_experimental_options() == first | {"constant_folding": False}
    optimizer.set_jit(False)
    assert optimizer.get_jit() == ""
