"""What processes tell one another with each step, beside their gradients: that an input has ended, for example."""

from __future__ import annotations

import hashlib

import numpy as np

ENDED, STOP, SAVE, NOT_FINITE = range(4)  # what the numbers of a status say
STATUS = 4  # how many there are


class Status:
    """What processes tell one another with each step, in the same message as the gradients.

    Each number is summed over all processes, so 0 says that it holds in none of them: that the input of a process has
    ended (ENDED), that it wants to stop behind this step (STOP) or to save (SAVE), that something is not finite.

    Attributes
    ----------
    told : ndarray [STATUS]
        What this process tells with the next step, and with all further ones until somebody changes it.
    found : ndarray [STATUS]
        The sums of what all of them told with the last step: equal in all processes.
    steps : int
        With how many steps they have told one another so far.
    """

    def __init__(self) -> None:
        self.told = np.zeros(STATUS, np.float32)
        self.found = np.zeros(STATUS, np.float64)
        self.steps = 0
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
