"""Receivers: what an exported model is fed, and the features that it makes of that.

Whoever serves a model sends tensors by name, or serialised tf.Examples; model_fn wants features. In between stands a
piece of graph that a function without arguments builds, which returns a receiver::

    def serving_input_receiver_fn():
        examples = tf.placeholder(tf.string, [None], name="input_example_tensor")
        features = tf.parse_example(examples, {"age": tf.FixedLenFeature([1], tf.float32)})
        return tf.estimator.export.ServingInputReceiver(features, {"examples": examples})

``receiver_tensors`` are fed, ``features`` are what model_fn is called with. ``receiver_tensors_alternatives`` are other
tensors of the same graph that may be fed instead, such as the parsed features; each has signatures of its own.

Source
------
tf.estimator.export, TF 2.15 export.py
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from estimator.core.dtypes import string
from estimator.core.errors import raise_problems
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.core.named_tuple import NamedTuple
from estimator.core.shown import shorten
from estimator.functions.arrays import placeholder
from estimator.functions.parse_example import parse_example
from estimator.graph.composite import Composite
from estimator.graph.graph import Graph
from estimator.graph.slices import IndexedSlices
from estimator.graph.tensor import Tensor
from estimator.pipeline.adapt import connect

_FEATURE, _LABEL, _RECEIVED = "feature", "label", "input"  # what a tensor is called that has no name


class _ServingFields(NamedTuple):
    features: Any
    receiver_tensors: dict[str, Any]
    receiver_tensors_alternatives: dict[str, dict[str, Any]] | None


@near_keywords
class ServingInputReceiver(_ServingFields):
    """What is fed when the model is served, and features by name.

    Parameters
    ----------
    features : Tensor, SparseTensor, RaggedTensor or dict of them by str or int
        What model_fn gets; a tensor alone comes as ``{"feature": tensor}``, see :class:`TensorServingInputReceiver`.
    receiver_tensors : Tensor, SparseTensor, RaggedTensor or dict of them by str
        What is fed, mostly placeholders; a tensor alone is called ``input``.
    receiver_tensors_alternatives : dict of str to such tensors or dicts, optional
        What may be fed instead; each gives signatures ``name:output``.

    Raises
    ------
    ValueError
        If something is missing, or is no tensor, or has no name; all of it at once.

    Source
    ------
    tf.estimator.export.ServingInputReceiver, TF 2.15
    """

    __slots__ = ()

    def __new__(
        cls, features: Any, receiver_tensors: Any, receiver_tensors_alternatives: Any = None
    ) -> ServingInputReceiver:
        """Check the tensors and name those that have no name."""
        problems = [
            *_problems(features, "feature", (str, int)),
            *_problems(receiver_tensors, "receiver_tensor", (str,)),
            *_problems_of_alternatives(receiver_tensors_alternatives),
        ]
        raise_problems(cls.__name__, problems)
        return super().__new__(
            cls,
            _named(features, _FEATURE),
            _named(receiver_tensors, _RECEIVED),
            _named_alternatives(receiver_tensors_alternatives),
        )


@near_keywords
class TensorServingInputReceiver(_ServingFields):
    """What is fed when the model is served, and a feature that has no name.

    Parameters
    ----------
    features : Tensor, SparseTensor or RaggedTensor
        What model_fn gets, as it is.
    receiver_tensors, receiver_tensors_alternatives
        As for :class:`ServingInputReceiver`.

    Raises
    ------
    ValueError
        If something is missing, or is no tensor, or has no name; all of it at once.

    Source
    ------
    tf.estimator.export.TensorServingInputReceiver, TF 2.15
    """

    __slots__ = ()

    def __new__(
        cls, features: Any, receiver_tensors: Any, receiver_tensors_alternatives: Any = None
    ) -> TensorServingInputReceiver:
        """Check the tensors and name those that are fed."""
        problems = [
            *_problems_of_one(features),
            *_problems(receiver_tensors, "receiver_tensor", (str,)),
            *_problems_of_alternatives(receiver_tensors_alternatives),
        ]
        raise_problems(cls.__name__, problems)
        return super().__new__(
            cls,
            features,
            _named(receiver_tensors, _RECEIVED),
            _named_alternatives(receiver_tensors_alternatives),
        )


class _SupervisedFields(NamedTuple):
    features: Any
    labels: Any
    receiver_tensors: dict[str, Any]


@near_keywords
class SupervisedInputReceiver(_SupervisedFields):
    """What is fed to train or to evaluate an exported model: features and labels, which model_fn gets as they are.

    Parameters
    ----------
    features, labels : Tensor, SparseTensor, RaggedTensor or dict of them by str or int
    receiver_tensors : Tensor, SparseTensor, RaggedTensor or dict of them by str
        What is fed; a tensor alone is called ``input``.

    Raises
    ------
    ValueError
        If something is missing, or is no tensor, or has no name; all of it at once.

    Source
    ------
    tensorflow_estimator.python.estimator.export.export.SupervisedInputReceiver, TF 2.15
    """

    __slots__ = ()

    def __new__(cls, features: Any, labels: Any, receiver_tensors: Any) -> SupervisedInputReceiver:
        """Check the tensors and name those that are fed."""
        problems = [
            *_problems(features, "feature", (str, int)),
            *_problems(labels, "label", (str, int)),
            *_problems(receiver_tensors, "receiver_tensor", (str,)),
        ]
        raise_problems(cls.__name__, problems)
        return super().__new__(cls, features, labels, _named(receiver_tensors, _RECEIVED))


def build_parsing_serving_input_receiver_fn(
    feature_spec: Mapping[str, Any], default_batch_size: int | None = None
) -> Callable[[], ServingInputReceiver]:
    """A serving_input_receiver_fn of serialised tf.Examples.

    Parameters
    ----------
    feature_spec : dict
        Key to FixedLenFeature and its kin, as :func:`tf.parse_example` takes it and
        :func:`tf.feature_column.make_parse_example_spec` gives it.
    default_batch_size : int, optional
        The number of examples in each request; by default any.

    Returns
    -------
    callable
        It makes the placeholder ``input_example_tensor``, which a signature calls ``examples`` or, of classification
        and regression, ``inputs``.

    Raises
    ------
    TypeError
        If `feature_spec` is no dict.

    Source
    ------
    tf.estimator.export.build_parsing_serving_input_receiver_fn, TF 2.15
    """
    _check_dict(
        feature_spec,
        "feature_spec",
        '{"age": tf.FixedLenFeature([1], tf.float32)}, or what tf.feature_column.make_parse_example_spec gives',
    )

    def serving_input_receiver_fn() -> ServingInputReceiver:
        """Parse what is fed."""
        examples = placeholder(string, [default_batch_size], "input_example_tensor")
        return ServingInputReceiver(parse_example(examples, feature_spec), {"examples": examples})

    return serving_input_receiver_fn


def build_raw_serving_input_receiver_fn(
    features: Mapping[str, Any], default_batch_size: int | None = None
) -> Callable[[], ServingInputReceiver]:
    """A serving_input_receiver_fn of features as they are.

    Parameters
    ----------
    features : dict of str to Tensor
        Their types, names and, but for the first dimension, shapes count; of a sparse one a dense feature is made.
    default_batch_size : int, optional
        The number of rows in each request; by default any.

    Raises
    ------
    TypeError
        If `features` is no dict.
    ValueError
        If something in it is no tensor.

    Source
    ------
    tf.estimator.export.build_raw_serving_input_receiver_fn, TF 2.15
    """
    _check_dict(features, "features", '{"age": tf.placeholder(tf.float32, [None, 1])}')
    raise_problems("build_raw_serving_input_receiver_fn", _problems(features, "feature", (str,)))

    def serving_input_receiver_fn() -> ServingInputReceiver:
        """Feed the features."""
        fed = _like(features, default_batch_size)
        return ServingInputReceiver(fed, fed)

    return serving_input_receiver_fn


def build_raw_supervised_input_receiver_fn(
    features: Any, labels: Any, default_batch_size: int | None = None
) -> Callable[[], SupervisedInputReceiver]:
    """An input_receiver_fn of features and labels as they are, to export a model that is trained or evaluated.

    Parameters
    ----------
    features, labels : Tensor or dict of str to Tensor
        Their types, names and, but for the first dimension, shapes count. Tensors alone are fed as ``input`` and
        ``label``.
    default_batch_size : int, optional
        The number of rows in each run; by default any.

    Raises
    ------
    ValueError
        If a key is one of features and of labels, or something is no tensor.

    Source
    ------
    tf.estimator.experimental.build_raw_supervised_input_receiver_fn, TF 2.15
    """
    raise_problems(
        "build_raw_supervised_input_receiver_fn",
        [
            *_problems(features, "feature", (str,)),
            *_problems(labels, "label", (str,)),
            *_overlap(features, labels),
        ],
    )

    def supervised_input_receiver_fn() -> SupervisedInputReceiver:
        """Feed features and labels."""
        fed_features, fed_labels = (_like(given, default_batch_size) for given in (features, labels))
        fed = {**_named(fed_features, _RECEIVED), **_named(fed_labels, _LABEL)}
        return SupervisedInputReceiver(fed_features, fed_labels, fed)

    return supervised_input_receiver_fn


def build_supervised_input_receiver_fn_from_input_fn(
    input_fn: Callable[..., Any], **input_fn_args: Any
) -> Callable[[], SupervisedInputReceiver]:
    """An input_receiver_fn of what an input function gives: features and labels like those are fed.

    Parameters
    ----------
    input_fn : callable
        As for :meth:`Estimator.train`. It is called now, in a graph of its own, of which nothing stays.
    **input_fn_args
        Its arguments.

    Raises
    ------
    ValueError
        If it gives no labels, or something that cannot be fed.

    Source
    ------
    tf.contrib.estimator.build_supervised_input_receiver_fn_from_input_fn, TF 1.15
    """
    with Graph().as_default() as graph:
        features, labels, _ = connect(input_fn(**input_fn_args), "train", graph)
    return build_raw_supervised_input_receiver_fn(features, labels)


def _like(tensors: Any, batch_size: int | None) -> Any:
    """Placeholders of their types, names and shapes, but for the first dimension, which a scalar gets."""
    if isinstance(tensors, Mapping):
        return {name: _like(tensor, batch_size) for name, tensor in tensors.items()}
    dims = tensors.dims
    return placeholder(tensors.dtype, None if dims is None else (batch_size, *dims[1:]), tensors.op.name)


def _check_dict(given: Any, what: str, example: str) -> None:
    if not isinstance(given, Mapping):
        raise TypeError(f"{what} must be a dict such as {example}, given: {shorten(given)}.")


def _overlap(features: Any, labels: Any) -> list[str]:
    both = _named(features, _RECEIVED).keys() & _named(labels, _LABEL).keys()
    if not both:
        return []
    return [f"Features and labels must have distinct keys. Found overlapping keys: {sorted(both)}"]


@frozen
class Received:
    """What an export makes of a receiver.

    Attributes
    ----------
    features, labels : nested structure of Tensor
        What model_fn gets; labels may be None.
    fed : dict of str to Tensor
    alternatives : dict of str to dict
        What may be fed instead.
    """

    features: Any
    labels: Any
    fed: dict[str, Any]
    alternatives: dict[str, dict[str, Any]]


def received(receiver: Any, function: str = "serving_input_receiver_fn") -> Received:
    """The parts of a receiver: one of this module, an InputFnOps, or what has such attributes.

    Parameters
    ----------
    receiver : object
        What the user's function returned.
    function : str
        What messages call that.

    Raises
    ------
    TypeError
        If it is something else, or what is fed is no tensor.
    """
    tensors = getattr(receiver, "receiver_tensors", getattr(receiver, "default_inputs", None))
    if tensors is None or not hasattr(receiver, "features"):
        raise TypeError(
            f"{function} must return a ServingInputReceiver, or what has its `features` and `receiver_tensors`; it "
            f"returned {shorten(receiver)}."
        )
    fed = _named(tensors, _RECEIVED)
    wrong = [name for name, tensor in fed.items() if not isinstance(tensor, (Tensor, Composite))]
    if wrong:
        raise TypeError(
            f"receiver_tensors must be tensors, such as tf.placeholder gives; {wrong[0]!r} is {shorten(fed[wrong[0]])}."
        )
    alternatives = _named_alternatives(getattr(receiver, "receiver_tensors_alternatives", None))
    return Received(receiver.features, getattr(receiver, "labels", None), fed, alternatives or {})


def _named(tensors: Any, alone: str) -> dict[Any, Any]:
    return dict(tensors) if isinstance(tensors, Mapping) else {alone: tensors}


def _named_alternatives(alternatives: Mapping[str, Any] | None) -> dict[str, dict[str, Any]] | None:
    if alternatives is None:
        return None
    return {name: _named(tensors, _RECEIVED) for name, tensors in alternatives.items()}


def _problems(tensors: Any, what: str, key_types: tuple[type, ...]) -> list[str]:
    """What is wrong with a tensor or with tensors by name."""
    if tensors is None:
        return [f"{what}s must be defined."]
    if not isinstance(tensors, Mapping):
        return _problems_of_tensor(tensors, what)
    kinds = " or ".join("strings" if kind is str else "ints" for kind in key_types)
    problems = [f"{what} keys must be {kinds}: {key!r}." for key in tensors if not isinstance(key, key_types)]
    for key, tensor in tensors.items():
        problems += _problems_of_tensor(tensor, f"{what} {key!r}")
    return problems


def _problems_of_tensor(tensor: Any, what: str) -> list[str]:
    if isinstance(tensor, (Tensor, Composite)) and not isinstance(tensor, IndexedSlices):
        return []
    return [
        f"{what} must be a Tensor, SparseTensor, or RaggedTensor, given: {shorten(tensor)}. What is fed is a "
        "placeholder, such as tf.placeholder(tf.float32, [None, 4]) makes."
    ]


def _problems_of_one(features: Any) -> list[str]:
    if features is None:
        return ["features must be defined."]
    if isinstance(features, Mapping):
        return [
            f"features must be one tensor, given: {shorten(features)}. Features by name are for ServingInputReceiver."
        ]
    return _problems_of_tensor(features, "features")


def _problems_of_alternatives(alternatives: Any) -> list[str]:
    if alternatives is None:
        return []
    if not isinstance(alternatives, Mapping):
        return [f"receiver_tensors_alternatives must be a dict: {shorten(alternatives)}."]
    problems = [
        f"receiver_tensors_alternatives keys must be strings: {name!r}."
        for name in alternatives
        if not isinstance(name, str)
    ]
    for tensors in alternatives.values():
        problems += _problems(tensors, "receiver_tensors_alternative", (str,))
    return problems


near_keywords_of_functions(__name__)
