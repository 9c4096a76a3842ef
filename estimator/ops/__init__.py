"""The ops: one family per file, each op declared in one place. A family is imported when one is asked for."""

from __future__ import annotations

from estimator.graph.op import OPS
from estimator.ops.families import FAMILIES

OPS.expect(FAMILIES)
