"""tensorboardX's SummaryWriter, whose events go into the events file that the Estimator writes.

It knows what TensorFlow 1 had no summaries for: curves of precision and recall, figures, meshes, hyperparameters.
tensorboardX is imported when a writer is made, never with the package, and without torch: it would import torch
where that is installed, only for a type, and fail where a mere folder called ``torch`` can be imported.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from estimator.core.files import local_path
from estimator.core.keywords import near_keywords
from estimator.formats import messages
from estimator.formats.summary import NOT_FINITE
from estimator.summaries.hparams import plain_values
from estimator.summaries.writer import FileWriter


@near_keywords
def tensorboardx_writer(logdir: str | os.PathLike[str]) -> Any:
    """tensorboardX's SummaryWriter of a directory.

    An event is in the file as soon as it is added, the file is the one that others of this process write there, and
    it goes on after ``close()``; a SummaryWriter made by tensorboardX itself has a file and a queue of its own.

    Parameters
    ----------
    logdir : str or path
        A model_dir, or any other directory; made if it is not there.

    Returns
    -------
    tensorboardX.SummaryWriter
        What it would show wrongly or not at all is mended: images of floats are clipped to 0..1, histograms leave out
        what is NaN or infinite and ``tag/not_finite`` counts it, hyperparameters may be numpy's numbers and lists.
        ``add_hparams`` and ``add_scalars`` write into directories below `logdir`, as they do in tensorboardX.

    Raises
    ------
    ImportError
        If tensorboardX cannot be imported; the message says why.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> with tensorboardx_writer(folder) as writer:
    ...     writer.add_pr_curve("digits", [0, 1, 1], [0.2, 0.6, 0.9], global_step=200)
    >>> [path.name[:20] for path in folder.iterdir()]
    ['events.out.tfevents.']
    """
    return _kind()(local_path(logdir))


@cache
def _kind() -> Any:
    """The class, which writes where we do."""

    class SummaryWriter(_tensorboardx().SummaryWriter):  # type: ignore[misc]
        file_writer: Any
        all_writers: Any

        def _get_file_writer(self) -> Any:
            """What all its methods ask for the writer of events."""
            if self.all_writers is None or self.file_writer is None:
                self.file_writer = _Events(self.logdir)
                self.all_writers = {self.logdir: self.file_writer}
            return self.file_writer

        def add_image(self, tag: str, img_tensor: Any, *args: Any, **kwargs: Any) -> None:
            super().add_image(tag, _clipped(img_tensor), *args, **kwargs)

        def add_images(self, tag: str, img_tensor: Any, *args: Any, **kwargs: Any) -> None:
            images = np.stack(img_tensor) if isinstance(img_tensor, list) else img_tensor
            if images is not img_tensor:  # else tensorboardX would ask torch to stack them
                place = 2 if len(args) > 2 else None
                given = args[place] if place is not None else kwargs.pop("dataformats", "CHW")
                stacked = given if given.upper().startswith("N") else f"N{given}"
                args = (*args[:2], stacked, *args[3:]) if place is not None else args
                kwargs |= {} if place is not None else {"dataformats": stacked}
            super().add_images(tag, _clipped(images), *args, **kwargs)

        def add_image_with_boxes(self, tag: str, img_tensor: Any, *args: Any, **kwargs: Any) -> None:
            super().add_image_with_boxes(tag, _clipped(img_tensor), *args, **kwargs)

        def add_histogram(
            self, tag: str, values: Any, global_step: Any = None, *args: Any, **kwargs: Any
        ) -> None:
            finite, others = _finite(values)
            if others:
                self.add_scalar(f"{tag}/{NOT_FINITE}", others, global_step)
            if np.size(finite):
                super().add_histogram(tag, finite, global_step, *args, **kwargs)

        def add_hparams(self, hparam_dict: Any, *args: Any, **kwargs: Any) -> None:
            super().add_hparams(plain_values(hparam_dict), *args, **kwargs)

    return SummaryWriter


def _clipped(pixels: Any) -> Any:
    """Floats from 0 to 1, as tensorboardX takes them: beyond that it would go around; NaN is black."""
    if isinstance(pixels, np.ndarray) and pixels.dtype.kind == "f":
        return np.clip(np.nan_to_num(pixels, nan=0.0), 0.0, 1.0)
    return pixels


def _finite(values: Any) -> tuple[Any, int]:
    """The values that a histogram can show, and how many it cannot."""
    if not isinstance(values, (np.ndarray, list, tuple)):
        return values, 0
    flat = np.ravel(values)
    is_finite = np.isfinite(flat) if flat.dtype.kind == "f" else np.ones(flat.shape, np.bool_)
    return flat[is_finite], int((~is_finite).sum())


def _tensorboardx() -> ModuleType:
    try:
        with _without_torch():
            import tensorboardX
    except Exception as error:
        raise ImportError(
            f"this needs tensorboardX, which cannot be imported ({type(error).__name__}: {error}). "
            "Install it with: pip install 'tensorboardX>=2.6'."
        ) from error
    return tensorboardX


@contextmanager
def _without_torch() -> Iterator[None]:
    """Imports of torch fail inside the block, unless it has been imported already."""
    if "torch" in sys.modules:
        yield
        return
    sys.modules["torch"] = None  # type: ignore[assignment]  # how Python marks a module that is not to be found
    try:
        yield
    finally:
        if sys.modules.get("torch", ...) is None:
            del sys.modules["torch"]


class _Events:
    """A FileWriter as tensorboardX calls its own."""

    def __init__(self, logdir: str) -> None:
        self._writer = FileWriter(logdir)
        self._told: dict[str, Any] = {}  # step and time inside of `use_metadata`

    def get_logdir(self) -> str:
        return self._writer.get_logdir()

    def add_event(self, event: Any, step: Any = None, walltime: float | None = None) -> None:
        step = self._told.get("global_step") if step is None else step
        walltime = self._told.get("walltime") if walltime is None else walltime
        if walltime is not None:
            event.wall_time = walltime
        self._writer.add_event(event, step)

    def add_summary(self, summary: Any, global_step: Any = None, walltime: float | None = None) -> None:
        event = messages.Event()
        event.summary.MergeFromString(summary.SerializeToString())  # a message of tensorboardX's
        self.add_event(event, global_step, walltime)

    def add_graph(self, graph_profile: Any, walltime: float | None = None) -> None:
        self._writer.add_graph(None, graph_def=graph_profile[0])

    def add_onnx_graph(self, graph: Any, walltime: float | None = None) -> None:
        self._writer.add_graph(None, graph_def=graph)

    add_openvino_graph = add_onnx_graph

    @contextmanager
    def use_metadata(self, *, global_step: Any = None, walltime: float | None = None) -> Iterator[None]:
        before, self._told = self._told, {"global_step": global_step, "walltime": walltime}
        try:
            yield
        finally:
            self._told = before

    def flush(self) -> None:
        self._writer.flush()

    def close(self) -> None:
        self._writer.close()

    def reopen(self) -> None:
        self._writer.reopen()
