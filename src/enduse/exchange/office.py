"""An authority's office for exchange: its identity, partners, letters and log in one workspace."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from enduse.engine.files import storage_error
from enduse.errors import ExchangeError
from enduse.exchange.fields import now_utc, written_instant
from enduse.exchange.heads import sign_head
from enduse.exchange.identity import Identity
from enduse.exchange.letters import Letters
from enduse.exchange.packets.ledger import Ledger
from enduse.exchange.partners import Partners
from enduse.settings import Settings
from enduse.store import Log, Store, open_store

LOG = "exchange"
"""Name of the log of everything that was sent, opened, asked and answered."""


@dataclass(frozen=True, slots=True)
class Office:
    """Everything that an exchange needs, opened once for a command.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     settings = Settings(workspace=Path(folder))
    ...     _ = Identity.create(settings.workspace / "keys", "Customs", "correct horse battery")
    ...     office = Office.open(settings, "correct horse battery")
    ...     print(office.name(office.identity.authority_id), office.letters.all())
    ...     office.close()
    Customs []
    """

    settings: Settings
    identity: Identity
    store: Store
    partners: Partners
    ledger: Ledger
    letters: Letters
    log: Log

    @classmethod
    def open(cls, settings: Settings, passphrase: str, now: datetime | None = None) -> Office:
        """The office of a workspace.

        What a process that died left undone is done, and revocations that are overdue are
        escalated.

        Raises
        ------
        ExchangeError
            If the workspace has no identity, or the passphrase is wrong.
        StorageError
            If the store cannot be opened.
        """
        from enduse.exchange.incoming import catch_up
        from enduse.exchange.outgoing import settle
        from enduse.exchange.revoking import escalate

        identity = Identity.open(settings.workspace / "keys", passphrase)
        store = open_store(settings)
        office = cls(
            settings,
            identity,
            store,
            Partners(store),
            Ledger(store),
            Letters(store),
            Log.open(store, LOG),
        )
        try:
            now = now or now_utc()
            with office.alone(wait=False) as is_alone:
                # Whoever else is at work here does the same when it begins.
                if is_alone:
                    settle(office, now)
                    catch_up(office, now)
            escalate(office, now)
        except BaseException:
            store.close()
            raise
        return office

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    @contextmanager
    def alone(self, *, wait: bool = True, at: str = "letters") -> Iterator[bool]:
        """Keep other processes from sending and opening here until the block ends.

        Parameters
        ----------
        wait
            Wait for who is at it; otherwise it is answered whether nobody was.
        at
            What is kept for us.
        """
        path = self.settings.workspace / "exchange" / f".{at}"
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = path.open("ab")
        except OSError as error:
            raise storage_error(path, error) from error
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    @property
    def received(self) -> Path:
        """Where opened packets lie, a folder each."""
        return self.settings.workspace / "exchange" / "received"

    def name(self, authority_id: str) -> str:
        """What an authority is called here."""
        if authority_id == self.identity.authority_id:
            return self.identity.name
        partner = self.partners.find(authority_id)
        return partner.identity.name if partner else f"{authority_id[:16]}…"

    def authority(self, name: str) -> str:
        """The authority id of a pinned partner, by its name or the id.

        Raises
        ------
        ExchangeError
            If none is pinned.
        """
        return self.partners.get(name).identity.authority_id

    def note(self, connection: Connection, event: str, now: datetime, **facts: Any) -> int:
        """Enter an event in the log; answers its place."""
        entry = {"event": event, "at": written_instant(now), **facts}
        raw = json.dumps(entry, ensure_ascii=False, sort_keys=True).encode()
        return self.log.append([raw], connection=connection)[0]

    def head(self, now: datetime) -> bytes:
        """The signed head of the log, as packets carry it."""
        return sign_head(self.identity, self.log.head(), now)

    def overview(self) -> list[Mapping[str, Any]]:
        """Every packet, in words."""
        return [
            {
                "msg_id": letter.msg_id,
                "direction": letter.direction,
                "kind": letter.kind,
                "from": self.name(letter.sender),
                "to": [self.name(one) for one in letter.recipients],
                "created_at": written_instant(letter.created_at),
                "handling": letter.handling.document(),
                "purpose": letter.purpose,
                "in_reply_to": letter.in_reply_to,
                "supersedes": letter.supersedes,
                "state": letter.state,
            }
            for letter in self.letters.all()
        ]


def wrong_kind(letter_id: str, kind: str, wanted: str) -> ExchangeError:
    """The refusal of a packet of another kind."""
    return ExchangeError(f"Packet {letter_id} is a {kind}, not a {wanted}.")
