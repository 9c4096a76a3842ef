"""The settings of a run: where it writes, how often, and how much it keeps.

The settings of a :class:`RunConfig` never change; :meth:`RunConfig.replace` gives another one. Everything is
checked when it is made, and all problems come in one error, so that a typo does not cost a run of an hour.
Scripts may hang attributes of their own on it, and subclasses override a setting by a property. It reads the
environment variables TF_CONFIG (:mod:`estimator.settings.cluster`) and ESTIMATOR_EXECUTOR in the constructor, and
YAML::

    config = RunConfig(model_dir="models/iris", save_checkpoints_steps=100, keep_checkpoint_max=3)
    config.to_yaml()                    # and back: RunConfig.from_yaml(text_or_path)
"""

from __future__ import annotations

import copy
import numbers
import os
from collections.abc import Callable
from dataclasses import KW_ONLY, field, fields
from typing import Any

from estimator.core import log
from estimator.core.errors import UsageError, raise_problems
from estimator.core.frozen import mutable
from estimator.core.keywords import near_keywords
from estimator.core.registry import did_you_mean
from estimator.distribution.collective import current
from estimator.model_dir.best import Ranking
from estimator.model_dir.path import as_model_dir
from estimator.settings import cluster
from estimator.settings.checks import (
    COUNTS,
    EXECUTOR_VARIABLE,
    environment_problems,
    model_dir_problems,
    setting_problems,
)
from estimator.settings.cluster import Cluster, ClusterSpec
from estimator.settings.yaml_text import read_mapping, write_mapping

_SAVE_CHECKPOINTS_SECS = 600


class _ByDefault:
    """Marks a save schedule that the caller left open."""

    def __repr__(self) -> str:
        return "<default>"

    def __deepcopy__(self, memo: object) -> _ByDefault:
        return self


_BY_DEFAULT: Any = _ByDefault()  # stands in two int | None fields until __post_init__ decides


class _Setting:
    """One setting of the class: its default, and each instance's value, which is kept in the instance's dict.

    A descriptor, so that ``super().save_summary_steps`` works in a property that overrides it.
    """

    def __init__(self, default: Any) -> None:
        self._default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, config: RunConfig | None, owner: type | None = None) -> Any:
        return self._default if config is None else vars(config)[self._name]

    def __set__(self, config: RunConfig, value: Any) -> None:
        config._put(self._name, value)


def _setting(default: Any) -> Any:  # a checker shall see the type that is annotated
    return _Setting(default)


@near_keywords
@mutable(unsafe_hash=True)  # its settings do not change: see __setattr__
class RunConfig:
    """Settings of an Estimator, checked; the names and defaults of the first seventeen are TensorFlow's.

    Parameters
    ----------
    model_dir : str or path, optional
        Where checkpoints and summaries go; ``~`` is expanded.
    tf_random_seed : int, optional
        Seeds every random op and initial weight. None draws one.
    save_summary_steps : int, optional
        Summaries are written every so many steps; 0 or None never.
    save_checkpoints_steps, save_checkpoints_secs : int, optional
        A checkpoint every so many steps, or seconds; not both. With neither, every 600 seconds.
        None or 0: never.
    session_config : object, optional
        A ConfigProto; ``intra_op_parallelism_threads`` is the number of BLAS threads, the rest does not count.
    keep_checkpoint_max : int, optional
        How many of the newest checkpoints stay; 0 or None keeps all.
    keep_checkpoint_every_n_hours : float
        Beside those, one of every so many hours of training stays.
    log_step_count_steps : int, optional
        The loss and steps per second are logged every so many steps.
    train_distribute, eval_distribute, experimental_distribute : object, optional
        Kept for scripts that pass a distribution strategy: the processes that a launcher has connected train together
        with or without. In a process alone the first one given is a warning.
    device_fn : callable, optional
        A function of one argument ``op``; kept for scripts.
    protocol : str, optional
        ``"grpc"`` or ``"grpc+verbs"``.
    experimental_max_worker_delay_secs : int, optional
        The longest that a worker waits before it starts.
    session_creation_timeout_secs : int
        How long a worker waits for its session.
    checkpoint_save_graph_def : bool
        Whether graph.pbtxt and the .meta files are written.
    require_checkpoint : bool
        Whether evaluate and predict refuse to run on initial weights.
    save_at_start : str
        ``"first_step"`` writes the first checkpoint after the first step, ``"before_first_step"``
        before it, as TensorFlow since 1.8 does, ``"none"`` waits for the schedule.
    save_at_end : bool
        Whether the last step is saved if the schedule did not.
    async_checkpoint : bool, optional
        Whether the training goes on while a checkpoint is written, in a thread and from a copy of the variables.
        None: if it has 16 MiB or more.
    missing_slots : str
        What train does where the checkpoint has the weights but not what the optimizer keeps, because it is
        another's: ``"error"``, or ``"fresh"`` to begin that anew, with a warning.
    on_save_error : str
        What train does if the system refuses to write a checkpoint or an event, as a full disk does: ``"raise"`` ends
        it, ``"continue"`` warns, goes on, and tries again when the next save is due. The last step has to be saved.
    progress : bool, optional
        Whether a live line shows the progress; None: on a terminal and in a notebook.
    keep_best : tuple, optional
        A metric, ``"max"`` or ``"min"``, and how many checkpoints stay that evaluate best by it, beside the newest:
        ``("accuracy", "max", 1)``.
    metrics_jsonl : bool
        Whether losses and evaluations are written into ``metrics.jsonl`` too, as lines of JSON.
    gradient_reduction : str, optional
        How several processes put their gradients together: ``"mean"`` or ``"sum"``. None: ``"sum"`` where the loss is
        the sum of those of the examples, else ``"mean"``; then n processes do what one does with n times the batch.
    split_evaluation : bool
        Whether processes that train together share the batches of an evaluation, if the metrics are then those of one.
    executor : str, optional
        What computes: ``"numpy"``, ``"jax"`` (an extra), or ``"interpreter"``, which defines what they compute. None:
        as the environment variable ESTIMATOR_EXECUTOR says, else numpy.
    steps_per_execution : int
        How many steps jax makes in one call, where no hook, save or stop comes between; numpy makes one after another
        whatever it says. The numbers are the same.

    Raises
    ------
    UsageError
        A ValueError that lists everything that is wrong with the arguments and with TF_CONFIG.

    Example
    -------
    >>> RunConfig(save_checkpoints_steps=100).save_checkpoints_secs is None
    True

    Source
    ------
    tf.estimator.RunConfig, TF 2.15
    """

    model_dir: str | None = _setting(None)
    tf_random_seed: int | None = _setting(None)
    save_summary_steps: int | None = _setting(100)
    save_checkpoints_steps: int | None = _setting(_BY_DEFAULT)
    save_checkpoints_secs: float | None = _setting(_BY_DEFAULT)
    session_config: Any = _setting(None)  # any object with a ConfigProto's attributes
    keep_checkpoint_max: int | None = _setting(5)
    keep_checkpoint_every_n_hours: float | None = _setting(10000)
    log_step_count_steps: int | None = _setting(100)
    train_distribute: Any = _setting(None)  # a distribution strategy of any make
    device_fn: Callable[..., Any] | None = _setting(None)
    protocol: str | None = _setting(None)
    eval_distribute: Any = _setting(None)  # see train_distribute
    experimental_distribute: Any = _setting(None)  # see train_distribute
    experimental_max_worker_delay_secs: int | None = _setting(None)
    session_creation_timeout_secs: float | None = _setting(7200)
    checkpoint_save_graph_def: bool = _setting(True)
    _: KW_ONLY
    require_checkpoint: bool = _setting(False)
    save_at_start: str = _setting("first_step")
    save_at_end: bool = _setting(True)
    async_checkpoint: bool | None = _setting(None)
    missing_slots: str = _setting("error")
    on_save_error: str = _setting("raise")
    progress: bool | None = _setting(None)
    keep_best: tuple[str, str, int] | None = _setting(None)
    metrics_jsonl: bool = _setting(False)
    gradient_reduction: str | None = _setting(None)
    split_evaluation: bool = _setting(True)
    executor: str | None = _setting(None)
    steps_per_execution: int = _setting(1)
    _cluster: Cluster = field(init=False, repr=False, hash=False, default_factory=Cluster)

    def __post_init__(self) -> None:
        steps, secs = self.save_checkpoints_steps, self.save_checkpoints_secs
        if steps is _BY_DEFAULT and secs is _BY_DEFAULT:
            secs = _SAVE_CHECKPOINTS_SECS
        self._put("save_checkpoints_steps", None if steps is _BY_DEFAULT else steps)
        self._put("save_checkpoints_secs", None if secs is _BY_DEFAULT else secs)
        problems = list(setting_problems(self.as_dict()))
        problems += self._join_cluster(os.environ.get("TF_CONFIG"))
        if self.executor is None:
            self._put("executor", os.environ.get(EXECUTOR_VARIABLE) or None)
            problems += environment_problems(os.environ)
        raise_problems("RunConfig", problems)
        self._normalise()
        ignored = [name for name in _DISTRIBUTION if getattr(self, name) is not None]
        if ignored and current().size == 1:
            log.log_first_n(
                log.WARN, "RunConfig: %s has no effect: one process trains.", 1, ", ".join(ignored)
            )

    def __setattr__(self, name: str, value: object) -> None:
        if name not in setting_names():
            if (
                name not in vars(self)
                and not name.startswith("_")
                and (hint := did_you_mean(name, setting_names()))
            ):
                log.warning("RunConfig: the attribute %s that is set now is not a setting.%s", name, hint)
            object.__setattr__(self, name, value)
        elif name in vars(self):
            raise AttributeError(
                f"RunConfig's {name} does not change once it is made; use config = config.replace({name}={value!r})."
            )
        else:
            self._put(name, value)

    def __delattr__(self, name: str) -> None:
        if name in setting_names():
            raise AttributeError(f"RunConfig's {name} cannot be deleted; use config.replace({name}=None).")
        object.__delattr__(self, name)

    def _put(self, name: str, value: object) -> None:
        vars(self)[name] = value  # past a property of a subclass that overrides the setting

    def _join_cluster(self, text: str | None) -> list[str]:
        """Take TF_CONFIG's part; what is wrong with it."""
        try:
            processes = current()
            self._put("_cluster", cluster.parse(text, processes.rank, processes.size))
        except UsageError as error:
            return list(error.problems)
        there = self._cluster.model_dir
        if there and self.model_dir is None:
            self._put("model_dir", there)
            return list(model_dir_problems(there))
        if there and there != str(self.model_dir):
            return [
                "`model_dir` provided in RunConfig construct, if set, must have the same value as the "
                f'model_dir in TF_CONFIG. model_dir: {self.model_dir}\nTF_CONFIG["model_dir"]: {there}.'
            ]
        return []

    def _normalise(self) -> None:
        if self.model_dir is not None:
            self._put("model_dir", as_model_dir(self.model_dir))
        if self.keep_best is not None:
            ranking = Ranking(*self.keep_best)
            self._put("keep_best", (ranking.metric, ranking.mode, int(ranking.number)))
        for name in setting_names():
            value = vars(self)[name]
            if isinstance(value, numbers.Real) and not isinstance(value, int):
                is_count = name in COUNTS or isinstance(value, numbers.Integral)
                plain = int if is_count else float  # numpy's become Python's
                self._put(name, plain(value))  # type: ignore[call-overload]

    def replace(self, **changes: Any) -> RunConfig:
        """A deep copy with other values; setting one save schedule clears the other.

        Raises
        ------
        UsageError
            If a name is not a setting, or a value is not valid.

        Example
        -------
        >>> RunConfig().replace(save_checkpoints_steps=100).save_checkpoints_secs is None
        True
        """
        allowed = setting_names()
        unknown = [
            f"Replacing {name} is not supported. Allowed properties are {allowed}."
            f"{did_you_mean(name, allowed)}"
            for name in changes
            if name not in allowed
        ]
        other = {
            "save_checkpoints_steps": "save_checkpoints_secs",
            "save_checkpoints_secs": "save_checkpoints_steps",
        }
        cleared = {other[name]: None for name in other if changes.get(name) is not None}
        config = copy.deepcopy(self)
        for name, value in (cleared | changes).items():
            if name in allowed:
                config._put(name, value)
        raise_problems("RunConfig.replace", [*unknown, *setting_problems(config.as_dict())])
        config._normalise()
        return config

    def as_dict(self) -> dict[str, Any]:
        """Every setting by name, in the order of the constructor."""
        return {name: getattr(self, name) for name in setting_names()}

    def changed(self) -> dict[str, Any]:
        """The settings that are not the defaults, by name."""
        defaults = default_settings()
        return {name: value for name, value in self.as_dict().items() if value != defaults[name]}

    @classmethod
    def from_yaml(cls, source: str | os.PathLike[str]) -> RunConfig:
        """The settings in a YAML file, or in YAML text; what is not named has its default.

        Raises
        ------
        NotFoundError
            If there is no such file.
        UsageError
            If a key is not a setting, or a value is not valid; all at once.
        ValueError
            If it is not a YAML mapping.

        Example
        -------
        >>> RunConfig.from_yaml("keep_checkpoint_max: 3").keep_checkpoint_max
        3
        """
        given = read_mapping(source)
        writable = [name for name in setting_names() if name not in _OBJECTS]
        problems = [_unknown_key(str(key), writable) for key in given if key not in writable]
        try:
            config = cls(**{key: value for key, value in given.items() if key in writable})
        except UsageError as error:
            raise UsageError("RunConfig from YAML", [*problems, *error.problems]) from None
        raise_problems("RunConfig from YAML", problems)
        return config

    def to_yaml(self) -> str:
        """YAML text that :meth:`from_yaml` reads; TF_CONFIG's part is left to the environment.

        Raises
        ------
        UsageError
            If a setting is an object that YAML has no form for.
        """
        objects = [name for name in _OBJECTS if getattr(self, name) is not None]
        raise_problems(
            "RunConfig.to_yaml",
            [f"{name} cannot be written as YAML; use replace({name}=None) first." for name in objects],
        )
        return write_mapping({name: value for name, value in self.as_dict().items() if name not in _OBJECTS})

    @property
    def cluster_spec(self) -> ClusterSpec:
        """The cluster's addresses; empty, and equal to ``{}``, for a process alone and for an evaluator."""
        return self._cluster.spec

    @property
    def task_type(self) -> str:
        """``"chief"``, ``"master"``, ``"worker"``, ``"ps"`` or ``"evaluator"``."""
        return self._cluster.task_type

    @property
    def task_id(self) -> int:
        """The number of this process among its type."""
        return self._cluster.task_id

    @property
    def is_chief(self) -> bool:
        """Whether this process writes checkpoints and summaries."""
        return self._cluster.is_chief

    @property
    def evaluates_itself(self) -> bool:
        """Whether train_and_evaluate evaluates in the chief, since no process of the cluster is the evaluator; ours."""
        return not self._cluster.spec or self._cluster.is_of_launcher

    @property
    def master(self) -> str:
        """The session's target; ``""`` is this process."""
        return self._cluster.master

    @property
    def evaluation_master(self) -> str:
        """The target of sessions that evaluate."""
        return self._cluster.evaluation_master

    @property
    def num_ps_replicas(self) -> int:
        """How many parameter servers there are."""
        return self._cluster.num_ps_replicas

    @property
    def num_worker_replicas(self) -> int:
        """How many workers there are, the chief included."""
        return self._cluster.num_worker_replicas

    @property
    def global_id_in_cluster(self) -> int | None:
        """The number of this process among chief, workers and parameter servers."""
        return self._cluster.global_id

    @property
    def service(self) -> dict[str, Any] | None:
        """What TF_CONFIG has under "service": a copy, since a RunConfig does not change."""
        return copy.deepcopy(self._cluster.service)

    @property
    def device_filters(self) -> tuple[str, ...]:
        """The devices that this process of a cluster may use, in TensorFlow's notation."""
        return self._cluster.device_filters


_DISTRIBUTION = ("train_distribute", "eval_distribute", "experimental_distribute")
_OBJECTS = ("session_config", "device_fn", *_DISTRIBUTION)


def setting_names() -> list[str]:
    """The names of all settings, in the order of the constructor."""
    return [setting.name for setting in fields(RunConfig) if setting.init]


def default_settings() -> dict[str, Any]:
    """What every setting is that nobody has said anything of, by name, in the order of the constructor."""
    defaults = {setting.name: setting.default for setting in fields(RunConfig) if setting.init}
    return defaults | {"save_checkpoints_steps": None, "save_checkpoints_secs": _SAVE_CHECKPOINTS_SECS}


def _unknown_key(key: str, known: list[str]) -> str:
    if key in _OBJECTS:
        return f"{key} cannot come from YAML; pass it to the constructor or to replace()."
    hint = did_you_mean(key, known) or f" Known: {', '.join(known)}."
    return f"unknown key {key!r}.{hint}"
