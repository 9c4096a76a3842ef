"""Where a hook writes its summaries: an events file of its own, or a writer that somebody else opens and closes."""

from __future__ import annotations

import os
from typing import Any

from estimator.summaries.writer import FileWriter


class OwnWriter:
    """What a hook writes with.

    Parameters
    ----------
    given : FileWriter, optional
        A writer that the hook was given; it stays open.
    output_dir : path, optional
        Where the hook's own writer writes, if none was given.

    Attributes
    ----------
    writer : FileWriter or None
        What to write with; None if there is nowhere to write.
    is_own : bool
        Whether it is the hook's own.
    """

    def __init__(self, given: Any, output_dir: str | os.PathLike[str] | None) -> None:
        self.is_own = given is None and output_dir is not None
        self.writer = FileWriter(output_dir) if given is None and output_dir is not None else given

    def reopen(self) -> None:
        """Write again after :meth:`close`, as a hook does that serves one session after another."""
        if self.is_own:
            self.writer.reopen()

    def close(self) -> None:
        """Close the events file, if it is the hook's own."""
        if self.is_own:
            self.writer.close()
