"""An experiment: a model, its data, its training and its evaluation, as one YAML mapping.

::

    experiment = Experiment.read("experiments/iris.yaml", changes={"train.max_steps": 500})
    experiment.train()                      # train_and_evaluate, where there is a section `evaluate`
    print(experiment.evaluate())
    print(experiment.to_yaml())             # with every default

Reading finds everything that the text alone shows to be wrong; files of data are looked at when a section's input is
asked for, which `train` does before anything is written.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from estimator.calls.record import FILE, read_entries
from estimator.calls.specs import EvalSpec, TrainSpec
from estimator.calls.train_and_evaluate import train_and_evaluate
from estimator.core.errors import NotFoundError, UsageError
from estimator.estimators.estimator import Estimator
from estimator.experiments.form import SECTIONS
from estimator.experiments.imports import Imports
from estimator.experiments.problems import Problems
from estimator.experiments.reading import Reading
from estimator.model_dir.finding import latest_prefix
from estimator.model_dir.path import as_model_dir
from estimator.settings.yaml_text import write_mapping


class Experiment:
    """What :meth:`read` has read; made by it alone.

    Parameters
    ----------
    reading : Reading
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._estimator: Estimator | None = None

    def __repr__(self) -> str:
        return f"Experiment({self._reading.name!r}, model={self._reading.model.name!r}, model_dir={self.model_dir!r})"

    @staticmethod
    def read(
        source: str | os.PathLike[str] | Mapping[str, Any],
        changes: Mapping[str, Any] | None = None,
        allow_import: Sequence[str] = (),
    ) -> Experiment:
        """The experiment in a YAML file, in YAML text, or in a mapping.

        Parameters
        ----------
        source : str, path or mapping
            A path object, a file's name, or text: a str with a line break is text. Or what such a text holds.
        changes : mapping of str to object, optional
            Other values, by dotted paths: ``{"train.input.batch_size": 64}``.
        allow_import : sequence of str
            Modules of your own that dotted paths in it may lead to, and with them what lies below.

        Raises
        ------
        UsageError
            With all that is wrong, each with its line: ``experiments/iris.yaml:12: unknown key 'hiden_units' of
            DNNClassifier. Did you mean 'hidden_units'?``.
        NotFoundError, OpError, ValueError
            If it cannot be read, or is no YAML mapping.
        Exception
            What a module of your own raises when it is imported.
        """
        return Experiment(Reading.of(source, changes or {}, Imports(allow_import)))

    @staticmethod
    def of_model_dir(
        model_dir: str | os.PathLike[str],
        changes: Mapping[str, Any] | None = None,
        allow_import: Sequence[str] = (),
    ) -> Experiment:
        """The experiment that trained a model_dir last, from its metadata.yaml.

        Parameters
        ----------
        model_dir : str or path
            May have been moved since; paths of data are as they were.
        changes, allow_import
            As of :meth:`read`.

        Raises
        ------
        NotFoundError
            If no experiment trained there last.
        UsageError, ValueError, Exception
            As :meth:`read`.
        """
        folder = as_model_dir(model_dir)
        entries = read_entries(folder)
        found = entries[-1].get("experiment") if entries else None
        if not isinstance(found, dict):
            raise NotFoundError(
                f"{folder!r} was not trained by an experiment, or not last: its {FILE} has none. Name its file: "
                "Experiment.read('experiments/iris.yaml')."
            )
        whole = {**found, "model_dir": folder}
        name = os.path.join(folder, FILE)
        return Experiment(Reading.of(whole, changes or {}, Imports(allow_import), name))

    @property
    def model_dir(self) -> str | None:
        """Where checkpoints and summaries go, if the experiment says so."""
        return self._reading.model_dir

    @property
    def sections(self) -> tuple[str, ...]:
        """Which of ``train``, ``evaluate``, ``predict`` and ``export`` there are."""
        return tuple(self._reading.sections)

    def estimator(self) -> Estimator:
        """The model; the same at every call."""
        if self._estimator is None:
            self._estimator = self._reading.estimator()
        return self._estimator

    def train_input_fn(self) -> Callable[..., Any]:
        """The input_fn of the training, whose data has been looked at.

        Raises
        ------
        UsageError
            If there is no such section, or its data does not fit; all that is wrong, with its lines.
        """
        return self._input_fns("train")[0]

    def eval_input_fn(self) -> Callable[..., Any]:
        """The input_fn of the evaluation.

        Raises
        ------
        UsageError
            As :meth:`train_input_fn`.
        """
        return self._input_fns("evaluate")[0]

    def predict_input_fn(self) -> Callable[..., Any]:
        """The input_fn of the prediction.

        Raises
        ------
        UsageError
            As :meth:`train_input_fn`.
        """
        return self._input_fns("predict")[0]

    def _input_fns(self, *sections: str) -> list[Callable[..., Any]]:
        problems = Problems(self._reading.name)
        found = [self._reading.input_fn(section, problems) for section in sections]
        problems.raise_all()
        return [one for one in found if one is not None]

    def train_spec(self) -> TrainSpec:
        """How it is trained; `steps` count from the latest checkpoint.

        Raises
        ------
        UsageError
            As :meth:`train_input_fn`.
        """
        return self._train_spec(self.train_input_fn())

    def _train_spec(self, input_fn: Callable[..., Any]) -> TrainSpec:
        section = self._reading.sections["train"]
        max_steps = section.values["max_steps"]
        if section.values["steps"] is not None:
            max_steps = self._latest_step() + section.values["steps"]
        return TrainSpec(input_fn, max_steps, self._train_hooks())

    def _train_hooks(self) -> list[Any]:
        made = self._reading.things("train", self.estimator())
        return made["hooks"] + made["early_stopping"]

    def _latest_step(self) -> int:
        prefix = latest_prefix(self.estimator().model_dir)
        return 0 if prefix is None else int(self.estimator().get_variable_value("global_step"))

    def eval_spec(self) -> EvalSpec:
        """How it is evaluated.

        Raises
        ------
        UsageError
            As :meth:`train_input_fn`.
        """
        return self._eval_spec(self.eval_input_fn())

    def _eval_spec(self, input_fn: Callable[..., Any]) -> EvalSpec:
        made = self._reading.things("evaluate", self.estimator())
        values = self._reading.sections["evaluate"].values
        return EvalSpec(input_fn, hooks=made["hooks"], exporters=made["exporters"], **values)

    def train(self) -> Any:
        """Train; and evaluate on the way, where there is a section `evaluate`.

        Returns
        -------
        tuple or None
            What train_and_evaluate gives: the last metrics, and what the exporters gave.

        Raises
        ------
        UsageError
            If there is no section `train`, or data does not fit. Nothing is written then.
        Exception
            As :meth:`Estimator.train`.
        """
        if "evaluate" in self.sections:
            train_fn, eval_fn = self._input_fns("train", "evaluate")
            return train_and_evaluate(self.estimator(), self._train_spec(train_fn), self._eval_spec(eval_fn))
        input_fn = self.train_input_fn()
        values = self._reading.sections["train"].values
        self.estimator().train(input_fn, self._train_hooks(), **values)
        return None

    def evaluate(self, checkpoint_path: str | None = None) -> dict[str, Any]:
        """The metrics of a checkpoint.

        Parameters
        ----------
        checkpoint_path : str, optional
            The prefix of another checkpoint than the latest.

        Raises
        ------
        UsageError
            As :meth:`train_input_fn`.
        Exception
            As :meth:`Estimator.evaluate`.
        """
        spec = self.eval_spec()
        return self.estimator().evaluate(spec.input_fn, spec.steps, spec.hooks, checkpoint_path, spec.name)

    def predict(self, checkpoint_path: str | None = None) -> Iterator[Any]:
        """The predictions of a checkpoint, one by one.

        Parameters
        ----------
        checkpoint_path : str, optional
            The prefix of another checkpoint than the latest.

        Raises
        ------
        UsageError
            As :meth:`train_input_fn`.
        Exception
            As :meth:`Estimator.predict`.
        """
        return self.estimator().predict(
            self.predict_input_fn(), self.predict_keys(), checkpoint_path=checkpoint_path
        )

    def predict_keys(self) -> list[str] | None:
        """Which predictions are wanted; None: all."""
        return self._value("predict", "predict_keys")

    def _value(self, section: str, key: str) -> Any:
        """A plain value of a section, its default if there is no such section."""
        found = self._reading.sections.get(section)
        return SECTIONS[section][key].default if found is None else found.values[key]

    def serving_input_receiver_fn(self) -> Callable[[], Any]:
        """What an export is fed: the function that the experiment names, or tf.Examples parsed as its columns say.

        Raises
        ------
        UsageError
            If it names none and has no columns.
        """
        own = self._value("export", "serving_input_receiver_fn")
        return self._demanded(own or self._reading.model.receiver_fn())

    def raw_input_receiver_fn(self) -> Callable[[], Any]:
        """What an export is fed: the features of its columns, as arrays by their names.

        Raises
        ------
        UsageError
            If it has no columns.
        """
        return self._demanded(self._reading.model.raw_receiver_fn())

    def _demanded(self, receiver_fn: Callable[[], Any] | None) -> Callable[[], Any]:
        if receiver_fn is None:
            text = (
                "export needs a serving_input_receiver_fn: the model has no columns that say what it is fed."
            )
            raise UsageError(self._reading.name, [text])
        return receiver_fn

    def export_settings(self) -> dict[str, Any]:
        """How it is exported, as export_saved_model takes it; ``export_dir_base`` may be None."""
        return {key: self._value("export", key) for key in ("export_dir_base", "assets_extra", "as_text")}

    def resolved(self) -> dict[str, Any]:
        """The experiment as plain values, with every default."""
        return self._reading.resolved()

    def to_yaml(self) -> str:
        """The experiment as YAML text, with every default; :meth:`read` reads it."""
        return write_mapping(self.resolved())
