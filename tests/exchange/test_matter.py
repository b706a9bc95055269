"""Matter in STIX 2.1 and FollowTheMoney: as others read it, and as others may not change it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import stix2
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.authorities import NOW, authority, introduce, tip

from enduse.errors import ExchangeError
from enduse.exchange.packets import canonical, ftm, stix, stix_reading
from enduse.exchange.packets.matter import Link, Matter, Part, Party, Route
from enduse.lists.formats.opensanctions import read_ftm
from enduse.lists.parsed import ReadOptions
from enduse.model import PartyKind

_AUTHORITY = "ab" * 32

_MATTER = Matter(
    parties=(
        Party(
            "t1",
            PartyKind.ORGANIZATION,
            (("ООО «Аэро Партс»", "primary"), ("Aero Parts O'Neil \\ Co", "alias")),
            (("tax", "7701234567"), ("email", "sales@aero.example"), ("odd", "x1")),
            ("RU", "AM"),
            ("Moscow, Lesnaya 1",),
            (),
            ("Buys for the plant.",),
        ),
        Party("v1", PartyKind.VESSEL, (("SEA STAR", "primary"),), (("imo", "9074729"),), ("PA",)),
        Party(
            "p1",
            PartyKind.PERSON,
            (("Ivan Petrov", "primary"), ("Иван Петров", "alias")),
            (("passport", "4510 123456"),),
            ("RU",),
            birth_dates=("1970-01",),
        ),
    ),
    parts=(Part("c1", "Analog Devices", "AD9361BBCZ", date_code="2143"), Part("c2", "", "")),
    routes=(Route("r1", ("TW", "HK", "KG", "RU"), ("Through one forwarder.",)),),
    links=(Link("p1", "directs", "t1"), Link("t1", "ships", "c1"), Link("v1", "sails", "r1")),
)


def _bundle(matter: Matter = _MATTER, authority_id: str = _AUTHORITY, **changes: Any) -> Any:
    said = {"title": "Aero Parts", "authority": "Customs Service", "tlp": "amber+strict", "at": NOW}
    return stix.bundle(matter, authority_id=authority_id, **{**said, **changes})


@pytest.mark.parametrize("tlp", ["clear", "green", "amber", "amber+strict", "red"])
def test_the_stix2_library_takes_the_bundle_as_it_is(tlp: str) -> None:
    bundle = stix2.parse(json.dumps(_bundle(tlp=tlp)), allow_custom=False)
    kinds = {item["type"] for item in bundle.objects}
    assert {"identity", "indicator", "report", "relationship", "marking-definition"} <= kinds
    assert {"grouping", "location", "email-addr"} <= kinds
    (marking,) = (item for item in bundle.objects if item["type"] == "marking-definition")
    assert marking["extensions"][stix.TLP_EXTENSION]["tlp_2_0"] == tlp
    for item in bundle.objects:
        if item["type"] != "marking-definition":
            assert item["object_marking_refs"] == [marking["id"]]


def test_observables_have_the_ids_that_everybody_gives_them() -> None:
    (observable,) = (o for o in _bundle()["objects"] if o["type"] == "email-addr")
    assert observable["id"] == stix2.EmailAddress(value="sales@aero.example").id


def _told(matter: Matter) -> Any:
    """Matter without the ids, which STIX gives anew."""
    names = {
        **{party.id: party.names[0][0] for party in matter.parties},
        **{part.id: part.part_number for part in matter.parts},
        **{route.id: route.countries for route in matter.routes},
    }
    return (
        [replace(party, id="") for party in matter.parties],
        [replace(part, id="") for part in matter.parts],
        [replace(route, id="") for route in matter.routes],
        [(names[link.source], link.relation, names[link.target]) for link in matter.links],
        dict(matter.passed_over),
    )


def test_what_is_written_as_stix_is_read_again() -> None:
    raw = canonical.dumps(_bundle())
    assert _told(stix_reading.read(canonical.loads(raw), _AUTHORITY)) == _told(_MATTER)


_WORDS = st.text(min_size=1, max_size=12)
_MATTERS = st.builds(
    lambda parties, routes: Matter(
        parties=tuple(replace(p, id=f"p{n}") for n, p in enumerate(parties)),
        routes=tuple(Route(f"r{n}", tuple(r)) for n, r in enumerate(routes)),
    ),
    st.lists(
        st.builds(
            Party,
            st.just(""),
            st.sampled_from([PartyKind.PERSON, PartyKind.ORGANIZATION, PartyKind.VESSEL]),
            st.tuples(st.tuples(_WORDS, st.just("primary"))),
            st.lists(st.tuples(_WORDS, _WORDS), max_size=3).map(tuple),
            st.lists(st.sampled_from(["RU", "TW", "HK"]), max_size=2, unique=True).map(tuple),
        ),
        max_size=3,
    ),
    st.lists(st.lists(st.sampled_from(["RU", "TW", "HK"]), min_size=1, max_size=4), max_size=2),
)


@given(_MATTERS)
def test_any_matter_survives_stix(matter: Matter) -> None:
    bundle = json.loads(json.dumps(_bundle(matter)))
    stix2.parse(bundle, allow_custom=False)
    assert _told(stix_reading.read(bundle, _AUTHORITY)) == _told(matter)


def test_a_bundle_of_another_tool_is_read_and_the_rest_is_counted() -> None:
    maker = stix.creator(_AUTHORITY)
    firm = stix2.Identity(name="Front GmbH", identity_class="organization", created_by_ref=maker)
    tool = stix2.Tool(name="Forwarder portal", created_by_ref=maker)
    bundle = json.loads(stix2.Bundle(firm, tool).serialize())
    matter = stix_reading.read(bundle, _AUTHORITY)
    assert [(p.kind, p.names) for p in matter.parties] == [
        (PartyKind.ORGANIZATION, (("Front GmbH", "primary"),))
    ]
    assert matter.passed_over == {"tool": 1}


def test_duplicate_keys_in_a_bundle_are_refused() -> None:
    raw = json.dumps(_bundle()).replace('"name": "SEA STAR"', '"name": "X", "name": "SEA STAR"')
    assert stix2.parse(raw, allow_custom=False), "stix2 takes the last one"
    with pytest.raises(ExchangeError, match="names the key 'name' twice"):
        canonical.loads(raw.encode())


def test_a_later_version_of_somebody_elses_object_is_refused() -> None:
    forged = _bundle(at=NOW + timedelta(days=1))
    stix2.parse(json.dumps(forged), allow_custom=False)
    with pytest.raises(ExchangeError, match="was not created by the sender"):
        stix_reading.read(forged, "cd" * 32)
    # With its own name as the creator it is another object only if the id is another.
    for item in forged["objects"]:
        item["created_by_ref"] = stix.creator("cd" * 32)
    forged["objects"].append(dict(forged["objects"][2]))
    with pytest.raises(ExchangeError, match="stands there twice"):
        stix_reading.read(forged, "cd" * 32)


def test_an_object_is_its_first_senders_for_ever(tmp_path: Path) -> None:
    customs, ministry, police = (authority(tmp_path / n, n) for n in ("customs", "ministry", "p"))
    introduce(customs, ministry, police)
    mine = _bundle(authority_id=customs.identity.authority_id)
    ministry.open(customs.seal(ministry, body=tip(content={"stix": mine})))
    taken = json.loads(json.dumps(mine))
    for item in taken["objects"]:
        if "created_by_ref" in item:
            item["created_by_ref"] = stix.creator(police.identity.authority_id)
    taken["objects"] = [o for o in taken["objects"] if o.get("name") != "Customs Service"]
    path = police.seal(ministry, body=tip(content={"stix": taken}))
    with pytest.raises(ExchangeError, match="would change the STIX object identity--"):
        ministry.open(path)
    later = _bundle(authority_id=customs.identity.authority_id, at=NOW + timedelta(days=1))
    assert ministry.open(customs.seal(ministry, body=tip(content={"stix": later})))
    with pytest.raises(ExchangeError, match="was not created by the sender"):
        ministry.seal(customs, body=tip(content={"stix": mine}))


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {"type": "report"},
        {"type": "bundle", "objects": {}},
        {"type": "bundle", "objects": [1]},
        {"type": "bundle", "objects": [{"type": "identity", "id": "tool--1"}]},
        {"type": "bundle", "objects": [{"type": "identity", "id": "identity--1"}]},
        {
            "type": "bundle",
            "objects": [{"type": "identity", "id": "identity--1", "spec_version": "2.0"}],
        },
    ],
)
def test_what_is_no_bundle_is_refused(document: object) -> None:
    with pytest.raises(ExchangeError):
        stix_reading.read(document, _AUTHORITY)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("extensions", []),
        ("extensions", {stix.PARTY_EXTENSION: []}),
        ("extensions", {stix.PARTY_EXTENSION: {"kind": "alien"}}),
        ("extensions", {stix.PARTY_EXTENSION: {"names": "x"}}),
        ("extensions", {stix.PARTY_EXTENSION: {"names": [{"name": 1, "type": "alias"}]}}),
        ("extensions", {stix.PARTY_EXTENSION: {"countries": [1]}}),
        ("modified", 1),
    ],
)
def test_a_malformed_object_is_refused(place: str, value: object) -> None:
    bundle = json.loads(json.dumps(_bundle()))
    (firm,) = (o for o in bundle["objects"] if o.get("name", "").startswith("ООО"))
    firm[place] = value
    with pytest.raises(ExchangeError):
        stix_reading.read(bundle, _AUTHORITY)


# FollowTheMoney


def test_what_is_written_as_entities_is_read_again() -> None:
    read = ftm.read_lines(ftm.lines(_MATTER))
    assert read.parties == tuple(
        replace(party, identifiers=read.parties[n].identifiers)
        for n, party in enumerate(_MATTER.parties)
    )
    for party, told in zip(_MATTER.parties, read.parties, strict=True):
        assert set(told.identifiers) == set(party.identifiers)
    assert read.links == (Link("p1", "directs", "t1"),)
    assert read.passed_over == {}


def test_the_lists_room_reads_the_entities_as_a_list(tmp_path: Path) -> None:
    path = tmp_path / "tip.ftm.json"
    path.write_bytes(ftm.lines(_MATTER))
    parsed = read_ftm(path, ReadOptions(list_name="tip"))
    parties = {party.name: party for party in parsed.parties}
    assert set(parties) == {"ООО «Аэро Партс»", "SEA STAR", "Ivan Petrov"}
    assert parties["SEA STAR"].imo == "9074729"
    assert ("tax", "7701234567") in parties["ООО «Аэро Партс»"].identifiers


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b'{"id":"a","schema":"Person","properties":{},"id":"b"}', "names the key 'id' twice"),
        (b'{"id":1,"schema":"Person","properties":{}}', "no FollowTheMoney entity"),
        (b'{"id":"a","schema":"Person","properties":{"name":"x"}}', "no FollowTheMoney entity"),
        (b"[]", "Line 1 is not a JSON object"),
        (
            b'{"id":"a","schema":"Person","properties":{}}\n' * 2,
            "entity 'a' stands there twice",
        ),
        (b'{"id":"' + b"a" * 300_000 + b'"}', "at most 262,144"),
    ],
)
def test_what_is_no_entity_is_refused(raw: bytes, why: str) -> None:
    with pytest.raises(ExchangeError, match=why):
        ftm.read_lines(raw)
