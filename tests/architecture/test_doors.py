"""One door per dependency, one door to the disk, and nothing that runs what it reads.

A dependency that is imported in one place can be replaced in one place. Files of a model_dir are written by
one module only, because the order of its writes is what survives a crash.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

import pytest

from estimator.model_dir.storage import FileOps
from tests.architecture.sources import Source, package

DOORS = {
    "google.protobuf": ("estimator/formats/",),
    "google_crc32c": ("estimator/formats/",),
    "tensorboardX": ("estimator/summaries/",),
    "yaml": ("estimator/settings/yaml_text.py",),
    "IPython": ("estimator/training/places.py",),
    "threadpoolctl": ("estimator/runtime/",),
    "jax": ("estimator/runtime/executors/jax/", "estimator/distribution/jax_processes.py"),
    "mpi4py": ("estimator/distribution/mpi.py",),
    "onnx": ("estimator/onnx_export/document.py",),
    "grpc": ("estimator/serving/",),
    "uvicorn": ("estimator/serving/http/",),
    "pyarrow": ("estimator/experiments/parquet_input.py",),
    "sklearn": ("estimator/sklearn/wrappers.py",),
    "torch": ("estimator/exchange/torch_tensors.py",),
    "matplotlib": ("estimator/summaries/picture.py",),
}
FORBIDDEN_MODULES = ("pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "tensorflow")
# where an unpickler that makes arrays and plain values alone is made
PLAIN_PICKLES = "estimator/keras/local_data/files.py"
FORBIDDEN_CALLS = ("eval", "yaml.load", "yaml.full_load", "yaml.unsafe_load", "__import__")
# where text of our own is compiled: the plan, and the constructor of a class
CODE_GENERATORS = ("estimator/runtime/", "estimator/core/frozen.py")

WRITERS = (
    "estimator/model_dir/storage.py",
    "estimator/files/gfile.py",  # a file of a script's own, written as the script says
)
DISK_CALLS = frozenset(
    [
        f"os.{name}"
        for name in "rename replace remove unlink rmdir removedirs mkdir makedirs truncate write fsync".split()
    ]
    + [f"shutil.{name}" for name in "rmtree move copy copy2 copyfile copytree".split()]
)
PATH_WRITES = ("write_text", "write_bytes", "unlink", "rmdir", "mkdir", "touch")
DEEDS = frozenset(vars(FileOps)) - {
    "close",
    "free_bytes",
}  # an interrupted close has closed; a question is free
DOOR_OBJECTS = ("ops", "_ops", "storage", "_storage")  # through whom others ask the door


def dependency_offenders(sources: Iterable[Source]) -> list[str]:
    """A line for every dependency that is imported elsewhere than through its door."""
    return [
        f"{source.path}:{line} imports {dotted}; only {' or '.join(doors)} may import {name}"
        for source in sources
        for line, dotted in source.imports
        for name, doors in DOORS.items()
        if _is_under(dotted, name) and not source.path.startswith(doors)
    ]


def untrusted_offenders(sources: Iterable[Source]) -> list[str]:
    """A line for everything that would run what a file says."""
    found = []
    for source in sources:
        found += [
            f"{source.path}:{line} imports {dotted}"
            for line, dotted in source.imports
            if any(_is_under(dotted, name) for name in FORBIDDEN_MODULES)
            and (source.path, dotted) != (PLAIN_PICKLES, "pickle")
        ]
        for line, called, call in source.calls():
            generated = called in ("exec", "compile") and not source.path.startswith(CODE_GENERATORS)
            pickled = any(key.arg == "allow_pickle" and not _is_false(key.value) for key in call.keywords)
            pickled = pickled or (called == "torch.load" and not _has_weights_only(call))
            if called in FORBIDDEN_CALLS or generated or pickled:
                found.append(f"{source.path}:{line} calls {ast.unparse(call)}")
    return found


def disk_offenders(sources: Iterable[Source]) -> list[str]:
    """A line for every call that changes the disk outside the I/O door."""
    return [
        f"{source.path}:{line} calls {ast.unparse(call)}; only {' and '.join(WRITERS)} change files"
        for source in sources
        if not source.path.startswith(WRITERS)
        for line, called, call in source.calls()
        if called in DISK_CALLS or _writes_a_path(called) or _opens_for_writing(called, call)
    ]


def impatient_offenders(sources: Iterable[Source]) -> list[str]:
    """A line for every deed through the I/O door that is not repeated when a signal interrupts it."""
    return [
        f"{source.path}:{line} calls {ast.unparse(call)}; only retried({called}, ...) outlives a signal"
        for source in sources
        for line, called, call in source.calls()
        if called.rpartition(".")[0].rpartition(".")[2] in (*DOOR_OBJECTS, "LOCAL")
        and called.rpartition(".")[2] in DEEDS
    ]


def _writes_a_path(called: str) -> bool:
    receiver, _, method = called.rpartition(".")
    return method in PATH_WRITES and receiver.rpartition(".")[2] not in DOOR_OBJECTS


def _opens_for_writing(called: str, call: ast.Call) -> bool:
    if called.rpartition(".")[2] != "open":
        return False
    values = [*call.args[1 if called == "open" else 0 :], *(key.value for key in call.keywords)]
    modes = [each.value for each in values if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return any(set(mode) <= set("rwxabt+") and set(mode) & set("wxa+") for mode in modes)


def _is_under(dotted: str, name: str) -> bool:
    return dotted == name or dotted.startswith(f"{name}.")


def _has_weights_only(call: ast.Call) -> bool:
    return any(key.arg == "weights_only" and ast.unparse(key.value) == "True" for key in call.keywords)


def _is_false(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is False


def test_every_dependency_has_one_door() -> None:
    assert not dependency_offenders(package()), "\n" + "\n".join(dependency_offenders(package()))


def test_nothing_runs_what_it_reads() -> None:
    assert not untrusted_offenders(package()), "\n" + "\n".join(untrusted_offenders(package()))


def test_only_the_io_door_changes_files() -> None:
    assert not disk_offenders(package()), "\n" + "\n".join(disk_offenders(package()))


def test_every_deed_is_repeated_when_a_signal_interrupts_it() -> None:
    assert not impatient_offenders(package()), "\n" + "\n".join(impatient_offenders(package()))


@pytest.mark.parametrize("text", ["ops.rename(a, b)", "self._ops.unlink(p)", "LOCAL.mkdir(p)"])
def test_a_deed_that_a_signal_would_end_is_named(text: str) -> None:
    (found,) = impatient_offenders([Source("estimator/models/x.py", text)])
    assert found.startswith("estimator/models/x.py:1 calls ")
    assert not impatient_offenders([Source("estimator/models/x.py", f"retried({text.partition('(')[0]}, p)")])


@pytest.mark.parametrize(
    ("text", "offence"),
    [
        (
            "import yaml",
            "estimator/models/x.py:1 imports yaml; only estimator/settings/yaml_text.py may import yaml",
        ),
        ("def f():\n    from google.protobuf import text_format", ":2 imports google.protobuf.text_format"),
        ("from tensorboardX.proto import event_pb2", "only estimator/summaries/"),
    ],
)
def test_a_dependency_beside_its_door_is_named(text: str, offence: str) -> None:
    (found,) = dependency_offenders([Source("estimator/models/x.py", text)])
    assert offence in found


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "eval('1')",
        "yaml.load(text)",
        "exec(code)",
        "np.load(path, allow_pickle=True)",
        "torch.load(path)",
        "torch.load(path, weights_only=False)",
    ],
)
def test_what_would_run_a_file_is_named(text: str) -> None:
    (found,) = untrusted_offenders([Source("estimator/models/x.py", text)])
    assert found.startswith("estimator/models/x.py:1 ")


@pytest.mark.parametrize(
    "text",
    [
        "open(p, 'w')",
        "open(p, mode='ab')",
        "p.open('r+')",
        "os.replace(a, b)",
        "p.write_text(t)",
        "p.unlink()",
    ],
)
def test_a_write_beside_the_io_door_is_named(text: str) -> None:
    (found,) = disk_offenders([Source("estimator/models/x.py", text)])
    assert found.startswith("estimator/models/x.py:1 calls ")


@pytest.mark.parametrize(
    "text", ["open(p)", "open('a', 'rb')", "name.replace('a', 'b')", "self._ops.unlink(p)"]
)
def test_reading_is_fine_everywhere(text: str) -> None:
    sources = [Source("estimator/models/x.py", text)]
    assert disk_offenders(sources) + untrusted_offenders(sources) == []
