"""Which variables a saver saves, under which keys, whether a checkpoint fits them, and their values both ways.

Beside the variables, a checkpoint may hold hyper-parameters that are carried along, and lack what follows from the
number of steps (:mod:`estimator.checkpoint.keras_names`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any  # a variable is known by its attributes only

import numpy as np

from estimator.checkpoint.compare import Mismatch, Spec, compare, raise_mismatch
from estimator.checkpoint.dialects import KERAS, Dialect, dialects, fitting_dialect
from estimator.checkpoint.keras_names import advanced, hyper_parameters, power_after
from estimator.checkpoint.resume import is_reserved
from estimator.checkpoint.transfer import live_values, stream, write
from estimator.checkpoint.variables import (
    Part,
    as_saved,
    flat,
    known_spec,
    part_of,
    spec_of,
    stored_name,
    variable_name,
)
from estimator.core import log
from estimator.core.frozen import frozen
from estimator.core.named_tuple import NamedTuple
from estimator.formats.bundle import BundleReader
from estimator.formats.index_form import IndexForm
from estimator.formats.slices import SlicedArray
from estimator.graph.graph import get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.runtime.session import Session

Array = np.ndarray[Any, Any]
MISSING_SLOTS = ("error", "fresh")
GLOBAL_STEP = "global_step"


@frozen
class Fit:
    """What a checkpoint gives to a model.

    Attributes
    ----------
    keys : dict
        Checkpoint key to variable.
    carried : tuple of str
        Keys of hyper-parameters, which are written again with the next checkpoint.
    derived : tuple of Variable
        Powers that the checkpoint does not hold because they follow from the number of steps.
    fresh : tuple of Variable
        What an optimizer keeps and the checkpoint does not have: it begins with its first value.
    """

    keys: dict[str, Any]
    carried: tuple[str, ...] = ()
    derived: tuple[Any, ...] = ()
    fresh: tuple[Any, ...] = ()


class _Keyed(NamedTuple):
    """Checkpoint key to variable in a dialect, and to what the graph knows of its shape and type, once asked for."""

    key_of: Dialect
    keys: dict[str, Any]
    specs: dict[str, Spec | None]


class _Fitted(NamedTuple):
    """What an index of some form has given to the variables that were taken."""

    form: IndexForm
    found: list[Any]
    fit: Fit


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
    missing_slots : str
        What to do where the checkpoint lacks what the optimizer keeps: ``"error"`` or ``"fresh"``.

    Raises
    ------
    ValueError
        If there is no such dialect, or `missing_slots` is something else.
    """

    def __init__(
        self,
        given: Sequence[Any] | Mapping[str, Any] | None,
        dialect: str,
        *,
        allow_empty: bool = False,
        reshape: bool = False,
        missing_slots: str = "error",
    ) -> None:
        if missing_slots not in MISSING_SLOTS:
            raise ValueError(f"missing_slots must be 'error' or 'fresh', given: {missing_slots!r}.")
        if given is not None and (isinstance(given, str) or not isinstance(given, Iterable)):
            raise TypeError(f"var_list must be a list of variables or map names to them, given: {given!r}.")
        self.dialect = dialect
        self._key_of = dialects.get(dialect)  # a wrong name fails here
        self._missing_slots = missing_slots
        self._carried: dict[str, Array] = {}
        self._carried_at = 0  # the global step they were read at
        self._given = given
        self._allow_empty = allow_empty
        self._reshape = reshape
        self._found: list[Any] | None = None
        self._parts: list[Part] | None = None  # what is found, for the dialects
        self._keyed: _Keyed | None = None  # what was found
        self._fitted: _Fitted | None = None

    @property
    def is_built(self) -> bool:
        """Whether the variables have been taken."""
        return self._found is not None

    def build(self) -> None:
        """Take the default graph's variables, if none were given and it has not been done.

        Raises
        ------
        ValueError
            If there are none, or one is given twice.
        """
        if self._found is None:
            self._found = self._collect()

    def _variables(self) -> list[Any]:
        return self._collect() if self._found is None else self._found

    def _parts_of(self, variables: Sequence[Any]) -> list[Part]:
        if variables is not self._found:
            return list(map(part_of, variables))
        if self._parts is None:
            self._parts = list(map(part_of, variables))
        return self._parts

    def _collect(self) -> list[Any]:
        if isinstance(self._given, Mapping):
            if wrong := [key for key in self._given if not isinstance(key, str)]:
                raise TypeError(f"var_list maps names to variables; {wrong[0]!r} is no name.")
            found = flat(map(as_saved, self._given.values()))
        elif self._given is not None:
            found = flat(map(as_saved, self._given))
            _check_once(found)
        else:
            graph = get_default_graph()
            listed = [
                graph.get_collection(key) for key in (GraphKeys.GLOBAL_VARIABLES, GraphKeys.SAVEABLE_OBJECTS)
            ]
            found = list(
                {
                    variable_name(variable): variable for collection in listed for variable in collection
                }.values()
            )
        if not found and not self._allow_empty:
            raise ValueError("No variables to save: make them before the Saver, or pass var_list.")
        return found

    def keys(self, dialect: str | None = None) -> dict[str, Any]:
        """Checkpoint key to variable, or to the parts of one (:class:`SplitVariable`), sorted by key.

        Raises
        ------
        ValueError
            If two variables have the same key.
        """
        if isinstance(self._given, Mapping):
            return {key: as_saved(self._given[key]) for key in sorted(self._given)}
        key_of = dialects.get(dialect) if dialect else self._key_of
        return dict(self._known(key_of).keys)

    def _known(self, key_of: Dialect) -> _Keyed:
        """What is known of the variables under the keys of a dialect; asked for once, when they have been taken."""
        if self._keyed is not None and self._keyed.key_of is key_of:
            return self._keyed
        variables = self._variables()
        keyed = _Keyed(key_of, _keys_of(variables, self._parts_of(variables), key_of), {})
        if variables is self._found:
            self._keyed = keyed
        return keyed

    # -- values --------------------------------------------------------------------------------------------------------

    def values(self, sess: Session) -> dict[str, Array | SlicedArray]:
        """What is saved, by key; the arrays of variables are the live ones."""
        values = live_values(sess.store, self.keys())
        step = values.get(GLOBAL_STEP)
        steps = int(step) - self._carried_at if isinstance(step, np.ndarray) else 0
        return values | {key: advanced(key, value, steps) for key, value in self._carried.items()}

    def take(self, sess: Session, fit: Fit, arrays: Mapping[str, Array], reader: BundleReader) -> None:
        """Give the variables the values of the checkpoint, and its first or derived value to what it does not have.

        `arrays` is what has been read already: all that `fit` needs, or what it needs beyond the variables.
        """
        if fit.keys.keys() <= arrays.keys():
            write(sess.store, arrays, fit.keys)
        else:
            stream(sess.store, reader, fit.keys)
        self._carried = {key: arrays[key] for key in fit.carried}
        self._carried_at = int(arrays.get(GLOBAL_STEP, 0))
        counts = [int(value) for key, value in self._carried.items() if key.endswith("/iter")]
        for variable in fit.derived:
            power = power_after(sess.run(variable.initial_value), max(counts, default=self._carried_at))
            sess.store.of_handle(variable.handle).write(power)
        if fit.fresh:
            sess.run([variable.initializer for variable in fit.fresh])
            names = ", ".join(variable_name(variable) for variable in fit.fresh[:5])
            log.warning(
                "%s has the weights of the model but not what the optimizer keeps (%s%s): its %d slots begin afresh.",
                reader.prefix, names, ", ..." if len(fit.fresh) > 5 else "", len(fit.fresh),
            )  # fmt: skip

    # -- whether it fits -----------------------------------------------------------------------------------------------

    def fit(self, reader: BundleReader, prefix: str) -> Fit:
        """What the checkpoint gives, in the dialect that fits best; from now on that one is written.

        Raises
        ------
        InvalidArgumentError, NotFoundError
            If model and checkpoint do not fit.
        """
        last = self._fitted
        if last is not None and last.form is reader.form and last.found is self._found:
            return last.fit
        stored = {name: spec for name, spec in reader.specs().items() if not is_reserved(name)}
        before = self.dialect, self._key_of
        if not isinstance(self._given, Mapping):
            parts = self._parts_of(self._variables())
            self.dialect, self._key_of = fitting_dialect(self.dialect, parts, stored)
        keys = self.keys()
        mismatch = self._mismatch(keys, stored)
        if mismatch is not None and not (self._missing_slots == "fresh" and _only_slots(mismatch, keys)):
            self.dialect, self._key_of = before
            raise_mismatch(mismatch, prefix)
        if self.dialect != before[0]:
            log.info(
                "%s uses the key names of dialect %r; so will the next checkpoints.", prefix, self.dialect
            )
        fit = self._fit(keys, stored, mismatch.missing if mismatch else ())
        if self._found is not None and not isinstance(self._given, Mapping):
            self._fitted = _Fitted(reader.form, self._found, fit)
        return fit

    def _mismatch(self, keys: Mapping[str, Any], stored: Mapping[str, Spec]) -> Mismatch | None:
        specs = {} if isinstance(self._given, Mapping) else self._known(self._key_of).specs
        if not specs:
            specs.update((key, known_spec(variable)) for key, variable in keys.items())
        wanted = {key: spec or spec_of(keys[key], stored.get(key)) for key, spec in specs.items()}
        if all(stored.get(key) == spec for key, spec in wanted.items()):
            return None
        state = {key for key, variable in keys.items() if part_of(variable).is_state}
        return compare(wanted, _reshaped(stored, wanted) if self._reshape else stored, state)

    def _fit(self, keys: Mapping[str, Any], stored: Mapping[str, Spec], missing: Sequence[str]) -> Fit:
        found = {key: variable for key, variable in keys.items() if key not in missing}
        fresh = tuple(flat(keys[key] for key in missing))
        if self.dialect != KERAS or isinstance(self._given, Mapping):
            return Fit(found, fresh=fresh)
        derived = tuple(variable for variable in self._variables() if self._key_of(part_of(variable)) is None)
        return Fit(found, tuple(hyper_parameters(stored, found)), derived, fresh)


def _keys_of(variables: Iterable[Any], parts: Iterable[Part], key_of: Dialect) -> dict[str, Any]:
    grouped: dict[str, list[Any]] = {}
    for variable, part in zip(variables, parts, strict=True):
        key = key_of(part)
        if key is not None:
            grouped.setdefault(key, []).append(variable)
    return {key: _together(key, grouped[key]) for key in sorted(grouped)}


def _check_once(variables: Sequence[Any]) -> None:
    """A variable that is listed twice is most likely listed in another's place, which would then not be saved."""
    times = Counter(map(variable_name, variables))
    if twice := [name for name, count in times.items() if count > 1]:
        raise ValueError(
            f"var_list has {', '.join(map(repr, twice))} more than once; list each variable once, or pass a dict "
            "of keys to save it under two."
        )


def _together(key: str, variables: Sequence[Any]) -> Any:
    """What is saved under a key: one variable, or the parts of one."""
    is_one = len({stored_name(variable) for variable in variables}) == 1
    if len(variables) == 1 or is_one:
        return as_saved(variables)
    first, second = (variable_name(variable) for variable in variables[:2])
    raise ValueError(f"{first!r} and {second!r} would both be saved as {key!r}; rename one of them.")


def _only_slots(mismatch: Mismatch, keys: Mapping[str, Any]) -> bool:
    """Whether all that is wrong is that some of an optimizer's variables are missing."""
    return not mismatch.different and all(part_of(keys[key]).is_state for key in mismatch.missing)


def _reshaped(stored: Mapping[str, Spec], wanted: Mapping[str, Spec]) -> dict[str, Spec]:
    """What is stored, in the wanted shapes where the number of elements allows it."""
    result = dict(stored)
    for key, (shape, _) in wanted.items():
        if key in stored and math.prod(stored[key][0]) == math.prod(shape):
            result[key] = shape, stored[key][1]
    return result
