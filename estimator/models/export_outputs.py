"""What a model offers to those who serve it: the kinds of values in ``EstimatorSpec(export_outputs=...)``.

Each kind is one method that a server has: predict takes and gives any tensors by name; classify and regress take
serialised tf.Examples and give classes with scores, or a number.

Source
------
tf.estimator.export, TF 2.15 export_output.py
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from estimator.core.keywords import near_keywords
from estimator.graph.tensor import Tensor

Message: TypeAlias = Any  # a class made at run time

DEFAULT_KEY = "serving_default"


class ExportOutput:
    """Base of the kinds of outputs; its tensors by name are in ``outputs``.

    Attributes
    ----------
    outputs : dict of str to Tensor
    """

    def __init__(self, outputs: Mapping[str, Any]) -> None:
        for name, value in outputs.items():
            if not isinstance(value, Tensor):
                raise ValueError(f"{type(self).__name__} {name!r} must be a Tensor, given: {value!r}.")
        self.outputs: dict[str, Tensor] = dict(outputs)

    def as_signature_def(self, receiver_tensors: Mapping[str, Any]) -> Message:
        """The signature of an export that is fed these tensors.

        Parameters
        ----------
        receiver_tensors : dict of str to Tensor
            What a receiver is fed.

        Returns
        -------
        SignatureDef

        Raises
        ------
        ValueError
            If such tensors cannot be fed to outputs of this kind.
        """
        raise NotImplementedError(
            f"{type(self).__name__} does not say which signature it has: as_signature_def."
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.outputs!r})"


@near_keywords
class PredictOutput(ExportOutput):
    """Any tensors by name.

    Parameters
    ----------
    outputs : Tensor or mapping of str to Tensor
        A tensor alone is named ``output``.

    Raises
    ------
    ValueError
        If a value is not a tensor or a key is not a name.
    """

    def __init__(self, outputs: Any) -> None:
        super().__init__(output_names(outputs) if isinstance(outputs, Mapping) else {"output": outputs})

    def as_signature_def(self, receiver_tensors: Mapping[str, Any]) -> Message:
        """A signature of the method predict, whatever is fed."""
        from estimator.saved_model.signatures import predict_signature_def  # trainings need no messages

        return predict_signature_def(receiver_tensors, self.outputs)


def output_names(outputs: Mapping[Any, Any], what: str = "Prediction") -> dict[str, Any]:
    """The outputs under names that a signature can have: a tuple of names, as a model of several heads has, is joined.

    Raises
    ------
    ValueError
        If a key is neither a str nor a tuple of str.
    """
    named = {"/".join(key) if _is_path(key) else key: value for key, value in outputs.items()}
    wrong = [key for key in named if not isinstance(key, str)]
    if wrong:
        raise ValueError(
            f"{what} output key must be a string; got {', '.join(map(repr, wrong))}. Name the outputs, as in "
            '{"logits": logits}; in export_outputs predictions may have other names.'
        )
    return named


def _is_path(key: Any) -> bool:
    return isinstance(key, tuple) and all(isinstance(part, str) for part in key)


@near_keywords
class ClassificationOutput(ExportOutput):
    """Classes and their scores.

    Parameters
    ----------
    scores : Tensor of float, optional
        For each example and class.
    classes : Tensor of string, optional
        The names of the classes.

    Raises
    ------
    ValueError
        If both are missing, or one has a wrong type.
    """

    def __init__(self, scores: Tensor | None = None, classes: Tensor | None = None) -> None:
        if scores is None and classes is None:
            raise ValueError("ClassificationOutput needs at least one of scores and classes.")
        given = {"scores": scores, "classes": classes}
        super().__init__({name: value for name, value in given.items() if value is not None})
        if scores is not None and not scores.dtype.is_floating:
            raise ValueError(f"ClassificationOutput scores must be float, given: {scores}.")
        if classes is not None and classes.dtype.name != "string":
            raise ValueError(f"ClassificationOutput classes must be string, given: {classes}.")
        self.scores, self.classes = scores, classes

    def as_signature_def(self, receiver_tensors: Mapping[str, Any]) -> Message:
        """A signature of the method classify, of one placeholder of serialised tf.Examples."""
        from estimator.saved_model.signatures import classification_signature_def

        examples = _only_text(receiver_tensors, "Classification")
        return classification_signature_def(examples, self.classes, self.scores)


@near_keywords
class RegressionOutput(ExportOutput):
    """A number for each example.

    Parameters
    ----------
    value : Tensor of float

    Raises
    ------
    ValueError
        If it is not a tensor of floats.
    """

    def __init__(self, value: Tensor) -> None:
        super().__init__({"outputs": value})
        if not value.dtype.is_floating:
            raise ValueError(f"RegressionOutput value must be float, given: {value}.")
        self.value = value

    def as_signature_def(self, receiver_tensors: Mapping[str, Any]) -> Message:
        """A signature of the method regress, of one placeholder of serialised tf.Examples."""
        from estimator.saved_model.signatures import regression_signature_def

        return regression_signature_def(_only_text(receiver_tensors, "Regression"), self.value)


def _only_text(receiver_tensors: Mapping[str, Any], method: str) -> Tensor:
    """What is fed, if that is one tensor of texts.

    Raises
    ------
    ValueError
        If it is something else.
    """
    fed = list(receiver_tensors.values())
    if len(fed) == 1 and isinstance(fed[0], Tensor) and fed[0].dtype.name == "string":
        return fed[0]
    raise ValueError(
        f"{method} signatures can only accept a single tensor input of type tf.string: serialised Examples, as "
        "tf.estimator.export.build_parsing_serving_input_receiver_fn parses them. "
        f"Fed are: {', '.join(receiver_tensors) or 'none'}."
    )


def with_default(outputs: Mapping[str, ExportOutput]) -> dict[str, ExportOutput]:
    """The outputs, the only one also under ``serving_default``.

    Raises
    ------
    ValueError
        If there are several and none has that name.
    """
    named = dict(outputs)
    if len(named) == 1:
        named.setdefault(DEFAULT_KEY, next(iter(named.values())))
    if named and DEFAULT_KEY not in named:
        raise ValueError(
            f"export_outputs has {len(named)} outputs, {sorted(named)}, and none of them is the default; "
            f"name one of them {DEFAULT_KEY!r}."
        )
    return named
