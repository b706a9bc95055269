"""A STIX 2.1 bundle of somebody else as matter.

Every object names its creator, and only the creator's packets may hold it, so that nobody can
send a later version of an object of somebody else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from enduse.errors import ExchangeError
from enduse.exchange.packets.matter import Link, Matter, Part, Party, Route
from enduse.exchange.packets.stix import (
    CLASSES,
    INDICATES,
    OBSERVABLES,
    PART_EXTENSION,
    PARTY_EXTENSION,
    ROUTE_EXTENSION,
    creator,
)
from enduse.model import PartyKind

_UNOWNED = ("marking-definition", "extension-definition", "language-content")
"""Types that anybody repeats; observables have no creator either."""

_OBSERVABLE_TYPES = frozenset(
    (
        *("artifact", "autonomous-system", "directory", "domain-name", "email-addr"),
        *("email-message", "file", "ipv4-addr", "ipv6-addr", "mac-addr", "mutex"),
        *("network-traffic", "process", "software", "url", "user-account"),
        *("windows-registry-key", "x509-certificate"),
    )
)


def owned_objects(document: object, authority_id: str) -> Mapping[str, str]:
    """Ids of the objects that a bundle of an authority creates or changes, with their times.

    Raises
    ------
    ExchangeError
        If the bundle is malformed, holds two versions of an object that contradict each other,
        or an object that another authority created.
    """
    mine = creator(authority_id)
    owned: dict[str, str] = {}
    for item in _objects(document):
        if item["type"] in _UNOWNED or item["type"] in _OBSERVABLE_TYPES:
            continue
        by = mine if item["id"] == mine else item.get("created_by_ref")
        if by != mine:
            raise ExchangeError(
                f"The STIX object {item['id']} was not created by the sender of the packet; only "
                "the creator sends a version of it."
            )
        modified = item.get("modified")
        if not isinstance(modified, str) or item["id"] in owned:
            raise ExchangeError(f"The STIX object {item['id']} has no time or stands there twice.")
        owned[item["id"]] = modified
    return owned


def read(document: object, authority_id: str) -> Matter:
    """What a bundle of an authority speaks of.

    Objects of types that Enduse has no use for are counted, not lost from sight.

    Raises
    ------
    ExchangeError
        As `owned_objects` does, or if an object of a type that is read is malformed.
    """
    owned_objects(document, authority_id)
    objects = _objects(document)
    parties = [
        _read_party(item, said)
        for item, said in _extended(objects, PARTY_EXTENSION, "identity")
        if item["id"] != creator(authority_id)
    ]
    parts = [_read_part(item, said) for item, said in _extended(objects, PART_EXTENSION)]
    routes = [
        Route(item["id"], _texts(item, said, "countries"), _texts(item, said, "remarks"))
        for item, said in _extended(objects, ROUTE_EXTENSION)
    ]
    known = {p.id for p in parties} | {p.id for p in parts} | {r.id for r in routes}
    held = known | {creator(authority_id)}
    links = []
    for item in objects:
        if item["type"] != "relationship":
            continue
        ends = Link(
            _text(item, item, "source_ref"),
            _text(item, item, "relationship_type"),
            _text(item, item, "target_ref"),
        )
        if ends.source in known and ends.target in known:
            links.append(ends)
            held.add(item["id"])
        elif ends.relation == INDICATES and ends.target in known:
            held |= {item["id"], ends.source}
    carried = [code for route in routes for code in route.countries]
    passed_over = Counter(
        item["type"]
        for item in objects
        if item["id"] not in held
        and item["type"] not in (*_UNOWNED, "report", *(kind for kind, _ in OBSERVABLES.values()))
        and not (item["type"] == "location" and item.get("country") in carried)
    )
    return Matter(tuple(parties), tuple(parts), tuple(routes), tuple(links), dict(passed_over))


def _objects(document: object) -> list[dict[str, Any]]:
    objects = document.get("objects") if isinstance(document, dict) else None
    if not isinstance(document, dict) or document.get("type") != "bundle":
        raise ExchangeError("The STIX bundle is no bundle.")
    if not isinstance(objects, list):
        raise ExchangeError("The STIX bundle has no objects.")
    for item in objects:
        if (
            not isinstance(item, dict)
            or not isinstance(item.get("type"), str)
            or not isinstance(item.get("id"), str)
            or not item["id"].startswith(f"{item['type']}--")
            or item.get("spec_version", "2.1") != "2.1"
        ):
            raise ExchangeError("The STIX bundle holds something that is no STIX 2.1 object.")
    return objects


def _extended(
    objects: list[dict[str, Any]], extension: str, kind: str = ""
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Objects that have an extension, or are of a kind whether they have it or not."""
    for item in objects:
        extensions = item.get("extensions", {})
        if not isinstance(extensions, dict):
            raise _malformed(item)
        if extension in extensions or item["type"] == kind:
            said = extensions.get(extension, {})
            if not isinstance(said, dict):
                raise _malformed(item)
            yield item, said


def _read_party(item: Mapping[str, Any], said: Mapping[str, Any]) -> Party:
    classes = {word: kind for kind, word in CLASSES.items()}
    stated = _text(item, item, "identity_class", "")
    kind = said.get("kind") or classes.get(stated, PartyKind.UNKNOWN)
    if kind not in list(PartyKind):
        raise _malformed(item)
    names = _pairs(item, said, "names", "name", "type")
    return Party(
        id=item["id"],
        kind=PartyKind(kind),
        names=names or ((_text(item, item, "name"), "primary"),),
        identifiers=_pairs(item, said, "identifiers", "type", "value"),
        countries=_texts(item, said, "countries"),
        addresses=_texts(item, said, "addresses"),
        birth_dates=_texts(item, said, "birth_dates"),
        remarks=_texts(item, said, "remarks"),
    )


def _read_part(item: Mapping[str, Any], said: Mapping[str, Any]) -> Part:
    return Part(
        id=item["id"],
        maker=_text(item, said, "maker", ""),
        part_number=_text(item, said, "part_number", ""),
        serial=_text(item, said, "serial", ""),
        date_code=_text(item, said, "date_code", ""),
        remarks=_texts(item, said, "remarks"),
    )


def _text(
    item: Mapping[str, Any], said: Mapping[str, Any], name: str, default: str | None = None
) -> str:
    value = said.get(name, default)
    if not isinstance(value, str):
        raise _malformed(item)
    return value


def _texts(item: Mapping[str, Any], said: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = said.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise _malformed(item)
    return tuple(values)


def _pairs(
    item: Mapping[str, Any], said: Mapping[str, Any], name: str, first: str, second: str
) -> tuple[tuple[str, str], ...]:
    values = said.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise _malformed(item)
    return tuple((_text(item, v, first), _text(item, v, second)) for v in values)


def _malformed(item: Mapping[str, Any]) -> ExchangeError:
    return ExchangeError(f"The STIX object {item['id'][:120]} is malformed.")
