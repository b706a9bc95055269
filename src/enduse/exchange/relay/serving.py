"""Running a relay until somebody stops it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from enduse.exchange.relay.credentials import Credential, admit, fingerprint, read_certificate
from enduse.exchange.relay.limits import Limits
from enduse.exchange.relay.server import Relay
from enduse.settings import Settings
from enduse.store import open_store

NAME = "relay"
"""Name of the files that hold the relay's own certificate and key."""


def credential(settings: Settings, name: str, passphrase: str) -> Credential:
    """The certificate and key of this name in the workspace's ``keys``, made if there is none.

    Raises
    ------
    ExchangeError
        If the passphrase does not open the key.
    StorageError
        If the workspace cannot be written.
    """
    folder = settings.workspace / "keys"
    if (folder / f"{name}.key").exists():
        return Credential.open(folder, name, passphrase)
    return Credential.create(folder, name, passphrase)


def admitted_folder(settings: Settings) -> Path:
    """Where a relay keeps the certificates that it admits: take a file away to end it."""
    return settings.workspace / "relay" / "admitted"


def serve(
    settings: Settings,
    host: str = "127.0.0.1",
    port: int = 8443,
    *,
    passphrase: str,
    admitting: Iterable[Path] = (),
    limits: Limits | None = None,
    announce: Callable[[str], None] = print,
    ready: Callable[[Relay], None] = lambda _: None,
) -> None:
    """Run a relay until it is interrupted or terminated.

    Its certificate is made on the first run, at ``keys/relay.crt`` in the workspace, for clients
    to pin. Blobs lie in the workspace's database.

    Parameters
    ----------
    host, port
        Where it listens; port 0 takes a free one.
    passphrase
        What opens the relay's key.
    admitting
        Certificates of clients to admit, beside those admitted before.
    announce
        Told the address, the fingerprints, and later what an operator should know.
    ready
        Called once, when it listens.

    Raises
    ------
    ExchangeError
        If the passphrase does not open the key, or a file is no certificate.
    StorageError
        If the workspace cannot be written, or the port is taken.
    """
    own = credential(settings, NAME, passphrase)
    folder = admitted_folder(settings)
    for path in admitting:
        announce(f"Admitted {path}: {admit(folder, read_certificate(path))}")
    store = open_store(settings)
    try:
        relay = Relay(store, own, folder, host, port, limits=limits, announce=announce)
        announce(f"The relay listens on {relay.url}.")
        announce(f"Its certificate is {settings.workspace / 'keys' / NAME}.crt:")
        announce(fingerprint(own.certificate))
        with relay, _ending(relay):
            ready(relay)
            relay.serve_forever()
    finally:
        store.close()


@contextmanager
def _ending(relay: Relay) -> Iterator[None]:
    """Let SIGTERM and SIGINT end the relay between two requests, where signals are ours."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_signal: int, _frame: object) -> None:
        # `shutdown` waits for the loop that this handler has interrupted.
        threading.Thread(target=relay.shutdown).start()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
