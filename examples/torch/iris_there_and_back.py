"""Iris: a network that is trained in PyTorch, goes on here, and goes back; at each step both predict the same.

It needs torch: pip install 'numpy-estimator[torch]'. Files lie in models/iris_torch.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import torch

import estimator as est
from estimator import tf

sys.path.insert(0, str(Path(__file__).parents[1] / "iris"))
import iris_data

FOLDER = Path("models/iris_torch")
UNITS, CLASSES, RATE = 16, 3, 0.01
# a layer of PyTorch's, and what it is called here
LAYERS = {"hidden": "hidden", "norm": "norm", "out": "logits"}


class Net(torch.nn.Module):
    """The network in PyTorch."""

    def __init__(self):
        super().__init__()
        self.hidden = torch.nn.Linear(4, UNITS)
        self.norm = torch.nn.BatchNorm1d(UNITS)
        self.out = torch.nn.Linear(UNITS, CLASSES)

    def forward(self, x):
        return self.out(torch.relu(self.norm(self.hidden(x))))


def model_fn(features, labels, mode):
    """The network here; epsilon and momentum of the norm are PyTorch's."""
    is_training = mode == est.ModeKeys.TRAIN
    hidden = est.layers.dense(features["x"], UNITS, name="hidden")
    hidden = est.layers.batch_normalization(
        hidden, momentum=0.9, epsilon=1e-5, training=is_training, name="norm"
    )
    logits = est.layers.dense(est.nn.relu(hidden), CLASSES, name="logits")
    if mode == est.ModeKeys.PREDICT:
        return est.EstimatorSpec(mode, predictions={"logits": logits})
    loss = est.losses.sparse_softmax_cross_entropy(labels, logits)
    if mode == est.ModeKeys.EVAL:
        accuracy = est.metrics.accuracy(labels, tf.argmax(logits, 1))
        return est.EstimatorSpec(mode, loss=loss, eval_metric_ops={"accuracy": accuracy})
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        train_op = est.train.AdamOptimizer(RATE).minimize(loss, est.train.get_global_step())
    return est.EstimatorSpec(mode, loss=loss, train_op=train_op)


def load(name):
    """(x, labels) of "training" or "test"."""
    features, labels = iris_data.load_data(name)
    return np.stack([features[key] for key in iris_data.FEATURES], axis=1), labels


def train_in_torch(net, optimizer, x, labels, epochs):
    """Train on all flowers at once, and give the last loss."""
    net.train()
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(net(torch.from_numpy(x)), torch.from_numpy(labels))
        loss.backward()
        optimizer.step()
    return loss.item()


def farthest_apart(net, model, x):
    """The largest difference between what both predict."""
    net.eval()
    rows = model.predict(lambda: est.data.Dataset.from_tensors({"x": x}))
    here = np.array([row["logits"] for row in rows])
    return float(abs(here - net(torch.from_numpy(x)).detach().numpy()).max())


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    (x, labels), (test_x, test_labels) = load("training"), load("test")

    torch.manual_seed(0)
    net = Net()
    optimizer = torch.optim.Adam(net.named_parameters(), RATE)
    loss = train_in_torch(net, optimizer, x, labels, epochs=100)
    saved = {
        "epoch": 100,
        "loss": loss,
        "model_state_dict": net.state_dict(),
        "optimizer_state_dict": optimizer.state_dict(),
    }
    torch.save(saved, FOLDER / "net.pth")

    there = [f"{theirs}={ours}" for theirs, ours in LAYERS.items()]
    print(est.exchange.convert(FOLDER / "net.pth", FOLDER / "model", map=there))
    model = est.Estimator(model_fn, FOLDER / "model")
    print(f"the same here: within {farthest_apart(net, model, test_x):.1e}")

    model.train(lambda: est.data.Dataset.from_tensors(({"x": x}, labels)).repeat(), max_steps=200)
    result = model.evaluate(lambda: est.data.Dataset.from_tensors(({"x": test_x}, test_labels)))
    print(f"here, after step {result['global_step']}: accuracy {result['accuracy']:.2f}")

    back = [f"{ours}={theirs}" for theirs, ours in LAYERS.items()]
    print(est.exchange.convert(FOLDER / "model", FOLDER / "back.pth", map=back, like=FOLDER / "net.pth"))
    loaded = torch.load(FOLDER / "back.pth", weights_only=True)
    net.load_state_dict(loaded["model_state_dict"])
    optimizer.load_state_dict(loaded["optimizer_state_dict"])
    print(f"and the same there: within {farthest_apart(net, model, test_x):.1e}")
    loss = train_in_torch(net, optimizer, x, labels, epochs=100)
    print(f"in PyTorch again, after step {loaded['global_step'] + 100}: loss {loss:.3f}")


if __name__ == "__main__":
    main()
