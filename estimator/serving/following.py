"""Follows sources: what is new there is loaded aside, verified, warmed up, and takes its place by one reference.

What cannot be used is refused: whatever serves goes on serving, and the status of the version says why. It is looked at
again when its files have changed. Of one source as many versions serve as it wants, the first that can; if there are
too few, some that serve already stay although the source has them no more.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from estimator.core.errors import OpError, error_code_from_exception_type
from estimator.core.log import brief, logger
from estimator.serving.models import Models, State, VersionStatus
from estimator.serving.servable import Servable
from estimator.serving.sources.source import Candidate, Source


class Follower:
    """Keeps models as their sources want them.

    Parameters
    ----------
    models : Models
        Gets a model for each source.
    sources : sequence of Source
    interval_secs : float
        How often it looks.
    """

    def __init__(self, models: Models, sources: Sequence[Source], interval_secs: float = 1.0) -> None:
        self._followed = [_Followed(models, source) for source in sources]
        self._interval_secs = interval_secs
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def look(self) -> None:
        """Look at each source once."""
        for followed in self._followed:
            followed.look()

    def start(self) -> None:
        """Look again and again, in a thread of its own, until :meth:`stop`; once it does, that is all."""
        if self._thread is not None:
            return
        self._thread = threading.Thread(target=self._follow, name="following", daemon=True)
        self._thread.start()

    def stop(self, grace_secs: float) -> None:
        """Look no more; a look that goes on is waited for, so many seconds at most."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(grace_secs)

    def _follow(self) -> None:
        while not self._stopped.wait(self._interval_secs):
            self.look()


class _Followed:
    """One source, with what has become of its candidates."""

    def __init__(self, models: Models, source: Source) -> None:
        self._models = models
        self._source = source
        self._serving: dict[Candidate, Servable] = {}
        self._refused: dict[Candidate, str] = {}
        self._trouble = ""
        models.add(source.name, source.labels)

    def look(self) -> None:
        try:
            self._serve(self._chosen())
            self._trouble = ""
        except Exception as error:  # it looks again, whatever that was
            if str(error) != self._trouble:
                self._trouble = str(error)
                logger.warning("model %r goes on as it is: %s", self._source.name, error)

    def _chosen(self) -> dict[Candidate, Servable]:
        """The first candidates that can be used, as many as are wanted; what serves already fills up."""
        chosen, refused = dict[Candidate, Servable](), dict[Candidate, str]()
        for candidate in self._source.candidates():
            if len(chosen) == self._source.number:
                break
            servable = self._serving.get(candidate)
            if refused and self._is_behind(candidate):
                continue  # nothing older stands in for what was refused
            if servable is None and candidate not in self._refused:
                servable = self._loaded(candidate)
            if servable is not None:
                chosen[candidate] = servable
            elif candidate in self._refused:
                refused[candidate] = self._refused[candidate]
        self._refused = refused  # of what is not there any more nothing has to be known
        return self._filled_up(chosen)

    def _is_behind(self, candidate: Candidate) -> bool:
        """Whether as many serve as are wanted, and all of them are newer."""
        newer = [servable for servable in self._serving.values() if servable.version > candidate.version]
        return len(newer) >= self._source.number

    def _filled_up(self, chosen: dict[Candidate, Servable]) -> dict[Candidate, Servable]:
        taken = {servable.version for servable in chosen.values()}
        others = {key: servable for key, servable in self._serving.items() if servable.version not in taken}
        newest = sorted(others, key=lambda candidate: others[candidate].version, reverse=True)
        return chosen | {key: others[key] for key in newest[: self._source.number - len(chosen)]}

    def _loaded(self, candidate: Candidate) -> Servable | None:
        """A servable that is verified and warm, or None for what is refused or has changed meanwhile."""
        self._note(candidate, State.LOADING)
        try:
            servable = self._ready(candidate)
        except Exception as error:  # whatever is wrong with a file, the server goes on
            if self._source.identity(candidate) == candidate.identity:
                self._refuse(candidate, error)
            else:
                self._note(candidate, State.END)  # it went while it was read
            return None
        if self._source.identity(candidate) not in (None, candidate.identity):
            servable.close()  # what was read may be of both; the next look is at the new one
            self._note(candidate, State.END)
            return None
        if servable.version != candidate.version:
            self._note(candidate, State.END)
        logger.info("%s is ready, from %s.", servable, candidate.path)
        return servable

    def _ready(self, candidate: Candidate) -> Servable:
        with brief():
            servable = self._source.load(candidate)
            try:
                servable.verify()
                servable.warm_up()
            except BaseException:
                servable.close()
                raise
            return servable

    def _refuse(self, candidate: Candidate, error: Exception) -> None:
        reason = " ".join(str(error).split())
        self._refused[candidate] = reason
        trace = None if isinstance(error, (OpError, ValueError)) else error
        goes_on = ", what serves goes on" if self._serving else ""
        said = "model %r version %d is refused%s: %s"
        logger.warning(said, self._source.name, candidate.version, goes_on, reason, exc_info=trace)
        self._note(candidate, State.END, error_code_from_exception_type(type(error)), reason)

    def _note(self, candidate: Candidate, state: State, code: int = 0, message: str = "") -> None:
        """Keep what is known of a version; of one that serves already, that it does."""
        if any(servable.version == candidate.version for servable in self._serving.values()):
            state = State.AVAILABLE
        self._models.note(self._source.name, VersionStatus(candidate.version, state, code, message))

    def _serve(self, chosen: dict[Candidate, Servable]) -> None:
        if chosen.keys() != self._serving.keys():
            self._serving = chosen
            self._models.serve(self._source.name, chosen.values())
