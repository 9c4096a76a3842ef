"""What a model does with data: compile, fit, evaluate, predict, and the same for single batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from estimator.core.keywords import near_keywords_of_methods
from estimator.graph.tensor import Tensor
from estimator.keras.callbacks.callback_list import CallbackList
from estimator.keras.calls import gathered
from estimator.keras.training import compiled as compiling
from estimator.keras.training import fitting
from estimator.keras.training.arrays import as_triple
from estimator.keras.training.compiled import Compiled
from estimator.keras.training.data import Request, feed_of
from estimator.keras.training.old_calls import OldCalls
from estimator.keras.training.program import Programs

_FITS_APART = 1_000_003  # between the seeds of two fits


@near_keywords_of_methods
class Trainer(OldCalls):
    """The methods of a model that train it and use it; :class:`~estimator.keras.model.Model` has them.

    Attributes
    ----------
    optimizer : Optimizer or None
        None before ``compile``.
    stop_training : bool
        Set by a callback, it ends the fit after the step or epoch.
    history : History or None
        Of the last fit.
    current_fit : Fit or None
        The one that is going on, for callbacks.
    """

    optimizer: Any = None
    history: Any = None
    stop_training = False
    current_fit: Any = None
    _compiled: Compiled | None = None

    # -- compile -------------------------------------------------------------------------------------------------------

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        metrics: Any = None,
        loss_weights: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool | None = None,
        steps_per_execution: int | None = None,
        jit_compile: bool | None = None,
        **kwargs: Any,
    ) -> None:
        """Say how the model is trained, and by what it is measured.

        Parameters
        ----------
        optimizer : str or Optimizer
        loss : str, function, Loss, or list or dict of them, optional
            For each output, in order or by name; one is for all.
        metrics : list, or list or dict of lists, of str, function or Metric, optional
            Likewise; ``accuracy`` is the one that goes with the shapes.
        loss_weights : list or dict of numbers, optional
            What the loss of each output counts in the total.
        weighted_metrics : list, or list or dict of lists, optional
            Metrics that the weights of the examples count for.
        run_eagerly, steps_per_execution, jit_compile : optional
            Accepted: a step is planned, and steps follow one another without a look between them anyway.

        Raises
        ------
        ValueError
            If a name stands for nothing, or a metric is given twice.
        TypeError
            If there is no such argument.
        """
        if kwargs:
            raise TypeError(
                f"Invalid keyword argument(s) in `compile()`: {', '.join(kwargs)}. Valid keyword arguments are: "
                "optimizer, loss, metrics, loss_weights, weighted_metrics, run_eagerly, steps_per_execution, "
                "jit_compile."
            )
        found = Compiled(
            optimizer,
            loss,
            metrics,
            loss_weights,
            weighted_metrics,
            run_eagerly,
            steps_per_execution,
            jit_compile,
        )
        vars(self).update(
            _compiled=found, _programs=Programs(self),
            _trainable_then=[(layer, layer.trainable) for layer in self._all_layers()],  # type: ignore[attr-defined]
        )  # fmt: skip
        self.optimizer = found.optimizer

    def compile_from_config(self, config: Mapping[str, Any]) -> None:
        """Compile as a stored model was, see :meth:`get_compile_config`."""
        self.compile(**compiling.from_config(config))

    def get_compile_config(self) -> dict[str, Any] | None:
        """The arguments of ``compile`` as plain values; None if it was not called."""
        return None if self._compiled is None else self._compiled.get_config()

    @contextmanager
    def trainable_as_compiled(self) -> Iterator[None]:
        """A block in which layers are trainable or not as they were when ``compile`` was called.

        A layer may be frozen for one model and train in another: of a GAN, the judge.
        """
        then: list[tuple[Any, bool]] = vars(self).get("_trainable_then", [])
        now = [(layer, layer.trainable) for layer, _ in then]
        try:
            _freeze(then)
            yield
        finally:
            _freeze(now)

    @property
    def compiled(self) -> Compiled:
        """What ``compile`` was told.

        Raises
        ------
        RuntimeError
            If it was not called.
        """
        if self._compiled is None:
            raise RuntimeError(
                "You must compile your model before training/testing. Use `model.compile(optimizer, loss)`."
            )
        return self._compiled

    @property
    def loss(self) -> Any:
        """What ``compile`` was given as loss."""
        return None if self._compiled is None else self._compiled.loss

    @property
    def programs(self) -> Programs:
        """The graphs of the steps."""
        if "_programs" not in vars(self):
            vars(self)["_programs"] = Programs(self)
        found: Programs = vars(self)["_programs"]
        return found

    @property
    def metrics(self) -> list[Any]:
        """The loss and the metrics, in the order in which they are reported, as far as they are made by now."""
        own = [] if self._compiled is None else self._compiled.metrics
        below: list[Any] = super().metrics  # type: ignore[misc]  # of the layers
        return own + [metric for metric in below if all(metric is not known for known in own)]

    @property
    def metrics_names(self) -> list[str]:
        """The names of what is reported; a model that has seen no data has none yet."""
        return [metric.name for metric in self.metrics]

    def reset_metrics(self) -> None:
        """Let all metrics begin anew."""
        for metric in self.metrics:
            metric.reset_state()

    # -- steps: may be overridden --------------------------------------------------------------------------------------

    def train_step(self, data: Any) -> dict[str, Any]:
        """What a step of a fit does with a batch of tensors, and what it reports; called once for a kind of batch.

        Raises
        ------
        ValueError
            If there is no loss, or there are no labels for it.
        """
        x, y, sample_weight = _three(data)
        predictions = self(x, training=True)  # type: ignore[operator]  # a model is called
        loss = self.compute_loss(x, y, predictions, sample_weight)
        if self.loss and y is None:
            raise ValueError(
                f"Target data is missing. Your model was compiled with loss={self.loss}, and therefore expects target "
                "data to be provided in `fit()`."
            )
        if loss is None:
            raise ValueError(
                "No loss found. You may have forgotten to provide a `loss` argument in the `compile()` method."
            )
        self.optimizer.minimize(loss, var_list=self.trainable_weights)  # type: ignore[attr-defined]
        return self.compute_metrics(x, y, predictions, sample_weight)

    def test_step(self, data: Any) -> dict[str, Any]:
        """What a step of an evaluation does with a batch of tensors, and what it reports."""
        x, y, sample_weight = _three(data)
        predictions = self(x, training=False)  # type: ignore[operator]
        self.compute_loss(x, y, predictions, sample_weight)
        return self.compute_metrics(x, y, predictions, sample_weight)

    def predict_step(self, data: Any) -> Any:
        """The outputs for a batch of tensors."""
        return self(_three(data)[0], training=False)  # type: ignore[operator]

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None
    ) -> Tensor | None:
        """The total loss of a batch, with what regularizers and ``add_loss`` add; None if there is none."""
        names = getattr(self, "output_names", None)
        return self.compiled.loss_of(y, y_pred, sample_weight, self.losses, names)  # type: ignore[attr-defined]

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any) -> dict[str, Any]:
        """Let the metrics know of a batch; what they come to, by name."""
        compiled = self.compiled
        compiled.update_metrics(y, y_pred, sample_weight, getattr(self, "output_names", None))
        found = gathered()
        for _, value, _, name in [] if found is None else found.metrics:
            compiled.report(name, value)
        return self.get_metrics_result()

    def get_metrics_result(self) -> dict[str, Any]:
        """What the metrics come to, by name."""
        results: dict[str, Any] = {}
        for metric in self.metrics:
            result = metric.result()
            results |= result if isinstance(result, Mapping) else {metric.name: result}
        return results

    # -- fit, evaluate, predict ----------------------------------------------------------------------------------------

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: Any = True,
        class_weight: Mapping[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: Any = 1,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
    ) -> Any:
        """Train.

        Parameters
        ----------
        x, y : array, structure of arrays, or data that give batches
            See :mod:`estimator.keras.training.data`.
        batch_size : int, optional
            Of arrays; 32 by default.
        epochs : int
            The number of the last epoch.
        verbose : int or "auto"
            1: a progress bar, 2: a line an epoch, 0: nothing.
        callbacks : list of Callback, optional
        validation_split : float
            Which part of the arrays, their last rows, is for validation.
        validation_data : tuple or data that give batches, optional
            (x, y) or (x, y, sample_weight).
        shuffle : bool or "batch"
            Whether each epoch has an order of its own, of rows or of whole batches.
        class_weight : dict, optional
            What examples of each class count, by the number of the class.
        sample_weight : array, or structure of them, optional
            What each example counts.
        initial_epoch : int
            The first epoch.
        steps_per_epoch, validation_steps : int, optional
            How many batches there are; by default all the data have.
        validation_batch_size : int, optional
        validation_freq : int or list of int
            After how many epochs, or after which, there is a validation.
        max_queue_size, workers, use_multiprocessing
            Accepted: batches are made in order, ahead where a dataset says ``prefetch``.

        Returns
        -------
        History
            Its ``history`` has loss and metrics of all epochs, by name.

        Raises
        ------
        RuntimeError
            If the model is not compiled.
        ValueError, TypeError
            If the data are none, or do not fit the model.
        OpError
            If a step fails.
        """
        _ = self.compiled
        fitting.demand_alone("fit")
        if validation_split and validation_data is None:
            (x, y, sample_weight), validation_data = fitting.split(x, y, sample_weight, validation_split)
        request = Request(
            batch_size,
            steps_per_epoch,
            fitting.number_of_epochs(epochs, initial_epoch),
            shuffle,
            class_weight,
            self._next_seed(),
        )
        feed = feed_of(x, y, sample_weight, request)
        validation = None
        if validation_data is not None:
            size = validation_batch_size or batch_size
            validation = fitting.validation_of(validation_data, size, validation_steps, validation_freq)
        listed = self._listed(callbacks, verbose, epochs, feed.steps, add_history=True)
        fitting.Fit(self, feed, listed, epochs, initial_epoch, validation).run()
        return self.history

    def _listed(
        self, callbacks: Any, verbose: Any, epochs: int, steps: int | None, **more: Any
    ) -> CallbackList:
        if isinstance(callbacks, CallbackList):
            return callbacks
        verbose = 1 if verbose == "auto" else verbose
        return CallbackList(
            callbacks,
            add_progbar=verbose != 0,
            model=self,
            verbose=verbose,
            epochs=epochs,
            steps=steps,
            **more,
        )

    def _next_seed(self) -> int | None:
        """What decides the order of the data: the graph's seed, and which fit of the model it is."""
        from estimator.keras.outside import graph_of_layer

        fits = vars(self)["_fits"] = vars(self).get("_fits", 0) + 1
        seed = graph_of_layer(self).seed
        return None if seed is None else seed + (fits - 1) * _FITS_APART

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        return_dict: bool = False,
    ) -> Any:
        """The loss and the metrics over some data.

        Parameters
        ----------
        x, y, batch_size, verbose, sample_weight, callbacks, max_queue_size, workers, use_multiprocessing
            As of :meth:`fit`.
        steps : int, optional
            How many batches are evaluated.
        return_dict : bool
            Whether the values come by name.

        Returns
        -------
        float, list of float or dict
            One value, where there is nothing but the loss; a list in the order of :attr:`metrics_names`.

        Raises
        ------
        RuntimeError, ValueError, TypeError, OpError
            As of :meth:`fit`.
        """
        _ = self.compiled
        feed = feed_of(x, y, sample_weight, Request(batch_size, steps, again=True))
        listed = self._listed(callbacks, verbose, 1, feed.steps)
        return self._reported(fitting.evaluated(self, feed, listed), return_dict)

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        steps: int | None = None,
        callbacks: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
    ) -> Any:
        """The outputs for some data, as arrays.

        Parameters
        ----------
        x, batch_size, verbose, callbacks, max_queue_size, workers, use_multiprocessing
            As of :meth:`fit`; of batches with labels these are left out.
        steps : int, optional
            How many batches are predicted.

        Returns
        -------
        array, or structure of arrays

        Raises
        ------
        ValueError, TypeError, OpError
            As of :meth:`fit`.
        """
        feed = feed_of(x, None, None, Request(batch_size, steps, again=True))
        return fitting.predicted(self, feed, self._listed(callbacks, verbose, 1, feed.steps))

    def _reported(self, logs: dict[str, Any], return_dict: bool) -> Any:
        """Values by name, or in order."""
        if return_dict:
            return logs
        names = self.metrics_names
        values = [logs[name] for name in names if name in logs]
        values += [value for name, value in logs.items() if name not in names]
        return values[0] if len(values) == 1 else values

    # -- single batches ------------------------------------------------------------------------------------------------

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Mapping[int, float] | None = None,
        reset_metrics: bool = True,
        return_dict: bool = False,
    ) -> Any:
        """Make a step on one batch of arrays; loss and metrics of it, as :meth:`evaluate` gives them.

        Parameters
        ----------
        x, y, sample_weight, class_weight, return_dict
            As of :meth:`fit` and :meth:`evaluate`.
        reset_metrics : bool
            Whether the metrics are those of this batch alone.

        Raises
        ------
        RuntimeError, ValueError, TypeError, OpError
            As of :meth:`fit`.
        """
        _ = self.compiled
        fitting.demand_alone("train_on_batch")
        if reset_metrics:
            self.reset_metrics()
        return self._reported(fitting.on_batch(self, "train", x, y, sample_weight, class_weight), return_dict)

    def test_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        reset_metrics: bool = True,
        return_dict: bool = False,
    ) -> Any:
        """Evaluate one batch of arrays; the arguments are those of :meth:`train_on_batch`.

        Raises
        ------
        RuntimeError, ValueError, TypeError, OpError
            As of :meth:`evaluate`.
        """
        _ = self.compiled
        if reset_metrics:
            self.reset_metrics()
        return self._reported(fitting.on_batch(self, "test", x, y, sample_weight, None), return_dict)

    def predict_on_batch(self, x: Any) -> Any:
        """The outputs for one batch of arrays.

        Raises
        ------
        ValueError, TypeError, OpError
            As of :meth:`predict`.
        """
        return fitting.on_batch(self, "predict", x, None, None, None)


def _freeze(state: list[tuple[Any, bool]]) -> None:
    """Let layers be trainable or not, each for itself: what is set the usual way goes for those below, too."""
    for layer, is_trainable in state:
        if "_trainable" in vars(layer):
            vars(layer)["_trainable"] = is_trainable
        else:
            layer.trainable = is_trainable


def _three(data: Any) -> tuple[Any, Any, Any]:
    x, y, sample_weight = (*as_triple(data), None, None)[:3]
    return x, y, sample_weight
