"""Which array of a file belongs to which weight of a model.

Names say it if they can. Those of a file and of a model differ in harmless ways: by ``:0`` at the end, by the
model's name in front (Keras 3), by the counters of layers that nobody named (``dense_3`` was the first of its
process, or the fourth). So they are compared as they are, then without what all have in front, then by their last two
parts, and after that with counters by their rank. Where no reading makes them the same, the order decides, as it does
in Keras.

Order alone is a trap: a .h5 lists the weights that are trained before those that are not, and is read in the order
that the model has *then*. Of a model whose layers were frozen or thawed meanwhile, weights of one shape change places
silently.

Nothing is written to a model before all of it fits: everything that does not is one error, with the names and shapes
of both sides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from estimator.core import log
from estimator.core.errors import raise_problems
from estimator.core.frozen import mutable
from estimator.core.named_tuple import NamedTuple

_COUNTER = re.compile(r"(.*?)_(\d+)")


class StoredLayer(NamedTuple):
    """A layer in a file.

    Parameters
    ----------
    name : str
    weights : dict from str to StoredArray
        By the names that the file has, in its order.
    """

    name: str
    weights: dict[str, Any]


class WantedLayer(NamedTuple):
    """A layer of a model.

    Parameters
    ----------
    name : str
    weights : sequence of Variable
        In the order in which a file of that kind lists them.
    names : sequence of str
        What they are called there.
    """

    name: str
    weights: Sequence[Any]
    names: Sequence[str]


@mutable
class Fit:
    """What is found when a file is laid beside a model.

    Parameters
    ----------
    pairs : list of (Variable, StoredArray)
        A weight, and what it gets.
    problems : list of str
        A sentence for everything that does not fit.
    remarks : list of str
        What fits, and yet is worth knowing.
    """

    pairs: list[tuple[Any, Any]]
    problems: list[str]
    remarks: list[str]

    @classmethod
    def empty(cls) -> Fit:
        """Nothing found yet."""
        return cls([], [], [])

    def take(self, variable: Any, own_name: str, name: str, stored: Any, place: str) -> None:
        """Give the array to the weight, if its shape and type are such."""
        shape = tuple(variable.shape.as_list())
        if tuple(stored.shape) != shape:
            self.problems.append(
                f"{place}: {name!r} of the file has shape {tuple(stored.shape)}, the model's {own_name!r} {shape}."
            )
        elif not np.can_cast(stored.dtype, variable.dtype.as_numpy_dtype, "same_kind"):
            self.problems.append(
                f"{place}: {name!r} of the file is {stored.dtype}, the model's {own_name!r} {variable.dtype.name}."
            )
        else:
            self.pairs.append((variable, stored))

    def values(self, subject: str, skip_mismatch: bool = False) -> list[tuple[Any, np.ndarray]]:
        """Each weight with the numbers that it gets.

        Parameters
        ----------
        subject : str
            What was to be loaded, for messages.
        skip_mismatch : bool
            Whether what does not fit is left as it is, with a warning.

        Raises
        ------
        UsageError
            If something does not fit: all of it.
        DataLossError
            If an array cannot be read.
        """
        if not skip_mismatch:
            raise_problems(subject, self.problems)
        for text in (*self.problems, *self.remarks):
            log.warning("%s: %s", subject, text)
        return [(variable, stored.read()) for variable, stored in self.pairs]


def fit_layers(wanted: Sequence[WantedLayer], stored: Sequence[StoredLayer]) -> Fit:
    """Lay all layers with weights of a file beside all of a model."""
    fit = Fit.empty()
    with_weights = [layer for layer in wanted if layer.weights]
    kept = [layer for layer in stored if layer.weights]
    if len(with_weights) != len(kept):
        fit.problems.append(
            f"the file has {len(kept)} layers with weights and the model {len(with_weights)}. "
            f"In the file: {_listed(kept)}. In the model: {_listed(with_weights)}. "
            "With by_name=True the layers of equal names are loaded, and no others."
        )
        return fit
    names = [layer.name for layer in kept]
    places = positions([layer.name for layer in with_weights], names)
    if places is not None and places != list(range(len(names))):
        fit.remarks.append(
            f"layers are loaded by their names, {', '.join(layer.name for layer in with_weights)}; the file has them "
            f"in another order: {', '.join(names)}."
        )
    for layer, place in zip(with_weights, places or range(len(names)), strict=True):
        _fit_layer(fit, layer, kept[place])
    return fit


def fit_layers_by_name(wanted: Sequence[WantedLayer], stored: Sequence[StoredLayer]) -> Fit:
    """Lay those layers of a file beside a model's that have the same names."""
    fit = Fit.empty()
    by_name = {layer.name: layer for layer in wanted}
    for layer in stored:
        if layer.name in by_name:
            _fit_layer(fit, by_name[layer.name], layer)
    return fit


def _fit_layer(fit: Fit, wanted: WantedLayer, stored: StoredLayer) -> None:
    place = f"layer {wanted.name!r}"
    names = list(stored.weights)
    if len(names) != len(wanted.weights):
        fit.problems.append(
            f"{place}: the file has {len(names)} weights, the model {len(wanted.weights)}. "
            f"In the file: {_weights(stored)}. In the model: {_weights(wanted)}."
        )
        return
    places = positions(wanted.names, names)
    if places is None:
        fit.remarks.append(
            f"{place}: weights are loaded in order, since names tell nothing: {', '.join(names)} into "
            f"{', '.join(wanted.names)}."
        )
    elif places != list(range(len(names))):
        fit.remarks.append(
            f"{place}: weights are loaded by their names. The file lists them as {', '.join(names)}, another order "
            "than the model's, as when layers are frozen or thawed after saving; by order they would have changed "
            "places."
        )
    for variable, own_name, number in zip(
        wanted.weights, wanted.names, places or range(len(names)), strict=True
    ):
        fit.take(variable, own_name, names[number], stored.weights[names[number]], place)


def positions(wanted: Sequence[str], stored: Sequence[str]) -> list[int] | None:
    """Where each wanted name stands among the stored ones; None if the two are different names by every reading.

    >>> positions(["a/kernel:0", "a/bias:0"], ["model/a/bias", "model/a/kernel"])
    [1, 0]
    >>> positions(["dense/kernel:0", "dense_1/kernel:0"], ["dense_4/kernel:0", "dense_3/kernel:0"])
    [1, 0]
    """
    for reading in _readings():
        ours, theirs = reading(wanted), reading(stored)
        if len(set(theirs)) == len(theirs) and sorted(ours) == sorted(theirs):
            return [theirs.index(name) for name in ours]
    return None


Reading = Callable[[Sequence[str]], list[tuple[str, ...]]]


def _readings() -> Iterator[Reading]:
    """Ways to read names, from the closest to the freest."""
    for cut in (_whole, _without_common_front, _last_two):
        yield cut
    for cut in (_whole, _without_common_front, _last_two):
        yield lambda names, cut=cut: _with_ranks(cut(names))  # type: ignore[misc]  # mypy cannot infer the default


def _whole(names: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(name.removesuffix(":0").split("/")) for name in names]


def _without_common_front(names: Sequence[str]) -> list[tuple[str, ...]]:
    split = _whole(names)
    common = 0
    while all(len(parts) > common + 1 and parts[common] == split[0][common] for parts in split):
        common += 1
    return [parts[common:] for parts in split]


def _last_two(names: Sequence[str]) -> list[tuple[str, ...]]:
    return [parts[-2:] for parts in _whole(names)]


def _with_ranks(split: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The names with ``dense_7`` and ``dense_9`` as the first and the second of their kind."""
    numbered = {part: _counted(part) for parts in split for part in parts}
    ranks: dict[str, str] = {}
    for kind in {kind for kind, _ in numbered.values()}:
        alike = sorted((number, part) for part, (its_kind, number) in numbered.items() if its_kind == kind)
        ranks |= {part: f"{kind}#{rank}" for rank, (_, part) in enumerate(alike)}
    return [tuple(ranks[part] for part in parts) for parts in split]


def _counted(part: str) -> tuple[str, int]:
    match = _COUNTER.fullmatch(part)
    return (match[1], int(match[2])) if match else (part, 0)


def _listed(layers: Sequence[StoredLayer | WantedLayer]) -> str:
    return "; ".join(f"{layer.name}: {_weights(layer)}" for layer in layers) or "none"


def _weights(layer: StoredLayer | WantedLayer) -> str:
    if isinstance(layer, StoredLayer):
        return ", ".join(f"{name} {tuple(array.shape)}" for name, array in layer.weights.items()) or "none"
    shapes = [tuple(weight.shape.as_list()) for weight in layer.weights]
    return ", ".join(f"{name} {shape}" for name, shape in zip(layer.names, shapes, strict=True)) or "none"
