"""What a relay lets one client take: bytes, blobs, requests, time."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a relay; what goes over them is refused, and what is there already stays."""

    blob_bytes: int = field(
        default=256 * MEBIBYTE, metadata={"about": "Bytes of one blob, padded."}
    )
    mailbox_bytes: int = field(
        default=2048 * MEBIBYTE, metadata={"about": "Bytes of all blobs in one mailbox."}
    )
    mailbox_blobs: int = field(default=10_000, metadata={"about": "Blobs in one mailbox."})
    relay_bytes: int = field(
        default=65_536 * MEBIBYTE, metadata={"about": "Bytes of all blobs in all mailboxes."}
    )
    keep_seconds: int = field(
        default=30 * 86_400, metadata={"about": "Seconds that a blob waits before it is dropped."}
    )
    unfinished_seconds: int = field(
        default=86_400,
        metadata={"about": "Seconds that the first part of a blob waits for its rest."},
    )
    requests_per_minute: int = field(
        default=1_200, metadata={"about": "Requests a minute of one client certificate."}
    )
    deposited_bytes_per_hour: int = field(
        default=8192 * MEBIBYTE,
        metadata={"about": "Bytes an hour that one client certificate may deposit."},
    )
    connections: int = field(
        default=48, metadata={"about": "Connections at a time, of all clients."}
    )
    connections_per_client: int = field(
        default=8, metadata={"about": "Connections at a time of one client certificate."}
    )
    handshake_seconds: int = field(
        default=10, metadata={"about": "Seconds that a handshake may take."}
    )
    idle_seconds: int = field(
        default=30, metadata={"about": "Seconds that a connection may be silent."}
    )
    request_seconds: int = field(
        default=900, metadata={"about": "Seconds that one request may take; a client resumes."}
    )


class Allowance:
    """An amount a client that refills with time (a token bucket); threads may share it.

    Parameters
    ----------
    amount
        What a client may take at once, and in every `seconds`.
    seconds
        How long a whole refill takes.
    """

    def __init__(self, amount: int, seconds: float) -> None:
        self._amount = amount
        self._per_second = amount / seconds
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def wait(self, client: str, wanted: int) -> float:
        """Take `wanted` and answer 0, or take nothing and answer the seconds to wait for it."""
        now = time.monotonic()
        # Who wants more than there ever is takes all of it: what it costs is the time after.
        wanted = min(wanted, self._amount)
        with self._lock:
            left, then = self._left.get(client, (float(self._amount), now))
            left = min(self._amount, left + (now - then) * self._per_second)
            if wanted > left:
                self._left[client] = (left, now)
                return (wanted - left) / self._per_second
            self._left[client] = (left - wanted, now)
            return 0.0
