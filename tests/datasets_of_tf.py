"""Datasets as texts, and what their elements are: types, shapes, values, and where they are refused.

The calls are text, so that TensorFlow (tests/interop/tf_datasets.py) and this package (tests/test_datasets.py) evaluate the very
same ones; nothing is imported here that either of them lacks. tests/data/tf/datasets.json has TensorFlow's answers.
"""

from __future__ import annotations

import functools
import random
from typing import Any

import numpy as np

CUT = 40  # elements that are looked at


def names(tf: Any) -> dict[str, Any]:
    """What the calls use."""
    dataset = tf.data.Dataset

    def rows(*lengths: int) -> Any:
        """Vectors of these lengths, filled with their lengths."""
        return dataset.from_tensor_slices(np.array(lengths, np.int64)).map(lambda n: tf.fill([n], n))

    def with_set(made: Any, path: str, value: Any) -> Any:
        """The dataset with one option."""
        *groups, name = path.split(".")
        options = tf.data.Options()
        setattr(functools.reduce(getattr, groups, options), name, value)
        return made.with_options(options)

    return {
        "with_set": with_set,
        "tf": tf,
        "np": np,
        "D": dataset,
        "R": dataset.range,
        "X": tf.data.experimental,
        "rows": rows,
        "fails": lambda x: tf.cast(tf.check_numerics(1.0 / tf.cast(x, tf.float32), "fails"), tf.float64),
        "any": lambda tensor: tf.placeholder_with_default(tensor, None),
    }


PADDED = """
rows(1, 3, 2).padded_batch(2, [None])
rows(1, 3, 2).padded_batch(2, [4])
rows(1, 3, 2).padded_batch(2)
rows(1, 3, 2).padded_batch(2, [-1], np.int64(7))
rows(1, 3, 2).padded_batch(2, [None], 7)
rows(1, 3, 2).padded_batch(2, [2])
rows(1, 3, 2).padded_batch(2, [None], drop_remainder=True)
rows(1, 3, 2).padded_batch(2, (None,), drop_remainder=True)
rows(1, 3, 2).padded_batch(2, tf.TensorShape([None]))
rows(1, 3, 2).padded_batch(2, tf.constant([5], tf.int64))
rows(1, 3, 2).padded_batch(2, [None, None])
rows(1, 3, 2).padded_batch(2, [])
rows(1, 3, 2).padded_batch(2, [None], [np.int64(1)])
rows(1, 3, 2).padded_batch(2, [None], tf.constant(3, tf.int64))
rows(1, 3, 2).padded_batch(0, [None])
rows().padded_batch(2, [None])
rows(0, 1).padded_batch(2, [None])
R(3).padded_batch(2, [])
R(3).padded_batch(2, [3])
R(3).padded_batch(2)
rows(1, 3).map(lambda x: {'a': x, 'b': tf.cast(x, tf.float32)}).padded_batch(2, {'a': [None], 'b': [5]})
rows(1, 3).map(lambda x: {'a': x, 'b': x}).padded_batch(2, {'a': [None]})
rows(1, 3).map(lambda x: {'a': x, 'b': x}).padded_batch(2, {'a': [None], 'c': [None]})
rows(1, 3).map(lambda x: {'a': x, 'b': x}).padded_batch(2, padding_values=np.int64(4))
rows(1, 3).map(lambda x: {'a': x, 'b': tf.as_string(x)}).padded_batch(2, padding_values={'a': np.int64(4), 'b': '?'})
rows(1, 3).map(lambda x: {'a': x, 'b': tf.as_string(x)}).padded_batch(2, padding_values={'a': None, 'b': 'x'})
rows(1, 3).map(lambda x: (x, tf.as_string(x), x > 2)).padded_batch(2, ([None], [None], [3]))
rows(1, 3).map(lambda x: (x, {'y': x[0]})).padded_batch(2, ([None], {'y': []}))
rows(1, 3).map(lambda x: (x, x[0])).padded_batch(2, ([None], ()))
rows(1, 3).map(lambda x: (x, x[0])).padded_batch(2, ([None],))
rows(1, 2, 3).map(lambda x: tf.expand_dims(x, 0) * tf.expand_dims(x, 1)).padded_batch(3, [None, 4])
rows(1, 3).map(lambda x: any(x)).padded_batch(2)
rows(1, 3).map(lambda x: any(x)).padded_batch(2, [None])
rows(1, 3).map(lambda x: any(x)).padded_batch(2, [None, None])
D.from_tensors(tf.SparseTensor([[0]], [1], [2])).padded_batch(2, [None])
D.from_tensor_slices([[1, 2], [3, 4]]).padded_batch(2, [3], -1)
D.from_tensor_slices([[1, 2], [3, 4]]).padded_batch(2, [None], -1)
D.from_tensor_slices([[1, 2], [3, 4]]).padded_batch(2, [1])
D.from_tensor_slices([[1.0, 2.0]]).padded_batch(2, [3], -1.0)
D.from_tensor_slices([[1.0, 2.0]]).padded_batch(2, [3], -1)
D.from_tensor_slices([[1.0, 2.0]]).padded_batch(2, [3], 0)
""".strip().splitlines()
NESTED = """
R(3).flat_map(lambda n: R(n))
R(3).flat_map(lambda n: R(0))
R(3).flat_map(lambda n: R(2).map(lambda m: m + n))
R(3).flat_map(lambda n: R(n).batch(2))
R(3).flat_map(lambda n: D.from_tensor_slices([n, n * 10]))
R(3).flat_map(lambda n: D.from_tensors({'a': n, 'b': tf.as_string(n)}).repeat(n))
R(3).flat_map(lambda n: D.from_tensors((n, 2 * n)))
R(3).flat_map(lambda n: D.zip((R(n), R(5))))
R(2).flat_map(lambda n: R(2).flat_map(lambda m: R(m + n)))
R(2).flat_map(lambda n: R(3).flat_map(lambda m: R(2).map(lambda k: k + 10 * m + 100 * n)))
R(3).flat_map(lambda n: R(4).filter(lambda m: m > n))
R(3).flat_map(lambda n: R(4).skip(n).take(2).repeat(2))
R(3).flat_map(lambda n: n)
R(3).flat_map(lambda n, m: R(n))
R(3).flat_map(3)
R(3).repeat().flat_map(lambda n: R(n))
R(3).flat_map(lambda n: R(2).repeat())
R(0).flat_map(lambda n: R(2))
R(3).flat_map(lambda n: D.from_tensors(fails(n)))
R(3).flat_map(lambda n: R(2).map(lambda m: fails(m)))
D.zip((R(3), R(1, 4))).flat_map(lambda n, m: R(n, n + m))
D.from_tensor_slices({'x': [1, 2]}).flat_map(lambda row: D.from_tensors(row['x']).repeat(2))
R(2).flat_map(lambda n: D.from_tensors(tf.SparseTensor([[n]], [n], [3])))
R(2).flat_map(lambda n: D.from_tensor_slices((tf.SparseTensor([[n, 1]], [n], [3, 2]), [1, 2, n])))
R(1, 4).interleave(lambda n: D.from_tensors(n).repeat(3), cycle_length=2, block_length=2)
R(1, 6).interleave(lambda n: D.from_tensors(n).repeat(n), cycle_length=2, block_length=1)
R(1, 6).interleave(lambda n: D.from_tensors(n).repeat(n), cycle_length=3, block_length=2)
R(1, 6).interleave(lambda n: D.from_tensors(n).repeat(6 - n), cycle_length=3, block_length=2)
R(1, 6).interleave(lambda n: D.from_tensors(n).repeat(n), 2, 3)
R(1, 6).interleave(lambda n: D.from_tensors(n).repeat(n), 1)
R(1, 6).interleave(lambda n: D.from_tensors(n).repeat(n), 5, 7)
R(1, 6).interleave(lambda n: D.from_tensors(n).repeat(n), 9, 1)
R(1, 6).interleave(lambda n: D.from_tensors(n).repeat(n), 3, 2, num_parallel_calls=2, deterministic=True)
R(1, 6).interleave(lambda n: D.from_tensors(n).repeat(6 - n), 3, 2, num_parallel_calls=1)
R(6).interleave(lambda n: R(n % 3), 2, 1)
R(6).interleave(lambda n: R(n % 2), 3, 4)
R(1, 6).interleave(lambda n: D.from_tensors(n).repeat(n), cycle_length=0)
R(1, 6).interleave(lambda n: D.from_tensors(n).repeat(n), cycle_length=2, block_length=0)
R(1, 4).interleave(lambda n: 3, cycle_length=2)
R(7).batch(3).unbatch()
R(7).batch(3, drop_remainder=True).unbatch()
D.from_tensors([[1, 2], [3, 4]]).unbatch()
D.from_tensors({'a': [[1, 2], [3, 4]], 'b': ['x', 'y']}).unbatch()
D.from_tensors(([1, 2, 3], [4, 5])).unbatch()
rows(1, 3).map(lambda x: (x, x[:1])).unbatch()
rows(0, 2).unbatch()
rows(1, 3).map(any).unbatch()
R(3).unbatch()
D.from_tensors(tf.SparseTensor([[0, 1], [2, 0]], [1, 2], [3, 4])).unbatch()
R(3).map(any).unbatch()
R(7).window(3).flat_map(lambda w: w)
R(7).window(3).flat_map(lambda w: w.batch(3))
R(7).window(3, 1).flat_map(lambda w: w.batch(5))
R(7).window(3, 1, drop_remainder=True).flat_map(lambda w: w.batch(3))
R(7).window(3, 1, 2).flat_map(lambda w: w.batch(3))
R(7).window(3, 1, 2, True).flat_map(lambda w: w.batch(3))
R(9).window(2, 4).flat_map(lambda w: w.batch(3))
R(9).window(2, 3, 2).flat_map(lambda w: w.batch(3))
R(9).window(2, 5, 3, drop_remainder=True).flat_map(lambda w: w.batch(3))
R(3).window(5, drop_remainder=True).flat_map(lambda w: w)
R(3).window(5).flat_map(lambda w: w.batch(5))
R(7).window(0)
R(7).window(3, shift=0)
R(7).window(3, stride=0)
D.zip((R(5), R(10, 15))).window(2).flat_map(lambda x, y: D.zip((x.batch(2), y.batch(2))))
D.zip({'a': R(5), 'b': R(10, 15)}).window(2).flat_map(lambda w: D.zip({'a': w['a'].batch(2), 'b': w['b']}))
R(7).window(3).flat_map(lambda w: w.map(lambda x: x * x).batch(3))
R(7).window(3).flat_map(lambda w: w.filter(lambda x: x > 2))
R(6).window(2).interleave(lambda w: w.repeat(2), 2)
R(6).window(2).repeat(2).flat_map(lambda w: w.batch(2))
R(6).map(fails).window(2).flat_map(lambda w: w.batch(2))
R(8).window(4).flat_map(lambda w: w.window(2).flat_map(lambda v: v.batch(2)))
D.zip((R(4).window(2), R(4))).flat_map(lambda w, n: w.map(lambda x: x + n))
rows(1, 2, 3).window(2).flat_map(lambda w: w.padded_batch(2))
R(7).window(3).take(1).skip(0).flat_map(lambda w: w.skip(1))
""".strip().splitlines()
FOLDED = """
R(5).reduce(np.int64(0), lambda total, n: total + n)
R(0).reduce(np.int64(7), lambda total, n: total + n)
R(5).reduce(0, lambda total, n: total + tf.cast(n, tf.int32))
R(5).reduce(0, lambda total, n: total + n)
R(5).reduce((np.int64(0), 1.0), lambda state, n: (state[0] + n, state[1] * 2.0))
R(5).reduce({'a': np.int64(0)}, lambda state, n: {'a': state['a'] + n})
R(5).reduce({'a': np.int64(0)}, lambda state, n: state['a'] + n)
D.zip((R(5), R(5))).reduce(np.int64(0), lambda total, pair: total + pair[0] * pair[1])
R(5).batch(2).reduce(np.zeros(0, np.int64), lambda kept, batch: tf.concat([kept, batch], 0))
R(5).map(tf.as_string).reduce('', lambda text, n: text + n)
R(5).map(fails).reduce(tf.constant(0.0, tf.float64), lambda total, n: total + n)
R(6).window(3).flat_map(lambda w: D.from_tensors(w.reduce(np.int64(0), lambda total, n: total + n)))
R(6).window(3).map(lambda w: w.reduce(np.int64(0), lambda total, n: total + n))
R(4).map(lambda m: R(m).reduce(np.int64(0), lambda total, n: total + n))
R(4).map(lambda m: R(3).map(lambda n: n * m).reduce(m, lambda total, n: total + n))
R(2, 3).get_single_element()
R(2).get_single_element()
R(0).get_single_element()
D.from_tensors({'a': [1, 2], 'b': 'x'}).get_single_element()
R(7).take_while(lambda n: n < 4)
R(7).take_while(lambda n: n < 0)
R(7).take_while(predicate=lambda n: n < 2)
R(7).filter(predicate=lambda n: n > 4)
R(7).filter_with_legacy_function(predicate=lambda n: n > 5)
R(7).take_while(lambda n: n)
R(3).repeat().take_while(lambda n: True)
R(7).map(lambda n: n % 4).take_while(lambda n: n < 3).repeat(2)
R(5).scan(np.int64(0), lambda total, n: (total + n, total * 10))
R(5).scan({'a': np.int64(1)}, lambda state, n: ({'a': state['a'] * 2}, (n, state['a']))).repeat(2)
R(5).scan(np.int64(0), lambda total, n: total + n)
R(5).scan(0, lambda total, n: (n, n))
R(5).batch(2).scan(np.zeros(0, np.int64), lambda kept, batch: (tf.concat([kept, batch], 0), kept))
R(9).map(lambda n: n % 4).unique()
R(9).map(lambda n: tf.as_string(n % 3)).unique()
R(9).map(lambda n: tf.cast(n % 3, tf.float32)).unique()
R(9).map(lambda n: (n, n)).unique()
R(10).group_by_window(lambda n: n % 3, lambda key, w: w.batch(4), 2)
R(10).group_by_window(lambda n: n % 3, lambda key, w: w.batch(4), 4)
R(10).group_by_window(lambda n: 2 - n % 3, lambda key, w: w.map(lambda n: n + 100 * key), 2)
R(10).group_by_window(lambda n: n % 3, lambda key, w: w.batch(10), window_size_func=lambda key: key + 1)
R(10).group_by_window(lambda n: n % 3, lambda key, w: w.batch(10), window_size_func=lambda key: 2)
R(10).group_by_window(lambda n: n % 3, lambda key, w: w.batch(10), window_size_func=lambda key: key)
R(10).group_by_window(lambda n: n % 3, lambda key, w: w.batch(4))
R(10).group_by_window(lambda n: n % 3, lambda key, w: w.batch(4), 2, lambda key: 2)
R(10).group_by_window(lambda n: tf.cast(n, tf.int32), lambda key, w: w.batch(4), 2)
R(10).group_by_window(lambda n: (n, n), lambda key, w: w.batch(4), 2)
R(10).group_by_window(lambda n: n % 3, lambda key, w: key, 2)
R(10).apply(X.group_by_window(lambda n: n % 3, lambda key, w: w.batch(4), window_size=3)).repeat(2)
rows(1, 5, 2, 7, 3, 2, 9).bucket_by_sequence_length(tf.size, [3, 6], [2, 2, 2])
rows(1, 5, 2, 7, 3, 2, 9).bucket_by_sequence_length(tf.size, [3, 6], [2, 2])
rows(1, 5, 2, 7, 3, 2, 9).bucket_by_sequence_length(tf.size, [3, 6, 10], [2, 1, 2, 1], pad_to_bucket_boundary=True)
rows(1, 5, 2, 7, 3, 2, 9).bucket_by_sequence_length(tf.size, [3, 6], [2, 2, 2], pad_to_bucket_boundary=True)
rows(1, 5, 2, 7, 3, 2).bucket_by_sequence_length(tf.size, [3, 6], [3, 2, 2], padding_values=np.int64(-1))
rows(1, 5, 2, 7, 3, 2).bucket_by_sequence_length(tf.size, [3, 6], [3, 2, 2], [9], drop_remainder=True)
rows(2, 5, 2, 7, 5, 7).bucket_by_sequence_length(tf.size, [3, 6], [2, 2, 2], no_padding=True)
rows(1, 5, 2).apply(X.bucket_by_sequence_length(lambda x: tf.shape(x)[0], [3], [2, 2]))
rows(1, 3).map(lambda x: (x, x[:1])).bucket_by_sequence_length(lambda x, y: tf.size(x), [2], [1, 1])
""".strip().splitlines()

APPLIED = """
R(4).apply(X.unbatch())
R(4).batch(2).apply(X.unbatch())
R(3).apply(X.shuffle_and_repeat(1, 2))
R(5).apply(X.map_and_batch(lambda n: n * 2, 2, drop_remainder=True))
R(5).apply(X.map_and_batch_with_legacy_function(lambda n: n * 2, 2, num_parallel_batches=2))
R(1, 6).apply(X.parallel_interleave(lambda n: D.from_tensors(n).repeat(n), 2))
R(1, 6).apply(X.parallel_interleave(lambda n: D.from_tensors(n).repeat(6 - n), cycle_length=3, block_length=2))
R(1, 6).apply(X.parallel_interleave(lambda n: D.from_tensors(n).repeat(n), 1, buffer_output_elements=2))
R(1, 4).apply(X.parallel_interleave(lambda n: D.from_tensors(n).repeat(n), 5, 7, prefetch_input_elements=1))
R(6).apply(X.parallel_interleave(lambda n: R(n % 3), 2, 1))
R(6).apply(X.parallel_interleave(lambda n: R(n % 2), 3, 4))
R(-1, 3).map(fails).apply(X.ignore_errors())
R(-1, 3).map(fails).batch(2).apply(X.ignore_errors(log_warning=True))
R(-1, 3).map(fails).batch(2).ignore_errors()
R(-1, 3).map(fails).ignore_errors().repeat(2)
R(7).apply(X.take_while(lambda n: n < 3))
R(7).apply(X.scan(np.int64(0), lambda total, n: (total + n, total)))
R(7).map(lambda n: n % 2).apply(X.unique())
R(3).apply(X.assert_cardinality(3))
R(3).apply(X.assert_cardinality(2))
R(3).apply(X.assert_cardinality(4))
R(3).filter(lambda n: n > 1).apply(X.assert_cardinality(1))
R(3).repeat().apply(X.assert_cardinality(X.INFINITE_CARDINALITY))
R(3).apply(X.prefetch_to_device('/cpu:0'))
R(3).apply(X.copy_to_device('/cpu:0'))
R(3).apply(X.enumerate_dataset(5))
X.Counter().take(3)
X.Counter(5, 2).take(3)
X.Counter(5, -2, tf.int32).take(3)
X.Counter()
X.cardinality(R(5).batch(2))
X.cardinality(R(5).repeat())
X.get_single_element(R(1))
X.choose_from_datasets([R(3), R(10, 13), R(20, 23)], D.from_tensor_slices(np.array([0, 1, 2, 0, 1, 2], np.int64)))
X.choose_from_datasets([R(1), R(10, 13)], D.from_tensor_slices(np.array([0, 0, 1, 0, 1], np.int64)))
D.choose_from_datasets([R(1), R(10, 13)], D.from_tensor_slices(np.array([0, 0, 1, 0, 1], np.int64)))
D.choose_from_datasets([R(1), R(10, 13)], D.from_tensor_slices(np.array([0, 3], np.int64)))
D.choose_from_datasets([R(1), R(10, 13)], D.from_tensor_slices([0, 1]))
D.choose_from_datasets([R(1), R(3).map(tf.as_string)], R(2))
D.choose_from_datasets([], R(2))
X.sample_from_datasets([R(3), R(5)], [1.0, 0.0])
X.sample_from_datasets([R(3), R(5)], [0.0, 1.0])
D.sample_from_datasets([R(3), R(5)], [0.0, 1.0], stop_on_empty_dataset=True)
D.sample_from_datasets([R(3)])
D.sample_from_datasets([R(3), R(5)], [1.0])
D.sample_from_datasets([])
R(5).map_with_legacy_function(lambda n: n * 2)
R(5).filter_with_legacy_function(lambda n: n > 2)
R(5).prefetch(X.AUTOTUNE).batch(2, num_parallel_calls=2)
""".strip().splitlines()

MADE = """
R(10).rebatch(3)
R(10).batch(4).rebatch(3)
R(10).batch(4).rebatch(3, drop_remainder=True)
R(10).batch(4).rebatch([1, 2, 5])
R(10).batch(4).rebatch([1, 2, 5], drop_remainder=True, name='again')
D.zip((R(7), R(7).map(tf.as_string))).batch(3).rebatch(2)
rows(1, 0, 2, 1).sparse_batch(3, [3]).map(lambda s: (s.indices, s.values, s.dense_shape))
rows(1, 0, 2, 1).sparse_batch(3, [1]).map(lambda s: (s.indices, s.values, s.dense_shape))
rows(1, 0, 2, 1).apply(X.dense_to_sparse_batch(4, [None])).map(lambda s: (s.indices, s.values, s.dense_shape))
rows(1, 2).map(lambda r: tf.stack([r, r], 1)).sparse_batch(2, [4, 2]).map(lambda s: (s.indices, s.values))
R(5).sparse_batch(2, [1])
D.zip((R(3), R(3))).sparse_batch(2, [1])
R(10).apply(X.group_by_reducer(lambda n: 2 - n % 3, X.Reducer(lambda k: k * 100, lambda s, n: s + n, lambda s: s)))
R(9).apply(X.group_by_reducer(lambda n: n % 2, X.Reducer(lambda k: (k, ''), lambda s, n: (s[0], s[1] + tf.as_string(n)), lambda k, t: {'k': k, 't': t})))
D.zip((R(6), R(6))).apply(X.group_by_reducer(lambda n, m: n % 2, X.Reducer(lambda k: k, lambda s, p: s + p[0] * p[1], lambda s: s))).repeat(2)
R(4).apply(X.group_by_reducer(lambda n: tf.cast(n, tf.int32), X.Reducer(lambda k: k, lambda s, n: s, lambda s: s)))
R(4).apply(X.group_by_reducer(lambda n: n, X.Reducer(lambda k: 0, lambda s, n: n, lambda s: s)))
R(0).apply(X.group_by_reducer(lambda n: n, X.Reducer(lambda k: k, lambda s, n: s, lambda s: s)))
D.from_tensor_slices({'a': [1, 2], 'b': ['x', 'y']}).apply(X.pad_to_cardinality(4))
X.from_list([(1, {'a': 2}), (3, {'a': 4})])
X.from_list([])
D.from_sparse_tensor_slices(tf.SparseTensor([[0, 1], [2, 0]], [1, 2], [3, 4]))
D.counter().take(3)
D.counter(1, 2, tf.int32, name='count').take(3)
D.zip(R(3), R(4))
D.zip(datasets=(R(3), R(4)))
D.zip(R(3))
D.zip(R(3), datasets=R(4))
D.zip([R(3)])
R(1, 3, output_type=tf.float32, name='numbers')
R(3, output_type=tf.int32)
R(3).filter(predicate=lambda n: n > 0, name='f').map(lambda n: n, name='m').batch(2, name='b').prefetch(1, name='p')
R(6).shuffle(1, name='s').repeat(1, name='r').take(5, name='t').skip(1, name='k').shard(2, 0, name='d').cache(name='c')
R(6).enumerate(name='e').concatenate(R(1).enumerate(), name='c').unbatch(name='u')
R(6).window(2, name='w').flat_map(lambda w: w, name='f').interleave(lambda n: D.from_tensors(n, name='t'), 1, name='i')
R(6).take_while(lambda n: n < 3, name='t').scan(np.int64(0), lambda s, n: (s, n), name='s').unique(name='u')
R(3).ignore_errors(name='i').with_options(tf.data.Options(), name='o').padded_batch(2, [], name='p')
R(4).reduce(np.int64(0), lambda s, n: s + n, name='r')
D.from_tensor_slices([5], name='x').get_single_element(name='y')
D.from_generator(lambda: iter([1, 2]), output_signature=tf.TensorSpec([], tf.int32), name='g')
D.from_generator(lambda: iter([1]))
D.from_generator(lambda: iter([1]), tf.int32, output_signature=tf.TensorSpec([], tf.int32))
D.from_generator(lambda: iter([(1, tf.SparseTensorValue([[0]], [1], [3]))]), output_signature=(tf.TensorSpec([], tf.int32), tf.SparseTensorSpec([3], tf.int32)))
R(3).apply(X.rejection_resample(lambda n: n % 2, [0.5, 0.5], [0.5, 0.5]))
R(3).apply(X.rejection_resample(lambda n: tf.cast(n, tf.float32), [0.5, 0.5], [0.9, 0.1]))
R(5).prefetch(-3)
R(5).prefetch(None)
""".strip().splitlines()

OPTIONS = """
R(3).with_options(tf.data.Options())
R(3).with_options(3)
with_set(R(3), 'experimental_deterministic', False)
with_set(R(3), 'deterministic', 'no')
with_set(R(3), 'determinist', True)
with_set(R(3), 'experimental_threading.private_threadpool_size', 4)
with_set(R(3), 'threading.max_intra_op_parallelism', 'many')
with_set(R(3), 'experimental_optimization.map_and_batch_fusion', True)
with_set(R(3), 'experimental_optimization.everything', True)
with_set(R(3), 'experimental_distribute.auto_shard_policy', X.AutoShardPolicy.DATA)
with_set(R(3), 'experimental_slack', True)
with_set(R(3), 'autotune.enabled', False)
""".strip().splitlines()

STAGES = """
.map(lambda n: n * 2 + 1)
.filter(lambda n: tf.equal(n % 3, 0))
.take(7)
.skip(2)
.repeat(2)
.shard(2, 1)
.prefetch(2)
.cache()
.concatenate(R(3))
.shuffle(1)
.flat_map(lambda n: R(n % 4).map(lambda m: m + n))
.interleave(lambda n: R(n % 3 + 1).map(lambda m: m * 10 + n), 2, 2)
.batch(3).unbatch()
.batch(4).rebatch(3).unbatch()
.padded_batch(2, []).unbatch()
.window(3, 2).flat_map(lambda w: w)
.window(2).map(lambda w: w.reduce(np.int64(0), lambda a, n: a + n))
.scan(np.int64(0), lambda s, n: (s + n, s))
.take_while(lambda n: n < 40)
.unique()
.enumerate().map(lambda i, n: i + n)
.ignore_errors()
.group_by_window(lambda n: n % 2, lambda k, w: w.map(lambda n: n + k), 3)
.map(lambda n: tf.ensure_shape(tf.py_func(lambda v: v + 1, [n], tf.int64), []))
.apply(X.group_by_reducer(lambda n: n % 4, X.Reducer(lambda k: k, lambda s, n: s + n, lambda s: s)))
""".strip().splitlines()


def _any_stages(seed: int) -> str:
    """From four to eight stages, one upon the other."""
    chosen = random.Random(seed)
    stages = "".join(chosen.choice(STAGES) for _ in range(chosen.randint(4, 8)))
    return f"R({chosen.randint(3, 14)}){stages}"


LONG = [_any_stages(seed) for seed in range(60)]

CALLS = [*PADDED, *NESTED, *FOLDED, *APPLIED, *MADE, *OPTIONS, *LONG]


def record(tf: Any, call: str) -> dict[str, Any]:
    """What a call gives.

    Returns
    -------
    dict
        ``refused``: "call", if it is. Else ``types`` and ``shapes`` of the components, the ``cardinality``, ``values`` up to
        the end or an error, and ``error``, the name of its class.
    """
    with tf.Graph().as_default(), tf.Session() as session:
        try:
            dataset = eval(call, names(tf))  # noqa: S307  those above
            if not hasattr(dataset, "element_spec"):  # the tensors of a reduction
                return {
                    "types": _each(dataset, _type),
                    "shapes": _each(dataset, _shape),
                    **_run(session, dataset, tf),
                }
            iterator = tf.data.make_initializable_iterator(dataset)
            element = iterator.get_next()
        except (TypeError, ValueError, AttributeError):
            return {"refused": "call"}
        known = {"types": _each(element, _type), "shapes": _each(element, _shape)}
        try:
            session.run(iterator.initializer)
        except tf.errors.OpError as error:
            return known | {"values": [], "error": type(error).__name__}
        size = int(session.run(tf.convert_to_tensor(dataset.cardinality())))
        return known | {"cardinality": size, **_elements(session, element, tf)}


def _elements(session: Any, element: Any, tf: Any) -> dict[str, Any]:
    found: list[Any] = []
    for _ in range(CUT):
        try:
            found.append(_each(session.run(element), plain))
        except tf.errors.OutOfRangeError:
            break
        except tf.errors.OpError as error:
            return {"values": found, "error": type(error).__name__}
    return {"values": found}


def _run(session: Any, tensors: Any, tf: Any) -> dict[str, Any]:
    try:
        return {"values": _each(session.run(tensors), plain)}
    except tf.errors.OpError as error:
        return {"values": [], "error": type(error).__name__}


def _each(value: Any, look: Any) -> Any:
    """The same structure with what one sees of each component; of a sparse one that of its parts."""
    if hasattr(value, "dense_shape"):
        return {"sparse": [look(value.indices), look(value.values), look(value.dense_shape)]}
    if isinstance(value, dict):
        return {key: _each(value[key], look) for key in sorted(value)}
    if isinstance(value, (tuple, list)):
        return [_each(part, look) for part in value]
    return look(value)


def _type(tensor: Any) -> str:
    return str(tensor.dtype.name) if hasattr(tensor, "dtype") else "dataset"


def _shape(tensor: Any) -> Any:
    if not hasattr(tensor, "shape"):
        return "dataset"
    return None if tensor.shape.ndims is None else tensor.shape.as_list()


def plain(value: Any) -> Any:
    """A value as JSON has it; floating point numbers with seven digits."""
    array = np.asarray(value)
    if array.dtype.kind == "f":
        array = np.vectorize(lambda number: float(f"{number:.7g}"), otypes=[float])(array)
    if array.dtype.kind in "OS":
        array = np.vectorize(lambda text: text.decode(), otypes=[object])(array)
    return array.tolist()
