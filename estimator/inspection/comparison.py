"""Two checkpoints beside each other: weights, settings, graph."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from typing import Any

from estimator.checkpoint.reader import held_bundle
from estimator.core.errors import InvalidArgumentError
from estimator.core.frozen import frozen
from estimator.formats.bundle import BundleReader
from estimator.inspection.graphs import GraphDifference, graph_difference, graph_of
from estimator.inspection.makers import entries_of, maker_of
from estimator.inspection.places import Place, demand_checkpoint, place_of
from estimator.inspection.settings import SettingDifference, setting_differences, settings_of
from estimator.inspection.weights import EQUAL, UNREADABLE, VariableDifference, differences
from estimator.model_dir.file_names import split_step

WEIGHTS, SETTINGS, GRAPH = PARTS = ("weights", "settings", "graph")


@frozen
class Side:
    """One of the two.

    Parameters
    ----------
    prefix : str
    step : int or None
    maker : mapping or None
        The entry of metadata.yaml of the call that wrote it.
    """

    prefix: str
    step: int | None
    maker: Mapping[str, Any] | None


@frozen
class Comparison:
    """What is not the same; None of a part that was not compared.

    Parameters
    ----------
    a, b : Side
    weights : tuple of VariableDifference or None
        Of all variables, the equal ones included.
    settings : tuple of SettingDifference or None
        None, too, if nothing tells how a side was made.
    graph : GraphDifference or None
        None, too, if a side has no graph.
    parts : collection of str
        What was to be compared.
    """

    a: Side
    b: Side
    weights: tuple[VariableDifference, ...] | None
    settings: tuple[SettingDifference, ...] | None
    graph: GraphDifference | None
    parts: Collection[str] = PARTS

    @property
    def is_same(self) -> bool:
        """Whether nothing that was compared differs."""
        same_weights = all(one.state == EQUAL for one in self.weights or ())
        return same_weights and not self.settings and (self.graph is None or self.graph.is_same)

    @property
    def is_unreadable(self) -> bool:
        """Whether a variable could not be read."""
        return any(one.state == UNREADABLE for one in self.weights or ())


def compare(
    a: str, b: str | None = None, steps: tuple[int, int] | None = None, parts: Collection[str] = PARTS
) -> Comparison:
    """Compare two checkpoints.

    Parameters
    ----------
    a : str
        A model_dir, a checkpoint, or the folder of a SavedModel.
    b : str, optional
        The other; by default `a`, of which `steps` then choose two.
    steps : pair of int, optional
        Of the checkpoints of `a` and `b`, if these are model_dirs.
    parts : collection of str
        What is compared.

    Raises
    ------
    InvalidArgumentError
        If one path is given and no steps.
    OpError
        If a checkpoint is not there.
    """
    if b is None and steps is None:
        raise InvalidArgumentError(
            f"{a!r} with what? Give a second model_dir or checkpoint, or two steps: --steps 100,200."
        )
    first, second = steps or (None, None)
    places = place_of(a, first), place_of(a if b is None else b, second)
    ours, theirs = map(_opened, places)
    with ours, theirs:
        side_a, side_b = _side(places[0], ours), _side(places[1], theirs)
        graphs = [graph_of(side.prefix) if GRAPH in parts else None for side in (side_a, side_b)]
        return Comparison(
            side_a,
            side_b,
            tuple(differences(ours, theirs)) if WEIGHTS in parts else None,
            _settings(places, side_a, side_b) if SETTINGS in parts else None,
            None if None in graphs else graph_difference(*graphs),
            parts,
        )


def _opened(place: Place) -> BundleReader:
    demand_checkpoint(place)
    reader = place.start.use(held_bundle)
    assert reader is not None  # there is a prefix
    return reader


def _side(place: Place, reader: BundleReader) -> Side:
    step = split_step(os.path.basename(reader.prefix))[1]
    return Side(reader.prefix, step, maker_of(entries_of(place.directory), step))


def _settings(places: tuple[Place, Place], a: Side, b: Side) -> tuple[SettingDifference, ...] | None:
    if a.maker is None or b.maker is None:
        return None
    first, second = (place.directory or os.curdir for place in places)
    if os.path.realpath(first) == os.path.realpath(
        second
    ):  # it has one recipe, which is of all its checkpoints
        return tuple(setting_differences(settings_of(a.maker, None), settings_of(b.maker, None)))
    return tuple(setting_differences(settings_of(a.maker, first), settings_of(b.maker, second)))
