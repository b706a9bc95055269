"""Tests of the baskets world."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from benchmarks.flow.baskets import (
    CONTROLLED_ORIGINS,
    DECOYS,
    EMBARGOED,
    TYPOLOGIES,
    Knobs,
    World,
    make_baskets,
    vary,
)
from numpy.typing import NDArray


@cache
def world() -> World:
    return make_baskets(60_000, seed=1)


def text(table: pa.Table, name: str) -> NDArray[Any]:
    return np.array(table[name].to_pylist())


def pairs(edges: pa.Table) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return edges["from_row"].to_numpy(), edges["to_row"].to_numpy()


def test_same_seed_same_world() -> None:
    one, two = make_baskets(5000, seed=3), make_baskets(5000, seed=3)
    for name in ("shipments", "truth", "edges", "legal_edges"):
        assert getattr(one, name).equals(getattr(two, name))
    assert not one.shipments.equals(make_baskets(5000, seed=4).shipments)


def test_table_shapes() -> None:
    lines = world().shipments
    assert lines.num_rows == world().truth.num_rows == 60_000
    days = lines["date"].cast(pa.int32()).to_numpy()
    assert (np.diff(days) >= 0).all()
    assert days[-1] - days[0] < 731
    for name in ("quantity", "net_mass_kg", "value"):
        assert (lines[name].to_numpy() > 0).all()
    codes = set(text(lines, "hs_code"))
    assert len(codes) >= 300
    assert len({code[:4] for code in codes}) >= 60
    assert {len(code) for code in codes} == {6}
    assert (text(lines, "exporter") != text(lines, "consignee")).all()


def test_consignments() -> None:
    lines = world().shipments
    ids, line = text(lines, "shipment_id"), lines["line_no"].to_numpy()
    assert len(set(zip(ids, line, strict=True))) == len(ids)
    opens = ids[1:] != ids[:-1]
    assert opens.sum() + 1 == len(set(ids))
    assert (line[1:][opens] == 1).all()
    assert (line[1:][~opens] == line[:-1][~opens] + 1).all()
    for name in ("date", "exporter", "consignee", "export_country", "destination_country"):
        values = text(lines, name)
        assert (values[1:][~opens] == values[:-1][~opens]).all()
    size = np.unique(ids, return_counts=True)[1]
    assert (size <= 2).mean() > 0.6
    assert size.max() >= 12


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_shares_and_labels(seed: int) -> None:
    truth = (world() if seed == 1 else make_baskets(60_000, seed=seed)).truth
    positive, label = truth["positive"].to_numpy(), text(truth, "typology")
    assert 0.006 < positive.mean() < 0.011
    assert set(label[positive]) == set(TYPOLOGIES)
    assert set(label[~positive]) == {*DECOYS, "ordinary"}
    assert ((truth["chain_id"].to_numpy() >= 0) == positive).all()
    assert ((truth["hop"].to_numpy() >= 0) == positive).all()


def test_edges_hold_their_promises() -> None:
    lines, truth = world().shipments, world().truth
    days = lines["date"].cast(pa.int32()).to_numpy()
    chain, hop = truth["chain_id"].to_numpy(), truth["hop"].to_numpy()
    positive = truth["positive"].to_numpy()
    received = truth["consignee_group"].to_numpy()
    sent = truth["exporter_group"].to_numpy()
    for edges in (world().edges, world().legal_edges):
        before, after = pairs(edges)
        assert len(before) > 100
        assert (received[before] == sent[after]).all()
        assert (days[before] <= days[after]).all()
    before, after = pairs(world().legal_edges)
    assert not positive[before].any()
    assert not positive[after].any()
    before, after = pairs(world().edges)
    assert positive[before].all()
    assert positive[after].all()
    assert (chain[before] == chain[after]).all()
    assert (hop[after] == hop[before] + 1).all()


def test_chains_run_from_controlled_origin_to_embargo() -> None:
    lines, truth = world().shipments, world().truth
    origin = np.isin(text(lines, "export_country"), list(CONTROLLED_ORIGINS))
    end = np.isin(text(lines, "destination_country"), list(EMBARGOED))
    positive, hop = truth["positive"].to_numpy(), truth["hop"].to_numpy()
    lost = text(truth, "typology") == "lost transit leg"
    rows = np.arange(len(hop))
    before, after = pairs(world().edges)
    assert origin[positive & (hop == 0)].all()
    assert not origin[positive & (hop > 0)].any()
    assert not end[before].any()
    assert end[positive & ~np.isin(rows, before) & ~lost].all()
    assert (hop[positive & ~np.isin(rows, after) & ~lost] == 0).all()
    chain = truth["chain_id"].to_numpy()
    assert set(chain[positive]) == set(chain[positive & end]) == set(chain[positive & (hop == 0)])


@pytest.mark.parametrize("seed", [1, 2])
def test_sister_and_reclassified(seed: int) -> None:
    varied = make_baskets(60_000, seed=seed, knobs=Knobs(reclassified=0.4, sister=0.4))
    code = text(varied.shipments, "hs_code").astype(int)
    seller = varied.truth["exporter_firm"].to_numpy()
    buyer = varied.truth["consignee_firm"].to_numpy()
    for edges in (varied.edges, varied.legal_edges):
        before, after = pairs(edges)
        recoded = (code[before] != code[after]) & (code[before] // 100 == code[after] // 100)
        assert 0.3 < recoded.mean() < 0.5
        assert 0.3 < (buyer[before] != seller[after]).mean() < 0.5


def test_coverage_hides_lines() -> None:
    half = make_baskets(60_000, seed=1, knobs=Knobs(coverage=0.5))
    assert 0.48 < half.shipments.num_rows / 60_000 < 0.52
    assert half.truth.num_rows == half.shipments.num_rows
    assert 0 < half.edges.num_rows < 0.4 * world().edges.num_rows
    received = half.truth["consignee_group"].to_numpy()
    before, after = pairs(half.legal_edges)
    assert (received[before] == half.truth["exporter_group"].to_numpy()[after]).all()


def test_weights_hold_along_the_way() -> None:
    lines = world().shipments
    unit = text(lines, "unit")
    mass = lines["net_mass_kg"].to_numpy() / lines["quantity"].to_numpy()
    before, after = pairs(world().legal_edges)
    same = (unit[before] == "NAR") & (unit[after] == "NAR")
    ratio = mass[after][same] / mass[before][same]
    assert (np.abs(ratio - 1) < 0.1).mean() > 0.9


@pytest.mark.parametrize("seed", range(4))
def test_varied_worlds_stand(seed: int) -> None:
    knobs = vary(seed)
    assert knobs == vary(seed)
    assert knobs != vary(seed + 1)
    varied = make_baskets(20_000, seed=seed, knobs=knobs)
    assert varied.shipments.num_rows <= 20_000
    assert 0.004 < varied.truth["positive"].to_numpy().mean() < 0.012
