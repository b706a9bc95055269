"""A relay: mailboxes for sealed blobs that it cannot read, for clients whose certificate it pins."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from enduse.errors import EnduseError, StorageError
from enduse.exchange.relay.connections import Admission, PinnedServer
from enduse.exchange.relay.credentials import Credential
from enduse.exchange.relay.deposits import Deposits
from enduse.exchange.relay.limits import Allowance, Limits
from enduse.exchange.relay.requests import RelayRequest
from enduse.store import Store

EXPIRY_SECONDS = 60
"""How often what has waited too long is dropped."""


class Relay(PinnedServer):
    """A relay that listens; `serve_forever` answers until `shutdown`.

    Parameters
    ----------
    store
        Where blobs are kept.
    credential
        What the relay shows of itself.
    admitted
        Folder of the certificates that it admits.
    host, port
        Where it listens; port 0 takes a free one.
    limits
        What a client may take.
    announce
        Told what an operator should know; never an id, a digest or a content.

    Raises
    ------
    StorageError
        If it cannot listen there.
    """

    def __init__(
        self,
        store: Store,
        credential: Credential,
        admitted: Path,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        limits: Limits | None = None,
        announce: Callable[[str], None] = lambda _: None,
    ) -> None:
        limits = limits or Limits()
        self.deposits = Deposits(store, limits)
        self.requests = Allowance(limits.requests_per_minute, 60)
        self.bytes_deposited = Allowance(limits.deposited_bytes_per_hour, 3600)
        self._expire_at = time.monotonic()
        admission = Admission(admitted, credential)
        try:
            super().__init__((host, port), RelayRequest, admission, limits, announce)
        except (OSError, OverflowError) as error:
            raise StorageError(
                f"The relay cannot listen on {host}, port {port}: {error}.",
                hint="Choose another --host or --port.",
            ) from error

    @property
    def url(self) -> str:
        """The address that clients use."""
        host, port = self.socket.getsockname()[:2]
        return f"https://{f'[{host}]' if ':' in host else host}:{port}"

    def service_actions(self) -> None:
        """Cut connections that take too long, and drop what has waited too long."""
        now = time.monotonic()
        self.deadlines.cut(now)
        if now >= self._expire_at:
            self._expire_at = now + EXPIRY_SECONDS
            try:
                self.deposits.expire()
            except EnduseError as error:
                self.announce(str(error))

    def server_close(self) -> None:
        """Stop listening and cut every connection."""
        super().server_close()
        self.deadlines.cut_all()
