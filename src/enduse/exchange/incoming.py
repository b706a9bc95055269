"""Opening a packet here: it is stored, entered in the log, and acted on."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from enduse.errors import ExchangeError
from enduse.exchange import tips
from enduse.exchange.countersigning import keep_countersigned, keep_partner_head
from enduse.exchange.fields import HEX_256, Fields, now_utc, written_instant
from enduse.exchange.heads import verify_head
from enduse.exchange.letters import Letter, State
from enduse.exchange.office import Office
from enduse.exchange.onward import read_consent
from enduse.exchange.packets import envelope
from enduse.exchange.packets.body import PAYLOAD_TYPE, UPDATES, Packet
from enduse.exchange.packets.opening import ENVELOPE, MAX_ENVELOPE_BYTES, open_packet
from enduse.exchange.revoking import ANSWERS

_TIPS = ("tip", "correction")
"""Kinds whose matter is watched for."""

_AT_ONCE = {"revoked": "taken back", "superseded": "corrected"}


@dataclass(frozen=True, slots=True)
class Arrived:
    """A packet that was opened, and what it did here.

    Attributes
    ----------
    notices
        Sentences on what to know: its place in the channel, what was watched for since, what is
        to be answered.
    """

    letter: Letter
    folder: Path
    attachments: tuple[Path, ...]
    notices: tuple[str, ...]


def receive(office: Office, path: Path, now: datetime | None = None) -> Arrived:
    """Open a sealed file and act on what it says.

    A tip's names, identifiers, vessels, parts and routes become a list that `check` and `screen`
    use from now on; a correction takes its place; a revocation ends it; a consent lifts a rule;
    a receipt is held against what was sent.

    Raises
    ------
    ExchangeError, StorageError
        As `open_packet` does; a refusal is entered in the log, and nothing else is kept.
    """
    now = now or now_utc()
    with office.alone():
        try:
            opened = open_packet(
                path, office.identity, office.partners, office.ledger, office.received, now
            )
        except ExchangeError as refusal:
            with office.store.begin() as connection:
                office.note(connection, "refused", now, file=_digest(path), reason=refusal.message)
            raise
        notices = [*opened.notices, *_enter(office, opened.packet, opened.digest, now)]
    letter = office.letters.get(opened.packet.body.msg_id)
    return Arrived(letter, opened.folder, opened.attachments, tuple(notices))


def catch_up(office: Office, now: datetime) -> None:
    """Act on packets that were stored by a process that died before it could.

    They were verified when they were opened, and the ledger has their digest: what became of
    their sender's keys since does not matter. `Office.alone` is held.
    """
    for folder in sorted(office.received.glob("[!.]*")):
        if (folder / ENVELOPE).exists() and office.letters.find(folder.name) is None:
            raw = (folder / ENVELOPE).read_bytes()
            known = office.ledger.received(folder.name)
            digest = sha256(raw).hexdigest()
            # A folder that the ledger does not know is not opened yet.
            if known is None or known.digest != digest:
                continue
            payload = envelope.unverified(raw, PAYLOAD_TYPE, max_bytes=MAX_ENVELOPE_BYTES)
            _enter(office, Packet.read(payload), digest, now)


def _enter(office: Office, packet: Packet, digest: str, now: datetime) -> list[str]:
    """Act on a packet, then enter it: an act may happen twice, and its entry happens once."""
    body = packet.body
    notices = _keep_head(office, packet)
    # What takes a packet back may arrive before it.
    updates = {update.kind for update in office.letters.updates(body.msg_id, packet.sender)}
    state: State = "in force"
    if updates:
        state = "revoked" if "revocation" in updates else "superseded"
        notices.append(f"It was {_AT_ONCE[state]} before it arrived: it is not acted on.")
    else:
        notices += _act(office, packet, now)
    earlier = office.letters.find(body.supersedes) if body.supersedes else None
    with office.store.begin() as connection:
        office.letters.put(connection, packet, "received", state)
        entry = office.note(
            connection,
            "opened",
            now,
            msg_id=body.msg_id,
            kind=body.kind,
            sender=packet.sender,
            sha256=digest,
        )
        office.letters.set_entry(connection, body.msg_id, entry)
        if earlier is not None and earlier.sender == packet.sender:
            if body.kind == "revocation" and earlier.state in ("in force", "superseded"):
                office.letters.set_state(connection, earlier.msg_id, "revoked")
            elif body.kind == "correction" and earlier.state == "in force":
                office.letters.set_state(connection, earlier.msg_id, "superseded")
    return notices


def _keep_head(office: Office, packet: Packet) -> list[str]:
    document = packet.body.log_head
    partner = office.partners.find(packet.sender)
    if document is None or partner is None:
        return []
    try:
        head = verify_head(document, partner.identity)
    except ExchangeError as error:
        return [f"The head of its sender's log is not kept: {error.message}"]
    return keep_partner_head(office, packet.sender, head, document)


def _act(office: Office, packet: Packet, now: datetime) -> list[str]:
    body, sender = packet.body, packet.sender
    notices: list[str] = []
    if body.supersedes and body.kind in UPDATES:
        tips.drop(office, body.supersedes)
    if body.kind in _TIPS:
        notices += tips.watch(office, packet)
    elif body.kind == "revocation":
        notices.append(
            f"{office.name(sender)} takes packet {body.supersedes} back: answer with 'enduse "
            f"exchange comply {body.msg_id}'."
        )
    elif body.kind == "consent":
        notices += _check_consent(packet)
    elif body.kind == "receipt":
        notices += _take_receipt(office, packet, now)
    return notices


def _check_consent(packet: Packet) -> list[str]:
    """A consent that nobody can read gives no leave, and that is said."""
    try:
        read_consent(packet.sender, packet.body.content, packet.body.handling)
    except ExchangeError as error:
        return [f"It gives no leave: {error.message}"]
    return []


def _take_receipt(office: Office, packet: Packet, now: datetime) -> list[str]:
    content, sender = packet.body.content, packet.sender
    try:
        if "revocation" in content:
            said = Fields(content["revocation"], "The answer to the revocation")
            answer = said.text("answer")
            if answer not in ANSWERS:
                raise said.wrong("answer")
            with office.store.begin() as connection:
                assert packet.body.in_reply_to is not None
                awaited = office.letters.answered(
                    connection, packet.body.in_reply_to, sender, answer, now
                )
            return [] if awaited else ["It answers a revocation that awaited no answer of theirs."]
        said = Fields(content, "The receipt").within("receipt")
        msg_id, digest = said.text("packet", most=64), said.text("sha256", pattern=HEX_256)
        if office.ledger.digest_sent(msg_id, sender) != digest:
            return [f"It acknowledges packet {msg_id} with another content than was sent: ask."]
        if countersigned := said.raw_or_none("head"):
            keep_countersigned(office, sender, countersigned)
    except ExchangeError as error:
        return [f"It cannot be relied on as a receipt: {error.message}"]
    return []


def receipt_content(office: Office, letter: Letter, now: datetime) -> dict[str, Any]:
    """What a receipt for an opened packet says: its digest, and its sender's head countersigned."""
    from enduse.exchange.countersigning import countersign

    known = office.ledger.received(letter.msg_id)
    assert known is not None
    head = countersign(office, letter.sender, now)
    return {
        "receipt": {
            "packet": letter.msg_id,
            "sha256": known.digest,
            "opened_at": written_instant(known.opened_at),
            "head": None if head is None else base64.b64encode(head).decode("ascii"),
        }
    }


def _digest(path: Path) -> str | None:
    """SHA-256 of a file that was refused; None: it cannot be read."""
    try:
        with path.open("rb") as file:
            digest = sha256()
            while piece := file.read(1 << 20):
                digest.update(piece)
            return digest.hexdigest()
    except OSError:
        return None
