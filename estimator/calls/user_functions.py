"""The functions that users write, inspected and called: model_fn and input_fn.

Both are called with the arguments that their signatures name. What is wrong with a signature is said when the
Estimator is made, not when a graph is half built.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from typing import Any, NoReturn

from estimator.core import log
from estimator.core.errors import MissingKeyError, raise_problems
from estimator.core.registry import did_you_mean
from estimator.core.signatures import argument_names
from estimator.core.tracebacks import cause_of
from estimator.distribution.collective import ALONE, current
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.settings.run_config import RunConfig

_MODEL_FN_ARGS = ("features", "labels", "mode", "params", "self", "config")


def copied_params(params: Any) -> Any:
    """A deep copy of the hyper-parameters, so that nobody changes them between two calls; an empty dict for None.

    Raises
    ------
    TypeError
        If something in them cannot be copied.
    """
    if params is None:
        return {}
    try:
        return copy.deepcopy(params)
    except Exception as error:  # whatever a __deepcopy__ of the user's raises
        raise TypeError(
            f"params cannot be copied ({type(error).__name__}: {error}), and every call gets a copy of its own; given: "
            f"{params!r}. Pass plain values (a dict, a Namespace, an object of your own class), and open files, make "
            "locks or import modules inside model_fn."
        ) from cause_of(error)


def check_model_fn(model_fn: Any, params: Any) -> None:
    """Check the signature of a model function.

    Raises
    ------
    ValueError
        If it is None, has no ``features``, has arguments that nobody fills, or takes no params that are given;
        all at once.
    TypeError
        If it is not callable.
    """
    if model_fn is None:
        raise ValueError("model_fn must be provided to Estimator.")
    names = argument_names(model_fn, "model_fn")
    problems = []
    if "features" not in names:
        problems.append(f"model_fn ({model_fn}) must include features argument.")
    if params is not None and "params" not in names:
        problems.append(
            f"model_fn ({model_fn}) does not include params argument, but params ({params}) is passed to Estimator."
        )
    unknown = [name for name in names if name not in _MODEL_FN_ARGS]
    if unknown:
        problems.append(
            f"model_fn ({model_fn}) has following not expected args: {unknown}. Known: {', '.join(_MODEL_FN_ARGS)}."
        )
    raise_problems("Estimator", problems)
    if params is None and "params" in names:
        log.warning(
            "Estimator's model_fn (%s) includes params argument, but params are not passed to Estimator.",
            model_fn,
        )


def call_model_fn(
    model_fn: Callable[..., Any],
    features: Any,
    labels: Any,
    mode: str,
    params: Any,
    config: RunConfig,
    giver: str = "input_fn",
) -> EstimatorSpec:
    """The spec that a model function returns.

    Parameters
    ----------
    model_fn : callable
    features, labels, mode, params, config
        What it is called with, as far as its signature names them.
    giver : str
        Where features and labels come from, for messages.

    Raises
    ------
    ValueError
        If it takes no labels but there are some, or returns something else.
    """
    names = argument_names(model_fn, "model_fn")
    arguments: dict[str, Any] = {}
    if "labels" in names:
        arguments["labels"] = _answering(labels, "labels", giver)
    elif labels is not None:
        raise ValueError(
            f"model_fn does not take labels, but {giver} returns labels. Return features alone from {giver}, "
            "or give a model_fn of your own an argument labels."
        )
    available = {"mode": mode, "params": params, "config": config}
    arguments |= {name: value for name, value in available.items() if name in names}
    log.info("Calling model_fn.")
    try:
        spec = model_fn(features=_answering(features, "features", giver), **arguments)
    except Exception as error:
        _note_plain_values(error, features=features, labels=labels)
        raise
    log.info("Done calling model_fn.")
    if not isinstance(spec, EstimatorSpec):
        hint = " Is a return missing?" if spec is None else ""
        raise ValueError(
            f"model_fn should return an EstimatorSpec. {name_of(model_fn)} returned: {spec!r}.{hint}"
        )
    if spec.mode != mode:
        raise ValueError(
            f"model_fn was called with mode {mode!r} and returned an EstimatorSpec of mode {spec.mode!r}."
        )
    return spec


def _note_plain_values(error: Exception, **given: Any) -> None:
    """Say what model_fn got where that was a number or a text: model_fn may want it, and fails far from its origin."""
    for what, value in given.items():
        if isinstance(value, (int, float, str, bytes)):
            error.add_note(
                f"input_fn returned the {what} {value!r} ({type(value).__name__}), which model_fn gets as they are. "
                "Return arrays or tensors, a dict of them, or a Dataset."
            )


class _Named(dict[Any, Any]):
    """Features or labels by name; a name that is not there is answered with those that are."""

    what = giver = ""

    def __missing__(self, key: Any) -> NoReturn:
        hint = did_you_mean(str(key), map(str, self))
        raise MissingKeyError(
            f"{key!r} is not among the {self.what} that {self.giver} gives.{hint} There are: {self._known()}."
        )

    def __getattr__(self, name: str) -> NoReturn:
        hint = ""
        if not name.startswith("__"):  # what Python and copy ask for gets a plain answer
            hint = f"; they are a dict, since {self.giver} gives them by name. There are: {self._known()}."
        raise AttributeError(f"{self.what} have no attribute {name!r}{hint}", name=name)

    def _known(self) -> str:
        entries = (f"{name!r} {getattr(value, 'shape', '')}".rstrip() for name, value in self.items())
        return ", ".join(entries) or "none"


def _answering(given: Any, what: str, giver: str) -> Any:
    """A dict that answers wrong names; what is not a plain dict stays what it is."""
    if type(given) is not dict:
        return given
    named = _Named(given)
    named.what, named.giver = what, giver
    return named


def call_input_fn(input_fn: Callable[..., Any], mode: str, params: Any, config: RunConfig) -> Any:
    """What an input function returns; it may take ``mode``, ``params``, ``config`` and ``input_context``."""
    names = argument_names(input_fn, "input_fn")
    available = {"mode": mode, "params": params, "config": config}
    if takes_context(input_fn, mode) or "input_context" in _needed_arguments(input_fn, "input_fn"):
        from estimator.settings.input_context import InputContext  # which few ask for

        processes = current() if mode == ModeKeys.TRAIN else ALONE
        available["input_context"] = InputContext(processes.size, processes.rank, processes.size)
    return input_fn(**{name: value for name, value in available.items() if name in names})


def takes_context(input_fn: Callable[..., Any], mode: str) -> bool:
    """Whether an input function is told which part of the input this process has: of several, in training."""
    if mode != ModeKeys.TRAIN or current().size == 1:
        return False
    return "input_context" in argument_names(input_fn, "input_fn")


def check_input_fn(input_fn: Any) -> None:
    """Check that an input function can be called.

    Raises
    ------
    TypeError
        If it is not callable, or needs arguments that nobody fills.
    """
    known = ("mode", "params", "config", "input_context")
    unfilled = [name for name in _needed_arguments(input_fn, "input_fn") if name not in known]
    if unfilled:
        raise TypeError(
            f"input_fn {name_of(input_fn)} needs the arguments {unfilled}, which nobody passes; "
            "wrap it: input_fn=lambda: my_input_fn(...). It may take mode, params, config and input_context."
        )


def check_receiver_fn(receiver_fn: Any, what: str = "serving_input_receiver_fn") -> None:
    """Check that a function that builds a receiver can be called.

    Raises
    ------
    TypeError
        If it is not callable, or needs arguments: nobody fills any.
    """
    needed = _needed_arguments(receiver_fn, what)
    if needed:
        raise TypeError(
            f"{what} {name_of(receiver_fn)} needs the arguments {needed}, which nobody passes; give what it returns "
            f"if that is the function, or wrap it: lambda: {name_of(receiver_fn)}(...)."
        )


def _needed_arguments(function: Any, what: str) -> list[str]:
    """The arguments that have no default.

    Raises
    ------
    TypeError
        If it is not callable.
    """
    names = argument_names(function, what)
    try:
        parameters = inspect.signature(function).parameters
    except ValueError:
        return []
    return [name for name in names if parameters[name].default is inspect.Parameter.empty]


def name_of(function: Any) -> str:
    """What a function is called; the repr of a partial or another callable object."""
    return getattr(function, "__qualname__", None) or repr(function)
