"""What carries sealed bytes from one side to the other: a relay, a folder, a stick.

Every carrier is a `Mailbox`. It needs no trust: what it carries is sealed and signed, and what it
hands out is checked against its digest before a byte of it is used. What a carrier leaves out is
seen by who reads the packets, through their sequence numbers.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from enduse.engine.files import whole_file
from enduse.errors import ExchangeError, StorageError, UsageError

CHUNK_BYTES = 1 << 18
"""Bytes that are held in memory at a time."""

MAX_BLOB_BYTES = 1 << 30
"""Bytes of the largest blob that is taken from a carrier."""

_HEX_256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Deposit:
    """What a mailbox says that it holds.

    Attributes
    ----------
    digest
        SHA-256 of the bytes as the carrier holds them, in hexadecimal; what to get them by.
    size
        Bytes that the carrier holds.
    at
        When they came (UTC), by the carrier's clock.
    """

    digest: str
    size: int
    at: datetime


class Mailbox(Protocol):
    """Where blobs wait for whoever knows the mailbox's id.

    Use a mailbox of its own for each partner and direction: who knows the id may read, add and
    remove.
    """

    def put(self, mailbox_id: str, blob: BinaryIO) -> str:
        """Leave a blob, read from its beginning; answer its digest. Twice is the same as once."""
        ...

    def list(self, mailbox_id: str, after: str = "") -> list[Deposit]:
        """What waits, oldest first.

        `after` is a digest that was seen: the carrier may leave out what came up to it.
        """
        ...

    def get(self, mailbox_id: str, digest: str) -> BinaryIO:
        """A blob, checked from end to end, as a file to close; it is gone from the disk then.

        Raises
        ------
        ExchangeError
            If it is not there, or not what its digest says.
        """
        ...

    def remove(self, mailbox_id: str, digest: str) -> None:
        """Take a blob away; one that is not there is no error."""
        ...


def new_mailbox_id() -> str:
    """A mailbox id that nobody can guess: 256 random bits in hexadecimal."""
    return secrets.token_hex(32)


def check_name(text: str, what: str) -> str:
    """A mailbox id or a digest, if it is one.

    Raises
    ------
    UsageError
        If it is not 64 small hexadecimal digits; so it can never be a path.
    """
    if not _HEX_256.fullmatch(text):
        raise UsageError(f"'{text[:80]}' is no {what}: it has 64 digits, 0 to 9 and a to f.")
    return text


def digest_of(blob: BinaryIO) -> tuple[str, int]:
    """SHA-256 in hexadecimal and size of a file, which is left at its beginning."""
    blob.seek(0)
    digest = hashlib.sha256()
    for chunk in chunks(blob):
        digest.update(chunk)
    size = blob.tell()
    blob.seek(0)
    return digest.hexdigest(), size


def chunks(blob: BinaryIO) -> Iterator[bytes]:
    """The rest of a file, a little at a time."""
    while chunk := blob.read(CHUNK_BYTES):
        yield chunk


def spool() -> BinaryIO:
    """A file without a name for what comes in; nobody else can open it."""
    return tempfile.TemporaryFile()


@dataclass(frozen=True, slots=True)
class FolderMailbox:
    """A folder, on a disk that both sides reach or on a stick that is carried.

    A blob is the file ``<mailbox id>/<digest>.sealed``. It appears whole; a file whose bytes are
    not what its name says (a copy that broke off, an altered one) is as if it were not there.

    Examples
    --------
    >>> import io
    >>> with tempfile.TemporaryDirectory() as stick:
    ...     mailbox, here = FolderMailbox(Path(stick)), new_mailbox_id()
    ...     digest = mailbox.put(here, io.BytesIO(b"sealed"))
    ...     with mailbox.get(here, digest) as blob:
    ...         blob.read()
    b'sealed'
    """

    root: Path

    def put(self, mailbox_id: str, blob: BinaryIO) -> str:
        """Leave a blob; answer its digest.

        Raises
        ------
        StorageError
            If the folder cannot be written or is full.
        """
        digest, _ = digest_of(blob)
        path = self._path(mailbox_id, digest)
        with _reaching(path):
            if self._whole(path) is not None:
                return digest
            with whole_file(path) as part, part.open("xb") as copy:
                for chunk in chunks(blob):
                    copy.write(chunk)
        return digest

    def list(self, mailbox_id: str, after: str = "") -> list[Deposit]:
        """All that waits: files come with older dates than files that were seen before.

        Raises
        ------
        StorageError
            If the folder cannot be read.
        """
        folder = self._folder(mailbox_id)
        with _reaching(folder):
            if not folder.is_dir():
                return []
            found = [self._whole(path) for path in folder.glob("*.sealed")]
        return sorted(
            (deposit for deposit in found if deposit is not None),
            key=lambda deposit: (deposit.at, deposit.digest),
        )

    def get(self, mailbox_id: str, digest: str) -> BinaryIO:
        """A blob, copied off the folder and then checked."""
        path = self._path(mailbox_id, digest)
        copy = spool()
        try:
            with _reaching(path):
                if _copy(path, copy) != digest:
                    raise ExchangeError(
                        f"{path} is not there whole: its bytes are not what its name says.",
                        hint="Copy it again from where it came.",
                    )
        except BaseException:
            copy.close()
            raise
        copy.seek(0)
        return copy

    def remove(self, mailbox_id: str, digest: str) -> None:
        """Take a blob away."""
        path = self._path(mailbox_id, digest)
        with _reaching(path):
            path.unlink(missing_ok=True)

    def _folder(self, mailbox_id: str) -> Path:
        folder = self.root / check_name(mailbox_id, "mailbox id")
        if folder.is_symlink():
            raise ExchangeError(f"{folder} is a link, and links are not followed.")
        return folder

    def _path(self, mailbox_id: str, digest: str) -> Path:
        return self._folder(mailbox_id) / f"{check_name(digest, 'digest')}.sealed"

    def _whole(self, path: Path) -> Deposit | None:
        """What a file holds, if that is what its name says."""
        digest = path.name.removesuffix(".sealed")
        if not _HEX_256.fullmatch(digest) or _copy(path, None) != digest:
            return None
        found = path.lstat()
        return Deposit(digest, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


def _copy(path: Path, copy: BinaryIO | None) -> str | None:
    """The digest of a plain file's bytes, copied on the way; None where there is none."""
    try:
        # A link could lead anywhere, and opening a pipe would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_BLOB_BYTES:
        os.close(descriptor)
        return None
    digest, left = hashlib.sha256(), MAX_BLOB_BYTES
    with os.fdopen(descriptor, "rb") as file:
        for chunk in chunks(file):
            left -= len(chunk)
            if left < 0:
                return None
            digest.update(chunk)
            if copy is not None:
                copy.write(chunk)
    return digest.hexdigest()


@contextmanager
def _reaching(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"{path} cannot be used: {error.strerror or error}.",
            hint="Check that the folder or stick is there, has space, and is yours to write to.",
        ) from error
