"""Which variables a saver saves, under which keys, and whether a checkpoint fits them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any  # a variable is known by its attributes only

from estimator.checkpoint.compare import Spec, compare, raise_mismatch
from estimator.checkpoint.dialects import dialects, fitting_dialect
from estimator.checkpoint.resume import is_reserved
from estimator.checkpoint.variables import part_of, spec_of, variable_name
from estimator.core import log
from estimator.formats.bundle import BundleReader
from estimator.graph.graph import get_default_graph
from estimator.graph.keys import GraphKeys


class SavedVariables:
    """The variables of a saver.

    Parameters
    ----------
    given : sequence or mapping, optional
        Variables, or checkpoint key to variable. Default: all saved variables of the default graph.
    dialect : str
        Under which keys slots are stored.
    allow_empty : bool
        Whether there may be none.
    reshape : bool
        Whether a stored tensor of another shape fits if it has as many elements.
    """

    def __init__(
        self,
        given: Sequence[Any] | Mapping[str, Any] | None,
        dialect: str,
        *,
        allow_empty: bool = False,
        reshape: bool = False,
    ) -> None:
        dialects.get(dialect)  # a wrong name fails here
        self.dialect = dialect
        self._given = given
        self._allow_empty = allow_empty
        self._reshape = reshape
        self._found: list[Any] | None = None

    def build(self) -> None:
        """Take the default graph's variables, if none were given and it has not been done.

        Raises
        ------
        ValueError
            If there are none.
        """
        if self._found is None:
            self._found = self._collect()

    def _variables(self) -> list[Any]:
        return self._collect() if self._found is None else self._found

    def _collect(self) -> list[Any]:
        if isinstance(self._given, Mapping):
            found = list(self._given.values())
        elif self._given is not None:
            found = list(self._given)
        else:
            graph = get_default_graph()
            listed = [
                graph.get_collection(key) for key in (GraphKeys.GLOBAL_VARIABLES, GraphKeys.SAVEABLE_OBJECTS)
            ]
            found = list({variable_name(variable): variable for each in listed for variable in each}.values())
        if not found and not self._allow_empty:
            raise ValueError("No variables to save: make them before the Saver, or pass var_list.")
        return found

    def keys(self, dialect: str | None = None) -> dict[str, Any]:
        """Checkpoint key to variable, sorted by key.

        Raises
        ------
        ValueError
            If two variables have the same key.
        """
        if isinstance(self._given, Mapping):
            return dict(sorted(self._given.items()))
        key_of = dialects.get(dialect or self.dialect)
        keys: dict[str, Any] = {}
        for variable in self._variables():
            key = key_of(*part_of(variable))
            if key in keys:
                first, second = variable_name(keys[key]), variable_name(variable)
                raise ValueError(
                    f"{first!r} and {second!r} would both be saved as {key!r}; rename one of them."
                )
            keys[key] = variable
        return dict(sorted(keys.items()))

    def fitting_keys(self, reader: BundleReader, prefix: str) -> dict[str, Any]:
        """Key to variable in the dialect that fits the checkpoint best; from now on that one is written.

        Raises
        ------
        InvalidArgumentError, NotFoundError
            If model and checkpoint do not fit.
        """
        stored = {
            name: (tuple(reader.shape(name)), reader.dtype(name))
            for name in reader.names()
            if not is_reserved(name)
        }
        dialect = self.dialect
        if not isinstance(self._given, Mapping):
            dialect = fitting_dialect(
                self.dialect, [part_of(variable) for variable in self._variables()], stored
            )
        keys = self.keys(dialect)
        wanted = {key: spec_of(variable) for key, variable in keys.items()}
        mismatch = compare(wanted, _reshaped(stored, wanted) if self._reshape else stored)
        if mismatch is not None:
            raise_mismatch(mismatch, prefix)
        if dialect != self.dialect:
            log.info("%s uses the key names of dialect %r; so will the next checkpoints.", prefix, dialect)
            self.dialect = dialect
        return keys


def _reshaped(stored: Mapping[str, Spec], wanted: Mapping[str, Spec]) -> dict[str, Spec]:
    """What is stored, in the wanted shapes where the number of elements allows it."""
    result = dict(stored)
    for key, (shape, _) in wanted.items():
        if key in stored and math.prod(stored[key][0]) == math.prod(shape):
            result[key] = shape, stored[key][1]
    return result
