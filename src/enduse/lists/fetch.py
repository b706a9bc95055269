"""Downloads that are conditional, patient and suspicious."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from enduse.errors import InputError, ListRefusedError

if TYPE_CHECKING:
    import httpx

_HEADERS = {"User-Agent": "enduse (update of public lists)", "Accept": "*/*"}
_SECRET = re.compile(r"([?&](?:access_?token|token|api_?key|key|password)=)[^&#]*", re.IGNORECASE)
_SIGN_IN = re.compile(r"//[^/@]*@")
_WORTH_RETRYING = {408, 425, 429, 500, 502, 503, 504}


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """How patient a download is."""

    attempts: int = 5
    connect_timeout_s: float = 15.0
    read_timeout_s: float = 60.0
    """Seconds without a byte after which a connection is given up."""
    deadline_s: float = 900.0
    """Seconds for one file with all its attempts and pauses."""
    first_pause_s: float = 2.0
    """Pause before the second attempt; it doubles each time, and varies by half."""
    most_bytes: int = 1 << 30
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True)
class Fetched:
    """One file as it came, whole: the HTTP library refuses fewer bytes than were announced."""

    address: str
    size: int
    etag: str | None
    last_modified: str | None


def without_secrets(address: object) -> str:
    """An address as it may be kept and shown: without what signs somebody in.

    Examples
    --------
    >>> without_secrets("https://me:pw@ministry.example/list?part=774&token=abc")
    'https://ministry.example/list?part=774&token=…'
    """
    return _SECRET.sub(r"\1…", _SIGN_IN.sub("//", str(address)))


class _InterruptedError(Exception):
    """An attempt that may succeed when tried again."""

    def __init__(self, reason: str, pause_s: float | None = None, answered: bool = False) -> None:
        super().__init__(reason)
        self.pause_s = pause_s
        self.answered = answered


def fetch(
    address: str,
    target: Path,
    options: FetchOptions,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    least_bytes: int = 1,
) -> Fetched | None:
    """Download a file, or learn that it has not changed.

    Redirects are followed. A status that says 'later' (408, 425, 429, 5xx), a broken connection
    and a truncated answer are tried again after a pause that doubles, or after what Retry-After
    asks for.

    Parameters
    ----------
    etag, last_modified
        What came with the copy that is held; the server is asked for a newer one only.
    least_bytes
        An answer below this is refused.

    Returns
    -------
    Fetched or None
        None: not changed since.

    Raises
    ------
    InputError
        If no answer came within the attempts and the time.
    ListRefusedError
        If an answer came that cannot be the list: truncated, too small, too large, a web page.
    """
    import httpx

    shown = without_secrets(address)
    if not address.startswith(("http://", "https://")):
        raise InputError(f"{shown} is not an address on the web.", hint="Give one with https.")
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    headers = _HEADERS | {name: value for name, value in conditions.items() if value}
    ends_at = options.clock() + options.deadline_s
    limits = httpx.Timeout(options.read_timeout_s, connect=options.connect_timeout_s)
    with httpx.Client(follow_redirects=True, timeout=limits, headers=headers) as client:
        for attempt in range(1, options.attempts + 1):
            try:
                fetched = _attempt(client, address, target, options, ends_at)
                break
            except _InterruptedError as reason:
                pause = reason.pause_s
                if pause is None:
                    doubled = options.first_pause_s * 2 ** (attempt - 1)
                    pause = doubled * random.uniform(0.75, 1.25)
                if attempt == options.attempts or options.clock() + pause > ends_at:
                    failure = ListRefusedError if reason.answered else InputError
                    raise failure(
                        f"{shown} could not be downloaded in {attempt} attempts: {reason}.",
                        hint="Try again later, or import the file by hand.",
                    ) from reason
                options.sleep(pause)
    if fetched is not None:
        _check(fetched, target, least_bytes)
    return fetched


def _attempt(
    client: httpx.Client, address: str, target: Path, options: FetchOptions, ends_at: float
) -> Fetched | None:
    import httpx

    shown = without_secrets(address)
    try:
        with client.stream("GET", address) as response:
            if response.status_code == 304:
                return None
            if response.status_code in _WORTH_RETRYING:
                pause = _retry_after(response.headers.get("Retry-After"))
                raise _InterruptedError(f"the server answered {response.status_code}", pause)
            if response.status_code != 200:
                raise InputError(
                    f"{shown} answered {response.status_code} {response.reason_phrase}.",
                    hint="The list may have moved: give its new address, or import it by hand.",
                )
            if address.startswith("https:") and response.url.scheme != "https":
                raise ListRefusedError(
                    f"{shown} redirects to {without_secrets(response.url)}, where anybody may change the list.",
                    hint="Give the list's new address with https.",
                )
            _save(response, target, options, ends_at)
            return Fetched(
                address=shown,
                size=target.stat().st_size,
                etag=response.headers.get("ETag"),
                last_modified=response.headers.get("Last-Modified"),
            )
    except httpx.TransportError as error:
        raise _InterruptedError(f"{type(error).__name__} {error}".strip()) from error
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise InputError(
            f"{shown} could not be downloaded: {error}.", hint="Give the list's new address."
        ) from error


def _save(response: httpx.Response, target: Path, options: FetchOptions, ends_at: float) -> None:
    import httpx

    size = 0
    with target.open("wb") as file:
        try:
            for chunk in response.iter_bytes():
                size += file.write(chunk)
                if size > options.most_bytes:
                    raise ListRefusedError(
                        f"{without_secrets(response.url)} sends more than {options.most_bytes:,} bytes.",
                        hint="This is no list; give its right address.",
                    )
                if options.clock() > ends_at:
                    raise InputError(
                        f"{without_secrets(response.url)} was too slow: {size:,} bytes in {options.deadline_s:g} s.",
                        hint="Try again later, or import the file by hand.",
                    )
        except httpx.RemoteProtocolError as error:
            raise _InterruptedError(f"the answer is truncated: {error}", answered=True) from error


def _check(fetched: Fetched, target: Path, least_bytes: int) -> None:
    with target.open("rb") as file:
        start = file.read(1024).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise ListRefusedError(
            f"{fetched.address} answered with a web page instead of the list.",
            hint="Open the address in a browser; the list may have moved or need a sign-in.",
        )
    if fetched.size < least_bytes:
        raise ListRefusedError(
            f"{fetched.address} answered with {fetched.size:,} bytes; the whole list has more "
            f"than {least_bytes:,}.",
            hint="Try again later, or import the file by hand.",
        )


def _retry_after(text: str | None) -> float | None:
    """Seconds that the server asks to wait: a number, or a date."""
    if not text:
        return None
    if text.isdigit():
        return float(text)
    try:
        asked = parsedate_to_datetime(text) - datetime.now(UTC)
    except (ValueError, TypeError):
        return None
    return max(asked.total_seconds(), 0.0)
