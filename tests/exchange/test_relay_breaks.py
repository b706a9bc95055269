"""Lines that break, relays that are killed, disks that are full: nothing is half there."""

from __future__ import annotations

import hashlib
import io
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from tests.exchange.relays import Place
from tests.store.kills import Acknowledge, killed

from enduse.errors import ExchangeError, StorageError
from enduse.exchange.carriers import new_mailbox_id
from enduse.exchange.relay import client
from enduse.exchange.relay.client import RelayMailbox
from enduse.exchange.relay.credentials import admit
from enduse.exchange.relay.deposits import Deposits
from enduse.exchange.relay.limits import Limits
from enduse.exchange.relay.line import ATTEMPTS
from enduse.exchange.relay.server import Relay
from enduse.settings import Settings
from enduse.store import Store, open_store

HERE, THERE = new_mailbox_id(), new_mailbox_id()
SEALED = secrets.token_bytes(3_000_000)


class Breaking:
    """A line to a relay that breaks after some bytes, as often as it is told to."""

    def __init__(self, relay: Relay, after: int, breaks: int) -> None:
        self._to = ("127.0.0.1", relay.server_port)
        self._after, self._breaks = after, breaks
        self.passed = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """Where the line begins."""
        return f"https://127.0.0.1:{self._listening.getsockname()[1]}"

    def close(self) -> None:
        """Break for good."""
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            far = socket.create_connection(self._to)
            left = [self._after if self._breaks > 0 else 1 << 40]
            self._breaks -= 1
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(one, other, left), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket, left: list[int]) -> None:
        with suppress(OSError):
            while left[0] > 0 and (raw := one.recv(16_384)):
                other.sendall(raw)
                self.passed += len(raw)
                left[0] -= len(raw)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@pytest.fixture
def line(request: pytest.FixtureRequest, relay: Relay) -> Iterator[Breaking]:
    """A line that breaks more often than a request may fail, and lets something through."""
    breaking = Breaking(relay, 300_000, ATTEMPTS + 1)
    yield breaking
    breaking.close()


def test_what_breaks_on_the_way_in_is_taken_up(place: Place, relay: Relay, line: Breaking) -> None:
    digest = place.mailbox(line.url).put(HERE, io.BytesIO(SEALED))
    assert len(place.pauses) == ATTEMPTS + 1
    assert line.passed < 1.5 * len(SEALED)
    with place.mailbox(relay.url).get(HERE, digest) as blob:
        assert blob.read() == SEALED


def test_what_breaks_on_the_way_out_is_taken_up(place: Place, relay: Relay, line: Breaking) -> None:
    digest = place.mailbox(relay.url).put(HERE, io.BytesIO(SEALED))
    with place.mailbox(line.url).get(HERE, digest) as blob:
        assert blob.read() == SEALED
    assert len(place.pauses) == ATTEMPTS + 1
    assert line.passed < 1.5 * len(SEALED)


def test_a_blob_that_came_whole_before_the_relay_stopped_is_looked_at_later(
    place: Place, relay: Relay
) -> None:
    mailbox = place.mailbox(relay.url)
    digest = mailbox.put(THERE, io.BytesIO(SEALED))
    size = relay.deposits.begin(HERE, digest, mailbox.list(THERE)[0].size).size
    start = 0
    for piece in relay.deposits.pieces(THERE, digest, 0, size):
        relay.deposits.add(HERE, digest, start, piece)
        start += len(piece)
    assert mailbox.list(HERE) == []
    assert mailbox.put(HERE, io.BytesIO(SEALED)) == digest
    assert [deposit.digest for deposit in mailbox.list(HERE)] == [digest]


def test_a_line_that_always_breaks_is_given_up(place: Place, relay: Relay) -> None:
    breaking = Breaking(relay, 1000, 1 << 30)
    with pytest.raises(ExchangeError, match="cannot be reached"):
        place.mailbox(breaking.url).put(HERE, io.BytesIO(SEALED))
    assert len(place.pauses) == 5
    assert relay.deposits.list(HERE, "") == []
    breaking.close()


PIECE, PIECES = bytes(4096), 3
DIGEST = hashlib.sha256(PIECE * PIECES).hexdigest()


def deposit(store: Store, _: Acknowledge) -> None:
    """Deposit a blob, or the rest of it."""
    deposits = Deposits(store, Limits())
    begun = deposits.begin(HERE, DIGEST, len(PIECE) * PIECES)
    for start in range(begun.received, begun.size, len(PIECE)):
        deposits.add(HERE, DIGEST, start, PIECE)
    deposits.complete(HERE, DIGEST)


def test_a_kill_before_any_statement_leaves_no_half_blob(tmp_path: Path) -> None:
    seen = set()
    for statements in range(60):
        settings = Settings(workspace=tmp_path / str(statements))
        was_killed, _ = killed(settings, statements, deposit)
        store = open_store(settings)
        deposits = Deposits(store, Limits())
        found = deposits.find(HERE, DIGEST)
        seen.add(found.received if found else None)
        assert bool(deposits.list(HERE, "")) == (found is not None and found.whole)
        deposit(store, str)
        assert b"".join(deposits.pieces(HERE, DIGEST, 0, 12_288)) == PIECE * PIECES
        assert len(deposits.list(HERE, "")) == 1
        store.close()
        if not was_killed:
            break
    assert not was_killed
    assert seen == {None, 0, 4096, 8192, 12_288}


SERVING = """
import resource, sys
from pathlib import Path
from enduse.exchange.relay.limits import Limits
from enduse.exchange.relay.line import ATTEMPTS
from enduse.exchange.relay.serving import serve
from enduse.settings import Settings
workspace, url, port, largest = sys.argv[1:]
if int(largest):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(largest), resource.RLIM_INFINITY))
serve(
    Settings(workspace=Path(workspace), database_url=url),
    port=int(port),
    passphrase="a passphrase",
    announce=lambda text: print(text, flush=True),
)
"""


Process = subprocess.Popen[str]


@contextmanager
def serving(place: Place, port: int = 0, largest: int = 0) -> Iterator[tuple[str, Process]]:
    """A relay in a process of its own: its address and the process."""
    settings = place.settings
    given = [str(settings.workspace), settings.database_url, str(port), str(largest)]
    with subprocess.Popen(
        [sys.executable, "-c", SERVING, *given], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        try:
            yield said.removeprefix("The relay listens on ").strip().rstrip("."), process
        finally:
            process.kill()


@pytest.fixture
def own(any_place: Place) -> Place:
    """A place whose workspace holds the relay's key and the client's certificate."""
    keys = any_place.settings.workspace / "keys"
    keys.mkdir(parents=True)
    for name in ("relay.key", "relay.crt"):
        (keys / name).write_bytes((keys.parent.parent / "keys" / name).read_bytes())
    admit(any_place.admitted, any_place.client.certificate)
    return any_place


class Killing(io.BytesIO):
    """A blob that kills the relay when it is read half way for the second time."""

    def __init__(self, sealed: bytes, relay: Process) -> None:
        super().__init__(sealed)
        self._relay = relay
        self._left = len(sealed) * 3 // 2

    def read(self, size: int | None = -1) -> bytes:
        """The next bytes."""
        chunk = super().read(size)
        self._left -= len(chunk)
        if self._left < 0 and self._relay.poll() is None:
            self._relay.kill()
            self._relay.wait()
        return chunk


def test_a_relay_killed_amid_a_blob_takes_the_rest_when_it_is_back(own: Place) -> None:
    with ExitStack() as relays:
        url, process = relays.enter_context(serving(own))
        back: list[str] = []

        def come_back(_seconds: float) -> None:
            if not back:
                port = int(url.rpartition(":")[2])
                back.append(relays.enter_context(serving(own, port))[0])

        mailbox = RelayMailbox(url, own.client, own.relay.certificate, pause=come_back)
        before = mailbox.put(HERE, io.BytesIO(b"before"))
        digest = mailbox.put(HERE, Killing(SEALED, process))
        assert back == [url]
        assert process.returncode == -signal.SIGKILL
        assert [deposit.digest for deposit in mailbox.list(HERE)] == [before, digest]
        with mailbox.get(HERE, digest) as blob:
            assert blob.read() == SEALED


def test_a_relay_killed_amid_a_blob_shows_nothing_of_it(own: Place) -> None:
    with serving(own) as (url, process):
        mailbox = own.mailbox(url)
        with pytest.raises(ExchangeError, match="cannot be reached"):
            mailbox.put(HERE, Killing(SEALED, process))
    with serving(own) as (url, _):
        assert own.mailbox(url).list(HERE) == []


def test_a_relay_with_a_full_disk_says_so_and_keeps_what_it_has(own: Place) -> None:
    if own.settings.database_url:
        pytest.skip("the disk of PostgreSQL is another's")
    with serving(own, largest=2_500_000) as (url, _), own.mailbox(url) as mailbox:
        small = mailbox.put(HERE, io.BytesIO(b"sealed"))
        with pytest.raises(ExchangeError, match="cannot store anything now"):
            mailbox.put(HERE, io.BytesIO(SEALED))
        assert [deposit.digest for deposit in mailbox.list(HERE)] == [small]
        with mailbox.get(HERE, small) as blob:
            assert blob.read() == b"sealed"
    with serving(own) as (url, _), own.mailbox(url) as mailbox:
        mailbox.put(HERE, io.BytesIO(SEALED))
        assert len(mailbox.list(HERE)) == 2


def test_a_relay_ends_when_it_is_told_to(own: Place) -> None:
    with serving(own) as (url, process), own.mailbox(url) as mailbox:
        mailbox.list(HERE)
        process.terminate()
        assert process.wait(timeout=20) == 0


FULL_STICK = """
import io, resource, sys
from pathlib import Path
from enduse.errors import StorageError
from enduse.exchange.carriers import FolderMailbox
mailbox = FolderMailbox(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
try:
    mailbox.put(sys.argv[2], io.BytesIO(bytes(200_000)))
except StorageError as error:
    print(error)
"""


def test_a_full_stick_is_said_and_holds_nothing_half(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_STICK, str(tmp_path), HERE],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Free some space" in done.stdout
    assert list((tmp_path / HERE).iterdir()) == []


def test_a_full_disk_here_is_said(
    place: Place, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = place.mailbox(relay.url).put(HERE, io.BytesIO(SEALED))
    # Every write to this device finds no space.
    with open("/dev/full", "r+b", buffering=0) as full:
        monkeypatch.setattr(client, "spool", lambda: full)
        with pytest.raises(StorageError, match="No space left"):
            place.mailbox(relay.url).get(HERE, digest)
