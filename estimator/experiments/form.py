"""The form of an experiment: its sections, and what may stand in each of them.

The values of a section are arguments of calls that exist: TrainSpec, EvalSpec, export_saved_model. Their names are
those of TensorFlow's, the kinds are :mod:`estimator.experiments.arguments`'.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from estimator.core.frozen import frozen


@frozen
class Entry:
    """Something that a section may say.

    Attributes
    ----------
    kind : str
        How its value is read; ``"section"`` and the like are read by the experiment.
    about : str
        What it is, in a line.
    default : object
    """

    kind: str
    about: str
    default: Any = None


EXPERIMENT: Mapping[str, Entry] = {
    "model_dir": Entry("text|none", "where checkpoints and summaries go"),
    "estimator": Entry("estimator", "the model: {DNNClassifier: {hidden_units: [10, 10]}}"),
    "model_fn": Entry("own_function", "instead of estimator: the dotted path of a model function"),
    "params": Entry("any", "hyper-parameters of a model_fn"),
    "warm_start_from": Entry("warm_start", "where the first weights of a model_fn come from"),
    "columns": Entry("columns", "the feature columns of the model"),
    "train": Entry("section", "how it is trained"),
    "evaluate": Entry("section", "how it is evaluated"),
    "predict": Entry("section", "what it predicts for"),
    "export": Entry("section", "how it is exported"),
    "run_config": Entry("section", "settings of the run: those of RunConfig"),
}
TRAIN: Mapping[str, Entry] = {
    "input": Entry("input", "the data"),
    "steps": Entry("int|none", "how many steps a call makes"),
    "max_steps": Entry("int|none", "the step at which the training ends, counted from the very first"),
    "hooks": Entry("[hook]", "hooks, with their arguments"),
    "early_stopping": Entry("[stopping]", "what ends the training early: {stop_if_no_decrease_hook: {...}}"),
}
EVALUATE: Mapping[str, Entry] = {
    "input": Entry("input", "the data"),
    "steps": Entry("int|none", "how many batches; null: all"),
    "name": Entry("text|none", "the summaries go to eval_NAME"),
    "hooks": Entry("[hook]", "hooks, with their arguments"),
    "exporters": Entry(
        "[exporter]", "what is exported after an evaluation: [{LatestExporter: {name: exporter}}]"
    ),
    "start_delay_secs": Entry("float", "how long an evaluator, a process of its own, waits at first", 120),
    "throttle_secs": Entry("float", "evaluations begin so many seconds apart, at least", 600),
    "every_n_steps": Entry("int|none", "a checkpoint is saved and evaluated every so many steps"),
}
PREDICT: Mapping[str, Entry] = {
    "input": Entry("input", "the data"),
    "predict_keys": Entry("[text]|none", "only these predictions"),
}
EXPORT: Mapping[str, Entry] = {
    "export_dir_base": Entry("text|none", "the folder in which an export becomes a folder"),
    "serving_input_receiver_fn": Entry(
        "own_function", "the dotted path of a function; null: examples, parsed as the columns say"
    ),
    "as_text": Entry("bool", "whether saved_model.pbtxt is written", False),
    "assets_extra": Entry("any", "path in assets.extra to the file that is copied there"),
}
SECTIONS: Mapping[str, Mapping[str, Entry]] = {
    "train": TRAIN,
    "evaluate": EVALUATE,
    "predict": PREDICT,
    "export": EXPORT,
}
