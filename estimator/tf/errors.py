"""Exceptions by TensorFlow's canonical codes: tf.errors."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.core.errors": (
            "AbortedError AlreadyExistsError CancelledError DataLossError DeadlineExceededError "
            "FailedPreconditionError InternalError InvalidArgumentError NotFoundError OpError "
            "OutOfRangeError PermissionDeniedError ResourceExhaustedError UnavailableError "
            "UnimplementedError UnknownError"
        ),
    },
)
