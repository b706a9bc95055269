"""Opening a commitment: one key of a session, at its position, with the paths that prove it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import text

from enduse.errors import ExchangeError
from enduse.exchange.fields import Fields, written_raw
from enduse.exchange.matching import trees
from enduse.exchange.matching.desk import Desk, Session
from enduse.exchange.matching.documents import (
    FORMAT,
    LARGEST_BUCKET,
    SESSION,
    TAG,
    Reply,
    Request,
)
from enduse.exchange.matching.families import LONGEST_KEY, check_normal, family_of
from enduse.exchange.matching.group import ELEMENT, base_times, times
from enduse.exchange.matching.holdings import LONGEST_RECORD, Key, Secret, Side, padding_tag
from enduse.exchange.matching.voprf import Voprf, output
from enduse.exchange.packets import canonical
from enduse.store import merkle
from enduse.store.entries import commit

BLOCK = 16 * 1024
"""Bytes of an opening in a body, filled up with spaces: its length says nothing."""

_KEEP = text(
    "INSERT INTO matching_openings (session, side, kind, position, document) "
    "VALUES (:session, :side, :kind, :position, :document) ON CONFLICT DO NOTHING"
)
_KEPT = text(
    "SELECT document FROM matching_openings WHERE session = :session AND side = :side "
    "AND kind = :kind AND position = :position"
)


@dataclass(frozen=True, slots=True)
class Opening:
    """What one side held at a position.

    Attributes
    ----------
    salt
        With the record's commitment and the key, it gives the commitment at the position.
    record
        Salt and bytes of the record; None where only the key is opened.
    keys_path, sent_path
        Merkle paths to the roots over the commitments, and over what was sent: blinded keys of
        the client, tags of the server.
    sent
        Of the client the blind of the key, of the server the evaluated key; zeros for its padding.
    """

    position: int
    key: str
    salt: bytes
    record_commitment: bytes
    record: tuple[bytes, bytes] | None
    keys_path: tuple[bytes, ...]
    sent_path: tuple[bytes, ...]
    sent: bytes

    def written(self) -> bytes:
        """The opening as one block of a body."""
        said = canonical.dumps(
            {
                "position": self.position,
                "key": self.key,
                "salt": written_raw(self.salt),
                "record_commitment": written_raw(self.record_commitment),
                "record": [written_raw(part) for part in self.record or ()],
                "keys_path": [written_raw(one) for one in self.keys_path],
                "sent_path": [written_raw(one) for one in self.sent_path],
                "sent": written_raw(self.sent),
            }
        )
        return said.ljust(BLOCK)

    @classmethod
    def read(cls, block: bytes) -> Opening:
        """The opening in a block.

        Raises
        ------
        ExchangeError
            If a field is missing, unknown or impossible.
        """
        what = "An opening"
        said = canonical.loads(block.rstrip(b" "), max_depth=3, canonical=True, what=what)
        fields = Fields(said, what)
        record = _raws(fields, "record", 2)
        opening = cls(
            position=fields.whole_number("position", 0, LARGEST_BUCKET - 1),
            key=fields.text("key", most=LONGEST_KEY),
            salt=fields.raw("salt", 32),
            record_commitment=fields.raw("record_commitment", 32),
            record=(record[0], record[1]) if len(record) == 2 else None,
            keys_path=_raws(fields, "keys_path", 20),
            sent_path=_raws(fields, "sent_path", 20),
            sent=fields.raw("sent", ELEMENT),
        )
        fields.done()
        return opening

    @property
    def is_padding(self) -> bool:
        """Whether nothing is opened but padding."""
        return family_of(self.key) == "P"

    @property
    def element(self) -> bytes:
        """The element that the key stands for."""
        return Voprf().element(self.key.encode())

    def check(self, request: Request, reply: Reply, side: Side) -> None:
        """Refuse an opening that is not what its side was bound to.

        Raises
        ------
        ExchangeError
            If the key is not in its normal form or another, or another record, was committed to
            or sent.
        """
        check_normal(self.key, list(request.families), side)
        bound = commit(self.salt, self.record_commitment + self.key.encode())
        if self.record and (
            commit(*self.record) != self.record_commitment or len(self.record[1]) > LONGEST_RECORD
        ):
            raise ExchangeError(f"The {side} opens another record than it was bound to.")
        if side == "client":
            size, keys_root, sent_root = request.bucket, request.keys_root, request.blinded_root
            sent = base_times(self.sent) if self.is_padding else times(self.sent, self.element)
        else:
            size, keys_root, sent_root = reply.held, reply.keys_root, reply.tags_root
            sent = output(self.key.encode(), self.sent)[:TAG]
            sent = padding_tag(self.key) if self.is_padding else sent
        for leaf, path, root in (
            (bound, self.keys_path, keys_root),
            (sent, self.sent_path, sent_root),
        ):
            if not merkle.includes(merkle.leaf_hash(leaf), self.position, size, path, root):
                raise ExchangeError(f"The {side} opens another key than it was bound to.")


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens positions of one side of a session.

    Attributes
    ----------
    sent
        What was sent at each position: blinded keys or tags.
    value
        The blind, or the evaluated key, at a position.
    """

    secret: Secret
    held: Sequence[Key]
    sent: Sequence[bytes]
    value: Callable[[int], bytes]

    def opened(self, positions: Sequence[int], *, records: bool) -> list[Opening]:
        """The openings of some positions, with their records or without.

        Raises
        ------
        ExchangeError
            If there is no such position.
        """
        if any(not 0 <= position < len(self.held) for position in positions):
            raise ExchangeError("A position is asked that the session does not have.")
        keys_path = trees.paths(self.secret.commitments(self.held))
        sent_path = trees.paths(self.sent)
        openings = []
        for position in positions:
            key = self.held[position]
            salt, record_salt = self.secret.salts(position)
            openings.append(
                Opening(
                    position,
                    key.text,
                    salt,
                    commit(record_salt, key.record),
                    (record_salt, key.record) if records else None,
                    keys_path(position),
                    sent_path(position),
                    self.value(position),
                )
            )
        return openings


def keep(desk: Desk, session: Session, kind: str, position: int, document: bytes) -> None:
    """Keep a document about a position and log it; the first one stays."""
    with desk.store.begin() as connection:
        values = {
            "session": session.session,
            "side": session.side,
            "kind": kind,
            "position": position,
            "document": document,
        }
        if connection.execute(_KEEP, values).rowcount:
            about = hashlib.sha256(document).hexdigest()
            desk.log(connection, kind, session.session, position=position, document=about)


def kept(desk: Desk, session: Session, kind: str, position: int) -> bytes | None:
    """The document about a position that was kept; None if there is none."""
    asked = {
        "session": session.session,
        "side": session.side,
        "kind": kind,
        "position": position,
    }
    with desk.store.read() as connection:
        document = connection.execute(_KEPT, asked).scalar_one_or_none()
    return None if document is None else bytes(document)


def settled(desk: Desk, session: Session) -> tuple[Request, Reply]:
    """Request and reply of a session that both sides have settled.

    Raises
    ------
    ExchangeError
        If it was not answered yet.
    """
    if session.state not in ("finished", "responded"):
        raise ExchangeError(
            f"The session {session.session[:12]} is {session.state}: nothing can be opened of it "
            "before it was answered and the answer was verified."
        )
    return desk.own_request(session), desk.kept_reply(session)


def written(session: str, **said: object) -> bytes:
    """A document about openings as canonical JSON."""
    return canonical.dumps({"format": FORMAT, "session": session, **said})


def read(payload: bytes, what: str) -> tuple[Fields, str]:
    """The fields of a document about openings, and its session.

    Raises
    ------
    ExchangeError
        If it is malformed or of an unknown version.
    """
    fields = Fields(canonical.loads(payload, max_depth=3, canonical=True, what=what), what)
    if fields.value("format") != FORMAT:
        raise ExchangeError(f"{what} is of a version of the protocol that is not known.")
    return fields, fields.text("session", pattern=SESSION)


def _raws(fields: Fields, name: str, most: int) -> tuple[bytes, ...]:
    return tuple(Fields({"one": one}, name).raw("one") for one in fields.items(name, most))
