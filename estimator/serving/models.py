"""The models that are served: under each name some versions, of which each is in a state, as in TensorFlow Serving.

A request holds the version that it began with until it is answered (:meth:`Models.acquire`). Which versions serve is
one reference, which :meth:`Models.serve` replaces: no request sees half of a change, and none waits for one. A version
that serves no longer is closed by whoever leaves it last.

Source
------
TensorFlow Serving 2.x: model.proto (ModelSpec), get_model_status.proto (ModelVersionStatus), core/servable_state.h
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum

from estimator.core.errors import OK, AlreadyExistsError, NotFoundError, UnavailableError
from estimator.core.frozen import frozen
from estimator.core.registry import did_you_mean, shortened
from estimator.core.shown import shorten
from estimator.serving.servable import Servable

_ENDED = 10  # versions that are remembered although they are gone


class State(IntEnum):
    """Of a version; names and numbers are those of ModelVersionStatus.State."""

    UNKNOWN = 0
    START = 10
    LOADING = 20
    AVAILABLE = 30
    UNLOADING = 40
    END = 50


@frozen
class VersionStatus:
    """What is known of a version.

    Parameters
    ----------
    version : int
    state : State
    error_code : int
        Why it is not served, one of the codes of :mod:`estimator.core.errors`; 0 if nothing went wrong.
    error_message : str
    """

    version: int
    state: State
    error_code: int = OK
    error_message: str = ""


@frozen
class ModelSpec:
    """Which model a request is for.

    Parameters
    ----------
    name : str
    version : int, optional
        Default: the largest that is served.
    label : str, optional
        A name of a version, in place of its number.
    signature_name : str
        Empty: ``serving_default``.
    """

    name: str
    version: int | None = None
    label: str | None = None
    signature_name: str = ""


class _Held:
    """A servable, with the number of requests that it is answering."""

    __slots__ = ("in_flight", "is_retired", "servable")

    def __init__(self, servable: Servable) -> None:
        self.servable = servable
        self.in_flight = 0
        self.is_retired = False


class _Model:
    """The versions of one model."""

    def __init__(self, name: str, labels: Mapping[str, int]) -> None:
        self.name = name
        self.labels = dict(labels)
        self.serving: dict[int, _Held] = {}  # replaced, never changed
        self.statuses: dict[int, VersionStatus] = {}

    def find(self, version: int | None, label: str | None) -> _Held:
        """The version that is asked for, or the largest.

        Raises
        ------
        NotFoundError
            If it is not served, or nobody has given a version that label.
        UnavailableError
            If none is served.
        """
        serving = self.serving
        if label is not None:
            version = self.labelled(label)
        if version is None and serving:
            return serving[max(serving)]
        if version in serving:
            return serving[version]
        if version is not None:
            there = shortened(map(str, serving))
            raise NotFoundError(
                f"model {self.name!r} has no version {version} to serve; there is: {there}.{self._why(version)}"
            )
        raise UnavailableError(f"model {self.name!r} has no version to serve.{self._why(None)}")

    def labelled(self, label: str) -> int:
        """The version that has a label.

        Raises
        ------
        NotFoundError
            If none has it.
        """
        if label not in self.labels:
            raise NotFoundError(
                f"model {self.name!r} has no version label {shorten(label)}; there is: {shortened(self.labels)}."
            )
        return self.labels[label]

    def _why(self, version: int | None) -> str:
        """What is known of why a version, or every one, is not served, with a leading blank."""
        known = [self.statuses[key] for key in sorted(self.statuses) if version in (None, key)]
        messages = [
            f"version {status.version}: {status.error_message}" for status in known if status.error_message
        ]
        return f" {messages[-1]}" if messages else ""


class Models:
    """Models by name. Threads may ask and change it at once.

    Attributes
    ----------
    listeners : list of callable
        Each is called with the name of a model whose versions, or their states, have changed.
    """

    def __init__(self) -> None:
        self._models: dict[str, _Model] = {}
        self._lock = threading.Lock()
        self.listeners: list[Callable[[str], object]] = []

    # -- what requests ask ---------------------------------------------------------------------------------------------

    def names(self) -> list[str]:
        """The names of all models, also of those that have no version to serve yet."""
        return list(self._models)

    @contextmanager
    def acquire(self, name: str, version: int | None = None, label: str | None = None) -> Iterator[Servable]:
        """A version that stays for the time of the block.

        Parameters
        ----------
        name : str
        version : int, optional
            Default: the largest that is served.
        label : str, optional
            A name of a version, in place of its number.

        Raises
        ------
        NotFoundError
            If there is no such model, version or label.
        UnavailableError
            If the model has no version to serve.
        """
        model = self._model(name)
        with self._lock:
            held = model.find(version, label)
            held.in_flight += 1
        try:
            yield held.servable
        finally:
            with self._lock:
                held.in_flight -= 1
                is_left = held.is_retired and not held.in_flight
            if is_left:
                self._close(held)

    def status(self, name: str, version: int | None = None, label: str | None = None) -> list[VersionStatus]:
        """What is known of a model's versions, the newest first; of those gone only the last ones.

        Raises
        ------
        NotFoundError
            If there is no such model, or nothing is known of that version or label.
        """
        model = self._model(name)
        if label is not None:
            version = model.labelled(label)
        with self._lock:
            known = sorted(model.statuses.values(), key=lambda status: -status.version)
        if version is None:
            return known
        found = [status for status in known if status.version == version]
        if not found:
            there = shortened(str(status.version) for status in known)
            raise NotFoundError(f"model {name!r} has no version {version}; there is: {there}.")
        return found

    def is_ready(self, name: str | None = None) -> bool:
        """Whether a model, or every one, has a version to serve.

        Raises
        ------
        NotFoundError
            If there is no such model.
        """
        asked = list(self._models.values()) if name is None else [self._model(name)]
        return all(model.serving for model in asked)

    def _model(self, name: str) -> _Model:
        found = self._models.get(name)
        if found is None:
            hint = did_you_mean(name, self._models)
            raise NotFoundError(
                f"there is no model {shorten(name)}.{hint} There is: {shortened(self._models)}."
            )
        return found

    # -- what those say who load them ----------------------------------------------------------------------------------

    def add(self, name: str, labels: Mapping[str, int] | None = None) -> None:
        """Say that there is a model of that name, before any version of it is loaded.

        Raises
        ------
        AlreadyExistsError
            If there is one already.
        """
        if name in self._models:
            raise AlreadyExistsError(f"there is a model {name!r} already.")
        self._models[name] = _Model(name, labels or {})

    def note(self, name: str, status: VersionStatus) -> None:
        """Keep what is now known of a version: that it is being loaded, or why it was refused."""
        model = self._model(name)
        with self._lock:
            _keep(model, status)
        self._tell(name)

    def serve(self, name: str, servables: Iterable[Servable]) -> None:
        """Serve these versions of a model and no others; requests in flight keep theirs.

        A servable that is served already goes on; one of the same version in its place is another.
        """
        model = self._model(name)
        with self._lock:
            before = {held.servable: held for held in model.serving.values()}
            model.serving = {one.version: before.get(one) or _Held(one) for one in servables}
            kept = {held.servable for held in model.serving.values()}
            retired = [held for servable, held in before.items() if servable not in kept]
            for held in retired:
                held.is_retired = True
                _keep(model, VersionStatus(held.servable.version, State.UNLOADING))
            for version in model.serving:
                _keep(model, VersionStatus(version, State.AVAILABLE))
            left = [held for held in retired if not held.in_flight]
        for held in left:
            self._close(held)
        self._tell(name)

    def close(self) -> None:
        """Serve nothing any more."""
        for name in self.names():
            self.serve(name, ())

    def _close(self, held: _Held) -> None:
        """Close what nobody uses any more."""
        held.servable.close()
        name, version = held.servable.name, held.servable.version
        model = self._models[name]
        with self._lock:
            if version not in model.serving:  # another servable may have taken its place
                _keep(model, VersionStatus(version, State.END))
        self._tell(name)

    def _tell(self, name: str) -> None:
        for listener in self.listeners:
            listener(name)


def _keep(model: _Model, status: VersionStatus) -> None:
    """Note a status, as the last one; of the versions gone, forget the oldest ones."""
    model.statuses.pop(status.version, None)
    model.statuses[status.version] = status
    ended = [version for version, known in model.statuses.items() if known.state is State.END]
    for version in ended[:-_ENDED]:
        del model.statuses[version]
