"""What becomes of a model after an evaluation: the exporters that train_and_evaluate calls.

An exporter writes into a folder of its own, ``model_dir/export/<name>``, and there into one that is called by the
seconds since 1970 (:mod:`estimator.model_dir.export_folder`). With a `serving_input_receiver_fn` that is a SavedModel.
Without one, which is ours, it is a copy of the checkpoint, which ``Estimator(model_dir=...)`` opens, as does
``tf.train.load_checkpoint``.

Source
------
tf.estimator.Exporter, LatestExporter, FinalExporter, BestExporter, TF 2.15 exporter.py
"""

from __future__ import annotations

import abc
import contextlib
import glob
import os
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from estimator.calls.user_functions import argument_names, check_receiver_fn
from estimator.core import log
from estimator.core.keywords import near_keywords
from estimator.model_dir.copying import copy_checkpoint
from estimator.model_dir.export_folder import add_export, exports, keep_newest, remove_unfinished
from estimator.model_dir.memo import read_memo, write_memo
from estimator.models.spec import LOSS_METRIC_KEY
from estimator.summaries.evaluation import read_evaluations

CompareFn = Callable[..., bool]
Metrics = Mapping[str, Any]

_BEST = ".best_export"  # a memo: the metrics of the best model that was exported


class Exporter(abc.ABC):
    """Writes a model somewhere after an evaluation; a subclass says when and how."""

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """The folder below ``model_dir/export``; no two exporters of one evaluation share one."""

    @abc.abstractmethod
    def export(
        self,
        estimator: Any,
        export_path: str,
        checkpoint_path: str,
        eval_result: Metrics,
        is_the_final_export: bool,
    ) -> Any:
        """Write the model of a checkpoint.

        Parameters
        ----------
        estimator : Estimator
        export_path : str
            The folder of this exporter.
        checkpoint_path : str
        eval_result : mapping
            What ``evaluate`` gave for this checkpoint.
        is_the_final_export : bool
            Whether the training has reached its `max_steps`; never true without them.

        Returns
        -------
        bytes or None
            What was written, or None if nothing was.
        """


class _FolderExporter(Exporter):
    """What the three ready-made ones share: their name, and what an export is."""

    def __init__(
        self,
        name: str,
        serving_input_receiver_fn: Callable[[], Any] | None,
        assets_extra: Mapping[str, str] | None,
        as_text: bool,
        keep: int | None,
    ) -> None:
        without = [
            argument for argument, value in (("assets_extra", assets_extra), ("as_text", as_text)) if value
        ]
        if serving_input_receiver_fn is None and without:
            raise ValueError(
                f"exporter {name!r}: {', '.join(without)} are of SavedModels, which need a serving_input_receiver_fn, "
                "such as tf.estimator.export.build_parsing_serving_input_receiver_fn gives."
            )
        if serving_input_receiver_fn is not None:
            check_receiver_fn(serving_input_receiver_fn)
        self._name = name
        self._serving_input_receiver_fn = serving_input_receiver_fn
        self._assets_extra = assets_extra
        self._as_text = as_text
        self._keep = keep

    @property
    def name(self) -> str:
        """The folder below ``model_dir/export``."""
        return self._name

    def _write(self, estimator: Any, export_path: str, checkpoint_path: str) -> bytes:
        """Export, let old exports go, and return the new one's folder, as bytes as TensorFlow does."""
        remove_unfinished(export_path)
        if self._serving_input_receiver_fn is None:
            exported = os.fsencode(add_export(export_path, partial(copy_checkpoint, checkpoint_path)))
            log.info("Copied %s to %s.", checkpoint_path, os.fsdecode(exported))
        else:
            exported = estimator.export_saved_model(
                export_path,
                self._serving_input_receiver_fn,
                assets_extra=self._assets_extra,
                as_text=self._as_text,
                checkpoint_path=checkpoint_path,
            )
        if self._keep is not None:
            keep_newest(export_path, self._keep)
        return exported


@near_keywords
class LatestExporter(_FolderExporter):
    """Exports after every evaluation and keeps the newest exports.

    Parameters
    ----------
    name : str
        The folder below ``model_dir/export``.
    serving_input_receiver_fn : callable or None
        As for :meth:`Estimator.export_saved_model`; None: copies of the checkpoint are exported, which is ours.
    assets_extra : mapping, optional
        File in the export to the file that is copied there.
    as_text : bool
        Whether the SavedModel is written as text.
    exports_to_keep : int, optional
        How many of the newest stay; None: all.

    Raises
    ------
    ValueError, TypeError
        If `exports_to_keep` is not a number above 0, or `serving_input_receiver_fn` is no function.

    Source
    ------
    tf.estimator.LatestExporter, TF 2.15
    """

    def __init__(
        self,
        name: str,
        serving_input_receiver_fn: Callable[[], Any] | None,
        assets_extra: Mapping[str, str] | None = None,
        as_text: bool = False,
        exports_to_keep: int | None = 5,
    ) -> None:
        keep = _checked_number(exports_to_keep)
        super().__init__(name, serving_input_receiver_fn, assets_extra, as_text, keep)

    def export(
        self,
        estimator: Any,
        export_path: str,
        checkpoint_path: str,
        eval_result: Metrics,
        is_the_final_export: bool,
    ) -> bytes:
        """Export it."""
        return self._write(estimator, export_path, checkpoint_path)


@near_keywords
class FinalExporter(_FolderExporter):
    """Exports once, when training has reached its `max_steps`.

    Parameters
    ----------
    name, serving_input_receiver_fn, assets_extra, as_text
        As for :class:`LatestExporter`.

    Source
    ------
    tf.estimator.FinalExporter, TF 2.15
    """

    def __init__(
        self,
        name: str,
        serving_input_receiver_fn: Callable[[], Any] | None,
        assets_extra: Mapping[str, str] | None = None,
        as_text: bool = False,
    ) -> None:
        super().__init__(name, serving_input_receiver_fn, assets_extra, as_text, None)

    def export(
        self,
        estimator: Any,
        export_path: str,
        checkpoint_path: str,
        eval_result: Metrics,
        is_the_final_export: bool,
    ) -> bytes | None:
        """Export it if it is the last one."""
        if not is_the_final_export:
            return None
        log.info("Performing the final export in the end of training.")
        return self._write(estimator, export_path, checkpoint_path)


def loss_smaller(best_eval_result: Metrics, current_eval_result: Metrics) -> bool:
    """Whether the current loss is smaller than the best one; a NaN is never the better one.

    Raises
    ------
    ValueError
        If one of the results has no loss.
    """
    for name, result in (
        ("best_eval_result", best_eval_result),
        ("current_eval_result", current_eval_result),
    ):
        if not result or LOSS_METRIC_KEY not in result:
            raise ValueError(f"{name} cannot be empty or no loss is found in it; given: {result!r}.")
    best, current = best_eval_result[LOSS_METRIC_KEY], current_eval_result[LOSS_METRIC_KEY]
    return bool(best > current)


@near_keywords
class BestExporter(_FolderExporter):
    """Exports whenever a model is better than the best one that was exported, and keeps the newest exports.

    The metrics of the best one lie beside its export, so that a training that goes on goes on comparing with it.
    Where TensorFlow has written the exports, they are looked for in the events of the evaluations.

    Parameters
    ----------
    name, serving_input_receiver_fn, assets_extra, as_text, exports_to_keep
        As for :class:`LatestExporter`.
    event_file_pattern : str, optional
        Where in model_dir the events of the evaluations are; None: nothing is read, and a new process exports its
        first model whatever was there.
    compare_fn : callable
        ``compare_fn(best_eval_result, current_eval_result)`` says whether the current one is better; by default, whose
        loss is smaller. A model for which a metric that it looks at is NaN is never the best.

    Raises
    ------
    ValueError, TypeError
        If an argument is not valid.

    Source
    ------
    tf.estimator.BestExporter, TF 2.15
    """

    def __init__(
        self,
        name: str = "best_exporter",
        serving_input_receiver_fn: Callable[[], Any] | None = None,
        event_file_pattern: str | None = "eval/*.tfevents.*",
        compare_fn: CompareFn = loss_smaller,
        assets_extra: Mapping[str, str] | None = None,
        as_text: bool = False,
        exports_to_keep: int | None = 5,
    ) -> None:
        _check_compare_fn(compare_fn)
        keep = _checked_number(exports_to_keep)
        super().__init__(name, serving_input_receiver_fn, assets_extra, as_text, keep)
        self._compare_fn = compare_fn
        self._event_file_pattern = event_file_pattern
        self._best: tuple[str, Metrics | None] | None = None  # the folder, and what it has

    def export(
        self,
        estimator: Any,
        export_path: str,
        checkpoint_path: str,
        eval_result: Metrics,
        is_the_final_export: bool,
    ) -> bytes | None:
        """Export it if it is better than the best one so far."""
        if self._best is None or self._best[0] != export_path:
            self._best = export_path, self._known_best(estimator.model_dir, export_path, eval_result)
        if not self._is_better(self._best[1], eval_result):
            return None
        log.info("Performing best model export.")
        exported = self._write(estimator, export_path, checkpoint_path)
        self._best = export_path, dict(eval_result)
        if self._event_file_pattern is not None:
            write_memo(os.path.join(export_path, _BEST), _numbers(eval_result))
        return exported

    def _is_better(self, best: Metrics | None, current: Metrics) -> bool:
        """Whether the current model is better than the best, or may be the first; a NaN in what is looked at is not."""
        looked_at = _Watched(current)
        is_better = self._compare_fn(
            best_eval_result=looked_at if best is None else best, current_eval_result=looked_at
        )
        if any(_is_nan(current[key]) for key in looked_at.keys_read):
            return False
        return best is None or bool(is_better)

    def _known_best(self, model_dir: str, export_path: str, current: Metrics) -> Metrics | None:
        """The metrics of the best model that was exported by an earlier process."""
        if self._event_file_pattern is None or not exports(export_path):
            return None
        log.info("Loading best metric from event files.")
        noted = read_memo(os.path.join(export_path, _BEST))
        if noted is not None:
            return noted
        best = None
        pattern = os.path.join(glob.escape(model_dir), self._event_file_pattern)
        for step, metrics in read_evaluations(sorted(glob.glob(pattern))):
            if step == int(current.get("global_step", -1)):
                continue  # the current one is among them
            with contextlib.suppress(KeyError, ValueError):  # an event of something else than an evaluation
                best = metrics if self._is_better(best, metrics) else best
        return best


class _Watched(dict[str, Any]):
    """Metrics that tell which of them were looked at."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__(metrics)
        self.keys_read: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        self.keys_read.add(key)
        return value

    def get(self, key: str, default: Any = None) -> Any:
        """The metric, or the default."""
        return self[key] if key in self else default


def _numbers(metrics: Metrics) -> dict[str, float]:
    kinds = (int, float, np.integer, np.floating)
    return {key: float(value) for key, value in metrics.items() if isinstance(value, kinds)}


def _is_nan(value: Any) -> bool:
    return isinstance(value, (float, np.floating)) and bool(np.isnan(value))


def _checked_number(exports_to_keep: Any) -> int | None:
    if exports_to_keep is None:
        return None
    if (
        isinstance(exports_to_keep, bool)
        or not hasattr(exports_to_keep, "__index__")
        or int(exports_to_keep) <= 0
    ):
        raise ValueError(
            f"`exports_to_keep`, if provided, must be a positive number. Got {exports_to_keep!r}."
        )
    return int(exports_to_keep)


def _check_compare_fn(compare_fn: Any) -> None:
    if compare_fn is None:
        raise ValueError("`compare_fn` must not be None.")
    taken = argument_names(compare_fn, "compare_fn")
    listed = ", ".join(taken) or "none by name"
    wanted = ("best_eval_result", "current_eval_result")
    for name in wanted:
        if name not in taken:
            raise ValueError(f"compare_fn ({compare_fn}) must include {name} argument. It takes: {listed}.")
    others = [name for name in taken if name not in wanted]
    if others:
        raise ValueError(f"compare_fn ({compare_fn}) has following not expected args: {others}")
