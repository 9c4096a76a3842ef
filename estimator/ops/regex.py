"""Ops that match texts with regular expressions; ``_regular_expressions.py`` says which."""

from __future__ import annotations

from typing import Any

from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops._regular_expressions import compiled, replacer, text_of
from estimator.ops._texts import each


def _known_pattern(s: ShapeScope) -> Dims:
    compiled(_bytes(s.attrs["pattern"]))
    if "rewrite" in s.attrs:
        replacer(_bytes(s.attrs["pattern"]), _bytes(s.attrs["rewrite"]), True)
    return s.shapes[0]


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _replacing(s: ShapeScope) -> Dims:
    rules.check_scalars(s, pattern=1, rewrite=2)
    return s.shapes[0]


def _matching(s: ShapeScope) -> Dims:
    rules.check_scalars(s, pattern=1)
    return s.shapes[0]


def _full_match(texts: Any, pattern: bytes) -> Any:
    match = compiled(pattern).fullmatch
    return each(lambda text: match(text_of(text)) is not None, texts, bool)


@op(
    "RegexReplace",
    "input: string, pattern: string, rewrite: string -> output: string",
    attrs={"replace_global": True},
    shape=_replacing,
    host=True,
    differentiable=False,
)
def regex_replace(xp: Any, input: Any, pattern: Any, rewrite: Any, replace_global: bool) -> Any:
    """Texts with the rewrite in place of all matches, or of the first one.

    Raises  InvalidArgumentError if the pattern or the rewrite is none.
    Source  TF op RegexReplace, string_ops.cc
    """
    return each(replacer(pattern.item(), rewrite.item(), replace_global), input)


@op(
    "StaticRegexReplace",
    "input: string -> output: string",
    attrs={"pattern": str, "rewrite": str, "replace_global": True},
    shape=_known_pattern,
    host=True,
    differentiable=False,
)
def static_regex_replace(xp: Any, input: Any, pattern: Any, rewrite: Any, replace_global: bool) -> Any:
    """As RegexReplace, with a pattern that the graph knows.

    Raises  InvalidArgumentError if the pattern or the rewrite is none.
    Source  TF op StaticRegexReplace, string_ops.cc
    """
    return each(replacer(_bytes(pattern), _bytes(rewrite), replace_global), input)


@op(
    "RegexFullMatch",
    "input: string, pattern: string -> output: bool",
    shape=_matching,
    host=True,
    differentiable=False,
)
def regex_full_match(xp: Any, input: Any, pattern: Any) -> Any:
    """Whether the pattern matches the whole text.

    Raises  InvalidArgumentError if it is no pattern.
    Source  TF op RegexFullMatch, string_ops.cc
    """
    return _full_match(input, pattern.item())


@op(
    "StaticRegexFullMatch",
    "input: string -> output: bool",
    attrs={"pattern": str},
    shape=_known_pattern,
    host=True,
    differentiable=False,
)
def static_regex_full_match(xp: Any, input: Any, pattern: Any) -> Any:
    """As RegexFullMatch, with a pattern that the graph knows.

    Raises  InvalidArgumentError if it is no pattern.
    Source  TF op StaticRegexFullMatch, string_ops.cc
    """
    return _full_match(input, _bytes(pattern))
