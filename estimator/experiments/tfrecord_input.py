"""Files of tf.Examples as the input of an experiment, parsed as the model's columns say."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from estimator.core.dtypes import int64
from estimator.core.errors import OpError
from estimator.core.frozen import frozen
from estimator.core.patterns import matches
from estimator.experiments.labels import heads_of_labels, labelled, names_of_labels
from estimator.experiments.needs import Needs
from estimator.experiments.shuffling import buffer_of
from estimator.functions.parsing import FixedLenFeature
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.file_datasets import TFRecordDataset, as_compression
from estimator.pipeline.made_datasets import make_batched_features_dataset


@frozen
class TFRecordInput:
    """The tf.Examples in TFRecord files.

    Parameters
    ----------
    tfrecord : str or list of str
        Files, or patterns such as ``data/train-*.tfrecord``.
    label : str, list or mapping of str, optional
        The feature of the labels; several are one label of as many numbers; of a MultiHead by its heads' names.
    batch_size : int
    shuffle : int or bool, optional
        How many examples are mixed; true: 10000.
    epochs : int, optional
        How often they are gone through; null: without end.
    seed : int, optional
        Of the mixing; null: that of the run.
    compression_type : str, optional
        ``GZIP`` or ``ZLIB``.
    prefetch : int
        How many batches are made ahead.
    """

    tfrecord: str | Sequence[str]
    label: Any = None
    batch_size: int = 32
    shuffle: int | bool | None = None
    epochs: int | None = None
    seed: int | None = None
    compression_type: str | None = None
    prefetch: int = 0

    def input_fn(self, needs: Needs, report: Callable[[str, str], None]) -> Callable[[], Dataset] | None:
        """A function that gives the examples, or None if there is a problem.

        Parameters
        ----------
        needs : Needs
            What the model needs.
        report : callable
            Called with an option and a sentence for every problem.
        """
        problems = list(self._problems(needs))
        for option, text in problems:
            report(option, text)
        return None if problems else partial(self._dataset, dict(needs.features), self._label_features(needs))

    def _problems(self, needs: Needs) -> Any:
        for pattern in self._patterns():
            try:
                found = list(matches(pattern))
            except OpError as error:
                yield "tfrecord", str(error)
                continue
            if not found:
                yield "tfrecord", f"there is no file {pattern!r} (looked for in {os.getcwd()})."
        if not needs.features:
            yield (
                "tfrecord",
                "TFRecord files do not say what is in them: the model needs columns, by which they are parsed.",
            )
        for name in names_of_labels(self.label):
            if name in needs.features:
                yield "label", f"the label {name!r} is a feature, too: the model would learn nothing else."
        try:
            as_compression(self.compression_type)
        except (ValueError, OpError) as error:
            yield "compression_type", str(error)

    def _patterns(self) -> list[str]:
        return [self.tfrecord] if isinstance(self.tfrecord, str) else list(self.tfrecord)

    def _label_features(self, needs: Needs) -> dict[str, Any]:
        """How the labels are parsed: one value each."""
        heads = heads_of_labels(self.label)
        shape = (1,) if isinstance(self.label, str) else ()
        return {name: FixedLenFeature(shape, needs.label_type(head) or int64) for name, head in heads.items()}

    def _dataset(self, features: dict[str, Any], labels: dict[str, Any]) -> Dataset:
        buffer = buffer_of(self.shuffle)
        dataset = make_batched_features_dataset(
            self._patterns(),
            self.batch_size,
            features | labels,
            reader=TFRecordDataset,
            label_key=self.label if isinstance(self.label, str) else None,
            reader_args=[self.compression_type] if self.compression_type else None,
            num_epochs=self.epochs,
            shuffle=buffer > 0,
            shuffle_buffer_size=max(buffer, 1),
            shuffle_seed=self.seed,
            prefetch_buffer_size=self.prefetch,
        )
        return dataset if self.label is None or isinstance(self.label, str) else labelled(dataset, self.label)
