"""The desk of an authority at which private matches are asked and answered, and what it keeps."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from sqlalchemy import Connection, Row, text
from sqlalchemy.exc import IntegrityError

from enduse.errors import ExchangeError
from enduse.exchange.fields import now_utc, written_instant
from enduse.exchange.identity import Identity
from enduse.exchange.keys import encryption_point
from enduse.exchange.matching.documents import TYPE, Reply, Request, digest
from enduse.exchange.matching.holdings import Secret, Side
from enduse.exchange.packets import canonical, envelope
from enduse.exchange.partners import Partner, Partners
from enduse.exchange.public_identity import PublicIdentity
from enduse.store import Log, Store

LOG = "matching"
"""The log in which every step of every session stands, with what was opened."""

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

_STEPS = (
    """
    CREATE TABLE matching_sessions (
        session TEXT NOT NULL, side TEXT NOT NULL, partner TEXT NOT NULL, state TEXT NOT NULL,
        asked TEXT, secret BLOB NOT NULL, sealed_to TEXT NOT NULL, request BLOB, reply BLOB,
        at TEXT NOT NULL, PRIMARY KEY (session, side)
    )
    """,
    """
    CREATE TABLE matching_officers (
        key_id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, document BLOB NOT NULL,
        enrolled_at TEXT NOT NULL, dismissed_at TEXT
    )
    """,
    """
    CREATE TABLE matching_approvals (
        session TEXT NOT NULL, key_id TEXT NOT NULL, families TEXT NOT NULL,
        document BLOB NOT NULL, PRIMARY KEY (session, key_id, families)
    )
    """,
    "CREATE TABLE matching_quotas (partner TEXT PRIMARY KEY, keys INTEGER NOT NULL)",
    """
    CREATE TABLE matching_uses (
        partner TEXT NOT NULL, session TEXT NOT NULL, period TEXT NOT NULL,
        keys INTEGER NOT NULL, PRIMARY KEY (partner, session)
    )
    """,
    """
    CREATE TABLE matching_openings (
        session TEXT NOT NULL, side TEXT NOT NULL, kind TEXT NOT NULL, position INTEGER NOT NULL,
        document BLOB NOT NULL, PRIMARY KEY (session, side, kind, position)
    )
    """,
)
_COLUMNS = "SELECT session, side, partner, state, secret, sealed_to, request, reply, at "
_SESSION = text(_COLUMNS + "FROM matching_sessions WHERE session = :session AND side = :side")
_ASKED = text(
    _COLUMNS + "FROM matching_sessions WHERE side = 'client' AND asked = :asked "
    "AND state IN ('preparing', 'requested') ORDER BY at DESC"
)
_SESSIONS = text(_COLUMNS + "FROM matching_sessions ORDER BY at, session, side")
_OPEN = text(
    "INSERT INTO matching_sessions "
    "(session, side, partner, state, asked, secret, sealed_to, request, at) "
    "VALUES (:session, :side, :partner, :state, :asked, :secret, :sealed_to, :request, :at)"
)
_MOVE = text(
    "UPDATE matching_sessions SET state = :state, request = coalesce(:request, request), "
    "reply = coalesce(:reply, reply) WHERE session = :session AND side = :side AND state = :before"
)


@dataclass(frozen=True, slots=True)
class Session:
    """One side of a session as it is kept.

    Attributes
    ----------
    state
        Of the client: preparing, requested, finished. Of the server: approving, responding,
        responded. Of both: forgotten.
    request, reply
        Envelopes; None until there are any.
    """

    session: str
    side: Side
    partner: str
    state: str
    secret: bytes
    sealed_to: str
    request: bytes | None
    reply: bytes | None
    at: str


@dataclass(frozen=True, slots=True)
class Desk:
    """All that a step of a session needs: who we are, whom we know, and where things are kept.

    Attributes
    ----------
    identity
        Ours, unlocked.
    store
        The workspace's database: sessions, officers, approvals, quotas and the log.
    folder
        Where the keys of sessions are kept (``<workspace>/matching``).
    threads
        Cores to use.
    """

    identity: Identity
    store: Store
    folder: Path
    threads: int = 1
    clock: Callable[[], datetime] = now_utc

    @classmethod
    def open(
        cls,
        identity: Identity,
        store: Store,
        folder: Path,
        *,
        threads: int = 1,
        clock: Callable[[], datetime] = now_utc,
    ) -> Desk:
        """The desk, its tables made if the store has none.

        Raises
        ------
        StorageError
            If the store cannot be written.
        """
        store.migrate("matching", _STEPS)
        Log.open(store, LOG)
        return cls(identity, store, folder, threads, clock)

    def partner(self, name: str) -> PublicIdentity:
        """A pinned partner that is still believed, by name or authority id.

        Raises
        ------
        ExchangeError
            If none is.
        """
        return self._trusted(Partners(self.store).get(name)).identity

    def signed(self, kind: str, payload: bytes) -> bytes:
        """A document in an envelope, signed with our matching key."""
        key = self.identity.signing_key("matching", self.clock())
        return envelope.sign(TYPE % kind, payload, [key])

    def verified(self, kind: str, document: bytes) -> tuple[PublicIdentity, bytes]:
        """The pinned partner that signed a document, and its payload, not parsed yet.

        Raises
        ------
        ExchangeError
            If no matching key of a pinned partner has signed it.
        """
        what = f"The {kind}"
        claimed = set(envelope.signers(document, TYPE % kind, what=what))
        for partner in Partners(self.store).list():
            keys = partner.identity.keys("matching", self.clock())
            if claimed & set(keys):
                known = self._trusted(partner).identity
                return known, envelope.verify(document, TYPE % kind, keys, what=what)
        raise ExchangeError(
            f"{what} is not signed with a matching key of any partner that is pinned here.",
            hint="Pin the partner, or its newer identity, first.",
        )

    def session(self, session: str, side: Side, connection: Connection | None = None) -> Session:
        """Our side of a session.

        Raises
        ------
        ExchangeError
            If there is none.
        """
        found = self.find(session, side, connection)
        if found is None:
            raise ExchangeError(
                f"There is no session {session[:12]} here in which we are the {side}."
            )
        return found

    def find(
        self, session: str, side: Side, connection: Connection | None = None
    ) -> Session | None:
        """Our side of a session; None if there is none.

        Raises
        ------
        ExchangeError
            If it was forgotten.
        """
        asked = {"session": session, "side": side}
        if connection is None:
            with self.store.read() as own:
                found = _session(own.execute(_SESSION, asked).first())
        else:
            found = _session(connection.execute(_SESSION, asked).first())
        if found is not None and found.state == "forgotten":
            raise ExchangeError(
                f"The session {session[:12]} was forgotten here: nothing of it can be opened any "
                "more.",
                hint="Ask anew.",
            )
        return found

    def sessions(self) -> list[Session]:
        """Every session, forgotten ones too, by the time at which it began."""
        with self.store.read() as connection:
            rows = connection.execute(_SESSIONS).all()
        return [found for row in rows if (found := _session(row)) is not None]

    def unanswered(self, asked: str) -> Session | None:
        """Our session for the same request, if it was not answered and did not run out yet."""
        with self.store.read() as connection:
            found = _session(connection.execute(_ASKED, {"asked": asked}).first())
        if found is not None and found.request is not None:
            sent = self.own_request(found)
            return found if sent.not_after > self.clock() else None
        return found

    def begin(
        self,
        connection: Connection,
        side: Side,
        partner: str,
        *,
        session: str | None = None,
        asked: str | None = None,
        request: bytes | None = None,
    ) -> Session:
        """A new session, with a secret of its own.

        Raises
        ------
        ExchangeError
            If the session exists already.
        """
        session = session or secrets.token_hex(16)
        state = "preparing" if side == "client" else "approving"
        sealed_to, sealed = self._sealed(secrets.token_bytes(32), session, side)
        at = written_instant(self.clock())
        values = {
            "session": session,
            "side": side,
            "partner": partner,
            "state": state,
            "asked": asked,
            "secret": sealed,
            "sealed_to": sealed_to,
            "request": request,
            "at": at,
        }
        try:
            connection.execute(_OPEN, values)
        except IntegrityError:
            raise ExchangeError(f"The session {session[:12]} has begun already.") from None
        return Session(session, side, partner, state, sealed, sealed_to, request, None, at)

    def move(
        self,
        connection: Connection,
        session: Session,
        state: str,
        *,
        request: bytes | None = None,
        reply: bytes | None = None,
    ) -> None:
        """Take a session to its next state.

        Raises
        ------
        ExchangeError
            If another program has moved it meanwhile.
        """
        values = {
            "session": session.session,
            "side": session.side,
            "before": session.state,
            "state": state,
            "request": request,
            "reply": reply,
        }
        if connection.execute(_MOVE, values).rowcount != 1:
            raise ExchangeError(
                f"The session {session.session[:12]} was moved on by another program meanwhile."
            )

    def log(self, connection: Connection, step: str, session: str, **said: Any) -> None:
        """Enter a step in the log, in the transaction that takes it."""
        entry = {"step": step, "session": session, "at": written_instant(self.clock()), **said}
        Log(self.store, LOG).append([canonical.dumps(entry)], connection=connection)

    def secret(self, session: Session) -> Secret:
        """The secret of our side of a session.

        Raises
        ------
        ExchangeError
            If the encryption key to which it is sealed was destroyed since.
        """
        info = _info(session.session, session.side)
        for key in self.identity.decryption_keys():
            if key.key_id == session.sealed_to:
                try:
                    return Secret(_SUITE.decrypt(session.secret, key.private, info))
                except InvalidTag:
                    raise ExchangeError(
                        f"The secret of the session {session.session[:12]} was altered."
                    ) from None
        raise ExchangeError(
            f"The secret of the session {session.session[:12]} went with the encryption key to "
            "which it was sealed: nothing of the session can be opened any more."
        )

    def room(self, session: Session) -> Path:
        """Where the keys of our side of a session are kept."""
        return self.folder / f"{session.session}-{session.side}.keys"

    def blinded(self, session: Session) -> Path:
        """Where the client keeps its blinded keys, as it sent them."""
        return self.folder / f"{session.session}-client.blinded"

    def hits(self, session: Session) -> Path:
        """Where the client keeps which of its keys the server holds, and where."""
        return self.folder / f"{session.session}-client.hits"

    def own_request(self, session: Session) -> Request:
        """The request of a session that is kept here.

        Raises
        ------
        ExchangeError
            If there is none yet.
        """
        if session.request is None:
            raise ExchangeError(f"The session {session.session[:12]} has no request yet.")
        return Request.read(_payload("request", session.request))

    def kept_reply(self, session: Session) -> Reply:
        """The reply of a session that is kept here.

        Raises
        ------
        ExchangeError
            If there is none yet.
        """
        if session.reply is None:
            raise ExchangeError(f"The session {session.session[:12]} has no reply yet.")
        return Reply.read(_payload("reply", session.reply))

    def _trusted(self, partner: Partner) -> Partner:
        partner.check_trusted(self.clock())
        return partner

    def _sealed(self, secret: bytes, session: str, side: Side) -> tuple[str, bytes]:
        delegation = self.identity.public().delegated("encryption", self.clock())
        if delegation is None:
            raise ExchangeError(
                f"No encryption key of {self.identity.name} is valid now.",
                hint="Rotate it with the root.",
            )
        point = encryption_point(delegation.key)
        return delegation.key.key_id, _SUITE.encrypt(secret, point, _info(session, side))


def check_answers(envelope_sent: bytes | None, named: str) -> None:
    """Refuse a document that answers another one than was sent.

    Raises
    ------
    ExchangeError
        If it does.
    """
    if envelope_sent is None or digest(envelope_sent) != named:
        raise ExchangeError("The answer is to another document than the one of this session.")


def _payload(kind: str, document: bytes) -> bytes:
    """The payload of an envelope that was verified when it was kept."""
    return envelope.unverified(document, TYPE % kind, max_bytes=canonical.MAX_BYTES)


def _info(session: str, side: Side) -> bytes:
    return f"enduse.match.secret/1 {session} {side}".encode()


def _session(row: Row[Any] | None) -> Session | None:
    if row is None:
        return None
    name, side, partner, state, secret, sealed_to, request, reply, at = tuple(row)
    return Session(
        name,
        side,
        partner,
        state,
        bytes(secret),
        sealed_to,
        None if request is None else bytes(request),
        None if reply is None else bytes(reply),
        at,
    )
