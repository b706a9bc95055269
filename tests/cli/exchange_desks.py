"""Workspaces of authorities who know each other, and the commands that they type."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.exchange.offices import PASSPHRASE, open_office
from tests.exchange.relays import QUICK

from enduse.cli.app import run
from enduse.exchange.fingerprints import fingerprint
from enduse.exchange.mailboxes import Mailboxes
from enduse.exchange.relay.credentials import Credential

MADE_AGO = timedelta(days=40)
"""How old the identities are: a revocation may be overdue since."""

TIP = {
    "purpose": "Parts were found.",
    "parties": [{"name": "Karakum Fotonik Savda", "countries": "TR"}],
    "parts": [{"maker": "Texas Instruments", "part_number": "TMS320F28335PGFA"}],
    "routes": [{"countries": ["TW", "TR", "RU"]}],
}


def make(folder: Path, names: Sequence[str]) -> None:
    """Workspaces with identities under a cheap passphrase, pinned, with mailboxes and a stick."""
    now = datetime.now(UTC).replace(microsecond=0) - MADE_AGO
    offices = [open_office(folder, name, now) for name in names]
    for one in offices:
        # Without a credential of their own, every first contact with a relay would take a second.
        for name in ("relay-client", "relay"):
            Credential.create(one.settings.workspace / "keys", name, PASSPHRASE, cost=QUICK)
        for other in offices:
            if other is not one:
                public = other.identity.public()
                one.partners.pin(public.document, fingerprint(public), now)
    for one in offices:
        for other in offices:
            if other is not one:
                ours = Mailboxes(one).ours(other.identity.name)
                Mailboxes(other).set_theirs(one.identity.name, ours)
    for one in offices:
        one.close()


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and how it ended."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Desks:
    """A folder with workspaces, and somebody who types."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    @classmethod
    def copied(cls, made: Path, folder: Path, capture: pytest.CaptureFixture[str]) -> Desks:
        """Workspaces of their own for one test."""
        shutil.copytree(made, folder, dirs_exist_ok=True)
        return cls(folder, capture)

    def type(self, who: str, *words: object) -> Said:
        """A command of an authority."""
        self.capture.readouterr()
        status = run(["exchange", *map(str, words), "--workspace", str(self.folder / who)])
        told = self.capture.readouterr()
        return Said(status, told.out, told.err)

    def done(self, who: str, *words: object) -> Any:
        """What a command answers as JSON; it must not fail."""
        said = self.type(who, *words, "--json")
        assert said.status == 0, said.out + said.err
        return said.document

    def refused(self, who: str, *words: object) -> dict[str, str]:
        """The error of a command that must be refused, in the one shape of errors."""
        said = self.type(who, *words, "--json")
        assert said.status == 3, said.out + said.err
        assert set(said.document) == {"error"}
        assert set(said.document["error"]) == {"code", "message", "hint"}
        assert said.document["error"]["code"] == "exchange_refused"
        error: dict[str, str] = said.document["error"]
        return error

    def path(self, name: str, document: object = None) -> Path:
        """A file of the test, written if something is given."""
        path = self.folder / name
        if document is not None:
            path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
        return path

    def tell(self, who: str, whom: str, kind: str, document: object, *words: object) -> str:
        """Seal, and open at the other side; answers the packet's id."""
        number = len(list(self.folder.glob("*.sealed")))
        sealed = self.path(f"{number}.sealed")
        body = self.path(f"{number}.json", document)
        arguments = ("seal", "--to", whom.title(), "--kind", kind, "--body", body, "--out", sealed)
        msg_id: str = self.done(who, *arguments, *words)["msg_id"]
        self.done(whom, "open", sealed)
        return msg_id

    def told(self, who: str, msg_id: str) -> Any:
        """A packet as an authority's inbox shows it."""
        packets = self.done(who, "inbox")["packets"]
        return next(packet for packet in packets if packet["msg_id"] == msg_id)
