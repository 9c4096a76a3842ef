"""The entry point of a script: tf.app.run.

Flags of ``absl.flags`` are read too, where a script imports it: each of both takes what it knows. What neither knows
goes to ``main``, as TensorFlow 1 has it, so that a script may parse it with argparse.

Source
------
tf.app.run, TF 1.15 platform/app.py; what help prints and the exit codes: absl.app, absl-py 2.0
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, NoReturn

from estimator.command_line.define import DEFINE_flag
from estimator.command_line.flag import BooleanFlag
from estimator.command_line.shown import text_wrap
from estimator.command_line.values import FLAGS
from estimator.core import log
from estimator.core.registry import did_you_mean
from estimator.core.tracebacks import with_short_traceback

_HELP_CODE = 1  # nothing was run


@with_short_traceback
def run(main: Callable[[list[str]], Any] | None = None, argv: Sequence[str] | None = None) -> NoReturn:
    """Read the flags, call ``main`` with the other arguments, and end the program with what it returns.

    Parameters
    ----------
    main : callable, optional
        Default: the function ``main`` of the script.
    argv : sequence of str, optional
        Default: the command line, the script's name first.

    Raises
    ------
    SystemExit
        When ``main`` has returned; or with code 1 after ``--help``, ``--helpshort`` or ``--helpfull``.
    estimator.command_line.errors.Error
        If a flag does not take its value, or one that is required is missing.
    """
    call = main or sys.modules["__main__"].main
    _define_help()
    rest = FLAGS(list(sys.argv if argv is None else argv), known_only=True)
    if (absl := _absl_flags()) is not None:
        rest = absl.FLAGS(rest, known_only=True)
    _warn_of_misspelt(rest[1:])
    sys.exit(call(rest))


def _warn_of_misspelt(arguments: Sequence[str]) -> None:
    """Say which arguments that go to main look like a flag that there is."""
    for argument in arguments:
        if argument == "--":
            return
        name = argument.lstrip("-").partition("=")[0]
        hint = did_you_mean(name.replace("-", "_"), list(FLAGS)) if argument.startswith("--") and name else ""
        if hint:
            log.warning("there is no flag --%s: the argument is left to main.%s", name, hint)


def _absl_flags() -> ModuleType | None:
    """absl.flags, if the script has imported it."""
    return sys.modules.get("absl.flags")


class _Help(BooleanFlag):
    """A flag that prints help and ends the program."""

    def __init__(self, name: str, help: str, short_name: str | None, whole: bool) -> None:
        super().__init__(name, False, help, short_name)
        self._whole = whole

    def parse(self, argument: Any) -> None:
        """Print the help, unless the argument says false."""
        if self._parse(argument):
            sys.stdout.write(_usage(self._whole))
            sys.exit(_HELP_CODE)


def _define_help() -> None:
    """Define the help flags, but for those whose names a script has taken."""
    for flag in (
        _Help("help", "show this help", "?", whole=False),
        _Help("helpshort", "show this help", None, whole=False),
        _Help("helpfull", "show full help", None, whole=True),
    ):
        if flag.name not in FLAGS and flag.short_name not in FLAGS:
            DEFINE_flag(flag, module_name=__name__)


def _usage(whole: bool) -> str:
    """What help prints: the docstring of the script, and flags."""
    doc = sys.modules["__main__"].__doc__
    head = (
        doc.replace("%s", sys.argv[0])
        if doc
        else text_wrap(f"\nUSAGE: {sys.argv[0]} [flags]\n", indent="       ")
    )
    values = [FLAGS] if (absl := _absl_flags()) is None else [FLAGS, absl.FLAGS]
    texts = [flags.get_help() if whole else flags.main_module_help() for flags in values]
    shown = "\n".join(filter(None, texts))
    tail = "" if whole else "\nTry --helpfull to get a list of all flags.\n"
    return f"{head}\nflags:\n{shown}\n{tail}" if shown else f"{head}\n{tail}"
