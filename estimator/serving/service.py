"""What a server does, whatever protocol it is asked in: predict, classify, regress.

A protocol turns a request into a :class:`~estimator.serving.models.ModelSpec` and arrays, calls the service, and writes
its answer; errors of :mod:`estimator.core.errors` become its codes. Everything else stands here once: the gate, the
limits, which version answers, what a classification is, and who is told about it.

Source
------
TensorFlow Serving 2.x: servables/tensorflow/{predict_util,classifier,regressor}.cc
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from estimator.core.dtypes import as_dtype
from estimator.core.errors import (
    INTERNAL,
    OK,
    FailedPreconditionError,
    InvalidArgumentError,
    OpError,
    error_code_from_exception_type,
)
from estimator.core.frozen import frozen
from estimator.core.log import logger
from estimator.core.registry import shortened
from estimator.core.shapes import show
from estimator.serving.limits import Gate, Limits, NotAtOnceError
from estimator.serving.models import Models, ModelSpec
from estimator.serving.servable import (
    CLASSIFY,
    PREDICT,
    REGRESS,
    Array,
    Servable,
    Signature,
)

if TYPE_CHECKING:
    from estimator.serving.batching import Batching

CLASSES, SCORES, REGRESSED = "classes", "scores", "outputs"


@frozen
class Answer:
    """What a model has answered.

    Parameters
    ----------
    name : str
    version : int
        The one that answered.
    signature_name : str
    signature : Signature
    outputs : mapping of str to ndarray
        Of a classification ``classes`` (bytes) and ``scores`` (float32), at least one of them, [rows, n];
        of a regression ``outputs`` (float32), [rows].
    """

    name: str
    version: int
    signature_name: str
    signature: Signature
    outputs: Mapping[str, Array]


@frozen
class Call:
    """A request that was answered or refused, for those who count them.

    Parameters
    ----------
    method : str
        ``"predict"``, ``"classify"`` or ``"regress"``.
    model : str
        Empty if there is none of the name that was asked for: names of strangers are no labels.
    code : int
        Of :mod:`estimator.core.errors`, 0 if all went well.
    seconds : float
        From the gate to the answer.
    """

    method: str
    model: str
    code: int
    seconds: float


class Service:
    """The models of a server behind its gate.

    Parameters
    ----------
    models : Models
    limits : Limits, optional
    is_batching : bool
        Whether requests that ask the same at the same time are answered by one run.

    Attributes
    ----------
    gate : Gate
    listeners : list of callable
        Each is called with every :class:`Call`.
    """

    def __init__(self, models: Models, limits: Limits | None = None, is_batching: bool = False) -> None:
        self.models = models
        self.limits = limits or Limits()
        self.gate = Gate(self.limits)
        self.listeners: list[Callable[[Call], object]] = []
        self._batching: Batching | None = None
        if is_batching:
            from estimator.serving.batching import Batching  # few want it

            self._batching = Batching(self.gate, self.limits)

    def predict(
        self,
        asked: ModelSpec,
        arrays: Mapping[str, Array],
        outputs: Sequence[str] | None = None,
        is_wanted: Callable[[], bool] | None = None,
        at_once: bool = False,
    ) -> Answer:
        """What a model makes of the arrays; see :meth:`estimator.serving.servable.Servable.run`.

        Parameters
        ----------
        asked : ModelSpec
        arrays : mapping of str to ndarray
        outputs : sequence of str, optional
            Which outputs are wanted; default: all.
        is_wanted : callable, optional
            Says whether somebody still waits for the answer.
        at_once : bool
            Whether to raise rather than take longer than a quick model does; nothing has been done then.

        Raises
        ------
        NotAtOnceError
            If it is to be answered at once, and cannot be.
        NotFoundError
            If there is no such model, version or label.
        InvalidArgumentError
            If signature, names, types or shapes do not fit, or there are too many rows.
        ResourceExhaustedError, UnavailableError, DeadlineExceededError
            As :meth:`estimator.serving.limits.Gate.admitted`.
        OpError
            If the model fails.
        """

        def run(servable: Servable) -> Mapping[str, Array]:
            signature = servable.signature(asked.signature_name, (PREDICT, CLASSIFY, REGRESS))
            self._check_rows(signature.rows(arrays))
            return self._run(servable, asked, arrays, outputs, is_wanted, at_once)

        return self._answered("predict", asked, run)

    def classify(
        self,
        asked: ModelSpec,
        examples: Sequence[bytes],
        is_wanted: Callable[[], bool] | None = None,
        at_once: bool = False,
    ) -> Answer:
        """The classes and scores of serialized tf.Examples.

        Raises
        ------
        FailedPreconditionError
            If the model's answer is no classification: it has neither classes nor scores, or not a row an example.
        NotAtOnceError, OpError
            As :meth:`predict`; InvalidArgumentError if the signature does not classify, or there is no example.
        """

        def run(servable: Servable) -> Mapping[str, Array]:
            results = self._of_examples(servable, asked, examples, CLASSIFY, is_wanted, at_once)
            found = {key: results[key] for key in (CLASSES, SCORES) if key in results}
            problems = list(_no_classification(found, len(examples)))
            if problems:
                raise FailedPreconditionError(f"{servable.named(asked.signature_name)}: {' '.join(problems)}")
            return found

        return self._answered("classify", asked, run)

    def regress(
        self,
        asked: ModelSpec,
        examples: Sequence[bytes],
        is_wanted: Callable[[], bool] | None = None,
        at_once: bool = False,
    ) -> Answer:
        """A number for each of some serialized tf.Examples.

        Raises
        ------
        FailedPreconditionError
            If the model's answer is not a number an example.
        NotAtOnceError, OpError
            As :meth:`predict`; InvalidArgumentError if the signature does not regress, or there is no example.
        """

        def run(servable: Servable) -> Mapping[str, Array]:
            results = self._of_examples(servable, asked, examples, REGRESS, is_wanted, at_once)
            problems = list(_no_regression(results, len(examples)))
            if problems:
                raise FailedPreconditionError(f"{servable.named(asked.signature_name)}: {' '.join(problems)}")
            return {REGRESSED: results[REGRESSED].reshape(-1)}

        return self._answered("regress", asked, run)

    def _of_examples(
        self,
        servable: Servable,
        asked: ModelSpec,
        examples: Sequence[bytes],
        method_name: str,
        is_wanted: Callable[[], bool] | None,
        at_once: bool,
    ) -> Mapping[str, Array]:
        signature = servable.signature(asked.signature_name, (method_name,))
        if len(signature.inputs) != 1:
            given = shortened(signature.inputs)
            raise FailedPreconditionError(
                f"{servable.named(asked.signature_name)}: a tf.train.Example is one input, it has: {given}."
            )
        if not examples:
            raise InvalidArgumentError("the input is empty: there is no tf.train.Example.")
        self._check_rows(len(examples))
        (key,) = signature.inputs
        arrays = {key: np.fromiter(examples, object, len(examples))}
        return self._run(servable, asked, arrays, None, is_wanted, at_once)

    def _run(
        self,
        servable: Servable,
        asked: ModelSpec,
        arrays: Mapping[str, Array],
        outputs: Sequence[str] | None,
        is_wanted: Callable[[], bool] | None,
        at_once: bool,
    ) -> Mapping[str, Array]:
        """Run the model when its turn comes."""
        if at_once and not (
            self._batching is None and servable.is_quick(asked.signature_name, arrays, outputs)
        ):
            raise NotAtOnceError
        if self._batching is not None:
            return self._batching.run(servable, asked.signature_name, arrays, outputs, is_wanted)
        with self.gate.admitted(is_wanted, at_once):
            return servable.run(asked.signature_name, arrays, outputs)

    def _check_rows(self, rows: int) -> None:
        if rows > self.limits.max_rows:
            raise InvalidArgumentError(
                f"a request may have {self.limits.max_rows} rows, this one has {rows}."
            )

    def _answered(
        self,
        method: str,
        asked: ModelSpec,
        run: Callable[[Servable], Mapping[str, Array]],
    ) -> Answer:
        began, code, model, is_over = time.perf_counter(), OK, "", True
        try:
            with self.models.acquire(asked.name, asked.version, asked.label) as servable:
                model = servable.name
                outputs = run(servable)
                key = servable.key(asked.signature_name)
                return Answer(model, servable.version, key, servable.signatures[key], outputs)
        except NotAtOnceError:
            is_over = False  # it is asked again
            raise
        except Exception as error:
            code = error_code_from_exception_type(type(error))
            raise
        finally:
            if is_over:
                call = Call(method, model, code, time.perf_counter() - began)
                for listener in self.listeners:
                    listener(call)


def _no_classification(found: Mapping[str, Array], rows: int) -> Iterable[str]:
    """Why these are not the classes and scores of so many examples."""
    if not found:
        yield "a classification gives 'classes' or 'scores', this one gives neither."
    for key, kind in ((CLASSES, "O"), (SCORES, "f")):
        if key in found and (
            found[key].dtype.kind != kind or found[key].ndim != 2 or len(found[key]) != rows
        ):
            wanted = "texts" if kind == "O" else "floats"
            yield f"{key!r} must be {wanted} of shape [{rows}, n], it is {_shown(found[key])}."
    if len({array.shape for array in found.values()}) > 1:
        yield f"'classes' and 'scores' differ in shape: {' and '.join(map(_shown, found.values()))}."


def _no_regression(results: Mapping[str, Array], rows: int) -> Iterable[str]:
    """Why this is not a number for each of so many examples."""
    values = results.get(REGRESSED)
    if values is None:
        yield f"a regression gives 'outputs', this one gives {shortened(results)}."
    elif values.dtype.kind != "f" or values.shape not in ((rows,), (rows, 1)):
        yield f"'outputs' must be floats of shape [{rows}] or [{rows}, 1], it is {_shown(values)}."


def _shown(array: Array) -> str:
    return f"{as_dtype(array.dtype).name} of shape {show(array.shape)}"


def described(error: Exception) -> tuple[int, str]:
    """The code and the one line that a client is told of an error.

    The line of a model function that made a failing operation is not for clients, and what was not foreseen goes to the
    log alone.

    Parameters
    ----------
    error : Exception

    Returns
    -------
    code : int
        Of :mod:`estimator.core.errors`.
    message : str
    """
    if isinstance(error, OpError):
        frame = getattr(error.op, "frame", None)
        return error.code, " ".join(str(error).removeprefix(f"{frame}: ").split())
    logger.error("a request failed", exc_info=error)
    return INTERNAL, "the request failed for a reason that the server's log tells."
