"""Calls with ragged tensors: what they give, what is known of it before a run, and what is refused.

The calls are text, so that TensorFlow (tests/interop/tf_ragged.py) and this package (tests/test_ragged.py) evaluate the
very same ones; tests/data/tf/ragged.json has TensorFlow's answers. In them stand ``{R}`` for rows of 2, 0 and 3 of the
five numbers of v, ``{Q}`` for others of the same lengths, ``{N}`` for rows in rows, ``{W}`` for rows of vectors, ``{T}``
for texts, ``{I}`` for whole numbers.
"""

from __future__ import annotations

_ROWS = {
    "R": "tf.RaggedTensor.from_row_splits(v, [0, 2, 2, 5])",
    "Q": "tf.RaggedTensor.from_row_lengths(tf.reverse(v, [0]), [2, 0, 3])",
    "N": "tf.RaggedTensor.from_nested_row_splits(v, [[0, 1, 3], [0, 2, 2, 5]])",
    "W": "tf.RaggedTensor.from_row_splits(tf.reshape(p, [3, 2]), [0, 1, 3])",
    "I": "tf.ragged.constant([[3, 1], [], [2, 0, 4]])",
    "M": "tf.ragged.constant([[[3, 1], []], [], [[2, 0, 4]]])",
    "T": "tf.ragged.constant([['b', 'a c'], [], ['d']])",
    "B": "tf.ragged.constant([[True, False], [], [True, True, False]])",
}


def _calls(text: str) -> list[str]:
    lines = text.strip().splitlines()
    for name, rows in _ROWS.items():
        lines = [line.replace("{" + name + "}", rows) for line in lines]
    return lines


CALLS = _calls("""
{R}
tf.RaggedTensor.from_row_splits(v, np.array([0, 5], np.int32))
tf.RaggedTensor.from_row_lengths(v, [2, 0, 3])
tf.RaggedTensor.from_row_lengths(x, [0, 2])
tf.RaggedTensor.from_row_starts(v, [0, 2, 2])
tf.RaggedTensor.from_row_limits(v, [2, 2, 5])
tf.RaggedTensor.from_value_rowids(v, [0, 0, 2, 2, 2])
tf.RaggedTensor.from_value_rowids(v, [0, 0, 2, 2, 2], 5)
tf.RaggedTensor.from_value_rowids(v[:0], np.zeros([0], np.int64))
tf.RaggedTensor.from_uniform_row_length(k, 2)
tf.RaggedTensor.from_uniform_row_length(k[:0], 0, nrows=3)
tf.RaggedTensor.from_uniform_row_length(tf.RaggedTensor.from_row_lengths(v, [1, 0, 2, 2]), 2)
tf.RaggedTensor.from_nested_row_splits(v, [[0, 1, 3], [0, 2, 2, 5]])
tf.RaggedTensor.from_nested_row_lengths(v, [[1, 2], [2, 0, 3]])
tf.RaggedTensor.from_nested_value_rowids(v, [[0, 1, 1], [0, 0, 2, 2, 2]])
tf.RaggedTensor.from_nested_value_rowids(v, [[0, 1, 1], [0, 0, 2, 2, 2]], [4, 3])
tf.RaggedTensor.from_nested_row_splits(v, [])
tf.RaggedTensor.from_tensor(x)
tf.RaggedTensor.from_tensor(x, lengths=[1, 3])
tf.RaggedTensor.from_tensor(x, lengths=[0, 7])
tf.RaggedTensor.from_tensor(t, lengths=[3, 1])
tf.RaggedTensor.from_tensor(t, ragged_rank=2)
tf.RaggedTensor.from_tensor(t, lengths=[[4, 1], [3, 0, 2, 1, 3]])
tf.RaggedTensor.from_tensor(t, lengths=[1, 2, 0, 3, 1, 1, 2, 3], ragged_rank=2)
tf.RaggedTensor.from_tensor([[1, 0, 2, 0], [0, 0, 0, 0], [1, 1, 1, 1]], padding=0)
tf.RaggedTensor.from_tensor([[[1, 2], [0, 2]], [[0, 2], [1, 0]]], padding=[0, 2])
tf.RaggedTensor.from_tensor([[[1, 2], [0, 0]], [[0, 2], [1, 0]]], padding=0, ragged_rank=2)
tf.RaggedTensor.from_tensor(x, row_splits_dtype=tf.int32)
tf.RaggedTensor.from_sparse(tf.SparseTensor([[0, 0], [0, 1], [2, 0]], v[:3], [4, 5]))
{R}.to_tensor()
{R}.to_tensor(-1.0)
{R}.to_tensor(shape=[None, 2])
{R}.to_tensor(shape=[5, 4])
{R}.to_tensor(tf.reduce_sum(x), shape=[4, None])
{N}.to_tensor()
{N}.to_tensor(shape=[None, None, 2])
{W}.to_tensor()
{W}.to_tensor(default_value=tf.cast(n, tf.float32))
{T}.to_tensor()
{T}.to_tensor(default_value='-')
tf.sparse.to_dense({R}.to_sparse())
{W}.to_sparse().indices
{N}.to_sparse().dense_shape
{R}.values
{N}.flat_values
{N}.values
{R}.row_splits
{N}.nested_row_splits
{R}.nrows()
{R}.nrows(tf.int32)
{R}.row_starts()
{R}.row_limits()
{R}.row_lengths()
{R}.row_lengths(axis=0)
{N}.row_lengths()
{N}.row_lengths(axis=2)
{W}.row_lengths(axis=2)
{N}.nested_row_lengths()
{R}.value_rowids()
{N}.nested_value_rowids()
{R}.bounding_shape()
{R}.bounding_shape(axis=1)
{N}.bounding_shape(out_type=tf.int32)
{N}.bounding_shape(axis=[0, 2])
{W}.bounding_shape()
tf.RaggedTensor.from_uniform_row_length(k, 2).uniform_row_length
{R}.with_values(tf.range(5))
{R}.with_values(tf.stack([v, v], 1))
{N}.with_flat_values(tf.square(v))
{N}.with_row_splits_dtype(tf.int32)
{N}.merge_dims(0, 1)
{N}.merge_dims(1, 2)
{N}.merge_dims(0, 2)
{N}.merge_dims(-2, -1)
{W}.merge_dims(1, 2)
{W}.merge_dims(0, 1)
{R} + {R}
{R} + {Q}
{R} * 2
2.0 * {R}
{R} - 1.0
1.0 - {R}
{R} / 2.0
{I} / 2
2 / tf.cast({I} + 1, tf.float64)
{I} + np.array([[1], [2], [3]])
tf.multiply(np.array([[1], [2], [3]]), {R})
tf.ragged.constant([[], []], tf.int32, ragged_rank=2)
{I} // 2
{I} % 2
{I} ** 2
2.0 ** {R}
-{R}
abs({R})
~({R} > 0.0)
({R} > 0.0) & ({R} < 1.0)
({R} > 0.0) | ({R} < 1.0)
({R} > 0.0) ^ ({R} < 1.0)
{R} > {Q}
{R} <= 0.5
tf.reduce_sum(x) + {R}
{R} + x[:, :1][:1]
{R} + tf.reshape(v[:3], [3, 1])
tf.reshape(v[:3], [3, 1]) * {R}
{W} * 3.0
{W} * tf.reduce_sum(x, 0)[:2]
{N} * {N}
{N} + tf.reshape(v[:2], [2, 1, 1])
{N} * tf.RaggedTensor.from_row_splits(v[:3], [0, 1, 3])[:, :, tf.newaxis]
tf.RaggedTensor.from_row_splits(v[:2], [0, 2]) + tf.RaggedTensor.from_row_splits(v[:4], [0, 2, 4])
tf.add({R}, {Q})
tf.subtract({R}, 1.0)
tf.maximum({R}, {Q})
tf.minimum({R}, 0.0)
tf.squared_difference({R}, {Q})
tf.divide({R}, 2.0)
tf.equal({I}, 3)
tf.not_equal({T}, 'b')
tf.greater_equal({R}, 0.0)
tf.logical_and({B}, {B})
tf.logical_not({B})
tf.abs({R})
tf.square({R})
tf.exp({N})
tf.tanh({R})
tf.sigmoid({W})
tf.log(tf.abs({R}) + 1.0)
tf.nn.relu({R})
tf.nn.relu6({R})
tf.nn.leaky_relu({R})
tf.nn.elu({R})
tf.cast({R}, tf.int32)
tf.to_double({R})
tf.identity({R})
tf.stop_gradient({R})
tf.zeros_like({R})
tf.ones_like({N})
tf.clip_by_value({R}, -0.5, 0.5)
tf.round({R})
tf.sign({R})
tf.check_numerics({R}, 'message')
tf.is_nan({R})
tf.as_string({I})
tf.strings.length({T})
tf.strings.substr({T}, 0, 1)
tf.strings.upper({T})
tf.strings.strip({T})
tf.strings.regex_replace({T}, 'a', 'x')
tf.strings.regex_full_match({T}, 'a.*')
tf.strings.to_hash_bucket_fast({T}, 10)
tf.strings.to_hash_bucket_strong({T}, 10, [1, 2])
tf.string_to_hash_bucket({T}, 10)
tf.strings.join([{T}, {T}], '-')
tf.add_n([{R}, {Q}])
tf.one_hot({I}, 3)
tf.where({R} > 0.0, {R}, {Q})
tf.where({B})
tf.where(tf.greater({N}, 0.0))
tf.where([True, False, True], {R}, {Q})
tf.where_v2({B}, {R}, 0.0)
tf.where_v2({B}, {R}, tf.reshape(v[:3], [3, 1]))
tf.size({N})
tf.size({R}, out_type=tf.int64)
tf.rank({N})
tf.rank({W})
tf.expand_dims({R}, 0)
tf.expand_dims({R}, 1)
tf.expand_dims({R}, 2)
tf.expand_dims({R}, -1)
tf.expand_dims({N}, axis=1)
tf.expand_dims({N}, axis=2)
tf.squeeze(tf.expand_dims({R}, 0), 0)
tf.squeeze(tf.expand_dims({R}, 1), 1)
tf.squeeze(tf.expand_dims({R}, 2), [2])
tf.squeeze(tf.ragged.constant([[[1]]]), [0, 1, 2])
tf.reduce_sum({R})
tf.reduce_sum({R}, axis=0)
tf.reduce_sum({R}, axis=1)
tf.reduce_sum({R}, axis=-1)
tf.reduce_sum({R}, axis=[0, 1])
tf.reduce_sum({R}, axis=1, keepdims=True)
tf.reduce_sum({R}, keepdims=True)
tf.reduce_sum({N}, axis=0)
tf.reduce_sum({N}, axis=1)
tf.reduce_sum({N}, axis=2)
tf.reduce_sum({N}, axis=[1, 2])
tf.reduce_sum({N}, axis=[0, 2])
tf.reduce_sum({N}, axis=2, keepdims=True)
tf.reduce_sum({M}, axis=1)
tf.reduce_sum({M}, axis=0)
tf.reduce_sum({W}, axis=1)
tf.reduce_sum({W}, axis=2)
tf.reduce_sum({W}, axis=0)
tf.reduce_mean({R}, axis=0)
tf.reduce_mean({R}[::2], axis=1)
tf.reduce_mean({I})
tf.reduce_mean({I}[::2], axis=1)
tf.reduce_mean({W}, axis=1)
tf.reduce_mean({N}, axis=1)
tf.reduce_max({R}, axis=0)
tf.reduce_max({R}[::2], axis=1)
tf.reduce_max({I}, axis=1)
tf.reduce_min({R}, axis=0)
tf.reduce_min({N}, axis=1)
tf.reduce_prod({R}, axis=1)
tf.reduce_any({B}, axis=1)
tf.reduce_all({B}, axis=1)
tf.reduce_any({B}, axis=0)
tf.reduce_all({B})
tf.math.reduce_variance({R}[::2], axis=1)
tf.math.reduce_std({R}[::2], axis=1)
tf.unsorted_segment_sum({R}, [1, 0, 1], 3)
tf.unsorted_segment_max({I}[::2], [1, 1], 2)
tf.unsorted_segment_mean({R}, [1, 0, 1], 2)
tf.unsorted_segment_sqrt_n({R}, [1, 0, 1], 2)
tf.unsorted_segment_sum({R}, tf.ragged.constant([[1, 0], [], [2, 0, 1]]), 3)
tf.unsorted_segment_prod({N}, [1, 0], 2)
tf.concat([{R}, {Q}], 0)
tf.concat([{R}, {Q}], 1)
tf.concat([{R}, {Q}], -1)
tf.concat([{R}, tf.reshape(v[:3], [3, 1])], 1)
tf.concat([{R}, x], 0)
tf.concat([{N}, {N}], 0)
tf.concat([{N}, {N}], 1)
tf.concat([{N}, {N}], 2)
tf.concat([{W}, {W}], 2)
tf.concat([{T}, {T}], 1)
tf.stack([{R}, {Q}])
tf.stack([{R}, {Q}], 1)
tf.stack([{R}, {Q}], 2)
tf.stack([{N}, {N}], 2)
tf.ragged.stack([v, v[:2]])
tf.ragged.stack([{R}, x])
tf.ragged.stack([x, y], 1)
tf.gather({R}, [2, 0])
tf.gather({R}, 2)
tf.gather({R}, [[2, 0], [1, 1]])
tf.gather({N}, [1, 0, 1])
tf.gather({N}, [0], axis=1)
tf.gather({W}, [1, 0], axis=2)
tf.gather(v, {I})
tf.gather(x, tf.ragged.constant([[1], [0, 1]]))
tf.gather({R}, tf.ragged.constant([[2], [0, 1]]))
tf.gather({R}, tf.ragged.constant([[1], [], [0, 2]]), axis=1, batch_dims=1)
tf.gather(t, tf.ragged.constant([[1], [0, 3]]), axis=1, batch_dims=1)
tf.batch_gather({R}, tf.ragged.constant([[1], [], [0, 2]]))
tf.gather_nd({R}, [[2, 0], [0, 1]])
tf.gather_nd({R}, [[2], [0]])
tf.gather_nd({N}, [[1, 1, 2], [0, 0, 1]])
tf.gather_nd({N}, [[1, 1], [0, 0]])
tf.gather_nd({W}, [[1, 1, 0], [0, 0, 1]])
tf.gather_nd({W}, [[1, 1], [0, 0]])
tf.gather_nd({R}, [[[2, 0]], [[0, 1]]])
tf.tile({R}, [2, 2])
tf.tile({R}, [1, 3])
tf.tile({N}, [2, 1, 2])
tf.tile({W}, [1, 2, 2])
tf.ragged.boolean_mask({R}, {B})
tf.ragged.boolean_mask({R}, [True, False, True])
tf.ragged.boolean_mask(x, [[True, False, True], [False, False, False]])
tf.ragged.boolean_mask(t, [[True, False, True, False], [False, False, False, True]])
tf.ragged.boolean_mask({N}, tf.greater({N}, 0.0))
tf.ragged.boolean_mask({N}, tf.ragged.constant([[True], [False, True]]))
tf.ragged.boolean_mask(v, v > 0.0)
tf.ragged.constant([[1, 2], [], [3]])
tf.ragged.constant([[1.5], []], row_splits_dtype=tf.int32)
tf.ragged.constant([[[1, 2], [3, 4]], []], ragged_rank=1)
tf.ragged.constant([[[1, 2], [3, 4]], []], inner_shape=(2,))
tf.ragged.constant([1, 2])
tf.ragged.constant(3)
tf.ragged.constant([[], []])
tf.ragged.constant([[[]], []], dtype=tf.string)
tf.ragged.constant([[1], [2, 3]], dtype=tf.float64)
tf.ragged.range([1, 2, 3])
tf.ragged.range([0, 5], [3, 9], [1, 2])
tf.ragged.range(0.0, [1.0, 0.25], 0.25)
tf.ragged.range(3)
tf.ragged.range([3, 0], 1, dtype=tf.int64, row_splits_dtype=tf.int32)
tf.ragged.map_flat_values(tf.square, {N})
tf.ragged.map_flat_values(tf.add, {R}, {R})
tf.ragged.map_flat_values(tf.reshape, {R}, [-1, 1])
tf.ragged.row_splits_to_segment_ids([0, 2, 2, 5])
tf.ragged.row_splits_to_segment_ids(np.array([0, 0, 1], np.int32), out_type=tf.int64)
tf.ragged.segment_ids_to_row_splits([0, 0, 2, 2, 2])
tf.ragged.segment_ids_to_row_splits([0, 0, 2], 5, tf.int32)
tf.ragged.stack_dynamic_partitions(v, [3, 0, 2, 2, 0], 5)
tf.ragged.stack_dynamic_partitions(x, [[1, 0, 1], [1, 1, 0]], 2)
tf.ragged.stack_dynamic_partitions({R}, [1, 0, 1], 2)
{R}[0]
{R}[-1]
{R}[2, 1]
{R}[1:]
{R}[::2]
{R}[::-1]
{R}[:, 1:]
{R}[:, -1:]
{R}[:, :-1]
{R}[:, ::2]
{R}[:, ::-1]
{R}[:, 5:]
{R}[tf.newaxis]
{R}[:, tf.newaxis]
{R}[:, :, tf.newaxis]
{R}[..., :1]
{R}[n[1]]
{N}[1]
{N}[1, 1]
{N}[1, 1, 2]
{N}[:, :1]
{N}[:, :, 1:]
{N}[1:, :, :1]
{N}[1, 1:]
{N}[..., -1:]
{W}[:, :, 0]
{W}[1, :, 1]
{W}[..., 1]
tf.RaggedTensor.from_uniform_row_length(k, 2)[:, 1]
tf.RaggedTensor.from_uniform_row_length(k, 2)[1, 0]
tf.nn.dropout({R}, keep_prob=1.0)
tf.reverse({R}, [0])
tf.reverse({R}, axis=[1])
tf.reverse({N}, [0, -1])
tf.reverse({W}, [2])
tf.split({R}, 3)
tf.split({R}, [1, 2])
tf.split({R}, [1, 0, 2], axis=-2)
tf.split({W}, 2, axis=2)
tf.split({N}, tf.constant([2, 0]))
tf.split(tf.RaggedTensor.from_uniform_row_length({R}, 3), [1, 2], axis=1)
tf.string_split(['a b', '', 'c  d e'], result_type='RaggedTensor')
tf.string_split(['a,b', 'c'], ',', result_type='RaggedTensor')
tf.strings.split(['a b', '', ' c  d e '], result_type='RaggedTensor')
tf.strings.split('a b', result_type='RaggedTensor')
tf.strings.split(['a,b', '', 'c,d,,e'], ',', 1, 'RaggedTensor')
tf.strings.split([['a b', 'c'], ['', 'd e f']], result_type='RaggedTensor')
tf.strings.split([['a b', 'c'], ['', 'd e f']]).indices
tf.strings.split({T}, result_type='RaggedTensor')
tf.strings.split({T}).values
tf.nn.embedding_lookup(t[0], tf.ragged.constant([[3, 1], [], [2, 0, 3]]))
tf.nn.embedding_lookup(v, {M})
tf.nn.embedding_lookup_sparse(t[0], tf.ragged.constant([[3, 1], [2], [2, 0, 3]]), None, combiner='sum')
tf.nn.embedding_lookup_sparse(t[0], tf.ragged.constant([[3, 1], [2], [2, 0, 3]]), tf.ragged.constant([[1.0, 2.0], [0.5], [1.0, 1.0, 3.0]]))
tf.nn.safe_embedding_lookup_sparse([t[0]], tf.ragged.constant([[3, 1], [], [2, 0, 3]]), combiner='mean')
""")

FAULTS = _calls("""
tf.RaggedTensor(v, [0, 5])
tf.ragged.constant([[1]], ragged_rank=2)
tf.RaggedTensor.from_row_splits(v, [1, 5])
tf.RaggedTensor.from_row_splits(v, [0, 3, 2, 5])
tf.RaggedTensor.from_row_splits(v, [0, 4])
tf.RaggedTensor.from_row_splits(v, [])
tf.RaggedTensor.from_row_splits(v, [[0, 5]])
tf.RaggedTensor.from_row_splits(v, [0.0, 5.0])
tf.RaggedTensor.from_row_splits(tf.reduce_sum(v), [0, 5])
tf.RaggedTensor.from_row_lengths(v, [2, -1, 4])
tf.RaggedTensor.from_row_lengths(v, [2, 2])
tf.RaggedTensor.from_row_starts(v, [1, 2])
tf.RaggedTensor.from_row_starts(v, [0, 6])
tf.RaggedTensor.from_row_limits(v, [3, 2])
tf.RaggedTensor.from_row_limits(v, [3, 4])
tf.RaggedTensor.from_value_rowids(v, [0, 0, 2, 1, 2])
tf.RaggedTensor.from_value_rowids(v, [-1, 0, 0, 1, 1])
tf.RaggedTensor.from_value_rowids(v, [0, 0, 1])
tf.RaggedTensor.from_value_rowids(v, [0, 0, 1, 1, 2], 2)
tf.RaggedTensor.from_value_rowids(v, [0, 0, 1, 1, 2], -2)
tf.RaggedTensor.from_uniform_row_length(v, 2)
tf.RaggedTensor.from_uniform_row_length(v, -1)
tf.RaggedTensor.from_nested_row_splits(v, tf.constant([0, 5]))
tf.RaggedTensor.from_row_splits({R}, np.array([0, 3], np.int32))
tf.RaggedTensor.from_tensor(v)
tf.RaggedTensor.from_tensor(x, lengths=[1, 2], padding=0.0)
tf.RaggedTensor.from_tensor(x, ragged_rank=0)
tf.RaggedTensor.from_sparse(v)
tf.RaggedTensor.from_sparse(tf.SparseTensor([[0, 1]], v[:1], [2, 2]))
tf.RaggedTensor.from_sparse(tf.SparseTensor([[0]], v[:1], [2]))
{R}.to_tensor(shape=[2])
{R}.to_tensor(default_value='a')
{R}.row_lengths(axis=2)
{R}.with_values(v[:3])
{R}.with_row_splits_dtype(tf.float32)
{R}.merge_dims(1, 0)
{R}.to_list()
{R}[:, 0]
{R}[0, 0, 0]
{R}['a']
{R} + tf.RaggedTensor.from_row_splits(v, [0, 1, 2, 5])
{R} + x
{R} + {R}.with_row_splits_dtype(tf.int32)
{R} + 'a'
bool({R})
tf.convert_to_tensor({R})
tf.reduce_sum({R}, axis=2)
tf.concat([{R}, {N}], 0)
tf.concat([{R}, {R}[:2]], 1)
tf.gather({R}, [3])
tf.stack([{R}, {R}], 3)
tf.gather_nd({R}, {I})
tf.ragged.boolean_mask({R}, True)
tf.ragged.boolean_mask({R}, {R}[:, :1] > 0.0)
tf.ragged.constant([[1], 2])
tf.ragged.constant([[1], [2]], ragged_rank=2)
tf.ragged.constant([[[1, 2], [3]]], ragged_rank=1)
tf.ragged.range([1], deltas=0)
tf.ragged.map_flat_values(tf.reduce_sum, {R})
tf.ragged.map_flat_values(tf.add, {R}, {N})
tf.ragged.stack_dynamic_partitions(v, [3, 0, 2, 2, 0], 2)
tf.squeeze({R}, 1)
tf.squeeze({R})
tf.expand_dims({R}, 5)
tf.where({B}, x, y)
tf.ragged.stack([])
tf.split({R}, 2)
tf.split({R}, 0)
tf.split({R}, 2, axis=1)
tf.split({R}, [1, 1])
tf.reverse({R}, [2])
""")
