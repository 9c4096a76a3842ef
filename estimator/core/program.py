"""The entry point of a script."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn


def run(main: Callable[[list[str]], Any] | None = None, argv: Sequence[str] | None = None) -> NoReturn:
    """Call ``main(argv)`` and end the program with what it returns.

    Parameters
    ----------
    main : callable, optional
        Default: the function ``main`` of the script.
    argv : sequence of str, optional
        Default: the command line, the script's name first.

    Raises
    ------
    SystemExit
        Always.

    Source
    ------
    tf.app.run, TF 1.15
    """
    call = main or sys.modules["__main__"].main
    sys.exit(call(list(sys.argv if argv is None else argv)))
