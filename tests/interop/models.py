"""Models that both sides train."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from estimator.checkpoint.reader import load_checkpoint
from estimator.checkpoint.saver import Saver
from estimator.core import dtypes
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.network.layers.dense import dense
from estimator.network.losses import sparse_softmax_cross_entropy
from estimator.optimizers.adadelta import AdadeltaOptimizer
from estimator.optimizers.adagrad import AdagradOptimizer
from estimator.optimizers.adagrad_da import AdagradDAOptimizer
from estimator.optimizers.adam import AdamOptimizer
from estimator.optimizers.ftrl import FtrlOptimizer
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.optimizers.momentum import MomentumOptimizer
from estimator.optimizers.proximal_adagrad import ProximalAdagradOptimizer
from estimator.optimizers.proximal_gradient_descent import ProximalGradientDescentOptimizer
from estimator.optimizers.rmsprop import RMSPropOptimizer
from estimator.runtime.session import Session
from estimator.training.session_run_hook import SessionRunArgs, SessionRunHook
from estimator.variables.global_step import get_or_create_global_step
from estimator.variables.partitioners import fixed_size_partitioner
from estimator.variables.scopes import variable_scope
from estimator.variables.variable import global_variables_initializer

STEPS = 20

OPTIMIZERS: dict[str, Callable[[], Any]] = {
    "sgd": lambda: GradientDescentOptimizer(0.1),
    "momentum": lambda: MomentumOptimizer(0.05, 0.9),
    "nesterov": lambda: MomentumOptimizer(0.05, 0.9, use_nesterov=True),
    "adagrad": lambda: AdagradOptimizer(0.1),
    "adam": lambda: AdamOptimizer(0.01),
    "amsgrad": lambda: AdamOptimizer(0.01, amsgrad=True),
    "keras_momentum": lambda: MomentumOptimizer(0.05, 0.9, keras_form=True),
    "rmsprop": lambda: RMSPropOptimizer(0.01, momentum=0.5),
    "rmsprop_centered": lambda: RMSPropOptimizer(0.01, centered=True),
    "rmsprop_keras": lambda: RMSPropOptimizer(0.01, epsilon=1e-3, keras_form=True),
    "ftrl": lambda: FtrlOptimizer(
        0.1, l1_regularization_strength=0.01, l2_regularization_strength=0.02, beta=0.1
    ),
    "ftrl_shrinkage": lambda: FtrlOptimizer(0.1, -0.4, l2_shrinkage_regularization_strength=0.05),
    "adadelta": lambda: AdadeltaOptimizer(1.0, epsilon=1e-4),
    "proximal_sgd": lambda: ProximalGradientDescentOptimizer(0.1, 0.01, 0.02),
    "proximal_adagrad": lambda: ProximalAdagradOptimizer(0.1, 0.1, 0.01, 0.02),
    "adagrad_da": lambda: AdagradDAOptimizer(0.1, get_or_create_global_step(), 0.1, 0.001, 0.002),
}


class Losses(SessionRunHook):
    """Notes the loss of every step."""

    def __init__(self) -> None:
        self.losses: list[float] = []

    def before_run(self, run_context: Any) -> SessionRunArgs:
        return SessionRunArgs(run_context.session.graph.get_collection("losses")[0])

    def after_run(self, run_context: Any, run_values: Any) -> None:
        self.losses.append(float(run_values.results))


@dataclass
class Trained:
    """What our side did from a checkpoint on."""

    request: dict[str, Any]  # for TensorFlow, to do the same
    evaluated: list[float]
    losses: list[float]
    saved: str  # our checkpoint after the last step


def _batches(path: Path, rng: np.random.Generator) -> dict[str, np.ndarray[Any, Any]]:
    arrays = {"x": rng.normal(size=(STEPS, 16, 4)).astype(np.float32), "y": rng.integers(0, 3, (STEPS, 16))}
    np.savez(path, **arrays)
    return arrays


def values(prefix: str) -> dict[str, Any]:
    """The variables of a checkpoint."""
    with load_checkpoint(prefix) as reader:
        return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


def classifier(optimizer: str, parts: int = 0) -> Graph:
    """Two dense layers and a loss, fed by placeholders x and y; the variables in so many parts, or whole."""
    graph = Graph()
    graph.seed = 1
    partitioner = fixed_size_partitioner(parts) if parts else None
    with graph.as_default(), variable_scope("", partitioner=partitioner):
        x = build.Placeholder(dtype=dtypes.float32, shape=(None, 4), name="x")
        y = build.Placeholder(dtype=dtypes.int64, shape=(None,), name="y")
        step = get_or_create_global_step()
        loss = sparse_softmax_cross_entropy(y, dense(dense(x, 10, activation=build.Tanh), 3))
        train_op = OPTIMIZERS[optimizer]().minimize(loss, global_step=step)
        if train_op not in graph.get_collection(GraphKeys.TRAIN_OP):
            graph.add_to_collection(GraphKeys.TRAIN_OP, train_op)
    return graph


def train(folder: Path, optimizer: str, rng: np.random.Generator, parts: int = 0) -> Trained:
    """Save a checkpoint after 3 steps, and train on."""
    arrays = _batches(folder / "batches.npz", rng)
    graph = classifier(optimizer, parts)
    with graph.as_default(), Session(graph=graph) as session:
        (loss,) = graph.get_collection(GraphKeys.LOSSES)
        train_op = graph.get_collection(GraphKeys.TRAIN_OP)[0]
        step = get_or_create_global_step()
        feeds = [{"x:0": x, "y:0": y} for x, y in zip(arrays["x"], arrays["y"], strict=True)]
        session.run(global_variables_initializer())
        for each in feeds[:3]:
            session.run(train_op, each)
        saver = Saver()
        prefix = saver.save(session, str(folder / "model.ckpt"), step)
        evaluated = [float(session.run(loss, each)) for each in feeds]
        losses = [float(session.run([loss, train_op], each)[0]) for each in feeds]
        saved = saver.save(session, str(folder / "model.ckpt"), step)
    request = {
        "prefix": prefix,
        "batches": str(folder / "batches.npz"),
        "feeds": {"x:0": "x", "y:0": "y"},
        "saved": str(folder / "by_tensorflow"),
    }
    return Trained(request, evaluated, losses, saved)
