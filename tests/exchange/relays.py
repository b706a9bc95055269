"""Relays that really run, on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue

from enduse.exchange.keyfiles import Cost
from enduse.exchange.relay.client import RelayMailbox
from enduse.exchange.relay.credentials import Credential, admit
from enduse.exchange.relay.limits import Limits
from enduse.exchange.relay.server import Relay
from enduse.settings import Settings
from enduse.store import open_store

QUICK = Cost(n=2)
"""A cost of a passphrase that no attacker minds and no test either."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a relay lives, and who knows it."""

    settings: Settings
    relay: Credential
    client: Credential
    stranger: Credential
    said: Queue[str] = field(default_factory=Queue)
    pauses: list[float] = field(default_factory=list)

    @property
    def admitted(self) -> Path:
        """The folder of certificates that the relay admits."""
        return self.settings.workspace / "relay" / "admitted"

    @contextmanager
    def running(self, limits: Limits | None = None, port: int = 0) -> Iterator[Relay]:
        """The relay, answering."""
        admit(self.admitted, self.client.certificate)
        store = open_store(self.settings)
        relay = Relay(
            store, self.relay, self.admitted, port=port, limits=limits, announce=self.said.put
        )
        thread = threading.Thread(target=relay.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield relay
        finally:
            relay.shutdown()
            relay.server_close()
            thread.join()
            store.close()

    def mailbox(self, url: str, credential: Credential | None = None) -> RelayMailbox:
        """A client of a relay that notes its pauses in place of making them."""
        return RelayMailbox(
            url,
            credential or self.client,
            self.relay.certificate,
            pause=self.pauses.append,
        )


def new_place(folder: Path, settings: Settings) -> Place:
    """A place with credentials of its own."""
    relay, client, stranger = (
        Credential.create(folder / "keys", name, "a passphrase", cost=QUICK)
        for name in ("relay", "client", "stranger")
    )
    return Place(settings, relay, client, stranger)
