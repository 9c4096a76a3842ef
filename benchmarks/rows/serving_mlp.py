"""The same of a network in which numpy has something to do."""

from __future__ import annotations

from benchmarks.row import Row
from benchmarks.rows.serving import lines

ROW = Row("Serving: 256-512-512-10, a row at a time", lines("mlp"))
