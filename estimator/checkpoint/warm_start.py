"""First values from another checkpoint: fine-tuning, or a model that shares layers with an older one.

A warm start says which variables take their first value from which tensor of a checkpoint. It counts
only where the model_dir has no checkpoint of its own. :func:`plan_warm_start` compares everything and
reads the values before anything is written; what is wrong is said at once, a line each.
:meth:`WarmStart.apply` then copies the values over the initial ones.

::

    DNNClassifier(..., warm_start_from=WarmStartSettings("models/old", vars_to_warm_start="dnn/hiddenlayer"))

Source
------
tf.estimator.WarmStartSettings and VocabInfo, TF 2.15; which variables a pattern means: 2.15 observed
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from estimator.checkpoint.compare import Spec
from estimator.checkpoint.dialects import fitting_dialect
from estimator.checkpoint.reader import CheckpointReader, load_checkpoint
from estimator.checkpoint.variables import as_saved, part_of, pieces, spec_of, variable_name
from estimator.core import log
from estimator.core.errors import NotFoundError, UnimplementedError, raise_problems
from estimator.core.keywords import near_keywords
from estimator.core.registry import did_you_mean
from estimator.formats.slices import slice_index
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Tensor
from estimator.runtime.session import Session

Array = np.ndarray[Any, Any]

_STATISTICS = ("moving_mean", "moving_variance")
_SHOWN = 20  # names in a message before the list is cut


@near_keywords
@dataclass(frozen=True)
class VocabInfo:
    """How the rows of a table move from an old vocabulary to a new one; not implemented yet.

    Parameters
    ----------
    new_vocab, old_vocab : str
        Vocabulary files.
    new_vocab_size, old_vocab_size : int
        How many of their lines count; -1 for all.
    num_oov_buckets : int
        Rows after the vocabulary.
    backup_initializer : callable, optional
        For entries that the old vocabulary does not have.
    axis : int
        0 moves rows, 1 columns.
    """

    new_vocab: str
    new_vocab_size: int
    num_oov_buckets: int
    old_vocab: str
    old_vocab_size: int = -1
    backup_initializer: Any = None
    axis: int = 0


@near_keywords
@dataclass(frozen=True)
class WarmStartSettings:
    """Which variables take their first values from which checkpoint.

    Parameters
    ----------
    ckpt_to_initialize_from : str or path
        The prefix of a checkpoint, a directory (its latest is taken), or the directory of a SavedModel.
    vars_to_warm_start : str, list of str, list of variables, or None
        A regular expression (matched at the beginning of a name) means *trainable* variables. A list of
        them means *all* saved variables, with optimizer slots and global_step if they match. None: no
        variable.
    var_name_to_vocab_info : mapping, optional
        Variable name to :class:`VocabInfo`; not implemented yet.
    var_name_to_prev_var_name : mapping, optional
        Variable name to its name in the checkpoint, where they differ.

    Raises
    ------
    ValueError
        If no checkpoint is given, or a pattern is neither text nor a valid regular expression.
    UnimplementedError
        If `var_name_to_vocab_info` has entries.
    """

    ckpt_to_initialize_from: str | os.PathLike[str]
    vars_to_warm_start: Any = ".*"
    var_name_to_vocab_info: Mapping[str, VocabInfo] | None = None
    var_name_to_prev_var_name: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        if not self.ckpt_to_initialize_from:
            raise ValueError(
                "`ckpt_to_initialize_from` MUST be set in WarmStartSettings: the prefix of a checkpoint, or a "
                "directory."
            )
        if self.var_name_to_vocab_info:
            raise UnimplementedError(
                "var_name_to_vocab_info is not implemented yet: tables cannot be warm-started from another vocabulary "
                f"({', '.join(sorted(self.var_name_to_vocab_info))}). Leave it out, and these variables out of "
                "vars_to_warm_start."
            )
        raise_problems("WarmStartSettings", _pattern_problems(self.vars_to_warm_start))


def warm_start_settings(value: Any) -> WarmStartSettings | None:
    """The settings that ``warm_start_from`` means; None for None.

    Raises
    ------
    ValueError
        If it is neither a path nor a WarmStartSettings.
    """
    if value is None or isinstance(value, WarmStartSettings):
        return value
    if isinstance(value, (str, os.PathLike)):
        return WarmStartSettings(value)
    raise ValueError(f"warm_start_from must be a string or a WarmStartSettings, instead got {type(value)}.")


@dataclass(frozen=True)
class WarmStart:
    """Values that are ready to be copied.

    Parameters
    ----------
    prefix : str
        The checkpoint that they are from.
    values : tuple of (Tensor, str, array)
        The variable's handle, the key in the checkpoint, the value.
    untouched : tuple of str
        The other saved variables, which keep their initial values.
    """

    prefix: str
    values: tuple[tuple[Tensor, str, Array], ...]
    untouched: tuple[str, ...]

    def apply(self, session: Session) -> None:
        """Copy the values over the initial ones, and say so."""
        for handle, key, value in self.values:
            session.store.of_handle(handle).write(value, anew=True)
            log.debug("warm-started %s from %r.", handle.op.name, key)
        log.info(
            "Warm-started %d variables from %s; %d keep their initial values.",
            len(self.values), self.prefix, len(self.untouched),
        )  # fmt: skip
        if self.untouched:
            log.debug("not warm-started: %s.", ", ".join(self.untouched))


def plan_warm_start(graph: Graph, settings: WarmStartSettings) -> WarmStart:
    """Compare the graph's variables with the checkpoint, and read the values; nothing is changed.

    Raises
    ------
    ValueError
        If a tensor is missing or has another shape or type, or an entry of var_name_to_prev_var_name is
        of no use; all problems at once.
    NotFoundError
        If there is no checkpoint.
    DataLossError
        If it is damaged.
    """
    chosen = _chosen(graph, settings.vars_to_warm_start)
    renamed = dict(settings.var_name_to_prev_var_name or {})
    with _open(settings.ckpt_to_initialize_from) as reader:
        prefix, stored = reader.prefix, reader.specs()
        keys = _keys(chosen, renamed, stored)
        problems = _problems(chosen, keys, stored, prefix) + _unused(renamed, chosen)
        raise_problems("warm start", problems)
        values = tuple(
            (variable.handle, keys[name], _value(reader, keys[name], variable))
            for name, variable in chosen.items()
        )
    everything = map(variable_name, graph.get_collection(GraphKeys.GLOBAL_VARIABLES))
    untouched = tuple(name for name in everything if name not in chosen)
    _warn_of_statistics(chosen, untouched, stored)
    return WarmStart(prefix, values, untouched)


def _open(path: str | os.PathLike[str]) -> CheckpointReader:
    """A reader of what a path means: a SavedModel's variables, a directory's latest checkpoint, or itself.

    Raises
    ------
    NotFoundError
        If a directory has neither.
    """
    exported = os.path.join(os.path.expanduser(os.fspath(path)), "variables", "variables")
    if os.path.exists(exported + ".index"):
        return CheckpointReader(exported)
    try:
        return load_checkpoint(path)
    except NotFoundError:
        given = os.path.expanduser(os.fspath(path))
        if os.path.isdir(given):
            raise NotFoundError(
                "Unsuccessful TensorSliceReader constructor: Failed to find any matching files for "
                f"{os.fspath(path)}: the directory has no checkpoint to warm-start from."
            ) from None
        if os.path.exists(given.removesuffix(".index") + ".index"):
            raise
        raise NotFoundError(_nothing_there(given)) from None


def _nothing_there(path: str) -> str:
    parent = os.path.dirname(path) or os.curdir
    if os.path.isdir(parent):
        names = [name for name in os.listdir(parent) if not name.endswith(".meta") and ".data-" not in name]
        where = did_you_mean(os.path.basename(path), [name.removesuffix(".index") for name in names])
    else:
        where = f" {parent!r} is not there either."
    return (
        f"Failed to find any matching files for {path}: warm_start_from names neither a directory nor a checkpoint "
        f"(there is no {path + '.index'!r}).{where} Give the model_dir of the other model, or the prefix of one of its "
        "checkpoints, such as models/iris/model.ckpt-200."
    )


def _pattern_problems(patterns: Any) -> list[str]:
    """What is wrong with vars_to_warm_start."""
    if patterns is None:
        return []
    given_patterns = [patterns] if isinstance(patterns, str) else patterns
    if not isinstance(given_patterns, (list, tuple)):
        return [
            "vars_to_warm_start must be a regular expression, a list of them, a list of variables, or None, "
            f"given: {patterns!r}."
        ]
    texts = [pattern for pattern in given_patterns if isinstance(pattern, str)]
    others = [pattern for pattern in given_patterns if not isinstance(pattern, str)]
    if others and (texts or not all(hasattr(variable, "handle") for variable in others)):
        kinds = sorted({type(pattern).__name__ for pattern in given_patterns})
        return [
            f"vars_to_warm_start must have regular expressions only or variables only, given: a list of {kinds}."
        ]
    return [problem for text in texts if (problem := _regex_problem(text))]


def _regex_problem(pattern: str) -> str | None:
    try:
        re.compile(pattern)
    except re.error as error:
        return f"vars_to_warm_start {pattern!r} is not a regular expression: {error}."
    return None


def _chosen(graph: Graph, patterns: Any) -> dict[str, Any]:
    """The variables that are meant, by name."""
    if patterns is None:
        return {}
    if isinstance(patterns, str):
        return _matching(graph, GraphKeys.TRAINABLE_VARIABLES, [patterns])
    if all(isinstance(pattern, str) for pattern in patterns):
        return _matching(graph, GraphKeys.GLOBAL_VARIABLES, patterns)
    return {variable_name(variable): variable for variable in patterns}


def _matching(graph: Graph, key: str, patterns: Sequence[str]) -> dict[str, Any]:
    variables = {variable_name(variable): variable for variable in graph.get_collection(key)}
    found: dict[str, Any] = {}
    for pattern in patterns:
        matches = {name: variable for name, variable in variables.items() if _matches(pattern, name)}
        if not matches:
            kind = "trainable variable" if key == GraphKeys.TRAINABLE_VARIABLES else "variable"
            log.warning("vars_to_warm_start %r matches no %s; known: %s.", pattern, kind, _cut(variables))
        found |= matches
    return found


def _matches(pattern: str, name: str) -> bool:
    """TensorFlow matches ``w:0``; here ``w$`` finds it as well."""
    return bool(re.match(pattern, f"{name}:0") or re.match(pattern, name))


def _keys(
    variables: Mapping[str, Any], renamed: Mapping[str, str], stored: Mapping[str, Spec]
) -> dict[str, str]:
    """Variable name to key in the checkpoint: as renamed, else in the dialect that fits best."""
    parts = {name: part_of(variable) for name, variable in variables.items() if name not in renamed}
    _, key_of = fitting_dialect("plain", parts.values(), stored)
    return {name: renamed[name] if name in renamed else key_of(parts[name]) or name for name in variables}


def _problems(
    variables: Mapping[str, Any], keys: Mapping[str, str], stored: Mapping[str, Spec], prefix: str
) -> list[str]:
    found = []
    for name, variable in variables.items():
        key = keys[name]
        wanted = spec_of(as_saved(variable), stored.get(key))
        if key not in stored:
            hint = did_you_mean(key, stored) or f" It has {_cut(stored)}."
            found.append(f"Tensor {key} is not found in {prefix} checkpoint.{hint}")
        elif stored[key][0] != wanted[0]:
            found.append(
                f"Shape of variable {variable.name} ({wanted[0]}) doesn't match with shape of tensor {key} "
                f"({list(stored[key][0])}) from checkpoint reader. Leave it out of vars_to_warm_start, or build the "
                "model as it was."
            )
        elif stored[key][1] != wanted[1]:
            found.append(
                f"Type of variable {variable.name} ({wanted[1].name}) doesn't match with type of tensor {key} "
                f"({stored[key][1].name}) from checkpoint reader. Leave it out of vars_to_warm_start."
            )
    return found


def _value(reader: CheckpointReader, key: str, variable: Any) -> Array:
    """The tensor, or what the variable is of it."""
    whole = np.asarray(reader.get_tensor(key))
    ((_, extents),) = pieces(as_saved(variable))
    return whole if extents is None else whole[slice_index(extents)]


def _unused(renamed: Mapping[str, str], variables: Mapping[str, Any]) -> list[str]:
    unused = sorted(set(renamed) - set(variables))
    if not unused:
        return []
    return [
        "You provided the following variables in var_name_to_prev_var_name that were not used: "
        f"{{{', '.join(map(repr, unused))}}}. Perhaps you misspelled them? Here is the list of viable variable "
        f"names: {_cut(variables)}.{did_you_mean(unused[0], variables)}"
    ]


def _warn_of_statistics(
    chosen: Mapping[str, Any], untouched: Sequence[str], stored: Mapping[str, Spec]
) -> None:
    """Moving averages are not trainable: a pattern leaves them behind, and batch normalization with them."""
    layers = {os.path.dirname(name) for name in chosen}
    left = [name for name in untouched if name in stored and os.path.basename(name) in _STATISTICS]
    behind = [name for name in left if os.path.dirname(name) in layers]
    if behind:
        log.warning(
            "batch normalization is warm-started without its moving averages (%s), which are not trainable; "
            "a list of patterns takes them too: vars_to_warm_start=['.*gamma', '.*moving_', ...].",
            _cut(behind),
        )


def _cut(names: Iterable[str]) -> str:
    listed = sorted(names)
    more = f", and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return (", ".join(listed[:_SHOWN]) + more) or "none"
