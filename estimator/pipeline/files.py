"""Where elements come from that lie in files: lines, records, pieces of one size.

A :class:`FilesNode` goes through names of files, which are the elements of another step, and gives what is in
each; with several slots it has as many files open and takes one record of each in turn. Of a file only a buffer is in
memory. Its state are the places of the open files among the names, and how many bytes of each were taken, of
those that decompressing gives where a file is compressed: to go on there it is decompressed again.
"""

from __future__ import annotations

import io
import os
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, BinaryIO

import numpy as np

from estimator.core.errors import DataLossError, InvalidArgumentError
from estimator.core.files import open_regular
from estimator.core.frozen import frozen
from estimator.core.named_tuple import NamedTuple
from estimator.core.patterns import matches
from estimator.formats.compression import NONE, decompressed
from estimator.formats.lines import read_lines
from estimator.formats.records import framed_size, read_records
from estimator.pipeline.element import Array, Element, as_array
from estimator.pipeline.shuffle import ShuffleNode
from estimator.pipeline.sources import slices
from estimator.pipeline.specs import TensorSpec
from estimator.pipeline.stage import UNKNOWN, Context, Node, Rows, Stage, State, Stream, Tickets

TEXT = TensorSpec((), "string")
_BUFFER_BYTES = 1 << 18  # TensorFlow's, where it is not said
_SKIP_BYTES = 1 << 20


class Texts(Rows):
    """Tickets that are bytes, each a scalar."""

    row_bytes = 64  # no more than a guess, which nothing depends on where tickets are no numbers

    def elements(self, tickets: Tickets) -> list[Element]:
        """Each as an array without dimensions."""
        return [[np.array(text, object)] for text in tickets]

    def gather(self, tickets: Tickets) -> Element:
        """All of them as one vector."""
        return [np.fromiter(tickets, object, len(tickets))]


# -- one file ----------------------------------------------------------------------------------------------------------


class FileReader(ABC):
    """What is in one file, a piece after the other.

    Attributes
    ----------
    position : int
        How many of the file's bytes, decompressed, were taken.
    """

    def __init__(self, file: BinaryIO, position: int) -> None:
        self._file = file
        self.position = position
        weakref.finalize(self, file.close)  # a dataset that is not read to its end is nothing to warn of
        _skip(file, position)

    @abstractmethod
    def read(self, count: int) -> list[bytes]:
        """The next pieces; fewer only at the end of the file."""

    def close(self) -> None:
        """Leave the file."""
        self._file.close()


def _skip(file: BinaryIO, size: int) -> None:
    if file.seekable():
        file.seek(size)
    while not file.seekable() and size and (passed := len(file.read(min(size, _SKIP_BYTES)))):
        size -= passed


class Lines(FileReader):
    """The lines of a text file, without CRs."""

    def read(self, count: int) -> list[bytes]:
        """The next lines."""
        lines, size = read_lines(self._file, count)
        self.position += size
        return lines


class Records(FileReader):
    """The records of a TFRecord file."""

    def __init__(self, file: BinaryIO, position: int) -> None:
        super().__init__(file, position)
        self._records: Iterator[bytes] = read_records(file, strict=True)

    def read(self, count: int) -> list[bytes]:
        """The next records.

        Raises
        ------
        DataLossError
            Where the file is damaged or cut off.
        """
        records = list(islice(self._records, count))
        self.position += framed_size(records)
        return records


class Pieces(FileReader):
    """Pieces of one size, between a header and a footer that are left out.

    Parameters
    ----------
    file, position
        As of the others.
    size, header, footer : int
        In bytes.

    Raises
    ------
    InvalidArgumentError
        If the length of the file, which is not compressed, does not fit.
    """

    def __init__(self, file: BinaryIO, position: int, size: int, header: int, footer: int) -> None:
        super().__init__(file, max(position, header))
        self._size, self._header, self._footer = size, header, footer
        if file.seekable():
            self._check(os.fstat(file.fileno()).st_size - header - footer)
        self._held = file.read(footer)  # nobody knows whether it is the footer before there is more

    def _check(self, body: int) -> None:
        if body < 0 or body % self._size:
            raise InvalidArgumentError(
                f"Excluding the header ({self._header} bytes) and footer ({self._footer} bytes), input file "
                f"{os.fsdecode(self._file.name)!r} has body length {body} bytes, which is not an exact multiple of the "
                f"record length ({self._size} bytes)."
            )

    def read(self, count: int) -> list[bytes]:
        """The next pieces.

        Raises
        ------
        DataLossError
            If a compressed file ends within one.
        """
        data = self._held + self._file.read(count * self._size)
        end = len(data) - self._footer
        if end < 0 or end % self._size:
            raise DataLossError(
                f"{os.fsdecode(self._file.name)!r} ends within a record of {self._size} bytes, or within its header "
                f"({self._header} bytes) or footer ({self._footer} bytes)."
            )
        self._held = data[end:]
        self.position += end
        return [data[start : start + self._size] for start in range(0, end, self._size)]


# -- all files ---------------------------------------------------------------------------------------------------------


@frozen
class FileFormat:
    """How files are read.

    Attributes
    ----------
    name : str
    reader : callable
        From an open file, a position and the `settings` to a :class:`FileReader`.
    settings : tuple of int
    compression : str
        ``""``, ``"GZIP"`` or ``"ZLIB"``.
    buffer_bytes : int
        How much of a file is in memory; 0: as much as seems good.
    """

    name: str
    reader: Callable[..., FileReader]
    settings: tuple[int, ...] = ()
    compression: str = NONE
    buffer_bytes: int = 0

    def open(self, path: str, position: int) -> FileReader:
        """A file from a position on.

        Raises
        ------
        NotFoundError, PermissionDeniedError, DataLossError
            If it cannot be opened, or is none.
        """
        buffered = io.BufferedReader(open_regular(path), self.buffer_bytes or _BUFFER_BYTES)
        file = decompressed(buffered, self.compression)
        try:
            return self.reader(file, position, *self.settings)
        except BaseException:
            file.close()
            raise

    def describe(self) -> list[Any]:
        """All but the buffer, by which no position goes."""
        return [self.name, *self.settings, self.compression]


@frozen(eq=False)
class FilesNode(Node):
    """What is in files.

    Attributes
    ----------
    names : Node
        Whose elements are the names.
    format : FileFormat
    slots : int
        How many files are read in turn.
    """

    names: Node
    format: FileFormat
    slots: int = 1

    @property
    def inputs(self) -> tuple[Node, ...]:
        """The step that gives the names."""
        return (self.names,)

    @property
    def spec(self) -> Any:
        """The spec of a text."""
        return TEXT

    @property
    def cardinality(self) -> int:
        """Not known before all is read, unless there are no files."""
        return 0 if self.names.cardinality == 0 else UNKNOWN

    @property
    def takes_time(self) -> bool:
        """It reads files."""
        return True

    def describe(self) -> list[Any]:
        """How the files are read; not which they are."""
        return ["files", self.format.describe(), self.slots, self.names.describe()]

    def start(self, context: Context) -> Stream:
        """Open the first file when something of it is wanted."""
        return Stream(FilesStage(self.names.start(context), self.format, self.slots), Texts(), False)


class _OpenFile(NamedTuple):
    """A file that is being read."""

    reader: FileReader
    place: State  # of the names, before its own


class FilesStage(Stage):
    """Reads files, one of each slot in turn; the next file takes the place of one that has ended."""

    def __init__(self, names: Stream, format: FileFormat, slots: int) -> None:
        self._names = names
        self._format = format
        self._files: list[_OpenFile | None] = [None] * slots
        self._turn = 0  # the slot that comes next

    def read(self, count: int) -> Tickets:
        """The next records.

        Raises
        ------
        OpError
            If a file cannot be read. The next call goes on behind the damage, or in the next file.
        """
        found: list[bytes] = []
        while len(found) < count:
            file = self._files[self._turn] = self._files[self._turn] or self._open_next()
            if file is None and not any(self._files):
                break
            found += self._of(file, count - len(found) if len(self._files) == 1 else 1)
        return found

    def _of(self, file: _OpenFile | None, count: int) -> list[bytes]:
        """So many records of the slot whose turn it is, or what there is."""
        records = file.reader.read(count) if file else []
        if file and len(records) < count:
            file.reader.close()
            self._files[self._turn] = None
        self._turn = (self._turn + 1) % len(self._files)
        return records

    def _open_next(self, position: int = 0) -> _OpenFile | None:
        place = {"stage": self._names.stage.state(), "rows": self._names.rows.state()}
        tickets = self._names.stage.read(1)
        if len(tickets) == 0:
            return None
        path = os.fsdecode(self._names.rows.elements(tickets)[0][0].item())
        return _OpenFile(self._format.open(path, position), place)

    def _close(self) -> None:
        for file in filter(None, self._files):
            file.reader.close()
        self._files, self._turn = [None] * len(self._files), 0

    def rewind(self) -> None:
        """Begin again with the first file."""
        self._close()
        self._names.stage.rewind()

    def state(self) -> State:
        """The open files, by their places among the names, and which name comes next."""
        files = [file and {"place": file.place, "position": file.reader.position} for file in self._files]
        names = {"stage": self._names.stage.state(), "rows": self._names.rows.state()}
        return {"files": files, "turn": self._turn, "names": names}

    def restore(self, state: State) -> None:
        """Open these files where they were read, and go on."""
        self._close()
        for slot, file in enumerate(state["files"]):
            if file is not None:
                self._go_to(file["place"])
                self._files[slot] = self._open_next(int(file["position"]))
        self._go_to(state["names"])
        self._turn = int(state["turn"])

    def _go_to(self, place: State) -> None:
        self._names.stage.restore(place["stage"])
        self._names.rows.restore(place["rows"])


# -- names of files ----------------------------------------------------------------------------------------------------


@frozen(eq=False)
class MatchingFilesNode(Node):
    """The names of the files that fit patterns, in order or mixed in each pass; they are looked for at the start."""

    patterns: tuple[str, ...]
    shuffle: bool
    seed: int | None

    @property
    def spec(self) -> Any:
        """The spec of a text."""
        return TEXT

    @property
    def cardinality(self) -> int:
        """Not known before it starts."""
        return UNKNOWN

    def describe(self) -> list[Any]:
        """Whether, and by which seed, they are mixed."""
        return ["matching files", self.shuffle, self.seed]

    def start(self, context: Context) -> Stream:
        """Find the files.

        Raises
        ------
        InvalidArgumentError
            If there are none.
        """
        names = sorted(os.fsencode(path) for pattern in self.patterns for path in matches(pattern))
        if not names:
            raise InvalidArgumentError(
                f"No files matched pattern: {', '.join(self.patterns)} (looked for from {os.getcwd()!r})."
            )
        node: Node = slices(np.fromiter(names, object, len(names)))
        if self.shuffle:
            node = ShuffleNode(node, len(names), self.seed, True)
        return node.start(context)


def matching_files(patterns: Any, shuffle: Any, seed: Any) -> MatchingFilesNode:
    """The step that finds files; see :meth:`estimator.pipeline.dataset.Dataset.list_files`."""
    number = None if seed is None else int(as_array(seed, "list_files: seed"))
    texts = tuple(map(os.fsdecode, text_vector(patterns, "file_pattern")))
    return MatchingFilesNode(texts, shuffle is None or bool(shuffle), number)


def plain_names(names: Any) -> Any:
    """Paths as texts, alone or in a list; else what was given."""
    if isinstance(names, os.PathLike):
        return os.fspath(names)
    if isinstance(names, (list, tuple)):
        return [plain_names(name) for name in names]
    return names


def text_vector(names: Any, argument: str) -> Array:
    """Names of files in one row.

    Raises
    ------
    TypeError
        If they are no texts.
    """
    array = as_array(names, argument)
    if array.size and array.dtype != object:
        raise TypeError(
            f"The `{argument}` argument must contain `tf.string` elements. Got `{array.dtype}` elements: {names!r}."
        )
    return array.reshape(-1).astype(object)
