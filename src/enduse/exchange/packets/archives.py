"""Archives among attachments: refused when what they unpack to has no measure."""

from __future__ import annotations

import bz2
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from enduse.errors import ExchangeError

MAX_RATIO = 200
"""Most bytes that one byte may unpack to; what people write packs 3 to 30 times."""

FREE_BYTES = 32 * 1024 * 1024
"""Unpacked bytes that are never too many."""

MAX_ENTRIES = 50_000
MAX_DIRECTORY_BYTES = 16 * 1024 * 1024

_READ_BYTES, _PIECE_BYTES = 1 << 16, 1 << 20
_END_OF_DIRECTORY = b"PK\5\6"


class _Decompressor(Protocol):
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...


_PACKED: dict[bytes, Callable[[], _Decompressor]] = {
    b"\x1f\x8b": lambda: _Gzip(),
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ\0": lambda: lzma.LZMADecompressor(memlimit=256 * 1024 * 1024),
}


def check_archive(path: Path, name: str) -> None:
    """Refuse a file that would unpack to more than `MAX_RATIO` times its bytes.

    A zip is judged by its directory, which is not believed where its entries overlap; a gzip,
    bzip2 or xz file by unpacking it, a little at a time, and no further than allowed. Anything
    else passes: nothing is unpacked when a packet is opened.

    Raises
    ------
    ExchangeError
        If it would.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(6)
        file.seek(0)
        _check_zip(file, size, name, is_zip=start.startswith(b"PK\3\4"))
        for magic, make in _PACKED.items():
            if start.startswith(magic):
                file.seek(0)
                _check_packed(file, make, name)


def _check_zip(file: BinaryIO, size: int, name: str, *, is_zip: bool) -> None:
    # What unpacks a zip looks for its end, whatever it begins with.
    end = _end_of_directory(file)
    if end is None:
        return
    entries, directory = int.from_bytes(end[10:12], "little"), int.from_bytes(end[12:16], "little")
    if entries > MAX_ENTRIES or directory > MAX_DIRECTORY_BYTES:
        raise ExchangeError(f"The archive {name!r} has more than {MAX_ENTRIES:,} entries.")
    try:
        with zipfile.ZipFile(file) as archive:
            listed = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeDecodeError):
        if not is_zip:
            return
        raise ExchangeError(f"The archive {name!r} is damaged.") from None
    packed = sum(entry.compress_size for entry in listed)
    unpacked = sum(entry.file_size for entry in listed)
    nested = sum(entry.filename.lower().endswith(".zip") for entry in listed)
    if packed > size or nested > 1 or unpacked > max(FREE_BYTES, MAX_RATIO * size):
        raise _bomb(name)


def _end_of_directory(file: BinaryIO) -> bytes | None:
    """The zip's last record (APPNOTE 4.3.16), which stands within 64 KiB of the end."""
    file.seek(0, 2)
    file.seek(max(0, file.tell() - 65_557))
    tail = file.read()
    file.seek(0)
    found = tail.rfind(_END_OF_DIRECTORY)
    return tail[found : found + 22] if 0 <= found <= len(tail) - 22 else None


def _check_packed(file: BinaryIO, make: Callable[[], _Decompressor], name: str) -> None:
    stream, unpacked, read = make(), 0, 0
    for block in iter(lambda: file.read(_READ_BYTES), b""):
        read += len(block)
        while block:
            try:
                for count in _unpacked(stream, block):
                    unpacked += count
                    if unpacked > max(FREE_BYTES, MAX_RATIO * read):
                        raise _bomb(name)
            except (OSError, EOFError, ValueError, lzma.LZMAError, zlib.error):
                raise ExchangeError(f"The archive {name!r} is damaged.") from None
            if not stream.eof:
                break
            # Another archive may follow, and is unpacked with it; zeros may, and are not.
            block = stream.unused_data.lstrip(b"\0")
            stream = make()


def _unpacked(stream: _Decompressor, block: bytes) -> Iterator[int]:
    while True:
        piece = stream.decompress(block, _PIECE_BYTES)
        block = b""
        yield len(piece)
        if stream.eof or len(piece) < _PIECE_BYTES:
            return


class _Gzip:
    """zlib's stream with the interface of the other two."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._stream.decompress(self._stream.unconsumed_tail + data, max_length)


def _bomb(name: str) -> ExchangeError:
    return ExchangeError(
        f"The archive {name!r} would unpack to more than {MAX_RATIO} times its size.",
        hint="Ask for the files themselves.",
    )
