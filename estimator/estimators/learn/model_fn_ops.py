"""What model functions and input functions of tf.contrib.learn return.

Source
------
TF 1.15 contrib/learn model_fn.py, constants.py, input_fn_utils.py
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords
from estimator.core.log import logger
from estimator.core.named_tuple import NamedTuple
from estimator.models import export_outputs
from estimator.models.learn_mode_keys import ModeKeys
from estimator.models.spec import EstimatorSpec
from estimator.training.session_run_hook import SessionRunHook

_MODES = (ModeKeys.TRAIN, ModeKeys.EVAL, ModeKeys.INFER)
_DEFAULT_OUTPUT = "serving_default"


class ProblemType:
    """What kind of output a model has, for its exports.

    Source
    ------
    tf.contrib.learn.ProblemType
    """

    UNSPECIFIED = 0
    CLASSIFICATION = 1
    LINEAR_REGRESSION = 2
    LOGISTIC_REGRESSION = 3


class _ModelFnOps(NamedTuple):
    predictions: Any
    loss: Any
    train_op: Any
    eval_metric_ops: dict[str, Any]
    output_alternatives: Mapping[str, Any] | None
    training_chief_hooks: Sequence[SessionRunHook]
    training_hooks: Sequence[SessionRunHook]
    scaffold: Any
    mode: str


@near_keywords
class ModelFnOps(_ModelFnOps):
    """What a model function of tf.contrib.learn gives: an EstimatorSpec by its older name.

    Parameters
    ----------
    mode : str
        One of ModeKeys.
    predictions : Tensor or dict of Tensors
        In the modes EVAL and INFER.
    loss : scalar Tensor
        In the modes TRAIN and EVAL.
    train_op : Operation or Tensor
        In the mode TRAIN.
    eval_metric_ops : dict of str to (value, update_op), optional
    output_alternatives : dict of str to (ProblemType, dict of Tensors), optional
        What is exported.
    training_chief_hooks, training_hooks : list of SessionRunHook, optional
    scaffold : Scaffold, optional

    Raises
    ------
    ValueError
        If something is missing or wrong; the error has all problems.

    Source
    ------
    tf.contrib.learn.ModelFnOps
    """

    def __new__(
        cls,
        mode: str,
        predictions: Any = None,
        loss: Any = None,
        train_op: Any = None,
        eval_metric_ops: dict[str, Any] | None = None,
        output_alternatives: Mapping[str, Any] | None = None,
        training_chief_hooks: Sequence[SessionRunHook] | None = None,
        training_hooks: Sequence[SessionRunHook] | None = None,
        scaffold: Any = None,
    ) -> ModelFnOps:
        hooks = [*(training_chief_hooks or ()), *(training_hooks or ())]
        problems = [
            *_missing(mode, predictions=predictions, loss=loss, train_op=train_op),
            *(
                f"all hooks must be SessionRunHook instances, given: {hook!r}."
                for hook in hooks
                if not isinstance(hook, SessionRunHook)
            ),
        ]
        if not isinstance(eval_metric_ops, (dict, type(None))):
            problems.append(f"eval_metric_ops must be a dict, given: {eval_metric_ops!r}.")
        raise_problems("ModelFnOps", problems)
        return super().__new__(
            cls,
            predictions,
            loss,
            train_op,
            dict(eval_metric_ops or {}),
            output_alternatives,
            list(training_chief_hooks or ()),
            list(training_hooks or ()),
            scaffold,
            mode,
        )

    def estimator_spec(self, default_serving_output_alternative_key: str | None = None) -> EstimatorSpec:
        """The same as an EstimatorSpec.

        Parameters
        ----------
        default_serving_output_alternative_key : str, optional
            Which of several output_alternatives is exported by default.

        Raises
        ------
        ValueError, TypeError
            If a part is wrong; see :class:`~estimator.models.spec.EstimatorSpec`.
        """
        return EstimatorSpec(
            self.mode,
            predictions=self.predictions,
            loss=self.loss,
            train_op=self.train_op,
            eval_metric_ops={name: ops for name, ops in self.eval_metric_ops.items() if name != "loss"},
            export_outputs=_exported(self.output_alternatives, default_serving_output_alternative_key),
            training_chief_hooks=self.training_chief_hooks,
            training_hooks=self.training_hooks,
            scaffold=self.scaffold,
        )


def _missing(mode: Any, **parts: Any) -> list[str]:
    """What a mode needs and is not there."""
    if mode not in _MODES:
        return [f"Invalid mode {mode!r}; use one of ModeKeys: {', '.join(map(repr, _MODES))}."]
    needed = {
        ModeKeys.TRAIN: ("loss", "train_op"),
        ModeKeys.EVAL: ("predictions", "loss"),
        ModeKeys.INFER: ("predictions",),
    }
    return [f"Missing {name} in the mode {mode!r}." for name in needed[mode] if parts[name] is None]


def _exported(alternatives: Mapping[str, Any] | None, default: str | None) -> dict[str, Any] | None:
    if not alternatives:
        return None
    found = dict(alternatives)
    if len(found) > 1 and _DEFAULT_OUTPUT not in found:
        if default not in found:
            known = ", ".join(map(repr, found))
            raise ValueError(
                f"default_serving_output_alternative_key must be one of the output_alternatives, {known}, given: "
                f"{default!r}."
            )
        found[_DEFAULT_OUTPUT] = found[default]
    return {name: _export_output(*alternative) for name, alternative in found.items()}


def _export_output(problem_type: Any, tensors: Mapping[str, Any]) -> export_outputs.ExportOutput:
    scores = tensors.get("scores", tensors.get("probabilities"))
    if problem_type == ProblemType.LINEAR_REGRESSION:
        return export_outputs.RegressionOutput(scores)
    if problem_type in (ProblemType.CLASSIFICATION, ProblemType.LOGISTIC_REGRESSION):
        classes = tensors.get("classes")
        if classes is not None and classes.dtype.name != "string":
            logger.warning("classes are not texts: exports will not have the names of classes.")
            classes = None
        return export_outputs.ClassificationOutput(scores, classes)
    if problem_type == ProblemType.UNSPECIFIED:
        return export_outputs.PredictOutput(tensors)
    raise ValueError(f"Unknown problem_type={problem_type!r}; use one of ProblemType.")


@near_keywords
class InputFnOps(NamedTuple):
    """What an input function for serving gave: a ServingInputReceiver by its older name.

    Source
    ------
    tf.contrib.learn.InputFnOps
    """

    features: Any
    labels: Any
    default_inputs: Any
