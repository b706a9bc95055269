"""Real lists: everybody on them is met again, in either script."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from enduse.lists import Collection, collection, import_list
from enduse.model import PARTIES
from enduse.names import unmatchable
from enduse.screen import Screener, entity_ids
from enduse.settings import Settings


@pytest.fixture(scope="module")
def listed(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """The UN's list, OFAC's of 2022 and OFAC's vessels."""
    settings = Settings(workspace=tmp_path_factory.mktemp("workspace"), threads=2)
    import_list(real_data / "un-2026" / "UN_consolidated.xml", "un-sc", settings)
    import_list(real_data / "ofac-2022", "ofac-sdn", settings)
    import_list(real_data / "vessels" / "ofac_sdn_vessels.json", "vessels-json", settings)
    return collection(settings)


@pytest.fixture(scope="module")
def screener(listed: Collection) -> Screener:
    return Screener(listed.listings, listed.names, Settings(threads=2))


def _parties(names: list[str]) -> pa.Table:
    nothing = pa.nulls(len(names), pa.string())
    keys = pa.array(range(len(names)), pa.int64())
    return pa.table([keys, pa.array(names), *[nothing] * 5], schema=PARTIES)


def test_every_person_and_organization_of_the_un_is_met_by_each_of_their_names(
    listed: Collection, screener: Screener
) -> None:
    of_un = listed.listings.filter(pc.equal(listed.listings["list"], "un-sc"))["entity_key"]
    rows = listed.names.filter(pc.is_in(listed.names["entity_key"], of_un.combine_chunks()))
    rows = rows.filter(pc.not_equal(rows["name_type"], "weak_alias"))
    asked = [row for row in rows.to_pylist() if not unmatchable(row["name"])]
    hits = screener.parties(_parties([row["name"] for row in asked]), limit=60, explain=False)
    met = set(zip(hits["party_key"].to_pylist(), hits["entity_key"].to_pylist(), strict=True))
    missed = [row for key, row in enumerate(asked) if (key, row["entity_key"]) not in met]
    assert len(asked) > 3000
    assert missed == []


def test_every_vessel_is_met_by_its_number_under_another_name(
    listed: Collection, screener: Screener
) -> None:
    vessels = listed.listings.filter(listed.listings["imo"].is_valid())
    keys = vessels["entity_key"]
    renamed = pa.table(
        {"vessel_key": keys, "imo": vessels["imo"], "name": ["Lucky Star"] * len(keys)}
    )
    hits = screener.vessels(renamed, limit=20, explain=False)
    by_number = hits.filter(pc.equal(hits["basis"], "imo"))
    met = pc.equal(by_number["party_key"], by_number["entity_key"])
    assert pc.sum(met).as_py() == len(keys) > 1500


def test_two_parties_to_whom_ofac_gave_one_id_are_told_apart(listed: Collection) -> None:
    ids = entity_ids(listed.listings).to_pylist()
    assert len(ids) == len(set(ids)) == len(listed.listings)
    assert {"ofac-sdn:2677", "ofac-sdn:2677#2"} <= set(ids)
