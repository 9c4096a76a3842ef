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
from collections.abc import Callable, Mapping, Sequence

import numpy as np

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
from estimator.core.shapes import show
from estimator.serving.limits import Gate, Limits
from estimator.serving.models import Models, ModelSpec
from estimator.serving.servable import (
    CLASSIFY,
    DEFAULT_SIGNATURE,
    PREDICT,
    REGRESS,
    Array,
    Servable,
    Signature,
)

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

    Attributes
    ----------
    gate : Gate
    listeners : list of callable
        Each is called with every :class:`Call`.
    """

    def __init__(self, models: Models, limits: Limits | None = None) -> None:
        self.models = models
        self.limits = limits or Limits()
        self.gate = Gate(self.limits)
        self.listeners: list[Callable[[Call], object]] = []

    def predict(
        self,
        asked: ModelSpec,
        arrays: Mapping[str, Array],
        outputs: Sequence[str] | None = None,
        is_wanted: Callable[[], bool] | None = None,
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

        Raises
        ------
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
            return servable.run(asked.signature_name, arrays, outputs)

        return self._answered("predict", asked, run, is_wanted)

    def classify(
        self, asked: ModelSpec, examples: Sequence[bytes], is_wanted: Callable[[], bool] | None = None
    ) -> Answer:
        """The classes and scores of serialized tf.Examples.

        Raises
        ------
        FailedPreconditionError
            If the model's answer is no classification: it has neither classes nor scores, or not a row an example.
        OpError
            As :meth:`predict`; InvalidArgumentError if the signature does not classify, or there is no example.
        """

        def run(servable: Servable) -> Mapping[str, Array]:
            results = self._of_examples(servable, asked, examples, CLASSIFY)
            found = {key: results[key] for key in (CLASSES, SCORES) if key in results}
            wrong = [
                f"{key!r} has the shape {show(array.shape)}"
                for key, array in found.items()
                if array.ndim != 2 or len(array) != len(examples)
            ]
            if wrong or not found:
                raise FailedPreconditionError(
                    f"{servable}: a classification gives 'classes' or 'scores' of shape [{len(examples)}, n] for "
                    f"{len(examples)} examples; {' and '.join(wrong) or f'this one gives {sorted(results)}'}."
                )
            return found

        return self._answered("classify", asked, run, is_wanted)

    def regress(
        self, asked: ModelSpec, examples: Sequence[bytes], is_wanted: Callable[[], bool] | None = None
    ) -> Answer:
        """A number for each of some serialized tf.Examples.

        Raises
        ------
        FailedPreconditionError
            If the model's answer is not a number an example.
        OpError
            As :meth:`predict`; InvalidArgumentError if the signature does not regress, or there is no example.
        """

        def run(servable: Servable) -> Mapping[str, Array]:
            results = self._of_examples(servable, asked, examples, REGRESS)
            values = results.get(REGRESSED)
            if values is None or values.shape not in ((len(examples),), (len(examples), 1)):
                given = f"{sorted(results)}" if values is None else f"the shape {show(values.shape)}"
                raise FailedPreconditionError(
                    f"{servable}: a regression gives 'outputs', a number for each of {len(examples)} examples; this "
                    f"one gives {given}."
                )
            return {REGRESSED: values.reshape(-1)}

        return self._answered("regress", asked, run, is_wanted)

    def _of_examples(
        self, servable: Servable, asked: ModelSpec, examples: Sequence[bytes], method_name: str
    ) -> Mapping[str, Array]:
        signature = servable.signature(asked.signature_name, (method_name,))
        if not examples:
            raise InvalidArgumentError("the input is empty: there is no tf.train.Example.")
        self._check_rows(len(examples))
        (key,) = signature.inputs
        return servable.run(asked.signature_name, {key: np.fromiter(examples, object, len(examples))})

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
        is_wanted: Callable[[], bool] | None,
    ) -> Answer:
        began, code, model = time.perf_counter(), OK, ""
        try:
            with (
                self.gate.admitted(is_wanted),
                self.models.acquire(asked.name, asked.version, asked.label) as servable,
            ):
                model = servable.name
                outputs = run(servable)
                key = asked.signature_name or DEFAULT_SIGNATURE
                return Answer(model, servable.version, key, servable.signatures[key], outputs)
        except Exception as error:
            code = error_code_from_exception_type(type(error))
            raise
        finally:
            call = Call(method, model, code, time.perf_counter() - began)
            for listener in self.listeners:
                listener(call)


def described(error: Exception) -> tuple[int, str]:
    """The code and the one line that a client is told of an error; what was not foreseen goes to the log alone.

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
        return error.code, " ".join(str(error).split())
    logger.error("a request failed", exc_info=error)
    return INTERNAL, "the request failed for a reason that the server's log tells."
