"""What a source is: a place where versions of one model come to be, and what makes one ready to be served."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Protocol

from estimator.core.frozen import frozen
from estimator.serving.servable import Servable


@frozen
class Candidate:
    """A version that lies there.

    Parameters
    ----------
    version : int
    path : str
        Of its folder, or the prefix of its checkpoint.
    identity : hashable
        Another one when its files have changed; what was refused is not looked at again before.
    """

    version: int
    path: str
    identity: Hashable


class Source(Protocol):
    """A place that is looked at again and again, so that a look must be cheap."""

    @property
    def name(self) -> str:
        """What the model is called."""

    @property
    def number(self) -> int:
        """How many versions are to be served; fewer, if there are not so many."""

    @property
    def labels(self) -> Mapping[str, int]:
        """Names of versions, under which they may be asked for."""

    @property
    def place(self) -> str:
        """Where it is, for people."""

    def candidates(self) -> Iterator[Candidate]:
        """The versions that could be served, those first that are wanted most.

        Raises
        ------
        OpError
            If nothing can be said of the place.
        """

    def identity(self, candidate: Candidate) -> Hashable:
        """What its identity is now; None if it is there no more."""

    def load(self, candidate: Candidate) -> Servable:
        """The candidate in a session, or what has taken its place meanwhile.

        Raises
        ------
        OpError, ValueError
            If it cannot be used.
        """
