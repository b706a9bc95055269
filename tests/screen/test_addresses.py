"""Addresses shared with a listed party."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pytest

from enduse.screen import ADDRESS_HITS, AddressIndex

LISTED = [
    "Office 7, ul. Zavodskaya 14, Moscow, 125009, Russia",
    "Unit 5, 12/F, Golden Harvest Building, 140 Des Voeux Road West, Hong Kong",
    "Moscow, Russia",
    "12 Baker Street, London, United Kingdom",
    "12 Baker Street, Dublin, Ireland",
]


@pytest.fixture
def index(make_lists: Callable[..., tuple[pa.Table, pa.Table]]) -> AddressIndex:
    listings, _ = make_lists(
        {"name": "A", "addresses": LISTED[:2], "countries": ["RU", "HK"]},
        {"name": "B", "addresses": LISTED[2:3]},
        {"name": "C", "addresses": LISTED[3:]},
        {"name": "D"},
    )
    return AddressIndex(listings)


def _match(index: AddressIndex, *addresses: str | None, country: str | None = None) -> pa.Table:
    keys = pa.array(range(len(addresses)), pa.int64())
    countries = pa.array([country] * len(addresses), pa.string())
    asked = {"address_key": keys, "address": pa.array(addresses, pa.string()), "country": countries}
    found = index.match(pa.table(asked))
    assert found.schema == ADDRESS_HITS
    return found


@pytest.mark.parametrize(
    ("written", "entity", "listed"),
    [
        ("ulitsa Zavodskaya, 14, office 7, Moskva, Russian Federation", 100, LISTED[0]),
        ("Россия, Москва, ул. Заводская 14, office 7", 100, LISTED[0]),
        ("unit 5 12/f golden harvest bldg. 140 DES VOEUX RD W, HK", 100, LISTED[1]),
        ("12 Baker St., Dublin, Ireland", 102, LISTED[4]),
    ],
)
def test_an_address_is_known_again_as_others_write_it(
    index: AddressIndex, written: str, entity: int, listed: str
) -> None:
    found = _match(index, written).to_pylist()
    assert [(row["entity_key"], row["matched_address"]) for row in found] == [(entity, listed)]
    assert found[0]["score"] >= 0.9


@pytest.mark.parametrize(
    "written",
    [
        "Moscow, Russia",
        "Moscow 125009",
        "Hong Kong",
        "Office 8, ul. Zavodskaya 14, Moscow, Russia",
        "Office 7, ul. Zavodskaya 15, Moscow, Russia",
        "Office 7, ul. Zavodskaya 14, Moscow, 190000, Russia",
        "Office 7, ul. Zavodskaya 14, Minsk, Belarus",
        "12 Baker Street, Paris, France",
        "14",
        "",
        None,
    ],
)
def test_a_city_or_another_house_is_no_match(index: AddressIndex, written: str | None) -> None:
    assert _match(index, written).num_rows == 0


def test_a_country_that_the_list_does_not_name_makes_it_worth_less(index: AddressIndex) -> None:
    (same,) = _match(index, LISTED[0], country="RU")["score"].to_pylist()
    (other,) = _match(index, LISTED[0], country="KZ")["score"].to_pylist()
    assert (same, other) == (1.0, 0.95)


def test_no_listed_addresses_at_all(make_lists: Callable[..., tuple[pa.Table, pa.Table]]) -> None:
    for lists in (make_lists(), make_lists({"name": "A"})):
        assert _match(AddressIndex(lists[0]), LISTED[0]).num_rows == 0
