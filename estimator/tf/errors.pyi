"""Written by `make stub` from the table in errors.py; do not edit."""

from estimator.core.errors import AbortedError as AbortedError
from estimator.core.errors import AlreadyExistsError as AlreadyExistsError
from estimator.core.errors import CancelledError as CancelledError
from estimator.core.errors import DataLossError as DataLossError
from estimator.core.errors import DeadlineExceededError as DeadlineExceededError
from estimator.core.errors import FailedPreconditionError as FailedPreconditionError
from estimator.core.errors import InternalError as InternalError
from estimator.core.errors import InvalidArgumentError as InvalidArgumentError
from estimator.core.errors import NotFoundError as NotFoundError
from estimator.core.errors import OpError as OpError
from estimator.core.errors import OutOfRangeError as OutOfRangeError
from estimator.core.errors import PermissionDeniedError as PermissionDeniedError
from estimator.core.errors import ResourceExhaustedError as ResourceExhaustedError
from estimator.core.errors import UnavailableError as UnavailableError
from estimator.core.errors import UnimplementedError as UnimplementedError
from estimator.core.errors import UnknownError as UnknownError
