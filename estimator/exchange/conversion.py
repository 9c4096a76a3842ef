"""Models from PyTorch's files to model_dirs, and back: weights, and what the optimizer keeps of each.

One side is a ``.pth``, ``.pt`` or ``.safetensors`` file, the other a model_dir or the prefix of a checkpoint. What the
target is to look like is known from `like`, or from the target itself where it is there; without either, the rules say
all names, and layers are called as Keras and PyTorch call their parts::

    print(convert("net.pth", "models/net", like="models/fresh", map=["fc1=dense", "fc2=dense_1"], dry_run=True))

Everything is compared first; what is wrong is one error, and nothing is written then.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from estimator.calls.recipe import copy_recipe
from estimator.calls.record import describe_process, read_entries, record_entry, relative_path
from estimator.core import log
from estimator.core.dtypes import DType, bfloat16, float32, int64
from estimator.core.errors import AlreadyExistsError, OpError, UsageError
from estimator.core.files import explained, local_path
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords
from estimator.exchange import checkpoint, safetensors_file, torch_file
from estimator.exchange.held import Array, Held, cast
from estimator.exchange.matching import rules_of
from estimator.exchange.pairing import Advice, Piece, counts_batches
from estimator.exchange.plan import Plan, Wishes, plan
from estimator.formats.safetensors import TypedArray
from estimator.model_dir.finding import latest_prefix
from estimator.model_dir.storage import make_directory, replacing, write_atomically

_TORCH = (".pth", ".pt", ".bin", ".tar")
_SAFETENSORS = ".safetensors"
_NO_MOMENTS = "the optimizer's state stays behind"


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


@near_keywords
def convert(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    *,
    map: Sequence[str] = (),
    like: str | os.PathLike[str] | None = None,
    keep: Sequence[str] = (),
    drop: Sequence[str] = (),
    flatten: Mapping[str, tuple[int, ...]] | None = None,
    forget_bias: float = 1.0,
    step: int | None = None,
    weights_only: bool = False,
    replace: bool = False,
    dry_run: bool = False,
) -> Conversion:
    """Convert a model of PyTorch's to a model_dir, or the reverse.

    Parameters
    ----------
    source, target : path
        One is a .pth, .pt or .safetensors file, the other a model_dir or the prefix of a checkpoint. A model_dir gets
        a checkpoint beside those that are there, which becomes the latest.
    map : sequence of str
        Rules ``NAME=NAME_IN_THE_TARGET`` for layers or single tensors; ``*`` stands for a part of a name between
        separators, ``**`` for several parts. What no rule fits goes by equal names, then by shapes that leave no
        choice.
    like : path, optional
        A file or a model_dir with the names and shapes that the target is to have. Default: the target, if it is there.
    keep : sequence of str
        Patterns of names of `like` whose values stay as they are there.
    drop : sequence of str
        Patterns of names of the source that take no part.
    flatten : mapping, optional
        Dense layer of PyTorch's to channels, height and width of the features that are flattened in front of it; to ()
        if nothing is. Their order is another in TensorFlow.
    forget_bias : float
        What LSTM cells of tf.nn.rnn_cell add to the forget gate.
    step : int, optional
        The global step; by default that of the source, if it tells.
    weights_only : bool
        Leave the optimizer's state out.
    replace : bool
        Whether a file or checkpoint of the target's name may be replaced.
    dry_run : bool
        Compare all and write nothing; what is wrong stands in :attr:`Conversion.problems`.

    Returns
    -------
    Conversion

    Raises
    ------
    UsageError
        If something does not fit; all of it at once, before anything is written.
    AlreadyExistsError
        If the target is there and `replace` is not said.
    OpError
        If files cannot be read or written.

    Notes
    -----
    Optimizers: Adam's running means and number of steps, SGD's momentum, Adagrad's sums.
    """
    from_path, to_path = local_path(source), local_path(target)
    from_torch = _is_torch(from_path)
    if from_torch == _is_torch(to_path):
        raise UsageError(
            "convert",
            [
                f"{from_path!r} and {to_path!r} are both {'files of PyTorch' if from_torch else 'checkpoints'}: one "
                "side is a .pth, .pt or .safetensors file, the other a model_dir."
            ],
        )
    if not _is_torch(to_path) and checkpoint.is_there(to_path):
        raise UsageError(
            "convert", [f"{to_path!r} is a checkpoint: give its model_dir as the target, and step=."]
        )
    looks = to_path if like is None and _is_there(to_path) else like
    advice = Advice(dict(flatten or {}), forget_bias)
    wishes = Wishes(rules_of(map), tuple(keep), tuple(drop), advice)
    held = _read(from_path, not weights_only)
    known = None if looks is None else _read(local_path(looks), not weights_only)
    if known is not None and _is_torch(known.where) == from_torch:
        raise UsageError(
            "convert", [f"like={known.where!r} is to look like the target {to_path!r}, of its kind."]
        )
    work = _Work(plan(held, known, from_torch, wishes), step)
    work.fill()
    done = work.described(to_path)
    if dry_run:
        return done
    if done.problems:
        raise UsageError(f"{held.where} to {to_path}", [*done.problems, *work.proposals()])
    _demand_free(to_path, done.step, replace)
    _write(work.target, known, to_path, held)
    return done


def _is_torch(path: str) -> bool:
    return path.endswith((*_TORCH, _SAFETENSORS)) and not os.path.isdir(path)


def _is_there(path: str) -> bool:
    if _is_torch(path):
        return os.path.lexists(path)
    return os.path.isdir(path) and latest_prefix(path) is not None


def _read(path: str, with_optimizer: bool) -> Held:
    if path.endswith(_SAFETENSORS):
        return safetensors_file.read(path)
    if _is_torch(path):
        return torch_file.read(path, with_optimizer)
    held = checkpoint.read(path, with_optimizer)
    held.facts = _facts(held)
    return held


def _facts(held: Held) -> dict[str, Any]:
    """What the model_dir says of epoch and loss at the checkpoint's step."""
    try:
        entries = read_entries(os.path.dirname(held.where))
    except (OpError, ValueError) as error:
        log.warning("epoch and loss of %s are not known: %s.", held.where, error)
        return {}
    last: dict[str, Any] = next(
        (entry for entry in reversed(entries) if entry.get("end_step") == held.step), {}
    )
    return {name: last[name] for name in ("epoch", "loss") if isinstance(last.get(name), (int, float))}


def _demand_free(path: str, step: int, replace: bool) -> None:
    taken = path if _is_torch(path) else os.path.join(path, checkpoint.name_for(step))
    if not replace and (os.path.lexists(taken) if _is_torch(path) else checkpoint.is_there(taken)):
        raise AlreadyExistsError(f"{taken!r} is there: choose another name or step, or say --replace.")


def _write(target: Held, like: Held | None, path: str, source: Held) -> None:
    """Write the target; a file as a whole, a checkpoint as a training does."""
    if not _is_torch(path):
        checkpoint.save(path, checkpoint.name_for(target.step), checkpoint.tensors_of(target, like))
        _describe(target, like, path, source)
        return
    make_directory(os.path.dirname(path) or os.curdir)
    if not path.endswith(_SAFETENSORS):
        write_atomically(path, torch_file.written(target))
        return
    with explained(f"cannot write {path!r}", os.path.dirname(path)), replacing(path) as file:
        for piece in safetensors_file.written(target):
            file.write(piece)


def _describe(target: Held, like: Held | None, path: str, source: Held) -> None:
    """Say in the model_dir where its newest checkpoint comes from, and what model it is if that is known."""
    entry = {"converted_from": relative_path(source.where, path), "end_step": target.step, **source.facts}
    record_entry(path, describe_process(path) | entry)
    if like is not None:
        copy_recipe(os.path.dirname(like.where), path)


def _numbers(value: TypedArray) -> TypedArray:
    """The array of numbers that can be added and joined: those of bfloat16 are bits."""
    return cast(value, float32) if value.dtype is bfloat16 else value


class _Work:
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
            if self._source.moments or wanted:
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
        return torch_file.moments_wanted(self._like.groups) if self._like is not None else ()

    def _why_none(self) -> str:
        if self._source.moments:
            return (
                "PyTorch's needs its settings, too; give --like a file with the optimizer_state_dict of one that is to "
                "go on."
            )
        return (
            "the source has none, so train with RunConfig(missing_slots='fresh')."
            if self._plan.from_torch
            else "the source has none."
        )

    def _convert_moment(self, kind: str, arrays: Mapping[str, Array]) -> None:
        made: dict[str, Array] = {}
        for row in self._plan.rows:
            before, after = self._names(row.piece)
            if all(name in arrays for name in before):
                converted = self._converted(row.piece, [arrays[name] for name in before], of_weights=False)
                made |= dict(zip(after, converted, strict=True))
        like = self._like.moments.get(kind, {}) if self._like is not None else {}
        for name in [name for name in like if name in self.target.weights and name not in made]:
            is_kept = name in self._plan.kept
            made[name] = like[name] if is_kept else np.zeros_like(like[name])
            if not is_kept:
                self._notes.append(
                    f"{name} is not among what the source's optimizer trains: its {kind} begins at 0."
                )
        self.target.moments[kind] = made

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
