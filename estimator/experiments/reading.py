"""The parts of an experiment, read and checked section by section."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from estimator.calls.checks import name_problems
from estimator.calls.specs import EvalSpec, TrainSpec
from estimator.core.errors import UsageError
from estimator.core.frozen import frozen
from estimator.core.registry import did_you_mean
from estimator.estimators.estimator import Estimator
from estimator.experiments.arguments import elsewhere
from estimator.experiments.changes import changed
from estimator.experiments.form import EXPERIMENT, SECTIONS, Entry
from estimator.experiments.imports import Imports
from estimator.experiments.inputs import SectionInput, read_input
from estimator.experiments.making import REFUSALS, Made, Maker
from estimator.experiments.model import ModelPart, read_model
from estimator.experiments.problems import Problems
from estimator.settings.given import Given, given_value, read_given
from estimator.settings.run_config import RunConfig

_RECEIVER = "serving_input_receiver_fn"


@frozen(eq=False)
class Section:
    """One of train, evaluate, predict and export.

    Attributes
    ----------
    given : Given
        What stands there.
    values : mapping
        Its plain values, as its call takes them.
    things : mapping of str to Given
        Hooks, exporters and early stopping, which are made for each call.
    data : SectionInput or None
    written : mapping
        All of it as plain values, defaults filled in.
    """

    given: Given
    values: Mapping[str, Any]
    things: Mapping[str, Given]
    data: SectionInput | None
    written: dict[str, Any]


class Reading:
    """What was read of an experiment.

    Parameters
    ----------
    given : Given
        The whole of it.
    name : str
        What messages call it.
    imports : Imports
    problems : Problems
        What is wrong so far; the constructor raises it with what it finds itself.
    model : ModelPart, optional
        One that is there, in place of one that `given` describes.

    Raises
    ------
    UsageError
        With all that is wrong.
    """

    def __init__(
        self, given: Given, name: str, imports: Imports, problems: Problems, model: ModelPart | None = None
    ) -> None:
        self.name = name
        self._imports = imports
        maker = Maker(problems, imports)
        reader = _Reader(maker, problems)
        items = reader.known(given, "an experiment", EXPERIMENT)
        self._config = reader.run_config(items.get("run_config", Given({}, name)))
        self.model_dir = reader.model_dir(items.get("model_dir"), self._config)
        model = model or read_model(items, given, maker, problems)
        self.sections: dict[str, Section] = {}
        for section, entries in SECTIONS.items():
            if section in items:
                self.sections[section] = reader.section(section, items[section], entries, self.sections)
        self._first: Estimator | None = None
        if model is not None:
            self.model: ModelPart = model
            self._make_once(maker, problems)
        problems.raise_all()

    def _make_once(self, maker: Maker, problems: Problems) -> None:
        """Make the Estimator, and what is made anew for each call, so that all is checked."""
        if self.model_dir is not None:
            self._first = self.model.estimator(self.model_dir, self._settings(), problems)
        for section in self.sections:
            things = self._things(section, maker, self._first)
            for key, made in things.items():
                self.sections[section].written[key] = made.plain
            if "exporters" in things:
                try:
                    EvalSpec(_no_data, exporters=things["exporters"].value)
                except REFUSALS as error:
                    problems.add_error(error, self.sections[section].given, "evaluate")

    def _settings(self) -> RunConfig | None:
        return None if self._config is None else self._config.value

    @staticmethod
    def of(
        source: str | os.PathLike[str] | Mapping[str, Any],
        changes: Mapping[str, Any],
        imports: Imports,
        name: str = "the experiment",
    ) -> Reading:
        """Read a file, a text or a mapping of that name, with changes.

        Raises
        ------
        UsageError, NotFoundError, OpError, ValueError
            As :meth:`Experiment.read`.
        """
        if isinstance(source, Mapping):
            given = given_value(source, name, says_keys=True)
        else:
            given = read_given(source)
            name = given.place.rpartition(":")[0] or given.place
        problems = Problems(name)
        return Reading(changed(given, changes, problems), name, imports, problems)

    def estimator(self) -> Estimator:
        """The Estimator, which knows the experiment that it is of.

        Raises
        ------
        UsageError
            If its constructor refuses an argument.
        """
        problems = Problems(self.name)
        found = self._first
        if found is None:
            found = self.model.estimator(self.model_dir, self._settings(), problems)
        problems.raise_all()
        assert found is not None
        written = {key: value for key, value in self.resolved().items() if key != "model_dir"}
        found._model = replace(found._model, experiment=written)
        return found

    def input_fn(self, section: str, problems: Problems) -> Callable[..., Any] | None:
        """The input_fn of a section; None if something is wrong with it, which is gathered."""
        if section not in self.sections:
            problems.add(self.name, f"there is no section {section!r}, which says where the data is.")
            return None
        data = self.sections[section].data
        return None if data is None else data.input_fn(self.model.needs, problems)

    def things(self, section: str, estimator: Estimator) -> dict[str, list[Any]]:
        """Hooks, exporters and early stopping of a section, made anew.

        Raises
        ------
        UsageError
            If one cannot be made.
        """
        problems = Problems(self.name)
        made = self._things(section, Maker(problems, self._imports), estimator)
        problems.raise_all()
        return {key: one.value for key, one in made.items()}

    def _things(self, section: str, maker: Maker, estimator: Estimator | None) -> dict[str, Made]:
        found = {}
        for key, given in self.sections[section].things.items():
            kind = SECTIONS[section][key].kind.strip("[]")
            if kind == "stopping" and estimator is None:
                continue  # which is made when it is known where its evaluations will be
            made = maker.listed(given, kind, key, self._supplied(kind, estimator))
            if made is not None:
                found[key] = made
        return found

    def _supplied(self, kind: str, estimator: Estimator | None) -> dict[str, Any]:
        """What such a thing gets from the rest of the experiment, unless it says otherwise."""
        if kind == "hook":
            return {"output_dir": None if estimator is None else estimator.model_dir}
        evaluate = self.sections.get("evaluate")
        name = evaluate.values["name"] if evaluate else None
        if kind == "exporter":
            events = {} if name is None else {"event_file_pattern": f"eval_{name}/*.tfevents.*"}
            return {_RECEIVER: self.model.receiver_fn(), **events}
        if estimator is None or name is None or name_problems(name):
            return {"estimator": estimator}
        return {"estimator": estimator, "eval_name": name, "eval_dir": estimator.eval_dir(name)}

    def resolved(self) -> dict[str, Any]:
        """The experiment as plain values."""
        parts: dict[str, Any] = {"model_dir": self.model_dir, **self.model.written}
        parts |= {name: section.written for name, section in self.sections.items()}
        if self._config is not None:
            parts["run_config"] = self._config.plain
        return {key: _copied(parts[key]) for key in EXPERIMENT if key in parts}


def _no_data() -> None:
    """Stands for an input_fn where the numbers of a section are checked."""


def _copied(value: Any) -> Any:
    """A copy in which nothing is shared, for which YAML would have names."""
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return list(map(_copied, value)) if isinstance(value, (list, tuple)) else value


class _Reader:
    """Reads what an experiment says beside its model."""

    def __init__(self, maker: Maker, problems: Problems) -> None:
        self._maker = maker
        self._problems = problems

    def known(self, given: Given, what: str, entries: Mapping[str, Entry]) -> dict[str, Given]:
        """The items of a mapping whose keys are entries; others are problems."""
        items = self._maker.mapping(given, what) or {}
        for key, value in items.items():
            if key not in entries:
                hint = did_you_mean(key, entries) or f" It has: {', '.join(entries)}."
                self._problems.add(value.place, f"unknown key {key!r} of {what}.{hint}")
        return {key: value for key, value in items.items() if key in entries}

    def run_config(self, given: Given) -> Made | None:
        """The settings, and all of them as plain values."""
        made = self._maker.call(RunConfig, given, "run_config")
        if made is None:
            return None
        written = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in made.value.as_dict().items()
            if elsewhere(name) is None
        }
        return Made(made.value, written)

    def model_dir(self, given: Given | None, config: Made | None) -> str | None:
        """Where checkpoints go; TF_CONFIG may say it, too."""
        from_environment: str | None = None if config is None else config.value.model_dir
        made = None if given is None else self._maker.made(given, "text|none", "model_dir")
        if given is None or made is None or made.value is None:
            return from_environment
        try:
            return RunConfig(model_dir=made.value).model_dir
        except UsageError as error:
            self._problems.add_error(error, given, "model_dir")
            return None

    def section(
        self, name: str, given: Given, entries: Mapping[str, Entry], before: Mapping[str, Section]
    ) -> Section:
        """What a section says."""
        items = self.known(given, name, entries)
        read = Section(Given(items, given.place), {}, {}, None, {})
        values, things = dict[str, Any](), dict[str, Given]()
        for key, entry in entries.items():
            if entry.kind == "input":
                read = replace(read, data=self._input(name, items.get(key), given, before))
                read.written[key] = {} if read.data is None else dict(read.data.plain)
            elif entry.kind.startswith("[") and entry.kind.strip("[]") in ("hook", "stopping", "exporter"):
                things[key] = items.get(key, given_value(None, given.place))
            else:
                made = self._maker.made(items[key], entry.kind, key) if key in items else None
                values[key] = entry.default if made is None else made.value
                read.written[key] = entry.default if made is None else made.plain
        self._check_numbers(name, values, read.given)
        return replace(read, values=values, things=things)

    def _input(
        self, section: str, given: Given | None, whole: Given, before: Mapping[str, Section]
    ) -> SectionInput | None:
        if given is None:
            self._problems.add(whole.place, f"{section} needs an input: where its data is.")
            return None
        training = before["train"].given.value.get("input") if "train" in before else None
        return read_input(given, section, self._maker, self._problems, training)

    def _check_numbers(self, section: str, values: Mapping[str, Any], given: Given) -> None:
        """Let the calls check the numbers of their section."""

        try:
            if section == "evaluate":
                EvalSpec(_no_data, **values)
            elif section == "train":
                TrainSpec(_no_data, values["max_steps"])
                if values["steps"] is not None and values["steps"] < 1:
                    raise ValueError(f"Must specify steps > 0, given: {values['steps']}")
                if values["steps"] is not None and values["max_steps"] is not None:
                    raise ValueError("steps and max_steps exclude one another.")
        except REFUSALS as error:
            self._problems.add_error(error, given, section)
