"""The tree of errors."""

from __future__ import annotations

import builtins
import re

import pytest

from estimator import tf
from estimator.core import errors
from estimator.core.errors import (
    EstimatorError,
    Gathered,
    InvalidArgumentError,
    OpError,
    UsageError,
    raise_problems,
)

CLASSES = [
    each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, EstimatorError)
]
CODES = {
    "CancelledError": 1, "UnknownError": 2, "InvalidArgumentError": 3, "DeadlineExceededError": 4, "NotFoundError": 5,
    "AlreadyExistsError": 6, "PermissionDeniedError": 7, "ResourceExhaustedError": 8, "FailedPreconditionError": 9,
    "AbortedError": 10, "OutOfRangeError": 11, "UnimplementedError": 12, "InternalError": 13, "UnavailableError": 14,
    "DataLossError": 15, "UnauthenticatedError": 16,
}  # fmt: skip  # tensorflow/core/protobuf/error_codes.proto


def drawn() -> dict[str, tuple[str, str | None]]:
    """The tree of the module's docstring: class to (parent, Python's class beside it)."""
    found: dict[str, tuple[str, str | None]] = {}
    parents = ["EstimatorError"]
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"^( {4})((?:│   |    )*)(?:├── |└── )(\w+)(?: +(\w+))?", line)
        if match:
            depth = len(match[2]) // 4
            del parents[depth + 1 :]
            beside = match[4] if match[4] and hasattr(builtins, match[4]) else None
            found[match[3]] = parents[-1], beside
            parents.append(match[3])
    return found


def test_the_tree_that_is_drawn_is_the_tree() -> None:
    actual = {}
    for each in CLASSES:
        if each is not EstimatorError:
            first, *rest = each.__bases__
            actual[each.__name__] = first.__name__, rest[0].__name__ if rest else None
    assert drawn() == actual


def test_codes_are_tensorflows() -> None:
    assert {
        each.__name__: each.code for each in CLASSES if issubclass(each, OpError) and each is not OpError
    } == CODES
    assert InvalidArgumentError("x").error_code == 3


def test_an_error_carries_its_message_and_its_operation() -> None:
    error = InvalidArgumentError("too long", op="the op")
    assert (str(error), error.message, error.op) == ("too long", "too long", "the op")


def test_pythons_classes_catch_them() -> None:
    with pytest.raises(IndexError):
        raise errors.OutOfRangeError("End of sequence")
    assert str(errors.NanLossDuringTrainingError()) == "NaN loss during training."


def test_one_problem_is_a_sentence_and_several_are_a_list() -> None:
    assert str(UsageError("RunConfig", ["a is wrong."])) == "RunConfig: a is wrong."
    error = UsageError("RunConfig", ["a is wrong.", "b is wrong."])
    assert str(error) == "RunConfig: 2 problems\n  - a is wrong.\n  - b is wrong."
    assert (error.subject, error.problems) == ("RunConfig", ("a is wrong.", "b is wrong."))
    assert issubclass(UsageError, ValueError)


def test_without_problems_nothing_is_raised() -> None:
    raise_problems("RunConfig", [])
    with pytest.raises(UsageError, match="RunConfig: a is wrong"):
        raise_problems("RunConfig", ["a is wrong."])


def test_errors_are_made_with_tensorflows_arguments_too() -> None:
    error = errors.OutOfRangeError(None, "op", "enough")
    assert (str(error), error.message, error.op, error.node_def) == ("enough", "enough", "op", None)
    named = errors.AbortedError(node_def="node", op=None, message="again")
    assert (str(named), named.node_def) == ("again", "node")
    ours = errors.NotFoundError("gone", "op")
    assert (str(ours), ours.op) == ("gone", "op")


def test_what_parts_find_wrong_is_raised_together() -> None:
    problems = Gathered("a model")
    assert problems.result_of(int, "3") == 3
    problems.raise_all()
    assert problems.result_of(int, "x") is None
    with pytest.raises(ValueError, match="^invalid literal"):
        problems.raise_all()
    problems.result_of(raise_problems, "a part", ["a is wrong.", "b is wrong."])
    with pytest.raises(UsageError) as caught:
        problems.raise_all()
    assert (caught.value.subject, caught.value.problems[1:]) == ("a model", ("a is wrong.", "b is wrong."))
    with pytest.raises(ZeroDivisionError):  # no mistake of an argument
        problems.result_of(lambda: 1 // 0)


def test_codes_and_classes_find_one_another() -> None:
    codes = [getattr(errors, name) for name in tf.errors.__all__ if name.isupper()]
    assert sorted(codes) == list(range(17))
    for code in range(1, 17):
        kind = errors.exception_type_from_error_code(code)
        assert errors.error_code_from_exception_type(kind) == code
    assert errors.exception_type_from_error_code(errors.NOT_FOUND) is errors.NotFoundError
    assert errors.error_code_from_exception_type(ValueError) == errors.UNKNOWN
    with pytest.raises(KeyError):
        errors.exception_type_from_error_code(error_code=errors.OK)


def test_a_code_may_be_given() -> None:
    assert errors.OpError(None, None, "m", 3).error_code == 3
    assert errors.OpError(None, None, "m", error_code=5).error_code == 5
    assert errors.NotFoundError(None, None, "m").error_code == errors.NOT_FOUND
