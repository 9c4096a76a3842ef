"""Examples of ops/batch_normalization.py. How gradients flow in training shows tests/ops/test_batch_normalization.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.example import Example, normal, positive

X, DY = normal(3, 2, 4, 5, seed=1), normal(3, 2, 4, 5, seed=2)
VOLUME = normal(2, 3, 2, 2, 5, seed=3)
SCALE, OFFSET, MEAN, VARIANCE = positive(5, seed=4), normal(5, seed=5), normal(5, seed=6), positive(5, seed=7)
FEW = normal(1, 1, 1, 5, seed=8)  # one number for each channel
NOTHING = np.zeros(0, np.float32)
EPSILON = 0.01


def statistics(x: Any) -> tuple[Any, Any]:
    """Mean and biased variance of what each channel has."""
    rows = x.reshape(-1, x.shape[-1]).astype(np.float64)
    return rows.mean(0), rows.var(0)


def _trained(x: Any, scale: Any, offset: Any, mean: Any, variance: Any) -> tuple[Any, ...]:
    own, biased = statistics(x)
    numbers = x.size // x.shape[-1]
    y = (x - own) / np.sqrt(biased + EPSILON) * scale + offset
    unbiased = biased * numbers / max(numbers - 1, 1)
    return tuple(np.asarray(value, np.float32) for value in (y, own, unbiased, own, biased))


def _moved(x: Any, scale: Any, offset: Any, mean: Any, variance: Any) -> tuple[Any, ...]:
    y, own, unbiased, *reserved = _trained(x, scale, offset, mean, variance)
    return y, 0.25 * own + 0.75 * mean, 0.25 * unbiased + 0.75 * variance, *reserved


def _used(x: Any, scale: Any, offset: Any, mean: Any, variance: Any) -> tuple[Any, ...]:
    y = (x - mean) / np.sqrt(variance + EPSILON) * scale + offset
    return y, mean, variance, mean, variance


def _empty(x: Any, *inputs: Any) -> tuple[Any, ...]:
    nan, zeros = np.full(5, np.nan, np.float32), np.zeros(5, np.float32)
    return x, nan, nan, zeros, zeros


def _flowing(dy: Any, x: Any, scale: Any, mean: Any, variance: Any) -> tuple[Any, ...]:
    factor = 1 / np.sqrt(variance + EPSILON)
    axes = tuple(range(x.ndim - 1))
    dscale, doffset = (dy * (x - mean) * factor).sum(axes), dy.sum(axes)
    return dy * scale * factor, dscale, doffset, NOTHING, NOTHING


def _flowing_in_training(dy: Any, x: Any, scale: Any, mean: Any, variance: Any) -> tuple[Any, ...]:
    # d/dx of the sum of dy · (x - mean(x)) / sqrt(var(x) + epsilon): arXiv:1502.03167, section 3
    dx, dscale, doffset, *rest = _flowing(dy, x, scale, mean, variance)
    factor, numbers = 1 / np.sqrt(variance + EPSILON), x.size // x.shape[-1]
    normalised = (x - mean) * factor
    return dx - scale * factor * (doffset + normalised * dscale) / numbers, dscale, doffset, *rest


def _channels_first(formula: Any, images: int) -> Any:
    def of_channels_first(*inputs: Any) -> tuple[Any, ...]:
        batches = [np.moveaxis(batch, 1, -1) for batch in inputs[:images]]
        y, *rest = formula(*batches, *inputs[images:])
        return np.moveaxis(y, -1, 1), *rest

    return of_channels_first


def _with_third(formula: Any) -> Any:
    return lambda *inputs: (*formula(*inputs), NOTHING)


def _without_third(formula: Any) -> Any:
    return lambda *inputs: formula(*inputs[:-1])


def _row(op: str, inputs: list[Any], formula: Any, note: str, gradients: Any = (), **attrs: Any) -> Example:
    return Example(
        op, inputs, formula, {"epsilon": EPSILON, **attrs}, gradients=gradients, rtol=1e-4, note=note
    )


def _forward(version: str) -> list[Example]:
    name, third = f"FusedBatchNorm{version}", _with_third if version == "V3" else lambda formula: formula
    given = [SCALE, OFFSET, MEAN, VARIANCE]
    first = {"data_format": "NCHW"}
    return [
        _row(name, [X, SCALE, OFFSET, NOTHING, NOTHING], third(_trained), "training"),
        _row(name, [FEW, SCALE, OFFSET, NOTHING, NOTHING], third(_trained), "one number"),
        _row(name, [X, *given], third(_moved), "moving", exponential_avg_factor=0.25),
        _row(name, [X, *given], third(_used), "used", [0, 1, 2], is_training=False),
        _row(name, [X[:0], *given], third(_empty), "empty"),
        _row(name, [X[:0], *given], third(_empty), "empty used", is_training=False),
        _row(
            name, [np.moveaxis(X, -1, 1).copy(), *given], third(_channels_first(_trained, 1)), "first", **first
        ),
        _row(
            name, [np.moveaxis(X, -1, 1).copy(), *given], third(_channels_first(_used, 1)), "first used",
            [0, 1, 2], is_training=False, **first,
        ),
    ]  # fmt: skip


def _backward(version: str) -> list[Example]:
    name, third = (
        f"FusedBatchNormGrad{version}",
        _without_third if version == "V3" else lambda formula: formula,
    )
    given = [SCALE, MEAN, VARIANCE, *([NOTHING] if version == "V3" else [])]
    firsts = [np.moveaxis(batch, -1, 1).copy() for batch in (DY, X)]
    return [
        _row(name, [DY, X, *given], third(_flowing_in_training), "training"),
        _row(name, [DY, X, *given], third(_flowing), "used", [0, 1, 2], is_training=False),
        _row(
            name, [DY[:0], X[:0], *given],
            lambda dy, x, *more: (x, np.zeros(5, np.float32), np.zeros(5, np.float32), NOTHING, NOTHING), "empty",
        ),
        _row(
            name, [*firsts, *given], third(_channels_first(_flowing_in_training, 2)), "first", data_format="NCHW"
        ),
    ]  # fmt: skip


_VOLUMES = [
    _row(
        "FusedBatchNormV3", [VOLUME, SCALE, OFFSET, MEAN, VARIANCE], _with_third(_trained), "volume",
        data_format="NDHWC",
    ),
    _row(
        "FusedBatchNormV3", [np.moveaxis(VOLUME, -1, 1).copy(), SCALE, OFFSET, MEAN, VARIANCE],
        _with_third(_channels_first(_trained, 1)), "volume first", data_format="NCDHW",
    ),
    _row(
        "FusedBatchNormGradV3", [VOLUME[::-1].copy(), VOLUME, SCALE, MEAN, VARIANCE, NOTHING],
        _without_third(_flowing_in_training), "volume", data_format="NDHWC",
    ),
]  # fmt: skip


def _as_half(row: Example, images: int) -> Example:
    inputs = [*(batch.astype(np.float16) for batch in row.inputs[:images]), *row.inputs[images:]]

    def formula(*given: Any) -> tuple[Any, ...]:
        y, *rest = row.formula(*(np.asarray(value, np.float32) for value in given))  # type: ignore[misc]
        return np.asarray(y, np.float16), *rest

    return Example(row.op, inputs, formula, row.attrs, gradients=[], rtol=2e-3, note=f"half {row.note}")


EXAMPLES = [
    row for version in ("", "V2", "V3") for rows in (_forward(version), _backward(version)) for row in rows
]
EXAMPLES += [_as_half(row, 1) for version in ("V2", "V3") for row in _forward(version)[:1]]
EXAMPLES += [_as_half(row, 2) for version in ("V2", "V3") for row in _backward(version)[:1]]
EXAMPLES += _VOLUMES
