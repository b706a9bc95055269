"""A relay: who gets in, what it takes, how long it keeps it, and what it cannot know."""

from __future__ import annotations

import http.client
import io
import secrets
import socket
import ssl
import threading
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from tests.exchange.relays import QUICK, Place

from enduse.errors import ExchangeError, StorageError, UsageError
from enduse.exchange.carriers import new_mailbox_id
from enduse.exchange.relay import deposits, requests
from enduse.exchange.relay.client import RelayMailbox
from enduse.exchange.relay.credentials import (
    Credential,
    admit,
    client_context,
    digest,
    fingerprint,
    pinnable,
)
from enduse.exchange.relay.limits import Allowance, Limits
from enduse.exchange.relay.server import Relay
from enduse.store import open_store

HERE = new_mailbox_id()
BLOB = b"sealed" * 1000


class TestHandshake:
    """Nobody reaches the relay's HTTP but who is pinned, and no relay is spoken to but the one."""

    def test_a_client_that_is_not_admitted_is_refused(self, place: Place, relay: Relay) -> None:
        with pytest.raises(ExchangeError, match="does not admit this certificate"):
            place.mailbox(relay.url, place.stranger).list(HERE)
        said = place.said.get(timeout=20)
        assert said == "A connection from 127.0.0.1 was refused: CERTIFICATE_VERIFY_FAILED."
        assert place.pauses == []

    def test_a_client_without_a_certificate_is_refused(self, place: Place, relay: Relay) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        assert asked(relay, context) == b""
        assert "PEER_DID_NOT_RETURN_A_CERTIFICATE" in place.said.get(timeout=20)

    def test_older_tls_is_refused(self, place: Place, relay: Relay) -> None:
        context = client_context(place.client, place.relay.certificate)
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        with pytest.raises(ssl.SSLError):
            asked(relay, context)

    def test_plain_http_is_refused(self, relay: Relay) -> None:
        plain = http.client.HTTPConnection("127.0.0.1", relay.server_port, timeout=20)
        plain.request("GET", f"/v1/mailboxes/{HERE}")
        with pytest.raises((http.client.HTTPException, OSError)):
            plain.getresponse()
        plain.close()

    def test_another_relay_is_not_spoken_to(self, place: Place, relay: Relay) -> None:
        wrong = RelayMailbox(
            relay.url, place.client, place.stranger.certificate, pause=place.pauses.append
        )
        with pytest.raises(ExchangeError, match="not the relay that was pinned"):
            wrong.put(HERE, io.BytesIO(BLOB))
        assert place.pauses == []
        assert relay.deposits.list(HERE, "") == []

    def test_an_expired_certificate_is_refused_by_both_sides(
        self, place: Place, tmp_path: Path
    ) -> None:
        old = Credential.create(
            tmp_path / "old",
            "client",
            "a passphrase",
            now=datetime.now(UTC) - timedelta(days=731),
            cost=QUICK,
        )
        admit(place.admitted, old.certificate)
        with place.running() as relay:
            with pytest.raises(ExchangeError, match="does not admit"):
                place.mailbox(relay.url, old).list(HERE)
            assert place.mailbox(relay.url).list(HERE) == []

    def test_taking_a_certificate_away_ends_even_an_open_connection(
        self, place: Place, relay: Relay
    ) -> None:
        mailbox = place.mailbox(relay.url)
        assert mailbox.list(HERE) == []
        (place.admitted / f"{digest(place.client.certificate)}.crt").unlink()
        with pytest.raises(ExchangeError, match="not admitted any more"):
            mailbox.list(HERE)
        with pytest.raises(ExchangeError, match="does not admit this certificate"):
            place.mailbox(relay.url).list(HERE)
        admit(place.admitted, place.client.certificate)
        assert mailbox.list(HERE) == []

    def test_a_broken_file_among_the_admitted_admits_nobody_and_is_said(
        self, place: Place, relay: Relay
    ) -> None:
        (place.admitted / "broken.crt").write_text("no certificate")
        with pytest.raises(ExchangeError):
            place.mailbox(relay.url).list(HERE)
        assert "broken.crt is not one certificate" in place.said.get(timeout=20)

    def test_a_certificate_that_could_issue_others_is_not_pinned(self) -> None:
        key = Ed25519PrivateKey.generate()
        name = x509.Name([])
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now)
            .not_valid_after(now + timedelta(days=1))
        )
        issuer = builder.add_extension(x509.BasicConstraints(True, None), critical=True)
        raw = issuer.sign(key, None).public_bytes(Encoding.PEM)
        with pytest.raises(ExchangeError, match="could issue others"):
            pinnable(raw, "it")
        for wrong in (
            builder.sign(key, None).public_bytes(Encoding.PEM),
            raw + raw,
            b"",
            b"x" * 99,
        ):
            with pytest.raises(ExchangeError, match="is not one certificate"):
                pinnable(wrong, "it")

    def test_who_never_speaks_is_cut(self, place: Place) -> None:
        with (
            place.running(Limits(handshake_seconds=0)) as relay,
            socket.create_connection(relay.socket.getsockname(), timeout=20) as silent,
        ):
            assert silent.recv(1) == b""

    def test_one_client_cannot_take_all_connections(self, place: Place) -> None:
        admit(place.admitted, place.stranger.certificate)
        with place.running(Limits(connections_per_client=2)) as relay:
            held = [place.mailbox(relay.url) for _ in range(2)]
            for mailbox in held:
                mailbox.list(HERE)
            with pytest.raises(ExchangeError, match="cannot be reached"):
                place.mailbox(relay.url).list(HERE)
            assert place.mailbox(relay.url, place.stranger).list(HERE) == []
            assert place.pauses == [0.5, 1, 2, 4, 8]

    def test_connections_are_bounded(self, place: Place) -> None:
        with place.running(Limits(connections=1)) as relay:
            first = place.mailbox(relay.url)
            first.list(HERE)
            with pytest.raises(ExchangeError, match="cannot be reached"):
                place.mailbox(relay.url).list(HERE)
            assert first.list(HERE) == []


class TestCredentials:
    """Keys at rest, and what names a certificate."""

    def test_a_key_is_encrypted_at_rest_and_opens_with_its_passphrase(
        self, place: Place, tmp_path: Path
    ) -> None:
        folder = tmp_path / "keys"
        opened = Credential.open(folder, "client", "a passphrase")
        assert opened.certificate == place.client.certificate
        assert opened.key.private_bytes() == place.client.key.private_bytes()
        assert opened.key.private_bytes() not in (folder / "client.key").read_bytes()
        assert (folder / "client.key").stat().st_mode & 0o777 == 0o600
        with pytest.raises(ExchangeError, match="does not open"):
            Credential.open(folder, "client", "another passphrase")

    def test_a_certificate_of_another_key_is_refused(self, place: Place, tmp_path: Path) -> None:
        folder = tmp_path / "keys"
        (folder / "client.crt").write_bytes(place.stranger.certificate)
        with pytest.raises(ExchangeError, match="not the certificate of its key"):
            Credential.open(folder, "client", "a passphrase")

    def test_a_fingerprint_is_twelve_words_of_one_certificate(self, place: Place) -> None:
        words = fingerprint(place.client.certificate)
        assert len(words.split()) == 12
        assert words != fingerprint(place.stranger.certificate)
        assert words == place.client.fingerprint


class TestLimits:
    """What goes over a limit is refused before it is sent, and what is there stays."""

    @pytest.mark.parametrize(
        ("limits", "refusal"),
        [
            (Limits(blob_bytes=8192), "at most 8192 bytes"),
            (Limits(mailbox_bytes=20_000), "mailbox is full"),
            (Limits(mailbox_blobs=1), "holds 1 blobs"),
            (Limits(relay_bytes=20_000), "relay is full"),
        ],
    )
    def test_what_is_too_much_is_refused(
        self, any_place: Place, limits: Limits, refusal: str
    ) -> None:
        with any_place.running(limits) as relay, any_place.mailbox(relay.url) as mailbox:
            digest = mailbox.put(HERE, io.BytesIO(BLOB))
            with pytest.raises(ExchangeError, match=refusal):
                mailbox.put(HERE, io.BytesIO(BLOB * 3))
            assert [deposit.digest for deposit in mailbox.list(HERE)] == [digest]
            assert mailbox.put(HERE, io.BytesIO(BLOB)) == digest

    def test_room_is_free_again_when_a_blob_is_removed(self, place: Place) -> None:
        with place.running(Limits(mailbox_blobs=1)) as relay, place.mailbox(relay.url) as mailbox:
            mailbox.remove(HERE, mailbox.put(HERE, io.BytesIO(BLOB)))
            mailbox.put(HERE, io.BytesIO(b"another"))

    def test_a_hasty_client_is_asked_to_wait_and_does(self, place: Place) -> None:
        with (
            place.running(Limits(requests_per_minute=2)) as relay,
            place.mailbox(relay.url) as mailbox,
        ):
            mailbox.list(HERE)
            mailbox.list(HERE)
            with pytest.raises(ExchangeError, match="Too many requests"):
                mailbox.list(HERE)
        assert all(20 < pause <= 31 for pause in place.pauses)
        assert len(place.pauses) == 5

    def test_bytes_are_rationed(self, place: Place) -> None:
        with (
            place.running(Limits(deposited_bytes_per_hour=10_000)) as relay,
            place.mailbox(relay.url) as mailbox,
        ):
            mailbox.put(HERE, io.BytesIO(BLOB))
            with pytest.raises(ExchangeError, match="Too many bytes"):
                mailbox.put(HERE, io.BytesIO(BLOB[1:]))
            assert mailbox.put(HERE, io.BytesIO(BLOB))
        assert max(place.pauses) <= 60

    def test_an_allowance_refills_and_is_each_clients_own(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = 0.0
        monkeypatch.setattr("time.monotonic", lambda: now)
        allowance = Allowance(60, 60)
        assert allowance.wait("one", 60) == 0
        assert allowance.wait("one", 30) == 30
        assert allowance.wait("other", 60) == 0
        now = 29.0
        assert allowance.wait("one", 30) == 1
        now = 30.0
        assert allowance.wait("one", 30) == 0
        now = 10_000.0
        assert allowance.wait("one", 61) == 0.0
        assert allowance.wait("one", 60) == 60

    def test_a_blob_that_waited_too_long_is_dropped(self, any_place: Place) -> None:
        with any_place.running(Limits(keep_seconds=0)) as relay:
            mailbox = any_place.mailbox(relay.url)
            digest = mailbox.put(HERE, io.BytesIO(BLOB))
            assert mailbox.list(HERE) == []
            with pytest.raises(ExchangeError, match="no such blob"):
                mailbox.get(HERE, digest)
            assert relay.deposits.expire() == 1
            assert relay.deposits.expire() == 0

    def test_a_running_relay_drops_by_itself(self, place: Place) -> None:
        with place.running(Limits(keep_seconds=0)) as relay:
            place.mailbox(relay.url).put(HERE, io.BytesIO(BLOB))
            relay._expire_at = 0.0
            relay.service_actions()
            assert relay.deposits.expire() == 0


class TestBlindness:
    """What the relay cannot know, and does not say."""

    def test_the_database_holds_no_mailbox_id_and_no_size_but_buckets(self, place: Place) -> None:
        with place.running() as relay, place.mailbox(relay.url) as mailbox:
            sizes = set()
            for size in (1, 100, 4000):
                mailbox.put(HERE, io.BytesIO(bytes(size)))
            sizes = {deposit.size for deposit in mailbox.list(HERE)}
            assert sizes == {4096}
        raw = b"".join(path.read_bytes() for path in place.settings.workspace.glob("cases*"))
        assert HERE.encode() not in raw
        assert bytes.fromhex(HERE) not in raw
        assert place.said.empty()

    def test_errors_name_no_mailbox(self, place: Place, relay: Relay) -> None:
        with pytest.raises(ExchangeError) as refused:
            place.mailbox(relay.url).get(HERE, "0" * 64)
        assert HERE not in str(refused.value)


class TestProtocol:
    """What is asked wrongly is refused, and nothing of it is stored."""

    WIRE = (12).to_bytes(8, "big") + b"sealed bytes" + bytes(4096 - 20)
    NAME = "c" * 64

    @pytest.fixture
    def client(self, place: Place, relay: Relay) -> http.client.HTTPSConnection:
        host, port = relay.socket.getsockname()
        context = client_context(place.client, place.relay.certificate)
        return http.client.HTTPSConnection(host, port, context=context, timeout=20)

    def ask(
        self,
        client: http.client.HTTPSConnection,
        method: str,
        path: str,
        body: bytes | None = None,
        **headers: str,
    ) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        client.request(method, path, body, named)
        answer = client.getresponse()
        answer.read()
        client.close()
        return answer.status

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", "/", 404),
            ("GET", "/v1/mailboxes/", 404),
            ("GET", f"/v1/mailboxes/{'A' * 64}", 404),
            ("GET", f"/v1/mailboxes/{'0' * 63}/../x", 404),
            ("GET", f"/v1/mailboxes/{'0' * 64}?after=x", 404),
            ("GET", f"/v1/mailboxes/{'0' * 64}/{'0' * 64}?x", 404),
            ("DELETE", f"/v1/mailboxes/{'0' * 64}", 404),
            ("POST", f"/v1/mailboxes/{'0' * 64}/{'0' * 64}", 404),
            ("POST", f"/v1/mailboxes/{'0' * 64}/{'0' * 64}?size=4097", 422),
            ("POST", f"/v1/mailboxes/{'0' * 64}/{'0' * 64}?size=0", 422),
            ("POST", f"/v1/mailboxes/{'0' * 64}/{'0' * 64}?size=-4096", 404),
            ("POST", f"/v1/mailboxes/{'0' * 64}/{'0' * 64}?size={'9' * 15}", 413),
            ("PATCH", f"/v1/mailboxes/{'0' * 64}", 501),
            ("TRACE", "/", 501),
        ],
    )
    def test_there_is_nothing_but_mailboxes(
        self, client: http.client.HTTPSConnection, method: str, path: str, status: int
    ) -> None:
        assert self.ask(client, method, path) == status

    def test_lengths_and_ranges_must_agree(
        self, client: http.client.HTTPSConnection, relay: Relay
    ) -> None:
        path = f"/v1/mailboxes/{HERE}/{self.NAME}"
        assert self.ask(client, "POST", f"{path}?size=4096") == 200
        for status, headers in (
            (411, {}),
            (411, {"Content_Range": "bytes 0-4095/*"}),
            (400, {"Content_Range": "bytes 0-4094/4096"}),
            (400, {"Content_Range": "bytes 1-4095/4096"}),
            (400, {"Content_Range": "bytes 0-4095/8192"}),
            (400, {"Content_Range": "bytes 0-4095/4096", "Transfer_Encoding": "chunked"}),
            (409, {"Content_Range": "bytes 4096-8191/8192"}),
        ):
            assert self.ask(client, "PUT", path, self.WIRE, **headers) == status, headers
        found = relay.deposits.find(HERE, self.NAME)
        assert found is not None
        assert found.received == 0

    def test_bytes_of_another_digest_are_dropped(
        self, client: http.client.HTTPSConnection, relay: Relay
    ) -> None:
        path = f"/v1/mailboxes/{HERE}/{self.NAME}"
        assert self.ask(client, "PUT", path, self.WIRE, Content_Range="bytes 0-4095/4096") == 409
        assert self.ask(client, "POST", f"{path}?size=4096") == 200
        assert self.ask(client, "POST", f"{path}?size=8192") == 409
        assert self.ask(client, "PUT", path, self.WIRE, Content_Range="bytes 0-4095/4096") == 422
        assert relay.deposits.find(HERE, self.NAME) is None
        assert relay.deposits.list(HERE, "") == []

    def test_half_a_blob_is_not_handed_out(
        self, client: http.client.HTTPSConnection, place: Place, relay: Relay
    ) -> None:
        relay.deposits.begin(HERE, self.NAME, 4096)
        relay.deposits.add(HERE, self.NAME, 0, bytes(1000))
        assert self.ask(client, "GET", f"/v1/mailboxes/{HERE}/{self.NAME}") == 404
        assert place.mailbox(relay.url).list(HERE) == []

    def test_a_range_beyond_the_end_is_refused(
        self, client: http.client.HTTPSConnection, place: Place, relay: Relay
    ) -> None:
        digest = place.mailbox(relay.url).put(HERE, io.BytesIO(BLOB))
        path = f"/v1/mailboxes/{HERE}/{digest}"
        assert self.ask(client, "GET", path, Range="bytes=999999-") == 416
        assert self.ask(client, "GET", path, Range="bytes=5-") == 206

    def test_a_body_where_none_belongs_is_refused(
        self, client: http.client.HTTPSConnection
    ) -> None:
        assert self.ask(client, "GET", f"/v1/mailboxes/{HERE}", b"body") == 400


def test_long_lists_come_in_pages(any_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deposits, "PAGE", 2)
    monkeypatch.setattr(requests, "PAGE", 2)
    with any_place.running() as relay, any_place.mailbox(relay.url) as mailbox:
        left = [mailbox.put(HERE, io.BytesIO(str(number).encode())) for number in range(5)]
        assert [deposit.digest for deposit in mailbox.list(HERE)] == left
        assert [deposit.digest for deposit in mailbox.list(HERE, left[1])] == left[2:]
        assert mailbox.list(HERE, left[4]) == []


def test_the_order_holds_though_the_clock_goes_back(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with place.running() as relay, place.mailbox(relay.url) as mailbox:
        left = [mailbox.put(HERE, io.BytesIO(b"first"))]
        now = deposits._now()
        monkeypatch.setattr(deposits, "_now", lambda: now - 3600 * 1_000_000)
        left += [mailbox.put(HERE, io.BytesIO(str(number).encode())) for number in range(3)]
        assert [deposit.digest for deposit in mailbox.list(HERE)] == left


def test_clients_leave_the_same_blob_at_once(any_place: Place) -> None:
    sealed = secrets.token_bytes(2_000_000)
    left: list[str] = []

    def leave() -> None:
        with any_place.mailbox(relay.url) as mailbox:
            left.append(mailbox.put(HERE, io.BytesIO(sealed)))

    with any_place.running() as relay:
        threads = [threading.Thread(target=leave) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        mailbox = any_place.mailbox(relay.url)
        assert len(left) == 4
        assert [deposit.digest for deposit in mailbox.list(HERE)] == list(set(left))
        with mailbox.get(HERE, left[0]) as blob:
            assert blob.read() == sealed


def test_a_large_blob_passes_through_little_memory(place: Place) -> None:
    class Zeros(io.RawIOBase):
        """48 MiB that are nowhere."""

        size, at = 48 << 20, 0

        def seek(self, offset: int, whence: int = 0) -> int:
            self.at = offset + (self.size if whence == 2 else 0)
            return self.at

        def tell(self) -> int:
            return self.at

        def read(self, size: int = -1) -> bytes:
            taken = min(size, self.size - self.at)
            self.at += taken
            return bytes(taken)

    with place.running() as relay, place.mailbox(relay.url) as mailbox:
        tracemalloc.start()
        digest = mailbox.put(HERE, Zeros())  # type: ignore[arg-type]
        mailbox.get(HERE, digest).close()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 8 << 20


def test_a_port_that_is_taken_is_said(place: Place, relay: Relay) -> None:
    port = relay.socket.getsockname()[1]
    store = open_store(place.settings)
    with pytest.raises(StorageError, match=f"cannot listen on 127.0.0.1, port {port}"):
        Relay(store, place.relay, place.admitted, port=port)
    store.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://relay:8443",
        "relay:8443",
        "",
        "https://",
        "https://user:word@relay",
        "https://relay/path",
        "https://relay?x",
        "ftp://relay",
        "https://[::1",
    ],
)
def test_an_address_of_no_relay_is_refused(place: Place, url: str) -> None:
    with pytest.raises(UsageError, match="no relay's address"):
        place.mailbox(url)


def test_a_relay_out_of_reach_is_said(place: Place) -> None:
    with place.running() as relay:
        url = relay.url
    with pytest.raises(ExchangeError, match="cannot be reached") as refused:
        place.mailbox(url).list(HERE)
    assert len(place.pauses) == 5
    assert "sends nothing twice" in refused.value.hint


def asked(relay: Relay, context: ssl.SSLContext) -> bytes:
    """What a relay answers to a request over TLS."""
    with (
        socket.create_connection(relay.socket.getsockname(), timeout=20) as raw,
        context.wrap_socket(raw) as connection,
    ):
        try:
            connection.sendall(f"GET /v1/mailboxes/{HERE} HTTP/1.0\r\n\r\n".encode())
            return connection.recv(100)
        except ssl.SSLError:
            return b""
