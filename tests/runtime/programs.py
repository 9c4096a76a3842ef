"""Graphs that library code builds, for tests of how they are run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from estimator.core.dtypes import as_dtype, float32, int64
from estimator.graph import build
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor
from estimator.network import losses
from estimator.network.layers.dense import dense
from estimator.network.layers.dropout import dropout
from estimator.network.metrics.areas import auc
from estimator.network.metrics.averages import accuracy, mean
from estimator.optimizers.adadelta import AdadeltaOptimizer
from estimator.optimizers.adagrad import AdagradOptimizer
from estimator.optimizers.adagrad_da import AdagradDAOptimizer
from estimator.optimizers.adam import AdamOptimizer
from estimator.optimizers.ftrl import FtrlOptimizer
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.optimizers.momentum import MomentumOptimizer
from estimator.optimizers.optimizer import Optimizer
from estimator.optimizers.proximal_adagrad import ProximalAdagradOptimizer
from estimator.optimizers.proximal_gradient_descent import ProximalGradientDescentOptimizer
from estimator.optimizers.rmsprop import RMSPropOptimizer
from estimator.runtime.plan import make_plan
from estimator.runtime.session import Session
from estimator.summaries import ops as summaries
from estimator.variables.global_step import get_or_create_global_step
from estimator.variables.variable import (
    global_variables_initializer,
    local_variables_initializer,
    trainable_variables,
)

OPTIMIZERS: dict[str, Callable[[], Optimizer]] = {
    "SGD": lambda: GradientDescentOptimizer(0.1),
    "Momentum": lambda: MomentumOptimizer(0.1, 0.9),
    "Nesterov": lambda: MomentumOptimizer(0.1, 0.9, use_nesterov=True),
    "Adagrad": lambda: AdagradOptimizer(0.1),
    "Adam": lambda: AdamOptimizer(0.01),
    "Adadelta": lambda: AdadeltaOptimizer(0.5),
    "Ftrl": lambda: FtrlOptimizer(0.1, l1_regularization_strength=0.01, l2_regularization_strength=0.01),
    "RMSProp": lambda: RMSPropOptimizer(0.01, momentum=0.5),
    "CentredRMSProp": lambda: RMSPropOptimizer(0.01, centered=True),
    "ProximalAdagrad": lambda: ProximalAdagradOptimizer(0.1, l1_regularization_strength=0.01),
    "AdagradDA": lambda: AdagradDAOptimizer(
        0.1, get_or_create_global_step(), l1_regularization_strength=0.01
    ),
    "ProximalSGD": lambda: ProximalGradientDescentOptimizer(0.1, l2_regularization_strength=0.01),
}


@dataclass(frozen=True)
class Training:
    """A classifier being trained.

    Attributes
    ----------
    fetches : dict
        The step, and whatever a hook may look at beside it.
    """

    graph: Graph
    x: Tensor
    labels: Tensor
    fetches: dict[str, Any]

    def feeds(self, size: int, seed: int = 0) -> dict[Tensor, Any]:
        """A batch."""
        rng = np.random.default_rng(seed)
        x = rng.standard_normal((size, 4)).astype(np.float32)
        return {self.x: x, self.labels: rng.integers(0, 3, size)}

    def session(self, executor: str = "numpy") -> Session:
        """A session with the initial values."""
        session = Session(graph=self.graph, executor=executor)
        with self.graph.as_default():
            initializers = [global_variables_initializer(), local_variables_initializer()]
        session.run(initializers)
        return session


def training(optimizer: str = "Adagrad", widths: tuple[int, ...] = (10, 7)) -> Training:
    """Dense layers with dropout, cross entropy, an optimizer, metrics and summaries."""
    graph = Graph()
    graph.seed = 1
    with graph.as_default():
        x = build.Placeholder(dtype=float32, shape=(None, 4), name="x")
        labels = build.Placeholder(dtype=int64, shape=(None,), name="labels")
        net = x
        for index, width in enumerate(widths):
            net = dense(net, width, activation=lambda y: build.Relu(y), name=f"hidden_{index}")
            net = dropout(net, 0.3, training=True, seed=index)
        logits = dense(net, 3, name="logits")
        loss = losses.sparse_softmax_cross_entropy(labels, logits)
        step = get_or_create_global_step()
        train = OPTIMIZERS[optimizer]().minimize(loss, global_step=step)
        predicted = build.ArgMax(logits, 1)
        is_first = build.Equal(labels, np.int64(0))
        shares = build.Softmax(logits)[:, 0]
        metrics = {
            "accuracy": accuracy(labels, predicted),
            "loss": mean(loss),
            "auc": auc(is_first, shares, num_thresholds=20),
        }
        summaries.scalar("loss", loss)
        summaries.histogram("logits", logits)
        fetches = {
            "train": train,
            "loss": loss,
            "step": step,
            "logits": logits,
            "summary": summaries.merge_all(),
        }
        fetches["updates"] = {name: update for name, (_, update) in metrics.items()}
        variables = list(trainable_variables())
        fetches["gradients"] = gradients(loss, variables)
    return Training(graph, x, labels, fetches)


def all_values(session: Session) -> dict[str, bytes]:
    """The bits of every variable."""
    return {each.name: each.value.tobytes() for each in session.store if each.initialized}


def plan_lines(session: Session, fetches: Any, feeds: Mapping[Tensor, Any]) -> list[str]:
    """The lines of the plan for what is fed, without the first and the last."""
    program = session.prepare(fetches, list(feeds)).program
    shapes = program.shapes_of([np.asarray(value) for value in feeds.values()])
    return [line.strip() for line in make_plan(program, shapes, session.store).text.splitlines()[1:-1]]


class Answers(NamedTuple):
    """What both executors give for the same input, each three times, and the lines of the plan."""

    interpreter: list[Any]
    plan: list[Any]
    lines: list[str]


def answers(make: Callable[..., Any], *arrays: Any) -> Answers:
    """The bits of what `make` builds on tensors of these values."""
    results, lines = [], []
    for executor in ("interpreter", "numpy"):
        with Session(graph=Graph(), executor=executor) as session:
            fed = [build.Placeholder(dtype=as_dtype(array.dtype), shape=array.shape) for array in arrays]
            fetches, feeds = make(*fed), dict(zip(fed, arrays, strict=True))
            results.append([bits(session.run(fetches, feeds)) for _ in range(3)])
            lines = plan_lines(session, fetches, feeds)
    return Answers(*results, lines)


def bits(values: Any) -> Any:
    """Nested results as something that compares bit for bit."""
    if isinstance(values, dict):
        return {key: bits(value) for key, value in values.items()}
    if isinstance(values, (list, tuple)):
        return [bits(value) for value in values]
    if values is None or isinstance(values, bytes):
        return values
    array = np.asarray(values)
    return array.dtype.str, array.shape, array.tolist() if array.dtype == object else array.tobytes()


class Calling:
    """A resource whose start, in the middle of a run, calls a function."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self.initialize = lambda values: function()


def calling(session: Session, function: Callable[[], Any]) -> Any:
    """An operation that calls the function when it runs."""
    name = f"calling_{len(session.graph.resources)}"
    session.graph.resources[name] = Calling(function)
    return session.graph.apply("MakeIterator", ([],), {"shared_name": name})
