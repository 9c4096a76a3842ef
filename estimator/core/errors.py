"""Every exception this package raises on purpose.

The classes carry TensorFlow's names, so that `except tf.errors.NotFoundError` of an old script
still works, and each also derives from the Python built-in that a newcomer would catch::

    EstimatorError
    ├── OpError                         .message  .op  .code
    │   ├── CancelledError              RuntimeError
    │   ├── UnknownError                RuntimeError
    │   ├── InvalidArgumentError        ValueError
    │   ├── DeadlineExceededError       TimeoutError
    │   ├── NotFoundError               LookupError
    │   ├── AlreadyExistsError          ValueError
    │   ├── PermissionDeniedError       RuntimeError
    │   ├── ResourceExhaustedError      MemoryError
    │   ├── FailedPreconditionError     RuntimeError
    │   ├── AbortedError                RuntimeError
    │   ├── OutOfRangeError             IndexError
    │   ├── UnimplementedError          NotImplementedError
    │   ├── InternalError               RuntimeError
    │   ├── UnavailableError            RuntimeError
    │   ├── DataLossError               ValueError
    │   └── UnauthenticatedError        RuntimeError
    ├── GradientError                   LookupError   (no gradient on the path to the loss)
    ├── MissingKeyError                 KeyError      (its text is a sentence, which KeyError would put in quotes)
    ├── NanLossDuringTrainingError      RuntimeError
    ├── NotFittedError                  ValueError, AttributeError  (as scikit-learn's)
    └── UsageError                      ValueError    (several problems of one call, a line each)

Plain ``TypeError``, ``ValueError`` and ``KeyError`` are raised where the mistake is exactly that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

OK, CANCELLED, UNKNOWN, INVALID_ARGUMENT, DEADLINE_EXCEEDED, NOT_FOUND, ALREADY_EXISTS = range(7)
PERMISSION_DENIED, RESOURCE_EXHAUSTED, FAILED_PRECONDITION, ABORTED, OUT_OF_RANGE = range(7, 12)
UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS, UNAUTHENTICATED = range(12, 17)


class EstimatorError(Exception):
    """Base of the package's own exceptions."""


class OpError(EstimatorError):
    """A failure of an operation, a file or a run, under TensorFlow's canonical codes.

    Made as ``NotFoundError(message, op)``, or as TensorFlow's scripts do: ``NotFoundError(node_def, op, message)``.

    Parameters
    ----------
    message : str
        What was wrong, where, and what to do.
    op : object, optional
        The operation that failed, if one did.
    node_def : object, optional
        TensorFlow's form of it; kept as it is.
    error_code : int, optional
        The canonical code; by default that of the class.
    """

    code = 2

    def __init__(
        self,
        *given: Any,
        node_def: Any = None,
        op: Any = None,
        message: Any = None,
        error_code: int | None = None,
    ) -> None:
        if len(given) > 2:
            node_def, op, message, *code = given
            error_code = code[0] if code else error_code
        elif given:
            message, op = (*given, op)[:2]
        super().__init__(message)
        self.message: str = message
        self.op: object = op
        self.node_def: object = node_def
        if error_code is not None:
            self.code = error_code

    @property
    def error_code(self) -> int:
        """The canonical code, as tf.errors.OpError has it."""
        return self.code

    def __str__(self) -> str:
        return self.message


class CancelledError(OpError, RuntimeError):
    """The operation was cancelled."""

    code = 1


class UnknownError(OpError, RuntimeError):
    """The cause is not known."""

    code = 2


class InvalidArgumentError(OpError, ValueError):
    """An argument has a wrong value, shape or dtype."""

    code = 3


class DeadlineExceededError(OpError, TimeoutError):
    """An operation was not done within its time."""

    code = 4


class NotFoundError(OpError, LookupError):
    """A file, a key or a variable is not there."""

    code = 5


class AlreadyExistsError(OpError, ValueError):
    """What was to be made exists."""

    code = 6


class PermissionDeniedError(OpError, RuntimeError):
    """The system does not let this process read or write there."""

    code = 7


class ResourceExhaustedError(OpError, MemoryError):
    """Memory, disk or a quota is used up."""

    code = 8


class FailedPreconditionError(OpError, RuntimeError):
    """The state does not allow it, for example a variable without a value."""

    code = 9


class AbortedError(OpError, RuntimeError):
    """The operation was given up."""

    code = 10


class OutOfRangeError(OpError, IndexError):
    """The end of the input."""

    code = 11


class UnimplementedError(OpError, NotImplementedError):
    """It is not there yet."""

    code = 12


class InternalError(OpError, RuntimeError):
    """An invariant of this package is broken: please report it."""

    code = 13


class UnavailableError(OpError, RuntimeError):
    """A service does not answer."""

    code = 14


class DataLossError(OpError, ValueError):
    """A file is damaged."""

    code = 15


class UnauthenticatedError(OpError, RuntimeError):
    """A service does not know who asks."""

    code = 16


class GradientError(EstimatorError, LookupError):
    """An operation on the path to the loss has no gradient."""


class MissingKeyError(EstimatorError, KeyError):
    """A dict of the package's has no such key."""

    def __str__(self) -> str:
        return str(self.args[0])


class NanLossDuringTrainingError(EstimatorError, RuntimeError):
    """The loss became NaN."""

    def __str__(self) -> str:
        return super().__str__() or "NaN loss during training."


class NotFittedError(EstimatorError, ValueError, AttributeError):
    """A model is to evaluate or predict that was never trained.

    Source
    ------
    tf.contrib.learn.NotFittedError, TF 1.15 _sklearn.py
    """


class UsageError(EstimatorError, ValueError):
    """All problems of one call, a line each.

    Parameters
    ----------
    subject : str
        What was checked, for example ``"RunConfig"``.
    problems : sequence of str
        One finished sentence each.
    """

    def __init__(self, subject: str, problems: Sequence[str]) -> None:
        self.subject = subject
        self.problems = tuple(problems)
        if len(self.problems) == 1:
            text = f"{subject}: {self.problems[0]}"
        else:
            lines = "\n".join(f"  - {problem}" for problem in self.problems)
            text = f"{subject}: {len(self.problems)} problems\n{lines}"
        super().__init__(text)


def raise_problems(subject: str, problems: Sequence[str]) -> None:
    """Raise one :class:`UsageError` for all problems, or return if there are none."""
    if problems:
        raise UsageError(subject, problems)


class Gathered:
    """What the parts of one call find wrong with their arguments, to be raised together.

    Parameters
    ----------
    subject : str
        What was checked, for example ``"DNNClassifier"``.
    """

    def __init__(self, subject: str) -> None:
        self._subject = subject
        self._errors: list[Exception] = []

    def result_of(self, part: Callable[..., Any], *args: Any) -> Any:  # what the part gives, or None
        """What a part gives for its arguments; a TypeError or ValueError of its is kept for :meth:`raise_all`."""
        try:
            return part(*args)
        except (TypeError, ValueError) as error:
            self._errors.append(error)
            return None

    def raise_all(self) -> None:
        """Raise what was kept: a single error as it is, several as one :class:`UsageError`."""
        if len(self._errors) == 1:
            raise self._errors[0]
        problems = [
            problem
            for error in self._errors
            for problem in (error.problems if isinstance(error, UsageError) else [str(error)])
        ]
        raise_problems(self._subject, problems)


def exception_type_from_error_code(error_code: int) -> type[OpError]:
    """The class of errors that has one of TensorFlow's codes.

    Raises
    ------
    KeyError
        If there is no such code, or it is `OK`.

    Source
    ------
    tf.errors.exception_type_from_error_code, TF 1.15
    """
    return {kind.code: kind for kind in OpError.__subclasses__() if kind.__module__ == __name__}[error_code]


def error_code_from_exception_type(cls: type) -> int:
    """The code of a class of errors; `UNKNOWN` for one that is not TensorFlow's.

    Source
    ------
    tf.errors.error_code_from_exception_type, TF 1.15
    """
    return cls.code if issubclass(cls, OpError) else UNKNOWN
