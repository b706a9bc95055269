"""Sealing: a body and its attachments become one sealed file for each recipient."""

from __future__ import annotations

import io
import mimetypes
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING

from enduse.engine.files import whole_file
from enduse.errors import ExchangeError
from enduse.exchange.fields import now_utc, written_instant
from enduse.exchange.packets import envelope, sealed_file
from enduse.exchange.packets.archives import check_archive
from enduse.exchange.packets.attachments import (
    MAX_PACKET_BYTES,
    Attachment,
    check_attachment_name,
)
from enduse.exchange.packets.body import PAYLOAD_TYPE, Body, Channel, Packet

if TYPE_CHECKING:
    from enduse.exchange.identity import Identity
    from enduse.exchange.keys import PublicKey
    from enduse.exchange.packets.ledger import Ledger
    from enduse.exchange.partners import Partner

LENGTH_BYTES = 8
"""Bytes of the number before the envelope that says how long it is, big-endian."""


@dataclass(frozen=True, slots=True)
class Copy:
    """The sealed file for one recipient.

    Attributes
    ----------
    recipient
        Authority id.
    sequence
        Its place on the channel to the recipient.
    digest
        SHA-256 of the signed envelope within, in hex.
    """

    recipient: str
    path: Path
    sequence: int
    digest: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """A packet that is ready to be carried, one copy a recipient."""

    msg_id: str
    copies: tuple[Copy, ...]


def seal(
    body: Body,
    attachments: Sequence[Path],
    identity: Identity,
    recipients: Sequence[Partner],
    ledger: Ledger,
    out: Path,
    now: datetime | None = None,
) -> Sealed:
    """Sign a body for every recipient and seal it, so that each can open only its own copy.

    Every recipient gets a file of its own, with a key of its own: carriers do not see that two
    files hold the same, nor for how many a packet is, and no recipient learns how much was sent
    to another.

    Parameters
    ----------
    attachments
        Files to send along, under their own names.
    out
        The sealed file; with several recipients a folder, which gets a file
        ``<authority id>.sealed`` for each.

    Raises
    ------
    ExchangeError
        If the body contradicts itself, a recipient is revoked, expired or without a valid
        encryption key, or an attachment cannot be sent.
    StorageError
        If the disk is full or the folder cannot be written; no file is there then.
    """
    now = now or now_utc()
    keys = _encryption_keys(recipients, now)
    if body.handling.not_after <= now:
        raise ExchangeError("The packet would have expired before it is sealed.")
    signer = identity.signing_key("release", now)
    with _attached(attachments) as attached:
        described = tuple(one.attachment for one in attached)
        envelopes: dict[str, bytes] = {}

        def signed(channel: Channel) -> str:
            packet = Packet(body, identity.authority_id, tuple(sorted(keys)), channel, described)
            raw = envelope.sign(PAYLOAD_TYPE, packet.payload(), [signer])
            content = LENGTH_BYTES + len(raw) + sum(one.size for one in described)
            if sealed_file.sealed_length(content) > MAX_PACKET_BYTES:
                raise ExchangeError(
                    f"The packet would have more than {MAX_PACKET_BYTES:,} bytes.",
                    hint="Send the attachments in several packets.",
                )
            envelopes[channel.to] = raw
            return sha256(raw).hexdigest()

        channels = ledger.send(body, identity.authority_id, list(keys), signed)
        paths = {to: out / f"{to}.sealed" if len(keys) > 1 else out for to in keys}
        try:
            with ExitStack() as files:
                for to, key in keys.items():
                    part = files.enter_context(whole_file(paths[to]))
                    content = _content(envelopes[to], attached)
                    with part.open("xb") as file:
                        sealed_file.write_sealed(file, identity.authority_id, to, key, content)
                _check_unchanged(attached)
        except BaseException:
            ledger.withdraw(body.msg_id)
            raise
    return Sealed(
        body.msg_id,
        tuple(
            Copy(c.to, paths[c.to], c.sequence, sha256(envelopes[c.to]).hexdigest())
            for c in channels
        ),
    )


def _encryption_keys(recipients: Sequence[Partner], now: datetime) -> dict[str, PublicKey]:
    keys = {}
    for partner in recipients:
        partner.check_trusted(now)
        delegation = partner.identity.delegated("encryption", now)
        if delegation is None:
            raise ExchangeError(
                f"No encryption key of {partner.identity.name} is valid at {written_instant(now)}.",
                hint="Ask for the newest version of its identity; check the clock of this machine.",
            )
        keys[partner.identity.authority_id] = delegation.key
    if not keys:
        raise ExchangeError("The packet has no recipient.")
    return keys


@dataclass(frozen=True, slots=True)
class _Attached:
    """A file that is sent along, open, as it was when its digest was taken."""

    attachment: Attachment
    file: io.BufferedReader
    state: tuple[int, int]


@contextmanager
def _attached(paths: Sequence[Path]) -> Iterator[list[_Attached]]:
    with ExitStack() as files:
        attached = []
        for path in paths:
            check_attachment_name(path.name)
            try:
                file = files.enter_context(path.open("rb"))
                attached.append(_described(path, file))
            except OSError as error:
                raise ExchangeError(f"{path} cannot be read: {error.strerror}.") from None
        yield attached


def _described(path: Path, file: io.BufferedReader) -> _Attached:
    found = os.fstat(file.fileno())
    if not stat.S_ISREG(found.st_mode):
        raise ExchangeError(f"{path} is no plain file.")
    if found.st_size > MAX_PACKET_BYTES:
        raise ExchangeError(f"{path} has more than {MAX_PACKET_BYTES:,} bytes.")
    check_archive(path, path.name)
    state = _state(file)
    digest = file_digest(file, "sha256").hexdigest()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return _Attached(Attachment(path.name, media_type, state[0], digest), file, state)


def _check_unchanged(attached: Sequence[_Attached]) -> None:
    for one in attached:
        if _state(one.file) != one.state:
            raise ExchangeError(f"{one.attachment.name} changed while it was sealed.")


def _state(file: io.BufferedReader) -> tuple[int, int]:
    found = os.fstat(file.fileno())
    return found.st_size, found.st_mtime_ns


def _content(signed: bytes, attached: Sequence[_Attached]) -> list[tuple[io.BufferedIOBase, int]]:
    head = len(signed).to_bytes(LENGTH_BYTES, "big") + signed
    content: list[tuple[io.BufferedIOBase, int]] = [(io.BytesIO(head), len(head))]
    for one in attached:
        one.file.seek(0)
        content.append((one.file, one.attachment.size))
    return content
