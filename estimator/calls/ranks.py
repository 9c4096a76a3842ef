"""A call of train in one of several processes that train together.

The chief, rank 0, looks for the checkpoint, reads it, and writes all files. The others build the same graph, which is
compared, take over the values of the chief's variables, and write nothing. What goes wrong in one of them ends the call
in all.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np

from estimator.checkpoint.resume import decode_resume, encode_resume
from estimator.core.errors import UsageError
from estimator.core.shapes import show
from estimator.core.version import VERSION
from estimator.distribution.agreement import Place, broadcast_bytes, gather_texts, named
from estimator.distribution.collective import Collective
from estimator.graph.handles import handle_dims
from estimator.graph.keys import GraphKeys
from estimator.model_dir.finding import CheckpointInfo
from estimator.runtime.session import Session
from estimator.runtime.shared_values import own_variables, share_values
from estimator.training.interrupt import Interruption
from estimator.training.together import Together

if TYPE_CHECKING:
    from estimator.calls.opening import BuiltModel

_MOST_DIFFERENCES = 10  # that a message names


class Ranks:
    """One call of train, as one of the processes makes it; a block, in which an error ends the call of all.

    Parameters
    ----------
    collective : Collective

    Attributes
    ----------
    together : Together
        What it tells the others, and hears of them.
    is_chief : bool
    """

    def __init__(self, collective: Collective) -> None:
        self._collective = collective
        self.together = Together(collective, leaves_together=True)
        self.is_chief = collective.rank == 0

    def __enter__(self) -> Ranks:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        meetings = self.together.meetings
        if error is None or (self.together.has_closed and not isinstance(error, Exception)):
            if not meetings.is_over:
                meetings.meet(Place.DONE)  # the chief has written all, also where a signal ends the process
            return
        meetings.tell_failure(error)
        named(error, self._collective)

    def latest_of_chief(self, find: Callable[[], CheckpointInfo | None]) -> CheckpointInfo | None:
        """The checkpoint that a function finds, in the chief alone."""

        def found() -> list[Any] | None:
            info = find()
            return None if info is None else [info.name, info.prefix, info.step, info.timestamp]

        told = self.together.meetings.of_chief(Place.BEGUN, found)
        return None if told is None else CheckpointInfo(*told)

    def input_is_read(self) -> None:
        """Wait until input_fn was called in all of them.

        Raises
        ------
        Parted
            If it has failed in one.
        """
        self.together.meetings.meet(Place.READ)

    def demand_alike(self, built: BuiltModel, arguments: Mapping[str, Any]) -> None:
        """Compare what the processes are about to do.

        Raises
        ------
        UsageError
            If they are to do different things: in all of them, with what is different.
        """
        self.together.meetings.meet(Place.BUILT)
        own = _described(built, arguments)
        text = json.dumps(own)
        digest = np.frombuffer(hashlib.blake2b(text.encode(), digest_size=16).digest(), np.uint8).reshape(
            1, 16
        )
        digests = self._collective.all_gather(np.array(digest))
        if (digests == digests[0]).all():
            return
        all_texts = gather_texts(self._collective, text)
        self.together.meetings.is_over = True
        raise UsageError("processes that train together", _differences(list(map(json.loads, all_texts))))

    def share(self, built: BuiltModel) -> Callable[[Session], None]:
        """What gives all the values of the chief's variables, and what its checkpoint says of an interrupted call."""

        def give_or_take(session: Session) -> None:
            ends = not built.never_ends([built.spec.train_op, built.spec.loss])
            self.together.settle(ends)
            share_values(session.store, self._collective, own_variables(built.graph))
            resumed = built.saver.resumed
            told = encode_resume(resumed).item() if self.is_chief and resumed is not None else b""
            state = broadcast_bytes(self._collective, told)
            if not self.is_chief:
                built.saver.resumed = decode_resume(np.array(state, object), "the chief") if state else None

        return give_or_take

    def hear_signals(self, interruption: Interruption) -> None:
        """Let a signal that one of them gets be heard by all."""
        self.together.signal = lambda: interruption.signal_number
        self.together.hear = interruption.hear
        interruption.before_answer = lambda: self.together.meetings.meet(Place.SAVED)


def _described(built: BuiltModel, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What must be alike in all processes."""
    model = built.model
    variables = built.graph.get_collection(GraphKeys.GLOBAL_VARIABLES)
    shapes = {v.op.name: f"{v.dtype.base_dtype.name} {show(handle_dims(v.handle))}" for v in variables}
    return {
        "version of estimator": VERSION,
        "class": model.class_name,
        "model_dir": os.path.abspath(model.model_dir),
        "tf_random_seed": model.config.tf_random_seed,
        "gradient_reduction": model.config.gradient_reduction,
        "executor": model.config.executor,
        **{name: str(value) for name, value in arguments.items()},
        **{f"variable {name}": shape for name, shape in shapes.items()},
    }


def _differences(told: Sequence[Mapping[str, Any]]) -> list[str]:
    """A sentence for each process that differs from the chief."""
    problems = []
    for rank, other in enumerate(told):
        names = [name for name in {**told[0], **other} if told[0].get(name, _NONE) != other.get(name, _NONE)]
        if names:
            shown = [
                f"{name} is {_shown(other, name)}, and in rank 0 {_shown(told[0], name)}" for name in names
            ]
            more = len(shown) - _MOST_DIFFERENCES
            tail = f"; and {more} more" if more > 0 else ""
            problems.append(f"rank {rank} differs: {'; '.join(shown[:_MOST_DIFFERENCES])}{tail}.")
    return [
        *problems,
        "All processes must build the same model, and train it alike: only their data differ. A model_dir with the "
        "time in its name differs, too.",
    ]


_NONE = object()


def _shown(told: Mapping[str, Any], name: str) -> str:
    return repr(told[name]) if name in told else "not there"
