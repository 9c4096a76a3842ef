"""Print the text of build.pyi: ``python -m estimator.ops > estimator/graph/build.pyi``, or ``make stub``."""

from __future__ import annotations

import sys

from estimator.graph.op import OPS
from estimator.graph.stub import stub_text

if __name__ == "__main__":
    sys.stdout.write(stub_text(OPS.get(name) for name in OPS))
