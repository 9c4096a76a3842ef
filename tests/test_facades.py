"""The public names: each namespace is the module it should be, complete, documented and cheap to import."""

from __future__ import annotations

import ast
import difflib
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from operator import attrgetter
from pathlib import Path
from types import ModuleType

import pytest

import estimator as est
import estimator.tf.compat.v1 as v1
from estimator import tf
from estimator.core.tensorflow_names import tensorflow_names
from estimator.core.version import VERSION
from tests.facade_stubs import RAW_STUB, facades, keras_tables, raw_stub_text, stub_text
from tests.public_names import namespaces, public_names

ROOT = Path(__file__).parents[1]
SNAPSHOT = ROOT / "tests" / "data" / "public_names.txt"
# TensorFlow 1 keeps regularizers and sequence_input_layer in contrib, and examples beside its namespaces.
OURS = (
    "tf.distribute.MultiWorkerMirroredStrategy",  # TensorFlow's from 2.4 on
    "tf.compat",
    "tf.contrib.keras",
    "tf.contrib.predictor.from_checkpoint",
    "tf.examples",
    "tf.keras",  # has the names of TensorFlow 2; tests/interop/test_keras_layers.py compares
    "tf.feature_column.sequence_input_layer",
    "tf.random.set_seed",
    "tf.regularizers",
    "tf.summary.tensorboardx_writer",
)


@pytest.fixture(scope="module", autouse=True)
def _every_module_imported() -> None:
    """An import of a floor must not put its module where a namespace belongs."""
    for each in pkgutil.walk_packages(est.__path__, "estimator."):
        needs_jax = each.name.startswith("estimator.runtime.executors.jax.")
        if not each.name.endswith("__main__") and not (needs_jax and find_spec("jax") is None):
            importlib.import_module(each.name)


def _is_of_a_floor(path: str) -> bool:
    """Whether a namespace is also a package, which keeps its modules."""
    packages = (
        "estimator",
        "estimator.exchange",
        "estimator.experiments",
        "estimator.serving",
        "estimator.sklearn",
    )
    return path in packages or path.startswith("estimator.keras")


def _value(dotted: str) -> object:
    module, _, name = dotted.rpartition(".")
    return getattr(importlib.import_module(module), name)


@pytest.mark.parametrize(
    "name",
    "data errors feature_column initializers layers logging losses math metrics nn random regularizers summary "
    "train".split(),
)
def test_a_namespace_of_the_package_is_that_of_tf(name: str) -> None:
    module = importlib.import_module(f"estimator.tf.{name}")
    assert getattr(est, name) is module
    assert getattr(tf, name) is module


@pytest.mark.parametrize("name", ["inputs", "export"])
def test_inputs_and_export_are_those_of_tf_estimator(name: str) -> None:
    assert getattr(est, name) is importlib.import_module(f"estimator.tf.estimator.{name}")


def test_the_package_has_every_name_of_tf_estimator() -> None:
    different = [
        name for name in tf.estimator.__all__ if getattr(est, name) is not getattr(tf.estimator, name)
    ]
    assert not different


def test_tf_keras_has_every_name_of_keras() -> None:
    for table in keras_tables():
        ours = importlib.import_module(module_of(table))
        mirror = importlib.import_module(ours.__name__.replace("estimator.", "estimator.tf.", 1))
        assert mirror.__all__ == ours.__all__, mirror
        different = [name for name in ours.__all__ if not _same(getattr(ours, name), getattr(mirror, name))]
        assert not different, mirror


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _same(one: object, other: object) -> bool:
    """Whether two names mean one thing; a namespace of tf.keras is a module of its own."""
    if isinstance(one, ModuleType) and isinstance(other, ModuleType):
        return other.__name__ == one.__name__.replace("estimator.", "estimator.tf.", 1)
    return one is other


def test_no_module_of_keras_takes_the_place_of_a_public_name() -> None:
    """A module that is imported becomes an attribute of its package, as `concatenate` would."""
    tables = {module_of(path).rpartition(".")[2] for path in keras_tables()}
    for table in keras_tables():
        modules = {path.stem for path in table.parent.iterdir() if table.name == "__init__.py"}
        names = set(importlib.import_module(module_of(table)).__all__)
        assert not modules & names - tables, table


def test_compat_v1_is_tf_under_another_name() -> None:
    assert tf.compat.v1 is v1
    assert v1.__all__ == tf.__all__
    different = [name for name in tf.__all__ if getattr(v1, name) is not getattr(tf, name)]
    assert not different


@pytest.mark.parametrize("path", facades(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_type_checkers_read_a_stub_that_is_made_from_the_table(path: Path) -> None:
    assert path.with_suffix(".pyi").read_text("utf-8") == stub_text(path), "run `make stub`"


def test_type_checkers_read_raw_ops_in_a_stub_that_is_made_from_the_declarations() -> None:
    assert RAW_STUB.read_text("utf-8") == raw_stub_text(), "run `make stub`"


@pytest.mark.parametrize("path", [path for path in sorted(namespaces()) if not _is_of_a_floor(path)])
def test_a_namespace_keeps_nothing_but_its_names(path: str) -> None:
    module = importlib.import_module(path)
    machinery = {"annotations", "lazy_names"}
    assert {name for name in vars(module) if not name.startswith("_")} - machinery <= set(module.__all__)


@pytest.mark.parametrize("path", sorted(namespaces()))
def test_completion_shows_the_public_names_and_nothing_else(path: str) -> None:
    module = importlib.import_module(path)
    assert [name for name in dir(module) if not name.startswith("__")] == sorted(module.__all__)


def test_every_public_name_is_documented() -> None:
    silent = [
        dotted
        for dotted in public_names()
        if dotted not in ("estimator.tf.newaxis", "estimator.tf.test.mock")  # None, as in numpy; Python's
        and not (inspect.getdoc(_value(dotted)) or "").strip()
    ]
    assert not silent, "\n".join(silent)


def test_public_names_change_only_on_purpose() -> None:
    before = SNAPSHOT.read_text("utf-8").splitlines()
    changes = "\n".join(difflib.unified_diff(before, public_names(), "before", "now", n=0, lineterm=""))
    assert not changes, (
        f"{changes}\nIf that is meant: python tests/public_names.py > {SNAPSHOT.relative_to(ROOT)}, "
        "and look at what you commit."
    )


@pytest.mark.parametrize(
    ("module", "name", "answer"),
    [
        (
            "estimator.tf.train",
            "AdgradOptimizer",
            "module 'estimator.tf.train' has no attribute 'AdgradOptimizer'. Did you mean 'AdagradOptimizer'",
        ),
        (
            "estimator",
            "DNClassifier",
            "module 'estimator' has no attribute 'DNClassifier'. Did you mean 'DNNClassifier'",
        ),
        ("estimator.tf", "reduce_maen", "Did you mean 'reduce_mean'"),
        ("estimator.tf.compat.v1", "placehodler", "Did you mean 'placeholder'"),
        ("estimator.tf.losses", "qqq", "module 'estimator.tf.losses' has no attribute 'qqq'."),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest_ones(module: str, name: str, answer: str) -> None:
    with pytest.raises(AttributeError) as caught:
        getattr(importlib.import_module(module), name)
    assert answer in str(caught.value)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (tf, "LMDBReader"),
        (tf.nn, "ctc_loss"),
        (est, "BoostedTreesClassifier"),
        (est, "lookup"),
        (v1, "lite"),
    ],
)
def test_a_name_that_tensorflow_has_is_not_called_a_mistake(module: ModuleType, name: str) -> None:
    listed = r"What is not here yet is listed in docs/not_here\.md\."
    with pytest.raises(
        AttributeError,
        match=rf"no attribute '{name}': it is TensorFlow's, and not here yet\.( The nearest here: .*\.)? {listed}$",
    ):
        getattr(module, name)


def test_a_name_with_a_successor_says_which() -> None:
    with pytest.raises(AttributeError, match="not here yet; everything is a graph: run it in a tf.Session"):
        tf.enable_eager_execution  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize(
    ("module", "name", "answer"),
    [
        (tf.contrib, "bayesflow", "no attribute 'bayesflow': it is TensorFlow's, and not here yet\\. "),
        (tf.contrib.learn, "DNNClassifier", "not here yet; use tf.estimator.DNNClassifier\\. "),
        (tf.contrib.layers, "gdn", "it is TensorFlow's, and not here yet\\. "),
        (
            tf.contrib.layers,
            "fuly_connected",
            r"Did you mean 'fully_connected'\? TensorFlow has no such name\.$",
        ),
        (tf.contrib.slim, "learnin", "Did you mean 'learning'"),
    ],
)
def test_a_name_of_contrib_is_answered_like_any_other(module: ModuleType, name: str, answer: str) -> None:
    with pytest.raises(AttributeError, match=answer):
        getattr(module, name)


def test_every_public_name_is_tensorflows_or_ours_on_purpose() -> None:
    """A misspelling in a table would be a name that TensorFlow does not have."""
    names = tensorflow_names()
    namespaces_and_names = (dotted.removeprefix("estimator.").rpartition(".") for dotted in public_names())
    unknown = [
        f"{namespace}.{name}"
        for namespace, _, name in namespaces_and_names
        if namespace.startswith("tf") and name not in names.get(namespace, ())
    ]
    assert [dotted for dotted in unknown if not dotted.startswith(OURS)] == []


def _said(source: str) -> Iterator[str]:
    """The texts of a module that are no docstrings: what its errors and warnings are made of."""
    nodes = list(ast.walk(ast.parse(source)))
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def test_a_message_advises_only_what_is_here() -> None:
    of_the_missing = ROOT / "estimator" / "core" / "tensorflow_names.py"
    advised = {
        name
        for path in (ROOT / "estimator").rglob("*.py")
        if path != of_the_missing
        for text in _said(path.read_text("utf-8"))
        for name in re.findall(r"(?<![\w.])tf\.((?:[A-Za-z]\w*\.)*[A-Za-z]\w*)", text)
    }
    assert "train.get_global_step" in advised
    for name in sorted(advised):
        attrgetter(name)(tf)


def test_a_missing_name_is_an_import_error_as_everywhere() -> None:
    with pytest.raises(ImportError, match="cannot import name 'estimatr'"):
        exec("from estimator import estimatr")


def test_importing_the_package_loads_only_the_log_and_the_names() -> None:
    code = "import sys, estimator; print(*sorted(m for m in sys.modules if m.startswith(('estimator', 'numpy'))))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.split() == [
        "estimator",
        "estimator.core",
        "estimator.core.facade",
        "estimator.core.garbage",
        "estimator.core.log",
        "estimator.core.version",
    ]


@pytest.mark.parametrize(
    ("first", "not_loaded"),
    [
        ("est.layers.dense", ["estimator.runtime", "estimator.training", "estimator.estimators.estimator"]),
        ("est.RunConfig", ["estimator.graph", "estimator.runtime", "estimator.tf.train"]),
        ("est.tf.float32", ["estimator.graph", "estimator.network"]),
        ("est.Estimator", ["google.protobuf", "tensorboardX", "yaml", "pandas"]),
    ],
)
def test_a_name_loads_what_it_needs(first: str, not_loaded: list[str]) -> None:
    code = f"import sys, estimator as est; {first}; print(*[m for m in {not_loaded} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    "first",
    [
        "SparseTensor([[0]], [1.0], [2])",
        "sparse.SparseTensor([[0]], [1.0], [2])",
        "IndexedSlices([1.0], [0])",
        "raw_ops.NoOp()",
        "compat.v1.Variable(1.0)",
    ],
)
def test_anything_may_be_the_first_call_of_a_program(first: str) -> None:
    subprocess.run([sys.executable, "-c", f"from estimator import tf; tf.{first}"], cwd=ROOT, check=True)


@pytest.mark.parametrize(
    "first", ["estimator.tf.compat.v1", "estimator.tf.estimator.inputs", "estimator.tf.train"]
)
def test_any_namespace_can_be_imported_first(first: str) -> None:
    code = f"import {first} as module; [getattr(module, name) for name in module.__all__]"
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, check=True)


def test_the_version_is_the_one_of_the_metadata() -> None:
    text = (ROOT / "setup.cfg").read_text("utf-8")
    assert "\nversion = attr: estimator.core.version.VERSION\n" in text
    assert est.__version__ == VERSION
