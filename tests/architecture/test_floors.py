"""Lower floors know nothing of upper ones.

The table is the house: a floor may import itself and every floor of an earlier row; floors of one row stand
apart. Facades are imported by nobody inside. Where a new file belongs is answered by what it may import.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

import pytest

from tests.architecture.sources import ROOT, Source, package

HOUSE: tuple[tuple[str, ...], ...] = (
    ("core",),  # errors, dtypes, shapes, structures, registry, log
    ("distribution",),  # several processes: rank, size, sums
    ("formats",),  # messages, table, bundle, records: bytes, usable alone
    ("model_dir",),  # the crash-safe directory: commit, state file, recovery, retention, lock
    ("command_line", "files"),  # flags and the call of a script's main; files of a script
    ("graph",),  # op declaration, graph, builder, gradients, GraphDef in and out
    ("ops",),  # one family a file
    ("functions", "settings"),  # TensorFlow's functions over ops; RunConfig, YAML, TF_CONFIG
    ("runtime", "variables"),  # session, plan, storage, executors; variables, scopes, initializers
    (
        "pipeline",
        "summaries",
        "profiling",
        "testing",
    ),  # data in, events out; what a graph costs; what tests use
    ("checkpoint", "network"),  # saver, restoring, .meta; layers, losses, metrics
    ("columns", "optimizers", "training"),  # siblings, apart from one another
    ("saved_model", "onnx_export"),  # signatures, SavedModels out and in; graphs as ONNX
    ("models",),  # EstimatorSpec, heads, export outputs, receivers
    ("calls",),  # what train, evaluate, predict and export do
    # Estimator, and the ready-made ones; model_dirs of PyTorch's files, and back; what lies in model_dirs, told
    ("estimators", "exchange", "inspection"),
    ("serving",),  # servers of models, and their client
    ("keras", "sklearn"),  # tf.keras' names over network and calls; Estimators as scikit-learn has them
    ("experiments",),  # experiments as YAML
    ("cli",),  # commands
    ("__main__",),  # which calls them
    ("facades",),  # estimator/__init__.py and estimator/tf/
)

NAMESPACES = frozenset(
    "layers nn losses metrics train data inputs feature_column summary initializers regularizers export "
    "experimental logging app flags gfile errors test".split()
)


DECLARATIONS = frozenset(("op", "declare", "unary", "binary"))  # by which a family declares its ops


def allowed(floor: str) -> list[str]:
    """The floors that `floor` may import, itself last."""
    below = []
    for row in HOUSE:
        if floor in row:
            return [*below, floor]
        below += row
    raise AssertionError(f"floor {floor!r} is not in the house; add it to HOUSE in {__file__}.")


def target_floor(dotted: str) -> str:
    """The floor that importing this name of the package reaches."""
    first = dotted.split(".")[1]
    return first if any(first in row for row in HOUSE) else "facades"


def floor_offenders(sources: Iterable[Source]) -> list[str]:
    """A line for every import that goes up, or aside, or to a facade."""
    found = []
    for source in sources:
        if source.floor == "facades":
            continue
        may = allowed(source.floor)
        for line, dotted in source.imports:
            if dotted == "estimator" or dotted.startswith("estimator."):
                target = "facades" if dotted == "estimator" else target_floor(dotted)
                if target not in may:
                    name = ".".join(dotted.split(".")[:2])
                    found.append(
                        f"{source.path}:{line} ({source.floor}) imports {name}; "
                        f"{source.floor} may import {', '.join(may[:-1]) or 'nothing of the package'}"
                    )
    return found


def family_offenders(sources: Iterable[Source]) -> list[str]:
    """A line for every op family that imports another."""
    families = {
        source.module: source for source in sources if source.floor == "ops" and _declares_ops(source)
    }
    return [
        f"{source.path}:{line} is an op family and imports the family {family}; "
        "rules name ops through the builder"
        for source in families.values()
        for line, dotted in source.imports
        for family in families
        if family != source.module and (dotted == family or dotted.startswith(f"{family}."))
    ]


def _declares_ops(source: Source) -> bool:
    """Whether its lines declare ops, as decorators or as rows; a file with a leading underscore only helps."""
    statements = [node for node in source.tree.body if isinstance(node, (ast.FunctionDef, ast.Expr))]
    calls = [
        call
        for node in statements
        for call in (node.decorator_list if isinstance(node, ast.FunctionDef) else [node.value])
        if isinstance(call, ast.Call)
    ]
    return any(ast.unparse(call.func).rpartition(".")[2] in DECLARATIONS for call in calls)


def test_no_floor_imports_an_upper_floor_a_sibling_or_a_facade() -> None:
    assert not floor_offenders(package()), "\n" + "\n".join(floor_offenders(package()))


def test_op_families_never_import_each_other() -> None:
    assert not family_offenders(package()), "\n" + "\n".join(family_offenders(package()))


def test_every_folder_is_a_floor_of_the_house() -> None:
    floors = {floor for row in HOUSE for floor in row} | {"tf"}
    folders = {each.name for each in (ROOT / "estimator").iterdir() if each.is_dir()} - {"__pycache__"}
    assert folders <= floors


def test_no_module_lies_beside_the_folders() -> None:
    beside = {each.name for each in (ROOT / "estimator").iterdir() if each.is_file()}
    stub_and_mark = {"__init__.pyi", "py.typed"}  # for type checkers
    assert beside == {"__init__.py", "__main__.py"} | stub_and_mark


def test_no_floor_bears_the_name_of_a_public_namespace() -> None:
    names = {each.stem for each in (ROOT / "estimator").iterdir()}
    assert not names & NAMESPACES, "importing it would replace the lazy namespace for good"


@pytest.mark.parametrize(
    ("path", "text", "offence"),
    [
        (
            "estimator/network/losses.py",
            '"""Losses."""\n\nimport estimator.training.hooks\n',
            "estimator/network/losses.py:3 (network) imports estimator.training; "
            "network may import core, distribution, formats, model_dir, command_line, files, graph, ops, functions, settings, runtime, variables, ",
        ),
        ("estimator/columns/numeric.py", "from ..optimizers import adam", "imports estimator.optimizers"),
        ("estimator/core/log.py", "from estimator import RunConfig", "imports estimator.RunConfig"),
        ("estimator/core/log.py", "import estimator", "imports estimator; core may import nothing"),
        ("estimator/models/spec.py", "from estimator.tf import layers", "imports estimator.tf;"),
        ("estimator/training/loop.py", "def f():\n    from estimator import run_config", ":2 (training)"),
    ],
)
def test_an_import_that_goes_up_is_named_with_what_is_allowed(path: str, text: str, offence: str) -> None:
    (found,) = floor_offenders([Source(path, text)])
    assert offence in found


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "estimator/training/loop.py",
            "from estimator.checkpoint import saver\nfrom . import hooks\nimport numpy",
        ),
        ("estimator/columns/numeric.py", "from estimator.core.errors import UsageError"),
        ("estimator/calls/training.py", "from estimator.models import spec"),
        ("estimator/tf/layers.py", "from estimator.network.layers import dense"),
    ],
)
def test_an_import_that_goes_down_is_fine(path: str, text: str) -> None:
    assert floor_offenders([Source(path, text)]) == []


def test_an_op_family_that_imports_another_is_named() -> None:
    declared = '@op("Neg", inputs="x")\ndef neg(xp, x): ...'
    math = Source("estimator/ops/math.py", 'unary("Neg", np.negative, "-x.")')
    array = Source("estimator/ops/array.py", f"from estimator.ops.math import neg\n{declared}")
    (found,) = family_offenders([math, array])
    assert found.startswith(
        "estimator/ops/array.py:1 is an op family and imports the family estimator.ops.math"
    )
