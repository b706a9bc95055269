"""Matter as FollowTheMoney entities, and entities of somebody else as matter.

The model has no parts and no routes; those travel as STIX or in a body's own words.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from enduse.errors import ExchangeError
from enduse.exchange.packets import canonical
from enduse.exchange.packets.matter import Link, Matter, Party
from enduse.lists.formats.ftm_properties import COUNTRIES, IDENTIFIERS, KINDS, NAMES
from enduse.model import PartyKind

MAX_LINE_BYTES = 256 * 1024

_SCHEMATA = {
    PartyKind.PERSON: "Person",
    PartyKind.ORGANIZATION: "Organization",
    PartyKind.VESSEL: "Vessel",
    PartyKind.AIRCRAFT: "Airplane",
    PartyKind.UNKNOWN: "LegalEntity",
}
_NAME_PROPERTIES = {
    "primary": "name",
    "alias": "alias",
    "weak_alias": "weakAlias",
    "former": "previousName",
    "original_script": "alias",
}
_LEGAL = {
    "national_id": "idNumber",
    "tax": "taxNumber",
    "registration": "registrationNumber",
    "lei": "leiCode",
    "swift": "swiftBic",
}
_IDENTIFIER_PROPERTIES: Mapping[PartyKind, Mapping[str, str]] = {
    PartyKind.PERSON: _LEGAL | {"passport": "passportNumber"},
    PartyKind.ORGANIZATION: _LEGAL,
    PartyKind.UNKNOWN: _LEGAL,
    PartyKind.VESSEL: {"imo": "imoNumber", "mmsi": "mmsi", "call_sign": "callSign"},
    PartyKind.AIRCRAFT: {"aircraft": "serialNumber"},
}
"""Types of identifiers to the properties of each schema; the rest become Identifications."""


def entities(matter: Matter) -> Iterator[dict[str, Any]]:
    """The parties of a matter and the links between them, one entity at a time.

    Examples
    --------
    >>> firm = Party("t1", PartyKind.ORGANIZATION, (("Aero Parts LLC", "primary"),))
    >>> next(entities(Matter(parties=(firm,))))["properties"]
    {'name': ['Aero Parts LLC']}
    """
    for party in matter.parties:
        properties: dict[str, list[str]] = defaultdict(list)
        for name, kind in party.names:
            properties[_NAME_PROPERTIES.get(kind, "alias")].append(name)
        carried = _IDENTIFIER_PROPERTIES[party.kind]
        others = []
        for kind, value in party.identifiers:
            if kind in carried:
                properties[carried[kind]].append(value)
            else:
                others.append((kind, value))
        flag = party.kind is PartyKind.VESSEL
        properties["flag" if flag else "country"] += [code.lower() for code in party.countries]
        properties["address"] += party.addresses
        if party.kind is PartyKind.PERSON:
            properties["birthDate"] += party.birth_dates
        properties["notes"] += party.remarks
        yield _entity(party.id, _SCHEMATA[party.kind], properties) | {"caption": party.names[0][0]}
        for number, (kind, value) in enumerate(others):
            said = {"holder": [party.id], "type": [kind], "number": [value]}
            yield _entity(f"{party.id}-document-{number}", "Identification", said)
    known = {party.id for party in matter.parties}
    between = [link for link in matter.links if link.source in known and link.target in known]
    for number, link in enumerate(between):
        ends = {"subject": [link.source], "object": [link.target], "role": [link.relation]}
        yield _entity(f"link-{number}-{link.source}", "UnknownLink", ends)


def lines(matter: Matter) -> bytes:
    """The entities as JSON lines, as ``entities.ftm.json`` has them."""
    return b"".join(
        json.dumps(entity, ensure_ascii=False).encode() + b"\n" for entity in entities(matter)
    )


def read_lines(raw: bytes) -> Matter:
    """The matter in JSON lines of entities.

    Raises
    ------
    ExchangeError
        If a line is no entity, is too long, or names a key twice.
    """
    return read(
        canonical.loads(line, max_bytes=MAX_LINE_BYTES, max_depth=4, what=f"Line {number}")
        for number, line in enumerate(raw.splitlines(), start=1)
        if line.strip()
    )


def read(found: object) -> Matter:
    """The matter in a list of entities.

    Entities of schemata that Enduse has no use for are counted, not lost from sight.

    Raises
    ------
    ExchangeError
        If one is no entity.
    """
    if not isinstance(found, Iterable):
        raise ExchangeError("The FollowTheMoney entities are no list.")
    parties: dict[str, tuple[str, Mapping[str, list[str]], str]] = {}
    documents: dict[str, list[tuple[str, str]]] = defaultdict(list)
    links = []
    passed_over: Counter[str] = Counter()
    for item in found:
        number, schema, properties, caption = _read_entity(item)
        if schema in KINDS:
            if number in parties:
                raise ExchangeError(f"The entity {number[:120]!r} stands there twice.")
            parties[number] = (schema, properties, caption)
        elif schema in ("Identification", "Passport"):
            kind = "passport" if schema == "Passport" else " ".join(properties.get("type", ()))
            values = properties.get("passportNumber") or properties.get("number") or []
            for holder in properties.get("holder", ()):
                documents[holder] += [(kind or "other", value) for value in values]
        elif schema == "UnknownLink":
            links += [
                Link(source, " ".join(properties.get("role", ())) or "linked to", target)
                for source in properties.get("subject", ())
                for target in properties.get("object", ())
            ]
        else:
            passed_over[schema] += 1
    held = tuple(link for link in links if link.source in parties and link.target in parties)
    if len(held) < len(links):
        passed_over["UnknownLink"] += len(links) - len(held)
    return Matter(
        parties=tuple(
            _party(number, *said, documents.get(number, [])) for number, said in parties.items()
        ),
        links=held,
        passed_over=dict(passed_over),
    )


def _entity(number: str, schema: str, properties: Mapping[str, list[str]]) -> dict[str, Any]:
    return {
        "id": number,
        "schema": schema,
        "properties": {name: list(values) for name, values in properties.items() if values},
    }


def _read_entity(item: object) -> tuple[str, str, dict[str, list[str]], str]:
    properties = item.get("properties") if isinstance(item, dict) else None
    if (
        not isinstance(item, dict)
        or not isinstance(item.get("id"), str)
        or not isinstance(item.get("schema"), str)
        or not isinstance(properties, dict)
        or not all(isinstance(values, list) for values in properties.values())
    ):
        raise ExchangeError("There is something that is no FollowTheMoney entity.")
    words = {
        name: [value for value in values if isinstance(value, str) and value]
        for name, values in properties.items()
    }
    caption = item.get("caption")
    return item["id"], item["schema"], words, caption if isinstance(caption, str) else ""


def _party(
    number: str,
    schema: str,
    properties: Mapping[str, list[str]],
    caption: str,
    documents: list[tuple[str, str]],
) -> Party:
    names = {
        name: kind for property_, kind in NAMES.items() for name in properties.get(property_, ())
    }
    primary = caption if caption in names else next(iter(properties.get("name", [])), caption)
    others = [(name, kind) for name, kind in names.items() if name != primary]
    identifiers = [
        (kind, value)
        for property_, kind in IDENTIFIERS.items()
        for value in properties.get(property_, ())
    ]
    countries = [
        country.partition("-")[0].upper()
        for property_ in COUNTRIES
        for country in properties.get(property_, ())
    ]
    return Party(
        id=number,
        kind=KINDS[schema],
        names=((primary or number, "primary"), *others),
        identifiers=tuple(dict.fromkeys([*identifiers, *documents])),
        countries=tuple(dict.fromkeys(countries)),
        addresses=tuple(properties.get("address", ())),
        birth_dates=tuple(properties.get("birthDate", ())),
        remarks=tuple(properties.get("notes", ())),
    )
