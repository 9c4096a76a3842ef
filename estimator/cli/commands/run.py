"""``estimator run script.py [args]``: a script that imports tensorflow, without TensorFlow.

The script finds what Python gives it: its own folder at the front of sys.path, ``__name__ == "__main__"``, its
arguments in sys.argv, its exit code. ``-m module`` and ``-c text`` are there as well. Where a package is missing, the
error says how to install it.
"""

from __future__ import annotations

import argparse
import os
import runpy
import sys
from collections.abc import Sequence
from importlib.abc import ExecutionLoader
from importlib.util import decode_source
from types import ModuleType, TracebackType

from estimator.cli.endings import PROGRAM
from estimator.cli.missing import explain
from estimator.cli.tensorflow_imports import answer_for_tensorflow
from estimator.core.log import logger

_PACKAGE = __name__.partition(".")[0]
_TAKES_A_VALUE = ("-m", "-c")


def main(arguments: Sequence[str]) -> int:
    """Run what the arguments name. What it raises is raised, so that Python ends as it does for any script.

    Raises
    ------
    SystemExit
        With 2 if nothing is named or the script cannot be read; whatever the script says.
    """
    end = _where_program_ends(arguments)
    parser = make_parser()
    given = parser.parse_args(arguments[:end])
    rest = list(arguments[end:])
    if given.script and not os.path.isfile(given.script):
        parser.error(_unreadable(given.script))
    answer_for_tensorflow()
    sys.excepthook = _without_frames_of_this
    try:
        if given.module:
            _run_module(given.module, rest)
        elif given.text is not None:
            _run_text(given.text, rest)
        else:
            _run_script(given.script, rest)
    except ImportError as error:
        explain(error, given.script)
        raise
    return 0


def _where_program_ends(arguments: Sequence[str]) -> int:
    """How many arguments are this command's; those behind the program's name are the program's."""
    place = 0
    while place < len(arguments) and arguments[place].startswith("-"):
        if arguments[place].startswith(_TAKES_A_VALUE):
            return place + 1 + (arguments[place] in _TAKES_A_VALUE)
        place += 1
    return place + 1


def make_parser() -> argparse.ArgumentParser:
    """What reads the command's arguments."""
    parser = argparse.ArgumentParser(
        prog=f"{PROGRAM} run",
        usage=f"{PROGRAM} run (script.py | -m module | -c text) [argument ...]",
        description="Run a program in which `import tensorflow` gives this package.",
    )
    program = parser.add_mutually_exclusive_group(required=True)
    program.add_argument("script", nargs="?", help="the script; what follows it are its arguments")
    program.add_argument("-m", dest="module", metavar="module", help="a module instead, as python -m does")
    program.add_argument("-c", dest="text", metavar="text", help="a text instead, as python -c does")
    return parser


def _unreadable(script: str) -> str:
    if os.path.isdir(script):
        return f"{script!r} is a folder; run a script in it, or a package by -m."
    hint = f" Did you mean {script + '.py'!r}?" if os.path.isfile(script + ".py") else ""
    return f"there is no script {script!r} in {os.getcwd()!r}.{hint}"


def _run_script(path: str, arguments: list[str]) -> None:
    sys.argv[:] = [path, *arguments]
    sys.path[0] = os.path.dirname(os.path.realpath(path))
    _warn_of_a_namesake(path)
    with open(path, "rb") as file:
        _run(_Program(path, file.read()), os.path.abspath(path))


def _warn_of_a_namesake(script: str) -> None:
    """Say that the script cannot import a file of this package's name that lies beside it."""
    beside = os.path.join(sys.path[0], f"{_PACKAGE}.py")
    if os.path.isfile(beside) and not os.path.samefile(beside, script):
        logger.warning(
            "%s has this package's name: `import %s` gives the package. If the script needs the file, rename it.",
            beside,
            _PACKAGE,
        )


def _run_text(text: str, arguments: list[str]) -> None:
    sys.argv[:] = ["-c", *arguments]
    sys.path[0] = ""
    _run(_Program("<string>", text.encode()), None)


def _run_module(name: str, arguments: list[str]) -> None:
    sys.argv[:] = [name, *arguments]
    sys.path[0] = os.getcwd()
    runpy.run_module(name, run_name="__main__", alter_sys=True)


def _run(program: _Program, file: str | None) -> None:
    main_module = ModuleType("__main__")
    main_module.__loader__ = program
    if file is not None:
        main_module.__file__ = file
    sys.modules["__main__"] = main_module  # it stays: what runs at exit finds the script's names there
    program.exec_module(main_module)


class _Program(ExecutionLoader):
    """The text of a script as the module ``__main__``; nothing compiled is kept on the disk."""

    def __init__(self, path: str, text: bytes) -> None:
        self._path = path
        self._text = text

    def get_filename(self, fullname: str) -> str:
        """The path that tracebacks show."""
        return self._path

    def get_source(self, fullname: str) -> str:
        """The text, by the encoding that it names."""
        return decode_source(self._text)


def _without_frames_of_this(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    """Show an error as Python does for the script alone."""
    while traceback is not None and _is_of_the_start(traceback):
        traceback = traceback.tb_next
    error.__traceback__ = traceback
    sys.__excepthook__(kind, error, traceback)


def _is_of_the_start(link: TracebackType) -> bool:
    name = link.tb_frame.f_globals.get("__name__", "")
    file = link.tb_frame.f_code.co_filename
    is_own_main = name == "__main__" and file.endswith(os.path.join(_PACKAGE, "__main__.py"))
    return (
        is_own_main
        or name.startswith((f"{_PACKAGE}.cli.", "importlib.", "runpy"))
        or file.startswith("<frozen ")
    )
