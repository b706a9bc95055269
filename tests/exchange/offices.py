"""Offices of authorities in workspaces of their own, who have pinned each other."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from enduse.exchange.bodies import read_body
from enduse.exchange.fingerprints import fingerprint
from enduse.exchange.identity import Identity
from enduse.exchange.incoming import Arrived, receive
from enduse.exchange.keyfiles import Cost
from enduse.exchange.office import Office
from enduse.exchange.outgoing import send
from enduse.exchange.packets import Body, Handling, Onward, seal
from enduse.exchange.packets.body import Kind
from enduse.settings import Settings

PASSPHRASE = "correct horse battery staple"
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=200)

Three = tuple[Office, Office, Office]
"""Ukraine, Taiwan and Poland."""

TIP = {
    "parties": [
        {
            "name": "Karakum Fotonik Savda",
            "aliases": ["Каракум Фотоник Савда"],
            "countries": ["TR"],
            "identifiers": {"tax": "1234567890"},
        },
        {"name": "Severnaya Zvezda", "kind": "vessel", "identifiers": {"imo": "9074729"}},
    ],
    "parts": [{"maker": "Texas Instruments", "part_number": "TMS320F28335PGFA"}],
    "routes": [{"countries": ["TW", "TR", "RU"]}],
}


def open_office(folder: Path, name: str, now: datetime = NOW, database_url: str = "") -> Office:
    """An office in a new workspace."""
    settings = Settings(
        workspace=folder / name.lower(), threads=1, memory_limit_mib=256, database_url=database_url
    )
    Identity.create(settings.workspace / "keys", name, PASSPHRASE, cost=Cost(n=2**10), now=now)
    return Office.open(settings, PASSPHRASE, now)


def acquaint(*offices: Office) -> None:
    """Let every office pin all others."""
    for one in offices:
        for other in offices:
            if other is not one:
                public = other.identity.public()
                one.partners.pin(public.document, fingerprint(public), NOW)


def body(
    kind: Kind, content: dict[str, Any], handling: Handling | None = None, **more: Any
) -> Body:
    """A body made now."""
    handling = handling or Handling("amber", "amber", Onward("prohibited"), LATER)
    more.setdefault("created_at", NOW)
    return Body(kind, "A test", "Invented law", handling, content, **more)


def tip(office: Office, folder: Path, **said: Any) -> dict[str, Any]:
    """The content of a tip, as a body file in plain words gives it."""
    path = folder / "tip.json"
    path.write_text(json.dumps(said or TIP), "utf-8")
    public = office.identity.public()
    return dict(
        read_body(
            path, authority_id=public.authority_id, authority=public.name, tlp="amber", at=NOW
        ).content
    )


def deliver(
    sender: Office,
    recipient: Office,
    packet: Body,
    folder: Path,
    *,
    now: datetime = NOW,
    **more: Any,
) -> Arrived:
    """Seal a packet and open it at the other side."""
    path = folder / f"{packet.msg_id}.sealed"
    send(sender, packet, [recipient.identity.name], path, now=now, **more)
    return receive(recipient, path, now)


def forge(sender: Office, recipient: Office, packet: Body, folder: Path) -> Arrived:
    """What a sender without our software could seal, opened at the other side."""
    path = folder / f"{packet.msg_id}.sealed"
    to = [sender.partners.get(recipient.identity.name)]
    seal(packet, [], sender.identity, to, sender.ledger, path, NOW)
    return receive(recipient, path, NOW)
