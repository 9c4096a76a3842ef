"""Where tensorflow's modules are found, and what is said of those that are not there."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from estimator import tf
from estimator.cli.private_modules import PRIVATE_NAMES, private_modules
from estimator.cli.tensorflow_imports import TENSORFLOW, answer_for_tensorflow
from estimator.core.facade import name_table
from estimator.formats import messages

DATA = Path(__file__).parents[1] / "data"
# Functions that public ones are made of: nobody asks for them there.
UNDER_A_WRAPPER = frozenset(
    "_irfft _rfft convert_to_tensor_v1_with_dispatch softmax_cross_entropy_with_logits_v2_helper strings_split_v1".split()
)


def _of_tensorflow(name: str) -> bool:
    return name.partition(".")[0] in TENSORFLOW


@pytest.fixture
def without_tensorflow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing of tensorflow's is loaded, and what the test loads is gone after it."""
    before = {name: module for name, module in sys.modules.items() if _of_tensorflow(name)}
    for name in before:
        del sys.modules[name]
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    yield
    for name in filter(_of_tensorflow, list(sys.modules)):
        del sys.modules[name]
    _forget_what_imports_leave()
    sys.modules.update(before)


def _forget_what_imports_leave() -> None:
    """Modules keep those below them as attributes, and what has some is a package."""
    for module in [module for name, module in sys.modules.items() if name.startswith("estimator.tf")]:
        for name in {"python", "core"} & vars(module).keys():
            delattr(module, name)
        if getattr(module, "__path__", None) == []:
            del module.__path__


@pytest.fixture
def tensorflow(without_tensorflow: None) -> Any:  # its attributes are looked up
    answer_for_tensorflow()
    return import_module("tensorflow")


def test_public_modules_are_those_of_tf(tensorflow: ModuleType) -> None:
    assert tensorflow is tf
    assert import_module("tensorflow.compat.v1") is tf.compat.v1
    assert import_module("tensorflow.contrib.layers") is tf.contrib.layers
    assert import_module("tensorflow.nn.rnn_cell") is tf.nn.rnn_cell
    assert import_module("tensorflow_estimator").estimator is import_module("tensorflow_estimator.estimator")
    assert import_module("tensorflow_estimator").estimator.Estimator is tf.estimator.Estimator
    assert import_module("tensorflow_estimator.compat.v1").estimator is tf.estimator


@pytest.mark.parametrize(
    ("module", "name", "value"),
    [
        ("tensorflow.python.ops.array_ops", "concat", tf.concat),
        ("tensorflow.python.ops.math_ops", "reduce_std", tf.math.reduce_std),
        ("tensorflow.python.ops.nn", "softmax", tf.nn.softmax),
        ("tensorflow.python.ops.rnn_cell_impl", "LSTMCell", tf.nn.rnn_cell.LSTMCell),
        ("tensorflow.python.ops.metrics_impl", "mean", tf.metrics.mean),
        ("tensorflow.python.ops.init_ops", "Zeros", tf.initializers.zeros),
        ("tensorflow.python.ops.init_ops", "zeros_initializer", tf.zeros_initializer),
        ("tensorflow.python.ops.losses.losses_impl", "absolute_difference", tf.losses.absolute_difference),
        ("tensorflow.python.framework.ops", "Tensor", tf.Tensor),
        ("tensorflow.python.framework.dtypes", "float32", tf.float32),
        ("tensorflow.python.framework.errors_impl", "OutOfRangeError", tf.errors.OutOfRangeError),
        ("tensorflow.python.layers.core", "dense", tf.layers.dense),
        ("tensorflow.python.platform.tf_logging", "info", tf.logging.info),
        ("tensorflow.python.platform", "gfile", None),
        ("tensorflow.python.training.adam", "AdamOptimizer", tf.train.AdamOptimizer),
        ("tensorflow.python.training.session_run_hook", "SessionRunHook", tf.train.SessionRunHook),
        ("tensorflow.python.summary.summary", "scalar", tf.summary.scalar),
        ("tensorflow.python.util.nest", "map_structure", tf.nest.map_structure),
        ("tensorflow.python.data.ops.dataset_ops", "DatasetV1", tf.data.Dataset),
        ("tensorflow.python.lib.io.file_io", "file_exists", tf.gfile.Exists),
        ("tensorflow.python.lib.io.file_io", "GFile", tf.gfile.GFile),
        ("tensorflow.python.estimator.canned.dnn", "DNNClassifier", tf.estimator.DNNClassifier),
        ("tensorflow.python.estimator.inputs.numpy_io", "numpy_input_fn", tf.estimator.inputs.numpy_input_fn),
        ("tensorflow_estimator.python.estimator.model_fn", "EstimatorSpec", tf.estimator.EstimatorSpec),
        ("tensorflow_estimator.python.estimator.estimator", "EstimatorV2", tf.estimator.Estimator),
        (
            "tensorflow.contrib.layers.python.layers.layers",
            "fully_connected",
            tf.contrib.layers.fully_connected,
        ),
        (
            "tensorflow.contrib.learn.python.learn.learn_runner",
            "run",
            tf.contrib.learn.learn_runner.run,
        ),
        (
            "tensorflow.contrib.learn.python.learn.learn_io",
            "numpy_input_fn",
            tf.contrib.learn.io.numpy_input_fn,
        ),
        (
            "tensorflow.contrib.learn.python.learn.estimators.model_fn",
            "ModelFnOps",
            tf.contrib.learn.ModelFnOps,
        ),
        ("tensorflow.contrib.crf.python.ops.crf", "crf_decode", tf.contrib.crf.crf_decode),
        ("tensorflow.core.framework.graph_pb2", "GraphDef", messages.GraphDef),
        ("tensorflow.core.example.example_pb2", "Example", messages.Example),
        ("tensorflow.core.protobuf.rewriter_config_pb2", "RewriterConfig", messages.RewriterConfig),
    ],
)
def test_a_name_inside_tensorflow_is_the_public_one(
    module: str, name: str, value: object, tensorflow: ModuleType
) -> None:
    found = getattr(import_module(module), name)
    assert isinstance(found, ModuleType) if value is None else found is value


def _public(name: str) -> object:
    """The value of ``tf.x.y``, or None."""
    try:
        return functools.reduce(getattr, name.split(".")[1:], tf)
    except AttributeError:
        return None


def test_a_name_where_tensorflow_defines_it_is_what_it_is_publicly(tensorflow: ModuleType) -> None:
    """tests/data/tf/homes.json has the modules of TensorFlow 2.15.1, by tests/interop/tf_homes.py."""
    homes = json.loads((DATA / "tf" / "homes.json").read_text())
    wrong, right = [], 0
    for module, names in homes.items():
        if module not in private_modules():
            continue  # of what is not here, or of TensorFlow 2 alone
        for name, public in names.items():
            values = [value for value in map(_public, public) if value is not None]
            found = getattr(import_module(module), name, None)
            if values and name not in UNDER_A_WRAPPER:
                right += any(found is value for value in values)
                wrong += [] if any(found is value for value in values) else [f"{module}.{name}: {public}"]
    assert not wrong, "\n".join(wrong)
    assert right > 800


def test_a_module_gives_its_public_names_to_who_takes_all(tensorflow: ModuleType) -> None:
    taken: dict[str, Any] = {}
    exec("from tensorflow.python.ops.rnn_cell import *", taken)
    assert taken["RNNCell"] is tensorflow.nn.rnn_cell.RNNCell and "_concat" not in taken
    assert "Estimator" not in taken  # tf as a whole is asked for single names alone


def test_keras_has_its_layers_wherever_they_are_looked_for(tensorflow: ModuleType) -> None:
    public = import_module("tensorflow.keras.layers")
    for module in (
        "python.keras.layers",
        "python.keras.layers.core",
        "contrib.keras.layers",
        "compat.v1.keras.layers",
    ):
        found: Any = tensorflow
        for part in module.split("."):
            found = getattr(found, part)
        assert found.Dense is public.Dense, module
    assert import_module("tensorflow.python.keras.engine.base_layer").Layer is public.Layer


def test_modules_inside_tensorflow_are_attributes_too(tensorflow: Any) -> None:
    assert tensorflow.python.ops.array_ops.concat is tf.concat
    module = import_module("tensorflow.python.ops")
    assert module.gradients is import_module(
        "tensorflow.python.ops.gradients"
    )  # not the function of that name
    assert module.gradients.gradients is tf.gradients


def test_a_module_has_those_that_it_imports(tensorflow: Any) -> None:
    assert tensorflow.python.ops.rnn.rnn_cell_impl is import_module("tensorflow.python.ops.rnn_cell_impl")
    assert tensorflow.python.training.optimizer.ops is import_module("tensorflow.python.framework.ops")
    assert tensorflow.python.training.optimizer.nest is import_module("tensorflow.python.util.nest")


def test_every_private_name_is_there(tensorflow: ModuleType) -> None:
    for module, table in PRIVATE_NAMES.items():
        for name, (home, own) in name_table(table).items():
            value = getattr(import_module(home), own)
            assert getattr(import_module(f"tensorflow.{module}"), name) is value


def test_every_listed_module_has_names_or_modules(tensorflow: ModuleType) -> None:
    for path, namespaces in private_modules().items():
        module = import_module(path)
        assert module.__name__ == path
        has_names = namespaces or path.removeprefix("tensorflow.") in PRIVATE_NAMES
        assert has_names or any(other.startswith(f"{path}.") for other in private_modules())


@pytest.mark.parametrize(
    ("module", "answer"),
    [
        (
            "tensorflow.mixed_precision",
            "No module named 'tensorflow.mixed_precision': .*TensorFlow's, and not here yet",
        ),
        (
            "tensorflow.python.keras.mixed_precision",
            "No module named 'tensorflow.python.keras.mixed_precision': it is not here",
        ),
        ("tensorflow.python.ops.aray_ops", "Did you mean 'tensorflow.python.ops.array_ops'"),
        ("tensorflow.compat.v2", "No module named 'tensorflow.compat.v2'"),
        ("tensorflow.Graph", "No module named 'tensorflow.Graph'; it is a name of its parent."),
        ("tensorflow_estimator.python.nothing", "docs/not_here.md"),
    ],
)
def test_a_module_that_is_not_here_says_so(module: str, answer: str, tensorflow: ModuleType) -> None:
    with pytest.raises(ModuleNotFoundError, match=answer):
        import_module(module)


@pytest.mark.parametrize(
    ("module", "name", "answer"),
    [
        ("tensorflow.python.ops.array_ops", "concta", "Did you mean 'concat'"),
        ("tensorflow.python.ops", "my_ops", "module 'tensorflow.python.ops' has no attribute 'my_ops'"),
        ("tensorflow.core.framework.graph_pb2", "NoDef", "docs/not_here.md"),
    ],
)
def test_a_name_that_is_not_here_says_so(module: str, name: str, answer: str, tensorflow: ModuleType) -> None:
    with pytest.raises(AttributeError, match=answer):
        getattr(import_module(module), name)


def test_other_imports_are_left_alone(tensorflow: ModuleType) -> None:
    with pytest.raises(ModuleNotFoundError, match="No module named 'tensorflow_of_nobody'$"):
        import_module("tensorflow_of_nobody")


@pytest.mark.parametrize("name", TENSORFLOW)
def test_tensorflow_that_is_loaded_already_is_refused(name: str, without_tensorflow: None) -> None:
    sys.modules[name] = ModuleType(name)
    finders = list(sys.meta_path)
    with pytest.raises(ImportError, match=f"{name} is loaded already, from nowhere: start Python anew"):
        answer_for_tensorflow()
    assert sys.meta_path == finders
