"""TensorFlow trains our graphs of embeddings to our numbers: tables whole and in parts, every combiner, some optimizers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.checkpoint.saver import Saver
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.runtime.session import Session
from tests.interop.conftest import TensorFlow
from tests.interop.models import OPTIMIZERS, STEPS, values

CLOSE = {"rtol": 1e-5, "atol": 1e-6}
TRAINED_WITH = ("sgd", "momentum", "adagrad", "adam", "ftrl", "rmsprop", "adadelta", "proximal_adagrad")
FEEDS = {"ids:0": "ids", "weights:0": "weights", "labels:0": "labels"}


def parts(name: str) -> list[Any]:
    """A table of seven rows in three parts."""
    return [
        tf.get_variable(f"{name}_{number}", [size, 4], initializer=tf.random_normal_initializer(0.3))
        for number, size in enumerate((3, 2, 2))
    ]


def graph_of(optimizer: str) -> Graph:
    """A model of ids, with -1 for none, that uses all that there is of sparse lookups."""
    with Graph().as_default() as graph:
        tf.set_random_seed(1)
        ids = tf.placeholder(tf.int64, [None, 3], name="ids")
        weights = tf.placeholder(tf.float32, [None, 3], name="weights")
        labels = tf.placeholder(tf.float32, [None, 1], name="labels")
        step = tf.train.get_or_create_global_step()
        places = tf.where(tf.greater_equal(ids, 0))
        shape = tf.shape(ids, out_type=tf.int64)
        sparse_ids = tf.SparseTensor(places, tf.gather_nd(ids, places), shape)
        sparse_weights = tf.SparseTensor(places, tf.gather_nd(weights, places), shape)
        table = tf.get_variable("table", [7, 4], initializer=tf.random_normal_initializer(0.3))
        rows = [
            lookup(part, sparse_ids, factors, combiner)
            for combiner in ("sum", "mean", "sqrtn")
            for factors in (None, sparse_weights)
            for part, lookup in (
                (table, safe),
                (parts(f"div_{combiner}_{factors is None}"), safe),
                (parts(f"mod_{combiner}_{factors is None}"), plain),
            )
        ]
        kernel = tf.get_variable("kernel", [3, 4], initializer=tf.random_normal_initializer(0.3))
        rows += [
            tf.nn.embedding_lookup(table, tf.maximum(ids[:, 0], 0), max_norm=0.5),
            tf.sparse_tensor_dense_matmul(sparse_weights, kernel),
            tf.expand_dims(tf.sparse_reduce_sum(sparse_weights, 1), 1) * kernel[:1],
        ]
        logits = tf.layers.dense(tf.concat(rows, 1), 1)
        loss = tf.losses.sigmoid_cross_entropy(labels, logits)
        graph.add_to_collection(GraphKeys.TRAIN_OP, OPTIMIZERS[optimizer]().minimize(loss, global_step=step))
    return graph


def safe(table: Any, ids: Any, weights: Any, combiner: str) -> Any:
    return tf.nn.safe_embedding_lookup_sparse(table, ids, weights, combiner=combiner)


def plain(table: Any, ids: Any, weights: Any, combiner: str) -> Any:
    """Without the safety: the last row must have an id, so that there are as many rows as in the batch."""
    filled, _ = tf.sparse_fill_empty_rows(ids, 6)
    if weights is not None:
        weights, _ = tf.sparse_fill_empty_rows(weights, 0.5)
        weights = weights.with_values(tf.abs(weights.values))  # else a mean divides by nearly 0
    return tf.nn.embedding_lookup_sparse(table, filled, weights, combiner=combiner)


def batches(path: Path) -> dict[str, np.ndarray[Any, Any]]:
    rng = np.random.default_rng(2)
    arrays = {
        "ids": rng.integers(-1, 7, (STEPS, 16, 3)),
        "weights": rng.normal(0.5, 1, (STEPS, 16, 3)).astype(np.float32),
        "labels": rng.integers(0, 2, (STEPS, 16, 1)).astype(np.float32),
    }
    arrays["ids"][:, 3] = -1  # a row of nothing
    np.savez(path, **arrays)
    return arrays


def train(folder: Path, optimizer: str) -> dict[str, Any]:
    """What we do from a checkpoint after two steps on, and the request to do the same."""
    arrays = batches(folder / "batches.npz")
    graph = graph_of(optimizer)
    feeds = [{name: arrays[key][index] for name, key in FEEDS.items()} for index in range(STEPS)]
    with graph.as_default(), Session(graph=graph) as session:
        (loss,), (train_op, *_) = (
            graph.get_collection(key) for key in (GraphKeys.LOSSES, GraphKeys.TRAIN_OP)
        )
        session.run(tf.global_variables_initializer())
        for feed in feeds[:2]:
            session.run(train_op, feed)
        saver = Saver()
        prefix = saver.save(session, str(folder / "model.ckpt"), 2)
        losses = [float(session.run([loss, train_op], feed)[0]) for feed in feeds]
        saved = saver.save(session, str(folder / "model.ckpt"), 2 + STEPS)
    request = {
        "prefix": prefix,
        "batches": str(folder / "batches.npz"),
        "feeds": FEEDS,
        "saved": str(folder / "by_tensorflow"),
    }
    return {"request": request, "losses": losses, "saved": saved}


@pytest.fixture(scope="module")
def both(tensorflow: TensorFlow, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, Any]]:
    """For each optimizer what we did, and what TensorFlow did from the same checkpoint on the same batches."""
    ours = {name: train(tmp_path_factory.mktemp(name), name) for name in TRAINED_WITH}
    theirs = tensorflow.answer("tf_train.py", [our["request"] for our in ours.values()])
    return {name: (our, their) for (name, our), their in zip(ours.items(), theirs, strict=True)}


@pytest.mark.parametrize("optimizer", TRAINED_WITH)
def test_tensorflow_trains_our_embeddings_to_our_numbers(both: Any, optimizer: str) -> None:
    ours, theirs = both[optimizer]
    assert theirs["has_gradients"]
    np.testing.assert_allclose(theirs["losses"], ours["losses"], **CLOSE)
    assert np.ptp(ours["losses"]) > 1e-2  # else the comparison would say little
    mine, other = values(ours["saved"]), values(ours["request"]["saved"])
    assert mine.keys() == other.keys()
    for name, value in mine.items():
        np.testing.assert_allclose(other[name], value, err_msg=name, **CLOSE)
