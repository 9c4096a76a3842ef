"""Regular expressions mean what they mean to TensorFlow; the results are its own."""

from __future__ import annotations

import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.graph import build as b
from estimator.ops._regular_expressions import compiled, replacer, text_of


@pytest.mark.parametrize(
    ("text", "pattern", "rewrite", "result"),
    [
        ("a1b22", "[0-9]+", "#", "a#b#"),
        ("abxd", "x*", "-", "-a-b-d-"),
        ("john smith", r"(\w+) (\w+)", r"\2 \1", "smith john"),
        ("a", "(a)", "\\0\\1\\\\", "aa\\"),
        ("\u00e9.", ".", "x", "xx"),
        ("a\u00e9b", r"\w", "x", "x\u00e9x"),
        ("a\n", "a$", "x", "a\n"),
        ("a\nb", "a$", "x", "a\nb"),
        ("a\nb", "(?m)a$", "x", "x\nb"),
        ("a\nb", "a.b", "x", "a\nb"),
        ("ABC", "(?i)abc", "x", "x"),
        ("a b", "[[:alpha:]]", "x", "x x"),
        ("a-b", "[^[:alpha:]]", "x", "axb"),
        ("abc", "", "-", "-a-b-c-"),
        ("aaa", "a+?", "x", "xxx"),
        ("a\x0bb c", r"\s", "x", "a\x0bbxc"),
        ("a\x0b ", r"[\s]", "x", "a\x0bx"),
        ("a b", r"\S", "x", "x x"),
        ("ab", "(?P<n>a)b", "x", "x"),
        ("ab", r"\Ab|b\z", "x", "ax"),
        ("a.b", r"\Q.\E", "x", "axb"),
        ("a$b", "[$]", "x", "axb"),
        ("a]b", "[]]", "x", "axb"),
        ("a[b", r"\[", "x", "axb"),
        ("ab", "(a)|(b)", r"<\1\2>", "<a><b>"),
        (".a-", "a??", r"<\0>", "<>.<>a<>-<>"),
        ("ab", r"b|\b", "-", "-a-"),
    ],
)
def test_a_text_is_rewritten_as_by_tensorflow(text: str, pattern: str, rewrite: str, result: str) -> None:
    assert replacer(pattern.encode(), rewrite.encode(), True)(text.encode()).decode() == result


def test_bytes_that_are_no_characters_stay() -> None:
    assert replacer(b"a", b"x", True)(b"\xff\xfea") == b"\xff\xfex"


@pytest.mark.parametrize(
    ("text", "pattern", "matches"),
    [
        ("ab", "ab", True),
        ("abc", "ab", False),
        ("ab\n", "ab", False),
        ("ab", "a|ab", True),
        ("\u00e9", ".", True),
    ],
)
def test_a_full_match_is_of_the_whole_text(text: str, pattern: str, matches: bool) -> None:
    assert (compiled(pattern.encode()).fullmatch(text_of(text.encode())) is not None) is matches


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("(", r"Invalid pattern: \(, error: missing \)"),
        ("a(?=b)", r"\(\?= looks around or back"),
        ("(?<!a)b", r"\(\?<! looks around or back"),
        (r"(a)\1", r"\\1 is not supported"),
        (r"\pL", r"\\p is not supported"),
        ("[[:letter:]]", r"there is no class \[:letter:\]; there are alpha, "),
    ],
)
def test_a_pattern_that_cannot_be_read_is_refused_when_the_graph_is_made(pattern: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        b.StaticRegexFullMatch(["a"], pattern=pattern)


@pytest.mark.parametrize(
    ("rewrite", "message"),
    [(r"\2", r"names group 2; 'a' has 0"), (r"\n", r"invalid rewrite pattern: .*\\0 to \\9")],
)
def test_a_rewrite_that_cannot_be_read_is_refused_when_the_graph_is_made(rewrite: str, message: str) -> None:
    """TensorFlow writes a line to standard error, and something else into the text."""
    with pytest.raises(ValueError, match=message):
        b.StaticRegexReplace(["a"], pattern="a", rewrite=rewrite)
    with pytest.raises(InvalidArgumentError, match=message):
        replacer(b"a", rewrite.encode(), True)
