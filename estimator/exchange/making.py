"""Makes the target of a plan: weights and moments converted, and what `like` gives besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from estimator.core.dtypes import DType, bfloat16, float32, int64
from estimator.core.frozen import frozen
from estimator.core.registry import shortened
from estimator.exchange import checkpoint, torch_optimizer
from estimator.exchange.held import Array, Held, cast
from estimator.exchange.pairing import Piece, counts_batches
from estimator.exchange.plan import Plan
from estimator.formats.safetensors import TypedArray

_NO_MOMENTS = "the optimizer's state stays behind"


_LAST_STEP = (1 << 63) - 1


@frozen
class Conversion:
    """What a conversion has done, or would do; as text, both sides with names and shapes.

    Attributes
    ----------
    source, target : str
        The file or the prefix that was read, and what is written.
    rows : tuple of (tuple of str, tuple of str, str)
        Tensors of the source and of the target with their shapes, and how one becomes the other.
    notes : tuple of str
        What stays behind, changes its type or stays as it is, a sentence each.
    problems : tuple of str
        What is wrong, a sentence each.
    step : int
        The global step.
    """

    source: str
    target: str
    rows: tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...]
    notes: tuple[str, ...]
    problems: tuple[str, ...]
    step: int

    def __str__(self) -> str:
        left = [", ".join(row[0]) for row in self.rows]
        right = [", ".join(row[1]) for row in self.rows]
        widths = [
            max(map(len, (*column, title))) for column, title in ((left, self.source), (right, self.target))
        ]
        lines = [f"{self.source:<{widths[0]}}    {self.target}, step {self.step}"]
        lines += [
            f"{before:<{widths[0]}} -> {after:<{widths[1]}}  {row[2]}"
            for before, after, row in zip(left, right, self.rows, strict=True)
        ]
        return "\n".join([*lines, *self.notes, *(f"wrong: {problem}" for problem in self.problems)])


class Making:
    """Makes the target of a plan."""

    def __init__(self, made: Plan, step: int | None) -> None:
        self._plan = made
        self._source = made.source
        self._like = made.like
        given = (step, made.source.step, made.source.optimizer_step, 0)
        known = next(number for number in given if number is not None)
        self.target = Held("", step=known, facts=dict(made.source.facts), hyper=dict(made.source.hyper))
        self._notes = list(made.source.left)
        self._problems = list(made.problems)
        if known > _LAST_STEP:
            self._problems.append(f"the step {known} is more than an int64 holds: give another by --step.")

    def fill(self) -> None:
        """Convert weights and moments, and take from `like` what it gives."""
        if not self._problems:
            self._convert_weights()
            self._take_kept()
            self._convert_moments()
            self._order()
        told = [
            f"{name} {self._source.weights[name].array.shape} takes no part." for name in self._plan.dropped
        ]
        self._notes = [*told, *self._notes]

    def _convert_weights(self) -> None:
        source = self._source.weights
        for row in self._plan.rows:
            before, after = self._names(row.piece)
            arrays = self._converted(row.piece, [_numbers(source[name]).array for name in before])
            for name, array in zip(after, arrays, strict=True):
                self.target.weights[name] = self._typed(name, array, source[before[0]].dtype)

    def _typed(self, name: str, array: Array, dtype: DType) -> TypedArray:
        """The array in the type that the target has, or had in the source."""
        wanted = dtype if self._like is None else self._like.weights[name].dtype
        if wanted is not dtype:
            if not (wanted.is_floating and dtype.is_floating):
                self._problems.append(
                    f"{name} is {wanted.name} in the target and {dtype.name} in the source."
                )
            self._notes.append(f"{name} was {dtype.name} and is {wanted.name}.")
        return cast(TypedArray(array, float32 if dtype is bfloat16 else dtype), wanted)

    def _names(self, piece: Piece) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return (piece.torch, piece.ours) if self._plan.from_torch else (piece.ours, piece.torch)

    def _converted(self, piece: Piece, arrays: Sequence[Array], of_weights: bool = True) -> list[Array]:
        way = piece.form.ours if self._plan.from_torch else piece.form.torch
        return way(arrays, of_weights)

    def _take_kept(self) -> None:
        assert self._like is not None or not self._plan.kept
        for name in self._plan.kept:
            self.target.weights[name] = self._like.weights[name]  # type: ignore[union-attr]  # see above
        if self._plan.kept:
            self._notes.append(
                f"as they are in {self._like and self._like.where}: {', '.join(self._plan.kept)}."
            )

    # -- what the optimizer keeps --------------------------------------------------------------------------------------

    def _convert_moments(self) -> None:
        wanted = self._wanted_moments()
        if not self._source.moments or wanted == ():
            if self._source.moments or self._source.unknown or wanted:
                self._notes.append(f"{_NO_MOMENTS}: {self._why_none()}")
            return
        if wanted is not None and set(wanted) != self._source.moments.keys():
            self._problems.append(
                f"the optimizer of the source keeps {', '.join(self._source.moments)}, that of the target "
                f"{', '.join(wanted)}: leave its state out (--weights_only)."
            )
            return
        for kind, arrays in self._source.moments.items():
            self._convert_moment(kind, arrays)
        self._take_over_optimizer()

    def _wanted_moments(self) -> tuple[str, ...] | None:
        """What the target's optimizer keeps; None if anything is welcome, () if nothing has a place."""
        if self._plan.from_torch:
            return (checkpoint.wanted_moments(self._like) or None) if self._like is not None else None
        return torch_optimizer.moments_wanted(self._like.groups) if self._like is not None else ()

    def _why_none(self) -> str:
        if self._source.moments:
            return (
                "PyTorch's needs its settings, too; give --like a file with the optimizer_state_dict of one that is to "
                "go on."
            )
        if self._source.unknown:
            return f"PyTorch has no place for {', '.join(self._source.unknown)}."
        advice = ", so train with RunConfig(missing_slots='fresh')" if self._plan.from_torch else ""
        return f"the source has none{advice}."

    def _convert_moment(self, kind: str, arrays: Mapping[str, Array]) -> None:
        made: dict[str, Array] = {}
        for row in self._plan.rows:
            before, after = self._names(row.piece)
            if all(name in arrays for name in before):
                converted = self._converted(row.piece, [arrays[name] for name in before], of_weights=False)
                made |= dict(zip(after, converted, strict=True))
        like = self._like.moments.get(kind, {}) if self._like is not None else {}
        missing = [name for name in like if name in self.target.weights and name not in made]
        made |= {
            name: like[name] if name in self._plan.kept else np.zeros_like(like[name]) for name in missing
        }
        self.target.moments[kind] = made
        if new := sorted(set(missing) - set(self._plan.kept)):
            self._notes.append(
                f"{kind} of {shortened(new)} begins at 0: the source's optimizer does not train it."
            )

    def _take_over_optimizer(self) -> None:
        """The number of steps, and in PyTorch the settings."""
        self.target.optimizer_step = self._source.optimizer_step
        if self._plan.from_torch or self._like is None:
            return
        self.target.groups = self._like.groups
        if "betas" in self._like.hyper:
            steps = checkpoint.optimizer_steps(self._source, self._like.hyper["betas"])
            self.target.optimizer_step = self.target.step if steps is None else steps
            if steps is None:
                self._notes.append(
                    f"betas {self._like.hyper['betas']} of {self._like.where} are not those that the checkpoint was "
                    f"trained with; Adam goes on as after {self.target.step} steps."
                )

    def _order(self) -> None:
        """Put the weights of PyTorch's in the order that it has, with its counts and its tied tensors."""
        if self._plan.from_torch:
            return
        made = self.target.weights
        count = TypedArray(np.asarray(self.target.step or 0), int64)
        if self._like is None:
            norms = [name.rpartition(".") for name in made if name.endswith("running_mean")]
            made |= {f"{path}{dot}num_batches_tracked": count for path, dot, _ in norms}
            return
        self.target.tied = dict(self._like.tied)
        made |= {name: count for name in self._like.weights if counts_batches(name)}
        made |= {name: made[first] for name, first in self._like.tied.items() if first in made}
        self.target.weights = {name: made[name] for name in self._like.weights if name in made}

    # -- what is told --------------------------------------------------------------------------------------------------

    def described(self, path: str) -> Conversion:
        """What is done, with all that is wrong."""
        shapes = self._source.shapes()
        rows = []
        for row in self._plan.rows:
            before, after = self._names(row.piece)
            rows.append(
                (
                    tuple(f"{name} {shapes[name]}" for name in before),
                    tuple(f"{name} {self._plan.shapes[name]}" for name in after),
                    f"{row.piece.form.kind} ({row.by})",
                )
            )
        notes = dict.fromkeys([*self._notes, *self.proposals()])
        step = int(self.target.step or 0)
        return Conversion(self._source.where, path, tuple(rows), tuple(notes), tuple(self._problems), step)

    def proposals(self) -> list[str]:
        """Of layers that may be several, what they are by their order."""
        if not self._plan.proposed:
            return []
        rules = " ".join(f"--map {source}={target}" for source, target in self._plan.proposed)
        return [f"by the order of layers it may be, if you know it: {rules}"]


def _numbers(value: TypedArray) -> TypedArray:
    """The array of numbers that can be added and joined: those of bfloat16 are bits."""
    return cast(value, float32) if value.dtype is bfloat16 else value
