"""Which mailbox holds what is for whom; each side tells its own to each partner in person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import text

from enduse.engine.files import whole_file
from enduse.errors import ExchangeError
from enduse.exchange.carriers import FolderMailbox, Mailbox, check_name, chunks, new_mailbox_id
from enduse.exchange.fields import now_utc
from enduse.exchange.incoming import Arrived, receive
from enduse.exchange.office import Office
from enduse.exchange.packets.ledger import ReplayedError

_STEPS = (
    """
    CREATE TABLE exchange_mailboxes (
        partner TEXT NOT NULL, direction TEXT NOT NULL, mailbox TEXT NOT NULL,
        PRIMARY KEY (partner, direction)
    )
    """,
)
_GET = text(
    "SELECT mailbox FROM exchange_mailboxes WHERE partner = :partner AND direction = :direction"
)
_PUT = text(
    "INSERT INTO exchange_mailboxes (partner, direction, mailbox) "
    "VALUES (:partner, :direction, :mailbox) "
    "ON CONFLICT (partner, direction) DO UPDATE SET mailbox = :mailbox"
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that was fetched.

    Attributes
    ----------
    arrived
        What it was; None: it was refused.
    refusal
        Why it was refused; empty: it was not.
    """

    digest: str
    arrived: Arrived | None
    refusal: str


class Mailboxes:
    """The mailboxes of an office: one for each partner and direction."""

    def __init__(self, office: Office) -> None:
        self._office = office
        office.store.migrate("exchange_mailboxes", _STEPS)

    def ours(self, partner: str) -> str:
        """Where a partner leaves what is for us; made when it is first asked for.

        Tell it to that partner alone: who knows it may read, add and remove, though not open.

        Raises
        ------
        ExchangeError
            If the partner is not pinned.
        """
        authority = self._office.authority(partner)
        found = self._find(authority, "in")
        if found is None:
            found = new_mailbox_id()
            self._put(authority, "in", found)
        return found

    def theirs(self, partner: str) -> str:
        """Where we leave what is for a partner.

        Raises
        ------
        ExchangeError
            If it has not told its mailbox.
        """
        authority = self._office.authority(partner)
        found = self._find(authority, "out")
        if found is None:
            raise ExchangeError(
                f"The mailbox of {self._office.name(authority)} is not known.",
                hint="Ask for what their 'enduse exchange mailbox' prints for you, and give it to "
                "'enduse exchange mailbox NAME --set ID'.",
            )
        return found

    def set_theirs(self, partner: str, mailbox: str) -> None:
        """Keep where a partner wants what is for it.

        Raises
        ------
        UsageError
            If it is no mailbox id.
        """
        self._put(self._office.authority(partner), "out", check_name(mailbox, "mailbox id"))

    def send(self, carrier: Mailbox, path: Path, partner: str) -> str:
        """Leave a sealed file for a partner; answers its digest at the carrier.

        Raises
        ------
        ExchangeError
            If the file cannot be read, or the carrier refuses.
        """
        where = self.theirs(partner)
        try:
            with path.open("rb") as blob:
                digest = carrier.put(where, blob)
        except OSError as error:
            raise ExchangeError(f"{path} cannot be read: {error.strerror}.") from None
        with self._office.store.begin() as connection:
            self._office.note(connection, "sent", now_utc(), to=partner, sha256=digest)
        return digest

    def fetch(self, carrier: Mailbox, now: datetime | None = None) -> Iterator[Fetched]:
        """Fetch and open what every partner has left for us.

        Everything is removed from the carrier. What is refused is kept in ``exchange/refused`` of
        the workspace, for a person to look at, unless it was opened before. One process fetches
        at a time.

        Raises
        ------
        ExchangeError
            If the carrier cannot be reached, or lies.
        """
        folder = self._office.settings.workspace / "exchange" / "arrived"
        with self._office.alone(at="fetching"):
            for left in sorted(folder.glob("*.sealed")):
                # By a process that died before it opened it.
                yield self._take(left, now)
            for partner in self._office.partners.list():
                where = self._find(partner.identity.authority_id, "in")
                if where is None:
                    continue
                for deposit in carrier.list(where):
                    path = folder / f"{deposit.digest}.sealed"
                    with carrier.get(where, deposit.digest) as blob:
                        _write(path, blob)
                    fetched = self._take(path, now)
                    carrier.remove(where, deposit.digest)
                    yield fetched

    def _take(self, path: Path, now: datetime | None) -> Fetched:
        try:
            arrived = receive(self._office, path, now)
        except ReplayedError as refusal:
            # It is held already; a second copy would outlive a purge.
            path.unlink()
            return Fetched(path.stem, None, str(refusal))
        except ExchangeError as refusal:
            refused = path.parent.parent / "refused" / path.name
            refused.parent.mkdir(exist_ok=True)
            path.replace(refused)
            return Fetched(path.stem, None, str(refusal))
        path.unlink()
        return Fetched(path.stem, arrived, "")

    def _find(self, authority: str, direction: str) -> str | None:
        with self._office.store.read() as connection:
            found: str | None = connection.execute(
                _GET, {"partner": authority, "direction": direction}
            ).scalar()
        return found

    def _put(self, authority: str, direction: str, mailbox: str) -> None:
        with self._office.store.begin() as connection:
            connection.execute(
                _PUT, {"partner": authority, "direction": direction, "mailbox": mailbox}
            )


def _write(path: Path, blob: BinaryIO) -> None:
    with whole_file(path) as part, part.open("xb") as file:
        for piece in chunks(blob):
            file.write(piece)


@contextmanager
def carrier(
    office: Office,
    passphrase: str,
    relay: str | None,
    certificate: Path | None,
    folder: Path | None,
) -> Iterator[Mailbox]:
    """A relay, or a folder or stick.

    Raises
    ------
    ExchangeError
        If not just one of them is named, or a relay without its certificate.
    """
    if (relay is None) == (folder is None):
        raise ExchangeError(
            "Nothing says by which way.", hint="Name either --relay URL or --folder DIR."
        )
    if folder is not None:
        yield FolderMailbox(folder)
        return
    from enduse.exchange.relay.client import RelayMailbox
    from enduse.exchange.relay.credentials import read_certificate
    from enduse.exchange.relay.serving import credential

    assert relay is not None
    pinned = office.settings.workspace / "keys" / "relay-pinned.crt"
    if certificate is not None:
        with whole_file(pinned) as part:
            part.write_bytes(read_certificate(certificate))
    if not pinned.exists():
        raise ExchangeError(
            "The relay's certificate is not pinned.",
            hint="Name it once, with --relay-certificate FILE.",
        )
    own = credential(office.settings, "relay-client", passphrase)
    with RelayMailbox(relay, own, read_certificate(pinned)) as mailbox:
        yield mailbox
