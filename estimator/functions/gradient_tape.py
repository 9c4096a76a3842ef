"""tf.GradientTape where everything is a graph: it remembers which operations were added while it was on.

Gradients flow through these alone, from sources that are watched: variables that they read, and what
:meth:`GradientTape.watch` was given. Whatever else the operations use counts as a constant.

Source: tf.GradientTape, TF 1.15 eager/backprop.py
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from estimator.core import log, nest
from estimator.core.keywords import near_keywords
from estimator.core.missing_members import lacks
from estimator.functions.arguments import tensor_of
from estimator.graph import build as b
from estimator.graph.gradients import UnconnectedGradients, gradients
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.handles import handle_op, is_handle, outside
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Operation, Tensor


@lacks("batch_jacobian jacobian")
@near_keywords
class GradientTape:
    """Remembers operations, and gives the gradients of what they compute.

    Parameters
    ----------
    persistent : bool
        Whether more than one set of gradients may be asked for.
    watch_accessed_variables : bool
        Whether trainable variables that are read count as watched.

    Example
    -------
    >>> from estimator import tf
    >>> x = tf.constant(3.0)
    >>> with tf.GradientTape() as tape:
    ...     tape.watch(x)
    ...     y = x * x
    >>> tf.Session().run(tape.gradient(y, x)).item()
    6.0

    Source
    ------
    tf.GradientTape, TF 1.15 eager/backprop.py
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self._persistent = persistent
        self._watches_variables = watch_accessed_variables
        self._watched: list[Tensor] = []
        self._parts: list[
            tuple[Graph, int, int | None]
        ] = []  # graph, its first operation, the first one after
        self._is_used = False

    def __enter__(self) -> GradientTape:
        self._start()
        return self

    def __exit__(self, *error: object) -> None:
        if self._is_on:
            self._stop()

    @property
    def _is_on(self) -> bool:
        return bool(self._parts) and self._parts[-1][2] is None

    def _start(self) -> None:
        if self._is_on:
            raise ValueError("the tape is on already: leave its block before another one.")
        graph = get_default_graph()
        self._parts.append((graph, len(graph.get_operations()), None))

    def _stop(self) -> None:
        graph, first, _ = self._parts.pop()
        self._parts.append((graph, first, len(graph.get_operations())))

    def watch(self, tensor: Any) -> None:
        """Let gradients be asked for with respect to this.

        Parameters
        ----------
        tensor : Tensor, variable, or structure of them
        """
        for value in nest.flatten(tensor):
            watched = _source(value)
            if not (is_handle(watched) or watched.dtype.is_floating or watched.dtype.is_complex):
                log.warning("GradientTape.watch: %s has no gradients, it is %s.", value, watched.dtype.name)
            self._watched.append(watched)

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """A block whose operations are not remembered.

        Raises
        ------
        ValueError
            If the tape is not on.
        """
        if not self._is_on:
            raise ValueError("the tape is off: there is nothing to stop.")
        self._stop()
        try:
            yield
        finally:
            self._start()

    def reset(self) -> None:
        """Forget what was remembered and watched; the tape stays on or off."""
        was_on = self._is_on
        self._parts, self._watched = [], []
        if was_on:
            self._start()

    def watched_variables(self) -> tuple[Any, ...]:
        """The variables that are watched: read while the tape was on, or given to :meth:`watch`."""
        watched = self._watched_sources(self._recorded())
        return tuple(variable for variable in self._trainable() if handle_op(variable.handle) in watched)

    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: Any = UnconnectedGradients.NONE,
    ) -> Any:
        """The gradients of the sum of what is in `target`, in the structure of `sources`.

        Parameters
        ----------
        target : Tensor or structure of Tensor
        sources : Tensor, variable, or structure of them
        output_gradients : Tensor or list, optional
            What flows into each target; ones by default.
        unconnected_gradients : UnconnectedGradients
            What stands for a source that nothing flows to, or that is not watched.

        Raises
        ------
        RuntimeError
            If the tape is not persistent, and has given gradients already.
        """
        if self._is_used and not self._persistent:
            raise RuntimeError(
                "this GradientTape has given its gradients already: make it with persistent=True, or ask once for all."
            )
        self._is_used = True
        if self._is_on and not self._persistent:
            self._stop()
        targets = nest.flatten(target)
        seeds = [None] * len(targets) if output_gradients is None else nest.flatten(output_gradients)
        found = self._flowing(targets, nest.flatten(sources), seeds)
        if getattr(unconnected_gradients, "value", unconnected_gradients) == "zero":
            pairs = zip(found, nest.flatten(sources), strict=True)
            found = [b.ZerosLike(tensor_of(source)) if grad is None else grad for grad, source in pairs]
        return nest.pack_as(sources, found)

    def _flowing(self, targets: Sequence[Any], sources: Sequence[Any], seeds: Sequence[Any]) -> list[Any]:
        """The gradients of the sources, None where a source or all targets are not on the tape."""
        recorded = self._recorded()
        watched = self._watched_sources(recorded)
        ys = [outside(tensor_of(target)) for target in targets]
        flows = [(y, seed) for y, seed in zip(ys, seeds, strict=True) if _is_open(y.op, recorded, watched)]
        known = [source for source in sources if _is_open(_source(source).op, recorded, watched)]
        if not flows or not known:
            return [None] * len(sources)
        inputs = [outside(tensor) for op in recorded for tensor in op.inputs]
        constants = [tensor for tensor in inputs if not _is_open(tensor.op, recorded, watched)]
        grads = gradients([y for y, _ in flows], known, [seed for _, seed in flows], stop_gradients=constants)
        found = dict(zip(map(id, known), grads, strict=True))
        return [found.get(id(source)) for source in sources]

    def _recorded(self) -> set[Operation]:
        """The operations that were added while the tape was on."""
        return {op for graph, first, end in self._parts for op in graph.get_operations()[first:end]}

    def _watched_sources(self, recorded: set[Operation]) -> set[Operation]:
        """What makes the tensors and variables that are watched."""
        used = [tensor for op in recorded for tensor in op.inputs] if self._watches_variables else []
        read = {handle_op(handle) for tensor in used for handle in (tensor, *tensor.op.inputs)}
        trainable = {handle_op(variable.handle) for variable in self._trainable()}
        return {op for op in read & trainable if op is not None} | {tensor.op for tensor in self._watched}

    def _trainable(self) -> list[Any]:
        graphs = dict.fromkeys(graph for graph, _, _ in self._parts)
        return [
            variable for graph in graphs for variable in graph.get_collection(GraphKeys.TRAINABLE_VARIABLES)
        ]


def _source(value: Any) -> Tensor:
    """What gradients are collected at: the handle of a variable, or the tensor."""
    handle = getattr(value, "handle", None)
    return handle if isinstance(handle, Tensor) else outside(tensor_of(value))


def _is_open(op: Operation, recorded: set[Operation], watched: set[Operation]) -> bool:
    """Whether gradients flow to what an operation gives: it is remembered, watched, or reads what is watched."""
    reads = op.type == "ReadVariableOp" and handle_op(op.inputs[0]) in watched
    return op in recorded or op in watched or reads
