"""A tip acts: what it names becomes a list that every check uses, under its sender's terms."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from anyascii import anyascii

from enduse.errors import StorageError
from enduse.exchange.office import Office
from enduse.exchange.packets import ftm, stix_reading
from enduse.exchange.packets.body import Packet
from enduse.exchange.packets.handling import Handling
from enduse.exchange.packets.matter import Matter
from enduse.lists import PREFIX, Terms, forget_lists, goods_source, import_list


def matter_of(packet: Packet) -> Matter:
    """What a packet names, from its STIX bundle and its FollowTheMoney entities.

    Raises
    ------
    ExchangeError
        If one of them cannot be read.
    """
    content = packet.body.content
    found = Matter()
    if "stix" in content:
        found = stix_reading.read(content["stix"], packet.sender)
    if "ftm" in content:
        more = ftm.read(content["ftm"])
        known = {party.id for party in found.parties}
        found = Matter(
            (*found.parties, *(party for party in more.parties if party.id not in known)),
            found.parts,
            found.routes,
            (*found.links, *more.links),
            {**found.passed_over, **more.passed_over},
        )
    return found


def watch(office: Office, packet: Packet) -> list[str]:
    """Make a list of what a packet names; says what was taken in.

    Raises
    ------
    StorageError
        If the workspace cannot be written.
    """
    try:
        return _watch(office, packet, matter_of(packet))
    except StorageError:
        raise
    except Exception as error:
        # A partner can write what nobody thought of: it must not stop what is done here later.
        return [f"Not all of it is watched for: {str(error) or type(error).__name__}"]


def _watch(office: Office, packet: Packet, matter: Matter) -> list[str]:
    handling, sender = packet.body.handling, office.name(packet.sender)
    # What expires during a day is not used on it.
    last = (handling.not_after - timedelta(days=1)).date()
    terms = Terms(sender, handling_in_words(handling, packet.body.msg_id), last)
    source = list_of(packet.body.msg_id, sender)
    day = packet.body.created_at.date()
    counted = {
        "parties": len(matter.parties),
        "parts": len([part for part in matter.parts if part.part_number]),
        "routes": len(matter.routes),
    }
    passed = [f"{count} of type {kind}" for kind, count in matter.passed_over.items()]
    with TemporaryDirectory(prefix="enduse-tip-") as folder:
        if matter.parties:
            path = Path(folder) / "entities.ftm.json"
            path.write_bytes(ftm.lines(matter))
            import_list(
                path, "ftm", office.settings, source=source, as_of=day, terms=terms,
                allow_shrink=True,
            )  # fmt: skip
        if matter.parts or matter.routes:
            path = Path(folder) / "goods.json"
            path.write_text(json.dumps(_goods(matter), ensure_ascii=False), "utf-8")
            import_list(
                path, "tip", office.settings, source=goods_source(source), as_of=day,
                terms=terms, allow_shrink=True,
            )  # fmt: skip
    said = ", ".join(f"{count} {what}" for what, count in counted.items() if count)
    notices = [
        f"Watched for from now on, as list {source}: {said}." if said else
        "It names no party, part or route that could be watched for."
    ]  # fmt: skip
    if passed:
        notices.append(f"Not taken in: {', '.join(passed)}.")
    return notices


def drop(office: Office, msg_id: str) -> bool:
    """Watch no more for what a packet named; whether there was anything."""
    return forget_lists(msg_id, office.settings)


def list_of(msg_id: str, sender: str) -> str:
    """Name of the list made of a tip.

    Examples
    --------
    >>> list_of("0f" * 16, "Митниця України")
    'tip-mitnitsya-ukraini-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f'
    """
    plain = re.sub(r"[^a-z0-9]+", "-", anyascii(sender).lower()).strip("-")[:30]
    return f"{PREFIX}{plain or 'partner'}-{msg_id}"


def handling_in_words(handling: Handling, msg_id: str) -> str:
    """What a packet's originator allows, in a sentence for those who read what came of it.

    The packet is named, so that whatever cites the sentence is held to it (`mentions`).

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from enduse.exchange.packets.handling import Onward
    >>> ends = datetime(2027, 1, 31, tzinfo=UTC)
    >>> handling_in_words(Handling("amber", "green", Onward("prohibited"), ends), "0f" * 16)
    'TLP:AMBER, PAP:GREEN; onward: prohibited; until 2027-01-31; packet 0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f.'
    """
    return (
        f"TLP:{handling.tlp.upper()}, PAP:{handling.pap.upper()}; "
        f"onward: {handling.onward.rule}; until {handling.not_after.date().isoformat()}; "
        f"packet {msg_id}."
    )


def _goods(matter: Matter) -> dict[str, list[dict[str, object]]]:
    return {
        "parts": [
            {
                "id": part.id,
                "manufacturer": part.maker,
                "part_number": part.part_number,
                "serial": part.serial,
                "date_code": part.date_code,
                "remarks": "; ".join(part.remarks),
            }
            for part in matter.parts
            if part.part_number
        ],
        "routes": [
            {
                "id": route.id,
                "countries": list(route.countries),
                "remarks": "; ".join(route.remarks),
            }
            for route in matter.routes
        ],
    }
