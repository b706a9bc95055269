"""What a log holds: entries that commit to their content, and heads that cover them."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from enduse.store.merkle import HASH_BYTES

CONTENT, ERASURE = 0, 1
"""Kinds of entries: what somebody logged, and that an entry was erased."""

SALT_BYTES = 32
"""Bytes of a salt: what was erased cannot be guessed without it."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Head:
    """The state of a log: who holds it can prove any later change of what it covers.

    Attributes
    ----------
    size
        Entries that it covers.
    root
        Root of the tree over them.
    at
        When it was read (UTC).
    """

    size: int
    root: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptHead:
    """A head that somebody has signed or countersigned, kept as the bytes that came."""

    holder: str
    head: Head
    document: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a log.

    Attributes
    ----------
    index
        Its place, from 0.
    kind
        `CONTENT` or `ERASURE`; the content of an erasure is the index that it erased, 8 bytes.
    microseconds
        When it was appended, since 1970 (UTC).
    salt, content
        None once the entry is erased.
    commitment
        HMAC-SHA-256 of the content under the salt.
    hashes
        Nodes of the tree that the entry completes, by level: its own leaf hash first.
    """

    index: int
    kind: int
    microseconds: int
    salt: bytes | None
    content: bytes | None
    commitment: bytes
    hashes: bytes

    @property
    def at(self) -> datetime:
        """When it was appended (UTC)."""
        return from_microseconds(self.microseconds)

    @property
    def leaf(self) -> bytes:
        """The bytes that the tree hashes; with a path, they prove inclusion."""
        return leaf(self.index, self.kind, self.microseconds, self.commitment)


def commit(salt: bytes, content: bytes) -> bytes:
    """Commitment to a content: it can be opened in one way only, and tells nothing before."""
    return hmac.digest(salt, content, "sha256")


def leaf(index: int, kind: int, microseconds: int, commitment: bytes) -> bytes:
    """The 49 bytes that stand for an entry in the tree: place, kind, time and commitment."""
    return index.to_bytes(8) + kind.to_bytes(1) + microseconds.to_bytes(8) + commitment


def split(hashes: bytes) -> list[bytes]:
    """Hashes that are stored one after the other."""
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]


def to_microseconds(at: datetime) -> int:
    """A time as the log stores it: whole microseconds since 1970 (UTC)."""
    return (at - _EPOCH) // _MICROSECOND


def from_microseconds(microseconds: int) -> datetime:
    """The time that the log stores.

    Examples
    --------
    >>> from_microseconds(1_500_000).isoformat()
    '1970-01-01T00:00:01.500000+00:00'
    """
    return _EPOCH + microseconds * _MICROSECOND
