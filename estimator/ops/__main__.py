"""Print what is written from the declarations of the ops; ``make stub`` keeps it.

``python -m estimator.ops`` prints the text of build.pyi, ``python -m estimator.ops families`` that of families.py.
"""

from __future__ import annotations

import pkgutil
import sys
import textwrap
from importlib import import_module

import estimator.ops
from estimator.graph.op import OPS
from estimator.graph.stub import stub_text

HEAD = '''\
"""Which family declares which ops: where they are found when they are first asked for.

Written by `make stub` from the declarations; do not edit.
"""

FAMILIES = {
'''


def declared() -> dict[str, list[str]]:
    """The modules of the families, each with the ops that importing it declares."""
    OPS.expect({})  # the table may be of before an op has moved
    found = {}
    for module in pkgutil.iter_modules(estimator.ops.__path__, "estimator.ops."):
        before = OPS.present()
        import_module(module.name)
        found[module.name] = sorted(OPS.present() - before)
    return {family: names for family, names in found.items() if names}


def families_text(families: dict[str, list[str]]) -> str:
    """The text of families.py."""
    rows = []
    for family, names in families.items():
        listed = textwrap.indent(textwrap.fill(" ".join(names), 100), " " * 8)
        rows.append(f'    "{family}": """\n{listed}\n    """,\n')
    return HEAD + "".join(rows) + "}\n"


if __name__ == "__main__":
    families = declared()
    if sys.argv[1:] == ["families"]:
        sys.stdout.write(families_text(families))
    else:
        sys.stdout.write(stub_text(OPS.get(name) for names in families.values() for name in names))
