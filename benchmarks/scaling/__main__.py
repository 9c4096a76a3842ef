"""``python -m benchmarks.scaling`` measures, and writes what comes of it; ``--again`` writes without measuring anew.

The measurements lie in benchmarks/scaling/measured.json; made of them are benchmarks/SCALING.md and its picture,
docs/pictures/scaling.svg. It takes about two minutes, and wants a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import json

from benchmarks.scaling import page, picture
from benchmarks.scaling.measuring import measured


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scaling", description=__doc__.split(";")[0] + "."
    )
    parser.add_argument(
        "--again", action="store_true", help="write the page from the measurements that lie there"
    )
    if not parser.parse_args().again:
        page.MEASURED.write_text(json.dumps(measured(), indent=1) + "\n", "utf-8")
    page.PAGE.write_text(page.text(page.read()), "utf-8")
    page.PICTURE.write_text(picture.svg(page.costs(page.read()), page.networks(page.read())), "utf-8")


if __name__ == "__main__":
    main()
