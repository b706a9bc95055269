"""The file that a carrier sees: a sealed key, then encrypted parts of a padded length.

::

    magic (7) | version (1) | HPKE suite (6) | sealed key (112) | part | part | …

HPKE (RFC 9180, base mode) seals a fresh content key and the sender's id to one recipient's
encryption key; `info` binds suite, recipient and recipient key. The parts are AES-256-GCM under
a key that HKDF derives from the content key, the whole header and the channel (sender and
recipient). A part's nonce is its number and whether it is the last, so that a part that is
missing, repeated or moved does not decrypt (the STREAM construction: Hoang, Reyhanitabar,
Rogaway, Vizár, CRYPTO 2015).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from hashlib import sha256
from io import BufferedIOBase

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from enduse.errors import ExchangeError
from enduse.exchange.keys import DecryptionKey, PublicKey, encryption_point
from enduse.exchange.packets.attachments import MAX_PACKET_BYTES

MAGIC = b"enduse\0"
VERSION = 1
PART_BYTES = 1 << 20
"""Plain bytes of every part but the last."""

LEAST_BYTES = 1 << 14
"""Smallest padded length."""

TAG_BYTES = 16
_KEY_BYTES = 32
_ID_BYTES = 32
# RFC 9180, section 7: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
_SUITE_ID = bytes.fromhex("002000010002")
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_SEALED_KEY_BYTES = 32 + _KEY_BYTES + _ID_BYTES + TAG_BYTES
_PREFIX = MAGIC + bytes([VERSION]) + _SUITE_ID
HEADER_BYTES = len(_PREFIX) + _SEALED_KEY_BYTES


def padded(length: int) -> int:
    """The length that so many bytes are padded to.

    Powers of two up to one part, where that costs little; beyond, Padmé, which adds at most 3.2%
    there and tells O(log log n) bits of the length (Nikitin et al., PETS 2019, section 4).

    Examples
    --------
    >>> padded(1), padded(16_385), padded(64 * 1024**2 + 5_000)
    (16384, 32768, 69206016)
    """
    if length <= LEAST_BYTES:
        return LEAST_BYTES
    exponent = (length - 1).bit_length()
    if length <= PART_BYTES:
        return 1 << exponent
    exponent = length.bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    return -(-length // step) * step


def sealed_length(length: int) -> int:
    """Bytes of the file whose content has `length` bytes before it is padded."""
    whole = padded(length)
    return HEADER_BYTES + whole + TAG_BYTES * -(-whole // PART_BYTES)


def write_sealed(
    out: BufferedIOBase,
    sender: str,
    recipient: str,
    recipient_key: PublicKey,
    sources: Sequence[tuple[BufferedIOBase, int]],
) -> None:
    """Seal what the sources hold, one after the other, and pad it.

    Parameters
    ----------
    out
        Where the file goes.
    sender, recipient
        Authority ids.
    recipient_key
        The encryption key of the recipient.
    sources
        Files and how many bytes each holds.

    Raises
    ------
    ExchangeError
        If a source does not hold as many bytes as it should: it changed meanwhile.
    """
    content_key = os.urandom(_KEY_BYTES)
    sealed_key = _SUITE.encrypt(
        content_key + bytes.fromhex(sender),
        encryption_point(recipient_key),
        info=_info(recipient, recipient_key.key_id),
    )
    header = _PREFIX + sealed_key
    out.write(header)
    cipher = _cipher(content_key, header, sender, recipient)
    whole = padded(sum(size for _, size in sources))
    last = -(-whole // PART_BYTES) - 1
    plain, sealed = bytearray(PART_BYTES), bytearray(PART_BYTES + TAG_BYTES)
    joined = _Joined(sources)
    for number in range(last + 1):
        size = min(PART_BYTES, whole - number * PART_BYTES)
        view = memoryview(plain)[:size]
        joined.fill(view)
        room = memoryview(sealed)[: size + TAG_BYTES]
        cipher.encrypt_into(_nonce(number, last), view, None, room)
        out.write(room)


class SealedFile:
    """A sealed file, opened with one of our keys: its plain bytes in order, each part checked.

    Attributes
    ----------
    sender
        Authority id of who it claims to be from; only a signature within proves it.
    length
        Plain bytes, padding included.
    """

    def __init__(self, file: BufferedIOBase, recipient: str, keys: Sequence[DecryptionKey]) -> None:
        """Read the header and unseal the content key.

        Raises
        ------
        ExchangeError
            If it is no sealed packet, of an unknown version or suite, of an impossible length,
            or sealed to none of the keys.
        """
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        header = file.read(HEADER_BYTES)
        if not header.startswith(MAGIC) or len(header) <= len(MAGIC):
            raise ExchangeError("This is no sealed packet of Enduse.")
        if header[len(MAGIC)] != VERSION:
            raise ExchangeError(
                f"The packet is sealed in version {header[len(MAGIC)]}; version {VERSION} is known."
            )
        if len(header) == HEADER_BYTES and not header.startswith(_PREFIX):
            raise ExchangeError("The packet is sealed with a suite that is not known.")
        if size > MAX_PACKET_BYTES:
            raise ExchangeError(f"The packet has {size:,} bytes; at most {MAX_PACKET_BYTES:,}.")
        sealed = size - HEADER_BYTES
        self._last = -(-sealed // (PART_BYTES + TAG_BYTES)) - 1
        self.length = sealed - TAG_BYTES * (self._last + 1)
        if sealed <= 0 or self.length != padded(self.length):
            raise ExchangeError("The packet was cut off or added to: no packet has its length.")
        content_key, self.sender = _unsealed_key(header, recipient, keys)
        self._cipher = _cipher(content_key, header, self.sender, recipient)
        self._file = file
        self._number = 0
        self._sealed = bytearray(PART_BYTES + TAG_BYTES)
        self._plain = bytearray(PART_BYTES)
        self._left = memoryview(b"")

    def take(self, length: int) -> Iterator[memoryview]:
        """The next `length` plain bytes, in pieces that hold until the next one is asked for.

        Raises
        ------
        ExchangeError
            If a part was altered, moved, repeated or cut off.
        """
        while length:
            if not self._left:
                self._open_part()
            piece = self._left[:length]
            self._left = self._left[len(piece) :]
            length -= len(piece)
            yield piece

    def read(self, length: int) -> bytes:
        """The next `length` plain bytes at once, for what is known to be small."""
        found = bytearray()
        for piece in self.take(length):
            found += piece
        return bytes(found)

    def finish(self, length: int) -> None:
        """Read the `length` bytes of padding that are left; they must be zeros.

        Raises
        ------
        ExchangeError
            If they are not.
        """
        for piece in self.take(length):
            if any(piece):
                raise ExchangeError("The padding of the packet holds something.")

    def _open_part(self) -> None:
        size = min(PART_BYTES, self.length - self._number * PART_BYTES)
        room = memoryview(self._sealed)[: size + TAG_BYTES]
        plain = memoryview(self._plain)[:size]
        try:
            if self._file.readinto(room) != len(room):
                raise InvalidTag
            self._cipher.decrypt_into(_nonce(self._number, self._last), room, None, plain)
        except InvalidTag:
            raise ExchangeError(
                f"Part {self._number + 1} of {self._last + 1} of the packet was altered, moved, "
                "repeated or cut off."
            ) from None
        self._number += 1
        self._left = plain


class _Joined:
    """Sources read as one, with zeros after the last."""

    def __init__(self, sources: Sequence[tuple[BufferedIOBase, int]]) -> None:
        self._waiting = iter(sources)
        self._file: BufferedIOBase | None = None
        self._left = 0

    def fill(self, view: memoryview) -> None:
        while view:
            if not self._left:
                self._file, self._left = next(self._waiting, (None, 0))
            if self._file is None:
                view[:] = bytes(len(view))
                return
            count = self._file.readinto(view[: self._left])
            if not count and self._left:
                raise ExchangeError("A file became shorter while it was sealed.")
            self._left -= count
            view = view[count:]


def _info(recipient: str, key_id: str) -> bytes:
    ids = bytes.fromhex(recipient) + bytes.fromhex(key_id)
    return b"enduse packet key v1" + _SUITE_ID + ids


def _unsealed_key(
    header: bytes, recipient: str, keys: Sequence[DecryptionKey]
) -> tuple[bytes, str]:
    for key in keys:
        try:
            plain = _SUITE.decrypt(
                header[len(_PREFIX) :], key.private, info=_info(recipient, key.key_id)
            )
        except InvalidTag:
            continue
        if len(plain) == _KEY_BYTES + _ID_BYTES:
            return plain[:_KEY_BYTES], plain[_KEY_BYTES:].hex()
    raise ExchangeError(
        "The packet is sealed to no encryption key that is held here: it is for somebody else, "
        "was altered on its way, or its key has been destroyed after the grace period."
    )


def _cipher(content_key: bytes, header: bytes, sender: str, recipient: str) -> AESGCM:
    ids = bytes.fromhex(sender) + bytes.fromhex(recipient)
    derive = HKDF(SHA256(), 32, salt=sha256(header).digest(), info=b"enduse packet parts v1" + ids)
    return AESGCM(derive.derive(content_key))


def _nonce(number: int, last: int) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if number == last else b"\0")
