"""Connections of a relay: mutual TLS with pinned certificates, bounded in number and in time."""

from __future__ import annotations

import socket
import ssl
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from enduse.errors import ExchangeError
from enduse.exchange.relay.credentials import Credential, admitted, relay_context, shown_by
from enduse.exchange.relay.limits import Limits


class Admission:
    """Who may connect: the certificates in a folder, as they are now.

    Parameters
    ----------
    folder
        The folder of certificates.
    credential
        What the relay shows of itself.
    """

    def __init__(self, folder: Path, credential: Credential) -> None:
        self._folder = folder
        self._credential = credential
        self._lock = threading.Lock()
        self._seen: object = None
        self._digests: frozenset[str] = frozenset()
        self._context: ssl.SSLContext | None = None

    def admits(self, digest: str) -> bool:
        """Whether the owner of a certificate may go on: its digest is still in the folder."""
        self.context()
        return digest in self._digests

    def context(self) -> ssl.SSLContext:
        """TLS that refuses everybody else, made anew when the folder has changed.

        Raises
        ------
        ExchangeError
            If a file in the folder is no certificate.
        """
        with self._lock:
            seen = sorted(
                (path.name, found.st_mtime_ns, found.st_size)
                for path in self._folder.glob("*.crt")
                if (found := path.stat())
            )
            if self._context is None or seen != self._seen:
                pinned = admitted(self._folder)
                self._context = relay_context(self._credential, pinned.values())
                self._digests = frozenset(pinned)
                self._seen = seen
            return self._context


class Deadlines:
    """When connections are cut, whatever they are doing."""

    def __init__(self) -> None:
        self._until: dict[socket.socket, float] = {}
        self._lock = threading.Lock()

    @contextmanager
    def within(self, connection: socket.socket, seconds: float) -> Iterator[None]:
        """A block that may take so long."""
        with self._lock:
            self._until[connection] = time.monotonic() + seconds
        try:
            yield
        finally:
            with self._lock:
                del self._until[connection]

    def cut(self, now: float) -> None:
        """Cut the connections whose time has passed."""
        with self._lock:
            late = [connection for connection, until in self._until.items() if until <= now]
        for connection in late:
            _cut(connection)

    def cut_all(self) -> None:
        """Cut every connection."""
        self.cut(float("inf"))


class PinnedServer(ThreadingHTTPServer):
    """An HTTP server that speaks only to clients whose certificate is admitted.

    The handshake is done in the connection's own thread, so that a slow one holds up nobody.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(
        self,
        address: tuple[str, int],
        handler: Callable[..., Any],
        admission: Admission,
        limits: Limits,
        announce: Callable[[str], None],
    ) -> None:
        self.admission = admission
        self.limits = limits
        self.deadlines = Deadlines()
        self.announce = announce
        self._free = threading.BoundedSemaphore(limits.connections)
        self._open: Counter[str] = Counter()
        self._counting = threading.Lock()
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, handler)

    def server_bind(self) -> None:
        """Bind, without asking the name service for our name."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give a connection a thread, if one is free."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection and free its thread."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands, and serve the client if it is admitted."""
        try:
            connection = self.admission.context().wrap_socket(
                request, server_side=True, do_handshake_on_connect=False
            )
        except ExchangeError as error:
            self.announce(f"Nobody is admitted: {error}")
            return
        with connection:
            connection.settimeout(self.limits.idle_seconds)
            with self.deadlines.within(connection, self.limits.handshake_seconds):
                connection.do_handshake()
            digest = shown_by(connection)
            with self._counted(digest) as allowed:
                if allowed and self.admission.admits(digest):
                    super().finish_request(connection, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say who was refused; a broken connection is no news."""
        error = sys.exc_info()[1]
        if isinstance(error, ssl.SSLError):
            self.announce(f"A connection from {client_address[0]} was refused: {error.reason}.")
        elif not isinstance(error, OSError):
            self.announce(f"A request of {client_address[0]} failed: {type(error).__name__}.")

    @contextmanager
    def _counted(self, client: str) -> Iterator[bool]:
        with self._counting:
            self._open[client] += 1
            allowed = self._open[client] <= self.limits.connections_per_client
        try:
            yield allowed
        finally:
            with self._counting:
                self._open[client] -= 1
                if not self._open[client]:
                    del self._open[client]


def _cut(connection: socket.socket) -> None:
    # Shut down beneath TLS: whoever reads or writes at this moment fails at once.
    with suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
