"""A model_dir: the versions are its checkpoints, by their steps. A ready-made model is known by its recipe.

The latest is what the state file says, and no other takes its place because it has a higher step: a training that began
anew counts from 0 again. If it does not load, those that the state file keeps beside it are tried.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import partial
from typing import Any

from estimator.calls.keep_best import best_start
from estimator.core.errors import DataLossError, NotFoundError, OpError, raise_problems
from estimator.core.registry import shortened
from estimator.estimators.estimator import Estimator
from estimator.estimators.serving_model import ServedGraph, open_checkpoint
from estimator.graph.tensor import Tensor
from estimator.model_dir.best import best_checkpoints
from estimator.model_dir.file_names import step_of
from estimator.model_dir.finding import list_checkpoints, signature
from estimator.model_dir.state import read_state
from estimator.saved_model.folder import saved_models_in
from estimator.serving.servable import Servable
from estimator.serving.sources.settings import problems_of_checkpoint, problems_of_name, problems_of_path
from estimator.serving.sources.source import Candidate

LATEST, BEST = "latest", "best"


class Checkpoints:
    """The checkpoints of a model_dir, of which one is served.

    Parameters
    ----------
    name : str
    model_dir : str or path
    checkpoint : str or int
        ``"latest"``, ``"best"`` by RunConfig(keep_best=...), or a step.
    estimator : Estimator, optional
        Whose model it is; by default the ready-made one that the model_dir's recipe describes.
    serving_input_receiver_fn : callable, optional
        What a model of one's own takes, as for an export.
    custom_objects : mapping of str to object, optional
        What the recipe could not hold, by the names there.

    Raises
    ------
    UsageError
        If a name, path or checkpoint cannot be one; all at once.
    NotFoundError
        If there is no such folder.
    """

    number = 1

    def __init__(
        self,
        name: str,
        model_dir: str | os.PathLike[str],
        checkpoint: str | int = LATEST,
        *,
        estimator: Estimator | None = None,
        serving_input_receiver_fn: Callable[[], Any] | None = None,
        custom_objects: Mapping[str, Any] | None = None,
    ) -> None:
        of_model_dir = problems_of_path("model_dir", model_dir)
        raise_problems(
            "Checkpoints", [*problems_of_name(name), *of_model_dir, *problems_of_checkpoint(checkpoint)]
        )
        model_dir = os.fspath(model_dir)
        if not os.path.isdir(model_dir):
            raise NotFoundError(f"there is no model_dir {model_dir!r} to serve.")
        self.name = name
        self.labels: dict[str, int] = {}
        self.place = model_dir
        self._checkpoint = checkpoint
        self._open = partial(
            open_checkpoint,
            model_dir,
            estimator=estimator,
            serving_input_receiver_fn=serving_input_receiver_fn,
            custom_objects=custom_objects,
        )

    def candidates(self) -> Iterator[Candidate]:
        """The checkpoint that is asked for; of the latest or best, those that could stand in for it as well.

        Raises
        ------
        NotFoundError
            If there is none of that step, none is known as the best, or exports lie there instead.
        """
        names = list(self._names())
        if not names and (found := saved_models_in(self.place)):
            raise NotFoundError(
                f"{self.place!r} has no checkpoint, but a SavedModel, {found[-1]!r}: the folder of its versions is an "
                "export_dir."
            )
        for name in names:
            files = signature(self.place, name)
            if files is not None:
                yield Candidate(step_of(name) or 0, os.path.join(self.place, name), files)

    def _names(self) -> Iterator[str]:
        if self._checkpoint == LATEST:
            yield from self._from_the_latest()
        elif self._checkpoint == BEST:
            best_start(self.place)  # an error, if there is none, that says how there will be one
            for info in best_checkpoints(self.place):
                yield info.name
        else:
            there = {info.step: info.name for info in list_checkpoints(self.place)}
            if self._checkpoint not in there:
                steps = shortened(str(step) for step in there if step is not None)
                raise NotFoundError(
                    f"{self.place!r} has no checkpoint of step {self._checkpoint}; there is: {steps}."
                )
            yield there[self._checkpoint]

    def _from_the_latest(self) -> Iterator[str]:
        try:
            state = read_state(self.place)
        except DataLossError:
            state = None
        if state is None:
            yield from (info.name for info in reversed(list_checkpoints(self.place)))
            return
        yield state.model_checkpoint_path
        for name in reversed(state.all_model_checkpoint_paths):
            if name != state.model_checkpoint_path:
                yield name

    def identity(self, candidate: Candidate) -> Hashable:
        """How the files of the checkpoint look now."""
        return signature(self.place, os.path.basename(candidate.path))

    def load(self, candidate: Candidate) -> Servable:
        """The model with the values of that checkpoint.

        A training that saves often and keeps few may have deleted the latest before it is read; then whichever is the
        latest now is taken.
        """
        served = self._opened(candidate)
        signatures = {
            key: found
            for key, found in served.signatures.items()
            if all(isinstance(tensor, Tensor) for tensor in found.inputs.values())
        }
        return Servable(self.name, served.step, served.session, signatures)

    def _opened(self, candidate: Candidate) -> ServedGraph:
        try:
            return self._open(candidate.path)
        except (OpError, ValueError):
            if self._checkpoint != LATEST or self.identity(candidate) is not None:
                raise
            return self._open(os.path.join(self.place, next(self._names())))
