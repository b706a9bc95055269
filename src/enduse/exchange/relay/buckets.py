"""Sizes that tell little: what a relay carries is padded to one of few lengths.

The lengths are those of Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and
Communication with PURBs", PoPETs 2019, section 4): at most 12% more bytes, and 16 or 32 lengths for
each doubling of the size. On the wire a blob is its length (8 bytes, big-endian), the blob,
and zeros.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from enduse.errors import ExchangeError
from enduse.exchange.carriers import CHUNK_BYTES

SMALLEST_BYTES = 4096
"""The smallest bucket: nothing that is carried looks smaller."""

_LENGTH_BYTES = 8


def bucket(size: int) -> int:
    """The bucket that holds `size` bytes.

    Examples
    --------
    >>> bucket(10), bucket(4097), bucket(100_000), bucket(1 << 24)
    (4096, 4352, 100352, 16777216)
    """
    if size <= SMALLEST_BYTES:
        return SMALLEST_BYTES
    exponent = size.bit_length() - 1
    mask = (1 << exponent - exponent.bit_length()) - 1
    return (size + mask) & ~mask


def padded_size(size: int) -> int:
    """Bytes on the wire for a blob of `size` bytes."""
    return bucket(size + _LENGTH_BYTES)


def padded(blob: BinaryIO, size: int, start: int = 0) -> Iterator[bytes]:
    """The bytes on the wire for a blob of `size` bytes, from the byte `start` on.

    The blob is read from where `start` falls, so that what broke off can be taken up again.
    """
    head = size.to_bytes(_LENGTH_BYTES)
    if start < _LENGTH_BYTES:
        yield head[start:]
    at = min(max(start - _LENGTH_BYTES, 0), size)
    blob.seek(at)
    while chunk := blob.read(min(CHUNK_BYTES, size - at)):
        yield chunk
        at += len(chunk)
    left = padded_size(size) - max(start, size + _LENGTH_BYTES)
    while left > 0:
        zeros = bytes(min(left, CHUNK_BYTES))
        left -= len(zeros)
        yield zeros


class Unpadding:
    """Takes bytes off the wire and writes the blob that they hold.

    Parameters
    ----------
    blob
        Where the blob goes.
    size
        Bytes on the wire.
    """

    def __init__(self, blob: BinaryIO, size: int) -> None:
        self._blob = blob
        self._size = size
        self._head = b""
        self._left = 0

    def take(self, wire: bytes) -> None:
        """Take the next bytes.

        Raises
        ------
        ExchangeError
            If they are not padded as `padded` does it.
        """
        if len(self._head) < _LENGTH_BYTES:
            missing = _LENGTH_BYTES - len(self._head)
            self._head, wire = self._head + wire[:missing], wire[missing:]
            if len(self._head) < _LENGTH_BYTES:
                return
            self._left = int.from_bytes(self._head)
            if padded_size(self._left) != self._size:
                raise _not_padded()
        blob, zeros = wire[: self._left], wire[self._left :]
        if zeros.strip(b"\x00"):
            raise _not_padded()
        self._blob.write(blob)
        self._left -= len(blob)


def _not_padded() -> ExchangeError:
    return ExchangeError(
        "A blob of the relay is not padded as Enduse pads: whoever left it did not use Enduse, "
        "or it was made up.",
        hint="Remove it from the mailbox.",
    )
