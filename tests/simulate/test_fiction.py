"""Nobody in a world is real, and every number that has a check digit passes the check."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import anyascii
import pytest

from enduse.model.identifiers import is_container_valid, is_imo_valid
from enduse.simulate import simulate
from enduse.simulate.catalogue import catalogue
from enduse.simulate.coinage import BANKS

from .conftest import Written, read


def key(name: str) -> str:
    """A name without script, case, spaces and punctuation."""
    return re.sub(r"[^a-z0-9]", "", anyascii.anyascii(name).lower())


@pytest.fixture(scope="module")
def mentioned(written: Written) -> set[str]:
    roles = ("exporter", "consignee", "intermediate_consignee", "end_user", "freight_forwarder")
    names = {n for role in (*roles, "manufacturer") for n in written.shipments[role].to_pylist()}
    for table, columns in (
        (written.registry, ("name", "officers")),
        (written.sanctions, ("name", "alias")),
    ):
        for column in columns:
            names |= {n for text in table[column].to_pylist() if text for n in text.split(";")}
    for text in written.registry["owners"].to_pylist():
        names |= {owner.split("|")[0] for owner in text.split(";")}
    return {name for name in names if name}


def test_no_name_is_on_a_real_list(mentioned: set[str], real_data: Path) -> None:
    listed: set[str] = set()
    with (real_data / "csl-2026" / "parties.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            listed |= {key(name) for name in (row["name"], *row["alt_names"].split("; "))}
    with (real_data / "uk-2026" / "subject_names.csv").open(encoding="utf-8") as file:
        listed |= {key(value) for row in csv.reader(file) for value in row}
    assert len(listed) > 40_000
    assert len(mentioned) > 5_000
    assert not {name for name in mentioned if key(name) in listed}


@pytest.mark.parametrize("bank", BANKS)
def test_no_coined_word_stands_in_a_real_name(bank: str, real_data: Path) -> None:
    with (real_data / "csl-2026" / "parties.csv").open(encoding="utf-8") as file:
        words = {
            key(word)
            for row in csv.DictReader(file)
            for word in re.split(r"[\s;,.()-]+", f"{row['name']} {row['alt_names']}")
        }
    one = BANKS[bank]
    coined = {
        word
        for number in range(len(one.first) * len(one.middle) * len(one.last))
        for word in one.word(number)
        if word
    }
    assert len(coined) > 3000
    assert not {word for word in coined if key(word) in words}


def test_ships_have_valid_numbers_that_no_ship_has(written: Written, real_data: Path) -> None:
    numbers = {n for n in written.shipments["vessel_imo"].to_pylist() if n}
    numbers |= {n for n in written.sanctions["imo"].to_pylist() if n}
    assert len(numbers) > 50
    assert all(is_imo_valid(number) and number[0] in "23" for number in numbers)
    listed = json.loads((real_data / "vessels" / "ofac_sdn_vessels.json").read_text("utf-8"))
    real = set(re.findall(r"\b\d{7}\b", json.dumps(listed)))
    assert len(real) > 500
    assert not numbers & real
    assert not {number for number in real if number[0] in "23"}


def test_containers_have_valid_numbers_of_invented_owners(written: Written) -> None:
    numbers = [n for n in written.shipments["container"].to_pylist() if n]
    assert len(numbers) > 1000
    assert all(is_container_valid(number) for number in numbers)


def test_codes_of_goods_exist_and_the_high_priority_ones_are_those_listed(real_data: Path) -> None:
    with (real_data / "hs" / "harmonized-system.csv").open(encoding="utf-8") as file:
        known = {row["hscode"] for row in csv.DictReader(file)}
    with (real_data / "chpl" / "chpl_2024-02-23.csv").open(encoding="utf-8") as file:
        listed = {row["hs6"] for row in csv.DictReader(file)}
    goods = catalogue().goods
    assert set(goods.code) <= known
    high = {c for c, is_high in zip(goods.code, goods.high_priority, strict=True) if is_high}
    assert high == listed & set(goods.code)
    assert len(high) > 40


def test_the_list_is_known_by_address_director_and_owner_elsewhere(written: Written) -> None:
    sanctions, registry = written.sanctions, written.registry
    kinds = set(sanctions["kind"].to_pylist())
    assert kinds == {"organization", "person", "vessel"}
    listed = set(sanctions["name"].to_pylist())
    places = {a for a in sanctions["address"].to_pylist() if a}
    found = {"address": 0, "director": 0, "owner": 0}
    for name, address, officers, owners in zip(
        *(registry[c].to_pylist() for c in ("name", "address", "officers", "owners")), strict=True
    ):
        if name not in listed:
            found["address"] += address in places
            found["director"] += bool(set(officers.split(";")) & listed)
            found["owner"] += bool({o.split("|")[0] for o in owners.split(";")} & listed)
    assert all(count >= 5 for count in found.values()), found
    ended = [day for day in sanctions["listed_to"].to_pylist() if day]
    assert ended
    assert max(ended) <= written.world.end.isoformat()


def test_listed_firms_and_ships_take_part_in_shipments(written: Written) -> None:
    listed = set(written.sanctions["name"].to_pylist())
    ships = {n for n in written.sanctions["imo"].to_pylist() if n}
    lines = written.shipments
    assert listed & set(lines["consignee"].to_pylist())
    assert ships & set(lines["vessel_imo"].to_pylist())


def test_the_registry_knows_most_firms_and_not_all(written: Written) -> None:
    world = written.world
    assert written.registry.num_rows == world.registered
    assert 0.8 < world.registered / world.firms < 0.9
    numbers = written.registry["entity_id"].to_pylist()
    assert numbers == sorted(set(numbers))
    stated = {n for n in written.shipments["exporter_id"].to_pylist() if n}
    assert 0.5 < len(stated & set(numbers)) / len(stated) < 0.9


def test_a_small_world_is_whole_as_well(tmp_path: Path) -> None:
    world = simulate(tmp_path, lines=200, seed=9)
    assert read(world.shipments).num_rows == 200
    assert world.listed > 30
