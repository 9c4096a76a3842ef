"""Texts of every length up to 300, whose fingerprints TensorFlow has written down; it reads this module, too."""

from __future__ import annotations

import hashlib

KEYS = ([0, 0], [1, 2], [0x0706050403020100, 0x0F0E0D0C0B0A0908])
LARGE = 2**63 - 1  # of so many buckets nearly every bit of a hash can be seen


def text(size: int) -> bytes:
    """As many bytes, of any value."""
    return b"".join(hashlib.sha256(f"{size} {part}".encode()).digest() for part in range(size // 32 + 1))[
        :size
    ]


TEXTS = [text(size) for size in range(301)]
