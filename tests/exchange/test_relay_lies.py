"""A relay that lies: whatever it hands out is refused unless it is what was asked for."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from tests.exchange.relays import Place

from enduse.errors import ExchangeError
from enduse.exchange.carriers import new_mailbox_id
from enduse.exchange.relay.buckets import padded
from enduse.exchange.relay.connections import Admission, PinnedServer
from enduse.exchange.relay.credentials import admit
from enduse.exchange.relay.limits import Limits

HERE = new_mailbox_id()
SEALED = secrets.token_bytes(9000)
WIRE = b"".join(padded(io.BytesIO(SEALED), len(SEALED)))
DIGEST = hashlib.sha256(WIRE).hexdigest()
SIZE = len(WIRE)

Answer = Callable[[BaseHTTPRequestHandler], None]


def answer(
    body: bytes | object, *, status: int = 200, length: int | None = None, **headers: str
) -> Answer:
    """An answer as the lying relay gives it."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()

    def give(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Length", str(len(raw) if length is None else length))
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(raw)
        request.close_connection = True

    return give


def blob(body: bytes = WIRE, span: str = f"bytes 0-{SIZE - 1}/{SIZE}", **given: Any) -> Answer:
    """A blob as the lying relay hands it out."""
    return answer(body, **{"status": 206, "Content_Range": span, **given})


@contextmanager
def lying(place: Place, *answers: Answer) -> Iterator[str]:
    """The address of a relay that gives these answers in turn, the last for ever."""
    turns = list(answers)

    class Lies(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            (turns.pop(0) if len(turns) > 1 else turns[0])(self)

        do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    admit(place.admitted, place.client.certificate)
    server = PinnedServer(
        ("127.0.0.1", 0), Lies, Admission(place.admitted, place.relay), Limits(), place.said.put
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_the_liars_honest_answers_are_taken(place: Place) -> None:
    with lying(place, blob()) as url, place.mailbox(url).get(HERE, DIGEST) as found:
        assert found.read() == SEALED


FLIPPED = WIRE[:100] + bytes([WIRE[100] ^ 1]) + WIRE[101:]
OTHER = b"".join(padded(io.BytesIO(b"another blob, whole"), 19))
GZIPPED = gzip.compress(WIRE)


@pytest.mark.parametrize(
    ("lie", "refusal"),
    [
        (blob(FLIPPED), "other bytes than the digest says"),
        (blob(OTHER, f"bytes 0-{len(OTHER) - 1}/{len(OTHER)}"), "other bytes than the digest"),
        (blob(bytes(SIZE)), "not padded"),
        (blob(WIRE[: SIZE // 2]), "other bytes than the digest says"),
        (blob(WIRE[: SIZE // 2], length=SIZE), "another part"),
        (blob(WIRE[:4096], "bytes 0-4095/4096"), "not padded"),
        (blob(WIRE + b"extra"), "sends more than it said"),
        (blob(WIRE, status=200), "does not say what part"),
        (blob(WIRE, "bytes */9999"), "does not say what part"),
        (blob(WIRE, ""), "does not say what part"),
        (blob(WIRE[1:], f"bytes 1-{SIZE - 1}/{SIZE}"), "another part"),
        (blob(WIRE, f"bytes 0-{SIZE - 2}/{SIZE}"), "another part"),
        (blob(WIRE, "bytes 0-9999/10000"), "another part"),
        (blob(WIRE, f"bytes 0-{(1 << 40) - 1}/{1 << 40}"), "too large"),
        (blob(GZIPPED, Content_Encoding="gzip"), "cannot be reached|another part|not padded"),
        (answer(b"", status=302, Location="https://elsewhere.example/"), "status 302"),
        (answer(b"", status=204), "does not say what part"),
        (answer({"error": "go\x1b[2Jaway"}, status=403), "refuses"),
        (answer(b"\xff" * 100_000, status=500), "status 500"),
    ],
)
def test_a_blob_that_is_not_what_was_asked_for_is_refused(
    place: Place, lie: Answer, refusal: str
) -> None:
    with lying(place, lie) as url, pytest.raises(ExchangeError, match=refusal) as refused:
        place.mailbox(url).get(HERE, DIGEST)
    assert "\x1b" not in str(refused.value)


def test_a_blob_whose_size_changes_on_the_way_is_refused(place: Place) -> None:
    first = blob(WIRE[:5000], length=SIZE)
    second = blob(bytes(4096), f"bytes 5000-{16384 - 1}/16384")
    with (
        lying(place, first, second) as url,
        pytest.raises(ExchangeError, match="changes the size"),
    ):
        place.mailbox(url).get(HERE, DIGEST)


def test_a_relay_that_drips_is_given_up(place: Place) -> None:
    drip = blob(WIRE[:1], length=SIZE)
    with lying(place, drip) as url, pytest.raises(ExchangeError):
        place.mailbox(url).get(HERE, DIGEST)
    assert len(place.pauses) <= 5


def item(number: int, **changed: object) -> dict[str, object]:
    return {
        "digest": f"{number:064x}",
        "size": 4096,
        "at": 1_700_000_000_000_000 + number,
    } | changed


def listed(*items: object, more: object = False, **extra: object) -> dict[str, object]:
    return {"deposits": list(items), "more": more, **extra}


@pytest.mark.parametrize(
    ("lie", "refusal"),
    [
        (listed(item(2), item(1)), "out of order"),
        (listed(item(1), item(1, digest="f" * 64)), "out of order"),
        (listed(item(1), item(2, digest=f"{1:064x}")), "twice"),
        (listed(item(1, size=4097)), "no bucket"),
        (listed(item(1, size=0)), "'size'"),
        (listed(item(1, size=-4096)), "'size'"),
        (listed(item(1, size=4096.0)), "'size'"),
        (listed(item(1, size=1 << 50)), "'size'"),
        (listed(item(1, at=-1)), "'at'"),
        (listed(item(1, at=1 << 60)), "'at'|integer|number"),
        (listed(item(1, at="now")), "'at'"),
        (listed(item(1, digest="../../etc/passwd")), "'digest'"),
        (listed(item(1, digest="A" * 64)), "'digest'"),
        (listed(item(1, note="x")), "'note'"),
        (listed("x"), "not a JSON object"),
        (listed(extra=1), "'extra'"),
        ({"deposits": {}, "more": False}, "'deposits'"),
        ([], "object"),
        (b"", "JSON"),
        (b"not JSON", "JSON"),
        (b'{"deposits":[],"deposits":[],"more":false}', "twice"),
        (b"[" * 100_000, "JSON|deep"),
        (b" " * (2 << 20), "endless"),
        (b'{"deposits":[],"more":NaN}', "NaN"),
    ],
)
def test_a_list_that_cannot_be_is_refused(place: Place, lie: object, refusal: str) -> None:
    with lying(place, answer(lie)) as url, pytest.raises(ExchangeError, match=refusal):
        place.mailbox(url).list(HERE)


def test_pages_that_go_back_or_never_end_are_refused(place: Place) -> None:
    page = answer(listed(item(1), item(2), more=True))
    with lying(place, page) as url, pytest.raises(ExchangeError, match="out of order"):
        place.mailbox(url).list(HERE)
    empty = answer(listed(more=True))
    with lying(place, empty) as url:
        assert place.mailbox(url).list(HERE) == []


@pytest.mark.parametrize(
    ("room", "refusal"),
    [
        ({"received": SIZE + 1, "whole": False}, "'received'"),
        ({"received": -1, "whole": False}, "'received'"),
        ({"received": SIZE, "whole": False}, "not the whole"),
        ({"received": 0}, "'whole'"),
        ({"whole": False}, "'received'"),
    ],
)
def test_room_that_cannot_be_is_refused(place: Place, room: object, refusal: str) -> None:
    with lying(place, answer(room)) as url, pytest.raises(ExchangeError, match=refusal):
        place.mailbox(url).put(HERE, io.BytesIO(SEALED))


def test_a_relay_that_cannot_be_moved_is_given_up(place: Place) -> None:
    again = answer({"error": "Not now."}, status=429, Retry_After="9999")
    with lying(place, again) as url, pytest.raises(ExchangeError, match="Not now"):
        place.mailbox(url).put(HERE, io.BytesIO(SEALED))
    assert place.pauses == [60.0] * 5
