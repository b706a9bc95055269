"""What a relay keeps: blobs in the store, in pieces, under the hash of their mailbox's id."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from enduse.errors import EnduseError
from enduse.exchange.carriers import Deposit
from enduse.exchange.relay.buckets import bucket
from enduse.exchange.relay.limits import Limits
from enduse.store import Store
from enduse.store.entries import from_microseconds, to_microseconds

PAGE = 1_000
"""Deposits that one answer lists."""

_STEPS = (
    """
    CREATE TABLE relay_blobs (
        mailbox TEXT NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL,
        received INTEGER NOT NULL, at INTEGER, expires INTEGER NOT NULL,
        PRIMARY KEY (mailbox, digest)
    )
    """,
    """
    CREATE TABLE relay_pieces (
        mailbox TEXT NOT NULL, digest TEXT NOT NULL, start INTEGER NOT NULL, piece BLOB NOT NULL,
        PRIMARY KEY (mailbox, digest, start),
        FOREIGN KEY (mailbox, digest) REFERENCES relay_blobs (mailbox, digest) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX relay_blobs_by_expiry ON relay_blobs (expires)",
    "CREATE TABLE relay_turn (taken INTEGER NOT NULL)",
    "INSERT INTO relay_turn (taken) VALUES (0)",
)

_TURN = text("UPDATE relay_turn SET taken = taken + 1")
_FIND = text(
    "SELECT size, received, at FROM relay_blobs "
    "WHERE mailbox = :mailbox AND digest = :digest AND expires > :now"
)
_HELD = text(
    "SELECT coalesce(sum(size), 0) AS relay, "
    "coalesce(sum(CASE WHEN mailbox = :mailbox THEN size END), 0) AS mailbox, "
    "count(CASE WHEN mailbox = :mailbox THEN 1 END) AS blobs FROM relay_blobs"
)
_BEGIN = text(
    "INSERT INTO relay_blobs (mailbox, digest, size, received, expires) "
    "VALUES (:mailbox, :digest, :size, 0, :expires)"
)
_GROW = text(
    "UPDATE relay_blobs SET received = received + :length WHERE mailbox = :mailbox "
    "AND digest = :digest AND received = :start AND received + :length <= size"
)
_ADD = text(
    "INSERT INTO relay_pieces (mailbox, digest, start, piece) "
    "VALUES (:mailbox, :digest, :start, :piece)"
)
_PIECE = text(
    "SELECT start, piece FROM relay_pieces WHERE mailbox = :mailbox AND digest = :digest "
    "AND start <= :at ORDER BY start DESC LIMIT 1"
)
_COMPLETE = text(
    "UPDATE relay_blobs SET at = :at, expires = :expires "
    "WHERE mailbox = :mailbox AND digest = :digest"
)
_LATEST = text("SELECT max(at) FROM relay_blobs WHERE mailbox = :mailbox")
_LIST = text(
    "SELECT digest, size, at FROM relay_blobs WHERE mailbox = :mailbox AND expires > :now "
    "AND at > coalesce((SELECT at FROM relay_blobs WHERE mailbox = :mailbox "
    "AND digest = :after), 0) ORDER BY at LIMIT :limit"
)
_REMOVE = text("DELETE FROM relay_blobs WHERE mailbox = :mailbox AND digest = :digest")
_EXPIRE = text("DELETE FROM relay_blobs WHERE expires <= :now")

_SECOND = 1_000_000


class RelayRefusal(EnduseError):  # noqa: N818 (it is what a client is told, not a failure)
    """What a relay answers instead of doing as it was asked."""

    code = "relay_refused"

    def __init__(self, status: int, message: str, *, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.http_status = status
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a blob is there: all of it once `received` is `size` and `whole` is true."""

    size: int
    received: int
    whole: bool


class Deposits:
    """The mailboxes of a relay, in a store.

    A blob comes in pieces, each durable before the next is taken; it is listed and handed out
    once it is whole and its digest is right. Who reads the database learns no mailbox id.
    """

    def __init__(self, store: Store, limits: Limits) -> None:
        self._store = store
        self._limits = limits
        store.migrate("relay", _STEPS)

    def find(self, mailbox_id: str, digest: str) -> Progress | None:
        """How much of a blob is there; None if nothing of it."""
        with self._store.read() as connection:
            return _find(connection, _key(mailbox_id, digest))

    def begin(self, mailbox_id: str, digest: str, size: int) -> Progress:
        """Make room for a blob, or find what came of it before.

        Raises
        ------
        RelayRefusal
            If its size is no bucket, or it goes over a limit.
        """
        limits = self._limits
        if size > limits.blob_bytes:
            raise RelayRefusal(413, f"A blob has at most {limits.blob_bytes} bytes here.")
        if bucket(size) != size:
            raise RelayRefusal(422, f"{size} bytes is not the size of a bucket: pad the blob.")
        key = _key(mailbox_id, digest)
        with self._store.begin() as connection:
            connection.execute(_TURN)
            connection.execute(_EXPIRE, {"now": _now()})
            found = _find(connection, key)
            if found is not None:
                if found.size != size:
                    raise RelayRefusal(409, f"This blob was begun with {found.size} bytes.")
                return found
            self._check_room(connection, key["mailbox"], size)
            expires = _now() + limits.unfinished_seconds * _SECOND
            connection.execute(_BEGIN, {**key, "size": size, "expires": expires})
        return Progress(size, 0, False)

    def add(self, mailbox_id: str, digest: str, start: int, piece: bytes) -> None:
        """Keep the next piece of a blob.

        Raises
        ------
        RelayRefusal
            If it is not the next piece.
        """
        key = _key(mailbox_id, digest)
        with self._store.begin() as connection:
            grown = connection.execute(_GROW, {**key, "start": start, "length": len(piece)})
            if grown.rowcount != 1:
                raise RelayRefusal(409, f"Byte {start} is not the next that is missing.")
            connection.execute(_ADD, {**key, "start": start, "piece": piece})

    def complete(self, mailbox_id: str, digest: str) -> None:
        """List a blob that is there to its last byte; drop it if its digest is another.

        Raises
        ------
        RelayRefusal
            If bytes are missing, or the digest is another.
        """
        key = _key(mailbox_id, digest)
        with self._store.begin() as connection:
            connection.execute(_TURN)
            found = _find(connection, key)
            if found is None or found.received != found.size:
                raise RelayRefusal(409, "Bytes of this blob are missing.")
            if found.whole:
                return
            matches = _digest(connection, key, found.size) == digest
            if matches:
                latest = connection.execute(_LATEST, {"mailbox": key["mailbox"]}).scalar_one()
                # Later than all before, though the clock went back: the order is the arrival's.
                at = max(_now(), (latest or 0) + 1)
                expires = at + self._limits.keep_seconds * _SECOND
                connection.execute(_COMPLETE, {**key, "at": at, "expires": expires})
            else:
                connection.execute(_REMOVE, key)
        if not matches:
            raise RelayRefusal(422, "The bytes that came are not those of the digest.")

    def list(self, mailbox_id: str, after: str) -> list[Deposit]:
        """The first whole blobs that came after another, at most `PAGE`."""
        key = _key(mailbox_id, "")
        with self._store.read() as connection:
            rows = connection.execute(
                _LIST,
                {"mailbox": key["mailbox"], "after": after, "now": _now(), "limit": PAGE},
            ).all()
        return [Deposit(row.digest, row.size, from_microseconds(row.at)) for row in rows]

    def pieces(self, mailbox_id: str, digest: str, start: int, size: int) -> Iterator[bytes]:
        """The bytes of a blob from `start` on; fewer if it is removed meanwhile."""
        key = _key(mailbox_id, digest)
        while start < size:
            with self._store.read() as connection:
                piece = _piece(connection, key, start)
            if not piece:
                return
            yield piece
            start += len(piece)

    def remove(self, mailbox_id: str, digest: str) -> None:
        """Take a blob away, if it is there."""
        with self._store.begin() as connection:
            connection.execute(_REMOVE, _key(mailbox_id, digest))

    def expire(self) -> int:
        """Drop what has waited long enough; answer how many blobs."""
        with self._store.begin() as connection:
            return connection.execute(_EXPIRE, {"now": _now()}).rowcount

    def _check_room(self, connection: Connection, mailbox: str, size: int) -> None:
        limits = self._limits
        held = connection.execute(_HELD, {"mailbox": mailbox}).one()
        if held.blobs >= limits.mailbox_blobs:
            raise RelayRefusal(507, f"The mailbox holds {held.blobs} blobs, and more do not fit.")
        if held.mailbox + size > limits.mailbox_bytes:
            raise RelayRefusal(507, "The mailbox is full: fetch and remove what waits in it.")
        if held.relay + size > limits.relay_bytes:
            raise RelayRefusal(507, "The relay is full: try again when others have fetched.")


def _key(mailbox_id: str, digest: str) -> dict[str, str]:
    return {"mailbox": hashlib.sha256(mailbox_id.encode("ascii")).hexdigest(), "digest": digest}


def _now() -> int:
    return to_microseconds(datetime.now(UTC))


def _find(connection: Connection, key: dict[str, str]) -> Progress | None:
    row = connection.execute(_FIND, {**key, "now": _now()}).one_or_none()
    return None if row is None else Progress(row.size, row.received, row.at is not None)


def _piece(connection: Connection, key: dict[str, str], at: int) -> bytes:
    row = connection.execute(_PIECE, {**key, "at": at}).one_or_none()
    return b"" if row is None else bytes(row.piece[at - row.start :])


def _digest(connection: Connection, key: dict[str, str], size: int) -> str:
    digest, at = hashlib.sha256(), 0
    while at < size and (piece := _piece(connection, key, at)):
        digest.update(piece)
        at += len(piece)
    return digest.hexdigest()
