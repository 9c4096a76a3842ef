"""Which layer of one side is which of the other: by what people say, by equal names, by shapes that leave no choice.

A rule is ``PATTERN=PATTERN``, of the source and of the target. ``*`` stands for what is between two separators, or for
a part of it; ``**`` for any text, in which the separators become the other side's::

    fc1=dnn/hiddenlayer_0        a layer
    layers.*=block_*/dense       several layers
    module.**=**                 all layers below one
    embed.weight=words           one tensor

The first rule that fits a layer, or a tensor of one that no rule fits, counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from estimator.core.errors import UsageError
from estimator.core.named_tuple import NamedTuple
from estimator.core.registry import did_you_mean
from estimator.exchange.pairing import Layer

_TOKEN = re.compile(r"(?P<any>\*\*)|(?P<within>\*)|[^*]+")
_EXPRESSIONS = {"**": "(.*)", "*": "([^./]*)"}
Separators = tuple[str, str]
TORCH, OURS = ".", "/"


class Rule(NamedTuple):
    """A pattern of names of the source, and what the names are in the target."""

    text: str
    expression: re.Pattern[str]
    target: tuple[str, ...]
    stars: tuple[str, ...]

    def renamed(self, name: str, separators: Separators) -> str | None:
        """What the name is in the target; None if the rule does not fit."""
        found = self.expression.fullmatch(name)
        if found is None:
            return None
        taken = iter(zip(self.stars, found.groups(), strict=True))
        target = "".join(_taken(next(taken), separators) if "*" in part else part for part in self.target)
        return target if name else target.strip(separators[1])  # of tensors that lie in no layer


def _taken(match: tuple[str, str], separators: Separators) -> str:
    star, text = match
    return text.replace(*separators) if star == "**" else text


def rules_of(texts: Iterable[str]) -> list[Rule]:
    """The rules that people have written.

    Raises
    ------
    UsageError
        If one is none; all at once.
    """
    rules, problems = [], []
    for text in texts:
        source, equals, target = text.partition("=")
        stars, others = (re.findall(r"\*\*|\*", side) for side in (source, target))
        if not equals or stars != others or "***" in text:
            problems.append(
                f"{text!r} is no PATTERN=PATTERN with as many * and ** on both sides, in one order."
            )
            continue
        parts = [match[0] for match in _TOKEN.finditer(source)]
        expression = "".join(_EXPRESSIONS.get(part) or re.escape(part) for part in parts)
        rules.append(
            Rule(text, re.compile(expression), tuple(m[0] for m in _TOKEN.finditer(target)), tuple(stars))
        )
    if problems:
        raise UsageError("map", problems)
    return rules


def chosen(pattern: str, names: Iterable[str]) -> list[str]:
    """The names that a single pattern fits, or that lie below one."""
    parts = [match[0] for match in _TOKEN.finditer(pattern)]
    expression = re.compile(
        "".join(_EXPRESSIONS.get(part) or re.escape(part) for part in parts) + "(?:[./].*)?"
    )
    return [name for name in names if expression.fullmatch(name)]


class Match(NamedTuple):
    """A layer of the source, or one tensor of it, and what it is in the target."""

    source: Layer
    target: str
    is_tensor: bool
    by: str


class Matches(NamedTuple):
    """What rules and names give.

    Attributes
    ----------
    found : list of Match
    rest : list of Layer
        The layers of the source of which nothing is known, without what is.
    problems : list of str
    """

    found: list[Match]
    rest: list[Layer]
    problems: list[str]


def match(
    source: Sequence[Layer],
    rules: Sequence[Rule],
    separators: Separators,
    target: Sequence[Layer] | None,
) -> Matches:
    """What the layers of the source are in the target: by the rules, and by equal names if its layers are known."""
    used: set[str] = set()
    found: list[Match] = []
    rest: list[Layer] = []
    for layer in source:
        known, left = _by_rules(layer, rules, separators, used)
        same = layer.name.replace(*separators)
        if left and not known and target is not None and any(same == other.name for other in target):
            known, left = [Match(layer, same, False, "same name")], {}
        found += known
        rest += [Layer(layer.name, left)] if left else []
    names = [layer.name for layer in source] + [name for layer in source for name in layer.tensors.values()]
    problems = [_why_unused(rule, names) for rule in rules if rule.text not in used]
    return Matches(found, rest, problems)


def _why_unused(rule: Rule, names: Sequence[str]) -> str:
    if any(rule.expression.fullmatch(name) for name in names):
        return f"all that fits {rule.text!r} goes by an earlier rule."
    return f"nothing in the source fits {rule.text!r}.{did_you_mean(rule.text.partition('=')[0], names)}"


def _by_rules(
    layer: Layer, rules: Sequence[Rule], separators: Separators, used: set[str]
) -> tuple[list[Match], dict[str, str]]:
    """What rules say of a layer, and the tensors of which they say nothing."""
    found: list[Match] = []
    left = dict(layer.tensors)
    for rule in rules:
        target = rule.renamed(layer.name, separators)
        if target is not None and left:
            used.add(rule.text)
            found.append(Match(Layer(layer.name, left), target, False, rule.text))
            return found, {}
        for part, name in list(left.items()):
            target = rule.renamed(name, separators)
            if target is not None:
                used.add(rule.text)
                found.append(Match(Layer(layer.name, {part: left.pop(part)}), target, True, rule.text))
    return found, left


def by_shape(
    source: Sequence[Layer], target: Sequence[Layer], fits: Callable[[Layer, Layer], bool]
) -> tuple[list[Match], list[tuple[str, str]]]:
    """What layers are by their shapes: those with no choice, and for the others a proposal by their order.

    Parameters
    ----------
    source, target : sequence of Layer
        In their order; none of the target is taken.
    fits : callable
        Whether a layer of the source may be one of the target.
    """
    candidates = {layer.name: [other.name for other in target if fits(layer, other)] for layer in source}
    asked_for = [name for names in candidates.values() for name in names]
    found = [
        Match(layer, candidates[layer.name][0], False, "the only one of its shapes")
        for layer in source
        if len(candidates[layer.name]) == 1 and asked_for.count(candidates[layer.name][0]) == 1
    ]
    taken = {one.target for one in found}
    proposed: list[tuple[str, str]] = []
    for layer in source:
        free = [name for name in candidates[layer.name] if name not in taken]
        if free and not any(one.source is layer for one in found):
            proposed.append((layer.name, free[0]))
            taken.add(free[0])
    return found, proposed
