"""An invented run: a dozen findings with names in many scripts, some of them hostile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from enduse.model.result import (
    Event,
    EvidenceItem,
    FindingDetail,
    InputUsed,
    NotAssessed,
    RejectedRow,
    RouteStop,
    RunResult,
    SnapshotUsed,
    SourceRef,
    Statement,
)

HOSTILE = (
    "<script>window.hurt = 1; alert(1)</script>",
    "\"><img src=x onerror='window.hurt = 1'>",
    "Ural\u202eOOO moC\u202c Trading\u200b\u0007",
    "{{ 7 * 7 }} {name} %(count)s </style></script><!--",
)

_CHPL = SourceRef("common-high-priority", "2024-02-23/9f1c2d7a55e0", "854231")
_REGISTRY = SourceRef("registry.csv", "2025-06-30/77aa01bc9d21", "row 412")
_LIST = SourceRef("us-csl", "2025-06-27/c0ffee12ab34", "entity 88213")

# consignee, exporter, route, goods
_LINES: tuple[tuple[str, str, str, str], ...] = (
    ("Ala-Too Elektronik OsOO", "Formosa Lantern Components Co., Ltd.", "TW AE KG", "8542310000"),
    (HOSTILE[0], "Hsinchu Riverstone Semi Inc.", "TW HK TR", "854232"),
    ("ТОВ «Степова Логістика»", "Kobalt Messtechnik GmbH", "DE KZ", "852910"),
    ("星河電子貿易有限公司", "新竹青石半導體股份有限公司", "TW HK CN", "854239"),
    ("شركة النخلة للتجارة العامة ذ.م.م", "Pacific Crest Devices LLC", "US AE IR", "880730"),
    (HOSTILE[1], "Lantern Bay Supply Co.", "US TW", "847180"),
    (HOSTILE[2], "Nordfjord Bearings AS", "NO GE AM RU", "848210"),
    (
        "Bosphorus Yarı İletken San. Tic. A.Ş.",
        "Formosa Lantern Components Co., Ltd.",
        "TW TR",
        "854233",
    ),
    ("ՍԵՎԱՆ Տեխնիկա ՍՊԸ", "Lakeside Optoelectronics Sdn. Bhd.", "MY SG AM", "854129"),
    (HOSTILE[3], "Green Harbour Trading (HK) Ltd", "HK MO HK", "853400"),
    ('=HYPERLINK("x")', "Cedar Ridge Instruments", "JP XX UZ", "903020"),
    ("Quiet Field Medical Supplies", "Hsinchu Riverstone Semi Inc.", "TW PL", "901890"),
)


def _evidence(index: int, consignee: str, country: str) -> tuple[EvidenceItem, ...]:
    items = [
        EvidenceItem(
            "high-priority",
            "Common High Priority goods to a third country",
            "supports",
            3.2,
            Statement(
                "Code {hs_code} is in tier {tier} of {list} (version {version}); destination "
                "{country} is outside the coalition. A code is a candidate, never a classification.",
                {
                    "hs_code": "854231",
                    "tier": "1",
                    "list": "common-high-priority",
                    "version": "2024-02-23/9f1c2d7a55e0",
                    "country": country,
                },
            ),
            "goods",
            "854231",
            (_CHPL,),
            "E5",
        ),
        EvidenceItem(
            "01",
            "Founded after the invasion, receives high-priority goods",
            "supports",
            2.85,
            Statement(
                "{name} ({country}) was founded on {founded}, after {turning_point}, and receives "
                "goods of tier {tier} of the Common High Priority List.",
                {
                    "name": consignee,
                    "country": country,
                    "founded": "2022-05-18",
                    "turning_point": "2022-02-24",
                    "tier": "1",
                },
            ),
            "party",
            f"consignee: {consignee}",
            (_REGISTRY, _CHPL),
            "A2, E5, NCA",
        ),
        EvidenceItem(
            "10",
            "Name resembles a listed party's",
            "supports",
            2.1,
            Statement(
                "{name} resembles {listed_name} on {list} (record {record}); likeness {percent} of "
                "100. The same party or not: to be decided by a person.",
                {
                    "name": consignee,
                    "listed_name": "ALATOO ELECTRONICS",
                    "list": "us-csl",
                    "record": "88213",
                    "percent": "91",
                },
            ),
            "party",
            f"consignee: {consignee}",
            (_LIST,),
            "A3, NCA",
        ),
        EvidenceItem(
            "20",
            "Known diversion hub on the route",
            "supports",
            1.6,
            Statement(
                "{place} is {country}, a point of transshipment named by {source}.",
                {"place": "transit", "country": "AE", "source": "FIN-2022-Alert003"},
            ),
            "route",
            "AE",
            (SourceRef("policy", "2025-06-01", "hubs"),),
            "A1, OT, EU",
        ),
        EvidenceItem(
            "37",
            "Needless intermediaries",
            "supports",
            0.75,
            Statement(
                "{parties} parties stand between exporter and final consignee, in {countries}: "
                "neither where the goods come from nor where they go.",
                {"parties": "2", "countries": "AE, HK"},
            ),
            "route",
            "AE, HK",
            (),
            "EU, OT",
        ),
        EvidenceItem(
            "importer",
            "Long-standing importer of such goods",
            "contradicts",
            -1.4,
            Statement(
                "{name} received {before} lines of high-priority goods before {turning_point} in the "
                "records held.",
                {"name": consignee, "before": "41", "turning_point": "2022-02-24"},
            ),
            "party",
            f"consignee: {consignee}",
            (),
            "",
        ),
    ]
    kept = items[: max(1, 6 - index // 2)] if index else items[:5]
    blind = EvidenceItem(
        "27",
        "Price far above market",
        "not_assessed",
        0.0,
        Statement("No value, currency or unit, or too few lines to compare with."),
        "line",
        "",
        (),
        "NCA, A2",
    )
    return (*kept, blind)


def _finding(rank: int) -> FindingDetail:
    index = (rank - 1) % len(_LINES)
    consignee, exporter, route, hs_code = _LINES[index]
    codes = route.split()
    shipped = date(2025, 3, 14) + timedelta(days=rank % 60)
    evidence = _evidence(index, consignee, codes[-1])
    if index == 0:
        evidence = (
            replace(
                evidence[0],
                rule="listed",
                title="Listed when shipped, and listed today",
                weight=7.3,
            ),
            *evidence,
        )
    if codes[-1] in ("RU", "IR"):
        embargo = replace(
            evidence[0],
            rule="embargo",
            title="High-priority goods to an embargoed destination",
            subject_kind="route",
            subject_id=codes[-1],
        )
        evidence = (embargo, *evidence[1:])
    score = sum(item.weight for item in evidence)
    parts = ["origin", *["transit"] * (len(codes) - 2), "destination"]
    stops = [RouteStop(code, part) for code, part in zip(codes, parts, strict=True)]
    stops.insert(1, RouteStop(codes[0], "export"))
    fields = {
        "exporter": exporter,
        "exporter_country": codes[0],
        "exporter_address": "12 Invented Road",
        "consignee": consignee,
        "consignee_country": codes[-1],
        "consignee_address": "Chuy Avenue 114, Bishkek" if index == 0 else HOSTILE[index % 4],
        "end_user": "Institute of Applied Rotation",
        "end_user_country": codes[-1],
        "origin_country": codes[0],
        "export_country": codes[0],
        "destination_country": codes[-1],
        "hs_code": hs_code,
        "description": "Processors and controllers, 32 bit, 現場可程式閘陣列",
        "part_number": "XQ-7K410T-2",
        "quantity": "1200",
        "unit": "NAR",
        "value": "184320.00",
        "currency": "USD",
        "vessel_imo": "9074729",
    }
    if len(codes) > 2:
        fields["transit_countries"] = ";".join(codes[1:-1])
    return FindingDetail(
        rank=rank,
        shipment_id=f"S-{100_000 + rank}",
        line_no=1 + rank % 3,
        source_row=rank * 7 + 1,
        score=score,
        action="hold" if score >= 9 else "review" if score >= 5 else "release",
        date=shipped,
        fields=fields,
        route=tuple(stops),
        events=(
            Event(date(2022, 5, 18), Statement("{name} founded", {"name": consignee})),
            Event(shipped, Statement("Shipment"), is_shipment=True),
            Event(
                date(2025, 6, 2),
                Statement("{name} listed on {list}", {"name": consignee, "list": "us-csl"}),
            ),
        ),
        evidence=tuple(sorted(evidence, key=lambda e: (e.status == "not_assessed", -e.weight))),
    )


def invented_run(findings: int = 12) -> RunResult:
    """A run with so many findings; the first dozen differ, then they repeat."""
    found = sorted((_finding(n) for n in range(1, findings + 1)), key=lambda f: -f.score)
    found = [replace(finding, rank=rank) for rank, finding in enumerate(found, 1)]
    held = sum(f.action == "hold" for f in found)
    reviewed = sum(f.action == "review" for f in found)
    return RunResult(
        run_id="20250630T101500-4f2a",
        created=datetime(2025, 6, 30, 10, 15, tzinfo=UTC),
        as_of=date(2025, 6, 30),
        version="0.1.0",
        inputs=(
            InputUsed("shipments", "orders_2025-06.csv", "9f" * 32, 12_408, 12_391, 17),
            InputUsed("registry", "registry.csv", "3c" * 32, 5_210, 5_210, 0),
        ),
        read=12_408,
        accepted=12_391,
        rejected=17,
        actions={"hold": held, "review": reviewed, "release": 12_391 - held - reviewed},
        policy="enduse-2025 (2025-06-01)",
        review_bits=5.0,
        hold_bits=9.0,
        review_budget=124,
        snapshots=(
            SnapshotUsed(
                "us-csl",
                "2025-06-27/c0ffee12ab34",
                date(2025, 6, 27),
                "stated",
                25_921,
                "parties.csv",
            ),
            SnapshotUsed(
                "un-sc",
                "2025-06-20/0badc0de5511",
                date(2025, 6, 20),
                "imported",
                1_003,
                "consolidated.xml",
            ),
            SnapshotUsed(
                "common-high-priority",
                "2024-02-23/9f1c2d7a55e0",
                date(2024, 2, 23),
                "given",
                50,
                "hs-list",
            ),
        ),
        not_assessed=(
            NotAssessed(
                "11",
                "Listed owner or director",
                Statement("No company registry was given."),
                12_391,
            ),
            NotAssessed(
                "27",
                "Price far above market",
                Statement("No value, currency or unit, or too few lines to compare with."),
                3_204,
            ),
        ),
        rejects=(
            RejectedRow(17, "hs_code", "85423", "5 digits; a leading zero may be lost"),
            RejectedRow(91, "consignee_country", "Atlantis", "names no country"),
            RejectedRow(204, "quantity", HOSTILE[1], "not a number"),
        ),
        doubts={"vessel_imo": 12, "unit": 3},
        findings=tuple(found),
        findings_above_review=held + reviewed,
    )


@pytest.fixture(scope="session")
def make_run() -> Callable[[int], RunResult]:
    """Builds an invented run with so many findings."""
    return invented_run


@pytest.fixture(scope="session")
def run_result() -> RunResult:
    """An invented run with a dozen findings."""
    return invented_run()
