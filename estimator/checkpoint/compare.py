"""Whether a checkpoint fits a model, and if not, everything that differs in one message.

:func:`compare` is pure: two mappings of names to shapes and types in, a :class:`Mismatch` or None
out. The message begins with a line of counts, then comes a table of what differs, what is missing
and what the model does not know, then the first difference in TensorFlow's own sentence (people
search for it, and log scrapers match it), the likely cause, and what to do.

Source
------
The sentences: RestoreV2 of TensorFlow 2.15. TensorFlow names one tensor only, and with
resource variables none at all: the variable silently takes the checkpoint's shape.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from typing import NoReturn, TypeAlias

from estimator.core import errors
from estimator.core.dtypes import DType
from estimator.core.frozen import frozen
from estimator.core.registry import nearest

Spec: TypeAlias = "tuple[tuple[int, ...], DType]"
"""Shape and element type of a variable."""

_SHOWN = 40  # rows of a list before it is cut

# What TensorFlow calls types in error messages, where that is not the Python name.
_TYPE_NAMES = {"float32": "float", "float64": "double", "float16": "half"}


@frozen
class Difference:
    """One variable whose shape or type is not the same on both sides."""

    name: str
    stored: Spec
    wanted: Spec

    @property
    def is_of_shape(self) -> bool:
        """Whether the shapes differ; otherwise the types do."""
        return self.stored[0] != self.wanted[0]


_MISMATCH = "_mismatch"  # the attribute of an error


@frozen
class Mismatch:
    """Why a model cannot be restored from a checkpoint.

    Parameters
    ----------
    different : tuple of Difference
        Variables of both with another shape or type, by name.
    missing : tuple of str
        Variables of the model that the checkpoint does not have.
    unexpected : tuple of str
        Keys of the checkpoint that the model does not have; on their own they are not a mismatch.
    model, checkpoint : mapping
        What was compared.
    state : collection of str
        Which keys of the model are an optimizer's.
    names : mapping
        Of objects: key to what the program calls its variable, which the key does not tell.
    """

    different: tuple[Difference, ...]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    model: Mapping[str, Spec]
    checkpoint: Mapping[str, Spec]
    state: Collection[str] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def tensorflow_sentence(self) -> str:
        """The first difference as TensorFlow says it."""
        if not self.different:
            return f"Key {self.missing[0]} not found in checkpoint"
        first = self.different[0]
        if first.is_of_shape:
            return (
                f"tensor_name = {first.name}; shape in shape_and_slice spec {_shape(first.wanted)} does not "
                f"match the shape stored in checkpoint: {_shape(first.stored)}"
            )
        return (
            f"tensor_name = {first.name}; expected dtype {_type_name(first.wanted)} does not equal original "
            f"dtype {_type_name(first.stored)}"
        )

    def message(self, prefix: str) -> str:
        """The whole report; `prefix` is the checkpoint's path."""
        sections = [
            self._counts(prefix),
            self._table(),
            self._missing_list(),
            _name_list("unexpected (in the checkpoint, not in the model)", self.unexpected),
            f"TensorFlow's words: {self.tensorflow_sentence}",
            self._advice(),
        ]
        return "\n".join(section for section in sections if section)

    def _counts(self, prefix: str) -> str:
        shapes = sum(difference.is_of_shape for difference in self.different)
        types = len(self.different) - shapes
        parts = [f"{shapes} shape{'s differ' if shapes != 1 else ' differs'}"]
        if types:
            parts.append(f"{types} type{'s differ' if types != 1 else ' differs'}")
        parts += [f"{len(self.missing)} missing", f"{len(self.unexpected)} unexpected"]
        bad = len(self.different) + len(self.missing)
        return f"{bad} of {len(self.model)} variables of the model do not fit {prefix}: {', '.join(parts)}"

    def _table(self) -> str:
        if not self.different:
            return ""
        rows = [("variable", "checkpoint", "model")]
        for difference in self.different[:_SHOWN]:
            stored, wanted = _pair(difference)
            rows.append((difference.name, stored, f"{wanted} {self.names.get(difference.name, '')}".rstrip()))
        widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
        lines = [f"  {a:<{widths[0]}}  {b:<{widths[1]}}  {c}" for a, b, c in rows]
        return "\n".join(lines + _cut(len(self.different)))

    def _missing_list(self) -> str:
        if not self.missing:
            return ""
        lines = ["missing (in the model, not in the checkpoint):"]
        for name in self.missing[:_SHOWN]:
            close = nearest(name, self.unexpected, count=1)
            near = f"   (the checkpoint has {close[0]})" if close else ""
            lines.append(f"  {name}  {_shape(self.model[name])}{near}")
        return "\n".join(lines + _cut(len(self.missing)))

    def _advice(self) -> str:
        if self.names:
            return (
                "What to do: build the objects as they were when it was saved; or leave out those that differ, "
                "Checkpoint(part=...).restore(...).expect_partial(). Nothing has been changed."
            )
        from estimator.checkpoint.causes import likely_cause

        cause, remedy = likely_cause(self.model, self.checkpoint, self.missing, self.unexpected, self.state)
        lines = [f"Likely cause: {cause}."] if cause else []
        first = remedy or "the same model function and parameters as before"
        lines.append(
            f"What to do: use {first}; or another model_dir; or, for the part that fits, a new model_dir "
            "and warm_start_from=WarmStartSettings(this checkpoint, vars_to_warm_start=...). Nothing has "
            "been changed on disk."
        )
        return "\n".join(lines)


def compare(
    model: Mapping[str, Spec],
    checkpoint: Mapping[str, Spec],
    state: Collection[str] = (),
    names: Mapping[str, str] | None = None,
) -> Mismatch | None:
    """What keeps `checkpoint` from being restored into `model`; None if it fits.

    Parameters
    ----------
    model, checkpoint : mapping
        Checkpoint key to (shape, DType).
    state : collection of str
        Which keys of the model are an optimizer's, for the guess at the cause.
    names : mapping, optional
        Of objects: key to what the program calls its variable.
    """
    different = tuple(
        Difference(name, checkpoint[name], wanted)
        for name, wanted in sorted(model.items())
        if name in checkpoint and checkpoint[name] != wanted
    )
    missing = tuple(sorted(set(model) - set(checkpoint)))
    if not different and not missing:
        return None
    unexpected = tuple(sorted(set(checkpoint) - set(model)))
    return Mismatch(different, missing, unexpected, model, checkpoint, state, names or {})


def raise_mismatch(mismatch: Mismatch, prefix: str) -> NoReturn:
    """Raise the mismatch as an error.

    Raises
    ------
    InvalidArgumentError
        If a shape or type differs; it is also a ValueError.
    NotFoundError
        If variables are only missing.
    """
    kind = errors.InvalidArgumentError if mismatch.different else errors.NotFoundError
    error = kind(mismatch.message(prefix))
    vars(error)[_MISMATCH] = mismatch
    raise error


def mismatch_of(error: object) -> Mismatch | None:
    """What did not fit, of an error that :func:`raise_mismatch` raised; None of any other."""
    return getattr(error, _MISMATCH, None)


def add_to_mismatch(error: errors.OpError, line: str) -> None:
    """Say a line more in the message of an error that :func:`raise_mismatch` raised."""
    error.message = f"{error.message}\n{line}"
    error.args = (error.message,)


def _shape(spec: Spec) -> str:
    return f"[{','.join(map(str, spec[0]))}]"


def _type_name(spec: Spec) -> str:
    return _TYPE_NAMES.get(spec[1].name, spec[1].name)


def _pair(difference: Difference) -> tuple[str, str]:
    sides = (difference.stored, difference.wanted)
    if difference.stored[1] == difference.wanted[1]:
        stored, wanted = (_shape(side) for side in sides)
    else:
        stored, wanted = (f"{_shape(side)} {side[1].name}" for side in sides)
    return stored, wanted


def _name_list(title: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    return "\n".join([f"{title}:", *(f"  {name}" for name in names[:_SHOWN]), *_cut(len(names))])


def _cut(count: int) -> list[str]:
    return [f"  ... and {count - _SHOWN} more"] if count > _SHOWN else []
