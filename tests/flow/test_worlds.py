"""Worlds of the flow benchmark: what they promise about chains, shares and single lines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from benchmarks.flow.leaks import leaks
from benchmarks.flow.worlds import (
    BUSY,
    CONTROLLED_ORIGINS,
    EMBARGOED,
    FOOD_AND_MEDICINE,
    Assumptions,
    World,
    make,
    vary,
)

LINES = 30_000
# What one line tells is allowed: the ledger's own question, and shares of some thirty lines.
TELLING = {"arrivals at the exporter in the goods", "departures from the consignee in the goods"}


@pytest.fixture(scope="module")
def world() -> World:
    return make(LINES, seed=5)


def words(table: pa.Table, column: str) -> np.ndarray:
    return np.array(table[column].to_pylist(), dtype=object)


def test_the_same_seed_makes_the_same_world(world: World) -> None:
    again = make(LINES, seed=5)
    assert again.shipments.equals(world.shipments)
    assert again.truth.equals(world.truth)
    assert again.edges.equals(world.edges)
    assert not make(LINES, seed=6).shipments.equals(world.shipments)


def test_lines_are_complete_and_by_date(world: World) -> None:
    lines = world.shipments
    assert lines.num_rows == world.truth.num_rows == LINES
    days = lines["date"].cast(pa.int32()).to_numpy()
    assert (np.diff(days) >= 0).all()
    assert len(set(lines["shipment_id"].to_pylist())) == LINES
    assert lines["quantity"].to_numpy().min() > 0
    for column in ("exporter", "consignee", "export_country", "hs_code", "quantity", "unit"):
        assert lines[column].null_count == 0


def test_the_share_of_positive_lines_is_as_assumed() -> None:
    for seed in range(3):
        share = make(60_000, seed=seed).truth["positive"].to_numpy(zero_copy_only=False).mean()
        assert share == pytest.approx(0.0078, rel=0.1)


def test_chains_lead_from_a_controlled_origin_to_an_embargoed_destination(world: World) -> None:
    truth, lines = world.truth, world.shipments
    positive = truth["positive"].to_numpy(zero_copy_only=False)
    hop = truth["hop"].to_numpy()
    first = positive & (hop == 0)
    leaving, arriving = words(lines, "export_country"), words(lines, "destination_country")
    assert set(leaving[first]) <= set(CONTROLLED_ORIGINS)
    to = np.unique(world.edges["to_row"].to_numpy())
    ends = np.setdiff1d(to, world.edges["from_row"].to_numpy())
    assert len(ends)
    assert set(arriving[ends]) <= set(EMBARGOED)
    headings = {code[:4] for code in words(lines, "hs_code")[positive]}
    assert not headings & set(FOOD_AND_MEDICINE)


@pytest.mark.parametrize("links", ["edges", "legal_edges"])
def test_goods_leave_a_firm_after_they_came_and_no_more_than_came(world: World, links: str) -> None:
    edges, truth = getattr(world, links), world.truth
    source, target = edges["from_row"].to_numpy(), edges["to_row"].to_numpy()
    amount = edges["quantity"].to_numpy()
    days = world.shipments["date"].cast(pa.int32()).to_numpy()
    assert (days[target] > days[source]).all()
    quantity = truth["true_quantity"].to_numpy()
    rows = len(quantity)
    assert (amount > 0).all()
    assert (np.bincount(source, amount, rows) <= quantity * (1 + 1e-9) + 1).all()
    assert (np.bincount(target, amount, rows) <= quantity * (1 + 1e-9) + 1e-6).all()


def test_the_firm_that_received_sends_on_or_its_sister_does(world: World) -> None:
    truth, edges = world.truth, world.edges
    source, target = edges["from_row"].to_numpy(), edges["to_row"].to_numpy()
    received = truth["consignee_firm"].to_numpy()[source]
    sent = truth["exporter_firm"].to_numpy()[target]
    owner = truth["consignee_group"].to_numpy()[source]
    assert (owner == truth["exporter_group"].to_numpy()[target]).all()
    sister = words(truth, "typology")[target] == "sister_firm"
    assert (received == sent)[~sister].all()


def test_sister_firms_are_numbered_and_named_apart_but_alike() -> None:
    world = make(LINES, seed=5, assumptions=Assumptions(sister=0.4))
    truth = world.truth
    source, target = world.edges["from_row"].to_numpy(), world.edges["to_row"].to_numpy()
    by_sister = (
        truth["consignee_firm"].to_numpy()[source] != truth["exporter_firm"].to_numpy()[target]
    )
    assert by_sister.mean() == pytest.approx(0.42, abs=0.1)
    names = zip(
        words(world.shipments, "consignee")[source[by_sister]],
        words(world.shipments, "exporter")[target[by_sister]],
        strict=True,
    )
    for one, other in names:
        assert one != other
        assert one.split()[:2] == other.split()[:2]


def test_goods_are_reclassified_within_the_heading() -> None:
    world = make(LINES, seed=5, assumptions=Assumptions(reclassified=0.4))
    source, target = world.edges["from_row"].to_numpy(), world.edges["to_row"].to_numpy()
    code = words(world.shipments, "hs_code")
    other = code[source] != code[target]
    assert other.mean() == pytest.approx(0.4, abs=0.1)
    heading = np.array(
        [one[:4] == two[:4] for one, two in zip(code[source], code[target], strict=True)]
    )
    assert heading.mean() > 0.95


def test_names_are_misspelt_as_often_as_asked() -> None:
    plain = make(LINES, seed=5)
    world = make(LINES, seed=5, assumptions=Assumptions(misspelt=0.3))
    assert len(set(words(plain.shipments, "exporter"))) == len(
        set(plain.truth["exporter_firm"].to_pylist())
    )
    right = dict(
        zip(
            plain.truth["exporter_firm"].to_pylist(),
            words(plain.shipments, "exporter"),
            strict=True,
        )
    )
    firms = world.truth["exporter_firm"].to_pylist()
    written = words(world.shipments, "exporter")
    other = [
        right[firm] != name for firm, name in zip(firms, written, strict=True) if firm in right
    ]
    assert np.mean(other) == pytest.approx(0.3, abs=0.03)


def test_what_is_not_seen_is_hidden() -> None:
    world = make(LINES, seed=5, assumptions=Assumptions(coverage=0.5))
    assert world.hidden is not None
    assert world.shipments.num_rows == pytest.approx(LINES / 2, rel=0.05)
    seen = world.truth["positive"].to_numpy(zero_copy_only=False).sum()
    away = world.hidden["positive"].to_numpy(zero_copy_only=False).sum()
    assert seen == pytest.approx(away, rel=0.3)


def test_an_authority_sees_what_its_country_and_its_partner_declare() -> None:
    world = make(LINES, seed=5, assumptions=Assumptions(sight="authority"))
    lines = world.shipments
    pairs = zip(words(lines, "export_country"), words(lines, "destination_country"), strict=True)
    common = [set(pair) for pair in pairs]
    countries = set().union(*common)
    assert any(
        all(pair & {one, other} for pair in common) for one in countries for other in countries
    )


def test_a_lost_leg_has_no_record_of_the_importing_side() -> None:
    lost = {**Assumptions().typologies, "lost_transit_leg": 50.0}
    world = make(LINES, seed=5, assumptions=Assumptions(mirror=1.0, typologies=lost))
    imports = words(world.shipments, "flow") == "import"
    typology = words(world.truth, "typology")
    assert imports.mean() == pytest.approx(0.5, abs=0.01)
    assert not (typology[imports] == "lost_transit_leg").any()
    assert (typology[~imports] == "lost_transit_leg").any()


@pytest.mark.parametrize(
    ("base", "slack"), [(Assumptions(), 0.15), (BUSY, 0.25)], ids=["usual", "busy"]
)
def test_no_single_line_tells(base: Assumptions, slack: float) -> None:
    # More chains than usual: thirty lines show little. At a million the areas are nearer to 0.5.
    world = make(LINES, seed=8, assumptions=replace(base, chains=0.01, positive=0.052))
    for name, areas in leaks(world).items():
        if name not in TELLING:
            for corridor, area in areas.items():
                assert area == pytest.approx(0.5, abs=slack), (name, corridor)


def test_other_assumptions_are_drawn_for_other_seeds() -> None:
    assert vary(1) == vary(1)
    assert vary(1) != vary(2)
    assert vary(1, Assumptions(coverage=0.5)).coverage == 0.5
    for seed in range(6):
        world = make(8_000, seed=seed, assumptions=vary(seed))
        assert world.shipments.num_rows == 8_000
        assert world.edges.num_rows > 5
