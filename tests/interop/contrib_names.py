"""The public names of tf.contrib, as `estimator/core/tensorflow_contrib.txt` has them: from TensorFlow 1.15's wheel.

No Python of today can import that TensorFlow, so its text is read. By hand::

    pip download tensorflow==1.15.5 --no-deps --only-binary :all: --python-version 37 --platform manylinux2010_x86_64
    python tests/interop/contrib_names.py tensorflow-1.15.5-*.whl > estimator/core/tensorflow_contrib.txt
"""

from __future__ import annotations

import ast
import re
import sys
import textwrap
from zipfile import ZipFile

ROOT = "tensorflow_core/contrib"
# what a namespace is called that is no folder of that name, or lies deeper
ELSEWHERE = {
    "eager": "eager/python/tfe.py",
    "layers.utils": "layers/python/layers/utils.py",
    "learn.datasets": "learn/python/learn/datasets/__init__.py",
    "learn.datasets.base": "learn/python/learn/datasets/base.py",
    "learn.datasets.mnist": "learn/python/learn/datasets/mnist.py",
    "learn.io": "learn/python/learn/learn_io/__init__.py",
    "learn.learn_runner": "learn/python/learn/learn_runner_lib.py",
    "losses.metric_learning": "losses/python/metric_learning/__init__.py",
    "slim.learning": "slim/python/slim/learning.py",
    "slim.utils": "layers/python/layers/utils.py",
    "summary": "summary/summary.py",
    "tensorboard.plugins": "tensorboard/plugins/__init__.py",
    "tensorboard.plugins.projector": "tensorboard/plugins/projector/__init__.py",
}
# public although its module does not list it
UNLISTED = {
    "tf.contrib.data": [  # gone since TensorFlow 1.5
        *("Dataset", "FixedLengthRecordDataset", "Iterator", "TFRecordDataset", "TextLineDataset"),
    ],
    "tf.contrib.slim.utils": ["convert_collection_to_dict"],
}


class Contrib:
    """The files of contrib in a wheel."""

    def __init__(self, wheel: ZipFile) -> None:
        names = [name for name in wheel.namelist() if name.startswith(ROOT) and name.endswith(".py")]
        self.files = {name: wheel.read(name).decode() for name in names}

    def names(self, path: str) -> set[str]:
        """The public names of a module: those it documents or allows if it removes all others, else all."""
        text = self.files.get(path, "")
        tree = ast.parse(text)
        if "remove_undocumented(__name__" in text:
            return set(re.findall(r"^@@(\w+)", text, re.MULTILINE)) | set(_strings(tree, "_allowed_symbols"))
        return set(_strings(tree, "__all__")) or self._bound(tree)

    def _bound(self, tree: ast.Module) -> set[str]:
        found: set[str] = set()
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.module != "__future__":
                for alias in node.names:
                    is_all = alias.name == "*"
                    found |= self._of_module(str(node.module)) if is_all else {alias.asname or alias.name}
            elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                found.add(node.name)
            elif isinstance(node, ast.Assign):
                found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        return {name for name in found if not name.startswith("_")}

    def _of_module(self, dotted: str) -> set[str]:
        base = dotted.replace("tensorflow.contrib", ROOT).replace(".", "/")
        path = f"{base}.py" if f"{base}.py" in self.files else f"{base}/__init__.py"
        return self.names(path)


def _strings(tree: ast.Module, name: str) -> list[str]:
    """The texts of a list that is assigned to a name."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            return [item.value for item in ast.walk(node.value) if isinstance(item, ast.Constant)]
    return []


def text(wheel: str) -> str:
    """`namespace:`, then its names, indented."""
    with ZipFile(wheel) as opened:
        contrib = Contrib(opened)
    namespaces = sorted(contrib.names(f"{ROOT}/__init__.py") - {"os", "platform"})
    found = {"tf.contrib": set(namespaces)}
    for name in sorted({*namespaces, *ELSEWHERE}):
        listed = contrib.names(f"{ROOT}/{ELSEWHERE.get(name, f'{name}/__init__.py')}")
        if listed:
            found[f"tf.contrib.{name}"] = listed.union(UNLISTED.get(f"tf.contrib.{name}", ()))
        outer, _, inner = name.rpartition(".")
        if outer:
            found[f"tf.contrib.{outer}"].add(inner)
    lines = []
    for path in sorted(found):
        lines.append(f"{path}:")
        lines += textwrap.wrap(
            " ".join(sorted(found[path])), 108, initial_indent="  ", subsequent_indent="  "
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(text(sys.argv[1]), end="")
