"""The version of this package: read from here by setup.cfg, which imports nothing for it."""

from __future__ import annotations

VERSION = "0.1.0"
