"""The public names: what a user may write after ``import estimator as est`` and ``from estimator import tf``.

``python tests/public_names.py > tests/data/public_names.txt`` writes the list anew.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[1]
RAW_OPS = "estimator.tf.raw_ops"  # its names are the ops', which graph/build.pyi lists


def namespaces() -> dict[str, ModuleType]:
    """Every public module but those under two names, by its dotted name."""
    import estimator

    found: dict[str, ModuleType] = {}
    waiting = [estimator]
    while waiting:
        module = waiting.pop()
        if module.__name__ not in found and module.__name__ != "estimator.tf.compat.v1":
            found[module.__name__] = module
            values = (getattr(module, name) for name in module.__all__)
            waiting += [
                value
                for value in values
                if isinstance(value, ModuleType) and value.__name__.startswith("estimator")
            ]
    return dict(sorted(found.items()))


def public_names() -> list[str]:
    """``estimator.tf.layers.dense`` and all the others, sorted."""
    return sorted(
        f"{path}.{name}"
        for path, module in namespaces().items()
        if path != RAW_OPS
        for name in module.__all__
    )


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    print("\n".join(public_names()))
