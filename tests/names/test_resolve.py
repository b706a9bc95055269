"""Parties that are one firm under several spellings, and those that only look like it."""

from __future__ import annotations

from random import Random

import pyarrow as pa
import pytest

from enduse.errors import UsageError
from enduse.names.evidence import QUALIFIERS
from enduse.names.identifiers import identifiers
from enduse.names.index import NameIndex
from enduse.names.resolve import PAIRS, Resolved, resolve

COLUMNS = ("name", *QUALIFIERS)


def parties(*rows: dict[str, str]) -> pa.Table:
    return pa.table(
        {
            "party_key": pa.array(range(len(rows)), pa.int64()),
            **{c: pa.array([row.get(c) for row in rows], pa.string()) for c in COLUMNS},
        }
    )


def merged(found: Resolved) -> list[list[int]]:
    together: dict[int, list[int]] = {}
    for row in found.clusters.to_pylist():
        together.setdefault(row["cluster_key"], []).append(row["party_key"])
    return [group for group in together.values() if len(group) > 1]


def said(found: Resolved, column: str, one: int = 0, other: int = 1) -> object:
    [row] = [
        row
        for row in found.pairs.to_pylist()
        if (row["party_key"], row["other_key"]) == (one, other)
    ]
    answer: object = row[column]
    return answer


SPELLINGS = parties(
    {"name": "Shenzhen Kelida Electronics Co., Ltd.", "country": "CN"},
    {"name": "SHENZHEN KELIDA ELECTRONIC CO LTD", "country": "CN"},
    {"name": "Shenzen Kelida Electronics Limited", "country": "CN"},
    {"name": "Borak Makina Sanayi A.S.", "country": "TR"},
    {"name": "Ostverk Maschinenbau GmbH", "country": "DE"},
)


def test_spellings_of_one_firm_are_one_and_others_stay_alone() -> None:
    found = resolve(SPELLINGS)
    assert merged(found) == [[0, 1, 2]]
    assert found.clusters["party_key"].to_pylist() == [0, 1, 2, 3, 4]
    assert sum(found.pairs["holds"].to_pylist()) == 2


def test_the_order_of_rows_does_not_matter() -> None:
    rows = list(range(len(SPELLINGS)))
    Random(3).shuffle(rows)
    there, again = resolve(SPELLINGS), resolve(SPELLINGS.take(pa.array(rows)))
    assert there.clusters.equals(again.clusters)
    assert there.pairs.equals(again.pairs)


def test_an_index_that_is_there_already_is_used() -> None:
    listed = SPELLINGS.select(["party_key", "name"]).rename_columns(["entity_key", "name"])
    extra = pa.table({"entity_key": [77], "name": ["Shenzhen Kelida Electronics"]})
    index = NameIndex.build(pa.concat_tables([listed, extra]))
    assert merged(resolve(SPELLINGS, index=index)) == [[0, 1, 2]]


def test_trading_co_glues_nothing() -> None:
    names = ["Trading Co", "Vostrek Trading Co", "Palmira Trading Co", "Dagon Trading Co"]
    assert merged(resolve(parties(*({"name": name} for name in names)))) == []


def test_different_company_numbers_are_different_firms() -> None:
    rows = [
        {"name": "Vostrek Group LLC", "country": "RU", "id": "7707083893"},
        {"name": "Vostrek Group", "country": "RU", "id": "7736050003"},
        {"name": "VOSTREK GROUP LLC", "country": "RU", "id": "INN: 7707083893"},
    ]
    found = resolve(parties(*rows))
    assert merged(found) == [[0, 2]]
    assert said(found, "id") == "differs"
    assert said(found, "score") == 0


def test_a_tax_number_and_a_register_number_do_not_contradict() -> None:
    rows = [
        {"name": "Vostrek Group LLC", "country": "RU", "id": "7707083893"},
        {"name": "Vostrek Group LLC", "country": "RU", "id": "1027700132195"},
    ]
    assert merged(resolve(parties(*rows))) == [[0, 1]]


def test_vessels_of_one_name_with_different_imo_numbers_are_two() -> None:
    ships = [
        {"name": "Golden Horizon", "kind": "vessel", "id": "IMO 9074729"},
        {"name": "Golden Horizon", "kind": "vessel", "id": "9176187"},
        {"name": "Silver Lining", "kind": "vessel", "id": "IMO9074729"},
    ]
    assert merged(resolve(parties(*ships))) == [[0, 2]]


def test_one_number_under_two_names_is_one_firm() -> None:
    rows = [
        {"name": "Vostrek Group", "country": "RU", "id": "7707083893"},
        {"name": "Promsnab Ural", "country": "RU", "id": "7707083893"},
    ]
    found = resolve(parties(*rows))
    assert merged(found) == [[0, 1]]
    assert said(found, "names_score") is None


def test_people_of_one_name_born_on_other_days_are_two() -> None:
    rows = [
        {"name": "Ivan Tarkhanov", "kind": "person", "birth_date": "1961-03-05"},
        {"name": "Ivan Tarkhanov", "kind": "person", "birth_date": "1988-11-21"},
        {"name": "TARKHANOV Ivan", "kind": "person", "birth_date": "1961-05-03"},
    ]
    found = resolve(parties(*rows))
    assert merged(found) == [[0, 2]]
    assert said(found, "birth_date", 0, 2) == "near"


def test_a_phone_and_an_address_tell_firms_of_similar_names_to_be_one() -> None:
    name = {"name": "Kelida Semi", "country": "CN"}
    other = {"name": "Kelida Semiconductors", "country": "CN"}
    where = {"address": "Room 803, 12 Huaqiang Road, Shenzhen", "phone": "+86 755 8277 1234"}
    again = {"address": "12 Huaqiang Rd., rm 803, Shenzhen 518031", "phone": "75582771234"}
    alone, told = resolve(parties(name, other)), resolve(parties(name | where, other | again))
    one, both = said(alone, "score"), said(told, "score")
    assert isinstance(one, float)
    assert isinstance(both, float)
    assert both > one + (1 - one) / 2
    assert (said(told, "address"), said(told, "phone")) == ("same", "same")
    assert merged(told) == [[0, 1]]


def test_an_agents_address_makes_no_firm_of_its_clients() -> None:
    agent = {"address": "Office 12, 45 Harbour Road, Hong Kong", "email": "info@agent-hk.com"}
    names = ["Vostrek", "Palmira", "Dagon", "Kelida", "Borak", "Ostverk", "Tarkhan", "Luma"]
    assert merged(resolve(parties(*({"name": f"{n} Ltd"} | agent for n in names)))) == []


def test_parties_that_say_the_very_same_are_one_however_many() -> None:
    found = resolve(parties(*([{"name": "Vostrek Group", "country": "RU"}] * 200)))
    assert set(found.clusters["cluster_key"].to_pylist()) == {0}
    assert set(found.clusters["cluster_size"].to_pylist()) == {200}
    assert sum(found.pairs["holds"].to_pylist()) == 199


def test_parties_without_names_are_answered() -> None:
    found = resolve(parties({}, {"country": "RU"}, {"name": "—"}, {"name": ""}))
    assert merged(found) == []
    assert found.pairs.schema == PAIRS
    assert len(resolve(parties()).clusters) == 0


def test_bad_input_is_answered_with_what_to_do() -> None:
    with pytest.raises(UsageError, match="no column 'name'"):
        resolve(pa.table({"party_key": [1]}))
    with pytest.raises(UsageError, match="Party 1 stands twice"):
        resolve(pa.table({"party_key": [1, 1], "name": ["a", "b"]}))


@pytest.mark.parametrize(
    ("one", "other", "country"),
    [
        ("DE123456789", "123456789", "DE"),
        ("11.222.333/0001-81", "11222333000262", "BR"),
        ("27AAPFU0939F1ZV", "29AAPFU0939F2ZR", "IN"),
        ("73282932000074", "732829320", "FR"),
    ],
    ids=["VAT prefix", "CNPJ branch", "GSTIN of two states", "SIRET and SIREN"],
)
def test_numbers_of_one_firm_in_two_forms_are_the_same(one: str, other: str, country: str) -> None:
    read = identifiers([one, other], [country] * 2, [""] * 2)
    assert len(set(read.value)) == 1


@pytest.mark.parametrize("text", ["12", "n/a", "none", "-", "ABC"])
def test_what_is_no_number_identifies_nobody(text: str) -> None:
    assert identifiers([text], ["RU"], [""]).party == []
