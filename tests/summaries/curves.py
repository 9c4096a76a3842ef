"""What readers of events files show of a directory: TensorBoard's two, and one that reads file by file, as tbparse does."""

from __future__ import annotations

from pathlib import Path

from tensorboard.backend.event_processing import event_accumulator, plugin_event_accumulator


def curves(directory: Path, tag: str) -> list[list[int]]:
    """The steps of a tag as EventAccumulator, the page's Python server, and readers of single files have them."""
    whole = event_accumulator.EventAccumulator(str(directory)).Reload()
    served = plugin_event_accumulator.EventAccumulator(str(directory)).Reload()
    single: list[int] = []
    for path in sorted(directory.glob("*tfevents*")):
        one = event_accumulator.EventAccumulator(str(path)).Reload()
        if tag in one.Tags()["scalars"]:
            single += [point.step for point in one.Scalars(tag)]
    return [
        [point.step for point in whole.Scalars(tag)],
        [point.step for point in served.Tensors(tag)],
        single,
    ]
