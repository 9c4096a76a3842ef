"""First values from another checkpoint: fine-tuning, or a model that shares layers with an older one.

A warm start says which variables take their first value from which tensor of a checkpoint. It counts
only where the model_dir has no checkpoint of its own. :func:`plan_warm_start` compares everything and
reads the values before anything is written; what is wrong is said at once, a line each.
:meth:`WarmStart.apply` then copies the values over the initial ones. In a graph of one's own :func:`warm_start`
lets the variables' initializers store them.

::

    DNNClassifier(..., warm_start_from=WarmStartSettings("models/old", vars_to_warm_start="dnn/hiddenlayer"))

Source
------
tf.estimator.WarmStartSettings and tf.train.warm_start, TF 2.15; which variables a pattern means: 2.15 observed
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from estimator.checkpoint.compare import Spec
from estimator.checkpoint.dialects import fitting_dialect
from estimator.checkpoint.first_values import FirstValue, Reading
from estimator.checkpoint.reader import CheckpointReader, load_checkpoint
from estimator.checkpoint.variables import as_saved, flat, is_variable, part_of, stored_name, variable_name
from estimator.checkpoint.vocabulary import VocabInfo
from estimator.core import log
from estimator.core.errors import NotFoundError, raise_problems
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.core.registry import did_you_mean, shortened
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.runtime.session import Session

_STATISTICS = ("moving_mean", "moving_variance")
_SHOWN = 20  # names in a message before the list is cut


@near_keywords
@frozen
class WarmStartSettings:
    """Which variables take their first values from which checkpoint.

    Parameters
    ----------
    ckpt_to_initialize_from : str or path
        The prefix of a checkpoint, a directory (its latest is taken), or the directory of a SavedModel.
    vars_to_warm_start : str, list of str, list of variables, or None
        A regular expression (matched at the beginning of a name) means *trainable* variables, and of a layer
        that it takes the moving averages of batch normalization too, where the checkpoint has them. A list of
        them means *all* saved variables, with optimizer slots and global_step if they match. None: those with
        a vocabulary only.
    var_name_to_vocab_info : mapping, optional
        Variable name to :class:`~estimator.checkpoint.vocabulary.VocabInfo`, for tables whose vocabulary changes.
    var_name_to_prev_var_name : mapping, optional
        Variable name to its name in the checkpoint, where they differ. Of a variable in parts both mappings want the
        name of the whole.

    Raises
    ------
    ValueError
        If no checkpoint is given, a pattern is neither text nor a valid regular expression, or a mapping is not one
        of names to VocabInfo, or to names.
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
        problems = _pattern_problems(self.vars_to_warm_start)
        problems += _mapping_problems("var_name_to_vocab_info", self.var_name_to_vocab_info, VocabInfo)
        problems += _mapping_problems("var_name_to_prev_var_name", self.var_name_to_prev_var_name, str)
        raise_problems("WarmStartSettings", problems)


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


@frozen
class WarmStart:
    """Values that are ready to be copied.

    Parameters
    ----------
    prefix : str
        The checkpoint that they are from.
    values : tuple of Reading
        What has been read.
    untouched : tuple of str
        The other saved variables, which keep their initial values.
    """

    prefix: str
    values: tuple[Reading, ...]
    untouched: tuple[str, ...]

    def apply(self, session: Session) -> None:
        """Copy the values over the initial ones, and say so."""
        for reading in self.values:
            reading.write(session)
        _report(self.prefix, [reading.first for reading in self.values], self.untouched)


def plan_warm_start(graph: Graph, settings: WarmStartSettings) -> WarmStart:
    """Compare the graph's variables with the checkpoint, and read the values; nothing is changed.

    Raises
    ------
    ValueError
        If a tensor is missing or has another shape or type, an entry of a mapping is of no use, or a vocabulary does
        not fit; all problems at once.
    NotFoundError
        If there is no checkpoint.
    DataLossError
        If it is damaged.
    """
    with _open(settings.ckpt_to_initialize_from) as reader:
        firsts = _first_values(graph, settings, reader)
        values = tuple(first.read(reader) for first in firsts)
        return WarmStart(reader.prefix, values, _untouched(graph, firsts))


def warm_start(
    ckpt_to_initialize_from: str | os.PathLike[str],
    vars_to_warm_start: Any = ".*",
    var_name_to_vocab_info: Mapping[str, VocabInfo] | None = None,
    var_name_to_prev_var_name: Mapping[str, str] | None = None,
) -> None:
    """Let the initializers of the default graph's variables take their values from a checkpoint.

    Call it after the model is built and before ``tf.global_variables_initializer()``. An Estimator does the like by
    itself: ``warm_start_from``.

    Parameters
    ----------
    ckpt_to_initialize_from, vars_to_warm_start, var_name_to_vocab_info, var_name_to_prev_var_name
        As of :class:`WarmStartSettings`.

    Raises
    ------
    ValueError, NotFoundError
        As :func:`plan_warm_start`; nothing is changed then.

    Source
    ------
    tf.train.warm_start, TF 1.15 warm_starting_util.py
    """
    settings = WarmStartSettings(
        ckpt_to_initialize_from, vars_to_warm_start, var_name_to_vocab_info, var_name_to_prev_var_name
    )
    graph = get_default_graph().outermost
    with _open(settings.ckpt_to_initialize_from) as reader:
        firsts, stored = _first_values(graph, settings, reader), reader.specs()
        for first in firsts:
            first.install(reader.prefix, stored)
        _report(reader.prefix, firsts, _untouched(graph, firsts))


def _first_values(graph: Graph, settings: WarmStartSettings, reader: CheckpointReader) -> list[FirstValue]:
    """What the settings mean for the variables of the graph, none of which has a problem."""
    stored = reader.specs()
    chosen = _chosen(graph, settings)
    viable = {stored_name(variable) for variable in chosen.values()}
    vocabularies = dict(settings.var_name_to_vocab_info or {})
    renamed = dict(settings.var_name_to_prev_var_name or {})
    keys = _keys(chosen, renamed, stored)
    if isinstance(settings.vars_to_warm_start, str):
        statistics = _statistics(graph, settings.vars_to_warm_start, chosen, keys, stored)
        chosen, keys = chosen | statistics, keys | {name: _beside(name, keys) for name in statistics}
    firsts = [
        FirstValue(variable, keys[name], vocabularies.get(stored_name(variable)))
        for name, variable in chosen.items()
    ]
    advice = " Leave it out of vars_to_warm_start, or build the model as it was."
    problems = [problem for first in firsts for problem in first.problems(stored, reader.prefix, advice)]
    problems += _unused("var_name_to_prev_var_name", renamed, viable)
    problems += _unused("var_name_to_vocab_info", vocabularies, viable)
    raise_problems("warm start", problems)
    return firsts


def _untouched(graph: Graph, firsts: Sequence[FirstValue]) -> tuple[str, ...]:
    taken = {variable_name(first.variable) for first in firsts}
    everything = map(variable_name, graph.get_collection(GraphKeys.GLOBAL_VARIABLES))
    return tuple(name for name in everything if name not in taken)


def _report(prefix: str, firsts: Sequence[FirstValue], untouched: Sequence[str]) -> None:
    """One block: what begins with the checkpoint's values, and what does not."""
    log.info(
        "Warm-started %d variables from %s; %d keep their initial values.\n  warm-started: %s\n  initial: %s",
        len(firsts), prefix, len(untouched), shortened(map(str, firsts), _SHOWN), shortened(untouched, _SHOWN),
    )  # fmt: skip


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
    if others and (texts or not all(map(is_variable, others))):
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


def _mapping_problems(argument: str, mapping: Any, kind: type) -> list[str]:
    if (
        mapping is None
        or isinstance(mapping, Mapping)
        and all(isinstance(name, str) and isinstance(value, kind) for name, value in mapping.items())
    ):
        return []
    return [f"{argument} must map names of variables to {kind.__name__}, given: {mapping!r}."]


def _chosen(graph: Graph, settings: WarmStartSettings) -> dict[str, Any]:
    """The variables that are meant, by name."""
    patterns = settings.vars_to_warm_start
    if patterns is None:
        named = settings.var_name_to_vocab_info or {}
        trainable = graph.get_collection(GraphKeys.TRAINABLE_VARIABLES)
        return {variable_name(variable): variable for variable in trainable if stored_name(variable) in named}
    if isinstance(patterns, str):
        return _matching(graph, GraphKeys.TRAINABLE_VARIABLES, [patterns])
    if all(isinstance(pattern, str) for pattern in patterns):
        return _matching(graph, GraphKeys.GLOBAL_VARIABLES, patterns)
    return {variable_name(variable): variable for variable in flat(map(as_saved, patterns))}


def _matching(graph: Graph, key: str, patterns: Sequence[str]) -> dict[str, Any]:
    variables = {variable_name(variable): variable for variable in graph.get_collection(key)}
    found: dict[str, Any] = {}
    for pattern in patterns:
        matches = {name: variable for name, variable in variables.items() if _matches(pattern, name)}
        if not matches:
            kind = "trainable variable" if key == GraphKeys.TRAINABLE_VARIABLES else "variable"
            log.warning(
                "vars_to_warm_start %r matches no %s; known: %s.", pattern, kind, shortened(variables)
            )
        found |= matches
    return found


def _matches(pattern: str, name: str) -> bool:
    """TensorFlow matches ``w:0``; here ``w$`` finds it as well."""
    return bool(re.match(pattern, f"{name}:0") or re.match(pattern, name))


def _keys(
    variables: Mapping[str, Any], renamed: Mapping[str, str], stored: Mapping[str, Spec]
) -> dict[str, str]:
    """Variable name to key in the checkpoint: as renamed, else in the dialect that fits best."""
    former = {name: renamed.get(stored_name(variable)) for name, variable in variables.items()}
    parts = {name: part_of(variable) for name, variable in variables.items() if former[name] is None}
    _, key_of = fitting_dialect("plain", parts.values(), stored)
    return {name: key or key_of(parts[name]) or name for name, key in former.items()}


def _unused(argument: str, mapping: Mapping[str, Any], viable: Iterable[str]) -> list[str]:
    unused = sorted(set(mapping) - set(viable))
    if not unused:
        return []
    return [
        f"You provided the following variables in {argument} that were not used: {{{', '.join(map(repr, unused))}}}. "
        f"Perhaps you misspelled them? Here is the list of viable variable names: {shortened(viable)}."
        f"{did_you_mean(unused[0], viable)}"
    ]


def _statistics(
    graph: Graph, pattern: str, chosen: Mapping[str, Any], keys: Mapping[str, str], stored: Mapping[str, Spec]
) -> dict[str, Any]:
    """The moving averages that belong to what a pattern takes, though they are not trainable.

    TensorFlow leaves them behind, and with them what the weights have been trained for.
    """
    layers = {os.path.dirname(name) for name in chosen}
    found = {}
    for variable in graph.get_collection(GraphKeys.GLOBAL_VARIABLES):
        name = variable_name(variable)
        if name in chosen or os.path.basename(name) not in _STATISTICS:
            continue
        if (_matches(pattern, name) or os.path.dirname(name) in layers) and _beside(name, keys) in stored:
            found[name] = variable
    return found


def _beside(name: str, keys: Mapping[str, str]) -> str:
    """The key of a moving average: that of its layer, as the layer's weights are called in the checkpoint."""
    layer, own = os.path.split(name)
    key = next((key for weight, key in keys.items() if os.path.dirname(weight) == layer), name)
    return os.path.join(os.path.dirname(key), own)


near_keywords_of_functions(__name__)
