"""Exceptions by TensorFlow's canonical codes: tf.errors."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.core.errors": (
            "ABORTED AbortedError ALREADY_EXISTS AlreadyExistsError CANCELLED CancelledError DATA_LOSS "
            "DEADLINE_EXCEEDED error_code_from_exception_type exception_type_from_error_code FAILED_PRECONDITION "
            "INTERNAL INVALID_ARGUMENT NOT_FOUND OK OUT_OF_RANGE PERMISSION_DENIED RESOURCE_EXHAUSTED UNAUTHENTICATED "
            "UnauthenticatedError UNAVAILABLE UNIMPLEMENTED UNKNOWN "
            " DataLossError DeadlineExceededError "
            "FailedPreconditionError InternalError InvalidArgumentError NotFoundError OpError "
            "OutOfRangeError PermissionDeniedError ResourceExhaustedError UnavailableError "
            "UnimplementedError UnknownError"
        ),
    },
)
