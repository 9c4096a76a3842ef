"""CSV files such as people have, made: each is what is written, and what is to become of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

Rows = Iterable[Iterable[Any]]


def text_of(header: Iterable[str] | None, rows: Rows, delimiter: str = ",", end: str = "\n") -> str:
    """Rows as the standard library writes them."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator=end)
    writer.writerows([*([header] if header else []), *rows])
    return file.getvalue()


def iris() -> str:
    rng = np.random.default_rng(0)
    rows = [
        (*np.round(rng.normal(3, 1, 4), 1), kind)
        for kind in ("setosa", "versicolor", "virginica")
        for _ in range(20)
    ]
    return text_of(["sepal_length", "sepal_width", "petal_length", "petal_width", "species"], rows)


def census() -> str:
    """Blanks behind the commas, ? for what is missing, a dot in the labels, as the file of 1994 has them."""
    rng = np.random.default_rng(1)
    works, pays = [" Private", " State-gov", " ?"], [" <=50K", " >50K"]
    rows = [
        (rng.integers(17, 80), rng.choice(works), f" {rng.integers(10_000, 900_000)}", rng.choice(pays))
        for _ in range(80)
    ]
    return text_of(["age", " workclass", " fnlwgt", " income"], rows)


def titanic() -> str:
    rng = np.random.default_rng(2)
    rows = [
        (
            n + 1, n % 2, rng.integers(1, 4), f'Smith, Mr. {n} "Jo"', rng.choice(["male", "female"]),
            rng.choice(["", "22", "38.5"]), round(rng.exponential(30), 4), rng.choice(["", f"C{n % 60}"]), rng.choice(["S", "C", ""]),
        )
        for n in range(120)
    ]  # fmt: skip
    return text_of("PassengerId Survived Pclass Name Sex Age Fare Cabin Embarked".split(), rows)


def wine() -> str:
    rng = np.random.default_rng(3)
    rows = [(*np.round(rng.random(3), 3), 3 + n % 6) for n in range(90)]
    return text_of(["fixed acidity", "volatile acidity", "pH", "quality"], rows, ";")


def two_columns() -> str:
    return text_of(["x", "y"], [(n / 10, 3 * n / 10 + 200_000) for n in range(60)])


def many_columns() -> str:
    rng = np.random.default_rng(4)
    return text_of(
        [f"f{n}" for n in range(500)] + ["label"], [(*rng.integers(0, 99, 500), n % 2) for n in range(40)]
    )


def no_header() -> str:
    rng = np.random.default_rng(5)
    return text_of(None, [(*np.round(rng.normal(size=3), 2), n % 3) for n in range(60)])


def quoted_lines() -> str:
    rows = [(f'one\ntwo, "{n % 3}"', n % 7, "ab"[n % 2]) for n in range(60)]
    return text_of(["note", "size", "label"], rows, end="\r\n")


def unicode_names() -> str:
    rows = [(n % 9, ["größe", "漢字", "é, ñ"][n % 3], ["ja", "nein"][n % 2]) for n in range(60)]
    return "\ufeff" + text_of(["höhe (m²)", "名前", "καλό;"], rows)


def odd_names() -> str:
    """Names that no scope of a graph can have, and of which scopes are alike."""
    names = ["a b", "a/b", "a_b", "_a", "-", "7", "x:0", "^x", "a\nb", "no", "null", "label"]
    rng = np.random.default_rng(6)
    return text_of(names, [(*rng.integers(0, 50, len(names) - 1), n % 2) for n in range(60)])


def thousands() -> str:
    return text_of(["people", "area", "label"], [(f"{n + 1},{n:03}", n % 13, n % 2) for n in range(60)])


def ids_as_categories() -> str:
    return text_of(
        ["store_id", "weekday", "sold"], [(n * 7 % 12, n % 7, n * 31 % 97 / 4) for n in range(200)]
    )


def classes_from_one() -> str:
    return text_of(["a", "class"], [(n * 0.5, 1 + n % 3) for n in range(60)])


def booleans() -> str:
    return text_of(
        ["open", "n", "sold"],
        [("TRUE" if n % 3 else "FALSE", n % 11, str(n % 2 == 0).lower()) for n in range(60)],
    )


def outer_blanks() -> str:
    return text_of(
        ["a", "b", "label"],
        [(f" {n % 5}", f" {'xyz'[n % 3]} ", f" {'no yes'.split()[n % 2]}") for n in range(60)],
    )


def numbers_in_several_ways() -> str:
    rows = [(("1", "+1", "1.", "01")[n % 4], ("1", "+1", "2", "x")[n % 4], n % 2) for n in range(60)]
    return text_of(["a", "b", "label"], rows)


def few_rows() -> str:
    return text_of(["a", "b", "xor"], [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)])


def pandas_index() -> str:
    return text_of(["", "a", "label"], [(n, n % 6, "pq"[n % 2]) for n in range(60)])


def gaps_by_words() -> str:
    rows = [("NA" if n % 5 == 0 else n * 1.5, "NA" if n % 4 == 0 else "uv"[n % 2], n % 2) for n in range(60)]
    return text_of(["a", "b", "label"], rows)


def minus_one_or_one() -> str:
    return text_of(["a", "y"], [(n % 10, 2 * (n % 2) - 1) for n in range(60)], "\t")


def tiny_numbers() -> str:
    return text_of(["a", "b", "y"], [(n * 1e-9, n * 1e12, n * 1e-7) for n in range(60)], "|")


TABLES: dict[str, Callable[[], str]] = {
    make.__name__: make
    for make in (
        iris, census, titanic, wine, two_columns, many_columns, no_header, quoted_lines, unicode_names, odd_names, thousands,
        ids_as_categories, classes_from_one, booleans, outer_blanks, few_rows, pandas_index, gaps_by_words, minus_one_or_one,
        tiny_numbers, numbers_in_several_ways,
    )
}  # fmt: skip
