"""Files of a session: a signed document in a header of one size, and a body behind it.

Every carrier takes them: a relay, a folder, a stick. The length of a file follows from the
buckets of the session and from nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from enduse.engine.files import whole_file
from enduse.errors import ExchangeError

MAGIC = b"ENDMATCH"
HEADER = 32 * 1024
"""Bytes before the body: magic, the envelope's length in four bytes, the envelope, zeros."""

_FIXED = len(MAGIC) + 4


@dataclass(frozen=True, slots=True)
class SessionFile:
    """A file of a session, of which the envelope was read and nothing verified yet."""

    path: Path
    envelope: bytes
    body_bytes: int

    @classmethod
    def read(cls, path: Path) -> SessionFile:
        """The envelope and the length of the body.

        Raises
        ------
        ExchangeError
            If the file is none of a session or cannot be read.
        """
        try:
            with path.open("rb") as file:
                header = file.read(HEADER)
                size = file.seek(0, 2)
        except OSError as error:
            raise ExchangeError(f"{path} cannot be read: {error.strerror}.") from None
        length = int.from_bytes(header[len(MAGIC) : _FIXED], "big")
        if len(header) < HEADER or header[: len(MAGIC)] != MAGIC or length > HEADER - _FIXED:
            raise ExchangeError(f"{path} is no file of a private match, or is cut short.")
        if any(header[_FIXED + length :]):
            raise ExchangeError(f"{path} holds something between its envelope and its body.")
        return cls(path, header[_FIXED : _FIXED + length], size - HEADER)

    def body(self, first: int, size: int, step: int) -> Iterator[bytes]:
        """`size` bytes of the body from `first` on, `step` at a time.

        Raises
        ------
        ExchangeError
            If the file ends before.
        """
        try:
            with self.path.open("rb") as file:
                file.seek(HEADER + first)
                for at in range(0, size, step):
                    wanted = min(step, size - at)
                    found = file.read(wanted)
                    if len(found) < wanted:
                        raise ExchangeError(f"{self.path} is cut short.")
                    yield found
        except OSError as error:
            raise ExchangeError(f"{self.path} cannot be read: {error.strerror}.") from None

    def check_body_bytes(self, wanted: int) -> None:
        """Refuse a body that is shorter or longer than the document says.

        Raises
        ------
        ExchangeError
            If it is.
        """
        if self.body_bytes != wanted:
            raise ExchangeError(
                f"{self.path} has a body of {self.body_bytes} bytes; its document says {wanted}."
            )


def write(path: Path, envelope: bytes, body: Iterable[bytes]) -> None:
    """Write a file of a session; it appears whole or not at all.

    Raises
    ------
    ExchangeError
        If the envelope does not fit the header.
    StorageError
        If the file cannot be written.
    """
    if len(envelope) > HEADER - _FIXED:
        raise ExchangeError(
            f"The document of the session has {len(envelope)} bytes; "
            f"{HEADER - _FIXED} is the most that fit its header."
        )
    with whole_file(path) as part, part.open("wb") as file:
        head = MAGIC + len(envelope).to_bytes(4, "big") + envelope
        file.write(head.ljust(HEADER, b"\0"))
        for piece in body:
            file.write(piece)
