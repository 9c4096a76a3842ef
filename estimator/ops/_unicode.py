"""Characters of texts in some encoding: each with the bytes that it takes, and what stands for bytes that are none.

Source
------
TF 2.15 unicode_ops.cc, which leaves encodings to ICU; these are Python's codecs
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from functools import lru_cache

from estimator.core.errors import InvalidArgumentError
from estimator.core.named_tuple import NamedTuple
from estimator.core.shown import shorten

OUTPUT_ENCODINGS = ("UTF-8", "UTF-16-BE", "UTF-32-BE")
REPLACEMENT = 0xFFFD
ERRORS = ("strict", "replace", "ignore")
ERROR_ATTRS = {"errors": "replace", "replacement_char": REPLACEMENT}
_LAST_CONTROL = 0x1F
_LIMIT = 0x110000
_SURROGATES = range(0xD800, 0xE000)
_NEVER = range(0xFDD0, 0xFDF0)


class Character(NamedTuple):
    """A character of a text, or bytes that are none.

    Attributes
    ----------
    code : int
        Its code point; -1 for bytes that are no character.
    start : int
        Its first byte.
    """

    code: int
    start: int


class Reading(NamedTuple):
    """How texts are read.

    Attributes
    ----------
    encoding : str
        A name that Python's codecs know.
    errors : {"strict", "replace", "ignore"}
        What happens to bytes that are no character.
    replacement : int
        The code point that stands for them.
    replaces_controls : bool
        Whether control characters, below a blank, are treated alike.
    """

    encoding: str
    errors: str
    replacement: int
    replaces_controls: bool

    def characters(self, text: bytes) -> list[Character]:
        """The characters of a text.

        Raises
        ------
        InvalidArgumentError
            With ``errors="strict"``, if some bytes are none.
        """
        found = []
        for character in _decoded(text, self.encoding):
            is_wrong = character.code < 0 or (self.replaces_controls and character.code <= _LAST_CONTROL)
            if not is_wrong:
                found.append(character)
            elif self.errors == "strict":
                raise InvalidArgumentError(
                    f"Invalid formatting on input string: {shorten(text)} is no {self.encoding} text at byte "
                    f"{character.start}. errors='replace' and errors='ignore' go on."
                )
            elif self.errors == "replace":
                found.append(Character(self.replacement, character.start))
        return found


def reading(encoding: str, errors: str, replacement_char: int, replace_control_characters: bool) -> Reading:
    """How texts are read, by the attributes of an op.

    Raises
    ------
    InvalidArgumentError
        If there is no such encoding, or the replacement is no character.
    """
    check_replacement(replacement_char)
    return Reading(_codec(encoding), errors, replacement_char, replace_control_characters)


def check_replacement(replacement_char: int) -> None:
    """Refuse a replacement that is no character.

    Raises
    ------
    InvalidArgumentError
    """
    if not is_character(replacement_char):
        raise InvalidArgumentError(
            f"replacement_char out of unicode codepoint range: {replacement_char}; it must be a character."
        )


def is_character(code: int) -> bool:
    """Whether a number is the code point of a character: no surrogate, and none of those that never will be one."""
    never = code & 0xFFFE == 0xFFFE or code in _NEVER
    return 0 <= code < _LIMIT and code not in _SURROGATES and not never


@lru_cache
def _codec(encoding: str) -> str:
    try:
        return codecs.lookup(encoding.replace(" ", "-")).name
    except LookupError:
        raise InvalidArgumentError(
            f"Could not create converter for input encoding: {encoding!r} is not known; UTF-8, UTF-16-BE, US-ASCII and "
            "others are."
        ) from None


def written(codes: list[int], encoding: str) -> bytes:
    """The text with these code points, which are characters, in one of the output encodings."""
    return "".join(map(chr, codes)).encode(encoding)


def _decoded(text: bytes, encoding: str) -> Iterator[Character]:
    """The characters, and -1 for each longest run of bytes that begins none."""
    place = 0
    while place < len(text):
        try:
            good, wrong = text[place:].decode(encoding), 0
        except UnicodeDecodeError as error:
            good, wrong = text[place : place + error.start].decode(encoding), error.end - error.start
        for letter, size in zip(good, _sizes(good, encoding), strict=True):
            yield Character(ord(letter), place)
            place += size
        if wrong:
            yield Character(-1, place)
            place += wrong


def _sizes(letters: str, encoding: str) -> list[int]:
    """How many bytes each character takes."""
    return [len(letter.encode(encoding)) for letter in letters]
