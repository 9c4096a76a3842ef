"""What processes that train together know beside their sums: that an input has ended, and from what seeds come."""

from __future__ import annotations

import hashlib

STATUS = (
    1  # how many numbers stand behind those of an exchange: how many processes have an input that has ended
)


class Status:
    """What one process knows of the others.

    Attributes
    ----------
    ended : int
        Of how many processes the input has ended, as all have told one another in the last exchange.
    """

    def __init__(self) -> None:
        self.ended = 0
        self._seed = 0
        self._seeds_drawn = 0

    def share_seed(self, seed: int) -> None:
        """Say from what all processes draw their seeds."""
        self._seed = seed

    def draw_seed(self) -> int:
        """A seed for what has none, 63 bits: the n-th is the same in all processes."""
        self._seeds_drawn += 1
        told = f"{self._seed} {self._seeds_drawn}".encode()
        return int.from_bytes(hashlib.blake2b(told, digest_size=8).digest(), "little") >> 1
