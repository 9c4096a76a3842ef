"""The public names of TensorFlow 1, namespace by namespace, as `estimator/core/tensorflow_names.txt` has them.

Request: {}. Answer: {text}. By hand, with a Python that has TensorFlow::

    echo '{}' | python tests/interop/tf_public_names.py --print > estimator/core/tensorflow_names.txt
"""

import json
import sys
import textwrap
from types import ModuleType

import tensorflow.compat.v1 as tf

# of TensorFlow 1.15, and gone from what is called compat.v1 today
OLDER = {
    "tf": "contrib core examples python",
    "tf.estimator": (
        "BoostedTreesClassifier BoostedTreesEstimator BoostedTreesRegressor SessionStepHook "
        "Exporter BaselineEstimator"
    ),
    "tf.estimator.experimental": (
        "KMeans LinearSDCA InMemoryEvaluatorHook RNNClassifier RNNEstimator build_raw_supervised_input_receiver_fn "
        "call_logit_fn dnn_logit_fn_builder linear_logit_fn_builder make_early_stopping_hook "
        "make_stop_at_checkpoint_step_hook stop_if_higher_hook stop_if_lower_hook stop_if_no_decrease_hook "
        "stop_if_no_increase_hook"
    ),
}
# too large, or of no use to a script that trains: their own names are not listed
CLOSED = frozenset(
    "tf.app.flags.tf_decorator tf.compat tf.flags.tf_decorator tf.keras.applications tf.lite tf.mlir tf.sysconfig "
    "tf.test.mock tf.xla".split()
)
DEEPEST = 4


def listed(module: ModuleType, path: str, found: dict[str, set[str]]) -> None:
    """Add the public names of a namespace, and those of the ones in it."""
    names = {name for name in dir(module) if not name.startswith("_")}
    found[path] = names | set(OLDER.get(path, "").split())
    if path in CLOSED or path.count(".") >= DEEPEST:
        del found[path]
        return
    for name in sorted(names):
        value = getattr(module, name, None)
        if isinstance(value, ModuleType):
            listed(value, f"{path}.{name}", found)


def text() -> str:
    """`namespace:`, then its names, indented."""
    found: dict[str, set[str]] = {}
    listed(tf, "tf", found)
    lines = []
    for path in sorted(found):
        lines.append(f"{path}:")
        lines += textwrap.wrap(
            " ".join(sorted(found[path])), 108, initial_indent="  ", subsequent_indent="  "
        )
    return "\n".join(lines) + "\n"


if sys.argv[1:] == ["--print"]:
    print(text(), end="")
else:
    json.load(sys.stdin)
    print(json.dumps({"text": text()}))
