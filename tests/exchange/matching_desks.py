"""Two authorities at their desks: who asks, who is asked, and what passes between them."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from enduse.exchange import matching
from enduse.exchange.fingerprints import fingerprint
from enduse.exchange.identity import Identity, root_key
from enduse.exchange.keyfiles import Cost
from enduse.exchange.keys import SigningKey
from enduse.exchange.matching import Desk
from enduse.exchange.matching.families import Family
from enduse.exchange.partners import Partners
from enduse.settings import Settings
from enduse.store import open_store

PASSPHRASE = "nine green bottles"
CHEAP = Cost(n=2)


@dataclass
class Clock:
    """A clock that stands until it is set."""

    now: datetime = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: int) -> None:
        self.now += timedelta(**time)


@dataclass
class Pair:
    """A client and a server who have pinned each other, and the server's officers."""

    folder: Path
    client: Desk
    server: Desk
    clock: Clock
    officers: list[SigningKey]
    made: int = 0
    families: list[Family] = field(default_factory=lambda: ["A"])

    def path(self, name: str) -> Path:
        self.made += 1
        return self.folder / f"{self.made}-{name}"

    def rows(self, keys: Iterable[object], **more: str) -> Path:
        """A table of serial numbers, or of whatever rows are given."""
        path = self.path("rows.csv")
        rows = [k if isinstance(k, dict) else {"kind": "serial", "value": str(k)} for k in keys]
        columns = list(dict.fromkeys(["kind", "value", *(c for row in rows for c in row), *more]))
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows({**row, **more} for row in rows)
        return path

    def request(
        self, ours: Path, *, purpose: str = "serials from a drone", audited: int = 0
    ) -> Path:
        out = self.path("request.match")
        matching.request(
            self.client,
            self.server.identity.name,
            ours,
            out,
            families=self.families,
            purpose=purpose,
            audited=audited,
        )
        return out

    def approve(self, request: Path, families: Sequence[str] | None = None) -> None:
        for officer in self.officers[:2]:
            matching.approve(self.server, request, officer, families=families)

    def respond(self, request: Path, theirs: Path) -> Path:
        out = self.path("reply.match")
        matching.respond(self.server, request, theirs, out)
        return out

    def match(
        self, ours: Iterable[object], theirs: Iterable[object], *, audited: int = 0
    ) -> matching.Finished:
        """The whole session."""
        request = self.request(self.rows(ours), audited=audited)
        self.approve(request)
        if "C" in self.families and len(self.families) > 1:
            self.approve(request, ["C"])
        reply = self.respond(request, self.rows(theirs))
        return matching.finish(self.client, reply, self.path("hits.csv"))


def desk(folder: Path, name: str, clock: Clock, database_url: str = "") -> Desk:
    identity = Identity.create(folder / "keys", name, PASSPHRASE, cost=CHEAP, now=clock())
    store = open_store(Settings(workspace=folder, database_url=database_url))
    return Desk.open(identity, store, folder / "matching", clock=clock)


def reopened(old: Desk) -> Desk:
    """The same desk in another process: nothing is shared but the disk."""
    workspace = old.folder.parent
    identity = Identity.open(workspace / "keys", PASSPHRASE)
    store = open_store(Settings(workspace=workspace))
    return Desk.open(identity, store, old.folder, clock=old.clock)


def root(of: Desk) -> list[SigningKey]:
    folder = of.identity.folder / "root"
    return [root_key(folder / f"{number}.key", PASSPHRASE) for number in (1, 2)]


def introduce(one: Desk, other: Desk) -> None:
    public = other.identity.public()
    Partners(one.store).pin(public.document, fingerprint(public), one.clock())


def pair(folder: Path, database_url: str = "") -> Pair:
    """Both; with a database's address, the server keeps its sessions there."""
    clock = Clock()
    client = desk(folder / "kyiv", "Kyiv Customs", clock)
    server = desk(folder / "taipei", "Taipei Trade Office", clock, database_url)
    introduce(client, server)
    introduce(server, client)
    matching.grant(server, "Kyiv Customs", 1 << 22)
    officers = []
    for name in ("Lin", "Chen", "Wu"):
        key = SigningKey(os.urandom(32))
        matching.enrol(server, name, key.public, root(server))
        officers.append(key)
    return Pair(folder, client, server, clock, officers)
