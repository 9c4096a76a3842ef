"""Which files a pattern means."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator.core.patterns import matches


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.txt", ["./a.txt", "./b.txt"]),
        ("d/*", ["d/.hidden", "d/c"]),
        ("*/c", ["./d/c"]),
        ("[!a].txt", ["./b.txt"]),
        ("d/?", ["d/c"]),
        (r"d/\c", ["d/c"]),
        ("d", ["d"]),
        ("d/no", []),
        ("no/*", []),
    ],
)
def test_a_pattern_is_looked_for_level_by_level(
    pattern: str, found: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d").mkdir()
    for name in ("a.txt", "b.txt", "d/c", "d/.hidden"):
        (tmp_path / name).touch()
    assert sorted(matches(pattern)) == found
