"""Files that are compressed as a whole: what TensorFlow calls ``"GZIP"`` and ``"ZLIB"``, or ``""`` if they are not."""

from __future__ import annotations

import io
import zlib
from typing import Any, BinaryIO, ClassVar

from estimator.core.errors import DataLossError
from estimator.core.keywords import near_keywords

GZIP, ZLIB, NONE = "GZIP", "ZLIB", ""
_GZIP_BITS = 16  # added to zlib's window bits, they mean gzip's head and tail
_BLOCK = 1 << 16


class TFRecordCompressionType:
    """How a file of records is compressed, as scripts of TensorFlow 1 say it.

    Source
    ------
    tf.io.TFRecordCompressionType, TF 1.15
    """

    NONE: ClassVar[int] = 0
    ZLIB: ClassVar[int] = 1
    GZIP: ClassVar[int] = 2


@near_keywords
class TFRecordOptions:
    """How a file of records is, or is to be, compressed.

    Parameters
    ----------
    compression_type : str, TFRecordCompressionType or TFRecordOptions, optional
        ``"GZIP"``, ``"ZLIB"``, or ``""`` and None: not at all.
    flush_mode, input_buffer_size, output_buffer_size : int, optional
        Accepted for old scripts.
    window_bits, compression_level, compression_method, mem_level, compression_strategy : int, optional
        Of zlib, for files that are written.

    Raises
    ------
    ValueError
        If there is no such compression.

    Source
    ------
    tf.io.TFRecordOptions, TF 1.15 tf_record.py
    """

    compression_type_map: ClassVar[dict[int, str]] = {
        TFRecordCompressionType.ZLIB: ZLIB,
        TFRecordCompressionType.GZIP: GZIP,
        TFRecordCompressionType.NONE: NONE,
    }

    def __init__(
        self,
        compression_type: Any = None,
        flush_mode: int | None = None,
        input_buffer_size: int | None = None,
        output_buffer_size: int | None = None,
        window_bits: int | None = None,
        compression_level: int | None = None,
        compression_method: int | None = None,
        mem_level: int | None = None,
        compression_strategy: int | None = None,
    ) -> None:
        self.get_compression_type_string(compression_type)  # raises if there is none
        self.compression_type = compression_type
        self.flush_mode = flush_mode
        self.input_buffer_size = input_buffer_size
        self.output_buffer_size = output_buffer_size
        self.window_bits = window_bits
        self.compression_level = compression_level
        self.compression_method = compression_method
        self.mem_level = mem_level
        self.compression_strategy = compression_strategy

    @classmethod
    def get_compression_type_string(cls, options: Any) -> str:
        """``"GZIP"``, ``"ZLIB"`` or ``""``, of options, a compression type, or its name.

        Raises
        ------
        ValueError
            If there is no such compression.
        """
        if isinstance(options, TFRecordOptions):
            return cls.get_compression_type_string(options.compression_type)
        if not options:
            return NONE
        if options in (GZIP, ZLIB):
            return str(options)
        if options in cls.compression_type_map:
            return cls.compression_type_map[options]
        raise ValueError(f'Not a valid compression_type: "{options}"; there are "GZIP", "ZLIB" and "".')

    def compressor(self) -> Any:
        """What compresses a file that is written, an object of zlib's; None if nothing does."""
        compression = self.get_compression_type_string(self)
        if compression == NONE:
            return None
        settings: dict[str, Any] = {
            "level": self.compression_level,
            "method": self.compression_method,
            "memLevel": self.mem_level,
            "strategy": self.compression_strategy,
        }
        bits = (self.window_bits or zlib.MAX_WBITS) + (_GZIP_BITS if compression == GZIP else 0)
        given: dict[str, Any] = {name: value for name, value in settings.items() if value is not None}
        return zlib.compressobj(wbits=bits, **given)


def decompressed(file: BinaryIO, compression: str) -> BinaryIO:
    """What a file says when it is decompressed; the file itself if it is not compressed.

    Parameters
    ----------
    file : binary file
    compression : str
        ``""``, ``"GZIP"`` or ``"ZLIB"``.

    Raises
    ------
    DataLossError
        Where it is read, if it is not compressed like that, is damaged, or ends too early.
    """
    return file if compression == NONE else io.BufferedReader(_Decompressed(file, compression), _BLOCK)


class _Decompressed(io.RawIOBase):
    """A file that is decompressed as it is read; gzip's may have several parts."""

    def __init__(self, file: BinaryIO, compression: str) -> None:
        self.name = getattr(file, "name", "compressed file")
        self._file = file
        self._compression = compression
        self._bits = zlib.MAX_WBITS + (_GZIP_BITS if compression == GZIP else 0)
        self._part = zlib.decompressobj(self._bits)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # of bytes
        """Fill the buffer, as far as there is anything; 0 at the end."""
        while True:
            self._rest = self._rest or self._file.read(_BLOCK)
            if self._part.eof and self._rest:
                self._part = zlib.decompressobj(self._bits)
            if not self._rest and (self._part.eof or not self._has_begun):
                return 0
            found = self._next(len(buffer))
            if found:
                buffer[: len(found)] = found
                return len(found)

    @property
    def _has_begun(self) -> bool:
        return self._file.tell() > 0

    def _next(self, size: int) -> bytes:
        try:
            found = self._part.decompress(self._rest, size)
        except zlib.error as error:
            raise DataLossError(
                f"{self.name}: this is not {self._compression} data, or it is damaged: {error}."
            ) from error
        at_end = not self._rest
        self._rest = self._part.unused_data if self._part.eof else self._part.unconsumed_tail
        if at_end and not found and not self._part.eof:
            raise DataLossError(
                f"{self.name}: the {self._compression} data end before they are whole; the file is cut off."
            )
        return found
