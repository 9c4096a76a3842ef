"""The calls fit, evaluate and predict, and those for one batch.

Source
------
tf.keras.Model.fit, evaluate, predict, train_on_batch, TF 2.15 keras/src/engine/training.py
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from estimator.core import log, nest
from estimator.core.errors import UnimplementedError
from estimator.core.frozen import frozen
from estimator.distribution.collective import current
from estimator.keras.backend.values import batch_get_value, batch_set_value
from estimator.keras.callbacks.callback_list import CallbackList
from estimator.keras.optimizers.optimizer import Optimizer
from estimator.keras.training.arrays import as_arrays, as_data, as_triple
from estimator.keras.training.data import Request, feed_of, gives_batches
from estimator.keras.training.feed import BatchFeed, Feed
from estimator.keras.training.loop import Loop
from estimator.keras.training.weights import ClassWeights
from estimator.pipeline.structure import leaves, map_leaves
from estimator.training.interrupt import Interruption

Logs = dict[str, Any]


def demand_alone(what: str) -> None:
    """Refuse to train by Keras in one of several processes, each of which would train a model of its own.

    Raises
    ------
    UnimplementedError
        If it is one.
    """
    processes = current()
    if processes.size > 1:
        raise UnimplementedError(
            f"Model.{what} trains in one process, and this is rank {processes.rank} of {processes.size} that are "
            "to train together: use tf.keras.estimator.model_to_estimator(model).train(input_fn), or set "
            "ESTIMATOR_DISTRIBUTE=none for processes that have nothing to do with one another."
        )


def number_of_epochs(epochs: Any, initial_epoch: Any) -> int:
    """How many epochs are still to be made, at least 1.

    Raises
    ------
    TypeError
        If one of both is no whole number.
    """
    for name, value in (("epochs", epochs), ("initial_epoch", initial_epoch)):
        if not isinstance(value, (int, np.integer)):
            raise TypeError(f"`{name}` must be a whole number, given: {value!r}.")
    return max(int(epochs - initial_epoch), 1)


@frozen
class Validation:
    """What follows an epoch.

    Attributes
    ----------
    feed : Feed
    every : int or sequence of int
        After how many epochs, or after which, counted from 1.
    """

    feed: Feed
    every: Any

    def is_due(self, epoch: int) -> bool:
        """Whether it follows that epoch, counted from 0."""
        if isinstance(self.every, (int, np.integer)):
            return (epoch + 1) % int(self.every) == 0
        return epoch + 1 in self.every


def validation_of(data: Any, batch_size: int | None, steps: int | None, every: Any) -> Validation:
    """The validation on some data: (x, y), (x, y, sample_weight), a Dataset or what else gives batches.

    Raises
    ------
    ValueError, TypeError
        If it is no such data, or `every` is neither a number above 0 nor a list of epochs.
    """
    is_number = isinstance(every, (int, np.integer)) and not isinstance(every, bool) and every >= 1
    if not (is_number or isinstance(every, (list, tuple, set, frozenset, range))):
        raise ValueError(
            "Expected `validation_freq` to be a list or int above 0. "
            f"Received: validation_freq={every!r} of the type {type(every)}."
        )
    parts = as_triple(data) if isinstance(data, (list, tuple)) else (data,)
    x, y, weight = (*parts, None, None)[:3]
    return Validation(feed_of(x, y, weight, Request(batch_size, steps, again=True)), every)


def split(x: Any, y: Any, sample_weight: Any, part: float) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The first rows of arrays for training, and the last part of them for validation.

    Raises
    ------
    ValueError
        If they are no arrays, or a side would be empty.
    """
    arrays = (
        None
        if gives_batches(x)
        else tuple(map(as_arrays, (x, y, sample_weight), ("x", "y", "sample_weight")))
    )
    found = leaves(arrays)
    if arrays is None or not found or not all(isinstance(array, np.ndarray) for array in found):
        kinds = sorted({type(leaf).__name__ for leaf in found or [x]})
        raise ValueError(
            "`validation_split` is only supported for Tensors or NumPy arrays, found following types in the input: "
            f"{kinds}"
        )
    rows = len(found[0])
    at = math.floor(rows * (1.0 - part))
    if not 0 < at < rows:
        raise ValueError(
            f"Training data contains {rows} samples, which is not sufficient to split it into a validation and "
            f"training set as specified by `validation_split={part}`. Either provide more data, or a different value "
            "for the `validation_split` argument."
        )
    return map_leaves(lambda array: array[:at], arrays), map_leaves(lambda array: array[at:], arrays)


class Fit:
    """One call of fit.

    Parameters
    ----------
    model : Model
    feed : Feed
    callbacks : CallbackList
    epochs : int
    initial_epoch : int
    validation : Validation or None

    Attributes
    ----------
    epoch : int
        The one that comes next, or goes on.
    batch : int
        Of that epoch, how many batches are made already: a callback that restores a state says so.
    """

    def __init__(
        self,
        model: Any,
        feed: Feed,
        callbacks: CallbackList,
        epochs: int,
        initial_epoch: int,
        validation: Validation | None,
    ) -> None:
        self.model, self.feed, self.callbacks = model, feed, callbacks
        self.epoch, self._epochs = initial_epoch, epochs
        self.batch = 0
        self._validation = validation
        self._insufficient = False

    def run(self) -> None:
        """Make the epochs.

        Raises
        ------
        ValueError
            If there is no batch at all.
        KeyboardInterrupt
            After the step in which Ctrl-C was pressed; what is trained stays.
        """
        model, callbacks = self.model, self.callbacks
        model.stop_training = False
        model.programs.get("train", self.feed.spec).session()  # callbacks may restore what is made here
        with Interruption() as interruption:
            vars(model)["current_fit"] = self
            try:
                callbacks.on_begin("train")
                logs: Logs | None = None
                while self.epoch < self._epochs and not self._insufficient:
                    logs = self._epoch(logs, interruption)
                    if interruption.has_come():
                        return
                    self.epoch, self.batch = self.epoch + 1, 0
                    if model.stop_training:
                        break
                _take_averages(model)
                callbacks.on_end("train", logs)
            finally:
                vars(model).pop("current_fit", None)

    def _epoch(self, before: Logs | None, interruption: Interruption) -> Logs | None:
        """One epoch with its validation; what it came to."""
        if not self.batch:  # else a callback has restored what the epoch has come to
            self.model.reset_metrics()
        self.callbacks.on_epoch_begin(self.epoch)
        if not self.batch:
            self.feed.begin_epoch()
        loop = Loop(self.model, "train", self.feed, self.callbacks, interruption, self.batch)
        loop.run()
        self.batch = loop.done
        if interruption.has_come():
            return before
        self._look_at_the_end(loop)
        logs = dict(loop.logs) if loop.done else dict(before or {})
        if not logs:
            raise ValueError("Expected input data to be non-empty: there was not a single batch.")
        self.feed.end_epoch()
        if self._validation is not None and self._validation.is_due(self.epoch):
            found = evaluated(self.model, self._validation.feed, self.callbacks)
            logs |= {f"val_{name}": value for name, value in found.items()}
        self.callbacks.on_epoch_end(self.epoch, logs)
        return logs

    def _look_at_the_end(self, loop: Loop) -> None:
        if not loop.ended:
            return
        steps = self.feed.steps
        if steps is None:
            self.callbacks.saw(loop.done)
            self.feed.steps = loop.done or None
            self._insufficient = not loop.done
        elif loop.done < steps:
            self._insufficient = True
            log.warning(
                "Your input ran out of data; interrupting training. Make sure that your dataset or generator can "
                "generate at least `steps_per_epoch * epochs` batches (in this case, %d batches). You may need to use "
                "the repeat() function when building your dataset.",
                self._epochs * steps,
            )


def _take_averages(model: Any) -> None:
    """Give weights the moving averages that the optimizer keeps of them (``use_ema``): a training ends with these."""
    if isinstance(model.optimizer, Optimizer):
        pairs = model.optimizer.averages(model.trainable_weights)
        values = batch_get_value([average for _, average in pairs])
        batch_set_value(list(zip((weight for weight, _ in pairs), values, strict=True)))


def evaluated(model: Any, feed: Feed, callbacks: CallbackList) -> Logs:
    """What the metrics come to over the data.

    Raises
    ------
    ValueError
        If there is not a batch.
    """
    model.programs.get("test", feed.spec)  # makes the metrics
    model.reset_metrics()
    callbacks.on_begin("test")
    feed.begin_epoch()
    loop = Loop(model, "test", feed, callbacks)
    loop.run()
    feed.end_epoch()
    _warn_of_few(loop, "evaluate")
    if not loop.done:
        raise ValueError("Expected input data to be non-empty: there was not a single batch to evaluate.")
    callbacks.on_end("test", loop.logs)
    return loop.logs


def predicted(model: Any, feed: Feed, callbacks: CallbackList) -> Any:
    """The outputs for all the data, in the structure of the model's.

    Raises
    ------
    ValueError
        If there is not a batch.
    """
    callbacks.on_begin("predict")
    feed.begin_epoch()
    loop = Loop(model, "predict", feed, callbacks)
    loop.run()
    feed.end_epoch()
    _warn_of_few(loop, "predict")
    if not loop.outputs:
        raise ValueError("Expected input data to be non-empty: there was not a single batch to predict.")
    callbacks.on_end("predict")
    columns = zip(*map(nest.flatten, loop.outputs), strict=True)
    return nest.pack_as(loop.outputs[0], [_joined(column) for column in columns])


def _joined(parts: Sequence[Any]) -> Any:
    return np.concatenate(parts) if np.ndim(parts[0]) else np.stack(parts)


def _warn_of_few(loop: Loop, what: str) -> None:
    if not loop.ended:
        return
    loop.callbacks.saw(loop.done)
    steps = loop.feed.steps
    if steps is not None and loop.done < steps:
        log.warning(
            "Your input ran out of data; interrupting %s after %d of %d steps. Make sure that your dataset or "
            "generator can generate at least `steps` batches.", what, loop.done, steps,
        )  # fmt: skip


def on_batch(
    model: Any, mode: str, x: Any, y: Any, sample_weight: Any, class_weight: Mapping[int, float] | None
) -> Any:
    """Run a step on one batch: what the metrics come to, or the outputs of a prediction."""
    feed = BatchFeed(as_data(x, y, sample_weight))
    if class_weight:
        feed.class_weights = ClassWeights(class_weight, feed.spec)
    program = model.programs.get(mode, feed.spec)
    with program.fed_by(feed) as session:
        results = session.prepare([program.results, *program.step])([])[0]
        return results if mode == "predict" else program.logs(session, results)
