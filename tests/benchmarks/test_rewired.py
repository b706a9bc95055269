"""Promises of the rewired world."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from benchmarks.flow.rewired import (
    CONTROLLED_ORIGINS,
    DECOYS,
    EMBARGOED,
    TYPOLOGIES,
    Knobs,
    World,
    make_rewired,
    vary,
)

LINES = 60_000


@pytest.fixture(scope="module")
def world() -> World:
    return make_rewired(LINES, seed=1)


def _ends(edges: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    return edges["from_row"].to_numpy(), edges["to_row"].to_numpy()


def _words(table: pa.Table, name: str) -> np.ndarray:
    return np.array(table[name].to_pylist())


def test_same_seed_same_world(world: World) -> None:
    again = make_rewired(LINES, seed=1)
    assert again.shipments.equals(world.shipments)
    assert again.truth.equals(world.truth)
    assert again.edges.equals(world.edges)
    assert again.legal_edges.equals(world.legal_edges)
    assert not make_rewired(LINES, seed=2).shipments.equals(world.shipments)


def test_table_of_shipments(world: World) -> None:
    table = world.shipments
    assert table.num_rows == LINES == world.truth.num_rows
    assert len(set(table["shipment_id"].to_pylist())) == LINES
    date = table["date"].to_numpy()
    assert (np.diff(date.astype(np.int64)) >= 0).all()
    codes = set(table["hs_code"].to_pylist())
    assert len(codes) >= 300
    assert len({code[:4] for code in codes}) >= 60
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    for name in ("quantity", "net_mass_kg", "value"):
        column = table[name].to_numpy()
        assert np.isfinite(column).all()
        assert (column > 0).all()


def test_shares_and_labels(world: World) -> None:
    positive = world.truth["positive"].to_numpy(zero_copy_only=False)
    assert 0.006 < positive.mean() < 0.011
    labels = _words(world.truth, "typology")
    assert set(labels[positive]) == set(TYPOLOGIES)
    assert set(labels[~positive]) == {*DECOYS, "ordinary"}
    assert ((world.truth["chain_id"].to_numpy() >= 0) == positive).all()
    assert ((world.truth["hop"].to_numpy() >= 0) == positive).all()


def test_edges_join_the_legs(world: World) -> None:
    truth = {n: world.truth[n].to_numpy(zero_copy_only=False) for n in world.truth.column_names}
    date = world.shipments["date"].to_numpy()
    for edges in (world.edges, world.legal_edges):
        source, target = _ends(edges)
        assert len(source)
        assert (truth["consignee_group"][source] == truth["exporter_group"][target]).all()
        assert (date[source] <= date[target]).all()
        assert len(set(zip(source.tolist(), target.tolist(), strict=True))) == len(source)
    source, target = _ends(world.edges)
    assert truth["positive"][source].all()
    assert truth["positive"][target].all()
    assert (truth["hop"][target] == truth["hop"][source] + 1).all()
    assert (truth["chain_id"][target] == truth["chain_id"][source]).all()
    source, target = _ends(world.legal_edges)
    assert not truth["positive"][source].any()
    assert not truth["positive"][target].any()


@pytest.mark.parametrize("seed", [1, 5])
def test_chains_go_from_origin_to_embargoed(seed: int) -> None:
    world = make_rewired(LINES, seed=seed)
    chain, hop = world.truth["chain_id"].to_numpy(), world.truth["hop"].to_numpy()
    origin = np.isin(_words(world.shipments, "export_country"), list(CONTROLLED_ORIGINS))
    embargoed = np.isin(_words(world.shipments, "destination_country"), list(EMBARGOED))
    for number in np.unique(chain[chain >= 0]):
        rows = np.flatnonzero(chain == number)
        first, last = hop[rows] == 0, hop[rows] == hop[rows].max()
        assert first.any()
        assert (origin[rows] == first).all()
        assert (embargoed[rows] == last).all()


@pytest.mark.parametrize("seed", [1, 2])
def test_knobs_set_shares_of_onward_legs(seed: int) -> None:
    knobs = replace(Knobs(), sister=0.4, reclassified=0.4)
    world = make_rewired(LINES, seed=seed, knobs=knobs)
    importer = world.truth["consignee_firm"].to_numpy()
    exporter = world.truth["exporter_firm"].to_numpy()
    code = _words(world.shipments, "hs_code").astype(np.int64)
    for edges in (world.edges, world.legal_edges):
        source, target = _ends(edges)
        assert 0.3 < (importer[source] != exporter[target]).mean() < 0.5
        within = (code[source] != code[target]) & (code[source] // 100 == code[target] // 100)
        assert 0.3 < within.mean() < 0.5


def test_coverage_hides_lines(world: World) -> None:
    part = make_rewired(LINES, seed=1, knobs=Knobs(coverage=0.6))
    assert 0.57 * LINES < part.shipments.num_rows < 0.63 * LINES
    assert part.truth.num_rows == part.shipments.num_rows
    assert 0 < part.edges.num_rows < 0.5 * world.edges.num_rows
    for edges in (part.edges, part.legal_edges):
        source, target = _ends(edges)
        assert max(source.max(), target.max()) < part.shipments.num_rows


@pytest.mark.parametrize("seed", range(4))
def test_varied_worlds_keep_the_share(seed: int) -> None:
    knobs = replace(vary(seed), coverage=1.0)
    world = make_rewired(30_000, seed=seed, knobs=knobs)
    assert world.shipments.num_rows == 30_000
    assert 0.006 < world.truth["positive"].to_numpy(zero_copy_only=False).mean() < 0.011
