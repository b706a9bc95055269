"""What the learned score sees of a shipment, and what its second look sees around it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.flow.stories import Story, line

from enduse.flow.history import FEATURES
from enduse.flow.kernel import Floats
from enduse.flow.learned import Learned, Lesson, around, features, learn
from enduse.flow.neighbours import LEAST, SECOND_FEATURES, describe_all_again

LINES = (
    line("in", 0, "Formosa", "Boro", 100),
    line("more", 3, "Hsinchu", "Boro", 40),
    line("out", 9, "Boro", "Neva", 100),
    line("home", 20, "Boro", "Local", 7),
)


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    traced = Story(*LINES).traced
    n = len(traced.ledger.movements)
    return Lesson(traced.ledger, traced.origins, traced.ends, np.zeros(n, bool), np.ones(n, "f4"))


def named(lesson: Lesson, values: Floats, names: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Features by the lines' names and by their own."""
    rows = lesson.ledger.movements.row
    return {
        LINES[row]["shipment_id"]: dict(zip(names, told.tolist(), strict=True))
        for row, told in zip(rows, values, strict=True)
    }


def test_a_shipment_is_described_by_its_surest_links_and_its_parties_other_lines(
    lesson: Lesson,
) -> None:
    known, _, values, leads = features(lesson)
    told = named(lesson, values, FEATURES)
    links, lots = lesson.ledger.links, lesson.ledger.lots
    order = list(lesson.ledger.movements.row).index(2)
    own = slice(links.begin[order], links.begin[order + 1])
    surest = links.sure[own].max()
    assert told["out"]["received"] == pytest.approx(surest)
    assert told["in"]["passed_on"] == pytest.approx(
        links.sure[own][lots.row[links.lot[own]] == 0].max()
    )
    assert told["in"]["received"] == told["out"]["passed_on"] == 0
    # Boro received two lots; of the mean, as of every mean, one more stands for what is not known.
    passed_on = known.passed_on[:2].sum()
    for level in ("hs6", "heading", "party"):
        assert told["out"][f"exporter_arrivals_{level}"] == 2
        assert told["out"][f"exporter_passed_on_{level}"] == pytest.approx(passed_on / 3)
        # Its own departure is left out: only what went home counts.
        home = known.received[list(lesson.ledger.movements.row).index(3)]
        assert told["out"][f"exporter_received_{level}"] == pytest.approx(home / 2, abs=1e-6)
    assert leads.tolist()[:3] == [True, True, True]


def test_the_second_look_sees_the_first_scores_around_and_not_its_own(lesson: Lesson) -> None:
    known, past, _, _ = features(lesson)
    keys = lesson.ledger.keys
    rows = lesson.ledger.movements.row.tolist()
    first = np.zeros(4, np.float32)
    first[[rows.index(place) for place in range(4)]] = [0.5, 0.2, 0.8, LEAST / 2]
    near = around(lesson.ledger, past, first)
    values, looked = describe_all_again(keys, past, known, near, len(SECOND_FEATURES))
    told = named(lesson, values, SECOND_FEATURES)
    assert {LINES[row]["shipment_id"] for row in np.array(rows)[looked]} == {"in", "more", "out"}
    out, goods_in = told["out"], told["in"]
    assert out["first"] == pytest.approx(0.8)
    links, lots = lesson.ledger.links, lesson.ledger.lots
    own = slice(*links.begin[rows.index(2) : rows.index(2) + 2])
    before = (links.sure[own] * first[lots.row[links.lot[own]]]).max()
    assert out["before"] == pytest.approx(before)
    assert goods_in["after"] == pytest.approx(goods_in["passed_on"] * 0.8)
    assert (out["lag_before"], out["fit_before"]) == (goods_in["lag_after"], 0) == (9, 0)
    # Nothing else claims 'out' or 'in'; what claims 'more' is not looked at, and a rival all the same.
    assert out["rival_before"] == goods_in["rival_after"] == 0
    more, home = told["more"], slice(*links.begin[rows.index(3) : rows.index(3) + 2])
    assert (more["after"], more["lag_after"]) == (0, 0)
    assert more["rival_after"] == pytest.approx(links.sure[home].max())
    assert out["sure_before"] == pytest.approx(goods_in["passed_on"]) == goods_in["sure_after"]
    assert out["other_before"] == goods_in["other_after"] == 0
    assert out["exporter_arrivals_led_sum_hs6"] == pytest.approx(0.7)
    assert out["exporter_departures_led_sum_hs6"] == pytest.approx(0)
    assert goods_in["consignee_arrivals_led_sum_party"] == pytest.approx(0.2)
    assert goods_in["consignee_departures_led_sum_party"] == pytest.approx(0.8)
    assert goods_in["consignee_departures_led_party"] == pytest.approx(0.8 / 3)


def test_what_else_claims_the_lot_and_the_order_is_seen_from_the_other_side() -> None:
    lines = (
        line("in", 0, "Formosa", "Boro", 100),
        line("also in", 2, "Hsinchu", "Boro", 60),
        line("out", 9, "Boro", "Neva", 60),
        line("also out", 12, "Boro", "Local", 40),
    )
    traced = Story(*lines).traced
    ledger, rows = traced.ledger, traced.ledger.movements.row.tolist()
    nothing = np.zeros(4, np.float32)
    known, past, _, _ = features(
        Lesson(ledger, traced.origins, traced.ends, nothing > 0, nothing + 1)
    )
    first = nothing.copy()
    first[[rows.index(0), rows.index(2)]] = 0.5
    near = around(ledger, past, first)
    values, _ = describe_all_again(ledger.keys, past, known, near, len(SECOND_FEATURES))
    told = [dict(zip(SECOND_FEATURES, values[rows.index(i)], strict=True)) for i in range(4)]
    links, lots = ledger.links, ledger.lots

    def surest(lot: int, order: int) -> float:
        own = slice(*links.begin[rows.index(order) : rows.index(order) + 2])
        sure = links.sure[own][lots.row[links.lot[own]] == rows.index(lot)]
        return float(sure.max(initial=0))

    assert told[2]["sure_before"] == surest(0, 2) == told[0]["sure_after"] > 0
    assert told[2]["other_before"] == told[0]["rival_after"] == surest(0, 3) > 0
    assert told[0]["other_after"] == told[2]["rival_before"] == surest(1, 2) > 0


def test_without_a_base_the_second_look_learns_from_what_the_first_has_not_seen(
    lesson: Lesson,
) -> None:
    diverted = np.array([True, False, True, False])[lesson.ledger.movements.row]
    both = [lesson._replace(diverted=diverted)] * 2
    learned = learn(both, name="test")
    assert len(learned.first.roots)
    assert len(learned.second.roots)
    corrected = learn(both[:1], name="corrected", base=learned)
    assert len(corrected.first.roots) > len(learned.first.roots)
    assert len(corrected.second.roots) > 2 * len(learned.second.roots)


def test_what_ships_looks_twice() -> None:
    assert len(Learned.shipped().second.roots)
    assert not len(Learned.of_the_day().second.roots)
