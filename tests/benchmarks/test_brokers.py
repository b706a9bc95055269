"""The brokers' world keeps its promises."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from benchmarks.flow.brokers import (
    CONTROLLED_ORIGINS,
    DECOYS,
    EMBARGOED,
    TYPOLOGIES,
    Knobs,
    World,
    make_brokers,
    vary,
)


@cache
def world(seed: int = 1) -> World:
    return make_brokers(60_000, seed=seed)


def column(table: pa.Table, name: str) -> npt.NDArray[np.object_]:
    return np.array(table[name].to_pylist(), dtype=object)


def numbers(table: pa.Table, name: str) -> npt.NDArray[np.int64]:
    return table[name].to_numpy().astype(np.int64)  # type: ignore[no-any-return]


def ends(edges: pa.Table) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    return numbers(edges, "from_row"), numbers(edges, "to_row")


def test_same_seed_same_world() -> None:
    one, two, other = (make_brokers(5_000, seed=s) for s in (3, 3, 4))
    assert one.shipments.equals(two.shipments)
    assert one.truth.equals(two.truth)
    assert one.edges.equals(two.edges)
    assert one.legal_edges.equals(two.legal_edges)
    assert not one.shipments.equals(other.shipments)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_shares_and_labels(seed: int) -> None:
    made = world(seed)
    assert made.shipments.num_rows == made.truth.num_rows == 60_000
    positive = numbers(made.truth, "positive").astype(bool)
    assert 0.006 < positive.mean() < 0.011
    label = column(made.truth, "typology")
    assert set(label[positive]) == set(TYPOLOGIES)
    assert set(label[~positive]) == {*DECOYS, "ordinary"}
    assert (positive == (numbers(made.truth, "chain_id") >= 0)).all()
    assert (positive == (numbers(made.truth, "hop") >= 0)).all()


def test_columns() -> None:
    table = world().shipments
    assert table.column_names == [
        "shipment_id",
        "line_no",
        "date",
        "exporter",
        "exporter_country",
        "consignee",
        "consignee_country",
        "export_country",
        "destination_country",
        "hs_code",
        "unit",
        "currency",
        "quantity",
        "net_mass_kg",
        "value",
    ]
    words = {
        "exporter",
        "exporter_country",
        "consignee",
        "consignee_country",
        "export_country",
        "destination_country",
        "hs_code",
        "unit",
        "currency",
    }
    for field in table.schema:
        assert (field.type == pa.dictionary(pa.int32(), pa.string())) == (field.name in words)
    assert len(set(table["shipment_id"].to_pylist())) == table.num_rows
    assert (np.diff(numbers(table, "date")) >= 0).all()
    for name in ("quantity", "net_mass_kg", "value"):
        assert (table[name].to_numpy() > 0).all()
    codes = set(table["hs_code"].to_pylist())
    assert len(codes) >= 300
    assert len({c[:4] for c in codes}) >= 60
    assert (column(table, "exporter") != column(table, "consignee")).all()
    assert (column(table, "export_country") != column(table, "destination_country")).mean() > 0.999


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_edges(seed: int) -> None:
    made = world(seed)
    truth, day = made.truth, numbers(made.shipments, "date")
    chain, hop = numbers(truth, "chain_id"), numbers(truth, "hop")
    receiver, sender = numbers(truth, "consignee_group"), numbers(truth, "exporter_group")
    for edges, planted in ((made.edges, True), (made.legal_edges, False)):
        start, end = ends(edges)
        assert len(start) == len(set(zip(start.tolist(), end.tolist(), strict=True))) > 0
        assert ((chain[start] >= 0) == planted).all()
        assert (chain[start] == chain[end]).all()
        assert (receiver[start] == sender[end]).all()
        assert (day[start] <= day[end]).all()
        if planted:
            assert (hop[end] == hop[start] + 1).all()
    assert made.legal_edges.num_rows > 10 * made.edges.num_rows


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_chains_lead_from_origin_to_embargoed(seed: int) -> None:
    made = world(seed)
    chain, hop = numbers(made.truth, "chain_id"), numbers(made.truth, "hop")
    leaves = np.isin(column(made.shipments, "export_country"), list(CONTROLLED_ORIGINS))
    arrives = np.isin(column(made.shipments, "destination_country"), list(EMBARGOED))
    for number in range(chain.max() + 1):
        legs = np.flatnonzero(chain == number)
        assert len(legs) >= 2
        assert ((hop[legs] == 0) == leaves[legs]).all()
        assert ((hop[legs] == hop[legs].max()) == arrives[legs]).all()
        assert leaves[legs].any()
        assert 1 <= hop[legs].max() <= 4


def test_knobs_hold_in_both_kinds_of_edges() -> None:
    made = make_brokers(60_000, seed=5, knobs=Knobs(sister=0.4, reclassified=0.4))
    code = column(made.shipments, "hs_code")
    receiver, sender = (numbers(made.truth, f) for f in ("consignee_firm", "exporter_firm"))
    for edges in (made.edges, made.legal_edges):
        start, end = ends(edges)
        changed = np.array(
            [a != b and a[:4] == b[:4] for a, b in zip(code[start], code[end], strict=True)]
        )
        assert 0.3 < changed.mean() < 0.5
        assert 0.3 < (receiver[start] != sender[end]).mean() < 0.5


def test_coverage_hides_lines() -> None:
    seen = make_brokers(20_000, seed=6, knobs=Knobs(coverage=0.6))
    whole = make_brokers(20_000, seed=6)
    assert 0.57 < seen.shipments.num_rows / 20_000 < 0.63
    assert seen.edges.num_rows < whole.edges.num_rows
    names = set(whole.shipments["shipment_id"].to_pylist())
    assert set(seen.shipments["shipment_id"].to_pylist()) < names
    start, end = ends(seen.legal_edges)
    assert max(start.max(), end.max()) < seen.shipments.num_rows
    receiver, sender = (numbers(seen.truth, f) for f in ("consignee_group", "exporter_group"))
    assert (receiver[start] == sender[end]).all()


def test_brokers_that_divert_are_mostly_lawful() -> None:
    truth = world().truth
    positive, hop = numbers(truth, "positive").astype(bool), numbers(truth, "hop")
    broker = numbers(truth, "consignee_firm")
    groups = np.unique(broker[hop == 0])
    lines = np.isin(broker, groups) | np.isin(numbers(truth, "exporter_firm"), groups)
    assert positive[lines].mean() < 0.5
    chains = [len(set(numbers(truth, "chain_id")[(hop == 0) & (broker == g)])) for g in groups]
    assert np.mean(chains) > 2


@pytest.mark.parametrize("seed", range(4))
def test_varied_worlds(seed: int) -> None:
    knobs = vary(seed)
    assert knobs == vary(seed) != vary(seed + 1)
    made = make_brokers(20_000, seed=seed, knobs=knobs)
    assert abs(made.shipments.num_rows / 20_000 - knobs.coverage) < 0.03
    assert 0.005 < numbers(made.truth, "positive").mean() < 0.012
