"""Authorities for the tests: each with keys, a store and an inbox of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from enduse.exchange import packets
from enduse.exchange.fingerprints import fingerprint
from enduse.exchange.identity import Identity, root_key
from enduse.exchange.keyfiles import Cost
from enduse.exchange.keys import SigningKey
from enduse.exchange.packets import Body, Handling, Onward, Opened
from enduse.exchange.packets.ledger import Ledger
from enduse.exchange.partners import Partner, Partners
from enduse.settings import Settings
from enduse.store import open_store

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
PASSPHRASE = "nine green bottles"
CHEAP = Cost(n=2**10)


@dataclass(frozen=True, slots=True)
class Authority:
    """One side: what it holds and where."""

    folder: Path
    identity: Identity
    partners: Partners
    ledger: Ledger

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    def partner(self, other: Authority) -> Partner:
        return self.partners.get(other.identity.authority_id)

    def root(self, *numbers: int) -> list[SigningKey]:
        folder = self.identity.folder / "root"
        return [root_key(folder / f"{number}.key", PASSPHRASE) for number in numbers or (1, 2)]

    def seal(
        self,
        *recipients: Authority,
        body: Body | None = None,
        attach: tuple[Path, ...] = (),
        name: str = "packet.sealed",
        now: datetime = NOW,
    ) -> Path:
        """A sealed file from this side; the folder of several where there are several."""
        out = self.folder / "out" / name
        partners = [self.partner(other) for other in recipients]
        packets.seal(body or tip(), attach, self.identity, partners, self.ledger, out, now)
        return out

    def open(self, path: Path, now: datetime = NOW) -> Opened:
        return packets.open(path, self.identity, self.partners, self.ledger, self.inbox, now)

    def stored(self) -> list[str]:
        """Every file in the inbox but the lock."""
        return sorted(
            str(path.relative_to(self.inbox))
            for path in self.inbox.rglob("*")
            if path.is_file() and path.name != ".opening"
        )


def authority(folder: Path, name: str, now: datetime = NOW, database_url: str = "") -> Authority:
    identity = Identity.create(folder / "keys", name, PASSPHRASE, cost=CHEAP, now=now)
    store = open_store(Settings(workspace=folder, database_url=database_url))
    return Authority(folder, identity, Partners(store), Ledger(store))


def introduce(*authorities: Authority, now: datetime = NOW) -> None:
    """Let each pin all the others."""
    for here in authorities:
        for there in authorities:
            if here is not there:
                public = there.identity.public()
                here.partners.pin(public.document, fingerprint(public), now)


def handling(**changes: Any) -> Handling:
    return Handling(
        **{
            "tlp": "amber",
            "pap": "amber",
            "onward": Onward("ask"),
            "not_after": NOW + timedelta(days=30),
            **changes,
        }
    )


def tip(kind: Any = "tip", content: Mapping[str, Any] | None = None, **changes: Any) -> Body:
    return Body(
        **{
            "kind": kind,
            "purpose": "to stop microelectronics on their way to a weapons plant",
            "legal_basis": "agreement of 2024, article 5",
            "handling": handling(),
            "content": content or {"text": "Aero Parts LLC buys for the plant."},
            "created_at": NOW,
            **changes,
        }
    )
