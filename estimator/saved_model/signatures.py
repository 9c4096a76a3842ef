"""Signatures: what a SavedModel can be asked, under which names it takes tensors, and under which it gives them.

::

    signature = predict_signature_def(inputs={"x": x}, outputs={"y": y})
    builder.add_meta_graph_and_variables(session, ["serve"], {"serving_default": signature})

Source
------
tf.saved_model.signature_def_utils, TF 1.15; SignatureDef of tensorflow/core/protobuf/meta_graph.proto
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from estimator.core.dtypes import DType, as_dtype, float32, string
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shown import shorten
from estimator.formats import messages
from estimator.formats.tensors import array_to_proto
from estimator.graph.static import static_value
from estimator.graph.tensor import Operation, Tensor
from estimator.saved_model import constants
from estimator.saved_model.tensor_info import build_tensor_info

Message: TypeAlias = Any  # a class made at run time


def build_signature_def(
    inputs: Mapping[str, Message] | None = None,
    outputs: Mapping[str, Message] | None = None,
    method_name: str | None = None,
    defaults: Mapping[str, Any] | None = None,
) -> Message:
    """A SignatureDef.

    Parameters
    ----------
    inputs, outputs : mapping of str to TensorInfo, optional
        As :func:`build_tensor_info` makes them.
    method_name : str, optional
        For example ``"tensorflow/serving/predict"``.
    defaults : mapping, optional
        The values, as constant tensors or arrays, of inputs that a caller may leave out.

    Raises
    ------
    TypeError
        If an input or output is no TensorInfo.
    ValueError
        If a default is a tensor whose value only a run tells.
    """
    result = messages.SignatureDef(method_name=method_name or "")
    for infos, given in ((result.inputs, inputs), (result.outputs, outputs)):
        for key, info in (given or {}).items():
            infos[key].CopyFrom(_info(key, info))
    for key, value in (defaults or {}).items():
        result.defaults[key].CopyFrom(array_to_proto(_constant(key, value)))
    return result


def _info(key: str, info: Any) -> Message:
    if not hasattr(info, "SerializeToString"):
        raise TypeError(
            f"{key!r}: a TensorInfo is wanted, given: {info!r} ({type(info).__name__}). Use "
            "tf.saved_model.build_tensor_info(tensor), or predict_signature_def, which takes tensors."
        )
    return messages.own("TensorInfo", info)


def _constant(key: str, value: Any) -> Any:
    if not isinstance(value, Tensor):
        return value
    found = static_value(value)
    if found is None:
        raise ValueError(
            f"the default of {key!r} is no constant: {value!r}. Pass an array, or the tensor of a tf.constant."
        )
    return found


def predict_signature_def(inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> Message:
    """A signature of the method predict: any tensors in, any tensors out.

    Parameters
    ----------
    inputs, outputs : mapping of str to Tensor

    Raises
    ------
    ValueError
        If either is empty.
    """
    for what, tensors in (("inputs", inputs), ("outputs", outputs)):
        if not tensors:
            raise ValueError(f"Prediction `{what}` cannot be None or empty, given: {tensors!r}.")
    return build_signature_def(_infos(inputs), _infos(outputs), constants.PREDICT_METHOD_NAME)


def classification_signature_def(examples: Any, classes: Any, scores: Any) -> Message:
    """A signature of the method classify: serialized tf.Examples in, classes and their scores out.

    Parameters
    ----------
    examples : Tensor, string
    classes : Tensor, string, or None
    scores : Tensor, float32, or None

    Shape
    -----
    examples [batch], classes and scores [batch, n_classes]

    Raises
    ------
    ValueError
        If one of them is no tensor of its type, or there are neither classes nor scores.
    """
    if classes is None and scores is None:
        raise ValueError("Classification `classes` and `scores` cannot both be None.")
    outputs = {constants.CLASSIFY_OUTPUT_CLASSES: classes, constants.CLASSIFY_OUTPUT_SCORES: scores}
    dtypes = {constants.CLASSIFY_OUTPUT_CLASSES: string, constants.CLASSIFY_OUTPUT_SCORES: float32}
    return build_signature_def(
        {constants.CLASSIFY_INPUTS: _typed("Classification", "examples", examples, string)},
        {
            key: _typed("Classification", key, tensor, dtypes[key])
            for key, tensor in outputs.items()
            if tensor is not None
        },
        constants.CLASSIFY_METHOD_NAME,
    )


def regression_signature_def(examples: Any, predictions: Any) -> Message:
    """A signature of the method regress: serialized tf.Examples in, a number for each out.

    Parameters
    ----------
    examples : Tensor, string
    predictions : Tensor, float32

    Shape
    -----
    examples [batch], predictions [batch] or [batch, 1]

    Raises
    ------
    ValueError
        If one of them is no tensor of its type.
    """
    return build_signature_def(
        {constants.REGRESS_INPUTS: _typed("Regression", "examples", examples, string)},
        {constants.REGRESS_OUTPUTS: _typed("Regression", "predictions", predictions, float32)},
        constants.REGRESS_METHOD_NAME,
    )


def supervised_train_signature_def(
    inputs: Mapping[str, Any],
    loss: Mapping[str, Any] | None,
    predictions: Mapping[str, Any] | None = None,
    metrics: Mapping[str, Any] | None = None,
) -> Message:
    """A signature of a step of training: features and labels in, loss, predictions and metrics out.

    Raises
    ------
    ValueError
        If there are no inputs.
    """
    return _supervised(constants.SUPERVISED_TRAIN_METHOD_NAME, inputs, loss, predictions, metrics)


def supervised_eval_signature_def(
    inputs: Mapping[str, Any],
    loss: Mapping[str, Any] | None,
    predictions: Mapping[str, Any] | None = None,
    metrics: Mapping[str, Any] | None = None,
) -> Message:
    """A signature of a step of evaluation: features and labels in, loss, predictions and metrics out.

    Raises
    ------
    ValueError
        If there are no inputs.
    """
    return _supervised(constants.SUPERVISED_EVAL_METHOD_NAME, inputs, loss, predictions, metrics)


def _supervised(method_name: str, inputs: Mapping[str, Any], *outputs: Mapping[str, Any] | None) -> Message:
    if not inputs:
        raise ValueError(f"{method_name} `inputs` cannot be None or empty, given: {inputs!r}.")
    found = {key: tensor for tensors in outputs for key, tensor in (tensors or {}).items()}
    return build_signature_def(_infos(inputs), _infos(found), method_name)


def op_signature_def(op: Operation, key: str) -> Message:
    """A signature that only names an operation, as TensorFlow 2 does for that which a load runs."""
    info = messages.TensorInfo(name=op.name)
    info.tensor_shape.unknown_rank = True
    return build_signature_def(outputs={key: info})


def _infos(tensors: Mapping[str, Any]) -> dict[str, Message]:
    if not isinstance(tensors, Mapping):
        raise TypeError(
            f'the tensors of a signature have names, as in {{"x": x}}, given: {shorten(tensors)}.'
        )
    return {key: build_tensor_info(tensor) for key, tensor in tensors.items()}


def _typed(method: str, what: str, tensor: Any, dtype: DType) -> Message:
    """The TensorInfo of a tensor, which must have that type."""
    if tensor is None:
        raise ValueError(f"{method} `{what}` cannot be None.")
    if not isinstance(tensor, Tensor):
        raise ValueError(
            f"{method} `{what}` must be a {dtype.name} Tensor, given: {tensor!r} ({type(tensor).__name__})."
        )
    if tensor.dtype is not dtype:
        raise ValueError(
            f"{method} `{what}` must be a {dtype.name} Tensor, given: {tensor!r} of {tensor.dtype.name}. Use the "
            "method predict for tensors of other types."
        )
    return build_tensor_info(tensor)


# -- which signatures can be served ------------------------------------------------------------------------------------


def is_valid_signature(signature_def: Message | None) -> bool:
    """Whether TensorFlow Serving can serve the signature: as predict, classify or regress."""
    if signature_def is None:
        return False
    if signature_def.method_name == constants.PREDICT_METHOD_NAME:
        return bool(signature_def.inputs) and bool(signature_def.outputs)
    examples, results = _types(signature_def.inputs), _types(signature_def.outputs)
    if signature_def.method_name == constants.REGRESS_METHOD_NAME:
        return examples == {constants.REGRESS_INPUTS: string} and results == {
            constants.REGRESS_OUTPUTS: float32
        }
    wanted = {constants.CLASSIFY_OUTPUT_CLASSES: string, constants.CLASSIFY_OUTPUT_SCORES: float32}
    return (
        signature_def.method_name == constants.CLASSIFY_METHOD_NAME
        and examples == {constants.CLASSIFY_INPUTS: string}
        and bool(results)
        and results.items() <= wanted.items()
    )


def _types(infos: Mapping[str, Message]) -> dict[str, DType | None]:
    return {key: as_dtype(info.dtype) if info.dtype else None for key, info in infos.items()}


near_keywords_of_functions(__name__)
