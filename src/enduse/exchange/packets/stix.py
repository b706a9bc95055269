"""Matter as a STIX 2.1 bundle.

A party is an ``identity`` with an ``indicator`` on its names, a part an ``indicator`` on its
markings, a route a ``grouping`` of locations. What STIX has no property for stands in property
extensions, so that any reader of STIX 2.1 takes the bundle as it is. `stix_reading` reads it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from enduse.errors import ExchangeError
from enduse.exchange.fields import written_instant
from enduse.exchange.packets import canonical
from enduse.exchange.packets.matter import Link, Matter, Part, Party, Route
from enduse.model import PartyKind

_NAMESPACE = uuid.UUID("6f0ad6c2-7b53-5ac4-9d0c-3f1c0d6a2b5e")
PARTY_EXTENSION = "extension-definition--" + str(uuid.uuid5(_NAMESPACE, "party"))
PART_EXTENSION = "extension-definition--" + str(uuid.uuid5(_NAMESPACE, "part"))
ROUTE_EXTENSION = "extension-definition--" + str(uuid.uuid5(_NAMESPACE, "route"))

# STIX 2.1, section 2.9: the same observable has the same id whoever writes it.
_OBSERVABLE_NAMESPACE = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")

TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
TLP_MARKINGS = {
    "clear": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "green": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "amber": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "amber+strict": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "red": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
"""Marking definitions of TLP 2.0 (OASIS, cti-stix-common-objects, 2022-10-01)."""

INDICATES = "indicates"

OBSERVABLES = {"email": ("email-addr", "value"), "website": ("url", "value")}
"""Identifiers that STIX has an observable for."""

CLASSES = {PartyKind.PERSON: "individual", PartyKind.ORGANIZATION: "organization"}


def creator(authority_id: str) -> str:
    """The STIX identity of an authority."""
    return f"identity--{uuid.uuid5(_NAMESPACE, authority_id)}"


def bundle(
    matter: Matter, *, title: str, authority_id: str, authority: str, tlp: str, at: datetime
) -> dict[str, Any]:
    """Matter as a bundle with a report over it, marked with its TLP level.

    The same originator's same id gives the same STIX id, so that a later bundle updates it.

    Parameters
    ----------
    title
        Name of the report.
    authority_id, authority
        Who creates it: id and name.
    at
        When the objects were last changed.
    """
    writer = _Writer(authority_id, tlp, at)
    sender = writer.object(
        "identity",
        authority_id,
        creator(authority_id),
        name=authority,
        identity_class="organization",
    )
    objects = [
        *(o for party in matter.parties for o in writer.party(party)),
        *(writer.part(part) for part in matter.parts),
        *(o for route in matter.routes for o in writer.route(route)),
        *(writer.link(link) for link in matter.links),
    ]
    report = writer.object(
        "report",
        f"report {title} {written_instant(at)}",
        name=title,
        published=_stix_time(at),
        report_types=["threat-report"],
        object_refs=[o["id"] for o in objects] or [sender["id"]],
    )
    marking = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": TLP_MARKINGS[tlp],
        "created": "2022-10-01T00:00:00.000Z",
        "name": f"TLP:{tlp.upper()}",
        "extensions": {TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": tlp}},
    }
    # Two parties with one mailbox have one observable.
    distinct = {o["id"]: o for o in (marking, sender, *objects, report)}
    return {
        "type": "bundle",
        "id": f"bundle--{uuid.uuid5(_NAMESPACE, report['id'] + authority_id)}",
        "objects": list(distinct.values()),
    }


class _Writer:
    """Objects of one creator, one level and one time."""

    def __init__(self, authority_id: str, tlp: str, at: datetime) -> None:
        self._authority_id, self._at = authority_id, _stix_time(at)
        self._marking = TLP_MARKINGS[tlp]
        self._ids: dict[str, str] = {}

    def object(self, kind: str, local: str, object_id: str = "", /, **own: Any) -> dict[str, Any]:
        name = f"{self._authority_id}/{kind}/{local}"
        return {
            "type": kind,
            "spec_version": "2.1",
            "id": object_id or f"{kind}--{uuid.uuid5(_NAMESPACE, name)}",
            "created_by_ref": creator(self._authority_id),
            "created": self._at,
            "modified": self._at,
            "object_marking_refs": [self._marking],
            **own,
        }

    def party(self, party: Party) -> Iterator[dict[str, Any]]:
        said = {
            "kind": party.kind.value,
            "names": [{"name": name, "type": kind} for name, kind in party.names],
            "identifiers": [{"type": kind, "value": value} for kind, value in party.identifiers],
            "countries": list(party.countries),
            "addresses": list(party.addresses),
            "birth_dates": list(party.birth_dates),
            "remarks": list(party.remarks),
        }
        written = self.object(
            "identity",
            party.id,
            name=party.names[0][0],
            identity_class=CLASSES.get(party.kind, "unspecified"),
            extensions=_extension(PARTY_EXTENSION, said),
        )
        self._ids[party.id] = written["id"]
        yield written
        names = " OR ".join(f"identity:name = '{_quoted(name)}'" for name, _ in party.names)
        indicator = self.object("indicator", party.id, **self._pattern(names))
        yield indicator
        yield self.object(
            "relationship",
            f"{party.id} {INDICATES}",
            relationship_type=INDICATES,
            source_ref=indicator["id"],
            target_ref=written["id"],
        )
        for kind, value in party.identifiers:
            if kind in OBSERVABLES:
                observable, key = OBSERVABLES[kind]
                contributing = canonical.dumps({key: value}).decode()
                yield {
                    "type": observable,
                    "spec_version": "2.1",
                    "id": f"{observable}--{uuid.uuid5(_OBSERVABLE_NAMESPACE, contributing)}",
                    "object_marking_refs": [self._marking],
                    key: value,
                }

    def part(self, part: Part) -> dict[str, Any]:
        marked = {
            "maker": part.maker,
            "part_number": part.part_number,
            "serial": part.serial,
            "date_code": part.date_code,
        }
        said = {key: value for key, value in marked.items() if value}
        # The pattern names what no reader can observe; it is there for the eye.
        pattern = " AND ".join(f"x-part:{key} = '{_quoted(value)}'" for key, value in said.items())
        written = self.object(
            "indicator",
            f"part {part.id}",
            name=" ".join(said.values()),
            **self._pattern(pattern or "x-part:id = 'unknown'"),
            extensions=_extension(PART_EXTENSION, said | {"remarks": list(part.remarks)}),
        )
        self._ids[part.id] = written["id"]
        return written

    def route(self, route: Route) -> Iterator[dict[str, Any]]:
        places = [
            self.object("location", code, name=code, country=code)
            for code in dict.fromkeys(route.countries)
        ]
        yield from places
        said = {"countries": list(route.countries), "remarks": list(route.remarks)}
        written = self.object(
            "grouping",
            route.id,
            name=" - ".join(route.countries),
            context="unspecified",
            object_refs=[place["id"] for place in places],
            extensions=_extension(ROUTE_EXTENSION, said),
        )
        self._ids[route.id] = written["id"]
        yield written

    def link(self, link: Link) -> dict[str, Any]:
        if link.source not in self._ids or link.target not in self._ids:
            raise ExchangeError(f"A link names {link.source} or {link.target}, which is not there.")
        return self.object(
            "relationship",
            f"{link.source} {link.relation} {link.target}",
            relationship_type=link.relation,
            source_ref=self._ids[link.source],
            target_ref=self._ids[link.target],
        )

    def _pattern(self, comparison: str) -> dict[str, Any]:
        return {"pattern_type": "stix", "pattern": f"[{comparison}]", "valid_from": self._at}


def _extension(name: str, said: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in said.items() if value != []}
    return {name: {"extension_type": "property-extension"} | kept}


def _stix_time(at: datetime) -> str:
    return written_instant(at).removesuffix("Z") + ".000Z"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
