"""The picture in docs/inside.md shows the house as it is."""

from __future__ import annotations

import re

from tests.architecture.sources import ROOT
from tests.architecture.test_floors import HOUSE
from tests.house_picture import svg

PICTURE = (ROOT / "docs" / "pictures" / "house.svg").read_text("utf-8")


def test_the_picture_is_drawn_from_the_table() -> None:
    again = "draw it again: python -m tests.house_picture > docs/pictures/house.svg"
    assert svg() == PICTURE, again


def test_every_floor_stands_in_it_from_the_top_down() -> None:
    heights = {
        floor: int(y) for y, floor in re.findall(r'<text x="[\d.]+" y="(\d+)"[^>]*>(\w+)</text>', PICTURE)
    }
    floors = [floor for row in HOUSE for floor in row]
    assert set(floors) <= set(heights)
    assert [heights[floor] for floor in floors] == sorted((heights[floor] for floor in floors), reverse=True)


def test_the_table_of_the_page_has_every_floor() -> None:
    page = (ROOT / "docs" / "inside.md").read_text("utf-8")
    table = "\n".join(re.findall(r"^\| (`.*?) \|", page.split("## ")[0], re.MULTILINE))
    missing = [floor for row in HOUSE for floor in row if f"`{floor}`" not in table]
    assert missing == ["__main__", "facades"], "docs/inside.md has no line for a floor"
