"""The worlds of `trials` keep what they promise."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from benchmarks.flow.trials import (
    CONTROLLED_ORIGINS,
    DECOYS,
    EMBARGOED,
    TYPOLOGIES,
    Knobs,
    World,
    make_trials,
    vary,
)

LINES = 60_000


@pytest.fixture(scope="module")
def world() -> World:
    return make_trials(LINES, seed=3)


def column(table: pa.Table, name: str) -> Any:
    values = table[name].combine_chunks()
    if pa.types.is_dictionary(values.type):
        return np.array(values.dictionary.to_pylist(), object)[values.indices.to_numpy()]
    return values.to_numpy(zero_copy_only=False)


def test_same_seed_same_world(world: World) -> None:
    again, other = make_trials(LINES, seed=3), make_trials(LINES, seed=4)
    for field in fields(World):
        assert getattr(world, field.name).equals(getattr(again, field.name))
    assert not world.shipments.equals(other.shipments)


def test_columns(world: World) -> None:
    lines = world.shipments
    assert lines.num_rows == world.truth.num_rows == LINES
    assert pc.count_distinct(lines["shipment_id"]).as_py() == LINES
    assert lines.schema.field("date").type == pa.date32()
    for name in ("exporter", "consignee", "export_country", "hs_code", "unit", "currency"):
        assert lines.schema.field(name).type == pa.dictionary(pa.int32(), pa.string())
    dates = column(lines, "date")
    assert (np.diff(dates).astype(int) >= 0).all()
    for name in ("quantity", "net_mass_kg", "value"):
        assert (column(lines, name) > 0).all()
    assert (column(lines, "export_country") != column(lines, "destination_country")).all()
    codes = {str(code) for code in column(lines, "hs_code")}
    assert len(codes) >= 300
    assert len({code[:4] for code in codes}) >= 60
    assert all(len(code) == 6 for code in codes)


def test_shares_and_labels(world: World) -> None:
    positive = column(world.truth, "positive")
    assert 0.006 < positive.mean() < 0.011
    label = column(world.truth, "typology")
    assert set(label[positive]) == set(TYPOLOGIES)
    assert set(label[~positive]) == {*DECOYS, "ordinary"}
    chain, hop = column(world.truth, "chain_id"), column(world.truth, "hop")
    assert ((chain >= 0) == positive).all()
    assert ((hop >= 0) == positive).all()
    assert len(np.unique(column(world.truth, "exporter_group"))) > 500


def test_edges(world: World) -> None:
    truth = world.truth
    day = column(world.shipments, "date")
    hop, chain = column(truth, "hop"), column(truth, "chain_id")
    buyer, seller = column(truth, "consignee_group"), column(truth, "exporter_group")
    for edges, planted in ((world.edges, True), (world.legal_edges, False)):
        start, end = column(edges, "from_row"), column(edges, "to_row")
        assert len(start) > 200
        assert (buyer[start] == seller[end]).all()
        assert (day[start] <= day[end]).all()
        assert (column(truth, "positive")[start] == planted).all()
        assert (column(truth, "positive")[end] == planted).all()
        if planted:
            assert (hop[end] == hop[start] + 1).all()
            assert (chain[end] == chain[start]).all()


def test_chains_lead_from_origin_to_embargoed(world: World) -> None:
    hop, chain = column(world.truth, "hop"), column(world.truth, "chain_id")
    source = column(world.shipments, "export_country")
    target = column(world.shipments, "destination_country")
    last = np.zeros(chain.max() + 1, int)
    np.maximum.at(last, chain[chain >= 0], hop[chain >= 0])
    planted = chain >= 0
    begins = planted & (hop == 0)
    ends = planted & (hop == last[chain])
    assert len(np.unique(chain[begins])) == len(np.unique(chain[ends])) == len(last)
    assert np.isin(source[begins], list(CONTROLLED_ORIGINS)).all()
    assert not np.isin(source[planted & ~begins], [*CONTROLLED_ORIGINS, *EMBARGOED]).any()
    assert np.isin(target[ends], list(EMBARGOED)).all()
    assert not np.isin(target[planted & ~ends], [*CONTROLLED_ORIGINS, *EMBARGOED]).any()
    assert 1 <= last.min() <= last.max() == 4


def test_firms_are_written_one_way(world: World) -> None:
    for side in ("exporter", "consignee"):
        pairs = set(
            zip(column(world.truth, f"{side}_firm"), column(world.shipments, side), strict=True)
        )
        assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


def test_sister_and_reclassified() -> None:
    world = make_trials(LINES, seed=5, knobs=Knobs(sister=0.4, reclassified=0.4))
    buyer, seller = column(world.truth, "consignee_firm"), column(world.truth, "exporter_firm")
    code = column(world.shipments, "hs_code").astype(str)
    for edges in (world.edges, world.legal_edges):
        start, end = column(edges, "from_row"), column(edges, "to_row")
        assert 0.3 < (buyer[start] != seller[end]).mean() < 0.5
        same_heading = code[start].astype("U4") == code[end].astype("U4")
        assert 0.3 < ((code[start] != code[end]) & same_heading).mean() < 0.5


def test_coverage_hides_lines(world: World) -> None:
    hidden = make_trials(LINES, seed=3, knobs=Knobs(coverage=0.7))
    rows = hidden.shipments.num_rows
    assert 0.68 * LINES < rows < 0.72 * LINES
    assert hidden.truth.num_rows == rows
    assert 0 < hidden.edges.num_rows < 0.6 * world.edges.num_rows
    hop = column(hidden.truth, "hop")
    start, end = column(hidden.edges, "from_row"), column(hidden.edges, "to_row")
    assert (hop[end] == hop[start] + 1).all()


@pytest.mark.parametrize("seed", range(4))
def test_varied_worlds(seed: int) -> None:
    world = make_trials(20_000, seed=seed, knobs=vary(seed))
    assert 0.006 < column(world.truth, "positive").mean() < 0.011
    assert world.edges.num_rows > 0
    assert vary(seed) == vary(seed) != vary(seed + 1)
