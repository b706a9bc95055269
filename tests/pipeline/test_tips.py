"""What a check says of a partner's tip carries its terms, and a tip that ended is not used."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import enduse
from enduse.lists import PREFIX, Terms, forget_lists, goods_source, import_list
from enduse.settings import Settings

MSG_ID = "0f" * 16
SOURCE = f"{PREFIX}ukraine-{MSG_ID}"
TERMS = f"TLP:AMBER, PAP:AMBER; onward: prohibited; until 2999-01-01; packet {MSG_ID}."
NAMES = pa.table({"query_id": ["1"], "name": ["Karakum Fotonik Savda"]})
ADDRESS = "Liman Caddesi 17, Mersin"

PARTIES = [
    ("p1", "Organization", {"name": ["Karakum Fotonik Savda"], "address": [ADDRESS]}),
    ("p2", "Person", {"name": ["Timur Zhaksylykov"], "birthDate": ["1971-02-03"]}),
]
SHIPMENTS = f"""shipment_id,date,exporter,exporter_country,consignee,consignee_country,consignee_address,export_country,destination_country,hs_code,description,part_number,quantity
S-name,2026-09-01,Formosa Parts,TW,Karakum Fotonik Savda,TR,,TW,TR,854231,chips,,5
S-address,2026-09-02,Formosa Parts,TW,Mavi Deniz Ticaret,TR,"{ADDRESS}",TW,TR,854231,chips,,5
S-owner,2026-09-03,Formosa Parts,TW,Kuzey Ithalat,TR,,TW,TR,854231,chips,,5
S-part,2026-09-04,Formosa Parts,TW,Batu Elektronik,TR,,TW,TR,854231,chips,TMS320-F28335,5
"""
REGISTRY = """entity_id,name,country,owners
K-1,Kuzey Ithalat,TR,"[{""name"": ""Timur Zhaksylykov"", ""share"": 0.6}]"
"""


def take_tip(settings: Settings, folder: Path, handling: str, last: date) -> None:
    terms = Terms("Ukraine", handling, last)
    parties, goods = folder / "entities.ftm.json", folder / "goods.json"
    lines = [json.dumps({"id": i, "schema": s, "properties": p}) for i, s, p in PARTIES]
    parties.write_text("\n".join(lines), "utf-8")
    goods.write_text(
        json.dumps({"parts": [{"id": "c1", "part_number": "TMS320F28335"}], "routes": []}), "utf-8"
    )
    told: dict[str, Any] = {"as_of": date(2026, 8, 1), "terms": terms, "allow_shrink": True}
    import_list(parties, "ftm", settings, source=SOURCE, **told)
    import_list(goods, "tip", settings, source=goods_source(SOURCE), **told)


@pytest.fixture
def desk(tmp_path: Path) -> Settings:
    (tmp_path / "shipments.csv").write_text(SHIPMENTS, "utf-8")
    (tmp_path / "registry.csv").write_text(REGISTRY, "utf-8")
    settings = Settings(workspace=tmp_path / "workspace", threads=1, memory_limit_mib=256)
    take_tip(settings, tmp_path, TERMS, date(2999, 1, 1))
    return settings


def checked(desk: Settings) -> enduse.CheckResult:
    folder = desk.workspace.parent
    return enduse.check(
        folder / "shipments.csv", registry=folder / "registry.csv", settings=desk,
        out=folder / "out",
    )  # fmt: skip


def citing(result: enduse.CheckResult) -> dict[str, list[str]]:
    """Statements of each shipment that rest on the tip."""
    found: dict[str, list[str]] = {}
    for row in result.evidence.to_pylist():
        if any(MSG_ID in (source["dataset"] or "") for source in row["sources"] or ()):
            found.setdefault(row["shipment_id"], []).append(row["statement"])
    return found


def test_whatever_rests_on_a_tip_says_its_terms(desk: Settings) -> None:
    result = checked(desk)
    found = citing(result)
    assert set(found) == {"S-name", "S-address", "S-owner", "S-part"}
    for statements in found.values():
        assert all(TERMS in statement for statement in statements), statements
    # So does the table that a desk works through, and the page.
    desk_lines = pq.read_table(desk.workspace.parent / "out" / "desk.parquet").to_pylist()
    for line in desk_lines:
        if line["shipment_id"] in found:
            assert TERMS in line["reasons"]


def test_other_terms_are_another_run(desk: Settings, tmp_path: Path) -> None:
    checked(desk)
    forget_lists(MSG_ID, desk)
    stricter = TERMS.replace("AMBER", "RED")
    take_tip(desk, tmp_path, stricter, date(2999, 1, 1))
    [*_, statement] = citing(checked(desk))["S-name"]
    assert stricter in statement


def test_a_tip_that_ended_is_not_used(desk: Settings, tmp_path: Path) -> None:
    checked(desk)
    forget_lists(MSG_ID, desk)
    take_tip(desk, tmp_path, TERMS, datetime.now(UTC).date() - timedelta(days=1))
    assert citing(checked(desk)) == {}
    screened = enduse.screen(NAMES, settings=desk)
    assert screened.table.num_rows == 0


def test_a_screening_says_on_what_terms_a_tip_was_asked(desk: Settings) -> None:
    screened = enduse.screen(NAMES, settings=desk)
    assert screened.table["list"].to_pylist() == [SOURCE]
    assert TERMS in screened.text()
