"""Lists that change: the screener takes over the change, and answers of it alone."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.screen.conftest import lists_of, parties_of

from enduse.screen import Screener

Lists = tuple[pa.Table, pa.Table]

OSTEC = {"name": "Ostec Trade LLC", "record_id": "1", "countries": ["RU"]}
KVANT = {
    "name": "Kvant Institute",
    "record_id": "2",
    "identifiers": [{"type": "tax", "value": "7707083893"}],
    "addresses": ["ul. Zavodskaya 14, Moscow, Russia"],
}
MERIDIAN = {"name": "Meridian Precision", "record_id": "3", "aliases": ["Meridian Instruments"]}
PETROV = {
    "name": "PETROV, Sergei",
    "record_id": "4",
    "kind": "person",
    "birth_dates": ["1961-03-07"],
}
HELD = parties_of(
    {"name": "Ostek Trade"},
    {"name": "Kvant Institut"},
    {"name": "Vostok", "id": "7707083893"},
    {"name": "Meridian Precision Ltd"},
    {"name": "Sergej Petrov", "birth_date": "1961-03-07"},
)


def _met(screener: Screener) -> list[tuple[int, str, float]]:
    hits = screener.parties(HELD, threshold=0.3, limit=20).to_pylist()
    return [(hit["party_key"], hit["matched_name"], hit["score"]) for hit in hits]


def test_what_was_added_is_met_and_what_was_removed_is_not() -> None:
    screener = Screener(*lists_of(OSTEC, KVANT))
    changed = screener.update(*lists_of(KVANT, MERIDIAN))
    assert (changed.new.to_pylist(), changed.gone.to_pylist()) == ([101], [100])
    assert {name for _, name, _ in _met(screener)} == {"Kvant Institute", "Meridian Precision"}


def test_held_parties_are_asked_of_only_what_changed() -> None:
    screener = Screener(*lists_of(OSTEC, KVANT))
    changed = screener.update(*lists_of(OSTEC, KVANT, PETROV, MERIDIAN))
    whole = _met(screener)
    of_change = _met(screener.only(changed.new))
    assert {name for _, name, _ in of_change} == {"PETROV, Sergei", "Meridian Precision"}
    assert set(of_change) < set(whole)


@pytest.mark.parametrize(
    "change",
    [
        {"countries": ["KZ"]},
        {"aliases": ["Ostec Volga"]},
        {"identifiers": [{"type": "tax", "value": "7736050003"}]},
        {"addresses": ["ul. Zavodskaya 15, Moscow"]},
        {"listed_to": None, "remarks": "now under another regime"},
    ],
)
def test_a_listing_of_which_something_else_is_said_is_new(change: dict[str, Any]) -> None:
    screener = Screener(*lists_of(OSTEC, KVANT))
    changed = screener.update(*lists_of(KVANT, {**OSTEC, **change}))
    assert (changed.new.to_pylist(), changed.gone.to_pylist()) == ([101], [100])


def test_an_identifier_and_an_address_are_asked_of_what_changed_too() -> None:
    screener = Screener(*lists_of(OSTEC, KVANT))
    nothing = screener.only(pa.array([100], pa.int64()))
    assert [party for party, _, score in _met(nothing) if score == 1.0] == []
    addresses = pa.table({"address_key": [1], "address": ["ulitsa Zavodskaya 14, Moskva, Russia"]})
    assert screener.addresses(addresses).num_rows == 1
    assert nothing.addresses(addresses).num_rows == 0


@settings(max_examples=15, deadline=None)
@given(
    before=st.lists(st.sampled_from([OSTEC, KVANT, MERIDIAN, PETROV]), max_size=5),
    after=st.lists(st.sampled_from([OSTEC, KVANT, MERIDIAN, PETROV]), max_size=5),
)
def test_an_updated_screener_answers_as_one_made_anew(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    updated = Screener(*lists_of(*before))
    changed = updated.update(*lists_of(*after))
    assert len(changed.new) - len(changed.gone) == len(after) - len(before)
    ours, anew = _met(updated), _met(Screener(*lists_of(*after)))
    assert [hit[:2] for hit in ours] == [hit[:2] for hit in anew]
    # How rare a word is depends a little on names that are gone, until the index is built anew.
    assert [hit[2] for hit in ours] == pytest.approx([hit[2] for hit in anew], abs=0.02)
