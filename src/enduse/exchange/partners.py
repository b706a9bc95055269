"""Partners: other authorities' identities, pinned after two people compared the fingerprint."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text
from sqlalchemy.exc import IntegrityError

from enduse.errors import ExchangeError
from enduse.exchange.fields import now_utc, read_instant, written_instant
from enduse.exchange.fingerprints import check_fingerprint
from enduse.exchange.public_identity import PublicIdentity
from enduse.store import Store

_STEPS = (
    """
    CREATE TABLE exchange_partners (
        authority_id TEXT PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE,
        version INTEGER NOT NULL, document BLOB NOT NULL, pinned_at TEXT NOT NULL,
        revoked_at TEXT, reason TEXT
    )
    """,
    # Every version that was ever held: what it delegated is evidence of who signed what.
    """
    CREATE TABLE exchange_partners_versions (
        authority_id TEXT NOT NULL, version INTEGER NOT NULL, document BLOB NOT NULL,
        accepted_at TEXT NOT NULL, PRIMARY KEY (authority_id, version)
    )
    """,
)

_COLUMNS = "SELECT document, pinned_at, revoked_at, reason FROM exchange_partners "
_BY_ID = text(_COLUMNS + "WHERE authority_id = :id")
_BY_NAME = text(_COLUMNS + "WHERE folded = :folded")
_ALL = text(_COLUMNS + "ORDER BY folded")
_PUT = text(
    "INSERT INTO exchange_partners (authority_id, name, folded, version, document, pinned_at) "
    "VALUES (:id, :name, :folded, :version, :document, :at) "
    "ON CONFLICT (authority_id) DO UPDATE SET name = :name, folded = :folded, "
    "version = :version, document = :document"
)
_REPIN = text(
    "UPDATE exchange_partners SET pinned_at = :at, revoked_at = NULL, reason = NULL "
    "WHERE authority_id = :id"
)
_KEEP_VERSION = text(
    "INSERT INTO exchange_partners_versions (authority_id, version, document, accepted_at) "
    "VALUES (:id, :version, :document, :at) ON CONFLICT DO NOTHING"
)
_REVOKE = text(
    "UPDATE exchange_partners SET revoked_at = :at, reason = :reason WHERE authority_id = :id"
)


@dataclass(frozen=True, slots=True)
class Partner:
    """An authority whose identity is held.

    Attributes
    ----------
    pinned_at
        When its fingerprint was compared last.
    revoked_at
        When we stopped to believe it; None: we do.
    reason
        Why; None while we believe it.
    """

    identity: PublicIdentity
    pinned_at: datetime
    revoked_at: datetime | None
    reason: str | None

    def check_trusted(self, now: datetime) -> None:
        """Refuse a partner that was revoked or whose identity has run out.

        Raises
        ------
        ExchangeError
            In either case.
        """
        if self.revoked_at is not None:
            raise ExchangeError(
                f"{self.identity.name} was revoked here on {written_instant(self.revoked_at)}: "
                f"{self.reason}."
            )
        self.identity.check_unexpired(now)


class Partners:
    """The pinned identities in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.migrate("exchange_partners", _STEPS)

    def pin(self, document: bytes, words: str, now: datetime | None = None) -> Partner:
        """Hold an identity from now on, its fingerprint having been compared in person.

        Pinning a revoked partner anew ends the revocation.

        Raises
        ------
        ExchangeError
            If the identity is not valid, the words are not its fingerprint, it does not follow
            the version that is held, or another partner has its name.
        """
        now = now or now_utc()
        public = PublicIdentity.verify(document, now)
        check_fingerprint(public, words)
        with self._store.begin() as connection:
            self._put(connection, public, now)
            connection.execute(_REPIN, {"id": public.authority_id, "at": written_instant(now)})
        return self.get(public.authority_id)

    def update(self, document: bytes, now: datetime | None = None) -> Partner:
        """Hold a newer version of a pinned identity; two root keys of the held one vouch for it.

        Raises
        ------
        ExchangeError
            If the authority is not pinned, or the version is not valid or does not follow.
        """
        now = now or now_utc()
        public = PublicIdentity.verify(document, now)
        with self._store.begin() as connection:
            if _found(connection.execute(_BY_ID, {"id": public.authority_id}).first()) is None:
                raise ExchangeError(
                    f"{public.name} is not pinned.",
                    hint="Compare its fingerprint in person and pin it.",
                )
            self._put(connection, public, now)
        return self.get(public.authority_id)

    def find(self, authority_id: str) -> Partner | None:
        """The partner with an authority id, revoked or not; None: not pinned."""
        with self._store.read() as connection:
            return _found(connection.execute(_BY_ID, {"id": authority_id}).first())

    def get(self, name: str) -> Partner:
        """The partner with a name or an authority id, revoked or not.

        Raises
        ------
        ExchangeError
            If none is pinned.
        """
        with self._store.read() as connection:
            partner = _found(connection.execute(_BY_ID, {"id": name}).first()) or _found(
                connection.execute(_BY_NAME, {"folded": _folded(name)}).first()
            )
        if partner is None:
            raise ExchangeError(
                f"No partner '{name[:120]}' is pinned.",
                hint="'enduse exchange partners' lists those that are.",
            )
        return partner

    def list(self) -> tuple[Partner, ...]:
        """Every partner that was ever pinned, by name."""
        with self._store.read() as connection:
            found = (_found(row) for row in connection.execute(_ALL))
            return tuple(partner for partner in found if partner is not None)

    def revoke(self, name: str, reason: str, now: datetime | None = None) -> Partner:
        """Stop to believe a partner: nothing from it opens and nothing is sealed to it.

        Raises
        ------
        ExchangeError
            If no partner with the name or authority id is pinned.
        """
        partner = self.get(name)
        at = written_instant(now or now_utc())
        with self._store.begin() as connection:
            connection.execute(
                _REVOKE, {"id": partner.identity.authority_id, "at": at, "reason": reason}
            )
        return self.get(partner.identity.authority_id)

    def _put(self, connection: Connection, public: PublicIdentity, now: datetime) -> None:
        held = _found(connection.execute(_BY_ID, {"id": public.authority_id}).first())
        if held is not None:
            public.check_follows(held.identity)
        values = {
            "id": public.authority_id,
            "name": public.name,
            "folded": _folded(public.name),
            "version": public.version,
            "document": public.document,
            "at": written_instant(now),
        }
        try:
            connection.execute(_PUT, values)
        except IntegrityError:
            raise ExchangeError(
                f"Another partner is already pinned under the name '{public.name}'."
            ) from None
        connection.execute(_KEEP_VERSION, values)


def _found(row: Row[Any] | None) -> Partner | None:
    if row is None:
        return None
    document, pinned_at, revoked_at, reason = tuple(row)
    return Partner(
        PublicIdentity.read(bytes(document)),
        read_instant(pinned_at),
        read_instant(revoked_at) if revoked_at else None,
        reason,
    )


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
