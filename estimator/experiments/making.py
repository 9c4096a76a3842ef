"""Objects made of what an experiment says: ``{embedding_column: {categorical_column: ..., dimension: 4}}``.

A mapping of a single key is a call: the key names a function or a class, the value has its arguments by name. A word
alone is a call without arguments. What is wrong is gathered with its place, and the rest is made as far as it goes, so
that one reading finds all there is. Beside each object stands what it was made of, with the defaults filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from estimator.core.errors import EstimatorError
from estimator.core.frozen import frozen
from estimator.core.registry import did_you_mean, shortened
from estimator.core.shown import shorten
from estimator.experiments.arguments import (
    LEFT_OUT,
    REQUIRED,
    Argument,
    arguments_of,
    elsewhere,
    takes,
    takes_any,
)
from estimator.experiments.imports import Imports
from estimator.experiments.problems import Problems
from estimator.experiments.rates import Decay, DecayedOptimizer
from estimator.experiments.tables import TABLES, named
from estimator.experiments.words import as_plain
from estimator.optimizers.by_name import OPTIMIZERS as OPTIMIZERS_BY_WORD
from estimator.pipeline.holding_out import PARTS, check_share
from estimator.settings.given import Given, Word, plain

# what constructors of the package raise for arguments of a wrong value or type
REFUSALS = (EstimatorError, TypeError, ValueError, LookupError, ArithmeticError, AttributeError)


@frozen
class Made:
    """Something that was made.

    Attributes
    ----------
    value : object
    plain : object
        What it was made of, as plain values: defaults are filled in.
    is_whole : bool
        False for a list of which a part could not be made.
    """

    value: Any
    plain: Any
    is_whole: bool = True


class Maker:
    """Makes what one experiment says.

    Parameters
    ----------
    problems : Problems
        Where what is wrong is gathered.
    imports : Imports
        By which dotted paths are followed.
    """

    def __init__(self, problems: Problems, imports: Imports) -> None:
        self._problems = problems
        self._imports = imports
        self.weights: list[Any] = []  # the columns of weights that were named, in any model or head

    def made(self, given: Given, kind: str, what: str) -> Made | None:
        """The object of a kind that a value describes; None if something is wrong with it.

        Parameters
        ----------
        given : Given
        kind : str
            As of an :class:`~estimator.experiments.arguments.Argument`.
        what : str
            What messages call it.
        """
        by_kind = KINDS.get(kind)
        if by_kind is not None:
            return by_kind(self, given, what)
        if kind in TABLES:
            return self._of_table(given, kind, what)
        try:
            value = as_plain(given, kind)
        except ValueError as error:
            self._problems.add(given.place, f"{what} {error}")
            return None
        return Made(value, value)

    # -- calls ---------------------------------------------------------------------------------------------------------

    def call(
        self, function: Callable[..., Any], given: Given, name: str, supplied: Mapping[str, Any] | None = None
    ) -> Made | None:
        """What a function gives for the arguments that a mapping holds.

        Parameters
        ----------
        function : callable
        given : Given
            Its arguments by name; nothing for none.
        name : str
            As the experiment calls it.
        supplied : mapping, optional
            Arguments that come from elsewhere in the experiment.
        """
        found = self.keywords(function, given, name, supplied or {})
        if found is None:
            return None
        values = {key: made.value for key, made in found.items()}
        written = {name: filled_in(function, found)}
        if any(isinstance(value, Decay) for value in values.values()):
            return self._decayed(function, values, given, name, written)
        try:
            value = function(**values, **(supplied or {}))
        except REFUSALS as error:
            if not is_ours(function) and not isinstance(error, EstimatorError):
                raise
            self._problems.add_error(error, given, name)
            return None
        return Made(value, written)

    def keywords(
        self, function: Callable[..., Any], given: Given, name: str, supplied: Mapping[str, Any]
    ) -> dict[str, Made] | None:
        """The arguments in a mapping, made; None if the function cannot be called with them."""
        arguments = {key: one for key, one in arguments_of(function).items() if key not in supplied}
        items = self.mapping(given, f"the arguments of {name}")
        if items is None:
            return None
        found, failed = {}, set()
        for key, value in items.items():
            argument = arguments.get(key) or (Argument(key, "any", LEFT_OUT) if takes_any(function) else None)
            if argument is None or key in supplied:
                self._refuse_key(key, value, name, arguments, supplied)
                continue
            made = self.made(value, argument.kind, key)
            if made is not None:
                found[key] = made
            if made is None or not made.is_whole:
                failed.add(key)
        needed = [key for key, one in arguments.items() if one.default is REQUIRED and key not in items]
        if needed:
            self._problems.add(given.place, f"{name} needs {' and '.join(needed)}.")
        # what could not be made and may be missing is left out, so that the others are checked
        lacks = [
            key for key in failed if arguments[key].default is REQUIRED and not _has_part(found.get(key))
        ]
        return None if needed or lacks else found

    def _refuse_key(
        self, key: str, value: Given, name: str, known: Mapping[str, Argument], supplied: Mapping[str, Any]
    ) -> None:
        where = elsewhere(key)
        if where or key in supplied:
            text = f"{key} is no argument of {name} here: {where or 'it stands elsewhere in the experiment.'}"
        else:
            hint = did_you_mean(key, known) or f" It takes: {', '.join(known) or 'nothing'}."
            text = f"unknown key {key!r} of {name}.{hint}"
        self._problems.add(value.place, text)

    def mapping(self, given: Given, what: str) -> dict[str, Given] | None:
        """The items of a mapping; nothing stands for an empty one."""
        value = given.value
        if value is None or (isinstance(value, Word) and value.meaning is None):
            return {}
        if isinstance(value, dict):
            return value
        self._problems.add(
            given.place, f"{what} should be lines such as 'name: value', given: {shorten(plain(given))}."
        )
        return None

    def called(self, given: Given, what: str) -> tuple[str, Given] | None:
        """The name and the arguments of a call; None if it is none."""
        value = given.value
        if isinstance(value, str) and not (isinstance(value, Word) and value.meaning is None):
            return str(value), Given({}, given.place)
        if isinstance(value, dict) and len(value) == 1:
            ((name, arguments),) = value.items()
            return name, arguments
        shown = f"{', '.join(value)} in one mapping" if isinstance(value, dict) else shorten(plain(given))
        self._problems.add(given.place, f"{what} should be {{name: arguments}} or a name, given: {shown}.")
        return None

    def _of_table(
        self, given: Given, kind: str, what: str, supplied: Mapping[str, Any] | None = None
    ) -> Made | None:
        call = self.called(given, what)
        if call is None:
            return None
        name, arguments = call
        function = self.function(name, kind, given if isinstance(given.value, str) else arguments)
        if function is None:
            return None
        own = arguments.value if isinstance(arguments.value, dict) else {}
        taken = {
            key: value for key, value in (supplied or {}).items() if takes(function, key) and key not in own
        }
        return self.call(function, arguments, name, taken)

    def function(self, name: str, kind: str, given: Given) -> Any:
        """The function or class of a name: of the table of its kind, or by a dotted path; None if there is none."""
        table, thing = TABLES.get(kind, ({}, "function"))
        if name in table:
            return named(name, table)
        if "." in name:
            return self.imported(name, given)
        hint = did_you_mean(name, table) or (f" There is: {shortened(table)}." if table else "")
        own = (
            ""
            if hint
            else f" A {thing} of your own is named by its dotted path, such as mypackage.module.name."
        )
        self._problems.add(given.place, f"unknown {thing} {name!r}.{hint}{own}")
        return None

    def imported(self, path: str, given: Given) -> Any:
        """What a dotted path leads to; None if it leads nowhere."""
        try:
            return self._imports.find(path)
        except ValueError as error:
            self._problems.add(given.place, str(error))
            return None

    # -- kinds of arguments --------------------------------------------------------------------------------------------

    def columns(self, given: Given, what: str) -> Made | None:
        """A list of feature columns; one entry may be several of them."""
        if self.is_nothing(given):
            return Made(None, None)
        if not isinstance(given.value, list):
            self._problems.add(
                given.place, f"{what} should be a list of columns, given: {shorten(plain(given))}."
            )
            return None
        made = [self._of_table(item, "column", "a feature column") for item in given.value]
        values: list[Any] = []
        for one in filter(None, made):
            values += one.value if isinstance(one.value, list) else [one.value]
        return Made(values, [one.plain for one in made if one], is_whole=None not in made)

    def _keys(self, given: Given, what: str) -> Made | None:
        """What is crossed: names of features, and columns."""
        if not isinstance(given.value, list):
            return self.made(given, "any", what)
        made = [
            self._of_table(item, "column", "a crossed column")
            if isinstance(item.value, dict)
            else self.made(item, "text", "a crossed feature")
            for item in given.value
        ]
        whole = [one for one in made if one is not None]
        if len(whole) < len(made):
            return None
        return Made([one.value for one in whole], [one.plain for one in whole])

    def _heads(self, given: Given, what: str) -> Made | None:
        if not isinstance(given.value, list):
            self._problems.add(
                given.place, f"{what} should be a list of heads, given: {shorten(plain(given))}."
            )
            return None
        made = [self._of_table(item, "head", "a head") for item in given.value]
        whole = [one for one in made if one is not None]
        if len(whole) < len(made):
            return None
        return Made([one.value for one in whole], [one.plain for one in whole])

    def _weight(self, given: Given, what: str) -> Made | None:
        """The name of a feature, or a numeric column."""
        is_column = isinstance(given.value, dict)
        made = self._of_table(given, "column", what) if is_column else self.made(given, "text|none", what)
        if made is not None and made.value is not None:
            self.weights.append(made.value)
        return made

    def _optimizer(self, given: Given, what: str) -> Made | None:
        """A word that the models know, or an optimizer with its arguments."""
        if isinstance(given.value, str) and str(given.value) in OPTIMIZERS_BY_WORD:
            return Made(str(given.value), str(given.value))
        return self._of_table(given, "optimizer", what)

    def _rate(self, given: Given, what: str) -> Made | None:
        """A number, or a decay of one."""
        if isinstance(given.value, dict):
            return self._decay(given, what)
        return self.made(given, "float", what)

    def _decay(self, given: Given, what: str) -> Made | None:
        call = self.called(given, what)
        function = call and self.function(call[0], "decay", call[1])
        if call is None or function is None:
            return None
        found = self.keywords(function, call[1], call[0], {})
        if found is None:
            return None
        values = {key: made.value for key, made in found.items()}
        return Made(Decay(function, values), {call[0]: filled_in(function, found)})

    def _decayed(
        self, function: Callable[..., Any], values: dict[str, Any], given: Given, name: str, written: Any
    ) -> Made | None:
        """What makes an optimizer in the graph of a training, where its rate's decay is part of it."""
        optimizer = DecayedOptimizer(function, values)
        try:
            optimizer.check()
        except REFUSALS as error:
            self._problems.add_error(error, given, name)
            return None
        return Made(optimizer, written)

    def _activation(self, given: Given, what: str) -> Made | None:
        """A name that layers know, or a function by its dotted path."""
        made = self.made(given, "text|none", what)
        if made is None or made.value is None or "." not in made.value:
            return made
        function = self.imported(made.value, given)
        return None if function is None else Made(function, made.value)

    def _function(self, given: Given, what: str, kind: str = "function") -> Made | None:
        """A function itself, which is not called here."""
        made = self.made(given, "text|none", what)
        if made is None or made.value is None:
            return made
        function = self.function(made.value, kind, given)
        return None if function is None else Made(function, made.value)

    def _normalizer_fn(self, given: Given, what: str) -> Made | None:
        """A function, or a normalizer with its numbers."""
        is_call = isinstance(given.value, dict)
        return self._of_table(given, "normalizer", what) if is_call else self._function(given, what)

    def _rows(self, given: Given, what: str) -> Made | None:
        """Which of the rows: ``{all_but: 0.2}`` or ``{only: 0.2}``."""
        if self.is_nothing(given):
            return Made(None, None)
        call = self.called(given, what)
        if call is None:
            return None
        name, share = call
        if name not in PARTS:
            hint = did_you_mean(name, PARTS) or f" There is: {', '.join(PARTS)}."
            self._problems.add(share.place, f"unknown part {name!r} of the rows.{hint}")
            return None
        made = self.made(share, "float", f"{name} of {what}")
        if made is None:
            return None
        try:
            check_share(made.value)
        except ValueError as error:
            self._problems.add(share.place, f"{what}: {error}")
            return None
        return Made({name: made.value}, {name: made.value})

    def _comparison(self, given: Given, what: str) -> Made | None:
        return self._function(given, what, "comparison")

    def own_function(self, given: Given, what: str) -> Made | None:
        """A function of the user's, by its dotted path."""
        return self._function(given, what, "own_function")

    def _initializer(self, given: Given, what: str) -> Made | None:
        if self.is_nothing(given):
            return Made(None, None)
        return self._of_table(given, "initializer", what)

    def _warm_start(self, given: Given, what: str) -> Made | None:
        """The path of a checkpoint, or settings."""
        if isinstance(given.value, dict):
            return self._of_table(given, "warm_start", what)
        return self.made(given, "text|none", what)

    def listed(self, given: Given, kind: str, what: str, supplied: Mapping[str, Any]) -> Made | None:
        """Things of a table, one or a list of them."""
        items = given.value if isinstance(given.value, list) else [] if self.is_nothing(given) else [given]
        made = [self._of_table(item, kind, what, supplied) for item in items]
        whole = [one for one in made if one is not None]
        if len(whole) < len(made):
            return None
        return Made([one.value for one in whole], [one.plain for one in whole])

    def is_nothing(self, given: Given) -> bool:
        """Whether null stands there."""
        return given.value is None or (isinstance(given.value, Word) and given.value.meaning is None)


KINDS: dict[str, Callable[[Maker, Given, str], Made | None]] = {
    "columns": Maker.columns,
    "keys": Maker._keys,
    "heads": Maker._heads,
    "weight": Maker._weight,
    "optimizer": Maker._optimizer,
    "rate": Maker._rate,
    "activation": Maker._activation,
    "function": Maker._function,
    "comparison": Maker._comparison,
    "own_function": Maker.own_function,
    "initializer": Maker._initializer,
    "warm_start": Maker._warm_start,
    "normalizer_fn": Maker._normalizer_fn,
    "rows": Maker._rows,
}


def filled_in(function: Callable[..., Any], found: Mapping[str, Made]) -> dict[str, Any]:
    """The arguments of a call as plain values, in the order of the signature, with the defaults of the others."""
    arguments = arguments_of(function)
    written = {
        key: found[key].plain if key in found else one.default
        for key, one in arguments.items()
        if key in found or (one.default is not REQUIRED and one.default is not LEFT_OUT)
    }
    return written | {key: made.plain for key, made in found.items() if key not in written}


def _has_part(made: Made | None) -> bool:
    return made is not None and bool(made.value)


def is_ours(function: Any) -> bool:
    """Whether a function or class is this package's."""
    return getattr(function, "__module__", "").partition(".")[0] == __name__.partition(".")[0]
