"""In which of its modules TensorFlow defines its public names, as `tests/data/tf/homes.json` has it.

Request: {}. Answer: {module: {name there: [public names]}}, of modules below tensorflow.python and
tensorflow_estimator.python, without generated ones and Keras. By hand, with a Python that has TensorFlow::

    echo '{}' | python tests/interop/tf_homes.py | sed 's/}, "/},\\n"/g' > tests/data/tf/homes.json
"""

import json
import sys
from types import ModuleType

import tensorflow.compat.v1 as tf

DEEPEST = 4
INSIDE = ("tensorflow.python.", "tensorflow_estimator.python.")
LEFT_OUT = ("keras", ".gen_", ".numpy_ops")

Homes = dict[str, dict[str, list[str]]]


def listed(namespace: ModuleType, path: str, homes: Homes, seen: set[str]) -> None:
    """Add the names of a namespace, and of those in it that have not been seen under another name."""
    for name in sorted(vars(namespace)):
        value = getattr(namespace, name)
        if name.startswith("_") or name in ("keras", "v1", "v2"):
            continue
        if isinstance(value, ModuleType):
            if value.__name__ not in seen and path.count(".") < DEEPEST and "_api" in value.__name__:
                seen.add(value.__name__)
                listed(value, f"{path}.{name}", homes, seen)
            continue
        home, own = getattr(value, "__module__", None), getattr(value, "__name__", None)
        if (
            isinstance(own, str)
            and str(home).startswith(INSIDE)
            and not any(part in home for part in LEFT_OUT)
        ):
            homes.setdefault(home, {}).setdefault(own, []).append(f"{path}.{name}")


def main() -> None:
    """Answer one request."""
    json.load(sys.stdin)
    homes: Homes = {}
    listed(tf, "tf", homes, set())
    json.dump(homes, sys.stdout, sort_keys=True)


if __name__ == "__main__":
    main()
