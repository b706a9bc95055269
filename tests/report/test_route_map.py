"""The map: coasts only, every country a point, routes readable wherever they go."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from enduse.model.result import RouteStop
from enduse.report.route_map import MAP, RouteMap, country_points, route_map
from enduse.report.wording import wording

EN = wording("en")
ROOT = Path(__file__).resolve().parents[2]
CODES = sorted(country_points())


def _route(codes: str, *embargoed: str) -> RouteMap:
    stops = codes.split()
    parts = ["origin", *["transit"] * (len(stops) - 2), "destination"]
    return route_map(tuple(map(RouteStop, stops, parts)), frozenset(embargoed), EN)


def _markers(drawn: RouteMap) -> list[tuple[str, float, float]]:
    svg = etree.fromstring(str(drawn.svg))
    return [
        (text.text or "", float(text.get("x", "")), float(text.get("y", "")))
        for text in svg.findall(".//g/text")
    ]


def test_the_land_is_coasts_only() -> None:
    land = etree.parse(MAP / "land.svg").getroot()
    assert {etree.QName(element).localname for element in land} == {"path"}
    assert (MAP / "land.svg").stat().st_size < 120_000


def test_every_country_has_a_point() -> None:
    aggregates = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
    codes = {c for c in Locale("en").territories if len(c) == 2 and c.isalpha()}
    assert codes - aggregates <= set(CODES)


@pytest.mark.parametrize(
    ("code", "west", "south", "east", "north"),
    [
        ("TW", 120.0, 21.9, 122.0, 25.3),
        ("HK", 113.8, 22.1, 114.5, 22.6),
        ("SG", 103.6, 1.2, 104.1, 1.5),
        ("UA", 22.1, 44.4, 40.2, 52.4),
        ("RU", 37.0, 45.0, 60.0, 68.0),
        ("MT", 14.1, 35.7, 14.7, 36.1),
    ],
)
def test_points_lie_where_the_country_is(
    code: str, west: float, south: float, east: float, north: float
) -> None:
    longitude, latitude = country_points()[code]
    assert west < longitude < east
    assert south < latitude < north


def test_stops_are_numbered_in_order_and_neighbours_in_one_country_are_one_place() -> None:
    drawn = route_map(
        (RouteStop("TW", "origin"), RouteStop("TW", "export"), RouteStop("KG", "destination")),
        frozenset(),
        EN,
    )
    assert [(p.number, p.country, p.parts) for p in drawn.places] == [
        (1, "TW", ("origin", "export")),
        (2, "KG", ("destination",)),
    ]
    assert [number for number, _, _ in _markers(drawn)] == ["1", "2"]


def test_a_route_over_the_pacific_stays_on_the_pacific() -> None:
    (_, taiwan, _), (_, states, _) = _markers(_route("TW US"))
    assert taiwan < states
    assert str(_route("TW US").svg).count("<g transform") == 2


def test_a_return_to_the_same_country_shares_its_marker() -> None:
    assert [number for number, _, _ in _markers(_route("HK MO HK"))] == ["1·3", "2"]


def test_a_code_without_a_point_is_named_and_not_drawn() -> None:
    drawn = _route("TW XX UZ")
    assert drawn.unplaced == ("XX",)
    assert [number for number, _, _ in _markers(drawn)] == ["1", "3"]
    assert _route("XX QQ").svg == ""


def test_an_embargoed_country_is_marked() -> None:
    assert 'class="stop embargoed"' in str(_route("NL KZ RU", "RU").svg)
    assert "embargoed" not in str(_route("NL KZ RU").svg)


def test_the_drawing_says_the_route_to_those_who_do_not_see_it() -> None:
    svg = etree.fromstring(str(_route("TW AE KG").svg))
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == "Taiwan → United Arab Emirates → Kyrgyzstan"


def test_crowded_markers_do_not_cover_each_other() -> None:
    markers = _markers(_route("US HK MO SG MY"))
    for (_, x1, y1), (_, x2, y2) in pairwise(markers):
        assert (x1 - x2) ** 2 + (y1 - y2) ** 2 >= 18**2


@given(st.lists(st.sampled_from(CODES), min_size=1, max_size=6))
def test_every_stop_of_any_route_is_inside_the_drawing(codes: list[str]) -> None:
    drawn = _route(" ".join(codes))
    for _, x, y in _markers(drawn):
        assert 0 < x < 640
        assert 0 < y < 345


def test_the_lock_file_of_the_geometry_names_no_address() -> None:
    lock = (ROOT / "tools" / "package-lock.json").read_text("utf-8")
    assert not re.search(r"https?://|resolved", lock)
    assert "integrity" in json.loads(lock)["packages"]["node_modules/world-atlas"]
