"""The other end of a relay: a mailbox over the network that trusts nothing it is handed."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from types import TracebackType
from typing import BinaryIO, Self

import httpx

from enduse.errors import ExchangeError
from enduse.exchange.carriers import MAX_BLOB_BYTES, Deposit, check_name, spool
from enduse.exchange.fields import HEX_256, Fields
from enduse.exchange.packets import canonical
from enduse.exchange.relay.buckets import Unpadding, bucket, padded, padded_size
from enduse.exchange.relay.credentials import Credential
from enduse.exchange.relay.line import Line
from enduse.store.entries import from_microseconds

_MAX_ANSWER_BYTES = 1 << 20
_MAX_WIRE_BYTES = padded_size(MAX_BLOB_BYTES)
_CONTENT_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})")
_YEAR_10000 = 253_402_300_800_000_000
"""In microseconds since 1970."""


class RelayMailbox:
    """Mailboxes at a relay, as a `Mailbox`.

    What breaks off is taken up where it broke; what was done already is not done twice. The relay
    sees sizes in buckets, times, mailbox ids and digests, and none of what is carried.

    Parameters
    ----------
    url
        ``https://host:port``.
    credential
        The certificate and key that the relay admits.
    relay_certificate
        The relay's certificate, PEM: nobody else is spoken to.
    pause
        How to wait between attempts, given seconds.

    Raises
    ------
    UsageError
        If the address is no relay's.
    """

    def __init__(
        self,
        url: str,
        credential: Credential,
        relay_certificate: bytes,
        *,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._line = Line(url, credential, relay_certificate, pause)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._line.close()

    def put(self, mailbox_id: str, blob: BinaryIO) -> str:
        """Leave a blob, padded; answer the digest of what the relay holds.

        Raises
        ------
        ExchangeError
            If the relay cannot be reached, is not the pinned one, or refuses.
        """
        size = blob.seek(0, 2)
        if size > MAX_BLOB_BYTES:
            raise ExchangeError(f"The blob has {size:,} bytes; a carrier takes {MAX_BLOB_BYTES:,}.")
        wire = hashlib.sha256()
        for chunk in padded(blob, size):
            wire.update(chunk)
        digest = wire.hexdigest()
        path = _blob_path(mailbox_id, digest)
        self._line.persist(partial(self._send_rest, path, blob, size))
        return digest

    def list(self, mailbox_id: str, after: str = "") -> list[Deposit]:
        """What waits, oldest first, without what came up to the digest `after`.

        Raises
        ------
        ExchangeError
            If the relay cannot be reached, is not the pinned one, or lists what cannot be.
        """
        listed: list[Deposit] = []
        last = after and check_name(after, "digest")
        while True:
            path = _mailbox_path(mailbox_id) + (f"?after={last}" if last else "")
            answer = self._line.persist(partial(self._ask, "GET", path))
            page = [_deposit(item) for item in answer.items("deposits", 10_000)]
            more = answer.value("more")
            answer.done()
            _check_order([*listed[-1:], *page])
            listed += page
            if more is not True or not page:
                break
            last = page[-1].digest
        if len({deposit.digest for deposit in listed}) < len(listed):
            raise _lies("lists a blob twice")
        return listed

    def get(self, mailbox_id: str, digest: str) -> BinaryIO:
        """A blob without its padding, checked, as a file to close.

        Raises
        ------
        ExchangeError
            If the relay does not have it, or hands out anything else.
        """
        path = _blob_path(mailbox_id, digest)
        blob = spool()
        try:
            incoming = _Incoming(blob)
            self._line.persist(partial(self._fetch_rest, path, incoming))
            incoming.check(digest)
        except BaseException:
            blob.close()
            raise
        blob.seek(0)
        return blob

    def remove(self, mailbox_id: str, digest: str) -> None:
        """Take a blob away; one that is not there is no error."""
        path = _blob_path(mailbox_id, digest)
        self._line.persist(partial(self._ask, "DELETE", path))

    def _ask(self, method: str, path: str) -> Fields:
        with self._line.asking(method, path) as response:
            raw = b""
            for chunk in response.iter_raw():
                raw += chunk
                if len(raw) > _MAX_ANSWER_BYTES:
                    raise _lies("answers at endless length")
        return Fields(canonical.loads(raw, max_bytes=_MAX_ANSWER_BYTES, what=_ANSWER), _ANSWER)

    def _send_rest(self, path: str, blob: BinaryIO, size: int) -> None:
        whole = padded_size(size)
        room = self._ask("POST", f"{path}?size={whole}")
        if room.value("whole") is True:
            return
        start = room.whole_number("received", 0, whole)
        if start == whole:
            raise _lies("has all of a blob and not the whole of it")
        headers = {
            "Content-Length": str(whole - start),
            "Content-Range": f"bytes {start}-{whole - 1}/{whole}",
        }
        rest = self._line.counted(padded(blob, size, start))
        with self._line.asking("PUT", path, headers=headers, content=rest) as response:
            response.read()

    def _fetch_rest(self, path: str, incoming: _Incoming) -> None:
        headers = {"Range": f"bytes={incoming.received}-"}
        with self._line.asking("GET", path, headers=headers) as response:
            incoming.expect(response)
            for chunk in self._line.counted(response.iter_raw()):
                incoming.take(chunk)


class _Incoming:
    """What has come of a blob so far."""

    def __init__(self, blob: BinaryIO) -> None:
        self.received = 0
        self._blob = blob
        self._size = 0
        self._digest = hashlib.sha256()
        self._unpadding = Unpadding(blob, 0)

    def expect(self, response: httpx.Response) -> None:
        """Begin with an answer that says where it goes on."""
        span = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
        if response.status_code != 206 or span is None:
            raise _lies("does not say what part of a blob it sends")
        start, end, size = int(span[1]), int(span[2]), int(span[3])
        if start != self.received or end != size - 1 or bucket(size) != size:
            raise _lies("sends another part of a blob than it was asked for")
        if size > _MAX_WIRE_BYTES:
            raise ExchangeError(f"The relay has a blob of {size:,} bytes, which is too large.")
        if self._size not in {0, size}:
            raise _lies("changes the size of a blob")
        if not self._size:
            self._size = size
            self._unpadding = Unpadding(self._blob, size)

    def take(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self.received += len(chunk)
        if self.received > self._size:
            raise _lies("sends more than it said")
        self._digest.update(chunk)
        self._unpadding.take(chunk)

    def check(self, digest: str) -> None:
        """Refuse what is not the blob of this digest."""
        if self.received != self._size or self._digest.hexdigest() != digest:
            raise _lies("hands out other bytes than the digest says")


_ANSWER = "The relay's answer"


def _deposit(item: object) -> Deposit:
    fields = Fields(item, _ANSWER)
    digest = fields.text("digest", pattern=HEX_256)
    size = fields.whole_number("size", 1, _MAX_WIRE_BYTES)
    at = from_microseconds(fields.whole_number("at", 0, _YEAR_10000 - 1))
    fields.done()
    if bucket(size) != size:
        raise _lies("lists a size that is no bucket")
    return Deposit(digest, size, at)


def _check_order(deposits: list[Deposit]) -> None:
    if any(later.at <= earlier.at for earlier, later in pairwise(deposits)):
        raise _lies("lists blobs out of order")


def _mailbox_path(mailbox_id: str) -> str:
    return f"/v1/mailboxes/{check_name(mailbox_id, 'mailbox id')}"


def _blob_path(mailbox_id: str, digest: str) -> str:
    return f"{_mailbox_path(mailbox_id)}/{check_name(digest, 'digest')}"


def _lies(what: str) -> ExchangeError:
    return ExchangeError(
        f"The relay {what}.",
        hint="Nothing of it was used; ask its operator, or carry the packets another way.",
    )
