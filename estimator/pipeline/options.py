"""Options of datasets: how TensorFlow should run them. Here they are checked and kept, and change nothing.

Elements come in order, one at a time, whatever is said: all that options ask for is granted but the speed. Only the
policy by which several processes share a dataset counts, if there are several (:mod:`estimator.pipeline.sharing`).
"""

from __future__ import annotations

import enum
from typing import Any, ClassVar

from estimator.core.frozen import frozen
from estimator.core.registry import did_you_mean
from estimator.pipeline.selection import SHARD_HINT as SHARD_HINT
from estimator.pipeline.stage import Context, Node, Step, Stream


class AutoShardPolicy(enum.IntEnum):
    """How several processes that train together share a dataset.

    OFF: each reads all of it. DATA, and AUTO: each takes its part of the elements, in rounds. FILE: each reads files of
    its own. HINT: each takes elements where ``shard(SHARD_HINT, SHARD_HINT)`` stands.
    """

    OFF = -1
    AUTO = 0
    FILE = 1
    DATA = 2
    HINT = 3


class AutotuneAlgorithm(enum.Enum):
    """By which TensorFlow would choose sizes of buffers and numbers of threads."""

    DEFAULT = 0
    HILL_CLIMB = 1
    GRADIENT_DESCENT = 2
    MAX_PARALLELISM = 3
    STAGE_BASED = 4


class ExternalStatePolicy(enum.Enum):
    """What TensorFlow would do about state outside of a dataset when it saves one."""

    WARN = 0
    IGNORE = 1
    FAIL = 2


class Settings:
    """Named settings of known types, None until somebody sets them."""

    kinds: ClassVar[dict[str, type]] = {}
    aliases: ClassVar[dict[str, str]] = {}  # older names

    def __init__(self) -> None:
        for name, kind in self.kinds.items():
            object.__setattr__(self, name, kind() if issubclass(kind, Settings) else None)

    def __setattr__(self, name: str, value: Any) -> None:
        name, own = self.aliases.get(name, name), type(self).__name__
        if name not in self.kinds:
            raise AttributeError(
                f"cannot set the property {name} on {own}.{did_you_mean(name, [*self.kinds, *self.aliases])}"
            )
        if value is not None and not isinstance(value, self.kinds[name]):
            raise TypeError(
                f"the property {name!r} of {own} must be of type {self.kinds[name].__name__}, given: {value!r} "
                f"({type(value).__name__})."
            )
        object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:  # called for what is not set: an older name, or none
        if name in self.aliases:
            return getattr(self, self.aliases[name])
        raise AttributeError(f"{type(self).__name__} has no property {name!r}.")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]  # they change

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in vars(self).items() if value is not None)
        return f"{type(self).__name__}({said})"

    def merged(self, other: Any) -> Any:
        """These settings, and those of the other where it has some."""
        both = type(self)()
        for name, kind in self.kinds.items():
            mine, theirs = getattr(self, name), getattr(other, name)
            if issubclass(kind, Settings):
                theirs = mine.merged(theirs)
            object.__setattr__(both, name, mine if theirs is None else theirs)
        return both


class AutotuneOptions(Settings):
    """How TensorFlow would tune a pipeline by itself."""

    kinds: ClassVar[dict[str, type]] = {
        "enabled": bool,
        "cpu_budget": int,
        "ram_budget": int,
        "autotune_algorithm": AutotuneAlgorithm,
    }


class DistributeOptions(Settings):
    """How several processes share a dataset."""

    kinds: ClassVar[dict[str, type]] = {"auto_shard_policy": AutoShardPolicy, "num_devices": int}


class OptimizationOptions(Settings):
    """Which steps TensorFlow would join or run side by side."""

    kinds: ClassVar[dict[str, type]] = dict.fromkeys(
        (
            "apply_default_optimizations autotune autotune_buffers autotune_cpu_budget filter_fusion "
            "filter_parallelization filter_with_random_uniform_fusion hoist_random_uniform inject_prefetch "
            "map_and_batch_fusion map_and_filter_fusion map_fusion map_parallelization noop_elimination "
            "parallel_batch shuffle_and_repeat_fusion"
        ).split(),
        bool,
    ) | {"autotune_cpu_budget": int}


class ThreadingOptions(Settings):
    """How many threads TensorFlow would use."""

    kinds: ClassVar[dict[str, type]] = {"max_intra_op_parallelism": int, "private_threadpool_size": int}


class Options(Settings):
    """Options of a dataset, for ``dataset.with_options(options)``.

    ::

        options = tf.data.Options()
        options.experimental_deterministic = False
        options.experimental_threading.private_threadpool_size = 4

    Raises
    ------
    AttributeError, TypeError
        If something is set that there is not, or to a value of another type.
    """

    kinds: ClassVar[dict[str, type]] = {
        "autotune": AutotuneOptions,
        "deterministic": bool,
        "experimental_distribute": DistributeOptions,
        "experimental_optimization": OptimizationOptions,
        "experimental_external_state_policy": ExternalStatePolicy,
        "experimental_slack": bool,
        "experimental_symbolic_checkpoint": bool,
        "experimental_warm_start": bool,
        "threading": ThreadingOptions,
    }
    aliases: ClassVar[dict[str, str]] = {
        "experimental_deterministic": "deterministic",
        "experimental_threading": "threading",
        "experimental_autotune": "autotune",
    }

    def merge(self, options: Options) -> Options:
        """These options, and those of the other where it has some."""
        merged: Options = self.merged(options)
        return merged


@frozen(eq=False)
class OptionsNode(Step):
    """The same elements, with options."""

    options: Options
    gives_what_it_takes = True

    def describe(self) -> list[Any]:
        """As without them: they change nothing."""
        return self.input.describe()

    def start(self, context: Context) -> Stream:
        """As without them."""
        return self.input.start(context)


def options_of(node: Node) -> Options:
    """What the steps of a recipe say together, the last of them last."""
    options = Options()
    for step in node.inputs:
        options = options.merge(options_of(step))
    return options.merge(node.options) if isinstance(node, OptionsNode) else options
