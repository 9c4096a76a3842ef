"""What TensorBoard shows of a fit.

===============================  =====================================================================================
tag                              value
===============================  =====================================================================================
``epoch_loss``, ``epoch_...``    what an epoch came to, in ``train``; of its validation in ``validation``
``batch_loss``, ``batch_...``    the same up to some batch, with ``update_freq``
``evaluation_..._vs_iterations`` what an evaluation came to, by the optimizer's steps, in ``validation``
``dense/kernel_0/histogram``     the weights, with ``histogram_freq``
===============================  =====================================================================================

Source
------
tf.keras.callbacks.TensorBoard, TF 2.15 keras/src/callbacks.py
"""

from __future__ import annotations

import os
import time
from typing import Any

from estimator.core import log
from estimator.core.keywords import near_keywords
from estimator.formats.summary import histogram
from estimator.keras.callbacks.callback import Callback, Logs
from estimator.keras.callbacks.optimizer_numbers import number_of
from estimator.keras.outside import graph_of_layer
from estimator.summaries.protos import scalars
from estimator.summaries.writer import FileWriter
from estimator.training.triggers import Due

_OLD = ("write_grads", "embeddings_layer_names", "embeddings_data", "batch_size")


@near_keywords
class TensorBoard(Callback):
    """Writes events files below a folder, in ``train`` and ``validation``.

    Parameters
    ----------
    log_dir : str or path
    histogram_freq : int
        After how many epochs histograms of the weights are written; 0: never.
    write_graph : bool
        Whether to write the graph.
    write_images : bool
        Accepted; weights are not written as images.
    write_steps_per_second : bool
        Whether to write how fast an epoch was.
    update_freq : "epoch", "batch" or int
        After how many batches loss and metrics are written, beside the ends of epochs.
    profile_batch : int or pair
        Accepted; ``session.explain`` and ``tf.train.ProfilerHook`` show what takes time.
    embeddings_freq, embeddings_metadata : optional
        Accepted.
    **old
        Arguments of older versions, which count for nothing.

    Raises
    ------
    ValueError
        If there is no such argument, or `update_freq` is something else.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str] = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: Any = "epoch",
        profile_batch: Any = 0,
        embeddings_freq: int = 0,
        embeddings_metadata: Any = None,
        **old: Any,
    ) -> None:
        super().__init__()
        if unknown := set(old) - set(_OLD):
            raise ValueError(
                f"Unrecognized arguments in `TensorBoard` Callback: {unknown}. Supported kwargs are: {set(_OLD)}"
            )
        if update_freq not in ("epoch", "batch") and not (isinstance(update_freq, int) and update_freq > 0):
            raise ValueError(
                f'update_freq is "epoch", "batch" or a number of batches, given: {update_freq!r}.'
            )
        if profile_batch or embeddings_freq or write_images:
            log.warning("TensorBoard: profiles, embeddings and images of weights are not written.")
        self.log_dir = os.fspath(log_dir)
        self.histogram_freq = histogram_freq
        self.write_graph = write_graph
        self.write_steps_per_second = write_steps_per_second
        self.update_freq = 1 if update_freq == "batch" else update_freq
        self._writers: dict[str, FileWriter] = {}
        self._batches = 0  # of all epochs
        self._before = 0  # of the epochs before this one

    def _writer(self, part: str) -> FileWriter:
        """Made when it is first needed: an empty file would be shown as a run."""
        if part not in self._writers:
            self._writers[part] = FileWriter(os.path.join(self.log_dir, part))
        return self._writers[part]

    def batch_due(self, mode: str) -> Due | None:
        """When so many batches will have been made."""
        if self.update_freq == "epoch" or mode != "train":
            return Due()
        return Due(runs=self.update_freq - self._batches % self.update_freq)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Show the graph."""
        self._batches = self._before = 0
        if self.write_graph:
            self._writer("train").add_graph(graph_of_layer(self.model))

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Look at the clock, and count on."""
        self._before = self._batches
        self._began = time.monotonic(), self._iterations()

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Write what the epoch has come to, if it is time."""
        self._batches = self._before + batch + 1
        if self.update_freq != "epoch" and self._batches % self.update_freq == 0:
            self._write(
                "train", {f"batch_{name}": value for name, value in (logs or {}).items()}, self._batches
            )

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write what the epoch has come to."""
        logs = logs or {}
        of_training = {name: value for name, value in logs.items() if not name.startswith("val_")}
        of_validation = {name[4:]: value for name, value in logs.items() if name.startswith("val_")}
        if self.write_steps_per_second:
            seconds, steps = self._began
            of_training["steps_per_second"] = (self._iterations() - steps) / (time.monotonic() - seconds)
        for part, values in (("train", of_training), ("validation", of_validation)):
            self._write(part, {f"epoch_{name}": value for name, value in values.items()}, epoch)
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._write_weights(epoch)

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Write what an evaluation has come to, beside the optimizer's steps."""
        values = {f"evaluation_{name}_vs_iterations": value for name, value in (logs or {}).items()}
        self._write("validation", values, self._iterations())
        if self.model.current_fit is None:
            self._close()

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Close the files."""
        self._close()

    def _close(self) -> None:
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()

    def _write(self, part: str, values: dict[str, Any], step: int) -> None:
        if values:
            self._writer(part).add_summary(scalars(values), step)

    def _write_weights(self, epoch: int) -> None:
        for layer in self.model.layers:
            for weight, value in zip(layer.weights, layer.get_weights(), strict=True):
                tag = f"{weight.name.replace(':', '_')}/histogram"
                self._writer("train").add_summary(histogram(tag, value), epoch)

    def _iterations(self) -> int:
        return int(number_of(self.model, "iterations"))
