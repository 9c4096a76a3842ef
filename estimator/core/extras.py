"""Imports of packages that not everybody has installed: who lacks one is told which extra brings it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def from_extra(extra: str, what: str) -> Iterator[None]:
    """Import inside of it what an extra of this package brings.

    Parameters
    ----------
    extra : str
        Its name in setup.cfg.
    what : str
        What needs the packages, as the message begins: ``"ONNX files need"``.

    Raises
    ------
    ModuleNotFoundError
        If one is not installed, with the command that installs it.

    Example
    -------
    >>> with from_extra("onnx", "ONNX files need"):
    ...     import no_such_package
    Traceback (most recent call last):
        ...
    ModuleNotFoundError: ONNX files need no_such_package, which is not installed: pip install 'numpy-estimator[onnx]'.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "a package").partition(".")[0]
        raise ModuleNotFoundError(
            f"{what} {package}, which is not installed: pip install 'numpy-estimator[{extra}]'.",
            name=error.name,
        ) from error
