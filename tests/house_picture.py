"""The picture of the floors in docs/inside.md, drawn from the table of the house.

    python -m tests.house_picture > docs/pictures/house.svg

draws it anew; tests/architecture/test_house_picture.py says when that is due.
"""

from __future__ import annotations

from html import escape

from tests.architecture.test_floors import HOUSE

# A part of the house begins with the row that has this floor: what it is called, and its colour.
PARTS = {
    "core": ("bytes and files", "#dbe7f3"),
    "graph": ("graphs, and what runs them", "#dcefe0"),
    "pipeline": ("what models are made of", "#fbeed5"),
    "models": ("models, and what is done with them", "#f6dfe3"),
    "serving": ("programs and names", "#e8e0f1"),
}
WIDTH, LEFT, ROW, GAP, BOX = 900, 250, 40, 6, 28
FONT = 'font-family="Helvetica, Arial, sans-serif"'


def parts() -> list[tuple[str, str]]:
    """The name and colour of the part to which each row belongs, from the ground up."""
    found, current = [], ("", "#fff")
    for row in HOUSE:
        current = next((PARTS[floor] for floor in row if floor in PARTS), current)
        found.append(current)
    return found


def svg() -> str:
    """The drawing: a row of boxes for each row of the house, the ground floor below."""
    height = len(HOUSE) * ROW + 56
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="The floors of the package, from {HOUSE[0][0]} at the bottom to {HOUSE[-1][0]} at the top">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    told: set[str] = set()
    for index, (row, (part, colour)) in enumerate(zip(HOUSE, parts(), strict=True)):
        top = height - 46 - (index + 1) * ROW
        lines.append(f'<rect x="8" y="{top}" width="{WIDTH - 16}" height="{ROW}" fill="{colour}"/>')
        if part not in told:
            told.add(part)
            lines.append(_text(20, top + 25, part, "start", 'font-size="13" fill="#444"'))
        lines += _boxes(row, top)
    bottom = height - 16
    lines.append(
        _text(WIDTH / 2, bottom, "a floor imports what stands below it, and nothing beside or above it", "middle",
              'font-size="13" fill="#444"')
    )  # fmt: skip
    return "\n".join([*lines, "</svg>"]) + "\n"


def _boxes(row: tuple[str, ...], top: int) -> list[str]:
    width = (WIDTH - LEFT - 20 - GAP * (len(row) - 1)) / len(row)
    lines = []
    for place, floor in enumerate(row):
        x = LEFT + place * (width + GAP)
        lines.append(
            f'<rect x="{x:.1f}" y="{top + (ROW - BOX) / 2:.0f}" width="{width:.1f}" height="{BOX}" rx="4" fill="#fff" stroke="#777"/>'
        )
        lines.append(_text(x + width / 2, top + 25, floor, "middle", 'font-size="14" fill="#111"'))
    return lines


def _text(x: float, y: float, words: str, anchor: str, style: str) -> str:
    return f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}" {FONT} {style}>{escape(words)}</text>'


if __name__ == "__main__":
    print(svg(), end="")
