"""One call of ``Estimator.predict``: a generator of one dict for each example."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from estimator.calls.kept import Work
from estimator.calls.opening import BuiltModel, Checkpoint, Model, find_start, open_work
from estimator.core import log
from estimator.core.errors import OutOfRangeError
from estimator.core.registry import did_you_mean
from estimator.core.tracebacks import shortened
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor
from estimator.models.spec import ModeKeys
from estimator.runtime.blas import blas_threads, wanted_threads
from estimator.runtime.row_dicts import rows_as_dicts
from estimator.runtime.session import Session
from estimator.training.hooks.progress import BatchProgressHook
from estimator.training.monitored import MonitoredSession
from estimator.training.session_run_hook import SessionRunHook


def predict(
    model: Model,
    input_fn: Callable[..., Any],
    predict_keys: Sequence[str] | str | None,
    hooks: Sequence[SessionRunHook],
    checkpoint: Checkpoint,
    yield_single_examples: bool,
) -> Iterator[Any]:
    """Predictions, lazily; see :meth:`estimator.estimators.estimator.Estimator.predict`."""
    try:
        start = find_start(model, checkpoint, "predict")
        work = open_work(model, input_fn, ModeKeys.PREDICT, start, hooks, _predictions_of)
        session, predictions = _opened(work, predict_keys, hooks)
        threads = wanted_threads(model.config.session_config)
        with work:
            yield from _batches(session, predictions, yield_single_examples, threads)
    except (Exception, KeyboardInterrupt) as error:
        shortened(error)
        raise


def _predictions_of(built: BuiltModel) -> Any:
    return built.spec.predictions


def _opened(
    work: Work[BuiltModel, Any], predict_keys: Sequence[str] | str | None, hooks: Sequence[SessionRunHook]
) -> tuple[MonitoredSession, Any]:
    """The session, and what to fetch from it."""
    built = work.built
    with built.graph.as_default():
        predictions = select_predictions(work.made, predict_keys)
        if built.never_ends(predictions):
            log.warning(
                "predict yields forever: its input repeats without end, or the predictions do not depend on it. "
                "This is probably a mistake; leave out repeat(), or stop taking examples."
            )
        all_hooks = [*hooks, *built.spec.prediction_hooks]
        progress = built.model.config.progress
        if progress is not False:  # between two batches the caller may print
            all_hooks.append(BatchProgressHook("predict", hides=True, always=progress is True))
        return MonitoredSession(work.session_creator(), all_hooks), predictions


def _batches(
    session: MonitoredSession, predictions: Any, yield_single_examples: bool, threads: int
) -> Iterator[Any]:
    """Run to the end of the input; the graph is the default one for the hooks, but not between two examples."""
    opened = session._tf_sess()
    assert opened is not None
    try:
        while not session.should_stop():
            try:
                with _at_work(opened), blas_threads(threads):
                    batch = session.run(predictions)
            except (OutOfRangeError, StopIteration):
                break
            if yield_single_examples:
                yield from _rows(batch)
            else:
                yield batch
    except Exception:
        with _at_work(opened):
            session.__exit__(*sys.exc_info())
        raise
    finally:
        with _at_work(opened):
            session.close()


@contextlib.contextmanager
def _at_work(session: Session) -> Iterator[None]:
    with session.graph.as_default(), session.as_default():
        yield


def select_predictions(predictions: Any, keys: Sequence[str] | str | None) -> Any:
    """The predictions that are wanted; a key that is none of them may name a tensor of the graph.

    Raises
    ------
    ValueError
        If keys are given and predictions are not a dict, or none of them is known.
    """
    if not keys:
        return predictions
    wanted = [keys] if isinstance(keys, str) else list(keys)
    if not isinstance(predictions, Mapping):
        raise ValueError(
            "predict_keys argument is not valid in case of non-dict predictions: the predictions of this "
            f"model are one tensor, so leave predict_keys={wanted} out."
        )
    found = {key: value for key, value in predictions.items() if key in wanted}
    found |= {key: tensor for key in wanted if key not in found and (tensor := _tensor_of(key)) is not None}
    if not found:
        raise ValueError(
            f"Expected to run at least one output from {predictions.keys()}, provided {wanted}."
            f"{did_you_mean(str(wanted[0]), map(str, predictions))} A tensor of the graph is named as "
            "'dense/BiasAdd:0'."
        )
    return found


def _tensor_of(name: Any) -> Tensor | None:
    """The tensor of the default graph that has this name; None if there is none."""
    if not isinstance(name, str) or ":" not in name:
        return None
    try:
        return get_default_graph().get_tensor_by_name(name)
    except (KeyError, ValueError):
        return None


def _rows(batch: Any) -> Iterator[Any]:
    """One dict for each example of a batch, or its row of predictions that are one array.

    Raises
    ------
    ValueError
        If the predictions have different numbers of rows, or are scalars.
    """
    if not isinstance(batch, Mapping):
        _check_lengths({"predictions": batch})
        return iter(batch)
    _check_lengths(batch)
    return rows_as_dicts(batch)


def _check_lengths(batch: Mapping[str, Any]) -> None:
    lengths = {key: value.shape[0] if value.ndim else None for key, value in batch.items()}
    scalars = [key for key, length in lengths.items() if length is None]
    if scalars:
        raise ValueError(
            f"predictions {scalars} are scalars and have no row for each example; "
            "give them a batch dimension, or call predict(..., yield_single_examples=False)."
        )
    count = next(iter(lengths.values()), 0)
    for key, length in lengths.items():
        if length != count:
            raise ValueError(
                f"Batch length of predictions should be same. {key} has different batch length than others: {lengths}."
            )
