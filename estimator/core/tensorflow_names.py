"""TensorFlow's public names: whether a name that is not here is TensorFlow's, or a mistake.

The lists beside this module are read only when a name is missing: ``tensorflow_names.txt`` is made by real TensorFlow
(``tests/interop/tf_public_names.py``), ``tensorflow_contrib.txt`` of the text of the last TensorFlow that had
tf.contrib (``tests/interop/contrib_names.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from estimator.core.files import text_beside
from estimator.core.registry import did_you_mean, nearest

# What there is instead of names that old scripts use most.
INSTEAD = {
    "tf.contrib.gan": "use the package tensorflow-gan, under `python -m estimator run`",
    "tf.contrib.learn.DNNClassifier": "use tf.estimator.DNNClassifier",
    "tf.contrib.learn.DNNRegressor": "use tf.estimator.DNNRegressor",
    "tf.contrib.learn.DNNLinearCombinedClassifier": "use tf.estimator.DNNLinearCombinedClassifier",
    "tf.contrib.learn.DNNLinearCombinedRegressor": "use tf.estimator.DNNLinearCombinedRegressor",
    "tf.contrib.learn.LinearClassifier": "use tf.estimator.LinearClassifier",
    "tf.contrib.learn.LinearRegressor": "use tf.estimator.LinearRegressor",
    "tf.contrib.slim.learning": "use tf.contrib.training.create_train_op and tf.train.MonitoredTrainingSession",
    "tf.contrib.timeseries": "use windows of tf.data in a model_fn of tf.estimator.Estimator",
    "tf.enable_eager_execution": "everything is a graph: run it in a tf.Session, or by an Estimator",
    "tf.keras.utils.plot_model": "use model.summary(), or TensorBoard's Graphs",
    "tf.keras.utils.model_to_dot": "use model.summary(), or TensorBoard's Graphs",
    "tf.python": "its public parts are in tf itself",
    "tf.saved_model.load_v2": "use tf.saved_model.load, which takes a session",
    "tf.saved_model.save": "use tf.saved_model.simple_save, which takes a session",
    "tf.Summary": "tf.summary has what writes to TensorBoard",
}

WHERE_LISTED = "What is not here yet is listed in docs/not_here.md."


@lru_cache(maxsize=1)
def tensorflow_names() -> dict[str, frozenset[str]]:
    """The public names of each namespace of TensorFlow 1, such as ``tf.nn``."""
    return parse("".join(text_beside(__name__, f"tensorflow_{part}.txt") for part in ("names", "contrib")))


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


def why_missing(module: str, name: str, known: Sequence[str]) -> str:
    """Whether a name that a facade lacks is TensorFlow's, and what to use: the end of a sentence, and some more.

    Parameters
    ----------
    module : str
        The facade, such as ``estimator.tf.nn``; ``estimator`` itself has tf.estimator's names and tf's namespaces.
    name : str
        What was asked for.
    known : sequence of str
        The names that are there.
    """
    facade = "tf" + module.removeprefix("estimator").removeprefix(".tf").removeprefix(".compat.v1")
    namespaces = ("tf.estimator", "tf") if module == "estimator" else (facade,)
    for namespace in namespaces:
        if name in tensorflow_names().get(namespace, ()):
            instead = INSTEAD.get(f"{namespace}.{name}")
            near = ", ".join(nearest(name, known))
            return (
                f": it is TensorFlow's, and not here yet{f'; {instead}' if instead else ''}."
                f"{f' The nearest here: {near}.' if near else ''} {WHERE_LISTED}"
            )
    verdict = " TensorFlow has no such name." if namespaces[-1] in tensorflow_names() else ""
    return f".{did_you_mean(name, known)}{verdict}"
