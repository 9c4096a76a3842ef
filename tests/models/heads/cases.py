"""Heads with the batches that they are given, as text, so that TensorFlow and this package read the very same.

TensorFlow's side is tests/interop/tf_heads.py, this package's tests/models/heads/test_tensorflow.py; nothing is imported
here that either of them lacks. tests/data/tf/heads.json has what TensorFlow makes of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

# -- batches: logits, labels, and features where there are weights ------------------------------------------------------

ONE = "[[[0.3], [-1.2], [2.0], [0.0]], [[-0.7], [4.1]]]"
IDS = "[[1, 0, 1, 0], [1, 1]]"
THREE = "[[[0.3, -1.0, 0.1], [2.0, 0.5, 0.5]], [[-1.0, 0.0, 3.0]]]"
PAIRS = "[[[0.5, -1.0], [2.0, 0.25]], [[-0.5, 1.5]]]"
MULTI_HOT = "[[[1, 0, 1], [0, 0, 1]], [[1, 1, 0]]]"
WEIGHTS = "{'w': [[0.5, 2.0, 0.0, 1.0], [3.0, 0.25]]}"
OF_TWO = "{'w': [[0.5, 2.0], [3.0]]}"
NONE_COUNTS = "{'w': [[0.0, 0.0, 0.0, 0.0], [0.0, 0.0]]}"
TWO_HEADS = (
    "tf.estimator.MultiHead([tf.estimator.RegressionHead(name='r'), tf.estimator.BinaryClassHead(name='c')]"
)
BOTH = "{'r': [[0.5, 1.0], [2.0]], 'c': [[1, 0], [1]]}"

# Each: the head, its logits, its labels, its features. Batches are the first axis; the graph knows no batch size.
HEADS: tuple[tuple[str, str, str, str], ...] = (
    ("tf.estimator.BinaryClassHead()", ONE, IDS, "{}"),
    ("tf.estimator.BinaryClassHead(loss_reduction='sum', name='mine')", ONE, IDS, "{}"),
    ("tf.estimator.BinaryClassHead()", ONE, "[[[1], [0], [1], [0]], [[1], [1]]]", "{}"),
    ("tf.estimator.BinaryClassHead()", ONE, "[[0.25, 1.0, 0.5, 0.0], [1.0, 1.0]]", "{}"),
    ("tf.estimator.BinaryClassHead()", ONE, "[[True, False, True, True], [False, True]]", "{}"),
    ("tf.estimator.BinaryClassHead('w', thresholds=[0.25, 0.5, 0.9])", ONE, IDS, WEIGHTS),
    ("tf.estimator.BinaryClassHead('w', thresholds=(0.5,))", ONE, IDS, NONE_COUNTS),
    ("tf.estimator.BinaryClassHead('w', loss_reduction='sum')", ONE, IDS, "{'w': [[1, 2, 0, 1], [3, 0]]}"),
    (
        "tf.estimator.BinaryClassHead(tf.feature_column.numeric_column('w', normalizer_fn=lambda w: w / 2.0))",
        ONE, IDS, WEIGHTS,
    ),
    (
        "tf.estimator.BinaryClassHead(label_vocabulary=['no', 'yes'])",
        ONE, "[['yes', 'no', 'yes', 'no'], ['no', 'yes']]", "{}",
    ),
    (
        "tf.estimator.BinaryClassHead(loss_fn=lambda labels, logits: tf.abs(labels - logits))",
        ONE, IDS, "{}",
    ),
    (
        "tf.estimator.BinaryClassHead('w', loss_fn=lambda labels, logits, features: logits * tf.expand_dims(features['w'], 1))",
        ONE, IDS, WEIGHTS,
    ),
    ("tf.estimator.MultiClassHead(3)", THREE, "[[2, 0], [1]]", "{}"),
    ("tf.estimator.MultiClassHead(3, name='mine', loss_reduction='sum')", THREE, "[[2, 0], [1]]", "{}"),
    ("tf.estimator.MultiClassHead(3, weight_column='w')", THREE, "[[[2], [0]], [[1]]]", OF_TWO),
    ("tf.estimator.MultiClassHead(3, 'w')", THREE, "[[2, 0], [1]]", "{'w': [[0.0, 0.0], [0.0]]}"),
    ("tf.estimator.MultiClassHead(3, label_vocabulary=('a', 'b', 'c'))", THREE, "[['c', 'a'], ['b']]", "{}"),
    (
        "tf.estimator.MultiClassHead(3, loss_fn=lambda labels, logits: tf.cast(labels, tf.float32) + logits[:, :1])",
        THREE, "[[2, 0], [1]]", "{}",
    ),
    ("tf.estimator.MultiLabelHead(3)", THREE, MULTI_HOT, "{}"),
    ("tf.estimator.MultiLabelHead(3, 'w', thresholds=[0.3, 0.6])", THREE, MULTI_HOT, OF_TWO),
    ("tf.estimator.MultiLabelHead(3, 'w', thresholds=[0.3])", THREE, MULTI_HOT, "{'w': [[0.0, 0.0], [0.0]]}"),
    (
        "tf.estimator.MultiLabelHead(3, classes_for_class_based_metrics=[0, 2], loss_reduction='sum', name='mine')",
        THREE, MULTI_HOT, "{}",
    ),
    (
        "tf.estimator.MultiLabelHead(3, 'w', label_vocabulary=['a', 'b', 'c'], classes_for_class_based_metrics=['c'])",
        THREE, MULTI_HOT, OF_TWO,
    ),
    (
        "tf.estimator.MultiLabelHead(3, loss_fn=lambda labels, logits: logits[:, 1:2])",
        THREE, MULTI_HOT, "{}",
    ),
    ("tf.estimator.RegressionHead()", ONE, "[[1.5, 0.0, -2.0, 1.0], [3.0, 0.5]]", "{}"),
    ("tf.estimator.RegressionHead()", ONE, "[[1, 0, -2, 1], [3, 0]]", "{}"),
    ("tf.estimator.RegressionHead()", ONE, "[[True, False, True, True], [False, True]]", "{}"),
    ("tf.estimator.RegressionHead(2, name='mine', loss_reduction='sum')", PAIRS, "[[[1.0, 0.0], [0.5, 0.5]], [[2.0, 2.0]]]", "{}"),
    ("tf.estimator.RegressionHead(2, 'w')", PAIRS, "[[[1.0, 0.0], [0.5, 0.5]], [[2.0, 2.0]]]", OF_TWO),
    (
        "tf.estimator.RegressionHead(2, 'w')",
        PAIRS, "[[[1.0, 0.0], [0.5, 0.5]], [[2.0, 2.0]]]", "{'w': [[[1.0, 0.0], [2.0, 0.5]], [[1.0, 3.0]]]}",
    ),
    ("tf.estimator.RegressionHead(1, 'w')", ONE, "[[1.5, 0.0, -2.0, 1.0], [3.0, 0.5]]", NONE_COUNTS),
    ("tf.estimator.RegressionHead(inverse_link_fn=tf.tanh)", ONE, "[[1.5, 0.0, -2.0, 1.0], [3.0, 0.5]]", "{}"),
    (
        "tf.estimator.RegressionHead(loss_fn=lambda labels, logits: tf.abs(labels - logits))",
        ONE, "[[1.5, 0.0, -2.0, 1.0], [3.0, 0.5]]", "{}",
    ),
    ("tf.estimator.PoissonRegressionHead()", ONE, "[[0.0, 1.0, 2.0, 7.0], [1.0, 3.0]]", "{}"),
    ("tf.estimator.PoissonRegressionHead(1, 'w', compute_full_loss=False, name='mine')", ONE, "[[0, 1, 2, 7], [1, 3]]", WEIGHTS),
    ("tf.estimator.PoissonRegressionHead(2, loss_reduction='sum')", PAIRS, "[[[1.0, 0.0], [0.5, 4.0]], [[2.0, 2.0]]]", "{}"),
    ("tf.estimator.LogisticRegressionHead()", ONE, "[[0.25, 1.0, 0.5, 0.0], [1.0, 1.0]]", "{}"),
    ("tf.estimator.LogisticRegressionHead('w', 'sum', 'mine')", ONE, IDS, WEIGHTS),
    (f"{TWO_HEADS})", PAIRS, BOTH, "{}"),
    (f"{TWO_HEADS}, head_weights=[0.5, 2.0])", PAIRS, BOTH, "{}"),
    (f"{TWO_HEADS})", "{'r': [[[0.5], [2.0]], [[-0.5]]], 'c': [[[-1.0], [0.25]], [[1.5]]]}", BOTH, "{}"),
    ("canned.classifier(2)", ONE, IDS, "{}"),
    ("canned.classifier(2, 'w')", ONE, IDS, WEIGHTS),
    ("canned.classifier(2, 'w')", ONE, IDS, NONE_COUNTS),
    ("canned.classifier(2, None, ['no', 'yes'])", ONE, "[['yes', 'no', 'yes', 'no'], ['no', 'yes']]", "{}"),
    ("canned.classifier(3)", THREE, "[[2, 0], [1]]", "{}"),
    ("canned.classifier(3, 'w', ['a', 'b', 'c'])", THREE, "[['c', 'a'], ['b']]", OF_TWO),
    ("canned.regressor(2, 'w')", PAIRS, "[[[1.0, 0.0], [0.5, 0.5]], [[2.0, 2.0]]]", OF_TWO),
)  # fmt: skip


def outcome(case: tuple[str, str, str, str], tf: Any, canned: Any, regularization: bool) -> dict[str, Any]:
    """What comes out of a head: losses of its batches, slopes and predictions of the first, metrics, signatures.

    Parameters
    ----------
    case : tuple of str
        A row of HEADS.
    tf : module
        tf.compat.v1, or what stands for it.
    canned : object
        ``classifier`` and ``regressor`` give the heads of ready-made models of tf.compat.v1.
    regularization : bool
        Whether there are regularization losses, of 2 and 3.
    """
    head = eval(case[0], {"tf": tf, "canned": canned})  # noqa: S307  those above
    logits, labels, features = (_batches(eval(text)) for text in case[1:])  # noqa: S307
    with tf.Graph().as_default(), tf.Session() as session:
        tf.train.create_global_step()
        fed = [_placeholders(tf, structure) for structure in (logits, labels, features)]
        keywords = {"logits": fed[0][0], "labels": fed[1][0], "features": fed[2][0]}
        if regularization:
            keywords["regularization_losses"] = [tf.constant(2.0), tf.constant(3.0)]
        feeds = [{**fed[0][1](i), **fed[1][1](i), **fed[2][1](i)} for i in (0, 1)]
        spec = head.create_estimator_spec(mode="eval", **keywords)
        pairs = {key: value_and_update(metric) for key, metric in spec.eval_metric_ops.items()}
        keywords.pop("labels")
        slopes = tf.gradients(spec.loss, list(_leaves(fed[0][0])))
        served = head.create_estimator_spec(mode="infer", **keywords)
        initializers = [tf.global_variables_initializer(), tf.local_variables_initializer()]
        session.run([*initializers, *tf.get_collection(tf.GraphKeys.TABLE_INITIALIZERS)])
        empty = session.run({key: pair[0] for key, pair in pairs.items()})
        losses = [session.run([spec.loss, *(pair[1] for pair in pairs.values())], feed)[0] for feed in feeds]
        found = session.run(served.predictions, feeds[0])
        outputs = {key: type(output).__name__ for key, output in served.export_outputs.items()}
        return {
            "losses": [float(loss) for loss in losses],
            "slopes": [value.tolist() for value in session.run(slopes, feeds[0])],
            "empty": {key: float(value) for key, value in empty.items()},
            "metrics": {key: float(session.run(pair[0])) for key, pair in pairs.items()},
            "predictions": {_text(key): _plain(value) for key, value in found.items()},
            "types": {_text(key): str(value.dtype) for key, value in found.items()},
            "outputs": outputs,
        }


def tags_of_training(case: tuple[str, str, str, str], tf: Any, canned: Any) -> list[str]:
    """The names of the summaries of a step of training."""
    head = eval(case[0], {"tf": tf, "canned": canned})  # noqa: S307
    logits, labels, features = (_batches(eval(text)) for text in case[1:])  # noqa: S307
    with tf.Graph().as_default() as graph:
        head.create_estimator_spec(
            mode="train",
            logits=_placeholders(tf, logits)[0],
            labels=_placeholders(tf, labels)[0],
            features=_placeholders(tf, features)[0],
            train_op_fn=lambda loss: tf.no_op(),
        )
        return [summary.op.name for summary in graph.get_collection(tf.GraphKeys.SUMMARIES)]


def value_and_update(metric: Any) -> tuple[Any, Any]:
    """Of a metric as a pair or as an object."""
    return (metric.result(), metric.updates[0]) if hasattr(metric, "result") else metric


def _batches(structure: Any) -> Any:
    """Both batches of each array."""
    if isinstance(structure, Mapping):
        return {key: _batches(value) for key, value in structure.items()}
    arrays = [np.asarray(batch) for batch in structure]
    return [array.astype(np.float32) if array.dtype == np.float64 else array for array in arrays]


def _placeholders(tf: Any, structure: Any) -> tuple[Any, Callable[[int], dict[Any, Any]]]:
    """Placeholders in its form, and the function from a batch's number to what is fed."""
    if isinstance(structure, Mapping):
        made = {key: _placeholders(tf, value) for key, value in structure.items()}
        tensors = {key: tensor for key, (tensor, _) in made.items()}
        return tensors, lambda i: {
            tensor: fed for _, feed in made.values() for tensor, fed in feed(i).items()
        }
    first = structure[0]
    kind = tf.string if first.dtype.kind == "U" else tf.as_dtype(first.dtype)
    tensor = tf.placeholder(kind, [None, *first.shape[1:]])
    return tensor, lambda i: {tensor: structure[i]}


def _leaves(structure: Any) -> list[Any]:
    return (
        [leaf for value in structure.values() for leaf in _leaves(value)]
        if isinstance(structure, Mapping)
        else [structure]
    )


def _text(key: Any) -> str:
    return "/".join(key) if isinstance(key, tuple) else str(key)


def _plain(value: Any) -> Any:
    return (
        np.vectorize(lambda text: text.decode())(value).tolist() if value.dtype == object else value.tolist()
    )
