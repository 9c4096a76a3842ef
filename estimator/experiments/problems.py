"""What is wrong with an experiment, gathered with the places where it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from estimator.core.errors import UsageError
from estimator.settings.given import Given


class Problems:
    """Gathers problems, to be raised together.

    Parameters
    ----------
    subject : str
        What was read, for the head of several.
    """

    def __init__(self, subject: str) -> None:
        self._subject = subject
        self._found: list[tuple[str, str]] = []

    def __len__(self) -> int:
        return len(self._found)

    def add(self, place: str, text: str) -> None:
        """One more, a finished sentence."""
        if (place, text) not in self._found:
            self._found.append((place, text))

    def add_error(self, error: Exception, given: Given, name: str) -> None:
        """What a constructor refused: a problem for everything that it lists, at the argument that it names first.

        Parameters
        ----------
        error : Exception
        given : Given
            The constructor's arguments, or what stands for them.
        name : str
            The constructor's.
        """
        texts: Sequence[str] = error.problems if isinstance(error, UsageError) else [str(error)]
        arguments = given.value if isinstance(given.value, dict) else {}
        for text in texts:
            begins = "" if text.startswith((name, f"`{name}`")) else f"{name}: "
            self.add(_place_of(text, arguments) or given.place, begins + text)

    def raise_all(self) -> None:
        """Raise what was found.

        Raises
        ------
        UsageError
            If anything was: ``experiments/iris.yaml:12: unknown key 'hiden_units' ...``, in the order of the lines.
        """
        if len(self._found) == 1:
            raise UsageError(self._found[0][0], [self._found[0][1]])
        if self._found:
            ordered = sorted(self._found, key=lambda found: _line_of(found[0]))
            raise UsageError(self._subject, [f"{place}: {text}" for place, text in ordered])


def _place_of(text: str, arguments: Mapping[str, Given]) -> str | None:
    """Where the argument stands that a sentence names first."""
    found = [
        (match.start(), argument.place)
        for name, argument in arguments.items()
        if (match := re.search(rf"\b{re.escape(name)}\b", text))
    ]
    return min(found)[1] if found else None


def _line_of(place: str) -> tuple[str, int]:
    name, _, line = place.rpartition(":")
    return (name, int(line)) if line.isdigit() else (place, 0)
