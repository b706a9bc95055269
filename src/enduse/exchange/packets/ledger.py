"""The ledger of packets: what was sent and opened, in which order, and whose each packet is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from enduse.errors import ExchangeError
from enduse.exchange.fields import read_instant, written_instant
from enduse.exchange.packets import stix_reading
from enduse.exchange.packets.body import Body, Channel, Packet
from enduse.store import Store

_STEPS = (
    """
    CREATE TABLE exchange_packets_sent (
        recipient TEXT NOT NULL, sequence INTEGER NOT NULL, msg_id TEXT NOT NULL,
        digest TEXT NOT NULL, kind TEXT NOT NULL, created_at TEXT NOT NULL,
        not_after TEXT NOT NULL, PRIMARY KEY (recipient, sequence), UNIQUE (msg_id, recipient)
    )
    """,
    """
    CREATE TABLE exchange_packets_received (
        msg_id TEXT PRIMARY KEY, sender TEXT NOT NULL, sequence INTEGER NOT NULL, previous TEXT,
        digest TEXT NOT NULL, kind TEXT NOT NULL, created_at TEXT NOT NULL,
        not_after TEXT NOT NULL, opened_at TEXT NOT NULL, UNIQUE (sender, sequence)
    )
    """,
    "CREATE TABLE exchange_packets_objects (object_id TEXT PRIMARY KEY, owner TEXT NOT NULL)",
)

_LAST_SENT = text(
    "SELECT sequence, digest FROM exchange_packets_sent WHERE recipient = :recipient "
    "ORDER BY sequence DESC LIMIT 1"
)
_SEND = text(
    "INSERT INTO exchange_packets_sent "
    "(recipient, sequence, msg_id, digest, kind, created_at, not_after) "
    "VALUES (:recipient, :sequence, :msg_id, :digest, :kind, :created_at, :not_after)"
)
_WITHDRAW = text(
    "DELETE FROM exchange_packets_sent WHERE msg_id = :msg_id AND sequence = "
    "(SELECT max(sequence) FROM exchange_packets_sent AS last "
    "WHERE last.recipient = exchange_packets_sent.recipient)"
)
_DIGEST_SENT = text(
    "SELECT digest FROM exchange_packets_sent WHERE msg_id = :msg_id AND recipient = :recipient"
)
_SENT_TO = text("SELECT recipient FROM exchange_packets_sent WHERE msg_id = :msg_id")
_SENDER = text("SELECT sender FROM exchange_packets_received WHERE msg_id = :msg_id")
_RECEIVED = text(
    "SELECT sender, digest, opened_at FROM exchange_packets_received WHERE msg_id = :msg_id"
)
_PLACE = text(
    "SELECT digest, previous FROM exchange_packets_received "
    "WHERE sender = :sender AND sequence = :sequence"
)
_EXTENT = text(
    "SELECT count(*), coalesce(max(sequence), 0) FROM exchange_packets_received "
    "WHERE sender = :sender"
)
_SEQUENCES = text(
    "SELECT sequence FROM exchange_packets_received WHERE sender = :sender ORDER BY sequence"
)
_OWNER = text("SELECT owner FROM exchange_packets_objects WHERE object_id = :object_id")
_OWN = text(
    "INSERT INTO exchange_packets_objects (object_id, owner) VALUES (:object_id, :owner) "
    "ON CONFLICT DO NOTHING"
)
_RECEIVE = text(
    "INSERT INTO exchange_packets_received (msg_id, sender, sequence, previous, digest, kind, "
    "created_at, not_after, opened_at) VALUES (:msg_id, :sender, :sequence, :previous, :digest, "
    ":kind, :created_at, :not_after, :opened_at)"
)


@dataclass(frozen=True, slots=True)
class Received:
    """A packet as the ledger knows it."""

    sender: str
    digest: str
    opened_at: datetime


class ReplayedError(ExchangeError):
    """A packet that was opened before."""


class Ledger:
    """What was sent to whom and opened from whom, in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.migrate("exchange_packets", _STEPS)

    def send(
        self, body: Body, sender: str, recipients: Sequence[str], digest: Callable[[Channel], str]
    ) -> tuple[Channel, ...]:
        """Give a packet its place on the channel to each recipient, on all or on none.

        Parameters
        ----------
        sender
            Our authority id.
        digest
            Signs the packet for a channel and answers the digest of the envelope.

        Raises
        ------
        ExchangeError
            If the packet was sent to one of them before, another one takes its place at the
            same moment, or it holds a STIX object of somebody else.
        """
        channels = []
        try:
            with self._store.begin() as connection:
                for recipient in recipients:
                    last = connection.execute(_LAST_SENT, {"recipient": recipient}).first()
                    channel = (
                        Channel(recipient, last.sequence + 1, last.digest)
                        if last
                        else Channel(recipient, 1, None)
                    )
                    values = _entry(body) | {
                        "recipient": recipient,
                        "sequence": channel.sequence,
                        "digest": digest(channel),
                    }
                    connection.execute(_SEND, values)
                    channels.append(channel)
                _own_objects(connection, body, sender)
        except IntegrityError:
            raise ExchangeError(
                f"Packet {body.msg_id} was sealed before, or another one at the same moment.",
                hint="Seal it again.",
            ) from None
        return tuple(channels)

    def withdraw(self, msg_id: str) -> None:
        """Free the places of a packet that came to nothing, where none has come after it."""
        with self._store.begin() as connection:
            connection.execute(_WITHDRAW, {"msg_id": msg_id})

    def sent_to(self, msg_id: str) -> tuple[str, ...]:
        """Authority ids of whom a packet of ours was sealed to; none: it is not ours."""
        with self._store.read() as connection:
            return tuple(connection.execute(_SENT_TO, {"msg_id": msg_id}).scalars())

    def digest_sent(self, msg_id: str, recipient: str) -> str | None:
        """Digest of the envelope of a packet of ours to a recipient; None: none was sealed."""
        with self._store.read() as connection:
            found: str | None = connection.execute(
                _DIGEST_SENT, {"msg_id": msg_id, "recipient": recipient}
            ).scalar()
        return found

    def received(self, msg_id: str) -> Received | None:
        """Whose an opened packet is, and when it was opened; None: none with this id was."""
        with self._store.read() as connection:
            row = connection.execute(_RECEIVED, {"msg_id": msg_id}).first()
        return Received(row.sender, row.digest, read_instant(row.opened_at)) if row else None

    def gaps(self, sender: str) -> tuple[range, ...]:
        """Sequence numbers of a sender that have not arrived though later ones have."""
        with self._store.read() as connection:
            count, last = connection.execute(_EXTENT, {"sender": sender}).one()
            if count == last:
                return ()
            found = connection.execute(_SEQUENCES, {"sender": sender}).scalars().all()
        return tuple(
            range(before + 1, after)
            for before, after in zip((0, *found), found, strict=False)
            if after > before + 1
        )

    def check(self, packet: Packet, digest: str) -> tuple[str, ...]:
        """What is to be noticed about a packet's place; it is not entered.

        Raises
        ------
        ExchangeError
            If it was opened before, its id or place is another packet's, it does not follow the
            packet before it, or it refers to a packet or holds a STIX object that is not its
            sender's.
        """
        with self._store.read() as connection:
            return _check(connection, packet, digest)

    def receive(
        self, packet: Packet, digest: str, at: datetime, place: Callable[[], None]
    ) -> tuple[str, ...]:
        """Enter an opened packet, once `place` has put its files where they belong.

        Killed before the entry is durable, the packet counts as not opened, and opening it again
        puts its files in the place of those that were left.

        Raises
        ------
        ExchangeError
            As `check` does.
        """
        try:
            with self._store.begin() as connection:
                notices = _check(connection, packet, digest)
                values = _entry(packet.body) | {
                    "sender": packet.sender,
                    "sequence": packet.channel.sequence,
                    "previous": packet.channel.previous,
                    "digest": digest,
                    "opened_at": written_instant(at),
                }
                connection.execute(_RECEIVE, values)
                _own_objects(connection, packet.body, packet.sender)
                place()
        except IntegrityError:
            raise ExchangeError(f"Packet {packet.body.msg_id} is being opened already.") from None
        return notices


def _entry(body: Body) -> dict[str, Any]:
    return {
        "msg_id": body.msg_id,
        "kind": body.kind,
        "created_at": written_instant(body.created_at),
        "not_after": written_instant(body.handling.not_after),
    }


def _check(connection: Connection, packet: Packet, digest: str) -> tuple[str, ...]:
    body, sequence = packet.body, packet.channel.sequence
    held = connection.execute(_RECEIVED, {"msg_id": body.msg_id}).first()
    if held is not None and held.sender == packet.sender and held.digest == digest:
        raise ReplayedError(f"The packet is a replay: it was opened at {held.opened_at}.")
    if held is not None or _recipients(connection, body.msg_id):
        raise ExchangeError(f"The packet has the id of another packet, {body.msg_id}.")
    if _at(connection, packet, 0) is not None:
        raise ExchangeError(
            f"The packet claims place {sequence} on its channel, which another packet holds."
        )
    before, after = _at(connection, packet, -1), _at(connection, packet, 1)
    if (before is not None and before.digest != packet.channel.previous) or (
        after is not None and after.previous != digest
    ):
        raise ExchangeError(
            f"The packet does not fit its place {sequence} between those held of its channel."
        )
    _check_objects(connection, body, packet.sender)
    notices = [
        *_check_supersedes(connection, packet),
        *_check_reply(connection, packet),
    ]
    last = connection.execute(_EXTENT, {"sender": packet.sender}).one()[1]
    if sequence < last:
        notices.append(f"It is packet {sequence} of its channel and came after packet {last}.")
    elif sequence > last + 1:
        notices.append(
            f"It is packet {sequence} of its channel; {_numbers(last + 1, sequence - 1)} "
            "sent before it and not arrived."
        )
    return tuple(notices)


def _check_supersedes(connection: Connection, packet: Packet) -> list[str]:
    earlier = packet.body.supersedes
    if earlier is None:
        return []
    owner = connection.execute(_SENDER, {"msg_id": earlier}).scalar()
    if (owner is not None and owner != packet.sender) or _recipients(connection, earlier):
        raise ExchangeError(
            f"The packet would change packet {earlier}, which is not its sender's; only the owner "
            "of a packet corrects or revokes it."
        )
    return [] if owner else [f"It supersedes packet {earlier}, which was not opened here."]


def _check_reply(connection: Connection, packet: Packet) -> list[str]:
    earlier = packet.body.in_reply_to
    if earlier is None:
        return []
    owner = connection.execute(_SENDER, {"msg_id": earlier}).scalar()
    recipients = _recipients(connection, earlier)
    if owner is None and not recipients:
        return [f"It replies to packet {earlier}, which is not known here."]
    if owner != packet.sender and packet.sender not in recipients:
        raise ExchangeError(
            f"The packet replies to packet {earlier}, which was not exchanged with its sender."
        )
    return []


def _check_objects(connection: Connection, body: Body, sender: str) -> None:
    for object_id in _objects(body, sender):
        owner = connection.execute(_OWNER, {"object_id": object_id}).scalar()
        if owner not in {None, sender}:
            raise ExchangeError(
                f"The packet would change the STIX object {object_id}, which is not its sender's."
            )


def _own_objects(connection: Connection, body: Body, sender: str) -> None:
    _check_objects(connection, body, sender)
    for object_id in _objects(body, sender):
        connection.execute(_OWN, {"object_id": object_id, "owner": sender})


def _objects(body: Body, sender: str) -> Mapping[str, str]:
    bundle = body.content.get("stix")
    return {} if bundle is None else stix_reading.owned_objects(bundle, sender)


def _recipients(connection: Connection, msg_id: str) -> Sequence[str]:
    return connection.execute(_SENT_TO, {"msg_id": msg_id}).scalars().all()


def _at(connection: Connection, packet: Packet, offset: int) -> Any:
    place = {"sender": packet.sender, "sequence": packet.channel.sequence + offset}
    return connection.execute(_PLACE, place).first()


def _numbers(first: int, last: int) -> str:
    return f"packet {first} was" if first == last else f"packets {first} to {last} were"
