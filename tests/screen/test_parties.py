"""Parties of shipments against listed ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from enduse.model import HITS
from enduse.screen import DEFAULT_THRESHOLD, MMSI_TRUST, Screener

Make = Callable[..., pa.Table]
Lists = tuple[pa.Table, pa.Table]


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
        "Meridian Volga Optics Corp.",
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
    assert 0.9 < hit["score"] < 1.0
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


def test_a_birth_date_speaks_by_how_near_it_is(screener: Screener, make_parties: Make) -> None:
    party = {"name": "Petrov Serge Ivan.", "kind": "person"}
    dates = ["1961-03-07", "1961", None, "1962", "1988-03-09"]
    hits = _hits(
        screener, make_parties(*({**party, "birth_date": date} for date in dates)), threshold=0.01
    )
    scores = [hit["score"] for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(dates)


@pytest.mark.parametrize("date", ["1961-07-03", "1961-03-08", "1961-03", "1951-03-07"])
def test_a_slip_in_a_birth_date_does_not_speak_against_a_person(
    screener: Screener, make_parties: Make, date: str
) -> None:
    party = {"name": "Сергей Иванович Петров", "kind": "person"}
    without, with_it = _hits(screener, make_parties(party, {**party, "birth_date": date}))
    assert with_it["score"] >= without["score"]
    assert f"near birth date: {date}, on the list 1961-03-07" in with_it["explanation"]


def test_the_first_of_january_is_a_year_alone(
    make_lists: Callable[..., Lists], make_parties: Make
) -> None:
    listed = {"name": "Sergei Petrov", "kind": "person", "birth_dates": ["1961-01-01"]}
    party = {"name": "Sergei Petrov", "kind": "person", "birth_date": "1961-09-30"}
    (hit,) = _hits(Screener(*make_lists(listed)), make_parties(party))
    assert "same year of birth" in hit["explanation"]


def test_many_bear_the_name_of_mohammed_ali_and_one_that_of_zoltan_varkonyi(
    make_lists: Callable[..., Lists], make_parties: Make
) -> None:
    crowd = [{"name": f"Mohammed Ali Namesake{n}", "kind": "person"} for n in range(1_500)]
    named = [
        {"name": name, "kind": "person", "birth_dates": ["1961-03-07"], "countries": ["HU"]}
        for name in ("Mohammed Ali", "Zoltan Varkonyi")
    ]
    screener = Screener(*make_lists(*named, *crowd))
    known = [{}, {"birth_date": "1988-09-30"}, {"birth_date": "1961-03-07", "country": "HU"}]
    common, rare = (
        [
            hit["score"]
            for hit in _hits(
                screener,
                make_parties(*({"name": one["name"], "kind": "person", **k} for k in known)),
                threshold=0.01,
                limit=1,
            )
        ]
        for one in named
    )
    assert DEFAULT_THRESHOLD < common[0] < rare[0] == 1.0
    assert common[1] < 0.5 < rare[1]
    assert common[2] > 0.95


def test_another_number_of_the_same_register_makes_another_firm(
    make_lists: Callable[..., Lists], make_parties: Make
) -> None:
    listed = {
        "name": "Ostec Trade",
        "countries": ["RU"],
        "identifiers": [{"type": "tax", "value": "7707083893"}],
    }
    party = {"name": "Ostek Trade", "country": "RU"}
    screener = Screener(*make_lists(listed))
    silent, other, foreign = _hits(
        screener,
        make_parties(party, {**party, "id": "7736050003"}, {**party, "id": "K-12345678"}),
        threshold=0.01,
    )
    assert other["score"] < 0.5 < silent["score"] == foreign["score"]
    assert (
        "another number of the same register: 7736050003, on the list 7707083893"
        in other["explanation"]
    )


def test_what_one_side_does_not_say_changes_nothing(
    make_lists: Callable[..., Lists], make_parties: Make
) -> None:
    told = {"countries": ["RU"], "birth_dates": ["1961-03-07"], "addresses": ["Zavodskaya 14"]}
    party = {"name": "Sergei Petroff", "kind": "person"}
    asked = {**party, "country": "RU", "birth_date": "1961-03-07", "address": "Zavodskaya 14"}
    scores = {
        hit["score"]
        for of_list, of_party in (({}, asked), (told, party), ({}, party))
        for hit in _hits(
            Screener(*make_lists({"name": "Sergei Petrov", "kind": "person", **of_list})),
            make_parties(of_party),
            threshold=0.01,
        )
    }
    assert len(scores) == 1


def test_kinds_that_contradict_are_kept_apart(screener: Screener, make_parties: Make) -> None:
    name = "Petrov Sergei Ivanovich"
    parties = [{"name": name, "kind": kind} for kind in ("person", None, "organization", "vessel")]
    assert [hit["party_key"] for hit in _hits(screener, make_parties(*parties))] == [0, 1]


def test_a_ship_is_met_only_as_a_ship(screener: Screener, make_parties: Make) -> None:
    parties = [{"name": "M/V Golden Tide", "kind": kind} for kind in ("vessel", "organization")]
    (hit,) = _hits(screener, make_parties(*parties))
    assert (hit["party_key"], hit["basis"], hit["score"]) == (0, "name", pytest.approx(0.9))


def test_a_radio_number_settles_nearly_all(
    make_lists: Callable[..., Lists], make_parties: Make
) -> None:
    listed = {
        "name": "GOLDEN TIDE",
        "kind": "vessel",
        "identifiers": [{"type": "mmsi", "value": "273 345 670"}],
    }
    ship = {"name": "Lucky Star", "kind": "vessel"}
    numbers = ["MMSI 273345670", "273345670", "173345670"]
    hits = _hits(Screener(*make_lists(listed)), make_parties(*({**ship, "id": n} for n in numbers)))
    assert [(hit["party_key"], hit["basis"]) for hit in hits] == [
        (0, "identifier"),
        (1, "identifier"),
    ]
    assert all(hit["score"] == MMSI_TRUST for hit in hits)
    assert hits[0]["explanation"].startswith("same MMSI radio number: MMSI 273345670")


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
