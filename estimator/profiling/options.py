"""ProfileOptionBuilder: what a profile is to show, as a dict.

Source
------
tf.profiler.ProfileOptionBuilder, TF 2.15 option_builder.py: names, defaults, and the keys of the dict
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords_of_methods
from estimator.core.registry import did_you_mean

Options = dict[str, Any]

DEFAULTS: Options = {
    "max_depth": 100,
    "min_bytes": 0,
    "min_micros": 0,
    "min_params": 0,
    "min_float_ops": 0,
    "min_occurrence": 0,
    "order_by": "name",
    "account_type_regexes": [".*"],
    "start_name_regexes": [".*"],
    "trim_name_regexes": [],
    "show_name_regexes": [".*"],
    "hide_name_regexes": [],
    "account_displayed_op_only": False,
    "select": ["micros"],
    "step": -1,
    "output": "stdout",
}
_MEASURED = "min_accelerator_micros min_cpu_micros min_peak_bytes min_residual_bytes min_output_bytes".split()
_SHOWN = ("params", "float_ops", "occurrence")
_ORDERS = ("name", *_SHOWN)


@near_keywords_of_methods
class ProfileOptionBuilder:
    """Options of a profile, one after another: ``ProfileOptionBuilder().with_max_depth(2).build()``.

    Parameters
    ----------
    options : mapping, optional
        What to begin with.

    Example
    -------
    >>> ProfileOptionBuilder(ProfileOptionBuilder.float_operation()).with_empty_output().build()["output"]
    'none'
    """

    def __init__(self, options: Mapping[str, Any] | None = None) -> None:
        self._options = _defaults(**(options or {}))

    @staticmethod
    def trainable_variables_parameter() -> Options:
        """Options for the number of parameters of the trainable variables."""
        return _defaults(
            max_depth=10000, account_type_regexes=["_trainable_variables"], select=["params"],
            account_displayed_op_only=True,
        )  # fmt: skip

    @staticmethod
    def float_operation() -> Options:
        """Options for the number of floating point operations of one run."""
        return _defaults(
            max_depth=10000, min_float_ops=1, order_by="float_ops", select=["float_ops"],
            account_displayed_op_only=True,
        )  # fmt: skip

    @staticmethod
    def time_and_memory(
        min_micros: int = 1,
        min_bytes: int = 1,
        min_accelerator_micros: int = 0,
        min_cpu_micros: int = 0,
        min_peak_bytes: int = 0,
        min_residual_bytes: int = 0,
        min_output_bytes: int = 0,
    ) -> Options:
        """Options for times and bytes; a profile here has none of them, and says what to use instead."""
        given = [min_accelerator_micros, min_cpu_micros, min_peak_bytes, min_residual_bytes, min_output_bytes]
        return _defaults(
            max_depth=10000, min_micros=min_micros, min_bytes=min_bytes, order_by="micros", select=["micros", "bytes"],
            account_displayed_op_only=True, **dict(zip(_MEASURED, given, strict=True)),
        )  # fmt: skip

    def build(self) -> Options:
        """The options as a dict of their own."""
        return copy.deepcopy(self._options)

    def with_max_depth(self, max_depth: int) -> ProfileOptionBuilder:
        """Show names of fewer parts than this."""
        return self._with(max_depth=max_depth)

    def with_min_memory(
        self,
        min_bytes: int = 0,
        min_peak_bytes: int = 0,
        min_residual_bytes: int = 0,
        min_output_bytes: int = 0,
    ) -> ProfileOptionBuilder:
        """Show what takes so many bytes."""
        return self._with(
            min_bytes=min_bytes, min_peak_bytes=min_peak_bytes, min_residual_bytes=min_residual_bytes,
            min_output_bytes=min_output_bytes,
        )  # fmt: skip

    def with_min_execution_time(
        self, min_micros: int = 0, min_accelerator_micros: int = 0, min_cpu_micros: int = 0
    ) -> ProfileOptionBuilder:
        """Show what takes so long."""
        return self._with(
            min_micros=min_micros,
            min_accelerator_micros=min_accelerator_micros,
            min_cpu_micros=min_cpu_micros,
        )

    def with_min_parameters(self, min_params: int) -> ProfileOptionBuilder:
        """Show what has so many parameters itself."""
        return self._with(min_params=min_params)

    def with_min_float_operations(self, min_float_ops: int) -> ProfileOptionBuilder:
        """Show what takes so many floating point operations itself."""
        return self._with(min_float_ops=min_float_ops)

    def with_min_occurrence(self, min_occurrence: int) -> ProfileOptionBuilder:
        """Show, by types, what is in the graph so many times."""
        return self._with(min_occurrence=min_occurrence)

    def with_accounted_types(self, account_type_regexes: Iterable[str]) -> ProfileOptionBuilder:
        """Count operations whose type matches; ``_trainable_variables`` is a type of those."""
        return self._with(account_type_regexes=list(account_type_regexes))

    def with_node_names(
        self,
        start_name_regexes: Iterable[str] | None = None,
        show_name_regexes: Iterable[str] | None = None,
        hide_name_regexes: Iterable[str] | None = None,
        trim_name_regexes: Iterable[str] | None = None,
    ) -> ProfileOptionBuilder:
        """Begin at names that match, show and hide others, and leave out what is below some."""
        given = {
            "start_name_regexes": start_name_regexes, "show_name_regexes": show_name_regexes,
            "hide_name_regexes": hide_name_regexes, "trim_name_regexes": trim_name_regexes,
        }  # fmt: skip
        return self._with(**{key: list(names) for key, names in given.items() if names is not None})

    def with_step(self, step: int) -> ProfileOptionBuilder:
        """Show the run of a step."""
        return self._with(step=step)

    def with_stdout_output(self) -> ProfileOptionBuilder:
        """Print the profile."""
        return self._with(output="stdout")

    def with_empty_output(self) -> ProfileOptionBuilder:
        """Only return the profile."""
        return self._with(output="none")

    def with_file_output(self, outfile: str) -> ProfileOptionBuilder:
        """Write the profile into a file."""
        return self._with(output=f"file:outfile={outfile}")

    def with_timeline_output(self, timeline_file: str) -> ProfileOptionBuilder:
        """Write times into a file; a profile here has none, and says what to use instead."""
        return self._with(output=f"timeline:outfile={timeline_file}")

    def with_pprof_output(self, pprof_file: str) -> ProfileOptionBuilder:
        """Write a profile for pprof; that is refused by the profile."""
        return self._with(output=f"pprof:outfile={pprof_file}")

    def order_by(self, attribute: str) -> ProfileOptionBuilder:
        """Begin with what has most of this: 'params' or 'float_ops'; or by 'name'."""
        return self._with(order_by=attribute)

    def select(self, attributes: Iterable[str]) -> ProfileOptionBuilder:
        """Show these: of 'params', 'float_ops' and 'occurrence'."""
        return self._with(select=list(attributes))

    def account_displayed_op_only(self, is_true: bool) -> ProfileOptionBuilder:
        """Whether totals are of what is shown, or of all."""
        return self._with(account_displayed_op_only=is_true)

    def _with(self, **changes: Any) -> ProfileOptionBuilder:
        self._options.update(changes)
        return self


def _defaults(**changes: Any) -> Options:
    return copy.deepcopy(DEFAULTS) | changes  # nobody shares the lists


def checked(options: Mapping[str, Any] | None) -> Options:
    """Complete options that can be honoured.

    Raises
    ------
    ValueError
        If an option is unknown, or asks for what a profile here has not; everything, in one error.
    """
    given = ProfileOptionBuilder.trainable_variables_parameter() if options is None else dict(options)
    found = _defaults(**given)
    known = {*DEFAULTS, *_MEASURED}
    problems = [f"unknown option {key!r}.{did_you_mean(key, known)}" for key in given if key not in known]
    instead = "times of a step are told by tf.train.ProfilerHook, and by run_metadata of a traced Session.run"
    measured = [key for key in ("min_bytes", "min_micros", *_MEASURED) if found.get(key)]
    measured += [f"select={name!r}" for name in found["select"] if name not in _SHOWN]
    if measured:
        problems.append(f"a profile shows {', '.join(_SHOWN)}, asked for: {', '.join(measured)}; {instead}.")
    if found["order_by"] not in _ORDERS:
        problems.append(f"order_by={found['order_by']!r}: it is one of {', '.join(_ORDERS)}.")
    if not (found["output"] in ("stdout", "none") or str(found["output"]).startswith("file:outfile=")):
        problems.append(
            f"output={found['output']!r}: it is 'stdout', 'none' or 'file:outfile=...'; {instead}."
        )
    raise_problems("tf.profiler", problems)
    return found
