"""The input of a section: files of a kind, or a function of the user's.

The key that says where the data is, says the kind, too; the other keys are options of it. What is said for the training
holds for the others as far as they do not say otherwise, but for how the rows are mixed and repeated.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from estimator.core.facade import name_table
from estimator.core.frozen import frozen
from estimator.core.registry import did_you_mean
from estimator.experiments.arguments import arguments_of, takes
from estimator.experiments.making import Maker
from estimator.experiments.needs import Needs
from estimator.experiments.problems import Problems
from estimator.experiments.shuffling import SHUFFLE_BUFFER
from estimator.experiments.tables import named
from estimator.settings.given import Given, given_value

KINDS = name_table(
    {
        "estimator.experiments.csv_input": "csv=CsvInput",
        "estimator.experiments.parquet_input": "parquet=ParquetInput",
        "estimator.experiments.tfrecord_input": "tfrecord=TFRecordInput",
    }
)
FUNCTION = "input_fn"

# how the rows of a section are gone through, if it does not say so
BY_SECTION: Mapping[str, Mapping[str, Any]] = {
    "train": {"shuffle": SHUFFLE_BUFFER, "epochs": None},
    "evaluate": {"shuffle": 0, "epochs": 1},
    "predict": {"shuffle": 0, "epochs": 1},
}
_LEAST = {"batch_size": 1, "shuffle": 0, "epochs": 1, "prefetch": 0}
_NOT_SHARED = ("shuffle", "epochs", "seed", "rows")


@frozen(eq=False)
class SectionInput:
    """The input of a section, read.

    Attributes
    ----------
    section : str
    options : object
        Of the kind's class; a function of the user's for ``input_fn``.
    given : Given
        The section's mapping: where its options stand.
    plain : mapping
        The options as plain values, defaults filled in.
    """

    section: str
    options: Any
    given: Given
    plain: Mapping[str, Any]

    def input_fn(self, needs: Needs, problems: Problems) -> Callable[..., Any] | None:
        """A function that gives the data; None if something is wrong with it, which is gathered.

        Parameters
        ----------
        needs : Needs
            What the model needs.
        problems : Problems
        """
        if FUNCTION in self.given.value:
            function: Callable[..., Any] = self.options
            return function

        def report(option: str, text: str) -> None:
            problems.add(self.given.value.get(option, self.given).place, f"{self.section}.input: {text}")

        if self.section != "predict" and needs.label_is_needed and self.options.label is None:
            text = (
                f"{self.section}.input has no label, which {needs.model} needs: name its column by 'label'."
            )
            problems.add(self.given.place, text)
            return None
        found: Callable[..., Any] | None = self.options.input_fn(needs, report)
        return found


def read_input(
    given: Given, section: str, maker: Maker, problems: Problems, training: Given | None
) -> SectionInput | None:
    """The input that a mapping describes; None if something is wrong with it.

    Parameters
    ----------
    given : Given
    section : str
        ``"train"``, ``"evaluate"`` or ``"predict"``.
    maker : Maker
    problems : Problems
    training : Given, optional
        The input of the training, of which options are taken over.
    """
    items = maker.mapping(given, f"{section}.input")
    if items is None:
        return None
    kinds = [*KINDS, FUNCTION]
    found = [kind for kind in kinds if kind in items]
    if len(found) != 1:
        hints = "".join(did_you_mean(key, kinds) for key in items if not found)
        hints += f" It has {' and '.join(found)}." if found else ""
        problems.add(
            given.place, f"{section}.input needs one of {', '.join(kinds)}: where the data is.{hints}"
        )
        return None
    kind = found[0]
    if kind == FUNCTION:
        return _of_function(Given(items, given.place), section, maker)
    whole = Given(_merged(items, section, kind, training, given.place), given.place)
    made = maker.call(named(kind, KINDS), whole, f"{section}.input")
    if made is None:
        return None
    if not getattr(made.value, kind):
        problems.add(whole.value[kind].place, f"{section}.input: {kind} names no file.")
        return None
    for name, least in _LEAST.items():
        value = getattr(made.value, name)
        if value is not None and value < least:
            problems.add(whole.value[name].place, f"{name} should be {least} or more, given: {value}.")
    return SectionInput(section, made.value, whole, made.plain[f"{section}.input"])


def _merged(
    items: Mapping[str, Given], section: str, kind: str, training: Given | None, place: str
) -> dict[str, Given]:
    """The options of a section with those that it takes over."""
    shared: dict[str, Given] = {}
    if training is not None and isinstance(training.value, dict) and kind in training.value:
        known = set(arguments_of(named(kind, KINDS))) - {
            *_NOT_SHARED
        }  # of others the training's section tells
        shared = {name: value for name, value in training.value.items() if name in known}
    if section == "predict":
        shared.pop("label", None)  # nobody needs it there
    by_section = {name: given_value(value, place) for name, value in BY_SECTION[section].items()}
    return {**by_section, **shared, **items}


def _of_function(given: Given, section: str, maker: Maker) -> SectionInput | None:
    """A function by its dotted path, with the other keys as its arguments."""
    path = maker.own_function(given.value[FUNCTION], FUNCTION)
    if path is None or path.value is None:
        return None
    arguments = Given({key: value for key, value in given.value.items() if key != FUNCTION}, given.place)
    found = maker.keywords(path.value, arguments, path.plain, _from_the_call(path.value))
    if found is None:
        return None
    keywords = {name: made.value for name, made in found.items()}
    function = functools.partial(path.value, **keywords) if keywords else path.value
    written = {FUNCTION: path.plain, **{name: made.plain for name, made in found.items()}}
    return SectionInput(section, function, given, written)


def _from_the_call(function: Callable[..., Any]) -> dict[str, Any]:
    """Arguments that train, evaluate and predict give to an input_fn."""
    return {name: None for name in ("mode", "params", "config") if takes(function, name)}
