"""Rows of the op Einsum; the formula is numpy's einsum, which goes another way, where it knows the equation."""

from __future__ import annotations

import numpy as np

from tests.ops.example import Example, normal

_EQUATIONS = [
    ("ij,jk->ik", (2, 3), (3, 4)),
    ("ij,kj->ki", (2, 3), (4, 3)),
    ("ij,ij->ij", (2, 3), (2, 3)),
    ("ij,ij->", (2, 3), (2, 3)),
    ("i,j->ji", (2,), (3,)),
    ("bij,bjk->bik", (2, 3, 4), (2, 4, 5)),
    ("bihd,bjhd->bhij", (2, 3, 2, 4), (2, 5, 2, 4)),
    ("ijk,j->ki", (2, 3, 4), (3,)),
    ("ij,k->i", (2, 3), (4,)),
    ("ij->ji", (2, 3)),
    ("ij->j", (2, 3)),
    ("ij->", (2, 3)),
    ("ii->i", (3, 3)),
    ("ii->", (3, 3)),
    ("iij->j", (3, 3, 2)),
    ("iij,j->i", (3, 3, 2), (2,)),
    ("...ij,...jk->...ik", (2, 1, 3, 4), (5, 4, 2)),
    ("...ij,jk->...ik", (2, 3, 4), (4, 2)),
    ("i...,i->...", (2, 3, 4), (2,)),
    ("i...j,j->j...i", (2, 3, 4), (4,)),
    ("i...,...->i...", (2, 3, 1), (3, 4)),
    ("...->...", (2, 3)),
    ("...i->...", (2, 3, 4)),
]

X = normal(3, seed=7)

EXAMPLES = [
    *(
        Example(
            "Einsum",
            [[normal(*shape, seed=place) for place, shape in enumerate(shapes)]],
            lambda xs, equation=equation: np.einsum(equation, *xs),
            {"equation": equation},
            rtol=1e-4,
            note=equation,
        )
        for equation, *shapes in _EQUATIONS
    ),
    Example("Einsum", [[X]], lambda xs: np.diag(X), {"equation": "i->ii"}, note="onto a diagonal"),
    Example("Einsum", [[(X + 1j * X[::-1]).astype(np.complex64), X.astype(np.complex64)]],
            lambda xs: np.sum(xs[0] * xs[1]), {"equation": "i,i->"}, note="complex"),
]  # fmt: skip
