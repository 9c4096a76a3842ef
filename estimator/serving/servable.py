"""One loaded version of a model: what it may be asked, and its answers.

A servable knows nothing of protocols and files: arrays come in by the names of a signature, and arrays go out. Texts
are object arrays of bytes. Requests may come from many threads at once::

    answers = servable.run("serving_default", {"x": np.ones((2, 4), np.float32)})
    answers["probabilities"].shape     # (2, 3)
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from estimator.core.errors import FailedPreconditionError, InvalidArgumentError, UnimplementedError
from estimator.core.frozen import frozen
from estimator.core.log import logger
from estimator.core.registry import did_you_mean, shortened
from estimator.core.shapes import compatible, show
from estimator.graph.tensor import Operation, Tensor
from estimator.pipeline.specs import TensorSpec
from estimator.runtime.order import prune
from estimator.runtime.session import Session
from estimator.saved_model.graph_signature import with_last_axis
from estimator.serving.pace import Pace, is_steady

Array = np.ndarray[Any, Any]

DEFAULT_SIGNATURE = "serving_default"
PREDICT = "tensorflow/serving/predict"
CLASSIFY = "tensorflow/serving/classify"
REGRESS = "tensorflow/serving/regress"

_WARM_RUNS = 2  # the first one is interpreted, the second one makes the plan


class SignatureTensors(Protocol):
    """What a servable needs of a signature: the tensors behind its names, in the session's graph."""

    @property
    def method_name(self) -> str:
        """What it is for: ``tensorflow/serving/predict``, ``.../classify`` or ``.../regress``."""

    @property
    def inputs(self) -> Mapping[str, Tensor]:
        """What is fed."""

    @property
    def outputs(self) -> Mapping[str, Tensor]:
        """What is fetched."""


@frozen
class Signature:
    """What a servable may be asked under one name.

    Parameters
    ----------
    method_name : str
        ``tensorflow/serving/predict``, ``.../classify`` or ``.../regress``.
    inputs, outputs : mapping of str to TensorSpec
        With the name that each tensor has in its graph, its type, and its shape.
    """

    method_name: str
    inputs: Mapping[str, TensorSpec]
    outputs: Mapping[str, TensorSpec]

    def is_batched(self) -> bool:
        """Whether every input and output has rows, any number of them."""
        specs = (*self.inputs.values(), *self.outputs.values())
        return all(spec.dims is not None and spec.dims[:1] == (None,) for spec in specs)

    def rows(self, arrays: Mapping[str, Array]) -> int:
        """How many rows are given: the most that an input has whose first size the signature leaves open."""
        open_ended = (
            arrays[key]
            for key, spec in self.inputs.items()
            if key in arrays and (spec.dims is None or spec.dims[:1] == (None,))
        )
        return max((array.shape[0] for array in open_ended if array.ndim), default=1)


class Servable:
    """A version of a model in a session.

    Parameters
    ----------
    name : str
        What the model is called.
    version : int
        Its version: the step of a checkpoint, or the number of an export's folder.
    session : Session
        With the values of all variables; the servable owns it from now on.
    signatures : mapping of str to SignatureTensors

    Attributes
    ----------
    signatures : dict of str to Signature
    """

    def __init__(
        self, name: str, version: int, session: Session, signatures: Mapping[str, SignatureTensors]
    ) -> None:
        self.name = name
        self.version = version
        self._session = session
        self._tensors = dict(signatures)
        self._whole = {
            key: session.make_callable(dict(tensors.outputs), list(tensors.inputs.values()))
            for key, tensors in signatures.items()
        }  # what gives all outputs of all inputs, and looks nothing up
        self.signatures = {key: _signature(tensors) for key, tensors in signatures.items()}
        self._pace = Pace()
        self._steady = {key for key, tensors in signatures.items() if is_steady(_operations(tensors))}

    def key(self, signature_name: str) -> str:
        """What a signature is called here: an empty name stands for ``serving_default``, or for the only one there is.

        TensorFlow's export of a classifier that takes raw tensors has no default, only ``predict``.
        """
        if not signature_name and DEFAULT_SIGNATURE not in self.signatures and len(self.signatures) == 1:
            return next(iter(self.signatures))
        return signature_name or DEFAULT_SIGNATURE

    def signature(self, signature_name: str, method_names: Sequence[str] = ()) -> Signature:
        """The signature of that name; an empty one is as :meth:`key` says.

        Parameters
        ----------
        signature_name : str
        method_names : sequence of str, optional
            What it must be for, one of these.

        Raises
        ------
        InvalidArgumentError
            If there is none, or it is for something else.
        """
        key = self.key(signature_name)
        found = self.signatures.get(key)
        if found is None:
            hint = did_you_mean(key, self.signatures)
            raise InvalidArgumentError(
                f"{self} has no signature {key!r}.{hint} There is: {shortened(self.signatures)}."
            )
        if method_names and found.method_name not in method_names:
            others = [name for name, other in self.signatures.items() if other.method_name in method_names]
            wanted = " or ".join(map(repr, method_names))
            raise InvalidArgumentError(
                f"{self}: the method_name of the signature {key!r} is {found.method_name!r}, expected: {wanted}. "
                f"Signatures with it: {shortened(others)}."
            )
        return found

    def run(
        self, signature_name: str, arrays: Mapping[str, Array], outputs: Sequence[str] | None = None
    ) -> dict[str, Array]:
        """What the model answers.

        Parameters
        ----------
        signature_name : str
            Empty: as :meth:`key` says.
        arrays : mapping of str to ndarray
            Of the signature's inputs, each of its type and a shape that fits; texts as object arrays of bytes. What is
            [rows, 1] in the model may be [rows] here.
        outputs : sequence of str, optional
            Which outputs are wanted; default: all.

        Returns
        -------
        dict of str to ndarray

        Raises
        ------
        InvalidArgumentError
            If names, types or shapes do not fit, all of it at once, or the model refuses the values.
        OpError
            If the run fails otherwise.
        """
        key = self.key(signature_name)
        kind = _kind(key, arrays, outputs)
        arrays = self.fitting(signature_name, arrays, outputs)
        tensors = self._tensors[key]
        began = time.perf_counter()
        if outputs:
            fetched = {name: tensors.outputs[name] for name in outputs}
            results = self._session.run(
                fetched, {tensors.inputs[name]: array for name, array in arrays.items()}
            )
        else:
            results = self._whole[key](*(arrays[name] for name in tensors.inputs))
        seconds = time.perf_counter() - began
        answers = {name: np.asarray(value) for name, value in results.items()}
        if key in self._steady:
            self._pace.note(kind, seconds, sum([array.size for array in answers.values()]))
        return answers

    def is_quick(
        self, signature_name: str, arrays: Mapping[str, Array], outputs: Sequence[str] | None = None
    ) -> bool:
        """Whether :meth:`run` will take no longer than handing it to a thread would, as far as can be told.

        Parameters
        ----------
        signature_name, arrays, outputs
            As of :meth:`run`; arrays that do not fit are no quick question.
        """
        return self._pace.is_quick(_kind(self.key(signature_name), arrays, outputs))

    def fitting(
        self, signature_name: str, arrays: Mapping[str, Array], outputs: Sequence[str] | None = None
    ) -> dict[str, Array]:
        """The arrays of a request in the shapes of the signature, with all that :meth:`run` checks checked.

        Raises
        ------
        InvalidArgumentError
            If names, types or shapes do not fit, all of it at once.
        """
        signature = self.signature(signature_name)
        tensors = self._tensors[self.key(signature_name)]
        arrays = {
            key: with_last_axis(tensors.inputs[key], array) if key in tensors.inputs else array
            for key, array in arrays.items()
        }
        problems = [*_problems(signature, arrays), *_unknown_outputs(signature, outputs or ())]
        if problems:
            raise InvalidArgumentError(f"{self.named(signature_name)}: {' '.join(problems)}")
        return arrays

    def verify(self) -> None:
        """Make sure that no weight is NaN or infinite.

        Raises
        ------
        InvalidArgumentError
            If some are; their names are given.
        """
        names = [storage.name for storage in self._session.store if not storage.began_finite]
        if names:
            raise InvalidArgumentError(f"{self}: not all values are finite in {shortened(names, 5)}.")

    def warm_up(self) -> None:
        """Ask each signature a question of one row, so that the first request does not wait for what a first run makes.

        Zeros and empty texts are no question that every model answers: one that refuses them is as warm as it can be.

        Raises
        ------
        FailedPreconditionError, UnimplementedError
            If no question could be answered: a variable has no value, or an operation is not here.
        """
        for name, signature in self.signatures.items():
            arrays = {key: _one_row(spec) for key, spec in signature.inputs.items()}
            try:
                for _ in range(_WARM_RUNS):
                    self.run(name, arrays)
            except (FailedPreconditionError, UnimplementedError):
                raise
            except Exception as error:  # of whatever kind: these values are nobody's
                logger.debug("%s does not answer for zeros: %s", self.named(name), error)

    def close(self) -> None:
        """Let the weights go; nothing may be running."""
        self._session.close()

    def named(self, signature_name: str) -> str:
        """The model and one of its signatures, for messages."""
        return f"{self}, signature {self.key(signature_name)!r}"

    def __str__(self) -> str:
        return f"model {self.name!r} version {self.version}"


def _signature(tensors: SignatureTensors) -> Signature:
    specs = [
        {key: TensorSpec(tensor.dims, tensor.dtype, tensor.name) for key, tensor in named.items()}
        for named in (tensors.inputs, tensors.outputs)
    ]
    return Signature(tensors.method_name, *specs)


def _operations(tensors: SignatureTensors) -> Iterable[Operation]:
    """What gives the outputs of the inputs."""
    return prune([tensor.op for tensor in tensors.outputs.values()], frozenset(tensors.inputs.values()))


def _kind(key: str, arrays: Mapping[str, Array], outputs: Sequence[str] | None) -> Hashable:
    """What questions have in common that take the same time."""
    return key, tuple(outputs or ()), tuple([(name, array.shape) for name, array in arrays.items()])


def _problems(signature: Signature, arrays: Mapping[str, Array]) -> Iterable[str]:
    """A sentence for each input that is missing, unknown, or does not fit."""
    for key in arrays.keys() - signature.inputs.keys():
        hint = did_you_mean(key, signature.inputs)
        yield f"there is no input {key!r}.{hint or f' There is: {shortened(signature.inputs)}.'}"
    for key, spec in signature.inputs.items():
        if key not in arrays:
            yield f"the input {key!r} is missing: {spec.dtype.name} of shape {show(spec.dims)}."
            continue
        array = arrays[key]
        if array.dtype != spec.dtype.np:
            yield f"the input {key!r} must be {spec.dtype.name}, given: {array.dtype}."
        if not compatible(spec.dims, array.shape):
            yield f"the input {key!r} must have the shape {show(spec.dims)}, given: {show(array.shape)}."


def _unknown_outputs(signature: Signature, outputs: Sequence[str]) -> Iterable[str]:
    for key in outputs:
        if key not in signature.outputs:
            hint = did_you_mean(key, signature.outputs)
            yield f"there is no output {key!r}.{hint or f' There is: {shortened(signature.outputs)}.'}"


def _one_row(spec: TensorSpec) -> Array:
    shape = tuple(1 if size is None else size for size in spec.dims or ())
    return np.full(shape, b"" if spec.dtype.np == object else 0, spec.dtype.np)
