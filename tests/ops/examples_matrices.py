"""Rows of the ops of estimator/ops/{diagonals,solving,spectra}.py."""

from __future__ import annotations

import itertools

import numpy as np

from tests.ops.example import Example, f32, i32


def normal(*shape, seed=1):  # type: ignore[no-untyped-def]
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def invertible(*shape, seed=2):  # type: ignore[no-untyped-def]
    return normal(*shape, seed=seed) / 4 + np.diag([2.0, -1, 3, 1.5][: shape[-1]]).astype(np.float32)


def positive(*shape, seed=3):  # type: ignore[no-untyped-def]
    x = normal(*shape, seed=seed)
    return x @ np.swapaxes(x, -1, -2) + np.eye(shape[-1], dtype=np.float32)


Z = (invertible(2, 3, 3) + 1j * normal(2, 3, 3) / 4).astype(np.complex64)

# -- formulas, matrix by matrix --------------------------------------------------------------------------------------


def each(function):  # type: ignore[no-untyped-def]
    """A function of single matrices in double precision, for a stack of them."""

    def applied(*stacks):  # type: ignore[no-untyped-def]
        outer = stacks[0].shape[:-2]
        found = []
        for place in np.ndindex(outer):
            wide = [x[place].astype(np.complex128 if x.dtype.kind == "c" else np.float64) for x in stacks]
            found.append(function(*wide))
        if not isinstance(found[0], tuple):
            return np.reshape(found, (*outer, *np.shape(found[0])))
        return tuple(np.reshape(part, (*outer, *np.shape(part[0]))) for part in zip(*found, strict=True))

    return applied


def determinant(x):  # type: ignore[no-untyped-def]
    """The sum over all permutations."""
    total = 0
    for order in itertools.permutations(range(len(x))):
        turned = sum(order[i] > order[j] for i in range(len(x)) for j in range(i + 1, len(x)))
        total += (-1) ** turned * np.prod([x[i, order[i]] for i in range(len(x))])
    return total


def inverse(x):  # type: ignore[no-untyped-def]
    """By Cramer's rule."""
    size = len(x)
    minors = [
        [determinant(np.delete(np.delete(x, i, 0), j, 1)) * (-1) ** (i + j) for i in range(size)]
        for j in range(size)
    ]
    return np.array(minors) / determinant(x)


def lower_root(x):  # type: ignore[no-untyped-def]
    """Cholesky's decomposition, entry by entry."""
    root = np.zeros_like(x)
    for i in range(len(x)):
        for j in range(i + 1):
            rest = x[i, j] - root[i, :j] @ root[j, :j].conj()
            root[i, j] = np.sqrt(rest) if i == j else rest / root[j, j].conj()
    return root


def sign_and_log(x):  # type: ignore[no-untyped-def]
    value = determinant(x)
    return value / abs(value), np.log(abs(value)) + 0 * value


def adjoint(x):  # type: ignore[no-untyped-def]
    return np.conj(np.swapaxes(x, -1, -2))


def least_squares(a, y, weight):  # type: ignore[no-untyped-def]
    """One big problem without a weight: √weight times the unknowns are to be 0, too."""
    if not weight:
        return np.linalg.lstsq(a, y, rcond=None)[0]
    below = np.sqrt(weight) * np.eye(a.shape[1])
    return np.linalg.lstsq(
        np.vstack([a, below]), np.vstack([y, np.zeros((a.shape[1], y.shape[1]))]), rcond=None
    )[0]


def packed(x):  # type: ignore[no-untyped-def]
    """L and U by the recurrences of Doolittle, of the rows in the order of the greatest pivots."""
    size, order = len(x), list(range(len(x)))
    found = x.copy()
    for k in range(size):
        best = max(range(k, size), key=lambda row: abs(found[row, k]))
        found[[k, best]], order[k], order[best] = found[[best, k]], order[best], order[k]
        for i in range(k + 1, size):
            found[i, k] /= found[k, k]
            found[i, k + 1 :] -= found[i, k] * found[k, k + 1 :]
    return found, np.array(order, np.int32)


def eigen(x):  # type: ignore[no-untyped-def]
    """The values as roots of the characteristic polynomial; of the vectors the signs are LAPACK's."""
    values = np.sort(np.roots(np.poly(x)).real)
    vectors = np.linalg.eigh(x)[1]
    assert np.allclose(x @ vectors, vectors * values, atol=1e-6)
    return values, vectors


def singular(full=False):  # type: ignore[no-untyped-def]
    """The values as roots of the eigenvalues of x x^H; of the vectors the signs are LAPACK's."""

    def values_and_vectors(x):  # type: ignore[no-untyped-def]
        few = min(x.shape)
        left, _, right = np.linalg.svd(x, full_matrices=full)
        values = np.sqrt(
            np.sort(np.linalg.eigvalsh(x @ adjoint(x) if len(x) == few else adjoint(x) @ x))[::-1]
        )
        assert np.allclose((left[:, :few] * values) @ right[:few], x)
        return values, left, adjoint(right)

    return values_and_vectors


# -- diagonals, entry by entry ---------------------------------------------------------------------------------------


def entries(rows, columns, low, high, align):  # type: ignore[no-untyped-def]
    """(place among the diagonals, place in it, row, column) of every entry, for an alignment as TensorFlow tells it."""
    sizes = {k: sum(0 <= row + k < columns for row in range(rows)) for k in range(low, high + 1)}
    longest = max(sizes.values())
    for k, size in sizes.items():
        side = align.split("_")[0 if k > 0 else 1] if k else "LEFT"
        for place in range(size):
            shift = longest - size if side == "RIGHT" else 0
            yield high - k, place + shift, place + max(-k, 0), place + max(k, 0)


def part(x, k, padding, align="LEFT_LEFT"):  # type: ignore[no-untyped-def]
    low, high = np.ravel(k)[[0, -1]]
    found = list(entries(*x.shape[-2:], low, high, align))
    result = np.full((*x.shape[:-2], high - low + 1, max(entry[1] for entry in found) + 1), padding, x.dtype)
    for diagonal, place, row, column in found:
        result[..., diagonal, place] = x[..., row, column]
    return result[..., 0, :] if low == high else result


def changed(x, diagonals, k, align="LEFT_LEFT"):  # type: ignore[no-untyped-def]
    low, high = np.ravel(k)[[0, -1]]
    values, result = diagonals[..., None, :] if low == high else diagonals, x.copy()
    for diagonal, place, row, column in entries(*x.shape[-2:], low, high, align):
        result[..., row, column] = values[..., diagonal, place]
    return result


def made(diagonals, k, rows, columns, padding, align="LEFT_LEFT"):  # type: ignore[no-untyped-def]
    low, high = np.ravel(k)[[0, -1]]
    stack = diagonals.shape[:-1] if low == high else diagonals.shape[:-2]
    return changed(np.full((*stack, rows, columns), padding, diagonals.dtype), diagonals, k, align)


X, ONE = normal(2, 3, 4), np.int32(1)
_ALIGNED = [
    ("MatrixDiagPart", lambda align: [X, i32(-1, 2), f32(9.0)], part),
    ("MatrixSetDiag", lambda align: [X, normal(2, 4, 3, seed=5), i32(-1, 2)], changed),
    (
        "MatrixDiag",
        lambda align: [normal(2, 4, 3, seed=5), i32(-1, 2), np.int32(3), np.int32(4), f32(9.0)],
        made,
    ),
]


def aligned(function, align):  # type: ignore[no-untyped-def]
    return lambda *inputs: function(*inputs, align)


EXAMPLES = [
    Example("Cross", [normal(2, 3, seed=7), normal(2, 3, seed=8)],
            lambda x, y: np.roll(x, -1, 1) * np.roll(y, 1, 1) - np.roll(x, 1, 1) * np.roll(y, -1, 1)),
    Example("MatrixDiag", [normal(2, 3)], lambda x: np.einsum("ij,jk->ijk", x, np.eye(3))),
    Example("MatrixDiag", [f32(np.inf, 1.0)], lambda x: f32([[np.inf, 0], [0, 1]]), gradients=[], note="infinite"),
    Example("MatrixDiagPart", [X], lambda x: np.einsum("bii->bi", x[..., :3])),
    Example("MatrixDiagPart", [normal(4, 2)], lambda x: np.einsum("ii->i", x[:2]), note="tall"),
    Example("MatrixSetDiag", [X, normal(2, 3, seed=4)], lambda x, d: changed(x, d, [0])),
    *(
        Example(f"{op}V3", inputs(align), aligned(function, align), {"align": align},
                constants=[1, 2, 3] if op == "MatrixDiag" else [], gradients=[0, 1] if op == "MatrixSetDiag" else [0], note=align)
        for op, inputs, function in _ALIGNED
        for align in ("LEFT_LEFT", "RIGHT_RIGHT", "LEFT_RIGHT", "RIGHT_LEFT")
    ),
    *(
        Example(f"{op}V2", inputs("LEFT_LEFT"), function, gradients=[0, 1] if op == "MatrixSetDiag" else [0])
        for op, inputs, function in _ALIGNED
    ),
    Example("MatrixDiagPartV3", [X, np.int32(-2), f32(0.0)], part, constants=[1], gradients=[0], note="one below"),
    Example("MatrixDiagV3", [normal(2, 2), ONE, np.int32(-1), np.int32(-1), f32(0.0)],
            lambda d, k, rows, columns, padding: made(d, k, 3, 3, 0), constants=[1], gradients=[0], note="square above"),
    Example("MatrixDiagV3", [normal(2, 2), ONE, np.int32(2), np.int32(-1), f32(7.0)],
            lambda d, k, rows, columns, padding: made(d, k, 2, 3, 7), constants=[1, 2, 3], gradients=[0], note="rows alone"),
    Example("MatrixSetDiagV3", [X, normal(2, 3, seed=4), ONE], changed, gradients=[0, 1], note="one above"),
    Example("MatrixInverse", [invertible(2, 3, 3)], each(inverse), rtol=1e-4),
    Example("MatrixInverse", [invertible(3, 3)], lambda x: inverse(x.T), {"adjoint": True}, rtol=1e-4, note="adjoint"),
    Example("MatrixInverse", [Z], each(lambda x: inverse(adjoint(x))), {"adjoint": True}, rtol=1e-4, note="complex"),
    Example("MatrixDeterminant", [invertible(2, 3, 3)], each(determinant), rtol=1e-4),
    Example("MatrixDeterminant", [Z], each(determinant), rtol=1e-4, note="complex"),
    Example("LogMatrixDeterminant", [invertible(2, 3, 3)], each(sign_and_log), rtol=1e-4),
    Example("LogMatrixDeterminant", [f32([[1, 2], [2, 4]])], lambda x: (f32(0), f32(-np.inf)), gradients=[], note="singular"),
    Example("Cholesky", [positive(2, 3, 3)], each(lower_root), rtol=1e-4, gradients=[]),
    Example("Cholesky", [(Z @ adjoint(Z) + np.eye(3)).astype(np.complex64)], each(lower_root), gradients=[], rtol=1e-4, note="complex"),
    Example("MatrixSolve", [invertible(2, 3, 3), normal(2, 3, 2)], each(lambda a, y: inverse(a) @ y), rtol=1e-4),
    Example("MatrixSolve", [invertible(3, 3), normal(3, 2)], lambda a, y: inverse(a.T) @ y, {"adjoint": True}, rtol=1e-4, note="adjoint"),
    Example("MatrixSolve", [Z, (normal(2, 3, 2) + 1j * normal(2, 3, 2, seed=9)).astype(np.complex64)],
            each(lambda a, y: inverse(adjoint(a)) @ y), {"adjoint": True}, rtol=1e-4, note="complex"),
    *(
        Example("MatrixSolveLs", [normal(2, *size), normal(2, size[0], 2, seed=6), np.float64(weight)],
                lambda a, y, weight: each(lambda a, y: least_squares(a, y, float(weight)))(a, y), constants=[2], rtol=1e-3,
                note=f"{size} {weight}")
        for size in ((4, 3), (2, 3)) for weight in (0.0, 0.5)
    ),
    Example("Lu", [invertible(2, 3, 3)[:, ::-1].copy()], each(packed), rtol=1e-4),
    Example("SelfAdjointEigV2", [positive(2, 3, 3)], each(eigen), rtol=1e-3, gradients=[]),
    Example("SelfAdjointEigV2", [positive(2, 3, 3)], lambda x: (each(eigen)(x)[0], f32([])), {"compute_v": False}, rtol=1e-3,
            gradients=[], note="values alone"),
    *(
        Example("Svd", [normal(2, *size)], each(singular()), rtol=1e-3, note=f"{size}")
        for size in ((4, 3), (3, 3), (2, 4))
    ),
    *(
        Example("Svd", [normal(*size)], singular(full=True), {"full_matrices": True}, rtol=1e-3, note=f"full {size}")
        for size in ((3, 2), (3, 3), (3, 4))
    ),
    Example("Svd", [normal(2, 3, 2)], lambda x: (each(singular())(x)[0], f32([]), f32([])), {"compute_uv": False}, rtol=1e-3,
            note="values alone"),
]  # fmt: skip
