"""The array cases that TensorFlow computed, in our functions: case -> function of its inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.functions import arrays, diagonals, indexing, segments, strings
from estimator.graph import build as b

CASES: dict[str, Callable[..., Any]] = {
    "as_string_int": lambda x: strings.as_string(x),
    "boolean_mask": lambda x, c: indexing.boolean_mask(x, c),
    "broadcast_to": lambda x: arrays.broadcast_to(x, [4, 5]),
    "bucketize": lambda x: b.Bucketize(x, boundaries=[0.0, 1.0, 2.5]),
    "concat0": lambda x, y: arrays.concat([x, y], axis=0),
    "concat_last": lambda x, y, z: arrays.concat([x, y, z], axis=-1),
    "expand_dims": lambda x: arrays.expand_dims(x, axis=-2),
    "eye": lambda: diagonals.eye(3),
    "fill": lambda: arrays.fill([2, 3], 1.5),
    "gather": lambda x, idx: indexing.gather(x, idx),
    "gather_2didx": lambda x, idx: indexing.gather(x, idx),
    "gather_axis1": lambda x, idx: indexing.gather(x, idx, axis=1),
    "gather_nd": lambda x, idx: indexing.gather_nd(x, idx),
    "in_top_k": lambda t, p: indexing.in_top_k(targets=t, predictions=p, k=2),
    "linspace": lambda: arrays.linspace(0.0, 1.0, 5),
    "one_hot": lambda x: indexing.one_hot(x, 5),
    "one_hot_onoff": lambda x: indexing.one_hot(x, 5, on_value=2.0, off_value=-1.0, axis=0),
    "pad": lambda x: arrays.pad(x, [[1, 2], [0, 1]], constant_values=0.0),
    "pad_reflect": lambda x: arrays.pad(x, [[1, 1], [2, 0]], mode="REFLECT"),
    "range": lambda: arrays.range(2, 11, 3),
    "reshape": lambda x: arrays.reshape(x, [-1, 6]),
    "reverse": lambda x: arrays.reverse(x, axis=[1]),
    "scatter_nd": lambda idx, u: indexing.scatter_nd(idx, u, [5, 3]),
    "segment_mean": lambda x, s: segments.segment_mean(x, s),
    "segment_sum": lambda x, s: segments.segment_sum(x, s),
    "sequence_mask": lambda x: indexing.sequence_mask(x, 5),
    "shape": lambda x: arrays.shape(x),
    "slice": lambda x: indexing.slice(x, [1, 0], [2, 3]),
    "split": lambda x: arrays.split(x, 2, axis=1),
    "split_sizes": lambda x: arrays.split(x, [1, 2, 4], axis=0),
    "squeeze": lambda x: arrays.squeeze(x, axis=[1]),
    "stack": lambda x, y: arrays.stack([x, y], axis=1),
    "stop_gradient": lambda x: x * arrays.stop_gradient(x),
    "strided_slice": lambda x: x[1:, ::2],
    "strided_slice_neg": lambda x: x[::-1, -3:-1],
    "strided_slice_newaxis": lambda x: x[..., 0, None],
    "tile": lambda x: arrays.tile(x, [2, 3]),
    "top_k": lambda x: indexing.top_k(x, k=2),
    "transpose": lambda x: arrays.transpose(x),
    "transpose_perm": lambda x: arrays.transpose(x, perm=[2, 0, 1]),
    "unique": lambda x: indexing.unique(x),
    "unsorted_segment_sum": lambda x, s: segments.unsorted_segment_sum(x, s, 3),
    "unstack": lambda x: arrays.unstack(x, axis=1),
}
