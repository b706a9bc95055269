"""What a relay is asked over HTTP, and what it answers.

=======================================  =====================================================
``POST /v1/mailboxes/ID/DIGEST?size=N``  makes room for a blob; answers what is there of it
``PUT /v1/mailboxes/ID/DIGEST``          brings the rest of it, with a ``Content-Range``
``GET /v1/mailboxes/ID/DIGEST``          the blob, from where a ``Range`` begins
``GET /v1/mailboxes/ID?after=DIGEST``    what waits, oldest first
``DELETE /v1/mailboxes/ID/DIGEST``       takes it away
=======================================  =====================================================

Ids and digests are 64 hexadecimal digits. A refusal is a status and ``{"error": sentence}``.
"""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

from enduse.errors import EnduseError
from enduse.exchange.carriers import CHUNK_BYTES
from enduse.exchange.relay.credentials import shown_by
from enduse.exchange.relay.deposits import PAGE, RelayRefusal
from enduse.store.entries import to_microseconds

if TYPE_CHECKING:
    from enduse.exchange.relay.server import Relay

_PLACES = {
    "list": re.compile(r"/v1/mailboxes/([0-9a-f]{64})(?:\?after=([0-9a-f]{64}))?"),
    "blob": re.compile(r"/v1/mailboxes/([0-9a-f]{64})/([0-9a-f]{64})"),
    "room": re.compile(r"/v1/mailboxes/([0-9a-f]{64})/([0-9a-f]{64})\?size=(\d{1,15})"),
}
_CONTENT_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})")
_RANGE = re.compile(r"bytes=(\d{1,15})-")
_LENGTH = re.compile(r"\d{1,15}")


class RelayRequest(BaseHTTPRequestHandler):
    """One connection of an admitted client."""

    connection: ssl.SSLSocket
    server: Relay
    protocol_version = "HTTP/1.1"
    # An answer leaves as one packet, and does not wait for the one before to be acknowledged.
    wbufsize = -1
    disable_nagle_algorithm = True
    server_version = "Enduse"
    sys_version = ""

    def handle_one_request(self) -> None:
        """Answer one request, in bounded time."""
        with self.server.deadlines.within(self.connection, self.server.limits.request_seconds):
            super().handle_one_request()

    def do_POST(self) -> None:
        """Make room for a blob, before its bytes are sent."""
        with self._answering("room") as (mailbox_id, digest, size):
            found = self.server.deposits.begin(mailbox_id, digest, int(size))
            missing = found.size - found.received
            if wait := self.server.bytes_deposited.wait(shown_by(self.connection), missing):
                raise RelayRefusal(429, "Too many bytes; wait a while.", retry_after=wait)
            if missing == 0 and not found.whole:
                # All has come, and the relay was stopped before it looked at the whole.
                self.server.deposits.complete(mailbox_id, digest)
            self._send_json(200, {"received": found.received, "whole": missing == 0})

    def do_PUT(self) -> None:
        """Take the rest of a blob."""
        with self._answering("blob") as (mailbox_id, digest):
            # Until all of the body is read, the connection is of no other use.
            self.close_connection = True
            start, size = self._offered()
            deposits = self.server.deposits
            while start < size:
                piece = self.rfile.read(min(CHUNK_BYTES, size - start))
                if not piece:
                    raise ConnectionAbortedError("the client went away")
                deposits.add(mailbox_id, digest, start, piece)
                start += len(piece)
            deposits.complete(mailbox_id, digest)
            self.close_connection = False
            self._send_json(201, {"digest": digest})

    def do_GET(self) -> None:
        """A blob, or the list of a mailbox."""
        if _PLACES["blob"].fullmatch(self.path):
            with self._answering("blob") as (mailbox_id, digest):
                self._send_blob(mailbox_id, digest)
        else:
            with self._answering("list") as (mailbox_id, after):
                self._send_list(mailbox_id, after or "")

    def do_DELETE(self) -> None:
        """Take a blob away."""
        with self._answering("blob") as (mailbox_id, digest):
            self.server.deposits.remove(mailbox_id, digest)
            self._send_json(200, {"digest": digest})

    @contextmanager
    def _answering(self, place: str) -> Iterator[tuple[str, ...]]:
        """What an allowed request names at a place; refusals are answered."""
        try:
            yield self._asked(_PLACES[place])
        except EnduseError as error:
            self.close_connection = True
            if isinstance(error, RelayRefusal):
                status, said, wait = error.http_status, error.message, error.retry_after
            else:
                # What of our machine refused (a full disk) is for our operator alone.
                self.server.announce(str(error))
                status, said, wait = 507, "The relay cannot store anything now.", 0.0
            self._send_json(status, {"error": said}, retry_after=wait)

    def _asked(self, place: re.Pattern[str]) -> tuple[str, ...]:
        client = shown_by(self.connection)
        if not self.server.admission.admits(client):
            raise RelayRefusal(403, "This certificate is not admitted any more.")
        if wait := self.server.requests.wait(client, 1):
            raise RelayRefusal(429, "Too many requests; wait a while.", retry_after=wait)
        asked = place.fullmatch(self.path)
        if asked is None:
            raise RelayRefusal(404, "There is no such place here.")
        if "Transfer-Encoding" in self.headers or (
            self.command != "PUT" and self.headers.get("Content-Length", "0") != "0"
        ):
            raise RelayRefusal(400, "A body comes with PUT alone, and says its length.")
        return asked.groups()

    def _offered(self) -> tuple[int, int]:
        """First byte and whole size of what a PUT brings."""
        lengths = self.headers.get_all("Content-Length", [])
        span = _CONTENT_RANGE.fullmatch(self.headers.get("Content-Range", ""))
        if len(lengths) != 1 or not _LENGTH.fullmatch(lengths[0]) or span is None:
            raise RelayRefusal(411, "Say the length and the range of what you send, once.")
        start, end, size = int(span[1]), int(span[2]), int(span[3])
        if not int(lengths[0]) == size - start > 0 or end != size - 1:
            raise RelayRefusal(400, "Length and range of what you send do not agree.")
        return start, size

    def _send_blob(self, mailbox_id: str, digest: str) -> None:
        found = self.server.deposits.find(mailbox_id, digest)
        if found is None or not found.whole:
            raise RelayRefusal(404, "There is no such blob here.")
        span = _RANGE.fullmatch(self.headers.get("Range", ""))
        start = int(span[1]) if span else 0
        if start >= found.size:
            raise RelayRefusal(416, f"The blob has {found.size} bytes.")
        self.send_response(206)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(found.size - start))
        self.send_header("Content-Range", f"bytes {start}-{found.size - 1}/{found.size}")
        self.end_headers()
        # Whatever goes wrong from here on, the client sees by the length that it was told.
        try:
            for piece in self.server.deposits.pieces(mailbox_id, digest, start, found.size):
                self.wfile.write(piece)
                start += len(piece)
        except EnduseError as error:
            self.server.announce(str(error))
        self.close_connection = self.close_connection or start != found.size

    def _send_list(self, mailbox_id: str, after: str) -> None:
        deposits = self.server.deposits.list(mailbox_id, after)
        listed = [
            {"digest": one.digest, "size": one.size, "at": to_microseconds(one.at)}
            for one in deposits
        ]
        self._send_json(200, {"deposits": listed, "more": len(listed) == PAGE})

    def _send_json(self, status: int, document: object, *, retry_after: float = 0.0) -> None:
        body = json.dumps(document).encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if retry_after:
            self.send_header("Retry-After", str(int(retry_after) + 1))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a log of requests would say who meets whom, and when."""
