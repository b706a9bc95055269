"""The world of electronic parts keeps its promises."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from benchmarks.flow.reels import (
    CONTROLLED_ORIGINS,
    DECOYS,
    EMBARGOED,
    TYPOLOGIES,
    Knobs,
    World,
    make_reels,
    vary,
)


@pytest.fixture(scope="module")
def world() -> World:
    return make_reels(60_000, seed=3)


def column(table: pa.Table, name: str, rows: np.ndarray | None = None) -> np.ndarray:
    values = table[name].combine_chunks()
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    array: np.ndarray = values.to_numpy(zero_copy_only=False)
    return array if rows is None else array[rows]


def onward(world: World, name: str) -> dict[str, np.ndarray]:
    edges = getattr(world, name)
    start, end = column(edges, "from_row"), column(edges, "to_row")
    truth, lines = world.truth, world.shipments
    code = [column(lines, "hs_code", rows).astype("U6") for rows in (start, end)]
    return {
        "from": start,
        "to": end,
        "sister": column(truth, "consignee_firm", start) != column(truth, "exporter_firm", end),
        "same_owner": column(truth, "consignee_group", start)
        == column(truth, "exporter_group", end),
        "recoded": (code[0] != code[1]) & (code[0].astype("U4") == code[1].astype("U4")),
    }


def test_same_seed_same_world(world: World) -> None:
    again = make_reels(60_000, seed=3)
    for name in ("shipments", "truth", "edges", "legal_edges"):
        assert getattr(world, name).equals(getattr(again, name))
    assert not make_reels(60_000, seed=4).shipments.equals(world.shipments)


@pytest.mark.parametrize("lines", [5_000, 20_001, 60_000])
def test_number_of_lines(lines: int) -> None:
    made = make_reels(lines, seed=5)
    assert made.shipments.num_rows == made.truth.num_rows == lines


def test_shares_and_labels(world: World) -> None:
    positive = column(world.truth, "positive")
    assert 0.006 < positive.mean() < 0.011
    labels = column(world.truth, "typology")
    assert set(labels[positive]) == set(TYPOLOGIES)
    assert set(labels[~positive]) == {*DECOYS, "ordinary"}
    chain = column(world.truth, "chain_id")
    assert ((chain >= 0) == positive).all()
    assert ((column(world.truth, "hop") >= 0) == positive).all()


def test_margins(world: World) -> None:
    lines = world.shipments
    codes = set(column(lines, "hs_code"))
    assert len(codes) >= 300
    assert len({c[:4] for c in codes}) >= 60
    assert {"NAR", "KGM", "DZN", "TNE", "MTR", "LTR"} == set(column(lines, "unit"))
    for name in ("quantity", "net_mass_kg", "value"):
        assert (column(lines, name) > 0).all()
    stated = 1.0 - lines["part_number"].null_count / lines.num_rows
    assert 0.4 < stated < 0.6
    assert len(set(column(lines, "shipment_id"))) == lines.num_rows
    dates = column(lines, "date").astype("datetime64[D]")
    assert (np.diff(dates) >= np.timedelta64(0)).all()
    assert (column(lines, "exporter_country") != column(lines, "consignee_country")).all()


@pytest.mark.parametrize("name", ["edges", "legal_edges"])
def test_edges(world: World, name: str) -> None:
    way = onward(world, name)
    start, end = way["from"], way["to"]
    assert len(start) > 200
    assert way["same_owner"].all()
    dates = column(world.shipments, "date").astype("datetime64[D]")
    assert (dates[start] <= dates[end]).all()
    positive, hop = column(world.truth, "positive"), column(world.truth, "hop")
    if name == "edges":
        assert positive[start].all()
        assert positive[end].all()
        assert (hop[end] == hop[start] + 1).all()
        chain = column(world.truth, "chain_id")
        assert (chain[start] == chain[end]).all()
    else:
        assert not positive[start].any()
        assert not positive[end].any()


def test_chains_lead_from_origins_to_embargoed(world: World) -> None:
    truth, lines = world.truth, world.shipments
    chain, hop = column(truth, "chain_id"), column(truth, "hop")
    start = column(lines, "export_country")
    end = column(lines, "destination_country")
    for one in np.unique(chain[chain >= 0]):
        rows = np.flatnonzero(chain == one)
        first, last = rows[hop[rows] == 0], rows[hop[rows] == hop[rows].max()]
        assert len(first)
        assert set(start[first]) <= CONTROLLED_ORIGINS
        assert set(end[last]) <= EMBARGOED
        middle = set(start[rows[hop[rows] > 0]]) | set(end[rows[hop[rows] < hop[rows].max()]])
        assert not middle & (CONTROLLED_ORIGINS | EMBARGOED)


@pytest.mark.parametrize(("knob", "what"), [("sister", "sister"), ("reclassified", "recoded")])
@pytest.mark.parametrize("name", ["edges", "legal_edges"])
def test_knobs_of_onward_legs(knob: str, what: str, name: str) -> None:
    made = make_reels(60_000, seed=6, knobs=Knobs(**{knob: 0.4}))
    assert 0.3 < onward(made, name)[what].mean() < 0.5


def test_coverage(world: World) -> None:
    part = make_reels(60_000, seed=3, knobs=Knobs(coverage=0.6))
    assert 0.58 < part.shipments.num_rows / 60_000 < 0.62
    whole = set(column(world.shipments, "shipment_id"))
    assert set(column(part.shipments, "shipment_id")) < whole
    for name in ("edges", "legal_edges"):
        share = getattr(part, name).num_rows / getattr(world, name).num_rows
        assert 0.25 < share < 0.47
        assert onward(part, name)["same_owner"].all()


def test_vary() -> None:
    assert vary(1) == vary(1)
    assert vary(1) != vary(2)
    made = make_reels(20_000, seed=7, knobs=vary(7))
    assert 0 < made.shipments.num_rows < 20_000
