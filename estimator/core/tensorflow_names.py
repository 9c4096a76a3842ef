"""TensorFlow's public names: whether a name that is not here is TensorFlow's, or a mistake.

The list beside this module, ``tensorflow_names.txt``, is made by real TensorFlow
(``tests/interop/tf_public_names.py``) and read only when a name is missing.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

# What there is instead of names that old scripts use most.
INSTEAD = {
    "tf.contrib": "most of it is elsewhere: tf.layers, tf.losses, tf.metrics, tf.data, tf.estimator",
    "tf.GradientTape": "everything is a graph: use tf.gradients",
    "tf.enable_eager_execution": "everything is a graph: run it in a tf.Session, or by an Estimator",
    "tf.python": "its public parts are in tf itself",
    "tf.Summary": "tf.summary has what writes to TensorBoard",
    "tf.train.batch": "use Dataset.batch of tf.data",
    "tf.train.shuffle_batch": "use Dataset.shuffle and Dataset.batch of tf.data",
    "tf.train.start_queue_runners": "there are no queues to run; use tf.data",
    "tf.train.string_input_producer": "use Dataset.from_tensor_slices of tf.data",
    "tf.train.Server": "one process trains",
    "tf.train.replica_device_setter": "one process trains; variables need no placement",
    "tf.train.SyncReplicasOptimizer": "one process trains; use the optimizer itself",
    "tf.train.Supervisor": "use tf.train.MonitoredTrainingSession",
}


@lru_cache(maxsize=1)
def tensorflow_names() -> dict[str, frozenset[str]]:
    """The public names of each namespace of TensorFlow 1, such as ``tf.nn``."""
    return parse(Path(__file__).with_suffix(".txt").read_text("ascii"))


def parse(text: str) -> dict[str, frozenset[str]]:
    """Namespaces, a line ``tf.nn:`` each, with the names in the indented lines below."""
    names: dict[str, list[str]] = {}
    listed: list[str] = []
    for line in text.splitlines():
        if line.startswith(" "):
            listed += line.split()
        else:
            listed = names[line.removesuffix(":")] = []
    return {namespace: frozenset(found) for namespace, found in names.items()}


def why_missing(module: str, name: str) -> str | None:
    """Why a facade lacks a name of TensorFlow's; None if TensorFlow has no such name there.

    Parameters
    ----------
    module : str
        The facade, such as ``estimator.tf.nn``; ``estimator`` itself has tf.estimator's names and tf's namespaces.
    name : str
    """
    facade = "tf" + module.removeprefix("estimator").removeprefix(".tf")
    for namespace in ("tf.estimator", "tf") if module == "estimator" else (facade,):
        if name in tensorflow_names().get(namespace, ()):
            instead = INSTEAD.get(f"{namespace}.{name}")
            return "it is TensorFlow's, and not here yet" + (f"; {instead}." if instead else ".")
    return None
