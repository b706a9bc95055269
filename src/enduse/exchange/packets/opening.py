"""Opening: a sealed file is verified from the outside in, and stored whole or not at all."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BufferedIOBase
from pathlib import Path
from typing import TYPE_CHECKING

from enduse.engine.files import storage_error
from enduse.errors import ExchangeError
from enduse.exchange.fields import CLOCK_TOLERANCE, now_utc, written_instant
from enduse.exchange.packets.archives import check_archive
from enduse.exchange.packets.attachments import Attachment
from enduse.exchange.packets.body import PAYLOAD_TYPE, Packet
from enduse.exchange.packets.sealed_file import SealedFile, padded
from enduse.exchange.packets.sending import LENGTH_BYTES

if TYPE_CHECKING:
    from enduse.exchange.identity import Identity
    from enduse.exchange.packets.ledger import Ledger
    from enduse.exchange.partners import Partner, Partners
    from enduse.store import Head

MAX_ENVELOPE_BYTES = 6 * 1024 * 1024
ENVELOPE = "envelope.json"
"""Name of the signed envelope in the folder of an opened packet; it proves who said it."""

ATTACHMENTS = "attachments"
"""Name of the folder of attachments in the folder of an opened packet."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A packet that was verified and stored.

    Attributes
    ----------
    packet
        What it says.
    partner
        Who says it.
    digest
        SHA-256 of the signed envelope, in hex.
    folder
        Where its envelope and attachments lie.
    attachments
        The attached files.
    log_head
        The sender's log head, verified; None: it sent none.
    notices
        Sentences on its place in the channel: packets that are missing before it, and so on.
    """

    packet: Packet
    partner: Partner
    digest: str
    folder: Path
    attachments: tuple[Path, ...]
    log_head: Head | None
    notices: tuple[str, ...]


def open_packet(
    path: Path,
    identity: Identity,
    partners: Partners,
    ledger: Ledger,
    into: Path,
    now: datetime | None = None,
) -> Opened:
    """Open a sealed file: unseal, verify the signature, then read, check and store.

    The packet's files appear in ``into/<msg_id>/`` in the same moment in which the ledger
    remembers it. Killed before, nothing is stored and the packet can be opened again.

    Raises
    ------
    ExchangeError
        If the file is no packet, is for somebody else, was altered, is not signed by a key of a
        pinned and trusted partner, was opened before, has expired, is from the future, does not
        fit its channel, changes what is not its sender's, or has attachments that cannot be kept.
    StorageError
        If the disk is full or the folder cannot be written; nothing is stored then.
    """
    now = now or now_utc()
    with _plain_file(path) as file:
        sealed = SealedFile(file, identity.authority_id, identity.decryption_keys())
        partner = _trusted(partners, sealed.sender, now)
        envelope = _envelope(sealed)
        digest = sha256(envelope).hexdigest()
        payload, signer = partner.identity.verified(
            envelope, PAYLOAD_TYPE, "release", max_bytes=MAX_ENVELOPE_BYTES, what="The packet"
        )
        packet = Packet.read(payload)
        _check_addressed(packet, partner, identity)
        _check_times(packet, now)
        if not signer.is_valid(packet.body.created_at):
            raise ExchangeError(
                "The packet is signed by a release key that was not valid when it was made, "
                f"{written_instant(packet.body.created_at)}."
            )
        log_head = _log_head(packet, partner)
        padding = _padding(sealed, len(envelope), packet)
        ledger.check(packet, digest)
        folder = into / packet.body.msg_id
        with _unfinished(into, packet.body.msg_id) as part:
            _store(sealed, packet, envelope, part)
            sealed.finish(padding)
            notices = ledger.receive(packet, digest, now, lambda: _put(part, folder))
    return Opened(
        packet=packet,
        partner=partner,
        digest=digest,
        folder=folder,
        attachments=tuple(folder / ATTACHMENTS / a.name for a in packet.attachments),
        log_head=log_head,
        notices=notices,
    )


def _trusted(partners: Partners, sender: str, now: datetime) -> Partner:
    partner = partners.find(sender)
    if partner is None:
        raise ExchangeError(
            f"The packet is from an authority that is not pinned ({sender[:16]}…).",
            hint="Compare its fingerprint in person and pin it.",
        )
    partner.check_trusted(now)
    return partner


def _envelope(sealed: SealedFile) -> bytes:
    length = int.from_bytes(sealed.read(LENGTH_BYTES), "big")
    if length > min(MAX_ENVELOPE_BYTES, sealed.length - LENGTH_BYTES):
        raise ExchangeError(f"The envelope has {length:,} bytes; at most {MAX_ENVELOPE_BYTES:,}.")
    return sealed.read(length)


def _check_addressed(packet: Packet, partner: Partner, identity: Identity) -> None:
    if packet.sender != partner.identity.authority_id:
        raise ExchangeError(
            f"The packet is sealed as from {partner.identity.name} and signed as another's."
        )
    if packet.channel.to != identity.authority_id:
        raise ExchangeError(
            f"The packet is addressed to another authority ({packet.channel.to[:16]}…)."
        )


def _check_times(packet: Packet, now: datetime) -> None:
    made, ends = packet.body.created_at, packet.body.handling.not_after
    here = f"(here it is {written_instant(now)})"
    if made > now + CLOCK_TOLERANCE:
        raise ExchangeError(
            f"The packet is from the future: it was made at {written_instant(made)} {here}.",
            hint="Check the clock of this machine and of theirs.",
        )
    if ends <= now:
        raise ExchangeError(
            f"The packet expired at {written_instant(ends)} {here}.",
            hint="Ask for it anew, and check the clock of this machine.",
        )


def _log_head(packet: Packet, partner: Partner) -> Head | None:
    # Not needed to seal; the store it comes from is slow to import.
    from enduse.exchange.heads import verify_head

    head = packet.body.log_head
    return None if head is None else verify_head(head, partner.identity)


def _padding(sealed: SealedFile, envelope: int, packet: Packet) -> int:
    """Bytes of padding; refused if the file has not the length that its content is padded to."""
    content = LENGTH_BYTES + envelope + sum(a.size for a in packet.attachments)
    if sealed.length != padded(content):
        raise ExchangeError("The packet has not the length that its attachments add up to.")
    return sealed.length - content


def _store(sealed: SealedFile, packet: Packet, envelope: bytes, part: Path) -> None:
    folder = part / ATTACHMENTS
    try:
        with _private(part / ENVELOPE) as file:
            file.write(envelope)
        folder.mkdir(mode=0o700)
        for attachment in packet.attachments:
            _store_attachment(sealed, attachment, folder / attachment.name)
        _sync(folder)
        _sync(part)
    except OSError as error:
        raise storage_error(part, error) from error


def _store_attachment(sealed: SealedFile, attachment: Attachment, path: Path) -> None:
    digest = sha256()
    with _private(path) as file:
        for piece in sealed.take(attachment.size):
            digest.update(piece)
            file.write(piece)
    if digest.hexdigest() != attachment.sha256:
        raise ExchangeError(f"The attachment {attachment.name!r} is not what was signed.")
    check_archive(path, attachment.name)


@contextmanager
def _private(path: Path) -> Iterator[BufferedIOBase]:
    """A new file for its owner alone, on the disk when the block ends."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """The names in a folder, on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _put(part: Path, folder: Path) -> None:
    try:
        if folder.exists():
            # Left by a process that died before the ledger knew of it.
            shutil.rmtree(folder)
        part.rename(folder)
        _sync(folder.parent)
    except OSError as error:
        raise storage_error(folder, error) from error


@contextmanager
def _unfinished(into: Path, msg_id: str) -> Iterator[Path]:
    """A folder for what is not verified to the end; only one packet is stored at a time.

    So a folder that is there already was left by a process that died, and is removed.
    """
    try:
        into.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (into / ".opening").open("ab")
    except OSError as error:
        raise storage_error(into, error) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in into.glob(".*.part"):
            shutil.rmtree(left, ignore_errors=True)
        part = into / f".{msg_id}.part"
        try:
            part.mkdir(mode=0o700)
        except OSError as error:
            raise storage_error(into, error) from error
        try:
            yield part
        finally:
            shutil.rmtree(part, ignore_errors=True)


@contextmanager
def _plain_file(path: Path) -> Iterator[BufferedIOBase]:
    try:
        # Opening a pipe would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        raise ExchangeError(f"{path} cannot be read: {error.strerror}.") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ExchangeError(f"{path} is no plain file.")
    with os.fdopen(descriptor, "rb") as file:
        yield file
