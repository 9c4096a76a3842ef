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
    whole = (folder / "records").read_bytes()
    (folder / "records.cut").write_bytes(whole[:-3])
    (folder / "records.data").write_bytes(whole[:30] + b"!" + whole[31:])
    (folder / "records.length").write_bytes(b"!" + whole[1:])


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

CALLS = [*LINE_CALLS, *RECORD_CALLS, *NAME_CALLS]


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
