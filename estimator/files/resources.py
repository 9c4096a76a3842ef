"""Files that lie beside the script or module that asks for them: tf.resource_loader.

Source
------
tf.resource_loader, TF 1.15 platform/resource_loader.py
"""

from __future__ import annotations

import os
import sys

from estimator.core.keywords import near_keywords_of_functions

_PACKAGE = __name__.partition(".")[0]


def get_data_files_path() -> str:
    """The directory of the module that calls; of an interactive session, the working directory."""
    frame = sys._getframe(1)
    while frame.f_back is not None and _is_own(frame.f_globals.get("__name__", "")):
        frame = frame.f_back
    return os.path.dirname(os.path.abspath(frame.f_globals.get("__file__", "script.py")))


def get_path_to_datafile(path: str) -> str:
    """The path of a file that is given relative to the module that calls."""
    return os.path.join(get_data_files_path(), path)


def get_root_dir_with_all_resources() -> str:
    """The directory below which data files are given: that of the module that calls."""
    return get_data_files_path()


def load_resource(path: str) -> bytes:
    """The contents of a file that is given relative to the module that calls.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    with open(get_path_to_datafile(path), "rb") as file:
        return file.read()


def readahead_file_path(path: str, readahead: str = "128M") -> str:
    """The path itself: local files are read as they are."""
    return path


def _is_own(module: str) -> bool:
    return module == _PACKAGE or module.startswith(f"{_PACKAGE}.")


near_keywords_of_functions(__name__)
