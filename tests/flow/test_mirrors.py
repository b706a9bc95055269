"""Movements recorded by both sides, and exports whose arrival nobody recorded."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from benchmarks.flow.assumptions import TYPOLOGIES
from benchmarks.flow.measures import average_precision
from benchmarks.flow.worlds import (
    BUSY,
    CONTROLLED_ORIGINS,
    EMBARGOED,
    Assumptions,
    World,
    make,
    vary,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.flow import named_parties, trace
from enduse.flow.mirrors import ARRIVAL_CORRIDORS, MISSING_ARRIVALS, find_mirrors, missing_arrivals

FIRST = dt.date(2024, 1, 1)


def record(
    name: str,
    day: int,
    flow: str | None,
    quantity: float = 100,
    *,
    exporter: str = "Hsinchu Chips",
    consignee: str = "Boro Makina",
    to: str = "TR",
    hs_code: str = "854231",
    unit: str = "NAR",
    net_mass_kg: float | None = None,
    line_no: int = 1,
) -> dict[str, Any]:
    return {
        "shipment_id": name, "line_no": line_no, "date": FIRST + dt.timedelta(day), "flow": flow,
        "exporter": exporter, "exporter_country": "TW", "consignee": consignee,
        "consignee_country": to, "export_country": "TW", "destination_country": to,
        "hs_code": hs_code, "quantity": quantity, "unit": unit, "net_mass_kg": net_mass_kg,
    }  # fmt: skip


SCHEMA = pa.schema(
    [
        ("shipment_id", pa.string()), ("line_no", pa.int32()), ("date", pa.date32()),
        ("flow", pa.string()), ("exporter", pa.string()), ("exporter_country", pa.string()),
        ("consignee", pa.string()), ("consignee_country", pa.string()),
        ("export_country", pa.string()), ("destination_country", pa.string()),
        ("hs_code", pa.string()), ("quantity", pa.float64()), ("unit", pa.string()),
        ("net_mass_kg", pa.float64()),
    ]
)  # fmt: skip


def table(*records: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(records), schema=SCHEMA)


def pairs(shipments: pa.Table) -> set[tuple[str, str]]:
    found, numbers = find_mirrors(shipments), shipments["shipment_id"].to_pylist()
    assert len(set(found.kept)) == len(found.kept)
    assert len(set(found.dropped)) == len(found.dropped)
    return {(numbers[k], numbers[d]) for k, d in zip(found.kept, found.dropped, strict=True)}


SENT = record("sent", 10, "export")


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"day": 12}, "two days later"),
        ({"day": 10}, "on the same day"),
        ({"day": 70}, "after a long voyage"),
        ({"day": 12, "quantity": 98.0}, "two pieces fewer"),
        ({"day": 12, "quantity": 0.1, "unit": "MIL"}, "in thousands"),
        ({"day": 12, "hs_code": "854239"}, "another code of the heading"),
    ],
)
def test_two_records_of_one_movement(other: dict[str, Any], why: str) -> None:
    assert pairs(table(SENT, record("came", flow="import", **other))) == {("sent", "came")}, why


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"day": 9}, "it came before it was sent"),
        ({"day": 71}, "too late"),
        ({"day": 12, "quantity": 90.0}, "a tenth is missing"),
        ({"day": 12, "hs_code": "847130"}, "other goods"),
        ({"day": 12, "consignee": "Cato Trading"}, "to another firm"),
        ({"day": 12, "exporter": "Formosa Parts"}, "from another firm"),
        ({"day": 12, "to": "AE"}, "to another country"),
        ({"day": 12, "unit": "KGM"}, "pieces are not kilograms"),
        ({"day": 12, "flow": "transit"}, "a third country's record"),
        ({"day": 12, "flow": None}, "nobody says whose record it is"),
    ],
)
def test_two_movements(other: dict[str, Any], why: str) -> None:
    assert pairs(table(SENT, record("came", **{"flow": "import", **other}))) == set(), why


def test_one_side_counts_and_the_other_weighs() -> None:
    sent = record("sent", 10, "re-export", 5000, net_mass_kg=40.0)
    came = record("came", 13, "import", 41.5, unit="KGM")
    assert pairs(table(sent, came)) == {("sent", "came")}


def test_the_best_fit_comes_first_and_no_record_twice() -> None:
    early, late = record("early", 0, "export", 100), record("late", 30, "export", 101)
    first, second = record("first", 32, "import", 101), record("second", 33, "import", 100)
    assert pairs(table(early, late, first)) == {("late", "first")}
    assert pairs(table(early, late, first, second)) == {("late", "first"), ("early", "second")}
    assert len(pairs(table(late, first, second))) == 1


def test_a_corridor_has_its_own_delay() -> None:
    """After forty voyages of 40 days an import of the third day is not taken for the last export."""
    voyages = [
        record(f"{side} {n}", 7 * n + late, side, 100 + 20 * n)
        for n in range(40)
        for side, late in (("export", 0), ("import", 40 + n % 5))
    ]
    own, repeat = record("own", 400, "export", 5000), record("repeat", 439, "export", 5000)
    came = record("came", 441, "import", 5000)
    assert ("own", "came") in pairs(table(*voyages, own, repeat, came))


def test_what_says_nothing_is_not_paired() -> None:
    nobody = {**record("came", 12, "import"), "exporter": None}
    assert pairs(table(record("sent", 10, "export"), nobody)) == set()
    for quantity in (None, 0.0, float("inf"), float("nan"), -5.0):
        sent, came = ({**record(s, 10, s), "quantity": quantity} for s in ("export", "import"))
        assert pairs(table(sent, came)) == set()
    assert pairs(table()) == set()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 90),
            st.sampled_from(["export", "import", "re-export", None]),
            st.sampled_from([100.0, 101.0, 103.0, 104.9, 250.0]),
            st.sampled_from(["854231", "854239", "847130"]),
        ),
        max_size=30,
    ),
    st.randoms(use_true_random=False),
)
def test_pairs_are_one_to_one_and_rows_may_come_in_any_order(
    told: list[tuple[int, str | None, float, str]], random: Any
) -> None:
    rows = [
        record(f"S{n:02}", day, flow, quantity, hs_code=hs)
        for n, (day, flow, quantity, hs) in enumerate(told)
    ]
    found = pairs(table(*rows))
    by_name = {row["shipment_id"]: row for row in rows}
    for sent, came in found:
        left, arrived = by_name[sent], by_name[came]
        assert left["flow"] in ("export", "re-export")
        assert arrived["flow"] == "import"
        assert 0 <= (arrived["date"] - left["date"]).days <= 60
        assert left["hs_code"][:4] == arrived["hs_code"][:4]
    shuffled = rows.copy()
    random.shuffle(shuffled)
    assert pairs(table(*shuffled)) == found


def test_a_hundred_thousand_records_of_one_kind_on_one_day() -> None:
    count = 50_000
    one = table(record("sent", 0, "export"), record("came", 0, "import"))
    many = one.take(pa.array(np.repeat([0, 1], count)))
    many = many.set_column(0, "shipment_id", pa.array([str(n) for n in range(2 * count)]))
    assert len(find_mirrors(many).kept) == count


@cache
def world(lines: int, seed: int, assumptions: tuple[tuple[str, Any], ...], base: str = "") -> World:
    start = {"": Assumptions(), "busy": BUSY, "varied": vary(seed)}[base]
    return make(lines, seed=seed, assumptions=replace(start, **dict(assumptions)))


def sides(of: World) -> tuple[Any, Any]:
    flow = np.array(of.shipments["flow"].to_pylist())
    return flow == "export", flow == "import"


@pytest.mark.parametrize(
    ("seed", "base", "assumptions", "found_least", "false_most"),
    [
        (11, "", (("mirror", 1.0),), 0.998, 0.002),
        (12, "", (("mirror", 0.5),), 0.998, 0.002),
        (13, "busy", (("mirror", 0.8),), 0.997, 0.003),
        (14, "varied", (("mirror", 0.9),), 0.997, 0.003),
        (15, "", (("mirror", 0.9), ("coverage", 0.5)), 0.997, 0.006),
        (16, "", (("mirror", 0.9), ("sight", "authority"), ("partners", 3)), 0.99, 0.01),
    ],
)
def test_pairs_in_a_world(
    seed: int,
    base: str,
    assumptions: tuple[tuple[str, Any], ...],
    found_least: float,
    false_most: float,
) -> None:
    made = world(20_000, seed, assumptions, base)
    movement = made.truth["movement"].to_numpy()
    out, into = sides(made)
    true = len(np.intersect1d(movement[out], movement[into]))
    found = find_mirrors(made.shipments)
    right = int((movement[found.kept] == movement[found.dropped]).sum())
    assert true > 500
    assert right / true >= found_least
    assert 1 - right / len(found.kept) <= false_most


def test_a_sea_voyage_is_learned_from_the_records() -> None:
    """Every third destination is reached after three weeks or more."""
    made = world(20_000, 17, (("mirror", 0.8),), "busy")
    movement = made.truth["movement"].to_numpy()
    _, into = sides(made)
    lands = made.shipments["destination_country"].combine_chunks().dictionary_encode()
    far = into & (lands.indices.to_numpy() % 3 == 0)
    voyage = np.where(far, 20 + movement * 7919 % 17, 0).astype("timedelta64[D]")
    place = made.shipments.column_names.index("date")
    days = pa.array(made.shipments["date"].to_numpy() + voyage)
    shipments = made.shipments.set_column(place, "date", days)
    found = find_mirrors(shipments)
    right = (movement[found.kept] == movement[found.dropped]).sum()
    assert right / into.sum() > 0.99
    assert right / len(found.kept) > 0.99


@pytest.mark.parametrize("mirror", [0.5, 1.0])
def test_a_mirrored_world_has_the_scores_of_the_unmirrored_one(mirror: float) -> None:
    others = []
    for seed in (18, 19, 20):
        scores, precisions = [], []
        for share in (0.0, mirror):
            made = world(20_000, seed, (("mirror", share),))
            traced = trace(
                made.shipments, embargoed=EMBARGOED, controlled_origins=CONTROLLED_ORIGINS
            )
            out, _ = sides(made)
            movement = made.truth["movement"].to_numpy()[out]
            said = np.nan_to_num(traced.scores["score"].to_numpy())[out]
            by_movement = np.zeros(movement.max() + 1)
            by_movement[movement] = said
            scores.append(by_movement)
            precisions.append(average_precision(said, made.truth["positive"].to_numpy()[out]))
            both = len(made.truth) - len(said)
            assert traced.counts["recorded by both sides"] >= 0.995 * both
            assert traced.scores["shipment_id"].equals(made.shipments["shipment_id"])
        others.append((np.abs(scores[0] - scores[1]) > 0.1).mean())
        assert abs(precisions[0] - precisions[1]) < 0.05
    # Only what is drawn anew for each record differs: part numbers, forwarders, masses.
    assert np.mean(others) < 0.002


def test_the_records_of_one_movement_have_one_score() -> None:
    made = world(20_000, 18, (("mirror", 1.0),))
    traced = trace(made.shipments, embargoed=EMBARGOED, controlled_origins=CONTROLLED_ORIGINS)
    assert traced.mirrors is not None
    kept, dropped = traced.mirrors.kept, traced.mirrors.dropped
    for name in traced.scores.column_names[2:]:
        values = traced.scores[name]
        assert values.take(pa.array(kept)).equals(values.take(pa.array(dropped)))
    named = set(made.shipments["shipment_id"].take(pa.array(dropped)).to_pylist())
    assert not named & set(traced.steps["shipment_id"].to_pylist())


def test_parties_and_marks_go_with_their_lines() -> None:
    """Who is who and where lines go may be given line by line; it is so for the kept lines."""
    made = world(5_000, 19, (("mirror", 1.0),))
    by_country = trace(made.shipments, embargoed=EMBARGOED, controlled_origins=CONTROLLED_ORIGINS)
    to, start = (
        np.isin(np.array(made.shipments[name].to_pylist()), list(countries))
        for name, countries in (
            ("destination_country", EMBARGOED),
            ("export_country", CONTROLLED_ORIGINS),
        )
    )
    by_line = trace(
        made.shipments,
        embargoed=to,
        controlled_origins=start,
        parties=named_parties(made.shipments),
    )
    assert by_line.scores.equals(by_country.scores)


LOST = {**dict.fromkeys(TYPOLOGIES, 0.0), "lost_transit_leg": 0.6, "pass_through": 0.4}


@pytest.mark.parametrize(("seed", "mirror", "precision"), [(21, 1.0, 0.85), (22, 0.99, 0.12)])
def test_transit_that_never_arrives_is_found(seed: int, mirror: float, precision: float) -> None:
    """Lost legs are a few of a thousand lines; the records that are missing anyway dilute them."""
    made = make(20_000, seed=seed, assumptions=Assumptions(mirror=mirror, typologies=LOST))
    found = find_mirrors(made.shipments)
    missing, corridors = missing_arrivals(made.shipments, found)
    numbers = np.array(made.shipments["shipment_id"].to_pylist())
    lost = np.array(made.truth["typology"].to_pylist()) == "lost_transit_leg"
    listed = np.isin(numbers, missing["shipment_id"].to_pylist())
    assert lost.sum() >= 30
    assert (listed & lost).sum() >= 0.9 * lost.sum()
    assert (listed & lost).sum() >= precision * listed.sum()
    assert missing["strength"].to_numpy().min() > 0.8
    out, _ = sides(made)
    start, to = (
        np.array(made.shipments[name].to_pylist())
        for name in ("export_country", "destination_country")
    )
    assert sum(corridors["exports"].to_pylist()) == (out & (start != to)).sum()
    assert sum(corridors["arrived"].to_pylist()) == (start != to)[found.kept].sum()


def corridor(count: int, arrived: int, **given: Any) -> list[dict[str, Any]]:
    """Exports of one quarter, of which so many have an import record four days later."""
    rows = []
    for n in range(count):
        day, quantity = n % 60, 100 + 20 * n
        rows.append(record(f"E{n:03}", day, "export", quantity, **given))
        if n < arrived:
            rows.append(record(f"I{n:03}", day + 4, "import", quantity, **given))
    return rows


FIRST_IMPORT = record("soon", 0, "import", 9, exporter="Another")
LAST_IMPORT = record("late", 85, "import", 9, exporter="Another")


def test_strength_is_the_share_of_the_others_that_arrived() -> None:
    missing, _ = missing_of([*corridor(60, 59), FIRST_IMPORT, LAST_IMPORT])
    (row,) = missing.to_pylist()
    assert row["shipment_id"] == "E059"
    assert (row["others"], row["others_arrived"]) == (59, 59)
    assert row["strength"] == 1.0
    assert row["days_waited"] == 85 - 59
    missing, _ = missing_of([*corridor(60, 42), FIRST_IMPORT, LAST_IMPORT])
    assert len(missing) == 18
    assert missing["strength"].to_pylist() == pytest.approx([42 / 59] * 18)


def missing_of(rows: list[dict[str, Any]]) -> tuple[pa.Table, pa.Table]:
    shipments = table(*rows)
    missing, corridors = missing_arrivals(shipments, find_mirrors(shipments))
    assert missing.schema.equals(MISSING_ARRIVALS)
    assert corridors.schema.equals(ARRIVAL_CORRIDORS)
    return missing, corridors


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([*corridor(60, 59), record("x", 84, "export", 7), LAST_IMPORT], "so young"),
        ([*corridor(15, 14), LAST_IMPORT], "fewer than 20"),
        ([*corridor(60, 20), LAST_IMPORT], "less than 60%"),
        ([*corridor(60, 59), LAST_IMPORT, record("x", 3, "export", to="AE")], "no import record"),
        (
            [*corridor(60, 59), LAST_IMPORT, record("x", -9, "export", 7)],
            "before the first import record",
        ),
        (
            [*corridor(60, 59), LAST_IMPORT, {**record("x", 9, "export"), "consignee": None}],
            "not known",
        ),
    ],
)
def test_why_a_missing_record_says_nothing(rows: list[dict[str, Any]], reason: str) -> None:
    missing, corridors = missing_of(rows)
    assert "x" not in missing["shipment_id"].to_pylist()
    assert any(reason in why for why in corridors["not_assessed"].to_pylist() if why)


def test_within_a_country_nothing_is_judged() -> None:
    missing, corridors = missing_of([*corridor(60, 59, to="TW")])
    assert len(missing) == len(corridors) == 0


def test_records_of_one_side_are_as_before() -> None:
    made = world(5_000, 19, (("mirror", 1.0),))
    out, _ = sides(made)
    shipments = made.shipments.filter(pa.array(out))
    traced = trace(shipments, embargoed=EMBARGOED, controlled_origins=CONTROLLED_ORIGINS)
    assert traced.mirrors is None
    assert traced.counts["recorded by both sides"] == 0
    assert len(traced.arrivals[0]) == len(traced.arrivals[1]) == 0
