"""The append-only log: a Merkle tree whose leaves commit to entries that may be erased.

A leaf is the bytes ``index (8) | kind (1) | time (8) | commitment (32)``, numbers big-endian, time
in microseconds since 1970 (UTC). The commitment is HMAC-SHA-256 of the content under a random
salt of 32 bytes. Erasing destroys salt and content: what they were can then not even be guessed,
while every proof still holds. An erasure is an entry itself, so that nothing vanishes unsaid.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from enduse.errors import UsageError
from enduse.store import merkle
from enduse.store.checking import Verdict, check
from enduse.store.database import Store
from enduse.store.entries import (
    CONTENT,
    ERASURE,
    SALT_BYTES,
    Entry,
    Head,
    KeptHead,
    commit,
    from_microseconds,
    leaf,
    split,
    to_microseconds,
)

_STEPS = (
    """
    CREATE TABLE log_trees (
        log TEXT PRIMARY KEY, size INTEGER NOT NULL, peaks BLOB NOT NULL
    )
    """,
    # `hashes` holds the nodes of the tree that the entry completes, its own leaf hash first.
    """
    CREATE TABLE log_entries (
        log TEXT NOT NULL, position INTEGER NOT NULL, kind INTEGER NOT NULL, at INTEGER NOT NULL,
        salt BLOB, content BLOB, commitment BLOB NOT NULL, hashes BLOB NOT NULL,
        PRIMARY KEY (log, position)
    )
    """,
    """
    CREATE TABLE log_heads (
        log TEXT NOT NULL, holder TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL,
        at INTEGER NOT NULL, document BLOB NOT NULL, PRIMARY KEY (log, holder, size, root)
    )
    """,
)

# The row is locked from here until the transaction ends, so that appends take turns.
_RESERVE = text(
    "INSERT INTO log_trees (log, size, peaks) VALUES (:log, :count, :empty) "
    "ON CONFLICT (log) DO UPDATE SET size = log_trees.size + :count RETURNING size, peaks"
)
_SET_PEAKS = text("UPDATE log_trees SET peaks = :peaks WHERE log = :log")
_TREE = text("SELECT size, peaks FROM log_trees WHERE log = :log")
_INSERT = text(
    "INSERT INTO log_entries (log, position, kind, at, salt, content, commitment, hashes) "
    "VALUES (:log, :position, :kind, :at, :salt, :content, :commitment, :hashes)"
)
# In the order of the attributes of an Entry.
_ROW = "SELECT position, kind, at, salt, content, commitment, hashes FROM log_entries "
_ENTRY = text(_ROW + "WHERE log = :log AND position = :position")
_ENTRIES = text(_ROW + "WHERE log = :log AND position >= :start ORDER BY position LIMIT :limit")
_HASHES = text("SELECT hashes FROM log_entries WHERE log = :log AND position = :position")
_ERASURES = text(
    "SELECT content FROM log_entries WHERE log = :log AND kind = 1 AND content IS NOT NULL"
)
_ERASE = text(
    "UPDATE log_entries SET salt = NULL, content = NULL WHERE log = :log AND position = :position"
)
_KEEP_HEAD = text(
    "INSERT INTO log_heads (log, holder, size, root, at, document) "
    "VALUES (:log, :holder, :size, :root, :at, :document) ON CONFLICT DO NOTHING"
)
_HEADS = text(
    "SELECT holder, size, root, at, document FROM log_heads WHERE log = :log ORDER BY size, holder"
)

_PAGE = 1_000
"""Entries that are read at a time."""


@dataclass(frozen=True, slots=True)
class Log:
    """An append-only log in the store.

    Any number of processes may append at once; each append is durable when it returns.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from enduse.settings import Settings
    >>> from enduse.store import open_store
    >>> with TemporaryDirectory() as folder:
    ...     store = open_store(Settings(workspace=Path(folder)))
    ...     log = Log.open(store, "sent")
    ...     log.append([b"a tip went to UA", b"an answer came"])
    ...     print(log.verify().statement)
    ...     store.close()
    [0, 1]
    All 2 entries of the log 'sent' fit.
    """

    store: Store
    name: str

    @classmethod
    def open(cls, store: Store, name: str) -> Log:
        """The log of this name; its tables are made if the store has none.

        Raises
        ------
        StorageError
            If the store cannot be written, or was written by a newer Enduse.
        """
        store.migrate("log", _STEPS)
        return cls(store, name)

    def append(
        self, entries: Sequence[bytes], *, connection: Connection | None = None
    ) -> Sequence[int]:
        """Append entries; answer their indices once they are durable.

        Parameters
        ----------
        entries
            What to log; all are appended together, or none is.
        connection
            A transaction of `Store.begin` to append in, so that an act and its entry happen
            together or not at all.

        Raises
        ------
        StorageError
            If the store cannot be written.
        """
        if not entries:
            return []
        if connection is not None:
            return self._append(connection, CONTENT, entries)
        with self.store.begin() as own:
            return self._append(own, CONTENT, entries)

    def erase(self, index: int) -> int:
        """Destroy the content and the salt of an entry; answer the index of the erasure.

        The commitment stays, so that every proof and every head holds as before. Copies that
        were made of the database keep what they hold.

        Raises
        ------
        UsageError
            If there is no such entry, it is an erasure, or it is erased already.
        """
        with self.store.begin() as connection:
            entry = self._entry(connection, index)
            if entry.kind == ERASURE or entry.content is None:
                raise UsageError(
                    f"Entry {index} of the log '{self.name}' cannot be erased: "
                    f"it {'is an erasure' if entry.kind == ERASURE else 'is erased already'}."
                )
            (erasure,) = self._append(connection, ERASURE, [index.to_bytes(8)])
            connection.execute(_ERASE, self._at(index))
        self.store.forget_erased()
        return erasure

    def entry(self, index: int) -> Entry:
        """The entry at an index.

        Raises
        ------
        UsageError
            If there is none.
        """
        with self.store.read() as connection:
            return self._entry(connection, index)

    def entries(self, start: int = 0) -> Iterator[Entry]:
        """All entries from an index on, in order, as they are when the first is read."""
        with self.store.read() as connection:
            yield from self._entries(connection, start)

    def head(self) -> Head:
        """The state of the log now."""
        with self.store.read() as connection:
            size, peaks = self._tree(connection)
        return Head(size, merkle.root_of_peaks(peaks), datetime.now(UTC))

    def root(self, size: int) -> bytes:
        """Root of the tree over the first `size` entries.

        Raises
        ------
        UsageError
            If the log never had that size.
        """
        with self._proving(size) as node:
            return merkle.range_root(0, size, node)

    def inclusion(self, index: int, size: int) -> Sequence[bytes]:
        """Proof that an entry is in the tree of `size` entries; see `merkle.includes`.

        Raises
        ------
        UsageError
            If the log has no such entry or never had that size.
        """
        with self._proving(size) as node:
            return merkle.inclusion_path(index, size, node)

    def consistency(self, old_size: int, new_size: int) -> Sequence[bytes]:
        """Proof that the tree of `old_size` entries grew into the other; see `merkle.extends`.

        Raises
        ------
        UsageError
            If the log never had these sizes, or the old one is the larger.
        """
        with self._proving(new_size) as node:
            return merkle.consistency_path(old_size, new_size, node)

    def keep_head(self, holder: str, head: Head, document: bytes) -> None:
        """Keep a head in the words of its holder, signed; the same head twice is kept once."""
        with self.store.begin() as connection:
            connection.execute(
                _KEEP_HEAD,
                {
                    "log": self.name,
                    "holder": holder,
                    "size": head.size,
                    "root": head.root,
                    "at": to_microseconds(head.at),
                    "document": document,
                },
            )

    def kept_heads(self) -> list[KeptHead]:
        """The heads that were kept, by size."""
        with self.store.read() as connection:
            rows = connection.execute(_HEADS, {"log": self.name}).all()
        return [
            KeptHead(row.holder, Head(row.size, row.root, from_microseconds(row.at)), row.document)
            for row in rows
        ]

    def verify(self, held: Sequence[Head] = ()) -> Verdict:
        """Read the whole log again and name the first entry that does not fit.

        Parameters
        ----------
        held
            Heads that others hold, beside those kept here: only a head that left the building
            shows that the last entries are missing, or that everything was written anew.
        """
        heads = [*held, *(kept.head for kept in self.kept_heads())]
        with self.store.read() as connection:
            erasures = {
                int.from_bytes(content)
                for content in connection.execute(_ERASURES, {"log": self.name}).scalars()
                if isinstance(content, bytes)
            }
            entries = self._entries(connection, 0)
            return check(self.name, self._tree(connection), entries, erasures, heads)

    def _append(self, connection: Connection, kind: int, contents: Sequence[bytes]) -> list[int]:
        reserved = connection.execute(
            _RESERVE, {"log": self.name, "count": len(contents), "empty": b""}
        ).one()
        first = reserved.size - len(contents)
        peaks = split(reserved.peaks)
        at = to_microseconds(datetime.now(UTC))
        rows = []
        for position, content in enumerate(contents, start=first):
            salt = secrets.token_bytes(SALT_BYTES)
            commitment = commit(salt, content)
            hashed = merkle.leaf_hash(leaf(position, kind, at, commitment))
            rows.append(
                {
                    "log": self.name,
                    "position": position,
                    "kind": kind,
                    "at": at,
                    "salt": salt,
                    "content": content,
                    "commitment": commitment,
                    "hashes": b"".join(merkle.grow(position, peaks, hashed)),
                }
            )
        connection.execute(_INSERT, rows)
        connection.execute(_SET_PEAKS, {"log": self.name, "peaks": b"".join(peaks)})
        return list(range(first, reserved.size))

    def _tree(self, connection: Connection) -> tuple[int, list[bytes]]:
        row = connection.execute(_TREE, {"log": self.name}).one_or_none()
        return (0, []) if row is None else (row.size, split(row.peaks))

    def _entry(self, connection: Connection, index: int) -> Entry:
        size, _ = self._tree(connection)
        row = (
            connection.execute(_ENTRY, self._at(index)).one_or_none() if 0 <= index < size else None
        )
        if row is None:
            raise UsageError(
                f"The log '{self.name}' has no entry {index}.", hint=f"It holds {size} entries."
            )
        return Entry(*row)

    def _entries(self, connection: Connection, start: int) -> Iterator[Entry]:
        while True:
            page = {"log": self.name, "start": start, "limit": _PAGE}
            rows = connection.execute(_ENTRIES, page).all()
            for row in rows:
                yield Entry(*row)
            if len(rows) < _PAGE:
                return
            start = rows[-1].position + 1

    @contextmanager
    def _proving(self, size: int) -> Iterator[merkle.Node]:
        """The nodes of the tree of `size` entries, as one snapshot."""
        with self.store.read() as connection:
            now, _ = self._tree(connection)
            if not 0 <= size <= now:
                raise UsageError(
                    f"The log '{self.name}' never had {size} entries.",
                    hint=f"It holds {now} entries.",
                )

            def node(level: int, index: int) -> bytes:
                completed_by = ((index + 1) << level) - 1
                hashes = connection.execute(_HASHES, self._at(completed_by)).scalar_one_or_none()
                kept = split(hashes or b"")
                if len(kept) <= level:
                    raise ValueError(f"entry {completed_by} is missing or damaged")
                return kept[level]

            try:
                yield node
            except ValueError as error:
                raise UsageError(
                    f"The log '{self.name}' cannot prove that: {error}.",
                    hint="Check the numbers, and verify the log.",
                ) from error

    def _at(self, index: int) -> dict[str, object]:
        return {"log": self.name, "position": index}
