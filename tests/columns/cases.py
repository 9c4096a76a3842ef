"""Feature columns over inputs of all kinds, and what layers make of them.

The columns and features are text, so that TensorFlow (tests/interop/tf_columns.py) and this package
(tests/columns/test_cases.py) evaluate the very same ones; nothing is imported here that either of them lacks.
tests/data/tf/columns.json has TensorFlow's answers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

VOCABULARY_FILE = "blue\nred\n\u00fcber\n10\n"  # written to the path that the columns call `vocabulary`

# -- the column, and the features it reads ---------------------------------------------------------------------------

CASES = """
fc.numeric_column('x')                                          | {'x': [1.0, -2.5]}
fc.numeric_column('x')                                          | {'x': np.array([[3], [4]], np.int64)}
fc.numeric_column('x', shape=3)                                 | {'x': [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]}
fc.numeric_column('x', shape=[2, 2])                            | {'x': np.arange(8.0).reshape(2, 2, 2)}
fc.numeric_column('x', shape=2)                                 | {'x': np.arange(6.0).reshape(3, 2, 1)}
fc.numeric_column('x', normalizer_fn=lambda x: (x - 3.0) / 2.0) | {'x': [1.0, 2.0]}
fc.numeric_column('x', normalizer_fn=tf.string_to_number)       | {'x': ['1.5', '2']}
fc.numeric_column('x', normalizer_fn=lambda x: tf.add(x, tf.cast(tf.rank(x), x.dtype))) | {'x': [1.0, 2.0]}
fc.numeric_column('x')                                          | {'x': sp([[0, 0]], [1.0], [2, 1])}
fc.numeric_column('x')                                          | {'x': ['a', 'b']}
fc.numeric_column('x')                                          | {'x': 3.0}
fc.numeric_column('x')                                          | {'x': [True, False]}
fc.numeric_column('x')                                          | {'x': np.float16([1.5, 2.0])}
fc.numeric_column('x', dtype=tf.float64)                        | {'x': np.float64([1.5, 2.0])}
fc.numeric_column('x', shape=[2, 2])                            | {'x': np.arange(8.0).reshape(2, 4)}
fc.numeric_column('x', shape=2)                                 | {'x': np.zeros((0, 2))}
fc.numeric_column('x', shape=2)                                 | {'x': [1.0, 2.0]}
fc.numeric_column('x', shape=2)                                 | {'x': [[1.0, 2.0, 3.0]]}
fc.numeric_column('x')                                          | {'y': [1.0, 2.0]}
fc.numeric_column('x')                                          | {'x': np.complex64([1.0])}
fc.numeric_column('x', normalizer_fn=lambda x: x.values)        | {'x': sp([[0, 0]], [1.0], [1, 1])}
fc.bucketized_column(fc.numeric_column('x'), [0., 1.])          | {'x': np.float32([-0.0, 0.0, 1.0, np.nan, np.inf, -np.inf, 0.5])}
fc.bucketized_column(fc.numeric_column('x'), [0])               | {'x': np.int64([-1, 0, 2])}
fc.bucketized_column(fc.numeric_column('x', 2), (1, 10, 100))   | {'x': np.float64([[-5, 10000], [150, 10], [5, 100]])}
fc.bucketized_column(fc.numeric_column('x', normalizer_fn=lambda x: x / 10.0), [1.0]) | {'x': [5.0, 15.0]}
fc.bucketized_column(fc.numeric_column('x'), [0.1])             | {'x': np.float64([0.1, 0.10000000149011612, 0.0999999])}
fc.bucketized_column(fc.numeric_column('x'), [16777216.0])      | {'x': np.int64([16777215, 16777216, 16777217])}
fc.bucketized_column(fc.numeric_column('x'), [1, 2.5])          | {'x': np.int32([1, 2, 3])}
fc.bucketized_column(fc.numeric_column('x', 2), [1.0, 10.0])    | {'x': np.float32([[[-5], [100]], [[150], [10]]])}
fc.bucketized_column(fc.numeric_column('x', 2), [1.0])          | {'x': np.float32([[-5, 100, 3]])}
fc.crossed_column(['a', fc.bucketized_column(fc.numeric_column('x', 2), [1.0])], 9) | {'x': np.float32([[[-5], [100]]]), 'a': ['p']}
fc.categorical_column_with_identity('i', 4)                     | {'i': [0, 3, -1, 2]}
fc.categorical_column_with_identity('i', 4)                     | {'i': [[0, 3], [-1, -1], [2, 2]]}
fc.categorical_column_with_identity('i', 4)                     | {'i': np.int32([[1, -1], [-1, -1]])}
fc.categorical_column_with_identity('i', 4)                     | {'i': np.uint8([3, 1])}
fc.categorical_column_with_identity('i', 4)                     | {'i': [[1, -2], [-7, -1]]}
fc.categorical_column_with_identity('i', 3, default_value=0)    | {'i': [2, -1, 5, -4]}
fc.categorical_column_with_identity('i', 3, default_value=1)    | {'i': sp([[0, 0], [0, 1], [2, 0]], [-1, 7, 2], [3, 2])}
fc.categorical_column_with_identity('i', 3)                     | {'i': sp([[0, 0], [1, 0], [1, 2]], [0, 2, 2], [4, 3])}
fc.categorical_column_with_identity('i', 3)                     | {'i': sp([[0], [2]], [0, 2], [4])}
fc.categorical_column_with_identity('i', 3)                     | {'i': sp([[0, 0, 0], [0, 0, 1], [1, 1, 0]], [0, 1, 2], [2, 2, 2])}
fc.categorical_column_with_identity('i', 3)                     | {'i': sp(np.zeros((0, 2), np.int64), np.zeros(0, np.int64), [2, 0])}
fc.categorical_column_with_identity('i', 3)                     | {'i': [1.0, 2.0]}
fc.categorical_column_with_identity('i', 3)                     | {'i': ['1']}
fc.categorical_column_with_identity('i', 3)                     | {'i': [True]}
fc.categorical_column_with_identity('i', 3)                     | {'i': np.zeros((2, 0), np.int64)}
fc.categorical_column_with_identity('i', 300)                   | {'i': np.uint8([255, 254])}
fc.categorical_column_with_identity('i', 3)                     | {'i': [[[0, 1], [2, 2]]]}
fc.categorical_column_with_identity('i', 3)                     | {'i': [[[0], [1]], [[2], [-1]]]}
fc.categorical_column_with_hash_bucket('h', 10)                 | {'h': ['a', 'hello', '', '10']}
fc.categorical_column_with_hash_bucket('h', 10)                 | {'h': [['a', 'b'], ['', 'c'], ['b', 'b']]}
fc.categorical_column_with_hash_bucket('h', 10)                 | {'h': sp([[0, 0], [1, 1]], ['', 'omar'], [3, 2])}
fc.categorical_column_with_hash_bucket('h', 10, tf.int64)       | {'h': [7, -1, 10, -12]}
fc.categorical_column_with_hash_bucket('h', 10, tf.int64)       | {'h': np.int32([[7, 8], [-1, 9]])}
fc.categorical_column_with_hash_bucket('h', 1)                  | {'h': ['a', '']}
fc.categorical_column_with_hash_bucket('h', 10)                 | {'h': [7]}
fc.categorical_column_with_hash_bucket('h', 10, tf.int64)       | {'h': ['7']}
fc.categorical_column_with_hash_bucket('h', 10)                 | {'h': [7.0]}
fc.categorical_column_with_hash_bucket('h', 10)                 | {'h': ['\u00fc', 'a b', 'x' * 100]}
fc.categorical_column_with_hash_bucket('h', 10, tf.int64)       | {'h': np.int64([2**62, -2**63])}
fc.categorical_column_with_hash_bucket('h', 10, tf.int32)       | {'h': np.int64([5, 6])}
fc.categorical_column_with_hash_bucket('h', 10, tf.int64)       | {'h': sp([[0, 0], [1, 0]], [-1, 3], [2, 1])}
fc.categorical_column_with_hash_bucket('h', 10)                 | {'h': [True]}
fc.categorical_column_with_vocabulary_list('v', ['a', 'b'])     | {'v': ['b', 'a', 'z', '']}
fc.categorical_column_with_vocabulary_list('v', ['a', 'b'], default_value=1) | {'v': ['b', 'a', 'z', '']}
fc.categorical_column_with_vocabulary_list('v', ['a', 'b'], num_oov_buckets=3) | {'v': [['b', 'z'], ['yy', ''], ['x', 'a']]}
fc.categorical_column_with_vocabulary_list('v', [10, 20], num_oov_buckets=5) | {'v': [7, -1, 30, 20]}
fc.categorical_column_with_vocabulary_list('v', [10, 20])       | {'v': np.int32([7, -1, 10, 20])}
fc.categorical_column_with_vocabulary_list('v', [10, 20], tf.int32, 0) | {'v': [7, -1, 10, 20]}
fc.categorical_column_with_vocabulary_list('v', ['a', 'b'])     | {'v': sp([[0, 1], [1, 0], [1, 1]], ['b', 'c', 'a'], [3, 2])}
fc.categorical_column_with_vocabulary_list('v', ['a', 'b'])     | {'v': [1, 2]}
fc.categorical_column_with_vocabulary_list('v', [1, 2])         | {'v': ['1']}
fc.categorical_column_with_vocabulary_list('v', ['\u00fc', b'b'])  | {'v': ['\u00fc', 'b']}
fc.categorical_column_with_vocabulary_list('v', np.array([3, 1])) | {'v': [1, 3, 2]}
fc.categorical_column_with_vocabulary_list('v', ['a', 'b'], default_value=5) | {'v': ['z']}
fc.categorical_column_with_vocabulary_list('v', [-1, 2])        | {'v': [-1, 2]}
fc.categorical_column_with_vocabulary_list('v', ['', 'b'])      | {'v': ['', 'b']}
fc.categorical_column_with_vocabulary_list('v', ['a'], num_oov_buckets=1) | {'v': sp([[0, 0], [1, 0]], ['', 'a'], [2, 1])}
fc.categorical_column_with_vocabulary_file('v', vocabulary)     | {'v': ['red', 'green', '\u00fcber', '', 'blue']}
fc.categorical_column_with_vocabulary_file('v', vocabulary, 2, num_oov_buckets=4) | {'v': ['red', '10', 'green', '']}
fc.categorical_column_with_vocabulary_file('v', vocabulary, default_value=3) | {'v': [['red', 'x'], ['', 'blue']]}
fc.categorical_column_with_vocabulary_file('v', vocabulary, dtype=tf.int64) | {'v': [10]}
fc.categorical_column_with_vocabulary_file('v', vocabulary, 9)  | {'v': ['red']}
fc.categorical_column_with_vocabulary_file('v', 'nowhere', 9)   | {'v': ['red']}
fc.weighted_categorical_column(fc.categorical_column_with_identity('i', 3), 'w') | {'i': sp([[0, 0], [0, 1], [2, 0]], [1, 0, 2], [3, 2]), 'w': sp([[0, 0], [0, 1], [2, 0]], [0.5, 2.0, 3.0], [3, 2])}
fc.weighted_categorical_column(fc.categorical_column_with_identity('i', 3), 'w') | {'i': sp([[0, 0], [0, 1], [2, 0]], [1, 1, 2], [3, 2]), 'w': sp([[0, 0], [0, 1], [2, 0]], [-0.5, 2.0, 0.0], [3, 2])}
fc.weighted_categorical_column(fc.categorical_column_with_identity('i', 3), 'w') | {'i': [[1, 0], [2, -1]], 'w': np.float32([[0.5, 2.0], [3.0, 0.0]])}
fc.weighted_categorical_column(fc.categorical_column_with_identity('i', 3), 'w', tf.int32) | {'i': [[1, 0], [2, -1]], 'w': np.int32([[5, 2], [3, 0]])}
fc.weighted_categorical_column(fc.categorical_column_with_hash_bucket('h', 5), 'w') | {'h': [['a', 'b'], ['c', '']], 'w': np.float32([[0.5, 2.0], [3.0, 0.0]])}
fc.weighted_categorical_column(fc.categorical_column_with_identity('i', 3), 'w') | {'i': [1], 'w': np.float64([1.0])}
fc.weighted_categorical_column(fc.categorical_column_with_vocabulary_list('v', ['a', 'b']), 'w') | {'v': sp([[0, 0], [0, 1], [1, 0]], ['b', 'z', 'a'], [2, 2]), 'w': sp([[0, 0], [0, 1], [1, 0]], [1.5, 2.5, 3.5], [2, 2])}
fc.weighted_categorical_column(fc.categorical_column_with_identity('i', 3), 'w') | {'i': [1, 2], 'w': np.float32([0.5, -1.0])}
fc.weighted_categorical_column(fc.categorical_column_with_identity('i', 3), 'w') | {'i': sp([[0, 0], [1, 0]], [1, 2], [2, 1]), 'w': np.float32([[0.5], [2.0]])}
fc.weighted_categorical_column(fc.categorical_column_with_identity('i', 3), 'w') | {'i': [[1], [2]], 'w': sp([[0, 0], [1, 0]], [0.5, 2.0], [2, 1])}
fc.weighted_categorical_column(fc.categorical_column_with_identity('i', 3), 'w') | {'i': sp([[0, 0], [1, 0]], [1, 2], [2, 1]), 'w': sp([[0, 0]], [0.5], [2, 1])}
fc.weighted_categorical_column(fc.categorical_column_with_identity('i', 3, 0), 'w', tf.float64) | {'i': [1, 7], 'w': np.float64([0.5, 2.0])}
fc.weighted_categorical_column(fc.crossed_column(['a', 'b'], 5), 'w') | {'a': ['x'], 'b': ['y'], 'w': np.float32([3.0])}
fc.crossed_column(['a', 'b'], 100)                              | {'a': [1], 'b': ['x']}
fc.crossed_column(['a', 'b'], 100)                              | {'a': ['1'], 'b': ['x']}
fc.crossed_column(['b', 'a'], 100)                              | {'a': [1], 'b': ['x']}
fc.crossed_column(['a', 'b'], 20)                               | {'a': ['', 'u'], 'b': ['x', '']}
fc.crossed_column(['a', 'b'], 20)                               | {'a': sp([[0, 0], [0, 1], [1, 0]], ['p', 'q', 'r'], [3, 2]), 'b': sp([[0, 0], [1, 0], [1, 1]], [1, 2, 3], [3, 2])}
fc.crossed_column(['a', 'b'], 20)                               | {'a': [['p', 'q'], ['r', '']], 'b': sp([[0, 0], [1, 0]], ['x', 'y'], [2, 1])}
fc.crossed_column(['a', 'b', 'c'], 50)                          | {'a': ['p', 'q'], 'b': [1, 2], 'c': ['', 'z']}
fc.crossed_column(['a', 'b'], 50, hash_key=5)                   | {'a': ['p', 'q'], 'b': ['x', 'y']}
fc.crossed_column([fc.bucketized_column(fc.numeric_column('x'), [0., 1.]), 'a'], 30) | {'x': [-1.0, 0.5, 3.0], 'a': ['p', 'p', 'q']}
fc.crossed_column([fc.bucketized_column(fc.numeric_column('x', 2), [0., 1.]), 'a'], 30) | {'x': [[-1.0, 0.5], [3.0, 0.0]], 'a': ['p', 'q']}
fc.crossed_column([fc.categorical_column_with_identity('i', 3), fc.categorical_column_with_vocabulary_list('v', ['a', 'b'])], 30) | {'i': [0, -1, 2], 'v': ['a', 'b', 'z']}
fc.crossed_column([fc.crossed_column(['a', 'b'], 10), 'c'], 40) | {'a': ['p'], 'b': ['q'], 'c': ['r']}
fc.crossed_column(['a', fc.categorical_column_with_vocabulary_list('v', ['a', 'b'], num_oov_buckets=1)], 9) | {'a': [[1, 2]], 'v': ['q']}
fc.crossed_column(['a', 'b'], 9)                                | {'a': [1.5, 2.7], 'b': ['x', 'y']}
fc.crossed_column(['a', 'b'], 9)                                | {'a': np.int32([1, 2]), 'b': [True, False]}
fc.crossed_column(['a', 'b'], 9)                                | {'a': ['x', 'y'], 'b': ['x']}
fc.crossed_column(['a', 'b'], 9)                                | {'a': [[[1]]], 'b': [1]}
fc.crossed_column(['a', fc.categorical_column_with_identity('i', 3)], 9) | {'a': ['x', 'y'], 'i': [[1, -1], [-1, -1]]}
fc.sequence_numeric_column('s')                                 | {'s': sp([[0, 0], [0, 1], [2, 0]], [1.0, 2.0, 3.0], [4, 2])}
fc.sequence_numeric_column('s', shape=2, default_value=9.0)     | {'s': sp([[0, 0], [0, 1], [0, 2], [0, 3], [1, 0], [1, 1]], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [3, 4])}
fc.sequence_numeric_column('s', normalizer_fn=lambda x: x * 2.0) | {'s': sp([[0, 0], [1, 0], [1, 1]], [1.0, 2.0, 3.0], [2, 2])}
fc.sequence_numeric_column('s', shape=2)                        | {'s': sp([[0, 0, 0], [0, 0, 1], [0, 1, 0], [1, 0, 1]], [1.0, 2.0, 3.0, 4.0], [2, 2, 2])}
fc.sequence_categorical_column_with_identity('s', 3)            | {'s': sp([[0, 0], [0, 1], [2, 0]], [1, 2, 0], [3, 2])}
fc.sequence_categorical_column_with_identity('s', 3)            | {'s': sp([[0, 0, 0], [0, 0, 1], [0, 1, 0], [1, 0, 0]], [1, 2, 0, 2], [3, 2, 2])}
fc.sequence_categorical_column_with_identity('s', 3)            | {'s': [[0, 1, 2], [2, -1, -1]]}
fc.sequence_categorical_column_with_hash_bucket('s', 4)         | {'s': sp([[0, 0], [0, 1], [1, 0]], ['a', 'b', 'c'], [2, 2])}
fc.sequence_categorical_column_with_vocabulary_list('s', ['a', 'b']) | {'s': sp([[0, 0], [0, 1], [1, 0]], ['a', 'z', 'b'], [2, 2])}
fc.sequence_categorical_column_with_vocabulary_file('s', vocabulary) | {'s': sp([[0, 0], [0, 1], [1, 0]], ['red', 'z', 'blue'], [2, 2])}
fc.input_layer(features, fc.shared_embedding_columns([fc.categorical_column_with_identity(key, 3) for key in ('b', 'a')], 2)) | {'a': [0, 1], 'b': [2, -1]}
fc.input_layer(features, fc.shared_embedding_columns([fc.weighted_categorical_column(fc.categorical_column_with_identity('a', 3), 'w'), fc.categorical_column_with_identity('b', 3)], 2, 'sum', shared_embedding_collection_name='both')) | {'a': [0, 1], 'b': [2, 2], 'w': np.float32([0.5, 2.0])}
fc.input_layer(features, [fc.numeric_column('x'), fc.embedding_column(fc.categorical_column_with_hash_bucket('h', 5), 3), fc.bucketized_column(fc.numeric_column('x'), [1.0]), fc.indicator_column(fc.categorical_column_with_vocabulary_list('v', ['a', 'b']))]) | {'x': [0.5, 1.5], 'h': ['p', ''], 'v': ['b', 'c']}
fc.input_layer(features, [fc.embedding_column(fc.categorical_column_with_identity('i', 3), 2, use_safe_embedding_lookup=False)]) | {'i': [[0, 1], [2, 2]]}
fc.input_layer(features, [fc.embedding_column(fc.categorical_column_with_identity('i', 3), 2)]) | {'i': [3]}
fc.input_layer(features, [fc.numeric_column('a'), fc.numeric_column('b')]) | {'a': [1.0, 2.0], 'b': [1.0, 2.0, 3.0]}
fc.input_layer(features, [fc.embedding_column(fc.categorical_column_with_identity('i', 3), 2, max_norm=0.5)]) | {'i': [[0, 1], [2, -1]]}
fc.input_layer(features, [fc.embedding_column(fc.categorical_column_with_identity('i', 3), 2, use_safe_embedding_lookup=False)]) | {'i': [[0, 1], [-1, -1]]}
fc.input_layer(features, [fc.embedding_column(fc.categorical_column_with_identity('i', 3), 2, use_safe_embedding_lookup=False)]) | {'i': [[-1], [0]]}
fc.input_layer(features, [])                                    | {'x': [1.0]}
fc.input_layer(features, [fc.numeric_column('x'), fc.numeric_column('x')]) | {'x': [1.0]}
fc.linear_model(features, [fc.numeric_column('x'), fc.categorical_column_with_hash_bucket('h', 5), fc.bucketized_column(fc.numeric_column('x'), [1.0]), fc.crossed_column(['h', 'v'], 7), fc.categorical_column_with_vocabulary_list('v', ['a', 'b'])], units=3) | {'x': [0.5, 1.5], 'h': ['p', ''], 'v': ['b', 'c']}
fc.linear_model(features, [fc.embedding_column(fc.categorical_column_with_identity('i', 3), 2), fc.indicator_column(fc.categorical_column_with_identity('i', 3))]) | {'i': [[0, 1], [2, 2]]}
fc.linear_model(features, [fc.categorical_column_with_identity('i', 3)]) | {'i': [3]}
fc.linear_model(features, [fc.numeric_column('a'), fc.categorical_column_with_identity('b', 3)]) | {'a': [1.0, 2.0], 'b': [1, 2, 0]}
fc.linear_model(features, [fc.numeric_column('x'), fc.numeric_column('x_1')]) | {'x': [1.0], 'x_1': [2.0]}
fc.linear_model(features, [fc.sequence_categorical_column_with_identity('s', 3)]) | {'s': [[0, 1], [2, -1]]}
fc.linear_model(features, [fc.weighted_categorical_column(fc.categorical_column_with_identity('i', 3), 'w')], sparse_combiner='mean') | {'i': [[1, 2]], 'w': np.float32([[1.0, 3.0]])}
fc.linear_model(features, fc.numeric_column('x'))               | {'x': [1.0]}
fc.linear_model(features, (column for column in [fc.numeric_column('x')])) | {'x': [1.0]}
"""

LAYERS = """
fc.input_layer(features, [column])
fc.linear_model(features, [column], units=2)
fc.linear_model(features, [column], sparse_combiner='mean')
fc.linear_model(features, [column], sparse_combiner='sqrtn')
fc.input_layer(features, [fc.indicator_column(column)])
fc.input_layer(features, [fc.embedding_column(column, 2)])
fc.input_layer(features, [fc.embedding_column(column, 2, 'sqrtn')])
fc.input_layer(features, [fc.embedding_column(column, 2, 'sum', max_norm=1.0)])
"""

SEQUENCE_LAYERS = """
sequence_layer(features, [column])
sequence_layer(features, [fc.indicator_column(column)])
sequence_layer(features, [fc.embedding_column(column, 2)])
fc.input_layer(features, [fc.embedding_column(column, 2)])
"""


def lines(text: str) -> list[str]:
    """The lines of a table."""
    return [line.strip() for line in text.strip().splitlines()]


def record(tf: Any, case: str, vocabulary: str, sequence_layer: Any) -> dict[str, Any]:
    """What each layer makes of the column of a case: values and variables, or that it refuses."""
    part, features = (part.strip() for part in case.split(" | "))
    names = {"tf": tf, "np": np, "fc": tf.feature_column, "sp": tf.SparseTensor, "vocabulary": vocabulary}
    names["sequence_layer"] = sequence_layer
    layers = [part] if "features" in part else lines(SEQUENCE_LAYERS if "sequence" in part else LAYERS)
    return {layer: _layer(tf, names, part, features, layer) for layer in layers}


def _layer(tf: Any, names: dict[str, Any], column: str, features: str, layer: str) -> Any:
    with tf.Graph().as_default():
        try:
            values = {"features": eval(features, names)}  # noqa: S307  those above
            if layer != column:
                values["column"] = eval(column, names)  # noqa: S307
            return _values(tf, eval(layer, names | values))  # noqa: S307
        except (ValueError, TypeError, AttributeError, tf.errors.OpError):
            return "refused"


def _values(tf: Any, outputs: Any) -> dict[str, Any]:
    variables = tf.global_variables()
    with tf.Session() as session:
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        for place, variable in enumerate(variables):
            size = int(np.prod(variable.shape.as_list()))
            variable.load(np.sin(np.arange(size) + place + 1.0).reshape(variable.shape.as_list()), session)
        values = session.run(list(outputs) if isinstance(outputs, tuple) else [outputs])
    return {
        "values": [np.round(value.astype(float), 6).tolist() for value in values],
        "variables": [[variable.op.name, variable.shape.as_list()] for variable in variables],
    }
