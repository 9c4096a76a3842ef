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

from estimator.core.counts import whole_number
from estimator.core.errors import Gathered, UsageError
from estimator.core.files import local_path
from estimator.core.keywords import near_keywords
from estimator.exchange import checkpoint
from estimator.exchange.making import Conversion, Making
from estimator.exchange.matching import Rule, rules_of
from estimator.exchange.pairing import Advice
from estimator.exchange.plan import Wishes, plan
from estimator.exchange.sides import demand_free, is_there, is_torch, read, write


@near_keywords
def convert(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    *,
    map: Sequence[str] | Mapping[str, str] = (),
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
    map : sequence of str, or mapping
        Rules ``NAME=NAME_IN_THE_TARGET`` for layers or single tensors, or a dict of such names; ``*`` stands for a part
        of a name between separators, ``**`` for several parts. What no rule fits goes by equal names, then by shapes
        that leave no choice.
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
    wishes = _wishes(map, keep, drop, flatten, forget_bias, step)
    from_torch = _demand_two_sides(from_path, to_path)
    looks = to_path if like is None and is_there(to_path) else like
    held = read(from_path, not weights_only)
    known = None if looks is None else read(local_path(looks), not weights_only)
    if known is not None and is_torch(known.where) == from_torch:
        raise UsageError(
            "convert", [f"like={known.where!r} is to look like {to_path!r}, and is of the other kind."]
        )
    making = Making(plan(held, known, from_torch, wishes), step)
    making.fill()
    done = making.described(to_path)
    if dry_run:
        return done
    if done.problems:
        raise UsageError(f"{held.where} to {to_path}", [*done.problems, *making.proposals()])
    demand_free(to_path, done.step, replace)
    write(making.target, known, to_path, held)
    return done


def _demand_two_sides(source: str, target: str) -> bool:
    """Whether the source is PyTorch's, and the target ours.

    Raises
    ------
    UsageError
        If both are of one kind, or the target is a single checkpoint.
    """
    if is_torch(source) == is_torch(target):
        kind = "files of PyTorch" if is_torch(source) else "checkpoints"
        raise UsageError(
            "convert",
            [
                f"{source!r} and {target!r} are both {kind}: one side is a .pth, .pt or .safetensors file, the other a "
                "model_dir."
            ],
        )
    if not is_torch(target) and checkpoint.is_there(target):
        raise UsageError(
            "convert", [f"{target!r} is a checkpoint: give its model_dir as the target, and step=."]
        )
    return is_torch(source)


def _wishes(
    map: Any, keep: Any, drop: Any, flatten: Any, forget_bias: Any, step: Any
) -> Wishes:  # of the types that convert says, if people keep to it
    checks = Gathered("convert")
    rules = checks.result_of(_rules, map)
    kept, dropped = (
        checks.result_of(_names, name, value) for name, value in (("keep", keep), ("drop", drop))
    )
    features = checks.result_of(_features, flatten)
    checks.result_of(_check_numbers, forget_bias, step)
    checks.raise_all()
    return Wishes(rules, kept, dropped, Advice(features, float(forget_bias)))


def _rules(given: Any) -> list[Rule]:
    if isinstance(given, Mapping):
        given = [f"{source}={target}" for source, target in given.items()]
    return rules_of(_names("map", given))


def _names(argument: str, given: Any) -> tuple[str, ...]:
    if (
        isinstance(given, str)
        or not isinstance(given, Sequence)
        or not all(isinstance(one, str) for one in given)
    ):
        raise TypeError(f"{argument} is a list of texts, given: {given!r}.")
    return tuple(given)


def _features(given: Any) -> dict[str, tuple[int, ...]]:
    if not isinstance(given, (Mapping, type(None))):
        raise TypeError(f"flatten maps layers to (channels, height, width), given: {given!r}.")
    found = {layer: tuple(features or ()) for layer, features in (given or {}).items()}
    for layer, features in found.items():
        if any((whole_number(size) or 0) < 1 for size in features):
            raise ValueError(f"flatten: {layer!r} has features {features}, which are sizes from 1 on.")
    return found


def _check_numbers(forget_bias: Any, step: Any) -> None:
    if isinstance(forget_bias, bool) or not isinstance(forget_bias, (int, float)):
        raise TypeError(f"forget_bias is a number, given: {forget_bias!r}.")
    if step is not None and (whole_number(step) is None or step < 0):
        raise ValueError(f"step is a whole number from 0 on, given: {step!r}.")
