"""Each red flag has a line that shows it and a line that does not."""

from __future__ import annotations

from typing import Any

import pytest

from enduse.assess import RULES, Policy
from enduse.calls import CheckResult

SHOWN = [
    ("01", "young", "Yeni Ufuk Elektronik (TR) was founded on 2022-05-10", "old"),
    ("02", "young", "for the first time on 2023-02-02", "jump-1"),
    ("03", "never-such-goods", "(TR) before 2022-02-24: 6, none", "young"),
    ("04", "jump-13", "lines of heading 8542 in 90 days", "steady-5"),
    ("05", "new-market", "supplied such goods to RU before the embargo (4 in", "young"),
    (
        "06",
        "shipper",
        "itself sent high-priority goods to RU under embargo: 1 of its 1 lines of such goods since 2023-01-01",
        "new-market",
    ),
    ("08", "forwarder", "Silk Gate Freight Forwarding, the last party named", "young"),
    ("09", "address", "Vostochny Zarya Pribor on invented", "zone"),
    ("10", "resembles", "resembles Vostochny Zarya Pribor", "young"),
    ("11", "owner", "Radomir Oleksandrovich Zvezdochkin, owner", "young"),
    ("16", "furniture", "'Retail of furniture', which does not fit goods of chapter 85", "young"),
    ("17", "shipper", "KG received 0 of", "young"),
    ("19", "odd-route", "by way of MV: 1 of", "route-3"),
    ("20", "zone", "destination is AE", "permit-de"),
    ("21", "zone", "names a free-trade zone", "address"),
    ("25", "permit", "The permit field says 'NLR'", "young"),
    ("26", "misfit", "speaks of heading 0808", "young"),
    (
        "26-origin",
        "other-origin",
        "names KR as where the goods come from; declared is TW",
        "same-origin",
    ),
    ("27", "dear", "500.0 USD for a NAR of 854231", "young"),
    ("28", "dear", "USD a kg of 854231", "young"),
    ("37", "go-between", "neither come from nor go: 2, in MV, SC", "zone"),
    ("listed", "listed", "by 2022-06-01, no later than the shipment of 2023-04-01", "listed-since"),
    ("listed", "vessel", "IMO 9074729 meets Severnaya Zvezda", "plain"),
    ("listed-since", "listed-since", "not on that list on 2022-01-15", "listed"),
    ("listed-undated", "undated", "is not assessed", "listed"),
    ("delisted", "delisted", "no longer was on 2023-04-03", "listed"),
    ("listed-then", "listed-then", "no longer on it today", "listed"),
    ("embargo", "onward", "destination is RU, under embargo since 2022-02-24", "food"),
    ("embargo-transit", "through-ru", "go by way of RU, under embargo since 2022-02-24", "onward"),
    ("embargo-other", "food", "Whether these goods are covered is not assessed", "onward"),
    ("high-priority", "young", "Code 854231 is in tier 1", "plain"),
    (
        "flow-chain",
        "lot-2",
        "Formosa Bright Parts Co (TW) → Van Golu Mikro Ticaret (TR) → Severny Mikroskhem OOO (RU)",
        "young",
    ),
    ("flow-forecast", "lot-6", "it rests on 6 earlier lots of the consignee", "young"),
    ("tipped", "tipped", "named in a tip of Ukraine (record tip-ukraine-1:p1)", "young"),
    ("tipped-part", "tipped-part", "is, but for signs and spaces, TMS320F28335-PGFA", "young"),
    ("tipped-route", "tipped-route", "the route TW → GE → KZ is named", "odd-route"),
    (
        "established",
        "steady-now-1",
        "Dogu Devre Ithalat before 2022-02-24 in the records held: 9",
        "young",
    ),
]


def evidence_of(result: CheckResult, shipment_id: str, status: str) -> dict[str, list[Any]]:
    assert shipment_id in result.findings["shipment_id"].to_pylist()
    rows = [
        row
        for row in result.evidence.to_pylist()
        if row["shipment_id"] == shipment_id and row["status"] == status
    ]
    return {row["rule"]: [r for r in rows if r["rule"] == row["rule"]] for row in rows}


@pytest.mark.parametrize(("rule", "shows", "statement", "does_not"), SHOWN)
def test_a_red_flag_shows_where_it_should(
    small_world: CheckResult, rule: str, shows: str, statement: str, does_not: str
) -> None:
    status = "contradicts" if rule == "established" else "supports"
    found = evidence_of(small_world, shows, status)
    assert rule in found, f"{shows}: {sorted(found)}"
    assert any(statement in row["statement"] for row in found[rule]), found[rule]
    assert rule not in evidence_of(small_world, does_not, status)


def test_every_rule_has_an_example_or_says_why_not() -> None:
    # See test_control_lists.py and test_fairness.py.
    without = {"control-list", "control-text", "embargo-territory"}
    assert {rule.id for rule in RULES} - without == {rule for rule, *_ in SHOWN}


def test_a_score_is_the_sum_of_its_evidence(small_world: CheckResult) -> None:
    sums: dict[tuple[str, int], float] = {}
    for row in small_world.evidence.to_pylist():
        if row["shipment_id"] is not None:
            key = (row["shipment_id"], row["line_no"])
            sums[key] = sums.get(key, 0.0) + row["weight"]
    for finding in small_world.findings.to_pylist():
        key = (finding["shipment_id"], finding["line_no"])
        assert finding["score"] == pytest.approx(sums.get(key, 0.0), abs=1e-3)


def test_of_one_family_only_the_strongest_counts(small_world: CheckResult) -> None:
    family = {rule.id: rule.family or rule.id for rule in RULES}
    counted: dict[tuple[str, str], int] = {}
    for row in small_world.evidence.to_pylist():
        if row["weight"]:
            key = (row["shipment_id"], family[row["rule"]])
            counted[key] = counted.get(key, 0) + 1
    assert max(counted.values()) == 1


def test_actions_follow_the_thresholds_of_the_policy(small_world: CheckResult) -> None:
    policy = Policy.shipped()
    for finding in small_world.findings.to_pylist():
        expected = (
            "hold"
            if finding["score"] >= policy.hold_bits
            else "review"
            if finding["score"] >= policy.review_bits
            else "release"
        )
        assert finding["action"] == expected


def test_ranks_run_from_one_without_gaps_best_first(small_world: CheckResult) -> None:
    findings = sorted(small_world.findings.to_pylist(), key=lambda f: f["rank"])
    assert [f["rank"] for f in findings] == list(range(1, len(findings) + 1))
    scores = [f["score"] for f in findings]
    assert scores == sorted(scores, reverse=True)


def test_a_listed_consignee_is_held_and_a_plain_line_released(small_world: CheckResult) -> None:
    action = {f["shipment_id"]: f["action"] for f in small_world.findings.to_pylist()}
    assert action["listed"] == "hold"
    assert action["onward"] == "hold"
    assert action["plain"] == "release"


def test_every_piece_of_evidence_names_its_source_row(small_world: CheckResult) -> None:
    for row in small_world.evidence.to_pylist():
        if row["shipment_id"] is None:
            continue
        first = row["sources"][0]
        assert first["dataset"] == "shipments"
        assert first["record"].startswith("row ")
        assert len(first["version"]) == 12


def test_a_listing_names_list_version_and_record(small_world: CheckResult) -> None:
    (found,) = evidence_of(small_world, "listed", "supports")["listed"]
    sources = {source["dataset"]: source for source in found["sources"]}
    assert sources["invented"]["record"] == "invented:L1"
    assert sources["invented"]["version"].startswith("2024-06-01/")


def test_a_line_of_business_that_is_not_known_is_said(small_world: CheckResult) -> None:
    blind = evidence_of(small_world, "new-market", "not_assessed")
    assert "16" in blind
    assert blind["16"][0]["weight"] == 0
    assert "line of business" in blind["16"][0]["statement"]
