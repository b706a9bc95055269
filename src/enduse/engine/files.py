"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from enduse.errors import StorageError


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A path to write to; it takes the real name only when the block ends well.

    The file is synced before it is renamed, so that a loss of power leaves the old file or the
    new one, and a killed process leaves the old one and a ``.part`` beside it.

    Raises
    ------
    StorageError
        If the disk is full or the folder cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        with part.open("rb") as done:
            os.fsync(done.fileno())
        part.replace(path)
    except BaseException as error:
        with suppress(OSError):
            part.unlink()
        if isinstance(error, OSError) and (error.errno in _UNWRITABLE or not path.parent.is_dir()):
            raise storage_error(path, error) from error
        raise


def held_file(path: Path) -> BinaryIO | None:
    """The file at `path`, held for us alone until it is closed; None while somebody holds it.

    The kernel lets go of it when the process dies, however it dies, so that what is held has a
    living holder and what is not has none.
    """
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        if error.errno in {errno.EWOULDBLOCK, errno.EACCES}:
            return None
        raise
    return file


_UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EFBIG}


def storage_error(path: Path, error: BaseException) -> StorageError:
    """The error to raise when `path` could not be written."""
    return StorageError(
        f"{path} could not be written: {error}.",
        hint="Free some space or choose another folder; what was stored before is unharmed.",
    )
