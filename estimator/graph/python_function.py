"""Functions of Python's that operations call, kept in the graph's resources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from estimator.core.errors import InvalidArgumentError, OpError, OutOfRangeError, UnknownError
from estimator.core.frozen import frozen
from estimator.core.tracebacks import cause_of


@frozen
class PythonFunction:
    """A function that operations call.

    Attributes
    ----------
    function : callable
    described : str
        ``clean (created at model.py:31)``, or whatever tells the user which it is.
    """

    function: Callable[..., Any]
    described: str

    def __call__(self, arguments: Sequence[Any]) -> list[Any]:
        """What the function gives, as a list of as many values.

        Raises
        ------
        OpError
            If the function fails, by TensorFlow's rules: OutOfRangeError for StopIteration, for example.
        """
        try:
            result = self.function(*arguments)
        except OpError:
            raise
        except Exception as error:
            text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            raise _kind_of(error)(f"{self.described} raised {text}") from cause_of(error)
        if result is None:
            return []
        return list(result) if isinstance(result, (list, tuple)) else [result]


def _kind_of(error: Exception) -> Callable[[str], Exception]:
    if isinstance(error, StopIteration):
        return OutOfRangeError
    if isinstance(error, (MemoryError, NotImplementedError)):
        return type(error)
    return InvalidArgumentError if isinstance(error, (TypeError, ValueError)) else UnknownError
