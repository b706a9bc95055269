"""Invented lists, and an authority that publishes them on the loopback."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from enduse.lists import Snapshot, import_list
from enduse.settings import Settings

FLAT_HEADER = (
    "name",
    "alt_names",
    "source_list",
    "type",
    "countries",
    "entity_number",
    "licence_requirement",
    "licence_policy",
    "programmes",
    "source_url",
)

Party = tuple[str, str]
"""(the list's own id, name)."""


def write_list(path: Path, parties: Sequence[Party], of: str = "Embargo List") -> Path:
    """An invented list of parties, in the layout 'csl-flat'."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FLAT_HEADER, restval="")
        writer.writeheader()
        for number, name in parties:
            writer.writerow(
                {
                    "name": name,
                    "alt_names": f"{name} Trading",
                    "source_list": of,
                    "type": "Entity",
                    "countries": "KZ",
                    "entity_number": number,
                }
            )
    return path


def many_parties(count: int) -> list[Party]:
    return [(f"P-{number}", f"Ostrava Bearing Works {number}") for number in range(count)]


@pytest.fixture
def take(settings: Settings, tmp_path: Path) -> Callable[..., Snapshot]:
    """Import an invented list of the source 'ministry' as it was on a day."""
    taken = iter(range(1000))

    def import_parties(
        parties: Sequence[Party], day: str, *, of: str = "Embargo List", source: str = "ministry"
    ) -> Snapshot:
        path = write_list(tmp_path / f"taken{next(taken)}" / "parties.csv", parties, of)
        return import_list(path, "csl-flat", settings, source=source, as_of=date.fromisoformat(day))

    return import_parties


@dataclass
class Answer:
    """What the authority's server answers to one request."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    """Bytes after which the connection is closed, although more were announced."""
    hold: Event | None = None
    """Waits for this before the second half of the body."""
    etag: str | None = None
    """With it, a request that names it is answered 304."""


class Authority:
    """A server with a script: for each path the answers one after the other, the last for ever."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self._server = server
        self.script: dict[str, list[Answer]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        """Paths and headers of the requests that came."""

    def answers(self, path: str, *answers: Answer) -> str:
        """Script a path; its address is answered."""
        self.script[path] = list(answers)
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}{path}"

    def next(self, path: str) -> Answer:
        waiting = self.script.get(path, [Answer(status=404)])
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    """An authority's server on the loopback."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            published.asked.append((self.path, dict(self.headers.items())))
            answer = published.next(self.path)
            if answer.etag and self.headers.get("If-None-Match") == answer.etag:
                self.send_response(304)
                self.end_headers()
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.etag:
                self.send_header("ETag", answer.etag)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            half = len(answer.body) // 2
            if answer.hold:
                self.wfile.write(answer.body[:half])
                self.wfile.flush()
                answer.hold.wait(30)
                self.wfile.write(answer.body[half:])
            else:
                self.wfile.write(answer.body[: answer.cut_after])
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    published = Authority(server)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield published
    server.shutdown()
    server.server_close()
    thread.join()
