"""Ships by their number, and with less trust by their name."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyarrow as pa
import pytest

from enduse.screen import Screener


@pytest.fixture
def screener(make_lists: Callable[..., tuple[pa.Table, pa.Table]]) -> Screener:
    return Screener(
        *make_lists(
            {"name": "GOLDEN TIDE", "kind": "vessel", "imo": "9074729"},
            {"name": "NORD BREEZE", "kind": "vessel"},
            {"name": "Golden Tide Shipping", "kind": "organization"},
        )
    )


def _vessels(*vessels: tuple[str | None, str | None]) -> pa.Table:
    imo, name = zip(*vessels, strict=True)
    columns = [pa.array(range(len(vessels)), pa.int64()), pa.array(imo, pa.string())]
    return pa.table([*columns, pa.array(name, pa.string())], ["vessel_key", "imo", "name"])


def test_a_renamed_ship_is_met_by_its_number(screener: Screener) -> None:
    (hit,) = screener.vessels(_vessels(("9074729", "Lucky Star"))).to_pylist()
    assert (hit["entity_key"], hit["basis"], hit["score"]) == (100, "imo", 1.0)
    told = re.sub(r" \(\d+%\)", "", hit["explanation"])
    assert told == (
        "same IMO number: 9074729; names: only in the name: lucky, star; "
        "only on the list: golden, tide"
    )


def test_a_number_alone_is_enough_and_may_be_written_out(screener: Screener) -> None:
    hits = screener.vessels(_vessels(("9074729", None), ("IMO 9074729", None), (None, None)))
    assert hits["party_key"].to_pylist() == [0, 1]
    assert set(hits["matched_name"].to_pylist()) == {"GOLDEN TIDE"}


def test_a_name_alone_is_a_lead_and_another_number_refutes_it(screener: Screener) -> None:
    hits = screener.vessels(
        _vessels((None, "MV Golden Tide"), ("9999993", "Golden Tide"), ("9999993", "Nord Breeze"))
    ).to_pylist()
    assert [(h["party_key"], h["entity_key"], h["basis"], h["score"]) for h in hits] == [
        (0, 100, "name", pytest.approx(0.9)),
        (2, 101, "name", pytest.approx(0.9)),
    ]
