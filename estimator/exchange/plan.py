"""What a conversion would do: which tensor becomes which, and all that is wrong with it, before anything is written."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from estimator.checkpoint.object_graph import OBJECT_GRAPH_KEY
from estimator.core.frozen import mutable
from estimator.core.named_tuple import NamedTuple
from estimator.core.registry import did_you_mean
from estimator.exchange import supposing
from estimator.exchange.held import Held, Shape
from estimator.exchange.matching import OURS, TORCH, Match, Rule, by_shape, chosen, match
from estimator.exchange.pairing import (
    Advice,
    Layer,
    Piece,
    Unfit,
    counts_batches,
    our_layers,
    pair,
    torch_layers,
)

_RESERVED = frozenset({"global_step", OBJECT_GRAPH_KEY})
_SUSPICIOUS = (
    "{name} {shape} follows a convolution with {channels} channels: if its inputs are flattened feature maps, whose "
    "order is another here, say so: --flatten {layer}={channels},HEIGHT,WIDTH; if not: --flatten {layer}=none."
)


class Row(NamedTuple):
    """Tensors of the source, what they become, and why."""

    piece: Piece
    by: str


class Wishes(NamedTuple):
    """What is said of a conversion beyond source and target.

    Attributes
    ----------
    rules : sequence of Rule
    keep : sequence of str
        Patterns of names of the target whose values stay as they are there.
    drop : sequence of str
        Patterns of names of the source that take no part.
    advice : Advice
    """

    rules: Sequence[Rule] = ()
    keep: Sequence[str] = ()
    drop: Sequence[str] = ()
    advice: Advice = Advice({})


@mutable
class Plan:
    """What a conversion would do.

    Attributes
    ----------
    source : Held
    like : Held or None
        What is known of the target.
    from_torch : bool
        The direction.
    rows : list of Row
    kept : list of str
        Weights of the target that stay as they are there.
    dropped : list of str
        Weights of the source that take no part.
    shapes : dict
        Weights of the target to their shapes.
    proposed : list of (str, str)
        Layers that may be each other, by their order and shapes.
    problems : list of str
    """

    source: Held
    like: Held | None
    from_torch: bool
    rows: list[Row] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    shapes: dict[str, Shape] = field(default_factory=dict)
    proposed: list[tuple[str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def plan(source: Held, like: Held | None, from_torch: bool, wishes: Wishes) -> Plan:
    """Which tensor of the source becomes which of the target.

    Parameters
    ----------
    source : Held
    like : Held, optional
        The names and shapes that the target is to have. Without it, the rules say all names.
    from_torch : bool
        Whether the source is PyTorch's, and the target ours.
    wishes : Wishes
    """
    made = Plan(source, like, from_torch)
    names = [name for name in source.weights if name not in source.tied]
    if not names:
        made.problems.append(f"{source.where} holds no weights.")
    dropped = {name for pattern in wishes.drop for name in _chosen(pattern, names, "drop", "source", made)}
    counted = {name for name in names if from_torch and counts_batches(name)}
    made.dropped = [name for name in names if name in dropped | counted]
    layers = torch_layers if from_torch else our_layers
    given = layers(name for name in names if name not in dropped | counted)
    separators = (TORCH, OURS) if from_torch else (OURS, TORCH)
    wanted = None if like is None else _wanted(made, like, wishes.keep)
    matches = match(given, wishes.rules, separators, wanted)
    made.problems += matches.problems
    _Rows(made, wishes.advice, wanted).add(matches.found, matches.rest)
    made.problems += _suspicious(made, wishes.advice.flatten)
    if from_torch:
        made.problems += _reserved(made)
    if dropped and not made.rows and not made.kept and not made.problems:
        made.problems.append("--drop leaves nothing that takes part.")
    return made


def _reserved(made: Plan) -> Iterator[str]:
    """A problem for each name that a checkpoint has for something else than weights."""
    for row in made.rows:
        for name in _RESERVED.intersection(row.piece.ours):
            told = ", ".join(row.piece.torch)
            yield f"{told} would be {name}, which is no weight in a checkpoint: give --map or --drop {told}."


def _wanted(made: Plan, like: Held, keep: Sequence[str]) -> list[Layer]:
    """The layers that the target is to have, without what stays as it is there."""
    names = [name for name in like.weights if name not in like.tied]
    kept = {name for pattern in keep for name in _chosen(pattern, names, "keep", "target", made)}
    made.kept = [name for name in names if name in kept]
    made.shapes = {name: shape for name, shape in like.shapes().items() if name in names and name not in kept}
    return (our_layers if made.from_torch else torch_layers)(
        name for name in made.shapes if made.from_torch or not counts_batches(name)
    )


def _chosen(pattern: str, names: Sequence[str], option: str, side: str, made: Plan) -> list[str]:
    found = chosen(pattern, names)
    if not found:
        made.problems.append(
            f"nothing in the {side} fits --{option} {pattern!r}.{did_you_mean(pattern, names)}"
        )
    return found


class _Rows:
    """Adds to a plan what layers become."""

    def __init__(self, made: Plan, advice: Advice, wanted: Sequence[Layer] | None) -> None:
        self._plan = made
        self._given = made.source.shapes()
        self._advice = advice
        self._wanted = None if wanted is None else {layer.name: layer for layer in wanted}
        self._taken: dict[str, str] = {}  # weight of the target to what it is made of
        self._known_fits: dict[
            Any, bool
        ] = {}  # of two layers by their parts and shapes: many models repeat a few

    def add(self, found: Iterable[Match], rest: Sequence[Layer]) -> None:
        """What is known of layers, and those of which nothing is."""
        for one in found:
            self._add(one)
        if self._wanted is None:
            self._unmatched(
                rest, "give --map NAME=NAME_IN_THE_TARGET, --like something with the target's names"
            )
            return
        free = self._free()
        shaped, self._plan.proposed = by_shape(rest, free, self._fits)
        for one in shaped:
            self._add(one)
        matched = {one.source.name for one in shaped}
        self._unmatched(
            [layer for layer in rest if layer.name not in matched], "give --map NAME=NAME_IN_THE_TARGET"
        )
        for layer in self._free():
            told = ", ".join(f"{name} {self._plan.shapes[name]}" for name in layer.tensors.values())
            self._plan.problems.append(
                f"nothing becomes {told} of the target: give --map NAME={layer.name}, or --keep {layer.name} to leave "
                "it as it is."
            )

    def _free(self) -> list[Layer]:
        """What nothing has become so far."""
        parted = [
            Layer(layer.name, {part: name for part, name in layer.tensors.items() if name not in self._taken})
            for layer in (self._wanted or {}).values()
        ]
        return [layer for layer in parted if layer.tensors]

    def _unmatched(self, layers: Iterable[Layer], advice: str) -> None:
        for layer in layers:
            told = ", ".join(f"{name} {self._given[name]}" for name in layer.tensors.values())
            self._plan.problems.append(f"{told} becomes nothing: {advice}, or --drop {layer.name or '**'}.")

    def _add(self, one: Match) -> None:
        try:
            layer, shapes = self._target(one)
            pieces = self._pieces(one.source, layer, shapes)
        except Unfit as error:
            self._plan.problems.append(f"{error}.")
            return
        self._plan.shapes |= shapes
        for piece in pieces:
            names, made_of = (piece.ours, piece.torch) if self._plan.from_torch else (piece.torch, piece.ours)
            twice = [name for name in names if name in self._taken]
            self._plan.problems += [
                f"{name} would be made of {self._taken[name]} and of {', '.join(made_of)}." for name in twice
            ]
            self._taken |= dict.fromkeys(names, ", ".join(made_of))
            self._plan.rows.append(Row(piece, one.by))

    def _target(self, one: Match) -> tuple[Layer, dict[str, Shape]]:
        """The layer that one of the source becomes, and the shapes of its tensors.

        Raises
        ------
        Unfit
            If there is none of that name, or it may be several.
        """
        if self._wanted is None:
            return self._supposed(one)
        shapes = self._plan.shapes
        if one.is_tensor:
            found = [
                (layer, part)
                for layer in self._wanted.values()
                for part, name in layer.tensors.items()
                if name == one.target
            ]
            if found:
                layer, part = found[0]
                return Layer(layer.name, {part: one.target}), {one.target: shapes[one.target]}
        elif one.target in self._wanted:
            layer = self._wanted[one.target]
            left = {part: name for part, name in layer.tensors.items() if name not in self._taken}
            return Layer(layer.name, left), {name: shapes[name] for name in left.values()}
        known = [*self._wanted, *shapes]
        raise Unfit(
            f"the target has no {one.target!r} ({one.by}).{did_you_mean(one.target, known)}".rstrip(".")
        )

    def _supposed(self, one: Match) -> tuple[Layer, dict[str, Shape]]:
        given = self._given
        if not one.is_tensor:
            suppose = supposing.our_layer if self._plan.from_torch else supposing.torch_layer
            return suppose(one.source, one.target, given)
        ((own, name),) = one.source.tensors.items()
        path, _, part = one.target.rpartition(OURS if self._plan.from_torch else TORCH)
        shape = (
            supposing.our_shape(part, given[name])
            if self._plan.from_torch
            else supposing.torch_shape(own, given[name])
        )
        return Layer(path, {part: one.target}), {one.target: shape}

    def _pieces(self, source: Layer, target: Layer, shapes: Mapping[str, Shape]) -> list[Piece]:
        if self._plan.from_torch:
            return pair(source, target, self._given, shapes, self._advice)
        return pair(target, source, shapes, self._given, self._advice)

    def _fits(self, source: Layer, target: Layer) -> bool:
        given, wanted = self._given, self._plan.shapes
        torch = source if self._plan.from_torch else target
        alike = (
            self._advice.flatten.get(torch.name),
            tuple((part, given[name]) for part, name in source.tensors.items()),
            tuple((part, wanted[name]) for part, name in target.tensors.items()),
        )
        if alike not in self._known_fits:
            try:
                self._pieces(source, target, wanted)
                self._known_fits[alike] = True
            except Unfit:
                self._known_fits[alike] = False
        return self._known_fits[alike]


def _suspicious(made: Plan, flatten: Mapping[str, tuple[int, ...]]) -> list[str]:
    """Of dense layers that may have flattened features for inputs, what is to be said of them."""
    held = made.source if made.from_torch else made.like
    shapes = made.source.shapes() if made.from_torch else made.shapes
    order = [name for row in made.rows for name in row.piece.torch]
    if held is not None:
        place = {name: number for number, name in enumerate(held.weights)}
        order.sort(key=lambda name: place.get(name, 0))
    channels, found = 0, []
    for name in order:
        shape, layer = shapes[name], name.rpartition(".")[0]
        if len(shape) > 2:
            channels = shape[0]
        elif len(shape) == 2:
            if channels and shape[1] > channels and shape[1] % channels == 0 and layer not in flatten:
                found.append(_SUSPICIOUS.format(name=name, shape=shape, channels=channels, layer=layer))
            channels = 0
    return found + _wrong_features(shapes, flatten)


def _wrong_features(shapes: Mapping[str, Shape], flatten: Mapping[str, tuple[int, ...]]) -> list[str]:
    weights = {name.rpartition(".")[0]: shape for name, shape in shapes.items() if len(shape) == 2}
    problems = []
    for layer, features in flatten.items():
        if layer not in weights:
            problems.append(
                f"--flatten {layer}: there is no dense layer of that name in PyTorch.{did_you_mean(layer, weights)}"
            )
        elif features and math.prod(features) != weights[layer][1]:
            problems.append(
                f"--flatten {layer}: features {features} are {math.prod(features)} numbers, and the layer has "
                f"{weights[layer][1]} inputs."
            )
    return problems
