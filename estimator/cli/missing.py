"""What a failed import says: how to install a package that is missing, or why a name of TensorFlow's is not here."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from estimator.cli.tensorflow_imports import TENSORFLOW

_OWN = __name__.partition(".")[0]

# Packages that are installed by another name than they are imported by.
_INSTALLED_AS = {
    "OpenSSL": "pyOpenSSL",
    "absl": "absl-py",
    "attr": "attrs",
    "bert": "bert-tensorflow",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil",
    "dopamine": "dopamine-rl",
    "gin": "gin-config",
    "git": "GitPython",
    "imblearn": "imbalanced-learn",
    "opennmt": "OpenNMT-tf",
    "PIL": "pillow",
    "ruamel": "ruamel.yaml",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "sonnet": "dm-sonnet",
    "yaml": "pyyaml",
    "zmq": "pyzmq",
}


def explain(error: ImportError, script: str | None) -> None:
    """Add to an error of an import what to do, where that is known.

    Parameters
    ----------
    error : ImportError
        It gets a note, which Python shows below it.
    script : str, optional
        The script that was run: what else it needs is looked for in its text.
    """
    if isinstance(error, ModuleNotFoundError):
        lacking = _lacking(error.name or "", script)
        if lacking:
            names = " ".join(_INSTALLED_AS.get(name, name) for name in lacking)
            error.add_note(
                f"{script or 'this program'} needs what is not installed here: pip install {names}"
            )
    elif (reason := _why_no_name(error)) is not None:
        error.add_note(reason)


def _lacking(name: str, script: str | None) -> list[str]:
    """The package of that name, if it is not installed, and those which the script will ask for next."""
    first = name.partition(".")[0]
    if not first or _is_there(first):
        return []
    others = set(_imported_at_once(script)) if script else set()
    return [first, *sorted(top for top in others - {first} if not _is_there(top))]


def _is_there(name: str) -> bool:
    try:
        return name in (_OWN, *TENSORFLOW) or name in sys.modules or find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _imported_at_once(script: str) -> Iterator[str]:
    """The packages that a script imports as it begins; what it only tries to import it can do without."""
    with open(script, "rb") as file:
        tree = ast.parse(file.read(), script)
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _why_no_name(error: ImportError) -> str | None:
    """The answer that ``tf.name`` has, for ``from tensorflow import name``, which does not tell it."""
    module, name = error.name or "", _name_from(error)
    if module.partition(".")[0] not in (_OWN, *TENSORFLOW) or name is None:
        return None
    try:
        getattr(import_module(module), name)
    except AttributeError as answer:
        return str(answer)
    return None


def _name_from(error: ImportError) -> str | None:
    """Which name could not be imported; Python says so apart from the text only since 3.12."""
    known = getattr(error, "name_from", None)
    quoted = str(error).split("'")
    return known or (quoted[1] if str(error).startswith("cannot import name ") else None)
