"""Parties of shipments against listed ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from enduse.model import HITS
from enduse.screen import Screener

Make = Callable[..., pa.Table]


@pytest.fixture
def screener(make_lists: Callable[..., tuple[pa.Table, pa.Table]]) -> Screener:
    return Screener(
        *make_lists(
            {
                "name": "ОБЩЕСТВО С ОГРАНИЧЕННОЙ ОТВЕТСТВЕННОСТЬЮ «ОСТЕК-ТРЕЙД»",
                "aliases": ["Ostec-Trade LLC"],
                "countries": ["RU"],
                "identifiers": [
                    {"type": "tax", "value": "7731 481045"},
                    {"type": "registration", "value": "773101001"},
                    {"type": "call_sign", "value": "UBXY1234567"},
                ],
                "addresses": ["ul. Moldavskaya 5, str. 2, Moscow, Russia"],
            },
            {"name": "11420 CORP.", "countries": ["CU"]},
            {"name": "SEVERNAYA AVIATION LOGISTICS", "weak_aliases": ["AVIA"], "countries": ["SY"]},
            {"name": "PETROV, Sergei Ivanovich", "kind": "person", "birth_dates": ["1961-03-07"]},
            {"name": "GOLDEN TIDE", "kind": "vessel", "imo": "9074729"},
            {"name": "GOLDEN WING", "kind": "aircraft"},
            {
                "name": "Meridian Precision Instruments",
                "countries": ["IR"],
                "identifiers": [{"type": "passport", "value": "A1234567"}],
            },
        )
    )


def _hits(screener: Screener, parties: pa.Table, **options: float) -> list[dict[str, Any]]:
    found = screener.parties(parties, **options)
    assert found.schema == HITS
    return found.to_pylist()


@pytest.mark.parametrize(
    "name",
    ["OSTEC TRADE OOO", "Остек-Трейд", "Ostek-Treyd", "\u041estec Trade", "Trade, Ostec LLC"],
)
def test_a_russian_firm_is_met_in_either_script(
    screener: Screener, make_parties: Make, name: str
) -> None:
    hits = _hits(screener, make_parties({"name": name, "country": "RU"}))
    assert [hit["entity_key"] for hit in hits] == [100]
    assert "same country: RU" in hits[0]["explanation"]


@pytest.mark.parametrize(
    "name",
    [
        "Meridian Corp.",
        "11421 Corp",
        "Avia Kazan Trading and Logistics Company LLC",
        "Petrov Trading LLC",
        "Golden Tide",
        "Golden Wing",
    ],
)
def test_a_namesake_in_part_is_not_met(screener: Screener, make_parties: Make, name: str) -> None:
    assert _hits(screener, make_parties({"name": name})) == []


def test_a_weak_alias_is_met_for_less_and_says_so(screener: Screener, make_parties: Make) -> None:
    (hit,) = _hits(screener, make_parties({"name": "AVIA"}))
    assert hit["score"] == pytest.approx(0.94)
    assert "the list calls this a weak alias" in hit["explanation"]


def test_another_country_lowers_the_score_and_a_silent_one_does_not(
    screener: Screener, make_parties: Make
) -> None:
    scores = [
        _hits(screener, make_parties({"name": "Ostek Trade", "country": country}))[0]["score"]
        for country in ("RU", None, "TR")
    ]
    assert scores[0] > scores[1] > scores[2]


def test_only_the_very_name_scores_one(screener: Screener, make_parties: Make) -> None:
    exact, near = _hits(
        screener,
        make_parties(
            {"name": "Ostec-Trade LLC", "country": "RU"}, {"name": "Ostek-Trade", "country": "RU"}
        ),
    )
    assert exact["score"] == 1.0
    assert 0.85 < near["score"] < 1.0


def test_another_year_of_birth_makes_another_person(screener: Screener, make_parties: Make) -> None:
    def score(**known: str) -> list[float]:
        party = {"name": "Сергей Иванович Петров", "kind": "person", **known}
        return [hit["score"] for hit in _hits(screener, make_parties(party), threshold=0.5)]

    (by_name,) = score()
    assert score(birth_date="1961-03-07") == score(birth_date="1961") == [0.999]
    assert score(birth_date="1988-03-07") == [pytest.approx(by_name - 0.2)]
    assert score(birth_date="1961-09-01") == [by_name]


def test_kinds_that_contradict_are_kept_apart(screener: Screener, make_parties: Make) -> None:
    name = "Petrov Sergei Ivanovich"
    parties = [{"name": name, "kind": kind} for kind in ("person", None, "organization", "vessel")]
    assert [hit["party_key"] for hit in _hits(screener, make_parties(*parties))] == [0, 1]


def test_a_ship_is_met_only_as_a_ship(screener: Screener, make_parties: Make) -> None:
    parties = [{"name": "M/V Golden Tide", "kind": kind} for kind in ("vessel", "organization")]
    (hit,) = _hits(screener, make_parties(*parties))
    assert (hit["party_key"], hit["basis"], hit["score"]) == (0, "name", 0.9)


def test_a_ship_with_a_number_of_another_sort_is_still_met_by_name(
    screener: Screener, make_parties: Make
) -> None:
    ship = {"name": "Golden Tide", "kind": "vessel"}
    parties = [{**ship, "id": number} for number in ("REG-4711-22", "IMO 9074729", "IMO 9999993")]
    hits = _hits(screener, make_parties(*parties))
    assert [(hit["party_key"], hit["basis"]) for hit in hits] == [(0, "name"), (1, "imo")]


def test_the_same_tax_number_settles_it_and_names_the_difference(
    screener: Screener, make_parties: Make
) -> None:
    (hit,) = _hits(
        screener, make_parties({"name": "Vostok Import", "id": "7731-481045", "country": "KZ"})
    )
    assert (hit["entity_key"], hit["basis"], hit["score"]) == (100, "identifier", 1.0)
    assert hit["explanation"].startswith("same tax number: 7731-481045; names: only in the ")


@pytest.mark.parametrize(
    ("identifier", "country"),
    [
        ("773101001", None),  # a tax office's code, which thousands share
        ("UBXY1234567", None),  # a call sign
        ("A1234567", "DE"),  # another country's number of the same form
        ("9074729", None),  # seven digits that nobody calls an IMO number
        ("12345", None),
        ("", None),
    ],
)
def test_a_number_that_others_may_bear_settles_nothing(
    screener: Screener, make_parties: Make, identifier: str, country: str | None
) -> None:
    party = {"name": "Vostok Import", "id": identifier, "country": country}
    assert _hits(screener, make_parties(party)) == []


def test_a_short_number_counts_where_no_country_contradicts(
    screener: Screener, make_parties: Make
) -> None:
    parties = [{"name": "Vostok", "id": "a 123 4567", "country": c} for c in (None, "IR")]
    assert [h["basis"] for h in _hits(screener, make_parties(*parties))] == ["identifier"] * 2


def test_an_identifier_goes_before_the_name_of_the_same_entity(
    screener: Screener, make_parties: Make
) -> None:
    (hit,) = _hits(screener, make_parties({"name": "Ostec Trade LLC", "id": "7731481045"}))
    assert hit["basis"] == "identifier"
    assert hit["matched_name"].startswith("ОБЩЕСТВО")
    assert "alike: ostec ~ ostek" in hit["explanation"]


def test_a_shared_address_speaks_for_a_name_that_is_near(
    screener: Screener, make_parties: Make
) -> None:
    name = "Ostek Trade"
    at_home, elsewhere = _hits(
        screener,
        make_parties(
            {"name": name, "address": "Moldavskaya street 5 str. 2, Moskva"},
            {"name": name, "address": "Moscow, Russia"},
        ),
    )
    assert at_home["score"] > elsewhere["score"]
    assert "same address" in at_home["explanation"]


def test_limit_threshold_and_silence(screener: Screener, make_parties: Make) -> None:
    parties = make_parties({"name": "Ostec Trade LLC"}, {"name": "«—»"}, {"name": ""})
    assert [hit["party_key"] for hit in _hits(screener, parties, limit=1)] == [0]
    silent = screener.parties(parties, explain=False)
    assert silent["explanation"].null_count == len(silent) == 1
    assert _hits(screener, parties.slice(0, 0)) == []


def test_empty_lists_meet_nobody(
    make_lists: Callable[..., tuple[pa.Table, pa.Table]], make_parties: Make
) -> None:
    assert _hits(Screener(*make_lists()), make_parties({"name": "Ostec", "id": "7731481045"})) == []
