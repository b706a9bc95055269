"""A line to a relay that breaks, and is taken up again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

import httpx

from enduse.errors import ExchangeError, StorageError, UsageError
from enduse.exchange.relay.credentials import OTHER_CERTIFICATE, Credential, client_context

ATTEMPTS = 6
"""Times in a row that a request may fail before it is given up; progress starts the count anew."""

LONGEST_PAUSE_SECONDS = 60.0
"""Longest pause between two attempts, whatever the relay asks for."""

_PROGRESS_BYTES = 1 << 16
"""Bytes that must move for an attempt to count as progress."""

_MAX_REFUSAL_BYTES = 2_000
_LATER = {409, 429}
_WAIT = re.compile(r"\d{1,4}")

Answer = TypeVar("Answer")


class _LaterError(Exception):
    """The relay asks to try again, after so many seconds."""

    def __init__(self, refusal: ExchangeError, seconds: float) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal
        self.seconds = seconds


class Line:
    """Requests to one relay."""

    def __init__(
        self,
        url: str,
        credential: Credential,
        relay_certificate: bytes,
        pause: Callable[[float], None],
    ) -> None:
        self._url = _relay_url(url)
        self._pause = pause
        self._moved = 0
        self._http = httpx.Client(
            verify=client_context(credential, relay_certificate),
            base_url=self._url,
            timeout=30.0,
            # Neither proxies nor passwords of the environment are meant for a relay.
            trust_env=False,
            headers={"Accept-Encoding": "identity", "User-Agent": "enduse"},
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def persist(self, act: Callable[[], Answer]) -> Answer:
        """Do `act` again until it succeeds, is refused, or fails too often without progress.

        Raises
        ------
        ExchangeError
            If the relay cannot be reached, is not the pinned one, or refuses.
        StorageError
            If what comes cannot be written here.
        """
        failures = 0
        while True:
            before = self._moved
            try:
                return act()
            except _LaterError as later:
                failed, wait = later.refusal, later.seconds
            except httpx.HTTPError as error:
                failed, wait = self._unreachable(error), 0.0
            except OSError as error:
                raise StorageError(
                    f"The transfer stopped at a file of ours: {error.strerror or error}.",
                    hint="Check the file that is sent, and the space for temporary files.",
                ) from error
            failures = 1 if self._moved - before >= _PROGRESS_BYTES else failures + 1
            if failures >= ATTEMPTS:
                raise failed
            self._pause(min(max(wait, 0.25 * 2**failures), LONGEST_PAUSE_SECONDS))

    def counted(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Chunks on their way, counted as progress."""
        for chunk in chunks:
            yield chunk
            self._moved += len(chunk)

    @contextmanager
    def asking(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: Iterable[bytes] | None = None,
    ) -> Iterator[httpx.Response]:
        """An answer that is no refusal."""
        with self._http.stream(method, path, headers=headers, content=content) as response:
            if not 200 <= response.status_code < 300:
                raise self._refusal(response)
            yield response

    def _refusal(self, response: httpx.Response) -> Exception:
        said = b""
        for chunk in response.iter_raw():
            said += chunk
            if len(said) > _MAX_REFUSAL_BYTES:
                break
        status = response.status_code
        words = re.search(rb'"error":\s*"([^"\\]{1,300})"', said)
        why = words[1].decode("ascii", "replace") if words else f"status {status}."
        refusal = ExchangeError(f"The relay {self._url} refuses: {why}")
        if status not in _LATER:
            return refusal
        wait = response.headers.get("Retry-After", "")
        return _LaterError(refusal, float(wait) if _WAIT.fullmatch(wait) else 0.0)

    def _unreachable(self, error: httpx.HTTPError) -> ExchangeError:
        said = str(error) or type(error).__name__
        if OTHER_CERTIFICATE in said or "CERTIFICATE_VERIFY_FAILED" in said:
            raise ExchangeError(
                f"{self._url} is not the relay that was pinned: it shows another certificate, or "
                "an expired one.",
                hint="Compare the fingerprint with its operator before you pin a new one.",
            ) from error
        if "alert" in said.lower():
            raise ExchangeError(
                f"The relay {self._url} does not admit this certificate.",
                hint="Give its operator the certificate, and compare the fingerprint.",
            ) from error
        return ExchangeError(
            f"The relay {self._url} cannot be reached: {said}.",
            hint="Check the address and the network; sending again sends nothing twice.",
        )


def _relay_url(url: str) -> str:
    """The address of a relay, without what does not belong to it.

    Examples
    --------
    >>> _relay_url("https://relay.example:8443/")
    'https://relay.example:8443'
    """
    try:
        parts = httpx.URL(url)
        fits = parts.scheme == "https" and parts.host and not parts.userinfo
        fits = fits and parts.path in {"", "/"} and not parts.query and not parts.fragment
    except (httpx.InvalidURL, ValueError, TypeError):
        fits = False
    if not fits:
        raise UsageError(f"'{url[:200]}' is no relay's address.", hint="Write https://host:port.")
    return url.rstrip("/")
