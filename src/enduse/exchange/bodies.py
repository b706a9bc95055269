"""Body files: what a sender writes down, in the forms that people and programs have it in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from enduse.errors import ExchangeError
from enduse.exchange.fields import Fields
from enduse.exchange.packets import canonical, ftm, stix
from enduse.exchange.packets.body import MAX_BODY_BYTES
from enduse.exchange.packets.matter import Link, Matter, Part, Party, Route
from enduse.model import PartyKind

PURPOSE = "Preventing the diversion of controlled goods"
LEGAL_BASIS = "Not stated"
_MATTER = ("parties", "parts", "routes", "links")


@dataclass(frozen=True, slots=True)
class Written:
    """What a body file says.

    Attributes
    ----------
    basis
        Ids of packets that it rests on.
    """

    purpose: str
    legal_basis: str
    content: Mapping[str, Any]
    basis: tuple[str, ...]


def read_body(path: Path, *, authority_id: str, authority: str, tlp: str, at: datetime) -> Written:
    """Read a body file.

    It is one of these: a JSON object with ``content`` (as packets carry it) or with ``parties``,
    ``parts``, ``routes`` and ``links`` in plain words, and with ``purpose``, ``legal_basis`` and
    ``basis`` where they are wanted; a STIX 2.1 bundle; FollowTheMoney entities, one a line; a
    document with a ``schema`` of Enduse, such as a request for records. What is in plain words is
    sent as a STIX bundle of ours.

    Raises
    ------
    ExchangeError
        If the file is none of these, naming what does not fit.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ExchangeError(f"{path} cannot be read: {error.strerror}.") from None
    if path.name.endswith((".ftm.json", ".ftm", ".jsonl")):
        return Written(PURPOSE, LEGAL_BASIS, {"ftm": list(ftm.entities(ftm.read_lines(raw)))}, ())
    document = canonical.loads(raw, max_bytes=MAX_BODY_BYTES, what=path.name)
    if document.get("type") == "bundle":
        return Written(PURPOSE, LEGAL_BASIS, {"stix": document}, ())
    schema = str(document.get("schema", ""))
    if schema.startswith("enduse/") and schema.count("/") == 2:
        return Written(PURPOSE, LEGAL_BASIS, {schema.split("/")[1]: document}, ())
    return _plain(document, path, authority_id, authority, tlp, at)


def _plain(
    document: Mapping[str, Any],
    path: Path,
    authority_id: str,
    authority: str,
    tlp: str,
    at: datetime,
) -> Written:
    fields = Fields(document, path.name)
    content = dict(fields.object("content")) if "content" in document else {}
    if any(name in document for name in _MATTER):
        matter = _matter(fields, document)
        content["stix"] = stix.bundle(
            matter,
            title=path.stem,
            authority_id=authority_id,
            authority=authority,
            tlp=tlp,
            at=at,
        )
    if not content:
        raise ExchangeError(
            f"{path.name} says nothing: it has no content, parties, parts or routes.",
            hint="docs/exchange.md shows what a body file looks like.",
        )
    purpose = fields.text("purpose", most=2000) if "purpose" in document else PURPOSE
    legal = fields.text("legal_basis", most=2000) if "legal_basis" in document else LEGAL_BASIS
    basis = fields.items("basis", 10_000) if "basis" in document else []
    fields.done()
    return Written(purpose, legal, content, tuple(str(one) for one in basis))


def _matter(fields: Fields, document: Mapping[str, Any]) -> Matter:
    items = {name: fields.items(name, 100_000) if name in document else [] for name in _MATTER}
    return Matter(
        tuple(_party(item, n) for n, item in enumerate(items["parties"], start=1)),
        tuple(_part(item, n) for n, item in enumerate(items["parts"], start=1)),
        tuple(_route(item, n) for n, item in enumerate(items["routes"], start=1)),
        tuple(_link(item, n) for n, item in enumerate(items["links"], start=1)),
    )


class _Item:
    """One party, part or route in plain words: a text may stand where a list of one would."""

    def __init__(self, item: object, what: str, known: Sequence[str]) -> None:
        if not isinstance(item, dict):
            raise ExchangeError(f"{what} is no JSON object.")
        if unknown := sorted(set(item) - set(known)):
            raise ExchangeError(f"{what} has a field '{unknown[0]}'; known are {', '.join(known)}.")
        self._item, self._what = item, what

    def text(self, name: str, default: str | None = None) -> str:
        value = self._item.get(name, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise ExchangeError(f"{self._what} has no '{name}', or it is no text.")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._item.get(name, [])
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
            raise ExchangeError(f"{self._what}, field '{name}', is no text or list of texts.")
        return tuple(values)

    def pairs(self, name: str) -> tuple[tuple[str, str], ...]:
        value = self._item.get(name, {})
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            raise ExchangeError(f"{self._what}, field '{name}', is no object of texts.")
        return tuple(value.items())


def _party(item: object, number: int) -> Party:
    known = (
        "id", "kind", "name", "aliases", "identifiers", "countries", "addresses", "birth_dates",
        "remarks",
    )  # fmt: skip
    said = _Item(item, f"Party {number}", known)
    kind = said.text("kind", "organization")
    if kind not in {one.value for one in PartyKind}:
        raise ExchangeError(
            f"Party {number} is of kind '{kind}'; known are {', '.join(PartyKind)}."
        )
    names = [(said.text("name"), "primary"), *((alias, "alias") for alias in said.texts("aliases"))]
    return Party(
        id=said.text("id", f"party-{number}"),
        kind=PartyKind(kind),
        names=tuple(names),
        identifiers=said.pairs("identifiers"),
        countries=said.texts("countries"),
        addresses=said.texts("addresses"),
        birth_dates=said.texts("birth_dates"),
        remarks=said.texts("remarks"),
    )


def _part(item: object, number: int) -> Part:
    said = _Item(
        item, f"Part {number}", ("id", "maker", "part_number", "serial", "date_code", "remarks")
    )
    return Part(
        id=said.text("id", f"part-{number}"),
        maker=said.text("maker", ""),
        part_number=said.text("part_number"),
        serial=said.text("serial", ""),
        date_code=said.text("date_code", ""),
        remarks=said.texts("remarks"),
    )


def _route(item: object, number: int) -> Route:
    said = _Item(item, f"Route {number}", ("id", "countries", "remarks"))
    countries = said.texts("countries")
    if len(countries) < 2 or any(len(c) != 2 or not c.isupper() for c in countries):
        raise ExchangeError(f"Route {number} needs two or more countries, as alpha-2 codes.")
    return Route(said.text("id", f"route-{number}"), countries, said.texts("remarks"))


def _link(item: object, number: int) -> Link:
    said = _Item(item, f"Link {number}", ("source", "relation", "target"))
    return Link(said.text("source"), said.text("relation"), said.text("target"))


def written_json(document: Mapping[str, Any]) -> str:
    """A body file's text, for people to read and change."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
