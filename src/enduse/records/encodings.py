"""In which encoding a text file is written, and the file as UTF-8."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from enduse.errors import InputError, UsageError

CHUNK_BYTES = 1 << 20
LONGEST_LINE_BYTES = 1 << 24
BAD_BYTES = "\ufdd0"
"""Stands for bytes that mean nothing in their encoding: a code point that is never a character."""

_SAMPLE_BYTES = 1 << 18
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Windows' Big5 has the characters that the standard lacks and names need, such as 碁 in 宏碁.
_CODECS = {"big5": "cp950", "windows-1251": "cp1251"}
_ENOUGH = 0.7
_CLEAR_LEAD = 0.12


def codec_of(encoding: str) -> str:
    """Python's codec for the name of an encoding.

    Raises
    ------
    UsageError
        If no encoding has that name.
    """
    try:
        codec = codecs.lookup(encoding)
        b"".decode(codec.name)
    except LookupError:
        raise UsageError(
            f"There is no text encoding '{encoding}'.",
            hint="Use utf-8, utf-16, big5, gb18030, windows-1251 or another of Python's names.",
        ) from None
    return _CODECS.get(codec.name, codec.name)


def detect_encoding(path: Path) -> str:
    """The encoding that a text file is most plausibly written in.

    A byte order mark decides. Else a file that is UTF-8, but for a broken byte here and there, is
    UTF-8. Else a sample of the lines beyond ASCII is read as Big5, GB18030 and Windows-1251, and
    the most plausible wins: Chinese text is mostly of each charset's block of frequent
    characters, and Cyrillic words do not mix case or alphabets.

    Raises
    ------
    InputError
        If none is plausible, or two are about as plausible: a name read in the wrong encoding
        meets no list, so a guess would do harm.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return encoding
    low, high = start[::2].count(0), start[1::2].count(0)
    if max(low, high) > 0.15 * len(start) and min(low, high) < 0.02 * len(start):
        return "utf-16-le" if high > low else "utf-16-be"
    sample = _lines_beyond_ascii(path)
    if not sample or _utf8_share(sample) > 0.9:
        return "utf-8"
    plausible = sorted(
        (
            (_chinese_share(sample, "cp950", 0xA4, 0xC6), "big5"),
            (_chinese_share(sample, "gb18030", 0xB0, 0xD7), "gb18030"),
            (_cyrillic_share(sample), "windows-1251"),
        ),
        reverse=True,
    )
    (best, encoding), (second, other) = plausible[:2]
    if best < _ENOUGH:
        raise InputError(
            f"{path} is in no encoding that can be recognised.",
            hint="Name it with --encoding, or save the file as UTF-8.",
        )
    if best - second < _CLEAR_LEAD:
        raise InputError(
            f"{path} could be in {encoding} or in {other}.",
            hint="Name the right one with --encoding, or save the file as UTF-8.",
        )
    return encoding


def utf8_chunks(path: Path, encoding: str) -> Iterator[bytes]:
    """A text file as valid UTF-8 in chunks, without a byte order mark.

    Bytes that mean nothing in the encoding become BAD_BYTES, so that the rows that hold them can
    be rejected later.

    Raises
    ------
    InputError
        If a line is longer than 16 MiB.
    """
    codec = codec_of(encoding)
    decoder = codecs.getincrementaldecoder(codec)(errors="enduse-bad-bytes")
    line, open_bytes = 1, 0
    with path.open("rb") as file:
        is_start = True
        while True:
            raw = file.read(CHUNK_BYTES)
            text = decoder.decode(raw, final=not raw)
            if is_start and text:
                text, is_start = text.removeprefix("\ufeff"), False
            chunk = text.encode()
            last = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
            open_bytes = open_bytes + len(chunk) if last < 0 else len(chunk) - last - 1
            line += chunk.count(b"\n")
            if open_bytes > LONGEST_LINE_BYTES:
                raise InputError(
                    f"{path}, line {line}, is longer than 16 MiB.",
                    hint="A declaration line is not that long: is this a table with line ends?",
                )
            if chunk:
                yield chunk
            if not raw:
                return


def _bad_bytes(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError):
        return BAD_BYTES, error.end
    raise error


codecs.register_error("enduse-bad-bytes", _bad_bytes)


def _lines_beyond_ascii(path: Path) -> bytes:
    sample = bytearray()
    with path.open("rb") as file:
        while len(sample) < _SAMPLE_BYTES and (chunk := file.read(CHUNK_BYTES)):
            if not chunk.isascii():
                # A chunk may begin and end within a character, so its broken ends stay out.
                whole = chunk + file.readline(4096)
                for line in whole.split(b"\n"):
                    if not line.isascii():
                        sample += line + b"\n"
                        if len(sample) >= _SAMPLE_BYTES:
                            break
    return bytes(sample)


def _utf8_share(sample: bytes) -> float:
    """Share of the bytes beyond ASCII that are valid UTF-8."""
    beyond = sum(len(run) for run in re.findall(rb"[\x80-\xff]+", sample))
    valid = len(sample.decode("utf-8", "ignore").encode()) - (len(sample) - beyond)
    return valid / beyond


def _chinese_share(sample: bytes, codec: str, first: int, last: int) -> float:
    """Share of the characters beyond ASCII whose lead byte is in the block of frequent ones."""
    text = sample.decode(codec, "replace")
    characters = [c for c in text if not c.isascii()]
    frequent = 0
    for character in characters:
        code = character.encode(codec, "ignore")
        frequent += len(code) == 2 and (first <= code[0] <= last or 0xA1 <= code[0] <= 0xA3)
    return frequent / len(characters)


_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile(r"[А-ЯЁІЇЄҐ]?[а-яёіїєґ]+|[А-ЯЁІЇЄҐ]+")
_ALIEN = re.compile(r"[\ufffd\x80-\x9fЂЃ‚ѓЉЊЌЋЏђ‰љњќћџЎўЈ¤¦¬\xad±¶µјЅѕ]")


def _cyrillic_share(sample: bytes) -> float:
    """Share of the words beyond ASCII that are Russian or Ukrainian in letters and case."""
    text = sample.decode("cp1251", "replace")
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    odd = len(_ALIEN.findall(text))
    natural = sum(_CYRILLIC.fullmatch(word) is not None for word in words)
    return natural / (len(words) + odd) if words else 0.0
