"""Which packets a text or a file speaks of, however it is written or packed."""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from enduse.errors import ExchangeError

_ID = 32
_HEX = re.compile(rb"[0-9a-f]{%d,}" % _ID)
_PIECE = 1 << 20
_IN_MEMORY = 1 << 24
_MOST_UNPACKED = 1 << 32
_DEEPEST = 6
"""How many times something may be packed in something else."""

_PACKED: dict[bytes, Callable[[IO[bytes]], IO[bytes]]] = {
    b"\x1f\x8b": lambda file: cast(IO[bytes], gzip.GzipFile(fileobj=file, mode="rb")),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\0": lzma.LZMAFile,
}


def mentioned(pieces: Iterable[bytes], known: Collection[str]) -> set[str]:
    """Which of the known ids of packets stand in a text that comes in pieces.

    Case does not matter, nor what stands beside an id, nor whether a letter takes one byte, two
    (UTF-16) or four.

    Examples
    --------
    >>> sorted(mentioned([b"tip-ua-" + b"0f" * 10, b"0F" * 6 + b", record 7"], ["0f" * 16]))
    ['0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f']
    """
    wanted = {one.encode() for one in known}
    found: set[bytes] = set()
    before = b""
    for piece in pieces:
        text = before + piece.translate(None, b"\0").lower()
        for match in _HEX.finditer(text):
            run = match.group()
            found.update(
                run[at : at + _ID]
                for at in range(len(run) - _ID + 1)
                if run[at : at + _ID] in wanted
            )
        before = text[-_ID + 1 :]
    return {one.decode() for one in found}


def words_of(path: Path) -> Iterator[bytes]:
    """The bytes of a file, and of all that is packed in it: zip (and so xlsx and docx), gzip,
    bzip2, xz, Parquet, Arrow.

    Raises
    ------
    ExchangeError
        If something in it cannot be unpacked.
    """
    left = [_MOST_UNPACKED]
    try:
        with path.open("rb") as file:
            yield from _unpacked(file, _DEEPEST, left)
    except (
        OSError,
        EOFError,
        ValueError,
        RuntimeError,
        NotImplementedError,
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        pa.ArrowException,
    ) as error:
        raise ExchangeError(
            f"Whether {path.name} rests on others' packets cannot be read: {error}.",
            hint="Attach it unpacked and without a password.",
        ) from error


def _unpacked(file: IO[bytes], deepest: int, left: list[int]) -> Iterator[bytes]:
    """The bytes as they are first: something else may stand before or after what is packed."""
    if not deepest:
        raise ValueError(f"it is packed more than {_DEEPEST} times")
    start = file.read(8)
    file.seek(0)
    yield from _read(file, left)
    file.seek(0)
    if start.startswith(b"PAR1"):
        for batch in pq.ParquetFile(file).iter_batches():
            yield from _buffers(batch)
    elif start.startswith(b"ARROW1"):
        with pa.ipc.open_file(file) as reader:
            for number in range(reader.num_record_batches):
                yield from _buffers(reader.get_batch(number))
    elif zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            for info in archive.infolist():
                yield info.filename.encode("utf-8", "replace")
                with archive.open(info) as member:
                    yield from _within(member, deepest, left)
    for magic, opened in _PACKED.items():
        if start.startswith(magic):
            file.seek(0)
            with opened(file) as packed:
                yield from _within(packed, deepest, left)


def _within(packed: IO[bytes], deepest: int, left: list[int]) -> Iterator[bytes]:
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        for piece in _read(packed, left):
            file.write(piece)
        file.seek(0)
        yield from _unpacked(file, deepest - 1, left)


def _read(file: IO[bytes], left: list[int]) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        left[0] -= len(piece)
        if left[0] < 0:
            raise ValueError(f"it unpacks to more than {_MOST_UNPACKED:,} bytes")
        yield piece


def _buffers(batch: pa.RecordBatch) -> Iterator[bytes]:
    """All that a batch holds: its texts stand in its buffers, one after the other."""
    for column in batch.columns:
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        for buffer in column.buffers():
            if buffer is not None:
                yield buffer.to_pybytes()
