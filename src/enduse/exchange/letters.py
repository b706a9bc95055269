"""Letters: the packets that were sent and opened, what became of them, and what rests on what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, text

from enduse.errors import ExchangeError
from enduse.exchange.fields import read_instant, written_instant
from enduse.exchange.onward import Consent, Told, read_consent
from enduse.exchange.packets.body import Packet
from enduse.exchange.packets.handling import Handling
from enduse.store import Store

State = Literal["begun", "in force", "superseded", "revoked", "retained", "purged"]

_STEPS = (
    """
    CREATE TABLE exchange_letters (
        msg_id TEXT PRIMARY KEY, direction TEXT NOT NULL, kind TEXT NOT NULL,
        sender TEXT NOT NULL, recipients TEXT NOT NULL, created_at TEXT NOT NULL,
        handling TEXT NOT NULL, purpose TEXT NOT NULL, in_reply_to TEXT, supersedes TEXT,
        content TEXT, state TEXT NOT NULL, entry INTEGER
    )
    """,
    """
    CREATE TABLE exchange_letters_basis (
        msg_id TEXT NOT NULL, basis TEXT NOT NULL, PRIMARY KEY (msg_id, basis)
    )
    """,
    """
    CREATE TABLE exchange_letters_awaited (
        msg_id TEXT NOT NULL, about TEXT NOT NULL, recipient TEXT NOT NULL, due_at TEXT NOT NULL,
        answer TEXT, answered_at TEXT, escalated_at TEXT, PRIMARY KEY (msg_id, recipient)
    )
    """,
)
_PUT = text(
    "INSERT INTO exchange_letters (msg_id, direction, kind, sender, recipients, created_at, "
    "handling, purpose, in_reply_to, supersedes, content, state) VALUES (:msg_id, :direction, "
    ":kind, :sender, :recipients, :created_at, :handling, :purpose, :in_reply_to, :supersedes, "
    ":content, :state)"
)
_COLUMNS = (
    "SELECT msg_id, direction, kind, sender, recipients, created_at, handling, purpose, "
    "in_reply_to, supersedes, content, state, entry FROM exchange_letters "
)
_GET = text(_COLUMNS + "WHERE msg_id = :msg_id")
_ALL = text(_COLUMNS + "ORDER BY created_at, msg_id")
_IDS = text("SELECT msg_id FROM exchange_letters")
_BEGUN = text(_COLUMNS + "WHERE state = 'begun'")
_UPDATES = text(
    _COLUMNS + "WHERE direction = 'received' AND sender = :sender AND supersedes = :msg_id "
    "AND kind IN ('correction', 'revocation')"
)
_SET_STATE = text("UPDATE exchange_letters SET state = :state WHERE msg_id = :msg_id")
_SET_ENTRY = text("UPDATE exchange_letters SET entry = :entry WHERE msg_id = :msg_id")
_FORGET = text(
    "UPDATE exchange_letters SET state = 'purged', content = NULL, purpose = '' "
    "WHERE msg_id = :msg_id"
)
_FORGET_CONTENT = text("UPDATE exchange_letters SET content = NULL WHERE msg_id = :msg_id")
_DROP = text("DELETE FROM exchange_letters WHERE msg_id = :msg_id AND state = 'begun'")
_DROP_BASIS = text("DELETE FROM exchange_letters_basis WHERE msg_id = :msg_id")
_PUT_BASIS = text("INSERT INTO exchange_letters_basis (msg_id, basis) VALUES (:msg_id, :basis)")
_BASIS = text("SELECT basis FROM exchange_letters_basis WHERE msg_id = :msg_id ORDER BY basis")
_RESTING = text("SELECT msg_id FROM exchange_letters_basis WHERE basis = :msg_id ORDER BY msg_id")
_AWAIT = text(
    "INSERT INTO exchange_letters_awaited (msg_id, about, recipient, due_at) "
    "VALUES (:msg_id, :about, :recipient, :due_at)"
)
# Whoever answers a revocation has answered every other one of the same packet.
_ANSWER = text(
    "UPDATE exchange_letters_awaited SET answer = :answer, answered_at = :at "
    "WHERE recipient = :recipient AND about = (SELECT about FROM exchange_letters_awaited AS one "
    "WHERE one.msg_id = :msg_id AND one.recipient = :recipient)"
)
_ESCALATE = text(
    "UPDATE exchange_letters_awaited SET escalated_at = :at "
    "WHERE answer IS NULL AND escalated_at IS NULL AND due_at <= :at "
    "RETURNING msg_id, about, recipient"
)
_AWAITED = text(
    "SELECT msg_id, about, recipient, due_at, answer, answered_at, escalated_at "
    "FROM exchange_letters_awaited ORDER BY due_at, msg_id, recipient"
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A packet that was sent or opened.

    Attributes
    ----------
    direction
        ``sent`` or ``received``.
    content
        What it says; None: purged.
    state
        ``begun`` (not sealed to the end), ``in force``, ``superseded`` by a correction,
        ``revoked``, ``retained`` although revoked, or ``purged``.
    entry
        Place in the log; None: not entered yet.
    """

    msg_id: str
    direction: str
    kind: str
    sender: str
    recipients: tuple[str, ...]
    created_at: datetime
    handling: Handling
    purpose: str
    in_reply_to: str | None
    supersedes: str | None
    content: Mapping[str, Any] | None
    state: State
    entry: int | None

    @property
    def told(self) -> Told:
        """The letter as far as its handling goes."""
        return Told(self.msg_id, self.sender, self.recipients, self.handling, self.state)


@dataclass(frozen=True, slots=True)
class Awaited:
    """An answer that a revocation of ours awaits from one recipient.

    Attributes
    ----------
    msg_id
        The revocation.
    about
        The packet that it takes back.
    answer
        ``purged``, ``retained`` or ``acted-on``; None: there is none yet.
    escalated_at
        When it was overdue and told so; None: it is not.
    """

    msg_id: str
    about: str
    recipient: str
    due_at: datetime
    answer: str | None
    answered_at: datetime | None
    escalated_at: datetime | None


class Letters:
    """The letters in a store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        store.migrate("exchange_letters", _STEPS)

    def put(
        self,
        connection: Connection,
        packet: Packet,
        direction: str,
        state: State,
        basis: Iterable[str] = (),
    ) -> None:
        """Enter a packet, and what it rests on."""
        body = packet.body
        connection.execute(
            _PUT,
            {
                "msg_id": body.msg_id,
                "direction": direction,
                "kind": body.kind,
                "sender": packet.sender,
                "recipients": json.dumps(packet.recipients),
                "created_at": written_instant(body.created_at),
                "handling": json.dumps(body.handling.document()),
                "purpose": body.purpose,
                "in_reply_to": body.in_reply_to,
                "supersedes": body.supersedes,
                "content": json.dumps(body.content, ensure_ascii=False),
                "state": state,
            },
        )
        for one in basis:
            connection.execute(_PUT_BASIS, {"msg_id": body.msg_id, "basis": one})

    def drop(self, msg_id: str) -> None:
        """Take out a letter that came to nothing."""
        with self.store.begin() as connection:
            if connection.execute(_DROP, {"msg_id": msg_id}).rowcount:
                connection.execute(_DROP_BASIS, {"msg_id": msg_id})

    def find(self, msg_id: str) -> Letter | None:
        """The letter with an id, or None."""
        with self.store.read() as connection:
            row = connection.execute(_GET, {"msg_id": msg_id}).first()
        return _letter(row) if row else None

    def get(self, msg_id: str) -> Letter:
        """The letter with an id.

        Raises
        ------
        ExchangeError
            If none has it.
        """
        found = self.find(msg_id)
        if found is None:
            raise ExchangeError(
                f"No packet {msg_id[:64]!r} was sent or opened here.",
                hint="'enduse exchange inbox' lists those that were.",
            )
        return found

    def all(self) -> list[Letter]:
        """Every letter, by the time at which it was made."""
        with self.store.read() as connection:
            return [_letter(row) for row in connection.execute(_ALL)]

    def ids(self) -> frozenset[str]:
        """The id of every letter."""
        with self.store.read() as connection:
            return frozenset(connection.execute(_IDS).scalars())

    def begun(self) -> list[Letter]:
        """Letters that somebody seals, or died while sealing."""
        with self.store.read() as connection:
            return [_letter(row) for row in connection.execute(_BEGUN)]

    def updates(self, msg_id: str, sender: str) -> list[Letter]:
        """Corrections and revocations of a packet, by its sender, that were opened."""
        with self.store.read() as connection:
            rows = connection.execute(_UPDATES, {"msg_id": msg_id, "sender": sender})
            return [_letter(row) for row in rows]

    def set_state(self, connection: Connection, msg_id: str, state: State) -> None:
        """Say what became of a letter."""
        connection.execute(_SET_STATE, {"msg_id": msg_id, "state": state})

    def set_entry(self, connection: Connection, msg_id: str, entry: int) -> None:
        """Say where the log speaks of a letter."""
        connection.execute(_SET_ENTRY, {"msg_id": msg_id, "entry": entry})

    def forget(self, connection: Connection, msg_id: str) -> None:
        """Keep of a letter that it was there, and nothing of what it said."""
        connection.execute(_FORGET, {"msg_id": msg_id})

    def forget_content(self, connection: Connection, msg_id: str) -> None:
        """Keep of a sent letter all but what it said."""
        connection.execute(_FORGET_CONTENT, {"msg_id": msg_id})

    def basis(self, msg_id: str) -> tuple[str, ...]:
        """Ids of what a sent letter rests on."""
        with self.store.read() as connection:
            return tuple(connection.execute(_BASIS, {"msg_id": msg_id}).scalars())

    def resting_on(self, msg_id: str) -> list[Letter]:
        """Sent letters that rest on one that was opened."""
        with self.store.read() as connection:
            ids = connection.execute(_RESTING, {"msg_id": msg_id}).scalars().all()
        return [self.get(one) for one in ids]

    def consents(self) -> Sequence[Consent]:
        """Every consent in force that was opened and can be read."""
        given = []
        for letter in self.all():
            if (letter.direction, letter.kind, letter.state) == ("received", "consent", "in force"):
                with suppress(ExchangeError):
                    given.append(read_consent(letter.sender, letter.content or {}, letter.handling))
        return given

    def await_answers(
        self,
        connection: Connection,
        msg_id: str,
        about: str,
        recipients: Iterable[str],
        due_at: datetime,
    ) -> None:
        """Await the answer of each recipient to a revocation."""
        for recipient in recipients:
            connection.execute(
                _AWAIT,
                {
                    "msg_id": msg_id,
                    "about": about,
                    "recipient": recipient,
                    "due_at": written_instant(due_at),
                },
            )

    def answered(
        self, connection: Connection, msg_id: str, recipient: str, answer: str, at: datetime
    ) -> bool:
        """Note an answer to a revocation; whether one was awaited."""
        given = {"msg_id": msg_id, "recipient": recipient, "answer": answer}
        return bool(connection.execute(_ANSWER, given | {"at": written_instant(at)}).rowcount)

    def escalate(self, connection: Connection, now: datetime) -> list[tuple[str, str, str]]:
        """Mark what is overdue; revocation, packet and recipient of each that is so since now."""
        rows = connection.execute(_ESCALATE, {"at": written_instant(now)})
        return [(row.msg_id, row.about, row.recipient) for row in rows]

    def awaited(self) -> list[Awaited]:
        """Every answer that is or was awaited, by its due date."""
        with self.store.read() as connection:
            return [
                Awaited(
                    row.msg_id,
                    row.about,
                    row.recipient,
                    read_instant(row.due_at),
                    row.answer,
                    read_instant(row.answered_at) if row.answered_at else None,
                    read_instant(row.escalated_at) if row.escalated_at else None,
                )
                for row in connection.execute(_AWAITED)
            ]


def _letter(row: Row[Any]) -> Letter:
    return Letter(
        row.msg_id,
        row.direction,
        row.kind,
        row.sender,
        tuple(json.loads(row.recipients)),
        read_instant(row.created_at),
        Handling.read(json.loads(row.handling)),
        row.purpose,
        row.in_reply_to,
        row.supersedes,
        None if row.content is None else json.loads(row.content),
        row.state,
        row.entry,
    )
