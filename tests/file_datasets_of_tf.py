"""Files, datasets over them as texts, and what their elements are.

The calls are text, so that TensorFlow (tests/interop/tf_file_datasets.py) and this package (tests/test_file_datasets.py) evaluate
the very same ones; nothing is imported here that either of them lacks. tests/data/tf/file_datasets.json has TensorFlow's answers.
"""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import Any

import numpy as np

LINES = b"1\n2\r\n3\r4\n"
PIECES = b"HHaabbccF"
FILES = {
    "lines": LINES,
    "lines.gz": gzip.compress(LINES),
    "lines.parts.gz": gzip.compress(LINES) + gzip.compress(b"5"),
    "lines.z": zlib.compress(LINES),
    "returns": b"x\n\r",
    "empty": b"",
    "empty.gz": gzip.compress(b""),
    "marked": b"\xef\xbb\xbfhi\n\nend\r\r\n \r",
    "seven": b"0\n1\n2\n3\n4\n5\n6\n",
    "three": b"b0\nb1\nb2",
    "five": b"c0\nc1\nc2\nc3\nc4\n",
    "pieces": PIECES,
    "pieces2": b"HHddF",
    "pieces.gz": gzip.compress(PIECES),
    "pieces.odd": b"HHaabbcccF",
    "pieces.odd.gz": gzip.compress(b"HHaabbcccF"),
    "quoted.csv": b'a,b,c\n1,2.5,x\n,3,"y,""z"\n\n4,,\n',
    "over.lines.csv": b'1,"multi\nline",3\r\n2,"\r",4\n3,"",5',
    "widths.csv": b"a,b\n1,2\n3,4,5\n5,6\n",
    "semicolons.csv": b"a;b\n1;NA\n2;x\n",
    "blanks.csv": b"1,2\n\n 3 , 4\n",
    "returns.csv": b"1,2\r3,4\r\n\r\n5,6\r",
    "returns.quoted.csv": b'1,"2"\r"3\r",4\r',
    "damaged.csv": b'1,a"b\n2,"c"d\n3,"e\n',
    "one.csv": b"\n1\n\n",
    "two.csv": b'"1","2"\n"NA",NA\n"",""\n3,\n',
    "two.csv.gz": gzip.compress(b"1,2\n3,4\n"),
    "header.csv": b'a,"b\nq"\n1,2\n',
    "table.1.csv": b"a,b,c,d\n1,2.5,x,3000000000\n2,3,y,4\n3,,,5\n",
    "table.2.csv": b"a,b,c,d\n7,8,9,10\n",
    "other.names.csv": b"a,z,c,d\n1,2,3,4\n",
    "large.csv": b"a,b,c,d\n1,1e50,99999999999999999999,nan\n2,3,4,5\n",
    "gaps.csv": b"a,b,c\nNA,,2\n3,,NA\n",
    "quoted.names.csv": b'a,"b,1",\n1,"2",3\n',
    "table.1.csv.gz": gzip.compress(b"a,b\n1,x\n2,y\n"),
}
RECORDS = {"records": None, "records.gz": "GZIP", "records.z": "ZLIB"}


def write_files(tf: Any, folder: Path) -> None:
    """What the calls read."""
    for name, data in FILES.items():
        (folder / name).write_bytes(data)
    for name, kind in RECORDS.items():
        with tf.io.TFRecordWriter(str(folder / name), kind) as writer:
            for number in range(4):
                writer.write(b"r%d" % number * number)
    for place in range(2):
        with tf.io.TFRecordWriter(str(folder / f"examples.{place}")) as writer:
            for number in range(3):
                writer.write(example(tf, place * 10 + number))
    whole = (folder / "records").read_bytes()
    (folder / "records.cut").write_bytes(whole[:-3])
    (folder / "records.data").write_bytes(whole[:30] + b"!" + whole[31:])
    (folder / "records.length").write_bytes(b"!" + whole[1:])


def example(tf: Any, number: int) -> bytes:
    """A tf.Example with a number, and as many words."""
    features = {
        "n": tf.train.Feature(int64_list=tf.train.Int64List(value=[number])),
        "words": tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"w"] * (number % 10))),
    }
    text: bytes = tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString()
    return text


def names(tf: Any) -> dict[str, Any]:
    """What the calls use."""
    data = tf.data
    return {
        "tf": tf,
        "np": np,
        "Path": Path,
        "D": data.Dataset,
        "S": data.Dataset.from_tensor_slices,
        "X": data.experimental,
        "Csv": data.experimental.CsvDataset,
        "table": data.experimental.make_csv_dataset,
        "examples": data.experimental.make_batched_features_dataset,
        "once": {"shuffle": False, "num_epochs": 1},
        "SPEC": {"n": tf.FixedLenFeature([], tf.int64), "words": tf.VarLenFeature(tf.string)},
        "Lines": data.TextLineDataset,
        "Records": data.TFRecordDataset,
        "Pieces": data.FixedLengthRecordDataset,
    }


LINE_CALLS = """
Lines('lines')
Lines('returns')
Lines('empty')
Lines('marked')
Lines(['lines', 'empty', 'returns'])
Lines([['lines'], ['three']])
Lines([])
Lines(np.array(['lines', 'three']))
Lines(Path('lines'))
Lines([Path('lines'), 'three'])
Lines(b'lines')
Lines(tf.constant(['lines', 'three']))
Lines(S(['three', 'lines']))
Lines(S(['three', 'lines']).repeat(2))
Lines(S(['three', 'lines']).batch(2))
Lines(D.range(2))
Lines([1])
Lines(['lines', 'missing'])
Lines('lines.gz', 'GZIP')
Lines('lines.parts.gz', 'GZIP')
Lines('lines.z', compression_type='ZLIB')
Lines('lines', '')
Lines('lines', 'GZIP')
Lines('empty.gz', 'GZIP')
Lines('lines', 'gz')
Lines('lines', buffer_size=1)
Lines('lines', buffer_size=0)
Lines('lines', buffer_size=-1)
Lines(['seven', 'three', 'five', 'empty', 'lines'], num_parallel_reads=2)
Lines(['seven', 'empty', 'three', 'five', 'lines'], num_parallel_reads=3)
Lines(['seven', 'three', 'five'], num_parallel_reads=9)
Lines(['seven', 'three'], num_parallel_reads=-1)
Lines(['seven', 'three'], num_parallel_reads=1)
Lines(['seven', 'three'], num_parallel_reads=0)
Lines(['three', 'missing', 'five'], num_parallel_reads=2)
Lines('seven').skip(1).batch(3)
Lines('seven').take(3).repeat(2)
Lines(['seven', 'three']).batch(4, drop_remainder=True)
Lines('seven').map(tf.string_to_number).batch(4)
Lines('seven').filter(lambda line: tf.not_equal(line, '3')).batch(4)
D.zip((Lines('seven'), Lines('three')))
Lines('three').concatenate(Lines('lines'))
Lines('three', name='three')
""".strip().splitlines()

RECORD_CALLS = """
Records('records')
Records(['records', 'empty'])
Records(S(['records', 'records']))
Records('records.gz', 'GZIP')
Records('records.z', 'ZLIB')
Records('records.cut')
Records('records.data')
Records('records.length')
Records('records.gz')
Records('missing')
Records([])
Records([1])
Records(['records', 'records'], num_parallel_reads=2)
Records('records', buffer_size=100).batch(3)
Pieces(['pieces', 'pieces2'], 2, 2, 1)
Pieces(['pieces', 'pieces2'], record_bytes=2, header_bytes=2, footer_bytes=1, num_parallel_reads=2)
Pieces(S(['pieces', 'pieces2']), 2, 2, 1)
Pieces('pieces', tf.constant(2, tf.int64), 2, 1)
Pieces('pieces', 3)
Pieces('pieces', 2)
Pieces('pieces.odd', 2, 2, 1)
Pieces('empty', 2)
Pieces('empty', 2, 2)
Pieces('pieces', 0)
Pieces('pieces', 2, -1)
Pieces('pieces', 2, 0, -1)
Pieces('missing', 2)
Pieces('pieces.gz', 2, 2, 1, compression_type='GZIP')
Pieces('pieces.odd.gz', 2, 2, 1, None, 'GZIP')
Pieces('pieces.gz', 3, compression_type='GZIP')
Pieces('empty.gz', 2, compression_type='GZIP')
Pieces('pieces', 3).map(lambda piece: tf.decode_raw(piece, tf.uint8)).batch(2)
""".strip().splitlines()

NAME_CALLS = """
D.list_files('pieces*', shuffle=False)
D.list_files(['pieces*', 'lines', 'lines.?'], False)
D.list_files('./pieces*', shuffle=False).repeat(2)
D.list_files('missing*')
D.list_files(['missing*', 'lines'])
D.list_files(['lines', 'lines'], shuffle=False)
D.list_files(tf.constant('pieces*'), shuffle=False)
Lines(D.list_files('*e*n', shuffle=False))
""".strip().splitlines()

CSV_CALLS = """
Csv('quoted.csv', [tf.int32, tf.float32, tf.string], header=True)
Csv('quoted.csv', [[0], [0.0], ['d']], header=True)
Csv('quoted.csv', [0, 0.0, 'd'], header=True)
Csv('quoted.csv', [[0], ['d']], header=True, select_cols=[0, 2])
Csv('quoted.csv', [[0], ['d']], header=True, select_cols=[2, 0])
Csv('quoted.csv', [[0], ['d']], header=True, select_cols=[0, 0])
Csv('quoted.csv', [[0], ['d']], header=True, select_cols=[0, 9])
Csv('quoted.csv', [[0], ['d']], header=True, select_cols=[-1, 0])
Csv('quoted.csv', [[0], ['d']], header=True, select_cols=[0])
Csv('quoted.csv', [tf.int8, tf.float32, tf.string], header=True)
Csv('over.lines.csv', [[0], [''], [0]])
Csv('over.lines.csv', [[0], [''], [0]], use_quote_delim=False)
Csv('over.lines.csv', [[0], ['d'], [0]]).batch(2)
Csv('widths.csv', [[0], [0]], header=True)
Csv('widths.csv', [[0], [0], [0]], header=True)
Csv('semicolons.csv', [[0], ['d']], header=True, field_delim=';', na_value='NA')
Csv('semicolons.csv', [[0], ['d']], field_delim=';;')
Csv('semicolons.csv', [[0], ['d']], field_delim=';')
Csv('blanks.csv', [[0], [0]])
Csv('blanks.csv', [[0]], select_cols=[0])
Csv('returns.csv', [[0], [0]])
Csv('returns.quoted.csv', [[0], [0]])
Csv('returns.quoted.csv', [['']], select_cols=[0])
Csv('damaged.csv', [[0], ['']])
Csv('one.csv', [['q']])
Csv('one.csv', [tf.int32])
Csv('two.csv', [['d'], ['e']], na_value='NA')
Csv('two.csv', [[7], [8]], na_value='NA')
Csv('two.csv', [[7], [8]])
Csv('two.csv', [tf.constant([], tf.string), tf.constant(['3'])])
Csv('two.csv.gz', [[0.0], [0]], 'GZIP')
Csv(['two.csv.gz', 'two.csv.gz'], [tf.float64, tf.int64], 'GZIP', 100).repeat(2).batch(3)
Csv('header.csv', [[0], [0]], header=True)
Csv('empty', [[0]])
Csv('empty', [[0]], header=True)
Csv('missing', [[0]])
Csv('two.csv', [['d'], ['e']]).skip(1).take(2).map(lambda a, b: {'a': a, 'b': b}).batch(2)
""".strip().splitlines()

TABLE_CALLS = """
table('table.1.csv', 2, **once)
table(['table.1.csv', 'table.2.csv'], 2, **once)
table('table.*.csv', 2, **once)
table('table.1.csv', 2, label_name='c', **once)
table('table.1.csv', 2, label_name='z', **once)
table('table.1.csv', 2, select_columns=['c', 'a'], **once)
table('table.1.csv', 2, select_columns=[2, 0], label_name='c', **once)
table('table.1.csv', 2, select_columns=['q'], **once)
table('table.1.csv', 2, label_name='b', select_columns=['a'], **once)
table('table.1.csv', 2, column_names=['p', 'q', 'r', 's'], **once)
table('table.1.csv', 2, column_names=['p', 'p', 'r', 's'], **once)
table('table.1.csv', 2, header=False, **once)
table('table.2.csv', 2, header=False, column_names=['p', 'q', 'r', 's'], **once)
table('table.2.csv', 2, column_defaults=[tf.float32, tf.string, 'u', [5]], **once)
table('table.1.csv', 2, column_defaults=[tf.float32, ''], select_columns=['a', 'c'], **once)
table('table.1.csv', 2, column_defaults=[tf.float32], select_columns=['a', 'c'], **once)
table(['table.1.csv', 'other.names.csv'], 2, **once)
table('missing*', 2, **once)
table('table.1.csv', 2, shuffle=False).take(4)
table('table.1.csv', 2, shuffle=False, num_epochs=2)
table('table.1.csv', 2, num_rows_for_inference=1, **once)
table('table.1.csv', 2, num_rows_for_inference=0, **once)
table('table.1.csv', 2, num_rows_for_inference=None, **once)
table('widths.csv', 1, **once)
table('gaps.csv', 1, na_value='NA', **once)
table('semicolons.csv', 1, field_delim=';', **once)
table(['table.1.csv', 'table.2.csv'], 1, num_parallel_reads=2, prefetch_buffer_size=0, sloppy=False, **once)
table('large.csv', 1, **once)
table('quoted.names.csv', 1, **once)
table('empty', 1, **once)
table('table.1.csv.gz', 2, compression_type='GZIP', **once)
table('widths.csv', 1, column_defaults=[0, 0], ignore_errors=True, **once)
table('widths.csv', 1, column_defaults=[0, 0], **once)
table('table.1.csv', 2, column_defaults=[tf.int32, tf.float32, '', 0], ignore_errors=True, **once)
table(['table.1.csv', 'table.2.csv'], 1, column_defaults=[0, 0, 0, 0], ignore_errors=True, **once)
table('damaged.csv', 1, ['n', 'text'], [0, ''], header=False, ignore_errors=True, **once)
examples('examples.*', 2, SPEC, label_key='n', **once).map(lambda x, n: (n, tf.sparse_tensor_to_dense(x['words'], '')))
examples('examples.*', 2, SPEC, shuffle=False).map(lambda x: x['n']).take(5)
examples('examples.0', 2, SPEC, drop_final_batch=True, **once).map(lambda x: x['n'])
examples('examples.*', 2, SPEC, reader_num_threads=2, **once).map(lambda x: x['n'])
examples('examples.*', 2, SPEC, reader=Records, reader_args=['', 100], **once).map(lambda x: x['n'])
examples('examples.*', 2, SPEC, lambda name: Records(name).map(lambda text: (name, text)), **once).map(lambda x: x['n'])
examples('examples.*', 2, SPEC, label_key='m', **once)
examples('missing', 2, SPEC)
""".strip().splitlines()

CALLS = [*LINE_CALLS, *RECORD_CALLS, *NAME_CALLS, *CSV_CALLS, *TABLE_CALLS]


def record(tf: Any, call: str) -> dict[str, Any]:
    """The elements that a call gives, and the name of the error that ends them or refuses the call."""
    with tf.Graph().as_default(), tf.Session() as session:
        found: list[Any] = []
        try:
            iterator = tf.data.make_initializable_iterator(eval(call, names(tf)))  # noqa: S307
            element = iterator.get_next()
            session.run(iterator.initializer)
            while True:
                found.append(plain(session.run(element)))
        except tf.errors.OutOfRangeError:
            return {"values": found}
        except (TypeError, ValueError, tf.errors.OpError) as error:
            return {"values": found, "error": type(error).__name__}


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(part) for part in value]
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return plain(value.tolist()) if isinstance(value, (np.ndarray, np.generic)) else value
